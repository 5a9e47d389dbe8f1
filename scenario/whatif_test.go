package scenario_test

import (
	"os"
	"strings"
	"testing"

	"portsmouth/scenario"
	"portsmouth/solver"
)

func TestWhatIfs1905(t *testing.T) {
	s := load(t, example1905)
	for _, want := range []struct {
		id            string
		before, after int64
		effect        scenario.Effect
		in            bool // the package asked about could have been signed by all
	}{
		{"tokyo_leak", 455_975, 256_051, scenario.Narrows, true},
		{"peterhof_leak", 0, 3675, scenario.Opens, true},
		{"no_ishii", 3675, 455_975, scenario.Widens, true},
		{"witte_free", 0, 60, scenario.Opens, false},
		{"no_occupation", 3675, 1, scenario.Narrows, false},
		{"redemption_small", 3675, 3675, scenario.Unchanged, false},
		{"tsar_28_aug", 455_975, 8_470_266, scenario.Widens, true},
		{"one_more_month", 3675, 81_637, scenario.Widens, true},
	} {
		a, err := s.Study().Ask(t.Context(), solver.Effort{}, s.WhatIf(want.id))
		if err != nil {
			t.Errorf("%s: %v", want.id, err)
			continue
		}
		before, after := a.Before.Zone.Count, a.After.Zone.Count
		if !before.Exact || before.Low.Int64() != want.before || !after.Exact || after.Low.Int64() != want.after {
			t.Errorf("%s: from %v to %v packages, want %d and %d", want.id, before.Low, after.Low, want.before, want.after)
		}
		if a.Effect != want.effect || a.Package.InZone != want.in {
			t.Errorf("%s: %s, in the zone %t; want %s, %t", want.id, a.Effect, a.Package.InZone, want.effect, want.in)
		}
	}
	for _, id := range []string{"one_text", "open_sessions"} {
		if _, err := s.Study().Ask(t.Context(), solver.Effort{}, s.WhatIf(id)); err == nil {
			t.Errorf("%s was answered with numbers", id)
		}
	}
	if len(s.WhatIfs) != 10 {
		t.Errorf("there are %d what-ifs, want 10", len(s.WhatIfs))
	}
}

// With the head settled, every fair point settles it so.
func TestAFixedHeadStaysFixed(t *testing.T) {
	s := load(t, example1905)
	w := s.WhatIf("tokyo_leak")
	a, err := s.Study().Ask(t.Context(), solver.Effort{}, w)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range a.After.Frontier.Points {
		o := solver.Outcome(&s.Agenda, p.Outcome)
		if o["sakhalin"] != "all_russian" || s.Agenda.Check(o) != nil {
			t.Fatalf("the frontier has %v", o)
		}
		if got := a.After.Problem.Point(p.Outcome); got.Utility[0] != p.Utility[0] || got.Utility[1] != p.Utility[1] {
			t.Fatalf("%v is worth %v, not %v", o, got.Utility, p.Utility)
		}
	}
}

func TestWhatIfProblems(t *testing.T) {
	spec, err := os.ReadFile(small)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, problem string }{
		{"{id: x, question: Q, package: halves}", ""},
		{"{id: x, question: Q, reserve: {north: 12.5, south: halves}, on: 2026-02-01}", ""},
		{"{id: x, question: Q, drop: [north.2026-01-01]}", ""},
		{"{id: x, question: Q, months: 2, drift: {north: -1.5}}", ""},
		{"{id: x, question: Q, answerable: false, note: It is about procedure.}", ""},
		{"{id: x, question: Q}", "changes nothing"},
		{"{id: x, question: Q, answerable: false}", "needs a note"},
		{"{id: x, question: Q, answerable: false, note: N, fix: {cost: 50}}", "keep one"},
		{"{id: x, question: Q, months: 2}", "months and drift together"},
		{"{id: x, question: Q, months: 0, drift: {north: 1}}", "from 1 to 1200"},
		{"{id: x, question: Q, drop: [north.2026-01-02]}", "north has no reservation of 2026-01-02"},
		{"{id: x, question: Q, drop: [north]}", "like japan.1905-08-29"},
		{"{id: x, question: Q, reserve: {west: 3}}", "there is no party “west”"},
		{"{id: x, question: Q, reserve: {north: third}}", "there is no package “third”"},
		{"{id: x, question: Q, package: {set: {cost: 50}}}", "no whole, legal package"},
		{"{id: x, question: Q, fix: {cost: 51}}", "51"},
	} {
		_, err := scenario.Parse("small.yaml", []byte(string(spec)+"\nwhat_if:\n  - "+c.what+"\n"))
		switch {
		case c.problem == "" && err != nil:
			t.Errorf("%s: %v", c.what, err)
		case c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem)):
			t.Errorf("%s: %v, want %q", c.what, err, c.problem)
		}
	}
}
