package web

import (
	"slices"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/elicit"
)

// prepStep is one step of the preparation as the overview shows it.
type prepStep struct {
	name     string // of its words: prep.step-NAME
	address  templ.SafeURL
	done, of int
	optional bool
	figures  bool // nothing was answered: it stands as the figures have it
}

func (x prepStep) finished() bool { return x.of > 0 && x.done >= x.of }

// steps are what there is to do, in the order in which it is best done.
func (p *prep) steps() []prepStep {
	list := []prepStep{{
		name: "options", address: p.C("preparation", "options", p.unordered("")), done: countOf(p.issues(), p.ordered),
		of: len(p.agenda.Issues), figures: p.fromFigures(elicit.OrderOptions),
	}}
	if len(p.ranked()) > 1 {
		list = append(list, prepStep{
			name: "issues", address: p.C("preparation", "issues"), done: asOne(p.latestOf(elicit.OrderIssues, "") != nil), of: 1,
			figures: p.fromFigures(elicit.OrderIssues),
		})
	}
	if !p.numberless() {
		list = append(list, p.weighingSteps()...)
	}
	return append(list, prepStep{
		name: "alternative", address: p.alternativeAddress(), done: p.alternativeDone(), of: 3,
		figures: p.fromFigures(elicit.Alternative, elicit.Against, elicit.Drift),
	}, prepStep{
		name: "checks", address: p.C("preparation", "checks"), done: min(p.checked(), checksWanted), of: checksWanted, optional: true,
	})
}

// checksWanted is after how many choices the step counts as done; one may always go on.
const checksWanted = 4

func (p *prep) weighingSteps() []prepStep {
	var list []prepStep
	if ids := p.ranked(); len(ids) > 1 {
		weighed := countOf(ids[1:], p.weighed)
		list = append(list, prepStep{
			name: "weights", address: p.C("preparation", "weights"), done: weighed, of: len(ids) - 1,
			figures: p.fromFigures(elicit.Swing),
		})
	}
	if ids := p.valuable(); len(ids) > 0 {
		list = append(list, prepStep{
			name: "values", address: p.C("preparation", "values", p.unvalued("")), done: countOf(ids, p.valued), of: len(ids),
			optional: true, figures: p.fromFigures(elicit.Worth),
		})
	}
	return list
}

func countOf(ids []string, is func(string) bool) int {
	n := 0
	for _, id := range ids {
		if is(id) {
			n++
		}
	}
	return n
}

