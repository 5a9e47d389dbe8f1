package elicit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"portsmouth"
)

func improveAgenda() *portsmouth.Agenda {
	en := func(s string) portsmouth.Text { return portsmouth.Text{"en": s} }
	return &portsmouth.Agenda{Version: 1, Languages: []string{"en"}, Issues: []portsmouth.Issue{
		{ID: "coast", Title: en("Coast"), Kind: portsmouth.Discrete, Options: []portsmouth.Option{{ID: "kept", Label: en("kept")}, {ID: "shared", Label: en("shared")}, {ID: "ceded", Label: en("ceded")}}},
		{ID: "isles", Title: en("Isles"), Kind: portsmouth.Discrete, Options: []portsmouth.Option{{ID: "one", Label: en("one")}, {ID: "two", Label: en("two")}}},
		{ID: "toll", Title: en("Toll"), Kind: portsmouth.Numeric, Number: &portsmouth.Number{Min: "0", Max: "100", Step: "5", Unit: en("crowns")}},
	}}
}

// TestSteps counts the steps by hand: two other options of the coast, one of the isles, ten places of the toll beside the
// value itself (the neighbours 15 and 25 and the grid 0, 10, 25, 35, 50, 60, 75, 85, 100).
func TestSteps(t *testing.T) {
	a, base := improveAgenda(), portsmouth.Outcome{"coast": "kept", "isles": "one", "toll": "20"}
	steps := Steps(a, base, nil)
	if want := (2 + 1 + 10) + 2*1 + 2*10 + 1*10; len(steps) != want {
		t.Errorf("%d steps, want %d: %v", len(steps), want, steps)
	}
	for k, s := range steps {
		next := base.With(s)
		if len(s) < 1 || len(s) > 2 || a.Check(next) != nil || next.Equal(base) || slices.ContainsFunc(steps[:k], s.Equal) {
			t.Errorf("step %v is none, or stands twice", s)
		}
	}
	if got := len(Steps(a, base, portsmouth.Outcome{"toll": "20"})); got != 2+1+2 {
		t.Errorf("%d steps where the toll is settled", got)
	}
	if got := Steps(a, base, portsmouth.Outcome{"toll": "25"}); got != nil {
		t.Errorf("steps %v from a package that goes against what is settled", got)
	}
	a.Conditions = []portsmouth.Condition{{If: []portsmouth.Term{{Issue: "coast", Options: []string{"ceded"}}}, Then: []portsmouth.Term{{Issue: "isles", Options: []string{"two"}}}}}
	for _, s := range Steps(a, base, nil) {
		if s["coast"] == "ceded" && s["isles"] != "two" {
			t.Errorf("%v breaks the condition", s)
		}
	}
}

// TestStatedBetter holds the judgement of ranges against draws from them: what is called sure is so in every draw.
func TestStatedBetter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	one, other := portsmouth.Outcome{"coast": "shared", "isles": "two", "toll": "20"}, portsmouth.Outcome{"coast": "kept", "isles": "one", "toll": "20"}
	sure := map[float64]int{}
	for range 2000 {
		p, r := improveStated(rng)
		exact := Stated{p, nil}.Better(one, other)
		if d := p.Utility(one) - p.Utility(other); (d > 0) != (exact == 1) || (d < 0) != (exact == 0) {
			t.Fatalf("exact: %d is judged %v", d, exact)
		}
		share := Stated{p, r}.Better(one, other)
		sure[share]++
		for range 20 {
			q := improveDraw(rng, p, r)
			if d := q.Utility(one) - q.Utility(other); share == 1 && d <= 0 || share == 0 && d >= 0 {
				t.Fatalf("judged %v, and a draw differs by %d", share, d)
			}
		}
	}
	if sure[1] < 100 || sure[0] < 100 || len(sure) < 100 {
		t.Errorf("judged surely %d times, surely not %d, of %d judgements", sure[1], sure[0], len(sure))
	}
}

func improveStated(rng *rand.Rand) (*portsmouth.Preferences, *portsmouth.Ranges) {
	coast := int64(rng.IntN(10_001))
	p := &portsmouth.Preferences{
		Weights: map[string]int64{"coast": coast, "isles": 10_000 - coast},
		Values: map[string]map[string]int64{
			"coast": {"kept": int64(rng.IntN(10_001)), "shared": int64(rng.IntN(10_001)), "ceded": int64(rng.IntN(10_001))},
			"isles": {"one": int64(rng.IntN(10_001)), "two": int64(rng.IntN(10_001))},
		},
	}
	around := func(v int64) portsmouth.Interval {
		return portsmouth.Interval{Low: max(v-int64(rng.IntN(1500)), 0), High: min(v+int64(rng.IntN(1500)), 10_000)}
	}
	r := &portsmouth.Ranges{Weights: map[string]portsmouth.Interval{"coast": around(coast)}, Values: map[string]map[string]portsmouth.Interval{"isles": {"two": around(p.Values["isles"]["two"])}}}
	return p, r
}

