package elicit

import (
	"cmp"
	"math"
	"slices"
)

// state is one set of preferences that the answers allow.
type state struct {
	rho    []float64   // by variable of the order of issues: swing, in units of the reference's
	sum    float64     // of rho over issues
	weight []float64   // by issue: rho; divide by sum for the share
	raw    [][]float64 // by issue, by variable of its order; of a number: the worth of half-way, and where its ideal lies
	worth  [][]float64 // by issue, by option, 0 to 1

	alternative float64 // worth of no agreement now, 0 to 1
	drift       float64 // points of 100 a month
}

// part is what an option adds to the whole, 0 to 1; nothing where it is left out.
func (s *state) part(issue, level int) float64 {
	if level < 0 {
		return 0
	}
	return s.weight[issue] * s.worth[issue][level] / s.sum
}

func (s *state) utility(levels []int) float64 {
	var u float64
	for i, k := range levels {
		if k >= 0 {
			u += s.weight[i] * s.worth[i][k]
		}
	}
	return u / s.sum
}

// walk is a Markov chain over the preferences that the orders allow (Metropolis within Gibbs), whose prior is uniform: over
// all weights that add up to one, over all values between worst and best, and whose target weighs it by the answers.
type walk struct {
	model     *model
	evidence  []evidence
	now       state
	likely    []float64 // by evidence, at now
	reference int       // variable of the issues whose swing is one unit
	swung     []int     // the other variables of issues that weigh something
	rand      *source
	byIssue   [][]int // evidence that its worth moves
	weighing  []int   // evidence that weights move
	resting   []int   // evidence on the alternative
	scratch   []float64
}

func newWalk(m *model, es []evidence, rand *source) *walk {
	w := &walk{model: m, evidence: es, rand: rand, likely: make([]float64, len(es)), byIssue: make([][]int, len(m.subjects))}
	for k := range es {
		for i := range m.subjects {
			if es[k].moves(i) {
				w.byIssue[i] = append(w.byIssue[i], k)
			}
		}
		if es[k].kind != Worth && es[k].kind != OrderSteps && es[k].kind != Drift {
			w.weighing = append(w.weighing, k)
		}
		if es[k].kind == Against || es[k].kind == Drift {
			w.resting = append(w.resting, k)
		}
	}
	w.begin()
	for k := range es {
		w.likely[k] = es[k].likelihood(&w.now)
	}
	return w
}

// begin starts in the middle of what the orders allow.
func (w *walk) begin() {
	m, s := w.model, &w.now
	weighs := make([]bool, m.issues.vars)
	for i, v := range m.issues.of {
		weighs[v] = weighs[v] || !m.subjects[i].flat
	}
	w.reference = -1
	s.rho = make([]float64, m.issues.vars)
	for v := range s.rho {
		if !weighs[v] {
			continue
		}
		s.rho[v] = 1
		if v < m.issues.ordered {
			s.rho[v] = 1 - float64(v)/float64(m.issues.ordered)
		}
		if w.reference < 0 {
			w.reference = v
		} else {
			w.swung = append(w.swung, v)
		}
	}
	s.weight = make([]float64, len(m.subjects))
	w.weigh()
	s.raw = make([][]float64, len(m.subjects))
	s.worth = make([][]float64, len(m.subjects))
	for i := range m.subjects {
		s.worth[i] = make([]float64, len(m.subjects[i].options))
		s.raw[i] = m.subjects[i].middle()
		m.subjects[i].value(s.raw[i], s.worth[i])
	}
	s.alternative = 0.5
}

func (w *walk) weigh() {
	s := &w.now
	s.sum = 0
	for i, v := range w.model.issues.of {
		s.weight[i] = s.rho[v]
		s.sum += s.rho[v]
	}
	if s.sum == 0 {
		s.sum = 1
	}
}

func (s *subject) middle() []float64 {
	if s.number != nil {
		return []float64{0.5, max(s.ideal, 0)}
	}
	raw := make([]float64, s.ladder.vars)
	for k := range raw {
		raw[k] = 1 - (float64(k)+0.5)/float64(len(raw))
	}
	if s.ladder.whole() {
		raw[0], raw[len(raw)-1] = 1, 0
	}
	return raw
}

// value writes the worth of each option, the best 1 and the worst 0.
func (s *subject) value(raw, worth []float64) {
	if s.number != nil {
		for k, at := range s.at {
			worth[k] = curve(at, raw[1], raw[0])
		}
		return
	}
	low, high := slices.Min(raw), slices.Max(raw)
	for k, v := range s.ladder.of {
		worth[k] = 0
		if high > low {
			worth[k] = (raw[v] - low) / (high - low)
		}
	}
}

