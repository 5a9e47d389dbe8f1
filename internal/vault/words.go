package vault

import (
	"context"
	"crypto/cipher"
	"encoding/binary"
	"strconv"

	"portsmouth/conference"
	"portsmouth/internal/lock"
)

// Of a note with words that can be locked two keys of its own lie in the row that can be destroyed: one opens the act without
// its words and is wrapped by the key of the room, one opens the words. That is wrapped by the key of the room too as long as the
// host holds it, and sealed to the pair of the lock once the members have locked the room. So a room is locked by wrapping keys
// anew, and what was sealed with them stays as it lies.

// wordsForm is the first byte of a note with words, where other acts have form or noteForm.
const wordsForm = 3

// Who holds what opens the words: the first byte after the key of the rest.
const (
	heldByHost = iota
	heldByLock
)

// What opens the words has the same size in either hand, so that one is written over the other in place. A row that grows is moved,
// and SQLite leaves copies of its neighbours where it takes the file for empty.
const (
	wordsKeySize   = 1 + 12 + textStep + 16 // form, nonce, key, tag
	lockedKeySize  = 32 + len(Key{}) + 16   // of RFC 9180: encapsulated key, key, tag
	lockedKeyEnd   = lockedKeyStart + lockedKeySize
	lockedKeyStart = 8 // the number of the lock
)

// spot is where an act is.
type spot struct{ conference, number, room string }

func (s spot) of(what string) []string { return []string{what, s.conference, s.number, s.room} }

// sealWords seals a note with words behind the label of its room.
func sealWords(room cipher.AEAD, act conference.Stored, label []byte, at spot, inForce *roomLock) (conference.Stored, error) {
	rest, words := NewKey(), NewKey()
	restBox, err := newBox(rest)
	if err != nil {
		return act, err
	}
	wordsBox, err := newBox(words)
	if err != nil {
		return act, err
	}
	body := append(label, wordsForm)
	body = appendPart(body, seal(room, act.Body, actStep, at.of("rest of act")...))
	body = appendPart(body, seal(restBox, act.Note, actStep, at.of("note")...))
	body = append(body, seal(wordsBox, act.Words, actStep, at.of("words")...)...)
	keys := appendPart(nil, seal(room, rest[:], textStep, at.of("note key")...))
	keys, err = appendWordsKey(keys, room, words, at, inForce)
	return conference.Stored{Seq: act.Seq, Room: sealedRoom, Body: body, Note: keys}, err
}

// appendWordsKey writes what opens the words behind the key of the rest.
func appendWordsKey(keys []byte, room cipher.AEAD, words Key, at spot, inForce *roomLock) ([]byte, error) {
	held := append([]byte{heldByHost}, seal(room, words[:], textStep, at.of("words key")...)...)
	if inForce.locked() {
		number := strconv.FormatInt(inForce.number, 10)
		sealed, err := lock.SealTo(inForce.Public, words[:], append(at.of("words key"), number)...)
		if err != nil {
			return nil, err
		}
		held = make([]byte, 1+wordsKeySize)
		held[0] = heldByLock
		binary.BigEndian.PutUint64(held[1:], uint64(inForce.number))
		copy(held[1+lockedKeyStart:], sealed)
	}
	// In whose hands it is, and the number of the lock, would tell a thief without the host's key which acts are of one room.
	return append(keys, seal(room, held, textStep, at.of("who holds the words key")...)...), nil
}

// heldWords reads what appendWordsKey wrote behind the key of the rest.
func heldWords(room cipher.AEAD, sealed []byte, at spot) ([]byte, error) {
	held, err := open(room, sealed, at.of("who holds the words key")...)
	if err != nil || len(held) != 1+wordsKeySize {
		return nil, errOpen
	}
	return held, nil
}

// openWords is the inverse of sealWords, as far as the key of the room goes.
func openWords(room cipher.AEAD, act conference.Stored, sealed []byte, at spot) (conference.Stored, error) {
	stays, sealed, ok := cutPart(sealed[1:])
	rest, words, whole := cutPart(sealed)
	if !ok || !whole {
		return act, errOpen
	}
	body, err := open(room, stays, at.of("rest of act")...)
	opened := conference.Stored{Seq: act.Seq, Room: at.room, Body: body}
	if err != nil || act.Note == nil {
		return opened, err
	}
	restKey, sealedKey, ok := cutPart(act.Note)
	if !ok {
		return act, errOpen
	}
	wordsKey, err := heldWords(room, sealedKey, at)
	if err != nil {
		return act, err
	}
	if opened.Note, err = openWith(room, restKey, rest, at, "note"); err != nil {
		return act, err
	}
	switch wordsKey[0] {
	case heldByHost:
		opened.Words, err = openWith(room, wordsKey[1:], words, at, "words")
	case heldByLock:
		opened.Sealed = appendPart(appendPart(nil, []byte(at.number)), wordsKey[1:])
		opened.Sealed = append(opened.Sealed, words...)
	default:
		err = errOpen
	}
	return opened, err
}

// openWith opens a text with a key that is itself sealed.
func openWith(room cipher.AEAD, wrapped, sealed []byte, at spot, what string) ([]byte, error) {
	key, err := open(room, wrapped, at.of(what+" key")...)
	if err != nil || len(key) != len(Key{}) {
		return nil, errOpen
	}
	box, err := newBox(Key(key))
	if err != nil {
		return nil, err
	}
	return open(box, sealed, at.of(what)...)
}

// rewrapped is what takes the place of a note's keys when its room is locked; nil when the host does not hold its words.
func (v *Vault) rewrapped(ctx context.Context, act conference.Stored, at spot, inForce *roomLock) ([]byte, error) {
	restKey, sealedKey, ok := cutPart(act.Note)
	if !ok {
		return nil, errOpen
	}
	room, err := v.room(ctx, roomID{at.conference, at.room}, false)
	if err != nil {
		return nil, err
	}
	wordsKey, err := heldWords(room, sealedKey, at)
	if err != nil || wordsKey[0] != heldByHost {
		return nil, err
	}
	key, err := open(room, wordsKey[1:], at.of("words key")...)
	if err != nil || len(key) != len(Key{}) {
		return nil, errOpen
	}
	return appendWordsKey(appendPart(nil, restKey), room, Key(key), at, inForce)
}

// appendPart writes a part with its length before it.
func appendPart(b, part []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(part))), part...)
}

// cutPart reads one, and returns what is behind it.
func cutPart(b []byte) (part, behind []byte, ok bool) {
	const head = 4
	if len(b) < head || uint64(len(b)) < head+uint64(binary.BigEndian.Uint32(b)) {
		return nil, nil, false
	}
	end := head + int(binary.BigEndian.Uint32(b))
	return b[head:end], b[end:], true
}
