package web

import (
	"slices"
	"time"

	"github.com/a-h/templ"

	"portsmouth/conference"
)

// newestSessions are the sessions, newest first.
func (s *sheet) newestSessions() []*conference.Session {
	list := slices.Clone(s.View.Sessions)
	slices.Reverse(list)
	return list
}

// minutesOf are the minutes put for a session, newest first.
func (s *sheet) minutesOf(session int) []*conference.Minutes {
	var list []*conference.Minutes
	for _, m := range s.View.Minutes {
		if m.Session == session {
			list = append(list, m)
		}
	}
	slices.Reverse(list)
	return list
}

// newestCommuniques are the statements for the public, newest first.
func (s *sheet) newestCommuniques() []*conference.Communique {
	list := slices.Clone(s.View.Communiques)
	slices.Reverse(list)
	return list
}

// communiquesAllowed reports whether the rules know communiqués.
func (s *sheet) communiquesAllowed() bool {
	return s.View.Rules != nil && s.View.Rules.Publicity.Communiques
}

// sessionOf is the session that minutes are of.
func (s *sheet) sessionOf(m *conference.Minutes) *conference.Session {
	return s.View.Sessions[m.Session-1]
}

// chronicleLanguage is the language in which the chronicle of the replay is written.
const chronicleLanguage = "en"

// writtenIn marks words of a replayed history with their language, where the page speaks another: what is said in a
// conference has one language only, and a history's is known.
func (s *sheet) writtenIn(at time.Time) templ.Attributes {
	v := s.View
	if s.Lang() == chronicleLanguage || !v.Opened.Replay || v.LeftHistory != nil && at.After(v.LeftHistory.At) {
		return nil
	}
	return templ.Attributes{"lang": chronicleLanguage}
}

// reasonIn is writtenIn for the reason of an act; a communiqué's text is shown in the reader's own language.
func (s *sheet) reasonIn(a conference.Numbered) templ.Attributes {
	if _, inAll := a.Body.(conference.CommuniqueProposed); inAll {
		return nil
	}
	return s.writtenIn(a.At)
}
