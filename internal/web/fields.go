package web

import (
	"net/url"
	"strings"
	"time"

	"portsmouth"
)

// fields are what a browser sent. The methods read one field each and change nothing but what a keyboard or a browser adds:
// blanks around a text, carriage returns.
type fields struct{ url.Values }

// momentForm is how a browser writes a date and a time. It has no zone: every such field says that it is in UTC.
const momentForm = "2006-01-02T15:04"

// prose reads a text.
func (f fields) prose(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n"))
}

// text reads a text that is given in several languages, each in a field of its own.
func (f fields) text(name string, languages []string) portsmouth.Text {
	t := portsmouth.Text{}
	for _, l := range languages {
		if s := f.prose(name + "." + l); s != "" {
			t[l] = s
		}
	}
	return t
}

// moment reads a date with a time; an empty field is the zero time.
func (f fields) moment(name string) (time.Time, error) {
	s := f.prose(name)
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{momentForm, momentForm + ":05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, portsmouth.Invalidf("date-form", "“%.40s” is not a date with a time, such as 2026-05-31T18:00", s)
}

// set reports whether a box was ticked.
func (f fields) set(name string) bool { return f.Get(name) != "" }

// terms reads a package: the fields "term.ISSUE" that are not empty. A number may be written as people write it. What
// does not settle its issue is passed on as it is, for the rules to refuse.
func (f fields) terms(agenda *portsmouth.Agenda) (portsmouth.Outcome, error) {
	terms := portsmouth.Outcome{}
	if agenda == nil {
		return terms, nil
	}
	for k := range agenda.Issues {
		i := &agenda.Issues[k]
		value := f.prose("term." + i.ID)
		if value == "" {
			continue
		}
		if i.Kind == portsmouth.Numeric {
			canonical, err := portsmouth.CanonicalDecimal(value)
			if err != nil {
				return nil, err
			}
			value = canonical
		}
		terms[i.ID] = value
	}
	return terms, nil
}

// split parts the terms of an offer: what is offered, and what is asked in return (the field "as.ISSUE" says "if").
func (f fields) split(all portsmouth.Outcome) (terms, condition portsmouth.Outcome) {
	terms = portsmouth.Outcome{}
	for _, issue := range portsmouth.SortedKeys(all) {
		if f.Get("as."+issue) != "if" {
			terms[issue] = all[issue]
			continue
		}
		if condition == nil {
			condition = portsmouth.Outcome{}
		}
		condition[issue] = all[issue]
	}
	return terms, condition
}
