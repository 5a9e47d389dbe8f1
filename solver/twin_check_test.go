package solver_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/big"
	"os"
	"slices"
	"strconv"
	"testing"

	"portsmouth"
	"portsmouth/solver"
)

var twinFlag = flag.Int("twin.cases", 0, "how many random cases the twin compares; 0 for a few")

// twinCount is how many cases to compare: the flag's, else those of PORTSMOUTH_TWIN, else few enough for every day.
func twinCount() int {
	if *twinFlag > 0 {
		return *twinFlag
	}
	if n, err := strconv.Atoi(os.Getenv("PORTSMOUTH_TWIN")); err == nil && n > 0 {
		return n
	}
	if testing.Short() {
		return 500
	}
	return 3000
}

// TestTwin compares the package with its twin. A case that fails is shown as Go and named by its seed.
func TestTwin(t *testing.T) {
	failures := 0
	for n := range twinCount() {
		most := 250
		if n%50 == 0 {
			most = 2500
		}
		p := twinProblem(twinSeed(uint64(n)), most)
		if err := twinCompare(p, uint64(n)); err != nil {
			t.Errorf("seed %d: %v\n\t%s", n, err, twinShow(p))
			if failures++; failures == 5 {
				t.Fatal("and perhaps more")
			}
		}
	}
}

// twinCompare puts every question to both.
func twinCompare(p *solver.Problem, seed uint64) error {
	if err := p.Validate(); err != nil {
		return fmt.Errorf("valid: %w", err)
	}
	t := newTwin(p)
	if err := t.worths(); err != nil {
		return err
	}
	f, err := t.sameFrontier()
	if err != nil {
		return err
	}
	return errors.Join(t.sameCounts(seed), t.sameAnswers(f, seed))
}

// worths compares what an outcome is worth, and whether it is legal.
func (t *twin) worths() error {
	for _, pt := range t.legal {
		if got := t.p.Point(pt.Outcome).Utility; !slices.Equal(got, pt.Utility) || !t.p.Legal(pt.Outcome) {
			return fmt.Errorf("outcome %v is worth %v, not %v", pt.Outcome, got, pt.Utility)
		}
	}
	return nil
}

// twinEffort is enough for any case; a problem with boxes may need a search, whose answer is then a bound.
var twinEffort = solver.Effort{Seed: 1}

