package web

import (
	"net/http"

	"github.com/a-h/templ"

	"portsmouth/conference"
)

// action is a form of a page: where its command leads, and which page it stands on.
type action struct {
	verb string
	page screen
	at   string // the page's address under /c/{id}/
	to   string // where to go then
	by   Audience
}

// actions lists every command that a page sends, with the page it is sent from. Who may send it, and when, is in the
// table of the rules (conference/stage.go) and nowhere else: the audience here is who may know the address.
func actions() []action {
	actions := []action{
		{"leave-seat", delegationPage, "delegation", "", Seat},
		{"propose-rules", rulesPage, "rules", "rules", Seat},
		{"accept-rules", rulesPage, "rules", "rules", Seat},
		{"present-powers", delegationPage, "delegation", "delegation", Delegation},
		{"find-powers", delegationPage, "delegation", "delegation", Delegation},
		{"object-to-powers", delegationPage, "delegation", "delegation", Delegation},
		{"appoint-substitute", delegationPage, "delegation", "delegation", Delegation},
		{"send-instructions", delegationPage, "delegation", "delegation", Delegation},
		{"approve-held", delegationPage, "delegation", "delegation", Delegation},
		{"send-held", delegationPage, "delegation", "", Delegation},
		{"drop-held", delegationPage, "delegation", "delegation", Delegation},
		{"propose-agenda", agendaPage, "agenda", "agenda", Seat},
		{"adopt-agenda", agendaPage, "agenda", "agenda", Delegation},
		{"defer-issue", agendaPage, "agenda", "agenda", Seat},
		{"reopen-issue", agendaPage, "agenda", "agenda", Seat},
		{"agree-head", agendaPage, "agenda", "agenda", Delegation},
		{"open-session", sessionsPage, "sessions", "", Seat},
		{"adjourn-session", sessionsPage, "sessions", "sessions", Seat},
		{"propose-minutes", sessionsPage, "sessions", "sessions", Seat},
		{"approve-minutes", sessionsPage, "sessions", "sessions", Delegation},
		{"propose-communique", sessionsPage, "sessions", "sessions", Seat},
		{"agree-communique", sessionsPage, "sessions", "sessions", Delegation},
		{"suspend", sessionsPage, "sessions", "", Seat},
		{"resume", sessionsPage, "sessions", "", Seat},
		{"break-off", sessionsPage, "sessions", "", Delegation},
		{"release-statement", roomPage, "rooms", "", Delegation},
		{"carry-statement", roomPage, "rooms", "", Mediator},
		{"make-offer", offerAgainPage, "offer", "", Delegation},
		{"accept-offer", offerPage, "offers", "", Delegation},
		{"reject-offer", offerPage, "offers", "", Delegation},
		{"withdraw-offer", offerPage, "offers", "", Delegation},
		{"put-proposal", proposalPage, "proposal", "proposal", Mediator},
		{"answer-proposal", proposalPage, "proposal", "proposal", Delegation},
		{"withdraw-proposal", proposalPage, "proposal", "proposal", Mediator},
		{"propose-correction", textPage, "text", "text", Seat},
		{"answer-correction", textPage, "text", "text", Delegation},
		{"initial-articles", textPage, "text", "text", Delegation},
		{"sign", signingPage, "signing", "signing", Delegation},
		{"attest", signingPage, "signing", "signing", Mediator},
		{"ratify", afterPage, "after", "after", Delegation},
		{"notify-ratification", afterPage, "after", "after", Seat},
		{"exchange-ratifications", afterPage, "after", "after", Seat},
		{"close-conference", afterPage, "after", "after", Seat},
	}
	actions = append(actions, roundActions()...)
	actions = append(actions, debriefActions()...)
	actions = append(actions, commentActions()...)
	actions = append(actions, notesActions()...)
	return append(actions, preparationActions()...)
}

