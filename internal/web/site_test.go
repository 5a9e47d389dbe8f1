package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
)

func TestEveryRouteSaysForWhom(t *testing.T) {
	s := &site{}
	for _, r := range s.routes() {
		if s.gate(r.Audience) == nil {
			t.Errorf("%s %s: %q is no audience", r.Method, r.Pattern, r.Audience)
		}
		decided := []Audience{Viewer, Seat, Delegation, Mediator}
		if slices.Contains(decided, r.Audience) != strings.HasPrefix(r.Pattern, "/c/{id}") {
			t.Errorf("%s %s is for %s: only addresses of a conference are decided by what one may see of it, and all are",
				r.Method, r.Pattern, r.Audience)
		}
	}
	for _, wrong := range []Audience{"", "everybody"} {
		_, err := s.mux([]route{{"GET", "/x", wrong, s.door}})
		if err == nil {
			t.Errorf("a route for %q was accepted", wrong)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := newHouse(t, nil)
	b := h.browser(t)
	for _, path := range []string{"/", "/nothing", "/host", "/i/unknown", "/seat/komura/"} {
		p := b.get(path)
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := p.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		for _, inline := range []string{"<style", " style=", " onclick", "javascript:"} {
			if strings.Contains(p.body, inline) {
				t.Errorf("%s has %q inline", path, inline)
			}
		}
		if strings.Contains(strings.ReplaceAll(p.body, "http://www.w3.org/2000/svg", ""), "http") {
			t.Errorf("%s names an address outside", path)
		}
	}
}

func TestFilesAreSmallAndKept(t *testing.T) {
	h := newHouse(t, nil)
	b := h.browser(t)
	total := 0
	for _, m := range regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`).FindAllStringSubmatch(b.get("/").body, -1) {
		r, _ := http.NewRequest(http.MethodGet, h.URL+m[1], nil)
		r.Header.Set("Accept-Encoding", "gzip") // so that the client does not unpack
		p := b.do(r).want(t, 200)
		if !strings.Contains(p.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s may not be kept", m[1])
		}
		if len(p.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s sets a cookie", m[1])
		}
		total += len(p.body)
	}
	// What only pages of a conference load, and the letters that the style sheet names.
	s := loadStatic()
	for _, name := range []string{"vendor/htmx.min.js", "vendor/hx-sse.min.js", "conference.css", "conference.js", "fonts/serif.woff2", "fonts/serif-600.woff2"} {
		f := s.files[name]
		if f.plain == nil {
			t.Errorf("there is no %s", name)
		}
		size := len(f.squeeze)
		if f.squeeze == nil {
			size = len(f.plain)
		}
		total += size
	}
	if total > 130_000 {
		t.Errorf("the files of a first load are %d bytes, which leaves too little of 150 KB for the page", total)
	}
	t.Logf("the files of a first load: %d bytes", total)
	b.get("/static/x/../../go.mod").want(t, 404)
}

func TestStrangersFormsAreRefused(t *testing.T) {
	h := newHouse(t, nil)
	b := h.convener(t, "Ada")
	for _, header := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site"},
		{"Sec-Fetch-Site": "same-site"},
		{"Origin": "https://stranger.example"},
		{"Origin": "null"},
	} {
		form := url.Values{"title": {"x"}, "party1": {"a"}, "party2": {"b"}, "language": {"en"}}
		r, _ := http.NewRequest(http.MethodPost, h.URL+"/convene", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range header {
			r.Header.Set(name, value)
		}
		b.do(r).want(t, 403, "came from another site")
	}
	if n, err := h.venue.Count(t.Context()); err != nil || n != 0 {
		t.Errorf("a stranger's form founded %d conferences (%v)", n, err)
	}
}

func TestTooLargeAForm(t *testing.T) {
	h := newHouse(t, nil)
	b := h.convener(t, "Ada")
	b.post("/convene", "title", strings.Repeat("x", maxBody)).want(t, 429)
}

// TestConvening plays a conference's beginning through the screens: links, questions, answers, seats.
func TestConvening(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	first := ada.post("/convene", harbour("own", "mediator")...).want(t, 200, "2 links to give away", "Head of delegation, The city")
	links := first.links(ada)
	if len(links) != 2 {
		t.Fatalf("the page shows %d links, want those of the two heads", len(links))
	}

	// Looking uses nothing up; asking needs no account.
	bea := h.browser(t)
	for range 3 {
		bea.get(links[0]).want(t, 200, "Ada invites you to a conference", "The harbour", "Must I?", "What does it cost?",
			"What is binding?", "Who sees what?", "How do I leave?", "Whom do I call?")
	}
	bea.post(links[0]+"/ask", "text", "Who pays for the coffee?").want(t, 200, "Who pays for the coffee?", "Not answered yet.")
	conf := regexp.MustCompile(`/c/[0-9a-f]{32}`).FindString(first.body)
	asked := ada.get(conf+"/invitations").want(t, 200, "Who pays for the coffee?")
	invite := regexp.MustCompile(`name="invitation" value="([0-9a-f]+)"`).FindStringSubmatch(asked.body)[1]
	ada.post(conf+"/invitations/answer", "invitation", invite, "text", "The city does.").want(t, 200, "The city does.")
	bea.get(links[0]).want(t, 200, "The city does.")

	// A name is needed, and what was wrong is said.
	bea.post(links[0]+"/accept", "name", "  ").want(t, 422, "A name is needed.")
	in := bea.post(links[0]+"/accept", "name", "Bea of the city").want(t, 200)
	if in.url != conf {
		t.Errorf("the seat leads to %s, want %s", in.url, conf)
	}
	bea.get("/me").want(t, 200, "The harbour", "Head of delegation, The city")
	if p := bea.get(links[0]); p.url != conf {
		t.Errorf("one's own used link leads to %s, want %s", p.url, conf)
	}

	// The link is spent for everybody else.
	eve := h.browser(t)
	eve.get(links[0]).want(t, 410, "has been used")
	eve.post(links[0]+"/accept", "name", "Eve").want(t, 410)
	eve.get(conf).want(t, 404)

	cid := h.browser(t)
	cid.post(links[1]+"/decline", "reason", "Too busy").want(t, 200, "has been declined")
	ada.get(conf+"/invitations").want(t, 200, "Declined", "Too busy", "Accepted")
}

func TestAFormSentTwiceCountsOnce(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	ada.post("/convene", harbour()...).want(t, 200)
	again := ada.post("/convene", harbour()...).want(t, 200, "3 links to give away")
	if n, err := h.venue.Count(t.Context()); err != nil || n != 1 {
		t.Fatalf("the form founded %d conferences (%v)", n, err)
	}
	if got := strings.Count(again.body, `id="invitation-`); got != 3 {
		t.Errorf("there are %d invitations, want 3", got)
	}
	bea := h.browser(t)
	bea.post(again.links(ada)[0]+"/accept", "name", "Bea").want(t, 200)
}

func TestWhatWasWrittenIsKept(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	ada.post("/convene", "title", "Alone", "party1", "The “city”", "language", "en", "place", "Here").
		want(t, 422, `value="Alone"`, `value="The “city”"`, `value="Here"`)
}

func TestLinksCanBeRenewedAndTakenBack(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	first := ada.post("/convene", harbour()...).want(t, 200)
	conf := regexp.MustCompile(`/c/[0-9a-f]{32}`).FindString(first.body)
	invite := regexp.MustCompile(`name="invitation" value="([0-9a-f]+)"`).FindStringSubmatch(first.body)[1]
	old := first.links(ada)[0]
	renewed := ada.post(conf+"/invitations/renew", "invitation", invite).want(t, 200, "One link to give away").links(ada)
	bea := h.browser(t)
	bea.get(old).want(t, 410, "has been withdrawn")
	bea.get(renewed[0]).want(t, 200)
	ada.post(conf+"/invitations/revoke", "invitation", invite).want(t, 200, "Taken back")
	bea.post(renewed[0]+"/accept", "name", "Bea").want(t, 410)
}

// TestUnknownAndForbiddenAreTheSame compares what a stranger and an outsider with an account get for what is not there
// and for what is not theirs.
func TestUnknownAndForbiddenAreTheSame(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	first := ada.post("/convene", harbour()...).want(t, 200)
	conf := regexp.MustCompile(`/c/[0-9a-f]{32}`).FindString(first.body)
	none := "/c/" + strings.Repeat("0", 32)
	eve, nobody := h.convener(t, "Eve"), h.browser(t)
	for _, who := range []*browser{eve, nobody} {
		for _, path := range []string{"", "/invitations", "/live", "/rules", "/text", "/public"} {
			theirs, unknown := who.get(conf+path), who.get(none+path)
			if theirs.status != 404 || theirs.body != unknown.body {
				t.Errorf("%s answers %d, unlike what is unknown", path, theirs.status)
			}
		}
		if got, want := who.get("/host").body, who.get("/nothing").body; got != want {
			t.Errorf("the host's page is not like what is unknown")
		}
		who.post(conf+"/invitations", "role", "observer").want(t, 404)
	}
	eve.get("/host").want(t, 404)
	nobody.get("/convene").want(t, 403, "come in by your link")
	nobody.get("/me").want(t, 403)
}

func TestWayBack(t *testing.T) {
	h := newHouse(t, nil)
	token, created, err := h.accounts.EnsureHost(t.Context())
	if err != nil || !created {
		t.Fatal(created, err)
	}
	host := h.browser(t)
	for range 2 {
		host.get("/back/"+token).want(t, 200, "Opening this page has not used it up.")
	}
	if p := host.post("/back/"+token).want(t, 200, "The host’s page"); p.url != "/host" {
		t.Errorf("the host comes in at %s", p.url)
	}
	host.post("/back/"+token).want(t, 410, "used or has expired")

	made := host.post("/me/link").want(t, 200, "It is shown this once.").links(host)
	other := h.browser(t)
	other.post(made[0]).want(t, 200, "The host’s page")
	invite := host.post("/host/invite").want(t, 200, "Give this to that person").links(host)
	h.browser(t).get(invite[0]).want(t, 200, "You may convene here")
	host.post("/sign-out").want(t, 200)
	host.get("/host").want(t, 404)
}

func TestConfirmingByName(t *testing.T) {
	h := newHouse(t, nil)
	now := time.Now()
	h.accounts.Now = func() time.Time { return now }
	ada := h.convener(t, "Ada Lovelace")
	now = now.Add(11 * time.Minute)
	p := ada.post("/me/link").want(t, 200, "Confirm that it is you")
	if p.url != "/me/confirm?next=%2Fme" {
		t.Errorf("the proof is asked for at %s", p.url)
	}
	ada.post("/me/confirm", "next", "/me", "name", "Eve").want(t, 422, "not the name")
	if p := ada.post("/me/confirm", "next", "/me", "name", "ada  lovelace").want(t, 200); p.url != "/me" {
		t.Errorf("the proof leads to %s", p.url)
	}
	ada.post("/me/link").want(t, 200, "It is shown this once.")
}

func TestNoLinkLeadsElsewhere(t *testing.T) {
	for path, want := range map[string]string{
		"/me": "/me", "/c/ab/text?x=1": "/c/ab/text?x=1", "": "/", "//evil.example": "/", "/\\evil.example": "/",
		"https://evil.example": "/", "javascript:alert(1)": "/", "/a\nb": "/", "/%2f": "/",
	} {
		if got := localPath(path); got != want {
			t.Errorf("localPath(%q) is %q, want %q", path, got, want)
		}
	}
}

func TestEnteringByATypedLink(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	link := ada.post("/convene", harbour()...).links(ada)[0]
	b := h.browser(t)
	for _, typed := range []string{h.URL + link, link, strings.TrimPrefix(link, "/i/"), " " + h.URL + link + " "} {
		if p := b.post("/enter", "link", typed).want(t, 200, "The harbour"); p.url != link {
			t.Errorf("%q leads to %s", typed, p.url)
		}
	}
	b.post("/enter", "link", "https://stranger.example/x").want(t, 422, "not a link of this venue", `value="https://stranger.example/x"`)
}

func TestLanguages(t *testing.T) {
	h := newHouse(t, nil)
	b := h.browser(t)
	b.get("/").want(t, 200, "Come in, sit down, settle it.", `<html lang="en">`)
	b.get("/?lang=fr").want(t, 200, "Entrez, asseyez-vous, réglez-le.", `<html lang="fr">`)
	b.get("/").want(t, 200, "Entrez, asseyez-vous, réglez-le.")
	b.get("/nothing").want(t, 404, "Rien ici")
	r, _ := http.NewRequest(http.MethodGet, h.URL+"/", nil)
	r.Header.Set("Accept-Language", "fr-CH, en;q=0.5")
	h.browser(t).do(r).want(t, 200, "Entrez, asseyez-vous, réglez-le.")
}

func TestConvenedFromAFile(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	ada.post("/convene/file", "key", "f", "pasted", "schema: nonsense\n").want(t, 422, "nothing was founded", "scenario.yaml:1:")
	raw, err := readExample("harbour/scenario.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := ada.post("/convene/file", "key", "f", "pasted", raw).want(t, 200, "links to give away")
	conf := regexp.MustCompile(`/c/[0-9a-f]{32}`).FindString(p.body)
	view, err := h.venue.LookInvited(t.Context(), strings.TrimPrefix(conf, "/c/"), regexp.MustCompile(`name="invitation" value="([0-9a-f]+)"`).FindStringSubmatch(p.body)[1])
	if err != nil {
		t.Fatal(err)
	}
	if view.Proposed == nil || len(view.Invitations) < 3 {
		t.Errorf("the file's rules and people are not there: %d invitations", len(view.Invitations))
	}
}

// broken is a venue whose database has gone.
type broken struct{ Conferences }

func (broken) Listed(context.Context) ([]*conference.View, error) {
	return nil, errors.New("disk: secret detail")
}

func (broken) Mine(context.Context, string) ([]*conference.View, error) { panic("secret fault") }

func TestFaultsAreAnsweredWithoutDetails(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Venue = broken{o.Venue} })
	b := h.browser(t)
	for _, p := range []page{b.get("/"), h.convener(t, "Ada").get("/me")} {
		p.want(t, 500, "Our fault")
		if strings.Contains(p.body, "secret") {
			t.Errorf("the page of a fault has its details")
		}
	}
}

