package web

import (
	"encoding/json"
	"encoding/xml"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
	"portsmouth/internal/words"
)

// feedHouse is a house with a conference under these rules, from this stage on.
func feedHouse(t *testing.T, rules conference.Rules, stage conference.Stage) *house {
	t.Helper()
	h := newHouse(t, func(o *Options) { o.Venue.(*venue.Venue).RecordKey = worldKey(t) })
	scene := conftest.NewScene(conftest.Options{Rules: rules})
	must(t, scene.To(stage))
	a := conference.Append{Conference: conftest.ConferenceID, Index: conference.IndexOf(scene.Log)}
	for _, e := range scene.Log {
		room, body, err := conference.EncodeEvent(e)
		must(t, err)
		a.Acts = append(a.Acts, conference.Stored{Room: room, Body: body})
	}
	_, err := h.venue.Store.Append(t.Context(), a)
	must(t, err)
	must(t, h.venue.BeginRecords(t.Context()))
	return h
}

// does has somebody act.
func (h *house) does(t *testing.T, person string, c conference.Command) venue.Receipt {
	t.Helper()
	receipt, err := h.venue.Do(t.Context(), venue.Request{Conference: conftest.ConferenceID, Person: person, Command: c, Seen: -1})
	must(t, err)
	return receipt
}

