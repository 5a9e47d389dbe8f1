package solver

import "math"

// over is the key of a stream that has nothing more to offer; no utility comes near it.
const over = math.MinInt64

// runner is the head of a stream in a race: what its first party gets, and which stream it is.
type runner struct {
	key int64
	id  int32
}

// race is a loser tree (Knuth, The Art of Computer Programming, vol. 3, 5.4.1) over the heads of streams: each node holds
// who lost there, so that replacing the winner takes one comparison a level.
type race []runner // node k at k, its children at 2k and 2k+1; entry 0 is not used

// start plays the first round among the heads, which stand in the second half of winner, and returns the winner. The
// first half is room to play in.
func (r race) start(winner []runner) runner {
	k := len(r)
	for t := k - 1; t > 0; t-- {
		a, b := winner[2*t], winner[2*t+1]
		if b.key > a.key {
			a, b = b, a
		}
		winner[t], r[t] = a, b
	}
	return winner[1]
}

// next lets the stream that won last run again with its new head, and returns who wins now.
func (r race) next(x runner) runner {
	for t := (len(r) + int(x.id)) >> 1; t > 0; t >>= 1 {
		if y := r[t]; y.key > x.key {
			r[t], x = x, y
		}
	}
	return x
}

// lane is a stream of two parties on its way.
type lane struct {
	util   []int64
	pos    int // of the head's first number in util
	d1, d2 int64
}

// stair gathers a staircase, point by point from the first party's best to the second's. Thinned by ε it keeps of each
// run the last point that still stands for the first of the run, which is the fewest that can be kept.
type stair struct {
	e1, e2   int64
	bar      int64 // what the second party must get more of than this
	least    int64 // what the first party may get of a point that stands for the first of the run
	pending  bool
	c1, c2   int64
	from, at int32
}

// sweep2 is sweep for two parties: one pass over all streams at once. Points come with the first party's utility
// descending, so one is undominated when it betters the best of the second party so far; within a stream whatever
// does not is skipped without entering the race. Where first utilities are equal the later, better one replaces the
// one before, which stair does.
func (w *work) sweep2(streams []stream, e []int64) error {
	lanes, winner := w.start2(streams)
	r := make(race, len(lanes))
	st := stair{bar: over}
	if e != nil {
		st.e1, st.e2 = e[0], e[1]
	}
	units := 0
	for x := r.start(winner); x.key != over; x = r.next(x) {
		l := &lanes[x.id]
		util, pos := l.util, l.pos
		before := pos
		if c2 := util[pos+1] + l.d2; c2 > st.bar {
			if err := w.step2(&st, x, c2, pos); err != nil {
				return err
			}
			pos += 2
		}
		for bar := st.bar - l.d2; pos < len(util) && util[pos+1] <= bar; {
			pos += 2
		}
		l.pos = pos
		x.key = over
		if pos < len(util) {
			x.key = util[pos] + l.d1
		}
		if units += pos - before; units >= checkEvery {
			if err := w.tick(units, len(w.scratch.from)); err != nil {
				return err
			}
			units = 0
		}
	}
	w.units += units
	if st.pending {
		return w.emit2(&st)
	}
	return nil
}

// start2 places the heads of all streams, in the second half of the runners.
func (w *work) start2(streams []stream) ([]lane, []runner) {
	k := len(streams)
	if cap(w.lanes) < k {
		w.lanes, w.runners = make([]lane, k), make([]runner, 2*k)
	}
	lanes, runners := w.lanes[:k], w.runners[:2*k]
	for id, s := range streams {
		lanes[id] = lane{util: s.util, d1: s.shift[0], d2: s.shift[1]}
		runners[k+id] = runner{over, int32(id)}
		if len(s.util) > 0 {
			runners[k+id].key = s.util[0] + s.shift[0]
		}
	}
	return lanes, runners
}

// step2 takes the next point of the exact staircase.
func (w *work) step2(st *stair, x runner, c2 int64, pos int) error {
	if st.pending && x.key < st.least {
		if err := w.emit2(st); err != nil {
			return err
		}
		st.pending = false
		if st.bar = st.c2 + st.e2; c2 <= st.bar {
			return nil
		}
	}
	if !st.pending {
		st.pending, st.least = true, x.key-st.e1
	}
	st.c1, st.c2, st.from, st.at, st.bar = x.key, c2, x.id, int32(pos>>1), c2
	return nil
}

func (w *work) emit2(st *stair) error {
	if err := w.room(); err != nil {
		return err
	}
	s := &w.scratch
	s.util = append(s.util, st.c1, st.c2)
	s.from = append(s.from, st.from)
	s.at = append(s.at, st.at)
	return nil
}
