package record

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A proof file shows without the venue, and without a network, that a leaf is in a record
// (https://c2sp.org/tlog-proof). Ours carries the leaf as its extra data, so that one file is enough.
//
// It is written here and not taken from a module because the one there is reads no line longer than 64 KiB, which a text
// of a treaty is, and reads the same file written in several ways. tools/fsck holds both side by side.

// ProofName is what the name of a proof file ends with.
const ProofName = ".tlog-proof"

const proofTag = "c2sp.org/tlog-proof@v1"

// Proof is what a proof file holds.
type Proof struct {
	Leaf       []byte // as it was entered
	Index      int64  // its number
	Hashes     []Hash // Tree.Inclusion
	Checkpoint []byte // with the cosignatures that it had
}

// NewProofFile writes a proof file. It refuses to write one that does not hold, whoever signed the checkpoint.
func NewProofFile(leaf []byte, index int64, hashes []Hash, checkpoint []byte) ([]byte, error) {
	c, err := ReadCheckpoint(checkpoint)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if err := CheckInclusion(c, index, leaf, hashes); err != nil {
		return nil, err
	}
	return Proof{leaf, index, hashes, checkpoint}.Bytes(), nil
}

// Bytes writes the file.
func (p Proof) Bytes() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s\nextra %s\nindex %d\n", proofTag, base64.StdEncoding.EncodeToString(p.Leaf), p.Index)
	for _, h := range p.Hashes {
		out.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	out.WriteString("\n")
	out.Write(p.Checkpoint)
	return out.Bytes()
}

// ReadProofFile reads a proof file without checking what it proves. It accepts only what Bytes writes.
func ReadProofFile(data []byte) (Proof, error) {
	head, checkpoint, cut := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !cut || len(lines) < 3 || lines[0] != proofTag {
		return Proof{}, errors.New("this is no proof file: its first line is " + proofTag)
	}
	extra, carried := strings.CutPrefix(lines[1], "extra ")
	leaf, err := base64.StdEncoding.Strict().DecodeString(extra)
	if !carried || err != nil {
		return Proof{}, errors.New("the second line of a proof file is the leaf in base64")
	}
	number, counted := strings.CutPrefix(lines[2], "index ")
	index, err := strconv.ParseInt(number, 10, 64)
	if !counted || err != nil {
		return Proof{}, errors.New("the third line of a proof file is the number of the leaf")
	}
	hashes, err := readHashes(lines[3:])
	if err != nil {
		return Proof{}, err
	}
	p := Proof{leaf, index, hashes, []byte(checkpoint)}
	if !bytes.Equal(p.Bytes(), data) {
		return Proof{}, errors.New("the proof file is not written in the one way that it can be")
	}
	return p, nil
}

// CheckProofFile reads a proof file and checks that its leaf is in the record that key (Key.Verifier) has signed. The
// cosignatures in its checkpoint are for Policy.Seen.
func CheckProofFile(data []byte, key string) (Proof, error) {
	p, err := ReadProofFile(data)
	if err != nil {
		return Proof{}, err
	}
	c, err := CheckCheckpoint(p.Checkpoint, key)
	if err != nil {
		return Proof{}, err
	}
	if CheckInclusion(c, p.Index, p.Leaf, p.Hashes) != nil {
		return Proof{}, fmt.Errorf("it is not proved that this is leaf %d of the %d that were signed", p.Index, c.Size)
	}
	return p, nil
}
