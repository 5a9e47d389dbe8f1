package solver

import (
	"context"
	"errors"
	"slices"
)

// Frontier returns every distinct vector of utilities that nobody can better without hurting someone, each with one
// outcome that reaches it, over all legal outcomes.
//
// An additive problem is merged issue by issue: what is dominated in the sum of some issues stays dominated when any
// choice for the others is added to both, so that it can be dropped at once (Nemhauser & Ullmann 1969; Beier & Vöcking
// 2004 on why little stays). The answer is exact unless e allows an ε.
//
// A Cap is applied to the finished frontier. Clipping never turns an order round, so an outcome that is dominated before
// it is matched or dominated by the same other outcome after it: the undominated clipped vectors are all among the
// clipped vectors of the frontier without caps.
//
// It fails with an error of kind Invalid for a problem that is not valid and with a *TooLarge where e's memory does not
// suffice. When ctx ends, it returns the best found so far, of quality Best, together with the error of ctx; no Frontier
// when it met nothing legal yet.
func (p *Problem) Frontier(ctx context.Context, e Effort) (*Frontier, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := p.validEffort(e); err != nil {
		return nil, err
	}
	a, err := p.solve(ctx, e)
	var large *TooLarge
	if e.Widen && errors.As(err, &large) {
		a, err = p.widen(ctx, e, err)
	}
	if a.front == nil {
		return nil, err
	}
	return p.answer(a), err
}

// answered is a front over all issues, with what is to be said about it.
type answered struct {
	front   *front
	quality Quality
	width   int
	largest int
}

// solve finds the front of the whole problem, without Base and Cap.
func (p *Problem) solve(ctx context.Context, e Effort) (answered, error) {
	w := newWork(ctx, e, len(p.Parties))
	w.steps = 2 * len(p.Options) // more than any path through an elimination has
	a := answered{quality: Exact}
	s, stopped := p.untie(w)
	if s == nil && ctx.Err() != nil {
		s = p.hurry(w)
	}
	if s == nil {
		return a, stopped
	}
	a.width = s.width
	items := p.items(w, s.free)
	for _, f := range s.fronts {
		items = append(items, item{ways: [][]*front{{f}}})
	}
	w.phase = "frontier"
	f, err := w.chain(constant(s.constant), items)
	if err == nil {
		err = stopped
	}
	if err == nil {
		if err = w.spell(f, len(p.Options)); err != nil {
			return a, err
		}
	}
	if err != nil || s.searched {
		a.quality = Best
	}
	a.front, a.largest = f, w.largest
	return a, err
}

// untie settles what is tied together, if anything is. It may return what it has together with an error, when it was
// stopped.
func (p *Problem) untie(w *work) (*settled, error) {
	if p.tied() {
		return p.eliminate(w)
	}
	s := &settled{constant: make([]int64, w.n)}
	for i := range p.Options {
		s.free = append(s.free, i)
	}
	return s, nil
}

// hurry settles what is tied together by a short search, after the computation was stopped; nil when nothing legal was
// met on the way.
func (p *Problem) hurry(w *work) *settled {
	t := p.ties(true)
	s := &settled{free: t.free, constant: t.constant(), searched: true}
	for _, group := range t.groups {
		short := newWork(&glimpse{context.Background(), hurryLooks}, Effort{Memory: w.memory, Seed: w.effort.Seed}, w.n)
		f, err := p.search(short, t, group)
		if f == nil || err != nil {
			return nil
		}
		s.fronts = append(s.fronts, f)
	}
	return s
}

// glimpse is a context that ends after it was looked at so many times, for want of a clock.
type glimpse struct {
	context.Context
	looks int
}

// hurryLooks lets a search look at a quarter of a million outcomes, which takes a twentieth of a second or so.
const hurryLooks = 256

// Err counts a look.
func (g *glimpse) Err() error {
	if g.looks--; g.looks < 0 {
		return context.Canceled
	}
	return nil
}

// spell makes room for the points of the answer with their outcomes.
func (w *work) spell(f *front, issues int) error {
	w.drain()
	return w.hold(int64(f.size()) * int64(8*issues+16*w.n+64))
}

// answer turns a front into the Frontier that people get: with Base, clipped at Cap, as points.
func (p *Problem) answer(a answered) *Frontier {
	f := &Frontier{Quality: a.quality, Width: a.width, Largest: a.largest}
	if a.quality == Exact && a.front.lost != nil {
		f.Quality = Within
	}
	if f.Quality == Within {
		f.Epsilon = slices.Clone(a.front.lost)
		if f.Epsilon == nil {
			f.Epsilon = make([]int64, len(p.Parties))
		}
	}
	g := a.front.shift(p.bases())
	keep := p.clip(g)
	n, issues := len(p.Parties), len(p.Options)
	utilities, outcomes := pick(n, g.util, keep), make([]int, len(keep)*issues)
	f.Points = make([]Point, len(keep))
	for k := range keep {
		f.Points[k] = Point{
			Utility: utilities[k*n : (k+1)*n : (k+1)*n],
			Outcome: outcomes[k*issues : (k+1)*issues : (k+1)*issues],
		}
	}
	for k := 0; k < len(keep); k += rowsAtOnce {
		rows := keep[k:min(k+rowsAtOnce, len(keep))]
		g.node.addAll(rows, outcomes[k*issues:], issues)
	}
	return f
}

func (p *Problem) bases() []int64 {
	bases := make([]int64, len(p.Parties))
	for k := range p.Parties {
		bases[k] = p.Parties[k].Base
	}
	return bases
}

// clip applies the caps to g and returns the points that are still distinct and undominated.
func (p *Problem) clip(g *front) []int32 {
	clipped := false
	for k := range p.Parties {
		top := p.Parties[k].Cap
		for i := k; i < len(g.util); i += g.n {
			if g.util[i] > top {
				g.util[i], clipped = top, true
			}
		}
	}
	if clipped {
		return undominated(g.n, g.util)
	}
	keep := make([]int32, g.size())
	for k := range keep {
		keep[k] = int32(k)
	}
	return keep
}

// Find returns the place in Points of the point with exactly these utilities, or false.
func (f *Frontier) Find(utility []int64) (int, bool) {
	return slices.BinarySearchFunc(f.Points, utility, func(pt Point, u []int64) int { return slices.Compare(u, pt.Utility) })
}
