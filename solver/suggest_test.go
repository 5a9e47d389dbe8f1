package solver_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"portsmouth"
	"portsmouth/solver"
)

// TestGivenTwin: what remains when some issues are settled is worth, and allowed, what it was in the whole problem.
func TestGivenTwin(t *testing.T) {
	for n := range 400 {
		dice := twinSeed(uint64(n))
		p := twinProblem(dice, 60)
		choices := make([]int, len(p.Options))
		for i := range choices {
			if choices[i] = solver.Open; dice.n(2) == 1 {
				choices[i] = dice.n(p.Options[i])
			}
		}
		before, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		g, err := p.Given(choices)
		if err != nil || g.Validate() != nil {
			t.Fatalf("seed %d: %v, %v", n, err, g.Validate())
		}
		rest := newTwin(g)
		for _, pt := range rest.legal {
			whole := solver.Whole(slices.Clone(pt.Outcome), choices)
			if got := p.Point(whole).Utility; !slices.Equal(got, pt.Utility) || !p.Legal(whole) {
				t.Fatalf("seed %d: %v is worth %v, as part of %v %v", n, pt.Outcome, pt.Utility, whole, got)
			}
		}
		if want := suggestCount(p, choices); len(rest.legal) != want {
			t.Fatalf("seed %d: %d packages remain, want %d", n, len(rest.legal), want)
		}
		if after, _ := json.Marshal(p); string(after) != string(before) {
			t.Fatalf("seed %d: the problem itself was changed", n)
		}
		suggestSameFrontier(t, n, g, rest)
	}
}

// suggestCount counts the legal outcomes that keep the choices.
func suggestCount(p *solver.Problem, choices []int) int {
	n := 0
	for _, pt := range newTwin(p).legal {
		kept := true
		for i, c := range choices {
			kept = kept && (c == solver.Open || c == pt.Outcome[i])
		}
		if kept {
			n++
		}
	}
	return n
}

// suggestSameFrontier has the solver find the frontier of what remains, boxes and all.
func suggestSameFrontier(t *testing.T, n int, g *solver.Problem, rest *twin) {
	t.Helper()
	f, err := g.Frontier(context.Background(), solver.Effort{})
	if err != nil {
		if len(rest.legal) > 0 {
			t.Fatalf("seed %d: %v", n, err)
		}
		return
	}
	want := rest.frontier()
	if len(f.Points) != len(want) {
		t.Fatalf("seed %d: a frontier of %d points, want %d", n, len(f.Points), len(want))
	}
}

func TestGivenRefuses(t *testing.T) {
	p := &solver.Problem{Options: []int{2, 3}, Parties: []solver.Party{{Unit: 1, Cap: solver.NoCap}}}
	for _, choices := range [][]int{nil, {0}, {0, 3}, {-2, 0}, {0, 0, 0}} {
		if _, err := p.Given(choices); portsmouth.RuleOf(err) != "solver-given" {
			t.Errorf("%v: %v", choices, err)
		}
	}
}

// suggestAgenda has three issues, one of them a number, and a condition.
func suggestAgenda() *portsmouth.Agenda {
	en := func(s string) portsmouth.Text { return portsmouth.Text{"en": s} }
	issue := func(id string, options ...string) portsmouth.Issue {
		i := portsmouth.Issue{ID: id, Title: en(id), Kind: portsmouth.Discrete}
		for _, o := range options {
			i.Options = append(i.Options, portsmouth.Option{ID: o, Label: en(o)})
		}
		return i
	}
	return &portsmouth.Agenda{Languages: []string{"en"}, Issues: []portsmouth.Issue{
		issue("coast", "kept", "shared", "ceded"),
		{ID: "toll", Title: en("toll"), Kind: portsmouth.Numeric, Number: &portsmouth.Number{Unit: en("crowns"), Min: "0", Max: "20", Step: "10"}},
		issue("isles", "north", "south"),
	}, Conditions: []portsmouth.Condition{{
		If:   []portsmouth.Term{{Issue: "toll", From: "20"}},
		Then: []portsmouth.Term{{Issue: "coast", Options: []string{"shared"}}},
	}}}
}

