package web

import (
	"net/http"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
)

// invitationLasts is how long a link into a conference can be used.
const invitationLasts = 14 * 24 * time.Hour

// seatLink is a link to a seat, shown once.
type seatLink struct {
	Invitation string
	Seat, Name string
	Address    string
}

// invitationsData is the page of a conference's invitations.
type invitationsData struct {
	links   []seatLink // fresh ones
	problem *Problem
	invite  conference.Invite // as the form was filled in
	until   time.Time         // until when a fresh link can be used
}

func (s *site) invitations(v *visit) error {
	return s.invitationsPage(v, http.StatusOK, invitationsData{})
}

func (s *site) invitationsPage(v *visit, status int, d invitationsData) error {
	v.page.Title, v.page.Self = v.page.T("invitations.title"), v.page.path("invitations")
	d.until = time.Now().Add(invitationLasts)
	return v.renderStatus(status, invitationsPage(v.page, d))
}

// showInvitations shows the invitations of a conference in answer to a POST: links are shown this once, so there is no
// page to be sent on to.
func (s *site) showInvitations(v *visit, id string, links []seatLink, pr *Problem) error {
	v.r.SetPathValue("id", id)
	if err := s.look(v, func(conference.Viewer) bool { return true }); err != nil {
		return err
	}
	for k := range links {
		if i := v.view.Invitation(links[k].Invitation); i != nil {
			links[k].Seat, links[k].Name = v.page.seatOffered(i), i.Name
		}
	}
	status := http.StatusOK
	if pr != nil {
		status = pr.Status
	}
	return s.invitationsPage(v, status, invitationsData{links: links, problem: pr})
}

// sendInvitation offers a seat and makes its link; a seat that the convener takes is taken at once and needs none.
func (s *site) sendInvitation(v *visit, id string, seat seatPlan, step string) (seatLink, error) {
	receipt, err := s.sendFor(v, id, seat.Invite, step)
	if err != nil {
		return seatLink{}, err
	}
	if seat.own {
		_, err := s.Venue.Do(v.r.Context(), venue.Request{
			Conference: id, Person: v.person.ID, Invitation: receipt.Act, Seen: -1, Key: v.form("key") + step + "/own",
			Command: conference.AcceptInvitation{Name: v.person.Name},
		})
		return seatLink{}, err
	}
	return s.newLinkFor(v, id, receipt.Act, seat.Invite)
}

func (s *site) newLinkFor(v *visit, id, invitation string, i conference.Invite) (seatLink, error) {
	token, err := s.Accounts.NewInvitation(v.r.Context(), id, invitation, string(i.Role), i.Party, invitationLasts)
	return seatLink{Invitation: invitation, Address: s.Origin + "/i/" + token}, err
}

// invite offers one more seat.
func (s *site) invite(v *visit) error {
	i := conference.Invite{
		Party: v.form("party"), Role: portsmouth.Role(v.form("role")), Name: v.form("name"), Note: v.form("note"),
	}
	if i.Role == portsmouth.Mediator || i.Role == portsmouth.Observer {
		i.Party = "" // the form asks for a party in any case
	}
	link, err := s.sendInvitation(v, v.path("id"), seatPlan{Invite: i}, "")
	if err != nil {
		return s.invitationsAgain(v, i, err)
	}
	return s.showInvitations(v, v.path("id"), []seatLink{link}, nil)
}

func (s *site) invitationsAgain(v *visit, i conference.Invite, err error) error {
	if !mendable(err) {
		return err
	}
	pr := v.page.problem(err)
	if err := s.look(v, func(conference.Viewer) bool { return true }); err != nil {
		return err
	}
	return s.invitationsPage(v, pr.Status, invitationsData{problem: pr, invite: i})
}

// revokeInvitation takes an invitation back, and its link with it.
func (s *site) revokeInvitation(v *visit) error {
	id := v.form("invitation")
	if _, err := s.do(v, conference.RevokeInvitation{Invitation: id}); err != nil {
		return s.invitationsAgain(v, conference.Invite{}, err)
	}
	if err := s.Accounts.RevokeInvitation(v.r.Context(), v.path("id"), id); err != nil {
		return err
	}
	return v.redirect(v.page.path("invitations"))
}

// renewInvitation makes a new link for an invitation whose link was lost, and ends the old one.
func (s *site) renewInvitation(v *visit) error {
	i := v.view.Invitation(v.form("invitation"))
	if i == nil || i.Status != "open" || !v.mayRenew(i) {
		return notFound()
	}
	id := i.Invited.Invitation
	if err := s.Accounts.RevokeInvitation(v.r.Context(), v.path("id"), id); err != nil {
		return err
	}
	link, err := s.newLinkFor(v, v.path("id"), id, conference.Invite{Party: i.Party, Role: i.Role})
	if err != nil {
		return err
	}
	return s.showInvitations(v, v.path("id"), []seatLink{link}, nil)
}

// mayRenew: only whoever sent an invitation sends it again. A link is a seat: if the convener could have a new one for an
// invitation of the mediator's or of a delegation's, the convener could sit there and read.
func (v *visit) mayRenew(i *conference.Invitation) bool { return i.By == v.person.ID }

func (s *site) answerInvitation(v *visit) error {
	c := conference.AnswerInvitation{Invitation: v.form("invitation"), Text: v.form("text")}
	if _, err := s.do(v, c); err != nil {
		return s.invitationsAgain(v, conference.Invite{}, err)
	}
	return v.redirect(v.page.path("invitations"))
}

// unanswered is the question that waits on an invitation, "" for none.
func unanswered(i *conference.Invitation) string {
	if n := len(i.Questions); n > 0 && i.Questions[n-1].Answer == "" && i.Status == "open" {
		return i.Questions[n-1].Text
	}
	return ""
}

// inviteRoles are the seats that one can be invited to.
var inviteRoles = []portsmouth.Role{
	portsmouth.Head, portsmouth.Member, portsmouth.Adviser, portsmouth.Secretary, portsmouth.Principal,
	portsmouth.Mediator, portsmouth.Observer,
}

func linkLabel(l seatLink) string {
	if l.Name == "" {
		return l.Seat
	}
	return l.Seat + " · " + l.Name
}

// statusBadge is the look of an invitation's status.
func statusBadge(status string) string {
	switch status {
	case "open":
		return "wait"
	case "accepted":
		return "agreed"
	}
	return ""
}
