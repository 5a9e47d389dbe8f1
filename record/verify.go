package record

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// CheckpointPath is the file of the checkpoint.
const CheckpointPath = "checkpoint"

// Options say what a verifier knows beforehand.
type Options struct {
	Key  string // the key that must have signed, as Key.Verifier writes it; "" takes the one that the record names
	Seen []byte // a checkpoint that was seen earlier: the record must be a continuation of it
	// Witnesses are keys (Witness.Verifier) besides those that the record names: these must have cosigned too.
	Witnesses []string
	// Policy reads the policy from the entries, nil takes that of leaf 0. former are keys that were once in it: their lines
	// must hold, and count for nothing.
	Policy func(g Genesis, entries [][]byte) (p Policy, former []string, err error)
}

// Verify checks a published record from its files alone: that the venue's key has signed the checkpoint, that the leaves
// give the hash in it, that every tile is what the leaves give, that the cosignatures are of witnesses. When fsys can list folders it also wants every file there
// to be part of the record; a record that is read from a server is fetched file by file.
func Verify(fsys fs.FS, o Options) *Report {
	v := &verification{fsys: fsys, options: o, tree: &Tree{}, known: map[string]bool{}}
	if v.checkpoint() && v.entries() {
		if v.genesis() {
			v.witnesses()
		}
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
	content [][]byte // the entries
	tree    *Tree    // built from the entries
	known   map[string]bool
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
		v.Signed = data
		v.Checkpoint, err = ReadCheckpoint(data)
	}
	return v.Add("the checkpoint", FileAt(CheckpointPath),
		fmt.Sprintf("%d leaves of %s", v.Checkpoint.Size, v.Checkpoint.Origin), err)
}

// entries reads the leaves one file after the other, so that a size that is not true ends at the first file that is not
// there, and builds the tree from them.
func (v *verification) entries() bool {
	const what = "the leaves"
	size := 0
	for left := v.Checkpoint.Size; left > 0; left -= TileWidth {
		tile := Tile{Level: entriesLevel, N: (v.Checkpoint.Size - left) / TileWidth, Width: int(min(TileWidth, left))}
		at := FileAt(tile.Path())
		data, err := v.read(tile.Path())
		if err != nil {
			return v.Add(what, at, "", err)
		}
		found, err := readBundle(data, tile.Width)
		if err != nil {
			at.From, at.To = int64(bundleSize(found)), int64(len(data))
			return v.Add(what, at, "", err)
		}
		v.content = append(v.content, found...)
	}
	for n, entry := range v.content {
		size += len(entry)
		if _, _, err := v.tree.add(entry); err != nil {
			return v.Add(what, LeafAt(int64(n)), "", err)
		}
	}
	return v.Add(what, FileAt("."), fmt.Sprintf("%d read, %d bytes", len(v.content), size), nil)
}

func (v *verification) genesis() bool {
	var err error
	v.Genesis, err = ReadGenesis(v.content[0])
	if err == nil && v.Genesis.Origin != v.Checkpoint.Origin {
		err = fmt.Errorf("it begins the record %s, the checkpoint is of %s", v.Genesis.Origin, v.Checkpoint.Origin)
	}
	return v.Add("the genesis", v.placeOf(0), fmt.Sprintf("conference %q", v.Genesis.Conference), err)
}

// key is the one that must have signed.
func (v *verification) key() string {
	if v.options.Key != "" {
		return v.options.Key
	}
	return v.Genesis.Key
}

func (v *verification) signature() {
	_, err := CheckCheckpoint(v.Signed, v.key())
	if err == nil && v.Genesis.Key != v.key() {
		err = errors.New("the record names another key than the one that was given")
	}
	v.Add("the signature", FileAt(CheckpointPath), "by "+v.key(), err)
}

// witnesses checks the cosignatures under the checkpoint. Too few of them is no fault: what is entered does not wait for
// witnesses. One that does not hold is, and so is one whose key nobody has named, because nobody could check it.
func (v *verification) witnesses() {
	const what = "the witnesses"
	policy, former, err := v.policy()
	if err != nil {
		v.Add(what, v.placeOf(0), "", err)
		return
	}
	known := slices.Concat(former, v.options.Witnesses)
	v.Seen, err = policy.seen(v.Signed, known)
	for _, key := range v.options.Witnesses {
		if err == nil {
			_, err = CheckCosignature(v.Signed, key)
		}
	}
	for _, w := range policy.Witnesses {
		known = append(known, w.Key)
	}
	if err == nil {
		err = strangers(v.Signed, known)
	}
	found := fmt.Sprintf("%s; the rules ask for %d", v.Seen, policy.Quorum)
	if extra := len(v.options.Witnesses); extra > 0 {
		found += fmt.Sprintf("; and by all %d whose keys were given", extra)
	}
	if err != nil || len(known) > 0 || policy.Quorum > 0 {
		v.Add(what, FileAt(CheckpointPath), found, err)
	}
}

func (v *verification) policy() (Policy, []string, error) {
	if v.options.Policy != nil {
		return v.options.Policy(v.Genesis, v.content)
	}
	policy, err := v.Genesis.Policy()
	return policy, nil, err
}

