package web

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth/internal/account"
	"portsmouth/internal/live"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
)

// house is a whole venue on a database of its own, served over HTTP.
type house struct {
	*httptest.Server
	venue    *venue.Venue
	accounts *account.Service
}

// newHouse opens a venue. With change its options can be made others.
func newHouse(t *testing.T, change func(*Options)) *house {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "venue.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		keptRecords(t, db)
		_ = db.Close()
	})
	h := &house{}
	var handler http.Handler
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(func() {
		h.CloseClientConnections() // streams have no end of their own
		h.Close()
	})
	h.URL = strings.Replace(h.URL, "127.0.0.1", "localhost", 1) // passkeys need a name
	if h.accounts, err = account.NewService(db, h.URL); err != nil {
		t.Fatal(err)
	}
	hub := &live.Hub{}
	h.venue = venue.New(venue.Options{Store: db, Hub: hub})
	o := Options{Venue: h.venue, Accounts: h.accounts, Origin: h.URL}
	if change != nil {
		change(&o)
	}
	if handler, err = New(o); err != nil {
		t.Fatal(err)
	}
	return h
}

// browser is somebody's browser: cookies, and no script.
type browser struct {
	t    *testing.T
	base string
	http *http.Client
}

func (h *house) browser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, h.URL, &http.Client{Jar: jar}}
}

// page is an answer, read to its end.
type page struct {
	status int
	url    string // where redirects led
	header http.Header
	body   string
}

func (b *browser) do(r *http.Request) page {
	b.t.Helper()
	answer, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{answer.StatusCode, strings.TrimPrefix(answer.Request.URL.String(), b.base), answer.Header, string(body)}
}

func (b *browser) get(path string) page {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

// post sends a form as a browser does that is on a page of the venue.
func (b *browser) post(path string, pairs ...string) page {
	b.t.Helper()
	form := url.Values{}
	for k := 0; k+1 < len(pairs); k += 2 {
		form.Add(pairs[k], pairs[k+1])
	}
	r, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", b.base)
	return b.do(r)
}

// want ends the test unless the page has this status and says all this.
func (p page) want(t *testing.T, status int, says ...string) page {
	t.Helper()
	if p.status != status {
		t.Fatalf("%s answered %d, want %d:\n%.1500s", p.url, p.status, status, p.body)
	}
	for _, s := range says {
		if !strings.Contains(html.UnescapeString(p.body), s) {
			t.Fatalf("%s does not say %q:\n%s", p.url, s, p.body)
		}
	}
	return p
}

var secretLinks = regexp.MustCompile(`value="(http[^"]+/(?:i|back)/[^"]+)"`)

// links finds the links that a page shows once, as paths.
func (p page) links(b *browser) []string {
	var list []string
	for _, m := range secretLinks.FindAllStringSubmatch(p.body, -1) {
		list = append(list, strings.TrimPrefix(html.UnescapeString(m[1]), b.base))
	}
	return list
}

// convener signs somebody in who may convene.
func (h *house) convener(t *testing.T, name string) *browser {
	t.Helper()
	token, err := h.accounts.NewInvitation(t.Context(), "", "", convening, "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b := h.browser(t)
	b.get("/i/"+token).want(t, 200, "You may convene here")
	b.post("/i/"+token+"/accept", "name", name).want(t, 200, "Convene a conference")
	return b
}

// harbour is the form of a small conference.
func harbour(more ...string) []string {
	return append([]string{
		"key", "k1", "title", "The harbour", "place", "Town hall", "party1", "The city", "party2", "The fishers",
		"mediated", "yes", "language", "en",
	}, more...)
}
