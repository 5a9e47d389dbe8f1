package conference

import (
	"strings"

	"portsmouth"
)

// Rooms: what is said in plenary, inside a delegation and in caucus; and how a caucus statement crosses, which it does
// only when the party whose statement it is releases it.

func (d *deciding) speak(c Speak) error {
	to, err := d.room(c)
	if err != nil {
		return err
	}
	if d.Suspension != nil && to == ToPlenary {
		return portsmouth.Refuse("suspended", "the conference is suspended; resume it first")
	}
	if err := prose("the statement", c.Text, true); err != nil {
		return err
	}
	if x := d.statement(c.ReplyTo); c.ReplyTo != "" && (x == nil || x.Room != to && x.Room != ToPlenary) {
		return portsmouth.Invalidf("statement-exists", "the statement that this one answers was not made in this room")
	}
	session := 0
	if x := d.currentSession(); x != nil && to == ToPlenary {
		session = x.Number
	}
	said := StatementMade{Statement: d.meta.ID, Text: c.Text, Session: session, ReplyTo: c.ReplyTo}
	if to != ToPlenary {
		said.Salt = d.salt()
	}
	d.emit(to, said)
	return nil
}

// room finds the audience of a statement; an adviser speaks only inside the delegation.
func (d *deciding) room(c Speak) (Audience, error) {
	mediator := d.viewer.Role == portsmouth.Mediator
	party := d.viewer.Party
	if c.Party != "" && !mediator && c.Party != party {
		return "", portsmouth.Refuse("own-room", "you speak in your own delegation's rooms")
	}
	if d.viewer.Role == portsmouth.Adviser && c.Room != "delegation" {
		return "", portsmouth.Refuse("adviser-inside", "an adviser speaks only inside the delegation")
	}
	switch c.Room {
	case "plenary":
		return ToPlenary, nil
	case "delegation":
		if mediator {
			return ToMediator, nil // the mediator's own notes
		}
		return ToDelegation(party), nil
	case "caucus":
		if mediator {
			if d.party(c.Party) == nil {
				return "", portsmouth.Invalidf("caucus-party", "name the party whose caucus this is for")
			}
			return ToCaucus(c.Party), nil
		}
		if !d.Opened.Mediated {
			return "", portsmouth.Refuse("no-mediator", "this conference has no mediator and so no caucus")
		}
		return ToCaucus(party), nil
	}
	return "", portsmouth.Invalidf("room", "a room is plenary, delegation or caucus")
}

func (d *deciding) releaseStatement(c ReleaseStatement) error {
	x := d.statement(c.Statement)
	if x == nil || x.Room != ToCaucus(d.viewer.Party) {
		return portsmouth.Invalidf("statement-exists", "there is no such statement in your caucus")
	}
	if x.Party != d.viewer.Party {
		return portsmouth.Refuse("release-own", "a party releases its own statements, not the mediator's")
	}
	if x.Locked != nil {
		return ErrLocked()
	}
	text, part := x.Text, false
	if c.Text != "" && c.Text != x.Text {
		if !strings.Contains(x.Text, c.Text) {
			return portsmouth.Refuse("release-exact", "what is released must stand in the statement word for word")
		}
		text, part = c.Text, true
	}
	if err := prose("what is released", text, true); err != nil {
		return err
	}
	if !c.Carry {
		d.emit(ToPlenary, StatementReleased{Release: d.meta.ID, Party: x.Party, Text: text, Part: part})
		return nil
	}
	d.emit(ToCaucus(d.viewer.Party), CarryAllowed{
		Release: d.meta.ID, Statement: x.Statement, Party: x.Party, Text: text, Part: part, Salt: d.salt(),
	})
	return nil
}

func (d *deciding) carryStatement(c CarryStatement) error {
	x := d.carry(c.Release)
	if x == nil {
		return portsmouth.Refuse("released", "the mediator carries only what a party has released")
	}
	if x.Carried {
		return portsmouth.Refuse("carried-once", "this has already been carried")
	}
	if x.Locked != nil {
		return ErrLocked()
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	d.emit(ToPlenary, StatementReleased{Release: x.Release, Party: x.Party, Text: x.Text, Part: x.Part, Carried: true, Note: c.Note})
	return nil
}
