package elicit

import (
	"cmp"
	"math"
	"slices"
	"time"

	"portsmouth"
)

// Mind is the set of preferences that one party's answers allow, as a sample of it: what was said often is in many, what
// was hardly said is spread wide. It is as private as the answers. It never changes: think again after another answer.
type Mind struct {
	model    *model
	answers  Answers // those that fit the agenda
	stale    []string
	evidence []evidence
	sample   []state
	slips    []float64 // by evidence: how likely it is a slip
	seed     uint64
	mean     [][]float64 // by issue, by option: what it adds to the whole on average, 0 to 1
}

// Limits of what is thought about.
const (
	maxEvidence = 1000
	maxSteps    = 20_000 // of a number: preferences have a value for each of its steps
	samples     = 256
)

// Think finds the preferences that are consistent with the answers, allowing for slips: the same agenda, answers and seed
// give the same mind. Answers that do not fit the agenda (it may have changed since) are left out, see Stale. It refuses an
// agenda that is faulty or has a number of more than 20,000 steps, two answers with the same id, and too many answers.
func Think(agenda *portsmouth.Agenda, answers Answers, seed uint64) (*Mind, error) {
	if err := checkAgenda(agenda); err != nil {
		return nil, err
	}
	m := &Mind{seed: seed}
	if err := m.keep(agenda, answers); err != nil {
		return nil, err
	}
	m.model = newModel(agenda, m.answers)
	m.evidence = m.model.collect(m.answers)
	if len(m.evidence) > maxEvidence {
		return nil, portsmouth.Invalidf("answers-many", "these are more than %d bars and choices", maxEvidence)
	}
	m.walk(&source{state: seed})
	m.average()
	return m, nil
}

func checkAgenda(agenda *portsmouth.Agenda) error {
	if agenda == nil {
		return portsmouth.Refuse("agenda-frozen", "there is no agenda yet")
	}
	if err := agenda.Validate(); err != nil {
		return err
	}
	for k := range agenda.Issues {
		if i := &agenda.Issues[k]; i.Kind == portsmouth.Numeric && i.Number.Steps() > maxSteps {
			return portsmouth.Invalidf("elicit-steps", "issue %s has more than %d steps: give it a coarser one", i.ID, maxSteps)
		}
	}
	return nil
}

func (m *Mind) keep(agenda *portsmouth.Agenda, answers Answers) error {
	if len(answers) > MaxAnswers {
		return portsmouth.Invalidf("answers-many", "these are more than %d answers", MaxAnswers)
	}
	seen := map[string]bool{}
	for k := range answers {
		a := &answers[k]
		if seen[a.ID] {
			return portsmouth.Invalidf("answer-id", "two answers have the same id")
		}
		seen[a.ID] = true
		if a.Check(agenda) != nil {
			m.stale = append(m.stale, a.ID)
			continue
		}
		m.answers = append(m.answers, *a)
	}
	return nil
}

// walk draws the sample. Large agendas get fewer draws, so that a hostile one costs no more than a large one.
func (m *Mind) walk(rand *source) {
	w := newWalk(m.model, m.evidence, rand)
	size := 1
	for i := range m.model.subjects {
		size += len(m.model.subjects[i].options)
	}
	n := min(samples, max(16, 500_000/size))
	thin := min(6, max(1, 100_000/size))
	for range n {
		w.sweep()
	}
	m.slips = make([]float64, len(m.evidence))
	for range n {
		for range thin {
			w.sweep()
		}
		m.sample = append(m.sample, w.now.clone())
		for k := range m.evidence {
			m.slips[k] += m.evidence[k].slipped(&w.now) / float64(n)
		}
	}
}

// clone copies what a sample needs, with weights as shares.
func (s *state) clone() state {
	c := state{sum: 1, alternative: s.alternative, drift: s.drift, weight: slices.Clone(s.weight)}
	for i := range c.weight {
		c.weight[i] /= s.sum
	}
	for i := range s.worth {
		c.worth = append(c.worth, slices.Clone(s.worth[i]))
		c.raw = append(c.raw, slices.Clone(s.raw[i]))
	}
	return c
}

