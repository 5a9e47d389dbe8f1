package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/seal"
)

// numberRound announces a sealed round on the toll through the forms.
func numberRound(t *testing.T, x sit) *conference.Round {
	t.Helper()
	fields := []string{
		"form", "open-round", "type", "number", "issue", "toll", "giver", "south", "settlement", "midpoint", "binding", "yes",
		"closes", x.venue.scene.Now.Add(24 * time.Hour).Format(momentForm), "note", "A figure",
	}
	read := x.post("desk/round", http.StatusOK, fields...)
	says(t, read, "Read the round back", "The south lodges the most it would give", "the middle between the two", "ad referendum", "1 of at most 3")
	if len(x.venue.sent) != 0 {
		t.Fatal("the round was announced before it was confirmed")
	}
	x.post("open-round", http.StatusSeeOther, fields...)
	r := x.venue.scene.See("mediator").OpenRound()
	if r == nil || r.Giver != "south" || !r.Binding {
		t.Fatalf("the round that is open is not the one written: %+v", r)
	}
	return r
}

// othersSee is every page on which another could learn of an entry.
func othersSee(t *testing.T, venue *recorder, people ...string) string {
	t.Helper()
	var all strings.Builder
	for _, who := range people {
		pages := []string{"", "round", "proposal", "rooms", "agenda", "sessions", "delegation", "text"}
		if who == "mediator" {
			pages = append(pages, "desk", "desk/rounds/number")
		}
		for _, page := range pages {
			all.WriteString(sit{t, venue, who}.sees(page))
		}
	}
	return all.String()
}

func TestSealedRoundThroughTheForms(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	venue := &recorder{scene: scene}
	desk, north, south := sit{t, venue, "mediator"}, sit{t, venue, "north"}, sit{t, venue, "south"}
	r := numberRound(t, desk)
	says(t, north.sees("round"), "The least that you would take", "Your delegation has lodged nothing", "Lodge in secret", "Only your delegation")
	says(t, south.sees("round"), "The most that you would give")
	silent(t, desk.sees("round"), "Lodge in secret", "has lodged")

	south.post("enter-round", http.StatusSeeOther, "form", "enter-round", "round", r.Round, "number", "60")
	north.post("enter-round", http.StatusSeeOther, "form", "enter-round", "round", r.Round, "number", "25")
	north.post("enter-round", http.StatusSeeOther, "form", "enter-round", "round", r.Round, "number", "20")
	says(t, north.sees("round"), "20 crowns", "Your receipt", "Change what is lodged", "Take it back")
	silent(t, north.sees("round"), "60 crowns")

	scene.Now = r.Closes
	_, err := scene.Tick()
	must(t, err)
	for _, x := range []sit{desk, north, south} {
		says(t, x.sees("round"), "40 crowns", "Met. The terms are settled", "Commitments of all")
	}
	// Opening is read back first, goes where it was meant to, and only there.
	says(t, north.post("round", http.StatusOK, "form", "open-entry", "round", r.Round, "room", "caucus"), "This cannot be undone", "20 crowns")
	north.post("open-entry", http.StatusSeeOther, "round", r.Round, "room", "caucus")
	says(t, desk.sees("round"), "had lodged:", "20 crowns")
	silent(t, south.sees("round"), "had lodged:", "20 crowns")
	north.post("open-entry", http.StatusSeeOther, "round", r.Round, "room", "plenary")
	says(t, south.sees("round"), "had lodged:", "20 crowns")
	if answer := desk.serve("POST", "/c/x/round", nil); answer.Code != http.StatusNotFound {
		t.Errorf("the mediator opens an entry: %d", answer.Code)
	}
}

