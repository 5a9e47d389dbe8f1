package demo

import (
	"strings"
	"testing"
)

const small = `schema: portsmouth-chronicle/1
title: {en: Small, fr: Petit}
stop: 1905-06-08T12:00-05:00
acts:
  - at: 1905-06-08T12:00-05:00
    by: roosevelt
    do: {found: {}}
    source: [X]
    grade: A
  - at: 1905-06-08T13:00-05:00
    by: roosevelt
    do: {invite: {seat: katsura}}
    source: [X]
    grade: A
sources:
  X: {title: A book, url: ""}
`

func TestParseRefuses(t *testing.T) {
	s := load(t).Scenario
	if _, err := Parse([]byte(small), s); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ old, new, message string }{
		{"schema: portsmouth-chronicle/1", "schema: portsmouth-chronicle/9", "schema"},
		{"    by: roosevelt", "    byy: roosevelt", "no “byy”"},
		{"13:00-05:00", "11:00-05:00", "earlier"},
		{"13:00-05:00", "noon", "no time"},
		{"[X]", "[Y]", "list of sources"},
		{"[X]", "[]", "needs a source"},
		{"grade: A", "grade: E", "grade"},
		{"grade: A", "grade: J", "needs a note"},
		{"by: roosevelt", "by: napoleon", "no person"},
		{"do: {found: {}}", "do: {conjure: {}}", "no command"},
		{"do: {found: {}}", "do: {found: {}, invite: {}}", "one command"},
		{"do: {invite: {seat: katsura}}", "do: {accept-invitation: {}}", "no invitation"},
		{"do: {invite: {seat: katsura}}", `do: {accept-offer: {offer: "@nothing"}}`, "no act “@nothing”"},
		{"    grade: A\n  - at", "    grade: A\n    time: perhaps\n  - at", "assumed"},
	} {
		text := strings.Replace(small, x.old, x.new, 1)
		if text == small {
			t.Fatalf("“%s” does not stand in the file", x.old)
		}
		if _, err := Parse([]byte(text), s); err == nil || !strings.Contains(err.Error(), x.message) {
			t.Errorf("%s → %s: %v", x.old, x.new, err)
		}
	}
}

func TestPlayRefuses(t *testing.T) {
	s := load(t).Scenario
	for _, x := range []struct{ do, message string }{
		{"invite: {seat: napoleon}", "no person"},
		{"invite: {seat: katsura, colour: red}", "unknown field"},
		{"sign: {name: X, capacity: Y}", "no text yet"},
		{"make-offer: {package: nothing}", "no package"},
	} {
		c, err := Parse([]byte(strings.Replace(small, "invite: {seat: katsura}", x.do, 1)), s)
		if err != nil {
			t.Fatal(err)
		}
		r := open(t, &memory{}, c)
		err = r.Until(t.Context(), c.Acts[1].At)
		if err == nil || !strings.Contains(err.Error(), x.message) || !strings.Contains(err.Error(), "act 2") {
			t.Errorf("%s: %v", x.do, err)
		}
		if r.Position() != 1 {
			t.Errorf("%s: position %d", x.do, r.Position())
		}
	}
}
