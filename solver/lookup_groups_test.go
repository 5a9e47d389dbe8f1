package solver

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLookupGroups cuts small problems into many groups, so that the search over them is held against a list of all
// sums. In a Book so small there would be one group.
func TestLookupGroups(t *testing.T) {
	rng := rand.New(rand.NewPCG(1905, 9))
	many := 0
	for range 600 {
		p := lookupGroupProblem(rng)
		s, err := p.sums(context.Background(), 0, 1+rng.IntN(12))
		if err != nil {
			t.Fatal(err)
		}
		if len(s.groups) > 2 {
			many++
		}
		levels := lookupGroupLevels(t, p, &s)
		for limit := int64(-1); limit <= s.top+1; limit++ {
			lookupGroupAsk(t, &s, levels, limit)
		}
	}
	if many < 150 {
		t.Errorf("only %d problems had more than two groups", many)
	}
}

func lookupGroupProblem(rng *rand.Rand) *Problem {
	p := &Problem{Parties: []Party{{Cap: NoCap, Unit: 1, Base: rng.Int64N(9) - 4}}}
	step := 1 + rng.Int64N(3)
	for range 1 + rng.IntN(6) {
		values := make([]int64, 1+rng.IntN(4))
		for o := range values {
			values[o] = step * (rng.Int64N(16) - 5)
		}
		p.Options = append(p.Options, len(values))
		p.Parties[0].Values = append(p.Parties[0].Values, values)
	}
	return p
}

// lookupGroupLevels lists the level of every outcome, ascending.
func lookupGroupLevels(t *testing.T, p *Problem, s *sums) []int64 {
	t.Helper()
	all := []int64{p.Parties[0].Base}
	for _, values := range p.Parties[0].Values {
		var next []int64
		for _, u := range all {
			for _, v := range values {
				next = append(next, u+v)
			}
		}
		all = next
	}
	slices.Sort(all)
	for n := range all {
		if (all[n]-s.base)%s.step != 0 {
			t.Fatalf("%d is no whole number of steps of %d from %d", all[n], s.step, s.base)
		}
		all[n] = (all[n] - s.base) / s.step
	}
	return all
}

func lookupGroupAsk(t *testing.T, s *sums, levels []int64, limit int64) {
	t.Helper()
	w := s.walk()
	k, exactly := slices.BinarySearch(levels, limit)
	after, _ := slices.BinarySearch(levels, limit+1)
	if got, ok := w.atMost(limit); ok != (after > 0) || ok && got != levels[after-1] {
		t.Fatalf("at most %d of %v: %d %v", limit, levels, got, ok)
	}
	if got, ok := w.atLeast(limit); ok != (k < len(levels)) || ok && got != levels[k] {
		t.Fatalf("at least %d of %v: %d %v", limit, levels, got, ok)
	}
	found := w.at(nil, limit, 1<<20)
	slices.SortFunc(found, slices.Compare)
	if n := len(slices.CompactFunc(found, slices.Equal)); n != after-k || exactly != (n > 0) {
		t.Fatalf("%d outcomes of level %d, not %d", n, limit, after-k)
	}
}
