package elicit

import (
	"cmp"
	"slices"
	"strings"

	"portsmouth"
)

// Aim says what the next question is to serve.
type Aim string

// The aims.
const (
	Recommendation Aim = "recommendation" // a package that a mediator will suggest
	Decision       Aim = "decision"       // the party's own next choice among Purpose.Choices
	Reservation    Aim = "reservation"    // what no agreement is worth
)

// Purpose is what a question is asked for, and what of it is public. Nothing of another party's confidence belongs in it.
type Purpose struct {
	Aim     Aim
	Offers  []portsmouth.Outcome // what the others put forward where this party saw it
	Choices []portsmouth.Outcome // for Decision: the packages to choose from; no agreement is one more when it was spoken of
	Base    portsmouth.Outcome   // for directions: the package to improve; none: the venue's guess of a middle
	Bars    int                  // how many bars one question may ask for, 1 to MaxBars; 0 is MaxBars
	Kinds   []Kind               // what may be asked beyond the orders; none: anything but OrderSteps, which not every screen can ask
}

// Question is what to ask next. Answer it with an Answer of the same kind and fields; its Key goes into Answer.Question,
// or into that of a Skip.
type Question struct {
	Key       string             `json:"key"`
	Kind      Kind               `json:"kind"`
	Issue     string             `json:"issue,omitempty"`
	Options   []string           `json:"options,omitempty"`   // of a worth: one bar for each
	Issues    []string           `json:"issues,omitempty"`    // of a swing: one bar for each
	Steps     [][2]string        `json:"steps,omitempty"`     // to be put in order, from the worst option up
	Reference string             `json:"reference,omitempty"` // of a swing: the issue whose bar is 100
	Base      portsmouth.Outcome `json:"base,omitempty"`
	First     portsmouth.Outcome `json:"first,omitempty"`
	Second    portsmouth.Outcome `json:"second,omitempty"`
	From      string             `json:"from,omitempty"` // of a price
	To        string             `json:"to,omitempty"`
	Money     string             `json:"money,omitempty"`
	Unpaid    string             `json:"unpaid,omitempty"`
	Confirms  string             `json:"confirms,omitempty"` // id of the answer that does not fit the others and is asked again
	Gain      float64            `json:"gain"`               // how much of the best product (or worth) the answer is expected to save, 0 to 1
}

// How widely Next looks.
const (
	rivalCount = 16
	poolDepth  = 10
	poolSize   = 140
	pairsTried = 24
	barsTried  = 40
	// Beyond so many bars the largest are taken rather than the least certain.
	barsWeighed = 1000
	doubtful    = 0.4 // an answer that is likelier a slip than this is asked again when that pays
)

// Next returns the question whose answer is expected to save most, and false when nothing is left to ask. Orders come
// first, as words come before numbers. It depends on the agenda, this party's answers, the seed and the purpose alone: what
// is shown to a party tells nothing of what another said in confidence. Others are drawn from a public prior (see
// docs/guide/elicitation.md), a deal is found with each, and a question is worth the rise in the expected product at those
// deals once its answer is known (Raiffa & Schlaifer 1961; Chajewska, Koller & Parr 2000).
func (m *Mind) Next(p Purpose) (Question, bool) {
	if p.Bars < 1 || p.Bars > MaxBars {
		p.Bars = MaxBars
	}
	skipped := m.skipped()
	switch {
	case p.Aim == Reservation:
		return m.nextReservation(p, skipped)
	case m.Numberless():
		return m.nextDirection(p, skipped)
	}
	if q, ok := m.nextOrder(skipped); ok {
		return q, true
	}
	s := m.stakes(p)
	if s == nil {
		return Question{}, false
	}
	asks := m.telling(m.bars(skipped))
	asks = slices.Concat(asks, m.choices(s, skipped), m.prices(skipped))
	if p.allows(OrderSteps) {
		asks = append(asks, m.climbing(skipped)...)
	}
	asks = slices.DeleteFunc(asks, func(a ask) bool { return !p.allows(a.q.Kind) })
	s.rate(m, asks)
	slices.SortStableFunc(asks, func(a, b ask) int { return cmp.Compare(b.q.Gain, a.q.Gain) })
	if len(asks) == 0 || asks[0].q.Gain <= 0 {
		return Question{}, false
	}
	return widen(asks, p), true
}

func (p *Purpose) allows(k Kind) bool {
	return len(p.Kinds) == 0 && k != OrderSteps || slices.Contains(p.Kinds, k)
}

// ask is a question and what its answer would be as evidence.
type ask struct {
	q Question
	e evidence
}

// widen puts further bars that go on the same screen beside the best one, the most telling first.
func widen(asks []ask, p Purpose) Question {
	q, bars := asks[0].q, p.Bars
	for _, a := range asks[1:] {
		if a.q.Kind != q.Kind || a.q.Confirms != "" || q.Confirms != "" {
			continue
		}
		switch {
		case q.Kind == Swing && len(q.Issues) < bars && a.q.Reference == q.Reference:
			q.Issues = append(slices.Clone(q.Issues), a.q.Issues...)
		case q.Kind == Worth && len(q.Options) < bars && a.q.Issue == q.Issue:
			q.Options = append(slices.Clone(q.Options), a.q.Options...)
		}
	}
	return q
}

