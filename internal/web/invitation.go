package web

import (
	"context"
	"net/http"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/venue"
)

// convening is the role of an invitation to open conferences at this venue; it leads into none.
const convening = "convener"

// invitationData is what somebody with an invitation in hand sees.
type invitationData struct {
	token   string
	account account.Invitation
	view    *conference.View // as far as the invited may see; nil for an invitation to convene
	invited *conference.Invitation
	by      string // who sent it, by name
	name    string // as it was typed
	text    string
	problem *Problem
}

// open reports whether the invitation waits for an answer.
func (d invitationData) open() bool { return d.invited == nil || d.invited.Status == "open" }

// invitation shows an invitation and answers what one would ask. Looking never uses the link up: mail and chat programs
// look at links too.
func (s *site) invitation(v *visit) error {
	d, err := s.invitationData(v)
	if portsmouth.KindOf(err) == portsmouth.Expired && d.account.UsedBy == v.person.ID && v.person.ID != "" {
		return v.redirect(landing(d.account)) // their own, used before
	}
	if err != nil {
		return err
	}
	return s.showInvitation(v, http.StatusOK, d)
}

func (s *site) invitationData(v *visit) (invitationData, error) {
	d := invitationData{token: v.path("token")}
	var err error
	if d.account, err = s.Accounts.LookInvitation(v.r.Context(), d.token); err != nil {
		return d, err
	}
	if d.account.Role == convening && d.account.Conference == "" {
		return d, nil
	}
	if d.view, err = s.Venue.LookInvited(v.r.Context(), d.account.Conference, d.account.Invite); err != nil {
		return d, err
	}
	d.invited = d.view.Invitation(d.account.Invite)
	d.name = d.invited.Name
	if by, err := s.Accounts.Person(v.r.Context(), d.invited.By); err == nil {
		d.by = by.Name
	}
	return d, nil
}

func (s *site) showInvitation(v *visit, status int, d invitationData) error {
	v.page.Self = "/i/" + d.token
	if d.view == nil {
		v.page.Title = v.page.T("invitation.convene-title")
		return v.renderStatus(status, conveneInvitationPage(v.page, d))
	}
	if v.person.ID == "" {
		s.guestSecret(v)
	}
	v.page.Title = v.page.T("invitation.title")
	v.page.View, v.page.Now = d.view, s.Venue.Now(d.view)
	return v.renderStatus(status, invitationPage(v.page, d))
}

// landing is where an accepted invitation leads.
func landing(i account.Invitation) string {
	if i.Conference == "" {
		return "/convene"
	}
	return "/c/" + i.Conference
}

// again shows the invitation with what was wrong.
func (s *site) invitationAgain(v *visit, d invitationData, err error) error {
	if !mendable(err) {
		return err
	}
	d.problem = v.page.problem(err)
	return s.showInvitation(v, d.problem.Status, d)
}

// acceptInvitation takes the seat: the rules decide first, so that of two people with one link the second is told, and
// then the person is signed in on this device.
func (s *site) acceptInvitation(v *visit) error {
	// A browser that goes away in the middle must not leave a seat that nobody can sit in.
	v.r = v.r.WithContext(context.WithoutCancel(v.r.Context()))
	d, err := s.invitationData(v)
	if err != nil && s.lostOnTheWay(v, d) {
		return s.seated(v, d, d.account.UsedBy)
	}
	if err != nil {
		return err
	}
	d.name = v.form("name")
	person, err := s.guest(v, d)
	if err != nil {
		return s.invitationAgain(v, d, err)
	}
	if d.view != nil && d.view.Seat(person.ID) == nil {
		_, err := s.Venue.Do(v.r.Context(), venue.Request{
			Conference: d.account.Conference, Person: person.ID, Invitation: d.account.Invite,
			Command: conference.AcceptInvitation{Name: d.name}, Key: v.form("key"), Seen: -1,
		})
		if err != nil {
			return s.invitationAgain(v, d, err)
		}
	}
	if _, err := s.Accounts.UseInvitation(v.r.Context(), d.token, person.ID); err != nil {
		return err
	}
	return s.seated(v, d, person.ID)
}

// lostLasts is for how long an acceptance can be sent again. Later, a link that is spent opens nothing, also in the browser in
// which it was used: its person may have signed out there.
const lostLasts = 10 * time.Minute

// lostOnTheWay reports whether the answer to the first acceptance never reached this browser.
func (s *site) lostOnTheWay(v *visit, d invitationData) bool {
	return v.person.ID == "" && d.account.UsedBy != "" && d.account.UsedBy == account.GuestID(s.guestOf(v, d)) &&
		s.Accounts.Now().Sub(d.account.Used) < lostLasts
}

