package lock

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"runtime/debug"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// A passphrase has fewer bits than a key, so each guess is made dear: Argon2id (RFC 9106) over 128 MiB. What it cost is
// written beside what it wraps, so that it can cost more one day.

// cost is what one guess takes.
type cost struct {
	Memory uint32 // KiB
	Time   uint32 // passes
	Lanes  uint8
	Salt   [16]byte
}

// The cost of new passphrases, and the bounds of what is read: a changed row shall neither make guessing cheap nor take all
// memory.
const (
	newMemory, leastMemory, mostMemory = 128 << 10, 19 << 10, 512 << 10 // KiB
	newTime, mostTime                  = 3, 16
	newLanes, mostLanes                = 1, 4
)

// costSize is the length of a cost as it is written.
const costSize = 1 + 4 + 4 + 1 + 16

func (c cost) bounded() bool {
	return c.Memory >= leastMemory && c.Memory <= mostMemory && c.Time >= 1 && c.Time <= mostTime && c.Lanes >= 1 && c.Lanes <= mostLanes
}

func (c cost) write() []byte {
	b := binary.BigEndian.AppendUint32([]byte{wrapForm}, c.Memory)
	b = binary.BigEndian.AppendUint32(b, c.Time)
	return append(append(b, c.Lanes), c.Salt[:]...)
}

func readCost(wrapped []byte) (c cost, err error) {
	if len(wrapped) < costSize || wrapped[0] != wrapForm {
		return c, ErrLocked
	}
	if err := binary.Read(bytes.NewReader(wrapped[1:costSize]), binary.BigEndian, &c); err != nil || !c.bounded() {
		return c, ErrLocked
	}
	return c, nil
}

// WrapPassphrase wraps the secret of a person by a passphrase. It takes some tenths of a second and 128 MiB, and waits
// while another does.
func WrapPassphrase(ctx context.Context, passphrase string, s Secret, person string) ([]byte, error) {
	c := cost{Memory: newMemory, Time: newTime, Lanes: newLanes}
	_, _ = rand.Read(c.Salt[:])
	key, err := c.stretch(ctx, passphrase)
	if err != nil {
		return nil, err
	}
	wrapped, err := key.Wrap(s, passphrasePlace(person, c)...)
	return append(c.write(), wrapped...), err
}

// OpenPassphrase opens what WrapPassphrase wrapped for that person, or returns ErrLocked.
func OpenPassphrase(ctx context.Context, passphrase string, wrapped []byte, person string) (Secret, error) {
	c, err := readCost(wrapped)
	if err != nil {
		return Secret{}, err
	}
	key, err := c.stretch(ctx, passphrase)
	if err != nil {
		return Secret{}, err
	}
	return key.Unwrap(wrapped[costSize:], passphrasePlace(person, c)...)
}

func passphrasePlace(person string, c cost) []string {
	return []string{"passphrase", person, string(c.write())}
}

// stretching lets one passphrase be stretched at a time, because of the memory that it takes; queued are those that wait, too.
var (
	stretching = make(chan struct{}, 1)
	queued     = make(chan struct{}, mostQueued)
)

// mostQueued bounds how long the last one waits: some seconds.
const mostQueued = 8

func (c cost) stretch(ctx context.Context, passphrase string) (Key, error) {
	select {
	case queued <- struct{}{}:
	default:
		return Key{}, ErrBusy
	}
	defer func() { <-queued }()
	select {
	case stretching <- struct{}{}:
	case <-ctx.Done():
		return Key{}, ctx.Err()
	}
	defer func() { <-stretching }()
	key := argon2.IDKey([]byte(CleanPassphrase(passphrase)), c.Salt[:], c.Time, c.Memory, c.Lanes, uint32(len(Key{})))
	debug.FreeOSMemory() // else the memory of the next one comes on top of this one's
	return Key(key), nil
}

// CleanPassphrase is a passphrase as it counts, however a keyboard writes it: in Unicode's normal form C, each run of blanks
// as one.
func CleanPassphrase(passphrase string) string {
	return strings.Join(strings.Fields(norm.NFC.String(passphrase)), " ")
}
