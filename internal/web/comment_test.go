package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/account"
)

// commentHouse is a house with a conference on which the public may comment.
func commentHouse(t *testing.T) *house {
	t.Helper()
	rules := conftest.Rules()
	rules.Publicity.Comments = true
	return feedHouse(t, rules, conference.Bargaining)
}

const asked = "What becomes of the islanders?"

// Whoever has no account comments, finds the comment again, and nobody else sees it before its answer.
func TestACommentIsMadeAndAnswered(t *testing.T) {
	h := commentHouse(t)
	reader, other := h.browser(t), h.browser(t)
	reader.get(feedConference+"/public").want(t, 200, "Comments of the public", "No account is needed", "The name under which")
	reader.post(feedConference+"/submit-comment", "form", "comment", "name", "Ada", "text", asked).want(t, 200, asked, "Waits for an answer")
	if p := other.get(feedConference + "/public"); strings.Contains(p.body, asked) {
		t.Error("a comment is public before its answer")
	}
	if me := reader.get("/me"); me.status != http.StatusForbidden {
		t.Errorf("who has commented is signed in: %d", me.status)
	}
	reader.post(feedConference+"/submit-comment", "form", "comment", "name", "Ada", "text", asked).want(t, 200)
	waiting := h.comments(t)
	if len(waiting) != 1 {
		t.Fatalf("the same words sent twice are %d comments", len(waiting))
	}
	h.does(t, "mediator", conference.AnswerComment{Comment: waiting[0].Comment, Answer: conference.TakenUp, Text: "It is on the agenda."})
	for _, b := range []*browser{reader, other} {
		b.get(feedConference+"/public").want(t, 200, asked, "Ada", "Taken up", "It is on the agenda.")
	}
	other.get(feedConference+"/feed.en.atom").want(t, 200, asked, "It is on the agenda.")
	other.get(feedConference+"/public.json").want(t, 200, asked, `"answer": "taken-up"`)
}

// comments are those of the house's conference, as the mediator sees them.
func (h *house) comments(t *testing.T) []*conference.Comment {
	t.Helper()
	view, err := h.venue.Look(t.Context(), conftest.ConferenceID, "mediator")
	must(t, err)
	return view.Comments
}

func TestCommentsAreBounded(t *testing.T) {
	h := commentHouse(t)
	reader := h.browser(t)
	reader.post(feedConference+"/submit-comment", "form", "comment", "name", "", "text", asked).want(t, http.StatusUnprocessableEntity, asked)
	for k := range conference.MaxComments {
		reader.post(feedConference+"/submit-comment", "name", "Ada", "text", asked+strings.Repeat("!", k)).want(t, 200)
	}
	page := reader.get(feedConference+"/public").want(t, 200, "as many comments as one person can make")
	if strings.Contains(page.body, `action="`+feedConference+`/submit-comment"`) {
		t.Error("the form is offered to whom it would be refused")
	}
	reader.post(feedConference+"/submit-comment", "name", "Ada", "text", "One more").want(t, http.StatusUnprocessableEntity)
	status := 0
	for range guestsAtOnce { // each from a browser of its own, from one address
		status = h.browser(t).post(feedConference+"/submit-comment", "name", "Ada", "text", asked).status
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("after many comments from one address another is answered %d", status)
	}
	if n := len(h.comments(t)); n >= conference.MaxComments+guestsAtOnce {
		t.Errorf("%d comments from one address", n)
	}
}

// What would be refused takes nobody's turn but its sender's.
func TestARefusedCommentDoesNotSpendTheTurnOfAll(t *testing.T) {
	refused := []struct{ rule, name, text string }{
		{"text-given", " ", asked},
		{"text-given", "Ada", " "},
		{"text-size", strings.Repeat("a", 301), asked},
		{"comment-size", "Ada", strings.Repeat("a", 2001)},
		{"text-plain", "A\x07da", asked},
		{"text-plain", "Ada", "a\u202eb"},
		{"text-line", "Ada\nLovelace", asked},
		{"text-plain", "Ada", "a\xff"},
	}
	s := &site{guests: account.NewLimiter(1e-6, len(refused)), crowd: account.NewLimiter(1e-6, 1)}
	pace := func(from, name, text string) error {
		r := httptest.NewRequest(http.MethodPost, feedConference+"/submit-comment", nil)
		r.RemoteAddr = from + ":80"
		r.SetPathValue("id", "one")
		return s.paceGuest(&visit{r: r}, conference.SubmitComment{Name: name, Text: text})
	}
	for _, c := range refused {
		if err := pace("203.0.113.7", c.name, c.text); portsmouth.RuleOf(err) != c.rule {
			t.Errorf("%q %.20q: want %s: %v", c.name, c.text, c.rule, err)
		}
	}
	if err := pace("203.0.113.7", "Ada", ""); portsmouth.RuleOf(err) != "rate-limit" {
		t.Errorf("who sends what is refused has no pace: %v", err)
	}
	if err := pace("198.51.100.1", "Ada", asked); err != nil {
		t.Errorf("others have lost their turn: %v", err)
	}
	if err := pace("192.0.2.1", "Ada", asked); portsmouth.RuleOf(err) != "rate-limit" {
		t.Errorf("there is no pace of all: %v", err)
	}
}

