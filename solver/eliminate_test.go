package solver_test

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/solver"
)

// tieRandom draws a problem in which much is tied: conditions that overlap and make chains, tables over two or three
// issues, boxes.
func tieRandom(seed uint64) *solver.Problem {
	c := &twinCase{from: twinSeed(seed), kind: twinKind(seed % uint64(twinKinds)), p: &solver.Problem{}}
	for range 3 + c.from.n(3) {
		c.p.Options = append(c.p.Options, 2+c.from.n(3))
	}
	for range 2 + c.from.n(3) {
		party := solver.Party{Unit: 1, Cap: solver.NoCap, Reservation: solver.NoReservation, Base: c.number()}
		for _, n := range c.p.Options {
			party.Values = append(party.Values, c.values(n))
		}
		for range c.from.n(3) {
			party.Tables = append(party.Tables, c.table())
		}
		if c.from.n(4) == 0 {
			party.Boxes = c.boxes(0)
		}
		c.p.Parties = append(c.p.Parties, party)
	}
	switch c.from.n(3) {
	case 0:
		for i := range len(c.p.Options) - 1 {
			c.p.Conditions = append(c.p.Conditions, solver.Condition{If: []solver.Term{c.termOf(i)}, Then: []solver.Term{c.termOf(i + 1)}})
		}
	case 1:
		for range 1 + c.from.n(5) {
			c.p.Conditions = append(c.p.Conditions, solver.Condition{If: c.terms(), Then: c.terms()})
		}
	}
	return c.p
}

func (c *twinCase) termOf(issue int) solver.Term {
	t := solver.Term{Issue: issue, Options: make([]bool, c.p.Options[issue])}
	for o := range t.Options {
		t.Options[o] = c.from.n(2) == 1
	}
	return t
}

// TestTiedFrontier compares the frontiers of problems in which much is tied with those of the twin.
func TestTiedFrontier(t *testing.T) {
	contradictions := 0
	for seed := range uint64(600) {
		p := tieRandom(seed)
		if err := p.Validate(); err != nil {
			t.Fatal(err)
		}
		tw := newTwin(p)
		if len(tw.legal) == 0 {
			contradictions++
		}
		if _, err := tw.sameFrontier(); err != nil {
			t.Fatalf("seed %d: %v\n\t%s", seed, err, twinShow(p))
		}
	}
	if contradictions == 0 {
		t.Error("no case contradicted itself, so that was not tried")
	}
}

// TestContradiction has conditions that leave nothing.
func TestContradiction(t *testing.T) {
	p := tieChain(4, 3, 1)
	never := []bool{false, false, false}
	p.Conditions = []solver.Condition{
		{If: []solver.Term{{Issue: 1, Options: []bool{true, true, false}}}, Then: []solver.Term{{Issue: 2, Options: never}}},
		{If: []solver.Term{{Issue: 1, Options: []bool{false, true, true}}}, Then: []solver.Term{{Issue: 2, Options: never}}},
	}
	_, err := p.Frontier(context.Background(), solver.Effort{})
	if portsmouth.KindOf(err) != portsmouth.Invalid || portsmouth.RuleOf(err) != "solver-legal" {
		t.Errorf("error %v of rule %q", err, portsmouth.RuleOf(err))
	}
	n, err := p.LegalOutcomes(context.Background(), solver.Effort{})
	if err != nil || n.Sign() != 0 {
		t.Errorf("%v legal outcomes, %v", n, err)
	}
}

// tieChain is a problem of issues alike, of which parties want the opposite but not as much.
func tieChain(issues, options, scale int) *solver.Problem {
	p := &solver.Problem{Parties: make([]solver.Party, 2)}
	for range issues {
		p.Options = append(p.Options, options)
	}
	for k := range p.Parties {
		p.Parties[k] = solver.Party{Unit: 1, Cap: solver.NoCap, Reservation: solver.NoReservation}
		for i := range issues {
			v := make([]int64, options)
			for o := range v {
				v[o] = int64(scale * (o*(3+i%5) + (o*o+i)%3))
				if k == 1 {
					v[o] = int64(scale * ((options-1-o)*(7-i%4) + (o+i)%2))
				}
			}
			p.Parties[k].Values = append(p.Parties[k].Values, v)
		}
	}
	return p
}

// marked marks options from low to high of an issue.
func marked(p *solver.Problem, issue, low, high int) []solver.Term {
	t := solver.Term{Issue: issue, Options: make([]bool, p.Options[issue])}
	for o := low; o <= high; o++ {
		t.Options[o] = true
	}
	return []solver.Term{t}
}

