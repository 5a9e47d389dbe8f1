package web

import (
	"net/http"

	"portsmouth"
	"portsmouth/conference"
)

// The debrief: after the end, when all consent, what each party wanted is laid open to all at the table, with what could
// have been agreed. Until then its page says who has consented, and nothing of what anybody wants.

func (s *site) debriefRoutes() []route {
	return []route{
		{http.MethodGet, "/c/{id}/debrief", Viewer, s.debrief},
		{http.MethodGet, "/c/{id}/debrief/agree", Delegation, s.show(debriefAgreePage)},
	}
}

func debriefActions() []action {
	return []action{{"agree-debrief", debriefAgreePage, "debrief/agree", "debrief", Delegation}}
}

var debriefCommands = map[string]commandFrom{"agree-debrief": debriefConsentFrom}

// debriefConsentFrom wants the box ticked: what is laid open cannot be closed again.
func debriefConsentFrom(f fields, _ *conference.View) (conference.Command, error) {
	if !f.set("understood") {
		return nil, portsmouth.Invalidf("debrief-understood", "tick the box to say that you have read what is laid open: it cannot be undone")
	}
	return conference.AgreeDebrief{}, nil
}

// debrief shows who has consented or, once it is open, the whole. Who has no seat at the table is told that there is such a
// thing and for whom, the same at every stage.
func (s *site) debrief(v *visit) error {
	sheet := sheetOf(v)
	if !v.view.Viewer.Seated() {
		return v.render(debriefElsewherePage(sheet))
	}
	if v.view.Debrief == nil {
		return v.render(debriefWaitPage(sheet))
	}
	found, err := s.debriefs.of(v.r.Context(), &s.pace, v.view, s.WhatIfs[v.path("id")])
	if err != nil {
		return err
	}
	v.page.Wide = true
	return v.render(debriefPage(&debriefSheet{sheet, found}))
}

// debriefSheet is an open debrief on its way to the reader.
type debriefSheet struct {
	*sheet
	*debriefing
}

// debriefDue reports whether a debrief can be spoken of: the conference is past its signature or over.
func debriefDue(v *conference.View) bool {
	switch v.Stage {
	case conference.Ratification, conference.InForce, conference.ClosedStage, conference.BrokenOffStage:
		return true
	}
	return false
}

// laidOpen is what the reader's own delegation would lay open, or nil for nothing.
func (s *sheet) laidOpen() *portsmouth.Preferences {
	stated := s.View.LastStated()
	if stated == nil {
		return nil
	}
	return stated.Preferences.Numbers()
}

// weighty lists the issues with a weight, the heaviest first.
func (s *sheet) weighty(p *portsmouth.Preferences) []*portsmouth.Issue {
	return heaviest(s.View.Agenda, p)
}

// debriefKey names what an open debrief is computed from: it never changes once it is open.
func debriefKey(v *conference.View) string {
	for k := len(v.Acts) - 1; k >= 0; k-- {
		if _, ok := v.Acts[k].Body.(conference.DebriefOpened); ok {
			return conferenceOf(v) + "/" + v.Acts[k].ID
		}
	}
	return ""
}