func (m *Mind) average() {
	for i := range m.model.subjects {
		row := make([]float64, len(m.model.subjects[i].options))
		for p := range m.sample {
			for k := range row {
				row[k] += m.sample[p].part(i, k) / float64(len(m.sample))
			}
		}
		m.mean = append(m.mean, row)
	}
}

// Stale lists the ids of answers that do not fit this agenda and count for nothing.
func (m *Mind) Stale() []string { return slices.Clone(m.stale) }

// Numberless reports whether the party chose to give no numbers: then ranges are wide and say so, and Next asks for
// improving directions only.
func (m *Mind) Numberless() bool {
	return last(m.answers, func(a *Answer) bool { return a.Kind == NoWeights }) != nil
}

// Mean returns the preferences whose utility of any package is the average over what the answers allow: weights in
// hundredths of a percent that add up to exactly 10,000, values in hundredths of a point with the best option of each
// issue 10,000 and the worst 0. Orders hold in them; what ties may differ by the last digit of a weight. As the average
// is taken of weight times value, a mediator who maximises a product of two parties' mean utilities maximises the
// expected product; where an order leaves options open it is near it only. Reservations are left out: they need a date, see Reservation.
func (m *Mind) Mean() *portsmouth.Preferences {
	p := &portsmouth.Preferences{Weights: map[string]int64{}, Values: map[string]map[string]int64{}}
	shares := make([]float64, len(m.model.subjects))
	for i := range m.model.subjects {
		for k := range m.sample {
			shares[i] += m.sample[k].weight[i] / float64(len(m.sample))
		}
	}
	for i, w := range apportion(shares, 10_000) {
		s := &m.model.subjects[i]
		p.Weights[s.id] = w
		p.Values[s.id] = m.values(i)
	}
	return p
}

