package store

import (
	"context"
	"database/sql"
	"fmt"

	"portsmouth/conference"
)

// RoomLocks returns how the keys of the private rooms of a conference are kept, by room and number.
func (s *Store) RoomLocks(ctx context.Context, id string) ([]conference.LockRow, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT room, number, sealed FROM room_lock WHERE conference = $1 ORDER BY room, number`, id)
	if err != nil {
		return nil, fmt.Errorf("store: locks: %w", err)
	}
	defer rows.Close()
	var list []conference.LockRow
	for rows.Next() {
		var row conference.LockRow
		if err := rows.Scan(&row.Room, &row.Number, &row.Sealed); err != nil {
			return nil, fmt.Errorf("store: locks: %w", err)
		}
		list = append(list, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: locks: %w", err)
	}
	return list, nil
}

// putLocks keeps the rows of locks that an append brings, and what opens words from now on. A note that was destroyed
// meanwhile stays so.
func putLocks(ctx context.Context, tx *sql.Tx, a conference.Append) error {
	for _, row := range a.LockRows {
		_, err := tx.ExecContext(ctx, `INSERT INTO room_lock (conference, room, number, sealed) VALUES ($1, $2, $3, $4)
			ON CONFLICT (conference, room, number) DO UPDATE SET sealed = excluded.sealed`,
			a.Conference, row.Room, row.Number, blob(row.Sealed))
		if err != nil {
			return err
		}
	}
	for _, act := range a.Rewrap {
		_, err := tx.ExecContext(ctx, `UPDATE note SET note = $1 WHERE conference = $2 AND seq = $3`, blob(act.Note), a.Conference, act.Seq)
		if err != nil {
			return err
		}
	}
	if len(a.Rewrap) == 0 {
		return nil
	}
	return markTraces(ctx, tx)
}

// markTraces remembers that the write-ahead log may hold what is to be forgotten.
func markTraces(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, tracesSetting, []byte("1"))
	return err
}
