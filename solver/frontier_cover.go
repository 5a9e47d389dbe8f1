package solver

// cover is a growing set of vectors that answers whether one of them is nowhere less than a given vector.
type cover interface {
	// covering returns a vector of the set that is nowhere less than u, valid until the next add, or nil.
	covering(u []int64) []int64
	// add puts in a vector that none of the set covers. What it covers itself may be forgotten.
	add(u []int64)
}

func newCover(d int) cover {
	switch d {
	case 1:
		return &peak{}
	case 2:
		return &ledge{}
	}
	return newGrove(d)
}

// reaches reports whether p is nowhere less than u.
func reaches(p, u []int64) bool {
	for q := range u {
		if p[q] < u[q] {
			return false
		}
	}
	return true
}

// peak is a cover of one dimension: its largest number.
type peak struct{ top []int64 }

func (p *peak) covering(u []int64) []int64 {
	if p.top == nil || p.top[0] < u[0] {
		return nil
	}
	return p.top
}

func (p *peak) add(u []int64) { p.top = append(p.top[:0], u[0]) }

// ledge is a cover of two dimensions: a staircase in one array, the first number descending and the second ascending.
// It stays short, so that moving its tail is cheaper than any tree.
type ledge struct{ steps [][2]int64 }

// from returns how many steps have a first number of at least x: the last of those has their largest second.
func (l *ledge) from(x int64) int {
	low, high := 0, len(l.steps)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if l.steps[mid][0] >= x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

func (l *ledge) covering(u []int64) []int64 {
	k := l.from(u[0])
	if k == 0 || l.steps[k-1][1] < u[1] {
		return nil
	}
	return l.steps[k-1][:]
}

func (l *ledge) add(u []int64) {
	k := l.from(u[0])
	for k > 0 && l.steps[k-1][0] == u[0] {
		k--
	}
	end := k
	for end < len(l.steps) && l.steps[end][1] <= u[1] {
		end++
	}
	step := [2]int64{u[0], u[1]}
	if end > k {
		l.steps[k] = step
		l.steps = append(l.steps[:k+1], l.steps[end:]...)
		return
	}
	l.steps = append(l.steps, step)
	copy(l.steps[k+1:], l.steps[k:])
	l.steps[k] = step
}

// grove is a cover of three and more dimensions: a k-d tree (Bentley 1975) whose nodes know the largest number of each
// dimension below them, as in the ND-tree (Jaszkiewicz & Lust 2018). A node that falls short in one dimension is
// passed by with all below it.
type grove struct {
	d      int
	nodes  []bough
	top    []int64 // by node, d numbers
	points []int64 // by block, leafPoints vectors
	stack  []int32
	order  []int64 // room for one dimension of a leaf
}

// bough is a node: a leaf with a block of points, or a split.
type bough struct {
	split int64 // high holds the vectors whose number in dim is at least split
	dim   int32
	low   int32 // child, when high is not 0
	high  int32
	block int32
	count int32
}

const leafPoints = 24

func newGrove(d int) *grove {
	g := &grove{d: d, order: make([]int64, 0, leafPoints)}
	g.leaf()
	return g
}

// leaf adds an empty leaf with a block of its own and returns its number.
func (g *grove) leaf() int32 {
	id := int32(len(g.nodes))
	block := int32(len(g.points) / (leafPoints * g.d))
	g.points = append(g.points, make([]int64, leafPoints*g.d)...)
	g.grow(bough{block: block})
	return id
}

func (g *grove) grow(b bough) {
	g.nodes = append(g.nodes, b)
	for range g.d {
		g.top = append(g.top, over)
	}
}

func (g *grove) block(b int32) []int64 {
	size := leafPoints * g.d
	return g.points[int(b)*size : (int(b)+1)*size]
}

func (g *grove) covering(u []int64) []int64 {
	stack := append(g.stack[:0], 0)
	for len(stack) > 0 {
		id := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !reaches(g.top[int(id)*g.d:][:g.d], u) {
			continue
		}
		b := &g.nodes[id]
		if b.high != 0 {
			stack = append(stack, b.low, b.high)
			continue
		}
		points := g.block(b.block)
		for k := 0; k < int(b.count)*g.d; k += g.d {
			if p := points[k : k+g.d]; reaches(p, u) {
				g.stack = stack
				return p
			}
		}
	}
	g.stack = stack
	return nil
}

func (g *grove) add(u []int64) {
	id := int32(0)
	for {
		raise(g.top[int(id)*g.d:][:g.d], u)
		b := &g.nodes[id]
		if b.high == 0 {
			break
		}
		if u[b.dim] >= b.split {
			id = b.high
		} else {
			id = b.low
		}
	}
	g.prune(id, u)
	b := &g.nodes[id]
	copy(g.block(b.block)[int(b.count)*g.d:], u)
	if b.count++; b.count == leafPoints {
		g.divide(id)
	}
}

// prune forgets the points of a leaf that u covers. The tops stay as they are: too high is only slower.
func (g *grove) prune(id int32, u []int64) {
	b := &g.nodes[id]
	points := g.block(b.block)
	kept := 0
	for k := range int(b.count) {
		p := points[k*g.d : (k+1)*g.d]
		if !reaches(u, p) {
			copy(points[kept*g.d:], p)
			kept++
		}
	}
	b.count = int32(kept)
}

// divide splits a full leaf at the median of the dimension in which its points lie furthest apart.
func (g *grove) divide(id int32) {
	points := g.block(g.nodes[id].block)
	dim, split := g.cut(points)
	low, high := g.nodes[id].block, g.leaf()
	g.grow(bough{block: low})
	lowID := int32(len(g.nodes) - 1)
	g.nodes[id] = bough{split: split, dim: int32(dim), low: lowID, high: high}
	points = g.block(low) // leaf may have moved it
	a, b := &g.nodes[lowID], &g.nodes[high]
	above := g.block(b.block)
	for k := range leafPoints {
		p := points[k*g.d : (k+1)*g.d]
		child, to, into := lowID, a, points
		if p[dim] >= split {
			child, to, into = high, b, above
		}
		raise(g.top[int(child)*g.d:][:g.d], p)
		copy(into[int(to.count)*g.d:], p)
		to.count++
	}
}

// cut returns the dimension of the widest spread and the number at which to split it, above its least.
func (g *grove) cut(points []int64) (dim int, split int64) {
	spread := int64(-1)
	for q := range g.d {
		low, high := points[q], points[q]
		for k := q; k < len(points); k += g.d {
			low, high = min(low, points[k]), max(high, points[k])
		}
		if high-low > spread {
			spread, dim = high-low, q
		}
	}
	g.order = g.order[:0]
	for k := dim; k < len(points); k += g.d {
		g.order = append(g.order, points[k])
	}
	return dim, median(g.order)
}

// median returns the middle of a few numbers, or the least above the smallest where the middle is the smallest.
func median(v []int64) int64 {
	for i := 1; i < len(v); i++ {
		for j := i; j > 0 && v[j] < v[j-1]; j-- {
			v[j], v[j-1] = v[j-1], v[j]
		}
	}
	m := len(v) / 2
	for m < len(v)-1 && v[m] == v[0] {
		m++
	}
	return v[m]
}

func raise(top, u []int64) {
	for q := range u {
		top[q] = max(top[q], u[q])
	}
}
