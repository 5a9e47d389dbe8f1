package solver_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

	"portsmouth"
	"portsmouth/solver"
)

// rangeProblem draws a problem that ranges can be about, small enough for every combination of part worths to be tried.
func rangeProblem(dice twinSource) *solver.Problem {
	p := &solver.Problem{Options: []int{2, 2}}
	if dice.n(2) == 1 {
		p.Options = []int{2, 1, 2}
	}
	for range 2 + dice.n(2) {
		party := solver.Party{Values: make([][]int64, len(p.Options)), Unit: 1, Cap: solver.NoCap, Reservation: solver.NoReservation}
		if dice.n(4) == 0 {
			party.Tables = []solver.Table{{Issues: []int{0, len(p.Options) - 1}, Values: []int64{0, 1, 0, -2}}}
		}
		p.Parties = append(p.Parties, party)
	}
	if dice.n(3) == 0 {
		p.Conditions = []solver.Condition{{
			If:   []solver.Term{{Issue: 0, Options: []bool{true, false}}},
			Then: []solver.Term{{Issue: len(p.Options) - 1, Options: []bool{false, true}}},
		}}
	}
	return p
}

func rangeDraw(p *solver.Problem, dice twinSource, statements int) []solver.Range {
	ranges := make([]solver.Range, len(p.Parties))
	for k := range ranges {
		r := &ranges[k]
		for _, n := range p.Options {
			low, high := make([]int64, n), make([]int64, n)
			for o := range low {
				low[o] = int64(dice.n(5) - 1)
				high[o] = low[o] + int64(dice.n(3))
			}
			r.Low, r.High = append(r.Low, low), append(r.High, high)
		}
		for s := range statements {
			r.Statements = append(r.Statements, rangeStatement(p, dice, fmt.Sprintf("s%d", s), k))
		}
	}
	return ranges
}

func rangeStatement(p *solver.Problem, dice twinSource, id string, k int) solver.Statement {
	last := len(p.Options) - 1
	switch dice.n(3) {
	case 0:
		return solver.Prefer(id, 0, dice.n(2), dice.n(2), int64(dice.n(2)))
	case 1:
		return solver.SwingAtLeast(id, solver.Swing{Issue: 0, From: 0, To: 1}, solver.Swing{Issue: last, From: dice.n(2), To: 1}, int64(dice.n(3)-1))
	}
	a, b := make([]int, len(p.Options)), make([]int, len(p.Options))
	a[0], a[last], b[0], b[last] = dice.n(2), dice.n(2), dice.n(2), dice.n(2)
	return p.PackageAtLeast(id, k, a, b, int64(dice.n(2)))
}

// rangeGrid returns every combination of whole part worths within a range that keeps its statements, as parties.
func rangeGrid(p *solver.Problem, k int, r solver.Range) []solver.Party {
	var grid []solver.Party
	party := p.Parties[k]
	var fill func(i, o int, values [][]int64)
	fill = func(i, o int, values [][]int64) {
		if i == len(p.Options) {
			for _, s := range r.Statements {
				var sum int64
				for _, t := range s.Terms {
					sum += t.Times * values[t.Issue][t.Option]
				}
				if sum < s.AtLeast {
					return
				}
			}
			next := party
			for _, v := range values {
				next.Values = append(slices.Clone(next.Values[:len(next.Values):len(next.Values)]), slices.Clone(v))
			}
			next.Values = next.Values[len(next.Values)-len(p.Options):]
			grid = append(grid, next)
			return
		}
		if o == p.Options[i] {
			fill(i+1, 0, values)
			return
		}
		for v := r.Low[i][o]; v <= r.High[i][o]; v++ {
			values[i][o] = v
			fill(i, o+1, values)
		}
	}
	values := make([][]int64, len(p.Options))
	for i, n := range p.Options {
		values[i] = make([]int64, n)
	}
	fill(0, 0, values)
	return grid
}

// rangeLead is the least and the most by which a is worth more than b over a grid.
func rangeLead(p *solver.Problem, grid []solver.Party, a, b []int) (low, high int64) {
	low, high = math.MaxInt64, math.MinInt64
	for _, party := range grid {
		one := &solver.Problem{Options: p.Options, Parties: []solver.Party{party}}
		d := twinWorth(one, 0, a) - twinWorth(one, 0, b)
		low, high = min(low, d), max(high, d)
	}
	return low, high
}

// rangeEfficiency is the definition, word for word, over the grids: preferences of different parties are independent.
func rangeEfficiency(p *solver.Problem, grids [][]solver.Party, a []int) solver.Efficiency {
	surely := true
	for _, b := range newTwin(p).legal {
		always, may := true, true
		more, maybeMore := false, false
		for k := range grids {
			low, high := rangeLead(p, grids[k], b.Outcome, a)
			always, more = always && low >= 0, more || low > 0
			may, maybeMore = may && high >= 0, maybeMore || high > 0
		}
		if always && more {
			return solver.Not
		}
		surely = surely && !(may && maybeMore)
	}
	if surely {
		return solver.Surely
	}
	return solver.Possibly
}

