package record

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"

	"golang.org/x/mod/sumdb/note"
)

// Key signs the records of one venue. It is one Ed25519 key; each record has it under a name of its own, the origin, so
// that a checkpoint of one record is no checkpoint of another.
type Key struct{ private ed25519.PrivateKey }

// NewKey makes the key of a venue from its private part.
func NewKey(private ed25519.PrivateKey) (*Key, error) {
	if len(private) != ed25519.PrivateKeySize {
		return nil, errors.New("a record's key is an Ed25519 key")
	}
	return &Key{private}, nil
}

func (k *Key) public() ed25519.PublicKey { return k.private.Public().(ed25519.PublicKey) }

// Fingerprint is the first 16 digits of the SHA-256 of the public key, in hexadecimal.
func (k *Key) Fingerprint() string { return fingerprint(k.public()) }

func fingerprint(public []byte) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// plainID is an id that can stand in a name as it is.
var plainID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// Origin is the name of a conference's record: "portsmouth/", the key's fingerprint, "/", the conference's id. An id that
// has other characters than letters, digits, '.', '_' and '-', or more than 128, is replaced by its SHA-256.
func (k *Key) Origin(conference string) string {
	return originOf(k.public(), conference)
}

func originOf(public []byte, conference string) string {
	if !plainID.MatchString(conference) {
		sum := sha256.Sum256([]byte(conference))
		conference = hex.EncodeToString(sum[:])
	}
	return "portsmouth/" + fingerprint(public) + "/" + conference
}

// Verifier is the public key under the name of a conference's record, as signed-note writes it: "origin+hash+base64".
func (k *Key) Verifier(conference string) string {
	return verifierOf(k.public(), k.Origin(conference))
}

func verifierOf(public []byte, origin string) string {
	key, err := note.NewEd25519VerifierKey(origin, public)
	if err != nil { // the length is right, and it knows no other fault
		return ""
	}
	return key
}

// signer is the key under one name, as package note wants it.
type signer struct {
	note.Verifier
	private ed25519.PrivateKey
}

// Sign signs the text of a note.
func (s signer) Sign(text []byte) ([]byte, error) { return ed25519.Sign(s.private, text), nil }