// suggestRequest draws what two or three parties want.
func suggestRequest(dice twinSource) solver.Request {
	r := solver.Request{Agenda: suggestAgenda(), Rule: []solver.Rule{solver.Nash, solver.Utilitarian, solver.Egalitarian, solver.KalaiSmorodinsky}[dice.n(4)]}
	for k := range 2 + dice.n(2) {
		coast := int64(500 + 100*dice.n(60))
		toll := int64(100 * dice.n(30))
		p := &portsmouth.Preferences{Weights: map[string]int64{"coast": coast, "toll": toll, "isles": 10_000 - coast - toll}, Values: map[string]map[string]int64{}}
		for _, i := range suggestAgenda().Issues {
			values := map[string]int64{}
			for o := range int(i.Count()) {
				values[suggestOption(&i, o)] = int64(1000 * dice.n(11))
			}
			p.Values[i.ID] = values
		}
		want := solver.Want{Party: string(rune('a' + k)), Preferences: p, Reservation: solver.NoReservation}
		if dice.n(3) > 0 {
			want.Reservation = int64(500 * dice.n(12))
		}
		r.Wants = append(r.Wants, solver.RangedWant{Want: want})
	}
	return r
}

func suggestOption(i *portsmouth.Issue, k int) string {
	if i.Kind == portsmouth.Numeric {
		return i.Number.At(int64(k))
	}
	return i.Options[k].ID
}

// suggestAll lists the legal packages that keep what is settled.
func suggestAll(r *solver.Request) []portsmouth.Outcome {
	all := []portsmouth.Outcome{{}}
	for n := range r.Agenda.Issues {
		i := &r.Agenda.Issues[n]
		var longer []portsmouth.Outcome
		for _, o := range all {
			for k := range int(i.Count()) {
				v := suggestOption(i, k)
				if settled, is := r.Settled[i.ID]; r.Over == nil && is && settled != v {
					continue
				}
				longer = append(longer, o.With(portsmouth.Outcome{i.ID: v}))
			}
		}
		all = longer
	}
	return slices.DeleteFunc(all, func(o portsmouth.Outcome) bool { return r.Agenda.Check(o) != nil })
}

// suggestFrom is what a package has to give a party at least.
func suggestFrom(r *solver.Request, k int) int64 {
	w := r.Wants[k]
	if r.Over != nil {
		return w.Preferences.Utility(r.Over) + r.MinGain*10_000
	}
	if w.Reservation == solver.NoReservation {
		return -1 // just below 0 points
	}
	return w.Reservation * 10_000
}

func suggestAllows(r *solver.Request, o portsmouth.Outcome) bool {
	for k, w := range r.Wants {
		if w.Preferences.Utility(o) < suggestFrom(r, k) {
			return false
		}
	}
	return true
}

// suggestDominated reports whether another package is better for some and worse for none.
func suggestDominated(r *solver.Request, o portsmouth.Outcome, all []portsmouth.Outcome) bool {
	return slices.ContainsFunc(all, func(other portsmouth.Outcome) bool {
		better := false
		for _, w := range r.Wants {
			d := w.Preferences.Utility(other) - w.Preferences.Utility(o)
			if d < 0 {
				return false
			}
			better = better || d > 0
		}
		return better
	})
}

