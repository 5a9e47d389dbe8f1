package solver_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"portsmouth/solver"
)

// twinSource makes the choices of a random case: a generator in the ordinary test, the bytes of a fuzz target else. Its
// n returns a number from 0 to below max; a source that has run out returns 0, and so the smallest case.
type twinSource interface{ n(max int) int }

// twinChance is a source of pseudo-random numbers.
type twinChance struct{ *rand.Rand }

func twinSeed(seed uint64) twinChance { return twinChance{rand.New(rand.NewPCG(seed, 1905))} }

func (c twinChance) n(limit int) int { return c.IntN(limit) }

// twinBytes is a source that reads bytes.
type twinBytes struct{ left []byte }

func (b *twinBytes) n(limit int) int {
	v, read := 0, 1
	for reach := 256; reach < limit; reach *= 256 {
		read++
	}
	for ; read > 0 && len(b.left) > 0; read-- {
		v = v<<8 | int(b.left[0])
		b.left = b.left[1:]
	}
	return v % limit
}

// twinKind says how the numbers of a case are drawn.
type twinKind int

const (
	twinTies  twinKind = iota // 0 to 3
	twinSmall                 // −10 to 10
	twinWide                  // up to a million
	twinHuge                  // near the largest that Validate lets through
	twinZero                  // mostly 0
	twinKinds
)

// twinCase is a problem under construction.
type twinCase struct {
	from twinSource
	kind twinKind
	p    *solver.Problem
}

// twinProblem draws a problem of at most most outcomes that passes Validate.
func twinProblem(from twinSource, most int) *solver.Problem {
	c := &twinCase{from: from, p: &solver.Problem{}}
	c.kind = twinKind(from.n(int(twinKinds)))
	c.options(most)
	parties := 2 + from.n(4)
	if from.n(40) == 39 {
		parties = 1
	}
	for range parties {
		c.p.Parties = append(c.p.Parties, c.party())
	}
	c.relate()
	if from.n(3) == 1 {
		for range 1 + from.n(3) {
			c.p.Conditions = append(c.p.Conditions, solver.Condition{If: c.terms(), Then: c.terms()})
		}
	}
	return c.p
}

func (c *twinCase) options(most int) {
	issues, total := 1+c.from.n(6), 1
	numeric := c.from.n(8) == 7
	for i := range issues {
		n := 1 + c.from.n(5)
		if numeric && i == 0 {
			n = 6 + c.from.n(25)
		}
		n = max(1, min(n, most/total))
		total *= n
		c.p.Options = append(c.p.Options, n)
	}
}

func (c *twinCase) number() int64 {
	switch c.kind {
	case twinTies:
		return int64(c.from.n(4))
	case twinSmall:
		return int64(c.from.n(21) - 10)
	case twinWide:
		return int64(c.from.n(1_000_000))
	case twinHuge:
		return (int64(c.from.n(1<<16)) - 1<<15) << 39
	default:
		return max(0, int64(c.from.n(8)-5))
	}
}

func (c *twinCase) party() solver.Party {
	party := solver.Party{Unit: 1 + int64(c.from.n(3)), Cap: solver.NoCap, Reservation: solver.NoReservation}
	for _, n := range c.p.Options {
		party.Values = append(party.Values, c.values(n))
	}
	if c.from.n(12) == 11 {
		party.Values = nil
	}
	if c.from.n(4) == 3 {
		party.Base = c.number()
	}
	if len(c.p.Options) > 1 && c.from.n(4) == 3 {
		for range 1 + c.from.n(2) {
			party.Tables = append(party.Tables, c.table())
		}
	}
	if c.from.n(16) == 15 {
		party.Boxes = c.boxes(0)
	}
	c.levels(&party)
	return party
}

// values draws the worths of one issue: none, a line or a bent line for a long issue, single numbers else.
func (c *twinCase) values(n int) []int64 {
	if c.from.n(10) == 9 {
		return nil
	}
	v := make([]int64, n)
	if n > 5 && c.from.n(4) > 0 {
		up, down, bend := c.number()/32, -c.number()/32, c.from.n(n)
		if c.from.n(2) == 1 {
			down = up
		}
		for o := 1; o < n; o++ {
			v[o] = v[o-1] + up
			if o > bend {
				v[o] = v[o-1] + down
			}
		}
		return v
	}
	for o := range v {
		v[o] = c.number()
	}
	return v
}

