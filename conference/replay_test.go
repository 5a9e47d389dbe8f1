package conference_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// TestReplay: every prefix of a log folds to the same state after it has been stored and read back.
func TestReplay(t *testing.T) {
	log := longLog(t)
	live, stored := conference.NewState(), conference.NewState()
	for n, e := range log {
		room, data, err := conference.EncodeEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		if room != string(e.Audience) {
			t.Fatalf("act %d is for %s, but is stored in the room %q", n+1, e.Audience, room)
		}
		again, err := conference.DecodeEvent(data)
		if err != nil {
			t.Fatal(err)
		}
		live.Apply(e)
		stored.Apply(again)
		if a, b := encode(t, live), encode(t, stored); a != b {
			t.Fatalf("after act %d (%s) the stored log is another conference:\n%s\n%s", n+1, e.Body.Kind(), a, b)
		}
	}
	if a, b := encode(t, conference.Fold(log)), encode(t, live); a != b {
		t.Error("folding at once and act by act differ")
	}
}

// TestApplyHoldsForAnySelection: what a viewer may see is some selection of a log, and it can be any.
func TestApplyHoldsForAnySelection(t *testing.T) {
	log := longLog(t)
	rng := rand.New(rand.NewPCG(1905, 9))
	for range 2000 {
		keep := rng.Float64()
		var some []conference.Event
		for _, e := range log {
			if rng.Float64() < keep {
				some = append(some, e)
			}
		}
		if rng.IntN(4) == 0 {
			rng.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		}
		conference.Fold(some) // must not panic
	}
}

// longLog is a conference of three parties that goes through every stage, with most of what can happen on the way.
func longLog(t *testing.T) []conference.Event {
	t.Helper()
	for seed := range uint64(300) {
		log, ok := throughAllStages(seed)
		kinds := map[string]bool{}
		for _, e := range log {
			kinds[e.Body.Kind()] = true
		}
		if ok && len(kinds) >= 45 {
			return log
		}
	}
	t.Fatal("no random conference went through all stages")
	return nil
}

// throughAllStages plays at random and helps onwards where a stage takes too long; it fails when people get in the way.
func throughAllStages(seed uint64) ([]conference.Event, bool) {
	r := conftest.Rules()
	r.EntryIntoForce, r.Deadline, r.RatifyWithin = "on-last-notice", conftest.Start.AddDate(0, 0, 1), 1
	s := conftest.NewScene(conftest.Options{Parties: 3, Replay: true, Rules: r})
	c := newChance(seed, s)
	for _, stage := range conference.Stages[:len(conference.Stages)-1] {
		if s.To(stage) != nil {
			return nil, false
		}
		c.state = nil
		for n := 0; n < 60 && s.Stage() == stage; n++ {
			c.step()
		}
	}
	return s.Log, true
}

func encode(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// seen is a whole view in JSON: the acts with their numbers, and all that they amount to.
func seen(t testing.TB, v *conference.View) string {
	data, err := json.Marshal(v)
	if err != nil {
		if t != nil {
			t.Fatal(err)
		}
		return err.Error()
	}
	return string(data)
}
