package solver_test

import (
	"context"
	"fmt"
	"slices"

	"portsmouth"
	"portsmouth/solver"
)

// sameGiven settles some issues and compares the frontier of what remains with that of the outcomes that settle them so.
func (t *twin) sameGiven(dice twinSource) error {
	choices := make([]int, len(t.p.Options))
	for i, n := range t.p.Options {
		if choices[i] = solver.Open; dice.n(3) == 0 {
			choices[i] = dice.n(n)
		}
	}
	q, err := t.p.Given(choices)
	if err != nil {
		return fmt.Errorf("given %v: %w", choices, err)
	}
	rest := &twin{p: t.p}
	for _, pt := range t.legal {
		if slices.Equal(solver.Whole(slices.Clone(pt.Outcome), choices), pt.Outcome) {
			rest.legal = append(rest.legal, pt)
		}
	}
	f, err := q.Frontier(context.Background(), twinEffort)
	if len(rest.legal) == 0 {
		if portsmouth.RuleOf(err) != "solver-legal" {
			return fmt.Errorf("given %v: nothing is legal, yet %w", choices, err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("given %v: %w", choices, err)
	}
	want := rest.frontier()
	if len(f.Points) != len(want) {
		return fmt.Errorf("given %v: %d points instead of %v", choices, len(f.Points), want)
	}
	for n, pt := range f.Points {
		outcome := solver.Whole(slices.Clone(pt.Outcome), choices)
		if !slices.Equal(pt.Utility, want[n]) || !slices.Equal(t.p.Point(outcome).Utility, pt.Utility) || !twinLegal(t.p, outcome) {
			return fmt.Errorf("given %v: %v, as a whole %v, instead of %v", choices, pt, outcome, want[n])
		}
	}
	return nil
}

// sameBook compares the look-ups of one party.
func (t *twin) sameBook(dice twinSource) error {
	own, other := dice.n(len(t.p.Parties)), dice.n(len(t.p.Parties))
	b, err := t.p.Book(context.Background(), twinEffort, own)
	if err != nil {
		return fmt.Errorf("book of %d: %w", own, err)
	}
	u := t.somewhere(dice)[own]
	var best, below *solver.Point
	for n := range t.legal {
		pt := &t.legal[n]
		if mine := pt.Utility[own]; mine >= u && (best == nil || pt.Utility[other] > best.Utility[other] ||
			pt.Utility[other] == best.Utility[other] && mine > best.Utility[own]) {
			best = pt
		}
		if pt.Utility[own] < u && (below == nil || pt.Utility[own] > below.Utility[own]) {
			below = pt
		}
	}
	f := b.BestFor(other, u)
	if len(f.Points) == 0 != (best == nil) || best != nil && (f.Points[0].Utility[other] != best.Utility[other] || f.Points[0].Utility[own] != best.Utility[own]) {
		return fmt.Errorf("book of %d: best for %d at %d is %v instead of %v", own, other, u, f, best)
	}
	w := b.NextWorse(u, len(t.legal))
	if len(w.Points) == 0 != (below == nil) || below != nil && len(w.Points) != t.worth(own, below.Utility[own]) {
		return fmt.Errorf("book of %d: next worse than %d is %v instead of those worth %v", own, u, w, below)
	}
	return t.sameAround(b, own, u, 1+dice.n(8))
}

// worth counts the legal outcomes of a worth to one party.
func (t *twin) worth(own int, u int64) int {
	n := 0
	for _, pt := range t.legal {
		if pt.Utility[own] == u {
			n++
		}
	}
	return n
}

// sameAround compares how far from u the nearest outcomes are.
func (t *twin) sameAround(b *solver.Book, own int, u int64, n int) error {
	gap := func(pt solver.Point) int64 { return max(pt.Utility[own]-u, u-pt.Utility[own]) }
	var want, got []int64
	for _, pt := range t.legal {
		want = append(want, gap(pt))
	}
	slices.Sort(want)
	for _, pt := range b.Around(u, n).Points {
		if !twinLegal(t.p, pt.Outcome) || twinWorth(t.p, own, pt.Outcome) != pt.Utility[own] {
			return fmt.Errorf("book of %d: around %d is %v", own, u, pt)
		}
		got = append(got, gap(pt))
	}
	if !slices.Equal(got, want[:min(n, len(want))]) {
		return fmt.Errorf("book of %d: around %d are gaps %v of %v", own, u, got, want)
	}
	return nil
}
