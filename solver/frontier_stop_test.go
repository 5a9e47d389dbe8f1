package solver

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"portsmouth"
)

// frontPatience is a context that ends after it has been looked at so many times.
type frontPatience struct {
	context.Context
	left int
}

func (c *frontPatience) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// frontHard makes a problem whose frontier goes through tens of thousands of points.
func frontHard(parties int) *Problem {
	return benchOpposed(7, parties, []int{0, 11, 20, 8, 6, 5}[parties], 8)
}

func TestFrontierStoppedHasTrueOutcomes(t *testing.T) {
	for _, parties := range []int{1, 2, 3, 4} {
		p := frontHard(parties)
		exact, err := p.Frontier(context.Background(), Effort{})
		if err != nil {
			t.Fatal(err)
		}
		for _, patience := range []int{0, 1, 3, 10} {
			f, err := p.Frontier(&frontPatience{context.Background(), patience}, Effort{})
			if err == nil && parties == 1 {
				continue
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("%d parties, patience %d: error %v", parties, patience, err)
			}
			if f == nil || len(f.Points) == 0 || f.Quality != Best {
				t.Fatalf("%d parties, patience %d: no best so far", parties, patience)
			}
			frontTrue(t, p, f)
			for _, pt := range f.Points {
				if !slices.ContainsFunc(exact.Points, func(x Point) bool { return reaches(x.Utility, pt.Utility) }) {
					t.Fatalf("point %v lies beyond the frontier", pt.Utility)
				}
			}
		}
	}
}

func TestFrontierStoppedWhereTied(t *testing.T) {
	r := rand.New(rand.NewPCG(1905, 6))
	for _, patience := range []int{0, 1, 10, 100} {
		p := frontHard(3)
		frontTie(r, p)
		f, err := p.Frontier(&frontPatience{context.Background(), patience}, Effort{})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("patience %d: error %v", patience, err)
		}
		if f == nil || len(f.Points) == 0 || f.Quality != Best {
			t.Fatalf("patience %d: no best so far", patience)
		}
		frontTrue(t, p, f)
		for _, pt := range f.Points {
			if !p.Legal(pt.Outcome) {
				t.Fatalf("%v is not legal", pt.Outcome)
			}
		}
	}
}

func TestFrontierTooLarge(t *testing.T) {
	for _, parties := range []int{2, 3, 5} {
		p := frontHard(parties)
		bound := int64(1) << 18
		f, err := p.Frontier(context.Background(), Effort{Memory: bound})
		var large *TooLarge
		if f != nil || !errors.As(err, &large) || portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Fatalf("%d parties: %t, %v", parties, f != nil, err)
		}
		if large.Bound != bound || large.Bytes <= bound || large.Advice == "" {
			t.Errorf("%+v", large)
		}
	}
}

func TestFrontierWidened(t *testing.T) {
	for _, parties := range []int{2, 3} {
		p := frontHard(parties)
		exact, err := p.Frontier(context.Background(), Effort{})
		if err != nil {
			t.Fatal(err)
		}
		f, err := p.Frontier(context.Background(), Effort{Memory: 1 << 18, Widen: true})
		if err != nil {
			t.Fatal(err)
		}
		if f.Quality != Within || len(f.Points) >= len(exact.Points) {
			t.Fatalf("%s, %d points of %d", f.Quality, len(f.Points), len(exact.Points))
		}
		most := []int64{100_000_000, 100_000_000, 100_000_000}[:parties]
		frontWithin(t, f, exact, most)
		frontTrue(t, p, f)
		t.Logf("%d parties: %d points of %d, ε %v", parties, len(f.Points), len(exact.Points), f.Epsilon)
	}
}

func TestFrontierReports(t *testing.T) {
	var heard []Progress
	p := benchOpposed(7, 4, 8, 8)
	if _, err := p.Frontier(context.Background(), Effort{Progress: func(g Progress) { heard = append(heard, g) }}); err != nil {
		t.Fatal(err)
	}
	if len(heard) == 0 {
		t.Fatal("nothing was reported")
	}
	for k, g := range heard {
		if g.Phase != "frontier" || g.Total != 8 || g.Done >= g.Total || g.Points == 0 || k > 0 && g.Done < heard[k-1].Done {
			t.Errorf("report %d of %d: %+v", k, len(heard), g)
		}
	}
}

func TestFrontierRefusesBadEffort(t *testing.T) {
	p := frontHard(2)
	for _, e := range []Effort{{Epsilon: []int64{1}}, {Epsilon: []int64{1, -1}}} {
		if _, err := p.Frontier(context.Background(), e); portsmouth.RuleOf(err) != "solver-epsilon" {
			t.Errorf("%v: %v", e.Epsilon, err)
		}
	}
}

// The cover of each dimension answers as a plain list does.
func TestCoverAgainstList(t *testing.T) {
	r := rand.New(rand.NewPCG(1905, 4))
	for d := 1; d <= 6; d++ {
		for _, most := range []int64{3, 20, 1 << 40} {
			c := newCover(d)
			var list [][]int64
			for range 3000 {
				u := make([]int64, d)
				for q := range u {
					u[q] = r.Int64N(most) - most/2
				}
				by := c.covering(u)
				want := slices.ContainsFunc(list, func(v []int64) bool { return reaches(v, u) })
				if (by != nil) != want || by != nil && !reaches(by, u) {
					t.Fatalf("%d dimensions: %v is covered by %v, the list says %v", d, u, by, want)
				}
				if by == nil {
					c.add(u)
					list = append(list, u)
				}
			}
		}
	}
}
