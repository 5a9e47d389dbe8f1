package solver

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sort"

	"portsmouth"
)

// Above lists legal outcomes that give every party at least its floor (NoReservation: none), those of the highest sum
// first, at most limit of them; it reports whether these are all.
//
// It goes down a tree of choices and leaves every branch that cannot reach the floors, by what the issues left can add
// at best for each party and for several weighted sums of them. After listNodes choices it stops with what it has.
func (p *Problem) Above(ctx context.Context, effort Effort, floors []int64, limit int) ([]Point, bool, error) {
	if err := p.eachParty(floors); err != nil {
		return nil, false, err
	}
	for k, floor := range floors {
		if floor > p.Parties[k].Cap {
			return nil, true, nil
		}
	}
	low, high := p.within(floors, nil)
	l := newLister(ctx, p, effort, low, high)
	return l.list(limit)
}

// Ties lists the outcomes worth exactly that, at most limit of them. For a point on the frontier of a problem without
// ties it meets no dead end: what the issues left must add is always on the frontier of theirs.
func (p *Problem) Ties(ctx context.Context, effort Effort, utility []int64, limit int) ([][]int, error) {
	if err := p.eachParty(utility); err != nil {
		return nil, err
	}
	for k, u := range utility {
		if u > p.Parties[k].Cap {
			return nil, nil
		}
	}
	low, high := p.within(utility, utility)
	l := newLister(ctx, p, effort, low, high)
	if !slices.Contains(high, endless) {
		if err := l.guide(ctx, effort); err != nil {
			return nil, err
		}
	}
	l.first = true
	points, whole, err := l.list(limit)
	if err == nil && !whole && len(points) < limit {
		err = &TooLarge{What: "listing the outcomes of one worth", Advice: "ask for a point on the frontier"}
	}
	var found [][]int
	for _, pt := range points {
		found = append(found, pt.Outcome)
	}
	return found, err
}

// listNodes is how many choices a list may try.
const listNodes = 1 << 24

// lister goes down the tree of choices.
type lister struct {
	p         *Problem
	w         *work
	low, high []int64 // before Base
	order     []int   // of the issues
	options   [][]int // by issue: its options, the best sum first
	checks    [][]factor
	most      [][]int64 // by depth: what the issues left can add at most, by party
	least     [][]int64
	lean      [][]float64 // directions in which sums are bounded too
	ahead     [][]float64 // by depth, by direction: what the issues left can add at most
	suffix    []*front    // by depth: the frontier of the issues left; nil where it is of no use
	slack     []float64   // by direction: what sums of rounded numbers can be off by
	first     bool        // any outcomes will do, not those of the highest sum
	limit     int
	found     []listed // at most twice the limit, sorted now and then
	worst     float64  // the sum below which nothing is worth keeping
	outcome   []int
	nodes     int
	cut       bool // some outcomes may be missing
}

// listed is an outcome found and the sum of its utilities.
type listed struct {
	Point
	sum float64
}

func newLister(ctx context.Context, p *Problem, effort Effort, low, high []int64) *lister {
	l := &lister{p: p, w: newWork(ctx, effort, len(p.Parties)), low: low, high: high, outcome: make([]int, len(p.Options))}
	l.w.phase, l.worst = "list", math.Inf(-1)
	t := p.ties(true)
	for _, g := range t.groups {
		l.order = append(l.order, g...)
	}
	free := slices.Clone(t.free)
	slices.SortStableFunc(free, func(a, b int) int { return cmp.Compare(p.Options[b], p.Options[a]) })
	l.order = append(l.order, free...)
	l.leanings()
	l.bounds(t)
	l.options = make([][]int, len(p.Options))
	for i := range l.options {
		l.options[i] = l.ranked(i)
	}
	return l
}

