package solver

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"portsmouth"
)

// frontRandom makes an additive problem: zeros, ties and issues that weigh nothing included.
func frontRandom(r *rand.Rand, parties, issues, options int, most int64) *Problem {
	p := &Problem{Options: make([]int, issues), Parties: make([]Party, parties)}
	for i := range p.Options {
		p.Options[i] = 1 + r.IntN(options)
	}
	for k := range p.Parties {
		party := &p.Parties[k]
		*party = Party{Values: make([][]int64, issues), Base: r.Int64N(5), Cap: NoCap, Reservation: NoReservation, Unit: 1}
		for i, n := range p.Options {
			if r.IntN(8) == 0 {
				continue
			}
			party.Values[i] = make([]int64, n)
			for o := range n {
				party.Values[i][o] = r.Int64N(most) - most/3
			}
		}
		if r.IntN(4) == 0 {
			party.Cap = r.Int64N(most * int64(issues))
		}
	}
	return p
}

// frontAll lists the utilities of all outcomes.
func frontAll(p *Problem) [][]int64 {
	var all [][]int64
	outcome := make([]int, len(p.Options))
	for {
		all = append(all, p.Point(outcome).Utility)
		i := 0
		for ; i < len(outcome); i++ {
			if outcome[i]++; outcome[i] < p.Options[i] {
				break
			}
			outcome[i] = 0
		}
		if i == len(outcome) {
			return all
		}
	}
}

// frontBrute compares every outcome with every other.
func frontBrute(p *Problem) [][]int64 {
	all := frontAll(p)
	slices.SortFunc(all, func(a, b []int64) int { return slices.Compare(b, a) })
	all = slices.CompactFunc(all, slices.Equal)
	var kept [][]int64
	for i, u := range all {
		better := func(v []int64) bool {
			for q := range u {
				if v[q] < u[q] {
					return false
				}
			}
			return true
		}
		if !slices.ContainsFunc(all[:i], better) && !slices.ContainsFunc(all[i+1:], better) {
			kept = append(kept, u)
		}
	}
	return kept
}

// frontSame checks points against the utilities expected, and each point's outcome against its utilities.
func frontSame(t *testing.T, p *Problem, f *Frontier, want [][]int64) {
	t.Helper()
	if len(f.Points) != len(want) {
		t.Fatalf("%d points, brute force finds %d, in %+v", len(f.Points), len(want), p)
	}
	for k, pt := range f.Points {
		if !slices.Equal(pt.Utility, want[k]) {
			t.Fatalf("point %d is %v, brute force finds %v, in %+v", k, pt.Utility, want[k], p)
		}
		if at, ok := f.Find(pt.Utility); !ok || at != k {
			t.Fatalf("point %d is found at %d, %v", k, at, ok)
		}
	}
	frontTrue(t, p, f)
}

func frontTrue(t *testing.T, p *Problem, f *Frontier) {
	t.Helper()
	for k, pt := range f.Points {
		for q := range p.Parties {
			if got := p.Utility(q, pt.Outcome); got != pt.Utility[q] {
				t.Fatalf("point %d claims %d for party %d, its outcome %v is worth %d", k, pt.Utility[q], q, pt.Outcome, got)
			}
		}
	}
}

func TestFrontierAgainstAllOutcomes(t *testing.T) {
	r := rand.New(rand.NewPCG(1905, 1))
	for round := range 1500 {
		parties := 1 + round%6
		p := frontRandom(r, parties, 1+r.IntN(5), 4, []int64{3, 10, 1000}[r.IntN(3)])
		f, err := p.Frontier(context.Background(), Effort{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Quality != Exact {
			t.Fatalf("quality %s", f.Quality)
		}
		frontSame(t, p, f, frontBrute(p))
	}
}

// Issues of many options, on lines, on broken lines and off them, so that digits are used and mixed with plain options.
func TestFrontierOfNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1905, 2))
	digits := 0
	for round := range 80 {
		parties := 2 + round%3
		p := &Problem{Options: []int{13 + r.IntN(40), 3, 20 + r.IntN(20)}, Parties: make([]Party, parties)}
		for k := range p.Parties {
			values := make([][]int64, len(p.Options))
			for i, n := range p.Options {
				values[i] = frontBroken(r, n, k)
			}
			p.Parties[k] = Party{Values: values, Cap: NoCap, Reservation: NoReservation, Unit: 1}
		}
		for i := range p.Options {
			it := p.item(i)
			if len(it.ways) > 1 || len(it.ways[0]) > 1 {
				digits++
			}
		}
		f, err := p.Frontier(context.Background(), Effort{})
		if err != nil {
			t.Fatal(err)
		}
		frontSame(t, p, f, frontBrute(p))
	}
	if digits < 40 {
		t.Errorf("only %d issues were written in digits", digits)
	}
}

