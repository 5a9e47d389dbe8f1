package venue

import (
	"context"
	"fmt"
	"slices"

	"portsmouth/conference"
)

// What the world may see is read apart from the rest: its questions touch no act that is not public, so neither their answers
// nor the time that these take tell how much happens behind the doors.

// publicLog is what has been published of a conference, as far as it has been read. It is never changed, only replaced.
type publicLog struct {
	head   int64 // number of its last act
	events []conference.Event
	size   int // of the stored acts, in bytes
}

func (l publicLog) bytes() int { return l.size }

// publicActs reads what the store has and memory has not. Of a conference that is unknown, or not public, there are none.
func (v *Venue) publicActs(ctx context.Context, id string) ([]conference.Event, error) {
	l, _ := v.publics.get(id)
	stored, err := v.Store.ReadPublic(ctx, id, l.head)
	if err != nil || len(stored) == 0 {
		return l.events, err
	}
	l.events = slices.Clip(l.events)
	for _, s := range stored {
		e, err := conference.DecodeEvent(s.Act())
		if err == nil && e.Audience != conference.ToPublic {
			err = fmt.Errorf("act %d is kept in public and is for %q", s.Seq, e.Audience)
		}
		if err != nil {
			return nil, fmt.Errorf("a conference cannot be read: %w", err)
		}
		l.head, l.size, l.events = s.Seq, l.size+actHeld+len(s.Act()), append(l.events, e)
	}
	v.publics.put(id, l)
	return l.events, nil
}

// eventsFor returns the acts among which a person looks for those that they may see, and what the person is there.
func (v *Venue) eventsFor(ctx context.Context, id, person string) ([]conference.Event, conference.Viewer, error) {
	if person == "" {
		events, err := v.publicActs(ctx, id)
		return events, conference.Viewer{}, err
	}
	l, err := v.load(ctx, id)
	if err != nil {
		return nil, conference.Viewer{}, err
	}
	events, err := v.unlocked(ctx, id, person, l)
	return events, l.viewer(person), err
}

// visible counts the acts that a person may see.
func (v *Venue) visible(ctx context.Context, id, person string) (int, error) {
	if person == "" {
		events, err := v.publicActs(ctx, id)
		return len(events), err
	}
	l, err := v.load(ctx, id)
	if err != nil {
		return 0, err
	}
	return len(conference.Filter(l.events, l.viewer(person))), nil
}