// readFeed is an Atom document as another program reads it: with names of its own, and every element in its namespace.
type readFeed struct {
	XMLName xml.Name   `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      []string   `xml:"http://www.w3.org/2005/Atom id"`
	Title   []string   `xml:"http://www.w3.org/2005/Atom title"`
	Updated []string   `xml:"http://www.w3.org/2005/Atom updated"`
	Author  []string   `xml:"http://www.w3.org/2005/Atom author>name"`
	Links   []readLink `xml:"http://www.w3.org/2005/Atom link"`
	Entries []struct {
		ID      []string   `xml:"http://www.w3.org/2005/Atom id"`
		Title   []string   `xml:"http://www.w3.org/2005/Atom title"`
		Updated []string   `xml:"http://www.w3.org/2005/Atom updated"`
		Links   []readLink `xml:"http://www.w3.org/2005/Atom link"`
		Content struct {
			Type string `xml:"type,attr"`
			Div  struct {
				Paragraphs []string `xml:"http://www.w3.org/1999/xhtml p"`
			} `xml:"http://www.w3.org/1999/xhtml div"`
		} `xml:"http://www.w3.org/2005/Atom content"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

type readLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

var uuid = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// validFeed reads a feed and wants what RFC 4287 requires.
func validFeed(t *testing.T, p page, self string) readFeed {
	t.Helper()
	p.want(t, http.StatusOK)
	if kind := p.header.Get("Content-Type"); kind != "application/atom+xml; charset=utf-8" {
		t.Errorf("%s is %s", self, kind)
	}
	var f readFeed
	if err := xml.Unmarshal([]byte(p.body), &f); err != nil {
		t.Fatalf("%s: %v\n%s", self, err, p.body)
	}
	ids := map[string]bool{}
	one := func(where string, list []string, right func(string) bool) {
		if len(list) != 1 || !right(list[0]) {
			t.Errorf("%s: %s is %q", self, where, list)
		}
	}
	text := func(s string) bool { return strings.TrimSpace(s) != "" }
	date := func(s string) bool { _, err := time.Parse(time.RFC3339, s); return err == nil }
	once := func(s string) bool { defer func() { ids[s] = true }(); return uuid.MatchString(s) && !ids[s] }
	one("id", f.ID, once)
	one("title", f.Title, text)
	one("updated", f.Updated, date)
	one("author", f.Author, text)
	if !slices.Contains(f.Links, readLink{"self", "application/atom+xml", self}) {
		t.Errorf("%s has no link to itself: %v", self, f.Links)
	}
	for _, e := range f.Entries {
		one("an entry's id", e.ID, once)
		one("an entry's title", e.Title, text)
		one("an entry's updated", e.Updated, date)
		if len(e.Links) != 1 || e.Links[0].Rel != "alternate" || e.Content.Type != "xhtml" || len(e.Content.Div.Paragraphs) == 0 {
			t.Errorf("%s: an entry with %v, %v", self, e.Links, e.Content)
		}
		if e.Updated[0] > f.Updated[0] {
			t.Errorf("%s is older than its entry %s", self, e.Title[0])
		}
	}
	return f
}

const feedConference = "/c/" + conftest.ConferenceID

func TestFeedIsValidAndItsIDsStay(t *testing.T) {
	h := feedHouse(t, conftest.Rules(), conference.Bargaining)
	b := h.browser(t)
	first := validFeed(t, b.get(feedConference+"/feed.en.atom"), h.URL+feedConference+"/feed.en.atom")
	if len(first.Entries) != 1 {
		t.Fatalf("%d entries of a conference that has begun", len(first.Entries))
	}
	said := portsmouth.Text{"en": "They met <again> & will meet.\n\nSoon.", "fr": "Ils se sont revus."}
	drafted := h.does(t, "mediator", conference.ProposeCommunique{Text: said})
	for _, head := range []string{"north", "south"} {
		h.does(t, head, conference.AgreeCommunique{Communique: drafted.Act})
	}
	h.does(t, "north", conference.BreakOff{Reason: "Secret reason"})
	p := b.get(feedConference + "/feed.en.atom")
	feed := validFeed(t, p, h.URL+feedConference+"/feed.en.atom")
	if len(feed.Entries) != 3 || feed.ID[0] != first.ID[0] || feed.Entries[2].ID[0] != first.Entries[0].ID[0] ||
		strings.Join(feed.Entries[2].Content.Div.Paragraphs, "") != strings.Join(first.Entries[0].Content.Div.Paragraphs, "") {
		t.Errorf("what was published before is not as it was:\n%s", p.body)
	}
	if got := strings.Join(feed.Entries[1].Content.Div.Paragraphs, "|"); got != "They met <again> & will meet.|Soon." {
		t.Errorf("the communiqué reads %q", got)
	}
	if strings.Contains(p.body, "Secret reason") {
		t.Error("the feed says why the conference was broken off")
	}
	french := validFeed(t, b.get(feedConference+"/feed.fr.atom"), h.URL+feedConference+"/feed.fr.atom")
	if french.Lang != "fr" || french.Entries[1].Content.Div.Paragraphs[0] != "Ils se sont revus." || french.ID[0] == feed.ID[0] ||
		french.Entries[1].ID[0] != feed.Entries[1].ID[0] {
		t.Errorf("the French feed: %+v", french)
	}
	page := b.get(feedConference + "/public").body
	for _, e := range feed.Entries {
		if _, anchor, _ := strings.Cut(e.Links[0].Href, "#"); !strings.Contains(page, `id="`+anchor+`"`) {
			t.Errorf("%s leads nowhere", e.Links[0].Href)
		}
	}
	if !strings.Contains(page, `<link rel="alternate" type="application/atom+xml"`) {
		t.Error("the page does not name its feed")
	}
}

func TestFeedsCanBeKept(t *testing.T) {
	h := feedHouse(t, conftest.Rules(), conference.Bargaining)
	for _, path := range []string{
		feedConference + "/feed.atom", feedConference + "/feed.fr.atom", feedConference + "/public.json", "/feed.atom", "/feed.en.atom",
	} {
		for who, b := range map[string]*browser{"anyone": h.browser(t), "Eve": h.convener(t, "Eve")} {
			p := b.get(path).want(t, http.StatusOK)
			tag := p.header.Get("Etag")
			if !strings.HasPrefix(tag, `"`) || !strings.Contains(p.header.Get("Cache-Control"), "public") || p.header.Get("Set-Cookie") != "" {
				t.Errorf("%s for %s cannot be kept: %v", path, who, p.header)
			}
			r, err := http.NewRequest(http.MethodGet, h.URL+path, nil)
			must(t, err)
			r.Header.Set("If-None-Match", tag)
			if again := b.do(r); again.status != http.StatusNotModified {
				t.Errorf("%s for %s, asked again: %d", path, who, again.status)
			}
		}
	}
	r, err := http.NewRequest(http.MethodGet, h.URL+"/feed.atom", nil)
	must(t, err)
	r.Header.Set("Accept-Language", "fr")
	if f := validFeed(t, h.browser(t).do(r), h.URL+"/feed.fr.atom"); f.Lang != "fr" || len(f.Entries) != 1 {
		t.Errorf("the venue's feed for a French reader: %+v", f)
	}
}

// Of a conference that the public does not know there is no feed and no data, not even for those at its table.
func TestAnUnlistedConferenceHasNoFeed(t *testing.T) {
	rules := conftest.Rules()
	rules.Publicity.Listed, rules.Publicity.Comments = false, true
	h := feedHouse(t, rules, conference.Bargaining)
	b := h.browser(t)
	for _, path := range []string{"/feed.atom", "/feed.en.atom", "/public.json"} {
		if here, nowhere := b.get(feedConference+path), b.get("/c/nowhere"+path); here.status != http.StatusNotFound || here.body != nowhere.body {
			t.Errorf("%s: %d", path, here.status)
		}
	}
	here := b.post(feedConference+"/submit-comment", "name", "Eve", "text", "Is there peace?")
	nowhere := b.post("/c/nowhere/submit-comment", "name", "Eve", "text", "Is there peace?")
	if here.status != http.StatusNotFound || here.body != nowhere.body || here.header.Get("Set-Cookie") != nowhere.header.Get("Set-Cookie") {
		t.Errorf("a comment: %d", here.status)
	}
	if f := b.get("/feed.en.atom").want(t, http.StatusOK); strings.Contains(f.body, "<entry>") {
		t.Error("the venue's feed tells of it")
	}
}

// The data are what the page says, and the schedule says of everything when it becomes public.
func TestPublicDataSaysWhatThePageSays(t *testing.T) {
	rules := conftest.Rules()
	rules.Publicity.TextNotBefore = conftest.Start.AddDate(1, 0, 0)
	h := feedHouse(t, rules, conference.Bargaining)
	b := h.browser(t)
	var d publicData
	must(t, json.Unmarshal([]byte(b.get(feedConference+"/public.json").want(t, http.StatusOK).body), &d))
	if d.Format != "portsmouth-public/1" || d.Conference != conftest.ConferenceID || len(d.Parties) != 2 || len(d.Publications) == 0 ||
		d.Record != h.URL+feedConference+"/record" || d.Rules == nil || len(d.People) == 0 {
		t.Errorf("the data: %+v", d)
	}
	page := html.UnescapeString(b.get(feedConference + "/public").body)
	seen := map[string]string{}
	for _, line := range d.Schedule {
		seen[line.What] = line.When
		if what := words.For("en").T("schedule.what-" + line.What); !strings.Contains(page, what) {
			t.Errorf("the page does not say when this is public: %s", what)
		}
		if line.What == "text" && !line.NotBefore.Equal(rules.Publicity.TextNotBefore) {
			t.Errorf("the text is not public before %v", line.NotBefore)
		}
	}
	if len(seen) != len(conference.Headings) || seen["text"] != conference.ShownSigned || seen["caucuses"] != conference.ShownAtTable {
		t.Errorf("the schedule: %v", seen)
	}
	if !strings.Contains(page, "Not before") {
		t.Error("the page does not say before when the text is not public")
	}
}

// A round that has ended shows with its commitments, and what a party opened; the feed leaves both to those who check.
func TestTheScheduleShowsCommitments(t *testing.T) {
	rules := conftest.Rules()
	rules.Publicity.Rounds = true
	scene := lively(t, conftest.Options{Rules: rules}, conference.Bargaining)
	view := scene.See("nobody")
	commitment := strings.Repeat("ab", 32)
	before := draw(t, publicPage(sheetFor(view, scene.Now, "en", nil), view.Public()))
	view.Publications = append(slices.Clone(view.Publications),
		conference.Publication{ID: "r", At: scene.Now, Published: conference.Published{
			Item: "round", Round: "one", Commitments: []conference.PartyCommitment{{Party: "north", Commitment: commitment}},
		}},
		conference.Publication{ID: "o", At: scene.Now, Published: conference.Published{
			Item: "opening", Opening: &conference.EntryOpened{Round: "one", Party: "north", Payload: json.RawMessage(`{"number":"40"}`)},
		}},
	)
	after := html.UnescapeString(draw(t, publicPage(sheetFor(view, scene.Now, "en", nil), view.Public())))
	for _, want := range []string{commitment, `{"number":"40"}`, "The commitments", "One so far."} {
		if strings.Contains(before, want) || !strings.Contains(after, want) {
			t.Errorf("%q: before the round ended %t, then %t", want, strings.Contains(before, want), strings.Contains(after, want))
		}
	}
	p := pageFor(view, scene.Now, "en")
	if list := p.entries(&site{}, conftest.ConferenceID, view.Public()); len(list) != 1 {
		t.Errorf("%d entries of a feed", len(list))
	}
}
