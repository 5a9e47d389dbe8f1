package venue_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/elicit"
	"portsmouth/internal/venue"
)

// Rounds for a step better for all through the venue: of a party that gives orders and no weights, and one that states
// preferences.

// answers has a person answer what the preparation asks.
func (x *table) answers(person string, list ...elicit.Answer) {
	x.t.Helper()
	for k := range list {
		list[k].ID = "new"
		body, err := json.Marshal(list[k])
		if err != nil {
			x.t.Fatal(err)
		}
		x.do(person, conference.AnswerQuestion{Body: body})
	}
}

// direction holds a round from a base, in which these lodge, and says how long the close took.
func (x *table) direction(c *clock, base portsmouth.Outcome, lodge ...string) (id string, took time.Duration) {
	x.t.Helper()
	id = x.do("mo", conference.OpenRound{Type: conference.DirectionRound, Base: base, Closes: c.Now().Add(time.Hour)}).Act
	for _, person := range lodge {
		x.do(person, conference.EnterRound{Round: id, Basis: x.look(person).Basis()})
	}
	c.forward(time.Hour)
	began := time.Now()
	if err := x.v.PassDeadlines(x.t.Context(), x.id); err != nil {
		x.t.Fatal(err)
	}
	return id, time.Since(began)
}

// TestComputeDirection: the one gives no weights, and orders half above none above all of the wine; the other stated
// preferences by which half of the wine is worth more than all of it. From all the wine, half of it is better for both.
func TestComputeDirection(t *testing.T) {
	c := newClock()
	x := computeTable(t, c)
	x.do("ada", conference.ErasePreparation{})
	x.answers("ada", elicit.Answer{Kind: elicit.NoWeights},
		elicit.Answer{Kind: elicit.OrderOptions, Issue: "wine", Order: [][]string{{"half"}, {"none"}, {"all"}}},
		elicit.Answer{Kind: elicit.OrderOptions, Issue: "fish", Order: [][]string{{"all"}, {"half"}, {"none"}}},
		elicit.Answer{Kind: elicit.OrderOptions, Issue: "wood", Order: [][]string{{"all"}, {"half"}, {"none"}}},
		elicit.Answer{Kind: elicit.OrderOptions, Issue: "salt", Order: [][]string{{"all"}, {"half"}, {"none"}}},
		elicit.Answer{Kind: elicit.Alternative, Words: "We would sell elsewhere."},
	)
	base := portsmouth.Outcome{"fish": "half", "wood": "half", "salt": "half", "wine": "all"}
	id, _ := x.direction(c, base, "ada", "bo")
	r := x.look("mo").Round(id)
	if !r.Closed || !r.Result.Met || r.Suggested == nil || len(r.Suggested.Packages) == 0 || len(r.Suggested.Packages) > 3 {
		t.Fatalf("closed as %+v with %+v", r.Result, r.Suggested)
	}
	if s := r.Suggested; !s.Packages[0].Equal(base.With(portsmouth.Outcome{"wine": "half"})) || s.Method != venue.Directions || s.Solver != elicit.Version {
		t.Errorf("suggested: %+v", s)
	}
	bo := x.look("bo").LastStated().Preferences
	for _, o := range r.Suggested.Packages {
		if bo.Utility(o) <= bo.Utility(base) || o["wine"] == "all" {
			t.Errorf("%v is not better for both", o)
		}
	}
	if x.look("ada").Round(id).Suggested != nil {
		t.Error("a party sees what was found")
	}
	x.recheck(id)
	// The other computation of four issues: in what is best already for one of the two there is no step.
	best := portsmouth.Outcome{"fish": "all", "wood": "all", "salt": "all", "wine": "half"}
	id, _ = x.direction(c, best, "ada", "bo")
	if r := x.look("mo").Round(id); !r.Closed || r.Result.Met || r.Suggested != nil {
		t.Errorf("from the best for one: %+v, %+v", r.Result, r.Suggested)
	}
}

// TestDirectionKeepsSettledHeads: what is settled is not stepped away from.
func TestDirectionKeepsSettledHeads(t *testing.T) {
	c := newClock()
	x := computeTable(t, c)
	for _, person := range []string{"ada", "bo"} {
		x.do(person, conference.AgreeHead{Issue: "wine", Option: "half"})
	}
	base := portsmouth.Outcome{"fish": "none", "wood": "all", "salt": "half", "wine": "half"}
	id, _ := x.direction(c, base, "ada", "bo")
	r := x.look("mo").Round(id)
	if r.Suggested == nil || slices.ContainsFunc(r.Suggested.Packages, func(o portsmouth.Outcome) bool { return o["wine"] != "half" }) {
		t.Fatalf("suggested: %+v", r.Suggested)
	}
	for _, person := range []string{"ada", "bo"} {
		p := x.look(person).LastStated().Preferences
		for _, o := range r.Suggested.Packages {
			if p.Utility(o) <= p.Utility(base) {
				t.Errorf("%v is not better for %s", o, person)
			}
		}
	}
	x.recheck(id)
}

// TestDirectionTakesEvenlyLong: as every round over preferences.
func TestDirectionTakesEvenlyLong(t *testing.T) {
	base := portsmouth.Outcome{"fish": "none", "wood": "all", "salt": "half", "wine": "half"}
	for _, lodge := range [][]string{{"ada", "bo"}, {"ada"}} {
		c := newClock()
		x := computeTable(t, c)
		_, took := x.direction(c, base, lodge...)
		if took < 4*time.Second || took > 6*time.Second {
			t.Errorf("%v lodged: the close took %v", lodge, took)
		}
	}
}
