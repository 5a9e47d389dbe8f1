package solver_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/solver"
)

// FuzzTwin reads a small case from bytes and compares the package with its twin:
//
//	go test ./solver -run '^$' -fuzz FuzzTwin
func FuzzTwin(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("3 parties, 4 issues, and a condition between two of them; then some numbers"))
	for seed := range uint64(8) {
		dice := twinSeed(seed)
		b := make([]byte, 64<<(seed%4))
		for n := range b {
			b[n] = byte(dice.n(256))
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p := twinProblem(&twinBytes{left: b}, 200)
		if err := twinCompare(p, uint64(len(b))); err != nil {
			t.Errorf("%v\n\t%s", err, twinShow(p))
		}
	})
}

// fuzzHostile draws a problem as nobody would write it: lists of the wrong length, indices out of range, numbers at the
// ends of what there is.
type fuzzHostile struct {
	from twinSource
	calm bool // only what Validate lets through, so that what comes after it is tried too
}

// odd is true once in so many times; what is calm does no rarer things.
func (h fuzzHostile) odd(times int) bool {
	return h.from.n(times) == times-1 && (!h.calm || times <= 6)
}

func (h fuzzHostile) number() int64 {
	kind := h.from.n(24)
	if h.calm && kind == 20 {
		return int64(h.from.n(1<<16)-1<<15) << 37
	}
	switch kind {
	case 20:
		return []int64{math.MaxInt64, math.MinInt64, solver.MaxUtility, -solver.MaxUtility, solver.MaxUtility + 1}[h.from.n(5)]
	case 21:
		return int64(h.from.n(1<<30)) << 28
	case 22:
		return -int64(h.from.n(1<<30)) << 20
	default:
		return int64(h.from.n(50) - 25)
	}
}

func (h fuzzHostile) index(n int) int {
	if h.odd(60) {
		return []int{-1, n, n + 7, math.MaxInt, math.MinInt}[h.from.n(5)]
	}
	return h.from.n(max(1, n))
}

func (h fuzzHostile) length(n int) int {
	if h.odd(80) {
		return h.from.n(5)
	}
	return n
}

func (h fuzzHostile) numbers(n int) []int64 {
	if n < 0 || n > 1<<11 || h.odd(30) {
		return nil
	}
	v := make([]int64, h.length(n))
	for k := range v {
		v[k] = h.number()
	}
	return v
}

func (h fuzzHostile) problem() *solver.Problem {
	p := &solver.Problem{}
	least := 0
	if h.calm {
		least = 1
	}
	for range least + h.from.n(7) {
		p.Options = append(p.Options, 1+h.from.n(5))
	}
	if len(p.Options) > 0 && h.odd(12) {
		p.Options[h.from.n(len(p.Options))] = []int{0, -1, 1500, 40_000, math.MaxInt, math.MinInt}[h.from.n(6)]
	}
	for range least + h.from.n(4) {
		p.Parties = append(p.Parties, h.party(p))
	}
	if h.odd(20) {
		for range 6 {
			p.Parties = append(p.Parties, h.party(p))
		}
	}
	for range h.from.n(3) {
		p.Conditions = append(p.Conditions, solver.Condition{If: h.terms(p), Then: h.terms(p)})
	}
	return p
}

func (h fuzzHostile) party(p *solver.Problem) solver.Party {
	party := solver.Party{Unit: 1, Cap: solver.NoCap, Reservation: h.number()}
	for i := range h.length(len(p.Options)) {
		if i < len(p.Options) {
			party.Values = append(party.Values, h.numbers(p.Options[i]))
		}
	}
	for range h.from.n(3) {
		if t := h.table(p); !h.calm || len(t.Issues) > 1 && len(t.Values) > 0 {
			party.Tables = append(party.Tables, t)
		}
	}
	if h.odd(6) {
		party.Boxes = h.boxes(p, 0)
	}
	if h.odd(6) {
		if party.Unit = h.number(); h.calm {
			party.Unit = max(1, party.Unit)
		}
	}
	if h.odd(6) {
		party.Cap = h.number()
	}
	if h.odd(6) {
		party.Base = h.number()
	}
	return party
}

func (h fuzzHostile) table(p *solver.Problem) solver.Table {
	t, size := solver.Table{}, 1
	for i := range p.Options {
		if h.from.n(3) == 0 {
			t.Issues = append(t.Issues, i)
			size = min(max(1, size*min(max(1, p.Options[i]), 1<<11)), 1<<11)
		}
	}
	if h.odd(30) {
		t.Issues = append(t.Issues, h.index(len(p.Options)))
	}
	t.Values = h.numbers(size)
	return t
}

func (h fuzzHostile) boxes(p *solver.Problem, depth int) *solver.Boxes {
	if h.odd(40) || depth > 20 {
		return nil
	}
	b := &solver.Boxes{Aggregate: solver.Aggregate(h.index(3))}
	for range h.from.n(4) {
		box := solver.Box{Excludes: h.odd(2), Value: h.number()}
		for range h.from.n(3) {
			i := h.index(len(p.Options))
			box.Bounds = append(box.Bounds, solver.Bound{Issue: i, Low: h.index(5), High: h.index(5)})
		}
		b.Boxes = append(b.Boxes, box)
	}
	for h.odd(2) && len(b.Within) < 2 {
		b.Within = append(b.Within, h.boxes(p, depth+1))
	}
	return b
}

