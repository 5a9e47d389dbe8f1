package elicit

import (
	"math"
	"slices"

	"portsmouth"
)

// stakes are the packages that a decision is between, and what hangs on them.
type stakes struct {
	pool  [][]int
	worth [][]float64 // by sampled mind, by package: own gain
	terms [][]float64 // by rival, by package: what own gain is multiplied with, so that the best product is about 1
	base  float64     // what is had without another answer
}

func (m *Mind) stakes(p Purpose) *stakes {
	rand := &source{state: m.seed ^ 0x5bd1e995}
	s := &stakes{}
	var rivals []table
	if p.Aim == Decision {
		for _, o := range p.Choices {
			if m.model.agenda.Check(o) == nil {
				s.pool = append(s.pool, m.nearest(o))
			}
		}
	} else {
		rivals = m.rivals(rivalCount, p.Offers, rand)
		s.pool = m.pool(rivals, max(1, min(poolDepth, len(m.sample)/16)), poolSize)
	}
	if len(s.pool) == 0 {
		return nil
	}
	judged, _ := m.judged()
	for k := range m.sample {
		floor := 0.0
		if judged {
			floor = m.sample[k].alternative
		}
		own := m.sample[k].table()
		row := make([]float64, len(s.pool), len(s.pool)+1)
		for c := range s.pool {
			row[c] = own.of(s.pool[c]) - floor
		}
		if judged && p.Aim == Decision {
			row = append(row, 0)
		}
		s.worth = append(s.worth, row)
	}
	s.weigh(rivals)
	return s
}

func (m *Mind) nearest(o portsmouth.Outcome) []int {
	levels := make([]int, len(m.model.subjects))
	for i := range levels {
		levels[i], _ = m.model.subjects[i].near(o[m.model.subjects[i].id])
	}
	return levels
}

func (s *stakes) weigh(rivals []table) {
	mean := make([]float64, len(s.worth[0]))
	for _, row := range s.worth {
		for c := range row {
			mean[c] += row[c] / float64(len(s.worth))
		}
	}
	for _, r := range rivals {
		term := make([]float64, len(mean))
		most := 0.0
		for c := range s.pool {
			term[c] = r.of(s.pool[c])
			most = max(most, mean[c]*term[c])
		}
		for c := range term {
			term[c] /= max(most, 1e-9)
		}
		s.terms = append(s.terms, term)
	}
	if rivals == nil {
		s.terms = [][]float64{slices.Repeat([]float64{1}, len(mean))}
	}
	s.base = s.best(mean)
}

// best is the mean over rivals of the best product when own gains are expected to be these.
func (s *stakes) best(expected []float64) float64 {
	var sum float64
	for _, term := range s.terms {
		most := math.Inf(-1)
		for c, t := range term {
			if v := expected[c] * t; v > most {
				most = v
			}
		}
		sum += most
	}
	return sum / float64(len(s.terms))
}

// rate says of each question what it is expected to gain.
func (s *stakes) rate(m *Mind, asks []ask) {
	for k := range asks {
		asks[k].q.Gain = s.gain(m, &asks[k].e)
	}
}

// gain is the expected rise of the best product once the evidence is in, over what it may say. What each sampled mind might
// say adds up to one, also where a bar ends.
func (s *stakes) gain(m *Mind, e *evidence) float64 {
	replies := m.replies(e)
	chance := make([][]float64, len(replies))
	sums := make([]float64, len(m.sample))
	for r := range replies {
		chance[r] = make([]float64, len(m.sample))
		for p := range m.sample {
			chance[r][p] = replies[r].likelihood(&m.sample[p])
			sums[p] += chance[r][p]
		}
	}
	var total float64
	expected := make([]float64, len(s.worth[0]))
	for r := range replies {
		clear(expected)
		for p := range m.sample {
			share := chance[r][p] / sums[p] / float64(len(m.sample))
			for c, u := range s.worth[p] {
				expected[c] += share * u
			}
		}
		total += s.best(expected)
	}
	return total - s.base
}

// replies lists what might be said.
func (m *Mind) replies(e *evidence) []evidence {
	var all []evidence
	switch e.kind {
	case OrderSteps:
		return m.stepOrders(e)
	case Swing, Worth:
		for bar := 0; bar <= 100; bar += 10 {
			r := *e
			r.said = float64(bar)
			all = append(all, r)
		}
	case Price:
		for paid := range e.paid {
			r := *e
			r.paid = paid
			all = append(all, r)
		}
	default:
		for _, v := range []Verdict{First, Second, Same} {
			r := *e
			r.verdict = v
			all = append(all, r)
		}
	}
	return all
}
