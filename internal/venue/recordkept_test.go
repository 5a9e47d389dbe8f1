package venue_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/record/recordtest"
	"portsmouth/verify"
)

// readStore counts what is read of records: their hashes, and leaves.
type readStore struct {
	*store.Store
	hashes, leaves atomic.Int64
}

func (s *readStore) RecordHashes(ctx context.Context, id string) ([]byte, error) {
	s.hashes.Add(1)
	return s.Store.RecordHashes(ctx, id)
}

func (s *readStore) RecordLeaves(ctx context.Context, id string, first, end int64) ([][]byte, error) {
	leaves, err := s.Store.RecordLeaves(ctx, id, first, end)
	s.leaves.Add(int64(len(leaves)))
	return leaves, err
}

// reads tells how many times hashes, and how many leaves, are read while f runs.
func (s *readStore) reads(f func()) [2]int64 {
	hashes, leaves := s.hashes.Load(), s.leaves.Load()
	f()
	return [2]int64{s.hashes.Load() - hashes, s.leaves.Load() - leaves}
}

// checkpointOf reads the checkpoint as a venue serves it.
func checkpointOf(t testing.TB, v *venue.Venue, id string) []byte {
	t.Helper()
	data, _, err := v.RecordFile(t.Context(), id, record.CheckpointPath)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A checkpoint is put together once for each length and for what witnesses say; another node's acts and cosignatures are in it
// at once.
func TestTheCheckpointIsMadeOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := &readStore{Store: openStore(t, url)}
		options := venue.Options{Store: s, RecordKey: recordKey(t, 1), Checkpoints: memo{}, Clock: newClock()}
		node := venue.New(options)
		options.Store, options.Checkpoints = openStore(t, url), memo{}
		x := seat(t, venue.New(options))
		witness := cosigningWitness(t, 7)
		x.openly(2, 1)
		x.do("ada", conference.DeclareKey{Purpose: conference.KeyWitness, Key: witness.Verifier()})
		x.bargaining()
		for n := range 3 {
			x.communique(fmt.Sprint("The conference sat ", n))
			first := checkpointOf(t, node, x.id)
			c, err := record.ReadCheckpoint(first)
			if err != nil || c.Size != int64(4+n) {
				t.Fatalf("after %d communiqués the other node signs %d leaves, %v", n+1, c.Size, err)
			}
			for k := range 2 {
				var again []byte
				if read := s.reads(func() { again = checkpointOf(t, node, x.id) }); read != [2]int64{} || !bytes.Equal(again, first) {
					t.Errorf("asked again: reads %v of hashes and leaves, %s", read, again)
				}
				line := witness.Cosign(c, time.Date(2026, 5, 4, 10, 0, k, 0, time.UTC))
				if err := x.v.AddCosignature(t.Context(), x.id, line); err != nil {
					t.Fatal(err)
				}
				if first = checkpointOf(t, node, x.id); !bytes.HasSuffix(first, append([]byte("\n"), line...)) || !bytes.Equal(first, checkpointOf(t, x.v, x.id)) {
					t.Errorf("what was said on one node is not under the checkpoint of the other:\n%s", first)
				}
			}
		}
		if a, b := sightsOf(t, node, x.id), sightsOf(t, x.v, x.id); a != b || !strings.Contains(a, `"size":6`) {
			t.Errorf("the nodes tell of\n%s\n%s", a, b)
		}
	})
}

