package conference

import (
	"slices"

	"portsmouth"
)

// What rounds may give away is bounded by how many there are: of computations over preferences in a conference, and of
// rounds in which one issue alone is asked about.

// MaxBids is how many rounds may ask about one issue alone: each tells a little of what the others would take.
const MaxBids = 3

// budgetOn is how many computations over preferences a conference may hold on an agenda: one fewer than would let a party
// work out another's weights, n-1 for n issues.
func budgetOn(a *portsmouth.Agenda) int {
	if a == nil {
		return 0
	}
	return max(1, len(a.Issues)-2)
}

func (s *State) budget() int { return budgetOn(s.Agenda) }

// computations counts the rounds over preferences that were opened, whatever came of them.
func (s *State) computations() int { return computing(s.Rounds) }

func computing(rounds []*Round) int {
	n := 0
	for _, r := range rounds {
		if r.Computes() {
			n++
		}
	}
	return n
}

// Computes reports whether the round's result is computed from what the parties want.
func (r *RoundOpened) Computes() bool {
	return r.Type == SuggestionRound || r.Type == ImprovementRound || r.Type == DirectionRound
}

// probed returns an issue about which the round would ask once too often, or "". It counts over every agenda that the
// conference has had: what was learned is not forgotten when an agenda is frozen anew.
func (s *State) probed(open *RoundOpened) string {
	among := append(s.roundsHeld(""), open)
	for _, issue := range about(open, among) {
		if timesAsked(issue, among) > MaxBids {
			return issue
		}
	}
	return ""
}

// roundsHeld lists the rounds that were not taken back, up to the one of that id, or all.
func (s *State) roundsHeld(upTo string) []*RoundOpened {
	var list []*RoundOpened
	for _, r := range s.Rounds {
		if !r.Withdrawn || r.Round == upTo {
			list = append(list, &r.RoundOpened)
		}
		if r.Round == upTo {
			break
		}
	}
	return list
}

// timesAsked counts the rounds that ask about an issue alone.
func timesAsked(issue string, among []*RoundOpened) int {
	n := 0
	for _, r := range among {
		if slices.Contains(about(r, among), issue) {
			n++
		}
	}
	return n
}

// about lists the issues that a round asks about alone: the one that it is on or, for a round on packages, each in which
// alone one of its packages differs from another, in the same round or in any other.
func about(r *RoundOpened, among []*RoundOpened) []string {
	found := map[string]bool{}
	if r.Issue != "" {
		found[r.Issue] = true
	}
	for _, p := range r.Packages {
		for _, other := range among {
			for _, q := range other.Packages {
				if issue := alone(p, q); issue != "" {
					found[issue] = true
				}
			}
		}
	}
	return portsmouth.SortedKeys(found)
}

// alone is the one issue in which two packages differ, of those that both settle; "" where they differ in none or in more.
func alone(one, other portsmouth.Outcome) string {
	found := ""
	for issue, v := range one {
		if w, both := other[issue]; !both || v == w {
			continue
		}
		if found != "" {
			return ""
		}
		found = issue
	}
	return found
}

// Budget returns how many computations over preferences the agenda allows, and how many have been opened.
func (v *View) Budget() (allowed, opened int) { return v.budget(), v.computations() }

// BudgetAt returns the same as it was when a round had been opened.
func (v *View) BudgetAt(r *RoundOpened) (allowed, opened int) {
	for k, x := range v.Rounds {
		if x.Round == r.Round {
			return budgetOn(v.AgendaOf(r)), computing(v.Rounds[:k+1])
		}
	}
	return v.Budget()
}

// Asking returns the issue about which a round asks most often alone and how many rounds have done so, this one included
// and later ones not; "" where it asks about none. The round may be one that is yet to be opened.
func (v *View) Asking(r *RoundOpened) (issue string, held int) {
	among := v.roundsHeld(r.Round)
	if v.round(r.Round) == nil {
		among = append(among, r)
	}
	for _, x := range about(r, among) {
		if n := timesAsked(x, among); n > held {
			issue, held = x, n
		}
	}
	return issue, held
}

// AgendaOf returns the agenda on which a round was opened.
func (v *View) AgendaOf(r *RoundOpened) *portsmouth.Agenda {
	if v.Agenda == nil || r.Agenda == v.Agenda.Version || v.round(r.Round) == nil {
		return v.Agenda
	}
	return v.beforeOpening(r).Agenda
}

// SettledAt returns what was settled when a round was opened; now, for one that is open or yet to be.
func (v *View) SettledAt(r *RoundOpened) portsmouth.Outcome {
	if x := v.round(r.Round); x == nil || !x.Closed {
		return v.settled()
	}
	return v.beforeOpening(r).settled()
}

func (v *View) beforeOpening(r *RoundOpened) *State {
	return v.before(func(b Body) bool { opened, ok := b.(RoundOpened); return ok && opened.Round == r.Round })
}
