package web

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/elicit"
	"portsmouth/internal/words"
)

// preparing is a conference in bargaining whose rules let parties show the mediator what they want, when allowed says so.
func preparing(t *testing.T, desk string) (*recorder, sit) {
	t.Helper()
	o := conftest.Options{Rules: conftest.Rules()}
	o.Rules.Desk = desk
	venue := &recorder{scene: lively(t, o, conference.Bargaining)}
	return venue, sit{t, venue, venue.scene.Heads()[0]}
}

func (x sit) read(path string, want int) string {
	x.t.Helper()
	answer := x.serve("GET", "/c/"+conftest.ConferenceID+"/"+path, nil)
	if answer.Code != want {
		x.t.Fatalf("%s: status %d, not %d\n%s", path, answer.Code, want, excerpt(answer.Body.String()))
	}
	return html.UnescapeString(answer.Body.String())
}

// say posts an answer, with fields that may repeat, and returns where it leads.
func (x sit) say(pairs ...string) string {
	x.t.Helper()
	form := url.Values{"key": {"k"}}
	for k := 0; k+1 < len(pairs); k += 2 {
		form.Add(pairs[k], pairs[k+1])
	}
	answer := x.serve("POST", "/c/"+conftest.ConferenceID+"/preparation/answer", form)
	if answer.Code != http.StatusSeeOther {
		x.t.Fatalf("%v: status %d\n%s", pairs, answer.Code, excerpt(answer.Body.String()))
	}
	_, to, _ := strings.Cut(answer.Header().Get("Location"), "/preparation")
	return to
}

var orderFields = regexp.MustCompile(`name="order" value="([^"]+)"`)

