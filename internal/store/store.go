// Package store keeps acts and accounts in one SQL text for two databases: SQLite in a file, or PostgreSQL for several
// nodes. It knows a conference, a number, a room and bytes, and nothing of what an act says.
//
// The table of acts is the truth and is append-only, which triggers in the database enforce. All writes of acts go
// through one goroutine that commits many at once (see append.go).
//
// SQL here uses $1, $2, … in order of first appearance, because SQLite numbers them by appearance. JSON is TEXT and
// is decoded in Go, times are BIGINT milliseconds, flags are BIGINT 0 or 1: the two databases treat these alike.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect dialect
	url     string
	write   *sql.DB // on SQLite one connection, so that writers queue here and never meet SQLITE_BUSY
	read    *sql.DB // on PostgreSQL the same pool as write

	queue    chan *waiting // appends that wait for the next commit
	quit     chan struct{}
	stopped  chan struct{} // closed when the writer goroutine has ended
	closing  sync.Once
	failure  atomic.Pointer[error] // set for good when a commit failed on SQLite
	traces   bool                  // of destroyed notes may be left; of the writer goroutine alone
	replaced chan struct{}         // ways to keys were: traces of them may be left
}

// dialect is everything in which the two databases differ.
type dialect struct {
	name     string // also the folder of its migrations
	failStop bool   // after a failed commit nothing more may be written
	notifies bool   // commits tell other nodes
	snapshot sql.IsolationLevel
	isFatal  func(error) bool // after this error nothing more may be written
}

var errClosed = errors.New("store: closed")

// Open opens the database at url, creating and migrating it where needed: a file path, "sqlite:PATH", or a
// "postgres://…" URL.
func Open(ctx context.Context, url string) (*Store, error) {
	var (
		s   *Store
		err error
	)
	if isPostgres(url) {
		s, err = openPostgres(url)
	} else {
		s, err = openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"))
	}
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	traces, err := s.traced(ctx)
	if err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	if s.traces = traces; traces {
		s.removeTraces(ctx)
	}
	s.replaced = make(chan struct{}, 1)
	s.queue = make(chan *waiting, maxBatch)
	s.quit = make(chan struct{})
	s.stopped = make(chan struct{})
	go s.commitLoop()
	return s, nil
}

// Dialect names the database: "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.dialect.name }

// Close waits for the commit that is under way and closes the database. Appends that still wait are refused.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.quit)
		<-s.stopped
		err = s.closePools()
	})
	return err
}

func (s *Store) closePools() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Ping reports whether the database answers and still takes writes.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.writable(); err != nil {
		return err
	}
	return s.read.PingContext(ctx)
}

// writable returns the error that stopped all writing, if there is one.
func (s *Store) writable() error {
	if p := s.failure.Load(); p != nil {
		return fmt.Errorf("store: writing has stopped: %w", *p)
	}
	return nil
}

// failed stops all writing when err says that the disk failed, and returns err.
func (s *Store) failed(err error) error {
	if s.dialect.isFatal(err) {
		s.failure.CompareAndSwap(nil, &err)
	}
	return err
}

// exec runs one statement that writes and returns how many rows it touched.
func (s *Store) exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := s.writable(); err != nil {
		return 0, err
	}
	result, err := s.write.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, s.failed(fmt.Errorf("store: %w", err))
	}
	return result.RowsAffected()
}

// transact runs do in one transaction that writes.
func (s *Store) transact(ctx context.Context, do func(*sql.Tx) error) error {
	if err := s.writable(); err != nil {
		return err
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	if err := do(tx); err != nil {
		return s.failed(errors.Join(err, tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return s.failed(fmt.Errorf("store: commit: %w", err))
	}
	return nil
}

// millis and moment are inverse to the millisecond; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// blob makes nil storable: a nil slice would be NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