// Who took a seat with this browser and has signed out is not seen as the one who sits there.
func TestACommenterIsNobodysSeat(t *testing.T) {
	h := commentHouse(t)
	b := h.browser(t)
	secret := strings.Repeat("s", 40)
	guest, err := h.accounts.NewGuest(t.Context(), secret, "North")
	must(t, err)
	if guest.ID == commenterID(secret) {
		t.Fatal("a commenter is the one who has an account with the same browser")
	}
	base, err := url.Parse(h.URL)
	must(t, err)
	b.http.Jar.SetCookies(base, []*http.Cookie{{Name: guestCookie, Value: secret, Path: "/"}})
	b.post(feedConference+"/submit-comment", "name", "Ada", "text", asked).want(t, 200, asked)
	if by := h.comments(t)[0].By; by != commenterID(secret) {
		t.Errorf("the comment is of %s", by)
	}
}

// The mediator answers from a page to which the desk leads; a delegate reads there, and is offered nothing to answer with.
func TestTheTableReadsCommentsAndTheMediatorAnswers(t *testing.T) {
	rules := conftest.Rules()
	rules.Publicity.Comments = true
	scene := lively(t, conftest.Options{Rules: rules}, conference.Bargaining)
	_, err := scene.Do("stranger", conference.SubmitComment{Name: "Ada", Text: hostile + asked})
	must(t, err)
	comment := scene.See("mediator").Comments[0].Comment
	page := func(person string) string {
		return draw(t, commentsPage(sheetFor(scene.See(person), scene.Now, "en", nil)))
	}
	for _, person := range []string{"mediator", "host"} {
		if !strings.Contains(page(person), "/answer-comment") {
			t.Errorf("%s cannot answer", person)
		}
	}
	if p := page("north"); !strings.Contains(p, asked) || strings.Contains(p, "/answer-comment") || strings.Contains(p, "<script>alert") {
		t.Error("what a delegate reads of a comment is not right")
	}
	if desk := draw(t, deskPage(sheetFor(scene.See("mediator"), scene.Now, "en", nil))); !strings.Contains(desk, "One comment of the public waits") {
		t.Error("the desk does not say that a comment waits")
	}
	x := sit{t, &recorder{scene: scene}, "mediator"}
	form := "answer-" + comment
	x.post("answer-comment", http.StatusUnprocessableEntity, "form", form, "comment", comment, "text", "To be kept")
	x.post("answer-comment", http.StatusSeeOther, "form", form, "comment", comment, "answer", conference.Answered, "text", "They stay.")
	if c := scene.See("mediator").Comments[0]; c.Answered == nil || c.Answered.Text != "They stay." {
		t.Error("the answer did not come")
	}
}

// A communiqué that waits for its time shows the parties when, and the public nothing.
func TestACommuniqueIsHeldBackUntilItsTime(t *testing.T) {
	scene := lively(t, conftest.Options{Rules: conftest.Rules()}, conference.Bargaining)
	x := sit{t, &recorder{scene: scene}, "mediator"}
	x.post("propose-communique", http.StatusSeeOther, "form", "communique",
		"text.en", "Peace is near", "text.fr", "La paix est proche", "not_before.in", "3d")
	drafted := scene.See("mediator").Communiques[len(scene.See("mediator").Communiques)-1]
	sessions := func(person string) string {
		return draw(t, sessionsPage(sheetFor(scene.See(person), scene.Now, "en", nil)))
	}
	if !strings.Contains(sessions("south"), "If all agree, it is published on") {
		t.Error("the parties are not told when it would be published")
	}
	for _, head := range scene.Heads() {
		_, err := scene.Do(head, conference.AgreeCommunique{Communique: drafted.Communique})
		must(t, err)
	}
	if !strings.Contains(sessions("south"), "Agreed, to be published on") {
		t.Error("the parties are not told when it will be published")
	}
	public := scene.See("nobody")
	if p := draw(t, publicPage(sheetFor(public, scene.Now, "en", nil), public.Public())); strings.Contains(p, "Peace is near") {
		t.Error("it is public before its time")
	}
	due := scene.See("mediator").Due()
	if len(due) == 0 || !due[0].At.Equal(drafted.NotBefore) {
		t.Errorf("nothing publishes it at its time: %v", due)
	}
}