// TestRangeTwin compares verdicts and leads with the definitions over every combination of whole part worths: within
// bounds alone they must agree, and with statements what is said to be settled must.
func TestRangeTwin(t *testing.T) {
	settled, open := 0, 0
	for n := range 600 {
		dice := twinSeed(uint64(n))
		p := rangeProblem(dice)
		ranges := rangeDraw(p, dice, n%3)
		u, err := p.Within(ranges)
		grids := make([][]solver.Party, len(p.Parties))
		for k := range grids {
			grids[k] = rangeGrid(p, k, ranges[k])
		}
		if empty := slices.IndexFunc(grids, func(g []solver.Party) bool { return len(g) == 0 }); empty >= 0 {
			rangeRefused(t, p, ranges, err)
			continue
		}
		if err != nil {
			t.Fatalf("seed %d: %v", n, err)
		}
		for _, a := range newTwin(p).legal {
			vs, err := u.Efficiency(context.Background(), [][]int{a.Outcome}, solver.Effort{})
			if err != nil {
				t.Fatal(err)
			}
			want := rangeEfficiency(p, grids, a.Outcome)
			switch {
			case vs[0].Efficiency != want && (vs[0].Settled || n%3 == 0):
				t.Errorf("seed %d: %v is %+v, not %s\n%+v\n%s", n, a.Outcome, vs[0], want, ranges, twinShow(p))
			case vs[0].Settled:
				settled++
			default:
				open++
			}
			rangeLeads(t, p, u, grids, a.Outcome, n)
		}
	}
	if settled < 1000 || open*20 > settled {
		t.Errorf("%d verdicts were settled and %d left open", settled, open)
	}
}

// rangeLeads compares the lead of a package over every other, for each party.
func rangeLeads(t *testing.T, p *solver.Problem, u *solver.Uncertain, grids [][]solver.Party, a []int, seed int) {
	t.Helper()
	for _, b := range newTwin(p).legal {
		for k := range grids {
			low, high := u.Lead(k, a, b.Outcome)
			l, h := rangeLead(p, grids[k], a, b.Outcome)
			if !rangeEnds(low, l, -1) || !rangeEnds(high, h, 1) {
				t.Errorf("seed %d: party %d prefers %v to %v by %v to %v, not %d to %d", seed, k, a, b.Outcome, low, high, l, h)
			}
		}
	}
}

// rangeEnds reports whether an end is that of the whole part worths, or lies beyond it in the direction given, at a
// fraction that they cannot reach.
func rangeEnds(end *big.Rat, whole int64, direction int) bool {
	beyond := new(big.Rat).Sub(end, big.NewRat(whole, 1))
	if end.IsInt() {
		return beyond.Sign() == 0
	}
	return beyond.Sign() == direction && beyond.Abs(beyond).Cmp(big.NewRat(1, 1)) < 0
}

// rangeRefused wants a contradiction of which no statement can be spared.
func rangeRefused(t *testing.T, p *solver.Problem, ranges []solver.Range, err error) {
	t.Helper()
	var c *solver.Contradiction
	if !errors.As(err, &c) || portsmouth.KindOf(err) != portsmouth.Invalid {
		t.Fatalf("a contradiction passed: %v\n%+v", err, ranges)
	}
	r := ranges[c.Party]
	named := slices.DeleteFunc(slices.Clone(r.Statements), func(s solver.Statement) bool { return !slices.Contains(c.Statements, s.ID) })
	r.Statements = named
	if len(rangeGrid(p, c.Party, r)) > 0 {
		t.Fatalf("no contradiction: %v in %+v", c, r)
	}
	for n := range named {
		r.Statements = slices.Delete(slices.Clone(named), n, n+1)
		if len(rangeGrid(p, c.Party, r)) == 0 {
			t.Fatalf("%s is not needed for the contradiction of %v", named[n].ID, c)
		}
	}
}