// TestNumericCondition ties issues of a thousand steps: a condition makes two classes of each, whatever their length.
func TestNumericCondition(t *testing.T) {
	p := tieChain(4, 1000, 1)
	for i := range 3 {
		p.Conditions = append(p.Conditions, solver.Condition{If: marked(p, i, 500, 999), Then: marked(p, i+1, 0, 299)})
	}
	f, err := p.Frontier(context.Background(), solver.Effort{Memory: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if f.Width != 2 || f.Quality != solver.Exact {
		t.Errorf("width %d, quality %s", f.Width, f.Quality)
	}
	for _, pt := range f.Points {
		if !p.Legal(pt.Outcome) || !slices.Equal(p.Point(pt.Outcome).Utility, pt.Utility) {
			t.Fatalf("%v is illegal or not worth %v", pt.Outcome, pt.Utility)
		}
	}
	// By hand: with a issues ≥ 500, each is followed by one below 300.
	low, wide := big.NewInt(300), big.NewInt(500)
	legal := tieLegal(4, low, wide)
	n, err := p.LegalOutcomes(context.Background(), solver.Effort{})
	if err != nil || n.Cmp(legal) != 0 {
		t.Errorf("%v legal outcomes instead of %v, %v", n, legal, err)
	}
}

// tieLegal counts along the chain of TestNumericCondition: high is how many ways end at 500 or more, after how many end
// below.
func tieLegal(issues int, low, wide *big.Int) *big.Int {
	below, above := new(big.Int).Set(wide), new(big.Int).Set(wide)
	for range issues - 1 {
		nextBelow := new(big.Int).Mul(below, wide)
		nextBelow.Add(nextBelow, new(big.Int).Mul(above, low))
		nextAbove := new(big.Int).Mul(below, wide)
		below, above = nextBelow, nextAbove
	}
	return below.Add(below, above)
}

// TestChainOfTables eliminates a chain far too long to enumerate, and says so in its width.
func TestChainOfTables(t *testing.T) {
	p := tieChain(40, 4, 1)
	for i := range 39 {
		table := solver.Table{Issues: []int{i, i + 1}, Values: make([]int64, 16)}
		for k := range table.Values {
			table.Values[k] = int64(k * (i + 3) % 7)
		}
		p.Parties[i%2].Tables = append(p.Parties[i%2].Tables, table)
	}
	f, err := p.Frontier(context.Background(), solver.Effort{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Width != 2 || f.Quality != solver.Exact || len(f.Points) < 100 {
		t.Errorf("width %d, quality %s, %d points", f.Width, f.Quality, len(f.Points))
	}
	for _, pt := range f.Points {
		if !slices.Equal(p.Point(pt.Outcome).Utility, pt.Utility) {
			t.Fatalf("%v is not worth %v", pt.Outcome, pt.Utility)
		}
	}
}

// tieWide is a problem in which every issue is tied to every other.
func tieWide() *solver.Problem {
	p := tieChain(12, 10, 1)
	for i := range 12 {
		for j := range i {
			table := solver.Table{Issues: []int{j, i}, Values: make([]int64, 100)}
			for k := range table.Values {
				table.Values[k] = int64(k * (i + 2*j + 3) % 11)
			}
			p.Parties[(i+j)%2].Tables = append(p.Parties[(i+j)%2].Tables, table)
		}
	}
	return p
}

// TestTooWide refuses what cannot be held, at once, and finds good packages instead when it may.
func TestTooWide(t *testing.T) {
	p := tieWide()
	_, err := p.Frontier(context.Background(), solver.Effort{})
	var large *solver.TooLarge
	if !errors.As(err, &large) || portsmouth.KindOf(err) != portsmouth.Invalid {
		t.Errorf("error %v", err)
	}
	f, err := p.Frontier(context.Background(), solver.Effort{Search: true, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if f.Quality != solver.Best || len(f.Points) == 0 {
		t.Errorf("quality %s, %d points", f.Quality, len(f.Points))
	}
}

// TestEliminationStops hears of a context that ended.
func TestEliminationStops(t *testing.T) {
	p := tieChain(7, 12, 1)
	table := solver.Table{Issues: []int{0, 1, 2, 3, 4}, Values: make([]int64, 12*12*12*12*12)}
	for k := range table.Values {
		table.Values[k] = int64(k % 13)
	}
	p.Parties[0].Tables = []solver.Table{table}
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := p.Frontier(ctx, solver.Effort{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}
