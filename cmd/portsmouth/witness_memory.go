package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"portsmouth"
	"portsmouth/record"
)

// witnessMemory is the folder of a witness. What it has cosigned is on disk before anybody sees the cosignature: a witness
// that forgot could be shown two histories, one after the other.
//
//	seen/       the last checkpoint of each record, with the witness's own line, as "portsmouth verify --seen" takes it
//	keys/       the key with which the venue signs each record
//	addresses/  which record was at an address
//	evidence/   checkpoints that contradict what was seen, beside that
type witnessMemory struct {
	folder  string
	witness *record.Witness
	lock    io.Closer
	mu      sync.Mutex // held from looking to remembering
}

// maxEvidence bounds what is kept of venues that contradict themselves without end.
const maxEvidence = 100

// contradiction is a record that does not continue what the witness has seen of it.
type contradiction struct {
	why    string
	folder string // with the checkpoints
	seen   []byte // the checkpoint that was seen
}

// Error says what was found, and where the evidence is.
func (c *contradiction) Error() string {
	return fmt.Sprintf("REFUSED: %s. Nothing was cosigned. Both checkpoints are in %s: keep them, tell the parties, and ask the venue", c.why, c.folder)
}

// openMemory opens the folder for this process alone.
func openMemory(folder string) (*witnessMemory, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, portsmouth.Invalidf("", "the folder of the witness: %v", err)
	}
	lock, err := lockFile(filepath.Join(folder, "lock"))
	if err != nil {
		return nil, portsmouth.Invalidf("", "%s is not to be had: %v; a witness that is running holds it, and two could contradict each other", folder, err)
	}
	return &witnessMemory{folder: folder, lock: lock}, nil
}

func (m *witnessMemory) close() { _ = m.lock.Close() }

func (m *witnessMemory) part(name string) signedCheckpoints {
	return signedCheckpoints(filepath.Join(m.folder, name))
}

func (m *witnessMemory) seen() signedCheckpoints      { return m.part("seen") }
func (m *witnessMemory) keys() signedCheckpoints      { return m.part("keys") }
func (m *witnessMemory) addresses() signedCheckpoints { return m.part("addresses") }

// known is what the witness knows of a record, nil when it has not met it.
func (m *witnessMemory) known(origin string) (*record.Watched, error) {
	key, err := m.keys().Last(origin)
	if err != nil || key == nil {
		return nil, err
	}
	last, err := m.seen().Last(origin)
	return &record.Watched{Key: string(key), Last: last}, err
}

// meet remembers the key that signs a record. It is the same for ever.
func (m *witnessMemory) meet(key string) error {
	origin, err := record.OriginOf(key)
	if err != nil {
		return portsmouth.Invalidf("", "%s is no key of a record: %v", key, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	before, err := m.keys().Last(origin)
	switch {
	case err != nil:
		return err
	case before == nil:
		return m.keys().Keep(origin, []byte(key))
	case string(before) != key:
		return portsmouth.Refuse("", "the record %s was signed with the key %s, not with %s", origin, before, key)
	}
	return nil
}

// consider cosigns a checkpoint, or refuses it with a *record.Refusal or a *contradiction.
func (m *witnessMemory) consider(s record.Submission) (line []byte, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	line, err = m.witness.Consider(m.known, s, time.Now())
	if err != nil {
		return nil, m.forked(s, err)
	}
	c, err := record.ReadCheckpoint(s.Checkpoint)
	if err != nil {
		return nil, err
	}
	venues, err := record.WithoutCosignatures(s.Checkpoint)
	if err != nil {
		return nil, err
	}
	return line, m.seen().Keep(c.Origin, slices.Concat(venues, line))
}

// forked keeps the evidence when a refused checkpoint is over as many leaves as the last and yet another: the venue has
// signed two histories, whoever brings the second.
func (m *witnessMemory) forked(s record.Submission, refused error) error {
	var r *record.Refusal
	if !errors.As(refused, &r) || r.Status != 409 {
		return refused
	}
	c, err := record.ReadCheckpoint(s.Checkpoint)
	if err != nil {
		return err
	}
	last, err := m.seen().Last(c.Origin)
	if err != nil || last == nil {
		return errors.Join(refused, err)
	}
	if before, err := record.ReadCheckpoint(last); err != nil || before.Size != c.Size || before.Root == c.Root {
		return errors.Join(refused, err)
	}
	return errors.Join(refused, m.contradiction(last, s.Checkpoint, "%s is signed twice over %d entries, and the entries are not the same", c.Origin, c.Size))
}

// contradiction keeps two checkpoints as evidence.
func (m *witnessMemory) contradiction(seen, now []byte, why string, args ...any) error {
	c := &contradiction{why: fmt.Sprintf(why, args...), seen: seen}
	var err error
	c.folder, err = keepEvidence(filepath.Join(m.folder, "evidence"), seen, now, c.why)
	return errors.Join(c, err)
}

// keepEvidence keeps two checkpoints that contradict each other, each signed by the venue, in a folder of their own within that
// one, and returns it. When there are too many already, it keeps nothing and returns all of them.
func keepEvidence(evidence string, seen, now []byte, why string) (folder string, err error) {
	sum := sha256.Sum256(slices.Concat(seen, []byte("\n"), now))
	folder = filepath.Join(evidence, hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	if kept, _ := os.ReadDir(evidence); len(kept) >= maxEvidence { // none yet is no fault
		return evidence, nil
	}
	text := fmt.Sprintf("%s\nfound %s\n", why, time.Now().UTC().Format(time.RFC3339))
	return folder, errors.Join(
		replaceFile(filepath.Join(folder, "seen"), seen),
		replaceFile(filepath.Join(folder, "now"), now),
		replaceFile(filepath.Join(folder, "why.txt"), []byte(text)))
}