// TestSuggestTwin holds suggestions on exact preferences to what listing all packages says: legal, undominated, within
// what is settled, worse for nobody than what is to be bettered; first the rule's own choice; nothing where nothing is.
func TestSuggestTwin(t *testing.T) {
	some, none := 0, 0
	for n := range 400 {
		dice := twinSeed(uint64(n))
		r := suggestRequest(dice)
		switch dice.n(3) {
		case 0:
			r.Settled = portsmouth.Outcome{"coast": []string{"kept", "shared", "ceded"}[dice.n(3)]}
		case 1:
			all := suggestAll(&r)
			r.Over, r.MinGain = all[dice.n(len(all))], int64(1+dice.n(500))
			r.Settled = r.Over // a baseline settles all heads, and is bettered all the same
		}
		got, err := solver.Suggest(t.Context(), r)
		if err != nil {
			t.Fatalf("seed %d: %v", n, err)
		}
		all := suggestAll(&r)
		for k, o := range got.Packages {
			if r.Agenda.Check(o) != nil || !slices.ContainsFunc(all, o.Equal) || !suggestAllows(&r, o) || suggestDominated(&r, o, all) {
				t.Fatalf("seed %d: package %d of %v should not be suggested", n, k, got.Packages)
			}
		}
		if possible := slices.ContainsFunc(all, func(o portsmouth.Outcome) bool { return suggestGains(&r, o) }); possible != (len(got.Packages) > 0) {
			t.Fatalf("seed %d: %s over %v, settled %v: %v suggested, though a gain for all is possible: %v", n, r.Rule, r.Over, r.Settled, got.Packages, possible)
		}
		if len(got.Packages) == 0 {
			none++
			continue
		}
		some++
		if again, err := solver.Suggest(t.Context(), r); err != nil || !slices.EqualFunc(got.Packages, again.Packages, portsmouth.Outcome.Equal) || again.Method != got.Method {
			t.Fatalf("seed %d: the same request gives %+v and %+v, %v", n, got, again, err)
		}
		suggestFirst(t, n, &r, got.Packages[0])
	}
	if some < 100 || none < 20 {
		t.Errorf("%d cases with a suggestion, %d without", some, none)
	}
}

// suggestGains reports whether a package is better for all than no agreement, or enough better than the package to be
// bettered. By the greatest sum it is enough that it is better for someone and worse for nobody.
func suggestGains(r *solver.Request, o portsmouth.Outcome) bool {
	gainers := 0
	for k, w := range r.Wants {
		from, u := suggestFrom(r, k), w.Preferences.Utility(o)
		if u < from {
			return false
		}
		if u > from || r.Over != nil {
			gainers++
		}
	}
	return gainers == len(r.Wants) || gainers > 0 && r.Rule == solver.Utilitarian
}

// suggestFirst compares with the rule applied to the whole frontier.
func suggestFirst(t *testing.T, n int, r *solver.Request, first portsmouth.Outcome) {
	t.Helper()
	var wants []solver.Want
	for _, w := range r.Wants {
		wants = append(wants, w.Want)
	}
	p, err := solver.FromAgenda(r.Agenda, wants)
	if err != nil {
		t.Fatal(err)
	}
	for k := range p.Parties {
		if r.Over != nil {
			p.Parties[k].Reservation = suggestFrom(r, k) - 1 // just as much more is enough
		}
	}
	for id, v := range r.Settled { // by conditions, which Given does without
		i := slices.IndexFunc(r.Agenda.Issues, func(x portsmouth.Issue) bool { return x.ID == id })
		if r.Over != nil {
			continue
		}
		only := make([]bool, p.Options[i])
		for k := range only {
			only[k] = suggestOption(&r.Agenda.Issues[i], k) == v
		}
		any := make([]bool, p.Options[0])
		for k := range any {
			any[k] = true
		}
		p.Conditions = append(p.Conditions, solver.Condition{If: []solver.Term{{Issue: 0, Options: any}}, Then: []solver.Term{{Issue: i, Options: only}}})
	}
	f, err := p.Frontier(t.Context(), solver.Effort{})
	if err != nil {
		t.Fatal(err)
	}
	index, err := solver.Index(r.Agenda, first)
	if err != nil {
		t.Fatal(err)
	}
	worth := p.Point(index).Utility
	d := p.Disagreement()
	for range 2 {
		choice, err := f.Choose(r.Rule, d)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(choice.Points, func(k int) bool { return slices.Equal(f.Points[k].Utility, worth) }) {
			return
		}
		for k := range d.Worth { // where no package gives all a gain from the least on the frontier
			if d.Worth[k] == solver.NoReservation {
				d.Worth[k] = suggestFrom(r, k)
			}
		}
	}
	t.Fatalf("seed %d: %s does not choose %v, worth %v, among %v", n, r.Rule, first, worth, f.Points)
}

