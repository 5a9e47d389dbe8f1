package demo

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"testing"

	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/record/recordtest"
	"portsmouth/verify"
)

// keptRecords gives the public conferences that a test leaves in its database their records, and shows these to tessera's fsck,
// to what looks at the files that fsck leaves out, and to our verifier.
func keptRecords(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := context.Background() // that of the test has ended
	ids, err := s.Listed(ctx)
	if err != nil {
		return // the test has closed it: whoever opens it again looks
	}
	key, err := record.NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	v := venue.New(venue.Options{Store: s, RecordKey: key})
	if err := v.BeginRecords(ctx); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		files, err := recordtest.Days(func(path string) ([]byte, error) {
			data, _, err := v.RecordFile(ctx, id, path)
			return data, err
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(id, recordtest.Shared(t).Accepts(t, files, key.Verifier(id)))
		if r := verify.Record(files, verify.Options{Key: key.Verifier(id)}); !r.OK() {
			t.Errorf("our verifier:\n%s", r)
		}
	}
}