func (c *twinCase) table() solver.Table {
	first := c.from.n(len(c.p.Options) - 1)
	t := solver.Table{Issues: []int{first}}
	for i := first + 1; i < len(c.p.Options) && len(t.Issues) < 3; i++ {
		if c.from.n(2) == 1 {
			t.Issues = append(t.Issues, i)
		}
	}
	if len(t.Issues) == 1 {
		t.Issues = append(t.Issues, len(c.p.Options)-1)
	}
	size := 1
	for _, i := range t.Issues {
		size *= c.p.Options[i]
	}
	sparse := c.from.n(2) == 1
	t.Values = make([]int64, size)
	for k := range t.Values {
		if !sparse || c.from.n(4) == 3 {
			t.Values[k] = c.number()
		}
	}
	return t
}

func (c *twinCase) boxes(depth int) *solver.Boxes {
	b := &solver.Boxes{Aggregate: solver.Aggregate(c.from.n(3))}
	for range c.from.n(4) {
		box := solver.Box{Excludes: c.from.n(4) == 3, Value: c.number()}
		for range c.from.n(4) {
			i := c.from.n(len(c.p.Options))
			low := c.from.n(c.p.Options[i])
			box.Bounds = append(box.Bounds, solver.Bound{Issue: i, Low: low, High: low + c.from.n(c.p.Options[i])})
		}
		b.Boxes = append(b.Boxes, box)
	}
	if depth < 2 && c.from.n(3) == 2 {
		b.Within = append(b.Within, c.boxes(depth+1))
	}
	return b
}

// levels sets the cap and the reservation: often at the very worth of some outcome, where off-by-one mistakes live.
func (c *twinCase) levels(party *solver.Party) {
	probe := &solver.Problem{Options: c.p.Options, Parties: []solver.Party{*party}}
	some := func() int64 {
		outcome := make([]int, len(c.p.Options))
		for i, n := range c.p.Options {
			outcome[i] = c.from.n(n)
		}
		return twinWorth(probe, 0, outcome)
	}
	if c.from.n(10) == 9 {
		party.Cap = some()
	}
	switch c.from.n(8) {
	case 1, 2, 3:
		party.Reservation = some()
	case 4:
		party.Reservation = some() + 1
	case 5:
		party.Reservation = some() - 1
	case 6:
		party.Reservation = c.number()
	case 7:
		party.Reservation = some() + c.number()
	}
}

// relate makes parties alike or opposed now and then: there frontiers are smallest and largest.
func (c *twinCase) relate() {
	last := len(c.p.Parties) - 1
	if last == 0 {
		return
	}
	switch c.from.n(12) {
	case 10:
		c.p.Parties[last] = c.p.Parties[0]
	case 11:
		c.p.Parties[last].Values = nil
		c.p.Parties[last].Tables = nil
		for _, v := range c.p.Parties[0].Values {
			c.p.Parties[last].Values = append(c.p.Parties[last].Values, twinNegated(v))
		}
	}
}

func twinNegated(values []int64) []int64 {
	if values == nil {
		return nil
	}
	n := make([]int64, len(values))
	for k, v := range values {
		n[k] = -v
	}
	return n
}

func (c *twinCase) terms() []solver.Term {
	var ts []solver.Term
	for range 1 + c.from.n(2) {
		t := solver.Term{Issue: c.from.n(len(c.p.Options))}
		t.Options = make([]bool, c.p.Options[t.Issue])
		for o := range t.Options {
			t.Options[o] = c.from.n(2) == 1
		}
		ts = append(ts, t)
	}
	return ts
}

// twinShow writes a problem as Go, so that a case that fails can be pasted into a test.
func twinShow(p *solver.Problem) string {
	s := fmt.Sprintf("%#v", *p)
	for k := range p.Parties {
		if b := p.Parties[k].Boxes; b != nil {
			s += fmt.Sprintf("\n\tboxes of party %d: %#v", k, *b)
		}
	}
	return strings.ReplaceAll(s, "[]int64(nil)", "nil")
}
