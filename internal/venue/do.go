package venue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"portsmouth"
	"portsmouth/conference"
)

// Request is a command on its way to a conference.
type Request struct {
	Conference string
	Person     string
	Command    conference.Command
	Key        string // idempotency key, chosen by the sender, "" for none
	Seen       int    // how many acts of their own view the person had seen; -1: do not check
	Invitation string // the act of the invitation whose link the person holds

	At time.Time // replays and tests only: the time of the act
	ID string    // replays and tests only: the id of the act
}

// Receipt says that an act was accepted: it is on disk.
type Receipt struct {
	Conference string    `json:"conference"`
	Act        string    `json:"act"`
	At         time.Time `json:"at"`
	Number     int       `json:"number"`         // in the author's own count
	Held       bool      `json:"held,omitempty"` // kept back in the delegation: beyond its instructions
	Repeated   bool      `json:"-"`              // the same request had been accepted before
}

// tries is how often a command is decided again because others were quicker. Past it the venue is overloaded.
const tries = 200

// Found opens a conference and gives it an id unless c has one: random, or derived from the key.
func (v *Venue) Found(ctx context.Context, person string, c conference.Found, key string) (Receipt, error) {
	switch {
	case c.Conference == "" && key == "":
		c.Conference = v.NewID()
	case c.Conference == "":
		sum := sha256.Sum256([]byte(person + "\n" + key)) // the same form sent twice founds one conference
		c.Conference = hex.EncodeToString(sum[:16])
	}
	return v.Do(ctx, Request{Conference: c.Conference, Person: person, Command: c, Key: key, Seen: -1})
}

// Do has a command decided and returns when what follows from it is on disk.
func (v *Venue) Do(ctx context.Context, r Request) (Receipt, error) {
	if r.Person == "" {
		return Receipt{}, &portsmouth.Error{Kind: portsmouth.Denied, Message: "Come in by your link first."}
	}
	digest, err := r.digest()
	if err != nil {
		return Receipt{}, err
	}
	if r.Key != "" {
		r.Key = r.Person + ":" + r.Key
	}
	for range tries {
		receipt, err := v.try(ctx, r, digest)
		if !isRace(err) {
			return receipt, err
		}
		if errors.As(err, &leftHistory{}) && r.Seen >= 0 {
			r.Seen++ // the mark that the venue set on this request's own account is nothing that the author has missed
		}
	}
	return Receipt{}, &portsmouth.Error{Kind: portsmouth.TooMany, Message: "Too much is happening at once. Try again in a moment."}
}

// race says that somebody else's act was written first: decide again.
type race struct {
	error
	ours bool // the first was the venue itself
}

// Unwrap returns what was first.
func (r race) Unwrap() error { return r.error }

func isRace(err error) bool {
	_, ok := err.(race)
	return ok
}

// leftHistory says that the race was the venue's own: it marked the end of a replay before this act.
type leftHistory struct{ error }

