package elicit

import (
	"math"
	"math/big"
	"slices"

	"portsmouth"
)

// ladder turns an order with ties and gaps into variables: one for each group of things that tie, one for each thing that
// the order leaves open. The first `ordered` variables descend; the others are free.
type ladder struct {
	of      []int // by thing, its variable
	ordered int
	vars    int
}

func climb(n int, groups [][]int) ladder {
	l := ladder{of: make([]int, n)}
	for k := range l.of {
		l.of[k] = -1
	}
	for _, group := range groups {
		if len(group) == 0 {
			continue
		}
		for _, k := range group {
			l.of[k] = l.ordered
		}
		l.ordered++
	}
	l.vars = l.ordered
	for k := range l.of {
		if l.of[k] < 0 {
			l.of[k] = l.vars
			l.vars++
		}
	}
	return l
}

// whole reports whether nothing is left open.
func (l *ladder) whole() bool { return l.ordered == l.vars }

// room returns the bounds that the neighbours of variable k in the order set to it.
func (l *ladder) room(x []float64, k int, low, high float64) (float64, float64) {
	if k < l.ordered {
		if k > 0 {
			high = x[k-1]
		}
		if k+1 < l.ordered {
			low = x[k+1]
		}
	}
	return low, high
}

// subject is one issue as it is thought about: its options, or for a number a few of its values.
type subject struct {
	id      string
	options []string
	index   map[string]int
	flat    bool   // all options tie: the issue weighs nothing
	ladder  ladder // of options; not used for a number

	number *portsmouth.Number
	at     []float64 // of a number, where each of options lies between its minimum, 0, and its maximum, 1
	ideal  float64   // of a number, where its best value lies; unknown below 0
}

// gridded is how many values of a number are shown and reckoned with when packages are looked for.
const gridded = 9

// model is an agenda and the orders that hold on it.
type model struct {
	agenda   *portsmouth.Agenda
	subjects []subject
	place    map[string]int // of an issue
	issues   ladder
	rules    []rule
}

// rule is a condition by indices.
type rule struct{ when, then []clause }

type clause struct {
	issue int
	ok    []bool // by option
}

func newModel(agenda *portsmouth.Agenda, answers Answers) *model {
	m := &model{agenda: agenda, place: map[string]int{}}
	for k := range agenda.Issues {
		m.place[agenda.Issues[k].ID] = k
		m.subjects = append(m.subjects, newSubject(&agenda.Issues[k], answers))
	}
	m.issues = climb(len(m.subjects), m.issueGroups(answers))
	for k := range agenda.Conditions {
		c := &agenda.Conditions[k]
		m.rules = append(m.rules, rule{m.clauses(c.If), m.clauses(c.Then)})
	}
	return m
}

func (m *model) issueGroups(answers Answers) [][]int {
	a := last(answers, func(a *Answer) bool { return a.Kind == OrderIssues })
	if a == nil {
		return nil
	}
	groups := make([][]int, 0, len(a.Order))
	for _, ids := range a.Order {
		var group []int
		for _, id := range ids {
			if i := m.place[id]; !m.subjects[i].flat {
				group = append(group, i)
			}
		}
		groups = append(groups, group)
	}
	return groups
}

func (m *model) clauses(terms []portsmouth.Term) []clause {
	var cs []clause
	for k := range terms {
		i := m.place[terms[k].Issue]
		c := clause{issue: i, ok: make([]bool, len(m.subjects[i].options))}
		for o, id := range m.subjects[i].options {
			c.ok[o] = terms[k].Matches(id)
		}
		cs = append(cs, c)
	}
	return cs
}

func last(answers Answers, is func(*Answer) bool) *Answer {
	for k := len(answers) - 1; k >= 0; k-- {
		if is(&answers[k]) {
			return &answers[k]
		}
	}
	return nil
}

