// Package venue is the shell around the rules: it loads what has happened, has the conference package decide, appends
// what follows, wakes those who may see it, and sends the commands of deadlines that pass. It holds no rule of its own.
//
// "Accepted" means committed: a Receipt is returned only after the store has the acts on disk. The same key with the
// same command gives the same receipt. When somebody else's act came first, the command is decided again on the new
// log, without a word; only if the author may see that act, and the command is an answer to what stands, the author is
// told to look again.
package venue

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/live"
	"portsmouth/record"
	"portsmouth/seal"
)

// Store is what the venue needs of a database. See internal/store for what each method promises.
type Store interface {
	Append(ctx context.Context, a conference.Append) (conference.Appended, error)
	Receipt(ctx context.Context, id, key string) (digest [32]byte, receipt []byte, found bool, err error)
	Read(ctx context.Context, id string, after int64) ([]conference.Stored, error)
	ReadPublic(ctx context.Context, id string, after int64) ([]conference.Stored, error)
	Conferences(ctx context.Context) ([]string, error)
	Due(ctx context.Context, before time.Time) ([]string, error)
	Of(ctx context.Context, person string) ([]string, error)
	Listed(ctx context.Context) ([]string, error)
	PutIndex(ctx context.Context, id string, x conference.Index) error
	Watch(ctx context.Context) (<-chan conference.Poke, error)
	PutLeaves(ctx context.Context, id string, leaves []conference.Leaf) error
	RecordHead(ctx context.Context, id string) (place int64, hash []byte, err error)
	RecordHashes(ctx context.Context, id string) ([]byte, error)
	RecordLeaves(ctx context.Context, id string, first, end int64) ([][]byte, error)
	RecordLarge(ctx context.Context, id string, first int64, size int) ([]int64, error)
	PutCosignature(ctx context.Context, id, key string, size, at int64, sight []byte) (newer bool, err error)
	Cosignatures(ctx context.Context, id string) ([][]byte, error)
	DropCosignatures(ctx context.Context, id string) error
	Untold(ctx context.Context) ([]string, error)
	Told(ctx context.Context, id string, sights [][]byte) error
}

// Clock tells the time; tests bring their own.
type Clock interface{ Now() time.Time }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// Options are what a venue is made of. Store is needed; the rest has defaults.
type Options struct {
	Store   Store
	Hub     *live.Hub
	Clock   Clock
	NewID   func() string    // random ids of 128 bits in hexadecimal
	NewSalt func() seal.Salt // random; it hides what is lodged in secret
	Log     *slog.Logger

	RecordKey   *record.Key // signs the public records; without one none are kept
	Checkpoints Checkpoints // what was signed; nil remembers nothing
	Keys        Keys        // of private rooms; nil locks none
	Cosigned    Checkpoints // where an older version kept what witnesses said, a JSON list of Sight in a checkpoint's place; nil has none
}

// Checkpoints keeps the last checkpoint of each record outside the database, so that a database which is older than what
// was signed is noticed.
type Checkpoints interface {
	Last(conference string) ([]byte, error) // nil when none was signed
	Keep(conference string, checkpoint []byte) error
}

// Venue serves the conferences of one store. It is safe for concurrent use, and several of them may share a store.
type Venue struct {
	Options
	mu    sync.Mutex
	logs  map[string]*log
	held  int              // bytes of the acts in logs
	poked map[string]int64 // how far the watchers of a conference have been told

	computing sync.Mutex // a close is computed
	solving   sync.Mutex
	closes    map[string]*computedClose // by conference and round, at their close
	passing   sync.Map                  // the conferences whose deadlines are being passed
	refused   sync.Map                  // the due commands of which the log says that a rule refuses them
	turns     [64]sync.Mutex            // see turn
	opened    openedWords               // see unlocked
	logged    atomic.Int64              // the hour in which the log of the venue was last continued, in seconds
	records   sync.Map                  // the names of records in the store by conference; see recordName
	publics   kept[publicLog]           // by conference
	trees     kept[*keptRecord]         // of records, by name in the store
	taken     sync.Map                  // the conferences of which nothing is left in Cosigned
}

