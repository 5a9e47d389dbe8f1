package record_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"portsmouth/record"
	"portsmouth/record/recordtest"
)

// Tessera's fsck accepts records of all sizes around the bounds of tiles, and no key but that of the record.
func TestFsckAccepts(t *testing.T) {
	fsck := recordtest.Shared(t)
	for _, size := range []int{1, 2, 3, 255, 256, 257, 511, 512, 513, 700} {
		l := newLog(t, size)
		fsck.Accepts(t, l.publish(t, int64(size)), l.key.Verifier("c-1"))
		fsck.Accepts(t, recordtest.Kept(t, l.key, l.leaves, recordtest.Tree(t, l.leaves)), l.key.Verifier("c-1"))
	}
	l, dir := wholeLog(t)
	all, _ := testWitnesses(t)
	found := fsck.Accepts(t, dir, l.key.Verifier("c-1"), all["Japan"].Verifier())
	if found != "281 leaves, 1 of them large, 2 tiles of earlier days, 1 witnesses" {
		t.Error(found)
	}
	if _, err := fsck.Ask(t, "record", recordtest.Write(t, dir), testKey(t, 2).Verifier("c-1")); err == nil {
		t.Error("it accepts a record under another key")
	}
}

// What lies beside the tiles of today is looked at too: each of these is refused.
func TestFilesBesideAreLookedAt(t *testing.T) {
	fsck := recordtest.Shared(t)
	all, _ := testWitnesses(t)
	japan := all["Japan"].Verifier()
	for what, spoil := range map[string]func(dir fstest.MapFS, long string){
		"an earlier tile is another": func(dir fstest.MapFS, _ string) { dir["tile/0/000.p/100"].Data[7]++ },
		"an earlier tile is cut":     func(dir fstest.MapFS, _ string) { dir["tile/0/000.p/100"].Data = dir["tile/0/000.p/100"].Data[:32] },
		"earlier entries are others": func(dir fstest.MapFS, _ string) { dir["tile/entries/000.p/100"].Data[9]++ },
		"earlier entries are longer": func(dir fstest.MapFS, _ string) { dir["tile/entries/000.p/99"] = dir["tile/entries/000.p/100"] },
		"a tile reaches beyond":      func(dir fstest.MapFS, _ string) { dir["tile/0/001.p/26"] = dir["tile/0/001.p/25"] },
		"a path is no path":          func(dir fstest.MapFS, _ string) { dir["tile/0/x000/000.p/100"] = dir["tile/0/000.p/100"] },
		"something else is there":    func(dir fstest.MapFS, _ string) { dir["index.html"] = &fstest.MapFile{} },
		"a large leaf is missing":    func(dir fstest.MapFS, long string) { delete(dir, long) },
		"a large leaf is another":    func(dir fstest.MapFS, long string) { dir[long].Data[5]++ },
		"a large leaf is nobody's":   func(dir fstest.MapFS, long string) { dir["large/"+strings.Repeat("0", 64)] = dir[long] },
		"a cosignature is another":   func(dir fstest.MapFS, _ string) { c := dir["checkpoint"].Data; c[len(c)-9]++ },
		"a cosignature is nobody's": func(dir fstest.MapFS, _ string) {
			c := dir["checkpoint"]
			c.Data = bytes.Replace(c.Data, []byte("— witness"), []byte("— witless"), 1)
		},
		"there is a cosignature less": func(dir fstest.MapFS, _ string) {
			c := dir["checkpoint"]
			c.Data, _ = record.WithoutCosignatures(c.Data)
		},
	} {
		l, dir := wholeLog(t)
		spoil(dir, record.LargePath(l.leaves[280]))
		if found, err := fsck.Ask(t, "folder", recordtest.Write(t, dir), l.key.Verifier("c-1"), japan); err == nil {
			t.Errorf("%s, and it is accepted: %s", what, found)
		} else {
			t.Logf("%s: %v", what, err)
		}
	}
}

// fileOf writes a file of the test.
func fileOf(t *testing.T, data []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Cosignatures of ours hold for others, and those of others for us.
func TestCosignaturesOfOthers(t *testing.T) {
	fsck, l := recordtest.Shared(t), newLog(t, 12)
	w := testWitness(t, "times.example/witness", 9)
	plain := l.publish(t, 12)["checkpoint"].Data
	file := fileOf(t, slices.Concat(plain, w.Cosign(l.checkpoint(t, 12), noon)))
	if found, err := fsck.Ask(t, "cosigned", file, w.Verifier()); err != nil || found != fmt.Sprint(noon.Unix()) {
		t.Errorf("others read our cosignature: %s %v", found, err)
	}
	seed := append([]byte{4}, bytes.Repeat([]byte{9}, ed25519.SeedSize)...)
	parts := strings.SplitN(w.Verifier(), "+", 3)
	line, err := fsck.Ask(t, "cosign", fileOf(t, plain), "PRIVATE+KEY+"+parts[0]+"+"+parts[1]+"+"+base64.StdEncoding.EncodeToString(seed))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.CheckCosignature([]byte(string(plain)+line+"\n"), w.Verifier()); err != nil {
		t.Errorf("we read another's cosignature: %v\n%s", err, line)
	}
}

// Others read our proof files, at every place in trees of many sizes.
func TestProofFilesForOthers(t *testing.T) {
	fsck, l := recordtest.Shared(t), newLog(t, 20)
	for size := int64(1); size <= 20; size++ {
		for n := range size {
			found, err := fsck.Ask(t, "proof", fileOf(t, l.proofFile(t, n, size)), l.key.Verifier("c-1"))
			if err != nil || found != fmt.Sprintf("leaf %d of %d", n, size) {
				t.Fatalf("leaf %d of %d: %s %v", n, size, found, err)
			}
		}
	}
	changed := bytes.Replace(l.proofFile(t, 3, 20), []byte("index 3"), []byte("index 4"), 1)
	if _, err := fsck.Ask(t, "proof", fileOf(t, changed), l.key.Verifier("c-1")); err == nil {
		t.Error("a proof of another leaf is accepted: this test proves nothing")
	}
}
