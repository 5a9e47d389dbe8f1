package scenario

import (
	"time"

	"portsmouth"
)

// WhatIf is a question about a course that a conference did not take, as changes to what the file says: the same agenda
// and the same wants, with other floors, some heads settled, or another package beside the one that was agreed. What
// cannot be put so is Unanswerable, and its Note says why.
type WhatIf struct {
	ID       string
	Question portsmouth.Text
	Note     portsmouth.Text // how the question was turned into numbers, or why it cannot be
	// On is the day at whose end what no agreement is worth is taken; with an hour that moment, zero the last of the file.
	On time.Time

	Reserve map[string]Floor   // by party: what no agreement is worth instead
	Drop    []Dropped          // reservations that are taken out of the file
	Fix     portsmouth.Outcome // heads that are settled so
	Months  int                // how much later it is, for Drift
	Drift   map[string]int64   // by party: what no agreement gains in a month, in hundredths of a point
	Package portsmouth.Outcome // a whole package to look at; nil: none

	Unanswerable bool
}

// Floor is what no agreement is worth: hundredths of a point, or the worth of a package where there is one.
type Floor struct {
	Value   int64
	Package portsmouth.Outcome
}

// Dropped names a reservation by its party and its day.
type Dropped struct {
	Party string
	From  time.Time // midnight UTC of the day
}

// WhatIf returns the what-if of that id, or nil.
func (s *Scenario) WhatIf(id string) *WhatIf {
	for k := range s.WhatIfs {
		if s.WhatIfs[k].ID == id {
			return &s.WhatIfs[k]
		}
	}
	return nil
}

// Moment returns when the floors are taken; ok is false when the last of the file are.
func (w *WhatIf) Moment() (at time.Time, ok bool) {
	if w.On.IsZero() {
		return time.Time{}, false
	}
	return dayEnd(w.On), true
}

// dayEnd takes a day that is given without an hour to its last second.
func dayEnd(t time.Time) time.Time {
	if t.UTC().Truncate(24 * time.Hour).Equal(t) {
		return t.Add(24*time.Hour - time.Second)
	}
	return t
}

// drops reports whether a reservation of a party is one that the question takes out.
func (w *WhatIf) drops(party string, from time.Time) bool {
	for _, d := range w.Drop {
		if d.Party == party && d.From.Equal(from.UTC().Truncate(24*time.Hour)) {
			return true
		}
	}
	return false
}
