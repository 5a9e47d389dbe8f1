package web

import (
	"fmt"
	"net/http"
	"time"

	"portsmouth"
	"portsmouth/conference"
)

// Audience says who may use a route. Whoever may not is answered as if there were nothing there.
type Audience string

// The audiences of routes. The last four are checked against what the person may see of the conference in {id}.
const (
	Anyone     Audience = "anyone"
	SignedIn   Audience = "signed-in"
	Host       Audience = "host"
	Invited    Audience = "invited"    // holds the link in {token}, which the page itself examines
	Demo       Audience = "demo"       // anyone, in the demonstration only
	Viewer     Audience = "viewer"     // may see something of the conference, if only what is public
	Seat       Audience = "seat"       // has a seat in the conference, or convened it
	Delegation Audience = "delegation" // has a seat in a party's delegation
	Mediator   Audience = "mediator"
)

// route is one line of the site map.
type route struct {
	Method   string
	Pattern  string
	Audience Audience
	Serve    func(*visit) error
}

// routes is the site map: every address of the venue, and for whom it is.
func (s *site) routes() []route {
	list := []route{
		{"GET", "/{$}", Anyone, s.door},
		{"POST", "/enter", Anyone, s.enter},

		{"GET", "/i/{token}", Invited, s.invitation},
		{"POST", "/i/{token}/accept", Invited, s.acceptInvitation},
		{"POST", "/i/{token}/decline", Invited, s.declineInvitation},
		{"POST", "/i/{token}/ask", Invited, s.askInvitation},

		{"GET", "/back/{token}", Anyone, s.wayBack},
		{"POST", "/back/{token}", Anyone, s.useWayBack},
		{"GET", "/me", SignedIn, s.me},
		{"POST", "/me/name", SignedIn, s.rename},
		{"POST", "/me/link", SignedIn, s.newLink},
		{"GET", "/me/confirm", SignedIn, s.confirm},
		{"POST", "/me/confirm", SignedIn, s.confirmHere},
		{"POST", "/me/passkeys/drop", SignedIn, s.dropPasskey},
		{"POST", "/passkey/register/begin", SignedIn, s.beginRegister},
		{"POST", "/passkey/register/finish", SignedIn, s.finishRegister},
		{"POST", "/passkey/login/begin", Anyone, s.beginLogin},
		{"POST", "/passkey/login/finish", Anyone, s.finishLogin},
		{"POST", "/sign-out", Anyone, s.signOut},

		{"GET", "/convene", SignedIn, s.convene},
		{"POST", "/convene", SignedIn, s.found},
		{"POST", "/convene/file", SignedIn, s.foundFromFile},
		{"GET", "/c/{id}/invitations", Seat, s.invitations},
		{"POST", "/c/{id}/invitations", Seat, s.invite},
		{"POST", "/c/{id}/invitations/revoke", Seat, s.revokeInvitation},
		{"POST", "/c/{id}/invitations/renew", Seat, s.renewInvitation},
		{"POST", "/c/{id}/invitations/answer", Seat, s.answerInvitation},
		{"GET", "/c/{id}/live", Viewer, s.live},

		{"GET", "/host", Host, s.host},
		{"POST", "/host/invite", Host, s.inviteConvener},
	}
	if s.Demo != nil {
		list = append(list,
			route{"POST", "/demo/next", Demo, s.demoNext},
			route{"POST", "/demo/until", Demo, s.demoUntil},
		)
	}
	list = append(list, s.deviceRoutes()...)
	list = append(list, s.readingKeyRoutes()...)
	list = append(list, s.feedRoutes()...)
	return append(list, s.conferenceRoutes()...)
}

// mux builds the router. A route that does not say for whom it is, or names an audience that its address cannot
// decide, is a fault.
func (s *site) mux(routes []route) (http.Handler, error) {
	mux := http.NewServeMux()
	for _, r := range routes {
		allow := s.gate(r.Audience)
		if allow == nil {
			return nil, fmt.Errorf("web: the route %s %s does not say who may use it (%q)", r.Method, r.Pattern, r.Audience)
		}
		mux.Handle(r.Method+" "+r.Pattern, s.serve(r, allow))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.answer(s.visit(w, r), notFound()) })
	return mux, nil
}

// knocked slows down who tries links. One that is known is never made to wait: behind a proxy everybody has one address,
// and nobody may shut the others out by guessing.
func (s *site) knocked(v *visit) error {
	if _, err := s.Accounts.LookInvitation(v.r.Context(), v.path("token")); portsmouth.KindOf(err) != portsmouth.NotFound {
		return nil // or for the page itself to answer
	}
	return s.tokens.Wait(v.r.Context(), addressKey(v.r))
}

// gate returns the check for an audience, nil for one that does not exist.
func (s *site) gate(a Audience) func(*visit) error {
	switch a {
	case Anyone, Demo:
		return func(*visit) error { return nil }
	case Invited:
		return s.knocked
	case SignedIn:
		return signedIn
	case Host:
		return host
	case Viewer:
		return func(v *visit) error { return s.look(v, func(conference.Viewer) bool { return true }) }
	case Seat:
		return func(v *visit) error {
			return s.look(v, func(w conference.Viewer) bool { return w.Seated() || w.Convener })
		}
	case Delegation:
		return func(v *visit) error {
			return s.look(v, func(w conference.Viewer) bool { return w.Role.InDelegation() })
		}
	case Mediator:
		return func(v *visit) error {
			return s.look(v, func(w conference.Viewer) bool { return w.Role == portsmouth.Mediator })
		}
	}
	return nil
}

func signedIn(v *visit) error {
	if v.person.ID == "" {
		return &portsmouth.Error{Kind: portsmouth.Denied, Rule: "signed-in"}
	}
	return nil
}

// host hides the host's pages from everybody else: that they exist is nobody's business.
func host(v *visit) error {
	if !v.person.Host {
		return notFound()
	}
	return nil
}

// look fetches what the person may see of the conference in {id}, and answers those whom may refuses as if there were
// none.
func (s *site) look(v *visit, may func(conference.Viewer) bool) error {
	view, err := s.Venue.Look(v.r.Context(), v.path("id"), v.person.ID)
	if err != nil {
		return err
	}
	if !may(view.Viewer) {
		return notFound()
	}
	v.see(view, s.clock(view))
	return nil
}

// clock is the time by a conference's own clock. The public does not see the founding, so to the venue its view is that
// of any conference; but it knows from the notice whether this is history, and then the clock is that of the last act.
func (s *site) clock(view *conference.View) time.Time {
	if len(view.Opened.Title) == 0 && view.Public().Replay && len(view.Acts) > 0 {
		return view.Acts[len(view.Acts)-1].At
	}
	return s.Venue.Now(view)
}
