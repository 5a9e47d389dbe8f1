package solver_test

import (
	"context"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"portsmouth"
	"portsmouth/solver"
)

// zoneCases draws problems with something legal.
func zoneCases(t *testing.T, n uint64, each func(seed uint64, p *solver.Problem, tw *twin, f *solver.Frontier, rng *rand.Rand)) {
	t.Helper()
	for seed := range n {
		p := twinProblem(twinSeed(seed), 200)
		tw := newTwin(p)
		if len(tw.legal) == 0 {
			continue
		}
		f, err := p.Frontier(context.Background(), solver.Effort{})
		if err != nil {
			t.Fatal(err)
		}
		each(seed, p, tw, f, rand.New(rand.NewPCG(seed, 3)))
	}
}

func TestZoneAgainstTwin(t *testing.T) {
	zoneCases(t, 1000, func(seed uint64, p *solver.Problem, tw *twin, f *solver.Frontier, rng *rand.Rand) {
		floors := slices.Clone(tw.legal[rng.IntN(len(tw.legal))].Utility)
		floors[rng.IntN(len(floors))]++
		if rng.IntN(4) == 0 {
			floors[rng.IntN(len(floors))] = solver.NoReservation
		}
		z, err := p.ZoneOn(context.Background(), solver.Effort{}, f, floors)
		if err != nil {
			t.Fatal(err)
		}
		above := tw.above(floors)
		if z.Exists != (len(above) > 0) || !z.Count.Exact || z.Count.Low.Cmp(big.NewInt(int64(len(above)))) != 0 {
			t.Fatalf("seed %d: zone %v with %v, by the twin %d", seed, z.Exists, z.Count, len(above))
		}
		for k := range floors {
			for _, pt := range above {
				if pt.Utility[k] > z.Ideal[k] {
					t.Fatalf("seed %d: party %d could have %d, the ideal is %v", seed, k, pt.Utility[k], z.Ideal)
				}
			}
			if len(above) > 0 && !slices.ContainsFunc(above, func(pt solver.Point) bool { return pt.Utility[k] == z.Ideal[k] }) {
				t.Fatalf("seed %d: nothing gives party %d the ideal %v", seed, k, z.Ideal)
			}
		}
		best := slices.DeleteFunc(slices.Clone(above), func(pt solver.Point) bool {
			return slices.ContainsFunc(above, func(other solver.Point) bool { return twinBetters(other.Utility, pt.Utility) })
		})
		for k := range z.Nadir {
			least := slices.MinFunc(best, func(a, b solver.Point) int { return zoneCompare(a.Utility[k], b.Utility[k]) }).Utility[k]
			if z.Nadir[k] != least {
				t.Fatalf("seed %d: the nadir of %d is %d, by the twin %d", seed, k, z.Nadir[k], least)
			}
		}
	})
}

func zoneCompare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// zoneGain is the least gain of u over v, as a fraction of the units.
func zoneGain(p *solver.Problem, u, v []int64) *big.Rat {
	var least *big.Rat
	for k := range u {
		g := new(big.Rat).SetFrac(new(big.Int).Sub(big.NewInt(u[k]), big.NewInt(v[k])), big.NewInt(p.Parties[k].Unit))
		if least == nil || g.Cmp(least) < 0 {
			least = g
		}
	}
	return least
}

func TestCommonGainAgainstTwin(t *testing.T) {
	improved := 0
	zoneCases(t, 1000, func(seed uint64, p *solver.Problem, tw *twin, f *solver.Frontier, rng *rand.Rand) {
		for k := range p.Parties {
			p.Parties[k].Unit = 1 + rng.Int64N(3)
		}
		from := tw.legal[rng.IntN(len(tw.legal))]
		want, better := new(big.Rat), 0
		for _, pt := range tw.legal {
			if g := zoneGain(p, pt.Utility, from.Utility); g.Cmp(want) > 0 {
				want = g
			}
		}
		for _, u := range tw.frontier() {
			if twinBetters(u, from.Utility) {
				better++
			}
		}
		g := p.CommonGainOn(f, from.Outcome)
		if g.Gain.Cmp(want) != 0 || len(g.Better) != better || (len(g.Points) > 0) != (want.Sign() > 0) {
			t.Fatalf("seed %d: gain %s with %d better, by the twin %s and %d", seed, g.Gain, len(g.Better), want, better)
		}
		d := f.Distance(from.Utility, p.Disagreement().Units)
		if d.OnFrontier != (better == 0) || d.Apart.Sign() == 0 != (better == 0) {
			t.Fatalf("seed %d: %+v, by the twin %d are better", seed, d, better)
		}
		if want.Sign() == 0 {
			return
		}
		improved++
		zoneImprovements(t, seed, p, tw, from, want)
		zoneSwaps(t, seed, p, tw, from, want)
	})
	if improved < 100 {
		t.Errorf("only %d cases could be improved", improved)
	}
}

