package solver

import (
	"cmp"
	"context"
	"slices"

	"portsmouth"
)

// Version names the way in which this package computes suggestions. It changes whenever the same inputs could give
// another answer, so that a record of what was computed can be checked later.
const Version = "1"

// Request asks for whole packages by a rule of fairness, from what the parties have stated.
type Request struct {
	Agenda *portsmouth.Agenda
	Wants  []RangedWant
	Rule   Rule
	// Settled are terms that stay as they are: heads agreed ad referendum.
	Settled portsmouth.Outcome
	// Over is a package that is to be bettered, by at least MinGain hundredths of a point for everyone; nil: what no
	// agreement is worth is to be bettered.
	Over    portsmouth.Outcome
	MinGain int64
	Most    int // packages; 0: three
}

// OverRanges is the Method of a suggestion from ranges: the package whose greatest regret over them is smallest.
const OverRanges = "least regret over the ranges"

// suggestMemory bounds one suggestion: a venue computes it beside its other work.
const suggestMemory = int64(256) << 20

// RangedWant is a Want with how far it is known.
type RangedWant struct {
	Want
	Ranges *portsmouth.Ranges
}

// Suggestion is the answer to a Request. Without a package that is better for all, Packages is empty.
type Suggestion struct {
	Packages []portsmouth.Outcome // best first
	Method   string               // "exact", or on what the choice rests
}

// Suggest returns the packages that the rule chooses, the best first: for preferences that are known exactly those with
// the greatest objective, for ranges those whose greatest regret is smallest. The same request always gives the same
// answer. Gains are counted as Frontier.Choose counts them, for a party without a reservation from the least that it gets
// on the frontier; where that leaves no package a gain for all, from below its worst. An improvement (Over) is computed from the stated numbers and not from their ranges, since the worth of the
// package to be bettered moves with them.
//
// Errors are of kind Invalid, and those of Uncertain.MinimaxRegret.
func Suggest(ctx context.Context, r Request) (Suggestion, error) {
	q, choices, err := r.problem()
	if err != nil {
		return Suggestion{}, err
	}
	s, err := r.suggest(ctx, q, choices)
	if portsmouth.RuleOf(err) == "range-zone" && q.fromBottom() {
		s, err = r.suggest(ctx, q, choices)
	}
	if rule := portsmouth.RuleOf(err); rule == "range-zone" || rule == "solver-legal" {
		return Suggestion{Method: "exact"}, nil
	}
	return s, err
}

// fromBottom measures those for whom anything is better than no agreement from below all packages, and reports whether
// there are any. Measured from the least that they get on the frontier, as a rule does, nobody has a gain where all want
// the same.
func (p *Problem) fromBottom() bool {
	some := false
	for k := range p.Parties {
		if y := &p.Parties[k]; y.Reservation == NoReservation {
			y.Reservation, some = y.bottom()-1, true
		}
	}
	return some
}

// bottom is what no package can fall below: 0 points, and less for what terms are worth only together.
func (y *Party) bottom() int64 {
	low := y.Base
	for n := range y.Tables {
		if values := y.Tables[n].Values; len(values) > 0 {
			low += min(0, slices.Min(values))
		}
	}
	return low
}

// suggest is one attempt at a problem. Errors with the rules range-zone and solver-legal mean that there is nothing.
func (r *Request) suggest(ctx context.Context, q *Problem, choices []int) (Suggestion, error) {
	exact := true
	ranges := make([]Range, len(r.Wants))
	for k := range r.Wants {
		if r.Over == nil && r.Wants[k].Ranges != nil {
			exact = false
			ranges[k] = ranged(r.Agenda, &r.Wants[k], q, k, choices)
		}
	}
	u, err := q.Within(ranges)
	if err != nil {
		return Suggestion{}, err
	}
	hedge := Hedge{Rule: r.Rule, Packages: cmp.Or(r.Most, defaultPackages)}
	if exact {
		hedge.Profiles = 1
	}
	best, err := u.MinimaxRegret(ctx, hedge, Effort{Memory: suggestMemory})
	if err != nil {
		return Suggestion{}, err
	}
	if exact {
		if err := best.lead(ctx, q, hedge); err != nil {
			return Suggestion{}, err
		}
	}
	found := best.suggestion(r.Agenda, q, choices, exact)
	if len(found.Packages) == 0 && !exact { // what is safest over the ranges is not good enough by the numbers themselves
		return r.asStated().suggest(ctx, q, choices)
	}
	return found, nil
}

// asStated is the same request without ranges.
func (r *Request) asStated() *Request {
	stated := *r
	stated.Wants = slices.Clone(r.Wants)
	for k := range stated.Wants {
		stated.Wants[k].Ranges = nil
	}
	return &stated
}

