package web

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"portsmouth"
)

// An agenda read in full before it is adopted: all that it says, and what it changes.

// preparableSteps is the most values a number may have so that delegations can prepare with it: preferences hold a value
// for each. A test holds it to what package elicit takes.
const preparableSteps = 20_000

// tooFine lists the titles of numbers that delegations cannot prepare with.
func (s *sheet) tooFine(a *portsmouth.Agenda) []string {
	var titles []string
	for k := range a.Issues {
		if i := &a.Issues[k]; i.Kind == portsmouth.Numeric && i.Count() > preparableSteps {
			titles = append(titles, s.title(i))
		}
	}
	return titles
}

// readIn is the language of the conference in which the reader reads an agenda first.
func (s *sheet) readIn() string {
	list := s.languages()
	if slices.Contains(list, s.Lang()) || len(list) == 0 {
		return s.Lang()
	}
	return list[0]
}

// otherLanguages are those of the conference beside it.
func (s *sheet) otherLanguages() []string {
	return slices.DeleteFunc(slices.Clone(s.languages()), func(l string) bool { return l == s.readIn() })
}

// titleIn is an issue's title with its number, in one language.
func titleIn(i *portsmouth.Issue, lang string) string {
	if i.Head == "" {
		return i.Title.In(lang)
	}
	return i.Head + " · " + i.Title.In(lang)
}

// rangeWords says which values a number can take.
func (s *sheet) rangeWords(i *portsmouth.Issue, lang string) string {
	n := i.Number
	return s.T("agenda.number", "min", s.digits(n.Min), "max", strings.TrimSpace(s.digits(n.Max)+" "+n.Unit.In(lang)), "step", s.digits(n.Step)) +
		" " + s.T("agenda.values", "values", s.digits(strconv.FormatInt(n.Steps(), 10)))
}

// articleName names an article of the frame: by its heading, else by its place.
func (s *sheet) articleName(a *portsmouth.Agenda, id, lang string) string {
	for k, f := range a.Frame.Articles {
		if f.ID != id {
			continue
		}
		if title := f.Title.In(lang); title != "" {
			return title
		}
		return s.T("agenda.article", "number", k+1)
	}
	return id
}

// regionsOf says which region goes to whom by an option.
func (s *sheet) regionsOf(a *portsmouth.Agenda, o *portsmouth.Option, lang string) string {
	var parts []string
	for _, r := range a.Regions {
		if party := o.Regions[r.ID]; party != "" {
			parts = append(parts, s.T("agenda.region", "region", r.Name.In(lang), "party", s.Party(party).Name))
		}
	}
	return strings.Join(parts, "; ")
}

// hasFrame reports whether an agenda brings a form for the text of the agreement.
func hasFrame(f *portsmouth.Frame) bool {
	return len(f.Articles) > 0 || len(f.Title) > 0 || len(f.Preamble) > 0 || len(f.Closing) > 0
}

// before is the agenda that another one would take the place of: the one in force, else the one that was put before it.
func (s *sheet) before(version int) *portsmouth.Agenda {
	if s.View.Agenda != nil {
		return s.View.Agenda
	}
	if version < 2 {
		return nil
	}
	return s.agendaOf(version - 1)
}

// agendaChanges says what one agenda changes in another, issue by issue.
func (s *sheet) agendaChanges(from, to *portsmouth.Agenda) []string {
	var lines []string
	for k := range to.Issues {
		i := &to.Issues[k]
		old := from.Issue(i.ID)
		switch {
		case old == nil:
			lines = append(lines, s.T("agenda.change-added", "issue", s.title(i)))
		case !same(old, i):
			lines = append(lines, s.T("agenda.change-issue", "issue", s.title(i), "changes", strings.Join(s.issueChanges(old, i), "; ")))
		}
	}
	for k := range from.Issues {
		if i := &from.Issues[k]; to.Issue(i.ID) == nil {
			lines = append(lines, s.T("agenda.change-removed", "issue", s.title(i)))
		}
	}
	for _, part := range []struct {
		key string
		is  bool
	}{
		{"agenda.change-conditions", !same(from.Conditions, to.Conditions)},
		{"agenda.change-frame", !same(from.Frame, to.Frame)},
		{"agenda.change-regions", !same(from.Regions, to.Regions)},
		{"agenda.change-order", len(lines) == 0 && !sameOrder(from, to)},
	} {
		if part.is {
			lines = append(lines, s.T(part.key))
		}
	}
	return lines
}

// issueChanges says what is different in an issue that was there before.
func (s *sheet) issueChanges(old, now *portsmouth.Issue) []string {
	var parts []string
	for k := range now.Options {
		o := &now.Options[k]
		was := old.Option(o.ID)
		switch {
		case was == nil:
			parts = append(parts, s.T("agenda.change-option-added", "option", s.In(o.Label)))
		case !same(was, o):
			parts = append(parts, s.T("agenda.change-option", "option", s.In(o.Label)))
		}
	}
	for k := range old.Options {
		if o := &old.Options[k]; now.Option(o.ID) == nil {
			parts = append(parts, s.T("agenda.change-option-removed", "option", s.In(o.Label)))
		}
	}
	for _, part := range []struct {
		key string
		is  bool
	}{
		{"agenda.change-title", !same(old.Title, now.Title) || old.Head != now.Head},
		{"agenda.change-note", !same(old.Note, now.Note)},
		{"agenda.change-number", old.Kind != now.Kind || !same(old.Number, now.Number)},
	} {
		if part.is {
			parts = append(parts, s.T(part.key))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, s.T("agenda.change-options-order"))
	}
	return parts
}

// same compares two things of an agenda as they are written down.
func same(a, b any) bool {
	one, err := json.Marshal(a)
	if err != nil {
		return false
	}
	other, err := json.Marshal(b)
	return err == nil && bytes.Equal(one, other)
}

func sameOrder(a, b *portsmouth.Agenda) bool {
	return slices.EqualFunc(a.Issues, b.Issues, func(x, y portsmouth.Issue) bool { return x.ID == y.ID })
}