// TestNobodyLearnsThatAnyoneLodged compares all pages of all others, byte for byte, before and after lodging, changing and
// taking back.
func TestNobodyLearnsThatAnyoneLodged(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskAllowed)
	venue := &recorder{scene: scene}
	r := numberRound(t, sit{t, venue, "mediator"})
	north := sit{t, venue, "north"}
	now := scene.Now
	before := othersSee(t, venue, "mediator", "south", "south-principal", "host")
	own := north.sees("round")
	for _, step := range [][]string{
		{"enter-round", "number", "20"},
		{"enter-round", "number", "45"},
		{"leave-round"},
		{"enter-round", "number", "0"},
	} {
		north.post(step[0], http.StatusSeeOther, append([]string{"form", step[0], "round", r.Round}, step[1:]...)...)
		scene.Now = now
		if othersSee(t, venue, "mediator", "south", "south-principal", "host") != before {
			t.Errorf("%v has changed what others see", step)
		}
	}
	if north.sees("round") == own {
		t.Error("the delegation does not see its own entry: the comparison proves nothing")
	}
}

func TestReceiptProvesTheEntry(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	venue := &recorder{scene: scene}
	r := numberRound(t, sit{t, venue, "mediator"})
	north := sit{t, venue, "north"}
	path := "/c/" + conftest.ConferenceID + "/receipts/" + r.Round
	if answer := north.serve("GET", path, nil); answer.Code != http.StatusNotFound {
		t.Errorf("there is a receipt of nothing: %d", answer.Code)
	}
	north.post("enter-round", http.StatusSeeOther, "round", r.Round, "number", "35")
	answer := north.serve("GET", path, nil)
	var file receiptFile
	must(t, json.Unmarshal(answer.Body.Bytes(), &file))
	salt, err := base64.StdEncoding.DecodeString(file.Salt)
	must(t, err)
	commitment, err := seal.Parse(file.Commitment)
	must(t, err)
	subject := seal.Subject{Conference: file.Conference, Round: file.Round, Party: file.Party}
	if !commitment.Opens(subject, seal.Salt(salt), []byte(file.Payload)) || file.Payload != `{"number":"35"}` {
		t.Errorf("the receipt %+v does not open its own commitment", file)
	}
	for _, who := range []string{"south", "mediator"} {
		if answer := (sit{t, venue, who}).serve("GET", path, nil); answer.Code != http.StatusNotFound {
			t.Errorf("%s gets the receipt: %d", who, answer.Code)
		}
	}
}

func TestSuggestionsComeToTheDeskAlone(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskAllowed)
	venue := &recorder{scene: scene}
	desk, north, south := sit{t, venue, "mediator"}, sit{t, venue, "north"}, sit{t, venue, "south"}
	closes := scene.Now.Add(24 * time.Hour)
	fields := []string{"form", "open-round", "type", "suggestion", "closes", closes.Format(momentForm)}
	says(t, desk.post("desk/round", http.StatusOK, fields...), "Computations left in this conference: 0 of 1", "Simulated for two parties on 3 issues: of 171", "up to three whole packages")
	desk.post("open-round", http.StatusSeeOther, fields...)
	r := scene.See("mediator").OpenRound()
	says(t, north.sees("round"), "has not said what it wants", "Simulated for two parties on 3 issues")
	states(t, scene, "north", northWants(floorFrom(conftest.Start, 4000)), true)
	states(t, scene, "south", southWants(floorFrom(conftest.Start, 4000)), false)
	says(t, north.sees("round"), "version 1 of your preferences", "not confirmed")
	for _, x := range []sit{north, south} {
		x.post("enter-round", http.StatusSeeOther, "round", r.Round, "version", "1")
	}
	_, err := scene.Send(conference.Meta{At: r.Closes}, conference.CloseRound{Round: r.Round, Computed: &conference.Computed{
		Packages: []portsmouth.Outcome{conftest.Package(), {"coast": "kept", "toll": "0", "islands": "split"}}, Method: "exact", Solver: "1",
	}})
	must(t, err)
	scene.Now = r.Closes.Add(time.Minute)
	page := desk.sees("desk")
	// The north allows what it wants, so it is told in its own terms; the south is not.
	says(t, page, "Suggestion 1 of", "Suggestion 2 of", "Put forward as a proposal", "46.00 points", "+6.00 against no agreement (40.00)")
	if n := strings.Count(page, "against no agreement"); n != 2 {
		t.Errorf("%d packages are told to somebody, want 2, each to the north", n)
	}
	for _, x := range []sit{north, south} {
		says(t, x.sees("round"), "At least one package was found")
		silent(t, x.sees("round"), "Suggestion 1")
	}
	form := desk.post("proposal", http.StatusOK, "form", "proposal", "step", "change", "term.coast", "kept", "term.toll", "0", "term.islands", "split")
	says(t, form, `value="kept" checked`, `value="split" checked`, `value="0"`)
	says(t, desk.sees("desk"), "Computations left in this conference: 0 of 1")
	silent(t, desk.sees("desk"), "Start a suggestion round")
}

