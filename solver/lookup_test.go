package solver_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"portsmouth"
	"portsmouth/solver"
)

// lookupTwin answers the questions of a Book from the list of all legal outcomes.
type lookupTwin struct {
	*twin
	own int
}

func (l lookupTwin) worths() []int64 {
	var all []int64
	for _, pt := range l.legal {
		all = append(all, pt.Utility[l.own])
	}
	slices.Sort(all)
	return all
}

// bestFor returns the greatest worth to other among what is worth at least u, and the greatest own worth beside it.
func (l lookupTwin) bestFor(other int, u int64) (best, beside int64, any bool) {
	for _, pt := range l.legal {
		mine, theirs := pt.Utility[l.own], pt.Utility[other]
		if mine >= u && (!any || theirs > best || theirs == best && mine > beside) {
			best, beside, any = theirs, mine, true
		}
	}
	return best, beside, any
}

func lookupGap(a, b int64) int64 { return max(a-b, b-a) }

func TestBookAgainstTwin(t *testing.T) {
	for seed := range uint64(1500) {
		p := twinProblem(twinSeed(seed), 300)
		tw := newTwin(p)
		own := int(seed) % len(p.Parties)
		b, err := p.Book(context.Background(), solver.Effort{}, own)
		if len(tw.legal) == 0 {
			if portsmouth.KindOf(err) != portsmouth.Invalid {
				t.Fatalf("seed %d: nothing is legal, yet %v", seed, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		l := lookupTwin{tw, own}
		worths := l.worths()
		rng := rand.New(rand.NewPCG(seed, 7))
		for range 4 {
			u := worths[rng.IntN(len(worths))] + int64(rng.IntN(5)-2)
			lookupBest(t, seed, b, l, rng.IntN(len(p.Parties)), u)
			lookupWorse(t, seed, b, l, u)
			lookupAround(t, seed, b, l, u, 1+rng.IntN(6))
			lookupNear(t, seed, b, l, u, int64(rng.IntN(4)), 1+rng.IntN(6), rng)
		}
	}
}

func lookupBest(t *testing.T, seed uint64, b *solver.Book, l lookupTwin, other int, u int64) {
	t.Helper()
	best, beside, any := l.bestFor(other, u)
	f := b.BestFor(other, u)
	if any != (len(f.Points) == 1) || any && (f.Points[0].Utility[other] != best || f.Points[0].Utility[l.own] != beside) {
		t.Fatalf("seed %d: best for %d at %d: %+v, by the twin %d and %d (%v)", seed, other, u, f, best, beside, any)
	}
}

func lookupWorse(t *testing.T, seed uint64, b *solver.Book, l lookupTwin, u int64) {
	t.Helper()
	worths := l.worths()
	k, _ := slices.BinarySearch(worths, u)
	f := b.NextWorse(u, 1000)
	if k == 0 {
		if len(f.Points) > 0 {
			t.Fatalf("seed %d: below %d there is nothing, found %v", seed, u, f.Points)
		}
		return
	}
	var want [][]int
	for _, pt := range l.legal {
		if pt.Utility[l.own] == worths[k-1] {
			want = append(want, pt.Outcome)
		}
	}
	lookupSame(t, fmt.Sprintf("seed %d: next worse than %d", seed, u), f, l, want)
}

func lookupSorted(outcomes [][]int) [][]int {
	slices.SortFunc(outcomes, slices.Compare)
	return outcomes
}

// lookupSame compares outcomes regardless of their order, and their worth.
func lookupSame(t *testing.T, what string, f solver.Found, l lookupTwin, want [][]int) {
	t.Helper()
	var got [][]int
	for _, pt := range f.Points {
		got = append(got, pt.Outcome)
		if !twinLegal(l.p, pt.Outcome) || pt.Utility[l.own] != twinWorth(l.p, l.own, pt.Outcome) {
			t.Fatalf("%s: %+v is not legal or not worth that", what, pt)
		}
	}
	if f.Quality != solver.Exact || !slices.EqualFunc(lookupSorted(got), lookupSorted(want), slices.Equal) {
		t.Fatalf("%s: found %v (%s), by the twin %v", what, got, f.Quality, want)
	}
}

func lookupAround(t *testing.T, seed uint64, b *solver.Book, l lookupTwin, u int64, n int) {
	t.Helper()
	worths := l.worths()
	slices.SortStableFunc(worths, func(x, y int64) int {
		return int(min(max(lookupGap(x, u)-lookupGap(y, u), -1), 1)*2 + min(max(y-x, -1), 1))
	})
	f := b.Around(u, n)
	if len(f.Points) != min(n, len(worths)) || f.Quality != solver.Exact {
		t.Fatalf("seed %d: %d of %d around %d", seed, len(f.Points), n, u)
	}
	seen := map[string]bool{}
	for k, pt := range f.Points {
		if pt.Utility[l.own] != worths[k] || !twinLegal(l.p, pt.Outcome) || seen[fmt.Sprint(pt.Outcome)] {
			t.Fatalf("seed %d: around %d the %d-th is %+v, by the twin worth %d", seed, u, k, pt, worths[k])
		}
		seen[fmt.Sprint(pt.Outcome)] = true
	}
}

func lookupNear(t *testing.T, seed uint64, b *solver.Book, l lookupTwin, u, tolerance int64, n int, rng *rand.Rand) {
	t.Helper()
	target := make([]int, len(l.p.Options))
	for i, options := range l.p.Options {
		target[i] = rng.IntN(options)
	}
	changes := func(o []int) int {
		d := 0
		for i := range o {
			if o[i] != target[i] {
				d++
			}
		}
		return d
	}
	var within []solver.Point
	for _, pt := range l.legal {
		if lookupGap(pt.Utility[l.own], u) <= tolerance {
			within = append(within, pt)
		}
	}
	slices.SortStableFunc(within, func(x, y solver.Point) int {
		a, c := x.Utility[l.own], y.Utility[l.own]
		if d := changes(x.Outcome) - changes(y.Outcome); d != 0 {
			return d
		}
		if d := lookupGap(a, u) - lookupGap(c, u); d != 0 {
			return int(min(max(d, -1), 1))
		}
		if a != c {
			return int(min(max(c-a, -1), 1))
		}
		return slices.Compare(x.Outcome, y.Outcome)
	})
	f, err := b.NearestTo(target, u, tolerance, n)
	if err != nil || f.Quality != solver.Exact || len(f.Points) != min(n, len(within)) {
		t.Fatalf("seed %d: nearest to %v at %d±%d: %v, %d found, by the twin %d of at most %d", seed, target, u, tolerance, err, len(f.Points), len(within), n)
	}
	for k, pt := range f.Points {
		if !slices.Equal(pt.Outcome, within[k].Outcome) {
			t.Fatalf("seed %d: nearest to %v at %d±%d: the %d-th is %v, by the twin %v", seed, target, u, tolerance, k, pt.Outcome, within[k].Outcome)
		}
	}
}

// lookupLarge is an additive problem of two opposed parties in units of which a point has a million.
func lookupLarge(issues, options int) *solver.Problem {
	rng := rand.New(rand.NewPCG(uint64(issues), uint64(options)))
	p := &solver.Problem{}
	for range 2 {
		p.Parties = append(p.Parties, solver.Party{Cap: solver.NoCap, Reservation: solver.NoReservation, Unit: solver.AgendaUnit})
	}
	most := int64(100*solver.AgendaUnit) / int64(issues)
	for range issues {
		p.Options = append(p.Options, options)
		for k := range p.Parties {
			values := make([]int64, options)
			for o := range values {
				values[o] = rng.Int64N(most)
			}
			p.Parties[k].Values = append(p.Parties[k].Values, values)
		}
	}
	return p
}

// TestBookMany asks on far more outcomes than can be listed. The sums of 10^20 outcomes fill their range, so that next
// worse is one unit less and what is equally good is exactly so.
func TestBookMany(t *testing.T) {
	p := lookupLarge(20, 10)
	b, err := p.Book(context.Background(), solver.Effort{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	u := int64(60 * solver.AgendaUnit)
	if f := b.NextWorse(u, 3); f.Quality != solver.Exact || len(f.Points) != 3 || f.Points[0].Utility[0] != u-1 {
		t.Errorf("next worse: %+v", f)
	}
	f := b.Around(u, 20)
	if f.Quality != solver.Exact || len(f.Points) != 20 {
		t.Fatalf("around: %s, %d", f.Quality, len(f.Points))
	}
	for _, pt := range f.Points {
		if pt.Utility[0] != u {
			t.Errorf("around %d: %d", u, pt.Utility[0])
		}
	}
	best := b.BestFor(1, u)
	if len(best.Points) != 1 || best.Points[0].Utility[0] < u {
		t.Fatalf("best for them: %+v", best)
	}
	near, err := b.NearestTo(best.Points[0].Outcome, u, solver.AgendaUnit/10, 5)
	if err != nil || len(near.Points) != 5 || near.Quality != solver.Exact {
		t.Fatalf("nearest: %v, %+v", err, near)
	}
}

// TestBookBounded asks where sums are too many to hold and too few to be hit: the answer is good, says that it is only the
// best found, and comes at once.
func TestBookBounded(t *testing.T) {
	p, rng := lookupLarge(30, 4), rand.New(rand.NewPCG(1, 2))
	for _, values := range p.Parties[0].Values {
		for o := range values {
			values[o] = rng.Int64N(1 << 52)
		}
	}
	p.Parties = p.Parties[:1]
	b, err := p.Book(context.Background(), solver.Effort{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	u := b.BestFor(0, 0).Points[0].Utility[0] / 3 * 2
	for what, f := range map[string]solver.Found{"next worse": b.NextWorse(u, 3), "around": b.Around(u, 3)} {
		if f.Quality != solver.Best || len(f.Points) == 0 {
			t.Fatalf("%s: %s, %d found", what, f.Quality, len(f.Points))
		}
		if w := f.Points[0].Utility[0]; lookupGap(u, w) > 1<<24 || what == "next worse" && w >= u {
			t.Errorf("%s than %d: %d", what, u, w)
		}
	}
}

func TestBookTooTied(t *testing.T) {
	p := lookupLarge(30, 2)
	c := solver.Condition{If: []solver.Term{{Issue: 0, Options: []bool{true, true}}}}
	for i := range p.Options {
		c.Then = append(c.Then, solver.Term{Issue: i, Options: []bool{true, true}})
	}
	p.Conditions = append(p.Conditions, c)
	_, err := p.Book(context.Background(), solver.Effort{Epsilon: []int64{solver.AgendaUnit, solver.AgendaUnit}}, 0)
	var large *solver.TooLarge
	if !errors.As(err, &large) {
		t.Errorf("30 issues in one condition: %v", err)
	}
}

func TestBookStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := lookupLarge(20, 10).Book(ctx, solver.Effort{}, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

var lookupSizes = []struct {
	name            string
	issues, options int
}{{"1e2", 2, 10}, {"1e5", 5, 10}, {"1e7", 7, 10}, {"1e20", 20, 10}}

func BenchmarkBook(b *testing.B) {
	for _, size := range lookupSizes {
		p := lookupLarge(size.issues, size.options)
		b.Run("make/"+size.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := p.Book(context.Background(), solver.Effort{}, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
		book, err := p.Book(context.Background(), solver.Effort{}, 0)
		if err != nil {
			b.Fatal(err)
		}
		u := int64(55 * solver.AgendaUnit)
		target := book.BestFor(1, u-20*solver.AgendaUnit).Points[0].Outcome
		for name, ask := range map[string]func(){
			"best":    func() { book.BestFor(1, u) },
			"worse":   func() { book.NextWorse(u, 1) },
			"around":  func() { book.Around(u, 10) },
			"nearest": func() { _, _ = book.NearestTo(target, u, solver.AgendaUnit, 10) },
		} {
			b.Run(name+"/"+size.name, func(b *testing.B) {
				for b.Loop() {
					ask()
				}
			})
		}
	}
}
