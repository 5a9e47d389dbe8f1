package elicit

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"portsmouth"
)

// checkQuestion holds a question against the agenda: it names what is there, and packages that break no condition.
func checkQuestion(t *testing.T, a *portsmouth.Agenda, q Question, ok bool) {
	t.Helper()
	if !ok {
		return
	}
	if q.Key == "" || q.Kind == "" {
		t.Errorf("a question without key or kind: %+v", q)
	}
	for _, o := range []portsmouth.Outcome{q.First, q.Second} {
		if o != nil && a.Check(q.Base.With(o)) != nil {
			t.Errorf("%s shows %v: %v", q.Kind, o, a.Check(q.Base.With(o)))
		}
	}
	for _, id := range append(q.Issues, q.Issue, q.Reference, q.Money) {
		if id != "" && a.Issue(id) == nil {
			t.Errorf("%s asks about %s, which is not on the agenda", q.Kind, id)
		}
	}
	for _, id := range q.Options {
		if a.Issue(q.Issue).Allows(id) != nil {
			t.Errorf("%s asks about %s of %s", q.Kind, id, q.Issue)
		}
	}
	if len(q.Issues) > MaxBars && q.Kind == Swing {
		t.Errorf("%d bars on one screen", len(q.Issues))
	}
}

func TestWordsBeforeNumbers(t *testing.T) {
	a := harbour(t)
	answers := Answers{}
	var kinds []string
	for _, o := range append(harbourOrders(), Answer{}) {
		q, ok := think(t, a, answers).Next(Purpose{Aim: Recommendation})
		checkQuestion(t, a, q, ok)
		kinds = append(kinds, strings.TrimSpace(string(q.Kind)+" "+q.Issue))
		answers = append(answers, o)
	}
	want := []string{"order-options berths", "order-options crane", "order-options fee", "order-options years", "order-issues"}
	if !reflect.DeepEqual(kinds[:5], want) || strings.HasPrefix(kinds[5], "order") {
		t.Errorf("asked %v", kinds)
	}
}

// TestQuestionsAreLegal goes through a long run of questions, skipping every third: none comes twice, none breaks a condition.
func TestQuestionsAreLegal(t *testing.T) {
	a := harbour(t)
	answers := harbourOrders()
	seen := map[string]bool{}
	for n := range 18 {
		q, ok := think(t, a, answers).Next(Purpose{Aim: Recommendation})
		checkQuestion(t, a, q, ok)
		if !ok {
			return
		}
		if seen[q.Key] {
			t.Fatalf("%s was asked twice", q.Key)
		}
		seen[q.Key] = true
		answer := Answer{
			ID: "q" + string(rune('a'+n)), Kind: q.Kind, Question: q.Key, Issue: q.Issue, Reference: q.Reference,
			First: q.First, Second: q.Second, Verdict: First, Bars: map[string]int{},
			From: q.From, To: q.To, Money: q.Money, Unpaid: q.Unpaid, Paid: "20",
		}
		for _, id := range append(q.Issues, q.Options...) {
			answer.Bars[id] = 50
		}
		if n%3 == 2 {
			answer = Answer{ID: answer.ID, Kind: Skip, Question: q.Key}
		}
		if err := answer.Check(a); err != nil {
			t.Fatalf("the answer to %+v: %v", q, err)
		}
		answers = append(answers, answer)
	}
}

// TestNextKnowsNoOther: what a party is asked is a function of the agenda, its own answers and what is public. The types say
// so: nothing of another party can be handed to Think or Next; here, that no state is kept between two parties either.
func TestNextKnowsNoOther(t *testing.T) {
	agenda := simAgenda(5, 4)
	ask := func() Question {
		p := newPerson(agenda, rand.New(rand.NewPCG(5, 5)), 0, 5)
		p.order()
		q, _ := think(t, agenda, p.answers).Next(Purpose{Aim: Recommendation})
		return q
	}
	before := ask()
	for n := range uint64(3) {
		other := newPerson(agenda, rand.New(rand.NewPCG(n, 9)), 0, 5)
		if _, err := other.prepare(3, false, nil, nil, n); err != nil {
			t.Fatal(err)
		}
	}
	if after := ask(); !reflect.DeepEqual(before, after) {
		t.Errorf("asked %v, and after others had answered %v", before, after)
	}
}

