package words

import "portsmouth/conference"

// The words for notes, who is let in to read them, and their destruction.
func (d describer) notes() (string, values) {
	switch b := d.e.Body.(type) {
	case conference.NoteDestroyed:
		return "note-destroyed", values{"who", d.who(), "when", d.p.Date(d.v.DestroyedAt(d.e.ID))}
	case conference.NotesDestroyed:
		return choose(b.Rule, "notes-destroyed-rule", "notes-destroyed"), values{"who", d.who(), "count", len(b.Notes)}
	case conference.ReaderAdmitted:
		return "reader-admitted", values{"name", d.person(b.Person)}
	case conference.DestructionAsked:
		return "destruction-asked", values{"who", d.who(), "count", b.Count, "until", d.p.DateTime(b.Until)}
	}
	return "", nil
}
