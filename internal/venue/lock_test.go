package venue_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/lock"
	"portsmouth/internal/store"
	"portsmouth/internal/vault"
	"portsmouth/internal/venue"
)

// locking is a conference whose people have secrets.
type locking struct {
	*noted
	secrets map[string]lock.Secret
}

func newLocking(t *testing.T, url string) *locking {
	t.Helper()
	x := &locking{noted: newNoted(t, url), secrets: map[string]lock.Secret{}}
	for _, person := range []string{"ada", "bo", "mo", "cy"} {
		x.secrets[person] = lock.NewSecret()
	}
	return x
}

func (x *locking) declare(people ...string) {
	x.t.Helper()
	for _, person := range people {
		pair, err := x.secrets[person].Pair(x.id)
		if err != nil {
			x.t.Fatal(err)
		}
		x.do(person, conference.DeclareKey{Purpose: conference.KeyRoom, Key: base64.StdEncoding.EncodeToString(pair.Public())})
	}
}

// with is what a request brings from a browser in which that person has unlocked.
func (x *locking) with(person string) context.Context {
	return lock.With(x.t.Context(), x.secrets[person])
}

func (x *locking) unlockedDo(person string, c conference.Command) error {
	_, err := x.v.Do(x.with(person), venue.Request{Conference: x.id, Person: person, Command: c, Seen: -1})
	return err
}

// reads lists what a person reads of what was said in a room; "…" for what is locked. With secret says whose is unlocked.
func (x *locking) reads(person, secret string, room conference.Audience) []string {
	x.t.Helper()
	ctx := x.t.Context()
	if secret != "" {
		ctx = x.with(secret)
	}
	view, err := x.v.Look(ctx, x.id, person)
	if err != nil {
		x.t.Fatal(err)
	}
	var said []string
	for _, s := range view.Statements {
		switch {
		case s.Room != room:
		case s.Locked != nil:
			said = append(said, "…")
		default:
			said = append(said, s.Text)
		}
	}
	return said
}

func (x *locking) expect(person, secret string, room conference.Audience, want ...string) {
	x.t.Helper()
	if got := x.reads(person, secret, room); !slices.Equal(got, want) {
		x.t.Errorf("%s with the secret of %q reads %q in %s and not %q", person, secret, got, room, want)
	}
}

var (
	eastCaucus = conference.ToCaucus("east")
	eastInside = conference.ToDelegation("east")
	lockedTen  = slices.Repeat([]string{"…"}, 10)
)

func openTen() (said []string) {
	for k := range 5 {
		said = append(said, noteCanary+" "+string(rune('0'+k)), "I hear you.")
	}
	return said
}

func TestARoomIsLockedWhenAllInItHaveKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		x := newLocking(t, url)
		x.declare("ada")
		x.expect("ada", "", eastCaucus, openTen()...)
		x.expect("ada", "", eastInside, slices.Repeat([]string{"…"}, 5)...)
		x.declare("mo")
		for range 2 {
			x.expect("ada", "", eastCaucus, lockedTen...)
			x.expect("ada", "bo", eastCaucus, lockedTen...)
			x.expect("ada", "mo", eastCaucus, lockedTen...)
			x.expect("ada", "ada", eastCaucus, openTen()...)
			x.expect("mo", "mo", eastCaucus, openTen()...)
			x.expect("mo", "", eastCaucus, lockedTen...)
			x.expect("bo", "ada", eastCaucus)
			x.expect("bo", "mo", eastCaucus)
			x.v = x.restarted(t, x.raw)
		}
		x.do("ada", conference.Speak{Room: "caucus", Text: "And one more."}) // who has not unlocked can speak
		x.expect("ada", "", eastCaucus, append(slices.Clone(lockedTen), "…")...)
		x.expect("mo", "mo", eastCaucus, append(openTen(), "And one more.")...)
		x.v = x.restarted(t, x.raw)
		x.expect("mo", "mo", eastCaucus, append(openTen(), "And one more.")...)
		x.do("bo", conference.Speak{Room: "caucus", Text: "West has no keys."})
		x.expect("mo", "", conference.ToCaucus("west"), "West has no keys.")
	})
}

// Another node, which had read the room before it was locked, forgets what it read.
func TestEveryNodeForgetsWhatIsLocked(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		x := newLocking(t, url)
		other := *x
		other.noted = &noted{table: &table{t: t, v: x.restarted(t, openStore(t, url)), id: x.id}}
		other.expect("ada", "", eastCaucus, openTen()...)
		x.declare("ada", "mo")
		other.expect("ada", "", eastCaucus, lockedTen...)
		other.expect("ada", "ada", eastCaucus, openTen()...)
	})
}

