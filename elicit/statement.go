package elicit

import (
	"cmp"
	"slices"

	"portsmouth"
)

// StatementKind says what a statement is about.
type StatementKind string

// The kinds of statement.
const (
	MostWanted  StatementKind = "most"      // Issue weighs most
	LeastWanted StatementKind = "least"     // Issue weighs least
	Outweighs   StatementKind = "outweighs" // Issue weighs more than all of Others together
	NearlyBest  StatementKind = "nearly"    // Option of Issue is worth at least four fifths of its best
	HardlyWorth StatementKind = "hardly"    // Option of Issue is worth at most a fifth of its best
	LargestStep StatementKind = "step"      // of the steps of Issue that were put in order, that from From to Option gains most
)

// Statement is one thing that the answers say, ready for words.
type Statement struct {
	Kind   StatementKind       `json:"kind"`
	Issue  string              `json:"issue"`
	From   string              `json:"from,omitempty"` // of a step
	Option string              `json:"option,omitempty"`
	Others []string            `json:"others,omitempty"`
	Sure   float64             `json:"sure"` // share of what the answers allow in which it holds
	Worth  portsmouth.Interval `json:"worth"`
}

// Statements says what the party most and least wants and which options are nearly as good, or hardly better, than the best
// or the worst, and of steps that were put in order which gains most: only what holds in three quarters of what the answers
// allow, but the first two always, with how sure.
func (m *Mind) Statements() []Statement {
	order := make([]int, len(m.mean))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(slices.Max(m.mean[b]), slices.Max(m.mean[a])) })
	all := []Statement{m.weighs(MostWanted, order[0], func(mine, other float64) bool { return mine >= other })}
	if len(order) > 1 {
		all = append(all, m.weighs(LeastWanted, order[len(order)-1], func(mine, other float64) bool { return mine <= other }))
	}
	if len(order) > 2 {
		all = append(all, m.outweighs(order)...)
	}
	for _, i := range order {
		all = append(all, m.aboutOptions(i)...)
		all = append(all, m.aboutSteps(i)...)
	}
	return all
}

func (m *Mind) share(holds func(*state) bool) float64 {
	n := 0.0
	for p := range m.sample {
		if holds(&m.sample[p]) {
			n++
		}
	}
	return n / float64(len(m.sample))
}

func (m *Mind) weighs(kind StatementKind, i int, against func(mine, other float64) bool) Statement {
	return Statement{
		Kind: kind, Issue: m.model.subjects[i].id,
		Sure: m.share(func(s *state) bool {
			for _, w := range s.weight {
				if !against(s.weight[i], w) {
					return false
				}
			}
			return true
		}),
		Worth: m.interval(func(s *state) float64 { return s.weight[i] }),
	}
}

// outweighs says the largest set of next issues that the first still outweighs, if it outweighs two.
func (m *Mind) outweighs(order []int) []Statement {
	var found []Statement
	for n := 2; n < len(order); n++ {
		rest := order[1 : n+1]
		sure := m.share(func(s *state) bool {
			var sum float64
			for _, i := range rest {
				sum += s.weight[i]
			}
			return s.weight[order[0]] > sum
		})
		if sure < 0.75 {
			break
		}
		st := Statement{Kind: Outweighs, Issue: m.model.subjects[order[0]].id, Sure: sure}
		for _, i := range rest {
			st.Others = append(st.Others, m.model.subjects[i].id)
		}
		found = []Statement{st}
	}
	return found
}

func (m *Mind) aboutOptions(i int) []Statement {
	s := &m.model.subjects[i]
	if s.flat || s.number != nil {
		return nil
	}
	var all []Statement
	best, worst := extremes(m.mean[i])
	for k, id := range s.options {
		if k == best || k == worst {
			continue
		}
		near := m.share(func(p *state) bool { return p.worth[i][k] >= 0.8 })
		hardly := m.share(func(p *state) bool { return p.worth[i][k] <= 0.2 })
		st := Statement{Issue: s.id, Option: id, Worth: m.interval(func(p *state) float64 { return p.worth[i][k] })}
		switch {
		case near >= 0.75:
			st.Kind, st.Sure = NearlyBest, near
		case hardly >= 0.75:
			st.Kind, st.Sure = HardlyWorth, hardly
		default:
			continue
		}
		all = append(all, st)
	}
	return all
}

// Equal returns up to n whole, legal packages that the party would call equally good by its answers, and as different as
// they come; it confirms them, or sees that its answers do not yet say what it wants. nil where no legal package is found.
func (m *Mind) Equal(n int) []portsmouth.Outcome {
	pool := m.scatter(nil)
	if len(pool) == 0 || n < 1 {
		return nil
	}
	chosen := [][]int{pool[0]}
	target := table(m.mean).of(pool[0])
	for _, levels := range pool[1:] {
		m.approach(levels, target)
	}
	slices.SortStableFunc(pool, func(a, b []int) int {
		return cmp.Compare(distance(table(m.mean).of(a), target), distance(table(m.mean).of(b), target))
	})
	for apart := min(3, len(m.mean)); apart > 0; apart-- {
		for _, levels := range pool {
			if len(chosen) < n && distance(table(m.mean).of(levels), target) < 2*nearly && unlike(levels, chosen, apart) {
				chosen = append(chosen, levels)
			}
		}
	}
	var os []portsmouth.Outcome
	for _, levels := range chosen[:min(n, len(chosen))] {
		os = append(os, m.model.outcome(levels))
	}
	return os
}

// approach makes the one change, where there is one, that brings a package nearest to a worth.
func (m *Mind) approach(levels []int, target float64) {
	off := table(m.mean).of(levels) - target
	best, at := change{-1, 0}, distance(off, 0)
	for i := range levels {
		old := levels[i]
		for k := range m.mean[i] {
			levels[i] = k
			if d := distance(off+m.mean[i][k]-m.mean[i][old], 0); d < at && m.model.breaks(levels) == 0 {
				best, at = change{i, k}, d
			}
		}
		levels[i] = old
	}
	if best.issue >= 0 {
		levels[best.issue] = best.option
	}
}

// unlike reports whether a package differs from each of the others on so many issues.
func unlike(levels []int, others [][]int, apart int) bool {
	for _, o := range others {
		differ := 0
		for i := range o {
			if o[i] != levels[i] {
				differ++
			}
		}
		if differ < apart {
			return false
		}
	}
	return true
}
