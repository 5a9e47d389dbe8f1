package record_test

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"portsmouth/record"
)

// proofFile is the proof file of a leaf in a record of that size.
func (l *testLog) proofFile(t testing.TB, n, size int64) []byte {
	t.Helper()
	proof, err := l.tree.Inclusion(n, size)
	if err != nil {
		t.Fatal(err)
	}
	data, err := record.NewProofFile(l.leaves[n], n, proof, l.publish(t, size)["checkpoint"].Data)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Every leaf has its proof file at every size, a long leaf too, and it holds under the venue's key alone.
func TestProofFiles(t *testing.T) {
	l := newLog(t, 19)
	l.add(t, bytes.Repeat([]byte("long "), 40_000))
	key := l.key.Verifier("c-1")
	for size := int64(1); size <= 20; size++ {
		for n := range size {
			p, err := record.CheckProofFile(l.proofFile(t, n, size), key)
			if err != nil || p.Index != n || !bytes.Equal(p.Leaf, l.leaves[n]) {
				t.Fatalf("leaf %d of %d: %v", n, size, err)
			}
		}
	}
	if _, err := record.CheckProofFile(l.proofFile(t, 3, 20), testKey(t, 2).Verifier("c-1")); err == nil {
		t.Error("another key has signed, and that is not noticed")
	}
	proof, _ := l.tree.Inclusion(3, 20)
	if _, err := record.NewProofFile(l.leaves[4], 3, proof, l.publish(t, 20)["checkpoint"].Data); err == nil {
		t.Error("a proof file was written that does not hold")
	}
}

// Whatever byte of a proof file is changed, it does not hold any more.
func TestChangedProofFiles(t *testing.T) {
	l := newLog(t, 20)
	key, chance := l.key.Verifier("c-1"), rand.New(rand.NewPCG(1905, 11))
	whole := l.proofFile(t, 13, 20)
	for at := range whole {
		wrong := bytes.Clone(whole)
		wrong[at] ^= byte(1 + chance.IntN(255))
		if _, err := record.CheckProofFile(wrong, key); err == nil {
			t.Errorf("byte %d is changed, and nothing was found", at)
		}
		if _, err := record.CheckProofFile(whole[:at], key); err == nil {
			t.Errorf("the file ends at %d, and nothing was found", at)
		}
	}
	lines := strings.SplitAfter(string(whole), "\n")
	for n := range lines {
		for what, changed := range map[string][]string{
			"missing": slices.Delete(slices.Clone(lines), n, n+1), "twice": slices.Insert(slices.Clone(lines), n, lines[n]),
		} {
			text := strings.Join(changed, "")
			if _, err := record.CheckProofFile([]byte(text), key); err == nil && text != string(whole) {
				t.Errorf("line %d is %s, and nothing was found:\n%s", n, what, text)
			}
		}
	}
}

// A proof file carries the cosignatures of its checkpoint.
func TestProofFileWithWitnesses(t *testing.T) {
	all, policy := testWitnesses(t)
	l := newWitnessedLog(t, policy, 12)
	signed, err := policy.Cosigned(l.publish(t, 12)["checkpoint"].Data, all["Japan"].Cosign(l.checkpoint(t, 12), noon))
	if err != nil {
		t.Fatal(err)
	}
	proof, _ := l.tree.Inclusion(5, 12)
	data, err := record.NewProofFile(l.leaves[5], 5, proof, signed)
	if err != nil {
		t.Fatal(err)
	}
	p, err := record.CheckProofFile(data, l.key.Verifier("c-1"))
	if err != nil {
		t.Fatal(err)
	}
	if seen, err := policy.Seen(p.Checkpoint); err != nil || seen.String() != "seen by 1 of 3" {
		t.Errorf("%v %v", seen, err)
	}
	if !strings.Contains(string(data), "extra "+base64.StdEncoding.EncodeToString(l.leaves[5])+"\nindex 5\n") {
		t.Errorf("not the form of tlog-proof:\n%s", data)
	}
}
