package web

import (
	"slices"
	"strings"
	"time"

	"portsmouth"
	"portsmouth/elicit"
)

// What was answered, in the words in which it was asked.

// answerWords says an answer in a sentence.
func (p *prep) answerWords(a *elicit.Answer) string {
	title := ""
	i := p.agenda.Issue(a.Issue)
	if i != nil {
		title = p.In(i.Title)
	}
	switch a.Kind {
	case elicit.OrderOptions:
		return p.T("prep.said-order-options", "issue", title, "order", p.orderWords(a.Order, func(id string) string { return p.valueOf(i, id) }))
	case elicit.OrderIssues:
		return p.T("prep.said-order-issues", "order", p.orderWords(a.Order, p.titleOfID))
	case elicit.Swing:
		return p.T("prep.said-swing", "reference", p.titleOfID(a.Reference), "bars", p.barWords(a.Bars, p.titleOfID))
	case elicit.Worth:
		return p.T("prep.said-worth", "issue", title, "bars", p.barWords(a.Bars, func(id string) string { return p.valueOf(i, id) }))
	case elicit.OrderSteps:
		return p.T("prep.said-order-steps", "issue", title, "order", p.climbWords(a.Steps, i))
	case elicit.Alternative:
		return p.T("prep.said-alternative", "words", a.Words)
	case elicit.Against:
		return p.T("prep.said-against-"+string(a.Verdict), "package", p.packageWords(a.First, nil))
	case elicit.Drift:
		return p.driftWords(a.Points)
	case elicit.Comparison:
		return p.T("prep.said-comparison-"+string(a.Verdict), "first", p.packageWords(a.First, a.Second), "second", p.packageWords(a.Second, a.First))
	case elicit.Direction:
		return p.T("prep.said-comparison-"+string(a.Verdict), "first", p.packageWords(a.First, nil), "second", p.packageWords(a.Second, nil))
	case elicit.Price:
		return p.priceWords(a, i)
	case elicit.NoWeights:
		return p.T("prep.said-no-weights")
	}
	return p.T("prep.said-skip")
}

func (p *prep) titleOfID(id string) string {
	if i := p.agenda.Issue(id); i != nil {
		return p.In(i.Title)
	}
	return id
}

// valueOf is value for an issue that may have gone.
func (p *prep) valueOf(i *portsmouth.Issue, id string) string {
	if i == nil || i.Allows(id) != nil {
		return id
	}
	return p.value(i, id)
}

// orderWords says an order: “>” for better than, “=” for as good as.
func (p *prep) orderWords(order [][]string, say func(string) string) string {
	groups := make([]string, len(order))
	for k, ids := range order {
		same := make([]string, len(ids))
		for n, id := range ids {
			same[n] = say(id)
		}
		groups[k] = strings.Join(same, " = ")
	}
	return strings.Join(groups, " > ")
}

func (p *prep) barWords(bars map[string]int, say func(string) string) string {
	ids := portsmouth.SortedKeys(bars)
	slices.SortStableFunc(ids, func(a, b string) int { return bars[b] - bars[a] })
	list := make([]string, len(ids))
	for k, id := range ids {
		list[k] = say(id) + " " + p.Number(bars[id])
	}
	return strings.Join(list, " · ")
}

// packageWords says a package, or only where it differs from another.
func (p *prep) packageWords(o, other portsmouth.Outcome) string {
	var list []string
	for _, i := range p.settledBy(o) {
		if other == nil || other[i.ID] != o[i.ID] {
			list = append(list, p.In(i.Title)+": "+p.valueOf(i, o[i.ID]))
		}
	}
	return strings.Join(list, " · ")
}

func (p *prep) driftWords(points float64) string {
	switch {
	case points < 0:
		return p.T("prep.said-drift-down", "points", p.share(int64(-100*points)))
	case points > 0:
		return p.T("prep.said-drift-up", "points", p.share(int64(100*points)))
	}
	return p.T("prep.said-drift-none")
}

func (p *prep) priceWords(a *elicit.Answer, i *portsmouth.Issue) string {
	money := p.agenda.Issue(a.Money)
	return p.T("prep.said-price", "issue", p.titleOfID(a.Issue), "from", p.valueOf(i, a.From), "to", p.valueOf(i, a.To),
		"money", p.titleOfID(a.Money), "unpaid", p.valueOf(money, a.Unpaid), "paid", p.valueOf(money, a.Paid))
}

// saidAnswer is an answer as the list shows it.
type saidAnswer struct {
	elicit.Answer
	when   time.Time
	by     string
	said   string
	stale  bool // it does not fit the agenda
	passed bool // later answers took its place
	mended string
}

