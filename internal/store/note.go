package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"portsmouth/conference"
)

// A note is the part of an act that can be destroyed: zeros are written over it, in place. A row that is removed would have
// SQLite move its neighbours about and leave copies of them where it takes the file for empty; those would then outlive them.

// tracesSetting is there while the write-ahead log may still hold what was destroyed.
const tracesSetting = "note-traces"

// traceBeat is how long a commit loop with nothing to do waits before it tries again to remove such traces.
const traceBeat = time.Second

func putNote(ctx context.Context, tx *sql.Tx, id string, seq int64, note []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO note (conference, seq, note) VALUES ($1, $2, $3)`, id, seq, note)
	return err
}

// unlessDestroyed is a note as it was read; nil for none and for one that was destroyed.
func unlessDestroyed(note []byte) []byte {
	if len(bytes.Trim(note, "\x00")) == 0 {
		return nil
	}
	return note
}

// destroyNotes destroys the notes of acts, together with the digests of the requests that brought them: those are of texts
// that might be guessed. It fails when one is not there, so that no act says that it destroyed what it did not.
func destroyNotes(ctx context.Context, tx *sql.Tx, id string, seqs []int64) error {
	for _, seq := range seqs {
		var note []byte
		err := tx.QueryRowContext(ctx, `SELECT note FROM note WHERE conference = $1 AND seq = $2`, id, seq).Scan(&note)
		if errors.Is(err, sql.ErrNoRows) || err == nil && unlessDestroyed(note) == nil {
			return fmt.Errorf("act %d of %s has no note that could be destroyed", seq, id)
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE note SET note = $1 WHERE conference = $2 AND seq = $3`, make([]byte, len(note)), id, seq)
		if err != nil {
			return err
		}
	}
	if err := emptyReceipts(ctx, tx, id, seqs); err != nil {
		return err
	}
	return markTraces(ctx, tx)
}

// emptyReceipts writes over what was kept with the requests that ended with these acts. Their keys stay: such a request is
// not accepted again.
func emptyReceipts(ctx context.Context, tx *sql.Tx, id string, seqs []int64) error {
	sizes, err := receiptSizes(ctx, tx, id, seqs)
	if err != nil {
		return err
	}
	for key, size := range sizes {
		_, err := tx.ExecContext(ctx, `UPDATE receipt SET digest = $1, receipt = $2 WHERE conference = $3 AND key = $4`,
			make([]byte, 32), make([]byte, size), id, key)
		if err != nil {
			return err
		}
	}
	return nil
}

// receiptSizes gives, by key, the size of the receipts of requests that ended with these acts.
func receiptSizes(ctx context.Context, tx *sql.Tx, id string, seqs []int64) (map[string]int, error) {
	rows, err := tx.QueryContext(ctx, `SELECT key, seq, length(receipt) FROM receipt WHERE conference = $1`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	sizes := map[string]int{}
	for rows.Next() {
		var (
			key  string
			seq  int64
			size int
		)
		if err := rows.Scan(&key, &seq, &size); err != nil {
			return nil, err
		}
		if slices.Contains(seqs, seq) {
			sizes[key] = size
		}
	}
	return sizes, rows.Err()
}

// forgotten reports whether an append of the batch has destroyed notes, or keys that opened them.
func forgotten(batch []*waiting) bool {
	return slices.ContainsFunc(batch, func(w *waiting) bool { return len(w.add.Destroy)+len(w.add.Rewrap) > 0 && w.err == nil })
}

// traced reports whether traces of what was destroyed may be left, as after a crash.
func (s *Store) traced(ctx context.Context) (bool, error) {
	mark, err := s.GetValue(ctx, tracesSetting)
	return mark != nil, err
}

// removeTraces removes them, as far as a program can. It is tried again while somebody else reads the database.
func (s *Store) removeTraces(ctx context.Context) {
	remove := s.emptyLog
	if s.dialect.name == postgresDialect.name {
		remove = s.rewriteNotes
	}
	if err := remove(ctx); err != nil {
		return
	}
	if _, err := s.exec(ctx, `DELETE FROM setting WHERE name = $1`, tracesSetting); err == nil {
		s.traces = false
	}
}

// emptyLog moves the write-ahead log of SQLite into the file and empties it. It does not wait for readers: meanwhile nobody
// could write.
func (s *Store) emptyLog(ctx context.Context) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `PRAGMA busy_timeout = 0`); err != nil {
		return err
	}
	var busy, pages, moved int
	err = conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	if err == nil && busy != 0 {
		err = errBusy
	}
	_, back := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, busyTimeout.Milliseconds()))
	return errors.Join(err, back)
}

var errBusy = errors.New("store: the database is being read")

// rewriteNotes has PostgreSQL write the small table of notes anew. Its own log, and the free space in the table of receipts,
// forget in their time.
func (s *Store) rewriteNotes(ctx context.Context) error {
	if _, err := s.exec(ctx, `VACUUM FULL note`); err != nil {
		return err
	}
	_, err := s.exec(ctx, `VACUUM receipt`)
	return err
}

// sealNote replaces a note that lay open.
func sealNote(ctx context.Context, tx *sql.Tx, id string, act conference.Stored) error {
	if act.Note == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE note SET note = $1 WHERE conference = $2 AND seq = $3`, act.Note, id, act.Seq)
	return err
}