// leanings are the directions in which sums of utilities are bounded: the plain sum of what is shown, and any two
// parties, weighed by what they can reach, in several proportions.
func (l *lister) leanings() {
	n := len(l.p.Parties)
	scale, shown, reach := make([]float64, n), make([]float64, n), make([]float64, n)
	for k := range scale {
		reach[k] = float64(max(1, l.p.reach(&l.p.Parties[k])))
		scale[k], shown[k] = 1/reach[k], 1/float64(l.p.Parties[k].Unit)
	}
	l.lean = append(l.lean, shown)
	for a := range n {
		for b := range a {
			for _, share := range []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9} {
				lean := make([]float64, n)
				lean[a], lean[b] = share*scale[a], (1-share)*scale[b]
				l.lean = append(l.lean, lean)
			}
		}
	}
	for _, lean := range l.lean {
		sum := 0.0
		for q, r := range reach {
			sum += lean[q] * r
		}
		l.slack = append(l.slack, sum*1e-9)
	}
}

// bounds works out by depth what is to be asked and what is still to be had.
func (l *lister) bounds(t *ties) {
	depth := make([]int, len(l.p.Options))
	for d, i := range l.order {
		depth[i] = d
	}
	size, n := len(l.order), len(l.p.Parties)
	l.checks = make([][]factor, size)
	l.most, l.least, l.ahead = rows[int64](size+1, n), rows[int64](size+1, n), rows[float64](size+1, len(l.lean))
	for _, f := range t.factors {
		last := 0
		for _, i := range f.scope {
			last = max(last, depth[i])
		}
		l.checks[last] = append(l.checks[last], f)
		l.expect(last, &f)
	}
	for d := size - 1; d >= 0; d-- {
		l.expectIssue(d)
		for q := range n {
			l.most[d][q] += l.most[d+1][q]
			l.least[d][q] += l.least[d+1][q]
		}
		for q := range l.lean {
			l.ahead[d][q] += l.ahead[d+1][q]
		}
	}
}

func rows[T any](count, columns int) [][]T {
	g := make([][]T, count)
	for k := range g {
		g[k] = make([]T, columns)
	}
	return g
}

// expect enters what a factor that is decided at a depth can be worth.
func (l *lister) expect(depth int, f *factor) {
	l.least[depth][f.party] += f.least
	l.most[depth][f.party] += f.most
	for k, lean := range l.lean {
		l.ahead[depth][k] += lean[f.party] * float64(f.most)
	}
}

func along(lean []float64, util []int64) float64 {
	sum := 0.0
	for q, v := range util {
		sum += lean[q] * float64(v)
	}
	return sum
}

// expectIssue enters what the issue at a depth can be worth by itself.
func (l *lister) expectIssue(d int) {
	i, n := l.order[d], len(l.p.Parties)
	util := l.p.worths(i, every(l.p.Options[i]))
	most, least := slices.Clone(util[:n]), slices.Clone(util[:n])
	best := make([]float64, len(l.lean))
	for k, lean := range l.lean {
		best[k] = along(lean, util[:n])
	}
	for o := 0; o < len(util); o += n {
		for q, v := range util[o : o+n] {
			most[q], least[q] = max(most[q], v), min(least[q], v)
		}
		for k, lean := range l.lean {
			best[k] = max(best[k], along(lean, util[o:o+n]))
		}
	}
	for q := range n {
		l.most[d][q] += most[q]
		l.least[d][q] += least[q]
	}
	for k := range best {
		l.ahead[d][k] += best[k]
	}
}

// ranked returns the options of an issue, the best sum first.
func (l *lister) ranked(i int) []int {
	options, n := every(l.p.Options[i]), len(l.p.Parties)
	util := l.p.worths(i, options)
	slices.SortStableFunc(options, func(a, b int) int {
		return cmp.Compare(along(l.lean[0], util[b*n:(b+1)*n]), along(l.lean[0], util[a*n:(a+1)*n]))
	})
	return options
}

// guide finds the frontiers of the issues left at each depth among the free ones, if the point asked for lies on the
// frontier of all: then what is left to add must lie on them.
func (l *lister) guide(ctx context.Context, effort Effort) error {
	f, err := l.p.Frontier(ctx, Effort{Memory: effort.Memory, Progress: effort.Progress})
	var large *TooLarge
	if errors.As(err, &large) || portsmouth.RuleOf(err) == "solver-legal" {
		return nil
	}
	if err != nil {
		return err
	}
	want := make([]int64, len(l.low))
	for q := range want {
		want[q] = l.low[q] + l.p.Parties[q].Base
	}
	if _, on := f.Find(want); !on || f.Quality != Exact {
		return nil
	}
	tied := len(l.order) - len(l.p.ties(true).free)
	l.suffix = make([]*front, len(l.order)+1)
	l.suffix[len(l.order)] = constant(make([]int64, l.w.n))
	for d := len(l.order) - 1; d >= tied; d-- {
		i := l.order[d]
		own := leaf(l.w.n, l.p.worths(i, every(l.p.Options[i])), i)
		if l.suffix[d], err = l.w.merge(l.suffix[d+1], own); err != nil {
			return err
		}
	}
	return nil
}

