package elicit

import (
	"cmp"
	"slices"

	"portsmouth"
)

// choices lists pairs of packages of the pool that might both be agreed and on whose order the sample is split.
func (m *Mind) choices(s *stakes, skipped map[string]bool) []ask {
	type pair struct {
		a, b  int
		split float64
	}
	var pairs []pair
	n := min(len(s.pool), 40)
	for a := range n {
		for b := range a {
			pairs = append(pairs, pair{a, b, split(len(s.worth), func(p int) float64 { return s.worth[p][a] - s.worth[p][b] })})
		}
	}
	slices.SortStableFunc(pairs, func(x, y pair) int { return cmp.Compare(y.split, x.split) })
	known := m.known()
	var asks []ask
	for _, p := range pairs[:min(len(pairs), pairsTried)] {
		e := evidence{kind: Comparison, first: s.pool[p.a], second: s.pool[p.b]}
		e.key = e.topic(m.model)
		if _, ok := known[e.key]; ok || skipped[e.key] {
			continue
		}
		asks = append(asks, ask{Question{
			Key: e.key, Kind: Comparison, First: m.model.outcome(e.first), Second: m.model.outcome(e.second),
		}, e})
	}
	return asks
}

// split is a quarter where half of the sample says more and half less, and 0 where all agree.
func split(n int, more func(p int) float64) float64 {
	yes := 0.0
	for p := range n {
		switch d := more(p); {
		case d > 0:
			yes++
		case d == 0:
			yes += 0.5
		}
	}
	return yes / float64(n) * (1 - yes/float64(n))
}

// prices asks what the whole swing of an issue is worth in money, when a number is on the agenda whose better end is known.
func (m *Mind) prices(skipped map[string]bool) []ask {
	money := slices.IndexFunc(m.model.subjects, func(s subject) bool { return s.number != nil && s.ideal >= 0 && !s.flat })
	if money < 0 {
		return nil
	}
	known := m.known()
	number := &m.model.subjects[money]
	unpaid, _ := extremes(m.mean[money])
	var asks []ask
	for i := range m.model.subjects {
		s := &m.model.subjects[i]
		if i == money || s.flat {
			continue
		}
		best, worst := extremes(m.mean[i])
		e := evidence{kind: Price, issue: i, other: money, from: worst, level: best, unpaid: unpaid, paid: len(number.options)}
		e.key = e.topic(m.model)
		if _, ok := known[e.key]; ok || skipped[e.key] {
			continue
		}
		asks = append(asks, ask{Question{
			Key: e.key, Kind: Price, Issue: s.id, From: s.options[worst], To: s.options[best],
			Money: number.id, Unpaid: number.options[unpaid],
		}, e})
	}
	return asks
}

func extremes(x []float64) (best, worst int) {
	for k := range x {
		if x[k] > x[best] {
			best = k
		}
		if x[k] < x[worst] {
			worst = k
		}
	}
	return best, worst
}

// How the alternative is found.
const (
	judgements = 8    // packages held against it, at most
	narrow     = 600  // hundredths of a point between Low and High at which its worth is known well enough
	scattered  = 80   // packages of all sorts from which one is taken
	even       = 0.02 // split below which a package says nothing
)

// nextReservation asks for the alternative in words, then holds packages against it, each where the sample is split most,
// then asks how it moves with time.
func (m *Mind) nextReservation(p Purpose, skipped map[string]bool) (Question, bool) {
	said := func(k Kind) bool { return last(m.answers, func(a *Answer) bool { return a.Kind == k }) != nil }
	if !said(Alternative) && !skipped[string(Alternative)] {
		return Question{Key: string(Alternative), Kind: Alternative}, true
	}
	if q, ok := m.nextAgainst(p, skipped); ok {
		return q, true
	}
	if !said(Drift) && !skipped[string(Drift)] {
		return Question{Key: string(Drift), Kind: Drift}, true
	}
	return Question{}, false
}

