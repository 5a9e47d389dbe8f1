package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"portsmouth"
	"portsmouth/record"
	"portsmouth/verify"
)

// memory is what somebody who visits a record keeps of it: the last checkpoint, in one file. The zero value keeps nothing.
type memory struct {
	file     string // a checkpoint as --seen takes it; changed when it was seen last
	evidence string // the folder for a record that does not continue it
	seen     []byte // nil before the first visit
	at       time.Time
	named    bool // by --keep: it must be kept there
}

// seenFolder is where the program remembers the records that its user visits.
func seenFolder() (string, error) {
	config, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(config, "portsmouth", "seen"), nil
}

// memoryOf opens what is remembered of the record at an address, or in the file that --keep names.
func memoryOf(address, keep string) (memory, error) {
	m := memory{file: keep, evidence: keep + ".evidence", named: true}
	if keep == "" {
		folder, err := seenFolder()
		if err != nil {
			return memory{}, err
		}
		m = memory{file: signedCheckpoints(folder).file(plainAddress(address)), evidence: filepath.Join(folder, "evidence")}
	}
	info, err := os.Stat(m.file)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return m, nil
	}
	if err == nil {
		m.at = info.ModTime()
		m.seen, err = os.ReadFile(m.file)
	}
	if err != nil {
		return m, portsmouth.Invalidf("", "what you have seen of the record cannot be read: %v", err)
	}
	return m, nil
}

// plainAddress is an address without what does not tell records apart.
func plainAddress(address string) string {
	address = strings.TrimSuffix(address, "/")
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Host = strings.ToLower(u.Host)
	return u.String()
}

// remember adds to the report what the visit is to somebody who keeps what was seen, and keeps it when all holds. What cannot be
// kept is said, and is a fault only where --keep asked for it.
func (m memory) remember(r *record.Report, from fs.FS, o verify.Options, errs io.Writer) (*record.Report, error) {
	if m.file == "" {
		return r, nil
	}
	if !continues(r) {
		if older := m.older(from, o); older != nil {
			return older, nil
		}
		return r, m.refuse(r)
	}
	if !r.OK() {
		return r, nil
	}
	err := m.keep(r)
	if err != nil && m.named {
		return r, err
	}
	if err != nil {
		fmt.Fprintf(errs, "Nothing of this visit can be remembered (%v): name a file with --keep.\n", err)
	}
	if m.seen != nil {
		r.Add(seenStep, record.FileAt("."), "it continues "+m.words(), nil)
	} else if err == nil {
		r.Add(seenStep, record.FileAt("."), "this is your first visit; it is remembered in "+m.file, nil)
	}
	return r, nil
}

// Names of steps in a report: the one of package record that fails when a record does not continue what was seen, and ours.
const (
	continuesStep = "what was seen before"
	seenStep      = "your last visit"
)

func continues(r *record.Report) bool {
	for _, s := range r.Steps {
		if s.What == continuesStep && s.Err != nil {
			return false
		}
	}
	return true
}

// words name what was seen: "the record you saw on 2026-11-20 09:30 (12 entries)".
func (m memory) words() string {
	c, err := record.ReadCheckpoint(m.seen)
	if err != nil {
		return "what you kept in " + m.file
	}
	return fmt.Sprintf("the record you saw on %s (%d entries)", m.at.Format("2006-01-02 15:04"), c.Size)
}

// keep replaces what was seen. It is written also when nothing is new: the file tells when the last visit was.
func (m memory) keep(r *record.Report) error {
	if !m.named {
		if err := os.MkdirAll(filepath.Dir(m.file), 0o700); err != nil { // whom one watches is nobody's business
			return err
		}
	}
	if bytes.Equal(m.seen, r.Signed) {
		now := time.Now()
		return os.Chtimes(m.file, now, now)
	}
	return replaceFile(m.file, r.Signed)
}

// older returns the report of a checkpoint from before the last visit, as a cache may serve it, where the record still shows
// that it is the beginning of what was seen; nil when entries were taken away.
func (m memory) older(from fs.FS, o verify.Options) *record.Report {
	before, err := record.ReadCheckpoint(m.seen)
	if err != nil {
		return nil
	}
	o.Seen = nil
	r := verify.Record(from, o)
	if !r.OK() || r.Checkpoint.Size >= before.Size || r.Checkpoint.Origin != before.Origin {
		return nil
	}
	read := func(path string) ([]byte, error) { return fs.ReadFile(from, path) }
	proof, err := record.ProveFrom(read, r.Checkpoint, before)
	if err != nil || record.CheckConsistency(r.Checkpoint, before, proof) != nil {
		return nil
	}
	r.Add(seenStep, record.FileAt("."), "this is an older checkpoint, the beginning of "+m.words()+"; that stays remembered", nil)
	return r
}

// refuse keeps both checkpoints, each signed, and says so in the report.
func (m memory) refuse(r *record.Report) error {
	why := fmt.Sprintf("this record does not continue %s", m.words())
	folder, err := keepEvidence(m.evidence, m.seen, r.Signed, why)
	if err != nil {
		return err
	}
	r.Add(seenStep, record.FileAt(record.CheckpointPath), "", fmt.Errorf(
		"REFUSED: %s. Both checkpoints are in %s: keep them, tell the parties, and ask the venue. What you saw stays remembered; if you accept the other, remove %s and begin anew",
		why, folder, m.file))
	return nil
}
