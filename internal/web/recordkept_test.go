package web

import (
	"context"
	"testing"

	"portsmouth/conference/conftest"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/record/recordtest"
	"portsmouth/verify"
)

// keptRecords shows every record that a test leaves in its database, as a venue serves it, to tessera's fsck, to what looks at
// the files that fsck leaves out, and to our verifier. A conference that is public and was in a venue without a key gets its
// record now.
func keptRecords(t testing.TB, db *store.Store) {
	t.Helper()
	ctx, key := context.Background(), worldKey(t) // the context of the test has ended
	v := venue.New(venue.Options{Store: db, RecordKey: key})
	must(t, v.BeginRecords(ctx))
	ids, err := db.Listed(ctx)
	must(t, err)
	for _, id := range ids {
		files, err := recordtest.Days(func(path string) ([]byte, error) {
			data, _, err := v.RecordFile(ctx, id, path)
			return data, err
		})
		must(t, err)
		recordtest.Shared(t).Accepts(t, files, key.Verifier(id), cosignersOf(t, v, id, files[checkpointFile].Data)...)
		if r := verify.Record(files, verify.Options{Key: key.Verifier(id)}); !r.OK() {
			t.Errorf("our verifier:\n%s", r)
		}
	}
}

// cosignersOf names the witnesses of whom the venue says that they have seen this very checkpoint.
func cosignersOf(t testing.TB, v *venue.Venue, id string, checkpoint []byte) (keys []string) {
	t.Helper()
	c, err := record.ReadCheckpoint(checkpoint)
	must(t, err)
	sights, err := v.Sights(context.Background(), id)
	must(t, err)
	for _, s := range sights {
		if s.Size == c.Size {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

// A record that was changed in the database is noticed when its test ends: the tests above are not accepted whatever they leave.
func TestKeptRecordsAreLookedAt(t *testing.T) {
	h, _ := recordHouse(t, true)
	db := h.venue.Store.(*store.Store)
	hashes, err := db.RecordHashes(t.Context(), conftest.ConferenceID)
	must(t, err)
	leaves, err := db.RecordLeaves(t.Context(), conftest.ConferenceID, 0, 9)
	must(t, err)
	tree, err := record.NewTree(hashes)
	must(t, err)
	leaves[1][len(leaves[1])/2]++
	spoilt := recordtest.Kept(t, worldKey(t), leaves, tree)
	_, err = recordtest.Shared(t).Ask(t, "files", recordtest.Write(t, spoilt), worldKey(t).Verifier(conftest.ConferenceID))
	if err == nil || verify.Record(spoilt, verify.Options{}).OK() {
		t.Error("a changed leaf is accepted")
	}
}
