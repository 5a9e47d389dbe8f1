package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
	"portsmouth/solver"
)

// recheckRound plays a suggestion round as the venue would and returns the round files of those named.
func recheckRound(t *testing.T) map[string][]byte {
	t.Helper()
	s := conftest.NewScene(conftest.Options{Plain: true})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	do := func(person, id string, c conference.Command) {
		if _, err := s.Send(conference.Meta{ID: id, By: person}, c); err != nil {
			t.Fatalf("%s: %s: %v", person, c.Verb(), err)
		}
	}
	for _, party := range s.Heads() {
		do(party, "", conference.AgreeHead{Issue: "toll", Option: "20"})
	}
	do("mediator", "asked", conference.OpenRound{Type: conference.SuggestionRound, Closes: s.Now.Add(time.Hour)})
	coast := map[string]map[string]int64{"north": {"kept": 10000, "shared": 5000, "ceded": 0}, "south": {"kept": 0, "shared": 7000, "ceded": 10000}}
	isles := map[string]map[string]int64{"north": {"split": 3000, "north": 10000}, "south": {"split": 10000, "north": 0}}
	for _, party := range s.Heads() {
		do(party, "", conference.StatePreferences{Preferences: portsmouth.Preferences{
			Weights: map[string]int64{"coast": 6000, "islands": 4000},
			Values:  map[string]map[string]int64{"coast": coast[party], "islands": isles[party]},
		}})
		do(party, "", conference.EnterRound{Round: "asked", Version: 1})
	}
	var inputs []conference.Input
	for _, party := range s.Heads() {
		in, err := conference.ParseInput(party, s.See(party).Round("asked").Entries[party].Payload)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, in)
	}
	settled := s.See("mediator").Settled()
	found, err := venue.Suggest(t.Context(), s.See("mediator").Agenda, s.See("mediator").Round("asked").RoundOpened, inputs, settled, nil)
	if err != nil || settled["toll"] != "20" || len(found.Packages) == 0 {
		t.Fatalf("%+v, %v; settled %v", found, err, settled)
	}
	s.Now = s.Now.Add(time.Hour)
	do("", "", conference.CloseRound{Round: "asked", Computed: &found})
	files := map[string][]byte{}
	for _, person := range []string{"north", "south", "mediator"} {
		if files[person], err = conference.RoundReceipt(s.See(person), "asked"); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// recheckRun writes the files and rechecks them in this order.
func recheckRun(t *testing.T, files map[string][]byte, order ...string) (said string, status int) {
	t.Helper()
	folder, args := t.TempDir(), []string{"recheck"}
	for _, name := range order {
		file := filepath.Join(folder, name+".json")
		if err := os.WriteFile(file, files[name], 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	var out bytes.Buffer
	status = run(t.Context(), args, &out, &out)
	return out.String(), status
}

func TestRecheckHolds(t *testing.T) {
	files := recheckRound(t)
	for _, order := range [][]string{{"north", "south", "mediator"}, {"mediator", "south", "north"}} {
		said, status := recheckRun(t, files, order...)
		if status != 0 || strings.Contains(said, "✗") || strings.Count(said, "✓") != 7 || !strings.Contains(said, "toll=20") {
			t.Errorf("status %d:\n%s", status, said)
		}
	}
}

// TestRecheckNamesWhatIsWrong changes one thing at a time.
func TestRecheckNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name   string
		person string // whose file is changed; "" for all three
		change func(f *conference.RoundFile)
		want   string
		status int
	}{
		{"payload", "south", func(f *conference.RoundFile) {
			f.Inputs[0].Payload = bytes.Replace(f.Inputs[0].Payload, []byte("7000"), []byte("7100"), 1)
		}, "✗ south: payload and salt are not what was committed to", 1},
		{"salt", "north", func(f *conference.RoundFile) { f.Inputs[0].Salt[5] ^= 1 }, "✗ north: payload and salt are not", 1},
		{"no salt", "north", func(f *conference.RoundFile) { f.Inputs[0].Salt = nil }, "✗ north: payload and salt are not", 1},
		{"whose", "north", func(f *conference.RoundFile) { f.Inputs[0].Party = "south" }, "do not show the same entry of south", 1},
		{"package", "mediator", func(f *conference.RoundFile) { f.Suggested.Packages[0]["coast"] = "ceded" }, "✗ suggestion: packages and salt are not", 1},
		{"order", "mediator", func(f *conference.RoundFile) {
			p := f.Suggested.Packages
			p[0], p[1] = p[1], p[0]
		}, "✗ computed again: not what was suggested", 1},
		{"suggestion's salt", "mediator", func(f *conference.RoundFile) { f.Suggested.Salt[0] ^= 1 }, "✗ suggestion: packages and salt are not", 1},
		{"suggestion's rule", "mediator", func(f *conference.RoundFile) { f.Suggested.Fairness = "utilitarian" }, "✗ rule: announced was “nash”, used was “utilitarian”", 1},
		{"solver", "mediator", func(f *conference.RoundFile) { f.Suggested.Solver = "0" }, "✗ solver: version " + solver.Version + " here, used was 0", 1},
		{"agenda's version", "mediator", func(f *conference.RoundFile) { f.Suggested.Agenda = 2 }, "✗ agenda: version 1, used was 2", 1},
		{"rule in one file", "north", func(f *conference.RoundFile) { f.Round.Fairness = "utilitarian" }, "do not speak of the same round", 1},
		{"rule in all files", "", func(f *conference.RoundFile) { f.Round.Fairness = "utilitarian" }, "✗ rule: announced was “utilitarian”, used was “nash”", 1},
		{"settled heads", "", func(f *conference.RoundFile) { f.Settled = nil }, "✗ computed again: not what was suggested", 1},
		{"commitment", "", func(f *conference.RoundFile) {
			f.Closed.Commitments[1].Commitment = f.Closed.Commitments[0].Commitment
		}, "✗ south: payload and salt are not", 1},
		{"conference", "", func(f *conference.RoundFile) { f.Conference = "another" }, "✗ north: payload and salt are not", 1},
		{"form", "north", func(f *conference.RoundFile) { f.Form = "other/1" }, "no round file of the form", 2},
		{"agenda", "", func(f *conference.RoundFile) { f.Agenda.Issues = nil }, "an agenda needs", 2},
	} {
		files := recheckRound(t)
		for person := range files {
			if c.person != "" && c.person != person {
				continue
			}
			f, err := conference.ReadRoundFile(files[person])
			if err != nil {
				t.Fatal(err)
			}
			c.change(f)
			if files[person], err = json.Marshal(f); err != nil {
				t.Fatal(err)
			}
		}
		said, status := recheckRun(t, files, "north", "south", "mediator")
		if status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("%s: status %d, want %d and %q:\n%s", c.name, status, c.status, c.want, said)
		}
	}
}

// TestRecheckNamesWhatIsMissing leaves one file out.
func TestRecheckNamesWhatIsMissing(t *testing.T) {
	files := recheckRound(t)
	for missing, want := range map[string]string{
		"north":    "✗ north: what it lodged is in none of the files; ask north for its file",
		"south":    "✗ computed again: not possible without what every party lodged",
		"mediator": "✗ suggestion: it is in none of the files; ask the mediator for the file",
	} {
		var order []string
		for _, person := range []string{"north", "south", "mediator"} {
			if person != missing {
				order = append(order, person)
			}
		}
		said, status := recheckRun(t, files, order...)
		if status != 1 || !strings.Contains(said, want) {
			t.Errorf("without %s: status %d, want %q:\n%s", missing, status, want, said)
		}
	}
}
