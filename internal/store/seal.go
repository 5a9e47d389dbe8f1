package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"portsmouth/conference"
)

// What the vault (package internal/vault) needs of a database: a place for the wrapped keys of rooms, and a way to seal what
// was written before there was a vault. What a sealed value is, is none of the store's business.

// RoomKey returns the wrapped key of a room, nil when it has none.
func (s *Store) RoomKey(ctx context.Context, conference, room string) ([]byte, error) {
	var wrapped []byte
	err := s.read.QueryRowContext(ctx, `SELECT wrapped FROM room_key WHERE conference = $1 AND room = $2`, conference, room).
		Scan(&wrapped)
	if found, err := present("room key", err); !found {
		return nil, err
	}
	return blob(wrapped), nil
}

// KeepRoomKey keeps the wrapped key of a room unless it has one, and returns the one that is kept, which is on disk.
func (s *Store) KeepRoomKey(ctx context.Context, conference, room string, proposed []byte) ([]byte, error) {
	_, err := s.exec(ctx, `INSERT INTO room_key (conference, room, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		conference, room, proposed)
	if err != nil {
		return nil, err
	}
	return s.RoomKey(ctx, conference, room)
}

// SealActs replaces acts of a conference by those of the same numbers, all or none, as far as they are not sealed yet. The
// database lets an act be replaced in this way only: from a room of its own into the room "sealed".
func (s *Store) SealActs(ctx context.Context, conference string, sealed []conference.Stored) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		for _, act := range sealed {
			if err := sealAct(ctx, tx, conference, act); err != nil {
				return fmt.Errorf("store: seal act: %w", err)
			}
		}
		return nil
	})
}

// sealAct replaces an act that lies open, together with its note. Of several nodes that seal the same act the first one's
// stays, and its note with it: each seals a note under a key that the other does not know.
func sealAct(ctx context.Context, tx *sql.Tx, id string, act conference.Stored) error {
	result, err := tx.ExecContext(ctx, `UPDATE act SET room = $1, body = $2 WHERE conference = $3 AND seq = $4 AND room <> 'sealed'`,
		act.Room, act.Body, id, act.Seq)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return err
	}
	return sealNote(ctx, tx, id, act)
}

// confidential lists the tables beside the acts with something confidential in them: their keys, then what SealRows hands
// out beside them.
var confidential = []struct {
	name          string
	keys, columns []string
}{
	{"person", []string{"id"}, []string{"name"}},
	{"invitation", []string{"hash"}, []string{"role", "party", "used_by"}},
	{"passkey", []string{"id"}, []string{"person", "credential"}},
	{"session", []string{"token"}, []string{"data"}},
	{"receipt", []string{"conference", "key"}, []string{"digest", "receipt"}},
	{"conference", []string{"id"}, []string{"members"}},
	{"member", []string{"person", "conference"}, nil},
}

// SealRows replaces every row of the confidential tables by what seal makes of it, all or none, once: under a mark that is
// there already it does nothing. Of several nodes that start together one does it and the others wait.
func (s *Store) SealRows(ctx context.Context, mark string, seal func(table string, row map[string]any) error) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
			mark, []byte("1"))
		if err != nil {
			return fmt.Errorf("store: seal: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		for _, t := range confidential {
			if err := sealTable(ctx, tx, t.name, t.keys, t.columns, seal); err != nil {
				return fmt.Errorf("store: seal %s: %w", t.name, err)
			}
		}
		return nil
	})
}

// sealTable reads all rows before it changes the first, since a table that is changed while it is read may show a row twice.
func sealTable(
	ctx context.Context, tx *sql.Tx, table string, keys, columns []string, seal func(string, map[string]any) error,
) error {
	all := slices.Concat(keys, columns)
	rows, err := allRows(ctx, tx, table, all)
	if err != nil {
		return err
	}
	update, err := tx.PrepareContext(ctx, updateOf(table, all, keys))
	if err != nil {
		return err
	}
	defer update.Close()
	for _, row := range rows {
		before := slices.Clone(row[:len(keys)])
		named := map[string]any{}
		for k, column := range all {
			named[column] = row[k]
		}
		if err := seal(table, named); err != nil {
			return err
		}
		for k, column := range all {
			row[k] = named[column]
		}
		if _, err := update.ExecContext(ctx, append(row, before...)...); err != nil {
			return err
		}
	}
	return nil
}

func allRows(ctx context.Context, tx *sql.Tx, table string, columns []string) ([][]any, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found [][]any
	for rows.Next() {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		for i := range values {
			if b, is := values[i].([]byte); is { // the SQLite driver reads an empty BLOB as nil
				values[i] = blob(b)
			}
		}
		found = append(found, values)
	}
	return found, rows.Err()
}

// updateOf sets all columns where the keys are as they were.
func updateOf(table string, columns, keys []string) string {
	set, where := make([]string, len(columns)), make([]string, len(keys))
	for i, column := range columns {
		set[i] = fmt.Sprintf("%s = $%d", column, i+1)
	}
	for i, key := range keys {
		where[i] = fmt.Sprintf("%s = $%d", key, len(columns)+i+1)
	}
	return `UPDATE ` + table + ` SET ` + strings.Join(set, ", ") + ` WHERE ` + strings.Join(where, " AND ")
}

// Scrub has the database forget the bytes of rows that were replaced. On SQLite the file is written anew and the write-ahead
// log emptied; on PostgreSQL the tables are written anew, and the server's own log forgets in its time.
func (s *Store) Scrub(ctx context.Context) error {
	if s.dialect.name == postgresDialect.name {
		tables := []string{"act", "note"}
		for _, t := range confidential {
			tables = append(tables, t.name)
		}
		_, err := s.exec(ctx, `VACUUM FULL `+strings.Join(tables, ", "))
		return err
	}
	if _, err := s.exec(ctx, `VACUUM`); err != nil {
		return err
	}
	var busy, pages, moved int
	if err := s.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("store: scrub: %w", err)
	}
	if busy != 0 {
		return fmt.Errorf("store: scrub: the database is being read by another program; close it and start again")
	}
	return nil
}
