package venue_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/vault"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

const noteCanary = "canary-what-was-said-in-caucus"

// noted is a conference over a vault in which there are notes.
type noted struct {
	*table
	raw   *store.Store
	clock *clock
	key   vault.Key
}

func newNoted(t *testing.T, url string) *noted {
	t.Helper()
	x := &noted{raw: openStore(t, url), clock: newClock(), key: vault.NewKey()}
	x.table = seat(t, x.restarted(t, x.raw)).bargaining()
	for k := range 5 {
		x.clock.forward(time.Minute)
		x.do("ada", conference.Speak{Room: "caucus", Text: fmt.Sprint(noteCanary, " ", k)})
		x.do("mo", conference.Speak{Room: "caucus", Party: "east", Text: "I hear you."})
		x.do("ada", conference.Speak{Room: "delegation", Text: fmt.Sprint("They will pay ", k)})
	}
	x.clock.forward(time.Minute)
	return x
}

// restarted is a venue over a database that has nothing in memory.
func (x *noted) restarted(t *testing.T, db vault.Database) *venue.Venue {
	t.Helper()
	sealed, err := vault.Open(t.Context(), db, x.key)
	if err != nil {
		t.Fatal(err)
	}
	key, err := record.NewKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return venue.New(venue.Options{Store: sealed, Keys: sealed, Clock: x.clock, RecordKey: key})
}

// destroyCaucus has both sides destroy what was said in the caucus of the east so far.
func (x *noted) destroyCaucus() {
	x.t.Helper()
	list := x.look("ada").Destroyable(conference.ToCaucus("east"), x.clock.Now())
	c := conference.DestroyNotes{Room: "caucus", Until: x.clock.Now(), Count: len(list)}
	x.do("ada", c)
	c.Party = "east"
	x.do("mo", c)
}

func looks(t *testing.T, v *venue.Venue, id string) string {
	t.Helper()
	var all []string
	for _, person := range []string{"ada", "bo", "mo", "convener", ""} {
		view, err := v.Look(t.Context(), id, person)
		if portsmouth.KindOf(err) == portsmouth.NotFound {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		acts, err := json.Marshal(view.Acts)
		if err != nil {
			t.Fatal(err)
		}
		said, err := json.Marshal([]any{view.Statements, view.Notes, view.Instructions, view.Minutes})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, person, string(acts), string(said))
	}
	return strings.Join(all, "\n")
}

// What was destroyed is gone from the venue's memory and from what a new venue reads, and both see the same.
func TestDestroyedNotesAreGoneAfterARestart(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		x := newNoted(t, url)
		another := x.restarted(t, x.raw) // a node that has the notes in memory
		if before := looks(t, another, x.id); !strings.Contains(before, noteCanary) {
			t.Fatal("there was nothing to destroy")
		}
		x.destroyCaucus()
		here := looks(t, x.v, x.id)
		if strings.Contains(here, noteCanary) || strings.Contains(here, "I hear you") || !strings.Contains(here, "They will pay") {
			t.Errorf("what is left: %s", here)
		}
		for name, v := range map[string]*venue.Venue{"another node": another, "restarted": x.restarted(t, x.raw)} {
			if there := looks(t, v, x.id); there != here {
				t.Errorf("%s sees\n%s\nand not\n%s", name, there, here)
			}
		}
		for _, a := range x.look("bo").Acts {
			if a.Body.Kind() == "notes-destroyed" || a.Body.Kind() == "destruction-asked" {
				t.Errorf("the other side learns of it: %+v", a)
			}
		}
		if err := x.raw.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// wrappedKeys are the keys of all notes as they are kept.
func (x *noted) wrappedKeys() [][]byte {
	x.t.Helper()
	acts, err := x.raw.Read(x.t.Context(), x.id, 0)
	if err != nil {
		x.t.Fatal(err)
	}
	var keys [][]byte
	for _, act := range acts {
		if act.Note != nil {
			keys = append(keys, act.Note)
		}
	}
	return keys
}

// found counts which of the needles are in files.
func found(t *testing.T, needles [][]byte, files ...string) int {
	t.Helper()
	n := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, needle := range needles {
			n += bytes.Count(data, needle)
		}
	}
	return n
}

// After it no key of a destroyed note is in the file, in the write-ahead log, or in a new backup, while the program runs.
func TestKeysOfDestroyedNotesAreInNoFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "venue.db")
	x := newNoted(t, path)
	all := x.wrappedKeys()
	if len(all) != 15 || found(t, all, path, path+"-wal") < 15 {
		t.Fatalf("%d keys, %d found: this test is blind", len(all), found(t, all, path, path+"-wal"))
	}
	x.destroyCaucus()
	kept := x.wrappedKeys()
	if len(kept) != 5 {
		t.Fatalf("%d keys are kept", len(kept))
	}
	gone := all[:0:0]
	for _, key := range all {
		if !bytes.Contains(bytes.Join(kept, nil), key) {
			gone = append(gone, key)
		}
	}
	backup := filepath.Join(folder, "backup.db")
	if err := x.raw.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if n := found(t, gone, path, path+"-wal", path+"-shm", backup); len(gone) != 10 || n != 0 {
		t.Errorf("%d of %d destroyed keys are found", n, len(gone))
	}
	if n := found(t, [][]byte{[]byte(noteCanary)}, path, path+"-wal", backup); n != 0 {
		t.Errorf("%d notes lie open", n)
	}
	if n := found(t, kept, path, path+"-wal"); n < 5 {
		t.Errorf("only %d of the others' keys are left", n)
	}
	restored := filepath.Join(folder, "restored.db")
	if err := store.Restore(t.Context(), backup, restored); err != nil {
		t.Fatal(err)
	}
	if here, there := looks(t, x.v, x.id), looks(t, x.restarted(t, openStore(t, restored)), x.id); here != there {
		t.Errorf("the restored venue sees\n%s\nand not\n%s", there, here)
	}
}

