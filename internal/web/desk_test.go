package web

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/account"
	"portsmouth/internal/words"
)

// deskScene is a conference in bargaining under a rule of who computes.
func deskScene(t testing.TB, rule string) *conftest.Scene {
	t.Helper()
	rules := conftest.Rules()
	rules.Desk = rule
	scene := conftest.NewScene(conftest.Options{Rules: rules})
	must(t, scene.To(conference.Bargaining))
	return scene
}

// deskWants are what a party of the scene wants: of each issue the first option listed best, the last worst.
func deskWants(weights map[string]int64, best map[string][]string, floors ...portsmouth.Reservation) portsmouth.Preferences {
	p := portsmouth.Preferences{Weights: weights, Values: map[string]map[string]int64{}, Reservations: floors}
	for issue, order := range best {
		p.Values[issue] = map[string]int64{}
		for k, option := range order {
			p.Values[issue][option] = int64(10_000 * (len(order) - 1 - k) / (len(order) - 1))
		}
	}
	return p
}

// tollOrder lists the tolls of the scene, from one end to the other.
func tollOrder(down bool) []string {
	var list []string
	for k := 0; k <= 100; k += 5 {
		value := fmt.Sprint(k)
		if down {
			value = fmt.Sprint(100 - k)
		}
		list = append(list, value)
	}
	return list
}

func northWants(floors ...portsmouth.Reservation) portsmouth.Preferences {
	return deskWants(map[string]int64{"coast": 6000, "toll": 2000, "islands": 2000}, map[string][]string{
		"coast": {"kept", "shared", "ceded"}, "toll": tollOrder(false), "islands": {"north", "split"},
	}, floors...)
}

func southWants(floors ...portsmouth.Reservation) portsmouth.Preferences {
	return deskWants(map[string]int64{"coast": 2000, "toll": 2000, "islands": 6000}, map[string][]string{
		"coast": {"ceded", "shared", "kept"}, "toll": tollOrder(true), "islands": {"split", "north"},
	}, floors...)
}

func floorFrom(at time.Time, value int64) portsmouth.Reservation {
	return portsmouth.Reservation{From: at, Value: value}
}

// states has a party say what it wants, and let the mediator see it.
func states(t testing.TB, scene *conftest.Scene, party string, p portsmouth.Preferences, allow bool) {
	t.Helper()
	_, err := scene.Do(party, conference.StatePreferences{Preferences: p})
	must(t, err)
	if allow {
		_, err = scene.Do(party, conference.AllowPreferences{Version: scene.See(party).LastStated().Version})
		must(t, err)
	}
}

// sees gets a page as somebody sees it.
func (x sit) sees(path string) string {
	x.t.Helper()
	answer := x.serve("GET", strings.TrimSuffix("/c/"+conftest.ConferenceID+"/"+path, "/"), nil)
	if answer.Code != http.StatusOK {
		x.t.Fatalf("%s: status %d", path, answer.Code)
	}
	return html.UnescapeString(answer.Body.String())
}

// says wants a page to say all of it.
func says(t testing.TB, page string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// silent wants a page to say nothing of it.
func silent(t testing.TB, page string, all ...string) {
	t.Helper()
	for _, unwanted := range all {
		if strings.Contains(page, unwanted) {
			t.Errorf("the page says %q", unwanted)
		}
	}
}

// TestDeskIsForTheMediatorAlone asks the gate of each page of the desk.
func TestDeskIsForTheMediatorAlone(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskAllowed)
	s := &site{Options: Options{Venue: &recorder{scene: scene}, Zone: time.UTC, NewKey: func() string { return "key" }}, static: files}
	for _, r := range s.deskRoutes() {
		for person, may := range map[string]bool{"mediator": true, "north": false, "south-principal": false, "host": false, "nobody": false} {
			req := httptest.NewRequest(r.Method, "/", nil)
			req.SetPathValue("id", conftest.ConferenceID)
			v := &visit{w: httptest.NewRecorder(), r: req, person: account.Person{ID: person}}
			v.page = s.newPage(v)
			err := s.gate(r.Audience)(v)
			if may != (err == nil) || !may && portsmouth.KindOf(err) != portsmouth.NotFound {
				t.Errorf("%s for %s: %v", r.Pattern, person, err)
			}
		}
	}
}

