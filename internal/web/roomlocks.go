package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/lock"
	"portsmouth/internal/venue"
)

// Locked rooms: what stands for words that the reader has not unlocked, how a room says by whom its words are kept, and the
// part of the page of the keys where a member lets another read what was said before.

// lockRoutes are for who has a seat: an observer enters no private room.
func (s *site) lockRoutes() []route {
	return []route{{http.MethodPost, "/c/{id}/admit-reader", Seat, s.admitReader}}
}

// roomLocks tells the private rooms that a person may enter; nil where the venue keeps no keys of rooms. It is asked only by
// pages that say how a room is stored.
type roomLocks func(id, person string) []venue.Room

func (s *site) roomLocks(ctx context.Context) roomLocks {
	return func(id, person string) []venue.Room {
		rooms, err := s.Venue.Rooms(ctx, id, person)
		if err != nil {
			s.Log.Error("the locks of rooms cannot be read", "error", err)
		}
		return rooms
	}
}

// isUnlocked reports whether the request brings the secret of its person.
func isUnlocked(ctx context.Context) bool {
	_, unlocked := lock.From(ctx)
	return unlocked
}

// whyLocked says what keeps words from the reader: no key ("set"), one that is locked ("unlock"), or one that does not open
// them ("ask").
func (s *sheet) whyLocked() string {
	switch {
	case s.ownReadingKey() == nil:
		return "set"
	case !s.unlocked:
		return "unlock"
	}
	return "ask"
}

// ownReadingKey is the key that the reader has declared here, nil for none.
func (s *sheet) ownReadingKey() *conference.DeclaredKey {
	return s.View.Key(s.View.Viewer.Person, conference.KeyRoom)
}

// privateRooms are those that the reader may enter, in the order of the tabs.
func (s *sheet) privateRooms() []venue.Room {
	if s.locks == nil {
		return nil
	}
	list := s.locks(s.id, s.View.Viewer.Person)
	order := s.rooms()
	slices.SortStableFunc(list, func(a, b venue.Room) int { return slices.Index(order, a.Room) - slices.Index(order, b.Room) })
	return list
}

// lockOf is the lock of a room, nil for one that has none.
func (s *sheet) lockOf(room conference.Audience) *venue.Room {
	if !private(room) {
		return nil
	}
	list := s.privateRooms()
	if k := slices.IndexFunc(list, func(r venue.Room) bool { return r.Room == room }); k >= 0 {
		return &list[k]
	}
	return nil
}

// storedWords says how what is said in a room is stored, who could read it all the same, and what would lock it.
func (s *sheet) storedWords(room conference.Audience, l *venue.Room) string {
	switch {
	case l == nil:
		return s.T(s.storedAs(room))
	case l.Locked.Now:
		return s.T("keys.locked", "count", len(l.Readers))
	}
	return s.T(s.storedAs(room)) + " " + s.untilLocked(l)
}

// storedIcon is the sign beside it.
func storedIcon(l *venue.Room) string {
	if l.Locked.Now {
		return "lock"
	}
	return "unlocked"
}

// keylessNamed is how many of those who have no key yet are named in one line.
const keylessNamed = 3

// untilLocked says whose reading key is missing. All of them are members of a room of the reader's own.
func (s *sheet) untilLocked(l *venue.Room) string {
	var others []string
	own := false
	for _, r := range l.Readers {
		switch {
		case r.Key != nil:
		case r.Person == s.View.Viewer.Person:
			own = true
		default:
			others = append(others, s.readerName(r.Person))
		}
	}
	count := len(others)
	if count > keylessNamed+1 {
		others = append(others[:keylessNamed:keylessNamed], s.T("keys.others", "count", count-keylessNamed))
	}
	switch {
	case !own:
		return s.T("keys.until", "count", count, "who", s.joined(others))
	case count == 0:
		return s.T("keys.until-own")
	}
	return s.T("keys.until-with", "who", s.joined(append(others, s.T("keys.you"))))
}