func TestSeatsExistInTheDemonstrationOnly(t *testing.T) {
	demo := &fakeDemo{}
	h := newHouse(t, func(o *Options) { o.Demo = demo })
	person, err := h.accounts.NewPerson(t.Context(), "Komura")
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.venue.Found(t.Context(), person.ID, conference.Found{
		Title: portsmouth.Text{"en": "Portsmouth"}, Languages: []string{"en"}, Replay: true,
		Parties: []portsmouth.Party{{ID: "japan", Name: portsmouth.Text{"en": "Japan"}}, {ID: "russia", Name: portsmouth.Text{"en": "Russia"}}},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	demo.seats = []DemoSeat{
		{Name: "komura", Title: portsmouth.Text{"en": "Komura, Foreign Minister"}, Person: person.ID, Conference: r.Conference},
		{Name: "press", Title: portsmouth.Text{"en": "A journalist"}, Conference: r.Conference},
	}
	b := h.browser(t)
	b.get("/").want(t, 200, "Take a seat", "Komura", "A journalist", "Replay of history", "/seat/komura/c/"+r.Conference)
	b.get("/seat/komura/c/"+r.Conference+"/invitations").want(t, 200, "You sit as Komura", `action="/seat/komura/c/`)
	b.get("/seat/press/c/"+r.Conference+"/invitations").want(t, 404)
	b.get("/seat/nobody/").want(t, 404)
	b.get("/c/"+r.Conference+"/invitations").want(t, 404)
	if p := b.post("/seat/komura/demo/next", "back", "/me").want(t, 200); p.url != "/seat/komura/me" || demo.done != 1 {
		t.Errorf("the next act led to %s after %d acts", p.url, demo.done)
	}
	b.post("/demo/until", "until", "1905-08-28").want(t, 200)
	if want := time.Date(1905, 8, 28, 23, 59, 59, 0, time.UTC); !demo.until.Equal(want) {
		t.Errorf("history was followed until %s, want %s", demo.until, want)
	}
	b.post("/demo/until", "until", "soon").want(t, 422)

	plain := newHouse(t, nil)
	plain.browser(t).get("/seat/komura/me").want(t, 404)
	plain.browser(t).post("/demo/next").want(t, 404)
}

// fakeDemo counts what is asked of a demonstration.
type fakeDemo struct {
	seats []DemoSeat
	done  int
	until time.Time
}

func (d *fakeDemo) Seats() []DemoSeat { return d.seats }

func (d *fakeDemo) Next(context.Context) (string, error) {
	d.done++
	return "next", nil
}

func (d *fakeDemo) Until(_ context.Context, t time.Time) error {
	d.until = t
	return nil
}

func (d *fakeDemo) Position() (int, int) { return d.done, 9 }
