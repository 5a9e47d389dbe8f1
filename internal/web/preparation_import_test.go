package web

import (
	"encoding/json"
	"html"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/scenario"
)

// TestPreparationFromAFile takes one's own party's numbers from a scenario file, and nothing else of it.
func TestPreparationFromAFile(t *testing.T) {
	raw, err := os.ReadFile("../../examples/harbour/scenario.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, err := scenario.Parse("scenario.yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	file.Preferences = map[string]*portsmouth.Preferences{"port": evenly(&file.Agenda, 0), "fishers": evenly(&file.Agenda, 1)}
	text := written(t, file)
	venue, us := preparing(t, "")
	us.post("preparation/import", http.StatusUnprocessableEntity, "text", text) // another agenda, other parties
	us.post("preparation/import", http.StatusUnprocessableEntity, "text", "schema: nothing")
	us.post("preparation/import", http.StatusUnprocessableEntity)
	if len(venue.sent) != 0 {
		t.Fatal("a file that does not fit was taken")
	}
	own := ownFile(t, venue)
	page := html.UnescapeString(us.post("preparation/import", http.StatusOK, "text", own))
	if !strings.Contains(page, "This is what the file says you want") {
		t.Error("the page does not read the file back")
	}
	read := regexp.MustCompile(`name="read" value="([^>]*)"/?>`).FindStringSubmatch(page)
	if read == nil || len(venue.sent) != 0 {
		t.Fatal("nothing is read back, or it was kept at once")
	}
	theirs, err := json.Marshal(evenly(venue.scene.See("south").Agenda, 1))
	if err != nil {
		t.Fatal(err)
	}
	if read[1] == string(theirs) || strings.Count(page, "weights") != strings.Count(read[1], "weights") {
		t.Error("the page shows more than one's own party's wants")
	}
	us.post("preparation/import", http.StatusSeeOther, "step", "state", "read", read[1])
	if last := venue.scene.See(us.person).LastStated(); last == nil || last.Preferences.Weights["coast"] == 0 {
		t.Errorf("stated is %+v", last)
	}
	sit{t, venue, us.person + "-member"}.post("preparation/import", http.StatusUnprocessableEntity, "text", own)
}

// ownFile is a scenario file about the scene's own agenda, with what both parties want.
func ownFile(t *testing.T, venue *recorder) string {
	t.Helper()
	view := venue.scene.See(venue.scene.Heads()[0])
	s := &scenario.Scenario{
		ID: "coast", Languages: view.Opened.Languages, Title: view.Opened.Title, Agenda: *view.Agenda,
		Rules:       conference.DefaultRules(view.Opened.Languages),
		Preferences: map[string]*portsmouth.Preferences{"north": evenly(view.Agenda, 0), "south": evenly(view.Agenda, 1)},
	}
	for _, p := range view.Opened.Parties {
		s.Parties = append(s.Parties, scenario.Party{Party: p})
	}
	return written(t, s)
}

func written(t *testing.T, s *scenario.Scenario) string {
	t.Helper()
	var b strings.Builder
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// evenly are preferences that care for all issues, one a little more.
func evenly(a *portsmouth.Agenda, dear int) *portsmouth.Preferences {
	p := &portsmouth.Preferences{Weights: map[string]int64{}, Values: map[string]map[string]int64{}}
	left := int64(10_000)
	for k := range a.Issues {
		i := &a.Issues[k]
		p.Weights[i.ID] = 10_000 / int64(len(a.Issues)+1)
		left -= p.Weights[i.ID]
		p.Values[i.ID] = map[string]int64{}
		for n := range i.Count() {
			id := ""
			if i.Kind == portsmouth.Numeric {
				id = i.Number.At(n)
			} else {
				id = i.Options[n].ID
			}
			p.Values[i.ID][id] = 10_000 * n / max(i.Count()-1, 1)
		}
	}
	p.Weights[a.Issues[dear].ID] += left
	return p
}
