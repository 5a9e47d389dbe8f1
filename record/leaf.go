package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MaxEntry is the length in bytes that tlog-tiles allows an entry: a leaf that is longer has a file of its own, so a store that is
// asked for that file looks among its leaves of more bytes only.
const MaxEntry = 1<<16 - 1

// largeTag begins an entry that stands for bytes kept in a file of their own.
const largeTag = "portsmouth-large/1\n"

// Entry returns what stands in the tree for a leaf: the leaf itself, or, when it is longer than 65,535 bytes, three lines
// that name its SHA-256 and its length; the leaf is then in the file LargePath. A leaf that looks like such lines is
// treated as a long one, so that no entry can be read in two ways.
func Entry(leaf []byte) []byte {
	if !IsLarge(leaf) {
		return leaf
	}
	return fmt.Appendf(nil, "%s%s\n%d\n", largeTag, digestOf(leaf), len(leaf))
}

// IsLarge tells whether a leaf has a file of its own.
func IsLarge(leaf []byte) bool {
	return len(leaf) > MaxEntry || bytes.HasPrefix(leaf, []byte(largeTag))
}

// LargePath is the file of a leaf that has one of its own.
func LargePath(leaf []byte) string { return largeFolder + digestOf(leaf) }

const largeFolder = "large/"

func digestOf(leaf []byte) string {
	sum := sha256.Sum256(leaf)
	return hex.EncodeToString(sum[:])
}

// readLarge reads an entry that names a leaf elsewhere; named is false when the entry is the leaf itself.
func readLarge(entry []byte) (digest string, size int64, named bool, err error) {
	rest, named := strings.CutPrefix(string(entry), largeTag)
	if !named {
		return "", 0, false, nil
	}
	lines := strings.Split(rest, "\n")
	if _, err := hex.DecodeString(lines[0]); err != nil || len(lines) != 3 || len(lines[0]) != 2*sha256.Size {
		return "", 0, true, errors.New("an entry for a long leaf is three lines")
	}
	size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || string(entry) != fmt.Sprintf("%s%s\n%d\n", largeTag, strings.ToLower(lines[0]), size) {
		return "", 0, true, errors.New("an entry for a long leaf is a hash and a length")
	}
	return lines[0], size, true, nil
}

// bundle writes entries one after the other, each behind its length in two bytes, the higher first.
func bundle(entries [][]byte) ([]byte, error) {
	var out []byte
	for _, e := range entries {
		if len(e) > MaxEntry {
			return nil, fmt.Errorf("record: an entry of %d bytes is too long", len(e))
		}
		out = binary.BigEndian.AppendUint16(out, uint16(len(e)))
		out = append(out, e...)
	}
	return out, nil
}

// Bundle is the file of the entries for some leaves.
func Bundle(leaves [][]byte) ([]byte, error) {
	entries := make([][]byte, len(leaves))
	for k, leaf := range leaves {
		entries[k] = Entry(leaf)
	}
	return bundle(entries)
}

// bundleSize is the length of the file for some entries.
func bundleSize(entries [][]byte) int {
	size := 0
	for _, e := range entries {
		size += 2 + len(e)
	}
	return size
}

// readBundle reads exactly count entries. With an error come those before it.
func readBundle(data []byte, count int) ([][]byte, error) {
	entries := make([][]byte, 0, count)
	for len(entries) < count {
		if len(data) < 2 {
			return entries, fmt.Errorf("it ends after %d of %d entries", len(entries), count)
		}
		size := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+size {
			return entries, fmt.Errorf("it ends within entry %d of %d", len(entries)+1, count)
		}
		entries, data = append(entries, data[2:2+size]), data[2+size:]
	}
	if len(data) > 0 {
		return entries, fmt.Errorf("%d bytes follow the last entry", len(data))
	}
	return entries, nil
}

// Copy gives put every file of a record, as read finds them, the checkpoint last: whoever stops in the middle has left the
// checkpoint that was there, with the files that it needs.
func Copy(read func(path string) ([]byte, error), put func(path string, data []byte) error) error {
	signed, err := read(CheckpointPath)
	if err != nil {
		return err
	}
	c, err := ReadCheckpoint(signed)
	if err != nil {
		return fmt.Errorf("record: %s: %w", CheckpointPath, err)
	}
	for _, tile := range Tiles(c.Size) {
		data, err := read(tile.Path())
		if err == nil {
			err = put(tile.Path(), data)
		}
		if err == nil && tile.Entries() {
			err = copyLarge(tile, data, read, put)
		}
		if err != nil {
			return err
		}
	}
	return put(CheckpointPath, signed)
}

// copyLarge copies the files of the leaves that have one of their own.
func copyLarge(tile Tile, data []byte, read func(string) ([]byte, error), put func(string, []byte) error) error {
	entries, err := readBundle(data, tile.Width)
	if err != nil {
		return fmt.Errorf("record: %s: %w", tile.Path(), err)
	}
	for _, entry := range entries {
		digest, _, named, err := readLarge(entry)
		if !named {
			continue
		}
		if err != nil {
			return fmt.Errorf("record: %s: %w", tile.Path(), err)
		}
		leaf, err := read(largeFolder + digest)
		if err == nil {
			err = put(largeFolder+digest, leaf)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
