package elicit

import (
	"slices"
	"strconv"
	"strings"

	"portsmouth"
)

// table is what each option of each issue adds to the whole, for somebody.
type table [][]float64

func (t table) of(levels []int) float64 {
	var u float64
	for i, k := range levels {
		if k >= 0 {
			u += t[i][k]
		}
	}
	return u
}

func (r *rule) broken(levels []int) bool {
	return holdsAll(r.when, levels) && !holdsAll(r.then, levels)
}

func holdsAll(cs []clause, levels []int) bool {
	for k := range cs {
		if !cs[k].ok[levels[cs[k].issue]] {
			return false
		}
	}
	return true
}

// breaks counts the conditions that a whole package breaks.
func (m *model) breaks(levels []int) int {
	n := 0
	for k := range m.rules {
		if m.rules[k].broken(levels) {
			n++
		}
	}
	return n
}

// mend changes one issue at a time until no condition is broken; false where it finds no way.
func (m *model) mend(levels []int) bool {
	for broken := m.breaks(levels); broken > 0; {
		before := broken
		for i := range levels {
			old := levels[i]
			best := old
			for k := range m.subjects[i].options {
				levels[i] = k
				if n := m.breaks(levels); n < broken {
					best, broken = k, n
				}
			}
			levels[i] = best
		}
		if broken == before {
			return false
		}
	}
	return true
}

// deal looks for the legal package with the largest product of two worths: the best sums at several exchange rates, and
// from the best of them one change at a time. It is the true one often and near it otherwise, which is enough to choose a
// question by. nil where no legal package was found.
func (m *model) deal(own, other table) []int {
	var best []int
	most := -1.0
	for step := 1; step < 10; step++ {
		levels := m.atRate(own, other, float64(step)/10)
		if !m.mend(levels) {
			continue
		}
		if product := own.of(levels) * other.of(levels); product > most {
			best, most = levels, product
		}
	}
	if best != nil {
		m.polish(best, own, other)
	}
	return best
}

func (m *model) atRate(own, other table, rate float64) []int {
	levels := make([]int, len(own))
	for i := range own {
		most := -1.0
		for k := range own[i] {
			if v := rate*own[i][k] + (1-rate)*other[i][k]; v > most {
				most, levels[i] = v, k
			}
		}
	}
	return levels
}

func (m *model) polish(levels []int, own, other table) {
	u, v := own.of(levels), other.of(levels)
	for better, round := true, 0; better && round < 20; round++ {
		better = false
		for i := range levels {
			old := levels[i]
			for k := range own[i] {
				a, b := u+own[i][k]-own[i][levels[i]], v+other[i][k]-other[i][levels[i]]
				if a*b <= u*v*(1+1e-12) {
					continue
				}
				before := levels[i]
				levels[i] = k
				if len(m.rules) > 0 && m.breaks(levels) > 0 {
					levels[i] = before
					continue
				}
				u, v = a, b
			}
			better = better || levels[i] != old
		}
	}
}

// The public prior of others.
const (
	opposition = 0.5 // share of issues on which another's order is the party's own turned round
	believed   = 0.9 // how often what another asked for in public is its best
)

// rivals draws what others might want, from what is public alone: weights like any, on each issue either the party's own
// order turned round or any order at all, and what the others asked for in public taken as dear to them.
func (m *Mind) rivals(n int, offers []portsmouth.Outcome, rand *source) []table {
	asked := make([][]int, len(m.model.subjects))
	for _, o := range offers {
		if m.model.agenda.CheckPartial(o) != nil {
			continue
		}
		for i := range m.model.subjects {
			if k, ok := m.model.subjects[i].near(o[m.model.subjects[i].id]); ok {
				asked[i] = append(asked[i], k)
			}
		}
	}
	all := make([]table, n)
	for j := range all {
		var sum float64
		weights := make([]float64, len(m.model.subjects))
		for i := range weights {
			weights[i] = rand.exponential()
			sum += weights[i]
		}
		for i := range weights {
			all[j] = append(all[j], m.rivalValues(i, weights[i]/sum, asked[i], rand))
		}
	}
	return all
}

// near finds the option of a subject, or of a number the nearest value that is reckoned with.
func (s *subject) near(value string) (int, bool) {
	if k, ok := s.index[value]; ok || value == "" || s.number == nil {
		return k, ok
	}
	at, best := fraction(s.number, value), 0
	for k := range s.at {
		if distance(s.at[k], at) < distance(s.at[best], at) {
			best = k
		}
	}
	return best, true
}

func distance(a, b float64) float64 { return max(a-b, b-a) }

func (m *Mind) rivalValues(i int, weight float64, asked []int, rand *source) []float64 {
	s := &m.model.subjects[i]
	v := make([]float64, len(s.options))
	opposed := rand.float() < opposition
	if s.number != nil {
		ideal := float64(rand.below(2))
		if own := m.mean[i]; opposed {
			ideal = 1
			if own[0] < own[len(own)-1] {
				ideal = 0
			}
		}
		half := rand.between(0.2, 0.8)
		for k, at := range s.at {
			v[k] = curve(at, ideal, half)
		}
	} else {
		for k := range v {
			v[k] = rand.float()
		}
		if opposed {
			against(v, m.mean[i])
		}
		v = stretch(v)
	}
	if len(asked) > 0 && rand.float() < believed {
		best := asked[rand.below(len(asked))]
		top := slices.Index(v, slices.Max(v))
		v[best], v[top] = v[top], v[best]
	}
	for k := range v {
		v[k] *= weight
	}
	return v
}

// against hands out the values so that they run against own.
func against(v, own []float64) {
	order := make([]int, len(v))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case own[a] > own[b]:
			return -1
		case own[a] < own[b]:
			return 1
		}
		return 0
	})
	sorted := slices.Sorted(slices.Values(v))
	for n, k := range order {
		v[k] = sorted[n]
	}
}

// table returns what a sampled mind gives each option.
func (s *state) table() table {
	t := make(table, len(s.worth))
	for i := range s.worth {
		t[i] = make([]float64, len(s.worth[i]))
		for k := range t[i] {
			t[i][k] = s.part(i, k)
		}
	}
	return t
}

// pool collects packages that might be agreed: the deals of the mean, and of a few of the sample, with each rival.
func (m *Mind) pool(rivals []table, depth, most int) [][]int {
	seen := map[string]bool{}
	var all [][]int
	add := func(levels []int) {
		if levels == nil || len(all) >= most {
			return
		}
		if key := levelKey(levels); !seen[key] {
			seen[key] = true
			all = append(all, levels)
		}
	}
	for _, r := range rivals {
		add(m.model.deal(m.mean, r))
	}
	for d := range depth {
		own := m.sample[(d*len(m.sample))/depth].table()
		for _, r := range rivals {
			add(m.model.deal(own, r))
		}
	}
	return all
}

func levelKey(levels []int) string {
	var b strings.Builder
	for _, k := range levels {
		b.WriteString(strconv.Itoa(k))
		b.WriteByte(' ')
	}
	return b.String()
}
