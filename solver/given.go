package solver

import (
	"slices"

	"portsmouth"
)

// Open stands in the place of a choice that has not been made.
const Open = -1

// Given returns the problem that remains when some issues are settled: choices holds an option by issue, or Open. The
// settled issues stay in their places with one option each, so outcomes keep their form; Whole gives their options back.
// The original is not changed. Errors are of kind Invalid: choices that do not fit.
func (p *Problem) Given(choices []int) (*Problem, error) {
	if len(choices) != len(p.Options) {
		return nil, portsmouth.Invalidf("solver-given", "%d issues need as many choices, not %d", len(p.Options), len(choices))
	}
	for i, c := range choices {
		if c != Open && (c < 0 || c >= p.Options[i]) {
			return nil, portsmouth.Invalidf("solver-given", "issue %d has no option %d", i, c)
		}
	}
	g := &Problem{Options: slices.Clone(p.Options), Parties: slices.Clone(p.Parties)}
	for i, c := range choices {
		if c != Open {
			g.Options[i] = 1
		}
	}
	for k := range g.Parties {
		g.Parties[k] = p.Parties[k].given(p.Options, choices)
	}
	for _, c := range p.Conditions {
		g.Conditions = append(g.Conditions, Condition{If: givenTerms(c.If, choices), Then: givenTerms(c.Then, choices)})
	}
	return g, nil
}

// Whole turns an outcome of what Given returned into one of the original problem, in place.
func Whole(outcome, choices []int) []int {
	for i, c := range choices {
		if c != Open {
			outcome[i] = c
		}
	}
	return outcome
}

func (y Party) given(options, choices []int) Party {
	values := slices.Clone(y.Values)
	for i := range values {
		if c := choices[i]; c != Open && values[i] != nil {
			values[i] = values[i][c : c+1]
		}
	}
	y.Values = values
	tables := make([]Table, len(y.Tables))
	for n := range y.Tables {
		tables[n] = y.Tables[n].given(options, choices)
	}
	y.Tables = tables
	y.Boxes = y.Boxes.given(choices)
	return y
}

// given keeps the entries that agree with the choices, in their order.
func (t *Table) given(options, choices []int) Table {
	kept := Table{Issues: t.Issues}
	at := make([]int, len(t.Issues))
	for _, v := range t.Values {
		agrees := true
		for n, i := range t.Issues {
			agrees = agrees && (choices[i] == Open || choices[i] == at[n])
		}
		if agrees {
			kept.Values = append(kept.Values, v)
		}
		for n := len(at) - 1; n >= 0; n-- {
			if at[n]++; at[n] < options[t.Issues[n]] {
				break
			}
			at[n] = 0
		}
	}
	return kept
}

// given turns the bounds of a settled issue into one that always holds, or never.
func (b *Boxes) given(choices []int) *Boxes {
	if b == nil {
		return nil
	}
	g := &Boxes{Aggregate: b.Aggregate, Boxes: slices.Clone(b.Boxes)}
	for n := range g.Boxes {
		bounds := slices.Clone(g.Boxes[n].Bounds)
		for k, d := range bounds {
			c := choices[d.Issue]
			switch {
			case c == Open:
			case d.Low <= c && c <= d.High:
				bounds[k] = Bound{d.Issue, 0, 0}
			default:
				bounds[k] = Bound{d.Issue, 1, 0}
			}
		}
		g.Boxes[n].Bounds = bounds
	}
	for _, w := range b.Within {
		g.Within = append(g.Within, w.given(choices))
	}
	return g
}

func givenTerms(terms []Term, choices []int) []Term {
	out := slices.Clone(terms)
	for k, t := range out {
		if c := choices[t.Issue]; c != Open {
			out[k].Options = t.Options[c : c+1]
		}
	}
	return out
}
