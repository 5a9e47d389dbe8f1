package record

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Tree is the hashes of a record, in the order in which they were completed: the hash of leaf 0, of leaf 1, then of the
// node over both, and so on. A leaf adds its own hash and those of the nodes that it completes.
type Tree struct {
	size   int64
	hashes []Hash
}

// NewTree reads the hashes of a tree, one after the other without anything between. Nil is the empty tree.
func NewTree(hashes []byte) (*Tree, error) {
	if len(hashes)%HashSize != 0 {
		return nil, errors.New("record: half a hash is stored")
	}
	t := &Tree{hashes: make([]Hash, len(hashes)/HashSize)}
	for k := range t.hashes {
		copy(t.hashes[k][:], hashes[k*HashSize:])
	}
	stored := int64(len(t.hashes))
	for tlog.StoredHashCount(t.size) < stored {
		t.size++
	}
	if tlog.StoredHashCount(t.size) != stored {
		return nil, errors.New("record: hashes are missing from the tree")
	}
	return t, nil
}

// Clone returns a tree to which leaves can be added without this one becoming another.
func (t *Tree) Clone() *Tree { return &Tree{size: t.size, hashes: slices.Clip(t.hashes)} }

// Size is the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Add adds a leaf and returns the hashes that it completes. They follow those that were there; first is the place of the
// first of them.
func (t *Tree) Add(leaf []byte) (first int64, added []Hash, err error) {
	return t.add(Entry(leaf))
}

func (t *Tree) add(entry []byte) (first int64, added []Hash, err error) {
	added, err = tlog.StoredHashes(t.size, entry, t)
	if err != nil {
		return 0, nil, fmt.Errorf("record: %w", err)
	}
	first = int64(len(t.hashes))
	t.hashes = append(t.hashes, added...)
	t.size++
	return first, added, nil
}

// ReadHashes returns hashes by their place; it makes a Tree what package tlog reads from.
func (t *Tree) ReadHashes(places []int64) ([]Hash, error) {
	found := make([]Hash, len(places))
	for k, place := range places {
		if place < 0 || place >= int64(len(t.hashes)) {
			return nil, fmt.Errorf("record: there is no hash at %d", place)
		}
		found[k] = t.hashes[place]
	}
	return found, nil
}

// Root is the hash of the first size leaves.
func (t *Tree) Root(size int64) (Hash, error) {
	if size < 0 || size > t.size {
		return Hash{}, fmt.Errorf("record: it has %d leaves, not %d", t.size, size)
	}
	return tlog.TreeHash(size, t)
}

// leafHash is the hash of leaf n.
func (t *Tree) leafHash(n int64) Hash { return t.hashes[tlog.StoredHashIndex(0, n)] }

// Inclusion proves that leaf n is in the record of that size.
func (t *Tree) Inclusion(n, size int64) ([]Hash, error) {
	if n < 0 || n >= size || size > t.size {
		return nil, fmt.Errorf("record: there is no leaf %d among %d", n, min(size, t.size))
	}
	return tlog.ProveRecord(size, n, t)
}

// CheckInclusion checks a proof that the leaf is number n of the record that c speaks of.
func CheckInclusion(c Checkpoint, n int64, leaf []byte, proof []Hash) error {
	if n < 0 || n >= c.Size {
		return fmt.Errorf("record: there is no leaf %d among %d", n, c.Size)
	}
	return tlog.CheckRecord(proof, c.Size, c.Root, n, tlog.RecordHash(Entry(leaf)))
}

// Consistency proves that the record of size old is the beginning of the one of size now.
func (t *Tree) Consistency(old, now int64) ([]Hash, error) {
	if old < 1 || old > now || now > t.size {
		return nil, fmt.Errorf("record: %d leaves are no beginning of %d", old, min(now, t.size))
	}
	return tlog.ProveTree(now, old, t)
}

// CheckConsistency checks a proof that the record that old speaks of is the beginning of the one that now speaks of.
func CheckConsistency(old, now Checkpoint, proof []Hash) error {
	if old.Size < 1 || old.Size > now.Size || old.Origin != now.Origin {
		return errors.New("record: the checkpoints are not an earlier and a later one of the same record")
	}
	return tlog.CheckTree(proof, now.Size, now.Root, old.Size, old.Root)
}
