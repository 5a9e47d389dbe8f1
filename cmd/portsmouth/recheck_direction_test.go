package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/elicit"
	"portsmouth/internal/venue"
)

// recheckStep plays a round for a step as the venue would, in which the north gives orders and no weights and the south
// brought preferences, and returns everybody's round files.
func recheckStep(t *testing.T) map[string][]byte {
	t.Helper()
	s := conftest.NewScene(conftest.Options{Plain: true})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	do := func(person string, m conference.Meta, c conference.Command) {
		m.By = person
		if _, err := s.Send(m, c); err != nil {
			t.Fatalf("%s: %s: %v", person, c.Verb(), err)
		}
	}
	do("mediator", conference.Meta{ID: "step"}, conference.OpenRound{Type: conference.DirectionRound, Base: conftest.Package(), Closes: s.Now.Add(time.Hour)})
	for _, a := range []elicit.Answer{
		{ID: "new", Kind: elicit.NoWeights},
		{ID: "new", Kind: elicit.OrderOptions, Issue: "coast", Order: [][]string{{"ceded"}, {"shared"}, {"kept"}}},
		{ID: "new", Kind: elicit.OrderOptions, Issue: "islands", Order: [][]string{{"split"}, {"north"}}},
	} {
		body, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		do("north", conference.Meta{}, conference.AnswerQuestion{Body: body})
	}
	do("south", conference.Meta{}, conference.StatePreferences{Preferences: portsmouth.Preferences{
		Weights: map[string]int64{"coast": 6000, "islands": 4000},
		Values:  map[string]map[string]int64{"coast": {"kept": 0, "shared": 7000, "ceded": 10_000}, "islands": {"split": 10_000, "north": 0}},
	}})
	var inputs []conference.Input
	for _, party := range s.Heads() {
		do(party, conference.Meta{}, conference.EnterRound{Round: "step", Basis: s.See(party).Basis()})
		in, err := conference.ParseInput(party, s.See(party).Round("step").Entries[party].Payload)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, in)
	}
	found, err := venue.Suggest(t.Context(), s.See("mediator").Agenda, s.See("mediator").Round("step").RoundOpened, inputs, nil, nil)
	if err != nil || len(found.Packages) == 0 || found.Packages[0]["coast"] != "ceded" {
		t.Fatalf("%+v, %v", found, err)
	}
	s.Now = s.Now.Add(time.Hour)
	do("", conference.Meta{}, conference.CloseRound{Round: "step", Computed: &found})
	files := map[string][]byte{}
	for _, person := range []string{"north", "south", "mediator"} {
		if files[person], err = conference.RoundReceipt(s.See(person), "step"); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestRecheckStep computes a round for a step again from everybody's files, and notices what was changed.
func TestRecheckStep(t *testing.T) {
	files := recheckStep(t)
	said, status := recheckRun(t, files, "north", "south", "mediator")
	if status != 0 || strings.Contains(said, "✗") || strings.Count(said, "✓") != 6 || !strings.Contains(said, "(directions)") || !strings.Contains(said, elicit.Version) {
		t.Errorf("status %d:\n%s", status, said)
	}
	for from, to := range map[string]string{`"coast":"ceded"`: `"coast":"kept"`, `"solver":"directions/1"`: `"solver":"directions/0"`} {
		changed := map[string][]byte{"north": files["north"], "south": files["south"], "mediator": bytes.Replace(files["mediator"], []byte(from), []byte(to), 1)}
		if said, status := recheckRun(t, changed, "north", "south", "mediator"); status != 1 || !strings.Contains(said, "✗ suggestion: packages and salt are not") {
			t.Errorf("%s: status %d:\n%s", to, status, said)
		}
	}
	changed := map[string][]byte{"north": bytes.Replace(files["north"], []byte("no-weights"), []byte("skip"), 1), "south": files["south"], "mediator": files["mediator"]}
	if said, status := recheckRun(t, changed, "north", "south", "mediator"); status != 1 || !strings.Contains(said, "✗ north: payload and salt are not") {
		t.Errorf("another answer: status %d:\n%s", status, said)
	}
}

// TestRecheckOfSome: who was not asked hands over nothing, and the round can be checked without.
func TestRecheckOfSome(t *testing.T) {
	s := conftest.NewScene(conftest.Options{Plain: true, Parties: 3})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	send := func(m conference.Meta, c conference.Command) {
		if _, err := s.Send(m, c); err != nil {
			t.Fatalf("%s: %v", c.Verb(), err)
		}
	}
	send(conference.Meta{ID: "some", By: "mediator"}, conference.OpenRound{
		Type: conference.NumberRound, Issue: "toll", Giver: "north", Settlement: "midpoint", Parties: []string{"south", "north"}, Closes: s.Now.Add(time.Hour),
	})
	send(conference.Meta{By: "north"}, conference.EnterRound{Round: "some", Number: "40"})
	send(conference.Meta{By: "south"}, conference.EnterRound{Round: "some", Number: "20"})
	s.Now = s.Now.Add(2 * time.Hour)
	if _, err := s.Tick(); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, person := range []string{"north", "south"} {
		data, err := conference.RoundReceipt(s.See(person), "some")
		if err != nil {
			t.Fatal(err)
		}
		files[person] = data
	}
	said, status := recheckRun(t, files, "north", "south")
	if status != 0 || !strings.Contains(said, "✓ east: was not asked") || !strings.Contains(said, "toll=30") {
		t.Errorf("status %d:\n%s", status, said)
	}
}
