package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// oldestSQLite is the first version without a rare corruption of the write-ahead log when two connections write and
// checkpoint at the same instant (https://sqlite.org/wal.html#walresetbug).
var oldestSQLite = [3]int{3, 51, 3}

// busyTimeout is how long a statement waits for another program that has the database.
const busyTimeout = 10 * time.Second

var sqliteDialect = dialect{
	name: "sqlite",
	// After a failed fsync the operating system may have dropped the pages and report success the next time, so the
	// state of the file is unknown until it is opened again (https://lwn.net/Articles/752063/).
	failStop: true,
	snapshot: sql.LevelDefault,
	isFatal:  isSQLiteFatal,
}

// openSQLite opens one connection for writing and a few for reading. A file is created readable by its owner only;
// SQLite gives the write-ahead log the same mode.
func openSQLite(ctx context.Context, path string) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	write, err := sql.Open("sqlite", sqliteDSN(abs, "immediate", false))
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	read, err := sql.Open("sqlite", sqliteDSN(abs, "deferred", true))
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	write.SetMaxOpenConns(1)
	readers := max(4, runtime.NumCPU())
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	s := &Store{dialect: sqliteDialect, url: abs, write: write, read: read}
	if err := s.checkSQLiteVersion(ctx); err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	return s, nil
}

// sqliteDSN puts every setting in the name, because a pragma that is run by hand reaches one connection of a pool and
// the next one silently has the default.
func sqliteDSN(path, txlock string, readOnly bool) string {
	q := url.Values{}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()))
	q.Add("_pragma", "journal_mode(WAL)")
	q.Add("_pragma", "synchronous(FULL)")
	q.Add("_pragma", "secure_delete(ON)") // what was replaced or removed is written over
	if readOnly {
		q.Add("_pragma", "query_only(ON)")
	}
	q.Set("_txlock", txlock)
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

func (s *Store) checkSQLiteVersion(ctx context.Context) error {
	var version string
	if err := s.write.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version); err != nil {
		return fmt.Errorf("store: open %s: %w", s.url, err)
	}
	if !atLeast(version, oldestSQLite) {
		return fmt.Errorf("store: SQLite %s can corrupt its write-ahead log; %v or newer is needed", version, oldestSQLite)
	}
	return nil
}

// atLeast compares a dotted version with the oldest that will do. What cannot be read as a number is too old.
func atLeast(version string, oldest [3]int) bool {
	parts := strings.SplitN(version, ".", 4)
	for i, want := range oldest {
		if i >= len(parts) {
			return false
		}
		have, err := strconv.Atoi(parts[i])
		if err != nil {
			return false
		}
		if have != want {
			return have > want
		}
	}
	return true
}

// isSQLiteFatal says that the disk failed, so that what SQLite believes of the file may no longer be true.
func isSQLiteFatal(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	primary := e.Code() & 0xff // the higher bytes tell the variety
	return primary == sqlite3.SQLITE_IOERR || primary == sqlite3.SQLITE_CORRUPT
}
