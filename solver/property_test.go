package solver_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/solver"
)

// propertyCases runs a property on random problems that have a legal outcome; it names the seed of a failure.
func propertyCases(t *testing.T, most int, property func(p *solver.Problem, f *solver.Frontier, dice twinSource) error) {
	t.Helper()
	cases, tried := 1000, 0
	if testing.Short() {
		cases = 200
	}
	for n := range cases {
		seed := uint64(n) + 1<<40
		p := twinProblem(twinSeed(seed), most)
		f, err := p.Frontier(context.Background(), twinEffort)
		if portsmouth.RuleOf(err) == "solver-legal" {
			continue
		}
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		tried++
		if err := property(p, f, twinSeed(seed^0xabc)); err != nil {
			t.Fatalf("seed %d: %v\n\t%s", seed, err, twinShow(p))
		}
	}
	if tried < cases/2 {
		t.Errorf("only %d of %d cases had a legal outcome", tried, cases)
	}
}

// propertyVectors returns the utilities of points, in ascending order.
func propertyVectors(points []solver.Point) [][]int64 {
	v := make([][]int64, len(points))
	for n := range points {
		v[n] = points[n].Utility
	}
	slices.SortFunc(v, slices.Compare)
	return v
}

// propertyFrontier wants the frontier of q to have exactly these vectors.
func propertyFrontier(q *solver.Problem, want [][]int64) error {
	f, err := q.Frontier(context.Background(), twinEffort)
	if err != nil {
		return err
	}
	if got := propertyVectors(f.Points); !slices.EqualFunc(got, want, slices.Equal[[]int64]) {
		return fmt.Errorf("%v instead of %v", got, want)
	}
	return nil
}

// propertyScaled multiplies everything that one party says by a number.
func propertyScaled(p *solver.Problem, k int, by int64) *solver.Problem {
	q := *p
	q.Parties = slices.Clone(p.Parties)
	party := &q.Parties[k]
	times := func(values []int64) []int64 {
		out := slices.Clone(values)
		for n := range out {
			out[n] *= by
		}
		return out
	}
	party.Values, party.Tables = slices.Clone(party.Values), slices.Clone(party.Tables)
	for i := range party.Values {
		party.Values[i] = times(party.Values[i])
	}
	for n := range party.Tables {
		party.Tables[n].Values = times(party.Tables[n].Values)
	}
	party.Base *= by
	if party.Cap != solver.NoCap {
		party.Cap *= by
	}
	if party.Reservation != solver.NoReservation {
		party.Reservation *= by
	}
	return &q
}

// TestPropertyScale: a party that counts in other units moves neither Nash's choice nor that of Kalai
// and Smorodinsky.
func TestPropertyScale(t *testing.T) {
	scaled := 0
	propertyCases(t, 200, func(p *solver.Problem, f *solver.Frontier, dice twinSource) error {
		k, by := dice.n(len(p.Parties)), int64(2+dice.n(6))
		q := propertyScaled(p, k, by)
		if p.Parties[k].Boxes != nil || q.Validate() != nil {
			return nil
		}
		scaled++
		g, err := q.Frontier(context.Background(), twinEffort)
		if err != nil {
			return err
		}
		for _, rule := range []solver.Rule{solver.Nash, solver.KalaiSmorodinsky} {
			before, err1 := f.Choose(rule, p.Disagreement())
			after, err2 := g.Choose(rule, q.Disagreement())
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			want := propertyPick(f, before)
			for n := range want {
				want[n].Utility = slices.Clone(want[n].Utility)
				want[n].Utility[k] *= by
			}
			if !slices.EqualFunc(propertyVectors(want), propertyVectors(propertyPick(g, after)), slices.Equal[[]int64]) {
				return fmt.Errorf("party %d × %d moves %s from %v to %v", k, by, rule, want, propertyPick(g, after))
			}
		}
		return nil
	})
	if scaled < 50 {
		t.Errorf("only %d cases were scaled", scaled)
	}
}

// propertyLonger adds an option to an issue that is worth by less to everyone than an option that there is, and stands in
// the same conditions and interactions as it.
func propertyLonger(p *solver.Problem, i, like int, by int64) *solver.Problem {
	q := &solver.Problem{Options: slices.Clone(p.Options), Parties: slices.Clone(p.Parties)}
	q.Options[i]++
	for k := range q.Parties {
		party := &q.Parties[k]
		party.Values = make([][]int64, len(p.Options))
		copy(party.Values, p.Parties[k].Values)
		if party.Values[i] == nil {
			party.Values[i] = make([]int64, p.Options[i])
		}
		party.Values[i] = append(slices.Clone(party.Values[i]), party.Values[i][like]-by)
		party.Tables = nil
		for _, t := range p.Parties[k].Tables {
			party.Tables = append(party.Tables, propertyLongerTable(p, q, t, i, like))
		}
	}
	terms := func(ts []solver.Term) []solver.Term {
		out := slices.Clone(ts)
		for n := range out {
			if out[n].Issue == i {
				out[n].Options = append(slices.Clone(out[n].Options), out[n].Options[like])
			}
		}
		return out
	}
	for _, c := range p.Conditions {
		q.Conditions = append(q.Conditions, solver.Condition{If: terms(c.If), Then: terms(c.Then)})
	}
	return q
}

