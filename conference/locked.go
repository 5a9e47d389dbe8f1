package conference

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"portsmouth"
)

// Locked rooms. A private room is locked when everybody who may enter it holds a key of the purpose “room”: then the words
// said in it are kept so that only these keys open them, and no longer the venue's own. Nothing that a rule decides on is
// locked: an act whose words are locked has its place, its author and its time like any other.

// Locked stands in an act for its words, in the eyes of those who have not unlocked them.
type Locked struct {
	Size   int    `json:"size"`   // of the words in bytes, rounded up to lockedStep
	SHA256 string `json:"sha256"` // of the act as it is with its words, in hexadecimal
}

// lockedStep keeps the size of what is locked from telling a yes from a no.
const lockedStep = 256

// AdmitReader lets a member of a room read what was said there before they declared the key they have now. The venue can do it
// only while its author has unlocked. Room is "delegation" (the mediator's is that of the mediator's own notes) or "caucus"; the
// mediator names the party of a caucus.
type AdmitReader struct {
	Room   string `json:"room"`
	Party  string `json:"party,omitempty"`
	Person string `json:"person"`
	Key    string `json:"key"` // theirs, as KeyDeclared has it: the one whose fingerprint the author compared
}

// ReaderAdmitted says that a member of its room can read with this key what was said before.
type ReaderAdmitted struct {
	Person string `json:"person"`
	Key    string `json:"key"` // as KeyDeclared has it
}

// Kind names the event in storage.
func (ReaderAdmitted) Kind() string { return "reader-admitted" }

// Verb is the command's line in the table of stage.go.
func (AdmitReader) Verb() string { return "admit-reader" }

// Reader is one who may enter a private room, with the key that they read with.
type Reader struct {
	Person string // "" stands for the mediator of a caucus, while there is none
	Key    []byte // X25519, 32 bytes; nil for one who holds none
}

// RoomLock is a private room and its readers, sorted by person.
type RoomLock struct {
	Room    Audience
	Readers []Reader
}

// Locked reports whether all of the readers hold a key, and there are any.
func (l RoomLock) Locked() bool {
	return len(l.Readers) > 0 && !slices.ContainsFunc(l.Readers, func(r Reader) bool { return r.Key == nil })
}

// Lockable reports whether an act has words that can be locked: notes of private rooms.
func Lockable(e Event) bool {
	switch e.Body.(type) {
	case StatementMade, CarryAllowed, InstructionsSent:
		return IsNote(e) && private(e.Audience)
	}
	return false
}

// private reports whether an audience is a room with few members, who can hold keys.
func private(a Audience) bool {
	return slices.Contains([]string{"delegation", "caucus", "mediator"}, a.Kind())
}

// Veil returns a lockable act without its words, and the bytes of it with them, as EncodeEvent writes it.
func Veil(e Event) (veiled Event, body []byte, err error) {
	_, body, err = EncodeEvent(e)
	if err != nil {
		return e, nil, err
	}
	sum := sha256.Sum256(body)
	size := (len(wordsOf(e.Body)) + lockedStep - 1) / lockedStep * lockedStep
	e.Body = veil(e.Body, &Locked{Size: size, SHA256: hex.EncodeToString(sum[:])})
	return e, body, nil
}

func veil(b Body, l *Locked) Body {
	switch b := b.(type) {
	case StatementMade:
		b.Text, b.Salt, b.Locked = "", nil, l
		return b
	case CarryAllowed:
		b.Text, b.Salt, b.Locked = "", nil, l
		return b
	case InstructionsSent:
		b.Text, b.Salt, b.Locked = "", nil, l
		return b
	}
	return b
}

func wordsOf(b Body) string {
	switch b := b.(type) {
	case StatementMade:
		return b.Text
	case CarryAllowed:
		return b.Text
	case InstructionsSent:
		return b.Text
	}
	return ""
}

// LockedWords is what stands for the words of an act that are locked in these eyes; nil when there are none.
func LockedWords(b Body) *Locked {
	switch b := b.(type) {
	case StatementMade:
		return b.Locked
	case CarryAllowed:
		return b.Locked
	case InstructionsSent:
		return b.Locked
	}
	return nil
}

// Unveil returns the act with its words. It fails unless the bytes are those of which the act without them was made.
func Unveil(veiled Event, body []byte) (Event, error) {
	locked := LockedWords(veiled.Body)
	sum := sha256.Sum256(body)
	if locked == nil || locked.SHA256 != hex.EncodeToString(sum[:]) {
		return veiled, &portsmouth.Error{Kind: portsmouth.Broken, Rule: "words-other", Message: "These are not the words of this act."}
	}
	return DecodeEvent(body)
}

// SumOf is the SHA-256 of an act as it is with its words, in hexadecimal.
func SumOf(e Event) (string, error) {
	if locked := LockedWords(e.Body); locked != nil {
		return locked.SHA256, nil
	}
	_, body, err := EncodeEvent(e)
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), err
}

