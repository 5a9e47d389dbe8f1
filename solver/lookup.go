package solver

import (
	"context"
	"math"
	"slices"
	"sort"

	"portsmouth"
)

// Book answers what one party asks at the table, over and over: the best for them among what is worth at least so much to
// me, the next worse for me, what I would call equally good, and which of that is nearest to what they asked. It is made
// once for a problem and a party and never changes, so that any number of people may ask at once.
//
// The first question is read off the frontier of the two parties. For the others the issues are put into a few groups;
// of each group the book holds every sum that the party's utility can have over it, sorted (a table built by dynamic
// programming over the issues, as in BIDS: Koça et al., Search and Evaluate Methods for Bid Selection, 2024, but of exact
// sums and not of rounded ones). Where one or two groups hold all issues, as up to some 10^10 outcomes, an answer is a
// binary search or one pass over two sorted lists (Horowitz & Sahni 1974). With more groups, outcomes are so many that the
// sum sought is nearly always hit at once; the search of the rest is bounded, and an answer that ran into the bound says
// Best. Issues that conditions, interaction terms or boxes of the party tie together are held as one, every legal
// combination spelled out.
type Book struct {
	p      *Problem
	own    int
	fronts []*Frontier // by other party: of the two alone
	sums
}

// Found is what a look-up found.
type Found struct {
	Points  []Point // worth to all parties of the problem
	Quality Quality // Exact; else Within (BestFor on an ε-frontier) or Best (a bounded search ended)
}

// Book makes the book of party own: one frontier of two parties for each other party, and the sums of its own utility.
// It fails with *TooLarge when more than MaxTied combinations of issues are tied together in its utility or the
// conditions, with an error of kind Invalid when nothing is legal, and as Frontier does.
func (p *Problem) Book(ctx context.Context, e Effort, own int) (*Book, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if own < 0 || own >= len(p.Parties) {
		return nil, portsmouth.Invalidf("solver-parties", "there is no party %d", own)
	}
	b := &Book{p: p, own: own, fronts: make([]*Frontier, len(p.Parties))}
	for k := range p.Parties {
		f, err := p.pair(ctx, e, own, k)
		if err != nil {
			return nil, err
		}
		b.fronts[k] = f
	}
	var err error
	b.sums, err = p.sums(ctx, own, maxSums)
	return b, err
}

// pair returns the frontier of two parties alone, own first; of one when they are the same.
func (p *Problem) pair(ctx context.Context, e Effort, own, other int) (*Frontier, error) {
	who := slices.Compact([]int{own, other})
	q := &Problem{Options: p.Options, Conditions: p.Conditions}
	var epsilon []int64
	for _, k := range who {
		q.Parties = append(q.Parties, p.Parties[k])
		if e.Epsilon != nil {
			epsilon = append(epsilon, e.Epsilon[k])
		}
	}
	e.Epsilon = epsilon
	return q.Frontier(ctx, e)
}

// BestFor returns the outcome that is best for another party among those worth at least atLeast to the book's own; of
// several, the one best for its own. Points is empty when nothing is worth so much. For the party itself it returns its
// best outcome.
func (b *Book) BestFor(other int, atLeast int64) Found {
	f := b.fronts[other]
	// Points descend in own worth, and so ascend in the other's.
	n := sort.Search(len(f.Points), func(n int) bool { return f.Points[n].Utility[0] < atLeast })
	found := Found{Quality: f.Quality}
	if n > 0 {
		found.Points = []Point{b.p.Point(f.Points[n-1].Outcome)}
	}
	return found
}

// NextWorse returns outcomes of the greatest worth below u to the book's own party, at most limit of those equally good;
// none when nothing is worth less.
func (b *Book) NextWorse(u int64, limit int) Found {
	w := b.walk()
	level, ok := w.atMost(b.floor(u, true))
	if !ok {
		return w.found(b.p, nil)
	}
	worth := b.worth(level)
	var outcomes [][]int
	for ok && len(outcomes) < limit && b.worth(level) == worth {
		outcomes = w.at(outcomes, level, limit)
		level, ok = w.atMost(level - 1)
	}
	return w.found(b.p, outcomes)
}

// Around returns the n outcomes nearest to u in worth to the book's own party: equal ones first, then by distance, of two
// at the same distance those better for it.
func (b *Book) Around(u int64, n int) Found {
	w := b.walk()
	start := b.floor(u, false)
	down, anyDown := w.atMost(start)
	up, anyUp := w.atLeast(start + 1)
	var outcomes [][]int
	for len(outcomes) < n && (anyDown || anyUp) {
		if anyUp && (!anyDown || b.worth(up)-u <= u-b.worth(down)) {
			outcomes = w.at(outcomes, up, n)
			up, anyUp = w.atLeast(up + 1)
			continue
		}
		outcomes = w.at(outcomes, down, n)
		down, anyDown = w.atMost(down - 1)
	}
	return w.found(b.p, outcomes)
}

// floor returns the greatest level whose worth is at most u, or below it; any level above those that exist when all are.
func (b *Book) floor(u int64, below bool) int64 {
	party := &b.p.Parties[b.own]
	if below && u > party.Cap || !below && u >= party.Cap {
		return b.top
	}
	// Beyond these u nothing changes, and within them nothing overflows.
	u = min(max(u, -2*MaxUtility), 2*MaxUtility)
	if below {
		u--
	}
	level := (u - b.base) / b.step
	if (u-b.base)%b.step < 0 {
		level--
	}
	return min(level, b.top)
}

// worth returns what outcomes of a level are worth.
func (b *Book) worth(level int64) int64 {
	return min(b.base+b.step*level, b.p.Parties[b.own].Cap)
}

// found turns what a walk gathered into an answer.
func (w *walk) found(p *Problem, outcomes [][]int) Found {
	f := Found{Quality: Exact}
	if w.steps > maxLookup {
		f.Quality = Best
	}
	for _, o := range outcomes {
		f.Points = append(f.Points, p.Point(o))
	}
	return f
}

const (
	// MaxTied bounds how many combinations of issues that are tied together a Book spells out.
	MaxTied = 1 << 20
	// maxSums is how many sums a group may have; enough that two groups hold all usual problems.
	maxSums = 1 << 17
	// maxMerge bounds the work of adding one issue to a group.
	maxMerge = 1 << 22
	// maxLookup bounds the work of one look-up: some 50 ms.
	maxLookup = 20_000_000
	// beyond is more than any level.
	beyond = math.MaxInt64 / 4
)
