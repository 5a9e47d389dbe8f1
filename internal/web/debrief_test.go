package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/words"
	"portsmouth/scenario"
)

// debriefScene is a conference of some parties that have said what they want, up to its end: by an agreement on agreed, or
// broken off without.
func debriefScene(t *testing.T, agreed portsmouth.Outcome) *conftest.Scene {
	t.Helper()
	scene := deskScene(t, portsmouth.DeskVenue)
	states(t, scene, "north", northWants(floorFrom(conftest.Start, 4000), floorFrom(scene.Now.Add(time.Hour), 3517)), false)
	states(t, scene, "south", southWants(floorFrom(conftest.Start, 3000)), false)
	for _, o := range []struct {
		party string
		terms portsmouth.Outcome
	}{
		{"north", portsmouth.Outcome{"coast": "kept", "toll": "0", "islands": "north"}},
		{"south", portsmouth.Outcome{"coast": "shared", "toll": "100", "islands": "split"}},
	} {
		_, err := scene.Do(o.party, conference.MakeOffer{Terms: o.terms})
		must(t, err)
	}
	scene.Now = scene.Now.Add(2 * time.Hour)
	if agreed == nil {
		_, err := scene.Do("south", conference.BreakOff{Reason: "No way"})
		must(t, err)
		return scene
	}
	made, err := scene.Do("north", conference.MakeOffer{Terms: agreed})
	must(t, err)
	_, err = scene.Do("south", conference.AcceptOffer{Offer: made[0].Body.(conference.OfferMade).Offer})
	must(t, err)
	must(t, scene.To(conference.Ratification))
	return scene
}

// opened has every party consent through the form.
func opened(t *testing.T, venue *recorder) {
	t.Helper()
	for _, who := range venue.scene.Heads() {
		sit{t, venue, who}.post("agree-debrief", http.StatusSeeOther, "form", "agree-debrief", "understood", "yes")
	}
	_, err := venue.scene.Tick()
	must(t, err)
	if venue.scene.See("mediator").Debrief == nil {
		t.Fatal("all have consented, and the debrief is not open")
	}
}

func TestDebriefNeedsTheConsentOfAll(t *testing.T) {
	venue := &recorder{scene: debriefScene(t, conftest.Package())}
	north, south, desk := sit{t, venue, "north"}, sit{t, venue, "south"}, sit{t, venue, "mediator"}
	says(t, north.sees("debrief"), "Who consents", "Read what you would consent to", "everyone at the table", "cannot be taken back")
	silent(t, desk.sees("debrief"), "Read what you would consent to", "points more for everyone")

	// Read back, in own eyes alone; the box has to be ticked.
	own := north.sees("debrief/agree")
	says(t, own, "What of yours would be laid open", "Only your delegation", "60.00", "35.17", "cannot be undone")
	silent(t, south.sees("debrief/agree"), "35.17")
	north.post("agree-debrief", http.StatusUnprocessableEntity, "form", "agree-debrief")
	if venue.scene.See("north").Debriefed["north"] {
		t.Fatal("consent without the box was taken")
	}
	north.post("agree-debrief", http.StatusSeeOther, "form", "agree-debrief", "understood", "yes")

	// One consent opens nothing.
	for _, x := range []sit{north, south, desk} {
		page := x.sees("debrief")
		says(t, page, "Who consents")
		silent(t, page, "What could have been agreed", "35.17", "<svg class=\"picture", "What each wanted")
	}
	says(t, north.sees("debrief/agree"), "Your party has consented")
	silent(t, north.sees("debrief"), "Read what you would consent to")
}

func TestDebriefBeforeTheEnd(t *testing.T) {
	venue := &recorder{scene: deskScene(t, portsmouth.DeskVenue)}
	north := sit{t, venue, "north"}
	says(t, north.sees("debrief"), "Consent can be given from signature on")
	silent(t, north.sees("debrief"), "Read what you would consent to")
	silent(t, north.sees("debrief/agree"), `name="understood"`)
	silent(t, north.sees(""), `/debrief"`)
}

// The agreement: half the coast, a toll of 20, the islands to the north. North has 30+16+20, south 10+4. Against the coast
// the north would have given the islands: 60+20 and 60.
func TestDebriefOfAnAgreement(t *testing.T) {
	venue := &recorder{scene: debriefScene(t, portsmouth.Outcome{"coast": "shared", "toll": "20", "islands": "north"})}
	opened(t, venue)
	for _, who := range []string{"north", "south", "mediator"} {
		page := sit{t, venue, who}.sees("debrief")
		says(t, page,
			"66.00", "14.00", // the agreement, to each
			"What was left on the table", "What could have been agreed", "What would have been fair", "When there was something to agree on",
			"Nash", "Kalai–Smorodinsky", "Egalitarian", "Utilitarian", "Econometrica 18, 1950",
			"The path of offers", "90.00", "100.00", // the offers
			"What no agreement is worth to", "35.17", // the floor that moved
			"points more for everyone, at once", "(instead of: ", "gives:",
		)
		silent(t, page, "⟦", "What if")
		if n := strings.Count(page, `viewBox="`); n < 4 {
			t.Errorf("the page has %d pictures", n)
		}
	}
}

