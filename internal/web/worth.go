package web

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/picture"
	"portsmouth/solver"
)

// What packages are worth to the reader's own delegation, by what it has stated that it wants. Everything here is computed
// from that delegation's own numbers and from offers that lie before all: nothing of what another party wants goes in.

// ownWorth is the reader's delegation with its stated preferences, as a problem of one party.
type ownWorth struct {
	*sheet
	wants   *portsmouth.Preferences
	problem *solver.Problem
	floor   int64 // what no agreement is worth now, in units; solver.NoReservation: not stated
}

// ownWorth returns nil for who has no part in a delegation, for a delegation that has stated nothing, and where what it
// stated is about another agenda.
func (s *sheet) ownWorth() *ownWorth {
	if !s.View.Viewer.Role.InDelegation() || s.View.Agenda == nil {
		return nil
	}
	stated := s.View.LastStated()
	if stated == nil {
		return nil
	}
	w := &ownWorth{sheet: s, wants: &stated.Preferences}
	now := solver.ReservationAt(w.wants, s.Now)
	var err error
	w.problem, err = solver.FromAgenda(s.View.Agenda, []solver.Want{{Party: s.mine(), Preferences: w.wants, Reservation: now}})
	if err != nil {
		return nil
	}
	w.floor = w.problem.Parties[0].Reservation
	return w
}

// span is a worth in units: of a whole package exactly, of a partial one from its worst completion to its best.
type span struct{ low, high int64 }

func (r span) exact() bool { return r.low == r.high }

