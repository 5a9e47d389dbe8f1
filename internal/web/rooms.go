package web

import (
	"net/url"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
)

// roomStatements is how many statements the page of one room shows.
const roomStatements = 200

// roomTitle is what a room is called.
func (s *sheet) roomTitle(a conference.Audience) string {
	switch a.Kind() {
	case "caucus":
		if s.mediating() {
			return s.T("rooms.caucus-of", "party", s.Party(a.Party()).Name)
		}
		return s.T("rooms.caucus")
	case "delegation":
		return s.T("rooms.delegation")
	case "mediator":
		return s.T("rooms.notes")
	}
	return s.T("rooms.plenary")
}

// roomLink is the address of a room, on the table or on a page of its own.
func (s *sheet) roomLink(page string, a conference.Audience) templ.SafeURL {
	if page != "" {
		return s.C(page, roomName(a))
	}
	return s.C("table", "rooms", roomName(a))
}

// replyLink opens the room with an answer to one statement begun.
func (s *sheet) replyLink(a conference.Audience, statement string) templ.SafeURL {
	return s.C("rooms", roomName(a), "reply", url.PathEscape(statement)+"#composer-"+roomName(a))
}

// replyTo is the statement that is being answered, or nil.
func (s *sheet) replyTo() *conference.Statement {
	id := s.at("statement")
	if s.wrote("speak") {
		id = s.sent.Get("reply_to")
	}
	return s.statement(id)
}

func (s *sheet) statement(id string) *conference.Statement {
	for _, x := range s.View.Statements {
		if x.Statement == id && id != "" {
			return x
		}
	}
	return nil
}

// answering says whom a statement answers.
func (s *sheet) answering(id string) string {
	if x := s.statement(id); x != nil {
		return s.T("rooms.answering", "who", s.Name(x.By))
	}
	return ""
}

// speakRoom is how the command names a room; the mediator's own notes are the mediator's "delegation".
func speakRoom(a conference.Audience) string {
	if a == conference.ToMediator {
		return "delegation"
	}
	return a.Kind()
}

// roomOf is the room in which a statement was made, as addresses name it.
func roomOf(c conference.Speak, v conference.Viewer) string {
	switch {
	case c.Room == "caucus" && c.Party != "":
		return "caucus-" + c.Party
	case c.Room == "caucus":
		return "caucus-" + v.Party
	case c.Room == "delegation" && v.Role == portsmouth.Mediator:
		return "notes"
	}
	return c.Room
}

// maySpeakIn reports whether the reader's part lets them speak in a room: an adviser speaks only inside the delegation.
func (s *sheet) maySpeakIn(a conference.Audience) bool {
	return s.View.Viewer.Role != portsmouth.Adviser || a.Kind() == "delegation"
}

// releasable reports whether the reader may let a statement cross to all.
func (s *sheet) releasable(x *conference.Statement) bool {
	return s.may("release-statement") && x.Party == s.mine() && x.Room == conference.ToCaucus(s.mine())
}

// toCarry are the released statements that the mediator has not yet brought to all, in the caucus of a party.
func (s *sheet) toCarry(party string) []*conference.Carry {
	var list []*conference.Carry
	for _, c := range s.View.Carries {
		if !c.Carried && c.Party == party {
			list = append(list, c)
		}
	}
	return list
}

// pageRoom is the room of the room page.
func (s *sheet) pageRoom() conference.Audience {
	switch {
	case s.wrote("speak"):
		return s.room(s.sent.Get("name"))
	case s.sent.Values != nil:
		return s.room(s.sent.Get("in"))
	}
	return s.room(s.at("room"))
}

// roomList is what the page of a room shows.
func (s *sheet) roomList(room conference.Audience) []conference.Numbered {
	acts, _ := s.said(room, roomStatements)
	return acts
}

// inRoom serves a page that names a room in its address. A room that the reader may not enter is not found, like one that
// does not exist.
func (s *site) inRoom(page screen) func(*visit) error {
	return func(v *visit) error {
		sh := sheetOf(v)
		if name := v.path("room"); roomName(sh.room(name)) != name {
			return notFound()
		}
		return v.render(page(sh))
	}
}
