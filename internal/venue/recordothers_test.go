package venue_test

import (
	"bytes"
	"crypto/ed25519"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/record/recordtest"
	"portsmouth/verify"
)

// A record with a round, an opening, keys, a comment, a communiqué and cosignatures is accepted by tessera's fsck, by the verifier
// that knows nothing of the venue and by the one in Python; and all three find changed bytes.
func TestOthersAcceptARecordWithEverything(t *testing.T) {
	c, key := newClock(), recordKey(t, 1)
	x := seat(t, venue.New(venue.Options{
		Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), RecordKey: key, Checkpoints: memo{}, Cosigned: memo{}, Clock: c,
	}))
	witnesses := map[string]*record.Witness{}
	for k, person := range []string{"ada", "bo"} {
		w, err := record.NewWitness(person+".example/witness", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(k + 7)}, ed25519.SeedSize)))
		if err != nil {
			t.Fatal(err)
		}
		witnesses[person] = w
	}
	declare := func(person string) {
		x.do(person, conference.DeclareKey{Purpose: conference.KeyWitness, Key: witnesses[person].Verifier()})
	}
	declare("ada") // before the public knows of the conference …
	x.openly(2, 2)
	declare("bo") // … and after
	x.do("reader", conference.SubmitComment{Name: "A. Reader", Text: "Mind the <fishermen> & their boats."})
	x.bargaining()
	x.communique("The conference sat.")
	openedRound(x, c)
	for _, person := range []string{"ada", "bo"} {
		checkpoint, err := record.ReadCheckpoint(x.published()[record.CheckpointPath].Data)
		if err != nil {
			t.Fatal(err)
		}
		if err := x.v.AddCosignature(t.Context(), x.id, witnesses[person].Cosign(checkpoint, time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC))); err != nil {
			t.Fatal(err)
		}
	}
	files := x.published()
	r := verify.Record(files, verify.Options{Key: key.Verifier(x.id)})
	for _, want := range []string{"of 2; the rules ask for 2", "the rounds: 1, and 1 openings that are what was committed to"} {
		if !r.OK() || !strings.Contains(r.String(), want) {
			t.Errorf("want %q:\n%s", want, r)
		}
	}
	t.Logf("\n%s", r)
	recordtest.Shared(t).Accepts(t, files, key.Verifier(x.id), witnesses["ada"].Verifier(), witnesses["bo"].Verifier())
	t.Log(recordtest.Three(t, files, key.Verifier(x.id), recordtest.Mutations(t, 100), 7, filepath.Join("..", "..", "docs", "spec", "verifier", "verify.py"),
		func(changed fstest.MapFS) *record.Report { return verify.Record(changed, verify.Options{}) }))
}

// openedRound closes a round and has one party open to the public what it lodged.
func openedRound(x *table, c *clock) {
	x.t.Helper()
	round := x.do("mo", conference.OpenRound{Type: conference.NumberRound, Issue: "price", Giver: "east", Settlement: "giver", Closes: c.Now().Add(time.Hour)})
	x.do("ada", conference.EnterRound{Round: round.Act, Number: "20"})
	c.forward(2 * time.Hour)
	if err := x.v.PassDeadlines(x.t.Context(), x.id); err != nil {
		x.t.Fatal(err)
	}
	own := x.look("ada").Round(round.Act).Entries["east"]
	x.do("ada", conference.OpenEntry{Round: round.Act, Payload: own.Payload, Salt: own.Salt, Room: "public"})
}
