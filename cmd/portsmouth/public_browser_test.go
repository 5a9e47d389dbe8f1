package main

import (
	"encoding/json"
	"html"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/browsertest"
	"portsmouth/internal/venue"
)

// What the world sees: from the journalist's seat of 1905, and in a browser without an account.

// TestAJournalistSeesCommuniquesOnly: of all that happened in 1905 and is not public, nothing is on the pages, in the feed or
// in the data that the seat of the press may open, and it may open no others.
func TestAJournalistSeesCommuniquesOnly(t *testing.T) {
	p := venue1905(t, "1905-08-28")
	seat := p.origin + "/seat/press/c/" + conference1905
	var shown strings.Builder
	for _, path := range []string{"", "/public", "/feed.en.atom", "/feed.fr.atom", "/public.json"} {
		status, body := fetched(t, seat+path)
		if status != http.StatusOK {
			t.Errorf("the press may read %q, but: %d", path, status)
		}
		shown.WriteString(html.UnescapeString(body))
	}
	for _, path := range []string{
		"/rooms", "/rooms/plenary", "/rooms/delegation", "/offers", "/offer", "/proposal", "/agenda", "/sessions", "/delegation", "/text",
		"/signing", "/after", "/desk", "/round", "/rules", "/invitations", "/preparation", "/comments", "/table/agenda", "/treaty.json",
	} {
		if status, _ := fetched(t, seat+path); status != http.StatusNotFound {
			t.Errorf("the press may not read %s, but: %d", path, status)
		}
	}
	public, withheld := wordsOf1905(t, p)
	if n := strings.Count(shown.String(), "<entry>"); n == 0 || len(withheld) < 100 {
		t.Fatalf("too little to look at: %d entries, %d texts", n, len(withheld))
	}
	for text := range withheld {
		if !public[text] && strings.Contains(shown.String(), text) {
			t.Errorf("the press reads what was not published: %s", text)
		}
	}
}

// wordsOf1905 lists the longer texts of what was done, apart by whether all may see it.
func wordsOf1905(t *testing.T, p *program) (public, withheld map[string]bool) {
	t.Helper()
	stored, err := p.venue.Store.Read(t.Context(), conference1905, 0)
	if err != nil {
		t.Fatal(err)
	}
	public, withheld = map[string]bool{}, map[string]bool{}
	for _, x := range stored {
		into := withheld
		if x.Room == string(conference.ToPublic) {
			into = public
		}
		var body any
		if err := json.Unmarshal(x.Body, &body); err != nil {
			t.Fatal(err)
		}
		longTexts(body, into)
	}
	return public, withheld
}

func longTexts(value any, into map[string]bool) {
	switch value := value.(type) {
	case string:
		if len(value) > 40 && !strings.Contains(value, "\n") {
			into[value] = true
		}
	case []any:
		for _, x := range value {
			longTexts(x, into)
		}
	case map[string]any:
		for _, x := range value {
			longTexts(x, into)
		}
	}
}

// publicVenue is a program with a conference on which the public may comment, and in which a round has ended.
func publicVenue(t *testing.T) *program {
	t.Helper()
	p, err := newProgram(t.Context(), place{data: t.TempDir()}, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.close() })
	rules := conftest.Rules()
	rules.Publicity.Comments, rules.Publicity.Rounds = true, true
	rules.Publicity.TextNotBefore = conftest.Start.AddDate(300, 0, 0)
	scene := conftest.NewScene(conftest.Options{Rules: rules})
	if err := scene.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	a := conference.Append{Conference: conftest.ConferenceID, Index: conference.IndexOf(scene.Log)}
	for _, e := range scene.Log {
		room, body, err := conference.EncodeEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		a.Acts = append(a.Acts, conference.Stored{Room: room, Body: body})
	}
	if _, err := p.venue.Store.Append(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if err := p.start(t.Context(), nil, easternTime()); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTheWorldCommentsAndIsAnswered writes a comment in a browser, without script and without an account, and reads the answer.
func TestTheWorldCommentsAndIsAnswered(t *testing.T) {
	browser := browsertest.New(t)
	p := publicVenue(t)
	do := func(person string, c conference.Command) venue.Receipt {
		t.Helper()
		got, err := p.venue.Do(t.Context(), venue.Request{Conference: conftest.ConferenceID, Person: person, Command: c, Seen: -1})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	w := browser.Window(t)
	page := p.origin + "/c/" + conftest.ConferenceID + "/public"
	w.NoScript(true)
	for k, text := range []string{"Will the fishing grounds stay open to small boats?", "Who pays for the lighthouse?"} {
		w.Goto(page)
		w.Click("#comment summary")
		if k == 0 { // then the page knows the name
			w.Append("#comment-name", "Ada Marsh")
		}
		w.Append("#comment-text", text)
		w.Follow("#comment button")
		if own := w.Text(".own-comments"); !strings.Contains(own, text) || !strings.Contains(own, "Waits for an answer") {
			t.Errorf("the page that follows says %q", own)
		}
	}
	view, err := p.venue.Look(t.Context(), conftest.ConferenceID, "mediator")
	if err != nil || len(view.Comments) != 2 {
		t.Fatalf("%d comments: %v", len(view.Comments), err)
	}
	do("mediator", conference.AnswerComment{
		Comment: view.Comments[0].Comment, Answer: conference.TakenUp, Text: "Boats under twelve metres are now under head 2.",
	})
	put := do("mediator", conference.ProposeCommunique{Text: portsmouth.Text{"en": "The delegations met for two hours.", "fr": "Les délégations se sont vues deux heures."}})
	for _, head := range []string{"north", "south"} {
		do(head, conference.AgreeCommunique{Communique: put.Act})
	}
	w.NoScript(false)
	w.Goto(page)
	if said := w.Text("#comments"); !strings.Contains(said, "Boats under twelve metres") || !strings.Contains(said, "Taken up") {
		t.Errorf("the comments read %q", said)
	}
	w.Click("#comment summary")
	for _, v := range w.Axe(t) {
		t.Errorf("with the form open: %v", v)
	}
	photograph(t, w, "public-form")
	see(t, w, "public-comments", page)
	other := browser.Window(t)
	other.Goto(page)
	if said := other.Text("#comments"); strings.Contains(said, "lighthouse") || !strings.Contains(said, "fishing grounds") {
		t.Errorf("another reader is shown %q", said)
	}
}