// TestSuggestRanges: with ranges the packages are legal, keep what is settled, come out the same each time, and the method
// says on what they rest. Ranges without any width change nothing.
func TestSuggestRanges(t *testing.T) {
	for n := range 60 {
		dice := twinSeed(uint64(n))
		r := suggestRequest(dice)
		for k := range r.Wants {
			for _, values := range r.Wants[k].Preferences.Values { // somewhere the best is 100 points
				for _, o := range portsmouth.SortedKeys(values) {
					values[o] = 10_000
					break
				}
			}
		}
		exact, err := solver.Suggest(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int64{0, 300} {
			for k := range r.Wants {
				r.Wants[k].Ranges = suggestRanges(r.Wants[k].Preferences, width)
				if err := r.Wants[k].Ranges.Check(r.Wants[k].Preferences); err != nil {
					t.Fatal(err)
				}
			}
			got, err := solver.Suggest(t.Context(), r)
			if err != nil {
				t.Fatalf("seed %d: %v", n, err)
			}
			again, err := solver.Suggest(t.Context(), r)
			if err != nil || !slices.EqualFunc(got.Packages, again.Packages, portsmouth.Outcome.Equal) {
				t.Fatalf("seed %d: %v, then %v, %v", n, got, again, err)
			}
			for _, o := range got.Packages {
				if err := r.Agenda.Check(o); err != nil {
					t.Fatalf("seed %d: %v", n, err)
				}
			}
			if len(got.Packages) > 0 && got.Method == "exact" {
				t.Fatalf("seed %d: %q from ranges", n, got.Method)
			}
			if width == 0 && len(got.Packages) != len(exact.Packages) {
				t.Fatalf("seed %d: %v without width, %v exactly", n, got.Packages, exact.Packages)
			}
		}
	}
}

func suggestRanges(p *portsmouth.Preferences, width int64) *portsmouth.Ranges {
	around := func(v int64) portsmouth.Interval {
		return portsmouth.Interval{Low: max(0, v-width), High: min(10_000, v+width)}
	}
	r := &portsmouth.Ranges{Weights: map[string]portsmouth.Interval{}, Values: map[string]map[string]portsmouth.Interval{}}
	for issue, w := range p.Weights {
		r.Weights[issue] = around(w)
		r.Values[issue] = map[string]portsmouth.Interval{}
		for o, v := range p.Values[issue] {
			if v < 10_000 {
				r.Values[issue][o] = around(v)
			}
		}
	}
	return r
}

// TestSuggestEveryRule: each rule of fairness that a conference can choose is one that the solver knows.
func TestSuggestEveryRule(t *testing.T) {
	r := suggestRequest(twinSeed(1))
	for _, rule := range portsmouth.FairnessRules {
		r.Rule = solver.Rule(rule)
		if _, err := solver.Suggest(t.Context(), r); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
}

func TestSuggestRefuses(t *testing.T) {
	for rule, spoil := range map[string]func(r *solver.Request){
		"solver-agenda":     func(r *solver.Request) { r.Agenda = nil },
		"option-exists":     func(r *solver.Request) { r.Settled = portsmouth.Outcome{"coast": "sold"} },
		"package-whole":     func(r *solver.Request) { r.Over = portsmouth.Outcome{"coast": "kept"} },
		"preferences-issue": func(r *solver.Request) { r.Wants[0].Preferences.Weights["fishing"] = 1 },
		"solver-parties":    func(r *solver.Request) { r.Wants = nil },
	} {
		r := suggestRequest(twinSeed(1))
		spoil(&r)
		if _, err := solver.Suggest(t.Context(), r); portsmouth.RuleOf(err) != rule {
			t.Errorf("%v, want %s", err, rule)
		}
	}
}
