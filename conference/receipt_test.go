package conference_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// receiptWants are preferences over the scene's agenda.
var receiptWants = map[string]portsmouth.Preferences{
	"north": {
		Weights: map[string]int64{"coast": 6000, "islands": 4000},
		Values:  map[string]map[string]int64{"coast": {"kept": 10000, "shared": 5000, "ceded": 0}, "islands": {"split": 3000, "north": 10000}},
	},
	"south": {
		Weights: map[string]int64{"coast": 5000, "islands": 5000},
		Values:  map[string]map[string]int64{"coast": {"kept": 0, "shared": 6000, "ceded": 10000}, "islands": {"split": 10000, "north": 0}},
	},
}

// receiptScene plays a suggestion round "asked" to its close, in which those named lodge, and settles an issue afterwards.
func receiptScene(t *testing.T, lodge ...string) *conftest.Scene {
	t.Helper()
	s := conftest.NewScene(conftest.Options{})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	receiptDo(t, s, "mediator", "asked", conference.OpenRound{Type: conference.SuggestionRound, Closes: s.Now.Add(time.Hour)})
	for _, party := range lodge {
		receiptDo(t, s, party, "", conference.StatePreferences{Preferences: receiptWants[party]})
		receiptDo(t, s, party, "", conference.EnterRound{Round: "asked", Version: 1})
	}
	s.Now = s.Now.Add(time.Hour)
	receiptDo(t, s, "", "", conference.CloseRound{Round: "asked", Computed: &conference.Computed{
		Packages: []portsmouth.Outcome{conftest.Package()}, Method: "exact", Solver: "1",
	}})
	for _, party := range s.Heads() {
		receiptDo(t, s, party, "", conference.AgreeHead{Issue: "toll", Option: "20"})
	}
	return s
}

func receiptDo(t *testing.T, s *conftest.Scene, person, id string, c conference.Command) {
	t.Helper()
	if _, err := s.Send(conference.Meta{ID: id, By: person}, c); err != nil {
		t.Fatalf("%s: %s: %v", person, c.Verb(), err)
	}
}

func receiptOf(t *testing.T, s *conftest.Scene, person, round string) *conference.RoundFile {
	t.Helper()
	data, err := conference.RoundReceipt(s.See(person), round)
	if err != nil {
		t.Fatalf("%s: %v", person, err)
	}
	f, err := conference.ReadRoundFile(data)
	if err != nil {
		t.Fatalf("%s: %v\n%s", person, err, data)
	}
	return f
}

// TestReceiptHoldsOnesOwn: everybody gets what they may hand over, the state of the close, and nothing of the others.
func TestReceiptHoldsOnesOwn(t *testing.T) {
	s := receiptScene(t, "north", "south")
	for _, c := range []struct {
		person, input string
		suggested     bool
	}{
		{"north", "north", false}, {"south", "south", false}, {"north-member", "north", false}, {"mediator", "", true},
	} {
		f := receiptOf(t, s, c.person, "asked")
		switch {
		case f.Conference != conftest.ConferenceID, f.Agenda.Version != 1, !f.Closed.Met, len(f.Settled) != 0:
			t.Errorf("%s: %+v", c.person, f)
		case (f.Suggested != nil) != c.suggested, f.SuggestedOpens() != c.suggested:
			t.Errorf("%s: suggested %+v", c.person, f.Suggested)
		case c.input == "" && len(f.Inputs) != 0, c.input != "" && (len(f.Inputs) != 1 || f.Inputs[0].Party != c.input):
			t.Errorf("%s: inputs %v", c.person, f.Inputs)
		}
	}
}