func TestDeskAtEveryStageInBothLanguages(t *testing.T) {
	for _, stage := range conference.Stages {
		if stage == conference.BrokenOffStage {
			continue
		}
		scene := lively(t, conftest.Options{}, stage)
		for name, page := range map[string]screen{"desk": deskPage, "round": roundPage, "form": roundFormPage} {
			for _, lang := range words.Languages {
				at := map[string]string{"kind": "package"}
				page := draw(t, page(sheetFor(scene.See("mediator"), scene.Now, lang, at)))
				if strings.Contains(page, "<script>alert") || !strings.Contains(page, "</html>") || strings.Contains(page, " style=") {
					t.Errorf("%s at %s in %s: not whole, or markup of somebody's, or a style", name, stage, lang)
				}
				if at := strings.Index(page, ">desk."); at >= 0 {
					t.Errorf("%s at %s in %s: no words for %s", name, stage, lang, page[at:at+30])
				}
			}
		}
	}
}

func TestDeskGlance(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	for _, offer := range []struct {
		who   string
		terms portsmouth.Outcome
	}{
		{"north", portsmouth.Outcome{"toll": "0", "coast": "kept"}},
		{"south", portsmouth.Outcome{"toll": "60", "coast": "shared"}},
		{"north", portsmouth.Outcome{"toll": "20", "coast": "kept"}},
	} {
		_, err := scene.Do(offer.who, conference.MakeOffer{Terms: offer.terms})
		must(t, err)
	}
	page := sit{t, &recorder{scene: scene}, "mediator"}.sees("desk")
	says(t, page, "a gap of 40 crowns (8 steps)", "1 option apart", "moved once", "unmoved in 2 offers", "said once")
	says(t, page, "the venue alone computes", "Computations left in this conference: 1 of 1")
	silent(t, page, "zone of agreement", `class="picture"`)
}

func TestDeskExploresOnlyWhatIsAllowed(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskAllowed)
	desk := sit{t, &recorder{scene: scene}, "mediator"}
	states(t, scene, "north", northWants(floorFrom(conftest.Start, 4000)), true)
	states(t, scene, "south", southWants(floorFrom(conftest.Start, 4000)), false)
	page := desk.sees("desk")
	says(t, page, "Nothing can be explored yet: The south", "60.00")
	silent(t, page, "There is a zone", "Kalai")

	states(t, scene, "south", southWants(floorFrom(conftest.Start, 4000)), true)
	for _, who := range []string{"north", "south"} {
		_, err := scene.Do(who, conference.MakeOffer{Terms: portsmouth.Outcome{"coast": "shared", "toll": "20", "islands": "north"}})
		must(t, err)
	}
	page = desk.sees("desk")
	says(t, page, "There is a zone of agreement", "whole packages are at least as good", `class="picture"`, "Kalai–Smorodinsky", "the parties’ rule",
		"All could gain at least", "The north gives: The islands – one each (was: both to the north)")
	// Nothing of it is on anybody else's page.
	for _, who := range []string{"north", "south"} {
		for _, path := range []string{"", "round", "proposal", "agenda"} {
			silent(t, sit{t, desk.venue, who}.sees(path), "zone of agreement", "All could gain", "Kalai")
		}
	}
}

// TestDeskReckonsAtTheConferencesTime: new instructions that count from a date open the zone on that date.
func TestDeskReckonsAtTheConferencesTime(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskAllowed)
	relents := scene.Now.Add(48 * time.Hour)
	states(t, scene, "north", northWants(floorFrom(conftest.Start, 9500), floorFrom(relents, 4000)), true)
	states(t, scene, "south", southWants(floorFrom(conftest.Start, 5000)), true)
	desk := sit{t, &recorder{scene: scene}, "mediator"}
	says(t, desk.sees("desk"), "There is no zone of agreement", "95.00")
	scene.Now = relents.Add(time.Hour)
	says(t, desk.sees("desk"), "There is a zone of agreement", "40.00")
}

