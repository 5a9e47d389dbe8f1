package elicit

import (
	"math"
	"slices"
	"strconv"

	"portsmouth"
)

// How people answer, as it is reckoned with. A slip is an answer that says nothing; everything else is near the truth.
const (
	slip      = 0.1   // share of answers that are slips
	barSpread = 7.0   // standard deviation of a bar, in points of 100
	nearly    = 0.01  // packages that differ by less may be called the same, as a share of the whole scale
	hesitate  = 0.015 // how soon a choice becomes clear (the scale of a logistic)
	paySpread = 0.03  // standard deviation of a price, as a share of the whole scale
	perMonth  = 1.0   // standard deviation of what is said of the alternative's drift, in points a month
)

// evidence is one bar, choice or price: the least that can be a slip by itself.
type evidence struct {
	kind   Kind
	answer int    // in Answers
	key    string // of two pieces of evidence with the same key, the later stands

	issue, other  int // of a bar or a price; of a swing, other is the reference
	level, from   int // of a worth, the option; of a price, from → level
	unpaid, paid  int
	first, second []int // packages by option; -1 is left out
	verdict       Verdict
	months        int
	steps         [][2]int // of an issue, by options, the one that matters most first
	said          float64  // of a bar 0 to 100, of a drift points a month
}

// collect turns answers into evidence, in the order given; what a later answer replaces is gone.
func (m *model) collect(answers Answers) []evidence {
	var all []evidence
	for k := range answers {
		for _, e := range m.evidenceOf(&answers[k]) {
			e.answer = k
			e.key = e.topic(m)
			all = slices.DeleteFunc(all, func(old evidence) bool { return old.key == e.key })
			all = append(all, e)
		}
	}
	return all
}

func (m *model) evidenceOf(a *Answer) []evidence {
	switch a.Kind {
	case Swing:
		return m.swings(a)
	case Worth:
		i := m.place[a.Issue]
		var es []evidence
		for _, id := range portsmouth.SortedKeys(a.Bars) {
			es = append(es, evidence{kind: Worth, issue: i, level: m.subjects[i].index[id], said: float64(a.Bars[id])})
		}
		return es
	case OrderSteps:
		return m.stepsOf(a)
	case Against:
		return []evidence{{kind: Against, first: m.levelsOf(a.First), verdict: a.Verdict, months: a.Months}}
	case Drift:
		return []evidence{{kind: Drift, said: a.Points}}
	case Comparison, Direction:
		first, second := a.pair()
		return []evidence{{kind: Comparison, first: m.levelsOf(first), second: m.levelsOf(second), verdict: a.Verdict}}
	case Price:
		i, o := m.place[a.Issue], m.place[a.Money]
		s, money := &m.subjects[i], &m.subjects[o]
		return []evidence{{
			kind: Price, issue: i, other: o, from: s.index[a.From], level: s.index[a.To],
			unpaid: money.index[a.Unpaid], paid: money.index[a.Paid],
		}}
	}
	return nil
}

func (m *model) swings(a *Answer) []evidence {
	var es []evidence
	ref := m.place[a.Reference]
	for _, id := range portsmouth.SortedKeys(a.Bars) {
		if i := m.place[id]; i != ref && !m.subjects[i].flat && !m.subjects[ref].flat {
			es = append(es, evidence{kind: Swing, issue: i, other: ref, said: float64(a.Bars[id])})
		}
	}
	return es
}

// topic says what a piece of evidence is about, whatever it says.
func (e *evidence) topic(m *model) string {
	name := func(n int) string { return strconv.Itoa(n) }
	switch e.kind {
	case Swing:
		return "swing " + name(e.issue) + " " + name(e.other)
	case Worth:
		return "worth " + name(e.issue) + " " + name(e.level)
	case OrderSteps:
		return "steps " + name(e.issue)
	case Against:
		return "against " + m.outcome(e.first).String() + " " + name(e.months)
	case Comparison:
		a, b := m.outcome(e.first).String(), m.outcome(e.second).String()
		return "comparison " + min(a, b) + " | " + max(a, b)
	case Price:
		return "price " + name(e.issue) + " " + name(e.from) + " " + name(e.level) + " " + name(e.other) + " " + name(e.unpaid)
	}
	return string(e.kind)
}

// moves reports whether another worth of issue i changes what the evidence is expected to be.
func (e *evidence) moves(i int) bool {
	switch e.kind {
	case Worth, OrderSteps:
		return e.issue == i
	case Price:
		return e.issue == i || e.other == i
	case Comparison:
		return e.first[i] != e.second[i]
	}
	return false
}

// honest is how likely it was said by someone who does not slip, and careless how likely by someone who does; in the same
// unit, so that their ratio is what counts.
func (e *evidence) honest(s *state) float64 {
	switch e.kind {
	case Swing:
		return bell(e.said-min(100*s.weight[e.issue]/s.weight[e.other], 100), barSpread)
	case Worth:
		return bell(e.said-100*s.worth[e.issue][e.level], barSpread)
	case OrderSteps:
		return e.ranked(s)
	case Drift:
		return bell(e.said-s.drift, perMonth)
	case Price:
		step := s.part(e.issue, e.level) - s.part(e.issue, e.from)
		return bell(step-s.part(e.other, e.unpaid)+s.part(e.other, e.paid), paySpread)
	case Against:
		return choice(e.verdict, s.utility(e.first)-s.alternative-s.drift/100*float64(e.months))
	}
	return choice(e.verdict, s.utility(e.first)-s.utility(e.second))
}

func (e *evidence) careless() float64 {
	switch e.kind {
	case Swing, Worth:
		return 1.0 / 100
	case OrderSteps:
		return e.anyOrder()
	case Drift:
		return 1.0 / 40
	case Price:
		return 1.0 / 2
	}
	return 1.0 / 3
}

func (e *evidence) likelihood(s *state) float64 {
	return (1-slip)*e.honest(s) + slip*e.careless()
}

// slipped is how likely it is a slip, given what is so.
func (e *evidence) slipped(s *state) float64 {
	c := slip * e.careless()
	return c / ((1-slip)*e.honest(s) + c)
}

func bell(x, spread float64) float64 {
	x /= spread
	if x > 7 || x < -7 {
		return 0
	}
	return math.Exp(-x*x/2) / (spread * 2.5066282746310002)
}

// choice is how likely a verdict is when the first is worth so much more than the second.
func choice(v Verdict, more float64) float64 {
	first := logistic((more - nearly) / hesitate)
	second := logistic((-more - nearly) / hesitate)
	switch v {
	case First:
		return first
	case Second:
		return second
	}
	return max(1-first-second, 0)
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
