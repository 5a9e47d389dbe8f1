package record

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"testing"
)

// The proof that is made from tiles is the one that the whole tree gives, over every pair of sizes around those of a tile; and
// tiles that were tampered with give none.
func TestProofsFromTiles(t *testing.T) {
	key, err := NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	tree := &Tree{}
	for n := range 600 {
		if _, _, err := tree.Add(fmt.Appendf(nil, "leaf %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	at := func(size int64) Checkpoint {
		root, err := tree.Root(size)
		if err != nil {
			t.Fatal(err)
		}
		return Checkpoint{Origin: key.Origin("c-1"), Size: size, Root: root}
	}
	flipped := false
	read := func(path string) ([]byte, error) {
		tile, is := ParseTile(path)
		if !is {
			return nil, fmt.Errorf("%s is no tile", path)
		}
		data, err := tree.Tile(tile)
		if err == nil && flipped {
			data = bytes.Clone(data)
			data[0] ^= 1
		}
		return data, err
	}
	sizes := []int64{1, 2, 3, 7, 255, 256, 257, 300, 511, 512, 513, 600}
	for k, small := range sizes {
		for _, large := range sizes[k:] {
			want, err := tree.Consistency(small, large)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ProveFrom(read, at(small), at(large))
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%d to %d: %v, %v, not %v", small, large, got, err, want)
			}
			flipped = true
			if _, err := ProveFrom(read, at(small), at(large)); err == nil && len(want) > 0 {
				t.Errorf("%d to %d: a proof from tiles that were tampered with", small, large)
			}
			flipped = false
		}
	}
	if origin, err := OriginOf(key.Verifier("c-1")); err != nil || origin != key.Origin("c-1") {
		t.Errorf("%s %v", origin, err)
	}
	if _, err := OriginOf("portsmouth/x+00000000+AAAA"); err == nil {
		t.Error("this is no key")
	}
}

// What is read of a record from some leaf on is what was entered, at every place and over the edges of files; a byte that was
// changed is found.
func TestEntriesFrom(t *testing.T) {
	key, err := NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	tree, leaves := &Tree{}, [][]byte{}
	for n := range 600 {
		leaves = append(leaves, fmt.Appendf(nil, "leaf %d", n))
		if _, _, err := tree.Add(leaves[n]); err != nil {
			t.Fatal(err)
		}
	}
	flip := ""
	read := func(path string) ([]byte, error) {
		tile, ok := ParseTile(path)
		if !ok {
			return nil, fmt.Errorf("%s is no tile", path)
		}
		data, err := Bundle(leaves[tile.First() : tile.First()+int64(tile.Width)])
		if !tile.Entries() {
			data, err = tree.Tile(tile)
		}
		if err == nil && path == flip {
			data[len(data)-1] ^= 1
		}
		return data, err
	}
	for _, size := range []int64{1, 255, 256, 257, 600} {
		root, err := tree.Root(size)
		if err != nil {
			t.Fatal(err)
		}
		c := Checkpoint{Origin: key.Origin("c-1"), Size: size, Root: root}
		for _, from := range []int64{0, 1, 254, 255, 256, 300, 599, 600} {
			got, err := EntriesFrom(read, c, from)
			if err != nil || int64(len(got)) != max(0, size-from) {
				t.Fatalf("from %d of %d: %d entries, %v", from, size, len(got), err)
			}
			for k, entry := range got {
				if !bytes.Equal(entry, Entry(leaves[from+int64(k)])) {
					t.Fatalf("from %d of %d: entry %d is %s", from, size, k, entry)
				}
			}
		}
	}
	root, err := tree.Root(600)
	if err != nil {
		t.Fatal(err)
	}
	for _, flip = range []string{"tile/entries/002.p/88", "tile/0/002.p/88"} {
		if _, err := EntriesFrom(read, Checkpoint{Origin: key.Origin("c-1"), Size: 600, Root: root}, 590); err == nil {
			t.Errorf("a changed byte in %s is not found", flip)
		}
	}
}
