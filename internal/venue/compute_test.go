package venue_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
	"portsmouth/solver"
)

// Rounds over preferences through the venue, on a real store.

// computeTable is a conference on two issues whose heads have said what they want.
func computeTable(t *testing.T, c *clock) *table {
	t.Helper()
	v := venue.New(venue.Options{Store: openStore(t, filepath.Join(t.TempDir(), "venue.db")), Clock: c})
	x := seat(t, v)
	issue := func(id string) portsmouth.Issue {
		return portsmouth.Issue{ID: id, Title: en(id), Kind: portsmouth.Discrete, Options: []portsmouth.Option{
			{ID: "all", Label: en("all")}, {ID: "half", Label: en("half")}, {ID: "none", Label: en("none")},
		}}
	}
	x.do("mo", conference.ProposeAgenda{Agenda: portsmouth.Agenda{Issues: []portsmouth.Issue{
		issue("fish"), issue("wood"), issue("salt"), issue("wine"),
	}}})
	x.do("ada", conference.AdoptAgenda{Version: 1})
	x.do("bo", conference.AdoptAgenda{Version: 1})
	up := map[string]int64{"all": 10_000, "half": 6000, "none": 0}
	down := map[string]int64{"all": 0, "half": 6000, "none": 10_000}
	for person, values := range map[string]map[string]int64{"ada": up, "bo": down} {
		fish := map[string]int64{"ada": 6000, "bo": 1500}[person]
		x.do(person, conference.StatePreferences{Preferences: portsmouth.Preferences{
			Weights: map[string]int64{"fish": fish, "wood": 7500 - fish, "salt": 1500, "wine": 1000},
			Values:  map[string]map[string]int64{"fish": values, "wood": values, "salt": values, "wine": values},
		}})
	}
	return x
}

// round opens a round, has these lodge, closes it when its time has come, and says how long the close took.
func (x *table) round(c *clock, open conference.OpenRound, lodge ...string) (id string, took time.Duration) {
	x.t.Helper()
	open.Closes = c.Now().Add(time.Hour)
	id = x.do("mo", open).Act
	for _, person := range lodge {
		x.do(person, conference.EnterRound{Round: id, Version: 1})
	}
	c.forward(time.Hour)
	began := time.Now()
	if err := x.v.PassDeadlines(x.t.Context(), x.id); err != nil {
		x.t.Fatal(err)
	}
	return id, time.Since(began)
}

func TestComputeSuggestion(t *testing.T) {
	c := newClock()
	x := computeTable(t, c)
	x.do("ada", conference.AgreeHead{Issue: "wine", Option: "half"})
	x.do("bo", conference.AgreeHead{Issue: "wine", Option: "half"})
	id, _ := x.round(c, conference.OpenRound{Type: conference.SuggestionRound}, "ada", "bo")
	desk := x.look("mo").Round(id)
	if !desk.Closed || !desk.Result.Met || desk.Suggested == nil || len(desk.Suggested.Packages) == 0 {
		t.Fatalf("closed as %+v with %+v", desk.Result, desk.Suggested)
	}
	best := portsmouth.Outcome{"fish": "all", "wood": "none", "salt": "half", "wine": "half"}
	if s := desk.Suggested; !s.Packages[0].Equal(best) || s.Solver != solver.Version || s.Method != "exact" || s.Fairness != "nash" {
		t.Errorf("suggested: %+v, want %v first", s, best)
	}
	for _, o := range desk.Suggested.Packages {
		if o["wine"] != "half" {
			t.Errorf("%v forgets what is settled", o)
		}
	}
	if got := desk.Suggested.Commitment(x.id).String(); got != desk.Result.Computed {
		t.Errorf("the commitment is %s, the close says %s", got, desk.Result.Computed)
	}
	for _, person := range []string{"ada", "bo"} {
		r := x.look(person).Round(id)
		if r.Suggested != nil || len(r.Entries) != 1 || !r.Result.Met || len(r.Result.Terms) != 0 {
			t.Errorf("%s sees %+v, entries %v", person, r.Suggested, r.Entries)
		}
	}
	x.recheck(id)
}

// recheck joins everybody's round files and computes again from them alone.
func (x *table) recheck(id string) {
	x.t.Helper()
	var all *conference.RoundFile
	for _, person := range []string{"ada", "bo", "mo"} {
		data, err := conference.RoundReceipt(x.look(person), id)
		if err != nil {
			x.t.Fatal(err)
		}
		f, err := conference.ReadRoundFile(data)
		if err != nil {
			x.t.Fatal(err)
		}
		if all == nil {
			all = f
		} else if err := all.Join(f); err != nil {
			x.t.Fatal(err)
		}
	}
	inputs, err := all.Frozen()
	if err != nil || !all.SuggestedOpens() {
		x.t.Fatalf("%v; the suggestion opens: %v", err, all.SuggestedOpens())
	}
	found, err := venue.Suggest(x.t.Context(), all.Agenda, all.Round, inputs, all.Settled, all.Baseline)
	if err != nil || !slices.EqualFunc(found.Packages, all.Suggested.Packages, portsmouth.Outcome.Equal) {
		x.t.Errorf("computed again: %+v, %v; suggested was %v", found, err, all.Suggested.Packages)
	}
}

