package web

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/live"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/seal"
)

// world is a whole venue on a database of its own, in which nothing is left to chance: the test gives the ids, the keys of
// forms and the time. Worlds live in a bubble of testing/synctest, so that the time on pages is the test's too.
type world struct {
	t       testing.TB
	db      *store.Store
	hub     *live.Hub
	venue   *venue.Venue
	account *account.Service
	handler http.Handler
	cookies map[string]string // by person
	asked   int
	covers  *strings.Replacer // of commitments that the eyes cannot open

	mu    sync.Mutex
	now   time.Time
	base  string    // what ids are made from: the act that is being done
	began time.Time // when, by the bubble's time
	ids   int       // made from it
	keys  int       // made for the page that is being drawn
}

// doors makes the accounts of worlds. They must be made outside the bubble: the session library keeps a goroutine that
// never ends. The store comes later.
func doors(t testing.TB, n int) []*door {
	list := make([]*door, n)
	for k := range list {
		d := &door{store: &lateStore{}}
		var err error
		if d.service, err = account.NewService(d.store, worldOrigin); err != nil {
			t.Fatal(err)
		}
		list[k] = d
	}
	return list
}

type door struct {
	store   *lateStore
	service *account.Service
}

type lateStore struct{ account.Store }

const worldOrigin = "http://venue.example"

// newWorld opens a world. With wrap the screens get something else than the venue itself.
func newWorld(t testing.TB, d *door, people []string, wrap func(*world) Conferences) *world {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "venue.db"))
	must(t, err)
	t.Cleanup(func() {
		keptRecords(t, db)
		must(t, db.Close())
	})
	w := &world{t: t, db: db, hub: &live.Hub{}, account: d.service, cookies: map[string]string{}}
	d.store.Store = db
	w.venue = venue.New(venue.Options{Store: db, Hub: w.hub, Clock: worldClock{w}, NewID: w.newID, NewSalt: w.newSalt, RecordKey: worldKey(t)})
	o := Options{
		Venue: w.venue, Accounts: d.service, Origin: worldOrigin, NewKey: w.newKey,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	if wrap != nil {
		o.Venue = wrap(w)
	}
	w.handler, err = New(o)
	must(t, err)
	for _, p := range people {
		must(t, db.AddPerson(t.Context(), account.Person{ID: p, Name: "Mx " + p, Host: p == theHost}))
	}
	return w
}

// theHost is the person who runs the venue and has no part in any conference.
const theHost = "venue-host"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type worldClock struct{ *world }

func (c worldClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// begin names the act that is being done: its ids depend on nothing else, above all not on what was done before.
func (w *world) begin(base string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.base, w.ids, w.now, w.began = base, 0, at, time.Now()
}

// newID is asked before each act. It lets those who listen hear the last one first: wake-ups that come close together are
// one, and how close acts come is chance.
func (w *world) newID() string {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids++
	return idOf(w.base, w.ids-1)
}

// newSalt makes the salt of the act that is being done: for an act of the venue's own it is asked after the id.
func (w *world) newSalt() seal.Salt {
	w.mu.Lock()
	defer w.mu.Unlock()
	return saltOf(w.base, w.ids)
}

func (w *world) newKey() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.keys++
	return fmt.Sprintf("key-%d", w.keys)
}

func idOf(base string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", base, n))
	return hex.EncodeToString(sum[:16])
}

// put writes the beginning of a conference into the store at once, as the venue would have written it act by act.
func (w *world) put(id string, log []conference.Event) {
	w.t.Helper()
	a := conference.Append{Conference: id, Index: conference.IndexOf(log)}
	for _, e := range log {
		room, body, err := conference.EncodeEvent(e)
		must(w.t, err)
		a.Acts = append(a.Acts, conference.Stored{Room: room, Body: body})
	}
	_, err := w.db.Append(w.t.Context(), a)
	must(w.t, err)
	must(w.t, w.venue.BeginRecords(w.t.Context()))
}

// log is what the store has of a conference.
func (w *world) log(id string) []conference.Event {
	w.t.Helper()
	stored, err := w.db.Read(w.t.Context(), id, 0)
	must(w.t, err)
	var log []conference.Event
	for _, s := range stored {
		e, err := conference.DecodeEvent(s.Act())
		must(w.t, err)
		log = append(log, e)
	}
	return log
}

// link gives an invitation a link that is the same in every world.
func (w *world) link(id, invitation, role, party string) (token string) {
	w.t.Helper()
	token = strings.Repeat("Link-to-"+invitation+"-", 4)[:48]
	hash := sha256.Sum256([]byte(token))
	must(w.t, w.db.AddInvitation(w.t.Context(), account.Invitation{
		Hash: hash[:], Conference: id, Invite: invitation, Role: role, Party: party, Expires: time.Now().AddDate(1, 0, 0),
	}))
	return token
}

// request is something that a browser asks for; a POST has a form.
type request struct {
	path   string
	form   url.Values
	header http.Header
}

func (r request) String() string {
	if r.form == nil {
		return "GET " + r.path
	}
	return "POST " + r.path + " " + r.form.Encode()
}

