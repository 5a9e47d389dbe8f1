package recordtest

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"testing"
	"testing/fstest"

	"portsmouth/record"
)

// EveryVariable is the environment variable with which tests that play conferences at random show the record of every one of
// them to fsck, and not of a few only: docs/spec/record.md has the command.
const EveryVariable = "PORTSMOUTH_FSCK"

// Every is how many are shown: all when the environment says "all", and otherwise few.
func Every(t testing.TB, few, all int) int {
	t.Helper()
	switch said := os.Getenv(EveryVariable); said {
	case "":
		return min(few, all)
	case "all":
		return all
	default:
		t.Fatalf("%s=%s: only “all” is known", EveryVariable, said)
		return 0
	}
}

// Days reads a record as it is when somebody has published it into one folder day by day: with what it is today come tiles as
// they were when it was shorter, of a short record all that there ever were.
func Days(read func(path string) ([]byte, error)) (fstest.MapFS, error) {
	files := fstest.MapFS{}
	put := func(path string, data []byte) error {
		files[path] = &fstest.MapFile{Data: data}
		return nil
	}
	if err := record.Copy(read, put); err != nil {
		return nil, err
	}
	for path := range maps.Clone(files) {
		tile, is := record.ParseTile(path)
		if !is {
			continue
		}
		for _, width := range earlierWidths(tile.Width) {
			earlier := record.Tile{Level: tile.Level, N: tile.N, Width: width}
			data, err := read(earlier.Path())
			if err != nil {
				return nil, fmt.Errorf("%s: %w", earlier.Path(), err)
			}
			files[earlier.Path()] = &fstest.MapFile{Data: data}
		}
	}
	return files, nil
}

// earlierWidths are those that a tile had on the days before: of a short one every width, of a long one a few.
func earlierWidths(whole int) []int {
	const short = 40
	var widths []int
	for width := 1; width < whole; width++ {
		if whole < short || width&(width-1) == 0 || width == whole-1 {
			widths = append(widths, width)
		}
	}
	return widths
}

// Tree is that of these leaves.
func Tree(t testing.TB, leaves [][]byte) *record.Tree {
	t.Helper()
	tree := &record.Tree{}
	for _, leaf := range leaves {
		if _, _, err := tree.Add(leaf); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

// Kept is a record that no venue serves, of these leaves, the first of which is a genesis of this key, and this tree: its files,
// with those of earlier days.
func Kept(t testing.TB, key *record.Key, leaves [][]byte, tree *record.Tree) fstest.MapFS {
	t.Helper()
	genesis, err := record.ReadGenesis(leaves[0])
	if err != nil {
		t.Fatal(err)
	}
	files, err := Days(func(path string) ([]byte, error) {
		if path == record.CheckpointPath {
			root, err := tree.Root(tree.Size())
			if err != nil {
				return nil, err
			}
			return key.Sign(genesis.Conference, tree.Size(), root)
		}
		return keptFile(tree, leaves, path)
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// keptFile is a file of Kept that is not signed.
func keptFile(tree *record.Tree, leaves [][]byte, path string) ([]byte, error) {
	if tile, is := record.ParseTile(path); is && tile.Entries() {
		return record.Bundle(leaves[tile.First() : tile.First()+int64(tile.Width)])
	} else if is {
		return tree.Tile(tile)
	}
	for _, leaf := range leaves {
		if record.LargePath(leaf) == path {
			return leaf, nil
		}
	}
	return nil, fs.ErrNotExist
}