func (h fuzzHostile) terms(p *solver.Problem) []solver.Term {
	var ts []solver.Term
	for range h.length(1 + h.from.n(2)) {
		t := solver.Term{Issue: h.index(len(p.Options))}
		n := 2
		if t.Issue >= 0 && t.Issue < len(p.Options) && p.Options[t.Issue] < 1<<16 {
			n = max(0, p.Options[t.Issue])
		}
		for range h.length(n) {
			t.Options = append(t.Options, h.odd(2))
		}
		ts = append(ts, t)
	}
	return ts
}

// FuzzProblem makes problems out of anything: Validate never panics, and what it lets through makes nothing panic, nor
// end in an error that says that we are to blame.
//
//	go test ./solver -run '^$' -fuzz FuzzProblem
func FuzzProblem(f *testing.F) {
	f.Add([]byte{})
	for seed := range uint64(24) {
		dice := twinSeed(seed)
		b := make([]byte, 1400)
		for n := range b {
			b[n] = byte(dice.n(256))
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h := fuzzHostile{from: &twinBytes{left: b}}
		h.calm = h.from.n(8) < 6
		p := h.problem()
		if err := p.Validate(); err != nil {
			if portsmouth.KindOf(err) != portsmouth.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		ctx, stop := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer stop()
		for _, err := range fuzzEverything(ctx, h, p) {
			if err != nil && !errors.Is(err, context.DeadlineExceeded) && portsmouth.KindOf(err) == portsmouth.Broken {
				t.Errorf("%v\n\t%s", err, twinShow(p))
			}
		}
	})
}

// fuzzEverything asks all there is to ask about a valid problem and returns the errors.
func fuzzEverything(ctx context.Context, h fuzzHostile, p *solver.Problem) []error {
	e := solver.Effort{Memory: 8 << 20, Widen: h.odd(2)}
	if h.odd(4) {
		e.Epsilon = h.numbers(len(p.Parties))
	}
	var errs []error
	add := func(err error) { errs = append(errs, err) }
	outcome := make([]int, len(p.Options))
	for i, n := range p.Options {
		outcome[i] = h.from.n(n)
	}
	floors := make([]int64, len(p.Parties))
	for k := range floors {
		floors[k] = h.number()
	}
	f, err := p.Frontier(ctx, e)
	add(err)
	if f != nil {
		fuzzRead(p, f, outcome, floors, add)
	}
	_, err = p.LegalOutcomes(ctx, e)
	add(err)
	_, err = p.CountAbove(ctx, e, floors)
	add(err)
	_, err = p.CountAt(ctx, e, floors)
	add(err)
	_, _, err = p.Above(ctx, e, floors, 3)
	add(err)
	_, err = p.Ties(ctx, e, p.Point(outcome).Utility, 3)
	add(err)
	_, err = p.Zone(ctx, e, floors)
	add(err)
	_, err = p.Improvements(ctx, e, outcome, big.NewRat(h.number(), 7))
	add(err)
	_, err = p.Swaps(ctx, e, outcome)
	add(err)
	_, err = p.AdjustedWinner()
	add(err)
	return append(errs, fuzzRanges(ctx, h, p, e, outcome)...)
}

func fuzzRead(p *solver.Problem, f *solver.Frontier, outcome []int, floors []int64, add func(error)) {
	p.CommonGainOn(f, outcome)
	f.Find(floors)
	if len(f.Points) == 0 {
		return
	}
	f.Distance(p.Point(outcome).Utility, p.Disagreement().Units)
	for _, rule := range solver.Rules() {
		_, err := f.Choose(rule, p.Disagreement())
		add(err)
		_, err = f.Choose(rule, solver.Disagreement{Worth: floors})
		add(err)
	}
}

// fuzzRanges asks what is to be asked about hostile ranges.
func fuzzRanges(ctx context.Context, h fuzzHostile, p *solver.Problem, e solver.Effort, outcome []int) []error {
	ranges := make([]solver.Range, h.length(len(p.Parties)))
	for k := range ranges {
		r := &ranges[k]
		for _, n := range p.Options {
			low, high := h.numbers(min(n, 64)), h.numbers(min(n, 64))
			for o := range min(len(low), len(high)) {
				if high[o] < low[o] && !h.odd(20) {
					low[o], high[o] = high[o], low[o]
				}
			}
			r.Low, r.High = append(r.Low, low), append(r.High, high)
		}
		if h.odd(6) {
			r.Reservation = &portsmouth.Interval{Low: h.number(), High: h.number()}
		}
		for s := range h.from.n(4) {
			st := solver.Statement{ID: string(rune('a' + s)), AtLeast: h.number()}
			for range h.from.n(4) {
				i := h.index(len(p.Options))
				st.Terms = append(st.Terms, solver.Share{Issue: i, Option: h.index(2), Times: h.number()})
			}
			r.Statements = append(r.Statements, st)
		}
	}
	u, err := p.Within(ranges)
	if err != nil {
		return []error{err}
	}
	_, err1 := u.MinimaxRegret(ctx, solver.Hedge{Profiles: 4, Hinges: true}, e)
	_, err2 := u.Efficiency(ctx, [][]int{outcome, outcome[1:]}, e)
	_, err3 := u.Hangs(ctx, outcome, e)
	return []error{err1, err2, err3}
}
