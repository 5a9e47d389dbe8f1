package record_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"portsmouth/record"
)

func testWitness(t testing.TB, name string, seed byte) *record.Witness {
	t.Helper()
	w, err := record.NewWitness(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// testWitnesses are three, and the policy that wants two of them.
func testWitnesses(t testing.TB) (map[string]*record.Witness, record.Policy) {
	t.Helper()
	policy, all := record.Policy{Quorum: 2}, map[string]*record.Witness{}
	for n, name := range []string{"Japan", "Russia", "The Harbour Times"} {
		w := testWitness(t, fmt.Sprintf("witness.example/%d", n), byte(101+n))
		all[name] = w
		policy.Witnesses = append(policy.Witnesses, record.PolicyWitness{Name: name, Key: w.Verifier()})
	}
	return all, policy
}

// newWitnessedLog is a record whose leaf 0 has that policy.
func newWitnessedLog(t testing.TB, policy record.Policy, size int) *testLog {
	t.Helper()
	l := &testLog{key: testKey(t, 1), tree: &record.Tree{}}
	genesis, err := l.key.NewGenesis("c-1", 1_000, map[string]any{"title": "A conference", "policy": policy})
	if err != nil {
		t.Fatal(err)
	}
	l.add(t, genesis)
	for n := 1; n < size; n++ {
		l.add(t, fmt.Appendf(nil, `{"n":%d}`, n))
	}
	return l
}

var noon = time.Date(1905, 8, 9, 12, 0, 0, 0, time.UTC).AddDate(100, 0, 0)

// desk is a witness with what it keeps.
type desk struct {
	w    *record.Witness
	logs map[string]*record.Watched
}

// add asks the witness as a venue would.
func (d *desk) add(s record.Submission, at time.Time) ([]byte, error) {
	line, err := d.w.Consider(func(origin string) (*record.Watched, error) { return d.logs[origin], nil }, s, at)
	if err == nil {
		c, _ := record.ReadCheckpoint(s.Checkpoint)
		d.logs[c.Origin].Last = s.Checkpoint
	}
	return line, err
}

func newDesk(t testing.TB, key *record.Key) *desk {
	return &desk{testWitness(t, "times.example/witness", 9), map[string]*record.Watched{key.Origin("c-1"): {Key: key.Verifier("c-1")}}}
}

func (l *testLog) submission(t testing.TB, old, size int64) record.Submission {
	t.Helper()
	s := record.Submission{Old: old, Checkpoint: l.publish(t, size)["checkpoint"].Data}
	if old > 0 {
		var err error
		if s.Proof, err = l.tree.Consistency(old, size); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// A witness goes along with a record as it grows, whatever the steps, and signs each checkpoint with its time.
func TestWitnessFollowsARecord(t *testing.T) {
	l := newLog(t, 40)
	for step := int64(1); step < 9; step++ {
		d, old := newDesk(t, l.key), int64(0)
		for size := int64(1); size <= 40; size += step {
			line, err := d.add(l.submission(t, old, size), noon)
			if err != nil {
				t.Fatalf("%d after %d: %v", size, old, err)
			}
			if again, err := d.add(l.submission(t, size, size), noon); err != nil || !bytes.Equal(again, line) {
				t.Fatalf("asked again about %d leaves: %s %v", size, again, err)
			}
			signed := slices.Concat(l.publish(t, size)["checkpoint"].Data, line)
			at, err := record.CheckCosignature(signed, d.w.Verifier())
			if err != nil || !at.Equal(noon) {
				t.Fatalf("%d: cosigned at %v: %v\n%s", size, at, err, signed)
			}
			old = size
		}
	}
}

// refusal is the status that a witness answers, 200 when it cosigns.
func refusal(t *testing.T, err error) (status int, size int64) {
	t.Helper()
	var r *record.Refusal
	switch {
	case err == nil:
		return 200, 0
	case !errors.As(err, &r):
		t.Fatalf("not a refusal: %v", err)
	}
	return r.Status, r.Size
}

func TestWitnessRefuses(t *testing.T) {
	l := newLog(t, 40)
	stranger := newLogOf(t, testKey(t, 2), 40)
	forged := l.submission(t, 20, 30)
	forged.Checkpoint = bytes.Replace(stranger.submission(t, 20, 30).Checkpoint, []byte(stranger.key.Origin("c-1")), []byte(l.key.Origin("c-1")), 2)
	wrongProof, noProof, needless, tooBig := l.submission(t, 20, 30), l.submission(t, 20, 30), l.submission(t, 19, 30), l.submission(t, 20, 30)
	wrongProof.Proof[0][3] ^= 1
	noProof.Proof = nil
	needless.Old = 0
	tooBig.Old = 31
	cut := l.submission(t, 20, 30)
	cut.Checkpoint = cut.Checkpoint[:50]
	for _, c := range []struct {
		what         string
		last         int64
		s            record.Submission
		status, size int64
	}{
		{"the next", 20, l.submission(t, 20, 30), 200, 0},
		{"the first", 0, l.submission(t, 0, 30), 200, 0},
		{"half a checkpoint", 20, cut, 400, 0},
		{"more before than now", 20, tooBig, 400, 0},
		{"another venue's record", 20, stranger.submission(t, 20, 30), 404, 0},
		{"another key under this name", 20, forged, 403, 0},
		{"a proof from elsewhere", 25, l.submission(t, 20, 30), 409, 25},
		{"as if it had seen nothing", 20, l.submission(t, 0, 30), 409, 20},
		{"as if it had seen something", 0, l.submission(t, 20, 30), 409, 0},
		{"an earlier one", 30, l.submission(t, 20, 20), 409, 30},
		{"a proof with a wrong hash", 20, wrongProof, 422, 0},
		{"no proof", 20, noProof, 422, 0},
		{"a proof from nothing", 0, needless, 422, 0},
	} {
		d := newDesk(t, l.key)
		if c.last > 0 {
			d.logs[l.key.Origin("c-1")].Last = l.publish(t, c.last)["checkpoint"].Data
		}
		_, err := d.add(c.s, noon)
		if status, size := refusal(t, err); int64(status) != c.status || size != c.size {
			t.Errorf("%s: %d with size %d, not %d with %d", c.what, status, size, c.status, c.size)
		}
	}
}

// Whoever has the venue's key can write a record anew that holds in itself. No witness that has cosigned the earlier one
// cosigns it, at the same size or a greater one, with any proof that there is.
func TestRewriteIsRefusedByEveryWitnessThatSawTheEarlier(t *testing.T) {
	const seen, size = 30, 40
	l := newLog(t, size)
	refused := 0
	for changed := range int64(seen) {
		other := &testLog{key: l.key, tree: &record.Tree{}}
		for n, leaf := range l.leaves {
			if int64(n) == changed && n > 0 {
				leaf = []byte(`{"text":"never said"}`)
			} else if int64(n) == changed {
				leaf, _ = l.key.NewGenesis("c-1", 1_000, map[string]string{"title": "Another"})
			}
			other.add(t, leaf)
		}
		if r := record.Verify(other.publish(t, size), record.Options{}); !r.OK() {
			t.Fatalf("the forgery of leaf %d is not good enough to test with:\n%s", changed, r)
		}
		for now := int64(seen); now <= size; now++ {
			for _, proofs := range []*testLog{l, other} {
				d := newDesk(t, l.key)
				if _, err := d.add(l.submission(t, 0, seen), noon); err != nil {
					t.Fatal(err)
				}
				s := other.submission(t, seen, now)
				s.Proof = proofs.submission(t, seen, now).Proof
				if status, _ := refusal(t, second(d.add(s, noon))); status != 422 && (status != 409 || now != seen) {
					t.Fatalf("leaf %d was written anew, %d leaves are shown: %d", changed, now, status)
				}
				refused++
			}
		}
	}
	t.Logf("%d rewrites refused", refused)
}

func second(_ []byte, err error) error { return err }

func TestSubmissionIsReadBack(t *testing.T) {
	l := newLog(t, 300)
	for _, old := range []int64{0, 1, 200, 300} {
		s := l.submission(t, old, 300)
		back, err := record.ReadSubmission(s.Bytes())
		if err != nil || back.Old != old || !slices.Equal(back.Proof, s.Proof) || !bytes.Equal(back.Checkpoint, s.Checkpoint) {
			t.Errorf("%d: %+v %v", old, back, err)
		}
	}
	whole := string(l.submission(t, 200, 300).Bytes())
	for what, wrong := range map[string]string{
		"empty": "", "no old": whole[4:], "leading zero": "old 0" + whole[4:], "negative": "old -1" + whole[7:], "sign": "old +1" + whole[7:],
		"no empty line": strings.Replace(whole, "\n\n", "\n", 1), "half a hash": strings.Replace(whole, "old 200\n", "old 200\nAAAA\n", 1),
		"too many": strings.Replace(whole, "old 200\n", "old 200\n"+strings.Repeat("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 64), 1),
	} {
		_, err := record.ReadSubmission([]byte(wrong))
		if status, _ := refusal(t, err); status != 400 {
			t.Errorf("%s: %d", what, status)
		}
	}
}

// A checkpoint gathers cosignatures in the order of the policy, whatever the order of the answers; strangers' are left out.
func TestPolicyGathers(t *testing.T) {
	all, policy := testWitnesses(t)
	l := newWitnessedLog(t, policy, 12)
	plain := l.publish(t, 12)["checkpoint"].Data
	c := l.checkpoint(t, 12)
	cosign := func(to []byte, who string, at time.Time) []byte {
		t.Helper()
		out, err := policy.Cosigned(to, all[who].Cosign(c, at))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	one := cosign(cosign(plain, "Japan", noon), "The Harbour Times", noon.Add(time.Second))
	two := cosign(cosign(plain, "The Harbour Times", noon.Add(time.Second)), "Japan", noon)
	if !bytes.Equal(one, two) || !bytes.HasPrefix(one, plain) {
		t.Errorf("the order of the answers shows:\n%s%s", one, two)
	}
	if earlier := cosign(one, "Japan", noon.Add(-time.Hour)); !bytes.Equal(earlier, one) {
		t.Error("an earlier word of a witness has replaced a later one")
	}
	if later := cosign(one, "Japan", noon.Add(time.Hour)); bytes.Equal(later, one) || bytes.Count(later, []byte("\n")) != 7 {
		t.Errorf("a later word has not taken the place of the earlier:\n%s", later)
	}
	seen, err := policy.Seen(one)
	want := record.Seen{By: []record.Sight{{"Japan", noon}, {"The Harbour Times", noon.Add(time.Second)}}, Missing: []string{"Russia"}, Quorum: 2}
	if err != nil || fmt.Sprint(seen) != "seen by 2 of 3" || !seen.Met() || !slices.Equal(seen.By, want.By) || !slices.Equal(seen.Missing, want.Missing) {
		t.Errorf("%+v %v", seen, err)
	}
	stranger := testWitness(t, "other.example", 55)
	if _, err := policy.Cosigned(plain, stranger.Cosign(c, noon)); err == nil {
		t.Error("the word of a stranger was taken")
	}
	if _, err := policy.Cosigned(plain, all["Japan"].Cosign(l.checkpoint(t, 11), noon)); err == nil {
		t.Error("the word about another checkpoint was taken")
	}
	if back, err := record.WithoutCosignatures(one); err != nil || !bytes.Equal(back, plain) {
		t.Errorf("%s %v", back, err)
	}
}

// The verifier counts witnesses, and notices every changed byte of their lines and every line that nobody can check.
func TestVerifyWitnesses(t *testing.T) {
	all, policy := testWitnesses(t)
	l := newWitnessedLog(t, policy, 12)
	dir := l.publish(t, 12)
	c, plain := l.checkpoint(t, 12), dir["checkpoint"].Data
	if r := record.Verify(dir, record.Options{}); !r.OK() || !strings.Contains(r.String(), "seen by 0 of 3; the rules ask for 2") {
		t.Errorf("nobody has cosigned:\n%s", r)
	}
	signed, err := policy.Cosigned(plain, slices.Concat(all["Russia"].Cosign(c, noon), all["Japan"].Cosign(c, noon)))
	if err != nil {
		t.Fatal(err)
	}
	dir["checkpoint"] = &fstest.MapFile{Data: signed}
	if r := record.Verify(dir, record.Options{Seen: signed}); !r.OK() || r.Seen.String() != "seen by 2 of 3" {
		t.Errorf("two have cosigned:\n%s", r)
	}
	for at := range signed {
		wrong := bytes.Clone(signed)
		wrong[at] ^= 1
		dir["checkpoint"] = &fstest.MapFile{Data: wrong}
		if r := record.Verify(dir, record.Options{}); r.OK() {
			t.Errorf("byte %d is changed, and nothing was found:\n%s", at, wrong)
		}
	}
	stranger := testWitness(t, "other.example", 55)
	dir["checkpoint"] = &fstest.MapFile{Data: slices.Concat(signed, stranger.Cosign(c, noon))}
	if r := record.Verify(dir, record.Options{}); r.OK() || !strings.Contains(r.String(), "other.example is no witness") {
		t.Errorf("a line that nobody can check:\n%s", r)
	}
	if r := record.Verify(dir, record.Options{Witnesses: []string{stranger.Verifier()}}); !r.OK() {
		t.Errorf("its key was given:\n%s", r)
	}
	dir["checkpoint"] = &fstest.MapFile{Data: signed}
	if r := record.Verify(dir, record.Options{Witnesses: []string{stranger.Verifier()}}); r.OK() {
		t.Error("a witness that was asked for is missing, and that is not said")
	}
}

// A delegation of which two have a key is one witness.
func TestAWitnessWithTwoKeys(t *testing.T) {
	all, policy := testWitnesses(t)
	policy.Witnesses[1].Name = "Japan"
	l := newWitnessedLog(t, policy, 5)
	c, signed := l.checkpoint(t, 5), l.publish(t, 5)["checkpoint"].Data
	for n, who := range []string{"Russia", "Japan"} { // as the keys are called, not the witness
		var err error
		if signed, err = policy.Cosigned(signed, all[who].Cosign(c, noon.Add(time.Duration(-n)*time.Hour))); err != nil {
			t.Fatal(err)
		}
		seen, err := policy.Seen(signed)
		if err != nil || seen.String() != "seen by 1 of 2" || seen.Met() || seen.By[0] != (record.Sight{Name: "Japan", At: noon}) {
			t.Errorf("%+v %v", seen, err)
		}
	}
}

func TestPoliciesThatAreRefused(t *testing.T) {
	all, policy := testWitnesses(t)
	key := all["Japan"].Verifier()
	for what, p := range map[string]record.Policy{
		"negative":  {Quorum: -1, Witnesses: policy.Witnesses},
		"same key":  {Witnesses: []record.PolicyWitness{{"A", key}, {"B", key}}},
		"no name":   {Witnesses: []record.PolicyWitness{{"", key}}},
		"venue key": {Witnesses: []record.PolicyWitness{{"A", testKey(t, 1).Verifier("c-1")}}},
		"hash":      {Witnesses: []record.PolicyWitness{{"A", strings.Replace(key, "+", "+0", 1)}}},
	} {
		if p.Check() == nil {
			t.Errorf("%s: taken", what)
		}
	}
	for _, p := range []record.Policy{policy, {}, {Quorum: 2}} { // the last waits for witnesses that are still to come
		if err := p.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, about := range []string{`{"policy":{"witnesses":[],"quorum":0,"more":1}}`, `{"policy":[]}`, `{"policy":{"Witnesses":[],"quorum":0}}`} {
		g := record.Genesis{About: json.RawMessage(about)}
		if _, err := g.Policy(); err == nil {
			t.Errorf("%s: taken", about)
		}
	}
	if _, err := record.NewWitness("with blanks", nil); err == nil {
		t.Error("a name with blanks was taken")
	}
}
