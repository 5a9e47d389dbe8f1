package seal_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"pgregory.net/rapid"

	"portsmouth/seal"
)

// The bytes under the hash, written out by hand: whoever writes another verifier starts here.
func TestCommitmentVector(t *testing.T) {
	var salt seal.Salt
	for k := range salt {
		salt[k] = byte(k)
	}
	raw := "0000000000000017" + hex.EncodeToString([]byte("portsmouth/commitment/1")) +
		"0000000000000001" + "63" + "0000000000000001" + "72" + "0000000000000001" + "70" +
		"0000000000000020" + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" +
		"0000000000000002" + "7b7d"
	bytes, err := hex.DecodeString(raw)
	if err != nil {
		t.Fatal(err)
	}
	want := seal.Commitment(sha256.Sum256(bytes))
	if got := seal.Commit(seal.Subject{Conference: "c", Round: "r", Party: "p"}, salt, []byte("{}")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whatever differs, the commitment does not open; and moving a byte from one field to the next is a difference.
func TestOpens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 8, 8)
		s := seal.Subject{Conference: text.Draw(t, "conference"), Round: text.Draw(t, "round"), Party: text.Draw(t, "party")}
		salt := seal.Salt(rapid.SliceOfN(rapid.Byte(), seal.SaltSize, seal.SaltSize).Draw(t, "salt"))
		payload := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "payload")
		c := seal.Commit(s, salt, payload)
		if !c.Opens(s, salt, payload) {
			t.Fatal("does not open to what was committed")
		}
		parsed, err := seal.Parse(c.String())
		if err != nil || parsed != c {
			t.Fatalf("parsed %s as %s: %v", c, parsed, err)
		}
		other := s
		other.Conference += "x"
		salt2 := salt
		salt2[0] ^= 1
		moved := seal.Subject{Conference: s.Conference + s.Round, Party: s.Party}
		if c.Opens(other, salt, payload) || c.Opens(s, salt2, payload) || c.Opens(s, salt, append(payload, 0)) ||
			s.Round != "" && c.Opens(moved, salt, payload) {
			t.Fatal("opens to something else")
		}
		if seal.Dummy(s, salt) == seal.Commit(s, salt, nil) {
			t.Fatal("a dummy is a commitment")
		}
	})
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{"", "zz", "00", hex.EncodeToString(make([]byte, 33))} {
		if _, err := seal.Parse(s); err == nil {
			t.Errorf("parsed %q", s)
		}
	}
}
