package elicit

import (
	"cmp"
	"slices"

	"portsmouth"
)

// Contradiction is one answer that the others speak against. The words are the screen's: "you said A over B, and your
// weights say B". Whoever gave them resolves it, by changing either, or by letting it stand.
type Contradiction struct {
	Answer  string   `json:"answer"`  // id of the answer that is likeliest a slip
	Against []string `json:"against"` // ids of those that speak against it, in the order given
	Kind    Kind     `json:"kind"`

	Issue     string              `json:"issue,omitempty"` // of a bar or a price
	Option    string              `json:"option,omitempty"`
	Reference string              `json:"reference,omitempty"`
	First     portsmouth.Outcome  `json:"first,omitempty"` // of a choice
	Second    portsmouth.Outcome  `json:"second,omitempty"`
	Verdict   Verdict             `json:"verdict,omitempty"`
	Said      int64               `json:"said"`    // of a bar or a drift, in hundredths of a point
	Implied   portsmouth.Interval `json:"implied"` // what the others imply: the bar, or by how much the first, or the first step, is worth more; hundredths
	Chance    float64             `json:"chance"`  // that it is a slip
}

// How sure of a slip is sure enough to ask, for one answer and for one of two.
const (
	suspect     = 0.5
	suspectPair = 0.6
	suspectHalf = 0.2
)

// Contradictions lists the answers that do not fit the others, the least fitting first.
func (m *Mind) Contradictions() []Contradiction {
	var all []Contradiction
	found := map[int]bool{}
	for k, chance := range m.slips {
		if chance >= suspect {
			found[k] = true
			all = append(all, m.contradiction(k, chance))
		}
	}
	for a := range m.evidence {
		for b := range a {
			if found[a] || found[b] || m.slips[a] < suspectHalf || m.slips[b] < suspectHalf {
				continue
			}
			if chance := m.either(a, b); chance >= suspectPair {
				found[a], found[b] = true, true
				c := m.contradiction(a, chance)
				if id := m.idOf(b); !slices.Contains(c.Against, id) && id != c.Answer {
					c.Against = append(c.Against, id)
				}
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Contradiction) int { return cmp.Compare(b.Chance, a.Chance) })
	return all
}

func (m *Mind) idOf(k int) string { return m.answers[m.evidence[k].answer].ID }

func (m *Mind) either(a, b int) float64 {
	var sum float64
	for p := range m.sample {
		s := &m.sample[p]
		sum += 1 - (1-m.evidence[a].slipped(s))*(1-m.evidence[b].slipped(s))
	}
	return sum / float64(len(m.sample))
}

func (m *Mind) contradiction(k int, chance float64) Contradiction {
	e := &m.evidence[k]
	c := Contradiction{Answer: m.idOf(k), Kind: m.answers[e.answer].Kind, Chance: chance, Verdict: e.verdict, Against: m.speakers(k)}
	switch e.kind {
	case Swing:
		c.Issue, c.Reference = m.model.subjects[e.issue].id, m.model.subjects[e.other].id
	case OrderSteps:
		c.Issue = m.model.subjects[e.issue].id
	case Worth:
		c.Issue, c.Option = m.model.subjects[e.issue].id, m.model.subjects[e.issue].options[e.level]
	case Price:
		c.Issue, c.Reference = m.model.subjects[e.issue].id, m.model.subjects[e.other].id
	case Against:
		c.First = m.model.outcome(e.first)
	case Comparison:
		c.First, c.Second = m.model.outcome(e.first), m.model.outcome(e.second)
	}
	if e.kind == Swing || e.kind == Worth || e.kind == Drift {
		c.Said = int64(100 * e.said)
	}
	c.Implied = m.interval(e.implied)
	return c
}

// implied is what an answer should have said, as a share of the scale that it is said on.
func (e *evidence) implied(s *state) float64 {
	switch e.kind {
	case Swing:
		return min(s.weight[e.issue]/max(s.weight[e.other], 1e-9), 100)
	case Worth:
		return s.worth[e.issue][e.level]
	case OrderSteps:
		return e.ahead(s)
	case Drift:
		return s.drift / 100
	case Price:
		return s.part(e.issue, e.level) - s.part(e.issue, e.from)
	case Against:
		return s.utility(e.first) - s.alternative - s.drift/100*float64(e.months)
	}
	return s.utility(e.first) - s.utility(e.second)
}

// speakers lists the answers that speak against evidence k: the orders of what it is about, and those without which it
// would look less like a slip (the sample is weighed as if they had not been given).
func (m *Mind) speakers(k int) []string {
	e := &m.evidence[k]
	mine := m.answers[e.answer].ID
	speaks := make([]bool, len(m.answers))
	for j := range m.answers {
		speaks[j] = m.orders(&m.answers[j], e)
	}
	for j := range m.evidence {
		if j != k && m.slips[k]-m.without(k, j) > 0.08 {
			speaks[m.evidence[j].answer] = true
		}
	}
	var ids []string
	for j, yes := range speaks {
		if yes && m.answers[j].ID != mine {
			ids = append(ids, m.answers[j].ID)
		}
	}
	return ids
}

// orders reports whether an answer is an order of just what the evidence is about.
func (m *Mind) orders(a *Answer, e *evidence) bool {
	switch {
	case a.Kind == OrderOptions && (e.kind == Worth || e.kind == OrderSteps):
		return a.Issue == m.model.subjects[e.issue].id
	case a.Kind == OrderOptions && e.kind == Comparison:
		i := m.model.place[a.Issue]
		return e.first[i] != e.second[i]
	case a.Kind == OrderIssues:
		return e.kind == Swing || e.kind == Comparison
	}
	return false
}

// without is how likely k is a slip when j had not been said.
func (m *Mind) without(k, j int) float64 {
	var sum, slips float64
	for p := range m.sample {
		s := &m.sample[p]
		w := 1 / m.evidence[j].likelihood(s)
		sum += w
		slips += w * m.evidence[k].slipped(s)
	}
	return slips / sum
}