// What is locked is not in the file, the log or a backup, even for one who has the key of the host.
func TestAThiefWithTheHostsKeyReadsNoLockedWords(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "venue.db")
	x := newLocking(t, path)
	var before [][]byte
	for _, keys := range x.wrappedKeys() {
		before = append(before, keys[len(keys)-80:]) // what opens the words is the last in its row
	}
	if n, keys := x.stolen(t, x.raw), found(t, before, path, path+"-wal"); n != 5 || keys < 15 {
		t.Fatalf("%d of 5 and %d of 15 keys are found while the host holds them: this test is blind", n, keys)
	}
	x.declare("ada", "mo", "bo")
	backup := filepath.Join(folder, "backup.db")
	if err := x.raw.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	restored := filepath.Join(folder, "restored.db")
	if err := store.Restore(t.Context(), backup, restored); err != nil {
		t.Fatal(err)
	}
	for name, db := range map[string]*store.Store{"database": x.raw, "backup": openStore(t, restored)} {
		if n := x.stolen(t, db); n != 0 {
			t.Errorf("%s: %d locked statements are read with the host's key", name, n)
		}
	}
	if n := found(t, before, path, path+"-wal", path+"-shm", backup); n != 0 {
		t.Errorf("%d of %d keys that the host held are still in the files", n, len(before))
	}
}

// stolen counts the canaries that a vault opened with the host's key reads from a database.
func (x *locking) stolen(t *testing.T, db *store.Store) (n int) {
	t.Helper()
	v, err := vault.Open(t.Context(), db, x.key)
	if err != nil {
		t.Fatal(err)
	}
	acts, err := v.Read(t.Context(), x.id, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range acts {
		for _, part := range [][]byte{act.Body, act.Note, act.Words, act.Sealed} {
			n += bytes.Count(part, []byte(noteCanary))
		}
	}
	return n
}

// A delegation is its own recovery: who is new, or has lost a key, reads what is said from then on, and the rest when let in.
func TestAMemberIsLetIn(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		x := newLocking(t, url)
		x.declare("ada", "mo")
		invited := x.do("ada", conference.Invite{Party: "east", Role: portsmouth.Member})
		_, err := x.v.Do(t.Context(), venue.Request{
			Conference: x.id, Person: "cy", Invitation: invited.Act, Seen: -1, Command: conference.AcceptInvitation{Name: "cy"},
		})
		if err != nil {
			t.Fatal(err)
		}
		x.do("ada", conference.Speak{Room: "caucus", Text: "While cy has no key."})
		x.expect("cy", "", eastCaucus, append(slices.Clone(lockedTen), "While cy has no key.")...)
		x.declare("cy")
		x.do("ada", conference.Speak{Room: "caucus", Text: "To all three."})
		x.expect("cy", "cy", eastCaucus, append(slices.Clone(lockedTen), "While cy has no key.", "To all three.")...)
		if shut := x.shut("ada", eastCaucus); shut["cy"] != 1 || shut["ada"] != 0 {
			t.Errorf("shut: %v", shut)
		}

		admit := x.admission("cy")
		if err := x.unlockedDo("cy", x.admission("ada")); portsmouth.RuleOf(err) != "reader-once" {
			t.Errorf("cy opens nothing that ada does not: %v", err)
		}
		if _, err := x.try("ada", admit); portsmouth.RuleOf(err) != "words-locked" {
			t.Errorf("ada has not unlocked: %v", err)
		}
		if err := x.unlockedDo("ada", admit); err != nil {
			t.Fatal(err)
		}
		if err := x.unlockedDo("ada", admit); portsmouth.RuleOf(err) != "reader-once" {
			t.Errorf("once is enough: %v", err)
		}
		x.v = x.restarted(t, x.raw)
		x.expect("cy", "cy", eastCaucus, append(openTen(), "While cy has no key.", "To all three.")...)
		x.expect("cy", "", eastCaucus, slices.Repeat([]string{"…"}, 12)...)
		if shut := x.shut("cy", eastCaucus); shut["cy"] != 0 {
			t.Errorf("shut: %v", shut)
		}

		x.secrets["ada"] = lock.NewSecret() // lost, and everything with it
		x.declare("ada")
		x.expect("ada", "ada", eastInside, slices.Repeat([]string{"…"}, 5)...)
		if err := x.unlockedDo("cy", x.admission("ada")); err != nil {
			t.Fatal(err)
		}
		x.expect("ada", "ada", eastCaucus, append(openTen(), "While cy has no key.", "To all three.")...)
	})
}

// admission lets a member into the caucus with the key that they have declared.
func (x *locking) admission(person string) conference.AdmitReader {
	return conference.AdmitReader{Room: "caucus", Person: person, Key: x.look("mo").Key(person, conference.KeyRoom).Key}
}

