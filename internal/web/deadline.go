package web

import (
	"time"

	"portsmouth"
)

// Deadlines are given as a span from now, by the conference's own clock, or as a date with a time. One control asks for
// them in all forms ([deadlineField]), and one function reads them ([fields.deadline]). The fields of a deadline "closes"
// are "closes.in", the choice, and "closes", the date.

// momentForm is how a browser writes a date and a time. It has no zone: every such field says that it is in UTC.
const momentForm = "2006-01-02T15:04"

// atMoment is the choice of a date with a time.
const atMoment = "at"

// timeSpan is a choice of a deadline: how long from now.
type timeSpan struct {
	name string // in the form, and in the catalogue as "deadline.in-NAME"
	long time.Duration
}

// spans are the choices, shortest first.
var spans = []timeSpan{
	{"15m", 15 * time.Minute},
	{"1h", time.Hour},
	{"6h", 6 * time.Hour},
	{"1d", 24 * time.Hour},
	{"3d", 3 * 24 * time.Hour},
}

// usualSpan is chosen at first where a deadline is needed.
const usualSpan = "1d"

// deadline reads a deadline; the zero time when none was chosen. What has passed is no deadline. A span ends with a
// minute, so that what is read back is exactly what will be, and a form that is sent twice says the same twice.
func (f fields) deadline(name string) (time.Time, error) {
	choice := f.Get(name + ".in")
	for _, s := range spans {
		if s.name == choice {
			return minuteAfter(f.now.Add(s.long)), nil
		}
	}
	switch {
	case choice == "" && f.Has(name+".in"):
		return time.Time{}, nil
	case choice != "" && choice != atMoment:
		return time.Time{}, portsmouth.Invalidf("deadline-missing", "choose how long from now, or a date with a time")
	}
	t, err := parseMoment(f.prose(name))
	switch {
	case err != nil:
		return time.Time{}, err
	case t.IsZero() && choice == atMoment:
		return time.Time{}, portsmouth.Invalidf("deadline-missing", "write the date and the time, or choose how long from now")
	case !t.IsZero() && !t.After(f.now):
		return time.Time{}, portsmouth.Invalidf("deadline-past", "that time has passed by the conference's clock; choose a later one")
	}
	return t, nil
}

// pin replaces a deadline's span by the moment that was read, so that what is confirmed is what was read back.
func (f fields) pin(name string, t time.Time) {
	if t.IsZero() {
		return
	}
	f.Set(name+".in", atMoment)
	f.Set(name, t.UTC().Format(momentForm))
}

// minuteAfter is the full minute at or after t.
func minuteAfter(t time.Time) time.Time {
	return t.UTC().Add(time.Minute - time.Nanosecond).Truncate(time.Minute)
}

// parseMoment reads a date with a time; nothing is the zero time.
func parseMoment(s string) (time.Time, error) {
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

// chosenSpan is the choice that a deadline's control shows: the one that was sent, else a usual one, or none.
func (s *sheet) chosenSpan(form, name string, needed bool) string {
	usual := ""
	if needed {
		usual = usualSpan
	}
	switch {
	case !s.wrote(form) || !s.sent.Has(name+".in") && s.sent.prose(name) == "":
		return usual
	case !s.sent.Has(name + ".in"):
		return atMoment
	}
	return s.sent.Get(name + ".in")
}