func propertyLongerTable(p, q *solver.Problem, t solver.Table, i, like int) solver.Table {
	size := 1
	for _, j := range t.Issues {
		size *= q.Options[j]
	}
	out := solver.Table{Issues: t.Issues, Values: make([]int64, size)}
	for place := range out.Values {
		rest, from, step := place, 0, 1
		for n := len(t.Issues) - 1; n >= 0; n-- {
			j := t.Issues[n]
			o := rest % q.Options[j]
			rest /= q.Options[j]
			if j == i && o == p.Options[i] {
				o = like
			}
			from += step * o
			step *= p.Options[j]
		}
		out.Values[place] = t.Values[from]
	}
	return out
}

// TestPropertyDominatedOption: an option that is no better than another for anyone changes nothing on the frontier.
func TestPropertyDominatedOption(t *testing.T) {
	propertyCases(t, 200, func(p *solver.Problem, f *solver.Frontier, dice twinSource) error {
		if slices.ContainsFunc(p.Parties, func(party solver.Party) bool { return party.Boxes != nil }) {
			return nil
		}
		i := dice.n(len(p.Options))
		q := propertyLonger(p, i, dice.n(p.Options[i]), int64(dice.n(3)))
		return propertyFrontier(q, propertyVectors(f.Points))
	})
}

// TestPropertyOneOption: an issue that can be settled in one way only changes nothing.
func TestPropertyOneOption(t *testing.T) {
	propertyCases(t, 200, func(p *solver.Problem, f *solver.Frontier, _ twinSource) error {
		q := *p
		q.Options = append(slices.Clone(p.Options), 1)
		q.Parties = slices.Clone(p.Parties)
		for k := range q.Parties {
			if q.Parties[k].Values != nil {
				q.Parties[k].Values = append(slices.Clone(q.Parties[k].Values), []int64{0})
			}
		}
		return propertyFrontier(&q, propertyVectors(f.Points))
	})
}

// TestPropertyEpsilon: for every outcome an ε-frontier has a point that gives no party less than it minus its ε, and
// every point is what it says.
func TestPropertyEpsilon(t *testing.T) {
	thinned := 0
	for seed := range uint64(12) {
		p := propertyDense(twinSeed(seed), seed%2 == 1)
		f, err := p.Frontier(context.Background(), solver.Effort{})
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range []int64{1000, 10_000, 100_000, 400_000} {
			e := solver.Effort{Epsilon: slices.Repeat([]int64{each}, len(p.Parties))}
			e.Epsilon[seed%2] /= 1 + int64(seed%3)
			g, err := p.Frontier(context.Background(), e)
			if err != nil {
				t.Fatal(err)
			}
			if err := propertyCovers(p, f, g, e.Epsilon); err != nil {
				t.Errorf("seed %d, ε %v: %v", seed, e.Epsilon, err)
			}
			if len(g.Points) < len(f.Points) {
				thinned++
			}
		}
	}
	if thinned < 16 {
		t.Errorf("only %d of 48 frontiers were thinned", thinned)
	}
}

// propertyDense is a problem with a frontier of some hundred or thousand points, tied by a condition and a table if asked.
func propertyDense(dice twinSource, tied bool) *solver.Problem {
	c := &twinCase{from: dice, kind: twinWide, p: &solver.Problem{Options: slices.Repeat([]int{5, 6}, 5)}}
	if tied {
		c.p.Options = c.p.Options[:8]
	}
	for range 2 + dice.n(2) {
		party := solver.Party{Unit: 1, Cap: solver.NoCap, Reservation: solver.NoReservation}
		for _, n := range c.p.Options {
			party.Values = append(party.Values, make([]int64, n))
			for o := range n {
				party.Values[len(party.Values)-1][o] = c.number()
			}
		}
		c.p.Parties = append(c.p.Parties, party)
	}
	if tied {
		c.p.Parties[0].Tables = []solver.Table{c.table()}
		c.p.Conditions = []solver.Condition{{
			If:   []solver.Term{{Issue: 0, Options: []bool{true, true, false, false, false}}},
			Then: []solver.Term{{Issue: 3, Options: []bool{true, false, true, true, false, false}}},
		}}
	}
	return c.p
}

