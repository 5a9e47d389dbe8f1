package solver

import (
	"context"
	"fmt"
	"slices"
)

// sums is one party's utility as a sum of parts, each a choice among whole numbers from 0: levels. The worth of an
// outcome is base + step × its level, before any cap.
type sums struct {
	base, step int64
	top        int64 // the greatest level
	parts      []part
	groups     []group // ascending by number of sums
	down, up   [][]int64
}

// part is one issue, or several that are tied together.
type part struct {
	issues []int
	radix  []int   // options of those issues
	combos []int32 // the legal combinations, ascending by level; the last issue changes fastest
	levels []int64 // of each
}

// group is some parts and all the sums that they can have: stages[j] over the parts up to the j-th, ascending, distinct.
type group struct {
	parts  []int
	stages [][]int64
}

func (g *group) all() []int64 { return g.stages[len(g.stages)-1] }

// sums prepares the utility of party k, in groups of at most so many sums.
func (p *Problem) sums(ctx context.Context, k, most int) (sums, error) {
	s := sums{base: p.Parties[k].Base}
	for _, issues := range p.bundles(k) {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		one, err := p.part(k, issues)
		if err != nil {
			return s, err
		}
		s.parts = append(s.parts, one)
	}
	s.scale()
	if err := s.build(ctx, most); err != nil {
		return s, err
	}
	for n := range s.groups {
		all := s.groups[n].all()
		most := all[len(all)-1]
		mirror := make([]int64, len(all))
		for i, v := range all {
			mirror[len(all)-1-i] = most - v
		}
		s.top += most
		s.down, s.up = append(s.down, all), append(s.up, mirror)
	}
	return s, nil
}

// bundles returns the issues in sets that conditions or party k's interaction terms and boxes tie together, ascending.
func (p *Problem) bundles(k int) [][]int {
	leader := make([]int, len(p.Options))
	for i := range leader {
		leader[i] = i
	}
	find := func(i int) int {
		for leader[i] != i {
			i = leader[i]
		}
		return i
	}
	tie := func(issues []int) {
		for _, i := range issues {
			a, b := find(issues[0]), find(i)
			leader[max(a, b)] = min(a, b)
		}
	}
	for n := range p.Conditions {
		tie(p.Conditions[n].issues())
	}
	for n := range p.Parties[k].Tables {
		tie(p.Parties[k].Tables[n].Issues)
	}
	tie(p.Parties[k].Boxes.issues(nil))
	sets := make([][]int, len(leader))
	for i := range leader {
		sets[find(i)] = append(sets[find(i)], i)
	}
	return slices.DeleteFunc(sets, func(s []int) bool { return s == nil })
}

func (c *Condition) issues() []int {
	var list []int
	for _, t := range slices.Concat(c.If, c.Then) {
		list = append(list, t.Issue)
	}
	return list
}

// issues appends the issues that boxes bound.
func (b *Boxes) issues(list []int) []int {
	if b == nil {
		return list
	}
	for n := range b.Boxes {
		for _, d := range b.Boxes[n].Bounds {
			list = append(list, d.Issue)
		}
	}
	for _, w := range b.Within {
		list = w.issues(list)
	}
	return list
}

// part spells out the legal combinations of some issues and what they are worth to party k. What concerns other issues
// is left out of it.
func (p *Problem) part(k int, issues []int) (part, error) {
	one := part{issues: issues}
	size := 1
	for _, i := range issues {
		one.radix = append(one.radix, p.Options[i])
		if size *= p.Options[i]; size > MaxTied {
			return one, &TooLarge{
				What: fmt.Sprintf("spelling out %d issues that are tied together", len(issues)), Bytes: int64(size) * 12, Bound: MaxTied * 12,
				Advice: "ask the frontier instead",
			}
		}
	}
	q := p.only(k, issues)
	outcome := make([]int, len(p.Options))
	worth := make([]int64, size)
	for c := range size {
		one.decode(int32(c), outcome)
		if q.Legal(outcome) {
			worth[c] = q.Utility(0, outcome)
			one.combos = append(one.combos, int32(c))
		}
	}
	if len(one.combos) == 0 {
		return one, errNothingLegal
	}
	slices.SortStableFunc(one.combos, func(a, b int32) int { return compareInt64(worth[a], worth[b]) })
	for _, c := range one.combos {
		one.levels = append(one.levels, worth[c])
	}
	return one, nil
}

