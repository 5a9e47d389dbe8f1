package main

import (
	"context"
	"slices"
	"testing"

	"portsmouth/solver"
)

// TestRulesOfOtherTools shows, on packages few enough to be listed, where a rule of another tool chooses something else
// than the rule of the same name here. The other tool's choice is found by its own definition over the whole list; ours is
// then shown to be better by the rule's textbook aim. docs/guide/solver.md refers to these cases by name.
func TestRulesOfOtherTools(t *testing.T) {
	cases := []struct {
		name     string
		packages [][]int64
		worth    []int64 // of no agreement
		theirs   func(gains, utility []int64) int64
		rule     solver.Rule
		want     []int64 // our choice
		their    []int64 // the other tool's choice
		aim      func(gains []int64) int64
	}{
		{
			name:     "smallest difference is not Kalai-Smorodinsky (GENIUS, ANL)",
			packages: [][]int64{{100, 0}, {60, 58}, {59, 65}, {0, 100}}, worth: []int64{0, 0},
			theirs: func(_, u []int64) int64 { return -max(u[0]-u[1], u[1]-u[0]) },
			rule:   solver.KalaiSmorodinsky, want: []int64{59, 65}, their: []int64{60, 58}, aim: slices.Min[[]int64],
		},
		{
			name:     "two losses are no gain (GENIUS, three parties)",
			packages: [][]int64{{40, 40, 99}, {52, 52, 52}, {90, 50, 50}}, worth: []int64{50, 50, 50},
			theirs: func(g, _ []int64) int64 { return g[0] * g[1] * g[2] },
			rule:   solver.Nash, want: []int64{52, 52, 52}, their: []int64{40, 40, 99}, aim: slices.Min[[]int64],
		},
		{
			name:     "the highest sum is not egalitarian (NegoLog's Kalai)",
			packages: [][]int64{{90, 30}, {55, 55}, {20, 95}}, worth: []int64{0, 0},
			theirs: func(_, u []int64) int64 { return u[0] + u[1] },
			rule:   solver.Egalitarian, want: []int64{55, 55}, their: []int64{90, 30}, aim: slices.Min[[]int64],
		},
		{
			name:     "Nash subtracts what no agreement is worth (ANL, NegoLog do not)",
			packages: [][]int64{{86, 68}, {75, 77}, {60, 85}}, worth: []int64{0, 50},
			theirs: func(_, u []int64) int64 { return u[0] * u[1] },
			rule:   solver.Nash, want: []int64{60, 85}, their: []int64{86, 68},
			aim: func(g []int64) int64 { return g[0] * g[1] },
		},
	}
	for _, c := range cases {
		p := onePick(c.packages, c.worth)
		f, err := p.Frontier(context.Background(), solver.Effort{})
		if err != nil {
			t.Fatal(err)
		}
		choice, err := f.Choose(c.rule, p.Disagreement())
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Points[choice.Points[0]].Utility; len(choice.Points) != 1 || !slices.Equal(got, c.want) {
			t.Errorf("%s: we choose %v, want %v", c.name, got, c.want)
		}
		their := c.packages[0]
		for _, u := range c.packages {
			if c.theirs(differences(u, c.worth), u) > c.theirs(differences(their, c.worth), their) {
				their = u
			}
		}
		if !slices.Equal(their, c.their) {
			t.Errorf("%s: the other tool chooses %v, want %v", c.name, their, c.their)
		}
		if c.aim(differences(c.want, c.worth)) <= c.aim(differences(their, c.worth)) {
			t.Errorf("%s: ours is not better by the rule's aim", c.name)
		}
	}
}

// onePick is a problem of one issue whose options are the packages.
func onePick(packages [][]int64, worth []int64) *solver.Problem {
	p := &solver.Problem{Options: []int{len(packages)}}
	for k, w := range worth {
		party := solver.Party{Values: [][]int64{nil}, Cap: solver.NoCap, Reservation: w, Unit: 1}
		for _, u := range packages {
			party.Values[0] = append(party.Values[0], u[k])
		}
		p.Parties = append(p.Parties, party)
	}
	return p
}