func (m *Mind) nextAgainst(p Purpose, skipped map[string]bool) (Question, bool) {
	n := 0
	for k := range m.evidence {
		if m.evidence[k].kind == Against {
			n++
		}
	}
	gap := m.interval(func(s *state) float64 { return s.alternative })
	if n >= judgements || gap.High-gap.Low < narrow {
		return Question{}, false
	}
	known := m.known()
	var q Question
	most := even
	for _, levels := range m.scatter(p.Offers) {
		e := evidence{kind: Against, first: levels}
		e.key = e.topic(m.model)
		if _, ok := known[e.key]; ok || skipped[e.key] {
			continue
		}
		apart := split(len(m.sample), func(p int) float64 { return m.sample[p].utility(levels) - m.sample[p].alternative })
		if apart > most {
			most = apart
			q = Question{Key: e.key, Kind: Against, First: m.model.outcome(levels)}
		}
	}
	return q, q.Key != ""
}

// scatter draws legal packages of all sorts, poor and good.
func (m *Mind) scatter(offers []portsmouth.Outcome) [][]int {
	rand := &source{state: m.seed ^ 0x27d4eb2f}
	all := m.pool(m.rivals(rivalCount, offers, rand), 1, poolSize)
	for range scattered {
		levels := make([]int, len(m.model.subjects))
		good := rand.float()
		for i := range levels {
			a, b := rand.below(len(m.mean[i])), rand.below(len(m.mean[i]))
			if (m.mean[i][a] < m.mean[i][b]) == (rand.float() < good) {
				a = b
			}
			levels[i] = a
		}
		if m.model.mend(levels) {
			all = append(all, levels)
		}
	}
	return all
}

// nextDirection asks which of two small changes of a package is liked better (Ehtamo, Verkama & Hämäläinen 1999): never for
// a number, and never about more than one issue each.
func (m *Mind) nextDirection(p Purpose, skipped map[string]bool) (Question, bool) {
	base := m.base(p)
	if base == nil {
		return Question{}, false
	}
	known := m.known()
	changes := m.changes(base)
	var q Question
	most := even
	for a := range changes {
		for b := range a {
			if changes[a].issue == changes[b].issue {
				continue
			}
			e := evidence{kind: Comparison, first: changes[a].of(base), second: changes[b].of(base)}
			e.key = e.topic(m.model)
			if _, ok := known[e.key]; ok || skipped[e.key] {
				continue
			}
			apart := split(len(m.sample), func(p int) float64 { return m.sample[p].utility(e.first) - m.sample[p].utility(e.second) })
			if apart > most {
				most = apart
				q = Question{
					Key: e.key, Kind: Direction, Base: m.model.outcome(base),
					First: changes[a].outcome(m.model), Second: changes[b].outcome(m.model),
				}
			}
		}
	}
	return q, q.Key != ""
}

func (m *Mind) base(p Purpose) []int {
	if m.model.agenda.Check(p.Base) == nil {
		return m.nearest(p.Base)
	}
	pool := m.pool(m.rivals(1, p.Offers, &source{state: m.seed}), 1, 1)
	if len(pool) == 0 {
		return nil
	}
	return pool[0]
}

// change is another option on one issue.
type change struct{ issue, option int }

func (c change) of(base []int) []int {
	levels := slices.Clone(base)
	levels[c.issue] = c.option
	return levels
}

func (c change) outcome(m *model) portsmouth.Outcome {
	s := &m.subjects[c.issue]
	return portsmouth.Outcome{s.id: s.options[c.option]}
}

// changes lists the small changes of a package that break no condition: on each issue the options just better and just
// worse than the one it has.
func (m *Mind) changes(base []int) []change {
	var cs []change
	for i := range base {
		above, below := -1, -1
		here := m.mean[i][base[i]]
		for k, v := range m.mean[i] {
			switch {
			case v > here && (above < 0 || v < m.mean[i][above]):
				above = k
			case v < here && (below < 0 || v > m.mean[i][below]):
				below = k
			}
		}
		for _, k := range []int{above, below} {
			if c := (change{i, k}); k >= 0 && m.model.breaks(c.of(base)) == 0 {
				cs = append(cs, c)
			}
		}
	}
	return cs
}
