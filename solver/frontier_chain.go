package solver

import (
	"cmp"
	"context"
	"slices"
)

// items returns issues for merging. Once the context has ended it looks at a few options of each only, so that there is
// something to complete.
func (p *Problem) items(w *work, issues []int) []item {
	items := make([]item, len(issues))
	for k, i := range issues {
		if w.ctx.Err() != nil {
			items[k] = p.glance(i)
			continue
		}
		items[k] = p.item(i)
	}
	return items
}

// glance returns an issue with no more than a few of its options.
func (p *Problem) glance(issue int) item {
	options := make([]int, min(rough, p.Options[issue]))
	names := make([]int32, len(options))
	for k := range options {
		options[k] = k * (p.Options[issue] - 1) / max(1, len(options)-1)
		names[k] = int32(options[k])
	}
	f := assign(len(p.Parties), p.worths(issue, options), issue, names)
	return item{ways: [][]*front{{f}}}
}

// chain merges items into a front, one after the other (Nemhauser & Ullmann 1969): those of few points first, so that
// fronts stay small for as long as they can. When the context ends it returns the front of some complete outcomes,
// together with the context's error.
func (w *work) chain(f *front, items []item) (*front, error) {
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.points(), b.points()) })
	w.done, w.total = 0, len(items)
	for k := range items {
		w.steps = len(items) - k
		err := w.tick(0, f.size())
		var g *front
		if err == nil {
			g, err = w.extend(f, &items[k])
		}
		if err != nil {
			if w.ctx.Err() == nil {
				return nil, err
			}
			return w.complete(f, items[k:]), err
		}
		if k > 0 {
			w.release(f)
		}
		f = g
		w.done++
	}
	return f, nil
}

// extend merges one item into a front, which it leaves as it is.
func (w *work) extend(f *front, it *item) (*front, error) {
	var ways []*front
	for _, way := range it.ways {
		g, err := w.along(f, way)
		if err != nil {
			return nil, err
		}
		ways = append(ways, g)
	}
	if len(ways) == 1 {
		return ways[0], nil
	}
	g, err := w.union(ways)
	for _, way := range ways {
		w.release(way)
	}
	return g, err
}

// along merges the fronts of one way into f, releasing what came between. Of the item's share of ε, the digits before the
// last have half together: thinning the sum once does more than thinning it often by less.
func (w *work) along(f *front, way []*front) (*front, error) {
	steps := w.steps
	defer func() { w.steps = steps }()
	g := f
	for k, d := range way {
		if w.steps = steps; k < len(way)-1 {
			w.steps = 2 * steps * len(way)
		}
		h, err := w.merge(g, d)
		if err != nil {
			return nil, err
		}
		if g != f {
			w.release(g)
		}
		g = h
	}
	return g, nil
}

// rough is how many points of each front are followed when a computation is brought to its end after it was stopped.
const rough = 32

// complete brings a stopped computation to its end at once: the items that are left are merged into what is there, a
// few points at a time. Every point is a true outcome; that none is better is not known.
func (w *work) complete(f *front, items []item) *front {
	hurry := newWork(context.Background(), Effort{}, w.n)
	f = f.few(rough)
	for k := range items {
		var ways []*front
		for _, way := range items[k].ways[:min(rough, len(items[k].ways))] {
			g := f
			for _, d := range way {
				h, err := hurry.merge(g, d.few(rough))
				if err != nil {
					return nil
				}
				g = h.few(rough)
			}
			ways = append(ways, g)
		}
		g, err := hurry.union(ways)
		if err != nil {
			return nil
		}
		f = g.few(rough)
	}
	return f
}

// few returns some points of the front spread over its order, its first and last among them.
func (f *front) few(most int) *front {
	size := f.size()
	if size <= most {
		return f
	}
	keep := make([]int32, most)
	for k := range keep {
		keep[k] = int32(k * (size - 1) / (most - 1))
	}
	return f.some(keep)
}
