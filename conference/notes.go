package conference

import (
	"slices"
	"time"

	"portsmouth"
)

// Notes: what is only said. They can be destroyed for good, by those whose they are or by the rules, and the log holds
// without them: of a note stays that it was made, when, in which room, by whom. Nothing that a rule decides on is a note.

// NoteDestroyed is what is left of a note: an act with the id, the time, the room and the author of the one that it was.
type NoteDestroyed struct {
	Was string `json:"was"` // the kind of the act
}

// NotesDestroyed lists the notes of its room that were destroyed with it.
type NotesDestroyed struct {
	Notes []DestroyedNote `json:"notes"`
	Rule  bool            `json:"rule,omitempty"` // by the rules, and not by those whose they were
}

// DestroyedNote says which note was destroyed. The commitment is the SHA-256 of the act as it was stored. It shows that a
// copy somebody kept is one of this note, and it tells nothing of the text, since the salt in the act went with it.
type DestroyedNote struct {
	Act        string    `json:"act"`
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Commitment string    `json:"commitment"`
}

// DestructionAsked asks the other of a caucus to destroy its notes.
type DestructionAsked struct {
	Party string    `json:"party,omitempty"` // who asks; "" is the mediator
	Until time.Time `json:"until"`
	Count int       `json:"count"`
}

// DestructionRefused says that either of them keeps the notes: nothing is asked any more.
type DestructionRefused struct {
	Party string `json:"party,omitempty"` // "" is the mediator
}

// DestroyNotes destroys the notes of a room, "delegation" (one's own) or "caucus" (one's own; the mediator names it in
// Party), that were made at Until or before. Count is how many its author was told there are.
type DestroyNotes struct {
	Room  string    `json:"room"`
	Party string    `json:"party,omitempty"`
	Until time.Time `json:"until"`
	Count int       `json:"count"`
}

// KeepNotes refuses, or takes back, that the notes of a caucus be destroyed. Party is as in DestroyNotes.
type KeepNotes struct {
	Party string `json:"party,omitempty"`
}

// Note is a note of a room that the viewer may enter. The body of one that was destroyed is a NoteDestroyed.
type Note struct {
	Event
	Destroyed time.Time // zero while it is there
}

// Asked is a wish to destroy notes of a caucus that the other has not answered.
type Asked struct {
	DestructionAsked
	At time.Time
	By string
}

// Kind names the event in storage.
func (NoteDestroyed) Kind() string { return "note-destroyed" }

// Kind names the event in storage.
func (NotesDestroyed) Kind() string { return "notes-destroyed" }

// acts are the ids of what was destroyed.
func (b NotesDestroyed) acts() map[string]bool {
	ids := make(map[string]bool, len(b.Notes))
	for _, n := range b.Notes {
		ids[n.Act] = true
	}
	return ids
}

// Kind names the event in storage.
func (DestructionAsked) Kind() string { return "destruction-asked" }

// Kind names the event in storage.
func (DestructionRefused) Kind() string { return "destruction-refused" }

// Verb is the command's line in the table of stage.go.
func (DestroyNotes) Verb() string { return "destroy-notes" }

// Verb is the command's line in the table of stage.go.
func (KeepNotes) Verb() string { return "keep-notes" }

// notesDeadline names the deadline at which the rules destroy the notes.
const notesDeadline = "notes"

// IsNote reports whether an act is a note: what is said in a caucus, inside a delegation or by the mediator for himself,
// leave to carry it, instructions, minutes. An act from before there were notes, which has no salt, is none.
func IsNote(e Event) bool {
	switch b := e.Body.(type) {
	case StatementMade:
		return e.Audience != ToPlenary && (len(b.Salt) > 0 || b.Locked != nil)
	case CarryAllowed:
		return len(b.Salt) > 0 || b.Locked != nil
	case InstructionsSent:
		return len(b.Salt) > 0 || b.Locked != nil
	case MinutesProposed:
		return len(b.Salt) > 0
	}
	return false
}

