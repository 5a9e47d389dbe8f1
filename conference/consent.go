package conference

import (
	"slices"
	"strings"
	"time"

	"portsmouth"
)

// Rules are the rules of procedure that all consent to before anything else starts.
type Rules struct {
	Version         int       `json:"version"`
	Confidentiality string    `json:"confidentiality"` // "closed": what is said stays in its room until released
	Publicity       Publicity `json:"publicity"`
	Languages       []string  `json:"languages"`
	FullPowers      bool      `json:"full_powers"`             // full powers are exchanged and found in due form before bargaining
	Prevails        string    `json:"prevails"`                // the language that decides in case of discrepancy, "" for none
	Decision        string    `json:"decision"`                // "all": every party must agree
	WholeOnly       bool      `json:"whole_only"`              // nothing is agreed until everything is agreed
	ProposalResult  string    `json:"proposal_result"`         // "at-close" or "when-all-answered"
	EntryIntoForce  string    `json:"entry_into_force"`        // "on-signature", "on-last-ratification", "on-last-notice"
	RatifyWithin    int       `json:"ratify_within,omitempty"` // days after the last signature, 0 for no limit
	Deadline        time.Time `json:"deadline,omitzero"`       // for an agreement; passing it is recorded and ends nothing
	Leaving         string    `json:"leaving"`                 // how a party leaves
	Note            string    `json:"note,omitempty"`          // anything else that all agree on
}

// Publicity says what the public gets to know. Nothing else ever becomes public.
type Publicity struct {
	Listed      bool   `json:"listed"`      // that the conference exists, between whom, by whom mediated
	Communiques bool   `json:"communiques"` // statements to which all agree
	Text        string `json:"text"`        // "on-signature", "on-entry", "never"
}

// DefaultRules are what most would choose: closed, nothing agreed until everything is, results at the close.
func DefaultRules(languages []string) Rules {
	prevails := ""
	if len(languages) > 1 {
		prevails = languages[0]
	}
	return Rules{
		Confidentiality: "closed", Publicity: Publicity{Communiques: true, Text: "never"},
		Languages: slices.Clone(languages), Prevails: prevails, FullPowers: true, Decision: "all", WholeOnly: true,
		ProposalResult: "at-close", EntryIntoForce: "on-last-ratification",
		Leaving: "Any party may break off at any time by saying so to all, with its reason.",
	}
}

func (r *Rules) check(languages []string) error {
	for _, c := range []struct {
		name, value string
		allowed     []string
	}{
		{"confidentiality", r.Confidentiality, []string{"closed"}},
		{"decision", r.Decision, []string{"all"}},
		{"proposal_result", r.ProposalResult, []string{"at-close", "when-all-answered"}},
		{"entry_into_force", r.EntryIntoForce, []string{"on-signature", "on-last-ratification", "on-last-notice"}},
		{"publicity.text", r.Publicity.Text, []string{"on-signature", "on-entry", "never"}},
	} {
		if !slices.Contains(c.allowed, c.value) {
			return portsmouth.Invalidf("rules-form", "%s must be one of: %s", c.name, strings.Join(c.allowed, ", "))
		}
	}
	if !slices.Equal(r.Languages, languages) {
		return portsmouth.Invalidf("rules-languages", "the rules must name the conference's languages: %s", strings.Join(languages, ", "))
	}
	if r.Prevails != "" && !slices.Contains(languages, r.Prevails) {
		return portsmouth.Invalidf("rules-languages", "the language that prevails must be one of: %s", strings.Join(languages, ", "))
	}
	if r.RatifyWithin < 0 || r.RatifyWithin > 3650 {
		return portsmouth.Invalidf("rules-form", "ratify_within must be 0 to 3650 days")
	}
	if err := prose("how to leave", r.Leaving, true); err != nil {
		return err
	}
	return prose("the note", r.Note, false)
}

func (d *deciding) found(c Found) error {
	if err := checkParties(c.Parties, c.Languages); err != nil {
		return err
	}
	if len(c.Languages) == 0 || len(c.Languages) > 4 {
		return portsmouth.Invalidf("languages", "a conference has 1 to 4 languages")
	}
	for _, l := range c.Languages {
		if len(l) < 2 || len(l) > 12 || strings.Trim(l, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			return portsmouth.Invalidf("languages", "“%.20s” is not a language tag such as en or fr", l)
		}
	}
	d.Opened.Languages = c.Languages // of the fresh state, so that texts are checked in them
	if err := d.inLanguages("the title", c.Title); err != nil {
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
		if m := p.Name.Missing(languages); len(m) > 0 {
			return portsmouth.Invalidf("text-languages", "the name of party %s is missing in %s", p.ID, strings.Join(m, ", "))
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
	}
	if c.Role == portsmouth.Mediator && d.Rules != nil && d.hasRole("", portsmouth.Mediator) && as != portsmouth.Mediator {
		return portsmouth.Refuse("mediator-accepted", "the mediator whom all accepted chooses who assists")
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
	if !d.viewer.Convener && i.By != d.meta.By {
		return portsmouth.Refuse("invite-whom", "whoever sent an invitation, or the convener, takes it back")
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

func (d *deciding) leaveSeat(c LeaveSeat) error {
	if d.seat(d.meta.By) == nil {
		return portsmouth.Refuse("seated", "you have no seat to leave")
	}
	if err := prose("the reason", c.Reason, false); err != nil {
		return err
	}
	d.emit(ToConvening, SeatLeft{Person: d.meta.By, Reason: c.Reason})
	return nil
}

func (d *deciding) proposeRules(c ProposeRules) error {
	r := c.Rules
	r.Version = d.RulesCount + 1
	if err := r.check(d.Opened.Languages); err != nil {
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
	d.emit(ToConvening, RulesAccepted{Version: c.Version, Party: d.viewer.Party})
	if !d.consented(v, d.viewer.Party) {
		return nil
	}
	d.emit(ToConvening, RulesInForce{Version: c.Version})
	if d.Stage == Convening {
		d.emit(ToConvening, StageEntered{Stage: Opening})
	}
	return nil
}

func (d *deciding) consented(v *RulesVote, now string) bool {
	if !d.allWith(v.Accepted, now) {
		return false
	}
	return !d.Opened.Mediated || now == "" || v.Accepted[""]
}
