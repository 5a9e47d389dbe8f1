package web

import (
	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/picture"
	"portsmouth/solver"
)

// What the parties let the mediator see, and a package told to one party in its own terms.

// weightRow is what one issue weighs to those parties that let the mediator see it.
type weightRow struct {
	issue   *portsmouth.Issue
	weights []string // by party; "–" for one that allows nothing
	options []valueRow
}

// valueRow is what one option is worth to each, in points of its issue.
type valueRow struct {
	label  string
	values []string
}

// weightRows lists what the parties let the mediator see.
func (s *sheet) weightRows() []weightRow {
	rows := make([]weightRow, len(s.View.Agenda.Issues))
	for k := range rows {
		i := &s.View.Agenda.Issues[k]
		rows[k].issue = i
		for _, id := range s.parties() {
			word := "–"
			if a := s.View.Allowed[id]; a != nil && a.Preferences != nil {
				word = s.hundredths(a.Preferences.Weights[i.ID])
			}
			rows[k].weights = append(rows[k].weights, word)
		}
		for _, o := range i.Options {
			rows[k].options = append(rows[k].options, valueRow{s.In(o.Label), s.valuesOf(i.ID, o.ID)})
		}
	}
	return rows
}

func (s *sheet) valuesOf(issue, option string) []string {
	var words []string
	for _, id := range s.parties() {
		word := "–"
		if a := s.View.Allowed[id]; a != nil && a.Preferences != nil {
			if v, known := a.Preferences.Values[issue][option]; known {
				word = s.hundredths(v)
			}
		}
		words = append(words, word)
	}
	return words
}

// weightBars draws the same.
func (s *sheet) weightBars() string {
	b := &picture.Bars{Words: s.pictured(s.T("desk.weights"), s.T("desk.weights-desc"))}
	for k := range s.View.Agenda.Issues {
		i := &s.View.Agenda.Issues[k]
		g := picture.Group{Label: s.title(i)}
		for _, id := range s.parties() {
			if a := s.View.Allowed[id]; a != nil && a.Preferences != nil {
				w := a.Preferences.Weights[i.ID]
				g.Bars = append(g.Bars, picture.Bar{Party: s.drawn(id), Value: float64(w) / 100, Text: s.hundredths(w)})
			}
		}
		b.Groups = append(b.Groups, g)
	}
	return string(b.SVG(picture.Embedded))
}

// allowing lists the parties that let the mediator see what they want.
func (s *sheet) allowing() []*conference.PreferencesAllowed {
	var list []*conference.PreferencesAllowed
	for _, id := range s.parties() {
		if a := s.View.Allowed[id]; a != nil && a.Preferences != nil {
			list = append(list, a)
		}
	}
	return list
}

// telling is a package told to one party in its own terms.
type telling struct {
	party        string
	worth        string
	reservation  string // "" without one
	above        string // the difference to it, with its sign
	below        bool
	against      string // the difference to its own last offer, with its sign; "" where there is none
	better       bool
	gains, gives []string // issues on which it is better or worse off than by its own last offer
}

// accountOf explains a whole package to one party, from that party's own numbers and nothing else.
func (s *sheet) accountOf(party string, p *portsmouth.Preferences, terms portsmouth.Outcome) *telling {
	a := s.View.Agenda
	own, err := solver.FromAgenda(a, []solver.Want{{Party: party, Preferences: p, Reservation: reservationNow(p, s.Now)}})
	if err != nil {
		return nil
	}
	outcome, err := solver.Index(a, terms)
	if err != nil {
		return nil
	}
	told := solver.Explain(own.Options, 0, &own.Parties[0], outcome, solver.References{OwnLast: s.ownLast(party)})
	words := &telling{party: party, worth: s.points(told.Utility)}
	if told.Reservation != solver.NoReservation {
		words.reservation, words.above, words.below = s.points(told.Reservation), s.signed(told.Gain), told.Gain < 0
	}
	if b := told.AgainstOwnLast; b != nil {
		words.against, words.better = s.signed(b.Total), b.Total >= 0
		words.gains, words.gives = s.movedIssues(b.ByIssue)
	}
	return words
}

// movedIssues lists the issues by which a package is better and worse.
func (s *sheet) movedIssues(by []int64) (gains, gives []string) {
	for k, d := range by {
		line := s.T("desk.issue-by", "issue", s.title(&s.View.Agenda.Issues[k]), "by", s.signed(d))
		switch {
		case d > 0:
			gains = append(gains, line)
		case d < 0:
			gives = append(gives, line)
		}
	}
	return gains, gives
}

func (s *sheet) signed(units int64) string {
	if units > 0 {
		return "+" + s.points(units)
	}
	return s.points(units)
}

// ownLast is the whole package that a party's offers make with what is settled, or nil.
func (s *sheet) ownLast(party string) []int {
	last := s.lastOf(party)
	if len(last) == 0 {
		return nil
	}
	index, err := solver.Index(s.View.Agenda, last.With(s.View.Settled()))
	if err != nil {
		return nil
	}
	return index
}

// accounts explains a package to each party whose preferences the mediator may see.
func (s *sheet) accounts(terms portsmouth.Outcome) []*telling {
	if !s.deskAllowed() {
		return nil
	}
	var list []*telling
	for _, a := range s.allowing() {
		if told := s.accountOf(a.Party, a.Preferences, terms); told != nil {
			list = append(list, told)
		}
	}
	return list
}
