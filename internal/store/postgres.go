package store

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

var postgresDialect = dialect{
	name:     "postgres",
	notifies: true,
	snapshot: sql.LevelRepeatableRead,
	isFatal:  func(error) bool { return false },
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// openPostgres opens a pool. The time limits keep a node that hangs in the middle of a commit from stopping the
// others: they may wait for its lock on a conference, but not for ever.
func openPostgres(url string) (*Store, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("store: the database URL cannot be read: %w", err)
	}
	config.RuntimeParams["application_name"] = "portsmouth"
	config.RuntimeParams["lock_timeout"] = "10s"
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "30s"
	// "Accepted" means on disk, whatever the server's default is.
	config.RuntimeParams["synchronous_commit"] = "on"
	db := stdlib.OpenDB(*config)
	// As many may stay idle as may be open: under load a pool that lets go of some spends its time on connecting anew.
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return &Store{dialect: postgresDialect, url: url, write: db, read: db}, nil
}
