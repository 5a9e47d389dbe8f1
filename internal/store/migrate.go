package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the schema up to date. On PostgreSQL a lock makes nodes that start together take turns.
func (s *Store) migrate(ctx context.Context) error {
	folder, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	gooseDialect, options := goose.DialectSQLite3, []goose.ProviderOption(nil)
	if s.dialect.name == postgresDialect.name {
		turns, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		gooseDialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(turns))
	}
	provider, err := goose.NewProvider(gooseDialect, s.write, folder, options...)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("store: bring the schema up to date: %w", err)
	}
	return nil
}