func TestDeskShuttle(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	said := map[string]string{}
	for _, text := range []string{"We keep this", "You may carry this", "This went over", "We said this ourselves"} {
		events, err := scene.Do("north", conference.Speak{Room: "caucus", Text: text})
		must(t, err)
		said[text] = events[0].ID
	}
	carry := func(text string) string {
		events, err := scene.Do("north", conference.ReleaseStatement{Statement: said[text], Carry: true})
		must(t, err)
		return events[0].ID
	}
	carry("You may carry this")
	_, err := scene.Do("mediator", conference.CarryStatement{Release: carry("This went over")})
	must(t, err)
	_, err = scene.Do("north", conference.ReleaseStatement{Statement: said["We said this ourselves"]})
	must(t, err)
	view := scene.See("mediator")
	s := sheetFor(view, scene.Now, "en", nil)
	states := map[string]string{}
	for _, x := range s.shuttle("north") {
		states[x.statement.Text] = x.state
	}
	for text, want := range map[string]string{
		"We keep this": "kept", "You may carry this": "carry", "This went over": "carried", "We said this ourselves": "released",
	} {
		if states[text] != want {
			t.Errorf("%q is %q, want %q", text, states[text], want)
		}
	}
	if say := s.toSay("south"); !strings.Contains(say, "You may carry this") || strings.Contains(say, "We keep this") {
		t.Errorf("the draft for the south says %q", say)
	}
	if say := s.toSay("north"); say != "" {
		t.Errorf("the north is told its own words: %q", say)
	}
}

func TestDeskDraftsFromWhatAllKnow(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	desk := sit{t, &recorder{scene: scene}, "mediator"}
	do := func(who string, c conference.Command) {
		t.Helper()
		_, err := scene.Do(who, c)
		must(t, err)
	}
	do("mediator", conference.OpenSession{Place: "The custom house"})
	do("north", conference.Speak{Room: "plenary", Text: "Said before all"})
	do("north", conference.Speak{Room: "caucus", Text: "Said in caucus"})
	do("mediator", conference.Speak{Room: "delegation", Text: "Noted at the desk"})
	do("north", conference.Speak{Room: "delegation", Text: "Said at home"})
	do("south", conference.MakeOffer{Terms: portsmouth.Outcome{"toll": "60"}})
	do("mediator", conference.DeferIssue{Issue: "coast", Reason: "later"})
	do("mediator", conference.AdjournSession{Until: scene.Now.Add(48 * time.Hour)})
	s := sheetFor(scene.See("mediator"), scene.Now, "en", nil)
	minutes := s.minutesDraft(s.minutesSession())
	says(t, minutes, "Session 1", "The custom house", "Said before all", "adjourned")
	silent(t, minutes, "Said in caucus", "Noted at the desk", "Said at home")
	says(t, s.agendaDraft(), "To take up: The toll; The islands", "Deferred", "The coast", "the offer of The south")
	draft := s.communiqueDraft()
	says(t, draft["en"], "The delegations of The north and The south met", "session 1", "The custom house",
		"All 3 points of the agenda are under discussion", "The next session")
	says(t, draft["fr"], "séance 1", "tous en discussion", "La prochaine séance")
	silent(t, draft["en"], "60", "Said before all", "later")

	// What is drafted is what the existing forms send.
	desk.post("propose-minutes", http.StatusSeeOther, "form", "minutes-1", "session", "1", "text", minutes)
	desk.post("propose-communique", http.StatusSeeOther, "form", "communique", "text.en", draft["en"], "text.fr", draft["fr"])
	desk.post("open-session", http.StatusSeeOther, "form", "open", "place", "There", "purpose", s.agendaDraft())
	if n := len(desk.venue.sent); n != 3 {
		t.Errorf("%d commands were sent", n)
	}
}

func TestDeskNamesAnImpasse(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	for range 3 {
		for _, offer := range [][2]string{{"north", "10"}, {"south", "60"}} { // in turns: who repeats itself unanswered counts once
			_, err := scene.Do(offer[0], conference.MakeOffer{Terms: portsmouth.Outcome{"toll": offer[1]}})
			must(t, err)
		}
	}
	page := sit{t, &recorder{scene: scene}, "mediator"}.sees("desk")
	says(t, page, "Nothing moved in the last 4 offers", "Hold a sealed round", "It never does any of this by itself")
}
