package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"portsmouth/conference"
)

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Read returns the acts of a conference after the given number, in order; 0 reads all.
func (s *Store) Read(ctx context.Context, id string, after int64) ([]conference.Stored, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT a.seq, a.room, a.body, n.note
		FROM act a LEFT JOIN note n ON n.conference = a.conference AND n.seq = a.seq
		WHERE a.conference = $1 AND a.seq > $2 ORDER BY a.seq`, id, after)
	if err != nil {
		return nil, fmt.Errorf("store: read: %w", err)
	}
	defer rows.Close()
	var acts []conference.Stored
	for rows.Next() {
		var act conference.Stored
		if err := rows.Scan(&act.Seq, &act.Room, &act.Body, &act.Note); err != nil {
			return nil, fmt.Errorf("store: read: %w", err)
		}
		act.Note = unlessDestroyed(act.Note)
		acts = append(acts, act)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: read: %w", err)
	}
	return acts, nil
}

// Head returns the number of a conference's last act, 0 when the conference is unknown.
func (s *Store) Head(ctx context.Context, id string) (int64, error) {
	head, err := headOf(ctx, s.read, id)
	if err != nil {
		return 0, fmt.Errorf("store: head: %w", err)
	}
	return head, nil
}

func headOf(ctx context.Context, q querier, id string) (int64, error) {
	var head sql.NullInt64
	err := q.QueryRowContext(ctx, `SELECT max(seq) FROM act WHERE conference = $1`, id).Scan(&head)
	return head.Int64, err
}

type kept struct {
	digest  [32]byte
	seq     int64
	receipt []byte
}

func keptReceipt(ctx context.Context, q querier, id, key string) (kept, bool, error) {
	if key == "" {
		return kept{}, false, nil
	}
	var (
		k      kept
		digest []byte
	)
	err := q.QueryRowContext(ctx, `SELECT digest, seq, receipt FROM receipt WHERE conference = $1 AND key = $2`, id, key).
		Scan(&digest, &k.seq, &k.receipt)
	if errors.Is(err, sql.ErrNoRows) {
		return kept{}, false, nil
	}
	copy(k.digest[:], digest)
	return k, err == nil, err
}

// Receipt returns what is kept with an idempotency key.
func (s *Store) Receipt(ctx context.Context, id, key string) (digest [32]byte, receipt []byte, found bool, err error) {
	k, found, err := keptReceipt(ctx, s.read, id, key)
	if err != nil {
		return digest, nil, false, fmt.Errorf("store: receipt: %w", err)
	}
	return k.digest, k.receipt, found, nil
}

// Conferences lists the ids of all conferences, sorted.
func (s *Store) Conferences(ctx context.Context) ([]string, error) {
	return s.sortedIDs(ctx, `SELECT conference FROM act WHERE seq = 1`)
}

// Of lists the conferences in which a person takes part, sorted.
func (s *Store) Of(ctx context.Context, person string) ([]string, error) {
	return s.sortedIDs(ctx, `SELECT conference FROM member WHERE person = $1`, person)
}

// Listed lists the conferences that are listed at the door, sorted.
func (s *Store) Listed(ctx context.Context) ([]string, error) {
	return s.sortedIDs(ctx, `SELECT id FROM conference WHERE listed = 1`)
}

// Due lists the conferences whose next deadline is at or before the given time, the most urgent first.
func (s *Store) Due(ctx context.Context, before time.Time) ([]string, error) {
	return s.ids(ctx, `SELECT id FROM conference WHERE due > 0 AND due <= $1 ORDER BY due, id`, millis(before))
}

// sortedIDs sorts here, because the two databases collate text differently.
func (s *Store) sortedIDs(ctx context.Context, query string, args ...any) ([]string, error) {
	ids, err := s.ids(ctx, query, args...)
	slices.Sort(ids)
	return ids, err
}

func (s *Store) ids(ctx context.Context, query string, args ...any) ([]string, error) {
	ids, err := column(ctx, s.read, query, args...)
	if err != nil {
		return nil, fmt.Errorf("store: list: %w", err)
	}
	return ids, nil
}

// column returns the one text column of a query.
func column(ctx context.Context, q querier, query string, args ...any) ([]string, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var values []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, rows.Err()
}