// root compares the hash of the leaves with that of the checkpoint. Where they differ, the hashes in the lowest tiles may
// tell which leaves it is.
func (v *verification) root() {
	const what = "the root of the tree"
	root, err := v.tree.Root(v.Checkpoint.Size)
	if err == nil && root == v.Checkpoint.Root {
		v.Add(what, FileAt("."), root.String(), nil)
		return
	}
	if err == nil {
		err = errors.New("the leaves give another hash than the one that was signed")
	}
	for _, at := range v.blame() {
		v.Add(what, at, "", err)
	}
}

// blame names the leaves whose hash is not the one in its tile, the checkpoint when they are none or too many.
func (v *verification) blame() []Place {
	all := []Place{FileAt(CheckpointPath)}
	var wrong []Place
	for _, tile := range tilesOf(0, v.tree.Size()) {
		data, err := v.read(tile.Path())
		if err != nil || len(data) != tile.Width*HashSize {
			return all
		}
		for k := range tile.Width {
			n := tile.First() + int64(k)
			if h := v.tree.leafHash(n); string(h[:]) != string(data[k*HashSize:(k+1)*HashSize]) {
				wrong = append(wrong, v.placeOf(n))
			}
		}
	}
	if len(wrong) == 0 || len(wrong) > 3 {
		return all
	}
	return wrong
}

// placeOf says where the entry of a leaf is.
func (v *verification) placeOf(n int64) Place {
	tile := Tile{Level: entriesLevel, N: n / TileWidth}
	tile.Width = int(min(TileWidth, v.Checkpoint.Size-tile.First()))
	from := bundleSize(v.content[tile.First():n]) + 2
	return Place{File: tile.Path(), Leaf: n, From: int64(from), To: int64(from + len(v.content[n]))}
}

func (v *verification) tiles() {
	const what = "the hashes"
	count := 0
	for _, tile := range Tiles(v.Checkpoint.Size) {
		if tile.Entries() {
			continue
		}
		at := FileAt(tile.Path())
		data, err := v.read(tile.Path())
		if err == nil {
			at, err = v.sameTile(tile, data)
		}
		if err != nil {
			v.Add(what, at, "", err)
			return
		}
		count++
	}
	v.Add(what, FileAt("."), fmt.Sprintf("%d tiles are what the leaves give", count), nil)
}

// sameTile compares a tile with what the leaves give.
func (v *verification) sameTile(tile Tile, data []byte) (Place, error) {
	at := FileAt(tile.Path())
	want, err := v.tree.Tile(tile)
	if err != nil || bytes.Equal(want, data) {
		return at, err
	}
	if len(want) != len(data) {
		return at, fmt.Errorf("it has %d bytes and not %d", len(data), len(want))
	}
	k := 0
	for want[k] == data[k] {
		k++
	}
	k /= HashSize
	at.From, at.To = int64(k)*HashSize, int64(k+1)*HashSize
	return at, fmt.Errorf("hash %d of level %d is not what the leaves give", tile.First()+int64(k), tile.Level)
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
		where := v.placeOf(int64(n))
		var leaf []byte
		if err == nil {
			where = Place{File: largeFolder + digest, Leaf: int64(n)}
			leaf, err = v.read(where.File)
		}
		if err == nil && (int64(len(leaf)) != size || digestOf(leaf) != digest || !bytes.Equal(Entry(leaf), entry)) {
			err = fmt.Errorf("it is not what leaf %d names", n)
		}
		if err != nil {
			v.Add("the long leaves", where, "", err)
			return
		}
		v.Leaves = append(v.Leaves, leaf)
		count++
	}
	v.Add("the long leaves", FileAt("."), fmt.Sprintf("%d, each with the digest that its entry names", count), nil)
}

// seen compares with a checkpoint that was seen earlier.
func (v *verification) seen() {
	if v.options.Seen == nil {
		return
	}
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
	v.Add("what was seen before", FileAt(CheckpointPath), fmt.Sprintf("its %d leaves are the first of these", old.Size), err)
}

// files wants every file of the folder to be part of the record: what was read, or a tile as it was when the record was
// shorter.
func (v *verification) files() {
	if _, lists := v.fsys.(fs.ReadDirFS); !lists {
		return
	}
	const what = "nothing else is there"
	needed, count, holds := len(v.known), 0, true
	err := fs.WalkDir(v.fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || v.known[path] {
			return err
		}
		count++
		if at, err := v.older(path); err != nil {
			holds = v.Add(what, at, "", err)
			return fs.SkipAll
		}
		return nil
	})
	if holds {
		v.Add(what, FileAt("."), fmt.Sprintf("%d files, and %d of earlier days", needed, count), err)
	}
}

// older checks a file that the record of today does not need.
func (v *verification) older(path string) (Place, error) {
	at := FileAt(path)
	tile, ok := ParseTile(path)
	if !ok || !tile.Within(v.Checkpoint.Size) {
		return at, errors.New("it is no part of this record")
	}
	data, err := v.read(path)
	if err != nil {
		return at, err
	}
	if !tile.Entries() {
		return v.sameTile(tile, data)
	}
	want, err := bundle(v.content[tile.First() : tile.First()+int64(tile.Width)])
	if err == nil && !bytes.Equal(want, data) {
		err = errors.New("its entries are not those of the record")
	}
	return at, err
}
