package solver_test

import (
	"context"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/solver"
)

// fairFrontier makes a frontier of bare points.
func fairFrontier(points ...[]int64) *solver.Frontier {
	f := &solver.Frontier{Quality: solver.Exact}
	for _, u := range points {
		f.Points = append(f.Points, solver.Point{Utility: u})
	}
	return f
}

func TestRulesByHand(t *testing.T) {
	none := int64(solver.NoReservation)
	cases := []struct {
		name   string
		points [][]int64
		d      solver.Disagreement
		want   map[solver.Rule][]int
		weak   bool
		none   bool
	}{
		{
			name:   "the four differ", // products 0 900 2000 2100 1600, shares of 100 and 80
			points: [][]int64{{100, 0}, {90, 10}, {50, 40}, {35, 60}, {20, 80}},
			d:      solver.Disagreement{Worth: []int64{0, 0}},
			want: map[solver.Rule][]int{
				solver.Nash: {3}, solver.KalaiSmorodinsky: {2}, solver.Egalitarian: {2},
				solver.Utilitarian: {0, 1, 4}, solver.AsymmetricNash: {3},
			},
		},
		{
			name:   "all ties are given",
			points: [][]int64{{6, 2}, {4, 3}, {3, 4}, {2, 6}},
			d:      solver.Disagreement{Worth: []int64{0, 0}},
			want: map[solver.Rule][]int{
				solver.Nash: {0, 1, 2, 3}, solver.KalaiSmorodinsky: {1, 2}, solver.Egalitarian: {1, 2}, solver.Utilitarian: {0, 3},
			},
		},
		{
			name:   "the next smallest decides",
			points: [][]int64{{9, 4, 4}, {5, 4, 8}, {4, 6, 4}},
			d:      solver.Disagreement{Worth: []int64{0, 0, 0}},
			want:   map[solver.Rule][]int{solver.Egalitarian: {1}, solver.Nash: {1}, solver.Utilitarian: {0, 1}},
		},
		{
			name:   "two losses are no gain", // with signs unchecked the last would win Nash's product
			points: [][]int64{{3, 3, 3}, {-9, -9, 90}},
			d:      solver.Disagreement{Worth: []int64{0, 0, 0}},
			want:   map[solver.Rule][]int{solver.Nash: {0}, solver.KalaiSmorodinsky: {0}, solver.Egalitarian: {0}, solver.Utilitarian: {0}},
		},
		{
			name:   "negative utilities, gains all the same",
			points: [][]int64{{-1, -9}, {-4, -4}, {-9, -1}},
			d:      solver.Disagreement{Worth: []int64{-10, -10}},
			want:   map[solver.Rule][]int{solver.Nash: {1}, solver.KalaiSmorodinsky: {1}, solver.Egalitarian: {1}, solver.Utilitarian: {1}},
		},
		{
			name:   "worse for someone everywhere",
			points: [][]int64{{9, 1}, {5, 5}, {1, 9}},
			d:      solver.Disagreement{Worth: []int64{6, 6}},
			want:   map[solver.Rule][]int{solver.Nash: nil, solver.KalaiSmorodinsky: nil, solver.Egalitarian: nil, solver.Utilitarian: nil},
			none:   true,
		},
		{
			name:   "no worse for anyone, better for one",
			points: [][]int64{{9, 1}, {7, 5}, {1, 9}},
			d:      solver.Disagreement{Worth: []int64{5, 5}},
			want:   map[solver.Rule][]int{solver.Nash: {1}, solver.KalaiSmorodinsky: {1}, solver.Egalitarian: {1}, solver.Utilitarian: {1}},
			weak:   true,
		},
		{
			name:   "as many gain as can",
			points: [][]int64{{100, 0, 0}, {2, 3, 0}, {2, 0, 4}},
			d:      solver.Disagreement{Worth: []int64{0, 0, 0}},
			// each of the last two gives one of two parties all that it could hope for
			want: map[solver.Rule][]int{solver.Nash: {1, 2}, solver.AsymmetricNash: {1, 2}, solver.Utilitarian: {0}},
			weak: true,
		},
		{
			name:   "without reservations gains count from the least on the frontier",
			points: [][]int64{{100, 20}, {80, 50}, {60, 60}},
			d:      solver.Disagreement{Worth: []int64{none, none}},
			want:   map[solver.Rule][]int{solver.Nash: {1}, solver.KalaiSmorodinsky: {1}, solver.Egalitarian: {1}},
		},
		{
			name:   "one point that all like best",
			points: [][]int64{{7, 7}},
			d:      solver.Disagreement{Worth: []int64{none, none}},
			want:   map[solver.Rule][]int{solver.Nash: {0}, solver.KalaiSmorodinsky: {0}, solver.Egalitarian: {0}, solver.Utilitarian: {0}},
		},
		{
			name:   "scales that differ", // the second party's 100 units make 1
			points: [][]int64{{5, 100}, {3, 300}, {1, 650}},
			d:      solver.Disagreement{Worth: []int64{0, 0}, Units: []int64{1, 100}},
			want:   map[solver.Rule][]int{solver.Egalitarian: {1}, solver.Utilitarian: {2}, solver.Nash: {1}},
		},
		{
			name:   "powers",
			points: [][]int64{{8, 1}, {4, 3}, {2, 5}},
			d:      solver.Disagreement{Worth: []int64{0, 0}, Powers: []int64{2, 1}},
			want:   map[solver.Rule][]int{solver.Nash: {1}, solver.AsymmetricNash: {0}},
		},
	}
	for _, c := range cases {
		f := fairFrontier(c.points...)
		for rule, want := range c.want {
			got, err := f.Choose(rule, c.d)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if !slices.Equal(got.Points, want) || got.Weak != c.weak || (got.None != "") != c.none {
				t.Errorf("%s, %s: chose %v (weak %v, none %q), want %v", c.name, rule, got.Points, got.Weak, got.None, want)
			}
		}
	}
}

