package elicit

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"portsmouth"
)

// harbour is a small agenda with a condition and a number.
func harbour(t *testing.T) *portsmouth.Agenda {
	t.Helper()
	text := func(s string) portsmouth.Text { return portsmouth.Text{"en": s} }
	list := func(id string, options ...string) portsmouth.Issue {
		i := portsmouth.Issue{ID: id, Kind: portsmouth.Discrete, Title: text(id)}
		for _, o := range options {
			i.Options = append(i.Options, portsmouth.Option{ID: o, Label: text(o)})
		}
		return i
	}
	a := &portsmouth.Agenda{
		Languages: []string{"en"},
		Issues: []portsmouth.Issue{
			list("berths", "all", "half", "none"),
			list("crane", "ours", "shared", "theirs"),
			{ID: "fee", Kind: portsmouth.Numeric, Title: text("fee"), Number: &portsmouth.Number{Unit: text("a ton"), Min: "0", Max: "50", Step: "0.5"}},
			list("years", "two", "five", "ten", "twenty"),
		},
		Conditions: []portsmouth.Condition{{
			If:   []portsmouth.Term{{Issue: "berths", Options: []string{"none"}}},
			Then: []portsmouth.Term{{Issue: "crane", Options: []string{"theirs"}}, {Issue: "fee", From: "10"}},
		}},
	}
	if err := a.Validate(); err != nil {
		t.Fatal(err)
	}
	return a
}

func harbourOrders() Answers {
	return Answers{
		{ID: "1", Kind: OrderOptions, Issue: "berths", Order: [][]string{{"all"}, {"half"}, {"none"}}},
		{ID: "2", Kind: OrderOptions, Issue: "crane", Order: [][]string{{"ours", "shared"}, {"theirs"}}},
		{ID: "3", Kind: OrderOptions, Issue: "fee", Order: [][]string{{"0"}, {"50"}}},
		{ID: "4", Kind: OrderOptions, Issue: "years", Order: [][]string{{"twenty"}, {"two"}}}, // five and ten are left open
		{ID: "5", Kind: OrderIssues, Order: [][]string{{"fee"}, {"berths", "crane"}}},         // years is left open
	}
}

