package scenario

import (
	"context"
	"time"

	"portsmouth"
	"portsmouth/solver"
)

// Study is what a what-if is asked of: an agenda and what each party wants. It is as good for a scenario as for a
// conference that is over and whose parties have laid open what they wanted.
type Study struct {
	Agenda      *portsmouth.Agenda
	Parties     []string // ids, of those with preferences
	Preferences map[string]*portsmouth.Preferences
}

// Study returns what the file's what-ifs are asked of: the parties whose preferences it holds.
func (s *Scenario) Study() Study {
	st := Study{Agenda: &s.Agenda, Preferences: s.Preferences}
	for _, p := range s.Parties {
		if s.Preferences[p.ID] != nil {
			st.Parties = append(st.Parties, p.ID)
		}
	}
	return st
}

// Situation is what there was to agree on, with given floors and given heads.
type Situation struct {
	Problem  *solver.Problem
	Frontier *solver.Frontier
	Floors   []int64 // by party, in hundredths of a point; solver.NoReservation: none
	Zone     solver.Zone
	Choices  []solver.Choice // by the rules that need no powers, in the order of solver.Rules
}

// Answer is what a what-if comes to.
type Answer struct {
	Before, After Situation
	Effect        Effect
	Package       *Verdict // of the package that the question names; nil for none
}

// Effect is what the change does to the zone of agreement.
type Effect string

// The effects.
const (
	Opens     Effect = "opens"      // there is something to agree on, where there was nothing
	Closes    Effect = "closes"     // there is nothing left to agree on
	Widens    Effect = "widens"     // there is more
	Narrows   Effect = "narrows"    // there is less
	Unchanged Effect = "unchanged"  // there is as much as before
	StillNone Effect = "still-none" // there is nothing, as before
)

// Verdict is what a package is worth under the change.
type Verdict struct {
	Outcome portsmouth.Outcome
	Worth   []int64 // by party, in hundredths of a point
	Over    []int64 // by party: what it gives beyond the floor; Worth where there is none
	InZone  bool
}

// Ask answers a what-if. Its errors are those of the solver, and of kind Invalid for a question that cannot be answered
// or does not fit the study.
func (st Study) Ask(ctx context.Context, e solver.Effort, w *WhatIf) (*Answer, error) {
	if w.Unanswerable {
		return nil, portsmouth.Invalidf("what-if-numbers", "the numbers cannot answer this")
	}
	floors := st.floors(&WhatIf{On: w.On})
	before, err := st.Situation(ctx, e, floors, nil)
	if err != nil {
		return nil, err
	}
	after, err := st.Situation(ctx, e, st.floors(w), w.Fix)
	if err != nil {
		return nil, err
	}
	a := &Answer{Before: before, After: after, Effect: effect(&before, &after)}
	if w.Package != nil {
		a.Package = st.verdict(w.Package, after.Floors)
	}
	return a, nil
}

// Situation computes what there is to agree on with floors by party, in hundredths of a point, and some heads settled.
func (st Study) Situation(ctx context.Context, e solver.Effort, floors []int64, fix portsmouth.Outcome) (Situation, error) {
	s := Situation{Floors: floors}
	p, err := solver.FromAgenda(st.Agenda, st.wants(floors))
	if err != nil {
		return s, err
	}
	choices, err := chosen(st.Agenda, p, fix)
	if err != nil {
		return s, err
	}
	if s.Problem, err = p.Given(choices); err != nil {
		return s, err
	}
	if s.Frontier, err = s.Problem.Frontier(ctx, e); err != nil {
		return s, err
	}
	if s.Zone, err = s.Problem.ZoneOn(ctx, e, s.Frontier, s.Problem.Floors()); err != nil {
		return s, err
	}
	for _, rule := range solver.Rules() {
		if rule == solver.AsymmetricNash {
			continue
		}
		choice, err := s.Frontier.Choose(rule, s.Problem.Disagreement())
		if err != nil {
			return s, err
		}
		s.Choices = append(s.Choices, choice)
	}
	for _, pt := range s.Frontier.Points {
		solver.Whole(pt.Outcome, choices)
	}
	s.Problem = p
	return s, nil
}

func (st Study) wants(floors []int64) []solver.Want {
	wants := make([]solver.Want, len(st.Parties))
	for k, id := range st.Parties {
		wants[k] = solver.Want{Party: id, Preferences: st.Preferences[id], Reservation: floors[k]}
	}
	return wants
}

// chosen are the options of the heads that are settled, Open for the others.
func chosen(a *portsmouth.Agenda, p *solver.Problem, fix portsmouth.Outcome) ([]int, error) {
	choices := make([]int, len(p.Options))
	index, err := solver.Index(a, solver.Outcome(a, choices).With(fix)) // the open heads stand at any option
	if err != nil {
		return nil, err
	}
	for k := range a.Issues {
		choices[k] = solver.Open
		if _, settled := fix[a.Issues[k].ID]; settled {
			choices[k] = index[k]
		}
	}
	return choices, nil
}

// floors are what no agreement is worth to each party under the change.
func (st Study) floors(w *WhatIf) []int64 {
	floors := make([]int64, len(st.Parties))
	for k, id := range st.Parties {
		floors[k] = st.floor(id, w)
	}
	return floors
}

func (st Study) floor(party string, w *WhatIf) int64 {
	p := st.Preferences[party]
	if f, ok := w.Reserve[party]; ok {
		if f.Package != nil {
			f.Value = p.Utility(f.Package) / hundredth
		}
		return f.Value + int64(w.Months)*w.Drift[party]
	}
	v := solver.ReservationAt(w.kept(party, p), st.moment(w))
	if v == solver.NoReservation {
		return v
	}
	return v + int64(w.Months)*w.Drift[party]
}

// hundredth is how many units of Preferences.Utility make a hundredth of a point.
const hundredth = solver.AgendaUnit / 100

// kept are preferences without the reservations that the question drops.
func (w *WhatIf) kept(party string, p *portsmouth.Preferences) *portsmouth.Preferences {
	without := *p
	without.Reservations = nil
	for _, r := range p.Reservations {
		if !w.drops(party, r.From) {
			without.Reservations = append(without.Reservations, r)
		}
	}
	return &without
}

// moment is when the floors are taken: as the question says, else when the last reservation of all begins.
func (st Study) moment(w *WhatIf) time.Time {
	if at, ok := w.Moment(); ok {
		return at
	}
	var last time.Time
	for _, id := range st.Parties {
		for _, r := range st.Preferences[id].Reservations {
			if r.From.After(last) {
				last = r.From
			}
		}
	}
	return last
}

func (st Study) verdict(o portsmouth.Outcome, floors []int64) *Verdict {
	v := &Verdict{Outcome: o, InZone: st.Agenda.Check(o) == nil}
	for k, id := range st.Parties {
		worth := st.Preferences[id].Utility(o) / hundredth
		over := worth
		if floors[k] != solver.NoReservation {
			over -= floors[k]
			v.InZone = v.InZone && over >= 0
		}
		v.Worth, v.Over = append(v.Worth, worth), append(v.Over, over)
	}
	return v
}

func effect(before, after *Situation) Effect {
	a, b := before.Zone.Exists, after.Zone.Exists
	switch {
	case !a && b:
		return Opens
	case a && !b:
		return Closes
	case !a:
		return StillNone
	}
	switch after.Zone.Count.Low.Cmp(before.Zone.Count.Low) {
	case 1:
		return Widens
	case -1:
		return Narrows
	}
	return Unchanged
}