// CarriesWords reports whether what a command says may come to be locked.
func CarriesWords(c Command) bool {
	switch c := c.(type) {
	case Speak:
		return c.Room != "plenary"
	case ReleaseStatement, SendInstructions:
		return true
	}
	return false
}

// ErrLocked refuses what takes words that its author has not unlocked.
func ErrLocked() error {
	return portsmouth.Refuse("words-locked", "these words are locked; unlock with your reading key first")
}

// ChangesLocks reports whether an act can change who is to read in a private room, and with what.
func ChangesLocks(e Event) bool {
	switch b := e.Body.(type) {
	case KeyDeclared:
		return b.Purpose == KeyRoom
	case KeyRetracted:
		return b.Purpose == KeyRoom
	case SeatTaken, SeatLeft:
		return true
	}
	return false
}

// RoomLocks lists the private rooms of a conference, used or not, with their readers; sorted by room.
func RoomLocks(log []Event) []RoomLock {
	s := NewState()
	for _, e := range log {
		switch e.Body.(type) {
		case Founded, SeatTaken, SeatLeft, SubstituteAppointed, KeyDeclared, KeyRetracted:
			s.Apply(e)
		}
	}
	return s.roomLocks(func(Audience) bool { return true })
}

func (s *State) roomLocks(which func(Audience) bool) []RoomLock {
	var rooms []string
	for _, p := range s.Opened.Parties {
		rooms = append(rooms, string(ToDelegation(p.ID)))
		if s.Opened.Mediated {
			rooms = append(rooms, string(ToCaucus(p.ID)))
		}
	}
	if s.Opened.Mediated {
		rooms = append(rooms, string(ToMediator))
	}
	slices.Sort(rooms)
	var list []RoomLock
	for _, room := range rooms {
		if which(Audience(room)) {
			list = append(list, RoomLock{Audience(room), s.readers(Audience(room))})
		}
	}
	return list
}

// readers lists who may enter a room. A caucus without its mediator is one whose other reader is still to come.
func (s *State) readers(room Audience) []Reader {
	var list []Reader
	mediated := false
	for _, seat := range s.Seats {
		if v := s.viewerFor(seat.Person); seat.Left || !v.MaySee(room) {
			continue
		}
		mediated = mediated || seat.Role == portsmouth.Mediator
		list = append(list, Reader{seat.Person, s.roomKey(seat.Person)})
	}
	if room.Kind() == "caucus" && !mediated {
		list = append(list, Reader{})
	}
	slices.SortFunc(list, func(a, b Reader) int { return strings.Compare(a.Person, b.Person) })
	return slices.CompactFunc(list, func(a, b Reader) bool { return a.Person == b.Person })
}

// roomKey is the key with which a person reads now, nil for none.
func (s *State) roomKey(person string) []byte {
	k := s.key(person, KeyRoom)
	if k == nil {
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(k.Key)
	if err != nil {
		return nil // ReadKey has let in no such key
	}
	return raw
}

// Rooms lists the private rooms that the viewer may enter, with their readers.
func (v *View) Rooms() []RoomLock { return v.roomLocks(v.Viewer.MaySee) }

func (d *deciding) admitReader(c AdmitReader) error {
	room, err := d.ownRoom(c.Room, c.Party)
	if err != nil {
		return err
	}
	readers := d.readers(room)
	at := slices.IndexFunc(readers, func(r Reader) bool { return r.Person == c.Person && c.Person != "" })
	switch {
	case c.Person == d.meta.By:
		return portsmouth.Refuse("reader-self", "another member of the room lets you read what was said before")
	case at < 0:
		return portsmouth.Invalidf("reader-member", "there is no such member in this room")
	case readers[at].Key == nil:
		return portsmouth.Refuse("reader-key", "this member has declared no reading key yet")
	case c.Key != base64.StdEncoding.EncodeToString(readers[at].Key):
		return &portsmouth.Error{Kind: portsmouth.Conflict, Rule: "reader-compared", Message: "they have declared another key since; compare that one"}
	}
	d.emit(room, ReaderAdmitted{Person: c.Person, Key: c.Key})
	return nil
}

// ownRoom finds a private room that the author may enter.
func (d *deciding) ownRoom(name, party string) (Audience, error) {
	mediator := d.viewer.Role == portsmouth.Mediator
	room := ToDelegation(d.viewer.Party)
	switch {
	case name == "caucus" && mediator:
		room = ToCaucus(party)
	case name == "caucus":
		room = ToCaucus(d.viewer.Party)
	case name == "delegation" && mediator:
		room = ToMediator
	case name != "delegation":
		return "", portsmouth.Invalidf("own-rooms", "name a delegation or a caucus")
	}
	if !slices.ContainsFunc(d.roomLocks(d.viewer.MaySee), func(l RoomLock) bool { return l.Room == room }) {
		return "", portsmouth.Invalidf("own-rooms", "there is no such room that you may enter")
	}
	return room, nil
}
