package record

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// OriginOf reads the key of a record, as Key.Verifier writes it, and returns which record it is of.
func OriginOf(verifier string) (string, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return "", fmt.Errorf("the key cannot be read: %w", err)
	}
	return v.Name(), nil
}

// ProveFrom makes the proof that the record that small speaks of is the beginning of the one that large speaks of, from the
// tiles of the latter, which read returns by their path. The tiles are checked against large; whether small agrees,
// CheckConsistency says. Of the tiles only those on the way are read, whatever the length of the record.
func ProveFrom(read func(path string) ([]byte, error), small, large Checkpoint) ([]Hash, error) {
	hashes := tlog.TileHashReader(tlog.Tree{N: large.Size, Hash: large.Root}, tileFiles(read))
	proof, err := tlog.ProveTree(large.Size, small.Size, hashes)
	if err != nil {
		return nil, fmt.Errorf("the tiles do not give what was signed: %w", err)
	}
	return proof, nil
}

// EntriesFrom reads the entries from that number on of the record that c speaks of, each as it stands in its file, and checks that
// they are what c has signed. Only the files on the way are read.
func EntriesFrom(read func(path string) ([]byte, error), c Checkpoint, from int64) ([][]byte, error) {
	if from >= c.Size {
		return nil, nil
	}
	var entries [][]byte
	var places []int64
	for first := from - from%TileWidth; first < c.Size; first += TileWidth {
		tile := Tile{Level: entriesLevel, N: first / TileWidth, Width: int(min(TileWidth, c.Size-first))}
		data, err := read(tile.Path())
		if err != nil {
			return nil, err
		}
		found, err := readBundle(data, tile.Width)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", tile.Path(), err)
		}
		for n := max(from, first); n < first+int64(tile.Width); n++ {
			entries, places = append(entries, found[n-first]), append(places, tlog.StoredHashIndex(0, n))
		}
	}
	hashes, err := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, tileFiles(read)).ReadHashes(places)
	if err != nil {
		return nil, fmt.Errorf("the tiles do not give what was signed: %w", err)
	}
	for k, entry := range entries {
		if tlog.RecordHash(entry) != hashes[k] {
			return nil, fmt.Errorf("leaf %d is not what was signed", from+int64(k))
		}
	}
	return entries, nil
}

// tileFiles reads the tiles of a record as package tlog wants them.
type tileFiles func(path string) ([]byte, error)

// Height is the one height that there is.
func (tileFiles) Height() int { return tileHeight }

// ReadTiles reads tiles of hashes.
func (f tileFiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, w := range wanted {
		data, err := f(Tile{Level: w.L, N: w.N, Width: w.W}.Path())
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

// SaveTiles keeps nothing: they are where they came from.
func (tileFiles) SaveTiles([]tlog.Tile, [][]byte) {}
