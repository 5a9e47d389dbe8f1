package solver

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"portsmouth"
)

// Count is a number of outcomes, exact or between two bounds that are both certain.
type Count struct {
	Low, High *big.Int
	Exact     bool   // Low equals High
	Method    string // how it was found, in one phrase
}

// CountAbove returns how many legal outcomes give every party at least its floor, by party in units; NoReservation
// stands for no floor.
//
// It lists no outcomes: each half of the issues is brought to a table of what it can come to in how many ways, and the
// pairs that together reach the floors are counted (Horowitz & Sahni 1974; for two parties in one sweep over a Fenwick
// tree, for more in a k-d tree). Where the tables grow too large, utilities are rounded to a grid, once down and once
// up, which gives a number that is surely reached and one that is surely not exceeded. It ends in a *TooLarge where
// issues are tied together too widely.
func (p *Problem) CountAbove(ctx context.Context, effort Effort, floors []int64) (Count, error) {
	if err := p.eachParty(floors); err != nil {
		return Count{}, err
	}
	p, floors = p.asking(floors)
	if len(floors) == 0 {
		n, err := p.LegalOutcomes(ctx, effort)
		return exactly(n, "exact, by elimination"), err
	}
	low, high := p.within(floors, nil)
	for k, floor := range floors {
		if floor > p.Parties[k].Cap {
			return exactly(new(big.Int), "exact, a floor is above what the party can get"), nil
		}
	}
	z := &zone{p: p, low: low, high: high}
	n, _, err := z.count(ctx, effort, refuse)
	if err == nil {
		return exactly(n, "exact, by the sums of two halves of the issues"), nil
	}
	var large *TooLarge
	if !errors.As(err, &large) {
		return Count{}, err
	}
	var c Count
	var grid []int64
	if c.Low, grid, err = z.count(ctx, effort, down); err != nil {
		return Count{}, err
	}
	if c.High, _, err = z.count(ctx, effort, up); err != nil {
		return Count{}, err
	}
	c.Exact = c.Low.Cmp(c.High) == 0
	c.Method = fmt.Sprintf("between bounds, with utilities rounded down and up to multiples of %s units", list(grid))
	return c, nil
}

func exactly(n *big.Int, method string) Count {
	return Count{Low: n, High: n, Exact: true, Method: method}
}

// asking returns the problem without the parties that have no floor, or one that every outcome reaches, and the floors of
// the rest: what nobody asks about need not be told apart.
func (p *Problem) asking(floors []int64) (*Problem, []int64) {
	fewer := &Problem{Options: p.Options, Conditions: p.Conditions}
	var left []int64
	least := p.least()
	for k, floor := range floors {
		if floor > least[k] {
			fewer.Parties, left = append(fewer.Parties, p.Parties[k]), append(left, floor)
		}
	}
	return fewer, left
}

// least bounds from below what each party can get.
func (p *Problem) least() []int64 {
	least := p.bases()
	for _, f := range p.ties(true).factors {
		least[f.party] += f.least
	}
	for k := range p.Parties {
		for _, values := range p.Parties[k].Values {
			if values != nil {
				least[k] += slices.Min(values)
			}
		}
		least[k] = min(least[k], p.Parties[k].Cap)
	}
	return least
}

// list writes numbers as "3 and 4".
func list(numbers []int64) string {
	if len(numbers) == 0 {
		return "1"
	}
	words := make([]string, len(numbers))
	for k, v := range numbers {
		words[k] = fmt.Sprint(v)
	}
	return strings.Join(words, " and ")
}

// CountAt returns how many legal outcomes are worth exactly that to the parties. For a point on the frontier it is exact
// however many outcomes there are; for any other it ends in a *TooLarge where the tables of CountAbove do not fit.
func (p *Problem) CountAt(ctx context.Context, effort Effort, utility []int64) (*big.Int, error) {
	if err := p.eachParty(utility); err != nil {
		return nil, err
	}
	for k, u := range utility {
		if u > p.Parties[k].Cap {
			return new(big.Int), nil
		}
	}
	low, high := p.within(utility, utility)
	z := &zone{p: p, low: low, high: high}
	n, _, err := z.count(ctx, effort, refuse)
	var large *TooLarge
	if !errors.As(err, &large) || slices.Contains(high, endless) {
		return n, err
	}
	best, err := z.frontierCount(ctx, effort)
	if err != nil || best != nil {
		return best, err
	}
	return nil, large
}