// lead puts the rule's own choice first. Regret knows the smallest gain alone; where that is equal the rule goes by the
// next smallest.
func (h *Hedged) lead(ctx context.Context, q *Problem, hedge Hedge) error {
	f, err := q.Frontier(ctx, Effort{Memory: suggestMemory})
	if err != nil {
		return err
	}
	choice, err := f.Choose(h.Rule, q.Disagreement())
	if err != nil || len(choice.Points) == 0 {
		return err
	}
	chosen := func(a Advice) bool {
		worth := q.Point(a.Outcome).Utility
		return slices.ContainsFunc(choice.Points, func(n int) bool { return slices.Equal(f.Points[n].Utility, worth) })
	}
	at := slices.IndexFunc(h.Packages, chosen)
	if at < 0 {
		at = len(h.Packages)
		h.Packages = append(h.Packages, Advice{Outcome: f.Points[choice.Points[0]].Outcome})
	}
	first := h.Packages[at]
	copy(h.Packages[1:], h.Packages[:at])
	h.Packages[0] = first
	h.Packages = h.Packages[:min(len(h.Packages), hedge.Packages)]
	return nil
}

// suggestion keeps of what was found only what gives everyone, by the numbers that it stated, at least what it must.
func (h *Hedged) suggestion(a *portsmouth.Agenda, q *Problem, choices []int, exact bool) Suggestion {
	s := Suggestion{Method: string(h.Quality)}
	if !exact {
		s.Method = OverRanges
	}
	for _, p := range h.Packages {
		if q.reaches(p.Outcome) {
			s.Packages = append(s.Packages, Outcome(a, Whole(p.Outcome, choices)))
		}
	}
	return s
}

// reaches reports whether an outcome gives everyone at least its reservation.
func (p *Problem) reaches(outcome []int) bool {
	for k := range p.Parties {
		if floor := p.Parties[k].Reservation; floor != NoReservation && p.Utility(k, outcome) < floor {
			return false
		}
	}
	return true
}

// problem states the request as a Problem with the settled issues given.
func (r *Request) problem() (*Problem, []int, error) {
	wants := make([]Want, len(r.Wants))
	for k := range r.Wants {
		wants[k] = r.Wants[k].Want
	}
	p, err := FromAgenda(r.Agenda, wants)
	if err != nil {
		return nil, nil, err
	}
	choices, err := r.choices()
	if err != nil {
		return nil, nil, err
	}
	if r.Over != nil {
		over, err := Index(r.Agenda, r.Over)
		if err != nil {
			return nil, nil, err
		}
		for k := range p.Parties {
			p.Parties[k].Reservation = p.Utility(k, over) + r.MinGain*(AgendaUnit/100) - 1
		}
	}
	q, err := p.Given(choices)
	return q, choices, err
}

func (r *Request) choices() ([]int, error) {
	choices := make([]int, len(r.Agenda.Issues))
	for i := range choices {
		choices[i] = Open
		issue := &r.Agenda.Issues[i]
		value, settled := r.Settled[issue.ID]
		if !settled || r.Over != nil {
			continue
		}
		if err := issue.Allows(value); err != nil {
			return nil, err
		}
		choices[i] = position(issue, value)
	}
	return choices, nil
}

// ranged states a party's ranges about the problem that remains when choices are settled.
func ranged(a *portsmouth.Agenda, w *RangedWant, q *Problem, k int, choices []int) Range {
	r := Range{Low: make([][]int64, len(a.Issues)), High: make([][]int64, len(a.Issues))}
	best := Statement{ID: "weights", AtLeast: 100 * AgendaUnit}
	for i := range a.Issues {
		if q.Parties[k].Values[i] == nil {
			continue
		}
		r.Low[i], r.High[i] = make([]int64, q.Options[i]), make([]int64, q.Options[i])
		for o := range q.Options[i] {
			at := o
			if choices[i] != Open {
				at = choices[i]
			}
			weight, value := w.bounds(a.Issues[i].ID, option(&a.Issues[i], at))
			r.Low[i][o], r.High[i][o] = weight.Low*value.Low, weight.High*value.High
			if value.Low == 10_000 && !slices.ContainsFunc(best.Terms, func(s Share) bool { return s.Issue == i }) {
				best.Terms = append(best.Terms, Share{Issue: i, Option: o, Times: 1})
			}
		}
	}
	if n := w.Ranges.Reservation; n != nil {
		r.Reservation = &portsmouth.Interval{Low: n.Low * reservationUnit, High: n.High * reservationUnit}
	}
	r.Statements = whole(best, w.Preferences)
	return r
}

// whole states that the weights add up to 100 per cent, where the best option of every issue that weighs anything is
// known to be worth 100 points: then their worths are the weights.
func whole(best Statement, p *portsmouth.Preferences) []Statement {
	weighing := 0
	for _, w := range p.Weights {
		if w > 0 {
			weighing++
		}
	}
	if len(best.Terms) < weighing || len(best.Terms) == 0 {
		return nil
	}
	most := Statement{ID: "weights-most", AtLeast: -best.AtLeast}
	for _, s := range best.Terms {
		s.Times = -1
		most.Terms = append(most.Terms, s)
	}
	return []Statement{best, most}
}

// bounds returns how far the weight of an issue and the value of one of its options are known.
func (w *RangedWant) bounds(issue, option string) (weight, value portsmouth.Interval) {
	weight = portsmouth.Interval{Low: w.Preferences.Weights[issue], High: w.Preferences.Weights[issue]}
	if i, ok := w.Ranges.Weights[issue]; ok {
		weight = i
	}
	v := w.Preferences.Values[issue][option]
	value = portsmouth.Interval{Low: v, High: v}
	if i, ok := w.Ranges.Values[issue][option]; ok {
		value = i
	}
	return weight, value
}