// said lists all answers, the newest first.
func (p *prep) said() []saidAnswer {
	later := map[string]bool{}
	var list []saidAnswer
	for k := len(p.answers) - 1; k >= 0; k-- {
		a := &p.answers[k]
		topics := prepTopics(a)
		x := saidAnswer{Answer: *a, when: p.given[k].At, by: p.Name(p.given[k].By), said: p.answerWords(a), mended: p.mendPath(a)}
		x.stale = a.Check(p.agenda) != nil
		x.passed = true
		for _, t := range topics {
			x.passed = x.passed && later[t]
			later[t] = true
		}
		list = append(list, x)
	}
	return list
}

// prepTopics names what an answer is about; of two answers about the same the later stands.
func prepTopics(a *elicit.Answer) []string {
	switch a.Kind {
	case elicit.Swing, elicit.Worth:
		var list []string
		for _, id := range portsmouth.SortedKeys(a.Bars) {
			if id != a.Reference {
				list = append(list, string(a.Kind)+" "+a.Issue+" "+a.Reference+" "+id)
			}
		}
		return list
	case elicit.Comparison, elicit.Direction, elicit.Against:
		first, second := a.Base.With(a.First).String(), a.Base.With(a.Second).String()
		return []string{string(a.Kind) + min(first, second) + "|" + max(first, second)}
	case elicit.Skip:
		return []string{string(a.Kind) + " " + a.Question}
	case elicit.Price:
		return []string{string(a.Kind) + " " + a.Issue + " " + a.From + " " + a.To + " " + a.Money}
	}
	return []string{string(a.Kind) + " " + a.Issue}
}

// mendPath is where such an answer is given again, "" where it is only taken back.
func (p *prep) mendPath(a *elicit.Answer) string {
	switch a.Kind {
	case elicit.OrderOptions:
		return "options/" + a.Issue
	case elicit.OrderIssues:
		return "issues"
	case elicit.Swing:
		return "weights"
	case elicit.Worth:
		return "values/" + a.Issue
	case elicit.Alternative:
		return "alternative"
	case elicit.Drift:
		return "time"
	}
	return ""
}

// saidBy finds an answer by its id; nil where there is none. What the figures say is found too, with nobody who said it.
func (p *prep) saidBy(id string) *saidAnswer {
	if p.figures != nil {
		for k := range p.all {
			if a := &p.all[k]; a.ID == id && strings.HasPrefix(id, figuresPrefix) {
				said := p.T("prep.said-figures", "version", p.figures.Version, "said", p.answerWords(a))
				return &saidAnswer{Answer: *a, when: a.At, said: said, mended: p.mendPath(a)}
			}
		}
	}
	for _, x := range p.said() {
		if x.ID == id {
			return &x
		}
	}
	return nil
}

// prepClash is a contradiction in the delegation's own words.
type prepClash struct {
	suspect saidAnswer
	against []saidAnswer
	implied string // what the other answers say, "" where that takes no number
}

// clashes lists the answers that do not fit the others.
func (p *prep) clashes() ([]prepClash, error) {
	m, err := p.mind()
	if err != nil {
		return nil, err
	}
	var list []prepClash
	for _, c := range m.Contradictions() {
		x := p.saidBy(c.Answer)
		if x == nil {
			continue
		}
		one := prepClash{suspect: *x, implied: p.impliedWords(&c)}
		for _, id := range c.Against {
			if other := p.saidBy(id); other != nil {
				one.against = append(one.against, *other)
			}
		}
		list = append(list, one)
	}
	return list, nil
}

// impliedWords says what the other answers imply.
func (p *prep) impliedWords(c *elicit.Contradiction) string {
	low, high := c.Implied.Low, c.Implied.High
	switch c.Kind {
	case elicit.Swing, elicit.Worth:
		about := p.titleOfID(c.Issue)
		if c.Option != "" {
			about = p.valueOf(p.agenda.Issue(c.Issue), c.Option)
		}
		return p.T("prep.implied-bar", "about", about, "said", p.share(c.Said), "span", p.span(low, high))
	case elicit.OrderSteps:
		if low+high < 0 {
			return p.T("prep.implied-other-step")
		}
		return p.T("prep.implied-other-order")
	case elicit.Comparison, elicit.Direction:
		if low+high > 0 {
			return p.T("prep.implied-first")
		}
		return p.T("prep.implied-second")
	case elicit.Against:
		if low+high > 0 {
			return p.T("prep.implied-better")
		}
		return p.T("prep.implied-worse")
	}
	return ""
}
