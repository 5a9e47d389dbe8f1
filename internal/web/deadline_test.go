package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

func TestDeadlineIsRead(t *testing.T) {
	now := time.Date(1905, 8, 23, 14, 5, 10, 0, time.UTC)
	for _, c := range []struct {
		name, choice, date string
		want               time.Time
		rule               string
	}{
		{name: "a span ends with a minute", choice: "15m", want: time.Date(1905, 8, 23, 14, 21, 0, 0, time.UTC)},
		{name: "days", choice: "3d", want: time.Date(1905, 8, 26, 14, 6, 0, 0, time.UTC)},
		{name: "a span stands though a date was written", choice: "1h", date: "1905-09-01T18:00", want: time.Date(1905, 8, 23, 15, 6, 0, 0, time.UTC)},
		{name: "a date", choice: "at", date: "1905-08-23T14:06", want: time.Date(1905, 8, 23, 14, 6, 0, 0, time.UTC)},
		{name: "a date from elsewhere", choice: "-", date: "1905-08-23 14:06", want: time.Date(1905, 8, 23, 14, 6, 0, 0, time.UTC)},
		{name: "this very minute", choice: "at", date: "1905-08-23T14:05", rule: "deadline-past"},
		{name: "a date that was not written", choice: "at", rule: "deadline-missing"},
		{name: "no such span", choice: "9y", rule: "deadline-missing"},
		{name: "no date", choice: "at", date: "soon", rule: "date-form"},
		{name: "none"},
		{name: "none though a date was written", date: "1905-09-01T18:00"},
	} {
		f := fields{Values: url.Values{"closes": {c.date}, "closes.in": {c.choice}}, now: now}
		if c.choice == "-" {
			f.Del("closes.in")
		}
		got, err := f.deadline("closes")
		if portsmouth.RuleOf(err) != c.rule || !got.Equal(c.want) {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
		if err == nil {
			f.pin("closes", got)
			f.now = now.Add(30 * time.Second) // it is confirmed a little later
			if again, err := f.deadline("closes"); !again.Equal(got) || err != nil {
				t.Errorf("%s: what was read back as %v is sent as %v (%v)", c.name, got, again, err)
			}
		}
	}
}

// TestProposalForAWhile puts a proposal by the span alone, as a browser without script does.
func TestProposalForAWhile(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Bargaining)
	x := sit{t, &recorder{scene: scene}, "mediator"}
	issue := scene.See("mediator").Agenda.Issues[0]
	terms := []string{"form", "proposal", "term." + issue.ID, issue.Options[0].ID, "note", "To be slept on", "closes.in"}
	late := append(append([]string{}, terms...), "at", "closes", scene.Now.Format(momentForm))
	page := x.post("proposal", http.StatusUnprocessableEntity, late...)
	for _, want := range []string{"has passed", "To be slept on", `value="` + scene.Now.Format(momentForm) + `"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page that is shown again lacks %q", want)
		}
	}
	read := x.post("proposal", http.StatusOK, append(terms, "6h")...)
	closes := minuteAfter(scene.Now.Add(6 * time.Hour)).Format(momentForm)
	for _, want := range []string{`name="closes.in" value="at"`, `name="closes" value="` + closes + `"`} {
		if !strings.Contains(read, want) {
			t.Errorf("what is read back does not carry %s", want)
		}
	}
}