// TestRulesLarge multiplies gains that overflow 64 and 128 bits.
func TestRulesLarge(t *testing.T) {
	m := solver.MaxUtility
	f := fairFrontier([]int64{m, m - 2, m}, []int64{m - 1, m - 1, m})
	d := solver.Disagreement{Worth: []int64{-m, -m, -m}}
	for _, rule := range []solver.Rule{solver.Nash, solver.Egalitarian, solver.KalaiSmorodinsky} {
		c, err := f.Choose(rule, d)
		if err != nil || !slices.Equal(c.Points, []int{1}) {
			t.Errorf("%s chose %v, %v", rule, c.Points, err)
		}
	}
}

func TestChooseRefuses(t *testing.T) {
	f := fairFrontier([]int64{1, 2})
	for name, c := range map[string]struct {
		f    *solver.Frontier
		rule solver.Rule
		d    solver.Disagreement
	}{
		"an unknown rule":  {f, "fair", solver.Disagreement{Worth: []int64{0, 0}}},
		"too few parties":  {f, solver.Nash, solver.Disagreement{Worth: []int64{0}}},
		"a power of none":  {f, solver.AsymmetricNash, solver.Disagreement{Worth: []int64{0, 0}, Powers: []int64{0, 1}}},
		"a unit of none":   {f, solver.Nash, solver.Disagreement{Worth: []int64{0, 0}, Units: []int64{0, 1}}},
		"nothing to take":  {fairFrontier(), solver.Nash, solver.Disagreement{}},
		"beyond all worth": {f, solver.Nash, solver.Disagreement{Worth: []int64{math.MaxInt64, 0}}},
	} {
		if _, err := c.f.Choose(c.rule, c.d); portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRulesSayWhatTheyAre(t *testing.T) {
	for _, r := range solver.Rules() {
		if r.Title() == "" || r.Definition() == "" || r.Ties() == "" || !strings.ContainsAny(r.Source(), "0123456789") {
			t.Errorf("rule %s lacks its words", r)
		}
	}
	f := fairFrontier([]int64{1, 2})
	f.Quality, f.Epsilon = solver.Within, []int64{3, 4}
	c, err := f.Choose(solver.Nash, solver.Disagreement{Worth: []int64{0, 0}})
	if err != nil || c.Quality != solver.Within || len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "[3 4]") {
		t.Errorf("an ε-frontier: %+v, %v", c, err)
	}
}

// fairFloat is a naive rule over all outcomes in floating point, exact enough for small numbers.
var fairFloat = map[solver.Rule]func(gains, hopes []float64) []float64{
	solver.Nash: func(gains, hopes []float64) []float64 {
		many, product := 0.0, 1.0
		for k, g := range gains {
			if g > 0 {
				many, product = many+1, product*g
			} else if hopes[k] > 0 {
				product *= hopes[k]
			}
		}
		return []float64{many, product}
	},
	solver.KalaiSmorodinsky: func(gains, hopes []float64) []float64 {
		var shares []float64
		for k, g := range gains {
			if hopes[k] > 0 {
				shares = append(shares, g/hopes[k])
			}
		}
		slices.Sort(shares)
		return shares
	},
	solver.Egalitarian: func(gains, _ []float64) []float64 {
		sorted := slices.Clone(gains)
		slices.Sort(sorted)
		return sorted
	},
	solver.Utilitarian: func(gains, _ []float64) []float64 {
		sum := 0.0
		for _, g := range gains {
			sum += g
		}
		return []float64{sum}
	},
}

// TestRulesAgainstTwin chooses among all legal outcomes: the best of all must be on the frontier, and be what Choose
// gives.
func TestRulesAgainstTwin(t *testing.T) {
	compared := 0
	for seed := range uint64(1500) {
		p := twinProblem(twinSeed(seed), 200)
		tw := newTwin(p)
		if len(tw.legal) == 0 || fairLargest(tw) > 1000 {
			continue
		}
		f, err := p.Frontier(context.Background(), solver.Effort{})
		if err != nil {
			t.Fatal(err)
		}
		d := p.Disagreement()
		for k := range d.Worth {
			d.Units[k] = 1
			if d.Worth[k] == solver.NoReservation {
				d.Worth[k] = 0
			}
		}
		for rule, measure := range fairFloat {
			c, err := f.Choose(rule, d)
			if err != nil {
				t.Fatal(err)
			}
			var got [][]int64
			for _, n := range c.Points {
				got = append(got, f.Points[n].Utility)
			}
			if want := fairBest(tw, d.Worth, measure); !slices.EqualFunc(got, want, slices.Equal) {
				t.Fatalf("seed %d, %s above %v: chose %v, by the twin %v", seed, rule, d.Worth, got, want)
			}
			compared++
		}
	}
	if compared < 1000 {
		t.Errorf("only %d choices were compared", compared)
	}
}

func fairLargest(tw *twin) int64 {
	var most int64
	for _, pt := range tw.legal {
		for _, u := range pt.Utility {
			most = max(most, u, -u)
		}
	}
	return most
}

// fairBest returns the distinct worths of the outcomes of the greatest measure, in the order of a frontier.
func fairBest(tw *twin, floors []int64, measure func(gains, hopes []float64) []float64) [][]int64 {
	above := tw.above(floors)
	hopes := make([]float64, len(floors))
	gains := func(pt solver.Point) []float64 {
		g := make([]float64, len(floors))
		for k, u := range pt.Utility {
			g[k] = float64(u - floors[k])
		}
		return g
	}
	for _, pt := range above {
		for k, g := range gains(pt) {
			hopes[k] = max(hopes[k], g)
		}
	}
	var best [][]int64
	var top []float64
	for n, pt := range above {
		m := measure(gains(pt), hopes)
		c := slices.Compare(m, top)
		if n == 0 || c > 0 {
			best, top, c = nil, m, 0
		}
		if c == 0 {
			best = append(best, pt.Utility)
		}
	}
	slices.SortFunc(best, func(a, b []int64) int { return slices.Compare(b, a) })
	return slices.CompactFunc(best, slices.Equal)
}

func TestAdjustedWinner(t *testing.T) {
	two := func(a, b [][]int64) *solver.Problem {
		p := &solver.Problem{}
		for range a {
			p.Options = append(p.Options, len(a[len(p.Options)]))
		}
		for _, v := range [][][]int64{a, b} {
			p.Parties = append(p.Parties, solver.Party{Values: v, Cap: solver.NoCap, Unit: 1, Reservation: solver.NoReservation})
		}
		return p
	}
	// Points 50 30 20 against 40 40 20. The first issue goes to the first party, the second to the other, and so does,
	// for a start, the tie to the first: 70 to 40. What is most alike, the tie, is handed over until both have the same:
	// 30 / (20 + 20) of it.
	p := two([][]int64{{50, 0}, {30, 0}, {20, 0}}, [][]int64{{0, 40}, {0, 40}, {0, 20}})
	a, err := p.AdjustedWinner()
	if err != nil {
		t.Fatal(err)
	}
	if a.Divided != 2 || a.Each.Cmp(big.NewRat(55, 100)) != 0 || a.Awards[2].Share.Cmp(big.NewRat(1, 4)) != 0 {
		t.Errorf("divided issue %d, %s of it to the first party, each %s", a.Divided, a.Awards[2].Share, a.Each)
	}
	if a.Awards[0].Share.Cmp(big.NewRat(1, 1)) != 0 || a.Awards[1].Share.Sign() != 0 {
		t.Errorf("awards %+v", a.Awards)
	}
	// An option that both like best is taken by both.
	a, err = two([][]int64{{9, 9, 0}, {5, 0}}, [][]int64{{0, 7, 7}, {0, 3}}).AdjustedWinner()
	if err != nil || a.Awards[0].Options != [2]int{1, 1} || a.Awards[0].Share != nil {
		t.Errorf("a favourite of both: %+v, %v", a.Awards, err)
	}
	if a.Divided != 1 || a.Each.Cmp(big.NewRat(1, 2)) != 0 {
		t.Errorf("one dispute is halved: issue %d, %s", a.Divided, a.Each)
	}
	p.Conditions = []solver.Condition{{If: []solver.Term{{Options: []bool{true, true}}}, Then: []solver.Term{{Options: []bool{true, true}}}}}
	if _, err := p.AdjustedWinner(); portsmouth.RuleOf(err) != "adjusted-winner-conditions" {
		t.Errorf("with conditions: %v", err)
	}
	p.Conditions, p.Parties[0].Tables = nil, []solver.Table{{Issues: []int{0, 1}, Values: make([]int64, 4)}}
	if _, err := p.AdjustedWinner(); portsmouth.RuleOf(err) != "adjusted-winner-additive" {
		t.Errorf("with interactions: %v", err)
	}
	p.Parties = append(p.Parties, p.Parties[1])
	if _, err := p.AdjustedWinner(); portsmouth.RuleOf(err) != "adjusted-winner-parties" {
		t.Errorf("three parties: %v", err)
	}
}

// TestAdjustedWinnerHolds checks what the procedure promises: both win the same share of their points, at most one issue
// is divided, and no other award of whole issues is better for both.
func TestAdjustedWinnerHolds(t *testing.T) {
	for seed := range 400 {
		p := lookupLarge(1+seed%7, 2+seed%3)
		a, err := p.AdjustedWinner()
		if err != nil {
			t.Fatal(err)
		}
		won := [2]*big.Rat{new(big.Rat), new(big.Rat)}
		divided, disputes := 0, 0
		for _, w := range a.Awards {
			if w.Share == nil {
				continue
			}
			disputes++
			if !w.Share.IsInt() {
				divided++
			}
			rest := new(big.Rat).Sub(big.NewRat(1, 1), w.Share)
			won[0].Add(won[0], new(big.Rat).Mul(w.Share, w.Points[0]))
			won[1].Add(won[1], rest.Mul(rest, w.Points[1]))
		}
		if disputes == 0 {
			continue
		}
		if divided > 1 || won[0].Cmp(won[1]) != 0 || won[0].Cmp(a.Each) != 0 || a.Each.Cmp(big.NewRat(1, 2)) < 0 {
			t.Fatalf("case %d: %d divided, won %s and %s, each %s", seed, divided, won[0], won[1], a.Each)
		}
	}
}
