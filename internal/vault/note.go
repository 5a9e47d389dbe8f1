package vault

import (
	"crypto/cipher"
	"encoding/binary"

	"portsmouth/conference"
)

// A note is sealed under a random key of its own, which is wrapped by the key of its room and kept apart from the act. Who
// destroys the key destroys the note, in every copy of the database that is made from then on.

// noteForm is the first byte of a sealed note, where other acts have form.
const noteForm = 2

// sealNote seals a note behind the label of its room: what stays of it under the key of the room, with its length before
// it, then the note under a key of its own.
func sealNote(room cipher.AEAD, act conference.Stored, label []byte, id, number string) (conference.Stored, error) {
	key := NewKey()
	box, err := newBox(key)
	if err != nil {
		return act, err
	}
	stays := seal(room, act.Body, actStep, "rest of act", id, number, act.Room)
	body := append(label, noteForm)
	body = binary.BigEndian.AppendUint32(body, uint32(len(stays)))
	body = append(body, stays...)
	body = append(body, seal(box, act.Note, actStep, "note", id, number, act.Room)...)
	wrapped := seal(room, key[:], textStep, "note key", id, number, act.Room)
	return conference.Stored{Seq: act.Seq, Room: sealedRoom, Body: body, Note: wrapped}, nil
}

func isNote(sealed []byte) bool { return len(sealed) > 0 && sealed[0] == noteForm }

// openNote is its inverse. Without its key of the note only what stays is left.
func openNote(room cipher.AEAD, act conference.Stored, sealed []byte, id, number, label string) (conference.Stored, error) {
	const head = 1 + 4
	if len(sealed) < head || uint64(len(sealed)) < head+uint64(binary.BigEndian.Uint32(sealed[1:])) {
		return act, errOpen
	}
	end := head + int(binary.BigEndian.Uint32(sealed[1:]))
	stays, err := open(room, sealed[head:end], "rest of act", id, number, label)
	opened := conference.Stored{Seq: act.Seq, Room: label, Body: stays}
	if err != nil || act.Note == nil {
		return opened, err
	}
	key, err := open(room, act.Note, "note key", id, number, label)
	if err != nil || len(key) != len(Key{}) {
		return act, errOpen
	}
	box, err := newBox(Key(key))
	if err != nil {
		return act, err
	}
	opened.Note, err = open(box, sealed[end:], "note", id, number, label)
	return opened, err
}