// of returns the worth of terms; ok is false when no legal package can be made of them.
func (w *ownWorth) of(ctx context.Context, terms portsmouth.Outcome) (r span, ok bool) {
	a := w.View.Agenda
	if len(terms) == len(a.Issues) {
		u := w.wants.Utility(terms)
		return span{u, u}, a.Check(terms) == nil
	}
	rest, err := w.problem.Given(w.open(terms))
	if err != nil {
		return span{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, weighingTime)
	defer cancel()
	best, okBest := top(ctx, rest)
	worst, okWorst := top(ctx, reversed(rest))
	return span{-worst, best}, okBest && okWorst
}

// weighingTime bounds how long a page looks for the best and worst that can come of one partial package, and weighingMemory
// what that may hold: a delegation can make its own numbers as hard as it likes.
const (
	weighingTime   = 250 * time.Millisecond
	weighingMemory = int64(64) << 20
)

// open are the choices that terms make, by issue, and solver.Open for what they leave open.
func (w *ownWorth) open(terms portsmouth.Outcome) []int {
	a := w.View.Agenda
	choices := make([]int, len(a.Issues))
	index, err := solver.Index(a, solver.Outcome(a, choices).With(terms))
	for k := range choices {
		choices[k] = solver.Open
		if _, settled := terms[a.Issues[k].ID]; settled && err == nil {
			choices[k] = index[k]
		}
	}
	return choices
}

// top is the most that a problem of one party can come to.
func top(ctx context.Context, p *solver.Problem) (int64, bool) {
	f, err := p.Frontier(ctx, solver.Effort{Memory: weighingMemory})
	if err != nil || len(f.Points) == 0 {
		return 0, false
	}
	return f.Points[0].Utility[0], true
}

// reversed is the problem of somebody who wants the contrary, whose best is the party's worst. Problems made of an agenda
// have no boxes and no cap.
func reversed(p *solver.Problem) *solver.Problem {
	party := p.Parties[0]
	party.Base, party.Reservation = -party.Base, solver.NoReservation
	values := make([][]int64, len(party.Values))
	for k := range values {
		values[k] = negated(party.Values[k])
	}
	party.Values = values
	tables := make([]solver.Table, len(party.Tables))
	for k, t := range party.Tables {
		tables[k] = solver.Table{Issues: t.Issues, Values: negated(t.Values)}
	}
	party.Tables = tables
	return &solver.Problem{Options: p.Options, Conditions: p.Conditions, Parties: []solver.Party{party}}
}

func negated(values []int64) []int64 {
	if values == nil {
		return nil
	}
	n := make([]int64, len(values))
	for k, v := range values {
		n[k] = -v
	}
	return n
}

// stand is what a party's offers up to and with number n of them all amount to: each takes the place of what the party
// said before on the same issues.
func (s *sheet) stand(party string, n int) portsmouth.Outcome {
	terms := portsmouth.Outcome{}
	for _, o := range s.View.Offers[:n] {
		if o.Party == party {
			terms = terms.With(o.All())
		}
	}
	return terms
}

// lastStand is the last that a party offered, nil when it offered nothing.
func (s *sheet) lastStand(party string) portsmouth.Outcome {
	terms := s.stand(party, len(s.View.Offers))
	if len(terms) == 0 {
		return nil
	}
	return terms
}

// weighed is a package that is being written or read, with all that it is to be compared with.
type weighed struct {
	*ownWorth
	terms portsmouth.Outcome
	worth span
	legal bool
	lasts []lastOffer
}

// lastOffer is what a party last offered, by its worth to the reader's own.
type lastOffer struct {
	party string
	worth span
}

// weigh returns nil for who has nothing to weigh with, or when there is nothing to weigh.
func (s *sheet) weigh(ctx context.Context, terms portsmouth.Outcome) *weighed {
	w := s.ownWorth()
	if w == nil {
		return nil
	}
	terms = onAgenda(s.View.Agenda, terms)
	if len(terms) == 0 {
		return nil
	}
	m := &weighed{ownWorth: w, terms: terms}
	m.worth, m.legal = w.of(ctx, terms)
	parties := append([]string{s.mine()}, s.others()...)
	for _, id := range parties {
		last := s.lastStand(id)
		if last == nil {
			continue
		}
		if r, ok := w.of(ctx, onAgenda(s.View.Agenda, last)); ok {
			m.lasts = append(m.lasts, lastOffer{id, r})
		}
	}
	return m
}

// onAgenda are the terms that settle something on the agenda: a form is weighed before the rules have looked at it.
func onAgenda(a *portsmouth.Agenda, terms portsmouth.Outcome) portsmouth.Outcome {
	kept := portsmouth.Outcome{}
	for k := range a.Issues {
		i := &a.Issues[k]
		if v := terms[i.ID]; v != "" && i.Allows(v) == nil {
			kept[i.ID] = v
		}
	}
	return kept
}

// others are the parties but one's own.
func (s *sheet) others() []string {
	var list []string
	for _, id := range s.parties() {
		if id != s.mine() {
			list = append(list, id)
		}
	}
	return list
}

// spanWords writes a worth in points.
func (s *sheet) spanWords(r span) string {
	if r.exact() {
		return s.points(r.low)
	}
	return s.T("worth.span", "low", s.points(r.low), "high", s.points(r.high))
}

// floorKind says how the package stands to what no agreement is worth: "above", "at", "below", "around" or "" for none.
func (m *weighed) floorKind() string {
	switch {
	case m.floor == solver.NoReservation:
		return ""
	case m.worth.low > m.floor:
		return "above"
	case m.worth.high < m.floor:
		return "below"
	case m.worth.exact():
		return "at"
	}
	return "around"
}

// floorWords says the same with the distance.
func (m *weighed) floorWords() string {
	by := m.worth.low - m.floor
	if m.floorKind() == "below" {
		by = m.floor - m.worth.high
	}
	return m.T("worth.floor-"+m.floorKind(), "by", m.points(by))
}

// change says how the package compares with a last offer, "" where either is a span.
func (m *weighed) change(last lastOffer) string {
	if !m.worth.exact() || !last.worth.exact() {
		return ""
	}
	by := m.points(m.worth.low - last.worth.low)
	if m.worth.low > last.worth.low {
		by = "+" + by
	}
	return m.T("worth.change", "by", by)
}

// strip pictures the package on the delegation's own scale, with what no agreement is worth and the last offers.
func (m *weighed) strip() templ.Component {
	if !m.worth.exact() || !m.legal {
		return templ.NopComponent
	}
	row := picture.Strip{Party: m.drawn(m.mine()), Low: 0, High: 100}
	if m.floor != solver.NoReservation {
		row.Floors = []picture.Floor{{At: inPoints(m.floor), Label: m.T("worth.floor")}}
	}
	p := &picture.Strips{Words: m.pictured(m.T("worth.strip"), m.T("worth.strip-desc"))}
	add := func(badge, label string, r span, fair bool) {
		row.Marks = append(row.Marks, picture.Pin{At: inPoints(r.low), Badge: badge, Fair: fair})
		p.Legend = append(p.Legend, picture.Marked{Badge: badge, Label: label, Value: m.points(r.low), Fair: fair})
	}
	badges := picture.Badges(len(m.lasts) + 1)
	add(badges[0], m.T("worth.this"), m.worth, true)
	for k, last := range m.lasts {
		if last.worth.exact() {
			add(badges[k+1], m.lastWords(last), last.worth, false)
		}
	}
	p.Rows = []picture.Strip{row}
	return templ.Raw(string(p.SVG(picture.Embedded)))
}

func (m *weighed) lastWords(last lastOffer) string {
	if last.party == m.mine() {
		return m.T("worth.our-last")
	}
	return m.T("worth.their-last", "party", m.Party(last.party).Name)
}

// composed are the terms of the offer form as it stands: what was written, or what it begins with.
func (s *sheet) composed() portsmouth.Outcome {
	if s.sent.Values == nil {
		return s.draft().terms
	}
	terms, err := s.sent.terms(s.View.Agenda)
	if err != nil {
		return nil
	}
	return terms
}

// alternativesShown is how many alternatives are shown for each other party.
const alternativesShown = 3

// alternative is a package that is worth the same to the reader's own and settles more as another party last asked.
type alternative struct {
	to      string // the party
	terms   portsmouth.Outcome
	worth   int64
	changes []*portsmouth.Issue // against what was composed
	closer  int                 // on how many issues it comes to what they last asked
}

// sameWorth is how far apart two packages may be and still be called equally good: half a point.
const sameWorth = solver.AgendaUnit / 2

// alternatives looks for packages that are the same to the reader's own and nearer to what each other party last asked.
func (m *weighed) alternatives(ctx context.Context) []alternative {
	a := m.View.Agenda
	if !m.worth.exact() || !m.legal {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookingUp)
	defer cancel()
	settled := m.keptHeads()
	given, err := m.problem.Given(settled)
	if err != nil {
		return nil
	}
	book, err := given.Book(ctx, solver.Effort{Memory: weighingMemory}, 0)
	if err != nil {
		return nil
	}
	var list []alternative
	for _, id := range m.others() {
		asked := m.lastStand(id)
		if asked == nil {
			continue
		}
		target := m.terms.With(onAgenda(a, asked))
		list = append(list, m.near(book, settled, id, target)...)
	}
	return list
}

// lookingUp bounds how long a page waits for alternatives.
const lookingUp = time.Second

// keptHeads are the choices of the heads that are settled and that the package leaves so.
func (m *weighed) keptHeads() []int {
	kept := portsmouth.Outcome{}
	for id, v := range m.View.Settled() {
		if m.terms[id] == v {
			kept[id] = v
		}
	}
	return m.open(kept)
}

func (m *weighed) near(book *solver.Book, settled []int, party string, target portsmouth.Outcome) []alternative {
	a := m.View.Agenda
	index, err := solver.Index(a, target)
	if err != nil {
		return nil
	}
	for k := range index {
		if settled[k] != solver.Open {
			index[k] = 0 // the only choice that is left there
		}
	}
	found, err := book.NearestTo(index, m.worth.low, sameWorth, alternativesShown+1)
	if err != nil {
		return nil
	}
	var list []alternative
	far := apart(a, m.terms, target)
	for _, p := range found.Points {
		terms := solver.Outcome(a, solver.Whole(p.Outcome, settled))
		one := alternative{to: party, terms: terms, worth: p.Utility[0], closer: far - apart(a, terms, target)}
		for k := range a.Issues {
			if id := a.Issues[k].ID; terms[id] != m.terms[id] {
				one.changes = append(one.changes, &a.Issues[k])
			}
		}
		if one.closer > 0 && len(list) < alternativesShown {
			list = append(list, one)
		}
	}
	return list
}

// apart counts the issues that two packages settle otherwise.
func apart(a *portsmouth.Agenda, one, other portsmouth.Outcome) int {
	n := 0
	for k := range a.Issues {
		if one[a.Issues[k].ID] != other[a.Issues[k].ID] {
			n++
		}
	}
	return n
}

// weighedOffer is what an offer that was made is worth to the reader's own.
func (s *sheet) weighedOffer(ctx context.Context, o *conference.Offer) *weighed {
	return s.weigh(ctx, s.stand(o.Party, s.place(o)+1))
}

// place is the place of an offer among all.
func (s *sheet) place(o *conference.Offer) int {
	for k, x := range s.View.Offers {
		if x == o {
			return k
		}
	}
	return -1
}
