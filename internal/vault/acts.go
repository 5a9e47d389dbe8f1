package vault

import (
	"bytes"
	"context"
	"encoding/binary"
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
func (v *Vault) sealAct(ctx context.Context, id string, act conference.Stored) (conference.Stored, error) {
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
	if act.Room != sealedRoom || len(act.Body) < 2 {
		return act, errOpen
	}
	size := 2 + int(binary.BigEndian.Uint16(act.Body))
	if len(act.Body) < size {
		return act, errOpen
	}
	number := strconv.FormatInt(act.Seq, 10)
	label, err := open(v.host.box, act.Body[2:size], "room of act", id, number)
	if err != nil {
		return act, err
	}
	box, err := v.room(ctx, roomID{id, string(label)}, false)
	if err != nil {
		return act, err
	}
	if isNote(act.Body[size:]) {
		return openNote(box, act, act.Body[size:], id, number, string(label))
	}
	body, err := open(box, act.Body[size:], "act", id, number, string(label))
	return conference.Stored{Seq: act.Seq, Room: string(label), Body: body}, err
}

// Append seals acts, their receipt and their index, and appends them.
func (v *Vault) Append(ctx context.Context, a conference.Append) (conference.Appended, error) {
	key := a.Key
	sealed := make([]conference.Stored, 0, len(a.Acts)) // the caller goes on using its own
	for k, act := range a.Acts {
		act.Seq = a.Expected + int64(k) + 1
		act, err := v.sealAct(ctx, a.Conference, act)
		if err != nil {
			return conference.Appended{}, err
		}
		sealed = append(sealed, act)
	}
	a.Acts, a.Index = sealed, v.sealIndex(a.Index)
	if key != "" {
		a.Receipt = v.sealReceipt(a.Conference, key, a.Digest, a.Receipt)
		a.Key, a.Digest = v.host.named("key", a.Conference, key), v.digestName(a.Conference, key, a.Digest)
	}
	done, err := v.db.Append(ctx, a)
	if err == nil && key != "" {
		_, done.Receipt, err = v.openReceipt(a.Conference, key, done.Receipt)
	}
	return done, err
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

// RecordLarge returns the leaves of the public record of a conference that have more than size bytes.
func (v *Vault) RecordLarge(ctx context.Context, id string, size int) ([][]byte, error) {
	return v.db.RecordLarge(ctx, id, size)
}
