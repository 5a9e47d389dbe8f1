package venue_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/verify"
)

// logOf reads the venue log, and wants it to verify.
func logOf(t *testing.T, v *venue.Venue) *record.Report {
	t.Helper()
	files := &table{t: t, v: v, id: venue.VenueLog}
	r := verify.Record(files.published(), verify.Options{})
	if !r.OK() {
		t.Fatalf("does not verify:\n%s", r)
	}
	return r
}

func TestTheVenueLogHasALeafInEveryHour(t *testing.T) {
	c, key, kept := newClock(), recordKey(t, 1), memo{}
	file := filepath.Join(t.TempDir(), "v.db")
	v := venue.New(venue.Options{Store: openStore(t, file), RecordKey: key, Checkpoints: kept, Clock: c})
	if _, _, err := v.RecordFile(t.Context(), venue.VenueLog, record.CheckpointPath); portsmouth.KindOf(err) != portsmouth.NotFound {
		t.Fatalf("there is a log before its first hour: %v", err)
	}
	hours := func(n int, last string) {
		t.Helper()
		for range 3 { // within an hour it is written once
			if err := v.LogCheckpoints(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		r := logOf(t, v)
		if len(r.Leaves) != n+1 || !strings.Contains(string(r.Leaves[n]), last) {
			t.Fatalf("%d leaves, want %d and %s:\n%s", len(r.Leaves), n+1, last, r.Leaves[len(r.Leaves)-1])
		}
		c.forward(time.Hour)
	}
	hours(1, `"checkpoints":[]}`)
	x := seat(t, v)
	x.bargaining()
	hours(2, `"checkpoints":[]}`) // of a conference that the public does not know it says nothing
	x = seat(t, v)
	x.goPublic(2)
	hours(3, `[{"origin":"`+key.Origin(x.id)+`","size":2,"hash":"`)
	hours(4, `"checkpoints":[]}`)
	x.bargaining()
	hours(5, `"checkpoints":[]}`) // nor of what is not public in one that it knows
	x.communique("The conference sat.")
	hours(6, `"size":3,`)

	if _, err := v.Look(t.Context(), venue.VenueLog, ""); portsmouth.KindOf(err) != portsmouth.NotFound {
		t.Errorf("the log is taken for a conference: %v", err)
	}
}

// The database is an older one, or the key another, than those with which the log was signed: that log ends, and another begins.
func TestAVenueLogThatCannotBeContinuedEnds(t *testing.T) {
	c, kept := newClock(), memo{}
	begin := func(seed byte) record.Checkpoint {
		t.Helper()
		v := venue.New(venue.Options{Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), RecordKey: recordKey(t, seed), Checkpoints: kept, Clock: c})
		for range 2 {
			if err := v.LogCheckpoints(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.forward(time.Hour)
		}
		signed, _, err := v.VenueLogFile(t.Context(), record.CheckpointPath)
		if err != nil {
			t.Fatal(err)
		}
		checkpoint, err := record.ReadCheckpoint(signed)
		if err != nil {
			t.Fatal(err)
		}
		return checkpoint
	}
	for k, want := range []struct {
		seed byte
		id   string
	}{{1, "venue"}, {1, "venue-2"}, {2, "venue-3"}} {
		got := begin(want.seed)
		if got.Origin != recordKey(t, want.seed).Origin(want.id) || got.Size != 3 {
			t.Errorf("log %d is %s with %d leaves, not %s", k, got.Origin, got.Size, want.id)
		}
	}
}
