package record

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// A cosignature is what a witness says of a checkpoint: that at this time it was the longest that the witness had seen of
// this record, and a continuation of all that it had seen before (https://c2sp.org/tlog-cosignature, version 1).
//
// It is written here and not taken from a module because the one there is asks the clock itself, and a test wants to say
// what time it is. tools/fsck holds both side by side.

// cosignatureKind begins the bytes of a witness's key; that of a record begins with 1.
const cosignatureKind = 4

// cosignatureSize is a time of eight bytes and an Ed25519 signature.
const cosignatureSize = 8 + ed25519.SignatureSize

// lastSecond is the end of the year 9999: what is later cannot be written as a date.
const lastSecond = 253402300799

// witnessName is the name of a key: a signed note allows no blank and no plus sign, and ours no control characters and
// nothing that could be mistaken for them.
var witnessName = regexp.MustCompile(`^[!-*,-~]{1,200}$`)

// Witness signs checkpoints of records that are not its own.
type Witness struct {
	name    string
	private ed25519.PrivateKey
}

// NewWitness makes a witness from the name and the private part of its key. The name is best an address without its
// scheme, "times.example/witness"; it has no blanks and no plus sign.
func NewWitness(name string, private ed25519.PrivateKey) (*Witness, error) {
	if !witnessName.MatchString(name) {
		return nil, fmt.Errorf("the name of a witness is 1 to 200 letters, digits and signs without blank or plus sign, not %q", name)
	}
	if len(private) != ed25519.PrivateKeySize {
		return nil, errors.New("a witness's key is an Ed25519 key")
	}
	return &Witness{name, private}, nil
}

// Verifier is the public key of the witness as a policy names it: "name+hash+base64".
func (w *Witness) Verifier() string {
	return witnessKey{w.name, w.private.Public().(ed25519.PublicKey)}.String()
}

// Cosign returns the signature line for a checkpoint, with its line feed. It checks nothing: see Consider.
func (w *Witness) Cosign(c Checkpoint, at time.Time) []byte {
	seconds := uint64(min(max(0, at.Unix()), lastSecond))
	raw := binary.BigEndian.AppendUint64(nil, seconds)
	raw = append(raw, ed25519.Sign(w.private, cosigned(c, seconds))...)
	key := witnessKey{w.name, w.private.Public().(ed25519.PublicKey)}
	return []byte(signature{w.name, key.hash(), raw}.line())
}

// cosigned is what a witness signs.
func cosigned(c Checkpoint, seconds uint64) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, c.text())
}

// witnessKey is the public key of a witness under its name.
type witnessKey struct {
	name   string
	public ed25519.PublicKey
}

// hash tells keys of one name apart.
func (k witnessKey) hash() uint32 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%c%s", k.name, cosignatureKind, k.public))
	return binary.BigEndian.Uint32(sum[:])
}

func (k witnessKey) String() string {
	raw := append([]byte{cosignatureKind}, k.public...)
	return fmt.Sprintf("%s+%08x+%s", k.name, k.hash(), base64.StdEncoding.EncodeToString(raw))
}

// readWitnessKey reads what String writes.
func readWitnessKey(key string) (witnessKey, error) {
	parts := strings.SplitN(key, "+", 3)
	if len(parts) != 3 || !witnessName.MatchString(parts[0]) {
		return witnessKey{}, errors.New("the key of a witness is name+hash+base64")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != cosignatureKind {
		return witnessKey{}, fmt.Errorf("the key of the witness %s is no Ed25519 key for cosignatures", parts[0])
	}
	k := witnessKey{parts[0], raw[1:]}
	if k.String() != key {
		return witnessKey{}, fmt.Errorf("the hash in the key of the witness %s is not its own", parts[0])
	}
	return k, nil
}

// is reports whether the signature says that it is of this key.
func (k witnessKey) is(s signature) bool { return s.name == k.name && s.hash == k.hash() }

// check checks a signature of this key under a checkpoint and returns when it was made.
func (k witnessKey) check(c Checkpoint, s signature) (time.Time, error) {
	if len(s.raw) != cosignatureSize {
		return time.Time{}, fmt.Errorf("the cosignature of %s has another length", k.name)
	}
	seconds := binary.BigEndian.Uint64(s.raw)
	if seconds > lastSecond || !ed25519.Verify(k.public, cosigned(c, seconds), s.raw[8:]) {
		return time.Time{}, fmt.Errorf("%s has not cosigned this checkpoint", k.name)
	}
	return time.Unix(int64(seconds), 0).UTC(), nil
}

// ErrNotCosigned says that a checkpoint carries no signature of a witness at all.
var ErrNotCosigned = errors.New("the witness has not cosigned this checkpoint")

// CheckCosignature returns when the witness with this key (Witness.Verifier) cosigned the checkpoint. Errors:
// ErrNotCosigned when there is no line of this witness, another when there is one that does not hold.
func CheckCosignature(checkpoint []byte, key string) (time.Time, error) {
	c, signed, err := readCheckpoint(checkpoint)
	if err != nil {
		return time.Time{}, err
	}
	k, err := readWitnessKey(key)
	if err != nil {
		return time.Time{}, err
	}
	for _, s := range signed[1:] {
		if k.is(s) {
			return k.check(c, s)
		}
	}
	return time.Time{}, ErrNotCosigned
}

// cosigners tells which of these keys have cosigned a checkpoint, and when. Of keys with one name and hash any may have made
// a line: four bytes of hash are soon found again, and a key that was made to have those of another's must not spoil what
// the other signs. A line that none of them made is an error; lines of other names or hashes are left out.
func cosigners(checkpoint []byte, keys []string) (map[string]time.Time, error) {
	c, signed, err := readCheckpoint(checkpoint)
	if err != nil {
		return nil, err
	}
	known := make([]witnessKey, len(keys))
	for n, key := range keys {
		if known[n], err = readWitnessKey(key); err != nil {
			return nil, err
		}
	}
	made := map[string]time.Time{}
	for _, s := range signed[1:] {
		if err := s.find(c, known, made); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// find enters into made when which of the keys made the signature.
func (s signature) find(c Checkpoint, keys []witnessKey, made map[string]time.Time) error {
	var wrong error
	for _, k := range keys {
		if !k.is(s) {
			continue
		}
		at, err := k.check(c, s)
		if err == nil {
			made[k.String()] = at
			return nil
		}
		wrong = err
	}
	return wrong
}

// WithoutCosignatures returns the checkpoint as the venue signed it.
func WithoutCosignatures(checkpoint []byte) ([]byte, error) {
	c, signed, err := readCheckpoint(checkpoint)
	if err != nil {
		return nil, err
	}
	return []byte(c.text() + "\n" + signed[0].line()), nil
}

// readCosignatures reads what a witness answers: one line or more.
func readCosignatures(answer []byte) ([]signature, error) {
	if !bytes.HasSuffix(answer, []byte("\n")) {
		return nil, errors.New("a cosignature is a line")
	}
	return readSignatures(strings.Split(strings.TrimSuffix(string(answer), "\n"), "\n"))
}
