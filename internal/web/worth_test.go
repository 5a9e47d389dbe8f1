package web

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/words"
	"portsmouth/solver"
)

// worthScene is a conference in which both parties have said what they want, and have offered.
func worthScene(t *testing.T) (*recorder, sit, sit) {
	t.Helper()
	scene := deskScene(t, portsmouth.DeskVenue)
	states(t, scene, "north", northWants(floorFrom(conftest.Start, 4000)), false)
	states(t, scene, "south", southWants(floorFrom(conftest.Start, 3000)), false)
	for _, o := range []struct {
		party string
		terms portsmouth.Outcome
	}{
		{"north", portsmouth.Outcome{"coast": "kept", "toll": "0", "islands": "north"}},
		{"south", portsmouth.Outcome{"coast": "shared", "toll": "100", "islands": "split"}},
		{"north", portsmouth.Outcome{"islands": "split"}},
	} {
		_, err := scene.Do(o.party, conference.MakeOffer{Terms: o.terms})
		must(t, err)
	}
	venue := &recorder{scene: scene}
	return venue, sit{t, venue, "north"}, sit{t, venue, "south"}
}

// offerForm is the form of an offer of these terms.
func offerForm(terms portsmouth.Outcome, more ...string) []string {
	fields := append([]string{"form", "offer", "step", "read"}, more...)
	for _, id := range portsmouth.SortedKeys(terms) {
		fields = append(fields, "term."+id, terms[id])
	}
	return fields
}

func TestWorthOfAnOfferWhileItIsWritten(t *testing.T) {
	venue, north, south := worthScene(t)
	// It begins with what we last offered: the coast 60, no toll 20, no islands 0.
	says(t, north.sees("offer"), "What it is worth to us", "80.00", "this is 40.00 better", "Only your delegation")
	half := portsmouth.Outcome{"coast": "shared", "toll": "20", "islands": "north"}
	page := north.post("offer", http.StatusOK, offerForm(half, "worth", "1")...)
	// Half the coast 30, a toll of 20 is 16, the islands 20.
	says(t, page, "66.00", "this is 26.00 better", "this against it: −14.00", "this against it: +36.00")
	if len(venue.sent) != 0 {
		t.Fatal("weighing an offer sent something")
	}
	says(t, north.post("offer", http.StatusOK, offerForm(half)...), "66.00", "this is 26.00 better", `action="/c/`+conftest.ConferenceID+`/make-offer"`) // read back
	// To the others it is worth something else, and each is told its own.
	other := south.post("offer", http.StatusOK, offerForm(half, "worth", "1")...)
	says(t, other, "14.00", "this is 16.00 worse")
	silent(t, other, "66.00", "26.00 better")
}

func TestWorthOfAPartOfAPackageIsASpan(t *testing.T) {
	_, north, _ := worthScene(t)
	page := north.post("offer", http.StatusOK, offerForm(portsmouth.Outcome{"coast": "shared"}, "worth", "1")...)
	says(t, page, "30.00 to 70.00", "from the worst to the best way to settle the rest", "it depends on the rest", "once every issue is settled")
	page = north.post("offer", http.StatusOK, offerForm(portsmouth.Outcome{"coast": "kept"}, "worth", "1")...)
	says(t, page, "71.00 to 100.00", "this is 31.00 better") // no toll of 50 or more with the coast kept
	says(t, north.post("offer", http.StatusOK, offerForm(nil, "worth", "1")...), "Choose something")
	north.post("offer", http.StatusUnprocessableEntity, "form", "offer", "step", "read", "worth", "1", "term.toll", "dear")
	silent(t, north.post("offer", http.StatusOK, "form", "offer", "step", "read", "worth", "1", "term.coast", "nowhere"), "worst to the best")
}

// The span of a part is what all its completions come to, conditions and interactions included.
func TestSpanAgainstAllCompletions(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	wants := northWants()
	wants.Interactions = []portsmouth.Interaction{
		{When: []portsmouth.Term{{Issue: "coast", Options: []string{"shared"}}, {Issue: "islands", Options: []string{"split"}}}, Value: 1500},
		{When: []portsmouth.Term{{Issue: "toll", From: "50"}, {Issue: "islands", Options: []string{"north"}}}, Value: -2500},
	}
	states(t, scene, "north", wants, false)
	view := scene.See("north")
	w := sheetFor(view, scene.Now, "en", nil).ownWorth()
	for _, part := range []portsmouth.Outcome{{}, {"coast": "shared"}, {"islands": "split"}, {"toll": "50"}, {"toll": "95", "islands": "north"}} {
		low, high, any := int64(0), int64(0), false
		for _, o := range conftestPackages(view.Agenda) {
			whole := o.With(part)
			if view.Agenda.Check(whole) != nil {
				continue
			}
			u := wants.Utility(whole)
			if !any {
				low, high, any = u, u, true
			}
			low, high = min(low, u), max(high, u)
		}
		if got, ok := w.of(t.Context(), part); ok != any || ok && got != (span{low, high}) {
			t.Errorf("%v: worth %v %t, want %d to %d", part, got, ok, low, high)
		}
	}
}

