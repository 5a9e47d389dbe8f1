package elicit

import (
	"cmp"
	"slices"

	"portsmouth"
)

// Improvement is a small change of a package that is likely better for all.
type Improvement struct {
	Change portsmouth.Outcome `json:"change"` // one or two issues
	Sure   float64            `json:"sure"`   // the least, over the minds, of how surely it is better
}

// Improvements lists changes of a package, of one issue or of two at once, that are likelier than not to be better for each
// of the minds: a jointly improving direction, for which no party gave a number (Ehtamo, Verkama & Hämäläinen 1999). It
// reads several parties' minds and is for the venue alone; what it finds goes out only as a round's rule says. All minds
// must be of the same agenda.
func Improvements(base portsmouth.Outcome, most int, minds ...*Mind) ([]Improvement, error) {
	if len(minds) == 0 {
		return nil, nil
	}
	m := minds[0].model
	if err := m.agenda.Check(base); err != nil {
		return nil, err
	}
	var found []Improvement
	for _, o := range m.smallChanges(base) {
		next := base.With(o)
		if m.agenda.Check(next) != nil {
			continue
		}
		sure := 1.0
		for _, mind := range minds {
			sure = min(sure, mind.Better(next, base))
			if sure <= 0.5 {
				break
			}
		}
		if sure > 0.5 {
			found = append(found, Improvement{o, sure})
		}
	}
	slices.SortStableFunc(found, func(a, b Improvement) int { return cmp.Compare(b.Sure, a.Sure) })
	return found[:min(most, len(found))], nil
}

// smallChanges lists one change an issue and option, and pairs of them as long as there are not too many.
func (m *model) smallChanges(base portsmouth.Outcome) []portsmouth.Outcome {
	var one, all []portsmouth.Outcome
	for i := range m.subjects {
		s := &m.subjects[i]
		for _, id := range s.options {
			if base[s.id] != id {
				one = append(one, portsmouth.Outcome{s.id: id})
			}
		}
	}
	all = append(all, one...)
	if len(one) > 200 {
		return all
	}
	for a := range one {
		for b := range a {
			if two := one[a].With(one[b]); len(two) == 2 {
				all = append(all, two)
			}
		}
	}
	return all
}

// Better is how surely the party likes the one package more than the other: the share of what its answers allow in which it
// does, 0 to 1; those in which they are equal count half.
func (m *Mind) Better(one, other portsmouth.Outcome) float64 {
	var yes float64
	for p := range m.sample {
		a, b := m.utilityOf(&m.sample[p], one), m.utilityOf(&m.sample[p], other)
		switch {
		case a > b+1e-12:
			yes++
		case a > b-1e-12:
			yes += 0.5
		}
	}
	return yes / float64(len(m.sample))
}
