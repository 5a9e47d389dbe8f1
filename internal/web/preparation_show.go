package web

import (
	"strconv"
	"strings"

	"portsmouth"
	"portsmouth/elicit"
)

// Small things that the pages of the preparation show.

// next is the first step that is not finished.
func (p *prep) next() (prepStep, bool) {
	for _, x := range p.steps() {
		if !x.finished() {
			return x, true
		}
	}
	return prepStep{}, false
}

// enough reports whether all is answered that has to be.
func (p *prep) enough() bool {
	for _, x := range p.steps() {
		if !x.finished() && !x.optional {
			return false
		}
	}
	return true
}

// orderWords are what a list that is put in order says of its ends, and of a tie, "" where nothing can tie.
type orderWords struct{ first, last, tie string }

func (p *prep) bestFirst(tie string) orderWords {
	return orderWords{p.T("prep.best"), p.T("prep.worst"), p.T(tie)}
}

func (p *prep) labelled(rows []orderRow, i *portsmouth.Issue) []orderRow {
	for k := range rows {
		rows[k].label = p.value(i, rows[k].id)
	}
	return rows
}

func (p *prep) labelledIssues(rows []orderRow) []orderRow {
	for k := range rows {
		if i := p.agenda.Issue(rows[k].id); i != nil {
			rows[k].label, rows[k].note = p.title(i), p.swingWords(i)
		}
	}
	return rows
}

// bestNow is which answer to the best value of a number stands, and the value where it lies inside.
func (p *prep) bestNow(i *portsmouth.Issue) (best, ideal string) {
	if p.sent.Has("best") {
		return p.sent.Get("best"), p.sent.Get("ideal")
	}
	switch at := p.ideal(i); at {
	case "":
		return "", ""
	case i.Number.At(0):
		return "low", ""
	case i.Number.At(i.Number.Steps() - 1):
		return "high", ""
	default:
		return "inside", at
	}
}

// keptWords are the words of the alternative: as they were sent, else as they stand.
func (p *prep) keptWords() string {
	if p.sent.Has("words") {
		return p.sent.Get("words")
	}
	if a := p.latestOf(elicit.Alternative, ""); a != nil {
		return a.Words
	}
	return ""
}

// driftNow is which answer to the course of the alternative stands.
func (p *prep) driftNow() string {
	if p.sent.Has("points") {
		return p.sent.Get("points")
	}
	a := p.latestOf(elicit.Drift, "")
	if a == nil {
		return ""
	}
	switch said := strconv.FormatFloat(a.Points, 'f', -1, 64); said {
	case "-5", "-2", "0", "2", "5":
		return said
	}
	return "own"
}

func (p *prep) driftFigure() string {
	if p.sent.Has("own") {
		return p.sent.Get("own")
	}
	if a := p.latestOf(elicit.Drift, ""); a != nil && p.driftNow() == "own" {
		return strconv.FormatFloat(a.Points, 'f', -1, 64)
	}
	return ""
}

// step is the name of the step that a question belongs to.
func (x *prepAsked) step() string {
	if x.aim == elicit.Reservation {
		return "alternative"
	}
	return "checks"
}

// then is where an answer leads.
func (x *prepAsked) then() string {
	if x.aim == elicit.Reservation {
		return ""
	}
	return "checks"
}

// most is the weight that fills a bar.
func (w *prepWanted) most() int64 {
	most := int64(1)
	for _, i := range w.agenda.Issues {
		most = max(most, w.mean.Weights[i.ID], w.ranges.Weights[i.ID].High)
	}
	return most
}

// barPart is a share of a bar of length 100.
func barPart(v, most int64) string { return strconv.FormatInt(100*v/max(most, 1), 10) }

// mediators are the names of those who would see what is allowed.
func (p *prep) mediators() string {
	var names []string
	for _, seat := range p.people("") {
		if seat.Role == portsmouth.Mediator {
			names = append(names, seat.Name)
		}
	}
	return strings.Join(names, ", ")
}

// shownValues is how many values of a number a table shows.
const shownValues = 5

// valuesWords says what the options of an issue are worth; of a number, a few of its values.
func (p *prep) valuesWords(i *portsmouth.Issue, values map[string]int64) string {
	var list []string
	say := func(id string) {
		if v, known := values[id]; known {
			list = append(list, p.value(i, id)+" "+p.share(v))
		}
	}
	if i.Kind != portsmouth.Numeric {
		for _, o := range i.Options {
			say(o.ID)
		}
		return strings.Join(list, " · ")
	}
	last := i.Number.Steps() - 1
	for k := range min(last+1, shownValues) {
		say(i.Number.At(last * k / max(min(last, shownValues-1), 1)))
	}
	return strings.Join(list, " · ")
}

// weightRange is how far a weight is known, where that was stated.
func weightRange(r *portsmouth.Ranges, issue string) (portsmouth.Interval, bool) {
	if r == nil {
		return portsmouth.Interval{}, false
	}
	x, known := r.Weights[issue]
	return x, known
}
