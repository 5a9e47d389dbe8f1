package store_test

import (
	"context"
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
	"portsmouth/internal/store/storetest"
)

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
	empty.Leaves = []conference.Leaf{{Body: []byte{0, 0xfe}, Hashes: [][32]byte{{0, 7, 0xff}}}}
	add(t, s, empty)
	_, err := s.KeepRoomKey(ctx, "c00", "room", []byte{0, 5, 0xff})
	ok(t, err)
	ok(t, s.PutValue(ctx, "signing-key", []byte{1, 0, 2}))
	ok(t, s.PutValue(ctx, "nothing", nil))
	ok(t, s.AddPerson(ctx, account.Person{ID: "p1", Name: "Жюль 小村", Host: true, Created: now}))
	ok(t, s.AddInvitation(ctx, account.Invitation{Hash: []byte{9, 0}, Conference: "c00", Role: "witness", Expires: now}))
	ok(t, s.PutPasskey(ctx, account.Passkey{ID: []byte{8}, Person: "p1", Credential: []byte(`{}`), Created: now}))
	_, err = s.PutCosignature(ctx, "c00", "one.example/witness", 7, now.UnixMilli(), []byte{0, 6, 0xff})
	ok(t, err)
	_, err = s.PutWays(ctx, "p1", []byte{4, 0, 0xff}, 0)
	ok(t, err)
	ok(t, s.AddSession(ctx, account.Session{Token: "session-token-hash", Person: "p1", Data: []byte("data"), Expires: now}))
}

// dump is all that a backup must keep, as text. Acts come in order, the rest as the columns sort.
func dump(t testing.TB, s *store.Store) string {
	t.Helper()
	var b strings.Builder
	for _, query := range []string{
		`SELECT conference, seq, room, body FROM act ORDER BY seq, conference`,
		`SELECT conference, seq, note, '' FROM note ORDER BY seq, conference`,
		`SELECT conference, key, digest, seq, receipt FROM receipt ORDER BY seq, conference`,
		`SELECT id, due, listed, members FROM conference ORDER BY id`,
		`SELECT person, conference, '', '' FROM member ORDER BY person, conference`,
		`SELECT conference, number, body FROM leaf ORDER BY conference, number`,
		`SELECT conference, place, hash FROM leaf_hash ORDER BY conference, place`,
		`SELECT conference, room, wrapped FROM room_key`,
		`SELECT conference, key, size, at FROM cosigned`,
		`SELECT conference, sight, told, '' FROM cosigned`,
		`SELECT name, value, '', '' FROM setting ORDER BY name`,
		`SELECT id, name, host, created FROM person`,
		`SELECT hash, conference, role, expires FROM invitation`,
		`SELECT id, person, credential, created FROM passkey`,
		`SELECT person, version, ways, '' FROM way`,
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
