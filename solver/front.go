package solver

// front is a set of mutually undominated vectors of utilities, each distinct and with one way to reach it. A front is
// never changed once made, so that several computations may build on it.
type front struct {
	n    int     // parties
	util []int64 // point k at util[k*n:(k+1)*n]; descending by first party, then second, …
	node *node   // how each point is reached
	lost []int64 // by party, how far below an outcome it stands for a point may lie; nil for exact
}

// node says how the points of a front are reached, by index, so that no point needs an allocation of its own. Nodes
// make a tree over the fronts that were combined; the utilities of those may be forgotten, their nodes may not.
type node struct {
	kind  nodeKind
	issue int     // assignment: the issue
	left  *node   // sum
	right *node   // sum
	parts []*node // choice
	i, j  []int32 // by point; see the kinds
}

type nodeKind uint8

const (
	assignment nodeKind = iota // point k adds j[k] to the option of the issue
	sum                        // point k is point i[k] of left and point j[k] of right
	choice                     // point k is point j[k] of parts[i[k]]
)

// addAll is add for several points at once: point ks[r] goes to row r of dst, issues numbers a row. Neighbours in a front
// were mostly reached from neighbours, so that this walks through memory in order where add jumps. It uses ks up.
func (nd *node) addAll(ks []int32, dst []int, issues int) {
	for nd.kind == sum {
		if nd.right.kind == assignment {
			issue, options := nd.right.issue, nd.right.j
			for r, k := range ks {
				dst[r*issues+issue] += int(options[nd.j[k]])
			}
		} else {
			var room [rowsAtOnce]int32
			right := room[:len(ks)]
			for r, k := range ks {
				right[r] = nd.j[k]
			}
			nd.right.addAll(right, dst, issues)
		}
		for r, k := range ks {
			ks[r] = nd.i[k]
		}
		nd = nd.left
	}
	for r, k := range ks {
		nd.add(int(k), dst[r*issues:(r+1)*issues])
	}
}

// rowsAtOnce is how many points addAll takes at most.
const rowsAtOnce = 64

// size returns the number of points.
func (f *front) size() int { return len(f.util) / f.n }

// at returns the utilities of point k, not copied.
func (f *front) at(k int) []int64 { return f.util[k*f.n : (k+1)*f.n : (k+1)*f.n] }

// outcome adds the choices of point k to dst, which holds an option for each issue. Assignments add rather than set, so
// that a number of many steps can be composed of digits.
func (f *front) outcome(k int, dst []int) { f.node.add(k, dst) }

func (nd *node) add(k int, dst []int) {
	for {
		switch nd.kind {
		case assignment:
			dst[nd.issue] += int(nd.j[k])
			return
		case sum:
			nd.right.add(int(nd.j[k]), dst)
			nd, k = nd.left, int(nd.i[k])
		default:
			nd, k = nd.parts[nd.i[k]], int(nd.j[k])
		}
	}
}

// leaf returns the front of one issue: util holds the n utilities of each option. Dominated options are left out; the
// first wins among equals.
func leaf(n int, util []int64, issue int) *front {
	return assign(n, util, issue, nil)
}

// assign is leaf for some options of an issue: row k of util adds options[k]; nil options stand for 0, 1, 2, …
func assign(n int, util []int64, issue int, options []int32) *front {
	keep := undominated(n, util)
	f := &front{n: n, util: pick(n, util, keep), node: &node{kind: assignment, issue: issue, j: keep}}
	if options != nil {
		for k, row := range keep {
			keep[k] = options[row]
		}
	}
	return f
}

// constant returns a front of one point that settles nothing and is worth util.
func constant(util []int64) *front {
	return &front{n: len(util), util: append([]int64(nil), util...), node: &node{kind: assignment, j: []int32{0}}}
}

// shift returns the front with by added to each point.
func (f *front) shift(by []int64) *front {
	g := &front{n: f.n, util: make([]int64, len(f.util)), node: f.node, lost: f.lost}
	for k := range f.size() {
		for q, b := range by {
			g.util[k*f.n+q] = f.util[k*f.n+q] + b
		}
	}
	return g
}

// some returns the front of the points named, in that order.
func (f *front) some(keep []int32) *front {
	nd := &node{kind: choice, parts: []*node{f.node}, i: make([]int32, len(keep)), j: keep}
	return &front{n: f.n, util: pick(f.n, f.util, keep), node: nd, lost: f.lost}
}

// pick gathers the rows of util that keep names.
func pick(n int, util []int64, keep []int32) []int64 {
	out := make([]int64, 0, n*len(keep))
	for _, k := range keep {
		out = append(out, util[int(k)*n:(int(k)+1)*n]...)
	}
	return out
}