// digest names the request, so that a key that comes again with another body is noticed.
func (r *Request) digest() ([32]byte, error) {
	body, err := conference.EncodeCommand(r.Command)
	if err != nil {
		return [32]byte{}, err
	}
	if conference.CarriesWords(r.Command) {
		// The digest lies where words that are locked do not, and few bits of it are enough to tell a guess from the truth. The
		// form's own key, which is random and nowhere kept, hides them.
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s", r.Key, body))
		body = fmt.Appendf(nil, "%s %x", r.Command.Verb(), sum[:2])
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s", r.Conference, r.Person, r.Invitation, body)), nil
}

func (v *Venue) try(ctx context.Context, r Request, digest [32]byte) (Receipt, error) {
	l, err := v.loadFor(ctx, r)
	if err != nil {
		return Receipt{}, err
	}
	if receipt, done, err := v.repeated(ctx, r, digest); done || err != nil {
		return receipt, err
	}
	at, err := v.settleTime(ctx, r, l)
	if err != nil {
		return Receipt{}, err
	}
	viewer := l.viewer(r.Person)
	if err := fresh(r, l, viewer); err != nil {
		return Receipt{}, err
	}
	m := conference.Meta{ID: r.ID, By: r.Person, At: at, Invitation: r.Invitation, Salt: v.NewSalt()}
	if m.ID == "" {
		m.ID = v.NewID()
	}
	seen, err := v.unlocked(ctx, r.Conference, r.Person, l)
	if err != nil {
		return Receipt{}, err
	}
	events, err := conference.Act(seen, m, r.Command)
	if err != nil {
		return Receipt{}, err
	}
	return v.write(ctx, r, digest, l, events)
}

// loadFor loads the log, or an empty one for a conference that is being founded. Who has no part in a conference and
// holds no invitation is told that there is none.
func (v *Venue) loadFor(ctx context.Context, r Request) (*log, error) {
	l, err := v.load(ctx, r.Conference)
	if _, founding := r.Command.(conference.Found); founding {
		if portsmouth.KindOf(err) == portsmouth.NotFound {
			return &log{}, nil
		}
		if err == nil && r.Key == "" {
			return nil, notFound()
		}
		return l, err
	}
	if err != nil {
		return nil, err
	}
	if _, known := l.viewers[r.Person]; !known && r.Invitation == "" && !fromOutside(r.Command, l) {
		return nil, notFound()
	}
	return l, nil
}

// fromOutside reports whether a command is one that anybody may send to a conference of which the public knows.
func fromOutside(c conference.Command, l *log) bool {
	_, comments := c.(conference.SubmitComment)
	return comments && len(conference.Filter(l.events, conference.Viewer{})) > 0
}

// repeated returns the receipt of the same request, accepted before.
func (v *Venue) repeated(ctx context.Context, r Request, digest [32]byte) (Receipt, bool, error) {
	if r.Key == "" {
		return Receipt{}, false, nil
	}
	was, kept, found, err := v.Store.Receipt(ctx, r.Conference, r.Key)
	if err != nil || !found {
		return Receipt{}, false, err
	}
	if was != digest {
		return Receipt{}, true, portsmouth.Invalidf("idempotency-key", "This form was sent before with another content. Load the page again.")
	}
	receipt, err := readReceipt(kept)
	receipt.Repeated = true
	return receipt, true, err
}

func readReceipt(kept []byte) (Receipt, error) {
	var receipt Receipt
	err := json.Unmarshal(kept, &receipt)
	return receipt, err
}

// settleTime finds the time of the act and lets what is due before it happen first. Either is an act of its own, so the
// log must then be read again.
func (v *Venue) settleTime(ctx context.Context, r Request, l *log) (time.Time, error) {
	if len(l.events) == 0 {
		return v.timeOr(r.At), nil
	}
	whole := conference.Look(l.events, conference.TimerViewer)
	if r.At.IsZero() && whole.Opened.Replay && whole.LeftHistory == nil {
		last := whole.Acts[len(whole.Acts)-1].At
		err := v.timer(ctx, r.Conference, l, last, conference.LeaveHistory{Wall: v.Clock.Now().UTC()})
		if marked := (race{}); errors.As(err, &marked) && marked.ours {
			err = race{error: leftHistory{marked.error}}
		}
		return last, err
	}
	at := r.At
	if at.IsZero() {
		at = v.Now(whole)
	}
	for _, d := range whole.Due() {
		if d.At.After(at) {
			break
		}
		err := v.timer(ctx, r.Conference, l, d.At, v.computed(ctx, whole, d.Command))
		if portsmouth.KindOf(err) == portsmouth.Broken || isRace(err) {
			return at, err
		}
		// A rule refused the timer: that is a fault of ours, but no reason to stop everybody's work.
		// A rule refuses it again at every beat: once in the log is enough.
		if _, told := v.refused.LoadOrStore(fmt.Sprintf("%s %s %+v", r.Conference, d.Command.Verb(), d.Command), true); !told {
			v.Log.Error("a due command was refused", "command", d.Command.Verb(), "error", err)
		}
	}
	return at, nil
}

func (v *Venue) timeOr(at time.Time) time.Time {
	if at.IsZero() {
		return v.Clock.Now()
	}
	return at
}

// timer sends a command of the venue's own and returns a race, since the log has moved on, or the error.
func (v *Venue) timer(ctx context.Context, id string, l *log, at time.Time, c conference.Command) error {
	events, err := conference.Act(l.events, conference.Meta{ID: v.NewID(), At: at, Salt: v.NewSalt()}, c)
	if err != nil {
		return err
	}
	if _, err := v.write(ctx, Request{Conference: id, Command: c}, [32]byte{}, l, events); err != nil {
		return err
	}
	return race{error: fmt.Errorf("the timer acted first"), ours: true}
}

// fresh refuses an answer to what stands when the author has not seen all that they could.
func fresh(r Request, l *log, viewer conference.Viewer) error {
	permit, ok := conference.PermitFor(r.Command.Verb())
	if !ok || !permit.Fresh || r.Seen < 0 {
		return nil
	}
	if len(conference.Filter(l.events, viewer)) > r.Seen {
		return &portsmouth.Error{
			Kind: portsmouth.Conflict, Rule: "look-again",
			Message: "Something happened meanwhile. Look again, then decide; what you wrote is kept.",
		}
	}
	return nil
}

// write appends what was decided. When another act was written first it returns a race.
func (v *Venue) write(ctx context.Context, r Request, digest [32]byte, l *log, events []conference.Event) (Receipt, error) {
	after := append(l.events[:len(l.events):len(l.events)], events...)
	receipt := Receipt{Conference: r.Conference, Act: events[0].ID, At: events[0].At}
	_, receipt.Held = events[0].Body.(conference.ActHeld)
	receipt.Number = len(conference.Filter(after, conference.ViewerOf(after, r.Person)))
	kept, err := json.Marshal(receipt)
	if err != nil {
		return Receipt{}, err
	}
	a := conference.Append{
		Conference: r.Conference, Expected: l.head, Key: r.Key, Digest: digest, Receipt: kept, Index: conference.IndexOf(after),
	}
	a.Destroy = destroyed(after, len(events))
	for _, e := range events {
		act, err := stored(e, v.Keys != nil)
		if err != nil {
			return Receipt{}, err
		}
		a.Acts = append(a.Acts, act)
	}
	if err := v.addLeaves(ctx, &a, after); err != nil {
		return Receipt{}, err
	}
	if err := v.addLocks(ctx, &a, r, after); err != nil {
		return Receipt{}, err
	}
	// Once it is on its way an act is written whether or not its author waits: then the others must be told too.
	done, err := v.Store.Append(context.WithoutCancel(ctx), a)
	if portsmouth.RuleOf(err) == "expected-sequence" {
		return Receipt{}, race{error: err}
	}
	if err != nil {
		return Receipt{}, err
	}
	if done.Repeated {
		receipt, err = readReceipt(done.Receipt)
		receipt.Repeated = true
		return receipt, err
	}
	if done.Locked != nil {
		a.Acts = done.Locked
	}
	v.remember(context.WithoutCancel(ctx), l, a)
	return receipt, nil
}

// remember adds acts that were just written to the log before them and tells the watchers. It reads them from the bytes
// that the store was given, so that memory holds what everybody else will read.
func (v *Venue) remember(ctx context.Context, before *log, a conference.Append) {
	for k := range a.Acts {
		a.Acts[k].Seq = before.head + int64(k) + 1
	}
	l, err := before.extend(a.Acts)
	if a.Locks != nil {
		l, err = v.load(ctx, a.Conference) // older acts may lie there in another way now
	}
	if err != nil {
		v.Log.Error("acts that were written cannot be read", "error", err)
		return
	}
	v.keep(a.Conference, l)
	v.pass(a.Conference, l)
}
