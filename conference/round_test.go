package conference_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/seal"
)

// bids plays one sealed round on the toll, in which only those lodge who are named, and returns what all see of its close.
func bids(t *testing.T, lodges map[string]string) (*conftest.Scene, conference.RoundClosed) {
	t.Helper()
	s := conftest.NewScene(conftest.Options{})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	open := conference.OpenRound{Type: conference.NumberRound, Issue: "toll", Giver: "north", Settlement: "midpoint", Closes: s.Now.Add(24 * time.Hour)}
	if _, err := s.Send(conference.Meta{ID: "round", By: "mediator"}, open); err != nil {
		t.Fatal(err)
	}
	for _, party := range s.Heads() {
		if number := lodges[party]; number != "" {
			if _, err := s.Do(party, conference.EnterRound{Round: "round", Number: number}); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.Now = open.Closes
	events, err := s.Tick()
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	return s, events[0].Body.(conference.RoundClosed)
}

// TestDummiesLookReal: apart from hashes, the close of a round in which bids did not meet is byte for byte that of one in
// which somebody lodged nothing, and of one in which nobody did.
func TestDummiesLookReal(t *testing.T) {
	var forms []string
	for _, lodges := range []map[string]string{{"north": "10", "south": "50"}, {"north": "10"}, {"south": "50"}, {}} {
		_, closed := bids(t, lodges)
		seen := map[string]bool{}
		for k := range closed.Commitments {
			c := closed.Commitments[k].Commitment
			if _, err := seal.Parse(c); err != nil || seen[c] {
				t.Errorf("%v: commitment %q: %v", lodges, c, err)
			}
			seen[c] = true
			closed.Commitments[k].Commitment = strings.Repeat("0", len(c))
		}
		data, err := json.Marshal(closed)
		if err != nil {
			t.Fatal(err)
		}
		forms = append(forms, string(data))
	}
	for _, form := range forms[1:] {
		if form != forms[0] {
			t.Errorf("a close tells who lodged:\n%s\n%s", forms[0], form)
		}
	}
}

// TestMeeting holds the settlement to its definition, by steps of 5 from 0 to 100.
func TestMeeting(t *testing.T) {
	for _, c := range []struct{ most, least, settled string }{
		{"40", "20", "30"}, {"45", "20", "30"}, {"40", "40", "40"}, {"20", "40", ""}, {"100", "0", "50"}, {"5", "0", "0"},
	} {
		_, closed := bids(t, map[string]string{"north": c.most, "south": c.least})
		if got := closed.Terms["toll"]; got != c.settled || closed.Met != (c.settled != "") {
			t.Errorf("%s given, %s asked: %q (met: %v), want %q", c.most, c.least, got, closed.Met, c.settled)
		}
	}
}

// TestImpasse names what stands still, and only that.
func TestImpasse(t *testing.T) {
	s := conftest.NewScene(conftest.Options{})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	offer := func(party, coast string) {
		t.Helper()
		if _, err := s.Do(party, conference.MakeOffer{Terms: map[string]string{"coast": coast}}); err != nil {
			t.Fatal(err)
		}
	}
	signs := func() string {
		var names []string
		for _, i := range s.See("mediator").Impasses(s.Now) {
			names = append(names, i.Sign+" "+strings.Join(i.Issues, "+"))
		}
		return strings.Join(names, ", ")
	}
	offer("north", "kept")
	offer("south", "ceded")
	if got := signs(); got != "" {
		t.Errorf("after one exchange: %s", got)
	}
	for range 2 {
		offer("north", "kept")
		offer("south", "ceded")
	}
	if got := signs(); got != "unmoved coast+toll+islands" {
		t.Errorf("after three exchanges without movement: %s", got)
	}
	offer("north", "shared")
	if got := signs(); got != "" {
		t.Errorf("after a move: %s", got)
	}
	offer("north", "kept")
	if got := signs(); got != "circles coast" {
		t.Errorf("after going back: %s", got)
	}
}
