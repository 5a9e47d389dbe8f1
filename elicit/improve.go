package elicit

import (
	"cmp"
	"context"
	"slices"

	"portsmouth"
)

// Version names the way in which minds are found and steps are chosen. It changes whenever the same answers and the same
// seed could lead to another step.
const Version = "directions/1"

// Judge says how surely a party likes the one package more than the other, from 0 to 1; where it likes both equally, half.
// A Mind is one, and so is Stated.
type Judge interface {
	Better(one, other portsmouth.Outcome) float64
}

// Improvement is a small change of a package that is likely better for all.
type Improvement struct {
	Change portsmouth.Outcome `json:"change"` // one or two issues
	Sure   float64            `json:"sure"`   // the least, over the parties, of how surely it is better
}

// Improvements lists steps from a package that are likelier than not to be better for each of the parties, the surest
// first and of equally sure ones the one that changes less: jointly improving directions, for which no party has to give a
// number (Ehtamo, Verkama & Hämäläinen 1999). It reads several parties' minds and is for the venue alone; what it finds
// goes out only as a round's rule says. Errors are those of agenda.Check for the base, and ctx's.
func Improvements(ctx context.Context, agenda *portsmouth.Agenda, base, settled portsmouth.Outcome, most int, judges ...Judge) ([]Improvement, error) {
	if err := agenda.Check(base); err != nil {
		return nil, err
	}
	if len(judges) == 0 {
		return nil, nil
	}
	var found []Improvement
	for _, step := range Steps(agenda, base, settled) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if sure := surest(base.With(step), base, judges); sure > 0.5 {
			found = append(found, Improvement{step, sure})
		}
	}
	slices.SortStableFunc(found, func(a, b Improvement) int {
		return cmp.Or(cmp.Compare(b.Sure, a.Sure), cmp.Compare(len(a.Change), len(b.Change)))
	})
	return found[:min(most, len(found))], nil
}

// surest is how surely a step is better for whom it is the least so; 0.5 at most as soon as that is clear.
func surest(next, base portsmouth.Outcome, judges []Judge) float64 {
	sure := 1.0
	for _, j := range judges {
		if sure = min(sure, j.Better(next, base)); sure <= 0.5 {
			return sure
		}
	}
	return sure
}

// manySteps is how many steps of one issue there may be for pairs of them to be looked at, too.
const manySteps = 200

// Steps lists the small changes of a package that an improvement is looked for among: of one issue to another of its
// options, or of its number to the next value on either side and to places spread evenly over it, and pairs of these as
// long as there are at most 200 of them. What is settled stays; what breaks a condition of the agenda is left out. The list
// depends on what everybody knows and on nothing else. It is empty when the package goes against what is settled.
func Steps(agenda *portsmouth.Agenda, base, settled portsmouth.Outcome) []portsmouth.Outcome {
	if !base.With(settled).Equal(base) {
		return nil
	}
	var one []portsmouth.Outcome
	for k := range agenda.Issues {
		i := &agenda.Issues[k]
		if _, stays := settled[i.ID]; stays {
			continue
		}
		for _, v := range reached(i, base[i.ID]) {
			one = append(one, portsmouth.Outcome{i.ID: v})
		}
	}
	all := slices.Clone(one)
	if len(one) <= manySteps {
		for a := range one {
			for b := range a {
				if two := one[a].With(one[b]); len(two) == 2 {
					all = append(all, two)
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(step portsmouth.Outcome) bool { return agenda.Check(base.With(step)) != nil })
}

// reached lists the ways to settle an issue that are one step from a value.
func reached(i *portsmouth.Issue, from string) []string {
	var values []string
	if i.Kind != portsmouth.Numeric {
		for k := range i.Options {
			values = append(values, i.Options[k].ID)
		}
		return slices.DeleteFunc(values, func(v string) bool { return v == from })
	}
	at, ok := i.Number.Place(from)
	if !ok {
		return nil
	}
	last := i.Number.Steps() - 1
	places := []int64{at - 1, at + 1}
	for k := range min(last+1, gridded) {
		places = append(places, k*last/max(min(last, gridded-1), 1))
	}
	slices.Sort(places)
	for _, p := range slices.Compact(places) {
		if p >= 0 && p <= last && p != at {
			values = append(values, i.Number.At(p))
		}
	}
	return values
}

// Better is how surely the party likes the one package more than the other: the share of what its answers allow in which it
// does, 0 to 1; those in which they are equal count half.
func (m *Mind) Better(one, other portsmouth.Outcome) float64 {
	var more, less []term
	for i := range m.model.subjects {
		id := m.model.subjects[i].id
		if a, b := one[id], other[id]; a != b {
			more, less = m.model.add(more, i, a), m.model.add(less, i, b)
		}
	}
	var yes float64
	for p := range m.sample {
		switch d := worthOf(more, &m.sample[p]) - worthOf(less, &m.sample[p]); {
		case d > 1e-12:
			yes++
		case d > -1e-12:
			yes += 0.5
		}
	}
	return yes / float64(len(m.sample))
}

// add takes a term to others; an issue that is left open is none.
func (m *model) add(to []term, i int, v string) []term {
	if v == "" {
		return to
	}
	return append(to, m.term(i, v))
}

func worthOf(terms []term, p *state) float64 {
	var u float64
	for k := range terms {
		u += terms[k].worth(p)
	}
	return u
}

// Stated judges by preferences that a party stated, without having answered questions: nil Ranges are taken as exact.
type Stated struct {
	Preferences *portsmouth.Preferences
	Ranges      *portsmouth.Ranges
}

// Better compares what the two packages can be worth. Of exact preferences it says 1, 0 or a half. Of ranges it takes the
// least and the most by which the one can be worth more, each number anywhere in its range and whatever the others are, and
// says which part of that span is above nothing: 1 when it is better wherever in the ranges the truth lies, 0 when it is
// better nowhere. As it lets weights move one by one it is rather too unsure than too sure.
func (s Stated) Better(one, other portsmouth.Outcome) float64 {
	p := s.Preferences
	low := p.Utility(one) - p.Utility(other)
	high := low
	for _, issue := range portsmouth.SortedKeys(p.Weights) {
		a, b := one[issue], other[issue]
		if a == b {
			continue
		}
		exact := p.Weights[issue] * (p.Values[issue][a] - p.Values[issue][b])
		least, most := s.span(issue, a, b)
		low, high = low+least-exact, high+most-exact
	}
	switch {
	case low > 0:
		return 1
	case high < 0:
		return 0
	case low == high:
		return 0.5
	}
	return float64(high) / float64(high-low)
}

// span is the least and the most that an issue settled in one way can be worth more than settled in another.
func (s Stated) span(issue, one, other string) (least, most int64) {
	w, a, b := s.weight(issue), s.value(issue, one), s.value(issue, other)
	low, high := a.Low-b.High, a.High-b.Low
	return min(w.Low*low, w.High*low), max(w.Low*high, w.High*high)
}

func (s Stated) weight(issue string) portsmouth.Interval {
	if s.Ranges != nil {
		if i, known := s.Ranges.Weights[issue]; known {
			return i
		}
	}
	return portsmouth.Interval{Low: s.Preferences.Weights[issue], High: s.Preferences.Weights[issue]}
}

func (s Stated) value(issue, option string) portsmouth.Interval {
	if s.Ranges != nil {
		if i, known := s.Ranges.Values[issue][option]; known {
			return i
		}
	}
	return portsmouth.Interval{Low: s.Preferences.Values[issue][option], High: s.Preferences.Values[issue][option]}
}
