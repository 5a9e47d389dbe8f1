package store

import (
	"context"
	"database/sql"
	"errors"
)

// Ways returns the ways to a person's reading key as they are kept, and their version; nil and 0 when there are none.
func (s *Store) Ways(ctx context.Context, person string) (ways []byte, version int64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT ways, version FROM way WHERE person = $1`, person).Scan(&ways, &version)
	if found, err := present("ways", err); !found {
		return nil, 0, err
	}
	return ways, version, nil
}

// PutWays keeps them in place of those of a version, 0 for none, and reports whether that was still the version. One
// statement decides, so of two who change them at the same instant one is told.
func (s *Store) PutWays(ctx context.Context, person string, ways []byte, version int64) (bool, error) {
	if version == 0 {
		n, err := s.exec(ctx, `INSERT INTO way (person, version, ways) VALUES ($1, 1, $2) ON CONFLICT (person) DO NOTHING`,
			person, blob(ways))
		return n == 1, err
	}
	var n int64
	err := s.transact(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE way SET ways = $1, version = version + 1 WHERE person = $2 AND version = $3`,
			blob(ways), person, version)
		if err == nil {
			n, err = result.RowsAffected()
		}
		if err != nil || n != 1 || s.dialect.name == postgresDialect.name {
			return err
		}
		return markTraces(ctx, tx)
	})
	if err != nil || n != 1 {
		return false, err
	}
	// It has happened: that who asked went away changes nothing, and would leave the connection as it is meanwhile.
	return true, s.forgetWays(context.WithoutCancel(ctx))
}

// forgetWays removes what is left of the ways that were replaced: an old passphrase opens nothing that is still to be had. The
// commit loop tries again while somebody reads the write-ahead log.
func (s *Store) forgetWays(ctx context.Context) error {
	if s.dialect.name == postgresDialect.name {
		_, err := s.exec(ctx, `VACUUM FULL way`)
		return err
	}
	err := s.emptyLog(ctx)
	select {
	case s.replaced <- struct{}{}:
	default: // it has been told
	}
	if errors.Is(err, errBusy) {
		return nil
	}
	return err
}
