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

	"portsmouth/record"
	"portsmouth/record/recordtest"
)

// Tessera's fsck accepts records of all sizes around the bounds of tiles, and no key but that of the record.
func TestFsckAccepts(t *testing.T) {
	fsck := recordtest.NewFsck(t)
	for _, size := range []int{1, 2, 3, 255, 256, 257, 511, 512, 513, 700} {
		l := newLog(t, size)
		fsck.Accepts(t, l.publish(t, int64(size)), l.key.Verifier("c-1"))
	}
	l, dir := wholeLog(t)
	fsck.Accepts(t, dir, l.key.Verifier("c-1"))
	if _, err := fsck.Ask(t, "record", recordtest.Write(t, dir), testKey(t, 2).Verifier("c-1")); err == nil {
		t.Error("it accepts a record under another key")
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
	fsck, l := recordtest.NewFsck(t), newLog(t, 12)
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
	fsck, l := recordtest.NewFsck(t), newLog(t, 20)
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
