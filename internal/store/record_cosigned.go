package store

import (
	"context"
	"database/sql"
	"fmt"
)

// What witnesses say of a record is kept here and not in the record, which does not grow by being looked at. It is public, as
// the record is. What a sight holds is the venue's business; here it is bytes of a witness, of a record of some size.

// PutCosignature keeps what the witness with this key says of a record of size leaves, at its time in milliseconds since 1970,
// unless something newer of it is kept: of more leaves, or of as many and as late. It reports whether it was new.
func (s *Store) PutCosignature(ctx context.Context, id, key string, size, at int64, sight []byte) (newer bool, err error) {
	n, err := s.exec(ctx, `INSERT INTO cosigned (conference, key, size, at, sight, told) VALUES ($1, $2, $3, $4, $5, 0)
		ON CONFLICT (conference, key) DO UPDATE SET size = excluded.size, at = excluded.at, sight = excluded.sight, told = 0
		WHERE excluded.size > cosigned.size OR excluded.size = cosigned.size AND excluded.at > cosigned.at`,
		id, key, size, at, blob(sight))
	return n > 0, err
}

// Cosignatures returns what witnesses say of a record, of each the newest; always in the same order.
func (s *Store) Cosignatures(ctx context.Context, id string) ([][]byte, error) {
	sights, err := s.blobs(ctx, `SELECT sight FROM cosigned WHERE conference = $1 ORDER BY key`, id)
	if err != nil {
		return nil, fmt.Errorf("store: cosigned: %w", err)
	}
	return sights, nil
}

// DropCosignatures forgets what witnesses said of a record that broke.
func (s *Store) DropCosignatures(ctx context.Context, id string) error {
	_, err := s.exec(ctx, `DELETE FROM cosigned WHERE conference = $1`, id)
	return err
}

// Untold lists the conferences with a cosignature of which nobody has said yet that it was looked at, sorted.
func (s *Store) Untold(ctx context.Context) ([]string, error) {
	return s.sortedIDs(ctx, `SELECT DISTINCT conference FROM cosigned WHERE told = 0`)
}

// Told says that these cosignatures were looked at. One that is newer than any of them was not.
func (s *Store) Told(ctx context.Context, id string, sights [][]byte) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		for _, sight := range sights {
			if _, err := tx.ExecContext(ctx, `UPDATE cosigned SET told = 1 WHERE conference = $1 AND sight = $2`, id, sight); err != nil {
				return fmt.Errorf("store: cosigned: %w", err)
			}
		}
		return nil
	})
}