func zoneImprovements(t *testing.T, seed uint64, p *solver.Problem, tw *twin, from solver.Point, gain *big.Rat) {
	t.Helper()
	half := new(big.Rat).Quo(gain, big.NewRat(2, 1))
	got, err := p.Improvements(context.Background(), solver.Effort{}, from.Outcome, half)
	if err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for _, pt := range tw.legal {
		if zoneGain(p, pt.Utility, from.Utility).Cmp(half) >= 0 {
			n++
		}
	}
	if got.Count.Low.Cmp(big.NewInt(n)) != 0 || !got.Count.Exact || len(got.Points) == 0 {
		t.Fatalf("seed %d: %s improvements by %s, by the twin %d", seed, got.Count.Low, half, n)
	}
}

// zoneSwaps looks for the best gain by each number of changes among all outcomes.
func zoneSwaps(t *testing.T, seed uint64, p *solver.Problem, tw *twin, from solver.Point, gain *big.Rat) {
	t.Helper()
	best := make([]*big.Rat, len(p.Options)+1)
	for _, pt := range tw.legal {
		changes := 0
		for i := range pt.Outcome {
			if pt.Outcome[i] != from.Outcome[i] {
				changes++
			}
		}
		if g := zoneGain(p, pt.Utility, from.Utility); best[changes] == nil || g.Cmp(best[changes]) > 0 {
			best[changes] = g
		}
	}
	steps, err := p.Swaps(context.Background(), solver.Effort{}, from.Outcome)
	if err != nil {
		t.Fatal(err)
	}
	reached, n := new(big.Rat), 0
	for changes, g := range best {
		if g == nil || g.Cmp(reached) <= 0 {
			continue
		}
		reached = g
		if n >= len(steps) || steps[n].Gain.Cmp(g) != 0 || steps[n].Swap.Size() != changes {
			t.Fatalf("seed %d: step %d of %+v, by the twin %d changes give %s", seed, n, steps, changes, g)
		}
		zoneSwapAdds(t, p, steps[n].Swap)
		n++
	}
	if n != len(steps) || reached.Cmp(gain) != 0 {
		t.Fatalf("seed %d: %d steps, by the twin %d; the last gives %s of %s", seed, len(steps), n, reached, gain)
	}
}

// zoneSwapAdds checks that the changes and what they are worth together make up the difference, and who gives what.
func zoneSwapAdds(t *testing.T, p *solver.Problem, s solver.Swap) {
	t.Helper()
	worth := map[int][]int64{}
	for _, g := range s.Gives {
		for _, c := range g.Changes {
			if worth[c.Issue] = c.Worth; c.Worth[g.Party] >= 0 {
				t.Fatalf("party %d gives what costs it nothing: %+v", g.Party, c)
			}
		}
	}
	for _, c := range s.Free {
		if worth[c.Issue] = c.Worth; slices.Min(c.Worth) < 0 {
			t.Fatalf("free to all, but %+v", c)
		}
	}
	if len(worth) != s.Size() {
		t.Fatalf("%d changes told of %d", len(worth), s.Size())
	}
	for k := range p.Parties {
		var sum int64
		if s.Together != nil {
			sum = s.Together[k]
		}
		for _, w := range worth {
			sum += w[k]
		}
		if sum != s.To.Utility[k]-s.From.Utility[k] {
			t.Fatalf("party %d: the changes add up to %d in %+v", k, sum, s)
		}
	}
}

func TestSwapWords(t *testing.T) {
	p := &solver.Problem{Options: []int{2, 2, 2, 2}}
	for _, v := range [][][]int64{{{5, 0}, {0, 4}, {0, 0}, {0, 3}}, {{0, 6}, {3, 0}, {0, 1}, {2, 0}}} {
		p.Parties = append(p.Parties, solver.Party{Values: v, Cap: solver.NoCap, Unit: 1, Reservation: solver.NoReservation})
	}
	names := solver.Names{
		Parties: []string{"Japan", "Russia"}, Issues: []string{"Sakhalin", "Korea", "Door", "Railway"},
		Option: func(i, o int) string {
			return [][]string{{"divided", "returned"}, {"shared", "a free hand"}, {"shut", "open"}, {"to Changchun", "to Harbin"}}[i][o]
		},
	}
	s, err := p.Swap([]int{0, 0, 0, 0}, []int{1, 1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	want := "Japan gives: Sakhalin – returned (was: divided). " +
		"Russia gives: Korea – a free hand (was: shared); Railway – to Harbin (was: to Changchun). " +
		"Free to all: Door – open (was: shut)."
	if got := s.Words(names); got != want {
		t.Errorf("the swap reads\n%s, not\n%s", got, want)
	}
	if s, err = p.Swap([]int{0, 0, 0, 0}, []int{0, 0, 0, 0}); err != nil || s.Words(names) != "" || s.Size() != 0 {
		t.Errorf("no swap reads %q, %v", s.Words(names), err)
	}
	for _, wrong := range [][]int{{0}, {0, 0, 0, 2}, {0, 0, 0, -1}} {
		if _, err := p.Swap([]int{0, 0, 0, 0}, wrong); portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("a swap to %v: %v", wrong, err)
		}
	}
	if _, err := p.Improvements(context.Background(), solver.Effort{}, []int{0, 0, 0, 0}, big.NewRat(-1, 1)); portsmouth.KindOf(err) != portsmouth.Invalid {
		t.Errorf("a negative gain: %v", err)
	}
}
