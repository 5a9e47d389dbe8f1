// Package lock holds what people lock their private rooms with: a secret of each person, the pair of keys that it gives in each
// conference, and the ways in which its owner comes back to it. A secret lies nowhere open: it is wrapped by what only its
// owner has, and the venue has it in hand only while its owner's browser sends it along.
//
// Who runs the server could read it meanwhile. What is promised is about what lies on the disk:
// docs/decisions/0016-members-keys.md.
package lock

import (
	"context"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Secret is what all keys of a person come from: 256 random bits.
type Secret [32]byte

// NewSecret returns a new random secret.
func NewSecret() (s Secret) {
	_, _ = rand.Read(s[:]) // never fails: crypto/rand ends the program instead
	return s
}

// ErrLocked says that something does not open with what is at hand.
var ErrLocked = errors.New("lock: this does not open with what is at hand")

// ErrBusy says that too many passphrases are being tried at once.
var ErrBusy = errors.New("lock: too many passphrases are being tried at once")

// The suite of RFC 9180 with which texts are sealed to a key.
var (
	kem  = hpke.DHKEM(ecdh.X25519())
	kdf  = hpke.HKDFSHA256()
	aead = hpke.AES256GCM()
)

// Pair is a pair of X25519 keys.
type Pair struct{ private hpke.PrivateKey }

// NewPair returns a new random pair.
func NewPair() (Pair, error) {
	private, err := kem.GenerateKey()
	return Pair{private}, err
}

// ReadPair reads a pair from the 32 bytes of its private key.
func ReadPair(private []byte) (Pair, error) {
	k, err := kem.NewPrivateKey(private)
	if err != nil {
		return Pair{}, fmt.Errorf("lock: a private key: %w", err)
	}
	return Pair{k}, nil
}

// Pair is the person's pair of keys in one conference. Each conference has another: two public keys do not tell that they are
// one person's.
func (s Secret) Pair(conference string) (Pair, error) {
	seed, err := hkdf.Key(sha256.New, s[:], nil, "portsmouth room key 1: "+conference, 32)
	if err != nil {
		return Pair{}, fmt.Errorf("lock: %w", err)
	}
	private, err := kem.DeriveKeyPair(seed)
	return Pair{private}, err
}

// Public is the public key, 32 bytes.
func (p Pair) Public() []byte { return p.private.PublicKey().Bytes() }

// Private is the private key, 32 bytes.
func (p Pair) Private() ([]byte, error) { return p.private.Bytes() }

// SealTo seals a text to the 32 bytes of a public key. It opens only with the same place.
func SealTo(public, text []byte, place ...string) ([]byte, error) {
	k, err := kem.NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("lock: a public key: %w", err)
	}
	return hpke.Seal(k, kdf, aead, Place(place...), text)
}

// Open opens what was sealed to the pair for that place, or returns ErrLocked.
func (p Pair) Open(sealed []byte, place ...string) ([]byte, error) {
	text, err := hpke.Open(p.private, kdf, aead, Place(place...), sealed)
	if err != nil {
		return nil, ErrLocked
	}
	return text, nil
}

// Place writes where a text belongs, so that what is sealed for one place opens at no other: each part with its length
// before it.
func Place(parts ...string) []byte {
	var b []byte
	for _, part := range parts {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return b
}

type secretKey struct{}

// With gives a request the secret of the person who sends it.
func With(ctx context.Context, s Secret) context.Context {
	return context.WithValue(ctx, secretKey{}, s)
}

// From returns the secret of the person whose request this is; unlocked is false when they have none or have not unlocked.
func From(ctx context.Context) (s Secret, unlocked bool) {
	s, unlocked = ctx.Value(secretKey{}).(Secret)
	return s, unlocked
}
