package web

import (
	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
)

// deskTool is one way to help: its words are under "desk.tool-" and its key.
type deskTool struct {
	key string
	to  templ.SafeURL
	now bool // it can be used now
}

// deskTools lists what a mediator can do, in the order in which one mostly comes to it.
func (s *sheet) deskTools() []deskTool {
	sealed, suggestion := s.roundKindsNow()
	propose := s.may("put-proposal") && s.View.OpenProposal() == nil
	return []deskTool{
		{"session", s.C("sessions"), s.may("open-session")},
		{"shuttle", s.C("desk#shuttle"), s.may("speak")},
		{"proposal", s.C("proposal"), propose},
		{"single-text", s.C("proposal"), propose},
		{"sealed", s.C("desk#rounds"), sealed},
		{"suggestion", s.C("desk#suggestions"), suggestion},
		{"minutes", s.C("desk#drafts"), s.minutesDue()},
		{"communique", s.C("desk#drafts"), s.communiquesAllowed() && s.may("propose-communique")},
	}
}

// roundKindsNow reports whether a sealed round, and a round over preferences, can be announced now.
func (s *sheet) roundKindsNow() (sealed, computed bool) {
	left := 0
	if s.View.Agenda != nil {
		left, _ = s.budgetLeft()
	}
	for _, kind := range s.roundsToOpen() {
		if kind == conference.SuggestionRound || kind == conference.ImprovementRound {
			computed = computed || left > 0
		} else {
			sealed = true
		}
	}
	return sealed, computed
}

// minutesDue reports whether there is a session that is over and whose minutes can be put.
func (s *sheet) minutesDue() bool {
	x := s.minutesSession()
	return x != nil && !x.Adjourned.IsZero() && s.may("propose-minutes")
}

// deskUsed reports whether the mediator has begun to work with the tools, so that they need no explaining at the top.
func (s *sheet) deskUsed() bool {
	return len(s.View.Sessions) > 0 && len(s.View.Proposals)+len(s.View.Rounds) > 0
}

// isOver reports whether the conference has ended, with an agreement or without.
func (s *sheet) isOver() bool {
	return s.View.Stage == conference.BrokenOffStage || s.View.Stage == conference.ClosedStage
}

// overThing is something that can still be done or read when a conference is over; its words are under "desk.over-" and its key.
type overThing struct {
	key      string
	to       templ.SafeURL
	download bool
}

// overThings lists them: nothing that the rules would refuse.
func (s *sheet) overThings() []overThing {
	var list []overThing
	if s.minutesDue() {
		list = append(list, overThing{"minutes", s.C("desk#drafts"), false})
	}
	if s.communiquesAllowed() && s.may("propose-communique") {
		list = append(list, overThing{"communique", s.C("desk#drafts"), false})
	}
	if s.View.Rules != nil {
		list = append(list, overThing{"debrief", s.C("debrief"), false})
	}
	list = append(list, overThing{"table", s.C(), false})
	if s.View.Rules != nil && s.View.Rules.Publicity.Listed {
		list = append(list, overThing{"record", s.C("public"), false})
	}
	if len(s.View.Signatures) > 0 {
		list = append(list, overThing{"export", s.C("treaty.json"), true})
	}
	return list
}

// withheldFrom says why a package cannot be put forward now, "" when it can. After a baseline only what was found better
// for all than it can be; what the agenda or what is settled has overtaken fits no longer.
func (s *sheet) withheldFrom(improves bool, terms portsmouth.Outcome) string {
	switch {
	case s.View.Baseline != nil && !improves:
		return s.T("desk.improvement-settled")
	case s.View.Agenda.CheckPartial(s.View.Settled().With(terms)) != nil:
		return s.T("desk.no-longer-fits")
	case s.View.Baseline == nil && !s.agreesWithSettled(terms):
		return s.T("desk.no-longer-fits")
	case s.View.OpenProposal() != nil:
		return s.T("desk.proposal-is-open")
	}
	return ""
}

// agreesWithSettled reports whether a package leaves what is settled as it is.
func (s *sheet) agreesWithSettled(terms portsmouth.Outcome) bool {
	for issue, value := range s.View.Settled() {
		if terms[issue] != "" && terms[issue] != value {
			return false
		}
	}
	return true
}
