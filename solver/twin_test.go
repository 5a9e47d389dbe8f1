package solver_test

import (
	"slices"

	"portsmouth/solver"
)

// The twin answers the questions of package solver as a child would: it writes down every outcome, strikes out what
// breaks a condition, and looks at each of the rest beside each other. It shares no code with the package but the types;
// even the worth of an outcome it works out for itself. Whatever the two say differently is a fault of one of them.

// twin is a problem with all its outcomes written down.
type twin struct {
	p     *solver.Problem
	legal []solver.Point // every legal outcome, in counting order, the last issue fastest
	best  [][]int64      // what frontier returned before
}

func newTwin(p *solver.Problem) *twin {
	t := &twin{p: p}
	outcome := make([]int, len(p.Options))
	for {
		if twinLegal(p, outcome) {
			pt := solver.Point{Outcome: slices.Clone(outcome)}
			for k := range p.Parties {
				pt.Utility = append(pt.Utility, twinWorth(p, k, outcome))
			}
			t.legal = append(t.legal, pt)
		}
		i := len(outcome) - 1
		for ; i >= 0; i-- {
			if outcome[i]++; outcome[i] < p.Options[i] {
				break
			}
			outcome[i] = 0
		}
		if i < 0 {
			return t
		}
	}
}

func twinHolds(terms []solver.Term, outcome []int) bool {
	for _, t := range terms {
		if !t.Options[outcome[t.Issue]] {
			return false
		}
	}
	return true
}

func twinLegal(p *solver.Problem, outcome []int) bool {
	for _, c := range p.Conditions {
		if twinHolds(c.If, outcome) && !twinHolds(c.Then, outcome) {
			return false
		}
	}
	return true
}

// twinWorth adds up what an outcome is worth to party k.
func twinWorth(p *solver.Problem, k int, outcome []int) int64 {
	party := p.Parties[k]
	sum := party.Base
	for i, o := range outcome {
		if len(party.Values) > i && len(party.Values[i]) > 0 {
			sum += party.Values[i][o]
		}
	}
	for _, t := range party.Tables {
		place, step := 0, 1
		for n := len(t.Issues) - 1; n >= 0; n-- {
			place += step * outcome[t.Issues[n]]
			step *= p.Options[t.Issues[n]]
		}
		sum += t.Values[place]
	}
	if party.Boxes != nil {
		sum += twinBoxes(party.Boxes, outcome)
	}
	if sum > party.Cap {
		return party.Cap
	}
	return sum
}

func twinBoxes(b *solver.Boxes, outcome []int) int64 {
	var pays []int64
	for _, box := range b.Boxes {
		inside := true
		for _, d := range box.Bounds {
			inside = inside && d.Low <= outcome[d.Issue] && outcome[d.Issue] <= d.High
		}
		if len(box.Bounds) == 0 || inside != box.Excludes {
			pays = append(pays, box.Value)
		} else {
			pays = append(pays, 0)
		}
	}
	for _, w := range b.Within {
		pays = append(pays, twinBoxes(w, outcome))
	}
	if len(pays) == 0 {
		return 0
	}
	switch b.Aggregate {
	case solver.Min:
		return slices.Min(pays)
	case solver.Max:
		return slices.Max(pays)
	default:
		var sum int64
		for _, v := range pays {
			sum += v
		}
		return sum
	}
}

// twinBetters reports whether u gives everyone at least v and someone more.
func twinBetters(u, v []int64) bool {
	more := false
	for k := range u {
		if u[k] < v[k] {
			return false
		}
		more = more || u[k] > v[k]
	}
	return more
}

// frontier returns the distinct vectors of utilities that no legal outcome betters, the first party's best first.
func (t *twin) frontier() [][]int64 {
	if t.best != nil {
		return t.best
	}
	var vectors [][]int64
	for _, pt := range t.legal {
		vectors = append(vectors, pt.Utility)
	}
	slices.SortFunc(vectors, func(a, b []int64) int { return slices.Compare(b, a) })
	vectors = slices.CompactFunc(vectors, slices.Equal)
	t.best = slices.DeleteFunc(slices.Clone(vectors), func(v []int64) bool {
		return slices.ContainsFunc(vectors, func(u []int64) bool { return twinBetters(u, v) })
	})
	return t.best
}

// at returns the legal outcomes of exactly that worth.
func (t *twin) at(u []int64) [][]int {
	var found [][]int
	for _, pt := range t.legal {
		if slices.Equal(pt.Utility, u) {
			found = append(found, pt.Outcome)
		}
	}
	return found
}

// above returns the legal outcomes that give every party at least its floor.
func (t *twin) above(floors []int64) []solver.Point {
	var found []solver.Point
	for _, pt := range t.legal {
		if !slices.ContainsFunc(twinPairs(pt.Utility, floors), func(d [2]int64) bool { return d[0] < d[1] }) {
			found = append(found, pt)
		}
	}
	return found
}

func twinPairs(a, b []int64) [][2]int64 {
	pairs := make([][2]int64, len(a))
	for k := range a {
		pairs[k] = [2]int64{a[k], b[k]}
	}
	return pairs
}