// TestComputeNothingLodged: who lodges nothing agrees to nothing, and the close tells nobody through whom.
func TestComputeNothingLodged(t *testing.T) {
	for _, lodge := range [][]string{{"ada"}, {"bo"}, nil} {
		c := newClock()
		x := computeTable(t, c)
		id, _ := x.round(c, conference.OpenRound{Type: conference.SuggestionRound}, lodge...)
		r := x.look("mo").Round(id)
		if !r.Closed || r.Result.Met || r.Suggested != nil || r.Result.Computed != "" || len(r.Result.Commitments) != 2 || len(r.Entries) != 0 {
			t.Errorf("%v lodged: %+v, %+v", lodge, r.Result, r.Suggested)
		}
	}
}

// TestComputeImprovement betters a baseline that leaves something on the table, and finds nothing where the gain asked for
// is too great.
func TestComputeImprovement(t *testing.T) {
	for gain, better := range map[int64]bool{500: true, 9000: false} {
		c := newClock()
		x := computeTable(t, c)
		baseline := portsmouth.Outcome{"fish": "half", "wood": "half", "salt": "half", "wine": "half"}
		put := x.do("mo", conference.PutProposal{Terms: baseline, Closes: c.Now().Add(time.Hour)}).Act
		x.do("ada", conference.AnswerProposal{Proposal: put, Accept: true})
		x.do("bo", conference.AnswerProposal{Proposal: put, Accept: true})
		c.forward(time.Hour)
		if err := x.v.PassDeadlines(t.Context(), x.id); err != nil {
			t.Fatal(err)
		}
		id, _ := x.round(c, conference.OpenRound{Type: conference.ImprovementRound, MinGain: gain}, "ada", "bo")
		r := x.look("mo").Round(id)
		if !r.Closed || r.Result.Met != better {
			t.Fatalf("a gain of %d: %+v", gain, r.Result)
		}
		if !better {
			continue
		}
		for _, person := range []string{"ada", "bo"} {
			p := x.look(person).LastStated().Preferences
			for _, o := range r.Suggested.Packages {
				if won := p.Utility(o) - p.Utility(baseline); won < gain*10_000 {
					t.Errorf("%v gives %s %d more, want %d", o, person, won, gain*10_000)
				}
			}
		}
		x.recheck(id)
	}
}

// TestComputeTakesEvenlyLong: a close tells by its time neither that all lodged nor that somebody did not. The time is
// that of the clock on the wall, so only what is far off counts: a close without the wait takes some milliseconds.
func TestComputeTakesEvenlyLong(t *testing.T) {
	const least, close = 4 * time.Second, 1.5
	medians := map[bool]time.Duration{}
	for _, all := range []bool{true, false} {
		var took []time.Duration
		for range 3 {
			c := newClock()
			x := computeTable(t, c)
			lodge := []string{"ada", "bo"}
			if !all {
				lodge = lodge[:1]
			}
			_, d := x.round(c, conference.OpenRound{Type: conference.SuggestionRound}, lodge...)
			took = append(took, d)
		}
		slices.Sort(took)
		medians[all] = took[1]
		if took[0] < least {
			t.Errorf("all lodged: %v: a close took %v", all, took[0])
		}
	}
	t.Logf("the close took %v when all had lodged, %v when one had not", medians[true], medians[false])
	if r := float64(medians[true]) / float64(medians[false]); r > close || r < 1/close {
		t.Errorf("the close took %v when all had lodged, %v when one had not", medians[true], medians[false])
	}
}

// TestComputeIsWaitedForOnce: who comes while a close is computed waits for the rest of that time, not for a time of their
// own, and is decided after the close.
func TestComputeIsWaitedForOnce(t *testing.T) {
	const whole, late = 4 * time.Second, 2500 * time.Millisecond
	c := newClock()
	x := computeTable(t, c)
	id := x.do("mo", conference.OpenRound{Type: conference.SuggestionRound, Closes: c.Now().Add(time.Hour)}).Act
	x.do("ada", conference.EnterRound{Round: id, Version: 1})
	x.do("bo", conference.EnterRound{Round: id, Version: 1})
	c.forward(time.Hour + time.Second)
	timer := make(chan error, 1)
	go func() { timer <- x.v.PassDeadlines(t.Context(), x.id) }()
	time.Sleep(late)
	began := time.Now()
	said := x.do("ada", conference.Speak{Room: "plenary", Text: "I was here before the close was over."}).Act
	if took := time.Since(began); took > whole-late+time.Second {
		t.Errorf("waited %v of the %v that were left", took, whole-late)
	}
	if err := <-timer; err != nil {
		t.Fatal(err)
	}
	order := map[string]int{}
	for _, act := range x.look("ada").Acts {
		if _, closed := act.Body.(conference.RoundClosed); closed {
			order["closed"] = act.Number
		}
		if act.ID == said {
			order["said"] = act.Number
		}
	}
	if order["closed"] == 0 || order["said"] <= order["closed"] {
		t.Errorf("the close is act %d, what came after it act %d", order["closed"], order["said"])
	}
}