// only returns party k's utility and the conditions as far as they concern these issues.
func (p *Problem) only(k int, issues []int) *Problem {
	party := Party{Values: make([][]int64, len(p.Options)), Cap: NoCap, Unit: 1}
	for _, i := range issues {
		if p.Parties[k].Values != nil {
			party.Values[i] = p.Parties[k].Values[i]
		}
	}
	for _, t := range p.Parties[k].Tables {
		if slices.Contains(issues, t.Issues[0]) {
			party.Tables = append(party.Tables, t)
		}
	}
	bounded := p.Parties[k].Boxes.issues(nil)
	// Boxes that bound nothing pay always: they go with the first issue.
	if len(bounded) == 0 && issues[0] == 0 || len(bounded) > 0 && slices.Contains(issues, bounded[0]) {
		party.Boxes = p.Parties[k].Boxes
	}
	q := &Problem{Options: p.Options, Parties: []Party{party}}
	for _, c := range p.Conditions {
		if slices.Contains(issues, c.issues()[0]) {
			q.Conditions = append(q.Conditions, c)
		}
	}
	return q
}

// decode writes a combination into an outcome.
func (one *part) decode(combo int32, outcome []int) {
	c := int(combo)
	for n := len(one.issues) - 1; n >= 0; n-- {
		outcome[one.issues[n]] = c % one.radix[n]
		c /= one.radix[n]
	}
}

// scale counts the levels of each part from its least, in steps of the greatest common divisor of all.
func (s *sums) scale() {
	for n := range s.parts {
		least := s.parts[n].levels[0]
		s.base += least
		for c := range s.parts[n].levels {
			s.parts[n].levels[c] -= least
			s.step = divisor(s.step, s.parts[n].levels[c])
		}
	}
	s.step = max(s.step, 1)
	for n := range s.parts {
		for c := range s.parts[n].levels {
			s.parts[n].levels[c] /= s.step
		}
	}
}

// divisor is the greatest common divisor of two numbers that are not negative.
func divisor(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// build puts the parts into groups, each as large as its bounds allow, the largest last.
func (s *sums) build(ctx context.Context, most int) error {
	var g group
	for n := range s.parts {
		if err := ctx.Err(); err != nil {
			return err
		}
		own := slices.Compact(slices.Clone(s.parts[n].levels))
		if len(g.parts) > 0 {
			if merged := combine(g.all(), own, most); merged != nil {
				g.parts, g.stages = append(g.parts, n), append(g.stages, merged)
				continue
			}
			s.groups = append(s.groups, g)
		}
		g = group{parts: []int{n}, stages: [][]int64{own}}
	}
	s.groups = append(s.groups, g)
	slices.SortStableFunc(s.groups, func(a, b group) int { return compareInt64(int64(len(a.all())), int64(len(b.all()))) })
	return nil
}

// combine returns the distinct sums of one number of each list, ascending; nil when they are too many to keep or to make.
// Both lists are ascending from 0.
func combine(a, b []int64, most int) []int64 {
	if len(a) > maxMerge/len(b) {
		return nil
	}
	reach := a[len(a)-1] + b[len(b)-1]
	if reach < int64(len(a)*len(b))*8 {
		return combineDense(a, b, int(reach), most)
	}
	return slices.Clip(combineSparse(a, b, most))
}

// combineSparse is combine by merging: the sums with each half of b, so that too many are found out early.
func combineSparse(a, b []int64, most int) []int64 {
	if len(b) == 1 {
		shifted := make([]int64, len(a))
		for n, v := range a {
			shifted[n] = v + b[0]
		}
		return shifted
	}
	x := combineSparse(a, b[:len(b)/2], most)
	if x == nil {
		return nil
	}
	y := combineSparse(a, b[len(b)/2:], most)
	if y == nil {
		return nil
	}
	return unite(x, y, most)
}

// unite merges two ascending lists of distinct numbers; nil when more than most are left.
func unite(x, y []int64, most int) []int64 {
	all := make([]int64, 0, min(len(x)+len(y), most))
	for len(x) > 0 || len(y) > 0 {
		if len(all) == most {
			return nil
		}
		switch {
		case len(y) == 0 || len(x) > 0 && x[0] < y[0]:
			all, x = append(all, x[0]), x[1:]
		case len(x) == 0 || y[0] < x[0]:
			all, y = append(all, y[0]), y[1:]
		default:
			all, x, y = append(all, x[0]), x[1:], y[1:]
		}
	}
	return all
}

// combineDense is combine where most numbers in reach are sums: it marks them.
func combineDense(a, b []int64, reach, most int) []int64 {
	marked, count := make([]bool, reach+1), 0
	for _, y := range b {
		for _, x := range a {
			if !marked[x+y] {
				marked[x+y] = true
				count++
			}
		}
	}
	if count > most {
		return nil
	}
	all := make([]int64, 0, count)
	for v, is := range marked {
		if is {
			all = append(all, int64(v))
		}
	}
	return all
}
