package web

import (
	"net/http"
	"strconv"
	"time"

	"portsmouth"
	"portsmouth/conference"
)

// Notes and their destruction: what there is in each of the reader's rooms, what would be destroyed, and only then the
// button. Of a caucus one asks and the other agrees.

func (s *site) notesRoutes() []route {
	return []route{{http.MethodGet, "/c/{id}/notes", Seat, s.notes}}
}

func notesActions() []action {
	return []action{
		{"destroy-notes", notesPage, "notes", "notes", Seat},
		{"keep-notes", notesPage, "notes", "notes", Seat},
	}
}

var notesCommands = map[string]commandFrom{
	"destroy-notes": destructionFrom,
	"keep-notes": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.KeepNotes{Party: f.Get("party")}, nil
	},
}

// notes serves the page; the room and the time that were chosen are in the query.
func (s *site) notes(v *visit) error {
	sh := sheetOf(v)
	sh.at = v.form
	return v.render(notesPage(sh))
}

func destructionFrom(f fields, _ *conference.View) (conference.Command, error) {
	if !f.set("sure") {
		return nil, portsmouth.Invalidf("notes-sure", "tick the box first: this cannot be undone")
	}
	until, err := time.Parse(time.RFC3339Nano, f.Get("until"))
	if err != nil {
		return nil, portsmouth.Invalidf("until-past", "name a time that has passed: notes made until then are destroyed")
	}
	return conference.DestroyNotes{Room: f.Get("room"), Party: f.Get("party"), Until: until, Count: f.number("count")}, nil
}

// roomNotes is what the page says of one room.
type roomNotes struct {
	room   conference.Audience
	there  int                // notes that are there
	gone   int                // that were destroyed
	mine   []*conference.Note // that the reader may destroy now
	chosen []*conference.Note // of these the ones that are read back; nil until a time was chosen
	asked  *conference.Asked
}

// noteRooms are the rooms with notes that the reader may enter.
func (s *sheet) noteRooms() []roomNotes {
	var list []roomNotes
	for _, room := range s.rooms() {
		if room != conference.ToPlenary && s.seated() {
			list = append(list, s.notesOf(room))
		}
	}
	return list
}

func (s *sheet) notesOf(room conference.Audience) roomNotes {
	n := roomNotes{room: room, asked: s.View.Asked[room]}
	for _, x := range s.View.NotesIn(room) {
		if x.Destroyed.IsZero() {
			n.there++
		} else {
			n.gone++
		}
	}
	if s.may("destroy-notes") && (room.Kind() != "caucus" || s.View.Viewer.As() != portsmouth.Principal) {
		n.mine = s.View.Destroyable(room, s.Now)
	}
	if s.noteChoice("in") == roomName(room) {
		n.chosen = s.View.Destroyable(room, s.chosenUntil())
	}
	return n
}

// noteChoice is what was chosen: on the page that is read in its address, on one that is shown again in what was sent.
func (s *sheet) noteChoice(name string) string {
	if s.sent.Values != nil {
		return s.sent.Get(name)
	}
	return s.at(name)
}

// chosenUntil is the time until which notes are read back: now, unless an earlier one was chosen.
func (s *sheet) chosenUntil() time.Time {
	given := s.noteChoice("until")
	if t, err := time.Parse(time.RFC3339Nano, given); err == nil {
		return t
	}
	if t, err := parseMoment(given); err == nil && !t.IsZero() && t.Before(s.Now) {
		return t
	}
	return s.Now
}

// exactly is the time that a form names: that of the last note in it, so that it says the same whenever it is sent.
func exactly(list []*conference.Note) string {
	return list[len(list)-1].At.Format(time.RFC3339Nano)
}

// noteSpan says of how many notes it is, and from when to when.
func (s *sheet) noteSpan(list []*conference.Note) string {
	return s.T("notes.span", "count", len(list), "from", s.DateTime(list[0].At), "to", s.DateTime(list[len(list)-1].At))
}

// askedBy reports whether the reader's own side has asked to destroy the notes of a caucus.
func (s *sheet) askedBy(a *conference.Asked) bool { return a.Party == s.mine() }

// askedNotes are the notes that somebody asked to destroy, nil when there are others by now.
func (s *sheet) askedNotes(n roomNotes) []*conference.Note {
	list := s.View.Destroyable(n.room, n.asked.Until)
	if len(list) != n.asked.Count || len(list) == 0 {
		return nil
	}
	return list
}

// partyOfRoom is the party that a command names.
func (s *sheet) partyOfRoom(room conference.Audience) string {
	if room.Kind() == "caucus" {
		return room.Party()
	}
	return ""
}

// notesRule says what the rules of procedure say of notes.
func (s *sheet) notesRule(n portsmouth.Notes) string {
	if !n.Destroyed() {
		return s.T("rules.notes-for-good")
	}
	return s.T("rules.notes-"+n.Keep, "count", n.Days)
}

// notesKept are the choices of the rules.
func (s *sheet) notesKept() [][2]string {
	return [][2]string{
		{portsmouth.KeepForGood, s.T("rules.notes-for-good")},
		{portsmouth.KeepUntilClose, s.T("rules.notes-until-close")},
		{portsmouth.KeepDays, s.T("rules.notes-some-days")},
	}
}

// keptNotes is the choice that the form shows: rules that say nothing keep notes for good.
func keptNotes(r conference.Rules) string {
	if r.Notes.Keep == "" {
		return portsmouth.KeepForGood
	}
	return r.Notes.Keep
}

// notesRuleFrom reads it. The days count only where notes are kept for days.
func (f fields) notesRuleFrom() portsmouth.Notes {
	n := portsmouth.Notes{Keep: f.Get("notes_keep")}
	if n.Keep == portsmouth.KeepDays {
		n.Days = f.number("notes_days")
	}
	return n
}

func daysOf(n portsmouth.Notes) string {
	if n.Days == 0 {
		return ""
	}
	return strconv.Itoa(n.Days)
}
