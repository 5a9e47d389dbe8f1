package solver

import (
	"cmp"
	"slices"
)

// fenwick holds sums over prefixes (Fenwick 1994) of tallies.
type fenwick struct {
	words int
	sums  []uint64 // entry k at sums[k*words:]; entry 0 is not used
}

func (f *fenwick) entry(k int) tally { return f.sums[k*f.words : (k+1)*f.words] }

// add enters ways at place k, from 0.
func (f *fenwick) add(k int, ways tally) {
	for k++; k*f.words < len(f.sums); k += k & -k {
		f.entry(k).add(ways)
	}
}

// sum adds what was entered at the first k places to total.
func (f *fenwick) sum(k int, total tally) {
	for ; k > 0; k &= k - 1 {
		total.add(f.entry(k))
	}
}

// kd is a k-d tree (Bentley 1975) over the rows of a spread, which counts the outcomes in a box.
type kd struct {
	s     *spread
	order []int32
	nodes []kdNode
}

type kdNode struct {
	from, to    int // rows order[from:to]
	left, right int // 0 for none
	low, high   []int64
	ways        tally
}

// kdLeaf is how many rows are not split any further.
const kdLeaf = 8

func newKD(s *spread) *kd {
	t := &kd{s: s, order: make([]int32, s.size())}
	for k := range t.order {
		t.order[k] = int32(k)
	}
	t.build(0, len(t.order))
	return t
}

// build makes the node over order[from:to] and returns its place.
func (t *kd) build(from, to int) int {
	nd := kdNode{from: from, to: to, ways: make(tally, t.s.words)}
	nd.low = slices.Clone(t.s.at(int(t.order[from])))
	nd.high = slices.Clone(nd.low)
	for _, k := range t.order[from:to] {
		nd.ways.add(t.s.count(int(k)))
		for q, v := range t.s.at(int(k)) {
			nd.low[q], nd.high[q] = min(nd.low[q], v), max(nd.high[q], v)
		}
	}
	place := len(t.nodes)
	t.nodes = append(t.nodes, nd)
	if to-from <= kdLeaf {
		return place
	}
	widest := 0
	for q := range nd.low {
		if nd.high[q]-nd.low[q] > nd.high[widest]-nd.low[widest] {
			widest = q
		}
	}
	slices.SortFunc(t.order[from:to], func(a, b int32) int {
		return cmp.Compare(t.s.at(int(a))[widest], t.s.at(int(b))[widest])
	})
	mid := (from + to) / 2
	left, right := t.build(from, mid), t.build(mid, to)
	t.nodes[place].left, t.nodes[place].right = left, right
	return place
}

// count adds to total the ways of all rows from low to high, both included.
func (t *kd) count(total tally, low, high []int64) { t.visit(0, total, low, high) }

func (t *kd) visit(place int, total tally, low, high []int64) {
	nd := &t.nodes[place]
	inside := true
	for q := range low {
		if nd.high[q] < low[q] || nd.low[q] > high[q] {
			return
		}
		inside = inside && low[q] <= nd.low[q] && nd.high[q] <= high[q]
	}
	if inside {
		total.add(nd.ways)
		return
	}
	if nd.left != 0 {
		t.visit(nd.left, total, low, high)
		t.visit(nd.right, total, low, high)
		return
	}
	for _, k := range t.order[nd.from:nd.to] {
		u := t.s.at(int(k))
		if reachesAll(u, low) && reachesAll(high, u) {
			total.add(t.s.count(int(k)))
		}
	}
}
