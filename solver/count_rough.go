package solver

import (
	"math"
	"math/big"
)

// rough counts the outcomes in a zone without upper bounds on a grid of cells: every item's utilities are taken for
// less than they are (down) or for more (up), in whole steps, and the items are added up cell by cell. It returns the
// steps by party.
func (z *zone) rough(w *work, words int, items []*spread, rounds rounding) (*big.Int, []int64, error) {
	g := newCells(w.n, words, items, rounds)
	for k, s := range items {
		if err := w.stage("count", k, len(items)); err != nil {
			return nil, nil, err
		}
		g.convolve(s)
	}
	total := make(tally, words)
	g.rows(func(row []int, at int) {
		for q := range w.n - 1 {
			if g.base[q]+g.step[q]*int64(row[q]) < z.low[q] {
				return
			}
		}
		last := w.n - 1
		for k := range g.extent[last] + 1 {
			if g.base[last]+g.step[last]*int64(k) >= z.low[last] {
				total.add(g.cell(g.now, at+k))
			}
		}
	})
	return total.big(), g.step, nil
}

// cells is a grid over what the parties can get, with the number of outcomes in each cell.
type cells struct {
	n, words  int
	rounds    rounding
	base      []int64 // by party: the worth of cell 0, so far
	step      []int64 // by party: from one cell to the next
	extent    []int   // by party: the highest cell in use
	stride    []int
	now, next []uint64
}

// A grid has at most mostCells, and no more than let it be worked through in gridWork additions.
const (
	mostCells = 1 << 20
	gridWork  = 1 << 29
)

func newCells(n, words int, items []*spread, rounds rounding) *cells {
	g := &cells{n: n, words: words, rounds: rounds}
	g.base, g.step, g.extent, g.stride = make([]int64, n), make([]int64, n), make([]int, n), make([]int, n)
	moves := 0
	for _, s := range items {
		moves += min(s.size(), roughRows)
	}
	size := max(1<<12, min(mostCells, gridWork/(moves*words)))
	side := int(math.Pow(float64(size), 1/float64(n)))
	side = max(side, 3*len(items)+3)
	for q := range n {
		var reach int64
		for _, s := range items {
			low, high := s.span(q)
			reach += high - low
		}
		// Each item may take one cell more than its share, for rounding.
		g.step[q] = max(1, reach/int64(side-len(items)-1)+1)
	}
	place := 1
	for q := n - 1; q >= 0; q-- {
		g.stride[q] = place
		place *= side
	}
	g.now, g.next = make([]uint64, place*words), make([]uint64, place*words)
	g.now[0] = 1
	return g
}

// gridFits reports whether a grid of a sensible size is fine enough to be of use.
func gridFits(n, items int) bool {
	return math.Pow(float64(3*items+3), float64(n)) <= mostCells
}

func (g *cells) cell(of []uint64, k int) tally { return of[k*g.words : (k+1)*g.words] }

// convolve adds an item.
func (g *cells) convolve(s *spread) {
	low, high := make([]int64, g.n), make([]int64, g.n)
	for q := range g.n {
		low[q], high[q] = s.span(q)
	}
	clear(g.next)
	moves := map[int]tally{}
	for k := range s.size() {
		to := 0
		for q, v := range s.at(k) {
			to += g.stride[q] * g.cellOf(q, v-low[q])
		}
		if moves[to] == nil {
			moves[to] = make(tally, g.words)
		}
		moves[to].add(s.count(k))
	}
	for to, ways := range moves {
		g.rows(func(_ []int, at int) { g.addRow(at, at+to, ways) })
	}
	for q := range g.n {
		g.base[q] += low[q]
		g.extent[q] += g.cellOf(q, high[q]-low[q])
	}
	g.now, g.next = g.next, g.now
}

// cellOf returns how many steps v is, rounded.
func (g *cells) cellOf(q int, v int64) int {
	if g.rounds == up {
		v += g.step[q] - 1
	}
	return int(v / g.step[q])
}

// addRow adds a row of now, times ways, to one of next.
func (g *cells) addRow(from, to int, ways tally) {
	size := g.extent[g.n-1] + 1
	if g.words == 1 {
		src, dst := g.now[from:from+size], g.next[to:to+size]
		for k, v := range src {
			dst[k] += v * ways[0]
		}
		return
	}
	once := ways.is(1)
	for k := range size {
		src, dst := g.cell(g.now, from+k), g.cell(g.next, to+k)
		switch {
		case src.is(0):
		case once:
			dst.add(src)
		default:
			dst.addProduct(src, ways)
		}
	}
}

// rows calls each for all rows in use along the last party, with its place by party and its first cell.
func (g *cells) rows(each func(row []int, at int)) {
	row := make([]int, g.n)
	for {
		at := 0
		for q := range g.n - 1 {
			at += row[q] * g.stride[q]
		}
		each(row, at)
		q := g.n - 2
		for ; q >= 0; q-- {
			if row[q]++; row[q] <= g.extent[q] {
				break
			}
			row[q] = 0
		}
		if q < 0 {
			return
		}
	}
}