// answer is what comes back, without what belongs to one browser.
type answer struct {
	status int
	header string
	body   string
}

func (a answer) String() string { return fmt.Sprintf("%d\n%s\n%s", a.status, a.header, a.body) }

// ask asks as a person, "" being nobody.
func (w *world) ask(person string, r request) answer {
	w.t.Helper()
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, w.request(w.t.Context(), person, r))
	w.renewed(person, recorder.Result())
	header := recorder.Result().Header
	if header.Get("Set-Cookie") != "" { // a session that is renewed, now and then; the session library says more of it
		header.Set("Cache-Control", strings.TrimSuffix(strings.Join(header["Cache-Control"], ", "), `, no-cache="Set-Cookie"`))
	}
	var lines []string
	for name, values := range header {
		if name != "Date" && name != "Set-Cookie" {
			lines = append(lines, name+": "+strings.Join(values, ", "))
		}
	}
	slices.Sort(lines)
	return answer{recorder.Code, strings.Join(lines, "\n"), recorder.Body.String()}
}

func (w *world) request(ctx context.Context, person string, r request) *http.Request {
	method, body := http.MethodGet, ""
	if r.form != nil {
		method, body = http.MethodPost, r.form.Encode()
	}
	req := httptest.NewRequestWithContext(ctx, method, worldOrigin+r.path, strings.NewReader(body))
	if r.form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	if person != "" {
		req.AddCookie(&http.Cookie{Name: "portsmouth", Value: w.cookie(person)})
	}
	w.asked++
	req.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1905", w.asked>>16&255, w.asked>>8&255, w.asked&255)
	w.mu.Lock()
	w.keys = 0
	w.mu.Unlock()
	return req
}

// cookie signs a person in, the first time.
func (w *world) cookie(person string) string {
	w.t.Helper()
	if c := w.cookies[person]; c != "" {
		return c
	}
	token, err := w.account.NewWayBack(w.t.Context(), person)
	must(w.t, err)
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, w.request(w.t.Context(), "", request{path: "/back/" + token, form: url.Values{}}))
	for _, c := range recorder.Result().Cookies() {
		if c.Name == "portsmouth" {
			w.cookies[person] = c.Value
		}
	}
	if w.cookies[person] == "" {
		w.t.Fatalf("%s could not sign in: %d", person, recorder.Code)
	}
	return w.cookies[person]
}

// renewed keeps the new token that a proof of identity gives a session.
func (w *world) renewed(person string, answer *http.Response) {
	for _, c := range answer.Cookies() {
		if person != "" && c.Name == "portsmouth" && c.MaxAge >= 0 {
			w.cookies[person] = c.Value
		}
	}
}

// ear listens to a stream. Flushes count too: on some connections even an empty one could be noticed. So does when
// something is heard after the act began that is being done: a close must take its time, whatever there was to compute.
type ear struct {
	world   *world
	header  http.Header
	status  int
	heard   strings.Builder
	flushes int
	hangUp  context.CancelFunc
}

func (e *ear) Header() http.Header { return e.header }

func (e *ear) WriteHeader(status int) { e.status = status }

func (e *ear) Write(b []byte) (int, error) {
	e.world.mu.Lock()
	defer e.world.mu.Unlock()
	if e.world.base != "after" { // what is heard then is the heart beat
		fmt.Fprintf(&e.heard, "after %s: ", time.Since(e.world.began))
	}
	return e.heard.Write(b)
}

func (e *ear) Flush() { e.flushes++ }

// listen opens a person's stream. It is to be read only when the bubble is at rest.
func (w *world) listen(person string, r request) *ear {
	ctx, cancel := context.WithCancel(w.t.Context())
	e := &ear{world: w, header: http.Header{}, hangUp: cancel}
	req := w.request(ctx, person, r)
	go w.handler.ServeHTTP(e, req)
	return e
}

func (e *ear) String() string { return fmt.Sprintf("%d, %d times:\n%s", e.status, e.flushes, &e.heard) }

// leaky is a venue without the one filter: everybody sees the whole, in their own part, and is woken by all.
type leaky struct {
	*venue.Venue
	w *world
}

func (l leaky) Look(ctx context.Context, id, person string) (*conference.View, error) {
	own, err := l.Venue.Look(ctx, id, person)
	if err != nil {
		return nil, err
	}
	whole := conference.Look(l.w.log(id), conference.TimerViewer)
	whole.Viewer = own.Viewer
	return whole, nil
}

func (l leaky) Visible(_ context.Context, id, _ string) (int, error) { return len(l.w.log(id)), nil }

func (l leaky) Watch(_ context.Context, id, _ string) (<-chan struct{}, func(), error) {
	wake, cancel := l.w.hub.Subscribe(id, func(string) bool { return true })
	return wake, cancel, nil
}

// worldKey signs the records of every world, so that they can be compared.
func worldKey(t testing.TB) *record.Key {
	t.Helper()
	k, err := record.NewKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	must(t, err)
	return k
}
