package solver

import (
	"context"
	"fmt"
)

// work is one computation under way: who may stop it, what it may hold, how exact it has to be, who hears of it. It is
// used by one goroutine.
type work struct {
	ctx     context.Context // of the one call that this work belongs to
	n       int             // parties
	effort  Effort
	epsilon []int64 // by party; nil for exact
	// steps divides what is left of ε: a merge may spend one part in so many, so that losses never add up to more. Whoever
	// plans the merges sets it to how many are still to be thinned, this one included.
	steps int

	phase       string // for Progress
	done, total int
	largest     int // the largest front so far

	memory, held int64 // bytes
	scratch      scratch
	spare        [][]int64 // buffers of released fronts
	lanes        []lane    // of sweep2, kept from merge to merge
	runners      []runner
	units        int // of work since Progress was last called
}

// newWork starts the account of a computation for n parties.
func newWork(ctx context.Context, e Effort, n int) *work {
	w := &work{ctx: ctx, n: n, effort: e, memory: e.Memory, epsilon: e.Epsilon, steps: 1}
	if w.memory <= 0 {
		w.memory = DefaultMemory
	}
	return w
}

// hold enters bytes into the account, or says that they do not fit.
func (w *work) hold(bytes int64) error {
	if w.held+bytes > w.memory {
		return &TooLarge{
			What:   w.where(),
			Bytes:  w.held + bytes,
			Bound:  w.memory,
			Advice: "allow an ε, ask for the smallest ε that fits, or give it more memory",
		}
	}
	w.held += bytes
	return nil
}

func (w *work) free(bytes int64) { w.held -= bytes }

func (w *work) where() string {
	if w.total == 0 {
		return "the frontier"
	}
	return fmt.Sprintf("the frontier after %d of %d steps", w.done, w.total)
}

// release gives back the utilities of a front that nobody will look at again. Its node stays, since others may have been
// built on it.
func (w *work) release(f *front) {
	w.free(int64(cap(f.util)) * 8)
	if len(w.spare) < 4 {
		w.spare = append(w.spare, f.util[:0])
	}
	f.util = nil
}

// adopt enters a front that was made without the account, such as a leaf.
func (w *work) adopt(f *front) error {
	w.largest = max(w.largest, f.size())
	return w.hold(int64(cap(f.util))*8 + f.node.bytes())
}

func (nd *node) bytes() int64 { return int64(len(nd.i)+len(nd.j)) * 4 }

// buffer returns room for size numbers: one that was released where it fits well.
func (w *work) buffer(size int) []int64 {
	for k, b := range w.spare {
		if cap(b) >= size && cap(b) <= 2*size+64 {
			last := len(w.spare) - 1
			w.spare[k] = w.spare[last]
			w.spare = w.spare[:last]
			return b[:size]
		}
	}
	return make([]int64, size)
}

// A computation looks at its context every checkEvery candidates and reports after reportEvery units of work. A pure
// package has no clock: a unit is about ten nanoseconds.
const (
	checkEvery  = 4096
	reportEvery = 5_000_000
)

// tick says that units of work were done: it stops what was cancelled and reports progress.
func (w *work) tick(units, points int) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	w.units += units
	if w.units >= reportEvery && w.effort.Progress != nil {
		w.units = 0
		w.effort.Progress(Progress{Phase: w.phase, Done: w.done, Total: w.total, Points: points})
	}
	return nil
}

// scratch is where the points of a front under way are gathered, kept from merge to merge.
type scratch struct {
	util     []int64
	from, at []int32 // by point: the stream it came from, and its place there
}

// room makes place for one more point of n numbers, doubling in account.
func (w *work) room() error {
	s := &w.scratch
	if len(s.from) < cap(s.from) {
		return nil
	}
	size := max(1024, 2*cap(s.from))
	more := int64(size-cap(s.from)) * int64(8*w.n+8)
	if err := w.hold(more); err != nil {
		return err
	}
	s.util = append(make([]int64, 0, size*w.n), s.util...)
	s.from = append(make([]int32, 0, size), s.from...)
	s.at = append(make([]int32, 0, size), s.at...)
	return nil
}

// drain gives the scratch back, with all that waits to be used again.
func (w *work) drain() {
	w.free(int64(cap(w.scratch.from)) * int64(8*w.n+8))
	w.scratch, w.spare, w.lanes, w.runners = scratch{}, nil, nil, nil
}

// gather makes a front of what the scratch holds.
func (w *work) gather() (*front, error) {
	s := &w.scratch
	points := len(s.from)
	w.largest = max(w.largest, points)
	f := &front{n: w.n, util: w.buffer(points * w.n), node: &node{}}
	if err := w.hold(int64(cap(f.util))*8 + int64(points)*8); err != nil {
		return nil, err
	}
	copy(f.util, s.util)
	both := make([]int32, 2*points)
	f.node.i, f.node.j = both[:points:points], both[points:]
	copy(f.node.i, s.from)
	copy(f.node.j, s.at)
	s.util, s.from, s.at = s.util[:0], s.from[:0], s.at[:0]
	return f, nil
}
