package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"

	"portsmouth"
	"portsmouth/internal/lock"
)

// form is the first byte of everything that is sealed, so that another way of sealing can be told from this one.
const form = 1

// Key is a key of 256 random bits.
type Key [32]byte

// NewKey returns a new random key.
func NewKey() (k Key) {
	_, _ = rand.Read(k[:]) // never fails: crypto/rand ends the program instead
	return k
}

// hostKeys are what is derived from the key of the host: one to seal with, one to name things with.
type hostKeys struct {
	box  cipher.AEAD
	name []byte
}

func deriveHostKeys(k Key) (hostKeys, error) {
	box, err := hkdf.Key(sha256.New, k[:], nil, "portsmouth host key 1: seal", len(Key{}))
	if err != nil {
		return hostKeys{}, fmt.Errorf("vault: %w", err)
	}
	name, err := hkdf.Key(sha256.New, k[:], nil, "portsmouth host key 1: name", sha256.Size)
	if err != nil {
		return hostKeys{}, fmt.Errorf("vault: %w", err)
	}
	sealer, err := newBox(Key(box))
	return hostKeys{box: sealer, name: name}, err
}

// newBox is AES-256-GCM with a random nonce of 96 bits before every text: the odds that ten million texts under one key
// share a nonce are below one in a quadrillion.
func newBox(k Key) (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	box, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return box, nil
}

// pseudonym names something by what only the host's key can tell: equal things have equal names, and nothing else shows.
func (h hostKeys) pseudonym(parts ...string) [32]byte {
	mac := hmac.New(sha256.New, h.name)
	mac.Write(lock.Place(parts...))
	return [32]byte(mac.Sum(nil))
}

// named is a pseudonym for a column of text.
func (h hostKeys) named(parts ...string) string {
	name := h.pseudonym(parts...)
	return hex.EncodeToString(name[:16])
}

// sealText seals for a column of text. Nothing stays nothing.
func (h hostKeys) sealText(text string, where ...string) string {
	if text == "" {
		return ""
	}
	return base64.RawStdEncoding.EncodeToString(seal(h.box, []byte(text), textStep, where...))
}

func (h hostKeys) openText(sealed string, where ...string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return "", errOpen
	}
	text, err := open(h.box, raw, where...)
	return string(text), err
}

// Sizes tell of contents, so texts grow to a step before they are sealed: short ones such as names to a multiple of
// textStep bytes, acts to a multiple of actStep.
const (
	textStep = 64
	actStep  = 256
)

// padded is the size to which n bytes grow: a multiple of step, and for long ones one of Padmé's sizes, which add at most
// an eighth and of which there are few (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
// Communication with PURBs", 2019).
func padded(n, step int) int {
	n = (n + step - 1) / step * step
	e := bits.Len(uint(n)) - 1
	s := bits.Len(uint(e))
	mask := 1<<max(e-s, 0) - 1
	return (n + mask) &^ mask
}

// pad marks the end of a text and fills it up to its size.
func pad(text []byte, step int) []byte {
	full := make([]byte, padded(len(text)+1, step))
	copy(full, text)
	full[len(text)] = 0x80
	return full
}

func unpad(full []byte) ([]byte, error) {
	for n := len(full) - 1; n >= 0; n-- {
		switch full[n] {
		case 0:
		case 0x80:
			return full[:n], nil
		default:
			return nil, errOpen
		}
	}
	return nil, errOpen
}

func seal(box cipher.AEAD, text []byte, step int, where ...string) []byte {
	full := pad(text, step)
	out := make([]byte, 1, 1+len(full)+box.Overhead())
	out[0] = form
	return box.Seal(out, nil, full, lock.Place(where...))
}

func open(box cipher.AEAD, sealed []byte, where ...string) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != form {
		return nil, errOpen
	}
	full, err := box.Open(nil, nil, sealed[1:], lock.Place(where...))
	if err != nil {
		return nil, errOpen
	}
	return unpad(full)
}

// errOpen says no more, because there is nothing more to know: a wrong key, a changed text and a text at another's place
// look alike.
var errOpen error = &portsmouth.Error{
	Kind: portsmouth.Broken, Rule: "vault-open",
	Message: "Something in the database cannot be opened with the key of this host: it was changed, or it belongs to another venue.",
}

// ErrOtherKey says that a database was sealed with another key than the one at hand.
var ErrOtherKey = errors.New("vault: the database is sealed with another key")
