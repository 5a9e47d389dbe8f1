package venue_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/verify"
)

// ruptured is a table whose record two have seen: somebody who kept the checkpoint, and a witness.
type ruptured struct {
	*table
	test           *testing.T
	kept, cosigned memo
	seen           []byte // the last checkpoint that was signed
	early          []byte // one before, which both histories share
	backup         string
}

func newRuptured(t *testing.T) *ruptured {
	s := openStore(t, filepath.Join(t.TempDir(), "v.db"))
	r := &ruptured{test: t, kept: memo{}, cosigned: memo{}, backup: filepath.Join(t.TempDir(), "backup.db")}
	r.table = seat(t, r.venue(s, 1))
	r.goPublic(2)
	r.communique("one")
	r.early = r.published()["checkpoint"].Data
	if err := s.Backup(t.Context(), r.backup); err != nil {
		t.Fatal(err)
	}
	r.communique("two")
	r.communique("three")
	r.seen = r.published()["checkpoint"].Data
	return r
}

func (r *ruptured) venue(s *store.Store, key byte) *venue.Venue {
	return venue.New(venue.Options{Store: s, RecordKey: recordKey(r.test, key), Checkpoints: r.kept, Cosigned: r.cosigned})
}

// restored brings the older backup back.
func (r *ruptured) restored() *store.Store {
	r.t.Helper()
	path := filepath.Join(r.t.TempDir(), "restored.db")
	if err := store.Restore(r.t.Context(), r.backup, path); err != nil {
		r.t.Fatal(err)
	}
	return openStore(r.t, path)
}

func (r *ruptured) refused(rule string) {
	r.t.Helper()
	if _, _, err := r.v.RecordFile(r.t.Context(), r.id, record.CheckpointPath); portsmouth.RuleOf(err) != rule {
		r.t.Fatalf("want %s, got %v", rule, err)
	}
}

// An older backup, used: nothing is signed, a rupture is declared, it is signed again and says so. Whoever saw the other
// history still finds that this is not it; whoever saw only what both share finds nothing wrong.
func TestARuptureIsDeclared(t *testing.T) {
	r := newRuptured(t)
	if err := r.v.Rupture(t.Context(), r.id, "For no reason"); portsmouth.RuleOf(err) != "rupture-none" {
		t.Fatalf("a record that holds was ruptured: %v", err)
	}
	r.v = r.venue(r.restored(), 1)
	r.refused("record-behind")
	r.communique("another two")
	r.refused("record-behind")
	r.cosigned[r.id] = []byte(`[{"key":"k","size":3,"at":"2026-01-01T00:00:00Z","line":"— of another record\n"}]`)
	if err := r.v.Rupture(t.Context(), r.id, "  "); portsmouth.RuleOf(err) != "text-given" {
		t.Fatalf("without a reason: %v", err)
	}
	if err := r.v.Rupture(t.Context(), r.id, "The disk failed; the backup of Monday was used."); err != nil {
		t.Fatal(err)
	}
	r.broke = true // from here on no tile lasts
	said := r.holds(recordKey(t, 1).Verifier(r.id), r.early)
	for _, want := range []string{"leaf 4 declares", "of 5 leaves with the hash", "The disk failed; the backup of Monday was used."} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	r.contradicted()
	r.communique("after it")
	r.verified(r.early)
	if err := r.v.Rupture(t.Context(), r.id, "Again"); portsmouth.RuleOf(err) != "rupture-none" {
		t.Errorf("it was ruptured twice: %v", err)
	}
	r.v = r.venue(r.restored(), 1) // the old backup once more: it does not know of the rupture
	r.refused("record-behind")
}

// holds verifies the record as it is published and returns what the verifier says.
func (r *ruptured) holds(key string, seen []byte) string {
	r.t.Helper()
	report := verify.Record(r.published(), verify.Options{Key: key, Seen: seen})
	if !report.OK() {
		r.t.Fatalf("it does not verify:\n%s", report)
	}
	return report.String()
}

// contradicted: who has seen the earlier record is not satisfied, and neither is a witness of it.
func (r *ruptured) contradicted() {
	r.t.Helper()
	report := verify.Record(r.published(), verify.Options{Seen: r.seen})
	if report.OK() || !strings.Contains(report.String(), "You have seen 5 leaves") {
		r.t.Errorf("what was seen is forgotten:\n%s", report)
	}
	last, err := record.ReadCheckpoint(r.seen)
	if err != nil {
		r.t.Fatal(err)
	}
	now, err := record.ReadCheckpoint(r.published()["checkpoint"].Data)
	if err != nil {
		r.t.Fatal(err)
	}
	if now.Root == last.Root {
		r.t.Error("the histories are one")
	}
	w, err := record.NewWitness("press.example/w", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize)))
	if err != nil {
		r.t.Fatal(err)
	}
	watched := func(string) (*record.Watched, error) {
		return &record.Watched{Key: recordKey(r.t, 1).Verifier(r.id), Last: r.seen}, nil
	}
	var refusal *record.Refusal
	_, err = w.Consider(watched, record.Submission{Old: last.Size, Checkpoint: r.published()["checkpoint"].Data}, time.Now())
	if !errors.As(err, &refusal) || refusal.Status != 409 {
		r.t.Errorf("a witness of the earlier record: %v", err)
	}
}

// The key is lost: under a new one the record is begun anew, with every leaf and the rupture; without the rupture nothing is.
func TestALostKeyIsARupture(t *testing.T) {
	for _, remembered := range []bool{true, false} {
		r := newRuptured(t)
		leaves := r.verified(nil).Leaves
		if !remembered {
			delete(r.kept, r.id) // with the folder of the key
		}
		s := r.v.Store.(*store.Store)
		r.v = r.venue(s, 2)
		r.refused("record-key")
		if err := r.v.Rupture(t.Context(), r.id, "The machine that held the key is gone."); err != nil {
			t.Fatal(err)
		}
		r.broke = true
		r.communique("under another key")
		said := r.holds(recordKey(t, 2).Verifier(r.id), nil)
		for _, want := range []string{"leaf 5 declares", "of 5 leaves with the hash", "signed by " + recordKey(t, 1).Verifier(r.id)} {
			if !strings.Contains(said, want) {
				t.Errorf("it does not say %q:\n%s", want, said)
			}
		}
		again := r.verified(nil).Leaves
		if len(again) != 7 || !bytes.Equal(again[4], leaves[4]) || bytes.Equal(again[0], leaves[0]) {
			t.Errorf("%d leaves, not all those of before", len(again))
		}
		r.v = r.venue(s, 2) // a restart
		if err := r.v.BeginRecords(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.communique("after a restart")
		if n := len(r.verified(nil).Leaves); n != 8 {
			t.Errorf("%d leaves after a restart", n)
		}
		report := verify.Record(r.published(), verify.Options{Seen: r.seen})
		if report.OK() {
			t.Error("whoever saw the record under the lost key finds nothing")
		}
		if err := s.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