// again marks the key of a question that is asked a second time; there is no third.
const again = " again"

// skipped are the keys of what is not to be asked any more.
func (m *Mind) skipped() map[string]bool {
	keys := map[string]bool{}
	for k := range m.answers {
		if q := m.answers[k].Question; m.answers[k].Kind == Skip || strings.HasSuffix(q, again) {
			keys[q] = true
		}
	}
	return keys
}

func (m *Mind) nextOrder(skipped map[string]bool) (Question, bool) {
	for i := range m.model.subjects {
		id := m.model.subjects[i].id
		key := string(OrderOptions) + " " + id
		given := last(m.answers, func(a *Answer) bool { return a.Kind == OrderOptions && a.Issue == id }) != nil
		if !given && !skipped[key] {
			return Question{Key: key, Kind: OrderOptions, Issue: id, Options: slices.Clone(m.model.subjects[i].options)}, true
		}
	}
	given := last(m.answers, func(a *Answer) bool { return a.Kind == OrderIssues }) != nil
	if given || skipped[string(OrderIssues)] || len(m.model.subjects) < 2 {
		return Question{}, false
	}
	q := Question{Key: string(OrderIssues), Kind: OrderIssues}
	for i := range m.model.subjects {
		if !m.model.subjects[i].flat {
			q.Issues = append(q.Issues, m.model.subjects[i].id)
		}
	}
	return q, len(q.Issues) > 1
}

// known tells the evidence that was given, by topic.
func (m *Mind) known() map[string]int {
	at := map[string]int{}
	for k := range m.evidence {
		at[m.evidence[k].key] = k
	}
	return at
}

// bars lists the bars that were not yet answered, and those whose answer looks like a slip.
func (m *Mind) bars(skipped map[string]bool) []ask {
	var asks []ask
	known := m.known()
	add := func(q Question, e evidence) {
		q.Key, e.key = e.topic(m.model), e.topic(m.model)
		if k, ok := known[e.key]; ok {
			if m.slips[k] < doubtful {
				return
			}
			q.Confirms = m.answers[m.evidence[k].answer].ID
			q.Key += again
		}
		if !skipped[q.Key] {
			asks = append(asks, ask{q, e})
		}
	}
	ref := m.reference()
	for i := range m.model.subjects {
		s := &m.model.subjects[i]
		if s.flat {
			continue
		}
		if i != ref {
			add(Question{Kind: Swing, Reference: m.model.subjects[ref].id, Issues: []string{s.id}}, evidence{kind: Swing, issue: i, other: ref})
		}
		for _, k := range s.open() {
			add(Question{Kind: Worth, Issue: s.id, Options: []string{s.options[k]}}, evidence{kind: Worth, issue: i, level: k})
		}
	}
	return asks
}

// telling keeps the bars on which most of the whole hangs, so that a long agenda takes no longer than a short one.
func (m *Mind) telling(asks []ask) []ask {
	if len(asks) <= barsTried {
		return asks
	}
	for k := range asks {
		e := &asks[k].e
		level := e.level
		if e.kind == Swing {
			level, _ = extremes(m.mean[e.issue])
		}
		asks[k].q.Gain = m.mean[e.issue][level]
		if len(asks) <= barsWeighed {
			gap := m.interval(func(s *state) float64 { return s.part(e.issue, level) })
			asks[k].q.Gain = float64(gap.High - gap.Low)
		}
	}
	slices.SortStableFunc(asks, func(a, b ask) int { return cmp.Compare(b.q.Gain, a.q.Gain) })
	return asks[:barsTried]
}

// reference is the issue that swings are held against: the first in the party's order, else the one that seems to weigh most.
func (m *Mind) reference() int {
	best := 0
	for i := range m.mean {
		if slices.Max(m.mean[i]) > slices.Max(m.mean[best])+1e-12 {
			best = i
		}
	}
	for k := range m.evidence {
		if m.evidence[k].kind == Swing {
			return m.evidence[k].other
		}
	}
	return best
}

// open lists the options whose worth between best and worst an answer could tell; of a number, the middle of its range.
func (s *subject) open() []int {
	if s.number != nil {
		middle := 0
		for k, at := range s.at {
			if distance(at, 0.5) < distance(s.at[middle], 0.5) {
				middle = k
			}
		}
		if len(s.at) < 3 {
			return nil
		}
		return []int{middle}
	}
	var ks []int
	taken := map[int]bool{}
	for k, v := range s.ladder.of {
		ends := s.ladder.whole() && (v == 0 || v == s.ladder.vars-1)
		if !ends && !taken[v] {
			taken[v] = true
			ks = append(ks, k)
		}
	}
	return ks
}