// apportion rounds shares to whole numbers that add up to total, by largest remainder; all the same where all are zero.
func apportion(shares []float64, total int64) []int64 {
	var sum float64
	for _, x := range shares {
		sum += x
	}
	whole, rest := make([]int64, len(shares)), make([]float64, len(shares))
	order := make([]int, len(shares))
	left := total
	for k, x := range shares {
		exact := float64(total) / float64(len(shares))
		if sum > 0 {
			exact = x / sum * float64(total)
		}
		whole[k] = int64(exact)
		rest[k] = exact - math.Floor(exact)
		left -= whole[k]
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for n := range left {
		whole[order[int(n)%len(order)]]++
	}
	return whole
}

// values gives each option its mean worth, weighed by how much the issue weighs.
func (m *Mind) values(i int) map[string]int64 {
	s := &m.model.subjects[i]
	worth := stretch(m.mean[i])
	vs := make(map[string]int64, len(s.options))
	if s.number == nil {
		for k, id := range s.options {
			vs[id] = int64(math.Round(10_000 * worth[k]))
		}
		return vs
	}
	return m.steps(i)
}

// stretch puts numbers on a scale whose least is 0 and whose largest is 1; all 0 where they do not differ.
func stretch(x []float64) []float64 {
	y := make([]float64, len(x))
	low, high := slices.Min(x), slices.Max(x)
	if high > low {
		for k := range x {
			y[k] = (x[k] - low) / (high - low)
		}
	}
	return y
}

// steps gives every step of a number its worth: exactly at up to some hundred places, and on a straight line between them.
func (m *Mind) steps(i int) map[string]int64 {
	s := &m.model.subjects[i]
	n := int(s.number.Steps())
	places := slices.Clone(s.at)
	for k := range min(n, 257) {
		places = append(places, float64(k)/float64(max(min(n, 257)-1, 1)))
	}
	slices.Sort(places)
	places = slices.Compact(places)
	worth := make([]float64, len(places))
	for p := range m.sample {
		for k, at := range places {
			raw := m.sample[p].raw[i]
			worth[k] += m.sample[p].weight[i] * curve(at, raw[1], raw[0])
		}
	}
	worth = stretch(worth)
	vs := make(map[string]int64, n)
	right := 0
	for k := range n {
		id := s.number.At(int64(k))
		at := fraction(s.number, id)
		for right < len(places)-1 && places[right] < at {
			right++
		}
		v := worth[right]
		if left := right - 1; left >= 0 && places[right] > at {
			v = worth[left] + (v-worth[left])*(at-places[left])/(places[right]-places[left])
		}
		vs[id] = int64(math.Round(10_000 * v))
	}
	return vs
}

// Range returns what the answers allow each weight and each value (of a number, at some of its steps) to be: nine times in
// ten it lies within. The reservation is given by Reservation.
func (m *Mind) Range() portsmouth.Ranges {
	r := portsmouth.Ranges{Weights: map[string]portsmouth.Interval{}, Values: map[string]map[string]portsmouth.Interval{}}
	for i := range m.model.subjects {
		s := &m.model.subjects[i]
		r.Weights[s.id] = m.interval(func(p *state) float64 { return p.weight[i] })
		r.Values[s.id] = map[string]portsmouth.Interval{}
		for k, id := range s.options {
			r.Values[s.id][id] = m.interval(func(p *state) float64 { return p.worth[i][k] })
		}
	}
	return r
}

// interval is from the 5th to the 95th percentile over the sample, in hundredths of a hundredth.
func (m *Mind) interval(of func(*state) float64) portsmouth.Interval {
	x := make([]float64, len(m.sample))
	for p := range m.sample {
		x[p] = of(&m.sample[p])
	}
	slices.Sort(x)
	at := func(q float64) int64 { return int64(math.Round(10_000 * x[int(q*float64(len(x)-1)+0.5)])) }
	return portsmouth.Interval{Low: at(0.05), High: at(0.95)}
}

// Worth returns what the answers allow a package to be worth, in hundredths of a point.
func (m *Mind) Worth(o portsmouth.Outcome) (portsmouth.Interval, error) {
	if err := m.model.agenda.CheckPartial(o); err != nil {
		return portsmouth.Interval{}, err
	}
	return m.interval(func(p *state) float64 { return m.utilityOf(p, o) }), nil
}

// utilityOf is the worth of any legal package, also of one with a number that no answer named.
func (m *Mind) utilityOf(p *state, o portsmouth.Outcome) float64 {
	var u float64
	for i := range m.model.subjects {
		if v, ok := o[m.model.subjects[i].id]; ok {
			t := m.model.term(i, v)
			u += t.worth(p)
		}
	}
	return u
}

// term is one issue settled in one way: at a level that is reckoned with, or, of a number, between two.
type term struct {
	issue, level int // level -1: a number at the place at
	at           float64
}

func (m *model) term(i int, v string) term {
	s := &m.subjects[i]
	if k, known := s.index[v]; known {
		return term{issue: i, level: k}
	}
	return term{issue: i, level: -1, at: fraction(s.number, v)}
}

func (t *term) worth(p *state) float64 {
	if t.level >= 0 {
		return p.part(t.issue, t.level)
	}
	return p.weight[t.issue] * curve(t.at, p.raw[t.issue][1], p.raw[t.issue][0])
}

// Reservation returns what no agreement is worth at each of the dates `months` after now, with the interval of each; nil
// where the party did not hold any package against its alternative. A change a month that was not spoken of is none.
func (m *Mind) Reservation(now time.Time, months ...int) ([]portsmouth.Reservation, []portsmouth.Interval) {
	judged, drifts := m.judged()
	if !judged {
		return nil, nil
	}
	var rs []portsmouth.Reservation
	var is []portsmouth.Interval
	for _, n := range months {
		var sum float64
		at := func(p *state) float64 {
			u := p.alternative
			if drifts {
				u += p.drift / 100 * float64(n)
			}
			return min(max(u, 0), 1)
		}
		for p := range m.sample {
			sum += at(&m.sample[p])
		}
		r := portsmouth.Reservation{From: now.AddDate(0, n, 0), Value: int64(math.Round(10_000 * sum / float64(len(m.sample))))}
		if a := last(m.answers, func(a *Answer) bool { return a.Kind == Alternative }); a != nil {
			r.Why = a.Words
		}
		rs, is = append(rs, r), append(is, m.interval(at))
	}
	return rs, is
}

func (m *Mind) judged() (alternative, drift bool) {
	for k := range m.evidence {
		e := &m.evidence[k]
		alternative = alternative || e.kind == Against
		drift = drift || e.kind == Drift || e.kind == Against && e.months > 0
	}
	return alternative, drift
}
