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
	"portsmouth/internal/account"
	"portsmouth/internal/store"
	"portsmouth/internal/store/pgtest"
	"portsmouth/internal/store/storetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

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

// fill puts something in every table.
func fill(t testing.TB, s *store.Store) {
	t.Helper()
	ctx, now := t.Context(), time.UnixMilli(1_800_000_000_123).UTC()
	for i := range 30 {
		a := storetest.Add(fmt.Sprintf("c%02d", i%3), int64(i/3), fmt.Sprint("act ", i))
		a.Key, a.Receipt = fmt.Sprint("k", i), []byte{0, byte(i), 0xff}
		a.Index = conference.Index{Due: now, Members: []string{"p1", "p2"}, Public: i%2 == 0}
		a.Acts[0].Body = append(a.Acts[0].Body, 0, 0xfe)
		add(t, s, a)
	}
	empty := storetest.Add("empty body", 0, "")
	empty.Acts[0].Body = nil
	add(t, s, empty)
	ok(t, s.PutValue(ctx, "signing-key", []byte{1, 0, 2}))
	ok(t, s.PutValue(ctx, "nothing", nil))
	ok(t, s.AddPerson(ctx, account.Person{ID: "p1", Name: "Жюль 小村", Host: true, Created: now}))
	ok(t, s.AddInvitation(ctx, account.Invitation{Hash: []byte{9, 0}, Conference: "c00", Role: "witness", Expires: now}))
	ok(t, s.PutPasskey(ctx, account.Passkey{ID: []byte{8}, Person: "p1", Credential: []byte(`{}`), Created: now}))
	ok(t, s.PutSession(ctx, "session-token-hash", []byte("data"), now))
}

// dump is all that a backup must keep, as text. Acts come in order, the rest as the columns sort.
func dump(t testing.TB, s *store.Store) string {
	t.Helper()
	var b strings.Builder
	for _, query := range []string{
		`SELECT conference, seq, room, body FROM act ORDER BY seq, conference`,
		`SELECT conference, key, digest, seq, receipt FROM receipt ORDER BY seq, conference`,
		`SELECT id, due, listed, members FROM conference ORDER BY id`,
		`SELECT person, conference, '', '' FROM member ORDER BY person, conference`,
		`SELECT name, value, '', '' FROM setting ORDER BY name`,
		`SELECT id, name, host, created FROM person`,
		`SELECT hash, conference, role, expires FROM invitation`,
		`SELECT id, person, credential, created FROM passkey`,
	} {
		rows, err := s.Pools()[1].QueryContext(t.Context(), query)
		ok(t, err)
		columns, err := rows.Columns()
		ok(t, err)
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new([]byte)
			}
			ok(t, rows.Scan(values...))
			for _, v := range values {
				fmt.Fprintf(&b, "%q ", *v.(*[]byte))
			}
			b.WriteByte('\n')
		}
		ok(t, rows.Err())
	}
	return b.String()
}

func TestBackupAndRestoreBetweenAll(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		source := open(t, url(t))
		fill(t, source)
		want := dump(t, source)
		if lines := strings.Count(want, "\n"); lines < 75 {
			t.Fatalf("the dump has %d lines only:\n%s", lines, want)
		}
		file := filepath.Join(t.TempDir(), "backup.db")
		ok(t, source.Backup(t.Context(), file))
		before, err := os.ReadFile(file)
		ok(t, err)
		if strings.Contains(string(before), "session-token-hash") {
			t.Error("the backup holds a session")
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(left) != 1 {
			t.Errorf("beside the backup there is more: %v", left)
		}
		for _, kind := range kinds {
			t.Run("into "+kind.name, func(t *testing.T) {
				target := kind.url(t)
				ok(t, store.Restore(t.Context(), file, target))
				restored := open(t, target)
				if got := dump(t, restored); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
				add(t, restored, storetest.Add("c00", 10, "life goes on"))
				err := store.Restore(t.Context(), file, target)
				if portsmouth.RuleOf(err) != "restore-overwrites" {
					t.Errorf("restored over data: %v", err)
				}
			})
		}
		if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
			t.Error("restoring changed the backup", err)
		}
		if err := source.Backup(t.Context(), file); portsmouth.RuleOf(err) != "backup-overwrites" {
			t.Errorf("overwrote a backup: %v", err)
		}
	})
}

// A backup that is made while 16 writers work is consistent: every conference is gapless and can be gone on with.
func TestBackupWhileWriting(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		s := open(t, url(t))
		fill(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for w := range 16 {
			group.Go(func() {
				for seq := int64(0); ctx.Err() == nil; seq += 2 {
					_, err := s.Append(ctx, storetest.Add(fmt.Sprint("w", w), seq, "one", "two"))
					if err != nil && ctx.Err() == nil {
						t.Error(err)
						return
					}
				}
			})
		}
		file := filepath.Join(t.TempDir(), "backup.db")
		time.Sleep(50 * time.Millisecond)
		err := s.Backup(t.Context(), file)
		cancel()
		group.Wait()
		ok(t, err)
		target := filepath.Join(t.TempDir(), "restored.db")
		ok(t, store.Restore(t.Context(), file, target))
		restored := open(t, target)
		for w := range 16 {
			head, err := restored.Head(t.Context(), fmt.Sprint("w", w))
			ok(t, err)
			if head%2 != 0 {
				t.Errorf("w%d: half an append is in the backup", w)
			}
		}
	})
}

func TestADamagedBackupIsRefused(t *testing.T) {
	s := open(t, kinds[0].url(t))
	fill(t, s)
	folder := t.TempDir()
	whole := filepath.Join(folder, "whole.db")
	ok(t, s.Backup(t.Context(), whole))
	data, err := os.ReadFile(whole)
	ok(t, err)

	for name, spoil := range map[string]func([]byte) []byte{
		"cut short": func(b []byte) []byte { return b[:len(b)/2] },
		"not ours":  func([]byte) []byte { return []byte(strings.Repeat("no database", 1000)) },
		"zeroed":    func(b []byte) []byte { clear(b[8192:]); return b },
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "spoilt.db")
			ok(t, os.WriteFile(file, spoil([]byte(string(data))), 0o600))
			refuseRestore(t, file)
		})
	}
	t.Run("an act is missing", func(t *testing.T) {
		gap := open(t, whole)
		ok(t, gap.Tamper(t.Context(), `DROP TRIGGER act_is_never_removed`))
		ok(t, gap.Tamper(t.Context(), `DELETE FROM act WHERE conference = 'c01' AND seq = 4`))
		ok(t, gap.Close())
		refuseRestore(t, whole)
	})
}

func refuseRestore(t *testing.T, file string) {
	t.Helper()
	target := filepath.Join(t.TempDir(), "target.db")
	err := store.Restore(t.Context(), file, target)
	rule := portsmouth.RuleOf(err)
	if rule != "database-damaged" && rule != "backup-unreadable" {
		t.Fatalf("restored: %v", err)
	}
	t.Log(err)
	if _, err := os.Stat(target); err == nil {
		t.Error("the target was touched")
	}
}
