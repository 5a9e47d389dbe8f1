package solver

import (
	"cmp"
	"slices"
)

// spread says what a part of a problem can come to and in how many ways: distinct vectors of utilities, descending by
// the first party, then the second, …, each with its number of outcomes.
type spread struct {
	n, words int
	util     []int64  // row k at util[k*n:(k+1)*n]
	ways     []uint64 // row k at ways[k*words:(k+1)*words]
}

func (s *spread) size() int { return len(s.ways) / s.words }

func (s *spread) at(k int) []int64 { return s.util[k*s.n : (k+1)*s.n : (k+1)*s.n] }

func (s *spread) count(k int) tally { return s.ways[k*s.words : (k+1)*s.words : (k+1)*s.words] }

func (s *spread) push(util []int64, ways tally) {
	s.util = append(s.util, util...)
	s.ways = append(s.ways, ways...)
}

// like returns an empty spread of the same shape with room for size rows.
func (s *spread) like(size int) *spread {
	return &spread{n: s.n, words: s.words, util: make([]int64, 0, size*s.n), ways: make([]uint64, 0, size*s.words)}
}

// shifted returns the spread with by added to each row.
func (s *spread) shifted(by []int64) *spread {
	out := s.like(s.size())
	out.ways = append(out.ways, s.ways...)
	for k := range s.size() {
		for q, v := range s.at(k) {
			out.util = append(out.util, v+by[q])
		}
	}
	return out
}

// gathered sorts rows in any order and adds up those that are alike.
func (s *spread) gathered() *spread {
	order := make([]int32, s.size())
	for k := range order {
		order[k] = int32(k)
	}
	slices.SortFunc(order, func(a, b int32) int { return slices.Compare(s.at(int(b)), s.at(int(a))) })
	out := s.like(s.size())
	for _, k := range order {
		out.meet(s.at(int(k)), s.count(int(k)))
	}
	return out
}

// meet appends a row that is not before the last one, or adds it to the last one.
func (s *spread) meet(util []int64, ways tally) {
	if last := s.size() - 1; last >= 0 && slices.Equal(s.at(last), util) {
		s.count(last).add(ways)
		return
	}
	s.push(util, ways)
}

// merged returns the rows of both.
func (s *spread) merged(t *spread) *spread {
	out := s.like(s.size() + t.size())
	i, j := 0, 0
	for i < s.size() && j < t.size() {
		if slices.Compare(s.at(i), t.at(j)) >= 0 {
			out.meet(s.at(i), s.count(i))
			i++
		} else {
			out.meet(t.at(j), t.count(j))
			j++
		}
	}
	for ; i < s.size(); i++ {
		out.meet(s.at(i), s.count(i))
	}
	for ; j < t.size(); j++ {
		out.meet(t.at(j), t.count(j))
	}
	return out
}

// spreadRing computes with spreads of at most limit rows.
type spreadRing struct {
	p     *Problem
	w     *work
	words int
	limit int
	// best keeps only what no other row of the same spread betters. An outcome on the frontier has no part that could be
	// bettered, so rows on the frontier keep their exact numbers.
	best   bool
	rounds rounding
	grid   []int64 // by party: utilities were rounded to multiples of it so as to fit; nil for not at all
}

// rounding says what to do with a spread that is too large.
type rounding int

const (
	refuse rounding = iota // end in a *TooLarge
	down                   // take utilities for less than they are
	up                     // take them for more
)

func (r *spreadRing) class(issue int, options []int) (*spread, error) {
	s := &spread{n: r.w.n, words: r.words}
	one := make(tally, r.words)
	one[0] = 1
	util := r.p.worths(issue, options)
	for k := range options {
		s.push(util[k*s.n:(k+1)*s.n], one)
	}
	return r.fit(s.gathered())
}

func (r *spreadRing) times(a, b *spread) (*spread, error) {
	if a.size() < b.size() {
		a, b = b, a
	}
	if err := r.w.tick(a.size()*b.size(), a.size()); err != nil {
		return nil, err
	}
	s, err := r.product(a, b, 0, b.size())
	if err != nil {
		return nil, err
	}
	return r.fit(s)
}

// product returns the sums of all rows of a with rows from to below to of b.
func (r *spreadRing) product(a, b *spread, from, to int) (*spread, error) {
	if to-from == 1 {
		s := a.shifted(b.at(from))
		clear(s.ways)
		for k := range a.size() {
			s.count(k).addProduct(a.count(k), b.count(from))
		}
		return s, nil
	}
	mid := (from + to) / 2
	left, err := r.product(a, b, from, mid)
	if err != nil {
		return nil, err
	}
	right, err := r.product(a, b, mid, to)
	if err != nil {
		return nil, err
	}
	s := left.merged(right)
	if r.rounds == refuse && !r.best || s.size() > 16*r.limit {
		return r.fit(s)
	}
	return s, nil
}

