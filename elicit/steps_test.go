package elicit

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"portsmouth"
)

// stepsYears are the orders of the harbour with that of the years whole, and more.
func stepsYears(more ...Answer) Answers {
	years := Answer{ID: "y", Kind: OrderOptions, Issue: "years", Order: [][]string{{"twenty"}, {"ten"}, {"five"}, {"two"}}}
	return append(append(harbourOrders(), years), more...)
}

func stepsSaid(steps ...[2]string) Answer {
	return Answer{ID: "steps", Kind: OrderSteps, Issue: "years", Steps: steps}
}

func TestStepsTell(t *testing.T) {
	a := harbour(t)
	order := [][2]string{{"five", "ten"}, {"two", "five"}, {"ten", "twenty"}}
	v := think(t, a, stepsYears(stepsSaid(order...))).Mean().Values["years"]
	if !(v["ten"]-v["five"] > v["five"]-v["two"] && v["five"]-v["two"] > v["twenty"]-v["ten"]) {
		t.Errorf("the steps are not in the order that was given: %v", v)
	}
	before := think(t, a, stepsYears())
	if with := stepsYears(stepsSaid(order...)); !reflect.DeepEqual(think(t, a, with.Without("steps")).Mean(), before.Mean()) {
		t.Error("a withdrawn order of steps left something behind")
	}
	width := func(m *Mind) int64 { i := m.Range().Values["years"]["ten"]; return i.High - i.Low }
	if after := think(t, a, stepsYears(stepsSaid(order...))); width(after) >= width(before) {
		t.Errorf("the order of steps narrowed nothing: %d to %d", width(before), width(after))
	}
}

func TestStepsThatAreNone(t *testing.T) {
	a := harbour(t)
	for what, steps := range map[string][][2]string{
		"one step":               {{"two", "five"}},
		"an unknown option":      {{"two", "five"}, {"five", "eight"}},
		"a step that stands":     {{"two", "two"}, {"five", "ten"}},
		"the same step twice":    {{"two", "five"}, {"two", "five"}},
		"more than go on screen": {{"two", "five"}, {"five", "two"}, {"two", "ten"}, {"ten", "two"}, {"five", "ten"}, {"ten", "five"}, {"ten", "twenty"}, {"twenty", "ten"}},
	} {
		answer := stepsSaid(steps...)
		if err := answer.Check(a); portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	number := Answer{ID: "n", Kind: OrderSteps, Issue: "fee", Steps: [][2]string{{"0", "1"}, {"1", "2"}}}
	if err := number.Check(a); portsmouth.KindOf(err) != portsmouth.Invalid {
		t.Errorf("steps of a number: %v", err)
	}
}

// TestStepsAreAsked: only of whom the screen can ask them, in steps that lead up the party's own order, and once.
func TestStepsAreAsked(t *testing.T) {
	a := harbour(t)
	answers := stepsYears()
	for _, kinds := range [][]Kind{nil, {Swing, Worth}} {
		if q, ok := think(t, a, answers).Next(Purpose{Aim: Recommendation, Kinds: kinds}); !ok || q.Kind == OrderSteps {
			t.Errorf("asked %+v of kinds %v", q, kinds)
		}
	}
	only := Purpose{Aim: Recommendation, Kinds: []Kind{OrderSteps}}
	q, ok := think(t, a, answers).Next(only)
	checkQuestion(t, a, q, ok)
	want := [][2]string{{"two", "five"}, {"five", "ten"}, {"ten", "twenty"}}
	if !ok || q.Issue != "years" || !reflect.DeepEqual(q.Steps, want) { // berths has two steps, and crane one
		if q.Issue != "berths" || len(q.Steps) != 2 {
			t.Fatalf("asked %+v", q)
		}
	}
	answer := Answer{ID: "x", Kind: OrderSteps, Question: q.Key, Issue: q.Issue, Steps: q.Steps}
	if err := answer.Check(a); err != nil {
		t.Fatal(err)
	}
	for _, said := range []Answer{answer, {ID: "x", Kind: Skip, Question: q.Key}} {
		if next, ok := think(t, a, append(slices.Clone(answers), said)).Next(only); ok && next.Key == q.Key {
			t.Errorf("asked again after %s", said.Kind)
		}
	}
}

// TestStepsOfLongAgendas: where there is much to weigh, bars tell more.
func TestStepsOfLongAgendas(t *testing.T) {
	for issues, want := range map[int]bool{stepAgenda: true, stepAgenda + 1: false} {
		p := newPerson(simAgenda(issues, 4), rand.New(rand.NewPCG(1, 2)), 0, 0)
		p.order()
		m := think(t, p.agenda, p.answers)
		if _, ok := m.Next(Purpose{Aim: Recommendation, Kinds: []Kind{OrderSteps}}); ok != want {
			t.Errorf("with %d issues steps are asked for: %t", issues, ok)
		}
	}
}

// TestStepsSay: which step matters most is said, where it was put in order and is clear.
func TestStepsSay(t *testing.T) {
	said := func(answers Answers) (list []Statement) {
		for _, st := range think(t, harbour(t), answers).Statements() {
			if st.Kind == LargestStep {
				list = append(list, st)
			}
		}
		return list
	}
	if got := said(stepsYears()); len(got) != 0 {
		t.Errorf("said of steps of which nobody spoke: %+v", got)
	}
	got := said(stepsYears(stepsSaid([2]string{"five", "ten"}, [2]string{"two", "five"}, [2]string{"ten", "twenty"})))
	if len(got) != 1 || got[0].Issue != "years" || got[0].From != "five" || got[0].Option != "ten" || got[0].Sure < 0.75 || got[0].Worth.Low >= got[0].Worth.High {
		t.Errorf("said: %+v", got)
	}
}

// TestStepsAndBars: bars that say something else show as a contradiction, which names what they are about.
func TestStepsAndBars(t *testing.T) {
	a := harbour(t)
	bars := Answer{ID: "bars", Kind: Worth, Issue: "years", Bars: map[string]int{"five": 10, "ten": 20}}
	last := stepsSaid([2]string{"two", "five"}, [2]string{"five", "ten"}, [2]string{"ten", "twenty"})
	found := think(t, a, stepsYears(bars, last)).Contradictions()
	if len(found) == 0 || found[0].Issue != "years" || !slices.Contains([]string{"bars", "steps"}, found[0].Answer) {
		t.Fatalf("found %+v", found)
	}
	if found := think(t, a, stepsYears(bars, stepsSaid([2]string{"ten", "twenty"}, [2]string{"five", "ten"}, [2]string{"two", "five"}))).Contradictions(); len(found) != 0 {
		t.Errorf("what fits is called a contradiction: %+v", found)
	}
}

func TestStepsSurviveJSON(t *testing.T) {
	said := stepsSaid([2]string{"two", "five"}, [2]string{"five", "ten"})
	b, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	var back Answer
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(said, back) {
		t.Errorf("%+v became %+v: %v", said, back, err)
	}
}
