package venue_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/venue"
)

// What was tried against locked rooms, and has to fail.

// A thief with the key of the host has a digest of each form. It does not tell which guess of the words is the truth.
func TestAGuessOfLockedWordsIsNotConfirmed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "venue.db")
	x := newLocking(t, path)
	x.declare("ada", "mo", "bo")
	guess := func(n int) conference.Command {
		return conference.Speak{Room: "caucus", Text: fmt.Sprintf("We could pay %d million.", n)}
	}
	_, err := x.v.Do(t.Context(), venue.Request{Conference: x.id, Person: "ada", Key: "5f1d0c2ab9e84c07a1d3f6b2c4e59f10", Seen: -1, Command: guess(134)})
	if err != nil {
		t.Fatal(err)
	}
	kept := x.digestOfForm(path)
	for n := range 300 {
		body, err := conference.EncodeCommand(guess(n))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		for _, form := range [][]byte{body, fmt.Appendf(nil, "speak %x", sum[:2]), fmt.Appendf(nil, "speak %x", sum)} {
			if sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s", x.id, "ada", "", form)) == kept {
				t.Fatalf("“%d million” is confirmed", n)
			}
		}
	}
}

// digestOfForm reads it as a thief does, who lacks what it is bound to: the plaintext of GCM does not need that.
func (x *locking) digestOfForm(path string) [32]byte {
	x.t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		x.t.Fatal(err)
	}
	defer db.Close()
	var sealed []byte
	if err := db.QueryRow(`SELECT receipt FROM receipt`).Scan(&sealed); err != nil {
		x.t.Fatal(err)
	}
	key, err := hkdf.Key(sha256.New, x.key[:], nil, "portsmouth host key 1: seal", 32)
	if err != nil {
		x.t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		x.t.Fatal(err)
	}
	plain := make([]byte, len(sealed)-1-12-16)
	cipher.NewCTR(block, append(bytes.Clone(sealed[1:13]), 0, 0, 0, 2)).XORKeyStream(plain, sealed[13:len(sealed)-16])
	if !bytes.Contains(plain, []byte(x.id)) {
		x.t.Fatal("the receipt was not opened: this test is blind")
	}
	return [32]byte(plain)
}

// A room with much in it is locked though somebody talks without end in another.
func TestTalkKeepsNoRoomFromBeingLocked(t *testing.T) {
	x := newLocking(t, filepath.Join(t.TempDir(), "venue.db"))
	for k := range 150 {
		x.do("ada", conference.Speak{Room: "caucus", Text: fmt.Sprint("Said before there were keys: ", k)})
	}
	x.declare("ada")
	slow := &slowStore{Store: x.v.Store, between: func() {
		x.do("bo", conference.Speak{Room: "delegation", Text: "And another thing."})
	}, times: 3}
	x.v.Store = slow
	x.declare("mo")
	if slow.times != 0 {
		t.Fatal("nobody came in between: this test is blind")
	}
	said := x.reads("mo", "mo", eastCaucus)
	if len(said) != 160 || strings.Contains(strings.Join(said, ""), "…") {
		t.Errorf("the mediator reads %d of what was said: %q", len(said), said[len(said)-1])
	}
	for _, words := range x.reads("mo", "", eastCaucus) {
		if words != "…" {
			t.Errorf("%q is not locked", words)
		}
	}
}

// slowStore lets something else happen before an append that locks a room, so many times.
type slowStore struct {
	venue.Store
	between func()
	times   int
}

// Append lets it happen before the vault has begun, so that the append comes too late.
func (s *slowStore) Append(ctx context.Context, a conference.Append) (conference.Appended, error) {
	if a.Locks != nil && s.times > 0 {
		s.times--
		s.between()
	}
	return s.Store.Append(ctx, a)
}

// What was destroyed is not at hand for who had opened it.
func TestDestroyedWordsAreNotAtHand(t *testing.T) {
	x := newLocking(t, filepath.Join(t.TempDir(), "venue.db"))
	x.declare("ada", "mo")
	keys := &countedKeys{Keys: x.v.Keys}
	x.v.Keys = keys
	x.do("ada", conference.Speak{Room: "delegation", Text: "Kept."})
	x.reads("ada", "ada", eastCaucus)
	x.clock.forward(time.Minute)
	before := keys.rings
	x.destroyCaucus()
	x.reads("ada", "ada", eastInside)
	if keys.rings == before {
		t.Error("what was opened before is still at hand")
	}
}
