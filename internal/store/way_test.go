package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// waysOf is a store with the ways of one person, of which there are two versions to come and go.
func waysOf(t *testing.T) (s *Store, path string, old, fresh []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "venue.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	old, fresh = make([]byte, 900), make([]byte, 900)
	_, _ = rand.Read(old)
	_, _ = rand.Read(fresh)
	if _, err := s.PutWays(t.Context(), "p", old, 0); err != nil {
		t.Fatal(err)
	}
	return s, path, old, fresh
}

func lies(t *testing.T, path string, what []byte) bool {
	t.Helper()
	for _, file := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, what) {
			return true
		}
	}
	return false
}

// While somebody reads the database what was replaced stays in the write-ahead log; soon after, it does not.
func TestReplacedWaysAreForgottenThoughSomebodyReads(t *testing.T) {
	s, path, old, fresh := waysOf(t)
	tx, err := s.read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(t.Context(), `SELECT count(*) FROM way`).Scan(&n); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if done, err := s.PutWays(t.Context(), "p", fresh, 1); !done || err != nil {
		t.Fatal(done, err)
	}
	if !lies(t, path, old[100:150]) {
		t.Error("nothing is left while somebody reads: this test is blind")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if !lies(t, path, old[100:150]) {
			break
		}
		time.Sleep(traceBeat / 10)
	}
	if lies(t, path, old[100:150]) || !lies(t, path, fresh[100:150]) {
		t.Error("what was replaced is still there")
	}
}

// Who goes away while it is forgotten leaves the writing connection as it was.
func TestWhoGoesAwayLeavesTheConnectionAsItWas(t *testing.T) {
	s, _, old, _ := waysOf(t)
	for k, version := 0, int64(1); k < 300; k++ {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(100+7*k)*time.Microsecond)
		_, failed := s.PutWays(ctx, "p", old, version)
		cancel()
		_, now, err := s.Ways(t.Context(), "p")
		if err != nil {
			t.Fatal(err)
		}
		if failed != nil && now != version {
			t.Fatalf("try %d was done, and refused with %v", k, failed)
		}
		version = now
		var timeout int64
		if err := s.write.QueryRowContext(t.Context(), `PRAGMA busy_timeout`).Scan(&timeout); err != nil {
			t.Fatal(err)
		}
		if timeout != busyTimeout.Milliseconds() {
			t.Fatalf("after try %d the writing connection waits %d ms", k, timeout)
		}
	}
}
