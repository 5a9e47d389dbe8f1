package record

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Submission is what a witness is asked to cosign: the body of add-checkpoint (https://c2sp.org/tlog-witness).
type Submission struct {
	Old        int64  // leaves of the checkpoint that the witness is thought to have cosigned last, 0 for none
	Proof      []Hash // that those leaves are the first of these; Tree.Consistency
	Checkpoint []byte
}

// maxProof is how many hashes a consistency proof may have.
const maxProof = 63

// Bytes writes the submission as it is sent.
func (s Submission) Bytes() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "old %d\n", s.Old)
	for _, h := range s.Proof {
		out.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	out.WriteString("\n")
	out.Write(s.Checkpoint)
	return out.Bytes()
}

// ReadSubmission reads what Bytes writes, in that one way. The error is a *Refusal with status 400.
func ReadSubmission(body []byte) (Submission, error) {
	head, checkpoint, cut := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	old, is := strings.CutPrefix(lines[0], "old ")
	size, err := strconv.ParseInt(old, 10, 64)
	if !cut || !is || err != nil || size < 0 || len(lines) > 1+maxProof {
		return Submission{}, malformed("a submission is the old size, a proof of at most 63 hashes, an empty line and a checkpoint")
	}
	s := Submission{Old: size, Checkpoint: []byte(checkpoint)}
	if s.Proof, err = readHashes(lines[1:]); err != nil {
		return Submission{}, malformed(err.Error())
	}
	if !bytes.Equal(s.Bytes(), body) {
		return Submission{}, malformed("the submission is not written in the one way that it can be")
	}
	return s, nil
}

// readHashes reads hashes in base64, one on each line.
func readHashes(lines []string) ([]Hash, error) {
	var hashes []Hash
	for _, line := range lines {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != HashSize {
			return nil, errors.New("a hash of a proof is 32 bytes in base64")
		}
		hashes = append(hashes, Hash(raw))
	}
	return hashes, nil
}

// Refusal is why a witness does not cosign. Status is the one of HTTP that tlog-witness gives it: 400, 403, 404, 409, 422.
type Refusal struct {
	Status int
	Size   int64 // with 409: how many leaves the checkpoint had that it cosigned last, 0 for none
	Why    string
}

// Error is the reason in words.
func (r *Refusal) Error() string { return r.Why }

func malformed(why string) error { return &Refusal{Status: 400, Why: why} }

// Watched is what a witness knows of a record.
type Watched struct {
	Key  string // the key that signs it, as Key.Verifier writes it
	Last []byte // the checkpoint that it cosigned last; nil for none
}

// Consider cosigns a checkpoint that continues what the witness has cosigned before, and refuses every other with a
// *Refusal. known gives what the witness knows of a record by its name, nil when it does not watch it. The caller keeps the
// checkpoint, in one step with asking, before anyone sees the line that is returned: else two requests could be cosigned
// that contradict each other.
func (w *Witness) Consider(known func(origin string) (*Watched, error), s Submission, at time.Time) (line []byte, err error) {
	c, err := ReadCheckpoint(s.Checkpoint)
	if err != nil {
		return nil, malformed(err.Error())
	}
	log, err := known(c.Origin)
	if err != nil {
		return nil, err
	}
	if log == nil {
		return nil, &Refusal{Status: 404, Why: "this witness does not watch " + c.Origin}
	}
	if _, err := CheckCheckpoint(s.Checkpoint, log.Key); err != nil {
		return nil, &Refusal{Status: 403, Why: err.Error()}
	}
	if s.Old > c.Size {
		return nil, malformed(fmt.Sprintf("%d leaves are no beginning of %d", s.Old, c.Size))
	}
	var last Checkpoint
	if log.Last != nil {
		if last, err = CheckCheckpoint(log.Last, log.Key); err != nil {
			return nil, fmt.Errorf("what this witness keeps of %s: %w", c.Origin, err)
		}
	}
	if err := s.continues(last, c); err != nil {
		return nil, err
	}
	return w.Cosign(c, at), nil
}

// continues refuses a checkpoint that is not shown to continue the last one.
func (s Submission) continues(last, c Checkpoint) error {
	switch {
	case s.Old != last.Size:
		return &Refusal{409, last.Size, fmt.Sprintf("this witness has cosigned %d leaves, not %d", last.Size, s.Old)}
	case c.Size == last.Size && c.Root != last.Root:
		return &Refusal{409, last.Size, fmt.Sprintf("this witness has cosigned %d other leaves", last.Size)}
	case last.Size == 0 && len(s.Proof) == 0:
		return nil
	case last.Size == 0 || tlog.CheckTree(s.Proof, c.Size, c.Root, last.Size, last.Root) != nil:
		return &Refusal{Status: 422, Why: fmt.Sprintf("it is not proved that the %d leaves that were cosigned are the first of these %d", last.Size, c.Size)}
	}
	return nil
}