func orderOn(page string) []string {
	var ids []string
	for _, m := range orderFields.FindAllStringSubmatch(page, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// TestPreparationOrderIsKeptWithoutScript moves rows by the buttons of a plain form: nothing is saved until it is said.
func TestPreparationOrderIsKeptWithoutScript(t *testing.T) {
	venue, us := preparing(t, "")
	if got := orderOn(us.read("preparation/options/coast", 200)); !slices.Equal(got, []string{"kept", "shared", "ceded"}) {
		t.Fatalf("the form begins with %v", got)
	}
	move := func(button, id string, order ...string) []string {
		form := url.Values{"kind": {"order-options"}, "issue": {"coast"}, "order": order, button: {id}, "tie.kept": {"yes"}}
		answer := us.serve("POST", "/c/x/preparation/answer", form)
		if answer.Code != 200 || !strings.Contains(answer.Body.String(), `name="tie.kept" value="yes" checked`) {
			t.Fatalf("moving a row answers %d, or forgets a tick", answer.Code)
		}
		return orderOn(answer.Body.String())
	}
	order := move("up", "ceded", "kept", "shared", "ceded")
	if !slices.Equal(order, []string{"kept", "ceded", "shared"}) {
		t.Fatalf("after a step up: %v", order)
	}
	order = move("down", "kept", order...)
	if !slices.Equal(order, []string{"ceded", "kept", "shared"}) || len(venue.sent) != 0 {
		t.Fatalf("after a step down: %v, with %d commands sent", order, len(venue.sent))
	}
	// Ids that are nothing of this issue, or come twice, are left out; one that is missing comes last.
	if order = move("up", "nowhere", "nothing", "shared", "shared"); !slices.Equal(order, []string{"shared", "kept", "ceded"}) {
		t.Fatalf("a strange order became %v", order)
	}
	to := us.say("kind", "order-options", "issue", "coast", "order", "ceded", "order", "kept", "order", "shared", "tie.shared", "yes")
	if to != "/options/toll" {
		t.Errorf("the order of the coast leads to %s, not to the toll", to)
	}
	p := prepOf(sheetFor(venue.scene.See(us.person), venue.scene.Now, "en", nil))
	if got := fmt.Sprint(p.answers[0].Order); got != "[[ceded] [kept shared]]" {
		t.Errorf("the order that was kept is %s", got)
	}
	if got := orderOn(us.read("preparation/options/coast", 200)); !slices.Equal(got, []string{"ceded", "kept", "shared"}) {
		t.Errorf("the form shows %v again", got)
	}
	us.read("preparation/options/nowhere", 404)
	us.read("preparation/values/nowhere", 404)
}

// TestPreparationIsForOneDelegation answers in every way, and looks for a trace of it where others look.
func TestPreparationIsForOneDelegation(t *testing.T) {
	venue, us := preparing(t, "")
	before := map[string]string{}
	watched := []string{"", "/rooms", "/rooms/plenary", "/rooms/caucus-north", "/agenda", "/delegation", "/offers"}
	look := func(person, path string) string {
		answer := sit{t, venue, person}.serve("GET", "/c/"+conftest.ConferenceID+path, nil)
		return answer.Body.String()
	}
	others := []string{venue.scene.Heads()[1], "mediator", "host"}
	for _, person := range others {
		for _, path := range watched {
			before[person+path] = look(person, path)
		}
	}
	from := len(venue.scene.Log)
	prepareNorth(us)
	us.post("preparation/state", http.StatusSeeOther, "basis", basisOn(us.read("preparation/wants", 200)))
	if len(venue.scene.Log) == from {
		t.Fatal("nothing was kept")
	}
	for _, e := range venue.scene.Log[from:] {
		if e.Audience != conference.ToDelegation(us.person) {
			t.Errorf("%s is seen by %s", e.Body.Kind(), e.Audience)
		}
	}
	for _, person := range others {
		for _, path := range watched {
			if look(person, path) != before[person+path] {
				t.Errorf("%s sees at “%s” that something happened", person, path)
			}
		}
	}
	them := sit{t, venue, others[0]}
	for _, path := range []string{"preparation", "preparation/answers", "preparation/history", "preparation/preparation.json", "preparation/wants"} {
		if page := them.read(path, 200); strings.Contains(page, "plan B") || strings.Contains(page, "answers a question") {
			t.Errorf("the other party's %s shows ours", path)
		}
	}
}

var basisField = regexp.MustCompile(`name="basis" value="([0-9a-f]+)"`)

func basisOn(page string) string {
	if m := basisField.FindStringSubmatch(page); m != nil {
		return m[1]
	}
	return ""
}

// prepareNorth answers what there is to answer, as a head would.
func prepareNorth(x sit) {
	x.t.Helper()
	for _, say := range []struct {
		to     string
		fields []string
	}{
		{"/options/toll", []string{"kind", "order-options", "issue", "coast", "order", "kept", "order", "shared", "order", "ceded"}},
		{"/options/islands", []string{"kind", "order-options", "issue", "toll", "best", "low"}},
		{"/issues", []string{"kind", "order-options", "issue", "islands", "order", "north", "order", "split"}},
		{"/weights", []string{"kind", "order-issues", "order", "coast", "order", "islands", "order", "toll"}},
		{"/values/coast", []string{"kind", "swing", "reference", "coast", "bar.islands", "70", "bar.toll", "20"}},
		{"/values/toll", []string{"kind", "worth", "issue", "coast", "bar.shared", "60"}},
		{"/alternative", []string{"kind", "worth", "issue", "toll", "bar.50", "50"}},
		{"/judge", []string{"kind", "alternative", "question", "alternative", "words", "We keep plan B <b>warm</b>."}},
		{"/judge", []string{"kind", "against", "question", "q", "first", prepCarried(conftest.Package()), "verdict", "first"}},
		{"/checks", []string{"kind", "drift", "question", "drift", "points", "own", "own", "-2,5"}},
		{"/checks", []string{
			"kind", "comparison", "question", "c", "then", "checks", "verdict", "second",
			"first", `{"coast":"kept","toll":"45","islands":"split"}`, "second", `{"coast":"kept","toll":"0","islands":"split"}`,
		}},
		{"/checks", []string{"kind", "comparison", "question", "a question", "then", "checks", "skip", "yes"}},
	} {
		if to := x.say(say.fields...); to != say.to {
			x.t.Errorf("%v leads to %s, not %s", say.fields, to, say.to)
		}
	}
}

func TestPreparationAnswersCanBeReadAndTakenBack(t *testing.T) {
	venue, us := preparing(t, "")
	prepareNorth(us)
	page := us.read("preparation/answers", 200)
	for _, want := range []string{
		"The coast, best first: kept > shared > ceded", "Beside The coast (100): The islands 70 · The toll 20",
		"Without an agreement: We keep plan B", "you lose 3 of 100 points a month", "A question was left out",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the answers do not say %q", want)
		}
	}
	adviser := sit{t, venue, us.person + "-adviser"}
	adviser.say("kind", "order-options", "issue", "coast", "same", "yes", "order", "kept", "order", "shared", "order", "ceded")
	page = us.read("preparation/answers", 200)
	if !strings.Contains(page, "kept = shared = ceded") || !strings.Contains(page, "A later answer took its place") {
		t.Error("a later answer does not take the place of the first")
	}
	view := venue.scene.See(us.person)
	last := view.Answers[len(view.Answers)-1].Answer
	us.post("withdraw-answer", http.StatusSeeOther, "answer", last)
	if page = us.read("preparation/answers", 200); strings.Contains(page, "kept = shared") || strings.Contains(page, "A later answer") {
		t.Error("an answer that was taken back is still there")
	}
	us.post("withdraw-answer", http.StatusUnprocessableEntity, "answer", last)
}

func TestPreparationRefusesWhatMakesNoSense(t *testing.T) {
	venue, us := preparing(t, "")
	for _, fields := range [][]string{
		{"kind", "nonsense"},
		{"kind", "order-options", "issue", "toll"},
		{"kind", "order-options", "issue", "toll", "best", "inside", "ideal", "7"},
		{"kind", "order-options", "issue", "gone", "order", "x"},
		{"kind", "swing", "reference", "coast", "bar.toll", "101"},
		{"kind", "swing", "reference", "coast", "bar.toll", "much"},
		{"kind", "worth", "issue", "coast", "bar.nowhere", "10"},
		{"kind", "alternative", "words", "  "},
		{"kind", "drift", "points", "own", "own", "lots"},
		{"kind", "drift", "points", "own", "own", "NaN"},
		{"kind", "comparison", "first", "{", "second", "{}", "verdict", "first"},
		{"kind", "against", "first", `{"coast":"kept"}`, "verdict", "first"},
		{"kind", "price", "issue", "coast", "from", "kept", "to", "shared", "money", "toll", "unpaid", "0", "paid", "3"},
	} {
		us.post("preparation/answer", http.StatusUnprocessableEntity, fields...)
	}
	if len(venue.sent) != 0 {
		t.Errorf("%d of them were sent", len(venue.sent))
	}
}

// TestPreparationStatesWhatWasRead: the head states, the principal confirms, and nobody states what came since unread.
func TestPreparationStatesWhatWasRead(t *testing.T) {
	venue, us := preparing(t, "")
	prepareNorth(us)
	principal, member := sit{t, venue, us.person + "-principal"}, sit{t, venue, us.person + "-member"}
	page := us.read("preparation/wants", 200)
	for _, want := range []string{"“The coast” matters most to you", "packages that you would call equally good", "In 3 months", "State this as what we want"} {
		if !strings.Contains(page, want) {
			t.Errorf("the wants do not say %q", want)
		}
	}
	if again := us.read("preparation/wants", 200); again != page {
		t.Error("the same answers are read in two ways")
	}
	if strings.Contains(member.read("preparation/wants", 200), "State this as what we want") {
		t.Error("a member is shown a button that would be refused")
	}
	basis := basisOn(page)
	member.say("kind", "drift", "points", "0")
	us.post("preparation/state", http.StatusUnprocessableEntity, "basis", basis)
	basis = basisOn(us.read("preparation/wants", 200))
	member.post("preparation/state", http.StatusUnprocessableEntity, "basis", basis)
	us.post("preparation/state", http.StatusSeeOther, "basis", basis, "note", "After the telegram")
	last := venue.scene.See(us.person).LastStated()
	if last == nil || last.Preferences.Weights["coast"] <= last.Preferences.Weights["toll"] || len(last.Preferences.Reservations) != 1 {
		t.Fatalf("what was stated is %+v", last)
	}
	if r := last.Ranges; r == nil || r.Reservation == nil || r.Weights["coast"].Low >= r.Weights["coast"].High {
		t.Errorf("the ranges are %+v", last.Ranges)
	}
	if err := last.Ranges.Check(&last.Preferences); err != nil {
		t.Error(err)
	}
	if strings.Contains(us.read("preparation/wants", 200), `action="/c/`+conftest.ConferenceID+`/confirm-preferences"`) {
		t.Error("the head is shown the principal's button")
	}
	principal.read("preparation/history", 200)
	principal.post("confirm-preferences", http.StatusSeeOther, "version", "1")
	if page := us.read("preparation/history", 200); !strings.Contains(page, "Confirmed by the principal") || !strings.Contains(page, "After the telegram") {
		t.Error("the history does not say what was confirmed")
	}
}

func TestPreparationIsShownToTheMediatorOnlyWhereAllowed(t *testing.T) {
	_, closed := preparing(t, portsmouth.DeskVenue)
	if page := closed.read("preparation/wants", 200); !strings.Contains(page, "the venue alone computes") || strings.Contains(page, "allow-preferences") {
		t.Error("under the first rule a button lets the mediator see")
	}
	venue, us := preparing(t, portsmouth.DeskAllowed)
	prepareNorth(us)
	us.post("preparation/state", http.StatusSeeOther, "basis", basisOn(us.read("preparation/wants", 200)))
	if page := us.read("preparation/wants", 200); !strings.Contains(page, "Not seen: your answers") || !strings.Contains(page, "By whom:") {
		t.Error("the page does not say what the mediator would see")
	}
	us.post("allow-preferences", http.StatusSeeOther, "version", "1")
	x := venue.scene.See("mediator").Allowed[us.person]
	if x == nil || x.Preferences == nil || len(x.Preferences.Reservations) != 1 || x.Preferences.Reservations[0].Why != "" {
		t.Fatalf("the mediator sees %+v", x)
	}
	if page := us.read("preparation/wants", 200); !strings.Contains(page, "The mediator sees what you allowed") {
		t.Error("the page does not say that the mediator sees")
	}
	us.post("allow-preferences", http.StatusSeeOther, "stop", "yes")
	if venue.scene.See("mediator").Allowed[us.person] != nil {
		t.Error("the mediator still sees")
	}
}

func TestPreparationIsExportedAndErased(t *testing.T) {
	venue, us := preparing(t, "")
	prepareNorth(us)
	us.post("preparation/state", http.StatusSeeOther, "basis", basisOn(us.read("preparation/wants", 200)))
	answer := us.serve("GET", "/c/"+conftest.ConferenceID+"/preparation/preparation.json", nil)
	if got := answer.Header().Get("Cache-Control"); got != "no-store" || !strings.Contains(answer.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("the file may be kept: %q", got)
	}
	var x prepExported
	if err := json.Unmarshal(answer.Body.Bytes(), &x); err != nil {
		t.Fatal(err)
	}
	if len(x.Answers) != 12 || len(x.Stated) != 1 || x.Party != us.person || x.Answers[0].Kind != elicit.OrderOptions || x.Answers[0].By == "" {
		t.Errorf("the file holds %d answers and %d statements of %s", len(x.Answers), len(x.Stated), x.Party)
	}
	us.post("erase-preparation", http.StatusUnprocessableEntity)
	if len(venue.scene.See(us.person).Answers) != 12 {
		t.Fatal("erased without asking")
	}
	us.post("erase-preparation", http.StatusSeeOther, "sure", "yes")
	if v := venue.scene.See(us.person); len(v.Answers) != 0 || v.LastStated() != nil {
		t.Error("something is left")
	}
	if page := us.read("preparation/answers", 200); !strings.Contains(page, "Nothing has been answered yet") || strings.Contains(page, "plan B") {
		t.Error("the page still shows what was erased")
	}
}

func TestPreparationWithoutNumbers(t *testing.T) {
	_, us := preparing(t, "")
	for _, say := range [][]string{
		{"kind", "order-options", "issue", "coast", "order", "kept", "order", "shared", "order", "ceded"},
		{"kind", "order-options", "issue", "toll", "best", "low"},
		{"kind", "order-options", "issue", "islands", "order", "north", "order", "split"},
		{"kind", "no-weights"},
	} {
		us.say(say...)
	}
	if page := us.read("preparation", 200); strings.Contains(page, "preparation/weights") || !strings.Contains(page, "gives no numbers") {
		t.Error("the overview still asks for weights")
	}
	page := us.read("preparation/checks", 200)
	if !strings.Contains(page, "which of these two changes would you rather have") {
		t.Fatal("no direction is asked for")
	}
	hidden := regexp.MustCompile(`name="(question|base|first|second)" value="([^>]*)"/?>`)
	form := []string{"kind", "direction", "then", "checks", "verdict", "first"}
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		form = append(form, m[1], m[2])
	}
	if to := us.say(form...); to != "/checks" {
		t.Errorf("a direction leads to %s", to)
	}
	if next := us.read("preparation/checks", 200); next == page {
		t.Error("the same is asked again")
	}
}

