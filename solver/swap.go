package solver

import (
	"context"
	"math/big"
	"slices"
	"strings"
)

// Swap is how one package becomes another, told as who gives what.
type Swap struct {
	From, To Point
	Gives    []Give   // by party, those who give something
	Free     []Change // changes by which nobody loses
	// Together is by party, in units, what the changes are worth as a whole beyond the sum of each: interaction terms and
	// caps. nil when it is nothing for everyone.
	Together []int64
}

// Give is what one party gives: the changes by which it loses. What several parties lose by stands under each.
type Give struct {
	Party   int
	Changes []Change // in the order of the issues
}

// Change is one issue that is settled differently.
type Change struct {
	Issue, From, To int
	Worth           []int64 // by party, in units, of this change alone, made to the package left
}

// Swap returns the changes that lead from one package to another. Errors are of kind Invalid: packages that do not fit
// the problem.
func (p *Problem) Swap(from, to []int) (Swap, error) {
	for _, o := range [][]int{from, to} {
		if err := p.fits(o); err != nil {
			return Swap{}, err
		}
	}
	s := Swap{From: p.Point(from), To: p.Point(to)}
	rest := differences(s.To.Utility, s.From.Utility)
	gives := make([]Give, len(p.Parties))
	for i := range from {
		if from[i] == to[i] {
			continue
		}
		c := p.change(s.From, i, to[i])
		free := true
		for k, w := range c.Worth {
			rest[k] -= w
			if w < 0 {
				gives[k].Changes, free = append(gives[k].Changes, c), false
			}
		}
		if free {
			s.Free = append(s.Free, c)
		}
	}
	for k := range gives {
		if gives[k].Party = k; len(gives[k].Changes) > 0 {
			s.Gives = append(s.Gives, gives[k])
		}
	}
	if slices.ContainsFunc(rest, func(r int64) bool { return r != 0 }) {
		s.Together = rest
	}
	return s, nil
}

// change measures one change made alone.
func (p *Problem) change(from Point, issue, option int) Change {
	alone := slices.Clone(from.Outcome)
	alone[issue] = option
	c := Change{Issue: issue, From: from.Outcome[issue], To: option, Worth: make([]int64, len(p.Parties))}
	for k := range p.Parties {
		c.Worth[k] = p.Utility(k, alone) - from.Utility[k]
	}
	return c
}

// Words says the swap in English: "Japan gives: Sakhalin – returned to Russia (was: divided). Russia gives: Korea – a free
// hand (was: …); Railway – to Harbin (was: …)." Labels stand as they are, whatever their grammar. An empty swap has no
// words.
func (s Swap) Words(n Names) string {
	var parts []string
	for _, g := range s.Gives {
		parts = append(parts, n.Parties[g.Party]+" gives: "+changes(g.Changes, n)+".")
	}
	if len(s.Free) > 0 {
		parts = append(parts, "Free to all: "+changes(s.Free, n)+".")
	}
	return strings.Join(parts, " ")
}

func changes(cs []Change, n Names) string {
	words := make([]string, len(cs))
	for k, c := range cs {
		words[k] = n.Issues[c.Issue] + " – " + n.Option(c.Issue, c.To) + " (was: " + n.Option(c.Issue, c.From) + ")"
	}
	return strings.Join(words, "; ")
}

// Size returns how many issues change.
func (s Swap) Size() int {
	n := 0
	for i := range s.From.Outcome {
		if s.From.Outcome[i] != s.To.Outcome[i] {
			n++
		}
	}
	return n
}

// Step is a swap and the gain that it gives to all.
type Step struct {
	Swap Swap
	Gain *big.Rat // at least this much for everyone, on the scale that is shown
}

// Swaps returns the swaps that better a package for all, from the one that changes fewest issues to the one that gives
// the largest common gain (see CommonGain): each step is the best to be had by so many changes, and gives everyone
// strictly more than any with fewer. By a number of changes, the best is the one whose smallest gain, then next smallest,
// … is greatest. There is none when no package is better for all.
//
// The number of issues left alone is given to one more party as its utility, whose frontier then holds, for every worth
// to the others, the fewest changes. With MaxParties parties there is no room for it and the only step is the first
// package that reaches the gain. Errors are those of CommonGain.
func (p *Problem) Swaps(ctx context.Context, e Effort, from []int) ([]Step, error) {
	if err := p.fits(from); err != nil {
		return nil, err
	}
	if len(p.Parties) == MaxParties {
		g, err := p.CommonGain(ctx, e, from)
		if err != nil || len(g.Points) == 0 {
			return nil, err
		}
		return p.step(nil, p.Point(from), g.Points[0], g.Gain)
	}
	if e.Epsilon != nil {
		e.Epsilon = append(slices.Clone(e.Epsilon), 0)
	}
	f, err := p.keeping(from).Frontier(ctx, e)
	if err != nil {
		return nil, err
	}
	return p.steps(f, p.Point(from))
}

// steps picks from the frontier of keeping: the most kept first, and then what gives everyone more.
func (p *Problem) steps(f *Frontier, from Point) ([]Step, error) {
	last, units := len(p.Parties), p.Disagreement().Units
	top := make([]key, len(from.Outcome)) // by issues kept
	where := make([]int, len(from.Outcome))
	for n := range f.Points {
		pt := f.Points[n]
		gains := ascending(shown(differences(pt.Utility[:last], from.Utility), units))
		kept := pt.Utility[last]
		if gains[0].num <= 0 || kept == int64(len(top)) {
			continue
		}
		if k := (key{many: 1, shares: gains}); k.compare(top[kept]) > 0 {
			top[kept], where[kept] = k, n
		}
	}
	var steps []Step
	var err error
	reached := ratio{0, 1}
	for kept := len(top) - 1; kept >= 0; kept-- {
		if top[kept].many == 0 || top[kept].shares[0].compare(reached) <= 0 {
			continue
		}
		reached = top[kept].shares[0]
		if steps, err = p.step(steps, from, f.Points[where[kept]], reached.rat()); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

func (p *Problem) step(steps []Step, from, to Point, gain *big.Rat) ([]Step, error) {
	s, err := p.Swap(from.Outcome, to.Outcome)
	return append(steps, Step{Swap: s, Gain: gain}), err
}

// keeping returns the problem with one more party, to which each issue that stays as it was is worth 1.
func (p *Problem) keeping(outcome []int) *Problem {
	keeper := Party{Cap: NoCap, Reservation: NoReservation, Unit: 1, Values: make([][]int64, len(p.Options))}
	for i, n := range p.Options {
		keeper.Values[i] = make([]int64, n)
		keeper.Values[i][outcome[i]] = 1
	}
	return &Problem{Options: p.Options, Parties: append(slices.Clone(p.Parties), keeper), Conditions: p.Conditions}
}
