package web

import (
	"slices"
	"strings"

	"portsmouth"
	"portsmouth/conference"
)

// wait is something that the conference waits for, from one or several.
type wait struct {
	what string
	who  []string
	text string
	mine bool // the reader's own party, or the reader as mediator
}

// waits gathers what the conference waits for: one line for what several have to do.
func (s *sheet) waits() []wait {
	var list []wait
	for _, w := range s.View.Waits() {
		at := slices.IndexFunc(list, func(have wait) bool { return have.what == w.What })
		if at < 0 {
			list = append(list, wait{what: w.What})
			at = len(list) - 1
		}
		if !slices.Contains(list[at].who, w.Who) {
			list[at].who = append(list[at].who, w.Who)
		}
		list[at].mine = list[at].mine || s.isMe(w.Who)
	}
	for k := range list {
		list[k].text = s.whoNames(list[k].who) + " – " + s.T("command."+list[k].what)
		if list[k].what == "declare-signed" {
			list[k].text = s.awaitedWords(s.cosignedIn(s.View))
		}
	}
	return list
}

func (s *sheet) isMe(who string) bool {
	switch who {
	case "mediator":
		return s.mediating()
	case "convener":
		return s.View.Viewer.Convener
	}
	return who == s.mine()
}

func (s *sheet) whoNames(who []string) string {
	names := make([]string, len(who))
	for k, id := range who {
		switch {
		case s.View.Party(id) != nil:
			names[k] = s.Party(id).Name
		default:
			names[k] = s.T("role." + id)
		}
	}
	return strings.Join(names, ", ")
}

// stateParts are the short facts beside the stage: the session, the deadline.
func (s *sheet) stateParts() []string {
	var parts []string
	if x := s.View.CurrentSession(); x != nil {
		parts = append(parts, s.T("state.session", "number", x.Number, "place", x.Place))
	} else if n := len(s.View.Sessions); n > 0 {
		last := s.View.Sessions[n-1]
		if last.Until.After(s.Now) {
			parts = append(parts, s.T("state.next-session", "when", s.DateTime(last.Until)))
		} else {
			parts = append(parts, s.T("state.adjourned", "number", last.Number))
		}
	}
	if r := s.View.Rules; r != nil && !r.Deadline.IsZero() && (s.View.Stage == conference.Opening || s.View.Stage == conference.Bargaining) {
		parts = append(parts, s.T("state.deadline", "when", s.DateTime(r.Deadline), "left", s.Left(r.Deadline)))
	}
	if !s.View.InForceOn.IsZero() {
		parts = append(parts, s.T("state.in-force", "when", s.Date(s.View.InForceOn)))
	}
	return parts
}

// issuesOf lists the issues that the terms settle, in the order of the agenda.
func (s *sheet) issuesOf(terms portsmouth.Outcome) []*portsmouth.Issue {
	var list []*portsmouth.Issue
	if s.View.Agenda == nil {
		return nil
	}
	for k := range s.View.Agenda.Issues {
		if i := &s.View.Agenda.Issues[k]; terms[i.ID] != "" {
			list = append(list, i)
		}
	}
	return list
}

// fieldID is the id of a field: forms of one page share names, ids must not.
func fieldID(parts ...string) string {
	return "f-" + strings.ReplaceAll(strings.Join(parts, "-"), ".", "-")
}