// TestPreparationShowsWhatDoesNotFit answers against one's own order, and sees it in one's own words.
func TestPreparationShowsWhatDoesNotFit(t *testing.T) {
	_, us := preparing(t, "")
	prepareNorth(us)
	us.say("kind", "comparison", "question", "x", "then", "checks", "verdict", "second",
		"first", `{"coast":"kept","toll":"0","islands":"north"}`, "second", `{"coast":"ceded","toll":"45","islands":"split"}`)
	page := us.read("preparation/contradictions", 200)
	if !strings.Contains(page, "You would rather have “The coast: ceded") || !strings.Contains(page, "By your other answers the first is better") {
		t.Errorf("the contradiction is not in the party's words:\n%s", page)
	}
	if !strings.Contains(us.read("preparation/checks", 200), "does not fit the others") {
		t.Error("the choices do not say that something does not fit")
	}
}

// TestPreparationPagesInBothLanguages draws every page, before and after there are answers, for every delegate.
func TestPreparationPagesInBothLanguages(t *testing.T) {
	for _, stage := range []conference.Stage{conference.Convening, conference.Opening, conference.Bargaining, conference.InForce} {
		scene := lively(t, conftest.Options{}, stage)
		venue := &recorder{scene: scene}
		if stage == conference.Bargaining {
			prepareNorth(sit{t, venue, "north"})
		}
		for _, r := range (&site{}).preparationRoutes() {
			if r.Method != http.MethodGet {
				continue
			}
			for _, lang := range words.Languages {
				path := strings.NewReplacer("{id}", conftest.ConferenceID, "{issue}", "toll").Replace(r.Pattern) + "?lang=" + lang
				for _, person := range []string{"north", "north-adviser", "north-principal"} {
					answer := sit{t, venue, person}.serve("GET", path, nil)
					body := answer.Body.String()
					if answer.Code == http.StatusNotFound && venue.scene.See(person).Prepared() == nil || answer.Code == http.StatusSeeOther {
						continue
					}
					if answer.Code != http.StatusOK {
						t.Errorf("%s %s for %s: %d", stage, path, person, answer.Code)
					}
					if strings.Contains(body, "⟦") || strings.Contains(body, " style=") || strings.Contains(body, "<b>warm") {
						t.Errorf("%s %s for %s: a missing word, an inline style, or markup of somebody's", stage, path, person)
					}
					if !strings.Contains(path, ".json") && !strings.Contains(body, "ground-delegation") {
						t.Errorf("%s %s stands on no private ground", stage, path)
					}
				}
			}
		}
	}
}