// With the coast kept and the islands split each has what it wants most: nobody could have had more.
func TestDebriefWithNothingLeft(t *testing.T) {
	venue := &recorder{scene: debriefScene(t, portsmouth.Outcome{"coast": "kept", "toll": "0", "islands": "split"})}
	opened(t, venue)
	page := sit{t, venue, "north"}.sees("debrief")
	says(t, page, "Nothing: nobody could have had more without somebody having less", "80.00 / 60.00")
	silent(t, page, "points more for everyone")
}

func TestDebriefWithoutAgreement(t *testing.T) {
	venue := &recorder{scene: debriefScene(t, nil)}
	opened(t, venue)
	page := sit{t, venue, "south"}.sees("debrief")
	says(t, page, "There was no agreement", "What could have been agreed", "Nash")
	silent(t, page, "points more for everyone", "The agreement</b>")
}

// Breaking off ends a conference for good, so the server itself wants the box ticked.
func TestBreakingOffWantsTheBox(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	south := sit{t, &recorder{scene: scene}, "south"}
	page := south.post("break-off", http.StatusUnprocessableEntity, "form", "break-off", "reason", "The coast and nothing else")
	says(t, page, "this cannot be undone", "The coast and nothing else")
	if scene.Stage() != conference.Bargaining {
		t.Fatalf("without the tick: %s", scene.Stage())
	}
	south.post("break-off", http.StatusSeeOther, "reason", "The coast", "sure", "yes")
	if scene.Stage() != conference.BrokenOffStage {
		t.Errorf("with the tick: %s", scene.Stage())
	}
}

// Who has stated nothing has nothing to lay open, and cannot ask the others for theirs.
func TestDebriefOfWhoStatedNothing(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	states(t, scene, "north", northWants(), false)
	_, err := scene.Do("south", conference.BreakOff{Reason: "No way"})
	must(t, err)
	venue := &recorder{scene: scene}
	south := sit{t, venue, "south"}
	says(t, south.sees("debrief/agree"), "there is nothing of yours to lay open")
	page := south.post("agree-debrief", http.StatusUnprocessableEntity, "understood", "yes")
	says(t, page, "stated nothing that could be laid open")
	silent(t, south.sees("debrief"), "What each wanted")
}

// Three parties: strips, and each two of them.
func TestDebriefOfThree(t *testing.T) {
	rules := conftest.Rules()
	scene := conftest.NewScene(conftest.Options{Rules: rules, Parties: 3})
	must(t, scene.To(conference.Bargaining))
	for k, who := range scene.Heads() {
		wants := northWants(floorFrom(conftest.Start, 2000))
		if k > 0 {
			wants = southWants(floorFrom(conftest.Start, 2000))
		}
		states(t, scene, who, wants, false)
	}
	_, err := scene.Do("south", conference.BreakOff{Reason: "No way"})
	must(t, err)
	venue := &recorder{scene: scene}
	opened(t, venue)
	page := sit{t, venue, "north"}.sees("debrief")
	says(t, page, "Two by two", "Worth to each party")
	if n := strings.Count(page, "The frontier and the path of offers"); n < 3 {
		t.Errorf("%d pairs are drawn, want 3", n)
	}
}

func TestDebriefAnswersWhatIfs(t *testing.T) {
	venue := &recorder{scene: debriefScene(t, conftest.Package())}
	opened(t, venue)
	view := venue.scene.See("north")
	found, err := find(t.Context(), view, []scenario.WhatIf{
		{ID: "kept", Question: portsmouth.Text{"en": "What if the coast had been kept?"}, Fix: portsmouth.Outcome{"coast": "kept"}, Package: conftest.Package()},
		{ID: "slow", Question: portsmouth.Text{"en": "What if they had met elsewhere?"}, Note: portsmouth.Text{"en": "It is about procedure."}, Unanswerable: true},
		{ID: "other", Question: portsmouth.Text{"en": "Of another agenda"}, Fix: portsmouth.Outcome{"nothing": "here"}},
	})
	must(t, err)
	for _, lang := range words.Languages {
		page := draw(t, debriefPage(&debriefSheet{sheetFor(view, venue.scene.Now, lang, nil), found}))
		says(t, page, "What if the coast had been kept?", "It is about procedure.")
		silent(t, page, "⟦", "Of another agenda")
	}
	page := draw(t, debriefPage(&debriefSheet{sheetFor(view, venue.scene.Now, "en", nil), found}))
	says(t, page, "less to agree on", "is settled as: ", "These numbers cannot answer that.")
}

// The cache is small, keeps what was asked for last, and asks nothing twice.
func TestDebriefCache(t *testing.T) {
	venue := &recorder{scene: debriefScene(t, conftest.Package())}
	opened(t, venue)
	var c debriefCache
	first, err := c.of(t.Context(), &pace{}, venue.scene.See("north"), nil)
	must(t, err)
	second, err := c.of(t.Context(), &pace{}, venue.scene.See("south"), nil)
	must(t, err)
	if first != second {
		t.Error("the same debrief was computed twice")
	}
	for k := range 3 * debriefsKept {
		c.entry(strings.Repeat("x", k+1))
	}
	if len(c.kept) != debriefsKept {
		t.Errorf("%d debriefs are kept", len(c.kept))
	}
}
