package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"portsmouth"
)

// A backup is one SQLite file with the schema of the running database, whichever database that is. So a backup of
// either can be restored into either, and a SQLite shell opens it. What the vault has sealed is as sealed in it.
//
// It is copied row by row out of one snapshot. VACUUM INTO or the backup interface of SQLite would be quicker but
// cannot leave out the sessions: a stolen or restored backup must sign nobody in.

// copied lists every table of a backup with its columns, in both databases the same.
var copied = []struct {
	name    string
	columns []string
}{
	{"act", []string{"conference", "seq", "room", "body"}},
	{"note", []string{"conference", "seq", "note"}},
	{"receipt", []string{"conference", "key", "digest", "seq", "receipt"}},
	{"conference", []string{"id", "due", "listed", "members"}},
	{"member", []string{"person", "conference"}},
	{"leaf", []string{"conference", "number", "body"}},
	{"leaf_hash", []string{"conference", "place", "hash"}},
	{"cosigned", []string{"conference", "key", "size", "at", "sight", "told"}},
	{"room_key", []string{"conference", "room", "wrapped"}},
	{"room_lock", []string{"conference", "room", "number", "sealed"}},
	{"setting", []string{"name", "value"}},
	{"person", []string{"id", "name", "host", "created"}},
	{"invitation", []string{
		"hash", "conference", "invite", "role", "party", "expires", "used", "used_by", "revoked",
	}},
	{"passkey", []string{"id", "person", "credential", "created"}},
	{"way", []string{"person", "version", "ways"}},
}

// Backup writes a consistent copy to a new file while the venue runs, and checks it. It refuses to overwrite.
func (s *Store) Backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); err == nil {
		return portsmouth.Refuse("backup-overwrites", "%s exists already. Name a new file.", file)
	}
	folder, err := os.MkdirTemp(filepath.Dir(file), ".backup-*")
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	defer os.RemoveAll(folder)
	unfinished := filepath.Join(folder, "backup.db")
	if err := s.copyToFile(ctx, unfinished); err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	if err := os.Rename(unfinished, file); err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	return syncAll(file, filepath.Dir(file))
}

// copyToFile fills a new SQLite file and leaves it closed, whole and without a write-ahead log beside it.
func (s *Store) copyToFile(ctx context.Context, path string) error {
	to, err := Open(ctx, path)
	if err != nil {
		return err
	}
	err = copyTables(ctx, s, to)
	if err == nil {
		err = to.Check(ctx)
	}
	if err == nil {
		// One plain file can be opened from a read-only medium; a file in WAL mode cannot.
		_, err = to.write.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
		err = errors.Join(err, to.read.Close())
	}
	if err == nil {
		_, err = to.write.ExecContext(ctx, `PRAGMA journal_mode(DELETE)`)
	}
	return errors.Join(err, to.Close())
}

func syncAll(paths ...string) error {
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("store: sync: %w", err)
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("store: sync: %w", err)
		}
	}
	return nil
}

// Restore loads a backup into the database at url, which must be empty, all or nothing. It checks the backup first and
// the result afterwards, and leaves the backup untouched.
func Restore(ctx context.Context, file, url string) error {
	from, discard, err := openCopy(ctx, file)
	if err != nil {
		return fmt.Errorf("store: restore: %w", err)
	}
	defer discard()
	if err := from.Check(ctx); err != nil {
		return err
	}
	to, err := Open(ctx, url)
	if err != nil {
		return err
	}
	err = copyTables(ctx, from, to)
	if err == nil {
		err = to.Check(ctx)
	}
	return errors.Join(err, to.Close())
}

