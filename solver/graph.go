package solver

import (
	"encoding/binary"
	"math"
	"slices"
)

// factor is one thing that several issues decide together: a condition, a table, a box.
type factor struct {
	scope []int // the issues, ascending
	// weigh adds to sum what the options chosen for scope are worth to each party, and reports false where they are
	// illegal. It reads the outcome at scope only.
	weigh func(outcome []int, sum []int64) bool
	law   bool // a condition: worth nothing, and it does no harm to ask twice
	// party gets from least to most of it.
	party       int
	least, most int64
}

// ties say which issues cannot be settled one by one, and how coarsely they need to be looked at.
type ties struct {
	p       *Problem
	factors []factor
	// classes has, for each tied issue, its options sorted into those that no factor tells apart; nil for a free issue. A
	// condition over an issue of a thousand steps makes two classes of it, not a thousand.
	classes [][][]int
	groups  [][]int // tied issues, by what they are tied to, directly or through others; each ascending
	free    []int   // issues tied to nothing
}

// tied reports whether any issues must be looked at together.
func (p *Problem) tied() bool {
	if len(p.Conditions) > 0 {
		return true
	}
	for k := range p.Parties {
		if len(p.Parties[k].Tables) > 0 || p.Parties[k].Boxes != nil {
			return true
		}
	}
	return false
}

// ties finds what is tied; weighed false leaves out everything but the conditions, for counting legal outcomes.
func (p *Problem) ties(weighed bool) *ties {
	t := &ties{p: p, classes: make([][][]int, len(p.Options))}
	s := sorter{p: p, class: make([][]int32, len(p.Options)), count: make([]int, len(p.Options))}
	for k := range p.Conditions {
		t.condition(&p.Conditions[k], &s)
	}
	if weighed {
		for k := range p.Parties {
			for n := range p.Parties[k].Tables {
				t.table(k, &p.Parties[k].Tables[n], &s)
			}
			if b := p.Parties[k].Boxes; b != nil {
				t.boxes(k, b, &s)
			}
		}
	}
	for i := range p.Options {
		t.classes[i] = s.classes(i)
	}
	t.component()
	return t
}

// condition adds one factor for each term of Then: "if a, then b and c" is "if a, then b" and "if a, then c", and those
// tie fewer issues at once.
func (t *ties) condition(c *Condition, s *sorter) {
	for _, term := range c.If {
		if !slices.Contains(term.Options, true) {
			return
		}
	}
	for _, term := range c.Then {
		if !slices.Contains(term.Options, false) {
			continue
		}
		part := &Condition{If: c.If, Then: []Term{term}}
		issues := []int{term.Issue}
		s.mark(term.Issue, func(o int) bool { return term.Options[o] })
		for _, held := range c.If {
			issues = append(issues, held.Issue)
			s.mark(held.Issue, func(o int) bool { return held.Options[o] })
		}
		t.factors = append(t.factors, factor{
			scope: distinct(issues), law: true,
			weigh: func(outcome []int, _ []int64) bool { return !part.broken(outcome) },
		})
	}
}

func (t *ties) table(k int, table *Table, s *sorter) {
	for at, i := range table.Issues {
		s.slices(i, at, table)
	}
	f := factor{scope: table.Issues, party: k, least: slices.Min(table.Values), most: slices.Max(table.Values)}
	f.weigh = func(outcome []int, sum []int64) bool {
		sum[k] += table.at(t.p.Options, outcome)
		return true
	}
	t.factors = append(t.factors, f)
}

// boxes adds a factor for each box of a sum, and one for the whole of any other aggregate.
func (t *ties) boxes(k int, b *Boxes, s *sorter) {
	if b.Aggregate != Sum {
		f := factor{scope: distinct(b.sort(s, nil)), party: k, least: -b.reach(), most: b.reach()}
		f.weigh = func(outcome []int, sum []int64) bool {
			sum[k] += b.at(outcome)
			return true
		}
		t.factors = append(t.factors, f)
		return
	}
	for n := range b.Boxes {
		box := &b.Boxes[n]
		f := factor{scope: distinct(box.sort(s, nil)), party: k, least: min(0, box.Value), most: max(0, box.Value)}
		f.weigh = func(outcome []int, sum []int64) bool {
			sum[k] += box.at(outcome)
			return true
		}
		t.factors = append(t.factors, f)
	}
	for _, w := range b.Within {
		t.boxes(k, w, s)
	}
}

// sort tells apart the options that b tells apart, and returns issues with those that b reads.
func (b *Boxes) sort(s *sorter, issues []int) []int {
	for n := range b.Boxes {
		issues = b.Boxes[n].sort(s, issues)
	}
	for _, w := range b.Within {
		issues = w.sort(s, issues)
	}
	return issues
}

func (b *Box) sort(s *sorter, issues []int) []int {
	for _, d := range b.Bounds {
		s.mark(d.Issue, func(o int) bool { return d.Low <= o && o <= d.High })
		issues = append(issues, d.Issue)
	}
	return issues
}

func distinct(issues []int) []int {
	slices.Sort(issues)
	return slices.Compact(issues)
}

