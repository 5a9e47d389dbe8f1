package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
)

// Venue is what a replay needs of the venue.
type Venue interface {
	Do(ctx context.Context, r venue.Request) (venue.Receipt, error)
	Look(ctx context.Context, conference, person string) (*conference.View, error)
}

// Cast says under which account each person of the scenario acts.
type Cast map[string]string

// Replay plays a chronicle into one conference of a venue. It is safe for concurrent use.
type Replay struct {
	venue      Venue
	chronicle  *Chronicle
	conference string
	cast       Cast

	mu   sync.Mutex
	done int // acts that are in the record
}

// Open returns the replay of c in the conference of that id: a new one when the venue has none, else the one that is under
// way, at the point that it has reached.
func Open(ctx context.Context, v Venue, c *Chronicle, id string, cast Cast) (*Replay, error) {
	for _, person := range c.People() {
		if cast[person] == "" {
			return nil, fmt.Errorf("demo: nobody plays %s", person)
		}
	}
	r := &Replay{venue: v, chronicle: c, conference: id, cast: cast}
	if err := r.find(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

// find looks for the last act of the chronicle that is in the record. Everybody sees their own acts, so the views of the
// whole cast together show all of them.
func (r *Replay) find(ctx context.Context) error {
	number := map[string]int{}
	for _, a := range r.chronicle.Acts {
		number[r.actID(a.Name)] = a.Number
	}
	for _, person := range r.chronicle.People() {
		view, err := r.venue.Look(ctx, r.conference, r.cast[person])
		if portsmouth.KindOf(err) == portsmouth.NotFound {
			continue
		}
		if err != nil {
			return fmt.Errorf("demo: look: %w", err)
		}
		for _, e := range view.Acts {
			r.done = max(r.done, number[e.ID])
		}
	}
	return nil
}

// actID is the id of a named act in this conference, the same at every start.
func (r *Replay) actID(name string) string {
	sum := sha256.Sum256([]byte("chronicle\n" + r.conference + "\n" + name))
	return hex.EncodeToString(sum[:16])
}

// Conference returns the id of the conference that is replayed.
func (r *Replay) Conference() string { return r.conference }

// Len returns the number of acts of the chronicle.
func (r *Replay) Len() int { return len(r.chronicle.Acts) }

// Position returns how many of them are in the record.
func (r *Replay) Position() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done
}

// Upcoming returns the act that Next would play; ok is false at the end.
func (r *Replay) Upcoming() (a Act, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.upcoming()
}

func (r *Replay) upcoming() (Act, bool) {
	if r.done >= len(r.chronicle.Acts) {
		return Act{}, false
	}
	return r.chronicle.Acts[r.done], true
}

// Next plays one act and returns it. At the end of the chronicle it does nothing and reports done. Once people have left
// history it refuses: what happens then is theirs.
func (r *Replay) Next(ctx context.Context) (a Act, done bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, ok := r.upcoming()
	if !ok {
		return Act{}, true, nil
	}
	if err := r.play(ctx, a); err != nil {
		return a, false, err
	}
	r.done++
	return a, false, nil
}

// Until plays every act up to and including time t.
func (r *Replay) Until(ctx context.Context, t time.Time) error {
	for {
		a, ok := r.Upcoming()
		if !ok || a.At.After(t) {
			return nil
		}
		if _, _, err := r.Next(ctx); err != nil {
			return err
		}
	}
}

func (r *Replay) play(ctx context.Context, a Act) error {
	view, err := r.look(ctx, a)
	if err != nil {
		return err
	}
	c, err := r.command(a, view)
	if err != nil {
		return fmt.Errorf("chronicle act %d (%s by %s): %w", a.Number, a.Verb, a.By, err)
	}
	request := venue.Request{
		Conference: r.conference, Person: r.cast[a.By], Command: c, Key: "chronicle-" + strconv.Itoa(a.Number),
		Seen: -1, At: a.At, ID: r.actID(a.Name),
	}
	if a.Invitation != "" {
		request.Invitation = r.actID(a.Invitation)
	}
	receipt, err := r.venue.Do(ctx, request)
	if err != nil {
		return fmt.Errorf("chronicle act %d (%s by %s): %w", a.Number, a.Verb, a.By, err)
	}
	if receipt.Held != a.Held {
		return fmt.Errorf("chronicle act %d (%s by %s): held back is %t, the chronicle says %t", a.Number, a.Verb, a.By, receipt.Held, a.Held)
	}
	return nil
}

// look returns the convener's view, who sees at every stage whether people have left history: then it refuses. For acts
// about the text it returns the view of their own author. Before the first act there is nothing to see.
func (r *Replay) look(ctx context.Context, a Act) (*conference.View, error) {
	if a.Number == 1 {
		return nil, nil
	}
	convener, err := r.venue.Look(ctx, r.conference, r.cast[r.chronicle.Acts[0].By])
	if err != nil {
		return nil, fmt.Errorf("demo: look: %w", err)
	}
	if convener.LeftHistory != nil {
		return nil, portsmouth.Refuse("left-history", "history was left on %s and the conference is being played; the chronicle does not go on",
			convener.LeftHistory.At.Format("2 January 2006"))
	}
	if !aboutText[a.Verb] {
		return convener, nil
	}
	view, err := r.venue.Look(ctx, r.conference, r.cast[a.By])
	if err != nil {
		return nil, fmt.Errorf("demo: look: %w", err)
	}
	return view, nil
}

// aboutText are the commands that say what stands in the text at that time, as their author reads it.
var aboutText = map[string]bool{
	"propose-correction": true, "initial-articles": true, "sign": true, "attest": true, "ratify": true,
}
