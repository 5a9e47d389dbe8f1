package venue

import (
	"fmt"

	"portsmouth"
	"portsmouth/conference"
)

// Of a note the store keeps apart what can be destroyed (conference.Stored). The act that says so and the destruction are
// one append; memory forgets when it reads that act, on every node.

// stored is an act on its way to the store. With words, those that can be locked are apart.
func stored(e conference.Event, words bool) (conference.Stored, error) {
	room, body, err := conference.EncodeEvent(e)
	if err != nil || !conference.IsNote(e) {
		return conference.Stored{Room: room, Body: body}, err
	}
	_, stays, err := conference.EncodeEvent(conference.Remains(e))
	if err != nil || !words || !conference.Lockable(e) {
		return conference.Stored{Room: room, Body: stays, Note: body}, err
	}
	veiled, body, err := conference.Veil(e)
	if err != nil {
		return conference.Stored{}, err
	}
	_, rest, err := conference.EncodeEvent(veiled)
	return conference.Stored{Room: room, Body: stays, Note: rest, Words: body}, err
}

// destroyed lists the numbers of the acts whose notes the last n events destroy.
func destroyed(events []conference.Event, n int) []int64 {
	gone := map[string]bool{}
	for _, e := range events[len(events)-n:] {
		if b, is := e.Body.(conference.NotesDestroyed); is {
			for _, x := range b.Notes {
				gone[x.Act] = true
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	var numbers []int64
	for k, e := range events {
		if gone[e.ID] {
			numbers = append(numbers, int64(k)+1)
		}
	}
	return numbers
}

// bury forgets the notes that new acts destroy. A note that is gone and that no act says was destroyed is damage: somebody
// has been at the database.
func (l *log) bury(from int) error {
	l.events = conference.Bury(l.events)
	var missing []int
	said := map[string]bool{}
	for k, e := range l.events[from:] {
		switch b := e.Body.(type) {
		case conference.NoteDestroyed:
			missing = append(missing, from+k)
		case conference.NotesDestroyed:
			for _, x := range b.Notes {
				said[x.Act] = true
			}
		}
	}
	for _, k := range missing {
		if !said[l.events[k].ID] {
			return fmt.Errorf("the note of act %d is gone, and no act says that it was destroyed", k+1)
		}
	}
	return nil
}

// noteGone refuses what would be said of an act whose text was destroyed.
func noteGone(e *conference.Event) error {
	if _, gone := e.Body.(conference.NoteDestroyed); gone {
		return portsmouth.Refuse("note-destroyed", "This note was destroyed. Whoever kept a copy can compare it with the commitment in the list of what was destroyed.")
	}
	return nil
}