// propertyCovers wants g to be an ε-frontier of what f is the frontier of.
func propertyCovers(p *solver.Problem, f, g *solver.Frontier, epsilon []int64) error {
	if g.Quality == solver.Best || g.Quality == solver.Within && !slices.EqualFunc(g.Epsilon, epsilon, func(a, b int64) bool { return a <= b }) {
		return fmt.Errorf("quality %s, ε %v instead of at most %v", g.Quality, g.Epsilon, epsilon)
	}
	stated := g.Epsilon
	if g.Quality == solver.Exact {
		stated = make([]int64, len(p.Parties))
	}
	for _, pt := range f.Points {
		if !slices.ContainsFunc(g.Points, func(near solver.Point) bool {
			for k, u := range pt.Utility {
				if near.Utility[k] < u-stated[k] {
					return false
				}
			}
			return true
		}) {
			return fmt.Errorf("no point within %v of %v", stated, pt)
		}
	}
	return propertyTrue(p, g)
}

// propertyTrue wants every point to be a legal outcome and worth what it says.
func propertyTrue(p *solver.Problem, f *solver.Frontier) error {
	for _, pt := range f.Points {
		if !twinLegal(p, pt.Outcome) {
			return fmt.Errorf("%v is not legal", pt.Outcome)
		}
		for k, u := range pt.Utility {
			if twinWorth(p, k, pt.Outcome) != u {
				return fmt.Errorf("%v is not worth %v", pt.Outcome, pt.Utility)
			}
		}
	}
	return nil
}

// TestPropertySame: the same question has the same answer, to the last witness.
func TestPropertySame(t *testing.T) {
	propertyCases(t, 300, func(p *solver.Problem, f *solver.Frontier, _ twinSource) error {
		g, err := p.Frontier(context.Background(), twinEffort)
		if err != nil {
			return err
		}
		if !slices.EqualFunc(f.Points, g.Points, func(a, b solver.Point) bool {
			return slices.Equal(a.Utility, b.Utility) && slices.Equal(a.Outcome, b.Outcome)
		}) {
			return errors.New("a second run gives another frontier")
		}
		return nil
	})
}

// propertyHard is a problem whose frontier is out of reach: four parties, wide numbers, many issues; with a condition if
// asked, so that elimination is met too.
func propertyHard(tied bool) *solver.Problem {
	dice := twinSeed(1905)
	p := &solver.Problem{Options: slices.Repeat([]int{9}, 24)}
	for range 4 {
		party := solver.Party{Unit: 1, Cap: solver.NoCap, Reservation: solver.NoReservation}
		for _, n := range p.Options {
			values := make([]int64, n)
			for o := range values {
				values[o] = int64(dice.n(1 << 30))
			}
			party.Values = append(party.Values, values)
		}
		p.Parties = append(p.Parties, party)
	}
	if tied {
		first := []bool{true, true, true, true, false, false, false, false, false}
		p.Conditions = []solver.Condition{{If: []solver.Term{{Issue: 3, Options: first}}, Then: []solver.Term{{Issue: 9, Options: first}}}}
	}
	return p
}

// TestPropertyMemory: what does not fit ends in an error that says so, or where it may be widened in a frontier with its
// ε; never in a crash.
func TestPropertyMemory(t *testing.T) {
	for _, tied := range []bool{false, true} {
		p := propertyHard(tied)
		_, err := p.Frontier(context.Background(), solver.Effort{Memory: 4 << 20})
		var large *solver.TooLarge
		if !errors.As(err, &large) || portsmouth.KindOf(err) != portsmouth.Invalid || large.Bound != 4<<20 || large.What == "" || large.Advice == "" {
			t.Errorf("tied %v: %v", tied, err)
		}
	}
}

// TestPropertyStopped: a computation whose context ends returns at once, with true outcomes and the context's error.
func TestPropertyStopped(t *testing.T) {
	for _, tied := range []bool{false, true} {
		for _, after := range []int{0, 3} {
			p := propertyHard(tied)
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			var stopped time.Time
			halt := func() {
				if stopped.IsZero() {
					stopped = time.Now()
					stop()
				}
			}
			if after == 0 {
				halt()
			}
			calls := 0
			f, err := p.Frontier(ctx, solver.Effort{Progress: func(solver.Progress) {
				if calls++; calls >= after {
					halt()
				}
			}})
			late := time.Since(stopped)
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("tied %v, after %d: %v", tied, after, err)
			}
			if tied && after == 0 && f == nil {
				continue // conditions have not been looked at: there may be no legal outcome
			}
			if f == nil || len(f.Points) == 0 || f.Quality != solver.Best {
				t.Fatalf("tied %v, after %d: %+v", tied, after, f)
			}
			if err := propertyTrue(p, f); err != nil {
				t.Error(err)
			}
			if late > 3*time.Second {
				t.Errorf("tied %v, after %d: stopped after %v", tied, after, late)
			}
		}
	}
}
