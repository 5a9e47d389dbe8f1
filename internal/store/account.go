package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"portsmouth/internal/account"
)

var _ account.Store = (*Store)(nil)

// AddPerson keeps a new person; one that is already there stays as it is.
func (s *Store) AddPerson(ctx context.Context, p account.Person) error {
	_, err := s.exec(ctx, `INSERT INTO person (id, name, host, created) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO NOTHING`, p.ID, p.Name, flag(p.Host), millis(p.Created))
	return err
}

// Rename changes the name of a person.
func (s *Store) Rename(ctx context.Context, person, name string) error {
	_, err := s.exec(ctx, `UPDATE person SET name = $1 WHERE id = $2`, name, person)
	return err
}

// Person finds a person by id.
func (s *Store) Person(ctx context.Context, id string) (account.Person, bool, error) {
	var (
		p             account.Person
		host, created int64
	)
	err := s.read.QueryRowContext(ctx, `SELECT id, name, host, created FROM person WHERE id = $1`, id).
		Scan(&p.ID, &p.Name, &host, &created)
	if found, err := present("person", err); !found {
		return account.Person{}, false, err
	}
	p.Host, p.Created = host == 1, moment(created)
	return p, true, nil
}

// present turns the error of a query for one row into "found".
func present(what string, err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("store: %s: %w", what, err)
	}
	return true, nil
}

// AddInvitation keeps a new invitation.
func (s *Store) AddInvitation(ctx context.Context, i account.Invitation) error {
	_, err := s.exec(ctx, `INSERT INTO invitation
		(hash, conference, invite, role, party, expires, used, used_by, revoked)
		VALUES ($1, $2, $3, $4, $5, $6, 0, '', 0)`,
		i.Hash, i.Conference, i.Invite, i.Role, i.Party, millis(i.Expires))
	return err
}

// Invitation finds an invitation by the hash of its token.
func (s *Store) Invitation(ctx context.Context, hash []byte) (account.Invitation, bool, error) {
	var (
		i                      account.Invitation
		expires, used, revoked int64
	)
	err := s.read.QueryRowContext(ctx, `SELECT hash, conference, invite, role, party, expires, used, used_by, revoked
		FROM invitation WHERE hash = $1`, hash).
		Scan(&i.Hash, &i.Conference, &i.Invite, &i.Role, &i.Party, &expires, &used, &i.UsedBy, &revoked)
	if found, err := present("invitation", err); !found {
		return account.Invitation{}, false, err
	}
	i.Expires, i.Used, i.Revoked = moment(expires), moment(used), revoked > 0
	return i, true, nil
}

// UseInvitation marks an invitation as used, if it still can be. One statement decides, so of two who come at the same
// instant one enters.
func (s *Store) UseInvitation(ctx context.Context, hash []byte, person string, now time.Time) (bool, error) {
	n, err := s.exec(ctx, `UPDATE invitation SET used = $1, used_by = $2
		WHERE hash = $3 AND used = 0 AND revoked = 0 AND expires > $4`, millis(now), person, hash, millis(now))
	return n == 1, err
}

// RevokeInvitation ends the unused invitations that an act of a conference made.
func (s *Store) RevokeInvitation(ctx context.Context, conference, invite string, now time.Time) error {
	_, err := s.exec(ctx, `UPDATE invitation SET revoked = $1
		WHERE conference = $2 AND invite = $3 AND used = 0 AND revoked = 0`, millis(now), conference, invite)
	return err
}

// AddWayBack keeps a new link back.
func (s *Store) AddWayBack(ctx context.Context, w account.WayBack) error {
	_, err := s.exec(ctx, `INSERT INTO way_back (hash, person, expires, used) VALUES ($1, $2, $3, 0)`,
		w.Hash, w.Person, millis(w.Expires))
	return err
}

// UseWayBack marks a link back as used, if it still can be, and returns its person. Marking comes first and looking
// second: a link is found only by the one whose statement changed it.
func (s *Store) UseWayBack(ctx context.Context, hash []byte, now time.Time) (string, bool, error) {
	n, err := s.exec(ctx, `UPDATE way_back SET used = $1 WHERE hash = $2 AND used = 0 AND expires > $3`,
		millis(now), hash, millis(now))
	if err != nil || n == 0 {
		return "", false, err
	}
	var person string
	err = s.read.QueryRowContext(ctx, `SELECT person FROM way_back WHERE hash = $1`, hash).Scan(&person)
	found, err := present("way back", err)
	return person, found, err
}

// DropWaysBack removes the links back of a person.
func (s *Store) DropWaysBack(ctx context.Context, person string) error {
	_, err := s.exec(ctx, `DELETE FROM way_back WHERE person = $1`, person)
	return err
}

// PutPasskey keeps a passkey, new or with a changed counter. It never moves a passkey to another person.
func (s *Store) PutPasskey(ctx context.Context, k account.Passkey) error {
	n, err := s.exec(ctx, `INSERT INTO passkey (id, person, credential, created) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET credential = excluded.credential WHERE passkey.person = excluded.person`,
		k.ID, k.Person, string(k.Credential), millis(k.Created))
	if err == nil && n == 0 {
		return errors.New("store: this passkey belongs to somebody else")
	}
	return err
}

// Passkeys lists the passkeys of a person, oldest first.
func (s *Store) Passkeys(ctx context.Context, person string) ([]account.Passkey, error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT id, credential, created FROM passkey WHERE person = $1 ORDER BY created, id`, person)
	if err != nil {
		return nil, fmt.Errorf("store: passkeys: %w", err)
	}
	defer rows.Close()
	var keys []account.Passkey
	for rows.Next() {
		k := account.Passkey{Person: person}
		var (
			credential string
			created    int64
		)
		if err := rows.Scan(&k.ID, &credential, &created); err != nil {
			return nil, fmt.Errorf("store: passkeys: %w", err)
		}
		k.Credential, k.Created = []byte(credential), moment(created)
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// DropPasskey removes one passkey of a person.
func (s *Store) DropPasskey(ctx context.Context, person string, id []byte) error {
	_, err := s.exec(ctx, `DELETE FROM passkey WHERE person = $1 AND id = $2`, person, id)
	return err
}

// Sweep removes the sessions and links back that have expired at now. Invitations stay: a link that is opened late
// gets an explanation, not silence.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	_, err := s.exec(ctx, `DELETE FROM session WHERE expires <= $1`, millis(now))
	if err != nil {
		return err
	}
	_, err = s.exec(ctx, `DELETE FROM way_back WHERE expires <= $1`, millis(now))
	return err
}
