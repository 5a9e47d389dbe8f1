package record

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// CheckpointPath is the file of the checkpoint.
const CheckpointPath = "checkpoint"

// Options say what a verifier knows beforehand.
type Options struct {
	Key  string // the key that must have signed, as Key.Verifier writes it; "" takes the one that the record names
	Seen []byte // a checkpoint that was seen earlier: the record must be a continuation of it
}

// Step is one thing that was checked.
type Step struct {
	What  string // "the root of the tree"
	Where string // the file or leaf concerned
	Found string // what was found, where it held
	Err   error  // why it does not hold; nil when it does
}

// Report is what Verify found.
type Report struct {
	Steps      []Step
	Checkpoint Checkpoint
	Genesis    Genesis
	Leaves     [][]byte // as they were entered, the long ones too
}

// OK reports whether everything holds.
func (r *Report) OK() bool {
	for _, s := range r.Steps {
		if s.Err != nil {
			return false
		}
	}
	return len(r.Steps) > 0
}

// String is one line for each step.
func (r *Report) String() string {
	var out strings.Builder
	for _, s := range r.Steps {
		if s.Err != nil {
			fmt.Fprintf(&out, "FAILED  %s: %s: %v\n", s.What, s.Where, s.Err)
			continue
		}
		fmt.Fprintf(&out, "ok      %s: %s\n", s.What, s.Found)
	}
	return out.String()
}

// Verify checks a published record from its files alone: that the venue's key has signed the checkpoint, that the leaves
// give the hash in it, that every tile is what the leaves give. When fsys can list folders it also wants every file there
// to be part of the record; a record that is read from a server is fetched file by file.
func Verify(fsys fs.FS, o Options) *Report {
	v := &verification{fsys: fsys, options: o, tree: &Tree{}, known: map[string]bool{}}
	if v.checkpoint() && v.entries() {
		v.genesis()
		v.signature()
		v.root()
		v.tiles()
		v.large()
		v.seen()
		v.files()
	}
	return &v.Report
}

// verification is a verification under way.
type verification struct {
	Report
	fsys    fs.FS
	options Options
	signed  []byte   // the checkpoint's file
	content [][]byte // the entries
	tree    *Tree    // built from the entries
	known   map[string]bool
}

// step notes what was checked and returns whether it holds.
func (v *verification) step(what, where, found string, err error) bool {
	v.Steps = append(v.Steps, Step{what, where, found, err})
	return err == nil
}

func (v *verification) read(path string) ([]byte, error) {
	v.known[path] = true
	data, err := fs.ReadFile(v.fsys, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("it is missing")
	}
	return data, err
}

func (v *verification) checkpoint() bool {
	data, err := v.read(CheckpointPath)
	if err == nil {
		v.signed = data
		v.Checkpoint, err = ReadCheckpoint(data)
	}
	return v.step("the checkpoint", CheckpointPath,
		fmt.Sprintf("%d leaves of %s", v.Checkpoint.Size, v.Checkpoint.Origin), err)
}

// entries reads the leaves one file after the other, so that a size that is not true ends at the first file that is not
// there, and builds the tree from them.
func (v *verification) entries() bool {
	const what = "the leaves"
	for left := v.Checkpoint.Size; left > 0; left -= TileWidth {
		tile := Tile{Level: entriesLevel, N: (v.Checkpoint.Size - left) / TileWidth, Width: int(min(TileWidth, left))}
		data, err := v.read(tile.Path())
		if err != nil {
			return v.step(what, tile.Path(), "", err)
		}
		found, err := readBundle(data, tile.Width)
		if err != nil {
			return v.step(what, tile.Path(), "", err)
		}
		v.content = append(v.content, found...)
	}
	size := 0
	for _, entry := range v.content {
		size += len(entry)
		if _, _, err := v.tree.add(entry); err != nil {
			return v.step(what, "the tree", "", err)
		}
	}
	return v.step(what, "", fmt.Sprintf("%d read, %d bytes", len(v.content), size), nil)
}

func (v *verification) genesis() {
	var err error
	v.Genesis, err = ReadGenesis(v.content[0])
	if err == nil && v.Genesis.Origin != v.Checkpoint.Origin {
		err = fmt.Errorf("it begins the record %s, the checkpoint is of %s", v.Genesis.Origin, v.Checkpoint.Origin)
	}
	v.step("the genesis", "leaf 0", fmt.Sprintf("conference %q", v.Genesis.Conference), err)
}

// key is the one that must have signed.
func (v *verification) key() string {
	if v.options.Key != "" {
		return v.options.Key
	}
	return v.Genesis.Key
}

func (v *verification) signature() {
	_, err := CheckCheckpoint(v.signed, v.key())
	if err == nil && v.Genesis.Key != v.key() {
		err = errors.New("the record names another key than the one that was given")
	}
	v.step("the signature", CheckpointPath, "by "+v.key(), err)
}

