package web

import (
	"strings"

	"portsmouth"
	"portsmouth/conference"
)

// Minutes are drafted from what was done before all between the opening and the close of a session, in words that need
// nothing beside them.

// minutesRoom bounds a draft, in bytes: the rules take a little more, so that the mediator can add a word.
const minutesRoom = 19_000

// quoteLengths are how much of a statement a draft quotes, in runes, at first in full, then less until the draft fits.
var quoteLengths = []int{minutesRoom, 600, 200, 60}

// minutesSession is the last session without minutes that all have approved, or nil.
func (s *sheet) minutesSession() *conference.Session {
	for k := len(s.View.Sessions) - 1; k >= 0; k-- {
		x := s.View.Sessions[k]
		approved := false
		for _, m := range s.minutesOf(x.Number) {
			approved = approved || m.Adopted
		}
		if !approved {
			return x
		}
	}
	return nil
}

// sessionActs are the acts of a session that every delegation sees, from its opening to its close or to the last so far.
// They are found by their order and not by their time: several can bear the same.
func (s *sheet) sessionActs(number int) []conference.Numbered {
	var acts []conference.Numbered
	inside := false
	for _, a := range s.View.Acts {
		switch b := a.Body.(type) {
		case conference.SessionOpened:
			inside = b.Number == number
			continue
		case conference.SessionAdjourned:
			if b.Number == number {
				return acts
			}
		}
		if inside && !private(a.Audience) {
			acts = append(acts, a)
		}
	}
	return acts
}

// minutesDraft tells what happened before all during a session, act by act.
func (s *sheet) minutesDraft(x *conference.Session) string {
	acts := s.sessionActs(x.Number)
	text := ""
	for _, quote := range quoteLengths {
		if text = strings.Join(s.minutesLines(x, acts, quote), "\n"); len(text) <= minutesRoom {
			return text
		}
	}
	lines := s.minutesLines(x, acts, quoteLengths[len(quoteLengths)-1])
	kept, size := 0, 0
	for kept < len(lines) && size+len(lines[kept])+1 < minutesRoom-300 { // room for saying that there is more
		size += len(lines[kept]) + 1
		kept++
	}
	return strings.Join(append(lines[:kept:kept], s.T("minutes.too-long", "count", len(lines)-kept)), "\n")
}

func (s *sheet) minutesLines(x *conference.Session, acts []conference.Numbered, quote int) []string {
	lines := []string{s.T("desk.minutes-head", "number", x.Number, "when", s.DateTime(x.Opened), "place", x.Place)}
	if x.Purpose != "" {
		lines = append(lines, s.T("minutes.purpose", "purpose", strings.ReplaceAll(x.Purpose, "\n", " ")))
	}
	for _, a := range acts {
		if !ofThisRecord(a.Body, x.Number) {
			lines = append(lines, s.minutesLine(a, quote))
		}
	}
	switch {
	case x.Adjourned.IsZero():
	case x.Until.IsZero():
		lines = append(lines, s.T("desk.minutes-end", "when", s.Clock(x.Adjourned)))
	default:
		lines = append(lines, s.T("minutes.end-until", "when", s.Clock(x.Adjourned), "until", s.DateTime(x.Until)))
	}
	if x.Note != "" {
		lines = append(lines, x.Note)
	}
	return lines
}

// ofThisRecord reports whether an act is about the minutes of the session itself, which do not speak of themselves.
func ofThisRecord(b conference.Body, session int) bool {
	switch b := b.(type) {
	case conference.MinutesProposed:
		return b.Session == session
	case conference.MinutesApproved, conference.SessionAdjourned, conference.Published:
		return true
	}
	return false
}

// minutesLine is one act: when, what, on which terms, why, and what was said.
func (s *sheet) minutesLine(a conference.Numbered, quote int) string {
	line := s.Clock(a.At) + " – "
	if n := s.roundNumber(a.Body); n > 0 {
		line += s.T("minutes.round", "number", n) + " "
	}
	parts := []string{line + ended(s.Describe(a))}
	if detail := s.minutesDetail(a.Body); detail != "" {
		parts = append(parts, ended(detail))
	}
	if why := s.reason(a.Body); why != "" {
		parts = append(parts, s.T("desk.quoted", "text", clipped(why, quote)))
	}
	if text := spoken(a.Body); text != "" {
		parts = append(parts, s.T("desk.quoted", "text", clipped(text, quote)))
	}
	return strings.Join(parts, " ")
}

