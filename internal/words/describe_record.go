package words

import "portsmouth/conference"

// The words for keys, witnesses, comments of the public and what is held back.
func (d describer) record() (string, values) {
	switch b := d.e.Body.(type) {
	case conference.KeyDeclared:
		return "key-declared-" + b.Purpose, values{"name", d.person(b.Person)}
	case conference.KeyRetracted:
		return "key-retracted", values{"name", d.person(b.Person)}
	case conference.CommentSubmitted:
		return "comment-submitted", values{"name", b.Name}
	case conference.CommentAnswered, conference.EmbargoEnded, conference.Cosigned, conference.RuptureDeclared:
		return d.e.Body.Kind(), nil
	}
	return d.notes()
}