// eachParty reports a list that does not have one number a party.
func (p *Problem) eachParty(numbers []int64) error {
	if len(numbers) != len(p.Parties) {
		return portsmouth.Invalidf("solver-parties", "there are %d numbers for %d parties", len(numbers), len(p.Parties))
	}
	return nil
}

// endless stands for no bound in either direction; sums of it with utilities do not overflow.
const endless = MaxUtility * 2

// within returns the bounds of what values, tables and boxes add up to, so that with Base and Cap a party gets from low
// to high. What reaches a cap may be any higher before it is clipped.
func (p *Problem) within(low, high []int64) (lows, highs []int64) {
	lows, highs = make([]int64, len(p.Parties)), make([]int64, len(p.Parties))
	for k := range p.Parties {
		party := &p.Parties[k]
		lows[k], highs[k] = -endless, endless
		if low[k] != NoReservation {
			lows[k] = bounded(bounded(low[k]) - party.Base)
		}
		if high != nil && high[k] != party.Cap {
			highs[k] = bounded(bounded(high[k]) - party.Base)
		}
	}
	return lows, highs
}

func bounded(v int64) int64 { return max(-endless, min(endless, v)) }

// zone is a box of utilities, before Base, in which outcomes are counted.
type zone struct {
	p         *Problem
	low, high []int64
}

// rows is how many rows the tables of a count may have.
const (
	exactRows = 1 << 20 // for one or two parties; fewer for more
	roughRows = 1 << 13
)

func (z *zone) ring(w *work, rounds rounding) *spreadRing {
	r := &spreadRing{p: z.p, w: w, words: z.p.tallyWords(), rounds: rounds, limit: roughRows}
	if rounds == refuse {
		r.limit = exactRows >> min(6, 2*max(0, w.n-2))
		row := int64(8 * (w.n + r.words))
		r.limit = max(1024, min(r.limit, int(w.memory/(8*row))))
	}
	return r
}

// count adds up the outcomes in the zone over all ways of the tied issues; with rounding it says to what grid.
func (z *zone) count(ctx context.Context, effort Effort, rounds rounding) (*big.Int, []int64, error) {
	w := newWork(ctx, effort, len(z.p.Parties))
	r := z.ring(w, rounds)
	items, err := z.items(w, r)
	if err != nil || items == nil {
		return new(big.Int), nil, err
	}
	if rounds != refuse && r.grid == nil && gridFits(w.n, len(items)) {
		return z.rough(w, r.words, items, rounds)
	}
	left, right := halves(items)
	if rounds == refuse && max(guess(left), guess(right)) > hopeless*float64(r.limit) {
		return nil, nil, r.tooLarge(r.limit)
	}
	a, err := z.half(r, left, items)
	if err != nil || a.size() == 0 {
		return new(big.Int), r.grid, err
	}
	b, err := z.half(r, right, items)
	if err != nil || b.size() == 0 {
		return new(big.Int), r.grid, err
	}
	n, err := z.pairs(w, a, b)
	return n, r.grid, err
}

// hopeless is how many times the rows allowed a table may promise to have before it is not tried: many sums may be alike.
const hopeless = 64

// guess bounds how many rows the product of some spreads has, by the number of combinations and by the room for sums.
func guess(items []*spread) float64 {
	if len(items) == 0 {
		return 1
	}
	combinations, room := 1.0, 1.0
	for _, s := range items {
		combinations *= float64(s.size())
	}
	for q := range items[0].n {
		reach := 1.0
		for _, s := range items {
			low, high := s.span(q)
			reach += float64(high - low)
		}
		room *= reach
	}
	return min(combinations, room)
}

