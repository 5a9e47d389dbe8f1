// Package account knows who the people are and how they enter: invitations, links back, passkeys and the sessions of
// their devices. It decides who somebody is, never what they may do in a conference.
//
// People have no e-mail address and no password. Somebody enters by a link that is used once, stays in on that device,
// and may add a passkey to come back without a link. Every token has 256 random bits and only its SHA-256 is stored,
// so that a thief of the database can enter nowhere.
//
// What unlocks a person's reading key, a passphrase among it, lets nobody in: see way.go.
package account

import (
	"context"
	"time"
)

// Person is somebody who can be signed in. ID is 128 random bits in hexadecimal, so it tells nothing of when or in
// what order people came.
type Person struct {
	ID      string
	Name    string
	Host    bool // opens conferences on this server
	Created time.Time
}

// Invitation is a link into one conference, bound to one role. Invite is the number or name of the act that invited.
type Invitation struct {
	Hash       []byte // SHA-256 of the token
	Conference string
	Invite     string
	Role       string
	Party      string // "" for a role that belongs to no party
	Expires    time.Time
	Used       time.Time // zero while unused
	UsedBy     string    // person id
	Revoked    bool
}

// WayBack is a link that signs one known person in, once.
type WayBack struct {
	Hash    []byte // SHA-256 of the token
	Person  string
	Expires time.Time
	Used    time.Time
}

// Passkey is one credential of a person. Credential is the record of the WebAuthn library as JSON.
type Passkey struct {
	ID         []byte
	Person     string
	Credential []byte
	Created    time.Time
}

// Session is the session of one browser, as it is kept.
type Session struct {
	Token   string // hashed
	Person  string // who is signed in, "" for nobody
	Data    []byte
	Expires time.Time
}

// Store is what accounts need of a database. Times are kept to the millisecond. The found flags tell "unknown" from
// "the database failed".
type Store interface {
	// AddPerson keeps a new person; one that is already there stays as it is.
	AddPerson(ctx context.Context, p Person) error
	// Rename changes the name of a person.
	Rename(ctx context.Context, person, name string) error
	// Person finds a person by id.
	Person(ctx context.Context, id string) (p Person, found bool, err error)

	// AddInvitation keeps a new invitation.
	AddInvitation(ctx context.Context, i Invitation) error
	// Invitation finds an invitation by the hash of its token.
	Invitation(ctx context.Context, hash []byte) (i Invitation, found bool, err error)
	// UseInvitation marks an invitation as used by person and reports whether it was this call that did so. It does
	// nothing when the invitation is used, revoked or expired at now.
	UseInvitation(ctx context.Context, hash []byte, person string, now time.Time) (bool, error)
	// RevokeInvitation ends the unused invitations that an act of a conference made.
	RevokeInvitation(ctx context.Context, conference, invite string, now time.Time) error

	// AddWayBack keeps a new link back.
	AddWayBack(ctx context.Context, w WayBack) error
	// UseWayBack marks a link back as used and returns its person; found is false when it is unknown, used or
	// expired at now.
	UseWayBack(ctx context.Context, hash []byte, now time.Time) (person string, found bool, err error)

	// PutPasskey keeps a passkey, new or with a changed counter. It never moves a passkey to another person.
	PutPasskey(ctx context.Context, k Passkey) error
	// Passkeys lists the passkeys of a person, oldest first.
	Passkeys(ctx context.Context, person string) ([]Passkey, error)
	// DropPasskey removes one passkey of a person.
	DropPasskey(ctx context.Context, person string, id []byte) error

	// Ways returns the ways to a person's reading key as they are kept, and their version; nil and 0 when there are none.
	Ways(ctx context.Context, person string) (ways []byte, version int64, err error)
	// PutWays keeps them in place of those of a version, 0 for none, and reports whether that was still the version.
	PutWays(ctx context.Context, person string, ways []byte, version int64) (bool, error)

	// DropWaysBack removes the links back of a person.
	DropWaysBack(ctx context.Context, person string) error

	// Session finds a session that has not expired at now. Token is already hashed. Its Person need not be the id: a
	// database that hides whose a session is tells by it only whether it knows.
	Session(ctx context.Context, token string, now time.Time) (n Session, found bool, err error)
	// AddSession keeps a new session.
	AddSession(ctx context.Context, n Session) error
	// ChangeSession puts n, which may have another token, in the place of the session with that token, and reports whether
	// it was still there: whoever ended it has ended it.
	ChangeSession(ctx context.Context, token string, n Session) (bool, error)
	// DropSession removes a session; an unknown one is no error.
	DropSession(ctx context.Context, token string) error
	// SessionsOf lists the sessions of a person that have not expired at now, by their tokens, with the person's id.
	SessionsOf(ctx context.Context, person string, now time.Time) ([]Session, error)
	// DropSessionsOf removes the sessions of a person but the one with that token.
	DropSessionsOf(ctx context.Context, person, but string) error
	// Unexpired returns those of the tokens whose sessions have not ended at now.
	Unexpired(ctx context.Context, tokens []string, now time.Time) ([]string, error)
	// Sweep removes what has expired at now: sessions and links back.
	Sweep(ctx context.Context, now time.Time) error

	// KeepValue keeps a small named value unless there is one already, and returns the one that is kept.
	KeepValue(ctx context.Context, name string, proposed []byte) (kept []byte, err error)
}
