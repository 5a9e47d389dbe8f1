package solver_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"portsmouth/solver"
)

// propertyShuffle gives parties, issues and options other numbers: old number → new.
type propertyShuffle struct {
	parties, issues []int
	options         [][]int // by old issue
}

func newPropertyShuffle(p *solver.Problem, dice twinSource) *propertyShuffle {
	perm := func(n int) []int { return rand.New(rand.NewPCG(uint64(dice.n(1<<30)), 0)).Perm(n) }
	s := &propertyShuffle{parties: perm(len(p.Parties)), issues: perm(len(p.Options))}
	boxes := slices.ContainsFunc(p.Parties, func(party solver.Party) bool { return party.Boxes != nil })
	for _, n := range p.Options {
		o := perm(n)
		if boxes { // a box is about neighbours
			slices.Sort(o)
		}
		s.options = append(s.options, o)
	}
	return s
}

func (s *propertyShuffle) problem(p *solver.Problem) *solver.Problem {
	q := &solver.Problem{Options: make([]int, len(p.Options)), Parties: make([]solver.Party, len(p.Parties))}
	for i, n := range p.Options {
		q.Options[s.issues[i]] = n
	}
	for k, party := range p.Parties {
		q.Parties[s.parties[k]] = s.party(p, q, party)
	}
	for _, c := range p.Conditions {
		q.Conditions = append(q.Conditions, solver.Condition{If: s.terms(c.If), Then: s.terms(c.Then)})
	}
	return q
}

func (s *propertyShuffle) terms(ts []solver.Term) []solver.Term {
	out := make([]solver.Term, len(ts))
	for n, t := range ts {
		out[n] = solver.Term{Issue: s.issues[t.Issue], Options: make([]bool, len(t.Options))}
		for o, marked := range t.Options {
			out[n].Options[s.options[t.Issue][o]] = marked
		}
	}
	return out
}

func (s *propertyShuffle) party(p, q *solver.Problem, party solver.Party) solver.Party {
	values := make([][]int64, len(p.Options))
	for i, v := range party.Values {
		if v == nil {
			continue
		}
		values[s.issues[i]] = make([]int64, len(v))
		for o, worth := range v {
			values[s.issues[i]][s.options[i][o]] = worth
		}
	}
	party.Values = values
	tables := party.Tables
	party.Tables = nil
	for _, t := range tables {
		party.Tables = append(party.Tables, s.table(p, q, t))
	}
	party.Boxes = s.boxes(party.Boxes)
	return party
}

func (s *propertyShuffle) table(p, q *solver.Problem, t solver.Table) solver.Table {
	out := solver.Table{Values: make([]int64, len(t.Values))}
	for _, i := range t.Issues {
		out.Issues = append(out.Issues, s.issues[i])
	}
	slices.Sort(out.Issues)
	outcome := make([]int, len(q.Options))
	for place := range t.Values {
		rest := place
		for n := len(t.Issues) - 1; n >= 0; n-- {
			i := t.Issues[n]
			outcome[s.issues[i]] = s.options[i][rest%p.Options[i]]
			rest /= p.Options[i]
		}
		to := 0
		for _, i := range out.Issues {
			to = to*q.Options[i] + outcome[i]
		}
		out.Values[to] = t.Values[place]
	}
	return out
}

func (s *propertyShuffle) boxes(b *solver.Boxes) *solver.Boxes {
	if b == nil {
		return nil
	}
	out := &solver.Boxes{Aggregate: b.Aggregate, Boxes: slices.Clone(b.Boxes)}
	for n := range out.Boxes {
		out.Boxes[n].Bounds = slices.Clone(out.Boxes[n].Bounds)
		for d := range out.Boxes[n].Bounds {
			out.Boxes[n].Bounds[d].Issue = s.issues[out.Boxes[n].Bounds[d].Issue]
		}
	}
	for _, w := range b.Within {
		out.Within = append(out.Within, s.boxes(w))
	}
	return out
}

// vectors renumbers the parties within utilities.
func (s *propertyShuffle) vectors(points []solver.Point) [][]int64 {
	out := make([]solver.Point, len(points))
	for n, pt := range points {
		out[n].Utility = make([]int64, len(pt.Utility))
		for k, u := range pt.Utility {
			out[n].Utility[s.parties[k]] = u
		}
	}
	return propertyVectors(out)
}

// TestPropertyRelabelling: other numbers for parties, issues and options change nothing but the numbers.
func TestPropertyRelabelling(t *testing.T) {
	propertyCases(t, 200, func(p *solver.Problem, f *solver.Frontier, dice twinSource) error {
		s := newPropertyShuffle(p, dice)
		q := s.problem(p)
		if err := propertyFrontier(q, s.vectors(f.Points)); err != nil {
			return err
		}
		g, err := q.Frontier(context.Background(), twinEffort)
		if err != nil {
			return err
		}
		for _, rule := range solver.Rules()[:4] {
			before, err1 := f.Choose(rule, p.Disagreement())
			after, err2 := g.Choose(rule, q.Disagreement())
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			if !slices.EqualFunc(s.vectors(propertyPick(f, before)), propertyVectors(propertyPick(g, after)), slices.Equal[[]int64]) {
				return fmt.Errorf("%s chooses %v before and %v after", rule, propertyPick(f, before), propertyPick(g, after))
			}
		}
		return nil
	})
}

func propertyPick(f *solver.Frontier, c solver.Choice) []solver.Point {
	var points []solver.Point
	for _, n := range c.Points {
		points = append(points, f.Points[n])
	}
	return points
}
