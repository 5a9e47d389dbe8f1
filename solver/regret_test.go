package solver_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"portsmouth"
	"portsmouth/solver"
)

// TestRegretOfOnePreference wants the rule's own choice, without regret, where nothing is uncertain.
func TestRegretOfOnePreference(t *testing.T) {
	ctx, some := context.Background(), 0
	for n := range 300 {
		p := twinProblem(twinSeed(uint64(n)), 60)
		for k := range p.Parties {
			p.Parties[k].Cap = solver.NoCap
		}
		f, err := p.Frontier(ctx, solver.Effort{})
		if err != nil {
			continue
		}
		u, err := p.Within(make([]solver.Range, len(p.Parties)))
		if err != nil {
			t.Fatalf("seed %d: %v", n, err)
		}
		rule := solver.Rules()[n%4]
		choice, err := f.Choose(rule, p.Disagreement())
		if err != nil {
			t.Fatal(err)
		}
		h, err := u.MinimaxRegret(ctx, solver.Hedge{Rule: rule, Profiles: 3}, solver.Effort{})
		if choice.None != "" && portsmouth.RuleOf(err) != "range-zone" {
			t.Fatalf("seed %d: no package is possible, and yet %+v, %v", n, h, err)
		}
		if err != nil {
			continue
		}
		some++
		first := h.Packages[0]
		if first.Worst > 1e-9 || first.Verdict.Efficiency != solver.Surely {
			t.Fatalf("seed %d: %s regrets %v", n, rule, first)
		}
	}
	if some < 100 {
		t.Errorf("only %d cases had a choice", some)
	}
}

// TestRegretTwin works out the greatest Nash regret of every legal outcome by hand and compares the winner.
func TestRegretTwin(t *testing.T) {
	ctx := context.Background()
	for n := range 200 {
		dice := twinSeed(uint64(n))
		p := rangeProblem(dice)
		for k := range p.Parties {
			p.Parties[k].Reservation = int64(dice.n(3) - 2)
		}
		u, err := p.Within(rangeDraw(p, dice, n%3))
		if err != nil {
			continue
		}
		h, err := u.MinimaxRegret(ctx, solver.Hedge{Profiles: 12}, solver.Effort{Seed: 5})
		profiles, perr := u.Profiles(12, 5)
		if err != nil || perr != nil {
			continue
		}
		least := math.Inf(1)
		for _, pt := range newTwin(p).legal {
			least = min(least, regretByHand(profiles, pt.Outcome))
		}
		got := regretByHand(profiles, h.Packages[0].Outcome)
		if math.Abs(got-h.Packages[0].Worst) > 1e-9 || got > least+1e-9 {
			t.Errorf("seed %d: regret %v of %v, which is %v; there is one of %v", n, h.Packages[0].Worst, h.Packages[0].Outcome, got, least)
		}
	}
}

// regretByHand is the greatest share of the Nash product that an outcome forgoes in any profile.
func regretByHand(profiles []*solver.Problem, outcome []int) float64 {
	worst := 0.0
	for _, p := range profiles {
		product := func(utility []int64) float64 {
			v := 1.0
			for k, u := range utility {
				v *= float64(max(0, u-p.Parties[k].Reservation))
			}
			return v
		}
		best := 0.0
		for _, pt := range newTwin(p).legal {
			best = max(best, product(pt.Utility))
		}
		if best > 0 {
			worst = max(worst, 1-product(p.Point(outcome).Utility)/best)
		}
	}
	return worst
}

// TestRegretSaysOnWhatItHangs has a party that cares for the railway or the coast and says that it is the railway: the
// other wants the coast more, and what is suggested hangs on that one statement.
func TestRegretSaysOnWhatItHangs(t *testing.T) {
	p := &solver.Problem{Options: []int{2, 2}, Parties: []solver.Party{
		{Unit: 1, Cap: solver.NoCap, Reservation: 0},
		{Unit: 1, Cap: solver.NoCap, Reservation: 0, Values: [][]int64{{0, 500}, {0, 500}}},
	}}
	wide := solver.Range{Low: [][]int64{{100, 0}, {50, 0}}, High: [][]int64{{300, 0}, {5000, 0}}}
	railway, coast := solver.Swing{Issue: 0, From: 1, To: 0}, solver.Swing{Issue: 1, From: 1, To: 0}
	wide.Statements = []solver.Statement{
		solver.SwingAtLeast("railway before coast", railway, coast, 10),
		solver.Prefer("the coast is something", 1, 0, 1, 60),
	}
	u, err := p.Within([]solver.Range{wide, {}})
	if err != nil {
		t.Fatal(err)
	}
	h, err := u.MinimaxRegret(context.Background(), solver.Hedge{Hinges: true}, solver.Effort{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.Packages[0].Outcome, []int{0, 1}) || h.Packages[0].Worst > 0 {
		t.Errorf("chose %+v", h.Packages[0])
	}
	if len(h.Swayed) != 1 || h.Swayed[0].Statement != "railway before coast" || h.Swayed[0].Regret <= 0 {
		t.Errorf("it hangs on %+v", h.Swayed)
	}
	hinges, err := u.Hangs(context.Background(), []int{1, 0}, solver.Effort{})
	if err != nil || len(hinges) != 1 || hinges[0].Statement != "railway before coast" {
		t.Errorf("the efficiency of the swapped package hangs on %v, %v", hinges, err)
	}
}

// TestRegretAtRealSize runs the mediator's suggestion for three parties and eight issues, twice, and stops a third time.
func TestRegretAtRealSize(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	p, ranges := rangeLarge(twinSeed(7))
	u, err := p.Within(ranges)
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	e := solver.Effort{Seed: 2, Progress: func(solver.Progress) { steps++ }}
	hedge := solver.Hedge{Profiles: 16}
	h, err := u.MinimaxRegret(context.Background(), hedge, e)
	if err != nil {
		t.Fatal(err)
	}
	again, err := u.MinimaxRegret(context.Background(), hedge, e)
	if err != nil || !slices.Equal(h.Packages[0].Outcome, again.Packages[0].Outcome) || h.Packages[0].Worst != again.Packages[0].Worst {
		t.Errorf("a second run says %v, %v", again, err)
	}
	if len(h.Packages) != 3 || h.Packages[0].Worst > h.Packages[1].Worst || steps != 32 {
		t.Errorf("%d packages, %d steps: %+v", len(h.Packages), steps, h)
	}
	ctx, stop := context.WithCancel(context.Background())
	steps = 0
	e.Progress = func(solver.Progress) {
		if steps++; steps == 4 {
			stop()
		}
	}
	h, err = u.MinimaxRegret(ctx, hedge, e)
	if !errors.Is(err, context.Canceled) || h == nil || h.Profiles+h.Idle != 4 || h.Quality != solver.Best || len(h.Packages) == 0 {
		t.Errorf("stopped after four profiles: %+v, %v", h, err)
	}
	if h, err = u.MinimaxRegret(ctx, hedge, e); h != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("stopped before the first profile: %+v, %v", h, err)
	}
}
