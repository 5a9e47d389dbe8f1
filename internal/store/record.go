package store

import (
	"context"
	"database/sql"
	"fmt"

	"portsmouth/conference"
)

// The public record is written in the transaction of the act that adds to it: an act that was accepted is in the record,
// and what is in the record was accepted. Hashes come from the venue; here they are bytes with a place.

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

// RecordHashes returns the hashes of the record of a conference in their order, one after the other; none when it has no
// record. One query, so they are those of one moment.
func (s *Store) RecordHashes(ctx context.Context, id string) ([]byte, error) {
	found, err := s.blobs(ctx, `SELECT hash FROM leaf_hash WHERE conference = $1 ORDER BY place`, id)
	if err != nil {
		return nil, fmt.Errorf("store: record: %w", err)
	}
	var hashes []byte
	for _, hash := range found {
		hashes = append(hashes, hash...)
	}
	return hashes, nil
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

// RecordLarge returns the leaves of the record of a conference that have more than size bytes, in their order.
func (s *Store) RecordLarge(ctx context.Context, id string, size int) ([][]byte, error) {
	leaves, err := s.blobs(ctx, `SELECT body FROM leaf WHERE conference = $1 AND octet_length(body) > $2 ORDER BY number`, id, size)
	if err != nil {
		return nil, fmt.Errorf("store: record: %w", err)
	}
	return leaves, nil
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
