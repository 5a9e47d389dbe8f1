package record_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"portsmouth/record"
	"portsmouth/record/recordtest"
)

func testKey(t testing.TB, seed byte) *record.Key {
	t.Helper()
	k, err := record.NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// testLog is a record with its leaves.
type testLog struct {
	key    *record.Key
	leaves [][]byte
	tree   *record.Tree
}

func newLog(t testing.TB, size int) *testLog {
	t.Helper()
	return newLogOf(t, testKey(t, 1), size)
}

func newLogOf(t testing.TB, key *record.Key, size int) *testLog {
	t.Helper()
	l := &testLog{key: key, tree: &record.Tree{}}
	genesis, err := l.key.NewGenesis("c-1", 1_000, map[string]string{"title": "A <conference>"})
	if err != nil {
		t.Fatal(err)
	}
	l.add(t, genesis)
	for n := 1; n < size; n++ {
		l.add(t, fmt.Appendf(nil, `{"n":%d,"text":"%s"}`, n, strings.Repeat("é", n%40)))
	}
	return l
}

func (l *testLog) add(t testing.TB, leaf []byte) {
	t.Helper()
	if _, _, err := l.tree.Add(leaf); err != nil {
		t.Fatal(err)
	}
	l.leaves = append(l.leaves, leaf)
}

func (l *testLog) checkpoint(t testing.TB, size int64) record.Checkpoint {
	t.Helper()
	root, err := l.tree.Root(size)
	if err != nil {
		t.Fatal(err)
	}
	return record.Checkpoint{Origin: l.key.Origin("c-1"), Size: size, Root: root}
}

// publish writes the files of the record as it was at that size.
func (l *testLog) publish(t testing.TB, size int64) fstest.MapFS {
	t.Helper()
	dir := fstest.MapFS{}
	put := func(path string, data []byte, err error) {
		if err != nil {
			t.Fatal(err)
		}
		dir[path] = &fstest.MapFile{Data: data}
	}
	signed, err := l.key.Sign("c-1", size, l.checkpoint(t, size).Root)
	put("checkpoint", signed, err)
	for _, tile := range record.Tiles(size) {
		if tile.Entries() {
			data, err := record.Bundle(l.leaves[tile.First() : tile.First()+int64(tile.Width)])
			put(tile.Path(), data, err)
			continue
		}
		data, err := l.tree.Tile(tile)
		put(tile.Path(), data, err)
	}
	for _, leaf := range l.leaves[:size] {
		if record.IsLarge(leaf) {
			put(record.LargePath(leaf), leaf, nil)
		}
	}
	return dir
}

func TestVerify(t *testing.T) {
	for _, size := range []int{1, 2, 3, 255, 256, 257, 600} {
		l := newLog(t, size)
		dir := l.publish(t, int64(size))
		r := record.Verify(dir, record.Options{Key: l.key.Verifier("c-1")})
		if !r.OK() {
			t.Fatalf("%d leaves:\n%s", size, r)
		}
		if !slices.EqualFunc(r.Leaves, l.leaves, bytes.Equal) || r.Genesis.Conference != "c-1" {
			t.Errorf("%d leaves: others were read", size)
		}
	}
}

// A server gives files and lists none.
func TestVerifyWithoutListing(t *testing.T) {
	l := newLog(t, 300)
	dir := l.publish(t, 300)
	if r := record.Verify(onlyOpen{dir}, record.Options{}); !r.OK() {
		t.Errorf("does not verify:\n%s", r)
	}
}

type onlyOpen struct{ files fs.FS }

func (o onlyOpen) Open(name string) (fs.File, error) { return o.files.Open(name) }

// wholeLog is a record with all that there can be: two levels of tiles, a long leaf, tiles of earlier days, witnesses.
func wholeLog(t testing.TB) (*testLog, fstest.MapFS) {
	t.Helper()
	all, policy := testWitnesses(t)
	l := newWitnessedLog(t, policy, 280)
	l.add(t, bytes.Repeat([]byte("long "), 20_000))
	dir := l.publish(t, 100) // the tiles of an earlier day are still there …
	maps.Copy(dir, l.publish(t, 281))
	signed, err := policy.Cosigned(dir["checkpoint"].Data, all["Japan"].Cosign(l.checkpoint(t, 281), noon))
	if err != nil {
		t.Fatal(err)
	}
	dir["checkpoint"].Data = signed
	return l, dir
}

// Whatever byte is changed, three verifiers that know nothing of each other find it.
func TestMutationsAreFoundByThree(t *testing.T) {
	l, dir := wholeLog(t)
	count := recordtest.Mutations(t, 500)
	found := recordtest.Three(t, dir, l.key.Verifier("c-1"), count, 13, "../docs/spec/verifier/verify.py",
		func(files fstest.MapFS) *record.Report { return record.Verify(files, record.Options{}) })
	t.Log(found)
}

// Every file of a published folder counts: whatever is cut, emptied or added.
func TestFilesThatAreNotWhole(t *testing.T) {
	_, dir := wholeLog(t)
	for _, name := range slices.Sorted(maps.Keys(dir)) {
		whole := dir[name]
		for what, data := range map[string][]byte{
			"cut": whole.Data[:len(whole.Data)-1], "longer": append(bytes.Clone(whole.Data), 'x'), "empty": {},
		} {
			dir[name] = &fstest.MapFile{Data: data}
			if record.Verify(dir, record.Options{}).OK() {
				t.Errorf("%s is %s, and nothing was found", name, what)
			}
		}
		dir[name] = whole
	}
	for _, name := range []string{"extra", "tile/0/002", "tile/0/000.p/0", "tile/entries/000.p/256", "large/00", "tile/0/x000/000"} {
		dir[name] = &fstest.MapFile{Data: []byte("x")}
		if r := record.Verify(dir, record.Options{}); r.OK() || r.Steps[len(r.Steps)-1].At.File != name {
			t.Errorf("%s was added:\n%s", name, r)
		}
		delete(dir, name)
	}
}

func TestThePlaceIsNamed(t *testing.T) {
	l := newLog(t, 300)
	for name, want := range map[string]string{
		"tile/entries/001.p/44": "leaf 271, in tile/entries/001.p/44, bytes 1007 to 1087: ",
		"tile/0/001.p/44":       "tile/0/001.p/44, bytes 480 to 511: hash 271 of level 0",
		"tile/1/000.p/1":        "tile/1/000.p/1, bytes 0 to 31: hash 0 of level 1",
	} {
		dir := l.publish(t, 300)
		data := dir[name].Data
		switch {
		case strings.Contains(name, "entries"):
			data[bytes.Index(data, []byte(`"n":271`))+3] ^= 1
		default:
			data[min(15*record.HashSize, len(data)-1)] ^= 1
		}
		if r := record.Verify(dir, record.Options{}); r.OK() || !strings.Contains(r.String(), want) {
			t.Errorf("want %q:\n%s", want, r)
		}
	}
}

// Whoever has the venue's key can write a record anew, but not past somebody who has seen the earlier one.
func TestRewrittenRecordIsRefused(t *testing.T) {
	l := newLog(t, 40)
	seen := l.publish(t, 30)["checkpoint"].Data
	if r := record.Verify(l.publish(t, 40), record.Options{Seen: seen}); !r.OK() {
		t.Fatalf("a record that has grown is refused:\n%s", r)
	}
	other := &testLog{key: l.key, tree: &record.Tree{}}
	for n, leaf := range l.leaves {
		if n == 17 {
			leaf = []byte(`{"n":17,"text":"never said"}`)
		}
		other.add(t, leaf)
	}
	rewritten := other.publish(t, 40)
	if r := record.Verify(rewritten, record.Options{}); !r.OK() {
		t.Fatalf("the forgery is not good enough to test with:\n%s", r)
	}
	if record.Verify(rewritten, record.Options{Seen: seen}).OK() {
		t.Error("leaf 17 was written anew, and who had seen it before does not notice")
	}
	if record.Verify(l.publish(t, 20), record.Options{Seen: seen}).OK() {
		t.Error("leaves were taken away, and who had seen them does not notice")
	}
	stranger := testKey(t, 2).Verifier("c-1")
	if record.Verify(l.publish(t, 40), record.Options{Key: stranger}).OK() {
		t.Error("another key has signed, and that is not noticed")
	}
}

// Every proof of every leaf at every size holds, and for no other leaf, size or root.
func TestProofs(t *testing.T) {
	const most = 40
	l := newLog(t, most)
	for size := int64(1); size <= most; size++ {
		c := l.checkpoint(t, size)
		for n := range size {
			proof, err := l.tree.Inclusion(n, size)
			if err != nil {
				t.Fatal(err)
			}
			if err := record.CheckInclusion(c, n, l.leaves[n], proof); err != nil {
				t.Fatalf("leaf %d of %d: %v", n, size, err)
			}
			if record.CheckInclusion(c, n, l.leaves[(n+1)%most], proof) == nil {
				t.Fatalf("leaf %d of %d: another leaf passes", n, size)
			}
		}
		for old := int64(1); old <= size; old++ {
			proof, err := l.tree.Consistency(old, size)
			if err != nil {
				t.Fatal(err)
			}
			before := l.checkpoint(t, old)
			if err := record.CheckConsistency(before, c, proof); err != nil {
				t.Fatalf("%d in %d: %v", old, size, err)
			}
			before.Root[7] ^= 1
			if record.CheckConsistency(before, c, proof) == nil {
				t.Fatalf("%d in %d: another beginning passes", old, size)
			}
		}
	}
	if _, err := l.tree.Inclusion(most, most); err == nil {
		t.Error("a proof for a leaf that is not there")
	}
	if _, err := l.tree.Consistency(0, most); err == nil {
		t.Error("a proof from nothing")
	}
}

// A tree that is read back is the same, and half a tree is refused.
func TestTreeIsReadBack(t *testing.T) {
	l := newLog(t, 1)
	var stored []byte
	fresh := &record.Tree{}
	for n, leaf := range newLog(t, 70).leaves {
		first, added, err := fresh.Add(leaf)
		if err != nil || first != int64(len(stored)/record.HashSize) {
			t.Fatal(first, err)
		}
		for _, h := range added {
			stored = append(stored, h[:]...)
		}
		back, err := record.NewTree(stored)
		if err != nil || back.Size() != int64(n+1) {
			t.Fatalf("%d leaves: read back %v", n+1, err)
		}
		want, _ := fresh.Root(int64(n + 1))
		if got, err := back.Root(back.Size()); got != want || err != nil {
			t.Fatalf("%d leaves: %v", n+1, err)
		}
	}
	for _, cut := range []int{1, record.HashSize} {
		if _, err := record.NewTree(stored[:len(stored)-cut]); err == nil {
			t.Errorf("%d bytes are missing, and nobody notices", cut)
		}
	}
	if _, err := l.tree.Root(2); err == nil {
		t.Error("a root of leaves that are not there")
	}
}

func TestTilePaths(t *testing.T) {
	for path, want := range map[string]record.Tile{
		"tile/0/000":                  {Level: 0, N: 0, Width: 256},
		"tile/entries/x001/234.p/7":   {Level: -1, N: 1234, Width: 7},
		"tile/2/x123/x456/789.p/255":  {Level: 2, N: 123456789, Width: 255},
		"tile/entries/x001/x000/000":  {Level: -1, N: 1000000, Width: 256},
		"tile/1/005":                  {Level: 1, N: 5, Width: 256},
		"tile/0/x000/001":             {},
		"tile/0/1":                    {},
		"tile/0/000.p/0":              {},
		"tile/0/000.p/256":            {},
		"tile/0/000.p/07":             {},
		"tile/-1/000":                 {},
		"tile/0/000.p/1/":             {},
		"tile/data/000":               {},
		"tile/8/0/000":                {},
		"tile/0/../0/000":             {},
		"tile/0/x999/x999/x999/x9/99": {},
	} {
		got, ok := record.ParseTile(path)
		if ok != (want.Width > 0) || ok && got != want {
			t.Errorf("%s: %+v %v", path, got, ok)
		}
		if ok && got.Path() != path {
			t.Errorf("%s comes back as %s", path, got.Path())
		}
	}
}

func TestGenesis(t *testing.T) {
	k := testKey(t, 1)
	leaf, err := k.NewGenesis("portsmouth-1905", -2030000000000, struct {
		Title string `json:"title"`
	}{"Пётр & 小村"})
	if err != nil {
		t.Fatal(err)
	}
	g, err := record.ReadGenesis(leaf)
	if err != nil || g.Origin != "portsmouth/"+k.Fingerprint()+"/portsmouth-1905" || g.Key != k.Verifier("portsmouth-1905") {
		t.Fatal(g, err)
	}
	strange := testKey(t, 1).Origin("with blanks + more")
	if strings.ContainsAny(strange, " +") {
		t.Errorf("the name %q cannot stand in a note", strange)
	}
	other := testKey(t, 2)
	for what, wrong := range map[string]string{
		"blank":      strings.Replace(string(leaf), `,"about"`, `, "about"`, 1),
		"twice":      strings.Replace(string(leaf), `,"about"`, `,"at":1,"about"`, 1),
		"format":     strings.Replace(string(leaf), "record/1", "record/2", 1),
		"conference": strings.Replace(string(leaf), `"conference":"p`, `"conference":"q`, 1),
		"key":        strings.Replace(string(leaf), k.Verifier("portsmouth-1905"), other.Verifier("portsmouth-1905"), 1),
		"unescaped":  strings.Replace(string(leaf), `\u0026`, "&", 1),
		"no JSON":    "genesis",
	} {
		if wrong == string(leaf) {
			t.Fatalf("%s: nothing was changed", what)
		}
		if _, err := record.ReadGenesis([]byte(wrong)); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}

// Keys of all kinds: base64 has characters that mean something elsewhere in a key's text.
func TestManyKeys(t *testing.T) {
	for seed := range 256 {
		k := testKey(t, byte(seed))
		leaf, err := k.NewGenesis("c-1", 0, struct{}{})
		if err != nil {
			t.Fatalf("key %d (%s): %v", seed, k.Verifier("c-1"), err)
		}
		tree := &record.Tree{}
		if _, _, err := tree.Add(leaf); err != nil {
			t.Fatal(err)
		}
		root, err := tree.Root(1)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := k.Sign("c-1", 1, root)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := record.CheckCheckpoint(signed, k.Verifier("c-1")); err != nil {
			t.Errorf("key %d: %v", seed, err)
		}
	}
}

func TestLongLeaves(t *testing.T) {
	for _, leaf := range [][]byte{bytes.Repeat([]byte("x"), 1<<16), []byte("portsmouth-large/1\nabc")} {
		if !record.IsLarge(leaf) || len(record.Entry(leaf)) > 200 {
			t.Errorf("%.30s is not treated as long", leaf)
		}
	}
	if short := bytes.Repeat([]byte("x"), 1<<16-1); record.IsLarge(short) || !bytes.Equal(record.Entry(short), short) {
		t.Error("65,535 bytes are an entry of their own")
	}
}

func TestCopy(t *testing.T) {
	l := newLog(t, 300)
	l.add(t, bytes.Repeat([]byte("long "), 20_000))
	from, to := l.publish(t, 301), fstest.MapFS{}
	var order []string
	put := func(path string, data []byte) error {
		order = append(order, path)
		to[path] = &fstest.MapFile{Data: data}
		return nil
	}
	if err := record.Copy(from.ReadFile, put); err != nil {
		t.Fatal(err)
	}
	if r := record.Verify(to, record.Options{}); !r.OK() || len(to) != len(from) {
		t.Errorf("%d of %d files:\n%s", len(to), len(from), r)
	}
	if order[len(order)-1] != "checkpoint" {
		t.Errorf("the checkpoint is not the last: %v", order)
	}
	delete(from, record.LargePath(l.leaves[300]))
	if record.Copy(from.ReadFile, put) == nil {
		t.Error("a file was missing, and that was no error")
	}
}
