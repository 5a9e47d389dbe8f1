package solver

import "slices"

// sweepN is sweep for three parties and more. Points come in descending order, first party first, so that only a point
// seen before can dominate one, and it does when the other parties get no less there: a question to a cover of one
// dimension fewer. With an ε the question is whether they get no less than that less ε, and the first party loses
// nothing.
func (w *work) sweepN(streams []stream, e []int64) error {
	c := w.course(streams, e)
	defer func() { w.free(c.held) }()
	units := 0
	for x := c.start(); x.key != over; x = c.next(x) {
		u := c.head(x.id)
		if !c.covered(x.id, u[1:]) {
			if err := w.emitN(c, x.id, u); err != nil {
				return err
			}
		}
		skipped := c.advance(x.id)
		if units += 64 + skipped; units >= checkEvery {
			if err := w.tick(units, len(w.scratch.from)); err != nil {
				return err
			}
			units = 0
		}
	}
	w.units += units
	return nil
}

// coverBytes estimates what a cover holds for each number of a point.
const coverBytes = 20

func (w *work) emitN(c *course, id int32, u []int64) error {
	if len(w.scratch.from) == cap(w.scratch.from) {
		more := int64(max(1024, len(w.scratch.from))) * int64(coverBytes*(w.n-1))
		if err := w.hold(more); err != nil {
			return err
		}
		c.held += more
	}
	if err := w.room(); err != nil {
		return err
	}
	s := &w.scratch
	s.util = append(s.util, u...)
	s.from = append(s.from, id)
	s.at = append(s.at, int32(c.pos[id]))
	c.cover.add(u[1:])
	return nil
}

// course is the race of streams of three and more parties.
type course struct {
	n       int
	streams []stream
	pos     []int
	heads   []int64 // by stream, the utilities of its head
	keys    []int64 // by stream, the first of those, or over
	losers  []int32
	cover   cover
	hot     []int64 // by stream, the last point that covered a head of it: often it covers the next one too
	epsilon []int64 // of all parties but the first; nil for none
	less    []int64 // room for a head less ε
	held    int64   // bytes accounted for the cover
}

func (w *work) course(streams []stream, e []int64) *course {
	n, k := w.n, len(streams)
	c := &course{
		n: n, streams: streams, cover: newCover(n - 1), less: make([]int64, n-1),
		pos: make([]int, k), heads: make([]int64, k*n), keys: make([]int64, k),
		losers: make([]int32, k), hot: make([]int64, k*(n-1)),
	}
	for i := range c.hot {
		c.hot[i] = over
	}
	if e != nil {
		c.epsilon = e[1:]
	}
	return c
}

func (c *course) head(id int32) []int64 { return c.heads[int(id)*c.n : (int(id)+1)*c.n] }

// load reads the head of a stream at its place.
func (c *course) load(id int32) {
	s := &c.streams[id]
	from := c.pos[id] * c.n
	if from >= len(s.util) {
		c.keys[id] = over
		return
	}
	u := c.head(id)
	for q := range u {
		u[q] = s.util[from+q] + s.shift[q]
	}
	c.keys[id] = u[0]
}

// advance moves a stream to its next head that its hot point does not cover, and returns how many that took.
func (c *course) advance(id int32) int {
	hot := c.hot[int(id)*(c.n-1):][:c.n-1]
	for steps := 1; ; steps++ {
		c.pos[id]++
		c.load(id)
		if c.keys[id] == over || !reaches(hot, c.lessened(c.head(id)[1:])) {
			return steps
		}
	}
}

// covered reports whether a point that came before is no worse for the parties after the first.
func (c *course) covered(id int32, u []int64) bool {
	by := c.cover.covering(c.lessened(u))
	if by != nil {
		copy(c.hot[int(id)*(c.n-1):], by)
	}
	return by != nil
}

func (c *course) lessened(u []int64) []int64 {
	if c.epsilon == nil {
		return u
	}
	for q := range u {
		c.less[q] = u[q] - c.epsilon[q]
	}
	return c.less
}

// before reports whether the head of a comes before that of b: descending, the earlier stream first among equals.
func (c *course) before(a, b int32) bool {
	if c.keys[a] != c.keys[b] {
		return c.keys[a] > c.keys[b]
	}
	if c.keys[a] == over {
		return a < b
	}
	if order := slices.Compare(c.head(a), c.head(b)); order != 0 {
		return order > 0
	}
	return a < b
}

// start plays the first round, next the round after the winner has advanced: a loser tree as in race.
func (c *course) start() runner {
	k := len(c.streams)
	winner := make([]int32, 2*k)
	for id := range c.streams {
		c.load(int32(id))
		winner[k+id] = int32(id)
	}
	for t := k - 1; t > 0; t-- {
		a, b := winner[2*t], winner[2*t+1]
		if c.before(b, a) {
			a, b = b, a
		}
		winner[t], c.losers[t] = a, b
	}
	return runner{c.keys[winner[1]], winner[1]}
}

func (c *course) next(x runner) runner {
	id := x.id
	for t := (len(c.losers) + int(id)) >> 1; t > 0; t >>= 1 {
		if y := c.losers[t]; c.before(y, id) {
			c.losers[t], id = id, y
		}
	}
	return runner{c.keys[id], id}
}

// undominated returns the indices of the undominated distinct rows of util, n numbers each, in descending order; the
// first wins among equals.
func undominated(n int, util []int64) []int32 {
	row := func(k int32) []int64 { return util[int(k)*n : (int(k)+1)*n] }
	keep := make([]int32, len(util)/n)
	for k := range keep {
		keep[k] = int32(k)
	}
	slices.SortStableFunc(keep, func(a, b int32) int { return slices.Compare(row(b), row(a)) })
	if n == 1 {
		return keep[:min(1, len(keep))]
	}
	c := newCover(n - 1)
	kept := keep[:0]
	for _, k := range keep {
		if c.covering(row(k)[1:]) == nil {
			c.add(row(k)[1:])
			kept = append(kept, k)
		}
	}
	return kept
}
