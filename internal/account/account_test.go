package account_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/internal/account"
	"portsmouth/internal/store"
)

// venue is accounts over a real database, with a clock that the test moves.
type venue struct {
	*account.Service
	store *store.Store
	path  string
	mu    sync.Mutex
	now   time.Time

	meanwhile func() // happens while a request is under way
}

func newVenue(t *testing.T, origin string) *venue {
	t.Helper()
	path := filepath.Join(t.TempDir(), "venue.db")
	db, err := store.Open(t.Context(), path)
	ok(t, err)
	t.Cleanup(func() { ok(t, db.Close()) })
	s, err := account.NewService(db, origin)
	ok(t, err)
	v := &venue{Service: s, store: db, path: path, now: time.Now()}
	s.Now = func() time.Time { v.mu.Lock(); defer v.mu.Unlock(); return v.now }
	return v
}

func (v *venue) pass(d time.Duration) { v.mu.Lock(); defer v.mu.Unlock(); v.now = v.now.Add(d) }

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, kind portsmouth.Kind, rule string) {
	t.Helper()
	if portsmouth.KindOf(err) != kind || portsmouth.RuleOf(err) != rule {
		t.Fatalf("got %v (%s), want %s [%s]", err, portsmouth.KindOf(err), kind, rule)
	}
}

func person(t *testing.T, v *venue, name string) account.Person {
	t.Helper()
	p, err := v.NewPerson(t.Context(), name)
	ok(t, err)
	return p
}

func TestPeople(t *testing.T) {
	v := newVenue(t, "http://localhost:8080")
	p := person(t, v, "  Sergei \n Witte ")
	if p.Name != "Sergei Witte" || len(p.ID) != 32 || p.Host {
		t.Fatalf("%+v", p)
	}
	ok(t, v.Rename(t.Context(), p.ID, "Count Witte"))
	if got, err := v.Person(t.Context(), p.ID); err != nil || got.Name != "Count Witte" {
		t.Fatalf("%+v %v", got, err)
	}
	for _, name := range []string{"", " \t", "a\x00b", "\xff", strings.Repeat("é", 201)} {
		_, err := v.NewPerson(t.Context(), name)
		refused(t, err, portsmouth.Invalid, "person-name")
	}
	_, err := v.Person(t.Context(), "unknown")
	refused(t, err, portsmouth.NotFound, "")
}

func TestAnInvitationIsUsedOnce(t *testing.T) {
	v, ctx := newVenue(t, "http://localhost"), t.Context()
	token, err := v.NewInvitation(ctx, "c", "7", "delegate", "russia", time.Hour)
	ok(t, err)
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 {
		t.Fatalf("the token %q has not 256 bits", token)
	}
	witte, komura := person(t, v, "Witte"), person(t, v, "Komura")

	i, err := v.LookInvitation(ctx, token)
	ok(t, err)
	if i.Conference != "c" || i.Invite != "7" || i.Role != "delegate" || i.Party != "russia" {
		t.Fatalf("%+v", i)
	}
	i, err = v.UseInvitation(ctx, token, witte.ID)
	ok(t, err)
	if i.UsedBy != witte.ID {
		t.Fatalf("%+v", i)
	}
	_, err = v.UseInvitation(ctx, token, komura.ID)
	refused(t, err, portsmouth.Expired, "invitation-valid")
	i, err = v.LookInvitation(ctx, token)
	refused(t, err, portsmouth.Expired, "invitation-valid")
	if i.UsedBy != witte.ID {
		t.Error("a page cannot recognise who used it")
	}
	if _, err := v.UseInvitation(ctx, token, witte.ID); err != nil {
		t.Errorf("the same request, sent twice: %v", err)
	}
	_, err = v.UseInvitation(ctx, "guess", witte.ID)
	refused(t, err, portsmouth.NotFound, "invitation-known")
}

func TestAnInvitationExpiresAndIsRevoked(t *testing.T) {
	v, ctx := newVenue(t, "http://localhost"), t.Context()
	p := person(t, v, "Witte")
	late, err := v.NewInvitation(ctx, "c", "7", "delegate", "russia", time.Hour)
	ok(t, err)
	v.pass(time.Hour)
	_, err = v.LookInvitation(ctx, late)
	refused(t, err, portsmouth.Expired, "invitation-valid")
	_, err = v.UseInvitation(ctx, late, p.ID)
	refused(t, err, portsmouth.Expired, "invitation-valid")

	revoked, err := v.NewInvitation(ctx, "c", "8", "delegate", "russia", time.Hour)
	ok(t, err)
	ok(t, v.RevokeInvitation(ctx, "c", "8"))
	_, err = v.UseInvitation(ctx, revoked, p.ID)
	refused(t, err, portsmouth.Expired, "invitation-valid")
	if !strings.Contains(err.Error(), "withdrawn") {
		t.Error(err)
	}
}

