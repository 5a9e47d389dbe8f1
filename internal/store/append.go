package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"portsmouth"
	"portsmouth/conference"
)

// A durable commit costs one fsync, whatever it holds. So appends queue, and one goroutine takes all that have
// gathered while it committed the last ones and commits them together. Nobody waits for a timer: a lone append is
// committed at once.

// maxBatch bounds a transaction, and with it how long the first in it waits for the last.
const maxBatch = 256

// maxKey bounds an idempotency key, in bytes.
const maxKey = 200

type waiting struct {
	ctx    context.Context
	add    conference.Append
	result conference.Appended
	err    error
	done   chan struct{} // closed when result and err are set
}

// Append adds acts to a conference, all or none, and returns when they are on disk.
//
// A key that was accepted before with the same digest gives back the kept receipt, Repeated, and writes nothing; with
// another digest it is refused as "idempotency-key". When the conference is no longer at a.Expected the answer is a
// Conflict, "expected-sequence". When ctx ends or the store closes during the commit the outcome is unknown: send the
// same key again.
func (s *Store) Append(ctx context.Context, a conference.Append) (conference.Appended, error) {
	if err := checkAppend(a); err != nil {
		return conference.Appended{}, err
	}
	w := &waiting{ctx: ctx, add: a, done: make(chan struct{})}
	select {
	case s.queue <- w:
	case <-ctx.Done():
		return conference.Appended{}, ctx.Err()
	case <-s.stopped:
		return conference.Appended{}, errClosed
	}
	select {
	case <-w.done:
	case <-ctx.Done():
		return conference.Appended{}, ctx.Err()
	case <-s.stopped:
		select {
		case <-w.done:
		default:
			return conference.Appended{}, errClosed
		}
	}
	return w.result, w.err
}

func checkAppend(a conference.Append) error {
	if a.Conference == "" || a.Expected < 0 || len(a.Acts) == 0 {
		return errors.New("store: an append needs a conference, a position and at least one act")
	}
	// PostgreSQL takes neither NUL nor broken UTF-8 in text; a key comes from outside, so it is refused as input.
	if len(a.Key) > maxKey || !utf8.ValidString(a.Key) || strings.ContainsRune(a.Key, 0) {
		return portsmouth.Invalidf("idempotency-key", "The idempotency key must be text of at most %d bytes.", maxKey)
	}
	return nil
}

// commitLoop is the only goroutine that writes acts. It ends on Close.
func (s *Store) commitLoop() {
	defer close(s.stopped)
	for {
		var again <-chan time.Time
		if s.traces {
			again = time.After(traceBeat)
		}
		select {
		case <-s.quit:
			return
		case first := <-s.queue:
			s.commit(s.gather(first))
		case <-s.replaced:
			s.traces = true
			s.removeTraces(context.Background())
		case <-again:
			s.removeTraces(context.Background())
		}
	}
}

// gather takes what waits behind first, without waiting itself.
func (s *Store) gather(first *waiting) []*waiting {
	batch := []*waiting{first}
	for len(batch) < maxBatch {
		select {
		case next := <-s.queue:
			batch = append(batch, next)
			continue
		default:
		}
		break
	}
	// Nodes that share a PostgreSQL lock the conferences in the same order, so they cannot deadlock. Stable: within one
	// conference first come is first served.
	slices.SortStableFunc(batch, func(a, b *waiting) int { return strings.Compare(a.add.Conference, b.add.Conference) })
	return batch
}

// commit writes a batch and answers everyone in it, after the commit: an answer given before could speak of an act that
// was then lost.
func (s *Store) commit(batch []*waiting) {
	err := s.commitTogether(batch)
	if err != nil && len(batch) > 1 && s.writable() == nil {
		// The database refused a statement of one of them, and with it all. Each alone: only the one suffers.
		for _, w := range batch {
			s.commit([]*waiting{w})
		}
		return
	}
	if err == nil && forgotten(batch) {
		s.traces = true
		s.removeTraces(context.Background())
	}
	for _, w := range batch {
		if err != nil {
			w.result, w.err = conference.Appended{}, err
		}
		close(w.done)
	}
}

