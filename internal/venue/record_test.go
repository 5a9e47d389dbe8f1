package venue_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

func recordKey(t testing.TB, seed byte) *record.Key {
	t.Helper()
	k, err := record.NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// goPublic has all agree to rules by which the public knows of the conference and reads communiqués.
func (x *table) goPublic(version int) {
	rules := conference.DefaultRules([]string{"en"})
	rules.FullPowers = false
	rules.Publicity.Listed, rules.Publicity.Communiques = true, true
	x.do("mo", conference.ProposeRules{Rules: rules})
	for _, person := range []string{"ada", "bo", "mo"} {
		x.do(person, conference.AcceptRules{Version: version})
	}
}

func (x *table) communique(text string) {
	put := x.do("mo", conference.ProposeCommunique{Text: en(text)})
	for _, person := range []string{"ada", "bo"} {
		x.do(person, conference.AgreeCommunique{Communique: put.Act})
	}
}

// published is every file of the record.
func (x *table) published() fstest.MapFS {
	x.t.Helper()
	files := fstest.MapFS{}
	read := func(path string) ([]byte, error) {
		data, lasting, err := x.v.RecordFile(x.t.Context(), x.id, path)
		if err == nil && lasting != (path != "checkpoint" && !x.broke) {
			x.t.Errorf("%s: lasting %v", path, lasting)
		}
		return data, err
	}
	err := record.Copy(read, func(path string, data []byte) error {
		files[path] = &fstest.MapFile{Data: data}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return files
}

func (x *table) verified(seen []byte) *record.Report {
	x.t.Helper()
	r := record.Verify(x.published(), record.Options{Seen: seen})
	if !r.OK() {
		x.t.Fatalf("does not verify:\n%s", r)
	}
	return r
}

func same(a, b fstest.MapFS) bool {
	return maps.EqualFunc(a, b, func(x, y *fstest.MapFile) bool { return bytes.Equal(x.Data, y.Data) })
}

func TestWhatIsPublicIsInTheRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := openStore(t, url)
		x := seat(t, venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 1)}))
		for _, path := range []string{"checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"} {
			if _, _, err := x.v.RecordFile(t.Context(), x.id, path); portsmouth.KindOf(err) != portsmouth.NotFound {
				t.Fatalf("a conference of which the public does not know has %s: %v", path, err)
			}
		}
		x.goPublic(2)
		x.bargaining()
		first := x.verified(nil)
		if len(first.Leaves) != 2 || first.Genesis.Conference != x.id || !strings.Contains(string(first.Genesis.About), `"publicity":{"listed":true`) {
			t.Fatalf("%d leaves, %+v", len(first.Leaves), first.Genesis)
		}
		seen := x.published()["checkpoint"].Data
		for n := range 3 {
			x.communique(fmt.Sprint("The conference sat ", n))
		}
		r := x.verified(seen)
		acts, err := s.Read(t.Context(), x.id, 0)
		if err != nil {
			t.Fatal(err)
		}
		n := 1
		for _, act := range acts {
			if act.Room != "public" {
				continue
			}
			if !bytes.Equal(r.Leaves[n], act.Body) {
				t.Errorf("leaf %d is not the act as it is stored:\n%s\n%s", n, r.Leaves[n], act.Body)
			}
			n++
		}
		if n != 5 || len(r.Leaves) != n {
			t.Errorf("%d leaves for the genesis and %d public acts", len(r.Leaves), n-1)
		}
		for _, path := range []string{"", "checkpoint/", "tile/0/000.p/6", "tile/0/000", "tile/entries/001.p/1", "tile/1/000.p/1", "large/00", "large/" + strings.Repeat("0", 64), "../checkpoint"} {
			if _, _, err := x.v.RecordFile(t.Context(), x.id, path); portsmouth.KindOf(err) != portsmouth.NotFound {
				t.Errorf("there is a file %q: %v", path, err)
			}
		}
	})
}

// Two worlds: in one nothing happens behind the doors, in the other much does. The record is the same to the byte, after
// each act.
func TestTheRecordTellsNothingOfWhatIsHidden(t *testing.T) {
	c := newClock()
	v := venue.New(venue.Options{Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), Clock: c, RecordKey: recordKey(t, 1)})
	x := seat(t, v)
	x.goPublic(2)
	x.bargaining()
	x.communique("The conference sat.")
	before := x.published()
	for _, act := range []struct {
		person string
		c      conference.Command
	}{
		{"ada", speak("in plenary")},
		{"ada", conference.Speak{Room: "caucus", Text: "to the mediator"}},
		{"bo", conference.Speak{Room: "delegation", Text: "among ourselves"}},
		{"mo", conference.Speak{Room: "caucus", Party: "west", Text: "from the mediator"}},
		{"ada", conference.MakeOffer{Terms: portsmouth.Outcome{"price": "50"}}},
		{"mo", conference.ProposeCommunique{Text: en("not agreed")}},
		{"mo", conference.OpenSession{Place: "Building 86"}},
	} {
		c.forward(1e9)
		x.do(act.person, act.c)
		if after := x.published(); !same(before, after) {
			t.Fatalf("%s changed the record", act.c.Verb())
		}
	}
}

