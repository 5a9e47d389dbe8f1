package demo

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/treaty"
)

// realVenue is the venue of the program on an SQLite file.
func realVenue(t *testing.T, path string) (*venue.Venue, *store.Store) {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		keptRecords(t, s)
		_ = s.Close()
	})
	return venue.New(venue.Options{Store: s}), s
}

func TestInTheRealVenue(t *testing.T) {
	c := load(t)
	path := filepath.Join(t.TempDir(), "demo.db")
	v, s := realVenue(t, path)
	began := time.Now()
	r := open(t, v, c)
	if err := r.Until(t.Context(), c.Stop); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d acts until %s in %s", r.Position(), c.Stop.Format(time.DateOnly), time.Since(began).Round(time.Millisecond))
	stopped := r.Position()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	v, _ = realVenue(t, path) // the program starts again on the same folder
	r = open(t, v, c)
	if r.Position() != stopped {
		t.Fatalf("found again at %d, stopped at %d", r.Position(), stopped)
	}
	if err := r.Until(t.Context(), c.Acts[len(c.Acts)-1].At); err != nil {
		t.Fatal(err)
	}
	view, err := v.Look(t.Context(), conferenceID, cast(c)["witte"])
	if err != nil {
		t.Fatal(err)
	}
	if view.Stage != conference.InForce || view.Exchanged == nil {
		t.Errorf("stage %s, exchanged %v", view.Stage, view.Exchanged)
	}
	verifies(t, view)
	listed, err := v.Listed(t.Context())
	if err != nil || len(listed) != 1 {
		t.Errorf("%d conferences are listed at the door, %v", len(listed), err)
	}
}

// verifies writes the signed text to a file and reads it back, as somebody would who was not there.
func verifies(t *testing.T, view *conference.View) {
	t.Helper()
	bundle, err := view.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	written, err := treaty.WriteBundle(bundle)
	if err != nil {
		t.Fatal(err)
	}
	read, err := treaty.ReadBundle(written)
	if err != nil {
		t.Fatal(err)
	}
	if report, err := read.Verify(); err != nil || !report.OK() {
		t.Errorf("the signed text does not verify: %v\n%s", err, report)
	}
	changed := bytes.Replace(written, []byte("fiftieth degree"), []byte("fortieth degree"), 1)
	if read, err := treaty.ReadBundle(changed); err == nil {
		if report, err := read.Verify(); err == nil && report.OK() {
			t.Error("a text with another boundary verifies")
		}
	}
}

// Whoever acts in a replay without a time of history leaves it, and the conference is theirs from there.
func TestPlayOn(t *testing.T) {
	c := load(t)
	v, _ := realVenue(t, filepath.Join(t.TempDir(), "demo.db"))
	r := open(t, v, c)
	if err := r.Until(t.Context(), c.Stop); err != nil {
		t.Fatal(err)
	}
	komura, witte := cast(c)["komura"], cast(c)["witte"]
	terms, err := c.Scenario.Package("tokyo_28_aug")
	if err != nil {
		t.Fatal(err)
	}
	made, err := v.Do(t.Context(), venue.Request{
		Conference: conferenceID, Person: witte, Command: conference.MakeOffer{Terms: terms}, Seen: -1,
	})
	if err != nil || made.Held {
		t.Fatalf("Witte offers no money and no land: %+v, %v", made, err)
	}
	if _, _, err := r.Next(t.Context()); portsmouth.RuleOf(err) != "left-history" {
		t.Errorf("the chronicle goes on beside people who play: %v", err)
	}
	taken, err := v.Do(t.Context(), venue.Request{
		Conference: conferenceID, Person: komura, Command: conference.AcceptOffer{Offer: made.Act}, Seen: -1,
	})
	if err != nil || !taken.Held {
		t.Fatalf("by the second telegram Komura must ask first; held %t, %v", taken.Held, err)
	}
	if _, err := v.Do(t.Context(), venue.Request{
		Conference: conferenceID, Person: komura, Command: conference.SendHeld{Held: taken.Act, Own: true}, Seen: -1,
	}); err != nil {
		t.Fatal(err)
	}
	view, err := v.Look(t.Context(), conferenceID, komura)
	if err != nil {
		t.Fatal(err)
	}
	if view.Stage != conference.TextStage || view.Baseline.Package["sakhalin"] != "all_russian" {
		t.Errorf("stage %s, baseline %v", view.Stage, view.Baseline)
	}
}