// root compares the hash of the leaves with that of the checkpoint. Where they differ, the hashes in the lowest tiles may
// tell which leaf it is.
func (v *verification) root() {
	root, err := v.tree.Root(v.Checkpoint.Size)
	where := CheckpointPath
	if err == nil && root != v.Checkpoint.Root {
		where, err = v.blame(), errors.New("the leaves give another hash than the one that was signed")
	}
	v.step("the root of the tree", where, root.String(), err)
}

// blame names the leaves whose hash is not the one in its tile.
func (v *verification) blame() string {
	var wrong []string
	for _, tile := range tilesOf(0, v.tree.Size()) {
		data, err := v.read(tile.Path())
		if err != nil || len(data) != tile.Width*HashSize {
			return CheckpointPath
		}
		for k := range tile.Width {
			n := tile.First() + int64(k)
			if h := v.tree.leafHash(n); string(h[:]) != string(data[k*HashSize:(k+1)*HashSize]) {
				wrong = append(wrong, fmt.Sprintf("leaf %d, in %s", n, Tile{entriesLevel, tile.N, tile.Width}.Path()))
			}
		}
	}
	if len(wrong) == 0 || len(wrong) > 3 {
		return CheckpointPath
	}
	return strings.Join(wrong, "; ")
}

func (v *verification) tiles() {
	count := 0
	for _, tile := range Tiles(v.Checkpoint.Size) {
		if tile.Entries() {
			continue
		}
		data, err := v.read(tile.Path())
		if err == nil {
			err = v.sameTile(tile, data)
		}
		if err != nil {
			v.step("the hashes", tile.Path(), "", err)
			return
		}
		count++
	}
	v.step("the hashes", "", fmt.Sprintf("%d tiles are what the leaves give", count), nil)
}

// sameTile compares a tile with what the leaves give.
func (v *verification) sameTile(tile Tile, data []byte) error {
	want, err := v.tree.Tile(tile)
	if err != nil || bytes.Equal(want, data) {
		return err
	}
	if len(want) != len(data) {
		return fmt.Errorf("it has %d bytes and not %d", len(data), len(want))
	}
	at := 0
	for want[at] == data[at] {
		at++
	}
	return fmt.Errorf("hash %d of level %d is not what the leaves give", tile.First()+int64(at/HashSize), tile.Level)
}

// large reads the leaves that have files of their own.
func (v *verification) large() {
	count := 0
	for n, entry := range v.content {
		digest, size, named, err := readLarge(entry)
		if !named {
			v.Leaves = append(v.Leaves, entry)
			continue
		}
		where := fmt.Sprintf("leaf %d", n)
		var leaf []byte
		if err == nil {
			where = largeFolder + digest
			leaf, err = v.read(where)
		}
		if err == nil && (int64(len(leaf)) != size || digestOf(leaf) != digest || !bytes.Equal(Entry(leaf), entry)) {
			err = fmt.Errorf("it is not what leaf %d names", n)
		}
		if err != nil {
			v.step("the long leaves", where, "", err)
			return
		}
		v.Leaves = append(v.Leaves, leaf)
		count++
	}
	v.step("the long leaves", "", fmt.Sprintf("%d, each with the digest that its entry names", count), nil)
}

// seen compares with a checkpoint that was seen earlier.
func (v *verification) seen() {
	if v.options.Seen == nil {
		return
	}
	const what, where = "what was seen before", "the earlier checkpoint"
	old, err := CheckCheckpoint(v.options.Seen, v.key())
	if err == nil && old.Size > v.Checkpoint.Size {
		err = fmt.Errorf("it had %d leaves, now there are %d: some were taken away", old.Size, v.Checkpoint.Size)
	}
	var root tlog.Hash
	if err == nil {
		root, err = v.tree.Root(old.Size)
	}
	if err == nil && root != old.Root {
		err = fmt.Errorf("the first %d leaves are not those that were seen", old.Size)
	}
	v.step(what, where, fmt.Sprintf("its %d leaves are the first of these", old.Size), err)
}

// files wants every file of the folder to be part of the record: what was read, or a tile as it was when the record was
// shorter.
func (v *verification) files() {
	if _, lists := v.fsys.(fs.ReadDirFS); !lists {
		return
	}
	needed, count := len(v.known), 0
	err := fs.WalkDir(v.fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || v.known[path] {
			return err
		}
		count++
		if err := v.older(path); err != nil {
			return &fs.PathError{Op: "verify", Path: path, Err: err}
		}
		return nil
	})
	where := "the folder"
	var at *fs.PathError
	if errors.As(err, &at) {
		where, err = at.Path, at.Err
	}
	v.step("nothing else is there", where, fmt.Sprintf("%d files, and %d of earlier days", needed, count), err)
}

// older checks a file that the record of today does not need.
func (v *verification) older(path string) error {
	tile, ok := ParseTile(path)
	if !ok || !tile.Within(v.Checkpoint.Size) {
		return errors.New("it is no part of this record")
	}
	data, err := v.read(path)
	if err != nil {
		return err
	}
	if !tile.Entries() {
		return v.sameTile(tile, data)
	}
	want, err := bundle(v.content[tile.First() : tile.First()+int64(tile.Width)])
	if err == nil && !bytes.Equal(want, data) {
		err = errors.New("its entries are not those of the record")
	}
	return err
}