func (r *spreadRing) plus(parts []*spread) (*spread, error) {
	for len(parts) > 1 {
		var next []*spread
		for k := 0; k+1 < len(parts); k += 2 {
			s, err := r.fit(parts[k].merged(parts[k+1]))
			if err != nil {
				return nil, err
			}
			next = append(next, s)
		}
		if len(parts)%2 == 1 {
			next = append(next, parts[len(parts)-1])
		}
		parts = next
	}
	return parts[0], nil
}

func (r *spreadRing) shift(a *spread, by []int64) (*spread, error) { return a.shifted(by), nil }

func (r *spreadRing) drop(*spread) {}

// fit makes a spread small enough, by the means that the ring has.
func (r *spreadRing) fit(s *spread) (*spread, error) {
	if r.best {
		s = s.undominated()
	}
	if s.size() <= r.limit {
		return s, nil
	}
	if r.rounds == refuse || r.best {
		return nil, r.tooLarge(s.size())
	}
	if r.grid != nil {
		s = r.rounded(s)
	}
	for s.size() > r.limit/2 {
		r.coarser(s)
		s = r.rounded(s)
	}
	return s, nil
}

func (r *spreadRing) tooLarge(rows int) error {
	row := int64(8 * (r.w.n + r.words))
	return &TooLarge{
		What:   "counting outcomes by their worth",
		Bytes:  int64(rows) * row,
		Bound:  int64(r.limit) * row,
		Advice: "ask for an interval, or choose a coarser unit",
	}
}

// coarser doubles the grid, starting from one that makes about limit cells of what s reaches.
func (r *spreadRing) coarser(s *spread) {
	if r.grid != nil {
		for q := range r.grid {
			r.grid[q] *= 2
		}
		return
	}
	r.grid = make([]int64, s.n)
	for q := range r.grid {
		low, high := s.span(q)
		r.grid[q] = max(1, (high-low)/(4*int64(r.limit)))
	}
}

func (r *spreadRing) rounded(s *spread) *spread {
	out := s.like(s.size())
	for k := range s.size() {
		for q, v := range s.at(k) {
			low := v - mod(v, r.grid[q])
			if r.rounds == up && low < v {
				low += r.grid[q]
			}
			out.util = append(out.util, low)
		}
	}
	out.ways = append(out.ways, s.ways...)
	return out.gathered()
}

// mod is the remainder that is never negative.
func mod(v, by int64) int64 { return ((v % by) + by) % by }

// undominated returns the rows that no other betters, with their numbers.
func (s *spread) undominated() *spread {
	out := s.like(0)
	for k := range s.size() {
		u := s.at(k)
		bettered := false
		for j := out.size() - 1; j >= 0 && !bettered; j-- {
			bettered = reachesAll(out.at(j), u)
			if s.n <= 2 {
				break // with two parties, the last row kept has the most for the second
			}
		}
		if !bettered {
			out.push(u, s.count(k))
		}
	}
	return out
}

// reachesAll reports whether u gives everyone at least v.
func reachesAll(u, v []int64) bool {
	for q := range u {
		if u[q] < v[q] {
			return false
		}
	}
	return true
}

// above returns the rows that still reach the floors when the rest can add at most rest.
func (s *spread) above(floors, rest []int64) *spread {
	out := s.like(0)
	for k := range s.size() {
		u := s.at(k)
		reaches := true
		for q := range u {
			reaches = reaches && u[q]+rest[q] >= floors[q]
		}
		if reaches {
			out.push(u, s.count(k))
		}
	}
	return out
}

// span returns the least and the most that party q can get.
func (s *spread) span(q int) (low, high int64) {
	low, high = s.util[q], s.util[q]
	for k := range s.size() {
		low, high = min(low, s.at(k)[q]), max(high, s.at(k)[q])
	}
	return low, high
}

// most returns the largest utility of each party.
func (s *spread) most() []int64 {
	m := slices.Clone(s.at(0))
	for k := range s.size() {
		for q, v := range s.at(k) {
			m[q] = max(m[q], v)
		}
	}
	return m
}

// halves shares spreads out into two groups of about the same number of combinations.
func halves(items []*spread) (left, right []*spread) {
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b *spread) int { return cmp.Compare(b.size(), a.size()) })
	l, r := 1.0, 1.0
	for _, s := range sorted {
		if l <= r {
			left, l = append(left, s), l*float64(s.size())
		} else {
			right, r = append(right, s), r*float64(s.size())
		}
	}
	return left, right
}
