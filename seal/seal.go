// Package seal makes commitments: a party fixes what it lodges without showing it, and can show later, to whom it
// chooses, that it was this and nothing else.
//
// A commitment is SHA-256 over a domain tag, the conference, the round, the party, a random salt and the payload, each
// preceded by its length as eight bytes, big-endian, so that no two subjects share an encoding. It hides as well as its
// salt is random, and binds as well as SHA-256 resists collisions. A dummy is 32 random bytes: nobody without the salt
// can tell it from a commitment.
package seal

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// Domain is the tag that commitments of this form begin with.
const Domain = "portsmouth/commitment/1"

// SaltSize is the length of a salt in bytes.
const SaltSize = 32

// Subject says what a commitment is about: who commits, to what round of which conference.
type Subject struct {
	Conference, Round, Party string
}

// Salt is what makes a commitment hide its payload. It comes from the shell's random source.
type Salt [SaltSize]byte

// Commitment is a hash that fixes a payload without showing it.
type Commitment [sha256.Size]byte

// String returns the commitment in hexadecimal.
func (c Commitment) String() string { return hex.EncodeToString(c[:]) }

// Parse reads what String wrote.
func Parse(s string) (Commitment, error) {
	var c Commitment
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(c) {
		return c, errors.New("a commitment is 64 hexadecimal digits")
	}
	copy(c[:], raw)
	return c, nil
}

// Commit fixes the payload.
func Commit(s Subject, salt Salt, payload []byte) Commitment {
	return digest([]byte(Domain), []byte(s.Conference), []byte(s.Round), []byte(s.Party), salt[:], payload)
}

// Opens reports whether salt and payload are what was committed to. It takes the same time whichever it is.
func (c Commitment) Opens(s Subject, salt Salt, payload []byte) bool {
	d := Commit(s, salt, payload)
	return subtle.ConstantTimeCompare(c[:], d[:]) == 1
}

// Dummy returns what stands in the place of a commitment that nobody made. It is drawn from the secret seed of the round
// and looks like any other.
func Dummy(s Subject, seed Salt) Commitment {
	return digest([]byte("portsmouth/dummy/1"), []byte(s.Conference), []byte(s.Round), []byte(s.Party), seed[:])
}

func digest(parts ...[]byte) Commitment {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write(p)
	}
	return Commitment(h.Sum(nil))
}