// TestValueNotCuriosity: on what no package hangs, nothing is asked. The crane is settled by everything else being decided.
func TestValueNotCuriosity(t *testing.T) {
	a := harbour(t)
	one := portsmouth.Outcome{"berths": "all", "crane": "theirs", "fee": "20", "years": "two"}
	two := portsmouth.Outcome{"berths": "half", "crane": "theirs", "fee": "5", "years": "two"}
	q, ok := think(t, a, harbourOrders()).Next(Purpose{Aim: Decision, Choices: []portsmouth.Outcome{one, two}, Bars: 1, Kinds: []Kind{Swing, Worth}})
	checkQuestion(t, a, q, ok)
	if !ok {
		t.Fatal("nothing to ask about a choice that is open")
	}
	if q.Issue == "crane" || q.Issue == "years" || len(q.Issues) > 0 && (q.Issues[0] == "crane" || q.Issues[0] == "years") {
		t.Errorf("asked %+v, on which the choice does not hang", q)
	}
	poor := one.With(portsmouth.Outcome{"fee": "30"})
	if q, ok := think(t, a, harbourOrders()).Next(Purpose{Aim: Decision, Choices: []portsmouth.Outcome{one, poor}, Kinds: []Kind{Swing, Worth}}); ok && q.Gain > 1e-9 {
		t.Errorf("asked %+v, although one package is better in everything", q)
	}
}

func TestDirections(t *testing.T) {
	agenda := simAgenda(4, 4)
	people := []*person{newPerson(agenda, rand.New(rand.NewPCG(8, 1)), 0, 0), newPerson(agenda, rand.New(rand.NewPCG(8, 2)), 0, 0)}
	base := portsmouth.Outcome{"i00": "o0", "i01": "o0", "i02": "o0", "i03": "o0"}
	var minds []Judge
	for _, p := range people {
		p.order()
		p.say(Answer{Kind: NoWeights})
		for range 8 {
			q, ok := think(t, agenda, p.answers).Next(Purpose{Aim: Recommendation, Base: base})
			checkQuestion(t, agenda, q, ok)
			if !ok {
				break
			}
			if q.Kind != Direction || len(q.First) != 1 || len(q.Second) != 1 {
				t.Fatalf("asked %+v of a party that gives no numbers", q)
			}
			v := Second
			if p.worth(base.With(q.First)) > p.worth(base.With(q.Second)) {
				v = First
			}
			p.say(Answer{Kind: Direction, Question: q.Key, Base: base, First: q.First, Second: q.Second, Verdict: v})
		}
		minds = append(minds, think(t, agenda, p.answers))
	}
	found, err := Improvements(t.Context(), agenda, base, nil, 3, minds...)
	if err != nil || len(found) == 0 {
		t.Fatalf("no improvement of %v: %v", base, err)
	}
	for _, p := range people {
		if best := found[0]; best.Sure > 0.95 && p.worth(base.With(best.Change)) <= p.worth(base) {
			t.Errorf("%v is surely better and is not", best)
		}
	}
}

func TestStatementsAndEqualPackages(t *testing.T) {
	a := harbour(t)
	m := think(t, a, append(harbourOrders(), Answer{ID: "y", Kind: OrderOptions, Issue: "years", Order: [][]string{{"twenty"}, {"ten"}, {"five"}, {"two"}}}, Answer{ID: "s", Kind: Swing, Reference: "fee", Bars: map[string]int{"berths": 30, "crane": 30, "years": 10}}))
	st := m.Statements()
	if st[0].Kind != MostWanted || st[0].Issue != "fee" || st[0].Sure < 0.9 || st[1].Kind != LeastWanted || st[1].Issue != "years" {
		t.Errorf("says %+v", st)
	}
	equal := m.Equal(3)
	if len(equal) != 3 {
		t.Fatalf("%d equal packages", len(equal))
	}
	u := m.Mean()
	for k, o := range equal {
		if err := a.Check(o); err != nil {
			t.Errorf("%v: %v", o, err)
		}
		if d := u.Utility(o) - u.Utility(equal[0]); d > 4_000_000 || d < -4_000_000 || k > 0 && o.Equal(equal[0]) {
			t.Errorf("%v and %v are called equal", o, equal[0])
		}
	}
}

// BenchmarkNext is from stored answers to the next question, for the largest preparation of the bar's table.
func BenchmarkNext(b *testing.B) {
	for _, issues := range []int{8, 20} {
		agenda := simAgenda(issues, 5)
		p := newPerson(agenda, rand.New(rand.NewPCG(1, 1)), 0.1, 5)
		if _, err := p.prepare(9, false, nil, nil, 1); err != nil {
			b.Fatal(err)
		}
		m, err := Think(agenda, p.answers, 1)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(agenda.Issues[issues-1].ID+"/think", func(b *testing.B) {
			for b.Loop() {
				_, _ = Think(agenda, p.answers, 1)
			}
		})
		b.Run(agenda.Issues[issues-1].ID+"/next", func(b *testing.B) {
			for b.Loop() {
				m.Next(Purpose{Aim: Recommendation, Kinds: withSteps})
			}
		})
	}
}