// openCopy opens a private copy of a backup, because opening brings an old schema up to date and a backup is never
// written to. The copy is removed by discard.
func openCopy(ctx context.Context, file string) (s *Store, discard func(), err error) {
	folder, err := os.MkdirTemp("", "portsmouth-restore-*")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { _ = os.RemoveAll(folder) }
	path := filepath.Join(folder, "backup.db")
	if err := copyFile(file, path); err != nil {
		remove()
		return nil, nil, err
	}
	if s, err = Open(ctx, path); err != nil {
		remove()
		return nil, nil, &portsmouth.Error{
			Kind: portsmouth.Invalid, Rule: "backup-unreadable",
			Message: fmt.Sprintf("%s is not a backup that can be read: %v.", file, err),
		}
	}
	return s, func() { _ = s.Close(); remove() }, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// Check looks for damage: on SQLite the file itself, on both that the acts of every conference are numbered 1, 2, 3, …
// without a gap, and the leaves and hashes of its record 0, 1, 2, ….
func (s *Store) Check(ctx context.Context) error {
	if s.dialect.name == sqliteDialect.name {
		found, err := column(ctx, s.read, `PRAGMA integrity_check`)
		if err != nil {
			return damaged(err.Error())
		}
		if len(found) != 1 || found[0] != "ok" {
			return damaged(strings.Join(found, "; "))
		}
	}
	gaps, err := column(ctx, s.read, `SELECT conference FROM act
		GROUP BY conference HAVING min(seq) <> 1 OR max(seq) <> count(*) ORDER BY conference`)
	if err != nil {
		return fmt.Errorf("store: check: %w", err)
	}
	if len(gaps) > 0 {
		return damaged("acts are missing in " + strings.Join(gaps, ", "))
	}
	gaps, err = column(ctx, s.read, `SELECT conference FROM leaf
			GROUP BY conference HAVING min(number) <> 0 OR max(number) <> count(*) - 1
		UNION SELECT conference FROM leaf_hash
			GROUP BY conference HAVING min(place) <> 0 OR max(place) <> count(*) - 1 ORDER BY conference`)
	if err != nil {
		return fmt.Errorf("store: check: %w", err)
	}
	if len(gaps) > 0 {
		return damaged("leaves are missing in the record of " + strings.Join(gaps, ", "))
	}
	return nil
}

func damaged(what string) error {
	return &portsmouth.Error{
		Kind: portsmouth.Broken, Rule: "database-damaged",
		Message: "The database or backup is damaged: " + what + ".",
	}
}

// copyTables copies everything from one snapshot of a database into an empty one, in one transaction.
func copyTables(ctx context.Context, from, to *Store) error {
	source, err := from.read.BeginTx(ctx, &sql.TxOptions{Isolation: from.dialect.snapshot, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("store: copy: %w", err)
	}
	defer func() { _ = source.Rollback() }() // it has only read
	return to.transact(ctx, func(tx *sql.Tx) error {
		for _, t := range copied {
			if err := refuseUnlessEmpty(ctx, tx, t.name); err != nil {
				return err
			}
			if err := copyTable(ctx, source, tx, t.name, t.columns); err != nil {
				return fmt.Errorf("store: copy %s: %w", t.name, err)
			}
		}
		return nil
	})
}

func refuseUnlessEmpty(ctx context.Context, tx *sql.Tx, table string) error {
	var rows int64
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&rows); err != nil {
		return fmt.Errorf("store: copy: %w", err)
	}
	if rows > 0 {
		return portsmouth.Refuse("restore-overwrites",
			"The target holds data already (%s). A backup is restored only into an empty database.", table)
	}
	return nil
}

func copyTable(ctx context.Context, from querier, to *sql.Tx, table string, columns []string) error {
	rows, err := from.QueryContext(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	insert, err := to.PrepareContext(ctx, insertInto(table, columns))
	if err != nil {
		return err
	}
	defer insert.Close()
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i := range values {
			if b, is := values[i].([]byte); is { // the SQLite driver reads an empty BLOB as nil
				values[i] = blob(b)
			}
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

func insertInto(table string, columns []string) string {
	marks := make([]string, len(columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return `INSERT INTO ` + table + ` (` + strings.Join(columns, ", ") + `) VALUES (` + strings.Join(marks, ", ") + `)`
}