// TestReceiptsJoin: the parties' files and the mediator's hold together all that the round was computed from.
func TestReceiptsJoin(t *testing.T) {
	s := receiptScene(t, "north", "south")
	f := receiptOf(t, s, "north", "asked")
	if _, err := f.Frozen(); portsmouth.RuleOf(err) != "round-file" {
		t.Errorf("half of the inputs: %v", err)
	}
	for _, person := range []string{"south", "mediator"} {
		if err := f.Join(receiptOf(t, s, person, "asked")); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range f.Closed.Commitments {
		if !f.Opens(c) {
			t.Errorf("%s: does not open", c.Party)
		}
	}
	inputs, err := f.Frozen()
	if err != nil || len(inputs) != 2 || inputs[1].Preferences.Weights["coast"] != 5000 || !f.SuggestedOpens() {
		t.Errorf("%+v, %v", inputs, err)
	}
	other := receiptOf(t, receiptScene(t, "north"), "north", "asked")
	if err := f.Join(other); portsmouth.RuleOf(err) != "round-files" {
		t.Errorf("another close: %v", err)
	}
	changed := receiptOf(t, s, "south", "asked")
	changed.Inputs[0].Payload = bytes.Replace(changed.Inputs[0].Payload, []byte("6000"), []byte("6100"), 1)
	if err := f.Join(changed); portsmouth.RuleOf(err) != "round-files" {
		t.Errorf("another entry: %v", err)
	}
}

// TestReceiptLaidOut: a file that was laid out for reading says the same.
func TestReceiptLaidOut(t *testing.T) {
	s := receiptScene(t, "north")
	data, err := conference.RoundReceipt(s.See("north"), "asked")
	if err != nil {
		t.Fatal(err)
	}
	var wide bytes.Buffer
	if err := json.Indent(&wide, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	f, err := conference.ReadRoundFile(wide.Bytes())
	if err != nil || !f.Opens(f.Closed.Commitments[0]) || f.Opens(f.Closed.Commitments[1]) || f.Closed.Met {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestReceiptOpened: what was opened to all, anyone may hand over; what was opened in the caucus, its party alone.
func TestReceiptOpened(t *testing.T) {
	s := receiptScene(t, "north", "south")
	own := receiptOf(t, s, "north", "asked").Inputs[0]
	for want, room := range []string{"caucus", "plenary"} {
		receiptDo(t, s, "north", "", conference.OpenEntry{Round: "asked", Payload: own.Payload, Salt: own.Salt, Room: room})
		if f := receiptOf(t, s, "mediator", "asked"); len(f.Inputs) != want {
			t.Errorf("opened in the %s: the mediator hands over %v", room, f.Inputs)
		}
	}
}

// TestReceiptResult works out rounds without preferences again.
func TestReceiptResult(t *testing.T) {
	for _, lodges := range []map[string]string{{"north": "45", "south": "20"}, {"north": "20", "south": "45"}} {
		s, closed := bids(t, lodges)
		f := receiptOf(t, s, "north", "round")
		if _, err := f.Result(); portsmouth.RuleOf(err) != "round-file" {
			t.Errorf("half of the inputs: %v", err)
		}
		if err := f.Join(receiptOf(t, s, "south", "round")); err != nil {
			t.Fatal(err)
		}
		terms, err := f.Result()
		if err != nil || !terms.Equal(closed.Terms) || (terms != nil) != closed.Met {
			t.Errorf("%v: %v, %v; closed with %+v", lodges, terms, err, closed)
		}
	}
}

func TestReceiptRefused(t *testing.T) {
	s := conftest.NewScene(conftest.Options{})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	receiptDo(t, s, "mediator", "asked", conference.OpenRound{Type: conference.SuggestionRound, Closes: s.Now.Add(time.Hour)})
	for round, rule := range map[string]string{"asked": "round-closed", "never": "round-exists"} {
		if _, err := conference.RoundReceipt(s.See("north"), round); portsmouth.RuleOf(err) != rule {
			t.Errorf("%s: %v", round, err)
		}
	}
	for _, file := range []string{"", "{}", "[]", `{"form":"portsmouth-round/1"}`, `{"form":"portsmouth-round/2","conference":"c"}`} {
		if _, err := conference.ReadRoundFile([]byte(file)); portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// FuzzRoundFile: whatever a file says, reading and checking it ends in an answer or an error.
func FuzzRoundFile(f *testing.F) {
	f.Add([]byte(`{"form":"portsmouth-round/1","conference":"c","agenda":{"languages":["en"],"issues":[{"id":"toll","title":{"en":"Toll"},"kind":"numeric","number":{"unit":{"en":"x"},"min":"0","max":"9","step":"1"}}]},
"round":{"round":"r","type":"number","issue":"toll","giver":"a","settlement":"midpoint"},"closed":{"round":"r","commitments":[{"party":"a","commitment":"00"},{"party":"b","commitment":""}]},
"inputs":[{"party":"a","payload":{"number":"7"},"salt":"AAAA"},{"party":"b","payload":{"number":"3","preferences":{"weights":{"toll":10000}}},"salt":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := conference.ReadRoundFile(data)
		if err != nil {
			if portsmouth.KindOf(err) != portsmouth.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		again, err := conference.ReadRoundFile(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range file.Closed.Commitments {
			file.Opens(c)
		}
		file.SuggestedOpens()
		_, _ = file.Frozen()
		_, _ = file.Result()
		n := len(file.Inputs)
		if err := again.Join(file); err == nil && len(again.Inputs) != n {
			t.Errorf("joined with itself it has %d inputs, before %d", len(again.Inputs), n)
		}
	})
}
