package conference

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"portsmouth"
	"portsmouth/treaty"
)

// The agenda: proposed, adopted by all, frozen under a number; and how each issue on it stands.

func (d *deciding) proposeAgenda(c ProposeAgenda) error {
	a := c.Agenda
	a.Version = d.AgendaCount + 1
	a.Languages = slices.Clone(d.Opened.Languages)
	if err := a.Validate(); err != nil {
		return err
	}
	for _, i := range a.Issues {
		for _, o := range i.Options {
			for _, region := range portsmouth.SortedKeys(o.Regions) {
				if d.party(o.Regions[region]) == nil {
					return portsmouth.Invalidf("region-party", "issue %s gives region %s to “%.40s”, which is no party", i.ID, region, o.Regions[region])
				}
			}
		}
	}
	if err := writable(&a); err != nil {
		return err
	}
	if err := d.somethingNew(&a); err != nil {
		return err
	}
	if err := prose("the reason", c.Why, d.Agenda != nil); err != nil {
		return err
	}
	d.emit(ToPlenary, AgendaProposed{Agenda: a, Why: c.Why})
	return nil
}

// somethingNew refuses an agenda that says the same as the one before all or the one in force: it would only ask for
// adoptions that are given or awaited already.
func (d *deciding) somethingNew(a *portsmouth.Agenda) error {
	if v := d.AgendaVote; v != nil && sameAgenda(a, &v.Agenda) {
		return portsmouth.Refuse("agenda-same", "this very agenda is before the conference as version %d; it waits to be adopted", v.Agenda.Version)
	}
	if d.Agenda != nil && sameAgenda(a, d.Agenda) {
		return portsmouth.Refuse("agenda-same", "this agenda changes nothing: it is version %d, which is in force", d.Agenda.Version)
	}
	return nil
}

// sameAgenda compares two agendas but for their version, as they are written down.
func sameAgenda(a, b *portsmouth.Agenda) bool {
	x, y := *a, *b
	x.Version, y.Version = 0, 0
	one, err := json.Marshal(x)
	if err != nil {
		return false
	}
	other, err := json.Marshal(y)
	return err == nil && bytes.Equal(one, other)
}

// writable reports why a package of the agenda could fail to become a text. It must be known now: once all have agreed,
// or when secret answers meet, nothing may fail any more.
func writable(a *portsmouth.Agenda) error {
	for _, f := range a.Frame.Articles {
		if f.ID == treaty.Preamble || f.ID == treaty.Closing {
			return portsmouth.Invalidf("article-id", "article id “%s” is reserved", f.ID)
		}
	}
	for _, i := range a.Issues {
		if i.ID == treaty.Preamble || i.ID == treaty.Closing { // it would be the article's, where the frame has none
			return portsmouth.Invalidf("article-id", "issue id “%s” is reserved", i.ID)
		}
	}
	for _, t := range texts(a) {
		for _, l := range portsmouth.SortedKeys(t) {
			if err := plain("a text of the agenda", t[l]); err != nil {
				return err
			}
			tidy := treaty.Tidy(t[l])
			if tidy == "" && strings.TrimSpace(t[l]) != "" {
				return portsmouth.Invalidf("text-given", "a text of the agenda shows nothing in %s", l)
			}
			if err := treaty.CheckText("a text of the agenda", tidy); err != nil {
				return err
			}
		}
	}
	return nil
}

// texts lists every text of an agenda that a treaty can take up.
func texts(a *portsmouth.Agenda) []portsmouth.Text {
	all := []portsmouth.Text{a.Frame.Title, a.Frame.Preamble, a.Frame.Closing}
	for _, f := range a.Frame.Articles {
		all = append(all, f.Title, f.Text, f.After)
	}
	for _, i := range a.Issues {
		all = append(all, i.Title, i.Note)
		if i.Number != nil {
			all = append(all, i.Number.Unit)
			all = append(all, clauseTexts(i.Number.Clauses)...)
		}
		for _, o := range i.Options {
			all = append(all, o.Label)
			all = append(all, clauseTexts(o.Clauses)...)
		}
	}
	for _, c := range a.Conditions {
		all = append(all, c.Why)
	}
	for _, r := range a.Regions {
		all = append(all, r.Name)
	}
	return all
}

func clauseTexts(cs []portsmouth.Clause) []portsmouth.Text {
	all := make([]portsmouth.Text, len(cs))
	for k, c := range cs {
		all[k] = c.Text
	}
	return all
}

// adoptAgenda: with the last adoption the agenda is frozen; offers and proposals that it no longer fits are overtaken.
func (d *deciding) adoptAgenda(c AdoptAgenda) error {
	v := d.AgendaVote
	if v == nil || v.Agenda.Version != c.Version {
		return portsmouth.Refuse("agenda-version", "this is not the agenda that is before the conference; read it again")
	}
	if v.Adopted[d.viewer.Party] {
		return portsmouth.Refuse("agenda-once", "you have already adopted it")
	}
	d.emit(ToPlenary, AgendaAdopted{Version: c.Version, Party: d.viewer.Party})
	if !d.allWith(v.Adopted, d.viewer.Party) {
		return nil
	}
	d.emit(ToPlenary, AgendaFrozen(c))
	d.overtake("the agenda has changed", func(terms portsmouth.Outcome, whole bool) bool {
		if whole {
			return v.Agenda.Check(terms) == nil
		}
		return v.Agenda.CheckPartial(terms) == nil
	})
	if d.Stage == Opening && d.powersInOrder("", "") {
		d.emit(ToPlenary, StageEntered{Stage: Bargaining})
	}
	return nil
}