// conftestPackages lists every package of a small agenda, legal or not.
func conftestPackages(a *portsmouth.Agenda) []portsmouth.Outcome {
	list := []portsmouth.Outcome{{}}
	for k := range a.Issues {
		var longer []portsmouth.Outcome
		for _, o := range list {
			for n := range a.Issues[k].Count() {
				at := make([]int, len(a.Issues))
				at[k] = int(n)
				id := a.Issues[k].ID
				longer = append(longer, o.With(portsmouth.Outcome{id: solver.Outcome(a, at)[id]}))
			}
		}
		list = longer
	}
	return list
}

var composed = regexp.MustCompile(`name="term\.(\w+)" value="([^"]*)"`)

func TestTheSameToUsAndNearerToThem(t *testing.T) {
	_, north, _ := worthScene(t)
	// No coast, no toll 20, the islands 20: half the coast with a toll of 50 is the same to us, and nearer to what they asked.
	mine := portsmouth.Outcome{"coast": "ceded", "toll": "0", "islands": "north"}
	page := north.post("offer", http.StatusOK, offerForm(mine, "worth", "1", "note", "As agreed")...)
	says(t, page, "The same to us, better for them?", "nearer to the last offer of The south", "Compose this")
	_, list, _ := strings.Cut(page, "The same to us")
	forms := strings.Split(list, "<form")[1:]
	if len(forms) == 0 {
		t.Fatal("no alternative can be composed")
	}
	asked := portsmouth.Outcome{"coast": "shared", "toll": "100", "islands": "split"}
	wants := northWants()
	agenda := north.venue.scene.See("north").Agenda
	for _, form := range forms {
		terms := portsmouth.Outcome{}
		for _, m := range composed.FindAllStringSubmatch(form, -1) {
			terms[m[1]] = html.UnescapeString(m[2])
		}
		if err := agenda.Check(terms); err != nil {
			t.Errorf("%v: %v", terms, err)
		}
		if by := wants.Utility(terms) - wants.Utility(mine); by > sameWorth || by < -sameWorth {
			t.Errorf("%v is worth %d more to us", terms, by)
		}
		if apart(agenda, terms, asked) >= apart(agenda, mine, asked) {
			t.Errorf("%v is no nearer to %v than %v", terms, asked, mine)
		}
		// It comes into the form with all else that was written there.
		again := north.post("offer", http.StatusOK, append(offerForm(terms, "note", "As agreed"), "step", "change")...)
		says(t, again, "As agreed")
	}
}

func TestWorthOfAnOfferThatWasMade(t *testing.T) {
	venue, north, south := worthScene(t)
	offers := venue.scene.See("north").Offers
	theirs := north.sees("offers/" + offers[1].Offer)
	says(t, theirs, "What it is worth to us", "30.00", "this is 10.00 worse")
	says(t, north.sees("offers/"+offers[1].Offer+"/accept"), "this is 10.00 worse")
	// Our second offer stands on our first: the coast and no toll, without the islands.
	says(t, north.sees("offers/"+offers[2].Offer), "80.00", "this is 40.00 better")
	says(t, south.sees("offers/"+offers[0].Offer), "0.00", "this is 30.00 worse")
}

func TestOffersOverTimeByOwnWorth(t *testing.T) {
	_, north, south := worthScene(t)
	page := north.sees("offers")
	says(t, page, "Who moved, by our own worth", "100.00", "30.00", "80.00", "−20.00", "Offers and their worth to The north", "no agreement, to The north")
	page = south.sees("offers")
	says(t, page, "90.00", "60.00", "+60.00", "Offers and their worth to The south")
	silent(t, page, "80.00", "−20.00")
}

// Who has no preferences, or no part in a delegation, is told nothing of anybody's worth.
func TestWorthIsForOwnEyes(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskAllowed)
	states(t, scene, "north", northWants(floorFrom(conftest.Start, 4000)), true)
	_, err := scene.Do("north", conference.MakeOffer{Terms: conftest.Package()})
	must(t, err)
	venue := &recorder{scene: scene}
	for _, who := range []string{"south", "mediator"} {
		x := sit{t, venue, who}
		for _, path := range []string{"offers", "offers/" + scene.See("north").Offers[0].Offer} {
			silent(t, x.sees(path), "own-worth", "What it is worth", "by our own worth", "46.00")
		}
	}
	silent(t, sit{t, venue, "south"}.sees("offer"), "own-worth")
	says(t, sit{t, venue, "north"}.sees("offer"), "own-worth")
}

func TestWorthPagesInBothLanguages(t *testing.T) {
	venue, _, _ := worthScene(t)
	view := venue.scene.See("north")
	for _, lang := range words.Languages {
		sheet := sheetFor(view, venue.scene.Now, lang, nil).again(fields{Values: map[string][]string{
			"worth": {"1"}, "term.coast": {"shared"}, "term.toll": {"0"}, "term.islands": {"north"},
		}}, nil)
		for _, page := range []string{draw(t, offerFormPage(sheet)), draw(t, offersPage(sheetFor(view, venue.scene.Now, lang, nil)))} {
			silent(t, page, "⟦")
			says(t, page, "own-worth")
		}
	}
}
