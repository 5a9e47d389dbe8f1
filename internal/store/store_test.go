package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/store/pgtest"
	"portsmouth/internal/store/storetest"
)

func TestMain(m *testing.M) { childOrTests(m) }

// kinds are the two databases, each with a way to an empty one.
var kinds = []struct {
	name string
	url  func(testing.TB) string
}{
	{"sqlite", func(t testing.TB) string { return filepath.Join(t.TempDir(), "venue of the year 100%?#.db") }},
	{"postgres", pgtest.URL},
}

func eachKind(t *testing.T, run func(t *testing.T, url func(testing.TB) string)) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) { run(t, kind.url) })
	}
}

func open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func add(t testing.TB, s *store.Store, a conference.Append) {
	t.Helper()
	_, err := s.Append(t.Context(), a)
	ok(t, err)
}

func TestSuite(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		storetest.Run(t, func(t *testing.T) *store.Store { return open(t, url(t)) })
	})
}

func TestAnActIsNeverChanged(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		s := open(t, url(t))
		add(t, s, storetest.Add("c", 0, "one"))
		for _, statement := range []string{`UPDATE act SET room = 'public'`, `DELETE FROM act`} {
			if err := s.Tamper(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "never") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}

// The third act of one append fails in the database itself, after two were written: none of the three stays, no
// receipt is kept, and the appends that shared the transaction pass.
func TestAFailedAppendLeavesNothing(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		s := open(t, url(t))
		constraint := `ALTER TABLE act ADD CONSTRAINT sound CHECK (room <> 'broken')`
		if s.Dialect() == "sqlite" {
			constraint = `CREATE TRIGGER sound BEFORE INSERT ON act WHEN NEW.room = 'broken'
				BEGIN SELECT RAISE(ABORT, 'broken'); END`
		}
		ok(t, s.Tamper(t.Context(), constraint))
		var group sync.WaitGroup
		for i := range 60 {
			group.Go(func() {
				a := storetest.Add(fmt.Sprintf("c%02d", i), 0, "one", "two", "three")
				a.Key = "k"
				if i%2 == 0 {
					a.Acts[2].Room = "broken"
				}
				if _, err := s.Append(t.Context(), a); (err == nil) == (i%2 == 0) {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		group.Wait()
		for i := range 60 {
			id, want := fmt.Sprintf("c%02d", i), int64(3*(i%2))
			head, err := s.Head(t.Context(), id)
			ok(t, err)
			_, _, found, err := s.Receipt(t.Context(), id, "k")
			ok(t, err)
			if head != want || found != (want > 0) {
				t.Errorf("%s: head %d, receipt %v", id, head, found)
			}
		}
	})
}

// A commit that fails leaves the state of the file unknown, so nothing more is written until it is opened again. The
// failure is made with a deferred constraint, which SQLite checks in COMMIT.
func TestAFailedCommitStopsWriting(t *testing.T) {
	path := kinds[0].url(t)
	s := open(t, path)
	add(t, s, storetest.Add("c", 0, "one"))
	for _, statement := range []string{
		`PRAGMA foreign_keys = ON`,
		`CREATE TABLE doom (id INTEGER REFERENCES void (id) DEFERRABLE INITIALLY DEFERRED)`,
		`CREATE TABLE void (id INTEGER PRIMARY KEY)`,
		`CREATE TRIGGER doomed AFTER INSERT ON act WHEN NEW.room = 'doomed' BEGIN INSERT INTO doom VALUES (1); END`,
	} {
		ok(t, s.Tamper(t.Context(), statement))
	}
	doomed := storetest.Add("c", 1, "two")
	doomed.Acts[0].Room = "doomed"
	if _, err := s.Append(t.Context(), doomed); err == nil {
		t.Fatal("accepted, though the commit failed")
	}
	if _, err := s.Append(t.Context(), storetest.Add("d", 0, "one")); portsmouth.KindOf(err) != portsmouth.Broken {
		t.Errorf("an append after the failure: %v", err)
	}
	if err := s.PutValue(t.Context(), "n", nil); err == nil {
		t.Error("a value was put after the failure")
	}
	if s.Ping(t.Context()) == nil {
		t.Error("a store that cannot write says that it is well")
	}
	ok(t, s.Close())
	again := open(t, path)
	if head, err := again.Head(t.Context(), "c"); head != 1 || err != nil {
		t.Errorf("head %d %v after opening again", head, err)
	}
	add(t, again, storetest.Add("c", 1, "two"))
}

func TestOpenAgainKeepsAll(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		u := url(t)
		s := open(t, u)
		add(t, s, storetest.Add("c", 0, "one"))
		ok(t, s.Close())
		head, err := open(t, u).Head(t.Context(), "c")
		if err != nil || head != 1 {
			t.Fatal(head, err)
		}
	})
}

// Every connection of both pools must have the settings: a pragma that reaches one connection only is the classic
// mistake. All connections are held at once, so that the pool has to open each.
func TestPragmasOnEveryConnection(t *testing.T) {
	s := open(t, "sqlite:"+kinds[0].url(t))
	for i, pool := range s.Pools() {
		want := map[string]string{
			"journal_mode": "wal", "synchronous": "2", "busy_timeout": "10000", "query_only": fmt.Sprint(i),
		}
		var held []*sql.Conn
		for range pool.Stats().MaxOpenConnections {
			conn, err := pool.Conn(t.Context())
			ok(t, err)
			held = append(held, conn)
			for pragma, value := range want {
				var got string
				ok(t, conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
				if got != value {
					t.Errorf("pool %d, connection %d: %s is %s, want %s", i, len(held), pragma, got, value)
				}
			}
		}
		if len(held) == 0 {
			t.Error("the pool is unbounded")
		}
		for _, conn := range held {
			ok(t, conn.Close())
		}
	}
}

func TestTheFileIsPrivate(t *testing.T) {
	path := kinds[0].url(t)
	add(t, open(t, path), storetest.Add("c", 0, "one"))
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(path + suffix)
		ok(t, err)
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%q has mode %o", suffix, mode)
		}
	}
}

