package solver

import (
	"context"
	"fmt"
	"slices"

	"portsmouth"
)

// ring is what elimination computes with: fronts to find what is undominated, numbers to count, spreads to count by
// worth. nil stands for nothing at all, and is never passed in.
type ring[T any] interface {
	class(issue int, options []int) (*T, error) // the options of one class of an issue
	times(a, b *T) (*T, error)                  // each way of a with each way of b
	plus(parts []*T) (*T, error)                // the ways of all parts; there is at least one
	shift(a *T, by []int64) (*T, error)         // the same ways, each worth more
	drop(a *T)                                  // a result of times or shift that nobody will look at again
}

// elimination settles tied issues one by one (bucket elimination: Dechter 1999; with frontiers, Rollón & Larrosa 2006).
// To eliminate an issue is to replace all that speaks of it by one message: for each combination of classes of the
// issues it was tied to, what the issue and those eliminated before it can come to.
type elimination[T any] struct {
	*ties
	ring     ring[T]
	ctx      context.Context
	bound    int64   // bytes that the cells of one message may take
	patience float64 // how many combinations may be looked at in one group; 0 for any number
	width    int     // the most issues that one step held together
	asked    int     // combinations looked at since the context was
	factors  []factor
	messages []*message[T]
	progress func(done, total int) error
}

// message is what the issues eliminated so far can come to, by the classes of the issues in scope; the last fastest.
type message[T any] struct {
	scope []int
	cells []*T // nil where nothing is legal
}

// cellBytes is what a cell costs before anything is in it.
const cellBytes = 16

// group eliminates the issues of one group but for the last, and returns what is left of it as alternatives, each the
// parts of a sum: one for each class of the issue eliminated last. There is none when nothing is legal.
func (e *elimination[T]) group(issues []int) ([][]*T, error) {
	plan := e.order(issues)
	if err := e.feasible(plan); err != nil {
		return nil, err
	}
	order := plan.order
	e.factors = e.of(issues)
	e.messages = nil
	for k, v := range order[:len(order)-1] {
		if err := e.progress(k, len(order)); err != nil {
			return nil, err
		}
		if err := e.eliminate(v); err != nil {
			return nil, err
		}
	}
	var ways [][]*T
	last := e.bucket(order[len(order)-1])
	err := e.walk(last, func(_ int, parts []*T) error {
		ways = append(ways, slices.Clone(parts))
		return nil
	})
	return ways, err
}

// feasible refuses at once what would not fit in the end.
func (e *elimination[T]) feasible(made plan) error {
	if made.cells*cellBytes <= float64(e.bound) && (e.patience == 0 || made.cost <= e.patience) {
		return nil
	}
	return &TooLarge{
		What:   fmt.Sprintf("settling %d issues that are tied together", made.widest),
		Bytes:  int64(min(made.cells*cellBytes, float64(MaxUtility))),
		Bound:  e.bound,
		Advice: "tie fewer issues to one another, allow a search, or give it more memory",
	}
}

// settle eliminates a whole group and returns nil when nothing is legal.
func (e *elimination[T]) settle(issues []int) (*T, error) {
	ways, err := e.group(issues)
	if err != nil || len(ways) == 0 {
		return nil, err
	}
	parts := make([]*T, len(ways))
	for k, way := range ways {
		if parts[k], err = e.product(way); err != nil {
			return nil, err
		}
	}
	return e.sum(parts)
}

func (e *elimination[T]) product(parts []*T) (*T, error) {
	made := parts[0]
	for k, part := range parts[1:] {
		next, err := e.ring.times(made, part)
		if err != nil {
			return nil, err
		}
		if k > 0 {
			e.ring.drop(made)
		}
		made = next
	}
	return made, nil
}

func (e *elimination[T]) sum(parts []*T) (*T, error) {
	if len(parts) == 1 {
		return parts[0], nil
	}
	return e.ring.plus(parts)
}

// bucket is all that speaks of one issue.
type bucket[T any] struct {
	issues   []int // those tied to it, ascending, and last the issue itself
	at       map[int]int
	classes  []*T       // of the issue: what each of its classes comes to
	checks   [][]factor // by place in issues: what can be asked once that place is settled
	received []*message[T]
	arrives  [][]int // by place: the messages whose scope is settled there
	strides  [][]int // by message, by place: what a class there adds to the cell's number
	stride   []int   // by place: the same for the message to be made
	cells    int
}

// bucket takes all that speaks of v out of the elimination.
func (e *elimination[T]) bucket(v int) *bucket[T] {
	b := &bucket[T]{at: map[int]int{}}
	var mine []factor
	var around []int
	e.factors = slices.DeleteFunc(e.factors, func(f factor) bool {
		if !slices.Contains(f.scope, v) {
			return false
		}
		mine, around = append(mine, f), append(around, f.scope...)
		return true
	})
	e.messages = slices.DeleteFunc(e.messages, func(m *message[T]) bool {
		if !slices.Contains(m.scope, v) {
			return false
		}
		b.received, around = append(b.received, m), append(around, m.scope...)
		return true
	})
	around = distinct(append(around, v))
	around = slices.DeleteFunc(around, func(i int) bool { return i == v })
	b.issues = append(around, v)
	for place, i := range b.issues {
		b.at[i] = place
	}
	for _, f := range e.factors {
		if f.law && b.holds(f.scope) {
			mine = append(mine, f) // not spent here, but it saves looking at what is illegal
		}
	}
	b.plan(e.ties, mine)
	e.width = max(e.width, len(b.issues))
	return b
}

func (b *bucket[T]) holds(scope []int) bool {
	for _, i := range scope {
		if _, ok := b.at[i]; !ok {
			return false
		}
	}
	return true
}

