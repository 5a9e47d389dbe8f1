package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"portsmouth"
	"portsmouth/record"
	"portsmouth/verify"
)

// follower goes round the records that a witness watches.
type follower struct {
	memory    *witnessMemory
	client    *http.Client
	keep      bool // send nothing
	out, errs io.Writer
	said      map[string]string    // by address, so that nothing is said twice in a row
	accounts  map[string]accounted // by address, so that no record is read again every minute
}

// round looks at each record once. The error is errSaid when not all is well.
func (f *follower) round(ctx context.Context, addresses []string) error {
	var all error
	for _, address := range addresses {
		found, err := f.visit(ctx, strings.TrimSuffix(address, "/"))
		switch {
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			all = errSaid
			f.say(f.errs, address, fmt.Sprintf("%s: %v", address, err))
		default:
			f.say(f.out, address, fmt.Sprintf("%s: %s", address, found))
		}
	}
	return all
}

// say says a thing of an address, unless it was the last that was said of it.
func (f *follower) say(to io.Writer, address, what string) {
	if f.said[address] != what {
		fmt.Fprintln(to, what)
	}
	f.said[address] = what
}

// tries is how often a record is looked at again when somebody brought a later checkpoint meanwhile.
const tries = 3

// visit looks at one record, cosigns what continues it, and tells the venue.
func (f *follower) visit(ctx context.Context, address string) (found string, err error) {
	for range tries {
		found, err = f.look(ctx, address)
		var overtaken *record.Refusal
		var forked *contradiction
		if errors.As(err, &forked) || !errors.As(err, &overtaken) || overtaken.Status != http.StatusConflict {
			break
		}
	}
	return found, err
}

func (f *follower) look(ctx context.Context, address string) (string, error) {
	read := func(path string) ([]byte, error) { return fetch(ctx, f.client, address+"/"+path) }
	signed, err := read(record.CheckpointPath)
	if err != nil {
		return "", err
	}
	now, err := record.ReadCheckpoint(signed)
	if err != nil {
		return "", fmt.Errorf("what is there is no checkpoint: %w", err)
	}
	found, err := f.follow(ctx, address, read, now, signed)
	var forked *contradiction
	if errors.As(err, &forked) {
		err = fmt.Errorf("%w. %s", err, f.accountOf(address, read, signed, forked.seen))
	}
	return found, err
}

// follow cosigns a checkpoint that continues what the witness has seen.
func (f *follower) follow(ctx context.Context, address string, read files, now record.Checkpoint, signed []byte) (string, error) {
	known, err := f.meet(address, read, now, signed)
	if err != nil {
		return "", err
	}
	if _, err := record.CheckCheckpoint(signed, known.Key); err != nil {
		return "", err
	}
	s := record.Submission{Checkpoint: signed}
	if known.Last != nil {
		last, err := record.ReadCheckpoint(known.Last)
		if err != nil {
			return "", fmt.Errorf("what this witness remembers: %w", err)
		}
		if now.Size < last.Size {
			return f.shorter(read, known.Last, signed)
		}
		if s.Proof, err = record.ProveFrom(read, last, now); err != nil {
			return "", err
		}
		s.Old = last.Size
	}
	broken, err := f.ruptures(read, now, s.Old, known.Last)
	if err != nil {
		return "", err
	}
	found, err := f.cosign(ctx, address, known.Last, s)
	if err == nil && broken != "" { // it holds, and nobody is to overlook it
		f.say(f.errs, address+" rupture", fmt.Sprintf("%s: %s", address, broken))
	}
	return found, err
}

// cosign cosigns, and sends the line to the venue.
func (f *follower) cosign(ctx context.Context, address string, last []byte, s record.Submission) (string, error) {
	line, err := f.memory.consider(s)
	var refused *record.Refusal
	if errors.As(err, &refused) && refused.Status == http.StatusUnprocessableEntity {
		// The hashes were those of this very checkpoint: it is the record that does not continue, and not the proof that is bad.
		return "", f.memory.contradiction(last, s.Checkpoint, "the record is another from its beginning: %v", refused)
	}
	if err != nil {
		return "", err
	}
	now, err := record.ReadCheckpoint(s.Checkpoint)
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("%d entries of %s, cosigned", now.Size, now.Origin)
	if f.keep {
		return said, nil
	}
	if err := f.send(ctx, address+"/cosignature", line); err != nil {
		return "", fmt.Errorf("%s, but the venue does not have it: %w", said, err)
	}
	return said + " and sent", nil
}

