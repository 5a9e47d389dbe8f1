package venue_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/record/recordtest"
	"portsmouth/verify"
)

// Every record that a test of this package leaves in its database is shown to tessera's fsck, to what looks at the files that
// fsck leaves out, and to our verifier: with the leaves and the hashes as they are stored.

// keptRecords is called when a test ends, while its database is still open.
func keptRecords(t testing.TB, s *store.Store) {
	t.Helper()
	ctx := context.Background() // that of the test has ended
	ids, err := s.Conferences(ctx)
	if err != nil {
		return // the test has closed it: whoever opens it again looks
	}
	const keys = 3 // that the tests use
	names := []string{venue.VenueLog, fmt.Sprint(venue.VenueLog, "-", 2)}
	for _, id := range ids {
		names = append(names, id)
		for seed := range byte(keys) {
			names = append(names, recordKey(t, seed+1).Origin(id)) // begun anew under another key
		}
	}
	for _, name := range names {
		leaves, err := s.RecordLeaves(ctx, name, 0, math.MaxInt64)
		if err != nil {
			t.Fatal(err)
		}
		if len(leaves) > 0 {
			keptRecord(t, s, name, leaves)
		}
	}
}

func keptRecord(t testing.TB, s *store.Store, name string, leaves [][]byte) {
	t.Helper()
	hashes, err := s.RecordHashes(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := record.NewTree(hashes)
	if err != nil {
		t.Fatal(err)
	}
	key := keyOf(t, leaves[0])
	genesis, err := record.ReadGenesis(leaves[0])
	if err != nil {
		t.Fatal(err)
	}
	files := recordtest.Kept(t, key, leaves, tree)
	found := recordtest.Shared(t).Accepts(t, files, genesis.Key)
	if !strings.HasPrefix(found, fmt.Sprintf("%d leaves", tree.Size())) {
		t.Errorf("fsck found %q in a record of %d leaves", found, tree.Size())
	}
	if r := verify.Record(files, verify.Options{Key: genesis.Key}); !r.OK() {
		t.Errorf("our verifier:\n%s", r)
	}
}

// keyOf finds the key of the tests under which a record was begun.
func keyOf(t testing.TB, leaf []byte) *record.Key {
	t.Helper()
	genesis, err := record.ReadGenesis(leaf)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range byte(255) {
		if key := recordKey(t, seed); key.Verifier(genesis.Conference) == genesis.Key {
			return key
		}
	}
	t.Fatalf("no key of the tests is %s", genesis.Key)
	return nil
}
