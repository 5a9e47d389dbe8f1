package storetest

import (
	"bytes"
	"fmt"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
)

// leafOf is a leaf with as many hashes; every hash is of its place.
func leafOf(number, first int64, hashes int, body string) conference.Leaf {
	l := conference.Leaf{Number: number, First: first, Body: []byte(body)}
	for k := range hashes {
		l.Hashes = append(l.Hashes, [32]byte{byte(first) + byte(k), 0, 0xff})
	}
	return l
}

// withLeaves is an append that adds to the record too.
func withLeaves(id string, expected int64, leaves ...conference.Leaf) conference.Append {
	a := Add(id, expected, fmt.Sprint("act after ", expected))
	a.Leaves = leaves
	return a
}

func recordGrows(t *testing.T, s *store.Store) {
	ctx := t.Context()
	same(t, len(must[[]byte](t)(s.RecordHashes(ctx, "c"))), 0)
	same(t, len(must[[][]byte](t)(s.RecordLeaves(ctx, "c", 0, 100))), 0)
	recordEndsAt(t, s, -1)

	long := string(bytes.Repeat([]byte{0, 'x'}, 50_000))
	must[conference.Appended](t)(s.Append(ctx, Add("c", 0, "what nobody sees")))
	must[conference.Appended](t)(s.Append(ctx, withLeaves("c", 1, leafOf(0, 0, 1, "genesis"), leafOf(1, 1, 2, long))))
	must[conference.Appended](t)(s.Append(ctx, Add("c", 2, "what nobody sees")))
	must[conference.Appended](t)(s.Append(ctx, withLeaves("c", 3, leafOf(2, 3, 1, "two"))))
	must[conference.Appended](t)(s.Append(ctx, withLeaves("d", 0, leafOf(0, 0, 1, "another"))))
	ok(t, s.PutLeaves(ctx, "c", []conference.Leaf{leafOf(3, 4, 3, "three")}))

	recordEndsAt(t, s, 6)
	hashes := must[[]byte](t)(s.RecordHashes(ctx, "c"))
	same(t, len(hashes), 7*32)
	for place := range 7 {
		same(t, hashes[place*32], byte(place))
	}
	var read []string
	for _, leaf := range must[[][]byte](t)(s.RecordLeaves(ctx, "c", 0, 100)) {
		read = append(read, string(leaf))
	}
	same(t, read, []string{"genesis", long, "two", "three"})
	same(t, len(must[[][]byte](t)(s.RecordLeaves(ctx, "c", 1, 3))), 2)
	same(t, string(must[[][]byte](t)(s.RecordLeaves(ctx, "d", 0, 1))[0]), "another")
	same(t, len(must[[]int64](t)(s.RecordLarge(ctx, "c", 0, len(long)))), 0)
	same(t, must[[]int64](t)(s.RecordLarge(ctx, "c", 0, len(long)-1)), []int64{1})
	same(t, len(must[[]int64](t)(s.RecordLarge(ctx, "d", 0, 6))), 1)
	same(t, must[[]int64](t)(s.RecordLarge(ctx, "c", 0, 3)), []int64{0, 1, 3})
	same(t, must[[]int64](t)(s.RecordLarge(ctx, "c", 2, 3)), []int64{3})
	ok(t, s.Check(ctx))

	must[conference.Appended](t)(s.Append(ctx, withLeaves("gap", 0, leafOf(1, 0, 1, "no beginning"))))
	if err := s.Check(ctx); portsmouth.RuleOf(err) != "database-damaged" {
		t.Errorf("a record without a beginning: %v", err)
	}
}

// recordEndsAt wants the last hash of the record "c" to be at that place; every hash here is of its place.
func recordEndsAt(t *testing.T, s *store.Store, want int64) {
	t.Helper()
	place, hash, err := s.RecordHead(t.Context(), "c")
	ok(t, err)
	same(t, place, want)
	if want >= 0 {
		same(t, hash[:1], []byte{byte(want)})
	}
}

// Of each witness the newest cosignature is kept, whoever comes first, and each is looked at once.
func cosignatures(t *testing.T, s *store.Store) {
	ctx := t.Context()
	said := func() (all string) {
		return string(bytes.Join(must[[][]byte](t)(s.Cosignatures(ctx, "c")), []byte(" ")))
	}
	put := func(id, key string, size, at int64, sight string, newer bool) {
		t.Helper()
		same(t, must[bool](t)(s.PutCosignature(ctx, id, key, size, at, []byte(sight))), newer)
	}
	put("c", "one", 5, 100, "a", true)
	put("c", "two", 3, 100, "b", true)
	put("d", "one", 9, 100, "z", true)
	put("c", "one", 5, 100, "again", false)
	put("c", "one", 5, 99, "earlier", false)
	put("c", "one", 4, 900, "of less", false)
	same(t, said(), "a b")
	same(t, must[[]string](t)(s.Untold(ctx)), []string{"c", "d"})
	put("c", "one", 5, 101, "c", true)
	put("c", "two", 4, 1, "d", true)
	same(t, said(), "c d")

	ok(t, s.Told(ctx, "c", [][]byte{[]byte("a"), []byte("d")})) // one of them is not the newest any more
	same(t, must[[]string](t)(s.Untold(ctx)), []string{"c", "d"})
	ok(t, s.Told(ctx, "c", [][]byte{[]byte("c")}))
	same(t, must[[]string](t)(s.Untold(ctx)), []string{"d"})
	put("c", "one", 5, 101, "again", false)
	same(t, must[[]string](t)(s.Untold(ctx)), []string{"d"})
	put("c", "one", 6, 101, "e", true)
	same(t, must[[]string](t)(s.Untold(ctx)), []string{"c", "d"})

	ok(t, s.DropCosignatures(ctx, "c"))
	same(t, said(), "")
	same(t, len(must[[][]byte](t)(s.Cosignatures(ctx, "d"))), 1)
}

// What is refused leaves nothing in the record, and a leaf that cannot be written takes its act with it.
func recordAllOrNone(t *testing.T, s *store.Store) {
	ctx := t.Context()
	must[conference.Appended](t)(s.Append(ctx, withLeaves("c", 0, leafOf(0, 0, 1, "genesis"))))

	_, err := s.Append(ctx, withLeaves("c", 0, leafOf(1, 1, 2, "on a fork")))
	refused(t, err, portsmouth.Conflict, "expected-sequence")
	again := withLeaves("c", 1, leafOf(1, 1, 2, "once"))
	again.Key = "k"
	must[conference.Appended](t)(s.Append(ctx, again))
	same(t, must[conference.Appended](t)(s.Append(ctx, again)).Repeated, true)

	for name, wrong := range map[string]conference.Leaf{
		"a leaf that is there": leafOf(1, 3, 1, "written over"),
		"a hash that is there": leafOf(2, 2, 1, "written over"),
	} {
		if _, err := s.Append(ctx, withLeaves("c", 2, wrong)); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if err := s.PutLeaves(ctx, "c", []conference.Leaf{wrong}); err == nil {
			t.Errorf("%s: put", name)
		}
	}
	same(t, must[int64](t)(s.Head(ctx, "c")), int64(2))
	same(t, len(must[[]byte](t)(s.RecordHashes(ctx, "c"))), 3*32)
	same(t, len(must[[][]byte](t)(s.RecordLeaves(ctx, "c", 0, 9))), 2)
}