// ended is a sentence with its full stop.
func ended(sentence string) string {
	if strings.HasSuffix(sentence, ".") || strings.HasSuffix(sentence, "?") || strings.HasSuffix(sentence, "!") {
		return sentence
	}
	return sentence + "."
}

// clipped is a text on one line, cut after so many runes.
func clipped(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return strings.TrimSpace(string(runes[:most])) + " …"
	}
	return text
}

// minutesDetail says the terms of what was offered, proposed or agreed, and what else an act's sentence leaves out.
func (s *sheet) minutesDetail(b conference.Body) string {
	switch b := b.(type) {
	case conference.AgendaProposed:
		titles := make([]string, len(b.Agenda.Issues))
		for k := range b.Agenda.Issues {
			titles[k] = s.title(&b.Agenda.Issues[k])
		}
		return strings.Join(titles, "; ")
	case conference.OfferMade:
		if len(b.If) > 0 {
			return s.T("minutes.if-then", "if", s.packageWords(b.Agenda, b.If), "then", s.packageWords(b.Agenda, b.Terms))
		}
		return s.packageWords(b.Agenda, b.Terms)
	case conference.ProposalPut:
		return s.packageWords(b.Agenda, b.Terms)
	case conference.BaselineReached:
		return s.packageWords(0, b.Package)
	case conference.OfferAccepted:
		return s.offerWords(b.Offer)
	case conference.OfferRejected:
		return s.offerWords(b.Offer)
	case conference.CorrectionProposed:
		return s.In(b.Text)
	}
	return s.roundDetail(b)
}

// roundDetail: what a round was about and led to, which all know. What a party lodged stands here only when the party
// itself showed it to all.
func (s *sheet) roundDetail(b conference.Body) string {
	switch b := b.(type) {
	case conference.RoundOpened:
		r := s.View.Round(b.Round)
		parts := []string{s.roundRule(r), s.roundBinding(r)}
		for k, terms := range b.Packages {
			parts = append(parts, s.T("round.package", "number", k+1)+": "+ended(s.packageWords(b.Agenda, terms)))
		}
		return strings.Join(parts, " ")
	case conference.EntryOpened:
		if r := s.View.Round(b.Round); r != nil {
			return s.entryWords(r, b.Payload)
		}
	}
	return ""
}

// offerWords says which offer was answered, by its terms.
func (s *sheet) offerWords(id string) string {
	if o := s.View.Offer(id); o != nil {
		return s.packageWords(o.Agenda, o.All())
	}
	return ""
}

// packageWords says terms issue by issue, by the agenda of that version; 0 is the one in force.
func (s *sheet) packageWords(version int, terms portsmouth.Outcome) string {
	agenda := s.agendaOf(version)
	if agenda == nil {
		return ""
	}
	var parts []string
	for k := range agenda.Issues {
		if i := &agenda.Issues[k]; terms[i.ID] != "" {
			parts = append(parts, s.T("act.term", "issue", s.title(i), "option", s.value(i, terms[i.ID])))
		}
	}
	return strings.Join(parts, "; ")
}

// agendaOf is the agenda of a version, as it was put to all; the one in force for 0 and for one that is not known.
func (s *sheet) agendaOf(version int) *portsmouth.Agenda {
	for _, a := range s.View.Acts {
		if b, ok := a.Body.(conference.AgendaProposed); ok && b.Agenda.Version == version {
			return &b.Agenda
		}
	}
	return s.View.Agenda
}

// roundNumber is which of the conference's rounds an act is about, from 1; 0 for none.
func (s *sheet) roundNumber(b conference.Body) int {
	id := ""
	switch b := b.(type) {
	case conference.RoundOpened:
		id = b.Round
	case conference.RoundClosed:
		id = b.Round
	case conference.RoundWithdrawn:
		id = b.Round
	case conference.EntryOpened:
		id = b.Round
	}
	for k, r := range s.View.Rounds {
		if id != "" && r.Round == id {
			return k + 1
		}
	}
	return 0
}

// missedBy counts what was done in the session after its minutes had been put: it is not in them.
func (s *sheet) missedBy(m *conference.Minutes) int {
	missed, put := 0, false
	for _, a := range s.sessionActs(m.Session) {
		switch b := a.Body.(type) {
		case conference.MinutesProposed:
			put = put || b.Minutes == m.Minutes
			continue
		case conference.MinutesApproved, conference.CommuniqueProposed, conference.CommuniqueAgreed, conference.Published:
			continue
		}
		if put {
			missed++
		}
	}
	return missed
}
