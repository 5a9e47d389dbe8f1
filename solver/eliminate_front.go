package solver

import "errors"

// settled is what elimination leaves of a problem: fronts that only have to be merged, with those of the free issues.
type settled struct {
	fronts   []*front // one for each group of tied issues
	free     []int    // issues tied to nothing
	constant []int64  // by party, what boxes without bounds always pay
	width    int      // the most issues that had to be held together at once
	searched bool     // some of the fronts are only the best that was found
}

// eliminate settles the issues that are tied together. Base and Cap are left to the caller. Problems without a legal
// outcome end in an error of kind Invalid, and those tied together too widely in a *TooLarge.
func (p *Problem) eliminate(w *work) (*settled, error) {
	t := p.ties(true)
	e := &elimination[front]{ties: t, ring: &frontRing{p: p, w: w}, ctx: w.ctx, bound: w.memory / 4}
	e.progress = func(done, total int) error { return w.stage("elimination", done, total) }
	if w.effort.Search {
		e.patience = searchPatience
	}
	s := &settled{free: t.free, constant: t.constant()}
	for _, group := range t.groups {
		held := w.held
		f, err := e.settle(group)
		var large *TooLarge
		if w.effort.Search && errors.As(err, &large) {
			s.searched, w.held = true, held
			f, err = p.search(w, t, group)
		}
		if err != nil {
			return nil, err
		}
		if f == nil {
			return nil, p.nothing(s.searched)
		}
		s.fronts = append(s.fronts, f)
	}
	s.width = e.width
	return s, nil
}

// searchPatience is from how many combinations on a search is preferred to elimination, where one is allowed.
const searchPatience = 1 << 22

// nothing is the error of a problem in which no legal outcome was found.
func (p *Problem) nothing(searched bool) error {
	if !searched {
		return nothingLegal()
	}
	return &TooLarge{What: "finding a legal outcome", Advice: "tie fewer issues to one another"}
}

// stage says which step of how many is under way.
func (w *work) stage(phase string, done, total int) error {
	w.phase, w.done, w.total = phase, done, total
	return w.tick(0, w.largest)
}

// frontRing computes with fronts.
type frontRing struct {
	p *Problem
	w *work
}

// class returns the front of some options of an issue by what each party makes of the issue alone.
func (r *frontRing) class(issue int, options []int) (*front, error) {
	f := leaf(r.w.n, r.p.worths(issue, options), issue)
	chosen := make([]int32, f.size())
	for k, j := range f.node.j {
		chosen[k] = int32(options[j])
	}
	f.node = &node{kind: assignment, issue: issue, j: chosen}
	return f, r.w.adopt(f)
}

func (r *frontRing) times(a, b *front) (*front, error) { return r.w.merge(a, b) }

func (r *frontRing) plus(parts []*front) (*front, error) { return r.w.union(parts) }

func (r *frontRing) shift(a *front, by []int64) (*front, error) {
	f := a.shift(by)
	return f, r.w.hold(int64(cap(f.util)) * 8)
}

func (r *frontRing) drop(f *front) {
	if f.util != nil {
		r.w.release(f)
	}
}

// worths returns what each party makes of some options of an issue by itself, flat, n numbers an option.
func (p *Problem) worths(issue int, options []int) []int64 {
	n := len(p.Parties)
	util := make([]int64, n*len(options))
	for k := range p.Parties {
		if len(p.Parties[k].Values) == 0 || p.Parties[k].Values[issue] == nil {
			continue
		}
		for row, o := range options {
			util[row*n+k] = p.Parties[k].Values[issue][o]
		}
	}
	return util
}