// meet returns what the witness knows of the record at an address. The first time it checks all of the record and takes the
// key that it names, unless it knows the key.
func (f *follower) meet(address string, read files, now record.Checkpoint, signed []byte) (*record.Watched, error) {
	before, err := f.memory.addresses().Last(address)
	if err != nil {
		return nil, err
	}
	if before != nil && string(before) != now.Origin {
		last, err := f.memory.seen().Last(string(before))
		if err != nil {
			return nil, err
		}
		return nil, f.memory.contradiction(last, signed, "the record here was %s, and now it is %s: of another conference, or under another key", before, now.Origin)
	}
	known, err := f.memory.known(now.Origin)
	if err != nil || known != nil && before != nil {
		return known, err
	}
	if known == nil {
		known = &record.Watched{}
	}
	report := verify.Record(read, verify.Options{Key: known.Key})
	if !report.OK() || report.Checkpoint.Origin != now.Origin {
		return nil, fmt.Errorf("the record does not hold:\n%s", report)
	}
	known.Key = report.Genesis.Key
	if err := f.memory.meet(known.Key); err != nil {
		return nil, err
	}
	return known, f.memory.addresses().Keep(address, []byte(now.Origin))
}

// shorter is about a checkpoint over fewer entries than were seen. It may be one from before, from a copy on its way; then it
// is the beginning of what was seen. If that cannot be proved, entries were taken away.
func (f *follower) shorter(read files, last, signed []byte) (string, error) {
	before, err := record.ReadCheckpoint(last)
	if err != nil {
		return "", err
	}
	now, err := record.ReadCheckpoint(signed)
	if err != nil {
		return "", err
	}
	proof, err := record.ProveFrom(read, now, before)
	if err == nil && record.CheckConsistency(now, before, proof) == nil {
		return fmt.Sprintf("%d entries of %s, an older checkpoint than the one of %d that this witness has cosigned: nothing to do", now.Size, now.Origin, before.Size), nil
	}
	return "", f.memory.contradiction(last, signed, "there were %d entries, and now there are %d: some were taken away, as when an older backup is brought back", before.Size, now.Size)
}

// maxAnswer bounds what is shown of a venue's refusal.
const maxAnswer = 300

// send brings a cosignature to the venue.
func (f *follower) send(ctx context.Context, url string, line []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(line))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "text/plain; charset=utf-8")
	response, err := f.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 300 {
		return nil
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/plain") {
		return portsmouth.Refuse("", "%s answers: %s", url, response.Status)
	}
	return portsmouth.Refuse("", "%s: %s", response.Status, bytes.TrimSpace(answer))
}

// accounted is what a record says of its own contradiction, under one checkpoint.
type accounted struct{ signed, words string }

// ruptures reads what is new in a record and returns the ruptures that it declares, "" for none. A witness that saw what they
// take back refuses; for any other the record goes on, and people are to know from where.
func (f *follower) ruptures(read files, now record.Checkpoint, from int64, last []byte) (string, error) {
	entries, err := record.EntriesFrom(read, now, from)
	if err != nil {
		return "", fmt.Errorf("what is new in the record cannot be read, so nothing was cosigned: %w", err)
	}
	var found []string
	for _, x := range verify.Ruptures(entries, from, last) {
		found = append(found, "RUPTURE: "+x.Found)
	}
	return strings.Join(found, "\n"), nil
}

// accountOf tells what a record that contradicts what was seen says of it itself.
func (f *follower) accountOf(address string, read files, signed, seen []byte) string {
	if have := f.accounts[address]; have.signed == string(signed) {
		return have.words
	}
	words := "The record declares no rupture that could account for it"
	report := verify.Record(read, verify.Options{})
	for _, x := range verify.Ruptures(report.Leaves, 0, seen) {
		words = "The record itself declares a RUPTURE: " + x.Found // the last is what it says today
	}
	if !report.OK() {
		words = "What is there now does not hold in itself"
	}
	f.accounts[address] = accounted{string(signed), words}
	return words
}
