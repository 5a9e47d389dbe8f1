// Package vault stands between the venue and its database: what goes down is sealed, what comes up is opened, so that who
// has the database, its write-ahead log or a backup, and not the key of the host, reads nothing that is not public.
//
// The body of every act that is not for everyone is sealed under the key of its room, and every key of a room under the key of
// the host, which is a file outside the database. So are the names of people, what an invitation is for, sessions and
// receipts. Everything is bound to its place: a text that is moved to another row does not open.
//
// What a thief of the disk still sees is written in docs/decisions/0013-confidential-acts-are-encrypted-at-rest.md. The
// vault is no protection against the person who runs the server.
package vault

import (
	"context"
	"crypto/cipher"
	"encoding/hex"
	"sync"

	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/venue"
)

// Database is what lies below: the database of the venue and of the accounts, with a place for keys and a way to seal
// what was written before there was a vault.
type Database interface {
	venue.Store
	account.Store

	// GetValue returns a small named value, nil when there is none.
	GetValue(ctx context.Context, name string) ([]byte, error)
	// PutValue keeps a small named value, replacing an older one.
	PutValue(ctx context.Context, name string, value []byte) error

	// RoomKey returns the wrapped key of a room, nil when it has none.
	RoomKey(ctx context.Context, conference, room string) ([]byte, error)
	// KeepRoomKey keeps the wrapped key of a room unless it has one, and returns the one that is kept.
	KeepRoomKey(ctx context.Context, conference, room string, proposed []byte) ([]byte, error)

	// RoomLocks returns how the keys of locked rooms are kept, by room and number.
	RoomLocks(ctx context.Context, conference string) ([]conference.LockRow, error)

	// SealActs replaces acts of a conference by those of the same numbers, all or none, as far as they are not sealed yet.
	SealActs(ctx context.Context, conference string, sealed []conference.Stored) error
	// SealRows replaces every row of all other tables that hold something confidential by what seal makes of it, all or
	// none, once: under a mark that is there already it does nothing.
	SealRows(ctx context.Context, mark string, seal func(table string, row map[string]any) error) error
	// Scrub has the database forget the bytes of rows that were replaced.
	Scrub(ctx context.Context) error
}

// Vault is a database whose confidential columns are sealed. It is safe for concurrent use.
type Vault struct {
	db   Database
	host hostKeys

	mu    sync.RWMutex
	rooms map[roomID]cipher.AEAD // as far as they have been used; some tens of bytes each
	begun map[string]*begunLock  // by name of the room: of appends that have not come through
}

type roomID struct{ conference, room string }

var (
	_ venue.Store   = (*Vault)(nil)
	_ account.Store = (*Vault)(nil)
)

// The settings of the vault in the database.
const (
	boundSetting  = "host-key"       // a name of the key of the host, by which another key is noticed
	rowsSetting   = "vault-rows"     // there when all rows but the acts have been sealed
	sealedSetting = "vault-sealed"   // there when nothing unsealed is left, nor its traces
	checkName     = "the host's key" // what the key names to be known again
)

// Open opens the vault over a database, and seals what it finds unsealed: a database from before there was a vault, or one
// into which an older backup was restored. A key that is not the database's is refused with ErrOtherKey.
func Open(ctx context.Context, db Database, key Key) (*Vault, error) {
	host, err := deriveHostKeys(key)
	if err != nil {
		return nil, err
	}
	v := &Vault{db: db, host: host, rooms: map[roomID]cipher.AEAD{}, begun: map[string]*begunLock{}}
	name := host.named(checkName)
	kept, err := db.KeepValue(ctx, boundSetting, []byte(name))
	if err != nil {
		return nil, err
	}
	if string(kept) != name {
		return nil, ErrOtherKey
	}
	return v, v.sealOld(ctx)
}

// values is what the two questions below need of a database.
type values interface {
	GetValue(ctx context.Context, name string) ([]byte, error)
}

// Bound reports whether a database has a key already, so that no other may be made for it.
func Bound(ctx context.Context, db values) (bool, error) {
	kept, err := db.GetValue(ctx, boundSetting)
	return kept != nil, err
}

// Sealed reports whether nothing confidential lies open in a database.
func Sealed(ctx context.Context, db values) (bool, error) {
	kept, err := db.GetValue(ctx, sealedSetting)
	return kept != nil, err
}

// room returns the box of a room's key. Make says that the room gets a key when it has none.
func (v *Vault) room(ctx context.Context, id roomID, make bool) (cipher.AEAD, error) {
	v.mu.RLock()
	box := v.rooms[id]
	v.mu.RUnlock()
	if box != nil {
		return box, nil
	}
	wrapped, err := v.wrapped(ctx, id, make)
	if err != nil {
		return nil, err
	}
	raw, err := open(v.host.box, wrapped, "room key", id.conference, id.room)
	if err != nil || len(raw) != len(Key{}) {
		return nil, errOpen
	}
	if box, err = newBox(Key(raw)); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rooms[id] = box
	return box, nil
}

// wrapped finds the key of a room as it is kept. A key is on disk before anything is sealed with it, and of several nodes
// that propose one all get the same.
func (v *Vault) wrapped(ctx context.Context, id roomID, make bool) ([]byte, error) {
	name := v.host.named("room", id.conference, id.room)
	wrapped, err := v.db.RoomKey(ctx, id.conference, name)
	if err != nil || wrapped != nil || !make {
		return wrapped, err
	}
	key := NewKey()
	return v.db.KeepRoomKey(ctx, id.conference, name, seal(v.host.box, key[:], textStep, "room key", id.conference, id.room))
}

// digestName hides the digest of a request: it is one of a text that might be guessed, such as a yes or no.
func (v *Vault) digestName(id, key string, digest [32]byte) [32]byte {
	return v.host.pseudonym("digest", id, key, hex.EncodeToString(digest[:]))
}