// settle takes or leaves a change that was already made to now: odds are those of the prior and the proposal.
func (w *walk) settle(touched []int, odds float64) bool {
	w.scratch = w.scratch[:0]
	for _, k := range touched {
		l := w.evidence[k].likelihood(&w.now)
		odds *= l / w.likely[k]
		w.scratch = append(w.scratch, l)
	}
	if !(odds >= 1 || w.rand.float() < odds) {
		return false
	}
	for n, k := range touched {
		w.likely[k] = w.scratch[n]
	}
	return true
}

// sweep moves everything once.
func (w *walk) sweep() {
	for _, v := range w.swung {
		w.moveSwing(v)
	}
	for i := range w.model.subjects {
		s := &w.model.subjects[i]
		switch {
		case s.flat:
		case s.number != nil:
			w.moveNumber(i)
		default:
			w.moveOptions(i)
		}
	}
	w.moveAlternative()
}

// moveSwing changes one weight. Weights that are uniform on the simplex have, as ratios to one of them, a density in
// proportion to their sum to the power of minus their number.
func (w *walk) moveSwing(v int) {
	s := &w.now
	old, oldSum := s.rho[v], s.sum
	low, high := w.model.issues.room(s.rho, v, 0, math.Inf(1))
	odds := 1.0
	switch {
	case math.IsInf(high, 1):
		s.rho[v] = old * math.Exp(w.rand.normal())
		odds = s.rho[v] / old
	case w.rand.float() < 0.5:
		s.rho[v] = w.rand.between(low, high)
	default:
		s.rho[v] = old + 0.06*w.rand.normal()
	}
	if s.rho[v] <= low || s.rho[v] > high || s.rho[v] < 1e-9 || s.rho[v] > 1e9 {
		s.rho[v] = old
		return
	}
	w.weigh()
	odds *= math.Pow(oldSum/s.sum, float64(len(w.swung)+1))
	if !w.settle(w.weighing, odds) {
		s.rho[v] = old
		w.weigh()
	}
}

// long is a list of options of which one sweep moves only so many, as each move looks at all of them.
const long = 50

func (w *walk) moveOptions(i int) {
	s, l := &w.now, &w.model.subjects[i].ladder
	raw := s.raw[i]
	first, past := 0, l.vars
	if l.whole() {
		first, past = 1, l.vars-1
	}
	if past-first > long && len(w.byIssue[i]) == 0 {
		w.drawOptions(i)
		return
	}
	for n := range min(past-first, long) {
		k := first + n
		if past-first > long {
			k = first + w.rand.below(past-first)
		}
		old := raw[k]
		low, high := l.room(raw, k, 0, 1)
		raw[k] = w.rand.between(low, high)
		if w.rand.float() < 0.5 {
			raw[k] = old + 0.08*w.rand.normal()
		}
		if raw[k] < low || raw[k] > high {
			raw[k] = old
			continue
		}
		w.model.subjects[i].value(raw, s.worth[i])
		if !w.settle(w.byIssue[i], 1) {
			raw[k] = old
			w.model.subjects[i].value(raw, s.worth[i])
		}
	}
}

// drawOptions draws the values of options of which nothing but their order is known.
func (w *walk) drawOptions(i int) {
	l, raw := &w.model.subjects[i].ladder, w.now.raw[i]
	for k := range raw {
		raw[k] = w.rand.float()
	}
	slices.SortFunc(raw[:l.ordered], func(a, b float64) int { return cmp.Compare(b, a) })
	if l.whole() {
		raw[0], raw[len(raw)-1] = 1, 0
	}
	w.model.subjects[i].value(raw, w.now.worth[i])
}

func (w *walk) moveNumber(i int) {
	s, subject := &w.now, &w.model.subjects[i]
	raw := s.raw[i]
	half, ideal := raw[0], raw[1]
	raw[0] = w.rand.between(0.05, 0.95)
	if w.rand.float() < 0.5 {
		raw[0] = half + 0.08*w.rand.normal()
	}
	if raw[0] < 0.05 || raw[0] > 0.95 {
		raw[0] = half
	}
	if subject.ideal < 0 && w.rand.float() < 0.5 {
		raw[1] = 1 - ideal
	}
	subject.value(raw, s.worth[i])
	if !w.settle(w.byIssue[i], 1) {
		raw[0], raw[1] = half, ideal
		subject.value(raw, s.worth[i])
	}
}

func (w *walk) moveAlternative() {
	s := &w.now
	alternative, drift := s.alternative, s.drift
	s.alternative = w.rand.float()
	if w.rand.float() < 0.7 {
		s.alternative = alternative + 0.05*w.rand.normal()
	}
	s.drift = drift + w.rand.normal()
	odds := math.Exp((drift*drift - s.drift*s.drift) / (2 * 3 * 3))
	if s.alternative < 0 || s.alternative > 1 || !w.settle(w.resting, odds) {
		s.alternative, s.drift = alternative, drift
	}
}