// Remains returns what is left of a note once it is destroyed.
func Remains(e Event) Event {
	if _, gone := e.Body.(NoteDestroyed); !gone {
		e.Body, e.Sealed = NoteDestroyed{Was: e.Body.Kind()}, nil
	}
	return e
}

// Bury returns the log as it is once the notes are gone that an act in it says were destroyed. The log is not changed.
func Bury(log []Event) []Event {
	if !slices.ContainsFunc(log, destroys) {
		return log
	}
	log = slices.Clone(log)
	bury(log)
	return log
}

func destroys(e Event) bool {
	_, is := e.Body.(NotesDestroyed)
	return is
}

// bury changes the log it is given. A note is destroyed by acts of its own room only.
func bury(log []Event) {
	for _, e := range log {
		b, is := e.Body.(NotesDestroyed)
		if !is {
			continue
		}
		gone := b.acts()
		for k, x := range log {
			if gone[x.ID] && x.Audience == e.Audience {
				log[k] = Remains(x)
			}
		}
	}
}

// salt is for a note: it makes its commitment hide it.
func (d *deciding) salt() []byte { return slices.Clone(d.meta.Salt[:]) }

func (d *deciding) destroyNotes(c DestroyNotes) error {
	room, err := d.notesRoom(c.Room, c.Party)
	if err != nil {
		return err
	}
	if c.Until.IsZero() || c.Until.After(d.meta.At) {
		return portsmouth.Invalidf("until-past", "name a time that has passed: notes made until then are destroyed")
	}
	list := d.destroyable(room, c.Until, d.viewer)
	switch {
	case len(list) == 0:
		return portsmouth.Refuse("notes-none", "there are no notes from before that time which you could destroy")
	case len(list) != c.Count:
		return portsmouth.Refuse("notes-count", "there are %d such notes and not %d; look again", len(list), c.Count)
	case room.Kind() != "caucus":
		return d.emitDestroyed(room, list, false)
	}
	asked := d.Asked[room]
	same := asked != nil && asked.Until.Equal(c.Until) && asked.Count == c.Count
	switch {
	case same && asked.Party == d.viewer.Party:
		return portsmouth.Refuse("notes-once", "you have asked for this; the other of the caucus has to agree")
	case same:
		return d.emitDestroyed(room, list, false)
	}
	d.emit(room, DestructionAsked{Party: d.viewer.Party, Until: c.Until.UTC(), Count: c.Count})
	return nil
}

// notesRoom finds the room whose notes somebody may destroy: of a caucus the mediator and the head together, of a
// delegation its head and its principal, each what is theirs.
func (d *deciding) notesRoom(room, party string) (Audience, error) {
	mediator := d.viewer.Role == portsmouth.Mediator
	switch {
	case room == "caucus" && d.viewer.As() == portsmouth.Principal:
		return "", portsmouth.Refuse("notes-whose", "the notes of a caucus are destroyed by the mediator and the head of the delegation together")
	case room == "caucus" && mediator && d.party(party) == nil:
		return "", portsmouth.Invalidf("caucus-party", "name the party whose caucus this is")
	case party != "" && !mediator && party != d.viewer.Party:
		return "", portsmouth.Refuse("notes-whose", "the notes of other delegations are not yours")
	case room == "caucus" && mediator:
		return ToCaucus(party), nil
	case room == "caucus":
		return ToCaucus(d.viewer.Party), nil
	case room == "delegation" && mediator:
		return ToMediator, nil
	case room == "delegation":
		return ToDelegation(d.viewer.Party), nil
	}
	return "", portsmouth.Invalidf("notes-room", "notes are destroyed in a delegation or a caucus")
}

// destroyable lists the notes of a room that were made by then and that the viewer may destroy, oldest first: the timer
// all. What was said in a delegation is the head's, instructions are the principal's.
func (s *State) destroyable(room Audience, until time.Time, v Viewer) []*Note {
	var list []*Note
	for _, n := range s.Notes {
		_, instructed := n.Body.(InstructionsSent)
		theirs := v.Role == portsmouth.Timer || instructed == (v.As() == portsmouth.Principal)
		if n.Audience == room && n.Destroyed.IsZero() && !n.At.After(until) && theirs && !s.needed(n) {
			list = append(list, n)
		}
	}
	return list
}