// A conference that was public before the venue kept records gets its own, whenever that is noticed: at the start, or with
// the next publication. Both give the same tree as one that was kept from the beginning.
func TestARecordIsBegunLate(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "v.db"))
	plain := venue.New(venue.Options{Store: s})
	x := seat(t, plain)
	x.goPublic(2)
	x.communique("one")
	if _, _, err := plain.RecordFile(t.Context(), x.id, "checkpoint"); portsmouth.KindOf(err) != portsmouth.NotFound {
		t.Fatalf("a venue without a key signs: %v", err)
	}
	x.v = venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 1)})
	for range 2 {
		if err := x.v.BeginRecords(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := x.verified(nil); len(r.Leaves) != 3 {
			t.Fatalf("%d leaves", len(r.Leaves))
		}
	}
	seen := x.published()["checkpoint"].Data
	x.v = plain
	x.communique("two") // without a key again
	x.v = venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 1)})
	x.communique("three")
	if r := x.verified(seen); len(r.Leaves) != 5 || !strings.Contains(string(r.Leaves[3]), `"two"`) {
		t.Errorf("%d leaves", len(r.Leaves))
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// A venue that has lost its key does not go on with another as if nothing had happened.
func TestAnotherKeyDoesNotSign(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "v.db"))
	x := seat(t, venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 1)}))
	x.goPublic(2)
	x.v = venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 2)})
	x.communique("under another key")
	if _, _, err := x.v.RecordFile(t.Context(), x.id, "checkpoint"); portsmouth.RuleOf(err) != "record-key" {
		t.Errorf("signed: %v", err)
	}
	x.v = venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 1)})
	if r := x.verified(nil); len(r.Leaves) != 3 {
		t.Errorf("%d leaves", len(r.Leaves))
	}
}

// Two nodes publish at once: the record has every leaf once.
func TestTwoNodesOneRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := openStore(t, url)
		x := seat(t, venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 1)}))
		x.goPublic(2)
		other := &table{t: t, v: venue.New(venue.Options{Store: openStore(t, url), RecordKey: recordKey(t, 1)}), id: x.id}
		done := make(chan bool)
		for k, node := range []*table{x, other} {
			go func() {
				defer func() { done <- true }()
				for n := range 5 {
					put, err := node.try("mo", conference.ProposeCommunique{Text: en(fmt.Sprint(k, n))})
					for _, person := range []string{"ada", "bo"} {
						if err == nil {
							_, err = node.try(person, conference.AgreeCommunique{Communique: put.Act})
						}
					}
					if err != nil {
						t.Error(err)
					}
				}
			}()
		}
		<-done
		<-done
		if r := x.verified(nil); len(r.Leaves) != 12 {
			t.Errorf("%d leaves", len(r.Leaves))
		}
	})
}

// memo keeps checkpoints in memory.
type memo map[string][]byte

func (m memo) Last(id string) ([]byte, error)          { return m[id], nil }
func (m memo) Keep(id string, checkpoint []byte) error { m[id] = checkpoint; return nil }

// A database that is older than what was signed, as after an older backup was restored, signs nothing: not while it is
// behind, and not when it has gone on another way past the same length.
func TestAnOlderDatabaseDoesNotSign(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "v.db")
	s := openStore(t, path)
	kept, key := memo{}, recordKey(t, 1)
	x := seat(t, venue.New(venue.Options{Store: s, RecordKey: key, Checkpoints: kept}))
	x.goPublic(2)
	x.communique("one")
	x.verified(nil)
	backup := filepath.Join(folder, "backup.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	x.communique("two")
	seen := x.published()["checkpoint"].Data
	if !bytes.Equal(kept[x.id], seen) {
		t.Fatal("what was signed is not remembered")
	}

	restored := filepath.Join(folder, "restored.db")
	if err := store.Restore(t.Context(), backup, restored); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	x.v = venue.New(venue.Options{
		Store: openStore(t, restored), RecordKey: key, Checkpoints: kept, Log: slog.New(slog.NewTextHandler(&said, nil)),
	})
	for _, want := range []string{"record-behind", "record-contradicts", "record-contradicts"} {
		data, _, err := x.v.RecordFile(t.Context(), x.id, "checkpoint")
		if portsmouth.RuleOf(err) != want || data != nil {
			t.Errorf("want %s, got %v and %q", want, err, data)
		}
		if err := x.v.BeginRecords(t.Context()); err != nil || !strings.Contains(said.String(), "bring back the") {
			t.Errorf("the log does not say what to do: %v %q", err, said.String())
		}
		x.communique("another two")
	}
	if !bytes.Equal(kept[x.id], seen) {
		t.Error("what was signed has been forgotten")
	}
	x.v = venue.New(venue.Options{Store: s, RecordKey: key, Checkpoints: kept})
	x.communique("three")
	x.verified(seen)
}