// conferenceRoutes are the pages of a conference and the forms on them.
func (s *site) conferenceRoutes() []route {
	routes := []route{
		{http.MethodGet, "/c/{id}", Viewer, s.table},
		{http.MethodGet, "/c/{id}/public", Viewer, s.public},
		{http.MethodGet, "/c/{id}/table/{tab}", Seat, s.show(tablePage)},
		{http.MethodGet, "/c/{id}/table/rooms/{room}", Seat, s.inRoom(tablePage)},
		{http.MethodGet, "/c/{id}/earlier/{number}", Seat, s.show(tablePage)},
		{http.MethodGet, "/c/{id}/rooms", Seat, s.show(roomPage)},
		{http.MethodGet, "/c/{id}/rooms/{room}", Seat, s.inRoom(roomPage)},
		{http.MethodGet, "/c/{id}/rooms/{room}/reply/{statement}", Seat, s.inRoom(roomPage)},
		{http.MethodPost, "/c/{id}/speak", Seat, s.speak},
		{http.MethodGet, "/c/{id}/rules", Seat, s.show(rulesPage)},
		{http.MethodGet, "/c/{id}/agenda", Seat, s.show(agendaPage)},
		{http.MethodGet, "/c/{id}/offer", Delegation, s.inTurn(s.show(offerFormPage))},
		{http.MethodGet, "/c/{id}/offer/counter/{offer}", Delegation, s.inTurn(s.show(offerFormPage))},
		{http.MethodPost, "/c/{id}/offer", Delegation, s.offerStep},
		{http.MethodGet, "/c/{id}/offers", Seat, s.inTurn(s.show(offersPage))},
		{http.MethodGet, "/c/{id}/offers/{offer}", Seat, s.inTurn(s.offer)},
		{http.MethodGet, "/c/{id}/offers/{offer}/accept", Delegation, s.inTurn(s.acceptance)},
		{http.MethodGet, "/c/{id}/proposal", Seat, s.show(proposalPage)},
		{http.MethodPost, "/c/{id}/proposal", Mediator, s.proposalStep},
		{http.MethodGet, "/c/{id}/delegation", Seat, s.show(delegationPage)},
		{http.MethodGet, "/c/{id}/held", Delegation, s.show(delegationPage)},
		{http.MethodGet, "/c/{id}/sessions", Seat, s.show(sessionsPage)},
		{http.MethodGet, "/c/{id}/text", Seat, s.show(textPage)},
		{http.MethodGet, "/c/{id}/signing", Seat, s.signing},
		{http.MethodPost, "/c/{id}/statement", Seat, s.statement},
		{http.MethodGet, "/c/{id}/after", Seat, s.after},
		{http.MethodGet, "/c/{id}/treaty.json", Viewer, s.bundle},
		{http.MethodGet, "/c/{id}/treaty.txt", Viewer, s.plainText},
		{http.MethodGet, "/c/{id}/record/{file...}", Viewer, s.recordFile},
	}
	routes = append(routes, s.preparationRoutes()...)
	routes = append(routes, s.debriefRoutes()...)
	routes = append(routes, s.deskRoutes()...)
	routes = append(routes, s.roundRoutes()...)
	routes = append(routes, s.receiptRoutes()...)
	routes = append(routes, s.commentRoutes()...)
	routes = append(routes, s.notesRoutes()...)
	routes = append(routes, s.keyRoutes()...)
	routes = append(routes, s.lockRoutes()...)
	routes = append(routes, s.witnessRoutes()...)
	for _, a := range actions() {
		routes = append(routes, route{http.MethodPost, "/c/{id}/" + a.verb, a.by, s.act(a)})
	}
	return routes
}

// show serves a page.
func (s *site) show(page screen) func(*visit) error {
	return func(v *visit) error { return v.render(page(sheetOf(v))) }
}

// act serves a form: read it, send the command, go where its result is seen; or show the page again with what was written.
func (s *site) act(a action) func(*visit) error {
	return func(v *visit) error {
		sent := v.fields()
		again := func(pr *Problem) templ.Component { return a.again(v, sent, pr) }
		command, err := readerOf(a.verb)(sent, v.view)
		if err != nil {
			pr := v.page.problem(err)
			return v.renderStatus(pr.Status, again(pr))
		}
		return s.submit(v, command, a.target(v, command), again)
	}
}

// again shows the page of the form with what was written and why it could not be done.
func (a action) again(v *visit, sent fields, pr *Problem) templ.Component {
	v.page.Self = v.page.path(a.at)
	if id := sent.Get("offer"); a.at == "offers" && v.view.Offer(id) != nil {
		v.page.Self = v.page.path(a.at, id)
	}
	return a.page(sheetOf(v).again(sent, pr))
}

// target is where the reader goes after the command.
func (a action) target(v *visit, c conference.Command) string {
	base := "/c/" + v.path("id")
	if a.to != "" {
		return base + "/" + a.to
	}
	switch c := c.(type) {
	case conference.ReleaseStatement:
		return base + "/rooms/caucus-" + v.view.Viewer.Party
	case conference.CarryStatement:
		return base
	case conference.Speak:
		return base + "/table/rooms/" + roomOf(c, v.view.Viewer)
	}
	return base
}

// fields are what was sent.
func (v *visit) fields() fields {
	v.form("form") // has the body read, within its limits
	return fields{Values: v.r.Form, now: v.now}
}