// improveDraw takes any numbers within the ranges.
func improveDraw(rng *rand.Rand, p *portsmouth.Preferences, r *portsmouth.Ranges) *portsmouth.Preferences {
	in := func(i portsmouth.Interval) int64 { return i.Low + rng.Int64N(i.High-i.Low+1) }
	q := p.Numbers()
	q.Weights = map[string]int64{"coast": in(r.Weights["coast"]), "isles": p.Weights["isles"]}
	q.Values = map[string]map[string]int64{"coast": p.Values["coast"], "isles": {"one": p.Values["isles"]["one"], "two": in(r.Values["isles"]["two"])}}
	return q
}

// TestImprovementsMixParties: one party gives orders and no numbers, one answers with numbers, one brought exact
// preferences. What comes out is better for those whose mind is known exactly, and in the order of the one who gave orders.
func TestImprovementsMixParties(t *testing.T) {
	a, base := improveAgenda(), portsmouth.Outcome{"coast": "shared", "isles": "one", "toll": "20"}
	orders := Answers{
		{ID: "n", Kind: NoWeights},
		{ID: "c", Kind: OrderOptions, Issue: "coast", Order: [][]string{{"kept"}, {"shared"}, {"ceded"}}},
		{ID: "i", Kind: OrderOptions, Issue: "isles", Order: [][]string{{"two"}, {"one"}}},
	}
	numbers := Answers{
		{ID: "c", Kind: OrderOptions, Issue: "coast", Order: [][]string{{"kept"}, {"shared"}, {"ceded"}}},
		{ID: "i", Kind: OrderOptions, Issue: "isles", Order: [][]string{{"two"}, {"one"}}},
		{ID: "s", Kind: Swing, Reference: "coast", Bars: map[string]int{"isles": 50, "toll": 10}},
	}
	exact := Stated{Preferences: &portsmouth.Preferences{
		Weights: map[string]int64{"coast": 4000, "isles": 6000},
		Values:  map[string]map[string]int64{"coast": {"kept": 0, "shared": 5000, "ceded": 10_000}, "isles": {"one": 0, "two": 10_000}},
	}}
	judges := []Judge{think(t, a, orders), think(t, a, numbers), exact}
	found, err := Improvements(t.Context(), a, base, nil, 3, judges...)
	if err != nil || len(found) == 0 || !found[0].Change.Equal(portsmouth.Outcome{"isles": "two"}) || found[0].Sure != 1 {
		t.Fatalf("found %v, %v", found, err)
	}
	for _, f := range found {
		if exact.Better(base.With(f.Change), base) != 1 {
			t.Errorf("%v is not better for the party whose preferences are known", f)
		}
	}
	again, err := Improvements(t.Context(), a, base, nil, 3, think(t, a, orders), think(t, a, numbers), exact)
	if err != nil || fmt.Sprint(again) != fmt.Sprint(found) {
		t.Errorf("the second time %v, %v, the first %v", again, err, found)
	}
	if got, err := Improvements(t.Context(), a, base, portsmouth.Outcome{"isles": "one"}, 3, judges...); err != nil || slices.ContainsFunc(got, func(i Improvement) bool { return i.Change["isles"] != "" }) {
		t.Errorf("what is settled is stepped away from: %v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Improvements(ctx, a, base, nil, 3, judges...); err == nil {
		t.Error("it goes on after its time")
	}
	if _, err := Improvements(t.Context(), a, portsmouth.Outcome{"coast": "kept"}, nil, 3, judges...); portsmouth.KindOf(err) != portsmouth.Invalid {
		t.Errorf("half a package: %v", err)
	}
}

// BenchmarkImprovements is what a round of this kind costs at its close: eight parties, who are thought through first.
func BenchmarkImprovements(b *testing.B) {
	for _, size := range [][2]int{{8, 5}, {20, 5}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			a := simAgenda(size[0], size[1])
			base := portsmouth.Outcome{}
			for k := range a.Issues {
				base[a.Issues[k].ID] = a.Issues[k].Options[0].ID
			}
			for b.Loop() {
				var judges []Judge
				for range 8 {
					judges = append(judges, think(b, a, Answers{{ID: "n", Kind: NoWeights}}))
				}
				if _, err := Improvements(b.Context(), a, base, nil, 3, judges...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