// What the venue keeps to know a request again holds nothing of a destroyed note, and the request is not accepted again.
func TestRequestsOfDestroyedNotesAreForgotten(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		x := newNoted(t, url)
		r := venue.Request{Conference: x.id, Person: "ada", Command: conference.Speak{Room: "caucus", Text: "yes"}, Key: "once", Seen: -1}
		if _, err := x.v.Do(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if again, err := x.v.Do(t.Context(), r); err != nil || !again.Repeated {
			t.Fatalf("%+v, %v", again, err)
		}
		x.destroyCaucus()
		if _, err := x.v.Do(t.Context(), r); portsmouth.RuleOf(err) != "idempotency-key" {
			t.Errorf("sent again: %v", err)
		}
	})
}

// broken is a database whose disk fails while it appends.
type broken struct{ *store.Store }

func (b broken) Append(ctx context.Context, a conference.Append) (conference.Appended, error) {
	if len(a.Destroy) > 0 {
		a.Destroy = append(a.Destroy, 1) // the founding is no note: the whole append fails, after notes were destroyed in it
	}
	return b.Store.Append(ctx, a)
}

// An act that says so and the destruction are one.
func TestDestructionIsAllOrNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		x := newNoted(t, url)
		x.v = x.restarted(t, broken{x.raw})
		list := x.look("ada").Destroyable(conference.ToDelegation("east"), x.clock.Now())
		before, keys := looks(t, x.v, x.id), x.wrappedKeys()
		c := conference.DestroyNotes{Room: "delegation", Until: x.clock.Now(), Count: len(list)}
		if _, err := x.try("ada", c); err == nil {
			t.Fatal("it was accepted")
		}
		if after := looks(t, x.restarted(t, x.raw), x.id); after != before || len(x.wrappedKeys()) != len(keys) || len(list) != 5 {
			t.Errorf("half of it was done:\n%s\n%s", before, after)
		}
	})
}

// A key that somebody removed from the database is noticed.
func TestALostNoteIsDamage(t *testing.T) {
	x := newNoted(t, filepath.Join(t.TempDir(), "venue.db"))
	_, err := x.restarted(t, lossy{x.raw}).Look(t.Context(), x.id, "ada")
	if err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("%v", err)
	}
}

// lossy is a database that has lost a note.
type lossy struct{ *store.Store }

func (l lossy) Read(ctx context.Context, id string, after int64) ([]conference.Stored, error) {
	acts, err := l.Store.Read(ctx, id, after)
	for k := range acts {
		if acts[k].Note != nil {
			acts[k].Note = nil
			break
		}
	}
	return acts, err
}

// By rule the timer destroys the notes of all rooms at the close, the public record grows by nothing of it, and receipts of
// notes are given no more.
func TestTheTimerDestroysNotes(t *testing.T) {
	x := newNoted(t, filepath.Join(t.TempDir(), "venue.db"))
	rules := conference.DefaultRules([]string{"en"})
	rules.FullPowers, rules.Publicity.Listed = false, true
	rules.Notes = portsmouth.Notes{Keep: portsmouth.KeepDays, Days: 2}
	x.do("ada", conference.ProposeRules{Rules: rules})
	for _, person := range []string{"ada", "bo", "mo"} {
		x.do(person, conference.AcceptRules{Version: 2})
	}
	said := x.do("ada", conference.Speak{Room: "delegation", Text: noteCanary})
	x.do("bo", conference.BreakOff{Reason: "enough"})
	if _, err := x.v.Receipt(t.Context(), x.id, "ada", said.Act); err != nil {
		t.Error(err)
	}
	checkpoint := func() string {
		data, _, err := x.v.RecordFile(t.Context(), x.id, record.CheckpointPath)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	before := checkpoint()
	x.clock.forward(47 * time.Hour)
	if err := x.v.PassDeadlines(t.Context(), x.id); err != nil {
		t.Fatal(err)
	}
	if len(x.wrappedKeys()) != 16 {
		t.Errorf("%d keys before the time", len(x.wrappedKeys()))
	}
	x.clock.forward(2 * time.Hour)
	if err := x.v.PassDeadlines(t.Context(), x.id); err != nil {
		t.Fatal(err)
	}
	if left := x.wrappedKeys(); len(left) != 0 || strings.Contains(looks(t, x.v, x.id), noteCanary) {
		t.Errorf("%d notes are left", len(left))
	}
	if after := checkpoint(); after != before {
		t.Errorf("the public record has changed:\n%s\n%s", before, after)
	}
	if _, err := x.v.Receipt(t.Context(), x.id, "ada", said.Act); portsmouth.RuleOf(err) != "note-destroyed" {
		t.Errorf("a receipt of what is gone: %v", err)
	}
	if _, err := x.v.ActBytes(t.Context(), x.id, "ada", said.Act); portsmouth.RuleOf(err) != "note-destroyed" {
		t.Errorf("bytes of what is gone: %v", err)
	}
}
