package vault

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"strconv"
	"time"

	"portsmouth/conference"
)

// The rooms as the database sees them: what is for everyone, and all others, which look alike. Which room an act belongs
// to would tell that a party confers in private, and how often.
const (
	publicRoom = string(conference.ToPublic)
	sealedRoom = "sealed"
)

// sealAct seals an act for its place: the room under the host's key, the body under the room's. Public acts stay as they are.
// inForce is the lock of the room, nil for none.
func (v *Vault) sealAct(ctx context.Context, id string, act conference.Stored, inForce *roomLock) (conference.Stored, error) {
	if act.Room == publicRoom {
		return act, nil
	}
	box, err := v.room(ctx, roomID{id, act.Room}, true)
	if err != nil {
		return act, err
	}
	number := strconv.FormatInt(act.Seq, 10)
	label := seal(v.host.box, []byte(act.Room), textStep, "room of act", id, number)
	body := binary.BigEndian.AppendUint16(nil, uint16(len(label)))
	body = append(body, label...)
	if act.Words != nil {
		return sealWords(box, act, body, spot{id, number, act.Room}, inForce)
	}
	if act.Note != nil {
		return sealNote(box, act, body, id, number)
	}
	body = append(body, seal(box, act.Body, actStep, "act", id, number, act.Room)...)
	return conference.Stored{Seq: act.Seq, Room: sealedRoom, Body: body}, nil
}

// openAct is its inverse. An act that is neither public nor sealed is not one that the vault has written.
func (v *Vault) openAct(ctx context.Context, id string, act conference.Stored) (conference.Stored, error) {
	if act.Room == publicRoom {
		return act, nil
	}
	at, sealed, err := v.label(id, act)
	if err != nil {
		return act, err
	}
	box, err := v.room(ctx, roomID{id, at.room}, false)
	if err != nil {
		return act, err
	}
	switch {
	case len(sealed) > 0 && sealed[0] == wordsForm:
		return openWords(box, act, sealed, at)
	case isNote(sealed):
		return openNote(box, act, sealed, id, at.number, at.room)
	}
	body, err := open(box, sealed, "act", id, at.number, at.room)
	return conference.Stored{Seq: act.Seq, Room: at.room, Body: body}, err
}

// label reads where a sealed act belongs, and returns what is sealed behind that.
func (v *Vault) label(id string, act conference.Stored) (at spot, sealed []byte, err error) {
	if act.Room != sealedRoom || len(act.Body) < 2 {
		return at, nil, errOpen
	}
	size := 2 + int(binary.BigEndian.Uint16(act.Body))
	if len(act.Body) < size {
		return at, nil, errOpen
	}
	number := strconv.FormatInt(act.Seq, 10)
	room, err := open(v.host.box, act.Body[2:size], "room of act", id, number)
	return spot{id, number, string(room)}, act.Body[size:], err
}

// Append seals acts, their receipt and their index, and appends them.
func (v *Vault) Append(ctx context.Context, a conference.Append) (conference.Appended, error) {
	key, words := a.Key, slices.ContainsFunc(a.Acts, hasWords)
	var err error
	if a.Acts, err = v.sealActs(ctx, &a); err != nil {
		return conference.Appended{}, err
	}
	a.Index = v.sealIndex(a.Index)
	if key != "" {
		a.Receipt = v.sealReceipt(a.Conference, key, a.Digest, a.Receipt)
		a.Key, a.Digest = v.host.named("key", a.Conference, key), v.digestName(a.Conference, key, a.Digest)
	}
	done, err := v.db.Append(ctx, a)
	if err == nil && key != "" {
		_, done.Receipt, err = v.openReceipt(a.Conference, key, done.Receipt)
	}
	if err == nil && a.Locks != nil {
		v.came(a)
	}
	if err == nil && words && !done.Repeated {
		done.Locked, err = v.lockedOf(ctx, a)
	}
	return done, err
}

// sealActs returns the acts of an append sealed, in a list of its own: the caller goes on using its own.
func (v *Vault) sealActs(ctx context.Context, a *conference.Append) ([]conference.Stored, error) {
	all, err := v.locksFor(ctx, a)
	if err != nil {
		return nil, err
	}
	sealed := make([]conference.Stored, 0, len(a.Acts))
	for k, act := range a.Acts {
		act.Seq = a.Expected + int64(k) + 1
		act, err := v.sealAct(ctx, a.Conference, act, all.inForce(v.lockName(a.Conference, act.Room)))
		if err != nil {
			return nil, err
		}
		sealed = append(sealed, act)
	}
	return sealed, nil
}

func hasWords(act conference.Stored) bool { return act.Words != nil }

// locksFor reads the locks as an append leaves them, if it has to do with them at all.
func (v *Vault) locksFor(ctx context.Context, a *conference.Append) (locks, error) {
	if len(a.Locks) == 0 && !slices.ContainsFunc(a.Acts, hasWords) {
		return nil, nil
	}
	names := map[string]bool{}
	for _, act := range a.Acts {
		names[v.lockName(a.Conference, act.Room)] = true
	}
	for _, want := range a.Locks {
		names[v.lockName(a.Conference, string(want.Room))] = true
	}
	all, err := v.locksOf(ctx, a.Conference, func(room string) bool { return names[room] }, true)
	if err != nil {
		return nil, err
	}
	return all, v.relock(ctx, a, all)
}

// lockedOf is what was written as it is read, when some of it is locked: then the caller is to remember no more than that.
func (v *Vault) lockedOf(ctx context.Context, a conference.Append) ([]conference.Stored, error) {
	opened := make([]conference.Stored, 0, len(a.Acts))
	some := false
	for _, act := range a.Acts {
		act, err := v.openAct(ctx, a.Conference, act)
		if err != nil {
			return nil, err
		}
		opened, some = append(opened, act), some || act.Sealed != nil
	}
	if !some {
		return nil, nil
	}
	return opened, nil
}

