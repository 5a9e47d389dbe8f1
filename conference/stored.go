package conference

import "time"

// This file is what a conference looks like from below: to a store, an act is a number, a room and bytes. Nothing here
// knows what an act says, so no rule can hide in SQL.

// Stored is one act as the store keeps it. Seq counts from 1 without gaps within a conference.
//
// Of a note (IsNote) the act is in Note, where it can be destroyed, and Body is what is then left of it. Note is nil for all
// other acts, and once it is destroyed. Of an act whose words can be locked (Lockable) Note is the act without them, and Words
// the act with them: nil while they are locked. Then Sealed is how they lie in the store, which only it can read.
type Stored struct {
	Seq    int64
	Room   string
	Body   []byte
	Note   []byte
	Words  []byte
	Sealed []byte
}

// Act is what there is of the act, as EncodeEvent wrote it.
func (s Stored) Act() []byte {
	switch {
	case s.Words != nil:
		return s.Words
	case s.Note != nil:
		return s.Note
	}
	return s.Body
}

// Index is what the store projects from a conference so that the venue finds it without reading its acts. It can be
// dropped and rebuilt from the acts at any time.
type Index struct {
	Due     time.Time // the next deadline; zero when there is none
	Members []string  // the ids of all people who take part, complete
	Public  bool      // listed at the door
}

// Append asks a store to add acts to a conference, all or none.
type Append struct {
	Conference string
	Expected   int64    // the number of the last act the caller has seen; 0 founds the conference
	Acts       []Stored // their Seq is ignored: they become Expected+1, Expected+2, …
	Key        string   // the idempotency key, unique in the conference; "" when there is none
	Digest     [32]byte // of the request that carried the key, so that a reused key is noticed
	Receipt    []byte   // kept with the key and given back when the request is repeated
	Index      Index
	Leaves     []Leaf  // what the acts add to the public record, in order
	Record     string  // its name in the store; "" is that of the conference
	Destroy    []int64 // the numbers of acts whose notes are destroyed with this, for good

	Locks    []RoomLock // of all private rooms, when an act changes one; for the vault, which makes the next two of it
	Rewrap   []Stored   // numbers of acts and what takes the place of their Note
	LockRows []LockRow  // rows that are added or replaced
}

// LockRow is how the keys of a private room are kept. Rows of a room count from 1; the last is in force.
type LockRow struct {
	Room   string // as the store knows it
	Number int64
	Sealed []byte
}

// Leaf is one entry of the public record of a conference. Its hashes are right only behind the leaves that were there
// when the caller looked, which Expected makes sure of: whoever adds a leaf adds an act.
type Leaf struct {
	Number int64 // from 0, without gaps within a conference
	Body   []byte
	First  int64      // the place of the first hash among all of the record
	Hashes [][32]byte // that the leaf completes
}

// Appended is a store's answer to an Append.
type Appended struct {
	Seq      int64  // the number of the last act of this request
	Receipt  []byte // the receipt kept with the key
	Repeated bool   // the request had been accepted before; nothing was written

	Locked []Stored // the acts as a Read gives them, when words of one were locked; else nil
}

// Poke says that a conference has reached an act number, and nothing else: whoever hears it looks for himself. An
// empty Conference means "look at everything", after a time in which pokes may have been missed.
type Poke struct {
	Conference string
	Seq        int64
}
