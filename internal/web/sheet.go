package web

import (
	"strings"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
)

// sheet is a page of a conference on its way to the reader: the view, and on a page that is shown again what was written
// and why it could not be done.
type sheet struct {
	*Page
	sent    fields // empty on a page that is read
	problem *Problem
	at      func(string) string   // the parts of the address
	record  *recordSheet          // on the public page; nil when the conference has no public record
	own     []*conference.Comment // on the public page: what the reader has commented
}

// screen draws one page of a conference.
type screen func(*sheet) templ.Component

func sheetOf(v *visit) *sheet {
	return &sheet{Page: v.page, at: v.path}
}

// again is the sheet with what was sent and what was wrong with it.
func (s *sheet) again(sent fields, pr *Problem) *sheet {
	return &sheet{Page: s.Page, at: s.at, sent: sent, problem: pr}
}

// kept is what was written in a field of the form of that name when the page is shown again, else otherwise. Several
// forms of a page have fields of the same name, so each form says its own name in the field "form".
func (s *sheet) kept(form, field, otherwise string) string {
	if s.wrote(form) {
		return s.sent.Get(field)
	}
	return otherwise
}

// wrote reports whether the page is shown again because of that form.
func (s *sheet) wrote(form string) bool { return s.sent.Values != nil && s.sent.Get("form") == form }

// keptSet is kept for a box.
func (s *sheet) keptSet(form, field string, otherwise bool) bool {
	if s.wrote(form) {
		return s.sent.set(field)
	}
	return otherwise
}

// may reports whether the reader may send the command now; screens show no button for what would be refused.
func (s *sheet) may(command string) bool { return s.View.May(command) == nil }

// mine is the reader's own party, "" for none.
func (s *sheet) mine() string { return s.View.Viewer.Party }

// mediating reports whether the reader is a mediator.
func (s *sheet) mediating() bool { return s.View.Viewer.Role == portsmouth.Mediator }

// seated reports whether the reader has a seat at the table.
func (s *sheet) seated() bool { return s.View.Viewer.Seated() }

// languages are those of the conference.
func (s *sheet) languages() []string { return s.View.Opened.Languages }

// parties are the ids of the parties in the order of the founding.
func (s *sheet) parties() []string {
	ids := make([]string, len(s.View.Opened.Parties))
	for k, p := range s.View.Opened.Parties {
		ids[k] = p.ID
	}
	return ids
}

// issue is an issue of the agenda in force, or nil.
func (s *sheet) issue(id string) *portsmouth.Issue { return s.View.Agenda.Issue(id) }

// title is an issue's title with its number.
func (s *sheet) title(i *portsmouth.Issue) string {
	if i.Head == "" {
		return s.In(i.Title)
	}
	return i.Head + " · " + s.In(i.Title)
}

// value says in words how an issue is settled by a value. A number's digits are parted for the eye.
func (s *sheet) value(i *portsmouth.Issue, value string) string {
	if value == "" {
		return "–"
	}
	if i.Kind != portsmouth.Numeric || i.Number == nil {
		return s.In(i.Label(value))
	}
	return strings.TrimSpace(s.digits(value) + " " + s.In(i.Number.Unit))
}

// digits parts a long number by thousands with a space that does not break.
func (s *sheet) digits(value string) string {
	whole, fraction, hasFraction := strings.Cut(value, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	}
	for k := len(whole) - 3; k > 0 && len(whole) > 4; k -= 3 {
		whole = whole[:k] + "\u202f" + whole[k:]
	}
	if hasFraction {
		return sign + whole + s.words.Decimal("."+fraction)
	}
	return sign + whole
}

// room is the audience of a room as the reader names it in an address: "plenary", "delegation", "caucus-japan", "notes".
// An unknown or forbidden name is the plenary.
func (s *sheet) room(name string) conference.Audience {
	v := s.View.Viewer
	kind, party, _ := strings.Cut(name, "-")
	to := conference.ToPlenary
	switch {
	case kind == "delegation" && v.Role.InDelegation():
		to = conference.ToDelegation(v.Party)
	case kind == "caucus" && s.View.Opened.Mediated && s.View.Party(party) != nil:
		to = conference.ToCaucus(party)
	case kind == "notes" && s.mediating():
		to = conference.ToMediator
	}
	if !v.MaySee(to) {
		return conference.ToPlenary
	}
	return to
}

// roomName is the name of a room in an address.
func roomName(a conference.Audience) string {
	switch a.Kind() {
	case "caucus":
		return "caucus-" + a.Party()
	case "delegation":
		return "delegation"
	case "mediator":
		return "notes"
	}
	return "plenary"
}

// rooms are those that the reader may enter.
func (s *sheet) rooms() []conference.Audience {
	rooms := []conference.Audience{conference.ToPlenary}
	switch {
	case s.mediating():
		for _, id := range s.parties() {
			rooms = append(rooms, conference.ToCaucus(id))
		}
		rooms = append(rooms, conference.ToMediator)
	case s.View.Viewer.Role.InDelegation():
		rooms = append(rooms, conference.ToDelegation(s.mine()))
		if s.View.Opened.Mediated {
			rooms = append(rooms, conference.ToCaucus(s.mine()))
		}
	}
	return rooms
}

// ground is the class of the tinted ground on which something for that audience stands.
func ground(a conference.Audience) string {
	switch a.Kind() {
	case "delegation", "mediator":
		return "ground-delegation"
	case "caucus":
		return "ground-caucus"
	case "public":
		return "ground-public"
	}
	return "ground-plenary"
}

// private reports whether an act is for one party's eyes, the mediator's with them or not.
func private(a conference.Audience) bool {
	switch a.Kind() {
	case "delegation", "mediator", "caucus":
		return true
	}
	return false
}
