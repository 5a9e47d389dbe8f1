package venue

import (
	"fmt"
	"testing"

	"portsmouth/record"
)

// What memory keeps is bounded in number and in bytes, and the newest is always kept.
func TestWhatIsKeptIsBounded(t *testing.T) {
	for what, bytes := range map[string]int64{"many": record.HashSize, "large": maxKeptBytes / 4} {
		var k kept[*keptRecord]
		for n := range maxKept + 10 {
			name := fmt.Sprint(n % (maxKept + 5)) // some come twice
			k.put(name, &keptRecord{place: bytes/record.HashSize - 1})
			if _, known := k.get(name); !known {
				t.Fatalf("%s: the newest is not kept", what)
			}
		}
		want := map[string]int{"many": maxKept, "large": 4}[what]
		if len(k.byName) != want || k.held != want*int(bytes) {
			t.Errorf("%s: %d records with %d bytes are kept, want %d records", what, len(k.byName), k.held, want)
		}
	}
}

// What was learnt of a record holds for what grew out of it, and for no other.
func TestARecordContinuesItself(t *testing.T) {
	kept := func(leaves ...string) *keptRecord {
		tree := &record.Tree{}
		r := &keptRecord{place: -1, tree: tree}
		for _, leaf := range leaves {
			first, hashes, err := tree.Add([]byte(leaf))
			if err != nil {
				t.Fatal(err)
			}
			r.place, r.last = first+int64(len(hashes))-1, string(hashes[len(hashes)-1][:])
		}
		return r
	}
	before := kept("a", "b", "c")
	for _, same := range []*keptRecord{before, kept("a", "b", "c", "d"), kept("a", "b", "c", "d", "e", "f")} {
		if !same.continues(before) {
			t.Errorf("the record of %d leaves does not continue that of 3", same.tree.Size())
		}
	}
	for _, other := range []*keptRecord{kept("a", "b"), kept("a", "b", "x", "d")} {
		if other.continues(before) {
			t.Errorf("another record of %d leaves continues that of 3", other.tree.Size())
		}
	}
}
