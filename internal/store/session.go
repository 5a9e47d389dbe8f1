package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"portsmouth/internal/account"
)

// Session finds a session that has not expired at now.
func (s *Store) Session(ctx context.Context, token string, now time.Time) (account.Session, bool, error) {
	n, expires := account.Session{Token: token}, int64(0)
	err := s.read.QueryRowContext(ctx, `SELECT person, data, expires FROM session WHERE token = $1 AND expires > $2`, token, millis(now)).
		Scan(&n.Person, &n.Data, &expires)
	if found, err := present("session", err); !found {
		return account.Session{}, false, err
	}
	n.Expires = moment(expires)
	return n, true, nil
}

// AddSession keeps a new session.
func (s *Store) AddSession(ctx context.Context, n account.Session) error {
	_, err := s.exec(ctx, `INSERT INTO session (token, person, data, expires) VALUES ($1, $2, $3, $4)`,
		n.Token, n.Person, blob(n.Data), millis(n.Expires))
	return err
}

// ChangeSession puts n in the place of the session with that token, if it is still there.
func (s *Store) ChangeSession(ctx context.Context, token string, n account.Session) (bool, error) {
	rows, err := s.exec(ctx, `UPDATE session SET token = $1, person = $2, data = $3, expires = $4 WHERE token = $5`,
		n.Token, n.Person, blob(n.Data), millis(n.Expires), token)
	return rows == 1, err
}

// DropSession removes a session; an unknown one is no error.
func (s *Store) DropSession(ctx context.Context, token string) error {
	_, err := s.exec(ctx, `DELETE FROM session WHERE token = $1`, token)
	return err
}

// SessionsOf lists the sessions of a person that have not expired at now, by their tokens.
func (s *Store) SessionsOf(ctx context.Context, person string, now time.Time) ([]account.Session, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT token, data, expires FROM session WHERE person = $1 AND expires > $2 ORDER BY token`, person, millis(now))
	if err != nil {
		return nil, fmt.Errorf("store: sessions: %w", err)
	}
	defer rows.Close()
	var list []account.Session
	for rows.Next() {
		n, expires := account.Session{Person: person}, int64(0)
		if err := rows.Scan(&n.Token, &n.Data, &expires); err != nil {
			return nil, fmt.Errorf("store: sessions: %w", err)
		}
		n.Expires = moment(expires)
		list = append(list, n)
	}
	return list, rows.Err()
}

// DropSessionsOf removes the sessions of a person but the one with that token.
func (s *Store) DropSessionsOf(ctx context.Context, person, but string) error {
	_, err := s.exec(ctx, `DELETE FROM session WHERE person = $1 AND token <> $2`, person, but)
	return err
}

// EndSessions removes every session and every link back, and returns how many sessions there were.
func (s *Store) EndSessions(ctx context.Context) (ended int64, err error) {
	if _, err := s.exec(ctx, `DELETE FROM way_back`); err != nil {
		return 0, err
	}
	return s.exec(ctx, `DELETE FROM session`)
}

// atOnce is how many sessions one statement asks for: databases bound the number of parameters.
const atOnce = 500

// Unexpired returns those of the tokens whose sessions have not ended at now.
func (s *Store) Unexpired(ctx context.Context, tokens []string, now time.Time) ([]string, error) {
	var there []string
	for some := range slices.Chunk(tokens, atOnce) {
		marks, values := make([]string, len(some)), []any{millis(now)}
		for k, token := range some {
			marks[k] = fmt.Sprintf("$%d", k+2)
			values = append(values, token)
		}
		found, err := column(ctx, s.read,
			`SELECT token FROM session WHERE expires > $1 AND token IN (`+strings.Join(marks, ", ")+`)`, values...)
		if err != nil {
			return nil, fmt.Errorf("store: sessions: %w", err)
		}
		there = append(there, found...)
	}
	return there, nil
}
