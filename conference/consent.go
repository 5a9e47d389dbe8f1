package conference

import (
	"regexp"
	"slices"
	"strings"

	"portsmouth"
)

// Rules and Publicity are the vocabulary's, under the names that the rules of this package use.
type (
	Rules     = portsmouth.Rules
	Publicity = portsmouth.Publicity
)

// DefaultRules are what most would choose; see portsmouth.DefaultRules.
func DefaultRules(languages []string) Rules { return portsmouth.DefaultRules(languages) }

func (d *deciding) found(c Found) error {
	if err := checkLanguages(c.Languages); err != nil {
		return err
	}
	if err := checkParties(c.Parties, c.Languages); err != nil {
		return err
	}
	d.Opened.Languages = c.Languages // of the fresh state, so that texts are checked in them
	if err := names("the title", c.Title, c.Languages); err != nil {
		return err
	}
	if len(c.Facts) > 8 {
		return portsmouth.Invalidf("facts", "a brief has at most eight key facts")
	}
	for _, t := range append([]portsmouth.Text{c.Summary, c.Why}, c.Facts...) {
		if len(t) == 0 {
			continue
		}
		if err := d.inLanguages("the brief", t); err != nil {
			return err
		}
	}
	if err := prose("the place", c.Place, false); err != nil {
		return err
	}
	if c.Draft != nil {
		if err := c.Draft.Validate(); err != nil {
			return err
		}
		if err := writable(c.Draft); err != nil {
			return err
		}
	}
	if c.Conference == "" {
		return portsmouth.Invalidf("conference-id", "a conference needs an id")
	}
	parties := slices.Clone(c.Parties)
	for k := range parties {
		if parties[k].Mark == "" {
			parties[k].Mark = portsmouth.Marks[k]
		}
	}
	c.Parties = parties
	d.emit(ToConvening, Founded(c))
	return nil
}

var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

func checkLanguages(languages []string) error {
	if len(languages) == 0 || len(languages) > 4 {
		return portsmouth.Invalidf("languages", "a conference has 1 to 4 languages")
	}
	for k, l := range languages {
		if !languageTag.MatchString(l) || slices.Contains(languages[:k], l) {
			return portsmouth.Invalidf("languages", "“%.20s” is no language tag such as en or fr, or is named twice", l)
		}
	}
	return nil
}

// names checks what will stand in the signed file: one line in each language, in others too if one likes.
func names(what string, t portsmouth.Text, languages []string) error {
	if m := t.Missing(languages); len(m) > 0 {
		return portsmouth.Invalidf("text-languages", "%s is missing in %s", what, strings.Join(m, ", "))
	}
	for _, l := range t.Languages() {
		if !languageTag.MatchString(l) {
			return portsmouth.Invalidf("languages", "%s is given in “%.20s”, which is no language tag", what, l)
		}
		if err := line(what, t[l]); err != nil {
			return err
		}
	}
	return nil
}

func checkParties(parties []portsmouth.Party, languages []string) error {
	if len(parties) < 2 || len(parties) > portsmouth.MaxParties {
		return portsmouth.Invalidf("parties", "a conference has 2 to %d parties", portsmouth.MaxParties)
	}
	seen := map[string]bool{}
	for _, p := range parties {
		if !portsmouth.ValidID(p.ID) || seen[p.ID] || p.ID == "mediator" {
			return portsmouth.Invalidf("party-id", "party id “%.40s” is malformed, used twice or taken", p.ID)
		}
		seen[p.ID] = true
		if err := names("the name of party "+p.ID, p.Name, languages); err != nil {
			return err
		}
		for _, l := range p.Name.Languages() {
			if seen[l+" "+p.Name[l]] {
				return portsmouth.Invalidf("parties", "two parties have the same name: %s", p.Name[l])
			}
			seen[l+" "+p.Name[l]] = true
		}
		if p.Mark != "" && !slices.Contains(portsmouth.Marks, p.Mark) {
			return portsmouth.Invalidf("party-mark", "the mark of party %s must be one of %s", p.ID, strings.Join(portsmouth.Marks, ", "))
		}
	}
	return nil
}