// has reports whether a front has that very point.
func (f *front) has(u []int64) bool {
	k := sort.Search(f.size(), func(k int) bool { return slices.Compare(f.at(k), u) <= 0 })
	return k < f.size() && slices.Equal(f.at(k), u)
}

func (l *lister) list(limit int) ([]Point, bool, error) {
	if l.limit = limit; limit <= 0 {
		return nil, false, nil
	}
	err := l.down(0, make([]int64, l.w.n))
	if errors.Is(err, errEnough) {
		err = nil
	}
	l.best()
	points := make([]Point, len(l.found))
	for k := range points {
		points[k] = l.found[k].Point
	}
	return points, !l.cut && err == nil, err
}

// best keeps the outcomes of the highest sums, in order.
func (l *lister) best() {
	slices.SortFunc(l.found, func(a, b listed) int {
		return cmp.Or(cmp.Compare(b.sum, a.sum), slices.Compare(b.Utility, a.Utility), slices.Compare(a.Outcome, b.Outcome))
	})
	if len(l.found) > l.limit {
		l.found, l.cut = l.found[:l.limit], true
	}
	if len(l.found) == l.limit {
		l.worst = l.found[l.limit-1].sum
	}
}

// keep enters the outcome that was reached.
func (l *lister) keep() error {
	if l.first && len(l.found) == l.limit {
		l.cut = true
		return errEnough
	}
	pt := l.p.Point(l.outcome)
	l.found = append(l.found, listed{Point: pt, sum: along(l.lean[0], minus(pt.Utility, l.p.bases()))})
	if len(l.found) >= 2*l.limit && !l.first || len(l.found) == l.limit {
		l.best()
	}
	return nil
}

// errEnough ends a list before all was seen.
var errEnough = errors.New("enough")

func (l *lister) down(d int, util []int64) error {
	if d == len(l.order) {
		return l.keep()
	}
	if l.nodes++; l.nodes > listNodes {
		l.cut = true
		return errEnough
	}
	if l.nodes&1023 == 0 {
		if err := l.w.tick(1024*8, len(l.found)); err != nil {
			return err
		}
	}
	i := l.order[d]
	next := make([]int64, l.w.n)
	for _, o := range l.options[i] {
		l.outcome[i] = o
		copy(next, util)
		for q := range next {
			if values := l.p.Parties[q].Values; len(values) > 0 && values[i] != nil {
				next[q] += values[i][o]
			}
		}
		if !l.legal(d, next) || !l.open(d+1, next) {
			continue
		}
		if err := l.down(d+1, next); err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) legal(d int, util []int64) bool {
	for _, f := range l.checks[d] {
		if !f.weigh(l.outcome, util) {
			return false
		}
	}
	return true
}

// open reports whether outcomes worth listing may lie below.
func (l *lister) open(d int, util []int64) bool {
	for q, u := range util {
		if u+l.most[d][q] < l.low[q] || u+l.least[d][q] > l.high[q] {
			return false
		}
	}
	for k, lean := range l.lean {
		if along(lean, util)+l.ahead[d][k]+l.slack[k] < along(lean, l.low) {
			return false
		}
	}
	if l.suffix != nil && l.suffix[d] != nil && !l.suffix[d].has(minus(l.low, util)) {
		return false
	}
	if !l.first && along(l.lean[0], util)+l.ahead[d][0]+l.slack[0] < l.worst {
		l.cut = true
		return false
	}
	return true
}

func minus(a, b []int64) []int64 {
	d := make([]int64, len(a))
	for q := range d {
		d[q] = a[q] - b[q]
	}
	return d
}
