package web

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"portsmouth"
)

// fields are what a browser sent. The methods read one field each and change nothing but what a keyboard or a browser adds:
// blanks around a text, carriage returns.
type fields struct {
	url.Values
	now time.Time // by the conference's clock: spans are counted from it
}

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
			canonical, err := decimalOf(value)
			if err != nil {
				return nil, err
			}
			value = canonical
		}
		terms[i.ID] = value
	}
	return terms, nil
}

// decimal reads a number that has to be there.
func (f fields) decimal(name string) (string, error) { return decimalOf(f.prose(name)) }

// decimalComma is a comma that parts no thousands: what follows it are not three digits.
var decimalComma = regexp.MustCompile(`^([^,.]*),(\d{1,2}|\d{4,})$`)

// decimalOf is a number as people write it, with a decimal point or comma and thousands parted, as the rules write it.
func decimalOf(value string) (string, error) {
	if value == "" {
		return "", portsmouth.Invalidf("number-missing", "write a number")
	}
	return portsmouth.CanonicalDecimal(decimalComma.ReplaceAllString(value, "$1.$2"))
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
