package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// GetValue returns a small named value, nil when there is none.
func (s *Store) GetValue(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	err := s.read.QueryRowContext(ctx, `SELECT value FROM setting WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("store: value %s: %w", name, err)
	}
	return blob(value), nil
}

// PutValue keeps a small named value, replacing an older one.
func (s *Store) PutValue(ctx context.Context, name string, value []byte) error {
	_, err := s.exec(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, blob(value))
	return err
}

// KeepValue keeps a small named value unless there is one, and returns the one that is kept. Several nodes that start
// together and each propose a key thereby agree on one.
func (s *Store) KeepValue(ctx context.Context, name string, proposed []byte) ([]byte, error) {
	_, err := s.exec(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
		name, blob(proposed))
	if err != nil {
		return nil, err
	}
	return s.GetValue(ctx, name)
}