// frontBroken goes up for odd parties and down for even ones, with a few changes of slope and now and then a slip.
func frontBroken(r *rand.Rand, n, k int) []int64 {
	values := make([]int64, n)
	slope := 1 + r.Int64N(9)
	for o := 1; o < n; o++ {
		if r.IntN(25) == 0 {
			slope = 1 + r.Int64N(9)
		}
		values[o] = values[o-1] + slope*int64(k%2*2-1)
	}
	if r.IntN(3) == 0 {
		values[r.IntN(n)] += r.Int64N(7)
	}
	return values
}

func TestFrontierThinned(t *testing.T) {
	r := rand.New(rand.NewPCG(1905, 3))
	thinned := 0
	for round := range 60 {
		parties := 2 + round%3
		p := frontRandom(r, parties, 24-4*parties, 9, 1000)
		exact, err := p.Frontier(context.Background(), Effort{})
		if err != nil {
			t.Fatal(err)
		}
		epsilon := make([]int64, parties)
		for k := range epsilon {
			epsilon[k] = r.Int64N(400)
		}
		f, err := p.Frontier(context.Background(), Effort{Epsilon: epsilon})
		if err != nil {
			t.Fatal(err)
		}
		frontTrue(t, p, f)
		if len(f.Points) < len(exact.Points) {
			thinned++
		}
		frontWithin(t, f, exact, epsilon)
	}
	if thinned < 15 {
		t.Errorf("only %d frontiers were thinned", thinned)
	}
}

// Losses of an ε add up over an elimination as well.
func TestFrontierThinnedWhereTied(t *testing.T) {
	r := rand.New(rand.NewPCG(1905, 5))
	thinned := 0
	for round := range 40 {
		p := frontRandom(r, 2+round%2, 12-3*(round%2), 9, 1000)
		frontTie(r, p)
		exact, err := p.Frontier(context.Background(), Effort{})
		if portsmouth.KindOf(err) == portsmouth.Invalid {
			continue // nothing legal
		}
		if err != nil {
			t.Fatal(err)
		}
		epsilon := []int64{r.Int64N(400), r.Int64N(400), r.Int64N(400)}[:len(p.Parties)]
		f, err := p.Frontier(context.Background(), Effort{Epsilon: epsilon})
		if err != nil {
			t.Fatal(err)
		}
		frontTrue(t, p, f)
		if len(f.Points) < len(exact.Points) {
			thinned++
		}
		frontWithin(t, f, exact, epsilon)
	}
	if thinned < 10 {
		t.Errorf("only %d frontiers were thinned", thinned)
	}
}

// frontTie ties each issue to the next, by a condition or by what the two are worth together.
func frontTie(r *rand.Rand, p *Problem) {
	some := func(i int) []Term {
		options := make([]bool, p.Options[i])
		for o := range options {
			options[o] = r.IntN(2) == 0
		}
		return []Term{{Issue: i, Options: options}}
	}
	for i := 1; i < len(p.Options)/2; i++ {
		if i%2 == 0 {
			p.Conditions = append(p.Conditions, Condition{If: some(i - 1), Then: some(i)})
			continue
		}
		values := make([]int64, p.Options[i-1]*p.Options[i])
		for k := range values {
			values[k] = r.Int64N(1000)
		}
		party := &p.Parties[i%len(p.Parties)]
		party.Tables = append(party.Tables, Table{Issues: []int{i - 1, i}, Values: values})
	}
}

// frontWithin checks that the ε stated is within the ε allowed and that it holds.
func frontWithin(t *testing.T, f, exact *Frontier, allowed []int64) {
	t.Helper()
	stated := make([]int64, len(allowed))
	if f.Quality == Within {
		stated = f.Epsilon
	}
	for k := range stated {
		if stated[k] > allowed[k] {
			t.Fatalf("ε %v where %v was allowed", stated, allowed)
		}
	}
	for _, want := range exact.Points {
		covers := func(pt Point) bool {
			for k := range stated {
				if pt.Utility[k] < want.Utility[k]-stated[k] {
					return false
				}
			}
			return true
		}
		if !slices.ContainsFunc(f.Points, covers) {
			t.Fatalf("nothing stands for %v within %v", want.Utility, stated)
		}
	}
}