func asOne(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// checked is how many choices between packages, prices, changes and orders of steps were given.
func (p *prep) checked() int {
	n := 0
	for k := range p.answers {
		switch p.answers[k].Kind {
		case elicit.Comparison, elicit.Direction, elicit.Price, elicit.OrderSteps:
			n++
		}
	}
	return n
}

// unordered is the first issue after another whose options have no order yet, in a circle; the one after it when all have.
func (p *prep) unordered(after string) string {
	return nextOf(p.issues(), after, func(id string) bool { return !p.ordered(id) })
}

// valuable lists the issues that have something between best and worst.
func (p *prep) valuable() []string {
	return slices.DeleteFunc(p.ranked(), func(id string) bool { return len(p.between(p.agenda.Issue(id))) == 0 })
}

func (p *prep) valued(issue string) bool {
	return p.latestOf(elicit.Worth, issue) != nil
}

func (p *prep) unvalued(after string) string {
	return nextOf(p.valuable(), after, func(id string) bool { return !p.valued(id) })
}

// nextOf is the next of a list after one of them, in a circle, of which something holds; the first where it holds of none.
func nextOf(ids []string, after string, is func(string) bool) string {
	at := slices.Index(ids, after)
	for k := range ids {
		if id := ids[(at+1+k)%len(ids)]; id != after && is(id) {
			return id
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// alternativeDone counts what was said of no agreement: in words, against packages, over time. What no agreement is worth
// by the figures needs no package to be held against it.
func (p *prep) alternativeDone() int {
	said := func(kind elicit.Kind) int { return asOne(p.latestOf(kind, "") != nil || p.skipped(string(kind))) }
	against := said(elicit.Against)
	if p.figures != nil && len(p.figures.Preferences.Reservations) > 0 {
		against = 1
	}
	return said(elicit.Alternative) + against + said(elicit.Drift)
}

func (p *prep) alternativeAddress() templ.SafeURL {
	if p.latestOf(elicit.Alternative, "") == nil {
		return p.C("preparation", "alternative")
	}
	return p.C("preparation", "judge")
}

// after is where one goes when an answer is given: on, without going back to the overview each time.
func (p *prep) after(a *elicit.Answer, then string) string {
	to := func(parts ...string) string { return p.path(append([]string{"preparation"}, parts...)...) }
	if then == "checks" {
		return to("checks")
	}
	switch a.Kind {
	case elicit.OrderOptions:
		if next := p.unordered(a.Issue); next != "" && next != a.Issue && !p.ordered(next) {
			return to("options", next)
		}
		return to("issues")
	case elicit.OrderIssues:
		if p.numberless() {
			return p.alternativePath()
		}
		return to("weights")
	case elicit.Swing:
		return p.afterSwing(a)
	case elicit.Worth:
		if next := p.unvalued(a.Issue); next != "" && next != a.Issue && !p.valued(next) {
			return to("values", next)
		}
		return p.alternativePath()
	case elicit.Alternative, elicit.Against:
		return to("judge")
	case elicit.Drift, elicit.Comparison, elicit.Direction, elicit.Price, elicit.OrderSteps:
		return to("checks")
	}
	return to()
}

func (p *prep) alternativePath() string {
	if p.latestOf(elicit.Alternative, "") == nil {
		return p.path("preparation", "alternative")
	}
	return p.path("preparation", "judge")
}

// afterSwing goes to the bars that were not shown yet, then to the values of what weighs most. One that was shown and left
// empty is not asked for again at once.
func (p *prep) afterSwing(a *elicit.Answer) string {
	for _, id := range p.ranked() {
		if !p.weighed(id) && !p.sent.Has("bar."+id) && id != a.Reference {
			return p.path("preparation", "weights", id)
		}
	}
	return p.afterWeights()
}

// afterWeights is where the guided way goes on from the bars of the issues.
func (p *prep) afterWeights() string {
	if next := p.unvalued(""); next != "" && !p.valued(next) {
		return p.path("preparation", "values", next)
	}
	return p.alternativePath()
}

// between lists the options whose worth lies between the best and the worst by the order given, best first; of a number,
// the one value half-way from its best to its worst.
func (p *prep) between(i *portsmouth.Issue) []string {
	if i == nil || p.flat(i.ID) {
		return nil
	}
	if i.Kind == portsmouth.Numeric {
		return halfway(i.Number, p.ideal(i))
	}
	groups := p.order(i)
	var list []string
	for k, group := range groups {
		if k > 0 && k < len(groups)-1 {
			list = append(list, group[0])
		}
	}
	return list
}

// ideal is the best value of a number, as far as it was said.
func (p *prep) ideal(i *portsmouth.Issue) string {
	if a := p.latestOf(elicit.OrderOptions, i.ID); a != nil && len(a.Order) > 0 && len(a.Order[0]) > 0 {
		return a.Order[0][0]
	}
	return ""
}

// worstOf is the end of a number that is farther from its best value.
func worstOf(n *portsmouth.Number, ideal string) string {
	last := n.Steps() - 1
	if at, ok := n.Place(ideal); ok && at > last/2 {
		return n.At(0)
	}
	return n.At(last)
}

// halfway is the value between the best of a number and its worst end, none where nothing lies between or the best is
// not known.
func halfway(n *portsmouth.Number, ideal string) []string {
	best, known := n.Place(ideal)
	worst, _ := n.Place(worstOf(n, ideal))
	middle := (best + worst) / 2
	if !known || middle == best || middle == worst {
		return nil
	}
	return []string{n.At(middle)}
}

// order is the order of an issue's options in groups, best first: as it was given, else as the agenda has it.
func (p *prep) order(i *portsmouth.Issue) [][]string {
	var groups [][]string
	seen := map[string]bool{}
	if a := p.latestOf(elicit.OrderOptions, i.ID); a != nil {
		for _, group := range a.Order {
			kept := slices.DeleteFunc(slices.Clone(group), func(id string) bool { return i.Option(id) == nil })
			if len(kept) > 0 {
				groups = append(groups, kept)
			}
			for _, id := range kept {
				seen[id] = true
			}
		}
	}
	for k := range i.Options {
		if id := i.Options[k].ID; !seen[id] {
			groups = append(groups, []string{id})
		}
	}
	return groups
}

// issueOrder is the order of the issues in groups, as it was given, else as the agenda has it.
func (p *prep) issueOrder() [][]string {
	matter := p.ranked()
	var groups [][]string
	if a := p.latestOf(elicit.OrderIssues, ""); a != nil {
		for _, group := range a.Order {
			kept := slices.DeleteFunc(slices.Clone(group), func(id string) bool { return !slices.Contains(matter, id) })
			matter = slices.DeleteFunc(matter, func(id string) bool { return slices.Contains(kept, id) })
			if len(kept) > 0 {
				groups = append(groups, kept)
			}
		}
	}
	for _, id := range matter {
		groups = append(groups, []string{id})
	}
	return groups
}

// ends are the best and the worst way to settle an issue, in words, as far as they are known.
func (p *prep) ends(i *portsmouth.Issue) (best, worst string) {
	if p.latestOf(elicit.OrderOptions, i.ID) == nil {
		return "", ""
	}
	if i.Kind == portsmouth.Numeric {
		ideal := p.ideal(i)
		return p.value(i, ideal), p.value(i, worstOf(i.Number, ideal))
	}
	groups := p.order(i)
	return p.value(i, groups[0][0]), p.value(i, groups[len(groups)-1][0])
}
