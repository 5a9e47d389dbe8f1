package record_test

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"portsmouth/record"
)

// twinKey is a key with the name and hash of that of testTwin, found by trying; nobody has its private part.
const twinKey = "twin.example/w+d37ad2c0+BKSuZX0PC4tJ5NIyfTIw6Jii0ACgthapaLybNaGGzd46"

func testTwin(t *testing.T) *record.Witness {
	t.Helper()
	seed := make([]byte, ed25519.SeedSize)
	seed[2], seed[3] = 6534>>8, 6534&0xff
	w, err := record.NewWitness("twin.example/w", ed25519.NewKeyFromSeed(seed))
	if err != nil || w.Verifier() == twinKey || !strings.HasPrefix(w.Verifier(), "twin.example/w+d37ad2c0+") {
		t.Fatalf("no twin of the key: %s %v", w.Verifier(), err)
	}
	return w
}

// A key that was made to have the name and hash of another's spoils nothing: a line is good when one of the keys made it,
// and counts for that one alone.
func TestTwinKeysDoNotSpoilARecord(t *testing.T) {
	w := testTwin(t)
	press, twin := record.PolicyWitness{Name: "The press", Key: w.Verifier()}, record.PolicyWitness{Name: "Somebody", Key: twinKey}
	former := func(p record.Policy, keys ...string) func(record.Genesis, [][]byte) (record.Policy, []string, error) {
		return func(record.Genesis, [][]byte) (record.Policy, []string, error) { return p, keys, nil }
	}
	l := newWitnessedLog(t, record.Policy{}, 5)
	dir, c := l.publish(t, 5), l.checkpoint(t, 5)
	plain := dir["checkpoint"].Data
	good, later := slices.Concat(plain, w.Cosign(c, noon)), slices.Concat(plain, w.Cosign(l.checkpoint(t, 4), noon))
	for what, x := range map[string]struct {
		policy record.Policy
		former []string
		given  []string
		seen   string
	}{
		"both":       {record.Policy{Witnesses: []record.PolicyWitness{twin, press}}, nil, nil, "seen by 1 of 2"},
		"other way":  {record.Policy{Witnesses: []record.PolicyWitness{press, twin}}, nil, nil, "seen by 1 of 2"},
		"twin gone":  {record.Policy{Witnesses: []record.PolicyWitness{press}}, []string{twinKey}, nil, "seen by 1 of 1"},
		"twin alone": {record.Policy{Witnesses: []record.PolicyWitness{twin}}, []string{w.Verifier()}, nil, "seen by 0 of 1"},
		"key given":  {record.Policy{Witnesses: []record.PolicyWitness{twin}}, nil, []string{w.Verifier()}, "seen by 0 of 1"},
	} {
		o := record.Options{Policy: former(x.policy, x.former...), Witnesses: x.given}
		dir["checkpoint"] = &fstest.MapFile{Data: good}
		if r := record.Verify(dir, o); !r.OK() || r.Seen.String() != x.seen {
			t.Errorf("%s: want %s:\n%s", what, x.seen, r)
		}
		dir["checkpoint"] = &fstest.MapFile{Data: later}
		if r := record.Verify(dir, o); r.OK() || !strings.Contains(r.String(), "has not cosigned this checkpoint") {
			t.Errorf("%s: a line that none of the keys made:\n%s", what, r)
		}
	}
	dir["checkpoint"] = &fstest.MapFile{Data: good}
	if r := record.Verify(dir, record.Options{Policy: former(record.Policy{Witnesses: []record.PolicyWitness{press}}), Witnesses: []string{twinKey}}); r.OK() {
		t.Error("a key that was asked for has not cosigned, and that is not said")
	}
	seen, err := record.Policy{Witnesses: []record.PolicyWitness{twin, press}}.Seen(good)
	if err != nil || !slices.Equal(seen.By, []record.Sight{{Name: "The press", At: noon}}) || !slices.Equal(seen.Missing, []string{"Somebody"}) {
		t.Errorf("%+v %v", seen, err)
	}
}
