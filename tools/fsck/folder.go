package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/transparency-dev/formats/log"
	f_note "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/api/layout"
	"golang.org/x/mod/sumdb/note"
)

// What tessera's fsck has no notion of: the tiles of earlier days that lie beside those of today, leaves that have a file of
// their own, the signatures under that of the venue, and files that are no part of a record. Nothing here is of the program's
// own packages: paths and tiles are read by tessera's, notes by transparency-dev's.

// folder is a record that fsck has accepted.
type folder struct {
	root    string
	size    uint64
	entries [][]byte
	large   map[string]int64 // by path, the length that an entry names
	seen    map[string]bool  // paths of large that were found
	earlier int              // tiles
}

// files checks a folder down to the last file: as fsck does, and then those that fsck leaves out.
func files(root, key string) (string, error) {
	if _, err := record(root, key); err != nil {
		return "", err
	}
	size, _, err := checkpoint(root, key, nil)
	if err != nil {
		return "", err
	}
	f := &folder{root: root, size: size, large: map[string]int64{}, seen: map[string]bool{}}
	if err := f.read(); err != nil {
		return "", err
	}
	if err := filepath.WalkDir(root, f.visit); err != nil {
		return "", err
	}
	for path := range f.large {
		if !f.seen[path] {
			return "", fmt.Errorf("%s is missing", path)
		}
	}
	return fmt.Sprintf("%d leaves, %d of them large, %d tiles of earlier days", f.size, len(f.large), f.earlier), nil
}

// cosignedFolder checks the files, and who has signed the checkpoint: the venue, each of these witnesses, and nobody else.
func cosignedFolder(root, key string, witnesses []string) (string, error) {
	found, err := files(root, key)
	if err != nil {
		return "", err
	}
	_, n, err := checkpoint(root, key, witnesses)
	if err != nil {
		return "", err
	}
	if len(n.Sigs) != 1+len(witnesses) || len(n.UnverifiedSigs) > 0 {
		return "", fmt.Errorf("the checkpoint has signatures of %d of %d witnesses, and %d of others", len(n.Sigs)-1, len(witnesses), len(n.UnverifiedSigs))
	}
	return fmt.Sprintf("%s, %d witnesses", found, len(witnesses)), nil
}

// checkpoint reads the checkpoint of a folder with the keys that may have signed it.
func checkpoint(root, key string, witnesses []string) (size uint64, n *note.Note, err error) {
	data, err := os.ReadFile(filepath.Join(root, layout.CheckpointPath))
	if err != nil {
		return 0, nil, err
	}
	venue, err := note.NewVerifier(key)
	if err != nil {
		return 0, nil, err
	}
	var others []note.Verifier
	for _, w := range witnesses {
		v, err := f_note.NewVerifierForCosignatureV1(w)
		if err != nil {
			return 0, nil, err
		}
		others = append(others, v)
	}
	c, _, n, err := log.ParseCheckpoint(data, venue.Name(), venue, others...)
	if err != nil {
		return 0, nil, err
	}
	return c.Size, n, nil
}

// read reads the entries, and which of them stand for a leaf elsewhere.
func (f *folder) read() error {
	for x := range layout.Range(0, f.size, f.size) {
		data, err := os.ReadFile(filepath.Join(f.root, layout.EntriesPath(x.Index, x.Partial)))
		if err != nil {
			return err
		}
		var b api.EntryBundle
		if err := b.UnmarshalText(data); err != nil {
			return err
		}
		f.entries = append(f.entries, b.Entries...)
	}
	for n, entry := range f.entries {
		lines := strings.Split(string(entry), "\n")
		if lines[0] != "portsmouth-large/1" || len(lines) == 1 {
			continue
		}
		if len(lines) != 4 || lines[3] != "" {
			return fmt.Errorf("entry %d begins as one that stands for a leaf elsewhere, and is none", n)
		}
		length, err := strconv.ParseInt(lines[2], 10, 64)
		if err != nil {
			return fmt.Errorf("entry %d: %w", n, err)
		}
		f.large["large/"+lines[1]] = length
	}
	return nil
}

// visit looks at one file of the folder.
func (f *folder) visit(name string, d fs.DirEntry, err error) error {
	if err != nil || d.IsDir() {
		return err
	}
	path, err := filepath.Rel(f.root, name)
	if err != nil {
		return err
	}
	path = filepath.ToSlash(path)
	kind, rest, _ := strings.Cut(path, "/")
	switch {
	case path == layout.CheckpointPath:
		return nil
	case kind == "large":
		err = f.leaf(name, path)
	case kind == "tile":
		err = f.tile(name, rest)
	default:
		err = errors.New("it is no part of a record")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// leaf checks a leaf that has a file of its own.
func (f *folder) leaf(name, path string) error {
	length, named := f.large[path]
	if !named {
		return errors.New("no entry names it")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	if path != "large/"+hex.EncodeToString(sum[:]) || int64(len(data)) != length {
		return errors.New("it is another leaf than the entry says")
	}
	f.seen[path] = true
	return nil
}

// tile checks a tile that is not of today: it begins the one of today. Those of today fsck has read.
func (f *folder) tile(name, path string) error {
	kind, index, _ := strings.Cut(path, "/")
	level := uint64(0)
	if kind != "entries" {
		var err error
		if level, err = layout.ParseTileLevel(kind); err != nil {
			return err
		}
	}
	n, width, err := layout.ParseTileIndexPartial(index)
	if err != nil {
		return err
	}
	if layout.NWithSuffix(level, n, width) != index {
		return errors.New("its path is written in another way than the one")
	}
	count, first := f.size>>(level*layout.TileHeight), n*layout.TileWidth
	here := uint64(width)
	if width == 0 {
		here = layout.TileWidth
	}
	if first+here > count {
		return errors.New("it reaches beyond the record")
	}
	today := layout.PartialTileSize(level, n, f.size)
	if today == width {
		return nil
	}
	f.earlier++
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if kind == "entries" {
		return f.sameEntries(data, first, here)
	}
	whole, err := os.ReadFile(filepath.Join(f.root, layout.TilePath(level, n, today)))
	if err != nil {
		return err
	}
	if uint64(len(data)) != here*sha256.Size || !bytes.HasPrefix(whole, data) {
		return errors.New("its hashes are not those of today")
	}
	return nil
}

// sameEntries wants the tile to have these entries and nothing else.
func (f *folder) sameEntries(data []byte, first, count uint64) error {
	var b api.EntryBundle
	if err := b.UnmarshalText(data); err != nil {
		return err
	}
	if uint64(len(b.Entries)) != count {
		return fmt.Errorf("it has %d entries", len(b.Entries))
	}
	for k, entry := range b.Entries {
		if !bytes.Equal(entry, f.entries[first+uint64(k)]) {
			return fmt.Errorf("its entry %d is not that of today", k)
		}
	}
	return nil
}
