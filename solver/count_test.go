package solver_test

import (
	"context"
	"math/big"
	"slices"
	"testing"

	"portsmouth"
	"portsmouth/solver"
)

// TestTiedCounts compares every count of problems in which much is tied with the twin's.
func TestTiedCounts(t *testing.T) {
	for seed := range uint64(400) {
		p := tieRandom(seed)
		if err := newTwin(p).sameCounts(seed); err != nil {
			t.Fatalf("seed %d: %v\n\t%s", seed, err, twinShow(p))
		}
	}
}

// TestLists compares what is listed with what the twin lists.
func TestLists(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(400) {
		p := twinProblem(twinSeed(seed), 300)
		tw := newTwin(p)
		u := tw.somewhere(twinSeed(seed))
		ties, err := p.Ties(ctx, solver.Effort{}, u, 1000)
		if err != nil || !slices.EqualFunc(listSorted(ties), listSorted(tw.at(u)), slices.Equal) {
			t.Fatalf("seed %d: ties of %v: %v, %v instead of %v\n\t%s", seed, u, ties, err, tw.at(u), twinShow(p))
		}
		want := tw.above(u)
		for _, limit := range []int{1, 3, 1000} {
			got, whole, err := p.Above(ctx, solver.Effort{}, u, limit)
			if err != nil || len(got) != min(limit, len(want)) || whole != (len(want) <= limit) {
				t.Fatalf("seed %d: above %v: %d of %d with limit %d, whole %v, %v\n\t%s", seed, u, len(got), len(want), limit, whole, err, twinShow(p))
			}
			for k := range got {
				if a, b := listSums(p, got)[k], listSums(p, want)[k]; a < b*(1-1e-6)-1e-6 && b > 0 {
					t.Fatalf("seed %d: above %v: place %d has sum %v instead of %v", seed, u, k, a, b)
				}
			}
		}
	}
}

func listSorted(outcomes [][]int) [][]int {
	sorted := slices.Clone(outcomes)
	slices.SortFunc(sorted, slices.Compare)
	return sorted
}

// listSums returns the sums of what is shown, the largest first.
func listSums(p *solver.Problem, points []solver.Point) []float64 {
	var sums []float64
	for _, pt := range points {
		sum := 0.0
		for k, u := range pt.Utility {
			sum += float64(u) / float64(p.Parties[k].Unit)
		}
		sums = append(sums, sum)
	}
	slices.Sort(sums)
	slices.Reverse(sums)
	return sums
}

// TestCountRefuses wants one number a party.
func TestCountRefuses(t *testing.T) {
	ctx, p := context.Background(), tieChain(2, 2, 1)
	_, above := p.CountAbove(ctx, solver.Effort{}, []int64{1})
	_, at := p.CountAt(ctx, solver.Effort{}, nil)
	_, _, list := p.Above(ctx, solver.Effort{}, []int64{1, 2, 3}, 1)
	_, ties := p.Ties(ctx, solver.Effort{}, nil, 1)
	for n, err := range []error{above, at, list, ties} {
		if portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("question %d: error %v", n, err)
		}
	}
}

// TestCountInterval has a problem of too many sums to count exactly: the interval must be narrow and must hold what
// symmetry says.
func TestCountInterval(t *testing.T) {
	p := tieMirror(30, 10)
	all := p.Outcomes()
	c, err := p.CountAbove(context.Background(), solver.Effort{}, []int64{0, solver.NoReservation})
	if err != nil {
		t.Fatal(err)
	}
	// One value and its opposite are drawn alike, so half of all outcomes are on either side of 0.
	half := new(big.Int).Rsh(all, 1)
	if c.Low.Cmp(half) > 0 || c.High.Cmp(half) < 0 {
		t.Errorf("between %v and %v, not around %v (%s)", c.Low, c.High, half, c.Method)
	}
	width := new(big.Int).Sub(c.High, c.Low)
	if c.Exact || width.Mul(width, big.NewInt(20)).Cmp(all) > 0 {
		t.Errorf("from %v to %v: exact %v, or wider than a twentieth of all", c.Low, c.High, c.Exact)
	}
	sum := new(big.Int)
	for _, floors := range [][]int64{{0, 0}} {
		c, err := p.CountAbove(context.Background(), solver.Effort{}, floors)
		if err != nil {
			t.Fatal(err)
		}
		if c.Low.Cmp(half) > 0 || c.Low.Sign() <= 0 || c.High.Cmp(all) > 0 {
			t.Errorf("above %v: between %v and %v of %v", floors, c.Low, c.High, all)
		}
		sum.Add(sum, c.Low)
		t.Logf("above %v: %v to %v, %s", floors, c.Low, c.High, c.Method)
	}
	if sum.Cmp(all) > 0 {
		t.Errorf("the lower bounds come to %v of %v", sum, all)
	}
}

// tieMirror is a problem in which every issue has for every option one of the opposite worth.
func tieMirror(issues, options int) *solver.Problem {
	dice := twinSeed(7)
	p := &solver.Problem{Parties: make([]solver.Party, 2)}
	for k := range p.Parties {
		p.Parties[k] = solver.Party{Unit: 1, Cap: solver.NoCap, Reservation: solver.NoReservation}
	}
	for range issues {
		p.Options = append(p.Options, options)
		for k := range p.Parties {
			v := make([]int64, options)
			for o := 0; o+1 < options; o += 2 {
				v[o] = 1 + int64(dice.n(1_000_000_000))
				v[o+1] = -v[o]
			}
			p.Parties[k].Values = append(p.Parties[k].Values, v)
		}
	}
	return p
}

// TestCountOnFrontier counts the ties of a frontier point among 10^30 outcomes, which only the frontier allows: the
// issues come in pairs that are alike, so that many outcomes tie.
func TestCountOnFrontier(t *testing.T) {
	ctx := context.Background()
	p := tieMirror(30, 10)
	for k := range p.Parties {
		for i := 1; i < len(p.Options); i += 2 {
			p.Parties[k].Values[i] = p.Parties[k].Values[i-1]
		}
	}
	f, err := p.Frontier(ctx, solver.Effort{})
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	for n := 0; n < len(f.Points); n += 1 + len(f.Points)/5 {
		u := f.Points[n].Utility
		count, err := p.CountAt(ctx, solver.Effort{}, u)
		if err != nil {
			t.Fatal(err)
		}
		ties, err := p.Ties(ctx, solver.Effort{}, u, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range ties {
			if !slices.Equal(p.Point(o).Utility, u) {
				t.Fatalf("%v is not worth %v", o, u)
			}
		}
		if count.Cmp(big.NewInt(int64(len(ties)))) != 0 && len(ties) < 10_000 {
			t.Errorf("%v: %v outcomes counted, %d listed", u, count, len(ties))
		}
		most = max(most, len(ties))
	}
	if most < 2 {
		t.Error("nothing tied, so that was not tried")
	}
}
