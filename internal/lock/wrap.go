package lock

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
)

// wrapForm is the first byte of everything that is wrapped here, so that another way of wrapping can be told from this one.
const wrapForm = 1

// Key is 256 bits that a secret is wrapped by.
type Key [32]byte

// Wrap wraps a secret by a key, for one place: AES-256-GCM with a random nonce.
func (k Key) Wrap(s Secret, place ...string) ([]byte, error) {
	box, err := k.box()
	if err != nil {
		return nil, err
	}
	return box.Seal([]byte{wrapForm}, nil, s[:], Place(place...)), nil
}

// Unwrap opens what the key wrapped for that place, or returns ErrLocked.
func (k Key) Unwrap(wrapped []byte, place ...string) (s Secret, err error) {
	box, err := k.box()
	if err != nil {
		return s, err
	}
	if len(wrapped) == 0 || wrapped[0] != wrapForm {
		return s, ErrLocked
	}
	text, err := box.Open(nil, nil, wrapped[1:], Place(place...))
	if err != nil || len(text) != len(s) {
		return s, ErrLocked
	}
	return Secret(text), nil
}

func (k Key) box() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// derive makes a key of what has bits enough and may have another shape. The purpose keeps keys of one origin apart.
func derive(origin []byte, purpose string) (Key, error) {
	raw, err := hkdf.Key(sha256.New, origin, nil, purpose, len(Key{}))
	if err != nil {
		return Key{}, fmt.Errorf("lock: %w", err)
	}
	return Key(raw), nil
}