func think(t testing.TB, a *portsmouth.Agenda, answers Answers) *Mind {
	t.Helper()
	m, err := Think(a, answers, 7)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func checkWhole(t *testing.T, p *portsmouth.Preferences) {
	t.Helper()
	var sum int64
	for issue, w := range p.Weights {
		sum += w
		low, high := int64(10_000), int64(0)
		for _, v := range p.Values[issue] {
			low, high = min(low, v), max(high, v)
		}
		if low != 0 || high != 10_000 {
			t.Errorf("values of %s go from %d to %d, not from 0 to 10,000", issue, low, high)
		}
	}
	if sum != 10_000 {
		t.Errorf("weights add up to %d", sum)
	}
}

func TestOrdersAreRespected(t *testing.T) {
	a := harbour(t)
	p := think(t, a, harbourOrders()).Mean()
	checkWhole(t, p)
	v, w := p.Values, p.Weights
	if !(v["berths"]["all"] > v["berths"]["half"] && v["berths"]["half"] > v["berths"]["none"]) {
		t.Errorf("berths out of order: %v", v["berths"])
	}
	if v["crane"]["ours"] != v["crane"]["shared"] || v["crane"]["theirs"] != 0 {
		t.Errorf("a tie is not kept: %v", v["crane"])
	}
	if v["years"]["twenty"] <= v["years"]["two"] {
		t.Errorf("years out of order: %v", v["years"])
	}
	if len(v["fee"]) != 101 || v["fee"]["0"] != 10_000 || v["fee"]["50"] != 0 || v["fee"]["12.5"] <= v["fee"]["13"] {
		t.Errorf("the fee does not fall over its 101 steps: %v", v["fee"])
	}
	if w["fee"] <= w["berths"] || w["berths"]-w["crane"] > 1 || w["crane"]-w["berths"] > 1 {
		t.Errorf("weights out of order: %v", w)
	}
}

// TestRandomPeople holds any run of answers, slips and all, against what must hold of every mind.
func TestRandomPeople(t *testing.T) {
	for n := range uint64(6) {
		agenda := simAgenda(5, 4)
		p := newPerson(agenda, rand.New(rand.NewPCG(n, 3)), 0.3, 8)
		p.order()
		for range 6 {
			m := think(t, agenda, p.answers)
			mean := m.Mean()
			checkWhole(t, mean)
			for _, a := range p.answers {
				if a.Kind == OrderOptions && !slices.IsSortedFunc(slices.Concat(a.Order...), func(x, y string) int {
					return int(mean.Values[a.Issue][y] - mean.Values[a.Issue][x])
				}) {
					t.Errorf("%v is not the order of %v", mean.Values[a.Issue], a.Order)
				}
			}
			checkRanges(t, m, mean)
			q, ok := m.Next(Purpose{Aim: Recommendation})
			if !ok {
				break
			}
			p.answer(q)
		}
	}
}

func checkRanges(t *testing.T, m *Mind, mean *portsmouth.Preferences) {
	t.Helper()
	r := m.Range()
	for issue, w := range r.Weights {
		if w.Low > w.High || w.Low < 0 || w.High > 10_000 {
			t.Errorf("the range of %s is %v", issue, w)
		}
		for option, v := range r.Values[issue] {
			if v.Low > v.High || v.Low < 0 || v.High > 10_000 {
				t.Errorf("the range of %s %s is %v", issue, option, v)
			}
		}
	}
	if len(r.Weights) != len(mean.Weights) {
		t.Error("a weight has no range")
	}
}

func TestBarsNarrowTheRange(t *testing.T) {
	a := harbour(t)
	before := think(t, a, harbourOrders())
	answers := append(harbourOrders(), Answer{ID: "6", Kind: Worth, Issue: "berths", Bars: map[string]int{"half": 80}},
		Answer{ID: "7", Kind: Swing, Reference: "fee", Bars: map[string]int{"berths": 30}})
	after := think(t, a, answers)
	width := func(i portsmouth.Interval) int64 { return i.High - i.Low }
	b, c := before.Range(), after.Range()
	if width(c.Values["berths"]["half"]) >= width(b.Values["berths"]["half"]) || width(c.Weights["berths"]) >= width(b.Weights["berths"]) {
		t.Errorf("bars did not narrow: %v to %v", b.Values["berths"], c.Values["berths"])
	}
	if v := after.Mean().Values["berths"]["half"]; v < 7000 || v > 9000 {
		t.Errorf("a bar at 80 gives %d", v)
	}
}

func TestSameSeedSameMind(t *testing.T) {
	a := harbour(t)
	one, two := think(t, a, harbourOrders()), think(t, a, harbourOrders())
	if !reflect.DeepEqual(one.Mean(), two.Mean()) {
		t.Error("the same answers and seed gave two minds")
	}
	q1, _ := one.Next(Purpose{Aim: Recommendation})
	q2, _ := two.Next(Purpose{Aim: Recommendation})
	if !reflect.DeepEqual(q1, q2) {
		t.Errorf("asked %v and %v", q1, q2)
	}
}

// TestUndo: an answer withdrawn leaves nothing behind, and so does one that a later answer replaced.
func TestUndo(t *testing.T) {
	a := harbour(t)
	slip := Answer{ID: "x", Kind: Worth, Issue: "berths", Bars: map[string]int{"half": 10}}
	with := slices.Insert(harbourOrders(), 2, slip)
	if reflect.DeepEqual(think(t, a, with).Mean(), think(t, a, harbourOrders()).Mean()) {
		t.Error("the answer changed nothing while it stood")
	}
	if !reflect.DeepEqual(think(t, a, with.Without("x")).Mean(), think(t, a, harbourOrders()).Mean()) {
		t.Error("a withdrawn answer left something behind")
	}
	better := Answer{ID: "y", Kind: Worth, Issue: "berths", Bars: map[string]int{"half": 70}}
	if !reflect.DeepEqual(think(t, a, append(with, better)).Mean(), think(t, a, append(harbourOrders(), better)).Mean()) {
		t.Error("a replaced answer left something behind")
	}
}

// TestRelabelling: names mean nothing to what is computed.
func TestRelabelling(t *testing.T) {
	one := simAgenda(4, 3)
	two := simAgenda(4, 3)
	for i := range two.Issues {
		two.Issues[i].ID = "z" + two.Issues[i].ID
		for k := range two.Issues[i].Options {
			two.Issues[i].Options[k].ID = "z" + two.Issues[i].Options[k].ID
		}
	}
	p := newPerson(one, rand.New(rand.NewPCG(1, 1)), 0, 5)
	q := newPerson(two, rand.New(rand.NewPCG(1, 1)), 0, 5)
	p.order()
	q.order()
	m, n := think(t, one, p.answers).Mean(), think(t, two, q.answers).Mean()
	for issue, w := range m.Weights {
		if n.Weights["z"+issue] != w {
			t.Errorf("%s weighs %d under one name and %d under another", issue, w, n.Weights["z"+issue])
		}
		for option, v := range m.Values[issue] {
			if n.Values["z"+issue]["z"+option] != v {
				t.Errorf("%s %s is worth %d and %d", issue, option, v, n.Values["z"+issue]["z"+option])
			}
		}
	}
}

func TestContradictionsAreFound(t *testing.T) {
	a := harbour(t)
	answers := harbourOrders()
	if c := think(t, a, answers).Contradictions(); len(c) != 0 {
		t.Errorf("orders alone contradict each other: %+v", c)
	}
	good := portsmouth.Outcome{"berths": "all", "crane": "ours", "fee": "5", "years": "twenty"}
	poor := portsmouth.Outcome{"berths": "half", "crane": "theirs", "fee": "45", "years": "two"}
	answers = append(answers, Answer{ID: "bad", Kind: Comparison, First: poor, Second: good, Verdict: First})
	cs := think(t, a, answers).Contradictions()
	if len(cs) != 1 || cs[0].Answer != "bad" || cs[0].Kind != Comparison || cs[0].Implied.High >= 0 || !slices.Contains(cs[0].Against, "3") {
		t.Fatalf("a choice against one's own orders: %+v", cs)
	}
	answers = append(answers.Without("bad"),
		Answer{ID: "b1", Kind: Swing, Reference: "fee", Bars: map[string]int{"berths": 90}},
		Answer{ID: "b2", Kind: Swing, Reference: "fee", Bars: map[string]int{"crane": 10}}) // which tie by the order
	cs = think(t, a, answers).Contradictions()
	if len(cs) == 0 || !slices.Contains([]string{"b1", "b2"}, cs[0].Answer) || len(cs[0].Against) == 0 {
		t.Fatalf("two bars for issues that tie: %+v", cs)
	}
}

func TestStaleAnswersCountForNothing(t *testing.T) {
	a := harbour(t)
	answers := append(harbourOrders(), Answer{ID: "old", Kind: Worth, Issue: "gone", Bars: map[string]int{"half": 80}})
	m := think(t, a, answers)
	if !slices.Equal(m.Stale(), []string{"old"}) || !reflect.DeepEqual(m.Mean(), think(t, a, harbourOrders()).Mean()) {
		t.Errorf("stale: %v", m.Stale())
	}
	if _, err := Think(a, Answers{{ID: "1", Kind: NoWeights}, {ID: "1", Kind: NoWeights}}, 1); portsmouth.KindOf(err) != portsmouth.Invalid {
		t.Errorf("two answers of one id: %v", err)
	}
}

func TestAlternative(t *testing.T) {
	a := harbour(t)
	m := think(t, a, harbourOrders())
	now := time.Date(1905, 8, 23, 0, 0, 0, 0, time.UTC)
	if rs, _ := m.Reservation(now, 0); rs != nil {
		t.Errorf("a reservation that nobody spoke of: %v", rs)
	}
	answers := harbourOrders()
	const truth = 4000 // hundredths of a point, by the mean of the orders
	for n := range 14 {
		q, ok := think(t, a, answers).Next(Purpose{Aim: Reservation})
		if !ok {
			break
		}
		answer := Answer{ID: string(rune('a' + n)), Kind: q.Kind, Question: q.Key, First: q.First, Verdict: Second, Words: "the old port"}
		if q.Kind == Against {
			if err := a.Check(q.First); err != nil {
				t.Fatal(err)
			}
			if m.Mean().Utility(q.First) > truth*10_000 {
				answer.Verdict = First
			}
		}
		if q.Kind == Drift {
			answer.Points = -3
		}
		answers = append(answers, answer)
	}
	m = think(t, a, answers)
	rs, is := m.Reservation(now, 0, 3)
	if len(rs) != 2 || rs[0].Value < truth-1500 || rs[0].Value > truth+1500 || rs[0].Why != "the old port" {
		t.Fatalf("reservation %v, from a truth of %d", rs, truth)
	}
	if fall := rs[0].Value - rs[1].Value; fall < 500 || fall > 1300 || !rs[1].From.Equal(now.AddDate(0, 3, 0)) {
		t.Errorf("three months at −3 took %d, at %v", fall, rs[1].From)
	}
	if is[0].Low > rs[0].Value || is[0].High < rs[0].Value {
		t.Errorf("%v is outside %v", rs[0], is[0])
	}
}

func TestMoney(t *testing.T) {
	a := harbour(t)
	price := func(paid string) Answer {
		return Answer{ID: "p", Kind: Price, Issue: "berths", From: "none", To: "all", Money: "fee", Unpaid: "0", Paid: paid}
	}
	little := think(t, a, append(harbourOrders(), price("5"))).Mean()
	much := think(t, a, append(harbourOrders(), price("45"))).Mean()
	if little.Weights["berths"]*2 > much.Weights["berths"] {
		t.Errorf("a price of 5 gives berths %d, one of 45 %d", little.Weights["berths"], much.Weights["berths"])
	}
	bent := think(t, a, append(harbourOrders(), Answer{ID: "h", Kind: Worth, Issue: "fee", Bars: map[string]int{"25": 80}})).Mean()
	if v := bent.Values["fee"]["25"]; v < 7000 || v > 9000 {
		t.Errorf("half-way at 80 gives %d", v)
	}
}

func TestAnswersSurviveJSON(t *testing.T) {
	for _, answer := range harbourOrders() {
		b, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		var back Answer
		if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(answer, back) {
			t.Errorf("%+v became %+v: %v", answer, back, err)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, a := range harbourOrders() {
		b, _ := json.Marshal(Answers{a})
		f.Add(b)
	}
	f.Add([]byte(`[{"id":"a","kind":"against","first":{"berths":"all","crane":"ours","fee":"5","years":"ten"},"verdict":"same","months":3},{"id":"b","kind":"drift","points":-2}]`))
	f.Add([]byte(`[{"id":"a","kind":"direction","base":{"fee":"5"},"first":{"crane":"ours"},"second":{"fee":"7"},"verdict":"first"},{"id":"n","kind":"no-weights"}]`))
	f.Add([]byte(`[{"id":"a","kind":"price","issue":"crane","from":"ours","to":"ours","money":"fee","paid":"5","unpaid":"5"},{"id":"b","kind":"swing","reference":"crane","bars":{"fee":0,"crane":100}}]`))
	f.Add([]byte(`[{"id":"a","kind":"order-options","issue":"fee","order":[["25"]]},{"id":"b","kind":"order-options","issue":"crane","order":[["ours","shared","theirs"],[]]}]`))
	f.Add([]byte(`[{"id":"a","kind":"order-steps","issue":"years","steps":[["two","five"],["five","twenty"],["twenty","ten"]]}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var answers Answers
		if json.Unmarshal(b, &answers) != nil || len(answers) > 20 {
			return
		}
		a := harbour(t)
		m, err := Think(a, answers, 1)
		if err != nil {
			return
		}
		for _, aim := range []Aim{Recommendation, Decision, Reservation} {
			q, ok := m.Next(Purpose{Aim: aim})
			checkQuestion(t, a, q, ok)
		}
		var sum int64
		for _, w := range m.Mean().Weights {
			sum += w
		}
		if sum != 10_000 {
			t.Errorf("weights add up to %d", sum)
		}
		m.Contradictions()
		m.Statements()
		m.Equal(3)
	})
}
