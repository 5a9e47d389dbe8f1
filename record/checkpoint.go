package record

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Checkpoint says how long a record is and which hash stands for all of it.
type Checkpoint struct {
	Origin string
	Size   int64 // number of leaves, at least 1
	Root   Hash
}

// text is the part of a checkpoint that is signed: three lines.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// Sign signs the checkpoint of a conference's record. The same record gives the same bytes.
func (k *Key) Sign(conference string, size int64, root Hash) ([]byte, error) {
	verifier, err := note.NewVerifier(k.Verifier(conference))
	if err != nil {
		return nil, fmt.Errorf("record: key: %w", err)
	}
	c := Checkpoint{Origin: k.Origin(conference), Size: size, Root: root}
	return note.Sign(&note.Note{Text: c.text()}, signer{verifier, k.private})
}

// origin is the form of a record's name; see Key.Origin.
var origin = regexp.MustCompile(`^portsmouth/[0-9a-f]{16}/[A-Za-z0-9._-]{1,128}$`)

// ReadCheckpoint reads a checkpoint without looking at who signed it: three lines, an empty one, the signature of the venue
// and those of any witnesses. It accepts each in the one way in which it is written.
func ReadCheckpoint(data []byte) (Checkpoint, error) {
	c, _, err := readCheckpoint(data)
	return c, err
}

func readCheckpoint(data []byte) (Checkpoint, []signature, error) {
	lines := strings.Split(string(data), "\n")
	if len(lines) < 6 || lines[3] != "" || lines[len(lines)-1] != "" {
		return Checkpoint{}, nil, errors.New("a checkpoint is three lines, an empty line and a line for each signature")
	}
	c := Checkpoint{Origin: lines[0]}
	if !origin.MatchString(c.Origin) {
		return Checkpoint{}, nil, errors.New("the first line of a checkpoint is the name of a record")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 {
		return Checkpoint{}, nil, errors.New("the second line of a checkpoint is the number of leaves")
	}
	c.Size = size
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != HashSize {
		return Checkpoint{}, nil, errors.New("the third line of a checkpoint is a hash in base64")
	}
	copy(c.Root[:], root)
	if !strings.HasPrefix(string(data), c.text()) {
		return Checkpoint{}, nil, errors.New("the checkpoint is not written in the one way that it can be")
	}
	signed, err := readSignatures(lines[4 : len(lines)-1])
	if err == nil && signed[0].name != c.Origin {
		err = errors.New("the first signature is under another name than that of the record")
	}
	return c, signed, err
}

// CheckCheckpoint reads a checkpoint and checks that verifier has signed it. The signatures of witnesses are left to
// CheckCosignature.
func CheckCheckpoint(data []byte, verifier string) (Checkpoint, error) {
	c, signed, err := readCheckpoint(data)
	if err != nil {
		return Checkpoint{}, err
	}
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the key cannot be read: %w", err)
	}
	if v.Name() != c.Origin {
		return Checkpoint{}, fmt.Errorf("the key is of the record %s, the checkpoint of %s", v.Name(), c.Origin)
	}
	if first := signed[0]; first.hash != v.KeyHash() || !v.Verify([]byte(c.text()), first.raw) {
		return Checkpoint{}, errors.New("the key has not signed this checkpoint")
	}
	return c, nil
}