func TestRulesSayWhoComputesAndWhatIsFair(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Opening)
	view := scene.See("mediator")
	f := fields{Values: url.Values{"desk": {"allowed"}, "fairness": {"ks"}}}
	c, err := rulesFrom(f, view)
	if err != nil {
		t.Fatal(err)
	}
	r := c.(conference.ProposeRules).Rules
	if r.Desk != portsmouth.DeskAllowed || r.Fairness != "ks" {
		t.Errorf("the rules read %+v", r)
	}
	for _, lang := range words.Languages {
		s := sheetFor(view, scene.Now, lang, nil)
		for _, desk := range []string{"", portsmouth.DeskVenue, portsmouth.DeskAllowed} {
			for _, fair := range append([]string{""}, portsmouth.FairnessRules...) {
				if said := fmt.Sprint(s.rulesWords(conference.Rules{
					Desk: desk, Fairness: fair, EntryIntoForce: "on-signature",
					ProposalResult: "at-close", Publicity: conference.Publicity{Text: "never"},
				})); strings.Contains(said, "⟦") {
					t.Errorf("no words for the rules %q, %q: %s", desk, fair, said)
				}
			}
		}
	}
}

// TestPreparationWeighsSevenAtATime goes through ten issues: six bars, then three, each against the most wanted.
func TestPreparationWeighsSevenAtATime(t *testing.T) {
	agenda := &portsmouth.Agenda{Languages: []string{"en"}}
	for k := range 10 {
		agenda.Issues = append(agenda.Issues, portsmouth.Issue{
			ID: fmt.Sprintf("i%d", k), Kind: portsmouth.Discrete, Title: portsmouth.Text{"en": "I"},
			Options: []portsmouth.Option{{ID: "a", Label: portsmouth.Text{"en": "A"}}, {ID: "b", Label: portsmouth.Text{"en": "B"}}},
		})
	}
	here := ""
	p := &prep{sheet: &sheet{Page: &Page{}, at: func(string) string { return here }}, agenda: agenda}
	weigh := func(want string) {
		t.Helper()
		p.all, p.top = p.answers, "i9"
		reference, others := p.weighing()
		if got := reference + " | " + strings.Join(others, " "); got != want {
			t.Errorf("the bars are %s, not %s", got, want)
		}
		a := elicit.Answer{ID: fmt.Sprint(len(p.answers)), Kind: elicit.Swing, Reference: reference, Bars: map[string]int{}}
		for _, id := range others {
			a.Bars[id] = 50
		}
		p.answers = append(p.answers, a)
	}
	p.answers = append(p.answers, elicit.Answer{ID: "0", Kind: elicit.OrderIssues, Order: [][]string{{"i9"}, {"i0", "i1"}}})
	weigh("i9 | i0 i1 i2 i3 i4 i5")
	weigh("i9 | i6 i7 i8")
	weigh("i9 | i0 i1 i2 i3 i4 i5")
	here = "i7"
	weigh("i9 | i6 i7 i8")
}
