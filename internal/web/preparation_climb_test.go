package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference/conftest"
	"portsmouth/elicit"
)

var climbQuestionField = regexp.MustCompile(`name="question" value="([^"]*)"`)

// climbsAsked puts all options and issues in order and skips what is asked until it is an order of steps.
func climbsAsked(us sit) (page, question string) {
	us.t.Helper()
	for _, say := range [][]string{
		{"kind", "order-options", "issue", "coast", "order", "kept", "order", "shared", "order", "ceded"},
		{"kind", "order-options", "issue", "toll", "best", "low"},
		{"kind", "order-options", "issue", "islands", "order", "north", "order", "split"},
		{"kind", "order-issues", "order", "coast", "order", "islands", "order", "toll"},
	} {
		us.say(say...)
	}
	for range 30 {
		page = us.read("preparation/checks", http.StatusOK)
		m := climbQuestionField.FindStringSubmatch(page)
		if m == nil {
			break
		}
		if strings.Contains(page, `name="kind" value="order-steps"`) {
			return page, m[1]
		}
		us.say("kind", "comparison", "then", "checks", "question", m[1], "skip", "yes")
	}
	us.t.Fatal("no order of steps is asked for")
	return "", ""
}

// TestClimbsArePutInOrder: with plain buttons, in the party's own words, without ties, and once.
func TestClimbsArePutInOrder(t *testing.T) {
	venue, us := preparing(t, "")
	page, question := climbsAsked(us)
	if got := orderOn(page); !slices.Equal(got, []string{"ceded.shared", "shared.kept"}) {
		t.Fatalf("the steps are %v", got)
	}
	for _, want := range []string{"Which of these steps would matter most to you?", "From “ceded” to “shared”", "Matters most", "Matters least", "Skip this question"} {
		if !strings.Contains(page, want) {
			t.Errorf("the screen does not say %q", want)
		}
	}
	if strings.Contains(page, `name="tie.`) {
		t.Error("steps can be tied")
	}
	if french := us.read("preparation/checks?lang=fr", http.StatusOK); !strings.Contains(french, "De « ceded »") && !strings.Contains(french, "De « cédée »") || strings.Contains(french, "⟦") {
		t.Error("the screen is not in French")
	}
	sent := len(venue.sent)
	form := url.Values{"kind": {"order-steps"}, "question": {question}, "then": {"checks"}, "issue": {"coast"}, "order": {"ceded.shared", "shared.kept"}, "up": {"shared.kept"}}
	moved := us.serve("POST", "/c/"+conftest.ConferenceID+"/preparation/answer", form)
	if got := orderOn(moved.Body.String()); moved.Code != http.StatusOK || !slices.Equal(got, []string{"shared.kept", "ceded.shared"}) || len(venue.sent) != sent {
		t.Fatalf("a step that is moved up: %d, %v, %d commands", moved.Code, got, len(venue.sent)-sent)
	}
	if m := climbQuestionField.FindStringSubmatch(moved.Body.String()); m == nil || m[1] != question {
		t.Error("another question is on the screen after a move")
	}
	if to := us.say("kind", "order-steps", "question", question, "then", "checks", "issue", "coast", "order", "shared.kept", "order", "ceded.shared"); to != "/checks" {
		t.Errorf("an order of steps leads to %s", to)
	}
	p := prepOf(sheetFor(venue.scene.See(us.person), venue.scene.Now, "en", nil))
	if a := p.answers[len(p.answers)-1]; a.Kind != elicit.OrderSteps || fmt.Sprint(a.Steps) != "[[shared kept] [ceded shared]]" || p.checked() != 1 {
		t.Errorf("kept: %+v, %d checks", a, p.checked())
	}
	if said := us.read("preparation/answers", http.StatusOK); !strings.Contains(said, "The coast, the step that matters most first: from “shared” to “kept” > from “ceded” to “shared”") {
		t.Error("the answers do not say the order of the steps")
	}
	if wants := us.read("preparation/wants", http.StatusOK); !strings.Contains(wants, "On “The coast”, the step from “shared” to “kept” matters most to you.") {
		t.Error("what this says they want does not speak of the step")
	}
	if next := us.read("preparation/checks", http.StatusOK); strings.Contains(next, `value="order-steps"`) {
		t.Error("the steps are asked for again")
	}
}

func TestClimbsCanBeSkippedAndRefused(t *testing.T) {
	venue, us := preparing(t, "")
	_, question := climbsAsked(us)
	sent := len(venue.sent)
	for _, order := range [][]string{nil, {"ceded.shared"}, {"ceded.ceded", "shared.kept"}, {"ceded", "nowhere.kept"}} {
		form := []string{"kind", "order-steps", "question", question, "issue", "coast"}
		for _, id := range order {
			form = append(form, "order", id)
		}
		us.post("preparation/answer", http.StatusUnprocessableEntity, form...)
	}
	us.post("preparation/answer", http.StatusUnprocessableEntity, "kind", "order-steps", "then", "checks", "issue", "toll", "order", "0.5", "order", "5.10")
	if len(venue.sent) != sent {
		t.Errorf("%d of them were sent", len(venue.sent)-sent)
	}
	us.say("kind", "order-steps", "question", question, "then", "checks", "issue", "coast", "order", "ceded.shared", "order", "shared.kept", "skip", "yes")
	if next := us.read("preparation/checks", http.StatusOK); strings.Contains(next, `value="order-steps"`) {
		t.Error("what was skipped is asked again")
	}
}

// TestClimbsThatDoNotFit: bars and steps that say different things are shown in the party's words.
func TestClimbsThatDoNotFit(t *testing.T) {
	_, us := preparing(t, "")
	_, question := climbsAsked(us)
	us.say("kind", "order-steps", "question", question, "then", "checks", "issue", "coast", "order", "shared.kept", "order", "ceded.shared")
	us.say("kind", "worth", "issue", "coast", "bar.shared", "95")
	page := us.read("preparation/contradictions", http.StatusOK)
	if !strings.Contains(page, "the step that matters most first") || !strings.Contains(page, "another step matters more") && !strings.Contains(page, "by your other answers it would be") {
		t.Errorf("the contradiction is not in words:\n%s", excerpt(page))
	}
	p := prepOf(sheetFor(us.venue.scene.See(us.person), us.venue.scene.Now, "en", nil))
	for high, want := range map[int64]string{-10: "another step matters more", 10: "come in another order"} {
		said := p.impliedWords(&elicit.Contradiction{Kind: elicit.OrderSteps, Issue: "coast", Implied: portsmouth.Interval{Low: -5, High: high}})
		if !strings.Contains(said, want) {
			t.Errorf("implied to %d: %q", high, said)
		}
	}
}

// TestDeskTakesTurns: the desk computes when it is read, and so waits for its turn.
func TestDeskTakesTurns(t *testing.T) {
	venue, _ := preparing(t, portsmouth.DeskAllowed)
	s := &site{pace: pace{wait: 20 * time.Millisecond}}
	routes := s.deskRoutes()
	desk := routes[slices.IndexFunc(routes, func(r route) bool { return r.Pattern == "/c/{id}/desk" })]
	v := &visit{r: httptest.NewRequest(http.MethodGet, "/c/x/desk", nil), view: venue.scene.See("mediator")}
	v.r.SetPathValue("id", "x")
	leave, err := s.pace.enter(t.Context(), sideOf(v))
	must(t, err)
	defer leave()
	if err := desk.Serve(v); portsmouth.RuleOf(err) != "pages-busy" {
		t.Errorf("a second reader of the desk is told %v", err)
	}
}