func newSubject(issue *portsmouth.Issue, answers Answers) subject {
	s := subject{id: issue.ID, index: map[string]int{}, ideal: -1}
	order := last(answers, func(a *Answer) bool { return a.Kind == OrderOptions && a.Issue == issue.ID })
	if issue.Kind == portsmouth.Numeric {
		s.number = issue.Number
		s.levels(mentioned(issue, answers))
		s.aim(order)
		return s
	}
	for k := range issue.Options {
		s.options = append(s.options, issue.Options[k].ID)
		s.index[issue.Options[k].ID] = k
	}
	var groups [][]int
	if order != nil {
		for _, ids := range order.Order {
			var group []int
			for _, id := range ids {
				group = append(group, s.index[id])
			}
			groups = append(groups, group)
		}
	}
	s.ladder = climb(len(s.options), groups)
	s.flat = s.ladder.vars == 1
	return s
}

// mentioned lists the values of a number that any answer or condition speaks of, besides a grid.
func mentioned(issue *portsmouth.Issue, answers Answers) []string {
	var values []string
	steps := issue.Number.Steps()
	n := min(steps, gridded)
	for k := range n {
		values = append(values, issue.Number.At(k*(steps-1)/max(n-1, 1)))
	}
	for k := range answers {
		a := &answers[k]
		for _, o := range []portsmouth.Outcome{a.Base, a.First, a.Second} {
			values = append(values, o[issue.ID])
		}
		if a.Money == issue.ID {
			values = append(values, a.Unpaid, a.Paid)
		}
		if a.Issue != issue.ID {
			continue
		}
		values = append(values, a.From, a.To)
		values = append(values, portsmouth.SortedKeys(a.Bars)...)
		values = append(values, slices.Concat(a.Order...)...)
	}
	return slices.DeleteFunc(values, func(v string) bool { return v == "" || issue.Allows(v) != nil })
}

func (s *subject) levels(values []string) {
	where := map[string]float64{}
	for _, v := range values {
		where[v] = fraction(s.number, v)
	}
	s.options = portsmouth.SortedKeys(where)
	slices.SortStableFunc(s.options, func(a, b string) int {
		switch {
		case where[a] < where[b]:
			return -1
		case where[a] > where[b]:
			return 1
		}
		return 0
	})
	for k, v := range s.options {
		s.index[v] = k
		s.at = append(s.at, where[v])
	}
	s.flat = len(s.options) == 1
}

// fraction says where a legal value of a number lies between its minimum, 0, and its maximum, 1.
func fraction(n *portsmouth.Number, value string) float64 {
	read := func(s string) float64 {
		r, ok := new(big.Rat).SetString(s)
		if !ok {
			return 0
		}
		f, _ := r.Float64()
		return f
	}
	low, high := read(n.Min), read(n.Max)
	if high <= low {
		return 0
	}
	return min(max((read(value)-low)/(high-low), 0), 1)
}

// aim takes the best value of a number from its order. All in one group means that the number does not matter.
func (s *subject) aim(order *Answer) {
	if order == nil || len(order.Order) == 0 || len(order.Order[0]) == 0 {
		return
	}
	s.ideal = s.at[s.index[order.Order[0][0]]]
}

// curve is the worth of a number's value: exponential in how near it comes to the ideal, which bends it by one constant
// (Keeney & Raiffa 1976, ch. 4), here given by the worth of half-way.
func curve(at, ideal, half float64) float64 {
	near := 1 - math.Abs(at-ideal)/max(ideal, 1-ideal)
	c := 2 * math.Log(half/(1-half))
	if math.Abs(c) < 1e-6 {
		return near
	}
	return math.Expm1(-c*near) / math.Expm1(-c)
}

// levelsOf writes an outcome as option numbers, -1 for an issue that it leaves out.
func (m *model) levelsOf(o portsmouth.Outcome) []int {
	levels := make([]int, len(m.subjects))
	for i := range m.subjects {
		levels[i] = -1
		if v, ok := o[m.subjects[i].id]; ok {
			levels[i] = m.subjects[i].index[v]
		}
	}
	return levels
}

func (m *model) outcome(levels []int) portsmouth.Outcome {
	o := portsmouth.Outcome{}
	for i, k := range levels {
		if k >= 0 {
			o[m.subjects[i].id] = m.subjects[i].options[k]
		}
	}
	return o
}
