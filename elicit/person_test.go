package elicit

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"portsmouth"
)

// person answers as people do: with a hand that is not steady, and now and then wrongly. What it wants is drawn at random:
// weights uniform among all that add up to one (Dirichlet with all parameters 1), values of options uniform and independent,
// then put on a scale from 0 for the worst to 1 for the best.
type person struct {
	agenda  *portsmouth.Agenda
	want    table // true part-worths
	rand    *rand.Rand
	wrong   float64 // share of answers that are wrong
	steady  float64 // standard deviation of a bar before it is put on the nearest ten
	answers Answers
}

func simAgenda(issues, options int) *portsmouth.Agenda {
	a := &portsmouth.Agenda{Languages: []string{"en"}}
	for i := range issues {
		issue := portsmouth.Issue{ID: fmt.Sprintf("i%02d", i), Kind: portsmouth.Discrete, Title: portsmouth.Text{"en": "Issue"}}
		for k := range options {
			issue.Options = append(issue.Options, portsmouth.Option{ID: fmt.Sprintf("o%d", k), Label: portsmouth.Text{"en": "Option"}})
		}
		a.Issues = append(a.Issues, issue)
	}
	return a
}

func newPerson(agenda *portsmouth.Agenda, rand *rand.Rand, wrong, steady float64) *person {
	p := &person{agenda: agenda, rand: rand, wrong: wrong, steady: steady}
	var sum float64
	for i := range agenda.Issues {
		values := make([]float64, len(agenda.Issues[i].Options))
		for k := range values {
			values[k] = rand.Float64()
		}
		p.want = append(p.want, stretch(values))
		weight := rand.ExpFloat64()
		sum += weight
		for k := range values {
			p.want[i][k] *= weight
		}
	}
	for i := range p.want {
		for k := range p.want[i] {
			p.want[i][k] /= sum
		}
	}
	return p
}

func (p *person) say(a Answer) {
	a.ID = fmt.Sprintf("a%03d", len(p.answers))
	p.answers = append(p.answers, a)
}

// order gives all orders, rightly.
func (p *person) order() {
	issues := make([]float64, len(p.want))
	for i := range p.want {
		options := &p.agenda.Issues[i].Options
		issues[i] = slices.Max(p.want[i])
		p.say(Answer{Kind: OrderOptions, Issue: p.agenda.Issues[i].ID, Order: inOrder(p.want[i], func(k int) string { return (*options)[k].ID })})
	}
	p.say(Answer{Kind: OrderIssues, Order: inOrder(issues, func(i int) string { return p.agenda.Issues[i].ID })})
}

func inOrder(x []float64, name func(int) string) [][]string {
	at := make([]int, len(x))
	for k := range at {
		at[k] = k
	}
	slices.SortFunc(at, func(a, b int) int {
		if x[a] > x[b] {
			return -1
		}
		return 1
	})
	order := make([][]string, len(x))
	for n, k := range at {
		order[n] = []string{name(k)}
	}
	return order
}

// bar is where the hand puts a bar: a wrong one anywhere.
func (p *person) bar(truth float64) int {
	x := truth*100 + p.steady*p.rand.NormFloat64()
	if p.rand.Float64() < p.wrong {
		x = 100 * p.rand.Float64()
	}
	return int(min(max(math.Round(x/10)*10, 0), 100))
}

func (p *person) level(issue, option string) (int, int) {
	i := slices.IndexFunc(p.agenda.Issues, func(x portsmouth.Issue) bool { return x.ID == issue })
	return i, slices.IndexFunc(p.agenda.Issues[i].Options, func(x portsmouth.Option) bool { return x.ID == option })
}

func (p *person) worth(o portsmouth.Outcome) float64 {
	var u float64
	for issue, option := range o {
		i, k := p.level(issue, option)
		u += p.want[i][k]
	}
	return u
}

// answer answers one question and says how many bars or choices that were. What is asked again is answered afresh.
func (p *person) answer(q Question) int {
	a := Answer{Kind: q.Kind, Question: q.Key, Issue: q.Issue, Reference: q.Reference, Bars: map[string]int{}}
	switch q.Kind {
	case Swing:
		ref, _ := p.level(q.Reference, "")
		for _, id := range q.Issues {
			i, _ := p.level(id, "")
			a.Bars[id] = p.bar(slices.Max(p.want[i]) / slices.Max(p.want[ref]))
		}
	case Worth:
		for _, id := range q.Options {
			i, k := p.level(q.Issue, id)
			a.Bars[id] = p.bar(p.want[i][k] / slices.Max(p.want[i]))
		}
	case OrderSteps:
		i, _ := p.level(q.Issue, "")
		a.Steps = slices.Clone(q.Steps)
		rise := func(step [2]string) float64 {
			_, from := p.level(q.Issue, step[0])
			_, to := p.level(q.Issue, step[1])
			return p.want[i][to] - p.want[i][from]
		}
		slices.SortFunc(a.Steps, func(x, y [2]string) int { return cmp.Compare(rise(y), rise(x)) })
		if p.rand.Float64() < p.wrong {
			p.rand.Shuffle(len(a.Steps), func(x, y int) { a.Steps[x], a.Steps[y] = a.Steps[y], a.Steps[x] })
		}
	case Comparison:
		a.First, a.Second, a.Verdict = q.First, q.Second, Second
		if (p.worth(q.First) > p.worth(q.Second)) != (p.rand.Float64() < p.wrong) {
			a.Verdict = First
		}
	default:
		panic("no such question in this simulation: " + q.Kind)
	}
	p.say(a)
	return max(len(a.Bars), 1)
}

// opening is what it asks for in public first: all it wants.
func (p *person) opening() portsmouth.Outcome {
	o := portsmouth.Outcome{}
	for i := range p.want {
		best, _ := extremes(p.want[i])
		o[p.agenda.Issues[i].ID] = p.agenda.Issues[i].Options[best].ID
	}
	return o
}

// prepare answers `budget` questions beyond the orders, chosen by Next: each bar counts, or with screens each screen of at
// most seven bars of one kind.
func (p *person) prepare(budget int, screens bool, kinds []Kind, offers []portsmouth.Outcome, seed uint64) (*Mind, error) {
	p.order()
	mind, err := Think(p.agenda, p.answers, seed)
	for err == nil && budget > 0 {
		purpose := Purpose{Aim: Recommendation, Offers: offers, Bars: 1, Kinds: kinds}
		if screens {
			purpose.Bars = MaxBars
		}
		q, ok := mind.Next(purpose)
		if !ok {
			break
		}
		n := p.answer(q)
		if screens {
			n = 1
		}
		budget -= n
		mind, err = Think(p.agenda, p.answers, seed)
	}
	return mind, err
}