// readerName is the name of a reader; the mediator of a caucus may be still to come.
func (s *sheet) readerName(person string) string {
	if person == "" {
		return s.T("keys.mediator-to-come")
	}
	return s.Name(person)
}

// roomReader is one who may enter a room, as the page of the keys lists them.
type roomReader struct {
	person, name string
	role         portsmouth.Role // "" for who is still to come
	key          string          // as it was declared, "" for none
	own          bool
	shut         bool // cannot read what was said before
}

// fingerprint is short enough to be read aloud.
func (r roomReader) fingerprint() string {
	return shownKey{purpose: conference.KeyRoom, key: r.key}.fingerprint()
}

func (s *sheet) readersOf(l venue.Room) []roomReader {
	list := make([]roomReader, 0, len(l.Readers))
	for _, x := range l.Readers {
		r := roomReader{person: x.Person, name: s.readerName(x.Person), own: x.Person == s.View.Viewer.Person}
		if seat := s.View.Seat(x.Person); seat != nil {
			r.role = seat.Role
		}
		if x.Key != nil {
			r.key = base64.StdEncoding.EncodeToString(x.Key)
			r.shut = l.Shut[x.Person] > 0 && s.saidBefore(l.Room, x.Person)
		}
		list = append(list, r)
	}
	return list
}

// saidBefore reports whether there is something in a room from before somebody declared their key.
func (s *sheet) saidBefore(room conference.Audience, person string) bool {
	key := s.View.Key(person, conference.KeyRoom)
	return key != nil && slices.ContainsFunc(s.View.NotesIn(room), func(n *conference.Note) bool {
		return n.Destroyed.IsZero() && !n.At.After(key.At)
	})
}

// admission is a member who is about to be let in to what was said before.
type admission struct {
	room   conference.Audience
	reader roomReader
}

// admissionOf finds who is meant by the names of a room and a person; nil when there is nobody to let in.
func (k *keySheet) admissionOf(room, person string) *admission {
	for _, l := range k.rooms {
		for _, r := range k.readersOf(l) {
			if roomName(l.Room) == room && r.person == person && r.shut && !r.own {
				return &admission{l.Room, r}
			}
		}
	}
	return nil
}

// readBackLink leads to where the fingerprint of a member's key is compared.
func (s *sheet) readBackLink(room conference.Audience, r roomReader) templ.SafeURL {
	query := url.Values{"in": {roomName(room)}, "reader": {r.person}}
	return s.C("keys?" + query.Encode() + "#admission")
}

// strange reports whether the key that stands under the reader's name is another than the one that they have unlocked.
func (k *keySheet) strange(ctx context.Context) (bool, error) {
	secret, unlocked := lock.From(ctx)
	declared := k.ownReadingKey()
	if !unlocked || declared == nil {
		return false, nil
	}
	own, err := secret.Pair(k.id)
	if err != nil {
		return false, err
	}
	public, err := base64.StdEncoding.DecodeString(declared.Key)
	return !bytes.Equal(public, own.Public()), err
}

// admitReader lets a member read what was said before they declared their key. What was compared is the key on the page: when
// another has been declared since, it is compared anew.
func (s *site) admitReader(v *visit) error {
	sent := v.fields()
	sh := sheetOf(v)
	room := sh.room(sent.Get("in"))
	if err := sh.compared(sent); err != nil {
		pr := v.page.problem(err)
		return v.renderStatus(pr.Status, s.keysAgain(v, pr))
	}
	return s.sendKey(v, conference.AdmitReader{Room: speakRoom(room), Party: sh.partyOfRoom(room), Person: sent.Get("reader"), Key: sent.Get("compared")})
}

func (s *sheet) compared(sent fields) error {
	if !sent.set("sure") {
		return portsmouth.Invalidf("reader-sure", "compare the fingerprint with them first, and say so by the box")
	}
	return nil
}