// sealReceipt keeps the digest of the request beside its receipt, because the column of digests holds a name of it.
func (v *Vault) sealReceipt(id, key string, digest [32]byte, receipt []byte) []byte {
	return seal(v.host.box, append(digest[:], receipt...), actStep, "receipt", id, key)
}

func (v *Vault) openReceipt(id, key string, sealed []byte) (digest [32]byte, receipt []byte, err error) {
	kept, err := open(v.host.box, sealed, "receipt", id, key)
	if err != nil || len(kept) < len(digest) {
		return digest, nil, errOpen
	}
	return [32]byte(kept), kept[len(digest):], nil
}

// Receipt returns what is kept with an idempotency key.
func (v *Vault) Receipt(ctx context.Context, id, key string) (digest [32]byte, receipt []byte, found bool, err error) {
	_, sealed, found, err := v.db.Receipt(ctx, id, v.host.named("key", id, key))
	if err != nil || !found {
		return digest, nil, false, err
	}
	if len(bytes.Trim(sealed, "\x00")) == 0 {
		return digest, nil, true, nil // it went with a note; the digest is no request's
	}
	digest, receipt, err = v.openReceipt(id, key, sealed)
	return digest, receipt, err == nil, err
}

// Read returns the acts of a conference after the given number, in order; 0 reads all.
func (v *Vault) Read(ctx context.Context, id string, after int64) ([]conference.Stored, error) {
	acts, err := v.db.Read(ctx, id, after)
	if err != nil {
		return nil, err
	}
	for k, act := range acts {
		if acts[k], err = v.openAct(ctx, id, act); err != nil {
			return nil, err
		}
	}
	return acts, nil
}

// ReadPublic returns the public acts of a conference after the given number: they are not sealed.
func (v *Vault) ReadPublic(ctx context.Context, id string, after int64) ([]conference.Stored, error) {
	return v.db.ReadPublic(ctx, id, after)
}

// member names a person in the index: who takes part in what is not for a thief to see.
func (v *Vault) member(person string) string { return v.host.named("member", person) }

func (v *Vault) sealIndex(x conference.Index) conference.Index {
	members := make([]string, 0, len(x.Members))
	for _, person := range x.Members {
		members = append(members, v.member(person))
	}
	x.Members = members
	return x
}

// PutIndex replaces what is projected from a conference, for a rebuild.
func (v *Vault) PutIndex(ctx context.Context, id string, x conference.Index) error {
	return v.db.PutIndex(ctx, id, v.sealIndex(x))
}

// Of lists the conferences in which a person takes part, sorted.
func (v *Vault) Of(ctx context.Context, person string) ([]string, error) {
	return v.db.Of(ctx, v.member(person))
}

// The rest of the venue's store holds nothing confidential, and goes through as it is.

// Conferences lists the ids of all conferences, sorted.
func (v *Vault) Conferences(ctx context.Context) ([]string, error) { return v.db.Conferences(ctx) }

// Due lists the conferences whose next deadline is at or before the given time, the most urgent first.
func (v *Vault) Due(ctx context.Context, before time.Time) ([]string, error) {
	return v.db.Due(ctx, before)
}

// Listed lists the conferences that are listed at the door, sorted.
func (v *Vault) Listed(ctx context.Context) ([]string, error) { return v.db.Listed(ctx) }

// Watch reports the appends of all nodes.
func (v *Vault) Watch(ctx context.Context) (<-chan conference.Poke, error) { return v.db.Watch(ctx) }

// PutLeaves adds to the public record of a conference.
func (v *Vault) PutLeaves(ctx context.Context, id string, leaves []conference.Leaf) error {
	return v.db.PutLeaves(ctx, id, leaves)
}

// RecordHashes returns the hashes of the public record of a conference.
func (v *Vault) RecordHashes(ctx context.Context, id string) ([]byte, error) {
	return v.db.RecordHashes(ctx, id)
}

// RecordLeaves returns the leaves of the public record of a conference.
func (v *Vault) RecordLeaves(ctx context.Context, id string, first, end int64) ([][]byte, error) {
	return v.db.RecordLeaves(ctx, id, first, end)
}

// RecordHead returns the last hash of the public record of a conference and its place.
func (v *Vault) RecordHead(ctx context.Context, id string) (place int64, hash []byte, err error) {
	return v.db.RecordHead(ctx, id)
}

// RecordLarge returns the numbers of the leaves of the public record of a conference that have more than size bytes.
func (v *Vault) RecordLarge(ctx context.Context, id string, first int64, size int) ([]int64, error) {
	return v.db.RecordLarge(ctx, id, first, size)
}

// PutCosignature keeps what a witness says of the public record of a conference.
func (v *Vault) PutCosignature(ctx context.Context, id, key string, size, at int64, sight []byte) (newer bool, err error) {
	return v.db.PutCosignature(ctx, id, key, size, at, sight)
}

// Cosignatures returns what witnesses say of the public record of a conference.
func (v *Vault) Cosignatures(ctx context.Context, id string) ([][]byte, error) {
	return v.db.Cosignatures(ctx, id)
}

// DropCosignatures forgets what witnesses said of a record that broke.
func (v *Vault) DropCosignatures(ctx context.Context, id string) error {
	return v.db.DropCosignatures(ctx, id)
}

// Untold lists the conferences with a cosignature that nobody has looked at.
func (v *Vault) Untold(ctx context.Context) ([]string, error) { return v.db.Untold(ctx) }

// Told says that cosignatures were looked at.
func (v *Vault) Told(ctx context.Context, id string, sights [][]byte) error {
	return v.db.Told(ctx, id, sights)
}
