package solver_test

import (
	"testing"
	"time"

	"portsmouth"
	"portsmouth/solver"
)

func agendaSmall() *portsmouth.Agenda {
	text := func(s string) portsmouth.Text { return portsmouth.Text{"en": s} }
	options := func(ids ...string) []portsmouth.Option {
		var list []portsmouth.Option
		for _, id := range ids {
			list = append(list, portsmouth.Option{ID: id, Label: text("the " + id)})
		}
		return list
	}
	return &portsmouth.Agenda{
		Version: 1, Languages: []string{"en"},
		Issues: []portsmouth.Issue{
			{ID: "island", Title: text("The island"), Kind: portsmouth.Discrete, Options: options("all", "half", "none")},
			{ID: "price", Title: text("The price"), Kind: portsmouth.Numeric, Number: &portsmouth.Number{Unit: text("yen"), Min: "-1", Max: "1.5", Step: "0.5"}},
			{ID: "ships", Title: text("The ships"), Kind: portsmouth.Discrete, Options: options("stay", "go")},
		},
		Conditions: []portsmouth.Condition{{
			If: []portsmouth.Term{{Issue: "price", From: "0.5"}}, Then: []portsmouth.Term{{Issue: "island", Options: []string{"half", "all"}}},
		}},
	}
}

func agendaWants() []solver.Want {
	numbers := map[string]int64{"-1": 0, "-0.5": 1500, "0": 3000, "0.5": 6000, "1": 9000, "1.5": 10_000}
	return []solver.Want{
		{Party: "japan", Reservation: 4275, Preferences: &portsmouth.Preferences{
			Weights: map[string]int64{"island": 6000, "price": 4000},
			Values:  map[string]map[string]int64{"island": {"all": 10_000, "half": 4321}, "price": numbers},
			Interactions: []portsmouth.Interaction{
				{When: []portsmouth.Term{{Issue: "ships", Options: []string{"go"}}, {Issue: "island", Options: []string{"half", "none"}}}, Value: 250},
				{When: []portsmouth.Term{{Issue: "island", Options: []string{"all"}}, {Issue: "ships", Options: []string{"stay"}}}, Value: -300},
				{When: []portsmouth.Term{{Issue: "price", From: "0", To: "1"}, {Issue: "ships", Options: []string{"go"}}, {Issue: "island", Options: []string{"half"}}}, Value: 77},
				{When: []portsmouth.Term{{Issue: "ships", Options: []string{"go"}}}, Value: 5},
			},
		}},
		{Party: "russia", Reservation: solver.NoReservation, Preferences: &portsmouth.Preferences{
			Weights: map[string]int64{"ships": 10_000, "price": 0}, Values: map[string]map[string]int64{"ships": {"stay": 10_000}},
		}},
	}
}

// TestFromAgenda compares every package with what the preferences say themselves.
func TestFromAgenda(t *testing.T) {
	a, wants := agendaSmall(), agendaWants()
	p, err := solver.FromAgenda(a, wants)
	if err != nil {
		t.Fatal(err)
	}
	if p.Parties[0].Reservation != 42_750_000 || p.Parties[1].Reservation != solver.NoReservation || len(p.Parties[0].Tables) != 2 {
		t.Errorf("reservations %d, %d and %d tables", p.Parties[0].Reservation, p.Parties[1].Reservation, len(p.Parties[0].Tables))
	}
	seen := 0
	for n := range 3 * 6 * 2 {
		index := []int{n / 12, n / 2 % 6, n % 2}
		o := solver.Outcome(a, index)
		back, err := solver.Index(a, o)
		if err != nil || back[0] != index[0] || back[1] != index[1] || back[2] != index[2] {
			t.Fatalf("%v is %s, and back %v, %v", index, o, back, err)
		}
		for k, w := range wants {
			if got, want := p.Utility(k, index), w.Preferences.Utility(o); got != want {
				t.Errorf("%s is worth %d to %s, not %d", o, want, w.Party, got)
			}
		}
		if legal := a.Check(o) == nil; legal != p.Legal(index) {
			t.Errorf("%s: legal %v", o, legal)
		}
		seen++
	}
	if seen != 36 {
		t.Errorf("%d packages", seen)
	}
	names := solver.NamesOf(a, "en", []portsmouth.Party{{Name: portsmouth.Text{"en": "Japan"}}})
	if names.Parties[0] != "Japan" || names.Issues[1] != "The price" || names.Option(1, 1) != "-0.5 yen" || names.Option(0, 2) != "the none" {
		t.Errorf("the names are %+v, %s, %s", names, names.Option(1, 1), names.Option(0, 2))
	}
}

func TestFromAgendaRefuses(t *testing.T) {
	for rule, change := range map[string]func(a *portsmouth.Agenda, w []solver.Want){
		"preferences-issue":  func(_ *portsmouth.Agenda, w []solver.Want) { w[0].Preferences.Weights["moon"] = 1 },
		"preferences-option": func(_ *portsmouth.Agenda, w []solver.Want) { w[0].Preferences.Values["island"]["moon"] = 1 },
		"solver-preferences": func(_ *portsmouth.Agenda, w []solver.Want) { w[1].Preferences = nil },
		"issue-options":      func(a *portsmouth.Agenda, _ []solver.Want) { a.Issues[0].Options = nil },
		"solver-size":        func(_ *portsmouth.Agenda, w []solver.Want) { w[0].Preferences.Weights["island"] = 1 << 60 },
	} {
		a, w := agendaSmall(), agendaWants()
		change(a, w)
		if _, err := solver.FromAgenda(a, w); portsmouth.RuleOf(err) != rule || portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("%s: %v", rule, err)
		}
	}
	a := agendaSmall()
	for range 5 {
		a.Issues = append(a.Issues, portsmouth.Issue{
			ID: "n" + string(rune('a'+len(a.Issues))), Title: portsmouth.Text{"en": "n"}, Kind: portsmouth.Numeric,
			Number: &portsmouth.Number{Unit: portsmouth.Text{"en": "n"}, Min: "0", Max: "1000000", Step: "1"},
		})
	}
	if _, err := solver.FromAgenda(a, agendaWants()); portsmouth.RuleOf(err) != "solver-size" {
		t.Errorf("five million steps: %v", err)
	}
	if _, err := solver.FromAgenda(nil, nil); portsmouth.KindOf(err) != portsmouth.Invalid {
		t.Errorf("no agenda: %v", err)
	}
	for _, o := range []portsmouth.Outcome{
		{"island": "all", "price": "0"},
		{"island": "all", "price": "0.25", "ships": "go"},
		{"island": "all", "price": "0", "ships": "go", "moon": "no"},
	} {
		if _, err := solver.Index(agendaSmall(), o); portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("%s: %v", o, err)
		}
	}
}

func TestReservationAt(t *testing.T) {
	day := func(d int) time.Time { return time.Date(1905, 8, d, 0, 0, 0, 0, time.UTC) }
	p := &portsmouth.Preferences{Reservations: []portsmouth.Reservation{{From: day(10), Value: 7}, {From: day(20), Value: 3}}}
	for d, want := range map[int]int64{9: solver.NoReservation, 10: 7, 19: 7, 20: 3, 31: 3} {
		if got := solver.ReservationAt(p, day(d)); got != want {
			t.Errorf("on the %dth: %d, not %d", d, got, want)
		}
	}
}