// overtake ends the standing offers and open proposals whose terms keep refuses.
func (d *deciding) overtake(why string, keep func(terms portsmouth.Outcome, whole bool) bool) {
	for _, o := range d.Offers {
		if o.Ended == "" && !keep(o.All(), o.Whole) {
			d.emit(ToPlenary, OfferEnded{Offer: o.Offer, How: "overtaken", Why: why})
		}
	}
	for _, p := range d.Proposals {
		if !p.Closed && !keep(p.Terms, p.Whole) {
			d.emit(ToPlenary, ProposalWithdrawn{Proposal: p.Proposal, Reason: why})
		}
	}
	d.endRound("", why)
}

// endRound takes back the round that is open, unless it is the one named.
func (d *deciding) endRound(but, why string) {
	for _, r := range d.Rounds {
		if !r.Closed && r.Round != but {
			d.emit(ToPlenary, RoundWithdrawn{Round: r.Round, Reason: why})
		}
	}
}

func (d *deciding) onAgenda(issue string) (*portsmouth.Issue, error) {
	i := d.Agenda.Issue(issue)
	if i == nil {
		return nil, portsmouth.Invalidf("issue-exists", "there is no issue “%.60s” on the agenda", issue)
	}
	return i, nil
}

func (d *deciding) deferIssue(c DeferIssue) error {
	if _, err := d.onAgenda(c.Issue); err != nil {
		return err
	}
	if st := d.head(c.Issue).Status; st != Open {
		return portsmouth.Refuse("issue-open", "only an open issue can be deferred; this one is %s", st)
	}
	if err := prose("the reason", c.Reason, false); err != nil {
		return err
	}
	d.emit(ToPlenary, IssueDeferred(c))
	return nil
}

func (d *deciding) reopenIssue(c ReopenIssue) error {
	if _, err := d.onAgenda(c.Issue); err != nil {
		return err
	}
	if d.head(c.Issue).Status == Open {
		return portsmouth.Refuse("issue-open", "this issue is open")
	}
	if err := prose("the reason", c.Reason, true); err != nil {
		return err
	}
	d.emit(ToPlenary, IssueReopened(c))
	return nil
}

// agreeHead: when every party is ready for the same option, the issue is settled ad referendum (or agreed, when the
// rules do not make everything hang on everything).
func (d *deciding) agreeHead(c AgreeHead) error {
	i, err := d.onAgenda(c.Issue)
	if err != nil {
		return err
	}
	if err := i.Allows(c.Option); err != nil {
		return err
	}
	h := d.head(c.Issue)
	if h.Status != Open {
		return portsmouth.Refuse("issue-open", "this issue is %s; reopen it first", h.Status)
	}
	if h.Ready[d.viewer.Party] == c.Option {
		return portsmouth.Refuse("head-once", "you have already said so")
	}
	terms := portsmouth.Outcome{c.Issue: c.Option}
	if err := d.fitsSettled(terms); err != nil {
		return err
	}
	if held, err := d.hold(c, terms); held || err != nil {
		return err
	}
	d.emit(ToPlenary, HeadConcurred{Party: d.viewer.Party, Issue: c.Issue, Option: c.Option})
	for _, id := range d.partyIDs() {
		if id != d.viewer.Party && h.Ready[id] != c.Option {
			return nil
		}
	}
	return d.settle(terms, "")
}

// settled is what is settled so far.
func (s *State) settled() portsmouth.Outcome {
	o := portsmouth.Outcome{}
	for _, id := range portsmouth.SortedKeys(s.Heads) {
		if h := s.Heads[id]; h.Status == AdReferendum || h.Status == Agreed {
			o[id] = h.Value
		}
	}
	return o
}

// fitsSettled reports why terms cannot stand beside what is settled: a condition would be broken. A whole package replaces
// what is settled, so it fits.
func (d *deciding) fitsSettled(terms portsmouth.Outcome) error {
	return d.Agenda.CheckPartial(d.settled().With(terms))
}

// settle records terms on which all concur. A whole package becomes the baseline; so do single heads, once all are
// settled, unless the rules make nothing agreed until everything is agreed.
func (d *deciding) settle(terms portsmouth.Outcome, via string) error {
	if d.Agenda.Check(terms) == nil {
		return d.baseline(terms, via)
	}
	d.emit(ToPlenary, HeadsSettled{Terms: terms, Via: via})
	all := d.settled().With(terms)
	if !d.Rules.WholeOnly && d.Agenda.Check(all) == nil {
		return d.baseline(all, via)
	}
	return nil
}
