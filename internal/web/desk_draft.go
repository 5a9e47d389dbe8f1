package web

import (
	"strings"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/words"
)

// Drafts from the acts that every delegation sees: nothing of a caucus, of a delegation or of the desk goes into them. They
// are shown as text to be changed, and become acts only when the mediator sends them.

// draftShown bounds the acts that a draft of minutes quotes.
const draftShown = 150

// agendaDraft suggests what the next sitting is for.
func (s *sheet) agendaDraft() string {
	if s.View.Agenda == nil {
		return ""
	}
	var lines []string
	for _, group := range []struct {
		status conference.Status
		key    string
	}{{conference.Open, "desk.draft-open"}, {conference.Deferred, "desk.draft-deferred"}} {
		if names := s.standingAt(group.status); len(names) > 0 {
			lines = append(lines, s.T(group.key, "issues", strings.Join(names, "; ")))
		}
	}
	last := map[string]*conference.Offer{}
	for _, o := range s.View.Standing() {
		last[o.Party] = o
	}
	for _, id := range s.parties() {
		if o := last[id]; o != nil {
			lines = append(lines, s.T("desk.draft-offer", "party", s.Party(id).Name, "when", s.Moment(o.At)))
		}
	}
	if p := s.View.OpenProposal(); p != nil {
		lines = append(lines, s.T("desk.draft-proposal", "when", s.Moment(p.Closes)))
	}
	return strings.Join(lines, "\n")
}

// standingAt lists the titles of the issues that stand so.
func (s *sheet) standingAt(status conference.Status) []string {
	var names []string
	for k := range s.View.Agenda.Issues {
		if i := &s.View.Agenda.Issues[k]; s.View.Head(i.ID).Status == status {
			names = append(names, s.title(i))
		}
	}
	return names
}

// minutesSession is the last sitting without minutes that all have approved, or nil.
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

// minutesDraft tells what happened in plenary during a sitting, act by act.
func (s *sheet) minutesDraft(x *conference.Session) string {
	lines := []string{s.T("desk.minutes-head", "number", x.Number, "when", s.DateTime(x.Opened), "place", x.Place)}
	told := 0
	for _, a := range s.View.Acts {
		if a.Audience != conference.ToPlenary || a.At.Before(x.Opened) || !x.Adjourned.IsZero() && a.At.After(x.Adjourned) || procedural(a.Body) {
			continue
		}
		if told++; told > draftShown {
			break
		}
		lines = append(lines, s.minutesLine(a))
	}
	if !x.Adjourned.IsZero() {
		lines = append(lines, s.T("desk.minutes-end", "when", s.Clock(x.Adjourned)))
	}
	return strings.Join(lines, "\n")
}

// procedural reports whether an act is about minutes and communiqués themselves, or the frame of the sitting.
func procedural(b conference.Body) bool {
	switch b.(type) {
	case conference.MinutesProposed, conference.MinutesApproved, conference.CommuniqueProposed, conference.CommuniqueAgreed,
		conference.SessionOpened, conference.SessionAdjourned:
		return true
	}
	return false
}

func (s *sheet) minutesLine(a conference.Numbered) string {
	line := s.Clock(a.At) + " – " + s.Describe(a) + "."
	line = strings.Replace(line, "..", ".", 1)
	if text := spoken(a.Body); text != "" {
		line += " " + s.T("desk.quoted", "text", text)
	}
	return line
}

// communiqueDraft says in every language of the conference, in sentences that take no side, what all delegations know.
func (s *sheet) communiqueDraft() portsmouth.Text {
	draft := portsmouth.Text{}
	for _, l := range s.languages() {
		draft[l] = s.communiqueIn(words.For(l).InZone(s.venue.Zone()))
	}
	return draft
}

func (s *sheet) communiqueIn(p words.Printer) string {
	var lines []string
	if n := len(s.View.Sessions); n > 0 {
		x := s.View.Sessions[n-1]
		lines = append(lines, p.T("desk.communique-met", "number", x.Number, "when", p.Date(x.Opened), "place", x.Place))
	}
	if a := s.View.Agenda; a != nil {
		lines = append(lines, p.T("desk.communique-settled", "settled", s.settledCount(), "all", len(a.Issues)))
		if s.View.Baseline != nil {
			lines = append(lines, p.T("desk.communique-baseline"))
		}
	}
	if n := len(s.View.Sessions); n > 0 && s.View.Sessions[n-1].Until.After(s.Now) {
		lines = append(lines, p.T("desk.communique-next", "when", p.Date(s.View.Sessions[n-1].Until)))
	}
	return strings.Join(lines, " ")
}