func TestOfTwoWhoUseAnInvitationOneEnters(t *testing.T) {
	v, ctx := newVenue(t, "http://localhost"), t.Context()
	for range 20 {
		token, err := v.NewInvitation(ctx, "c", "7", "delegate", "russia", time.Hour)
		ok(t, err)
		var (
			group   sync.WaitGroup
			entered atomic.Int32
		)
		for _, p := range []account.Person{person(t, v, "Witte"), person(t, v, "Komura")} {
			group.Go(func() {
				_, err := v.UseInvitation(context.Background(), token, p.ID)
				if err == nil {
					entered.Add(1)
				} else if portsmouth.KindOf(err) != portsmouth.Expired {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n := entered.Load(); n != 1 {
			t.Fatalf("%d entered", n)
		}
	}
}

func TestAWayBackIsUsedOnceAndSoon(t *testing.T) {
	v, ctx := newVenue(t, "http://localhost"), t.Context()
	p := person(t, v, "Witte")
	token, err := v.NewWayBack(ctx, p.ID)
	ok(t, err)
	got, err := v.UseWayBack(ctx, token)
	ok(t, err)
	if got.ID != p.ID {
		t.Fatalf("%+v", got)
	}
	late, err := v.NewWayBack(ctx, p.ID)
	ok(t, err)
	v.pass(15 * time.Minute)
	for _, bad := range []string{token, late, "guess"} {
		_, err = v.UseWayBack(ctx, bad)
		refused(t, err, portsmouth.Expired, "way-back")
	}
}

func TestTheHost(t *testing.T) {
	v, ctx := newVenue(t, "http://localhost"), t.Context()
	token, created, err := v.EnsureHost(ctx)
	ok(t, err)
	if !created {
		t.Fatal("no host was created")
	}
	host, err := v.UseWayBack(ctx, token)
	ok(t, err)
	if !host.Host {
		t.Fatalf("%+v", host)
	}
	if token, created, err := v.EnsureHost(ctx); err != nil || created || token != "" {
		t.Fatal(token, created, err)
	}
	again, err := v.NewHostLink(ctx)
	ok(t, err)
	if p, err := v.UseWayBack(ctx, again); err != nil || p.ID != host.ID {
		t.Fatal(p, err)
	}
}

func TestOriginsAreChecked(t *testing.T) {
	for _, origin := range []string{"", "venue.example", "ftp://venue.example", "https://"} {
		_, err := account.NewService(nil, origin)
		refused(t, err, portsmouth.Invalid, "origin")
	}
}

// site serves what a test needs of a web site: signing in by link, looking who is there, signing out.
func (v *venue) site(t *testing.T, server func(http.Handler) *httptest.Server) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /in/{person}", func(w http.ResponseWriter, r *http.Request) {
		if err := v.SignIn(r.Context(), r.PathValue("person")); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	})
	mux.HandleFunc("POST /out", func(w http.ResponseWriter, r *http.Request) { ok(t, v.SignOut(r.Context())) })
	mux.HandleFunc("POST /confirm", func(w http.ResponseWriter, r *http.Request) { ok(t, v.MarkFresh(r.Context())) })
	mux.HandleFunc("GET /who", func(w http.ResponseWriter, r *http.Request) {
		p, in := v.Current(r.Context())
		switch {
		case !in:
			_, _ = io.WriteString(w, "nobody")
		case v.IsFresh(r.Context()):
			_, _ = io.WriteString(w, p.Name+", fresh")
		default:
			_, _ = io.WriteString(w, p.Name)
		}
	})
	v.passkeyRoutes(mux)
	s := server(v.Sessions(mux))
	t.Cleanup(s.Close)
	return s
}

// device is a browser with cookies.
type device struct {
	*http.Client
	t    *testing.T
	base string
}

func newDevice(t *testing.T, s *httptest.Server) *device {
	jar, err := cookiejar.New(nil)
	ok(t, err)
	client := *s.Client()
	client.Jar = jar
	return &device{&client, t, s.URL}
}

func (d *device) do(method, path, body string) (int, string) {
	d.t.Helper()
	r, err := http.NewRequest(method, d.base+path, strings.NewReader(body))
	ok(d.t, err)
	answer, err := d.Do(r)
	ok(d.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ok(d.t, err)
	return answer.StatusCode, string(text)
}

func (d *device) who(want string) {
	d.t.Helper()
	if _, got := d.do("GET", "/who", ""); got != want {
		d.t.Fatalf("%s is there, want %s", got, want)
	}
}

func (d *device) cookie() *http.Cookie {
	d.t.Helper()
	u, err := url.Parse(d.base)
	ok(d.t, err)
	cookies := d.Jar.Cookies(u)
	if len(cookies) != 1 {
		d.t.Fatalf("%d cookies", len(cookies))
	}
	return cookies[0]
}

func TestADeviceStaysIn(t *testing.T) {
	v := newVenue(t, "http://localhost")
	site := v.site(t, httptest.NewServer)
	witte, d := person(t, v, "Witte"), newDevice(t, site)
	d.who("nobody")
	d.do("POST", "/in/"+witte.ID, "")
	d.who("Witte, fresh")
	v.pass(10*time.Minute + time.Second)
	d.who("Witte")
	d.do("POST", "/confirm", "")
	d.who("Witte, fresh")
	for range 3 { // a visit each month
		v.pass(29 * 24 * time.Hour)
		d.who("Witte")
	}
	d.do("POST", "/confirm", "")
	v.pass(2 * 24 * time.Hour)
	d.who("Witte")
	v.pass(24 * time.Hour)
	d.who("nobody") // ninety days, whatever the use

	idle := newDevice(t, site)
	idle.do("POST", "/in/"+witte.ID, "")
	v.pass(31 * 24 * time.Hour)
	idle.who("nobody")
}

func TestAHostDoesNotStayIn(t *testing.T) {
	v := newVenue(t, "http://localhost")
	site := v.site(t, httptest.NewServer)
	token, _, err := v.EnsureHost(t.Context())
	ok(t, err)
	host, err := v.UseWayBack(t.Context(), token)
	ok(t, err)

	idle := newDevice(t, site)
	idle.do("POST", "/in/"+host.ID, "")
	v.pass(29 * time.Minute)
	idle.who("Host")
	v.pass(29 * time.Minute)
	idle.who("Host")
	v.pass(31 * time.Minute)
	idle.who("nobody")

	busy := newDevice(t, site)
	busy.do("POST", "/in/"+host.ID, "")
	for range 35 { // 11 h 40 min
		v.pass(20 * time.Minute)
		busy.who("Host")
	}
	v.pass(20 * time.Minute)
	busy.who("nobody")
}

func TestSigningInAndOutChangesTheToken(t *testing.T) {
	v := newVenue(t, "http://localhost")
	site := v.site(t, httptest.NewServer)
	witte, komura := person(t, v, "Witte"), person(t, v, "Komura")
	d := newDevice(t, site)
	d.do("POST", "/in/"+witte.ID, "")
	first := d.cookie()
	d.do("POST", "/in/"+komura.ID, "")
	d.who("Komura, fresh")
	second := d.cookie()
	if first.Value == second.Value {
		t.Error("the token stayed the same over a sign-in")
	}
	d.do("POST", "/out", "")
	d.who("nobody")
	u, _ := url.Parse(site.URL)
	for _, old := range []*http.Cookie{first, second} {
		thief := newDevice(t, site)
		thief.Jar.SetCookies(u, []*http.Cookie{old})
		thief.who("nobody")
	}
	if status, _ := d.do("POST", "/in/unknown", ""); status != http.StatusForbidden {
		t.Error("an unknown person was signed in")
	}
}

func TestConfirmingWithoutBeingSignedInIsNothing(t *testing.T) {
	v := newVenue(t, "http://localhost")
	d := newDevice(t, v.site(t, httptest.NewServer))
	d.do("POST", "/confirm", "")
	d.who("nobody")
}

func TestTheCookie(t *testing.T) {
	for origin, want := range map[string]http.Cookie{
		"http://localhost:8080": {Name: "portsmouth"},
		"https://venue.example": {Name: "__Host-portsmouth", Secure: true},
	} {
		v := newVenue(t, origin)
		site := v.site(t, httptest.NewTLSServer)
		answer, err := site.Client().Post(site.URL+"/in/"+person(t, v, "Witte").ID, "", nil)
		ok(t, err)
		answer.Body.Close()
		c := answer.Cookies()[0]
		if c.Name != want.Name || c.Secure != want.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode ||
			c.Path != "/" || c.Domain != "" || len(c.Value) < 43 {
			t.Errorf("%s: %s", origin, c)
		}
	}
}

// A thief of the database finds no token that opens anything: neither in the file nor in its log.
func TestTheDatabaseHoldsNoToken(t *testing.T) {
	v, ctx := newVenue(t, "http://localhost"), t.Context()
	d := newDevice(t, v.site(t, httptest.NewServer))
	p := person(t, v, "Sergei-Canary")
	d.do("POST", "/in/"+p.ID, "")
	invitation, err := v.NewInvitation(ctx, "c", "7", "delegate", "russia", time.Hour)
	ok(t, err)
	wayBack, err := v.NewWayBack(ctx, p.ID)
	ok(t, err)

	var disk []byte
	for _, suffix := range []string{"", "-wal"} {
		part, err := os.ReadFile(v.path + suffix)
		ok(t, err)
		disk = append(disk, part...)
	}
	if !bytes.Contains(disk, []byte("Sergei-Canary")) {
		t.Fatal("the search does not find even what is there")
	}
	for name, token := range map[string]string{
		"session": d.cookie().Value, "invitation": invitation, "way back": wayBack,
	} {
		raw, err := base64.RawURLEncoding.DecodeString(token)
		ok(t, err)
		if bytes.Contains(disk, []byte(token)) || bytes.Contains(disk, raw) {
			t.Errorf("the %s token is in the database", name)
		}
	}
}

func TestSweep(t *testing.T) {
	v := newVenue(t, "http://localhost")
	d := newDevice(t, v.site(t, httptest.NewServer))
	d.do("POST", "/in/"+person(t, v, "Witte").ID, "")
	ok(t, v.Sweep(t.Context()))
	d.who("Witte, fresh")
	v.pass(31 * 24 * time.Hour)
	ok(t, v.Sweep(t.Context()))
	v.pass(-31 * 24 * time.Hour)
	d.who("nobody")
}