// commitTogether sets the answer of everyone in the batch, unless it returns an error: then nothing was written, or,
// when the commit itself failed, nobody knows.
func (s *Store) commitTogether(batch []*waiting) error {
	if err := s.writable(); err != nil {
		return err
	}
	ctx := context.Background() // a caller that goes away must not undo the others
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	if err := s.appendAll(ctx, tx, batch); err != nil {
		return s.failed(errors.Join(fmt.Errorf("store: append: %w", err), tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		err = fmt.Errorf("store: commit: %w", err)
		if s.dialect.failStop {
			s.failure.CompareAndSwap(nil, &err)
		}
		return err
	}
	return nil
}

func (s *Store) appendAll(ctx context.Context, tx *sql.Tx, batch []*waiting) error {
	heads := map[string]int64{}
	for _, w := range batch {
		if w.err = w.ctx.Err(); w.err != nil {
			continue
		}
		var refusal *portsmouth.Error
		w.result, w.err = appendOne(ctx, tx, w.add)
		if w.err != nil && !errors.As(w.err, &refusal) {
			return w.err
		}
		if w.err == nil && !w.result.Repeated {
			heads[w.add.Conference] = w.result.Seq
		}
	}
	return s.notify(ctx, tx, heads)
}

// appendOne adds one append to the transaction. A refusal (a *portsmouth.Error) has written nothing, so it needs no
// undoing and leaves its neighbours alone.
//
// The guard against a fork. The caller decided on what it had read; if something was added since, the decision may be
// wrong, and only the rules can tell, so the caller must look and decide again. One look at the head is enough within
// this process, where one goroutine writes. Another node may take the number between our look and our write: then the
// primary key (conference, seq) lets one of us pass, and the other looks once more, to learn whether it was refused or
// whether the other node was given the same request.
func appendOne(ctx context.Context, tx *sql.Tx, a conference.Append) (conference.Appended, error) {
	for range 2 {
		now, err := look(ctx, tx, a.Conference, a.Key)
		if err != nil {
			return conference.Appended{}, err
		}
		if now.accepted {
			if now.digest != a.Digest {
				return conference.Appended{}, portsmouth.Invalidf("idempotency-key",
					"This idempotency key was used before, for another request.")
			}
			return conference.Appended{Seq: now.seq, Receipt: now.receipt, Repeated: true}, nil
		}
		if now.head != a.Expected {
			break
		}
		claimed, err := insertActs(ctx, tx, a)
		if err != nil {
			return conference.Appended{}, err
		}
		if claimed {
			return finish(ctx, tx, a, now.projection)
		}
	}
	return conference.Appended{}, &portsmouth.Error{
		Kind: portsmouth.Conflict, Rule: "expected-sequence",
		Message: "Something happened in this conference meanwhile. Look again, then decide.",
	}
}

// finish writes what goes with acts that have got their numbers.
func finish(ctx context.Context, tx *sql.Tx, a conference.Append, old projection) (conference.Appended, error) {
	last := a.Expected + int64(len(a.Acts))
	if a.Key != "" {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO receipt (conference, key, digest, seq, receipt) VALUES ($1, $2, $3, $4, $5)`,
			a.Conference, a.Key, a.Digest[:], last, blob(a.Receipt))
		if err != nil {
			return conference.Appended{}, err
		}
	}
	if len(a.Destroy) > 0 {
		if err := destroyNotes(ctx, tx, a.Conference, a.Destroy); err != nil {
			return conference.Appended{}, err
		}
	}
	if err := putLocks(ctx, tx, a); err != nil {
		return conference.Appended{}, err
	}
	if err := insertLeaves(ctx, tx, cmp.Or(a.Record, a.Conference), a.Leaves); err != nil {
		return conference.Appended{}, err
	}
	if err := putIndex(ctx, tx, a.Conference, a.Index, old); err != nil {
		return conference.Appended{}, err
	}
	return conference.Appended{Seq: last, Receipt: a.Receipt}, nil
}

// projection is a row of the table conference; the zero value stands for none.
type projection struct {
	due, listed int64
	members     string // JSON
}

// found is all that an append must know of a conference, read at once because each question costs a trip to the
// server.
type found struct {
	head     int64
	accepted bool // this key was accepted before
	kept
	projection
}

func look(ctx context.Context, q querier, id, key string) (found, error) {
	var (
		f                      found
		head, seq, due, listed sql.NullInt64
		members                sql.NullString
		digest                 []byte
	)
	err := q.QueryRowContext(ctx, `SELECT (SELECT max(seq) FROM act WHERE conference = $1),
			r.digest, r.seq, r.receipt, c.due, c.listed, c.members
		FROM (SELECT 1 AS n) one
		LEFT JOIN receipt r ON r.conference = $1 AND r.key = $2
		LEFT JOIN conference c ON c.id = $1`, id, key).
		Scan(&head, &digest, &seq, &f.receipt, &due, &listed, &members)
	f.head, f.accepted, f.seq = head.Int64, seq.Valid, seq.Int64
	copy(f.digest[:], digest)
	f.projection = projection{due: due.Int64, listed: listed.Int64, members: members.String}
	return f, err
}

// insertActs gives the acts their numbers. It reports false, and writes nothing, when another node has taken them.
func insertActs(ctx context.Context, tx *sql.Tx, a conference.Append) (bool, error) {
	for i, act := range a.Acts {
		result, err := tx.ExecContext(ctx,
			`INSERT INTO act (conference, seq, room, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			a.Conference, a.Expected+int64(i)+1, act.Room, blob(act.Body))
		if err != nil {
			return false, err
		}
		written, err := result.RowsAffected()
		if err != nil {
			return false, err
		}
		if written == 0 && i == 0 {
			return false, nil
		}
		if written == 0 {
			// Whoever has the first number has the lock on those behind it, so this is damage, not a race.
			return false, fmt.Errorf("act %d of %s exists, and the one before it did not", a.Expected+int64(i)+1, a.Conference)
		}
		if act.Note == nil {
			continue
		}
		if err := putNote(ctx, tx, a.Conference, a.Expected+int64(i)+1, act.Note); err != nil {
			return false, err
		}
	}
	return true, nil
}

// PutIndex replaces what is projected from a conference, for a rebuild.
func (s *Store) PutIndex(ctx context.Context, id string, x conference.Index) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		now, err := look(ctx, tx, id, "")
		if err != nil {
			return fmt.Errorf("store: index: %w", err)
		}
		return putIndex(ctx, tx, id, x, now.projection)
	})
}

// putIndex replaces what is projected from a conference. Most acts change nothing of it.
func putIndex(ctx context.Context, tx *sql.Tx, id string, x conference.Index, old projection) error {
	members := slices.Clone(x.Members)
	slices.Sort(members)
	members = slices.Compact(members)
	list, err := json.Marshal(members)
	if err != nil {
		return err
	}
	next := projection{due: millis(x.Due), listed: flag(x.Public), members: string(list)}
	if next == old {
		return nil
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO conference (id, due, listed, members) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET due = excluded.due, listed = excluded.listed, members = excluded.members`,
		id, next.due, next.listed, next.members)
	if err != nil || next.members == old.members {
		return err
	}
	return putMembers(ctx, tx, id, members)
}

func putMembers(ctx context.Context, tx *sql.Tx, id string, members []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM member WHERE conference = $1`, id); err != nil {
		return err
	}
	for _, person := range members {
		_, err := tx.ExecContext(ctx, `INSERT INTO member (person, conference) VALUES ($1, $2)`, person, id)
		if err != nil {
			return err
		}
	}
	return nil
}
