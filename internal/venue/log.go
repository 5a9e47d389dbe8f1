package venue

import (
	"context"
	"fmt"
	"slices"

	"portsmouth/conference"
)

// How much is kept in memory over all conferences, in bytes as they are stored; decoded they take a few times as many.
// Past it, whole conferences are forgotten and read again when asked for. What one conference can come to is bounded by
// the rules.
const (
	maxHeld = 256 << 20
	actHeld = 400 // bytes that an act takes beside its body
)

// log is what has happened in a conference, as far as it has been read. It is never changed, only replaced, so that who
// holds one can read it at leisure.
type log struct {
	head    int64
	events  []conference.Event
	locked  bool                         // there are words that do not open without a member's key
	size    int                          // of the stored acts, in bytes
	viewers map[string]conference.Viewer // every seat and the convener
}

func (l *log) viewer(person string) conference.Viewer {
	if x, known := l.viewers[person]; known && person != "" {
		return x
	}
	return conference.Viewer{Person: person}
}

// extend returns the log with more acts.
func (l *log) extend(stored []conference.Stored) (*log, error) {
	if len(stored) == 0 {
		return l, nil
	}
	next := &log{head: l.head, locked: l.locked, size: l.size, events: l.events[:len(l.events):len(l.events)], viewers: l.viewers}
	roster := false
	for _, s := range stored {
		if s.Seq != next.head+1 {
			return nil, fmt.Errorf("act %d follows act %d: the log has a gap", s.Seq, next.head)
		}
		e, err := conference.DecodeEvent(s.Act())
		if err != nil {
			return nil, err
		}
		if string(e.Audience) != s.Room {
			return nil, fmt.Errorf("act %d is kept in room %q but is for %q", s.Seq, s.Room, e.Audience)
		}
		e.Sealed, next.locked = s.Sealed, next.locked || s.Sealed != nil
		next.head, next.size, next.events = s.Seq, next.size+actHeld+len(s.Act())+len(s.Sealed), append(next.events, e)
		roster = roster || e.Audience == conference.ToConvening
	}
	if roster || next.viewers == nil {
		next.viewers = conference.Viewers(next.events)
	}
	return next, next.bury(len(l.events))
}

// load reads what the store has and memory has not. An unknown conference is not found.
func (v *Venue) load(ctx context.Context, id string) (*log, error) {
	l := v.known(id)
	stored, err := v.Store.Read(ctx, id, l.head)
	if err != nil {
		return nil, err
	}
	next, err := l.extend(stored)
	if err == nil && v.Keys != nil && l.head > 0 && slices.ContainsFunc(next.events[l.head:], conference.ChangesLocks) {
		// What memory has of private rooms may be locked by now: it is read as it lies.
		if stored, err = v.Store.Read(ctx, id, 0); err == nil {
			next, err = (&log{}).extend(stored)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("a conference cannot be read: %w", err)
	}
	if next.head == 0 {
		return nil, notFound()
	}
	v.keep(id, next)
	return next, nil
}

func (v *Venue) known(id string) *log {
	v.mu.Lock()
	defer v.mu.Unlock()
	if l := v.logs[id]; l != nil {
		return l
	}
	return &log{}
}

func (v *Venue) viewer(id, person string) conference.Viewer { return v.known(id).viewer(person) }

// keep remembers a log unless a longer one is known, and forgets others when there are too many. Which are forgotten is
// up to the order of a map: all can be read again. A conference that is watched is kept, since its watchers are judged
// by its roster.
func (v *Venue) keep(id string, l *log) {
	v.mu.Lock()
	defer v.mu.Unlock()
	old := v.logs[id]
	if old != nil && old.head >= l.head {
		return
	}
	from := int64(0)
	if old != nil {
		v.held -= old.size
		from = old.head
	}
	if slices.ContainsFunc(l.events[from:], destroysNotes) {
		v.opened.drop()
	}
	v.logs[id] = l
	v.held += l.size
	if _, told := v.poked[id]; !told {
		v.poked[id] = l.head
	}
	for other, x := range v.logs {
		if v.held <= maxHeld {
			return
		}
		if other != id && v.Hub.Watchers(other) == 0 {
			v.held -= x.size
			delete(v.logs, other)
		}
	}
}