func TestSQLiteVersion(t *testing.T) {
	for version, want := range map[string]bool{
		"3.51.2": false, "3.51.3": true, "3.51": false, "3.52.0": true, "4.0.0": true, "2.99.99": false, "x": false,
		"3.54.1": true, "3.9.9": false,
	} {
		if got := store.AtLeast(version); got != want {
			t.Errorf("%s: %v", version, got)
		}
	}
}

func TestWatch(t *testing.T) {
	u := pgtest.URL(t)
	here, there := open(t, u), open(t, u)
	ctx, cancel := context.WithCancel(t.Context())
	pokes, err := there.Watch(ctx)
	ok(t, err)
	add(t, here, storetest.Add("a:b", 0, "one", "two"))
	expect(t, pokes, conference.Poke{Conference: "a:b", Seq: 2})
	if _, err := here.Append(t.Context(), storetest.Add("a:b", 0, "fork")); err == nil {
		t.Fatal("forked")
	}
	add(t, here, storetest.Add("a:b", 2, "three"))
	expect(t, pokes, conference.Poke{Conference: "a:b", Seq: 3}) // and none for the refused one

	ok(t, here.Tamper(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query LIKE 'LISTEN%'`))
	expect(t, pokes, conference.Poke{})
	add(t, here, storetest.Add("c", 0, "one"))
	expect(t, pokes, conference.Poke{Conference: "c", Seq: 1})

	cancel()
	if p, open := <-pokes; open {
		t.Fatalf("after the end: %+v", p)
	}
}

func expect(t *testing.T, pokes <-chan conference.Poke, want conference.Poke) {
	t.Helper()
	select {
	case got := <-pokes:
		if got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("no %+v came", want)
	}
}

func TestSQLiteHasNobodyToWatch(t *testing.T) {
	pokes, err := open(t, kinds[0].url(t)).Watch(t.Context())
	if pokes != nil || err != nil {
		t.Fatal(pokes, err)
	}
}

// Two nodes on one PostgreSQL race for the same conferences: here only the primary key stands between them.
func TestTwoNodesRace(t *testing.T) {
	u := pgtest.URL(t)
	nodes := []*store.Store{open(t, u), open(t, u)}
	var group sync.WaitGroup
	for w := range 32 {
		group.Go(func() {
			s, id := nodes[w%2], fmt.Sprint("c", w/2%4)
			for n := range 10 {
				key := fmt.Sprint(w, "/", n)
				for portsmouth.Conflict == portsmouth.KindOf(again(t, s, id, key)) {
				}
			}
		})
	}
	group.Wait()
	ok(t, nodes[0].Check(t.Context()))
	total := 0
	for i := range 4 {
		acts, err := nodes[i%2].Read(t.Context(), fmt.Sprint("c", i), 0)
		ok(t, err)
		total += len(acts)
	}
	if total != 320 {
		t.Fatalf("%d acts, want 320", total)
	}
}

func again(t *testing.T, s *store.Store, id, key string) error {
	head, err := s.Head(t.Context(), id)
	if err == nil {
		a := storetest.Add(id, head, key)
		a.Key = key
		_, err = s.Append(t.Context(), a)
	}
	if err != nil && portsmouth.KindOf(err) != portsmouth.Conflict {
		t.Error(err)
	}
	return err
}

// Two nodes get the same request, as when a client retries through a load balancer.
func TestTwoNodesOneRequest(t *testing.T) {
	u := pgtest.URL(t)
	nodes := []*store.Store{open(t, u), open(t, u)}
	for n := range 50 {
		var (
			group   sync.WaitGroup
			answers [2]conference.Appended
		)
		for i, s := range nodes {
			group.Go(func() {
				a := storetest.Add("c", int64(n), "act")
				a.Key, a.Receipt = fmt.Sprint(n), []byte("r")
				var err error
				if answers[i], err = s.Append(t.Context(), a); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if answers[0].Repeated == answers[1].Repeated || answers[0].Seq != answers[1].Seq {
			t.Fatalf("%+v", answers)
		}
	}
}

func TestNodesStartTogether(t *testing.T) {
	u := pgtest.URL(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			s, err := store.Open(t.Context(), u)
			if err != nil {
				t.Error(err)
				return
			}
			ok(t, s.Close())
		})
	}
	group.Wait()
}