// items returns a spread for each group of tied issues and each free issue, nil when nothing is legal.
func (z *zone) items(w *work, r *spreadRing) ([]*spread, error) {
	t := z.p.ties(true)
	e := &elimination[spread]{ties: t, ring: r, ctx: w.ctx, bound: w.memory / 4}
	e.progress = func(done, total int) error { return w.stage("count", done, total) }
	var items []*spread
	for _, group := range t.groups {
		s, err := e.settle(group)
		if err != nil || s == nil {
			return nil, err
		}
		items = append(items, s)
	}
	for _, i := range t.free {
		s, err := r.class(i, every(z.p.Options[i]))
		if err != nil {
			return nil, err
		}
		items = append(items, s)
	}
	if len(items) == 0 {
		return nil, nil
	}
	items[0] = items[0].shifted(t.constant())
	return items, nil
}

func every(n int) []int {
	all := make([]int, n)
	for k := range all {
		all[k] = k
	}
	return all
}

// half multiplies some items of all. Rows from which the floors are out of reach are dropped on the way.
func (z *zone) half(r *spreadRing, items, all []*spread) (*spread, error) {
	made := &spread{n: r.w.n, words: r.words}
	one := make(tally, r.words)
	one[0] = 1
	made.push(make([]int64, r.w.n), one)
	rest := make([]int64, r.w.n)
	for _, s := range all {
		for q, v := range s.most() {
			rest[q] += v
		}
	}
	for _, s := range items {
		var err error
		for q, v := range s.most() {
			rest[q] -= v
		}
		if made, err = r.times(made, s); err != nil {
			return nil, err
		}
		if made = made.above(z.low, rest); made.size() == 0 {
			break
		}
	}
	return made, nil
}

// pairs counts the pairs of rows whose sum lies in the zone.
func (z *zone) pairs(w *work, a, b *spread) (*big.Int, error) {
	if w.n == 2 && !slices.ContainsFunc(z.high, func(v int64) bool { return v != endless }) {
		return z.sweep(w, a, b)
	}
	tree := newKD(b)
	total := make(tally, a.words)
	low, high := make([]int64, w.n), make([]int64, w.n)
	for k := range a.size() {
		if err := w.tick(0, a.size()); err != nil {
			return nil, err
		}
		for q, v := range a.at(k) {
			low[q], high[q] = z.low[q]-v, z.high[q]-v
		}
		found := make(tally, a.words)
		tree.count(found, low, high)
		total.addProduct(a.count(k), found)
	}
	return total.big(), nil
}

// sweep counts for two parties: a from the first party's worst up, b entered from the first party's best down, by the
// second party into a Fenwick tree.
func (z *zone) sweep(w *work, a, b *spread) (*big.Int, error) {
	second := make([]int64, b.size())
	for k := range second {
		second[k] = -b.at(k)[1]
	}
	ranks := slices.Clone(second)
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	tree := fenwick{words: b.words, sums: make([]uint64, (len(ranks)+1)*b.words)}
	total, found := make(tally, a.words), make(tally, a.words)
	entered := 0
	for k := a.size() - 1; k >= 0; k-- {
		if k&1023 == 0 {
			if err := w.tick(1024, a.size()); err != nil {
				return nil, err
			}
		}
		u := a.at(k)
		for ; entered < b.size() && u[0]+b.at(entered)[0] >= z.low[0]; entered++ {
			rank, _ := slices.BinarySearch(ranks, second[entered])
			tree.add(rank, b.count(entered))
		}
		// The ranks are of what the second party loses: all ranks up to u[1] − floor are good.
		upto, _ := slices.BinarySearch(ranks, u[1]-z.low[1]+1)
		clear(found)
		tree.sum(upto, found)
		total.addProduct(a.count(k), found)
	}
	return total.big(), nil
}

// frontierCount returns how many outcomes reach the point z if it lies on the frontier, else nil.
func (z *zone) frontierCount(ctx context.Context, effort Effort) (*big.Int, error) {
	w := newWork(ctx, effort, len(z.p.Parties))
	r := z.ring(w, refuse)
	r.best = true
	items, err := z.items(w, r)
	if err != nil || items == nil {
		return nil, err
	}
	all, err := z.half(r, items, items)
	if err != nil {
		return nil, err
	}
	for k := range all.size() {
		if slices.Equal(all.at(k), z.low) {
			return all.count(k).big(), nil
		}
	}
	return nil, nil
}