func TestRoundsOnOptionsAndPackages(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	venue := &recorder{scene: scene}
	desk, north, south := sit{t, venue, "mediator"}, sit{t, venue, "north"}, sit{t, venue, "south"}
	closes := func() string { return scene.Now.Add(time.Hour).Format(momentForm) }
	desk.post("open-round", http.StatusSeeOther, "type", "options", "issue", "coast", "closes", closes())
	r := scene.See("mediator").OpenRound()
	north.post("enter-round", http.StatusSeeOther, "round", r.Round, "option", "kept")
	if page := north.sees("round"); !strings.Contains(page, `value="kept" checked`) {
		t.Error("the option that was marked is not marked again")
	}
	desk.post("withdraw-round", http.StatusSeeOther, "round", r.Round, "reason", "another")
	says(t, south.sees("round"), "withdrawn")

	_, err := scene.Do("north", conference.MakeOffer{Terms: conftest.Package()})
	must(t, err)
	says(t, desk.sees("desk/rounds/package"), "Last offers of The north", "Name one more package")
	desk.post("open-round", http.StatusSeeOther, "type", "package", "closes", closes(),
		"package", packageValue(conftest.Package()), "term.coast", "kept", "term.toll", "0", "term.islands", "split")
	r = scene.See("mediator").OpenRound()
	if len(r.Packages) != 2 || !r.Packages[0].Equal(conftest.Package()) {
		t.Fatalf("the round is on %v", r.Packages)
	}
	north.post("enter-round", http.StatusSeeOther, "round", r.Round, "package", "1")
	south.post("enter-round", http.StatusSeeOther, "round", r.Round, "package", "1")
	scene.Now = r.Closes
	_, err = scene.Tick()
	must(t, err)
	says(t, south.sees("round"), "Met:", "kept")
	// A refusal keeps what was written.
	again := desk.post("desk/round", http.StatusUnprocessableEntity, "form", "open-round", "type", "number", "issue", "toll", "note", "Kept words")
	says(t, again, "Say until when", "Kept words")
}

// TestOwnWorthOfAProposal: a delegation sees what a proposal is worth to it; nobody else's page holds the figure.
func TestOwnWorthOfAProposal(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	venue := &recorder{scene: scene}
	states(t, scene, "north", northWants(floorFrom(conftest.Start, 4000)), false)
	_, err := scene.Do("north", conference.MakeOffer{Terms: portsmouth.Outcome{"coast": "kept", "toll": "0", "islands": "split"}})
	must(t, err)
	_, err = scene.Do("mediator", conference.PutProposal{Terms: conftest.Package(), Closes: scene.Now.Add(time.Hour)})
	must(t, err)
	// Half the coast 30, toll of 20 out of 100 is 16, no islands: 46 of 100; its own offer was 80.
	says(t, sit{t, venue, "north"}.sees("proposal"), "46.00 points to us", "+6.00 against no agreement (40.00)", "−34.00 against its own last offer")
	for _, who := range []string{"south", "mediator"} {
		silent(t, sit{t, venue, who}.sees("proposal"), "46.00", "points to us")
	}
	_, err = scene.Do("mediator", conference.WithdrawProposal{Proposal: scene.See("mediator").OpenProposal().Proposal})
	must(t, err)
	_, err = scene.Do("mediator", conference.PutProposal{Terms: portsmouth.Outcome{"toll": "20"}, Closes: scene.Now.Add(time.Hour)})
	must(t, err)
	says(t, sit{t, venue, "north"}.sees("proposal"), "16.00 points to us", "2 issues are left open", "−4.00 against its own last offer")
}
