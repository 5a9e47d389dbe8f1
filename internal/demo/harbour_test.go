package demo

import (
	"path/filepath"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/scenario"
	"portsmouth/solver"
)

// TestHarbourLeavesSomething convenes the conference of today in a real venue, twice: it is there once, at a text, and each
// party could have four points more.
func TestHarbourLeavesSomething(t *testing.T) {
	v, _ := realVenue(t, filepath.Join(t.TempDir(), "harbour.db"))
	h, err := LoadHarbour()
	if err != nil {
		t.Fatal(err)
	}
	cast := Cast{}
	for _, p := range h.People {
		cast[p.ID] = "person-" + p.ID
	}
	for range 2 {
		if err := h.Convene(t.Context(), v, "host", cast); err != nil {
			t.Fatal(err)
		}
	}
	view, err := v.Look(t.Context(), HarbourID, cast["castellan"])
	if err != nil || view.Stage != conference.TextStage || view.Viewer.Role != portsmouth.Mediator || view.Opened.Replay {
		t.Fatalf("%v, %+v", err, view)
	}
	st := scenario.Study{Agenda: &h.Scenario.Agenda, Preferences: h.Scenario.Preferences}
	var floors []int64
	for _, p := range h.Scenario.Parties {
		st.Parties = append(st.Parties, p.ID)
		floors = append(floors, h.Scenario.Preferences[p.ID].Reservations[0].Value)
	}
	now, err := st.Situation(t.Context(), solver.Effort{}, floors, nil)
	if err != nil {
		t.Fatal(err)
	}
	index, err := solver.Index(&h.Scenario.Agenda, view.Baseline.Package)
	if err != nil {
		t.Fatal(err)
	}
	for k, u := range now.Problem.Point(index).Utility {
		if u < floors[k]*(solver.AgendaUnit/100) {
			t.Errorf("%s accepted %d, which is worse than no agreement", st.Parties[k], u)
		}
	}
	if left := now.Problem.CommonGainOn(now.Frontier, index).Gain.FloatString(2); left != "4.00" {
		t.Errorf("%s is left on the table", left)
	}
}
