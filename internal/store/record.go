package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"portsmouth/conference"
)

// The public record is written in the transaction of the act that adds to it: an act that was accepted is in the record,
// and what is in the record was accepted. Hashes come from the venue; here they are bytes with a place.

// ReadPublic returns the public acts of a conference after the given number, in order; 0 reads all. What it costs does not depend
// on the acts that are not public.
func (s *Store) ReadPublic(ctx context.Context, id string, after int64) ([]conference.Stored, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT seq, body FROM act WHERE conference = $1 AND seq > $2 AND room = 'public' ORDER BY seq`, id, after)
	if err != nil {
		return nil, fmt.Errorf("store: read: %w", err)
	}
	defer rows.Close()
	var acts []conference.Stored
	for rows.Next() {
		act := conference.Stored{Room: "public"}
		if err := rows.Scan(&act.Seq, &act.Body); err != nil {
			return nil, fmt.Errorf("store: read: %w", err)
		}
		acts = append(acts, act)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: read: %w", err)
	}
	return acts, nil
}

// insertLeaves adds to the record of a conference. A leaf or hash that is there already is an error, and with it the whole
// transaction: then somebody else has written to the record since the caller looked.
func insertLeaves(ctx context.Context, tx *sql.Tx, id string, leaves []conference.Leaf) error {
	for _, leaf := range leaves {
		_, err := tx.ExecContext(ctx, `INSERT INTO leaf (conference, number, body) VALUES ($1, $2, $3)`,
			id, leaf.Number, blob(leaf.Body))
		if err != nil {
			return fmt.Errorf("leaf %d of the record: %w", leaf.Number, err)
		}
		for k, hash := range leaf.Hashes {
			_, err := tx.ExecContext(ctx, `INSERT INTO leaf_hash (conference, place, hash) VALUES ($1, $2, $3)`,
				id, leaf.First+int64(k), hash[:])
			if err != nil {
				return fmt.Errorf("hash %d of the record: %w", leaf.First+int64(k), err)
			}
		}
	}
	return nil
}

// PutLeaves adds what is missing to the record of a conference whose acts were accepted before it had one.
func (s *Store) PutLeaves(ctx context.Context, id string, leaves []conference.Leaf) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		if err := insertLeaves(ctx, tx, id, leaves); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		return nil
	})
}

// RecordHead returns the last hash of the record of a conference and its place, -1 when it has no record. A record that has grown
// has another.
func (s *Store) RecordHead(ctx context.Context, id string) (place int64, hash []byte, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT place, hash FROM leaf_hash WHERE conference = $1 ORDER BY place DESC LIMIT 1`, id).
		Scan(&place, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil, nil
	}
	if err != nil {
		return 0, nil, fmt.Errorf("store: record: %w", err)
	}
	return place, hash, nil
}

// RecordHashes returns the hashes of the record of a conference in their order, one after the other; none when it has no
// record. One query, so they are those of one moment.
func (s *Store) RecordHashes(ctx context.Context, id string) ([]byte, error) {
	found, err := s.blobs(ctx, `SELECT hash FROM leaf_hash WHERE conference = $1 ORDER BY place`, id)
	if err != nil {
		return nil, fmt.Errorf("store: record: %w", err)
	}
	return slices.Concat(found...), nil
}

// RecordLeaves returns the leaves of the record of a conference from number first up to, and without, number end.
func (s *Store) RecordLeaves(ctx context.Context, id string, first, end int64) ([][]byte, error) {
	leaves, err := s.blobs(ctx,
		`SELECT body FROM leaf WHERE conference = $1 AND number >= $2 AND number < $3 ORDER BY number`, id, first, end)
	if err != nil {
		return nil, fmt.Errorf("store: record: %w", err)
	}
	return leaves, nil
}

// RecordLarge returns the numbers of those leaves of the record of a conference, from number first on, that have more than size
// bytes. It reads none of them.
func (s *Store) RecordLarge(ctx context.Context, id string, first int64, size int) ([]int64, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT number FROM leaf WHERE conference = $1 AND number >= $2 AND octet_length(body) > $3 ORDER BY number`, id, first, size)
	if err != nil {
		return nil, fmt.Errorf("store: record: %w", err)
	}
	defer rows.Close()
	var numbers []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("store: record: %w", err)
		}
		numbers = append(numbers, n)
	}
	return numbers, rows.Err()
}

// blobs returns the one column of a query.
func (s *Store) blobs(ctx context.Context, query string, args ...any) ([][]byte, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found [][]byte
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		found = append(found, blob(b))
	}
	return found, rows.Err()
}
