package venue

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/lock"
)

// Words that are locked stay so in memory. They are opened for the view of one who may enter the room and whose request brings
// their secret (lock.From).

// Keys keeps the keys of private rooms that their members have locked. See internal/vault for what each method promises.
type Keys interface {
	Keyring(ctx context.Context, id, person string, secret lock.Secret) (Keyring, error)
	Admit(id string, room conference.Audience, to conference.Reader, by Keyring) ([]conference.LockRow, error)
	Locks(ctx context.Context, id string, rooms []conference.RoomLock) (map[conference.Audience]Locked, error)
}

// Locked is how a room is kept.
type Locked struct {
	Now  bool           // only its members open what is said from here on
	Shut map[string]int // by person: how many of its locks their key does not open
}

// Keyring is what one person opens in one conference.
type Keyring interface {
	Words(room string, sealed []byte) (words []byte, opened bool, err error)
}

// unlocked is the log with those words opened that a person may see and that their secret opens.
func (v *Venue) unlocked(ctx context.Context, id, person string, l *log) ([]conference.Event, error) {
	secret, has := lock.From(ctx)
	if !has || v.Keys == nil || !l.locked || person == "" {
		return l.events, nil
	}
	o := &opening{ctx: ctx, v: v, id: id, person: person, secret: secret}
	viewer := l.viewer(person)
	events := slices.Clone(l.events)
	for k, e := range events {
		if e.Sealed == nil || !viewer.MaySee(e.Audience) {
			continue
		}
		var err error
		if events[k], err = o.open(e); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// opening opens words for one request. Each costs a tenth of a millisecond, so what its author opened lately is at hand.
type opening struct {
	ctx        context.Context
	v          *Venue
	id, person string
	secret     lock.Secret
	ring       Keyring
}

func (o *opening) open(e conference.Event) (conference.Event, error) {
	whose := sha256.Sum256(slices.Concat(o.secret[:], []byte(o.id+"\n"+o.person)))
	if known, has := o.v.opened.find(whose, e.ID, o.v.Clock.Now()); has {
		return known, nil
	}
	if o.ring == nil {
		var err error
		if o.ring, err = o.v.Keys.Keyring(o.ctx, o.id, o.person, o.secret); err != nil {
			return e, err
		}
	}
	words, opened, err := o.ring.Words(string(e.Audience), e.Sealed)
	if err != nil || !opened {
		return e, err
	}
	if e, err = conference.Unveil(e, words); err != nil {
		return e, err
	}
	o.v.opened.keep(whose, e, len(words))
	return e, nil
}

// Opened words are at hand while their reader works, and for openedLasts after the last request.
const (
	openedLasts = 5 * time.Minute
	maxOpened   = 64 << 20 // bytes; past it all are opened again
)

// openedWords are the acts with their words that people have opened lately, by a hash of their secret and by act.
type openedWords struct {
	mu    sync.Mutex
	size  int
	whose map[[32]byte]*openedBy
}

type openedBy struct {
	used time.Time
	size int
	acts map[string]conference.Event
}

func (o *openedWords) find(whose [32]byte, act string, now time.Time) (conference.Event, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.whose == nil || o.size > maxOpened {
		o.whose, o.size = map[[32]byte]*openedBy{}, 0
	}
	by := o.whose[whose]
	if by == nil || now.Sub(by.used) > openedLasts {
		if by != nil {
			o.size -= by.size
		}
		by = &openedBy{acts: map[string]conference.Event{}}
		o.whose[whose] = by
	}
	by.used = now
	e, has := by.acts[act]
	return e, has
}

func (o *openedWords) keep(whose [32]byte, e conference.Event, size int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if by := o.whose[whose]; by != nil {
		by.acts[e.ID] = e
		by.size += size
		o.size += size
	}
}

// destroysNotes reports whether opened words may have been destroyed.
func destroysNotes(e conference.Event) bool {
	_, is := e.Body.(conference.NotesDestroyed)
	return is
}

// drop forgets everything: what was destroyed shall not stay at hand.
func (o *openedWords) drop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.whose, o.size = nil, 0
}

// forget drops what nobody has asked for lately.
func (o *openedWords) forget(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for whose, by := range o.whose {
		if now.Sub(by.used) > openedLasts {
			o.size -= by.size
			delete(o.whose, whose)
		}
	}
}

// addLocks says who is to read in private rooms when new acts change it, and gives a reader who is admitted what opens them.
func (v *Venue) addLocks(ctx context.Context, a *conference.Append, r Request, after []conference.Event) error {
	if v.Keys == nil {
		return nil
	}
	for _, e := range after[len(after)-len(a.Acts):] {
		if conference.ChangesLocks(e) {
			a.Locks = conference.RoomLocks(after)
		}
		if _, admits := e.Body.(conference.ReaderAdmitted); !admits {
			continue
		}
		if err := v.admit(ctx, a, r, after, e); err != nil {
			return err
		}
	}
	return nil
}

func (v *Venue) admit(ctx context.Context, a *conference.Append, r Request, after []conference.Event, e conference.Event) error {
	secret, has := lock.From(ctx)
	if !has {
		return conference.ErrLocked()
	}
	ring, err := v.Keys.Keyring(ctx, r.Conference, r.Person, secret)
	if err != nil {
		return err
	}
	for _, room := range conference.RoomLocks(after) {
		for _, to := range room.Readers {
			if room.Room != e.Audience || to.Person != e.Body.(conference.ReaderAdmitted).Person {
				continue
			}
			if a.LockRows, err = v.Keys.Admit(r.Conference, room.Room, to, ring); err != nil {
				return err
			}
		}
	}
	if len(a.LockRows) == 0 {
		return portsmouth.Refuse("reader-once", "there is nothing that you can read here and they cannot")
	}
	return nil
}

// Room is a private room as one who may enter it sees its lock.
type Room struct {
	Room    conference.Audience
	Readers []conference.Reader
	Locked
}

// Rooms lists the private rooms that a person may enter. Without keys there are none.
func (v *Venue) Rooms(ctx context.Context, id, person string) ([]Room, error) {
	view, err := v.Look(ctx, id, person)
	if err != nil || v.Keys == nil {
		return nil, err
	}
	rooms := view.Rooms()
	locks, err := v.Keys.Locks(ctx, id, rooms)
	if err != nil {
		return nil, err
	}
	list := make([]Room, 0, len(rooms))
	for _, room := range rooms {
		list = append(list, Room{room.Room, room.Readers, locks[room.Room]})
	}
	return list, nil
}