func sightsOf(t testing.TB, v *venue.Venue, id string) string {
	t.Helper()
	sights, err := v.Sights(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(sights)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// longRecord is a record with long leaves, which no conference has, and its venue.
func longRecord(t testing.TB, long int) (s *readStore, v *venue.Venue, id string, leaves [][]byte) {
	s, id = &readStore{Store: openStore(t, filepath.Join(t.TempDir(), "v.db"))}, "long"
	key := recordKey(t, 1)
	genesis, err := key.NewGenesis(id, 1, map[string]any{"title": "long"})
	if err != nil {
		t.Fatal(err)
	}
	leaves = [][]byte{genesis}
	for n := range long {
		leaves = append(leaves, longLeaf(n))
	}
	putLeaves(t, s.Store, id, &record.Tree{}, leaves)
	return s, venue.New(venue.Options{Store: s, RecordKey: key, Checkpoints: memo{}}), id, leaves
}

func longLeaf(n int) []byte {
	return fmt.Appendf(nil, `{"n":%d,"text":"%s"}`, n, strings.Repeat("long ", 20_000))
}

// putLeaves adds leaves to a record, as a node of the venue does.
func putLeaves(t testing.TB, s *store.Store, id string, tree *record.Tree, bodies [][]byte) {
	t.Helper()
	var leaves []conference.Leaf
	for _, body := range bodies {
		number := tree.Size()
		first, hashes, err := tree.Add(body)
		if err != nil {
			t.Fatal(err)
		}
		leaf := conference.Leaf{Number: number, First: first, Body: body}
		for _, h := range hashes {
			leaf.Hashes = append(leaf.Hashes, h)
		}
		leaves = append(leaves, leaf)
	}
	if err := s.PutLeaves(context.Background(), id, leaves); err != nil {
		t.Fatal(err)
	}
}

// Who asks for long leaves that there are not has none read: each was read once, to learn its path. One that comes later is found.
func TestAnUnknownLongLeafCostsNothing(t *testing.T) {
	s, v, id, leaves := longRecord(t, 12)
	unknown := func(n int) {
		t.Helper()
		path := fmt.Sprintf("large/%064x", n)
		if _, _, err := v.RecordFile(t.Context(), id, path); portsmouth.KindOf(err) != portsmouth.NotFound {
			t.Fatalf("%s: %v", path, err)
		}
	}
	get := func(leaf []byte) {
		t.Helper()
		data, _, err := v.RecordFile(t.Context(), id, record.LargePath(leaf))
		if err != nil || !bytes.Equal(data, leaf) {
			t.Fatalf("a long leaf: %d bytes, %v", len(data), err)
		}
	}
	unknown(0)
	if read := s.reads(func() {
		for n := range 50 {
			unknown(n)
		}
	}); read != [2]int64{} {
		t.Errorf("50 unknown paths: %v times hashes and leaves were read", read)
	}
	if read := s.reads(func() { get(leaves[3]) }); read != [2]int64{0, 1} {
		t.Errorf("one long leaf: %v times hashes and leaves were read", read)
	}
	tree := treeOf(t, leaves)
	putLeaves(t, s.Store, id, tree, [][]byte{[]byte(`{"short":1}`), longLeaf(99)})
	if read := s.reads(func() { get(longLeaf(99)) }); read != [2]int64{1, 2} {
		t.Errorf("one more: %v times hashes and leaves were read", read)
	}
	if read := s.reads(func() { unknown(1); get(leaves[12]) }); read != [2]int64{0, 1} {
		t.Errorf("then: %v times hashes and leaves were read", read)
	}
	servedRecord(t, v, id, 13)
}

// servedRecord shows a record, as a venue serves it, to fsck and to what looks at the files that fsck leaves out.
func servedRecord(t *testing.T, v *venue.Venue, id string, large int) {
	t.Helper()
	files, err := recordtest.Days(func(path string) ([]byte, error) {
		data, _, err := v.RecordFile(t.Context(), id, path)
		return data, err
	})
	if err != nil {
		t.Fatal(err)
	}
	found := recordtest.Shared(t).Accepts(t, files, v.RecordVerifier(id))
	if !strings.Contains(found, fmt.Sprintf(", %d of them large,", large)) {
		t.Error(found)
	}
	if r := verify.Record(files, verify.Options{}); !r.OK() {
		t.Errorf("our verifier:\n%s", r)
	}
}

func treeOf(t testing.TB, leaves [][]byte) *record.Tree {
	t.Helper()
	tree := &record.Tree{}
	for _, leaf := range leaves {
		if _, _, err := tree.Add(leaf); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

// BenchmarkUnknownLongLeaf asks for a path that there is not, in a record with 200 long leaves.
func BenchmarkUnknownLongLeaf(b *testing.B) {
	_, v, id, _ := longRecord(b, 200)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if _, _, err := v.RecordFile(b.Context(), id, fmt.Sprintf("large/%064x", n)); portsmouth.KindOf(err) != portsmouth.NotFound {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckpoint asks for the checkpoint of a conference with 30 publications, without a witness and with one.
func BenchmarkCheckpoint(b *testing.B) {
	for _, witnesses := range []int{0, 1} {
		b.Run(fmt.Sprint(witnesses, " witnesses"), func(b *testing.B) {
			x := seat(b, venue.New(venue.Options{
				Store: openStore(b, filepath.Join(b.TempDir(), "v.db")), RecordKey: recordKey(b, 1), Checkpoints: memo{}, Cosigned: memo{}, Clock: newClock(),
			}))
			x.openly(2, 0)
			w := cosigningWitness(b, 7)
			x.do("ada", conference.DeclareKey{Purpose: conference.KeyWitness, Key: w.Verifier()})
			for n := range 30 {
				x.communique(fmt.Sprint("The conference sat ", n))
			}
			c, err := record.ReadCheckpoint(checkpointOf(b, x.v, x.id))
			if err != nil {
				b.Fatal(err)
			}
			for range witnesses {
				if err := x.v.AddCosignature(b.Context(), x.id, w.Cosign(c, time.Unix(1e9, 0))); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				checkpointOf(b, x.v, x.id)
			}
		})
	}
}