// sameFrontier compares the exact frontier, and the witness of every point.
func (t *twin) sameFrontier() (*solver.Frontier, error) {
	f, err := t.p.Frontier(context.Background(), twinEffort)
	if len(t.legal) == 0 {
		if portsmouth.RuleOf(err) != "solver-legal" {
			return nil, fmt.Errorf("frontier of nothing: %w", err)
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("frontier: %w", err)
	}
	if f.Quality != solver.Exact {
		return nil, fmt.Errorf("frontier: quality %s", f.Quality)
	}
	want := t.frontier()
	for n, pt := range f.Points {
		if n >= len(want) || !slices.Equal(pt.Utility, want[n]) {
			break
		}
		if !twinLegal(t.p, pt.Outcome) {
			return nil, fmt.Errorf("frontier: %v is not legal", pt.Outcome)
		}
		for k := range t.p.Parties {
			if w := twinWorth(t.p, k, pt.Outcome); w != pt.Utility[k] {
				return nil, fmt.Errorf("frontier: %v is worth %d to party %d, not %d", pt.Outcome, w, k, pt.Utility[k])
			}
		}
	}
	if !slices.EqualFunc(f.Points, want, func(pt solver.Point, v []int64) bool { return slices.Equal(pt.Utility, v) }) {
		var got [][]int64
		for _, pt := range f.Points {
			got = append(got, pt.Utility)
		}
		return nil, fmt.Errorf("frontier: %v instead of %v", got, want)
	}
	return f, nil
}

// sameCounts compares how many outcomes are legal, reach a vector exactly, and reach floors.
func (t *twin) sameCounts(seed uint64) error {
	ctx := context.Background()
	n, err := t.p.LegalOutcomes(ctx, twinEffort)
	if err != nil || n.Cmp(big.NewInt(int64(len(t.legal)))) != 0 {
		return fmt.Errorf("legal outcomes: %v, %v instead of %d", n, err, len(t.legal))
	}
	dice := twinSeed(seed ^ 0x5eed)
	for range 2 {
		u := t.somewhere(dice)
		if n, err = t.p.CountAt(ctx, twinEffort, u); err != nil || n.Cmp(big.NewInt(int64(len(t.at(u))))) != 0 {
			return fmt.Errorf("count at %v: %v, %v instead of %d", u, n, err, len(t.at(u)))
		}
		if dice.n(3) == 0 {
			u[dice.n(len(u))] = solver.NoReservation
		}
		c, err := t.p.CountAbove(ctx, twinEffort, u)
		want := big.NewInt(int64(len(t.above(u))))
		if err != nil || c.Low.Cmp(want) > 0 || c.High.Cmp(want) < 0 || c.Exact && c.Low.Cmp(c.High) != 0 {
			return fmt.Errorf("count above %v: %v to %v (%s), %v instead of %d", u, c.Low, c.High, c.Method, err, want)
		}
		if !c.Exact {
			return fmt.Errorf("count above %v: not exact on %d outcomes (%s)", u, len(t.legal), c.Method)
		}
	}
	return nil
}

// somewhere returns a vector on, or one unit off, some outcome's worth.
func (t *twin) somewhere(dice twinSource) []int64 {
	if len(t.legal) == 0 {
		return make([]int64, len(t.p.Parties))
	}
	u := slices.Clone(t.legal[dice.n(len(t.legal))].Utility)
	if dice.n(3) == 0 {
		u[dice.n(len(u))] += int64(dice.n(3) - 1)
	}
	return u
}

// sameAnswers compares everything that is read off a frontier.
func (t *twin) sameAnswers(f *solver.Frontier, seed uint64) error {
	dice := twinSeed(seed ^ 0xfa17)
	if err := t.sameAdjusted(); err != nil || f == nil {
		return err
	}
	outcome := make([]int, len(t.p.Options)) // not always a legal one
	for i, n := range t.p.Options {
		outcome[i] = dice.n(n)
	}
	floors := t.p.Floors()
	if dice.n(2) == 0 {
		floors = t.somewhere(dice)
	}
	return errors.Join(
		t.sameRules(f, dice),
		t.sameZone(f, floors),
		t.sameGain(f, outcome),
		t.sameGain(f, t.legal[dice.n(len(t.legal))].Outcome),
		t.sameDistance(f, t.somewhere(dice)),
		t.sameLists(t.somewhere(dice), 1+dice.n(6)),
		t.sameGiven(dice),
		t.sameBook(dice),
	)
}

// sameLists compares the lists of outcomes above floors and at a point.
func (t *twin) sameLists(u []int64, limit int) error {
	ctx := context.Background()
	want := t.above(u)
	all, whole, err := t.p.Above(ctx, twinEffort, u, len(t.legal)+1)
	if err != nil || !whole || !slices.EqualFunc(twinSpelled(all), twinSpelled(want), slices.Equal[[]int]) {
		return fmt.Errorf("above %v: %d (whole %v, %v) instead of %d", u, len(all), whole, err, len(want))
	}
	few, whole, err := t.p.Above(ctx, twinEffort, u, limit)
	if err != nil || len(few) != min(limit, len(want)) || whole && len(want) > limit {
		return fmt.Errorf("above %v, at most %d: %d (whole %v, %v) instead of %d", u, limit, len(few), whole, err, len(want))
	}
	for n := range few {
		if a, b := t.shownSum(few[n].Utility), t.shownSum(all[n].Utility); math.Abs(a-b) > 1e-6*(1+math.Abs(a)) && t.spread() < 1<<40 {
			return fmt.Errorf("above %v, at most %d: number %d has the sum %v instead of %v", u, limit, n, a, b)
		}
	}
	at, err := t.p.Ties(ctx, twinEffort, u, len(t.legal)+1)
	sorted := slices.Clone(at)
	slices.SortFunc(sorted, slices.Compare)
	if err != nil || !slices.EqualFunc(sorted, t.at(u), slices.Equal[[]int]) {
		return fmt.Errorf("ties at %v: %v, %v instead of %v", u, at, err, t.at(u))
	}
	return nil
}

// twinSpelled returns the outcomes of points in counting order.
func twinSpelled(points []solver.Point) [][]int {
	outcomes := make([][]int, len(points))
	for n := range points {
		outcomes[n] = points[n].Outcome
	}
	slices.SortFunc(outcomes, slices.Compare)
	return outcomes
}

// shownSum is the sum of what everyone is shown.
func (t *twin) shownSum(u []int64) float64 {
	sum := 0.0
	for k := range u {
		sum += float64(u[k]) / float64(t.p.Parties[k].Unit)
	}
	return sum
}

// spread is the largest number that the case is about: sums in floating point say little about larger ones.
func (t *twin) spread() int64 {
	var most int64
	for _, pt := range t.legal {
		for _, u := range pt.Utility {
			most = max(most, u, -u)
		}
	}
	return most
}
