package words

import (
	"strings"

	"portsmouth"
	"portsmouth/conference"
)

// Describe says an act in one sentence, as somebody may know it who sees the view v.
func Describe(p Printer, v *conference.View, act conference.Numbered) string {
	d := describer{p, v, act.Event}
	for _, part := range []func() (string, []any){d.convening, d.sessions, d.bargaining, d.text, d.rounds, d.record} {
		if key, values := part(); key != "" {
			return p.T("act."+key, values...)
		}
	}
	return p.T("act."+act.Body.Kind(), "who", d.who())
}

// describer finds the words for one act. Its parts return the rest of a key under "act." and the values in it, or "" for
// acts that are another part's.
type describer struct {
	p Printer
	v *conference.View
	e conference.Event
}

type values = []any

func (d describer) convening() (string, values) {
	switch b := d.e.Body.(type) {
	case conference.Founded:
		return "founded", values{"title", d.p.In(b.Title)}
	case conference.Invited:
		return "invited", values{"who", d.who(), "seat", d.seat(b.Party, b.Role, b.Name)}
	case conference.SeatTaken:
		return "seat-taken", values{"name", b.Name, "seat", d.seat(b.Party, b.Role, "")}
	case conference.InvitationDeclined:
		return "invitation-declined", values{"seat", d.invitation(b.Invitation)}
	case conference.InvitationAsked:
		return "invitation-asked", values{"seat", d.invitation(b.Invitation)}
	case conference.InvitationAnswered:
		return "invitation-answered", values{"who", d.who(), "seat", d.invitation(b.Invitation)}
	case conference.InvitationRevoked:
		return "invitation-revoked", values{"who", d.who(), "seat", d.invitation(b.Invitation)}
	case conference.SeatLeft:
		return "seat-left", values{"name", d.person(b.Person)}
	case conference.RulesProposed:
		return "rules-proposed", values{"who", d.who(), "version", b.Rules.Version}
	case conference.RulesAccepted:
		return "rules-accepted", values{"who", d.who(), "version", b.Version}
	case conference.RulesInForce:
		return "rules-in-force", values{"version", b.Version}
	case conference.StageEntered:
		return "stage-entered", values{"stage", d.p.T("stage." + string(b.Stage))}
	}
	return d.delegation()
}

func (d describer) delegation() (string, values) {
	switch b := d.e.Body.(type) {
	case conference.PowersPresented:
		return "powers-presented", values{"party", d.party(b.Party)}
	case conference.PowersFound:
		return "powers-found", values{"finder", d.party(b.Finder), "party", d.party(b.Party)}
	case conference.PowersObjected:
		return "powers-objected", values{"finder", d.party(b.Objector), "party", d.party(b.Party)}
	case conference.SubstituteAppointed:
		key := "substitute-appointed"
		if b.Recalled {
			key = "substitute-recalled"
		}
		return key, values{"name", d.person(b.Person), "party", d.party(b.Party)}
	case conference.InstructionsSent:
		return "instructions-sent", values{"party", d.party(b.Party)}
	case conference.ActHeld:
		return "act-held", values{"party", d.party(b.Party)}
	case conference.HeldApproved:
		return "held-approved", nil
	case conference.HeldSettled:
		switch {
		case b.Sent && b.Own:
			return "held-sent-own", nil
		case b.Sent:
			return "held-sent", nil
		}
		return "held-dropped", nil
	}
	return "", nil
}

func (d describer) sessions() (string, values) {
	switch b := d.e.Body.(type) {
	case conference.AgendaProposed:
		return "agenda-proposed", values{"who", d.who(), "issues", len(b.Agenda.Issues), "version", b.Agenda.Version}
	case conference.AgendaAdopted:
		return "agenda-adopted", values{"party", d.party(b.Party), "version", b.Version}
	case conference.AgendaFrozen:
		return "agenda-frozen", values{"version", b.Version}
	case conference.SessionOpened:
		return "session-opened", values{"number", b.Number, "place", b.Place}
	case conference.SessionAdjourned:
		if b.Until.IsZero() {
			return "session-adjourned", values{"number", b.Number}
		}
		return "session-adjourned-until", values{"number", b.Number, "until", b.Until}
	case conference.MinutesProposed:
		return "minutes-proposed", values{"who", d.who(), "number", b.Session}
	case conference.MinutesApproved:
		return "minutes-approved", values{"party", d.party(b.Party)}
	case conference.CommuniqueProposed, conference.Suspended, conference.Resumed, conference.StatementMade, conference.Closed:
		return d.e.Body.Kind(), values{"who", d.who()}
	case conference.CommuniqueAgreed:
		return "communique-agreed", values{"party", d.party(b.Party)}
	case conference.BrokenOff:
		return "broken-off", values{"party", d.party(b.Party)}
	case conference.BreakOffAgreed:
		return "break-off-agreed", values{"party", d.party(b.Party)}
	case conference.CarryAllowed:
		return "carry-allowed", values{"party", d.party(b.Party)}
	case conference.StatementReleased:
		if b.Carried {
			return "statement-carried", values{"party", d.party(b.Party)}
		}
		return "statement-released", values{"party", d.party(b.Party)}
	}
	return "", nil
}