// rangeLarge is a problem of a real size: three parties, eight issues of five options, with ordinal statements and a
// fixed scale, as an elicitation would make them.
func rangeLarge(dice twinSource) (*solver.Problem, []solver.Range) {
	p := &solver.Problem{Options: slices.Repeat([]int{5}, 8)}
	var ranges []solver.Range
	for k := range 3 {
		p.Parties = append(p.Parties, solver.Party{Unit: 100, Cap: solver.NoCap, Reservation: 3000})
		r := solver.Range{Reservation: &portsmouth.Interval{Low: 2500, High: 3500}}
		scale := solver.Statement{ID: "scale", AtLeast: 10_000}
		best, worst := 4*(k%2), 4-4*(k%2)
		for i, n := range p.Options {
			r.Low, r.High = append(r.Low, make([]int64, n)), append(r.High, slices.Repeat([]int64{5000}, n))
			r.High[i][worst] = 0
			scale.Terms = append(scale.Terms, solver.Share{Issue: i, Option: best, Times: 1})
			for o := 1; o < n; o++ {
				a, b := o, o-1
				if best == 0 {
					a, b = o-1, o
				}
				r.Statements = append(r.Statements, solver.Prefer(fmt.Sprintf("order-%d-%d", i, o), i, a, b, 0))
			}
		}
		for range 4 {
			a, b := dice.n(8), dice.n(8)
			id := fmt.Sprintf("swing-%d-%d-%d", len(r.Statements), a, b)
			r.Statements = append(r.Statements, solver.SwingAtLeast(id, solver.Swing{Issue: max(a, b), From: worst, To: best}, solver.Swing{Issue: min(a, b), From: worst, To: best}, 0))
		}
		most := solver.Statement{ID: "scale-most", AtLeast: -10_000}
		for _, term := range scale.Terms {
			most.Terms = append(most.Terms, solver.Share{Issue: term.Issue, Option: term.Option, Times: -1})
		}
		r.Statements = append(r.Statements, scale, most)
		ranges = append(ranges, r)
	}
	return p, ranges
}

// TestProfilesKeepStatements holds every profile against every bound and statement, and wants them to differ.
func TestProfilesKeepStatements(t *testing.T) {
	p, ranges := rangeLarge(twinSeed(7))
	u, err := p.Within(ranges)
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := u.Profiles(40, 3)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := u.Profiles(40, 3)
	distinct := map[string]bool{}
	for m, q := range profiles {
		for k, r := range ranges {
			values := q.Parties[k].Values
			distinct[fmt.Sprint(k, values)] = true
			if !slices.EqualFunc(values, again[m].Parties[k].Values, slices.Equal[[]int64]) {
				t.Fatalf("profile %d differs from one call to the next", m)
			}
			rangeKept(t, values, r)
			if res := q.Parties[k].Reservation; res < r.Reservation.Low || res > r.Reservation.High {
				t.Errorf("profile %d: reservation %d", m, res)
			}
		}
	}
	for k := range p.Parties {
		if v := profiles[0].Parties[k].Values; v[0][4*(k%2)] > 4000 || v[7][4*(k%2)] > 4000 {
			t.Errorf("the middle is an extreme: %v", v)
		}
	}
	if len(distinct) < 110 {
		t.Errorf("only %d of 120 preferences differ", len(distinct))
	}
}

func rangeKept(t *testing.T, values [][]int64, r solver.Range) {
	t.Helper()
	for i := range values {
		for o, v := range values[i] {
			if v < r.Low[i][o] || v > r.High[i][o] {
				t.Fatalf("option %d of issue %d is worth %d", o, i, v)
			}
		}
	}
	for _, s := range r.Statements {
		var sum int64
		for _, term := range s.Terms {
			sum += term.Times * values[term.Issue][term.Option]
		}
		if sum < s.AtLeast {
			t.Fatalf("statement %s comes to %d", s.ID, sum)
		}
	}
}

// TestWithinRefuses what is malformed, each by its rule.
func TestWithinRefuses(t *testing.T) {
	p := &solver.Problem{Options: []int{2}, Parties: []solver.Party{{Unit: 1, Cap: solver.NoCap, Reservation: 0}}}
	capped := &solver.Problem{Options: []int{2}, Parties: []solver.Party{{Unit: 1, Cap: 5}}}
	share := func(o int, times int64) solver.Range {
		return solver.Range{Statements: []solver.Statement{{ID: "s", Terms: []solver.Share{{Issue: 0, Option: o, Times: times}}}}}
	}
	for _, c := range []struct {
		p      *solver.Problem
		rule   string
		ranges []solver.Range
	}{
		{p, "range-parties", nil},
		{capped, "range-cap", make([]solver.Range, 1)},
		{p, "range-issue", []solver.Range{{Low: [][]int64{{0}}, High: [][]int64{{1, 1}}}}},
		{p, "range-issue", []solver.Range{{Low: [][]int64{{0, 0}}}}},
		{p, "range-order", []solver.Range{{Low: [][]int64{{2, 0}}, High: [][]int64{{1, 1}}}}},
		{p, "range-size", []solver.Range{{Low: [][]int64{{0, math.MinInt64}}, High: [][]int64{{1, 1}}}}},
		{p, "range-reservation", []solver.Range{{Reservation: &portsmouth.Interval{Low: 2, High: 1}}}},
		{p, "range-term", []solver.Range{share(2, 1)}},
		{p, "range-times", []solver.Range{share(1, math.MaxInt64)}},
		{p, "range-id", []solver.Range{{Statements: []solver.Statement{{}}}}},
	} {
		if _, err := c.p.Within(c.ranges); portsmouth.RuleOf(err) != c.rule || portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("%+v: %v, not %s", c.ranges, err, c.rule)
		}
	}
}
