package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/account"
	"portsmouth/internal/venue"
	"portsmouth/internal/words"
	"portsmouth/treaty"
)

// A page of a conference can be drawn for every part at every stage, in both languages, and nothing that somebody wrote
// becomes markup.

// screensOf lists the pages that show a view.
func screensOf() map[string]screen {
	return map[string]screen{
		"table": tablePage, "room": roomPage, "rules": rulesPage, "agenda": agendaPage, "offers": offersPage,
		"proposal": proposalPage, "delegation": delegationPage, "sessions": sessionsPage, "text": textPage,
		"signing": signingPage, "after": afterPage, "comments": commentsPage,
		"public": func(s *sheet) templ.Component { return publicPage(s, s.View.Public()) },
	}
}

// files are loaded once: every page names them.
var files = loadStatic()

func pageFor(view *conference.View, now time.Time, lang string) *Page {
	printer := words.For(lang)
	return &Page{
		View: view, Now: now, Self: "/c/" + conftest.ConferenceID, words: printer, venue: printer, static: files,
		key: func() string { return "key" },
	}
}

func sheetFor(view *conference.View, now time.Time, lang string, at map[string]string) *sheet {
	return &sheet{Page: pageFor(view, now, lang), at: func(name string) string { return at[name] }}
}

func draw(t testing.TB, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostile is what an attacker would write into a statement.
const hostile = `<script>alert("x")</script><img src=x onerror=alert(1)>`

// lively brings a scene to a stage with something in every room on the way.
func lively(t testing.TB, o conftest.Options, stage conference.Stage) *conftest.Scene {
	t.Helper()
	scene := conftest.NewScene(o)
	if err := scene.To(stage); err != nil {
		t.Fatal(err)
	}
	if stage == conference.Convening {
		return scene
	}
	heads := scene.Heads()
	for _, who := range heads {
		for _, room := range []string{"plenary", "delegation", "caucus"} {
			_, _ = scene.Do(who, conference.Speak{Room: room, Text: hostile + " said by " + who + " in " + room})
		}
	}
	for _, c := range []conference.Command{
		conference.OpenSession{Place: hostile, Purpose: "To hear both"},
		conference.ProposeCommunique{Text: portsmouth.Text{"en": hostile, "fr": hostile}},
		conference.SendInstructions{Text: hostile},
		conference.AdjournSession{Note: "until tomorrow"},
	} {
		_, _ = scene.Do(heads[0], c)
	}
	if stage == conference.Bargaining {
		for _, who := range heads {
			if _, err := scene.Do(who, conference.MakeOffer{Terms: conftest.Package(), Note: hostile}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return scene
}

// peopleOf lists the people of a scene: those seated, the convener, and a stranger.
func everybody1(scene *conftest.Scene) []string {
	people := map[string]bool{"nobody": true}
	for _, e := range scene.Log {
		people[e.By] = e.By != ""
	}
	for _, v := range []string{""} {
		delete(people, v)
	}
	return portsmouth.SortedKeys(people)
}

func TestEveryPageForEveryPartAtEveryStage(t *testing.T) {
	for _, stage := range conference.Stages {
		if stage == conference.BrokenOffStage {
			continue
		}
		scene := lively(t, conftest.Options{}, stage)
		for _, person := range everybody1(scene) {
			for name, page := range screensOf() {
				for _, lang := range words.Languages {
					t.Run(fmt.Sprintf("%s/%s/%s/%s", stage, person, name, lang), func(t *testing.T) {
						view := scene.See(person)
						lend(view, conftest.ConferenceID, view.Public())
						html := draw(t, page(sheetFor(view, scene.Now, lang, nil)))
						if strings.Contains(html, "<script>alert") || strings.Contains(html, "<img src=x") {
							t.Error("what somebody wrote has become markup")
						}
						if !strings.Contains(html, "</html>") || strings.Contains(html, " style=") {
							t.Error("the page is not whole, or has a style that the policy forbids")
						}
						if missing := missingWords(html); missing != "" {
							t.Errorf("no words for %s", missing)
						}
					})
				}
			}
		}
	}
}

// missingWords finds a key of the catalogue that shows itself because it has no words.
func missingWords(html string) string {
	for _, prefix := range []string{">step.", ">rules.", ">state.", ">offer.", "command.", ">held.", ">text.", ">stage.", ">role.", ">status."} {
		if at := strings.Index(html, prefix); at >= 0 {
			return strings.TrimSpace(html[at : at+40])
		}
	}
	return ""
}

// recorder is a venue of one scene: its log lives in memory, and every command is decided by the real rules.
type recorder struct {
	Conferences
	scene *conftest.Scene
	sent  []conference.Command
}

func (r *recorder) Do(_ context.Context, q venue.Request) (venue.Receipt, error) {
	if q.Seen >= 0 && q.Seen < len(r.scene.See(q.Person).Acts) {
		if permit, _ := conference.PermitFor(q.Command.Verb()); permit.Fresh {
			return venue.Receipt{}, &portsmouth.Error{Kind: portsmouth.Conflict, Rule: "look-again", Message: "look again"}
		}
	}
	r.sent = append(r.sent, q.Command)
	events, err := r.scene.Do(q.Person, q.Command)
	if err != nil {
		return venue.Receipt{}, err
	}
	_, held := events[0].Body.(conference.ActHeld)
	return venue.Receipt{Act: events[0].ID, Held: held}, nil
}

func (r *recorder) Look(_ context.Context, _, person string) (*conference.View, error) {
	return r.scene.See(person), nil
}

func (r *recorder) Now(*conference.View) time.Time { return r.scene.Now }

// sit answers requests of one person as the router would.
type sit struct {
	t      *testing.T
	venue  *recorder
	person string
}

// serve finds the route of the address and calls it, past the session: what is tested are the pages.
func (x sit) serve(method, path string, form url.Values) *httptest.ResponseRecorder {
	x.t.Helper()
	s := &site{Options: Options{Venue: x.venue, Origin: "http://venue.test", Zone: time.UTC, NewKey: func() string { return "key" }}, static: files}
	mux := http.NewServeMux()
	for _, r := range s.conferenceRoutes() {
		mux.HandleFunc(r.Method+" "+r.Pattern, func(w http.ResponseWriter, req *http.Request) {
			v := &visit{w: w, r: req, person: account.Person{ID: x.person}}
			v.page = s.newPage(v)
			err := s.look(v, func(conference.Viewer) bool { return true })
			if err == nil {
				err = r.Serve(v)
			}
			if err != nil {
				w.WriteHeader(v.page.problem(err).Status)
			}
		})
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req := httptest.NewRequest(method, path, body)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, req)
	return answer
}

// post sends a form with what the person has seen, and wants the status.
func (x sit) post(path string, want int, pairs ...string) string {
	x.t.Helper()
	form := url.Values{"key": {"k"}, "seen": {strconv.Itoa(len(x.venue.scene.See(x.person).Acts))}}
	for k := 0; k+1 < len(pairs); k += 2 {
		form.Set(pairs[k], pairs[k+1])
	}
	answer := x.serve("POST", "/c/"+conftest.ConferenceID+"/"+path, form)
	if answer.Code != want {
		x.t.Fatalf("%s: status %d, not %d\n%s", path, answer.Code, want, excerpt(answer.Body.String()))
	}
	return answer.Body.String()
}

func excerpt(html string) string {
	if at := strings.Index(html, `role="alert"`); at >= 0 {
		return html[at:min(len(html), at+600)]
	}
	return html[:min(len(html), 300)]
}

func TestOfferIsReadBackThenSentThenAnswered(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Bargaining)
	venue := &recorder{scene: scene}
	heads := scene.Heads()
	us, them := sit{t, venue, heads[0]}, sit{t, venue, heads[1]}
	fields := []string{"form", "offer", "note", hostile}
	for _, issue := range portsmouth.SortedKeys(conftest.Package()) {
		fields = append(fields, "term."+issue, conftest.Package()[issue])
	}
	html := us.post("offer", http.StatusOK, fields...)
	if len(venue.sent) != 0 || !strings.Contains(html, "Read your offer back") || strings.Contains(html, "<script>alert") {
		t.Fatal("the offer was not read back, or was sent before it was confirmed")
	}
	us.post("make-offer", http.StatusSeeOther, fields...)
	offers := scene.See(heads[1]).Standing()
	o := offers[len(offers)-1]
	if o.Party != heads[0] || !o.Whole || o.Note != hostile {
		t.Fatalf("the offer that stands is not the one written: %+v", o.OfferMade)
	}
	if page := them.serve("GET", "/c/x/offers/"+o.Offer+"/accept", nil); page.Code != http.StatusOK {
		t.Fatalf("the offer is not read back before it is accepted: %d", page.Code)
	}
	them.post("accept-offer", http.StatusSeeOther, "offer", o.Offer)
	if scene.Stage() != conference.TextStage {
		t.Errorf("after the acceptance the stage is %s", scene.Stage())
	}
}

func TestWhatWasWrittenInAConferenceIsKept(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Bargaining)
	venue := &recorder{scene: scene}
	us := sit{t, venue, scene.Heads()[0]}
	theirs := scene.See(us.person).Standing()[1].Offer
	// A refusal: no reason given.
	if html := us.post("reject-offer", http.StatusUnprocessableEntity, "form", "reject", "offer", theirs, "reason", "  "); !strings.Contains(html, "text-given") {
		t.Error("the page does not name the rule that refused")
	}
	// A conflict: something happened since the page was read.
	html := us.post("reject-offer", http.StatusConflict, "form", "reject", "offer", theirs, "reason", "It is <too> little", "seen", "3")
	if !strings.Contains(html, "It is &lt;too&gt; little") || len(venue.sent) != 1 {
		t.Error("what was written is lost, or was sent all the same")
	}
}

func TestInitialsAndSignatureThroughTheForms(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.TextStage)
	venue := &recorder{scene: scene}
	for _, head := range scene.Heads() {
		fields := []string{"form", "initials"}
		for id, digest := range scene.Initials(head).Articles {
			fields = append(fields, "digest."+id, digest)
		}
		sit{t, venue, head}.post("initial-articles", http.StatusSeeOther, fields...)
	}
	if scene.Stage() != conference.Signature {
		t.Fatalf("all have initialled, and the stage is %s", scene.Stage())
	}
	bundle := sit{t, venue, scene.Heads()[0]}.serve("GET", "/c/"+conftest.ConferenceID+"/treaty.json", nil)
	b, err := treaty.ReadBundle(bundle.Body.Bytes())
	if err != nil || b.Conference != conftest.ConferenceID || b.Digest.String() != scene.See(scene.Heads()[0]).TextDigest() {
		t.Errorf("the file handed over is not the text: %v", err)
	}
}

func TestSecretAnswerStaysInTheDelegation(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Bargaining)
	if _, err := scene.Do("mediator", conference.PutProposal{Terms: conftest.Package(), Closes: scene.Now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	venue := &recorder{scene: scene}
	us := sit{t, venue, scene.Heads()[0]}
	others := func() string {
		var all strings.Builder
		for _, who := range []string{"mediator", scene.Heads()[1]} {
			for _, page := range []string{"proposal", "", "rooms"} {
				all.WriteString(sit{t, venue, who}.serve("GET", strings.TrimSuffix("/c/x/"+page, "/"), nil).Body.String())
			}
		}
		return all.String()
	}
	now := scene.Now
	before := others()
	us.post("answer-proposal", http.StatusSeeOther, "proposal", scene.See("mediator").OpenProposal().Proposal, "answer", "accept")
	scene.Now = now
	if others() != before {
		t.Error("a secret answer has changed what others see")
	}
	if html := us.serve("GET", "/c/x/proposal", nil).Body.String(); !strings.Contains(html, "Your answer now: agreed.") {
		t.Error("the delegation does not see its own answer")
	}
}

func TestRoomsOfOthersAreNotFound(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Bargaining)
	x := sit{t, &recorder{scene: scene}, scene.Heads()[0]}
	for path, want := range map[string]int{
		"rooms/caucus-" + scene.Heads()[0]: http.StatusOK, "rooms/caucus-" + scene.Heads()[1]: http.StatusNotFound,
		"rooms/notes": http.StatusNotFound, "rooms/nowhere": http.StatusNotFound, "offers/none": http.StatusNotFound,
	} {
		if got := x.serve("GET", "/c/x/"+path, nil).Code; got != want {
			t.Errorf("%s: status %d, not %d", path, got, want)
		}
	}
}

// BenchmarkTable measures the table of a conference of a thousand acts, from the view to the last byte.
func BenchmarkTable(b *testing.B) {
	scene := conftest.NewScene(conftest.Options{})
	if err := scene.To(conference.Bargaining); err != nil {
		b.Fatal(err)
	}
	for k := 0; len(scene.Log) < 1000; k++ {
		head := scene.Heads()[k%2]
		var c conference.Command = conference.Speak{Room: "plenary", Text: "A statement of the usual length, such as one makes at a table."}
		if k%5 == 0 {
			c = conference.MakeOffer{Terms: conftest.Package(), Note: "An offer"}
		}
		if _, err := scene.Do(head, c); err != nil {
			b.Fatal(err)
		}
	}
	size := 0
	for b.Loop() {
		view := scene.See(scene.Heads()[0])
		size = len(draw(b, tablePage(sheetFor(view, scene.Now, "en", nil))))
	}
	b.ReportMetric(float64(size), "bytes")
}