func (x *locking) shut(person string, room conference.Audience) map[string]int {
	x.t.Helper()
	rooms, err := x.v.Rooms(x.t.Context(), x.id, person)
	if err != nil {
		x.t.Fatal(err)
	}
	for _, r := range rooms {
		if r.Room == room {
			return r.Shut
		}
	}
	x.t.Fatalf("%s sees no room %s in %v", person, room, rooms)
	return nil
}

func TestRoomsAreThoseOfTheirOwn(t *testing.T) {
	x := newLocking(t, filepath.Join(t.TempDir(), "venue.db"))
	for person, want := range map[string]string{"ada": "caucus:east delegation:east", "mo": "caucus:east caucus:west mediator"} {
		rooms, err := x.v.Rooms(t.Context(), x.id, person)
		var names []string
		for _, r := range rooms {
			names = append(names, string(r.Room))
		}
		if got := strings.Join(names, " "); got != want || err != nil {
			t.Errorf("%s: %s, %v", person, got, err)
		}
	}
}

// What takes no words goes on without them; what takes them waits until they are unlocked.
func TestWhatTakesLockedWords(t *testing.T) {
	x := newLocking(t, filepath.Join(t.TempDir(), "venue.db"))
	x.declare("ada", "mo")
	said := x.do("ada", conference.Speak{Room: "caucus", Text: "This may cross."}).Act
	release := conference.ReleaseStatement{Statement: said, Carry: true}
	if _, err := x.try("ada", release); portsmouth.RuleOf(err) != "words-locked" {
		t.Errorf("release: %v", err)
	}
	if err := x.unlockedDo("ada", release); err != nil {
		t.Fatal(err)
	}
	carry := conference.CarryStatement{Release: x.look("mo").Carries[0].Release}
	if _, err := x.try("mo", carry); portsmouth.RuleOf(err) != "words-locked" {
		t.Errorf("carry: %v", err)
	}
	if err := x.unlockedDo("mo", carry); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(looks(t, x.v, x.id), `"carried":true`) {
		t.Error("nothing has crossed")
	}

	bytesOf, err := x.v.ActBytes(x.with("ada"), x.id, "ada", said)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.v.ActBytes(t.Context(), x.id, "ada", said); portsmouth.RuleOf(err) != "words-locked" {
		t.Errorf("the bytes of an act that is locked: %v", err)
	}
	locked, err := x.v.Receipt(t.Context(), x.id, "ada", said)
	if err != nil {
		t.Fatal(err)
	}
	unlocked, err := x.v.Receipt(x.with("ada"), x.id, "ada", said)
	if err != nil || !bytes.Equal(locked.Data, unlocked.Data) {
		t.Errorf("two receipts of one act: %v", err)
	}

	sum, err := conference.SumOf(*x.look("ada").Act(said))
	if err != nil || len(bytesOf) == 0 {
		t.Fatal(err)
	}
	x.destroyCaucus()
	x.v = x.restarted(t, x.raw)
	for _, d := range x.look("mo").Acts {
		if b, is := d.Body.(conference.NotesDestroyed); is {
			if !slices.ContainsFunc(b.Notes, func(n conference.DestroyedNote) bool { return n.Act == said && n.Commitment == sum }) {
				t.Errorf("the commitment to the locked note is not that of its words: %+v", b)
			}
			return
		}
	}
	t.Error("nothing says that the notes were destroyed")
}

// What was opened is at hand for its reader alone, and is opened again once it has been forgotten.
func TestOpenedWordsAreForgotten(t *testing.T) {
	x := newLocking(t, filepath.Join(t.TempDir(), "venue.db"))
	x.declare("ada", "mo")
	keys := &countedKeys{Keys: x.v.Keys}
	x.v.Keys = keys
	for range 3 {
		x.expect("ada", "ada", eastCaucus, openTen()...)
	}
	if keys.rings != 1 {
		t.Errorf("opened %d times", keys.rings)
	}
	x.expect("ada", "", eastCaucus, lockedTen...)
	x.expect("ada", "bo", eastCaucus, lockedTen...)
	x.clock.forward(time.Hour)
	before := keys.rings
	if x.expect("ada", "ada", eastCaucus, openTen()...); keys.rings != before+1 {
		t.Error("after an hour it is still at hand")
	}
}

type countedKeys struct {
	venue.Keys
	rings int
}

func (k *countedKeys) Keyring(ctx context.Context, id, person string, secret lock.Secret) (venue.Keyring, error) {
	k.rings++
	return k.Keys.Keyring(ctx, id, person, secret)
}