// needed reports whether rules may still decide on a note: instructions in force, and minutes that all have approved.
func (s *State) needed(n *Note) bool {
	switch b := n.Body.(type) {
	case InstructionsSent:
		return slices.Contains(instructing, s.Stage) && s.lastInstruction(b.Party).At.Equal(n.At)
	case MinutesProposed:
		m := s.minutes(b.Minutes)
		return m != nil && m.Adopted
	}
	return false
}

// instructing are the stages in which an act can go beyond instructions.
var instructing = append([]Stage{Convening}, talking...)

// lastInstruction returns a party's last instructions; there are some.
func (s *State) lastInstruction(party string) *Instruction {
	last := &Instruction{}
	for _, i := range s.Instructions {
		if i.Party == party {
			last = i
		}
	}
	return last
}

func (d *deciding) emitDestroyed(room Audience, list []*Note, rule bool) error {
	gone := NotesDestroyed{Rule: rule}
	for _, n := range list {
		sum, err := SumOf(n.Event)
		if err != nil {
			return err
		}
		gone.Notes = append(gone.Notes, DestroyedNote{Act: n.ID, At: n.At, By: n.By, Commitment: sum})
	}
	d.emit(room, gone)
	return nil
}

func (d *deciding) keepNotes(c KeepNotes) error {
	room, err := d.notesRoom("caucus", c.Party)
	if err != nil {
		return err
	}
	if d.Asked[room] == nil {
		return portsmouth.Refuse("notes-asked", "nobody has asked to destroy notes of this caucus")
	}
	d.emit(room, DestructionRefused{Party: d.viewer.Party})
	return nil
}

// notesEnd is the time at which the rules destroy what was noted until the end; zero while they do not.
func (s *State) notesEnd() time.Time {
	if s.Rules == nil || s.Ended.IsZero() || !s.Rules.Notes.Destroyed() {
		return time.Time{}
	}
	return s.Ended.AddDate(0, 0, s.Rules.Notes.Days)
}

// endNotes destroys them in every room. All at the table learn that it is done, and none whether there was anything.
func (d *deciding) endNotes() error {
	rooms := map[string]bool{}
	for _, n := range d.Notes {
		rooms[string(n.Audience)] = true
	}
	for _, name := range portsmouth.SortedKeys(rooms) {
		room := Audience(name)
		if list := d.destroyable(room, d.Ended, d.viewer); len(list) > 0 {
			if err := d.emitDestroyed(room, list, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// applyNote remembers which acts are notes, beside what else they do.
func (s *State) applyNote(e Event) {
	switch b := e.Body.(type) {
	case NotesDestroyed:
		gone := b.acts()
		for _, n := range s.Notes {
			if gone[n.ID] && n.Audience == e.Audience {
				n.Destroyed = e.At
			}
		}
		delete(s.Asked, e.Audience)
	case DestructionAsked:
		s.Asked[e.Audience] = &Asked{DestructionAsked: b, At: e.At, By: e.By}
	case DestructionRefused:
		delete(s.Asked, e.Audience)
	case NoteDestroyed:
		s.Notes = append(s.Notes, &Note{Event: e})
	default:
		if IsNote(e) {
			s.Notes = append(s.Notes, &Note{Event: e})
		}
	}
}

// Destroyable lists the notes of a room that were made by then and that the viewer may destroy, oldest first.
func (v *View) Destroyable(room Audience, until time.Time) []*Note {
	return v.destroyable(room, until, v.Viewer)
}

// DestroyedAt tells when the note of that id was destroyed; the zero time when it was not.
func (v *View) DestroyedAt(act string) time.Time {
	if n := find(v.Notes, func(n *Note) bool { return n.ID == act }); n != nil {
		return n.Destroyed
	}
	return time.Time{}
}

// NotesIn lists the notes of a room, in order, those that were destroyed with them.
func (v *View) NotesIn(room Audience) []*Note {
	var list []*Note
	for _, n := range v.Notes {
		if n.Audience == room {
			list = append(list, n)
		}
	}
	return list
}
