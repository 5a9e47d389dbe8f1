package record_test

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"portsmouth/record"
)

var update = flag.Bool("update", false, "write the vector of docs/spec/verifier again")

// vectorFolder is a small record that other verifiers test themselves with.
const vectorFolder = "../docs/spec/verifier/vector"

// TestVector wants the files of a fixed record to be what they have always been: whoever has written a verifier relies on it.
func TestVector(t *testing.T) {
	l := &testLog{key: testKey(t, 7), tree: &record.Tree{}}
	genesis, err := l.key.NewGenesis("c-1", -2_030_000_000_000, map[string]string{"title": "Portsmouth & 小村 <1905>"})
	if err != nil {
		t.Fatal(err)
	}
	l.add(t, genesis)
	l.add(t, []byte(`{"id":"1","to":"public"}`))
	l.add(t, []byte("portsmouth-large/1\nlooks like a long leaf"))
	l.add(t, bytes.Repeat([]byte("0123456789abcdef"), 1<<12))
	l.add(t, []byte("the last"))
	files := l.publish(t, 3) // of an earlier day
	maps.Copy(files, l.publish(t, 5))
	sameAsKept(t, vectorFolder, files)
	if r := record.Verify(os.DirFS(vectorFolder), record.Options{Key: l.key.Verifier("c-1")}); !r.OK() {
		t.Errorf("does not verify:\n%s", r)
	}
}

// sameAsKept compares files with those in a folder.
func sameAsKept(t *testing.T, folder string, files fstest.MapFS) {
	t.Helper()
	for path, file := range files {
		name := filepath.Join(folder, filepath.FromSlash(path))
		if *update {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, file.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(kept, file.Data) {
			t.Errorf("%s is not what it was (%v)", path, err)
		}
	}
}

// TestWitnessedVector wants the same of a record with a policy, two cosignatures of three, and a proof file.
func TestWitnessedVector(t *testing.T) {
	all, policy := testWitnesses(t)
	l := newWitnessedLog(t, policy, 5)
	files := l.publish(t, 5)
	signed := files["checkpoint"].Data
	for _, who := range []string{"The Harbour Times", "Japan"} {
		var err error
		if signed, err = policy.Cosigned(signed, all[who].Cosign(l.checkpoint(t, 5), noon)); err != nil {
			t.Fatal(err)
		}
	}
	files["checkpoint"].Data = signed
	sameAsKept(t, "../docs/spec/verifier/witnessed", files)
	proof, _ := l.tree.Inclusion(3, 5)
	data, err := record.NewProofFile(l.leaves[3], 3, proof, signed)
	if err != nil {
		t.Fatal(err)
	}
	sameAsKept(t, "../docs/spec/verifier", fstest.MapFS{"leaf-3" + record.ProofName: {Data: data}})
}
