package web

import (
	"strings"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/words"
)

// Drafts from the acts that every delegation sees: nothing of a caucus, of a delegation or of the desk goes into them. They
// are shown as text to be changed, and become acts only when the mediator sends them.

// agendaDraft suggests what the next session is for.
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

// communiqueDraft says in every language of the conference, in sentences that take no side, what all delegations know.
func (s *sheet) communiqueDraft() portsmouth.Text {
	draft := portsmouth.Text{}
	for _, l := range s.languages() {
		draft[l] = s.communiqueIn(words.For(l).InZone(s.venue.Zone()))
	}
	return draft
}

// communiqueIn tells what the public may be told of the last session and of how the conference stands: who met, what is
// settled by name and never on which terms, what comes next. Rounds and proposals are left out: only what came of them
// for all is told, as what is settled.
func (s *sheet) communiqueIn(p words.Printer) string {
	var lines []string
	if n := len(s.View.Sessions); n > 0 {
		x := s.View.Sessions[n-1]
		lines = append(lines, p.T("desk.communique-met", "parties", s.partyList(p), "number", x.Number, "when", p.Date(x.Opened), "place", x.Place))
	} else {
		lines = append(lines, p.T("communique.meeting", "parties", s.partyList(p)))
	}
	lines = append(lines, s.communiqueStands(p)...)
	if n := len(s.View.Sessions); n > 0 && s.View.Sessions[n-1].Until.After(s.Now) && s.View.Broken == nil {
		lines = append(lines, p.T("desk.communique-next", "when", p.Date(s.View.Sessions[n-1].Until)))
	}
	return strings.Join(lines, " ")
}

// partyList names the parties in the order of the founding.
func (s *sheet) partyList(p words.Printer) string {
	list := ""
	parties := s.View.Opened.Parties
	for k := range parties {
		switch {
		case k == 0:
			list = p.In(parties[k].Name)
		case k == len(parties)-1:
			list = p.T("communique.and", "others", list, "last", p.In(parties[k].Name))
		default:
			list += ", " + p.In(parties[k].Name)
		}
	}
	return list
}

// communiqueStands says how far the conference has come, in one or two sentences that take no side.
func (s *sheet) communiqueStands(p words.Printer) []string {
	switch {
	case s.View.Broken != nil:
		return []string{p.T("communique.stage-broken-off")}
	case s.View.AwaitsWitnesses():
		return []string{p.T("communique.stage-awaits-witnesses")}
	case s.View.Baseline != nil:
		return []string{p.T("communique.stage-" + string(s.View.Stage))}
	}
	var lines []string
	if a := s.View.Agenda; a != nil {
		lines = append(lines, s.communiqueHeads(p, len(a.Issues)))
	}
	if s.View.Suspension != nil {
		lines = append(lines, p.T("communique.suspended"))
	}
	return lines
}

// communiqueHeads names what the last session settled, and counts what is settled in all.
func (s *sheet) communiqueHeads(p words.Printer, all int) string {
	settled := s.settledCount()
	if settled == 0 {
		return p.T("communique.none-settled", "count", all)
	}
	counted := p.T("desk.communique-settled", "count", settled, "all", all)
	if names := s.justSettled(p); len(names) > 0 {
		return p.T("communique.agreed-on", "issues", strings.Join(names, "; ")) + " " + counted
	}
	return counted
}

// justSettled are the titles of the issues that were settled in the last session and still are.
func (s *sheet) justSettled(p words.Printer) []string {
	var names []string
	done := map[string]bool{}
	for _, a := range s.sessionActs(len(s.View.Sessions)) {
		if b, ok := a.Body.(conference.HeadsSettled); ok {
			for issue := range b.Terms {
				done[issue] = true
			}
		}
	}
	for k := range s.View.Agenda.Issues {
		if i := &s.View.Agenda.Issues[k]; done[i.ID] && s.View.Head(i.ID).Value != "" {
			names = append(names, p.In(i.Title))
		}
	}
	return names
}
