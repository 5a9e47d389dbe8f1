package elicit

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"portsmouth"
)

// An issue with five options has four steps from its worst to its best. Which of them matters most, which comes next, can
// be said in words, like an order of options, and says more than a bar: an order of four steps is one of 24.

// How steps are asked for and reckoned with.
const (
	hesitateStep = 0.02 // how soon the order of two steps becomes clear, as a share of the issue's swing
	stepReplies  = 24   // orders that are thought of as what might be said
	stepIssues   = 8    // issues whose steps may be asked for, those that weigh most
	stepAgenda   = 12   // issues of an agenda on which steps are asked for; on a longer one bars tell more
)

func (a *Answer) checkSteps(agenda *portsmouth.Agenda) error {
	i := agenda.Issue(a.Issue)
	if i == nil {
		return hasIssue(agenda, a.Issue)
	}
	if i.Kind == portsmouth.Numeric || len(a.Steps) < 2 || len(a.Steps) > MaxBars {
		return portsmouth.Invalidf("answer-steps", "from 2 to %d steps between the options of a list can be put in order", MaxBars)
	}
	seen := map[[2]string]bool{}
	for _, step := range a.Steps {
		for _, id := range step {
			if err := i.Allows(id); err != nil {
				return err
			}
		}
		if seen[step] || step[0] == step[1] {
			return portsmouth.Invalidf("answer-steps", "a step goes from one option to another, and stands once")
		}
		seen[step] = true
	}
	return nil
}

func (m *model) stepsOf(a *Answer) []evidence {
	i := m.place[a.Issue]
	e := evidence{kind: OrderSteps, issue: i}
	for _, step := range a.Steps {
		e.steps = append(e.steps, [2]int{m.subjects[i].index[step[0]], m.subjects[i].index[step[1]]})
	}
	return []evidence{e}
}

// rise is what a step of the issue gains, as a share of the issue's swing.
func (e *evidence) rise(s *state, step [2]int) float64 {
	return s.worth[e.issue][step[1]] - s.worth[e.issue][step[0]]
}

// ranked is how likely the steps are put in that order: each is taken from those left, the larger the likelier (Plackett
// 1975).
func (e *evidence) ranked(s *state) float64 {
	chance := 1.0
	for n := range e.steps {
		var sum float64
		here := e.rise(s, e.steps[n])
		for _, other := range e.steps[n:] {
			sum += math.Exp(min((e.rise(s, other)-here)/hesitateStep, 300))
		}
		chance /= sum
	}
	return chance
}

// anyOrder is how likely an order is that says nothing.
func (e *evidence) anyOrder() float64 {
	chance := 1.0
	for n := range e.steps {
		chance /= float64(n + 1)
	}
	return chance
}

// ahead is by how much the step said to be the largest is larger than the largest of the others.
func (e *evidence) ahead(s *state) float64 {
	most := math.Inf(-1)
	for _, step := range e.steps[1:] {
		most = max(most, e.rise(s, step))
	}
	return e.rise(s, e.steps[0]) - most
}

// stepOrders lists orders of the steps that the sample holds for possible.
func (m *Mind) stepOrders(e *evidence) []evidence {
	seen := map[string]bool{}
	var all []evidence
	for p := range m.sample {
		r := *e
		r.steps = slices.Clone(e.steps)
		slices.SortStableFunc(r.steps, func(a, b [2]int) int {
			return cmp.Compare(r.rise(&m.sample[p], b), r.rise(&m.sample[p], a))
		})
		if key := fmt.Sprint(r.steps); !seen[key] && len(all) < stepReplies {
			seen[key] = true
			all = append(all, r)
		}
	}
	return all
}

// climbing asks for the steps of an issue in order, where the order of its options is whole and none was asked for yet.
func (m *Mind) climbing(skipped map[string]bool) []ask {
	if len(m.mean) > stepAgenda {
		return nil
	}
	order := make([]int, len(m.mean))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(slices.Max(m.mean[b]), slices.Max(m.mean[a])) })
	known := m.known()
	var asks []ask
	for _, i := range order {
		s := &m.model.subjects[i]
		up := s.climbs()
		e := evidence{kind: OrderSteps, issue: i, steps: up}
		e.key = e.topic(m.model)
		if _, ok := known[e.key]; ok || skipped[e.key] || len(up) < 2 || len(up) > MaxBars || len(asks) == stepIssues {
			continue
		}
		q := Question{Key: e.key, Kind: OrderSteps, Issue: s.id}
		for _, step := range up {
			q.Steps = append(q.Steps, [2]string{s.options[step[0]], s.options[step[1]]})
		}
		asks = append(asks, ask{q, e})
	}
	return asks
}

// climbs are the steps from the worst option to the best, each between neighbours in the order; of options that tie, the
// first counts. None where the order is not whole.
func (s *subject) climbs() [][2]int {
	if s.flat || s.number != nil || !s.ladder.whole() {
		return nil
	}
	at := make([]int, s.ladder.vars)
	for k := len(s.ladder.of) - 1; k >= 0; k-- {
		at[s.ladder.of[k]] = k
	}
	var up [][2]int
	for v := len(at) - 1; v > 0; v-- {
		up = append(up, [2]int{at[v], at[v-1]})
	}
	return up
}

// aboutSteps says which of the issue's steps gains most, where they were put in order and it is clear enough.
func (m *Mind) aboutSteps(i int) []Statement {
	e := evidence{kind: OrderSteps, issue: i}
	k, said := m.known()[e.topic(m.model)]
	if !said {
		return nil
	}
	s, steps := &m.model.subjects[i], m.evidence[k].steps
	for _, step := range steps {
		sure := m.share(func(p *state) bool {
			return !slices.ContainsFunc(steps, func(other [2]int) bool { return e.rise(p, other) > e.rise(p, step) })
		})
		if sure >= 0.75 {
			return []Statement{{
				Kind: LargestStep, Issue: s.id, From: s.options[step[0]], Option: s.options[step[1]], Sure: sure,
				Worth: m.interval(func(p *state) float64 { return e.rise(p, step) }),
			}}
		}
	}
	return nil
}
