package web

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/elicit"
)

// directionAnswers has a person answer in the preparation: no weights, and an order of what there is.
func directionAnswers(t *testing.T, scene *conftest.Scene, person string, coast, islands [][]string) {
	t.Helper()
	for _, a := range []elicit.Answer{
		{ID: "new", Kind: elicit.NoWeights},
		{ID: "new", Kind: elicit.OrderOptions, Issue: "coast", Order: coast},
		{ID: "new", Kind: elicit.OrderOptions, Issue: "islands", Order: islands},
		{ID: "new", Kind: elicit.Alternative, Words: "We would wait for the winter."},
	} {
		body, err := json.Marshal(a)
		must(t, err)
		_, err = scene.Do(person, conference.AnswerQuestion{Body: body})
		must(t, err)
	}
}

var directionBasis = regexp.MustCompile(`name="basis" value="([0-9a-f]+)"`)

// directionBasisOn is what the form on a page would freeze.
func directionBasisOn(t *testing.T, page string) string {
	t.Helper()
	found := directionBasis.FindStringSubmatch(page)
	if found == nil {
		t.Fatal("there is no form by which to lodge what was prepared")
	}
	return found[1]
}

// TestStepThroughTheForms goes from the desk's form to a proposal for two parties that gave no weights. Both put the coast
// shared above the coast kept, and the one wants the islands split.
func TestStepThroughTheForms(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	venue := &recorder{scene: scene}
	desk, north, south := sit{t, venue, "mediator"}, sit{t, venue, "north"}, sit{t, venue, "south"}
	base := portsmouth.Outcome{"coast": "kept", "toll": "20", "islands": "split"}
	_, err := scene.Do("north", conference.MakeOffer{Terms: base})
	must(t, err)
	says(t, desk.sees("desk"), "Seek a step better for all")
	says(t, desk.sees("desk/rounds/direction"), `type="radio" name="package"`, "Last offers of The north")
	fields := []string{"form", "open-round", "type", "direction", "closes", scene.Now.Add(24 * time.Hour).Format(momentForm)}
	says(t, desk.post("desk/round", http.StatusUnprocessableEntity, fields...), "hoose one whole package")
	fields = append(fields, "package", packageValue(base))
	read := desk.post("desk/round", http.StatusOK, fields...)
	says(t, read, "Read the round back", "The package that a step is looked for from", "kept", "Computations left in this conference: 0 of 1")
	steps := len(elicit.Steps(scene.See("mediator").Agenda, base, nil))
	says(t, read, fmt.Sprintf("There are %d steps of one or two issues", steps))
	desk.post("open-round", http.StatusSeeOther, fields...)
	r := scene.See("mediator").OpenRound()
	if r == nil || !r.Base.Equal(base) || r.Fairness != "" {
		t.Fatalf("the round that is open is not the one written: %+v", r)
	}
	says(t, north.sees("round"), "has prepared nothing yet", "The package that a step is looked for from")
	directionAnswers(t, scene, "north", [][]string{{"shared"}, {"kept"}, {"ceded"}}, [][]string{{"split"}, {"north"}})
	now := scene.Now
	before := othersSee(t, venue, "mediator", "south", "south-principal", "host")
	page := north.sees("round")
	says(t, page, "the 4 answers of your preparation", "You chose to give no weights", "Lodge in secret", "Only your delegation")
	north.post("enter-round", http.StatusUnprocessableEntity, "form", "enter-round", "round", r.Round, "basis", "0123")
	north.post("enter-round", http.StatusSeeOther, "form", "enter-round", "round", r.Round, "basis", directionBasisOn(t, page))
	scene.Now = now
	if othersSee(t, venue, "mediator", "south", "south-principal", "host") != before {
		t.Error("freezing what was prepared has changed what others see")
	}
	own := north.sees("round")
	says(t, own, "what it had prepared: 4 answers", "Your receipt", "Change what is lodged")
	silent(t, own, "wait for the winter")
	directionAnswers(t, scene, "south", [][]string{{"ceded"}, {"shared"}, {"kept"}}, [][]string{{"north"}, {"split"}})
	south.post("enter-round", http.StatusSeeOther, "form", "enter-round", "round", r.Round, "basis", directionBasisOn(t, south.sees("round")))
	scene.Now = r.Closes
	closeRoundAsVenue(t, scene, r.Round)
	says(t, desk.sees("desk"), "Small steps, the surest for all first", "Suggestion 1 of", "shared", "Put forward as a proposal")
	found := scene.See("mediator").Round(r.Round).Suggested
	if found == nil || !found.Packages[0].Equal(base.With(portsmouth.Outcome{"coast": "shared"})) {
		t.Fatalf("found %+v", found)
	}
	for _, x := range []sit{north, south} {
		says(t, x.sees("round"), "At least one package was found")
	}
	// Put forward, it is told to a party that gave no weights in its own words, and without a figure.
	_, err = scene.Do("mediator", conference.PutProposal{Terms: found.Packages[0], Closes: scene.Now.Add(time.Hour)})
	must(t, err)
	says(t, north.sees("proposal"), "very likely better for you than the package of the last round", "You put “shared” before it", "no numbers, since you gave none")
	silent(t, north.sees("proposal"), "points to us")
	silent(t, desk.sees("proposal"), "likely better for you")
}

