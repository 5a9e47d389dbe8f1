package web

import (
	"slices"

	"portsmouth/conference"
)

// newestSessions are the sittings, newest first.
func (s *sheet) newestSessions() []*conference.Session {
	list := slices.Clone(s.View.Sessions)
	slices.Reverse(list)
	return list
}

// minutesOf are the minutes put for a sitting, newest first.
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