func (d *deciding) invite(c Invite) error {
	as := d.viewer.As()
	switch {
	case c.Role == portsmouth.Mediator || c.Role == portsmouth.Observer:
		if c.Party != "" {
			return portsmouth.Invalidf("invite-party", "the %s belongs to no party", c.Role)
		}
		if c.Role == portsmouth.Mediator && !d.Opened.Mediated {
			return portsmouth.Refuse("no-mediator", "this conference was founded without a mediator")
		}
		if !d.viewer.Convener && as != portsmouth.Mediator {
			return portsmouth.Refuse("invite-whom", "only the convener or the mediator invites a mediator or an observer")
		}
	case !c.Role.InDelegation() || d.party(c.Party) == nil:
		return portsmouth.Invalidf("invite-role", "name a party of the conference and one of the roles head, member, adviser, secretary, principal")
	case !d.viewer.Convener && d.viewer.Party != c.Party:
		return portsmouth.Refuse("invite-whom", "a delegation invites its own people; the convener invites all")
	case d.viewer.Party != c.Party && d.choosesItself(c.Party, c.Role):
		return portsmouth.Refuse("delegation-own", "now that the rules are in force, this delegation invites its own people")
	}
	if c.Role == portsmouth.Mediator && d.mediatorChosen() && as != portsmouth.Mediator {
		return portsmouth.Refuse("mediator-accepted", "all have accepted the mediator, who alone invites an assistant or a successor")
	}
	if err := prose("the name", c.Name, false); err != nil {
		return err
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	d.emit(ToConvening, Invited{Invitation: d.meta.ID, Party: c.Party, Role: c.Role, Name: c.Name, Note: c.Note})
	return nil
}

// choosesItself reports whether nobody else may seat people in the delegation: whoever sits in it reads all that it ever
// said. Only a head for a delegation that has none is still invited from outside.
func (d *deciding) choosesItself(party string, role portsmouth.Role) bool {
	if d.Rules == nil {
		return false
	}
	if role == portsmouth.Head && !d.hasRole(party, portsmouth.Head) {
		return false
	}
	return slices.ContainsFunc(d.Seats, func(s *Seat) bool { return !s.Left && s.Party == party })
}

// mediatorChosen reports whether all have accepted who mediates. From then on only a mediator invites a mediator, an
// assistant or a successor: whoever takes that seat reads every caucus.
func (d *deciding) mediatorChosen() bool { return d.Rules != nil && d.Opened.Mediated }

// byMediator reports whether the invitation was sent by a mediator, who may have left since.
func (d *deciding) byMediator(i *Invitation) bool {
	return find(d.Seats, func(s *Seat) bool { return s.Person == i.By && s.Role == portsmouth.Mediator && i.By != "" }) != nil
}

// open returns the open invitation of that id, or the refusal.
func (d *deciding) open(id string) (*Invitation, error) {
	i := d.invitation(id)
	if i == nil || id == "" {
		return nil, &portsmouth.Error{Kind: portsmouth.NotFound, Rule: "invitation", Message: "there is no such invitation"}
	}
	if i.Status != "open" {
		return nil, &portsmouth.Error{Kind: portsmouth.Expired, Rule: "invitation-once", Message: "this invitation has already been answered"}
	}
	return i, nil
}

func (d *deciding) revokeInvitation(c RevokeInvitation) error {
	i, err := d.open(c.Invitation)
	if err != nil {
		return err
	}
	own := i.Party != "" && i.Party == d.viewer.Party
	if !d.viewer.Convener && i.By != d.meta.By && !own {
		return portsmouth.Refuse("invite-whom", "whoever sent an invitation, the delegation it is for, or the convener takes it back")
	}
	d.emit(ToConvening, InvitationRevoked(c))
	return nil
}

func (d *deciding) acceptInvitation(c AcceptInvitation) error {
	i, err := d.open(d.meta.Invitation)
	if err != nil {
		return err
	}
	if err := line("your name", c.Name); err != nil {
		return err
	}
	if d.seat(d.meta.By) != nil {
		return portsmouth.Refuse("one-seat", "you already have a seat in this conference")
	}
	if i.Role == portsmouth.Head && d.hasRole(i.Party, portsmouth.Head) {
		return portsmouth.Refuse("one-head", "this delegation already has a head")
	}
	if i.Role == portsmouth.Mediator && d.mediatorChosen() && !d.byMediator(i) {
		return portsmouth.Refuse("mediator-accepted", "all have accepted the mediator, who alone invites an assistant or a successor")
	}
	d.emit(ToConvening, SeatTaken{
		Invitation: i.Invited.Invitation, Person: d.meta.By, Name: strings.TrimSpace(c.Name), Party: i.Party, Role: i.Role,
	})
	return nil
}

func (d *deciding) declineInvitation(c DeclineInvitation) error {
	i, err := d.open(d.meta.Invitation)
	if err != nil {
		return err
	}
	if err := prose("the reason", c.Reason, false); err != nil {
		return err
	}
	d.emit(ToConvening, InvitationDeclined{Invitation: i.Invited.Invitation, Reason: c.Reason})
	return nil
}

func (d *deciding) askInvitation(c AskInvitation) error {
	i, err := d.open(d.meta.Invitation)
	if err != nil {
		return err
	}
	if len(i.Questions) >= 20 {
		return portsmouth.Refuse("questions", "twenty questions have been asked on this invitation")
	}
	if err := prose("the question", c.Text, true); err != nil {
		return err
	}
	d.emit(ToConvening, InvitationAsked{Invitation: i.Invited.Invitation, Text: c.Text})
	return nil
}

func (d *deciding) answerInvitation(c AnswerInvitation) error {
	i, err := d.open(c.Invitation)
	if err != nil {
		return err
	}
	if n := len(i.Questions); n == 0 || i.Questions[n-1].Answer != "" {
		return portsmouth.Refuse("question-open", "no question waits for an answer on this invitation")
	}
	if err := prose("the answer", c.Text, true); err != nil {
		return err
	}
	d.emit(ToConvening, InvitationAnswered(c))
	return nil
}

// leaveSeat: whoever has the role has the seat. An observer sees neither the seat nor the stage, and may leave all the same.
func (d *deciding) leaveSeat(c LeaveSeat) error {
	if err := prose("the reason", c.Reason, false); err != nil {
		return err
	}
	d.emit(ToConvening, SeatLeft{Person: d.meta.By, Reason: c.Reason})
	return nil
}

func (d *deciding) proposeRules(c ProposeRules) error {
	if d.viewer.As() == portsmouth.Convener && d.Rules != nil { // who does not see, either, how far the conference has come
		return portsmouth.Refuse("rules-whom", "once rules are in force, a head or the mediator proposes others")
	}
	r := c.Rules
	r.Version = d.RulesCount + 1
	if err := r.Check(d.Opened.Languages); err != nil {
		return err
	}
	if err := prose("how to leave", r.Leaving, true); err != nil {
		return err
	}
	if err := prose("the note", r.Note, false); err != nil {
		return err
	}
	if err := d.quorumOnly(r); err != nil {
		return err
	}
	d.emit(ToConvening, RulesProposed{Rules: r})
	return nil
}

// acceptRules: consent is by each party's head and, where there is one, by the mediator; consenting to the rules is
// consenting to who mediates. With the last consent the rules are in force.
func (d *deciding) acceptRules(c AcceptRules) error {
	v := d.Proposed
	if v == nil || v.Rules.Version != c.Version {
		return portsmouth.Refuse("rules-version", "these are not the rules that are before the conference; read them again")
	}
	if d.viewer.Party != "" && v.Accepted[d.viewer.Party] || d.viewer.Role == portsmouth.Mediator && v.Accepted[""] {
		return portsmouth.Refuse("rules-once", "you have already consented")
	}
	if err := d.quorumOnly(v.Rules); err != nil { // they may have been put before the signatures
		return err
	}
	d.emit(ToConvening, RulesAccepted{Version: c.Version, Party: d.viewer.Party})
	if !d.consented(v, d.viewer.Party) {
		return nil
	}
	d.emit(ToConvening, RulesInForce(c))
	switch {
	case d.Stage == Convening:
		d.emit(ToConvening, StageEntered{Stage: Opening})
	case d.Stage == Opening && d.Agenda != nil && !v.Rules.FullPowers:
		d.emit(ToPlenary, StageEntered{Stage: Bargaining}) // nothing else is waited for any more
	case d.awaitsWitnesses() && v.Rules.Witnesses.Quorum == 0:
		d.concludeSignature()
	}
	return nil
}

func (d *deciding) consented(v *RulesVote, now string) bool {
	if !d.allWith(v.Accepted, now) {
		return false
	}
	return !d.Opened.Mediated || now == "" || v.Accepted[""]
}