func (d describer) bargaining() (string, values) {
	switch b := d.e.Body.(type) {
	case conference.IssueDeferred:
		return "issue-deferred", values{"who", d.who(), "issue", d.issue(b.Issue)}
	case conference.IssueReopened:
		return "issue-reopened", values{"who", d.who(), "issue", d.issue(b.Issue)}
	case conference.HeadConcurred:
		return "head-concurred", values{"party", d.party(b.Party), "issue", d.issue(b.Issue), "option", d.option(b.Issue, b.Option)}
	case conference.HeadsSettled:
		return "heads-settled", values{"terms", d.terms(b.Terms)}
	case conference.OfferMade:
		return d.offerMade(b)
	case conference.OfferAccepted:
		return "offer-accepted", values{"party", d.party(b.Party), "other", d.offerOf(b.Offer)}
	case conference.OfferRejected:
		return "offer-rejected", values{"party", d.party(b.Party), "other", d.offerOf(b.Offer)}
	case conference.OfferEnded:
		return "offer-" + b.How, values{"other", d.offerOf(b.Offer)}
	case conference.ProposalPut:
		return "proposal-put", values{"closes", b.Closes}
	case conference.ProposalAnswered:
		return choose(b.Accept, "proposal-accepted", "proposal-refused"), values{"party", d.party(b.Party)}
	case conference.ProposalClosed:
		return choose(b.Agreed, "proposal-agreed", "proposal-not-agreed"), nil
	}
	return "", nil
}

func (d describer) offerMade(b conference.OfferMade) (string, values) {
	switch {
	case len(b.If) > 0:
		return "offer-made-conditional", values{"party", d.party(b.Party)}
	case b.Whole:
		return "offer-made-whole", values{"party", d.party(b.Party)}
	}
	return "offer-made", values{"party", d.party(b.Party), "count", len(b.Terms)}
}

func (d describer) text() (string, values) {
	switch b := d.e.Body.(type) {
	case conference.TextDrafted:
		return "text-drafted", values{"articles", len(b.Document.Articles)}
	case conference.CorrectionProposed:
		return "correction-proposed", values{"who", d.who(), "article", d.article(b.Article)}
	case conference.CorrectionAnswered:
		return choose(b.Accept, "correction-accepted", "correction-refused"), values{"party", d.party(b.Party)}
	case conference.CorrectionMade:
		return "correction-made", values{"article", d.article(b.Article)}
	case conference.Initialled:
		return "initialled", values{"party", d.party(b.Party), "count", len(b.Articles)}
	case conference.Signed:
		return "signed", values{"name", b.Signature.Name, "party", d.party(b.Signature.Party)}
	case conference.Attested:
		return "attested", values{"name", b.Signature.Name}
	case conference.Ratified:
		return "ratified", values{"party", d.party(b.Party)}
	case conference.RatificationNotified:
		return "ratification-notified", values{"party", d.party(b.Party)}
	case conference.RatificationsExchanged:
		return choose(b.Place == "", "ratifications-exchanged", "ratifications-exchanged-place"), values{"place", b.Place}
	case conference.DeadlinePassed:
		what := b.What
		if d.p.Has("act.deadline-" + what) {
			what = d.p.T("act.deadline-" + what)
		}
		return "deadline-passed", values{"what", what}
	case conference.Published:
		return "published-" + b.Item, nil
	}
	return "", nil
}

func choose(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// who is the author: a party, the mediator, the convener, or the venue itself.
func (d describer) who() string {
	switch {
	case d.e.Party != "":
		return d.party(d.e.Party)
	case d.e.By == "":
		return d.p.T("role.venue")
	case d.e.Role == portsmouth.Mediator:
		return d.p.T("role.mediator")
	}
	return d.p.T("role.convener")
}

func (d describer) party(id string) string {
	if party := d.v.Party(id); party != nil {
		return d.p.In(party.Name)
	}
	for _, party := range d.v.Public().Parties { // the public does not see the founding
		if party.ID == id {
			return d.p.In(party.Name)
		}
	}
	return id
}

func (d describer) person(id string) string {
	if seat := d.v.Seat(id); seat != nil {
		return seat.Name
	}
	return d.p.T("role.former")
}

// seat says a role, its party, and the name of whoever is meant.
func (d describer) seat(party string, role portsmouth.Role, name string) string {
	s := d.p.T("role." + string(role))
	if party != "" {
		s = d.p.T("seat.in-party", "role", s, "party", d.party(party))
	}
	if name != "" {
		s += " (" + name + ")"
	}
	return s
}

func (d describer) invitation(id string) string {
	i := d.v.Invitation(id)
	if i == nil {
		return d.p.T("act.other-part")
	}
	return d.seat(i.Party, i.Role, i.Name)
}

func (d describer) issue(id string) string {
	if i := d.v.Agenda.Issue(id); i != nil {
		return d.p.In(i.Title)
	}
	return id
}

func (d describer) option(issue, value string) string {
	i := d.v.Agenda.Issue(issue)
	switch {
	case i == nil:
		return value
	case i.Kind == portsmouth.Numeric && i.Number != nil:
		return strings.TrimSpace(d.p.Decimal(value) + " " + d.p.In(i.Number.Unit))
	}
	return d.p.In(i.Label(value))
}

// terms says a package issue by issue.
func (d describer) terms(o portsmouth.Outcome) string {
	parts := make([]string, 0, len(o))
	for _, id := range portsmouth.SortedKeys(o) {
		parts = append(parts, d.p.T("act.term", "issue", d.issue(id), "option", d.option(id, o[id])))
	}
	return strings.Join(parts, "; ")
}

func (d describer) offerOf(id string) string {
	if o := d.v.Offer(id); o != nil {
		return d.party(o.Party)
	}
	return d.p.T("act.other-part")
}

// article names a part of the text: by its number where it has one.
func (d describer) article(id string) string {
	if id == "preamble" || id == "closing" {
		return d.p.T("act." + id)
	}
	if d.v.Text != nil {
		for _, a := range d.v.Text.Document.Articles {
			if a.ID == id && a.Number != "" {
				return d.p.T("act.article", "article", a.Number)
			}
		}
	}
	return id
}
