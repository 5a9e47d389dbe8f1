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