// New makes a venue.
func New(o Options) *Venue {
	if o.Hub == nil {
		o.Hub = &live.Hub{}
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.NewID == nil {
		o.NewID = randomID
	}
	if o.NewSalt == nil {
		o.NewSalt = randomSalt
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Venue{Options: o, logs: map[string]*log{}, poked: map[string]int64{}, closes: map[string]*computedClose{}}
}

func randomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}

func randomSalt() (salt seal.Salt) {
	_, _ = rand.Read(salt[:]) // never fails either
	return salt
}

// notFound is the one answer to the unknown and to the forbidden.
func notFound() error {
	return &portsmouth.Error{Kind: portsmouth.NotFound, Message: "There is nothing here that you may see."}
}

// Look returns what a person may see of a conference now. Anybody may see one that the public knows.
func (v *Venue) Look(ctx context.Context, id, person string) (*conference.View, error) {
	events, viewer, err := v.eventsFor(ctx, id, person)
	if err != nil {
		return nil, err
	}
	view := conference.Look(events, viewer)
	view.ID = id
	if len(view.Acts) == 0 {
		return nil, notFound()
	}
	return view, nil
}

// LookInvited returns what the holder of an invitation may see.
func (v *Venue) LookInvited(ctx context.Context, id, invitation string) (*conference.View, error) {
	l, err := v.load(ctx, id)
	if err != nil {
		return nil, err
	}
	view := conference.Look(untilAnswered(l.events, invitation), conference.Viewer{Invited: true})
	view.ID = id
	if view.Invitation(invitation) == nil {
		return nil, notFound()
	}
	return view, nil
}

// untilAnswered is the log up to the act that answered or revoked an invitation: whoever has declined looks in no more.
func untilAnswered(events []conference.Event, invitation string) []conference.Event {
	for k, e := range events {
		answered := ""
		switch b := e.Body.(type) {
		case conference.SeatTaken:
			answered = b.Invitation
		case conference.InvitationDeclined:
			answered = b.Invitation
		case conference.InvitationRevoked:
			answered = b.Invitation
		}
		if answered == invitation {
			return events[:k+1]
		}
	}
	return events
}

// Visible counts the acts that a person may see of a conference: what a page says that it has seen. An error is that of Look.
func (v *Venue) Visible(ctx context.Context, id, person string) (int, error) {
	n, err := v.visible(ctx, id, person)
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, notFound()
	}
	return n, nil
}

// Mine returns the views of the conferences in which a person has a part.
func (v *Venue) Mine(ctx context.Context, person string) ([]*conference.View, error) {
	ids, err := v.Store.Of(ctx, person)
	if err != nil {
		return nil, err
	}
	return v.views(ctx, ids, person)
}

// Listed returns the public views of the conferences that the public knows.
func (v *Venue) Listed(ctx context.Context) ([]*conference.View, error) {
	ids, err := v.Store.Listed(ctx)
	if err != nil {
		return nil, err
	}
	return v.views(ctx, ids, "")
}

func (v *Venue) views(ctx context.Context, ids []string, person string) ([]*conference.View, error) {
	var views []*conference.View
	for _, id := range ids {
		view, err := v.Look(ctx, id, person)
		if portsmouth.KindOf(err) == portsmouth.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}

// Now returns the time of the conference's own clock: real time, or in a replay that of history.
func (v *Venue) Now(view *conference.View) time.Time { return view.Clock(v.Clock.Now()) }

// Watch wakes the caller when something happened that this person may see. Call the function it returns to stop.
func (v *Venue) Watch(ctx context.Context, id, person string) (<-chan struct{}, func(), error) {
	if _, err := v.Look(ctx, id, person); err != nil {
		return nil, nil, err
	}
	if _, err := v.load(ctx, id); err != nil { // what watchers are told is counted from what is known
		return nil, nil, err
	}
	wake, cancel := v.Hub.Subscribe(id, func(room string) bool {
		return v.viewer(id, person).MaySee(conference.Audience(room))
	})
	return wake, cancel, nil
}

// Count counts the conferences, for the host's page: no names, no content, and nothing that moves with hidden acts.
func (v *Venue) Count(ctx context.Context) (int, error) {
	ids, err := v.Store.Conferences(ctx)
	return len(ids), err
}
