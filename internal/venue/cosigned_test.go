package venue_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

// countedStore counts how often a cosignature is written down, each of which is an fsync in a venue.
type countedStore struct {
	*store.Store
	kept int
}

func (c *countedStore) PutCosignature(ctx context.Context, id, key string, size, at int64, sight []byte) (newer bool, err error) {
	newer, err = c.Store.PutCosignature(ctx, id, key, size, at, sight)
	if newer {
		c.kept++
	}
	return newer, err
}

// cosigning is a conference with one declared witness and a record of more leaves than are looked back to.
type cosigning struct {
	*table
	kept    *countedStore
	witness *record.Witness
	signed  []record.Checkpoint // from the oldest on
}

func newCosigning(t *testing.T) *cosigning {
	x := &cosigning{kept: &countedStore{Store: openStore(t, filepath.Join(t.TempDir(), "v.db"))}}
	x.table = seat(t, venue.New(venue.Options{Store: x.kept, RecordKey: recordKey(t, 1), Clock: newClock()}))
	x.witness = cosigningWitness(t, 7)
	x.openly(2, 1)
	x.do("ada", conference.DeclareKey{Purpose: conference.KeyWitness, Key: x.witness.Verifier()})
	x.bargaining()
	for n := range 9 {
		x.communique(fmt.Sprint("The conference sat ", n))
		data, _, err := x.v.RecordFile(t.Context(), x.id, record.CheckpointPath)
		if err != nil {
			t.Fatal(err)
		}
		c, err := record.ReadCheckpoint(data)
		if err != nil || n > 0 && c.Size != x.signed[n-1].Size+1 {
			t.Fatalf("a checkpoint of %d leaves, %v", c.Size, err)
		}
		x.signed = append(x.signed, c)
	}
	return x
}

func cosigningWitness(t testing.TB, seed byte) *record.Witness {
	t.Helper()
	w, err := record.NewWitness("one.example/witness", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// says is what the witness says of the checkpoint so many before the last, so many seconds after it began.
func (x *cosigning) says(before, seconds int) string {
	at := time.Date(2026, 5, 4, 10, 0, seconds, 0, time.UTC)
	return string(x.witness.Cosign(x.signed[len(x.signed)-1-before], at))
}

// send sends lines and tells how often something was kept and which size the witness has been seen at.
func (x *cosigning) send(lines string) (kept int, size int64, err error) {
	x.t.Helper()
	kept = x.kept.kept
	err = x.v.AddCosignature(x.t.Context(), x.id, []byte(lines))
	sights, broken := x.v.Sights(x.t.Context(), x.id)
	if broken != nil || len(sights) != 1 {
		x.t.Fatalf("%d sights, %v", len(sights), broken)
	}
	return x.kept.kept - kept, sights[0].Size, err
}

// A cosignature may be of one of the last eight checkpoints, and is written down only when it tells something new.
func TestCosignatureIsKeptWhenItIsNewer(t *testing.T) {
	x := newCosigning(t)
	last := x.signed[len(x.signed)-1].Size
	if kept, size, err := x.send(x.says(8, 0)); portsmouth.RuleOf(err) != "cosignature" || kept != 0 || size != 0 {
		t.Errorf("of the ninth checkpoint from the end: kept %d times, size %d, %v", kept, size, err)
	}
	for _, step := range []struct {
		what  string
		lines string
		kept  int
		size  int64
	}{
		{"of the eighth", x.says(7, 0), 1, last - 7},
		{"the same again", x.says(7, 0), 0, last - 7},
		{"of the last", x.says(0, 1), 1, last},
		{"the same again", x.says(0, 1), 0, last},
		{"earlier", x.says(0, 0), 0, last},
		{"of a shorter record, later", x.says(3, 9), 0, last},
		{"of the last, later", x.says(0, 2), 1, last},
	} {
		if kept, size, err := x.send(step.lines); err != nil || kept != step.kept || size != step.size {
			t.Errorf("%s: kept %d times, size %d, %v", step.what, kept, size, err)
		}
	}
}

// Of one key only the first line is looked at, and lines of strangers cost the others nothing.
func TestOneLineOfEachWitnessIsLookedAt(t *testing.T) {
	x := newCosigning(t)
	last := x.signed[len(x.signed)-1].Size
	line := x.says(0, 0)
	forged := line[:len(line)-9] + "AAAA" + line[len(line)-5:]
	if forged == line {
		t.Fatal("nothing was forged")
	}
	if kept, _, err := x.send(forged + x.says(0, 0)); portsmouth.RuleOf(err) != "cosignature" || kept != 0 {
		t.Errorf("behind a forged one a second line was looked at: kept %d times, %v", kept, err)
	}
	stranger := string(cosigningWitness(t, 8).Cosign(x.signed[len(x.signed)-1], time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)))
	junk := "hello\n\n— \n— one.example/witness \n— one.example/witness AAA=\n— one.example/witness AAAAAAAA\n"
	if kept, size, err := x.send(junk + stranger + x.says(1, 0) + x.says(0, 0)); err != nil || kept != 1 || size != last-1 {
		t.Errorf("kept %d times, size %d, %v", kept, size, err)
	}
	if kept, _, err := x.send(strings.Repeat(x.says(0, 0), 33)); portsmouth.RuleOf(err) != "cosignature" || kept != 0 {
		t.Errorf("33 lines: kept %d times, %v", kept, err)
	}
}