// component sorts the issues into those free and groups of those tied together.
func (t *ties) component() {
	root := make([]int, len(t.p.Options))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, f := range t.factors {
		for _, i := range f.scope {
			root[find(i)] = find(f.scope[0])
		}
	}
	group := map[int]int{}
	for i := range root {
		if t.classes[i] == nil {
			t.free = append(t.free, i)
			continue
		}
		g, ok := group[find(i)]
		if !ok {
			g, group[find(i)] = len(t.groups), len(t.groups)
			t.groups = append(t.groups, nil)
		}
		t.groups[g] = append(t.groups[g], i)
	}
}

// of returns the factors within one group.
func (t *ties) of(group []int) []factor {
	var fs []factor
	for _, f := range t.factors {
		if len(f.scope) > 0 && slices.Contains(group, f.scope[0]) {
			fs = append(fs, f)
		}
	}
	return fs
}

// constant adds up what the factors without issues are worth: boxes that always pay.
func (t *ties) constant() []int64 {
	sum := make([]int64, len(t.p.Parties))
	for _, f := range t.factors {
		if len(f.scope) == 0 {
			f.weigh(nil, sum)
		}
	}
	return sum
}

// order chooses in which order to eliminate a group: it tries the neighbour with the fewest states first and the one
// that ties the fewest new pairs first, and keeps what costs less.
func (t *ties) order(group []int) plan {
	light, sparse := t.greedy(group, t.states), t.greedy(group, t.fill)
	if sparse.cost < light.cost {
		return sparse
	}
	return light
}

// plan is an order of elimination and what it costs.
type plan struct {
	order  []int
	cost   float64 // combinations of classes to be looked at, over all steps
	cells  float64 // of the largest message
	widest int     // the most issues that a step holds together
}

// greedy eliminates on paper, always the issue that measure likes best.
func (t *ties) greedy(group []int, measure func(links map[int]map[int]bool, i int) float64) plan {
	links := map[int]map[int]bool{}
	for _, i := range group {
		links[i] = map[int]bool{}
	}
	for _, f := range t.of(group) {
		join(links, f.scope)
	}
	var made plan
	left := slices.Clone(group)
	for len(left) > 0 {
		best, least := 0, math.Inf(1)
		for k, i := range left {
			if m := measure(links, i); m < least {
				best, least = k, m
			}
		}
		i := left[best]
		states := t.states(links, i)
		made.cost += states
		made.cells = max(made.cells, states/float64(len(t.classes[i])))
		made.widest = max(made.widest, len(links[i])+1)
		made.order = append(made.order, i)
		var around []int
		for j := range links[i] {
			around = append(around, j)
			delete(links[j], i)
		}
		join(links, around)
		left = slices.Delete(left, best, best+1)
	}
	return made
}

func join(links map[int]map[int]bool, issues []int) {
	for _, i := range issues {
		for _, j := range issues {
			if i != j {
				links[i][j] = true
			}
		}
	}
}

// states is how many combinations of classes must be looked at to eliminate i.
func (t *ties) states(links map[int]map[int]bool, i int) float64 {
	n := float64(len(t.classes[i]))
	for j := range links[i] {
		n *= float64(len(t.classes[j]))
	}
	return n
}

// fill is how many pairs eliminating i would tie that are not tied yet; among equals, the fewer states.
func (t *ties) fill(links map[int]map[int]bool, i int) float64 {
	pairs := 0
	for j := range links[i] {
		for k := range links[i] {
			if j < k && !links[j][k] {
				pairs++
			}
		}
	}
	return float64(pairs) + 1 - 1/(1+math.Log1p(t.states(links, i)))
}

// sorter sorts the options of issues into classes, ever finer.
type sorter struct {
	p     *Problem
	class [][]int32 // by issue, by option; nil while nothing looks at the issue
	count []int
}

// mark tells the options that hold from those that do not.
func (s *sorter) mark(issue int, holds func(option int) bool) {
	s.refine(issue, func(o int) int32 {
		if holds(o) {
			return 1
		}
		return 0
	})
}

// slices tells apart the options of the issue at place at of a table that the table does not value alike throughout.
func (s *sorter) slices(issue, at int, t *Table) {
	inner := 1
	for _, i := range t.Issues[at+1:] {
		inner *= s.p.Options[i]
	}
	n := s.p.Options[issue]
	kinds := map[string]int32{}
	s.refine(issue, func(o int) int32 {
		var key []byte
		for block := o * inner; block < len(t.Values); block += n * inner {
			for _, v := range t.Values[block : block+inner] {
				key = binary.BigEndian.AppendUint64(key, uint64(v))
			}
		}
		kind, ok := kinds[string(key)]
		if !ok {
			kind = int32(len(kinds))
			kinds[string(key)] = kind
		}
		return kind
	})
}

func (s *sorter) refine(issue int, key func(option int) int32) {
	if s.class[issue] == nil {
		s.class[issue] = make([]int32, s.p.Options[issue])
	}
	ids := map[[2]int32]int32{}
	for o, c := range s.class[issue] {
		k := [2]int32{c, key(o)}
		id, ok := ids[k]
		if !ok {
			id = int32(len(ids))
			ids[k] = id
		}
		s.class[issue][o] = id
	}
	s.count[issue] = len(ids)
}

// classes returns the options of an issue by class, or nil when nothing looks at it.
func (s *sorter) classes(issue int) [][]int {
	if s.class[issue] == nil {
		return nil
	}
	classes := make([][]int, s.count[issue])
	for o, c := range s.class[issue] {
		classes[c] = append(classes[c], o)
	}
	return classes
}