// plan works out when to ask what, and where things lie in messages.
func (b *bucket[T]) plan(t *ties, mine []factor) {
	b.checks = make([][]factor, len(b.issues))
	for _, f := range mine {
		last := b.last(f.scope)
		b.checks[last] = append(b.checks[last], f)
	}
	b.arrives = make([][]int, len(b.issues))
	b.strides = make([][]int, len(b.received))
	for k, m := range b.received {
		last := b.last(m.scope)
		b.arrives[last] = append(b.arrives[last], k)
		b.strides[k], _ = b.layout(t, m.scope)
	}
	b.stride, b.cells = b.layout(t, b.issues[:len(b.issues)-1])
}

func (b *bucket[T]) last(scope []int) int {
	last := 0
	for _, i := range scope {
		last = max(last, b.at[i])
	}
	return last
}

// layout returns by place what a class adds to the number of a cell, and how many cells there are.
func (b *bucket[T]) layout(t *ties, scope []int) ([]int, int) {
	stride, size := make([]int, len(b.issues)), 1
	for _, i := range slices.Backward(scope) {
		stride[b.at[i]] = size
		size *= len(t.classes[i])
	}
	return stride, size
}

// eliminate replaces what speaks of v by a message.
func (e *elimination[T]) eliminate(v int) error {
	b := e.bucket(v)
	made := &message[T]{scope: b.issues[:len(b.issues)-1], cells: make([]*T, b.cells)}
	var parts []*T
	at := -1
	flush := func() error {
		if len(parts) == 0 {
			return nil
		}
		cell, err := e.sum(parts)
		if err != nil {
			return err
		}
		if len(parts) > 1 {
			e.dropAll(parts, b.classes)
		}
		made.cells[at], parts = cell, parts[:0]
		return nil
	}
	err := e.walk(b, func(cell int, way []*T) error {
		if cell != at {
			if err := flush(); err != nil {
				return err
			}
			at = cell
		}
		part, err := e.product(way)
		parts = append(parts, part)
		return err
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	for _, m := range b.received {
		e.dropAll(m.cells, nil)
	}
	e.messages = append(e.messages, made)
	return nil
}

// dropAll drops what nobody will look at again, except for classes, which other cells share.
func (e *elimination[T]) dropAll(parts, except []*T) {
	for _, p := range parts {
		if p != nil && !slices.Contains(except, p) {
			e.ring.drop(p)
		}
	}
}

// walk calls found for every legal combination of classes of a bucket, with the cell it belongs to and its parts: what
// the class of the issue can come to, shifted by what tables say, and what each message says. Calls for one cell come
// one after the other; parts is only lent.
func (e *elimination[T]) walk(b *bucket[T], found func(cell int, parts []*T) error) error {
	v := b.issues[len(b.issues)-1]
	for _, options := range e.classes[v] {
		c, err := e.ring.class(v, options)
		if err != nil {
			return err
		}
		b.classes = append(b.classes, c)
	}
	w := &walker[T]{e: e, b: b, found: found, outcome: make([]int, len(e.p.Options)), class: make([]int, len(b.issues))}
	w.sums = make([][]int64, len(b.issues)+1)
	for k := range w.sums {
		w.sums[k] = make([]int64, len(e.p.Parties))
	}
	return w.step(0, 0)
}

// walker is a walk over the combinations of a bucket, place by place.
type walker[T any] struct {
	e       *elimination[T]
	b       *bucket[T]
	found   func(cell int, parts []*T) error
	outcome []int     // of the places settled so far: a representative of the class
	class   []int     // by place
	sums    [][]int64 // by place: what the factors asked before it came to
	parts   []*T
}

func (w *walker[T]) step(place, cell int) error {
	if place == len(w.b.issues) {
		return w.arrive(cell)
	}
	issue := w.b.issues[place]
	for c, options := range w.e.classes[issue] {
		w.class[place], w.outcome[issue] = c, options[0]
		legal, err := w.ask(place)
		if err != nil {
			return err
		}
		if !legal {
			continue
		}
		if err := w.step(place+1, cell+c*w.b.stride[place]); err != nil {
			return err
		}
	}
	return nil
}

// ask reports whether the places settled so far are legal, and adds up what they are worth together.
func (w *walker[T]) ask(place int) (bool, error) {
	if w.e.asked++; w.e.asked&1023 == 0 {
		if err := w.e.ctx.Err(); err != nil {
			return false, err
		}
	}
	copy(w.sums[place+1], w.sums[place])
	for _, f := range w.b.checks[place] {
		if !f.weigh(w.outcome, w.sums[place+1]) {
			return false, nil
		}
	}
	for _, k := range w.b.arrives[place] {
		if w.cell(k) == nil {
			return false, nil
		}
	}
	return true, nil
}

// cell returns what message k says of the classes chosen.
func (w *walker[T]) cell(k int) *T {
	n := 0
	for place, stride := range w.b.strides[k] {
		n += stride * w.class[place]
	}
	return w.b.received[k].cells[n]
}

// arrive hands on the parts of one combination.
func (w *walker[T]) arrive(cell int) error {
	last := len(w.b.issues) - 1
	own := w.b.classes[w.class[last]]
	if sum := w.sums[last+1]; slices.ContainsFunc(sum, func(v int64) bool { return v != 0 }) {
		shifted, err := w.e.ring.shift(own, sum)
		if err != nil {
			return err
		}
		own = shifted
	}
	w.parts = append(w.parts[:0], own)
	for k := range w.b.received {
		w.parts = append(w.parts, w.cell(k))
	}
	return w.found(cell, w.parts)
}

// nothingLegal is the error of a problem whose conditions leave no outcome.
func nothingLegal() error {
	return portsmouth.Invalidf("solver-legal", "the conditions contradict one another: no way to settle all issues is legal")
}
