package web

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/elicit"
)

// Steps between an issue's options are put in order like options: a row stands for a step, and its id names both ends.

// climbMark stands in no option's id.
const climbMark = "."

func climbOf(id string) [2]string {
	from, to, _ := strings.Cut(id, climbMark)
	return [2]string{from, to}
}

// climbRows lists the steps of the question, with the row moved that was to move.
func (x *prepAsked) climbRows(i *portsmouth.Issue) []orderRow {
	standing := make([][]string, len(x.q.Steps))
	for k, step := range x.q.Steps {
		standing[k] = []string{step[0] + climbMark + step[1]}
	}
	rows := x.rows(standing)
	for k := range rows {
		step := climbOf(rows[k].id)
		rows[k].label = x.T("prep.climb", "from", x.value(i, step[0]), "to", x.value(i, step[1]))
	}
	return rows
}

// sentClimbs are the steps of the form in its order: those between options of its issue, each once.
func (p *prep) sentClimbs() [][2]string {
	i := p.aboutIssue()
	if i == nil {
		return nil
	}
	var steps [][2]string
	for _, id := range p.sent.Values["order"] {
		step := climbOf(id)
		if i.Option(step[0]) != nil && i.Option(step[1]) != nil && !slices.Contains(steps, step) {
			steps = append(steps, step)
		}
	}
	return steps
}

// climbPage shows the question of the form again. It is not chosen anew: what somebody is putting in order stays under
// their hands, whatever else was answered meanwhile.
func climbPage(s *sheet) templ.Component {
	p := prepOf(s)
	return prepQuestion(&prepAsked{prep: p, open: true, aim: elicit.Recommendation, q: elicit.Question{
		Key: p.sent.Get("question"), Kind: elicit.OrderSteps, Issue: p.aboutIssue().ID, Steps: p.sentClimbs(), Gain: littleGain,
	}})
}

// climbWords says steps in order.
func (p *prep) climbWords(steps [][2]string, i *portsmouth.Issue) string {
	order := make([][]string, len(steps))
	for k, step := range steps {
		order[k] = []string{p.T("prep.swing", "worst", p.valueOf(i, step[0]), "best", p.valueOf(i, step[1]))}
	}
	return p.orderWords(order, func(said string) string { return said })
}
