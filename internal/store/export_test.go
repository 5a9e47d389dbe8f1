package store

import (
	"context"
	"database/sql"
)

// Tamper runs a statement past all rules.
func (s *Store) Tamper(ctx context.Context, statement string) error {
	_, err := s.write.ExecContext(ctx, statement)
	return err
}

// Pools returns the pools for writing and reading.
func (s *Store) Pools() []*sql.DB { return []*sql.DB{s.write, s.read} }

// AtLeast compares a version with the oldest SQLite that will do.
func AtLeast(version string) bool { return atLeast(version, oldestSQLite) }
