package web

import (
	"strconv"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/elicit"
)

// prepAsked is a question that is on the screen, and what the mind thinks besides.
type prepAsked struct {
	*prep
	q        elicit.Question
	open     bool // there is a question
	conflict int  // answers that do not fit each other
	aim      elicit.Aim
}

// prepAsk serves the next best question of an aim. What has a page of its own is asked there.
func (s *site) prepAsk(aim elicit.Aim) func(*visit) error {
	return func(v *visit) error {
		p := prepOf(sheetOf(v))
		if p.agenda == nil {
			return v.render(prepOverview(p.sheet))
		}
		x, err := p.ask(aim)
		if err != nil {
			pr := v.page.problem(err)
			return v.renderStatus(pr.Status, prepOverview(sheetOf(v).again(fields{}, pr)))
		}
		if to := x.elsewhere(); to != "" {
			return v.redirect(to)
		}
		return v.render(prepQuestion(x))
	}
}

// askPage is the page of the next question, for a form that is to be shown again.
func askPage(aim elicit.Aim) screen {
	return func(s *sheet) templ.Component {
		x, err := prepOf(s).ask(aim)
		if err != nil || x.elsewhere() != "" {
			return prepOverview(s)
		}
		return prepQuestion(x)
	}
}

func (p *prep) ask(aim elicit.Aim) (*prepAsked, error) {
	m, err := p.mind()
	if err != nil {
		return nil, err
	}
	x := &prepAsked{prep: p, aim: aim, conflict: len(m.Contradictions())}
	x.q, x.open = m.Next(p.purpose(aim))
	return x, nil
}

// elsewhere is the page on which the question is asked, "" for this one.
func (x *prepAsked) elsewhere() string {
	if !x.open {
		return ""
	}
	switch x.q.Kind {
	case elicit.OrderOptions:
		return x.path("preparation", "options", x.q.Issue)
	case elicit.OrderIssues:
		return x.path("preparation", "issues")
	case elicit.Alternative:
		return x.path("preparation", "alternative")
	case elicit.Drift:
		return x.path("preparation", "time")
	}
	return ""
}

// littleGain is how much of the best product a question has to save, in expectation, to be worth a party's time.
const littleGain = 0.001

// idle reports whether the question would hardly change anything.
func (x *prepAsked) idle() bool {
	return x.aim == elicit.Recommendation && x.q.Gain < littleGain && !x.numberless()
}

// differing lists the issues on which two packages differ, and those on which they agree.
func (x *prepAsked) differing(a, b portsmouth.Outcome) (differ, same []*portsmouth.Issue) {
	for k := range x.agenda.Issues {
		i := &x.agenda.Issues[k]
		switch {
		case a[i.ID] == "" && b[i.ID] == "":
		case a[i.ID] == b[i.ID]:
			same = append(same, i)
		default:
			differ = append(differ, i)
		}
	}
	return differ, same
}

// pair is the two packages of a question: of a choice as they are, of small changes with the package that they change.
func (x *prepAsked) pair() (first, second portsmouth.Outcome) {
	if x.q.Kind == elicit.Direction {
		return x.q.Base.With(x.q.First), x.q.Base.With(x.q.Second)
	}
	return x.q.First, x.q.Second
}

// settledBy lists what a package settles, in the order of the agenda that is prepared on.
func (p *prep) settledBy(o portsmouth.Outcome) []*portsmouth.Issue {
	var list []*portsmouth.Issue
	for k := range p.agenda.Issues {
		if i := &p.agenda.Issues[k]; o[i.ID] != "" {
			list = append(list, i)
		}
	}
	return list
}

// prepBar is one bar of a form. It stands at what was said before, and is empty where nothing was: a bar that stood
// somewhere all the same would be sent by somebody who never meant it.
type prepBar struct {
	id, label, note string
	at              string
}

// swingBars are the bars of issues against another.
func (p *prep) swingBars(ids []string, against string) []prepBar {
	bars := make([]prepBar, 0, len(ids))
	for _, id := range ids {
		i := p.agenda.Issue(id)
		if i == nil {
			continue
		}
		at, given := p.swing(id, against)
		bars = append(bars, prepBar{id, p.title(i), p.swingWords(i), p.keptBar(id, at, given)})
	}
	return bars
}

// worthBars are the bars of options.
func (p *prep) worthBars(i *portsmouth.Issue, ids []string) []prepBar {
	bars := make([]prepBar, 0, len(ids))
	for _, id := range ids {
		at, given := p.worth(i.ID, id)
		bars = append(bars, prepBar{id, p.value(i, id), "", p.keptBar(id, at, given)})
	}
	return bars
}

// keptBar is a bar as it was sent, when the page is shown again; else as it was given before.
func (p *prep) keptBar(id string, at int, given bool) string {
	switch {
	case p.sent.Has("bar." + id):
		return p.sent.Get("bar." + id)
	case given:
		return strconv.Itoa(at)
	}
	return ""
}

// swingWords says from what to what an issue swings.
func (p *prep) swingWords(i *portsmouth.Issue) string {
	best, worst := p.ends(i)
	if best == "" {
		return ""
	}
	return p.T("prep.swing", "worst", worst, "best", best)
}