// closeRoundAsVenue closes a round with what the venue would compute.
func closeRoundAsVenue(t *testing.T, scene *conftest.Scene, round string) {
	t.Helper()
	whole := conference.Look(scene.Log, conference.TimerViewer)
	_, err := scene.Send(conference.Meta{At: scene.Now}, computed(t, whole, conference.CloseRound{Round: round}))
	must(t, err)
}

// TestStepAfterImport: preferences that were brought along are frozen as they are, and a page says so.
func TestStepAfterImport(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	venue := &recorder{scene: scene}
	north := sit{t, venue, "north"}
	_, err := scene.Do("mediator", conference.OpenRound{Type: conference.DirectionRound, Base: conftest.Package(), Closes: scene.Now.Add(time.Hour)})
	must(t, err)
	states(t, scene, "north", northWants(), false)
	page := north.sees("round")
	says(t, page, "Lodging freezes version 1 of your preferences")
	r := scene.See("north").OpenRound()
	north.post("enter-round", http.StatusSeeOther, "form", "enter-round", "round", r.Round, "basis", directionBasisOn(t, page))
	if e := scene.See("north").Round(r.Round).Entries["north"]; e == nil || !strings.Contains(string(e.Payload), `"weights"`) {
		t.Errorf("lodged: %+v", e)
	}
}

// TestFormSaysThatARoundIsOpen: nobody fills in a form that will be refused.
func TestFormSaysThatARoundIsOpen(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	venue := &recorder{scene: scene}
	desk := sit{t, venue, "mediator"}
	r := numberRound(t, desk)
	page := desk.sees("desk/rounds/suggestion")
	says(t, page, "A round is open; the next can be announced after its close", "Sealed round on a number", `#round-`+r.Round)
	silent(t, page, `name="closes"`)
	says(t, desk.post("desk/round", http.StatusUnprocessableEntity, "form", "open-round", "type", "suggestion", "closes", scene.Now.Add(time.Hour).Format(momentForm)), "A round is open")
	_, err := scene.Do("mediator", conference.WithdrawRound{Round: r.Round})
	must(t, err)
	says(t, desk.sees("desk/rounds/suggestion"), `name="closes`)
}

// TestOldRoundsKeepTheirCounts: a round that is over shows what was so when it was announced.
func TestOldRoundsKeepTheirCounts(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	venue := &recorder{scene: scene}
	for _, issue := range []string{"toll", "toll", ""} {
		o := conference.OpenRound{Type: conference.SuggestionRound, Closes: scene.Now.Add(time.Hour)}
		if issue != "" {
			o.Type, o.Issue, o.Giver, o.Settlement = conference.NumberRound, issue, "north", "midpoint"
		}
		_, err := scene.Do("mediator", o)
		must(t, err)
		scene.Now = o.Closes
		closeRoundAsVenue(t, scene, scene.See("mediator").OpenRound().Round)
	}
	page := html.UnescapeString(sit{t, venue, "south"}.sees("round"))
	for _, want := range []string{"this one included: 1 of at most 3", "this one included: 2 of at most 3", "Computations left in this conference: 0 of 1"} {
		if n := strings.Count(page, want); n != 1 {
			t.Errorf("%q stands %d times on the page, want once", want, n)
		}
	}
}

// TestRoundThatAsksSome: the mediator unticks a party without a stake; it is told so, and the others lodge.
func TestRoundThatAsksSome(t *testing.T) {
	scene := conftest.NewScene(conftest.Options{Parties: 3})
	must(t, scene.To(conference.Bargaining))
	venue := &recorder{scene: scene}
	desk := sit{t, venue, "mediator"}
	says(t, desk.sees("desk/rounds/number"), "Whom it asks", `name="party" value="east" checked`)
	form := url.Values{
		"key": {"k"}, "form": {"open-round"}, "type": {"number"}, "issue": {"toll"}, "giver": {"north"}, "settlement": {"midpoint"},
		"party": {"north", "south"}, "closes": {scene.Now.Add(time.Hour).Format(momentForm)},
	}
	read := desk.serve("POST", "/c/"+conftest.ConferenceID+"/desk/round", form)
	says(t, read.Body.String(), "The north, The south. The others lodge nothing", `name="party" value="south"`)
	if sent := desk.serve("POST", "/c/"+conftest.ConferenceID+"/open-round", form); sent.Code != http.StatusSeeOther {
		t.Fatalf("the round could not be announced: %d\n%s", sent.Code, excerpt(sent.Body.String()))
	}
	says(t, sit{t, venue, "east"}.sees("round"), "does not ask your party")
	silent(t, sit{t, venue, "east"}.sees("round"), "Lodge in secret")
	says(t, sit{t, venue, "south"}.sees("round"), "The least that you would take", "The north, The south. The others lodge nothing")
}
