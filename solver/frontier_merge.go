package solver

// stream is a front seen in order, with a shift: the sum of two fronts is one stream for each point of the smaller.
type stream struct {
	util  []int64 // of the front
	shift []int64 // added to each point
}

// merge returns the undominated part of all sums of a point of a and a point of b. With an ε it is thinned by the share
// that falls to this step.
func (w *work) merge(a, b *front) (*front, error) {
	if a.size() < b.size() {
		a, b = b, a
	}
	if b.size() == 0 {
		return b, nil
	}
	e := w.share(a, b)
	streams := make([]stream, b.size())
	for k := range streams {
		streams[k] = stream{util: a.util, shift: b.at(k)}
	}
	f, err := w.sweep(streams, e)
	if err != nil {
		return nil, err
	}
	nd := f.node
	nd.kind, nd.left, nd.right, nd.i, nd.j = sum, a.node, b.node, nd.j, nd.i
	f.lost = added(a.lost, b.lost, e)
	return f, nil
}

// union returns the undominated part of all points of all fronts.
func (w *work) union(fs []*front) (*front, error) {
	streams := make([]stream, len(fs))
	parts := make([]*node, len(fs))
	none := make([]int64, w.n)
	var lost []int64
	for k, f := range fs {
		streams[k] = stream{util: f.util, shift: none}
		parts[k] = f.node
		lost = worst(lost, f.lost)
	}
	f, err := w.sweep(streams, nil)
	if err != nil {
		return nil, err
	}
	f.node.kind, f.node.parts, f.lost = choice, parts, lost
	return f, nil
}

// sweep gathers the undominated points of sorted streams: their node holds the stream in i and the place in it in j.
func (w *work) sweep(streams []stream, e []int64) (*front, error) {
	cost := int64(len(streams)) * int64(160+32*w.n)
	err := w.hold(cost)
	if err != nil {
		return nil, err
	}
	defer w.free(cost)
	switch w.n {
	case 1:
		err = w.sweep1(streams)
	case 2:
		err = w.sweep2(streams, e)
	default:
		err = w.sweepN(streams, e)
	}
	if err != nil {
		s := &w.scratch
		s.util, s.from, s.at = s.util[:0], s.from[:0], s.at[:0]
		return nil, err
	}
	return w.gather()
}

// sweep1 keeps the best: with one party a front is one point.
func (w *work) sweep1(streams []stream) error {
	best, from := int64(0), -1
	for k, s := range streams {
		if len(s.util) > 0 && (from < 0 || s.util[0]+s.shift[0] > best) {
			best, from = s.util[0]+s.shift[0], k
		}
	}
	if from < 0 {
		return nil
	}
	if err := w.room(); err != nil {
		return err
	}
	s := &w.scratch
	s.util, s.from, s.at = append(s.util, best), append(s.from, int32(from)), append(s.at, 0)
	return w.tick(len(streams), 1)
}

// share returns the ε of a merge: of what is left to these two, one part in as many as there are steps to come. It is
// nil where nothing is to be thinned, and small merges leave their share to the large ones.
func (w *work) share(a, b *front) []int64 {
	if w.epsilon == nil || a.size()*b.size() < thinFrom {
		return nil
	}
	e := make([]int64, w.n)
	thins := false
	for q := range e {
		left := w.epsilon[q]
		if a.lost != nil {
			left -= a.lost[q]
		}
		if b.lost != nil {
			left -= b.lost[q]
		}
		if q > 0 || w.n == 2 { // sweepN takes nothing from the first party
			e[q] = max(0, left) / int64(max(1, w.steps))
		}
		thins = thins || e[q] > 0
	}
	if !thins {
		return nil
	}
	return e
}

// thinFrom is how many sums a merge must have to be worth thinning.
const thinFrom = 512

// added returns the sum of losses, nil for none.
func added(losses ...[]int64) []int64 {
	var sum []int64
	for _, l := range losses {
		if l == nil {
			continue
		}
		if sum == nil {
			sum = make([]int64, len(l))
		}
		for q := range l {
			sum[q] += l[q]
		}
	}
	return sum
}

// worst returns the larger of two losses by party, nil for none.
func worst(a, b []int64) []int64 {
	if a == nil || b == nil {
		return added(a, b)
	}
	out := make([]int64, len(a))
	for q := range out {
		out[q] = max(a[q], b[q])
	}
	return out
}
