package solver

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// huntRandom makes a problem of boxes as the competition of 2014 has them: each bounds a few of the issues.
func huntRandom(seed uint64, parties, issues, options, boxes int) *Problem {
	r := rand.New(rand.NewPCG(seed, 2014))
	p := &Problem{}
	for range issues {
		p.Options = append(p.Options, options)
	}
	for range parties {
		b := &Boxes{}
		for range boxes {
			box := Box{Value: 1 + r.Int64N(100), Excludes: r.IntN(8) == 0}
			for range 1 + r.IntN(4) {
				low := r.IntN(options)
				box.Bounds = append(box.Bounds, Bound{Issue: r.IntN(issues), Low: low, High: low + r.IntN(options-low)})
			}
			b.Boxes = append(b.Boxes, box)
		}
		b.Within = append(b.Within, &Boxes{Aggregate: Max, Boxes: b.Boxes[:2]})
		p.Parties = append(p.Parties, Party{Boxes: b, Cap: NoCap, Reservation: NoReservation, Unit: 1})
	}
	return p
}

// huntGroup searches the one group of a problem in which all is tied.
func huntGroup(t *testing.T, p *Problem, seed uint64) *Frontier {
	t.Helper()
	w := newWork(context.Background(), Effort{Search: true, Seed: seed}, len(p.Parties))
	ti := p.ties(true)
	if len(ti.groups) != 1 || len(ti.free) > 0 {
		t.Fatalf("groups %v, free %v", ti.groups, ti.free)
	}
	h := newHunt(p, w, ti, ti.groups[0])
	h.budget = 200_000
	f, err := h.seek()
	if err != nil {
		t.Fatal(err)
	}
	return p.answer(answered{front: f, quality: Best})
}

// TestSearchAgainstElimination searches problems that elimination solves exactly: nothing found may be better, and all
// of the frontier should be found.
func TestSearchAgainstElimination(t *testing.T) {
	for seed := range uint64(4) {
		p := huntRandom(seed, 2+int(seed%2), 6, 6, 12)
		if seed == 3 {
			p.Conditions = []Condition{{
				If:   []Term{{Issue: 0, Options: []bool{true, true, true, false, false, false}}},
				Then: []Term{{Issue: 1, Options: []bool{true, false, true, false, true, false}}},
			}}
		}
		exact, err := p.Frontier(context.Background(), Effort{})
		if err != nil {
			t.Fatal(err)
		}
		found := huntGroup(t, p, seed)
		for _, pt := range found.Points {
			if !p.Legal(pt.Outcome) || !slices.Equal(p.Point(pt.Outcome).Utility, pt.Utility) {
				t.Fatalf("seed %d: %v is illegal or not worth %v", seed, pt.Outcome, pt.Utility)
			}
			matched := slices.ContainsFunc(exact.Points, func(e Point) bool { return reachesAll(e.Utility, pt.Utility) })
			if !matched {
				t.Errorf("seed %d: the search found %v, beyond the exact frontier", seed, pt.Utility)
			}
		}
		missed := 0
		for _, e := range exact.Points {
			if _, ok := found.Find(e.Utility); !ok {
				missed++
			}
		}
		if missed*20 > len(exact.Points) {
			t.Errorf("seed %d: missed %d of %d points", seed, missed, len(exact.Points))
		}
	}
}

// TestSearchIsDetermined gives the same answer to the same seed.
func TestSearchIsDetermined(t *testing.T) {
	p := huntRandom(5, 2, 16, 10, 30)
	a, b := huntGroup(t, p, 3), huntGroup(t, p, 3)
	same := slices.EqualFunc(a.Points, b.Points, func(x, y Point) bool {
		return slices.Equal(x.Utility, y.Utility) && slices.Equal(x.Outcome, y.Outcome)
	})
	if !same {
		t.Error("the same seed gave two answers")
	}
}

// TestSearchStops ends early with its context, with what it has found.
func TestSearchStops(t *testing.T) {
	p := huntRandom(6, 2, 20, 10, 40)
	ctx, cancel := context.WithCancel(context.Background())
	w := newWork(ctx, Effort{Search: true}, 2)
	calls := 0
	w.effort.Progress = func(Progress) {
		if calls++; calls == 2 {
			cancel()
		}
	}
	ti := p.ties(true)
	f, err := p.search(w, ti, ti.groups[0])
	if err != nil || f == nil || f.size() == 0 {
		t.Fatalf("front %v, error %v", f, err)
	}
	if calls != 2 {
		t.Errorf("%d reports of progress", calls)
	}
}