// guestOf is the secret of whoever takes this seat from this browser. Each invitation makes another person of the browser's
// secret: two who share a browser, one after the other, are not one.
func (s *site) guestOf(v *visit, d invitationData) string {
	return s.guestSecret(v) + "\n" + d.token
}

// seated signs the person in on this device, who is not already, and leads to the table.
func (s *site) seated(v *visit, d invitationData, person string) error {
	if v.person.ID == "" {
		if err := s.Accounts.SignIn(v.r.Context(), person); err != nil {
			return err
		}
	}
	return v.redirect(landing(d.account))
}

// guestSecret returns the secret by which a browser is known before anybody is signed in on it, and gives it one when it has
// none. It is apart from the session, which gets a new token, and forgets the old one, at the moment of signing in.
func (s *site) guestSecret(v *visit) string {
	if secret := s.cookie(v.r, guestCookie); len(secret) >= 32 {
		return secret
	}
	secret := newKey()
	s.setCookie(v.w, guestCookie, secret, 30*24*60*60)
	return secret
}

// guest is the person who is signed in, or a new one under the name given.
func (s *site) guest(v *visit, d invitationData) (account.Person, error) {
	if v.person.ID != "" {
		return v.person, nil
	}
	return s.Accounts.NewGuest(v.r.Context(), s.guestOf(v, d), d.name)
}

func (s *site) declineInvitation(v *visit) error {
	return s.replyToInvitation(v, conference.DeclineInvitation{Reason: v.form("reason")})
}

func (s *site) askInvitation(v *visit) error {
	return s.replyToInvitation(v, conference.AskInvitation{Text: v.form("text")})
}

// replyToInvitation sends an answer that needs no account: its author is whoever holds the invitation.
func (s *site) replyToInvitation(v *visit, c conference.Command) error {
	d, err := s.invitationData(v)
	if err != nil {
		return err
	}
	if d.view == nil {
		return notFound()
	}
	d.text = v.form("text")
	person := v.person.ID
	if person == "" {
		person = "invited:" + d.account.Invite
	}
	_, err = s.Venue.Do(v.r.Context(), venue.Request{
		Conference: d.account.Conference, Person: person, Invitation: d.account.Invite, Command: c, Key: v.form("key"), Seen: -1,
	})
	if err != nil {
		return s.invitationAgain(v, d, err)
	}
	return v.redirect("/i/" + d.token)
}

// answers are the six questions that everybody asks, and what this conference answers.
func (d invitationData) answers(p *Page) [][2]string {
	rules := d.rules()
	leave := p.T("invitation.leave-text")
	if rules != nil && rules.Leaving != "" {
		leave = p.T("invitation.leave-rules", "rule", rules.Leaving)
	}
	return [][2]string{
		{p.T("invitation.must"), p.T("invitation.must-text")},
		{p.T("invitation.cost"), p.T("invitation.cost-text")},
		{p.T("invitation.binding"), p.T("invitation.binding-" + string(roleGroup(d.invited.Role)))},
		{p.T("invitation.sees"), p.T("invitation.sees-text") + " " + p.publicityWords(rules)},
		{p.T("invitation.leave"), leave},
		{p.T("invitation.call"), p.T("invitation.call-text", "name", d.inviter(p))},
	}
}

// rules are those in force, or else those before the conference.
func (d invitationData) rules() *conference.Rules {
	if d.view.Rules != nil {
		return d.view.Rules
	}
	if d.view.Proposed != nil {
		return &d.view.Proposed.Rules
	}
	return nil
}

// inviter is the name of who sent the invitation.
func (d invitationData) inviter(p *Page) string {
	if d.by != "" {
		return d.by
	}
	return p.Name(d.invited.By)
}

// publicityWords says what the world will know.
func (p *Page) publicityWords(r *conference.Rules) string {
	switch {
	case r == nil:
		return p.T("invitation.public-unknown")
	case !r.Publicity.Listed && !r.Publicity.Communiques && r.Publicity.Text == "never":
		return p.T("invitation.public-nothing")
	}
	return p.T("invitation.public-some")
}

// roleGroup puts roles together that are bound in the same way.
func roleGroup(r portsmouth.Role) portsmouth.Role {
	switch r {
	case portsmouth.Head, portsmouth.Principal, portsmouth.Mediator, portsmouth.Observer:
		return r
	}
	return portsmouth.Member
}

// seatOffered says which seat an invitation is for.
func (p *Page) seatOffered(i *conference.Invitation) string {
	role := p.T("role." + string(i.Role))
	if i.Party == "" {
		return role
	}
	return p.T("seat.in-party", "role", role, "party", p.Party(i.Party).Name)
}
