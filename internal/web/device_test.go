package web

import (
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

var deviceID = regexp.MustCompile(`name="device" value="([0-9a-f]{16})"`)

// devices are the ids of the other devices on a person's page.
func (b *browser) devices() (list []string) {
	b.t.Helper()
	for _, m := range deviceID.FindAllStringSubmatch(b.get("/me").want(b.t, 200).body, -1) {
		list = append(list, m[1])
	}
	return list
}

// another brings the person of a browser in on another one.
func (h *house) another(t *testing.T, b *browser) *browser {
	t.Helper()
	link := b.post("/me/link").want(t, 200).links(b)[0]
	other := h.browser(t)
	other.post(link).want(t, 200)
	return other
}

func TestDevicesOnOnesPage(t *testing.T) {
	h := newHouse(t, nil)
	now := time.Now()
	h.accounts.Now = func() time.Time { return now }
	ada, eve := h.convener(t, "Ada"), h.convener(t, "Eve")
	ada.get("/me").want(t, 200, "Your devices", "This device, since", "End all others")
	if len(ada.devices()) != 0 {
		t.Fatal("there is but one device")
	}
	desk := h.another(t, ada)
	desk.get("/me").want(t, 200, "Another device, since", "End all my other devices too")
	list := ada.devices()
	if len(list) != 1 || len(eve.devices()) != 0 {
		t.Fatalf("%v, and of another %v", list, eve.devices())
	}
	eve.post("/me/devices/end", "device", list[0]).want(t, 404)
	h.browser(t).post("/me/devices/end", "device", list[0]).want(t, 403)
	h.browser(t).post("/me/devices/end-others").want(t, 403)
	eve.post("/me/devices/end-others").want(t, 200)
	ada.post("/me/devices/end", "device", "0123456789abcdef").want(t, 404)
	now = now.Add(11 * time.Minute)
	for _, path := range []string{"/me/devices/end", "/me/devices/end-others"} {
		if p := ada.post(path, "device", list[0]).want(t, 200, "Confirm that it is you"); p.url != "/me/confirm?next=%2Fme" {
			t.Errorf("%s leads to %s", path, p.url)
		}
	}
	desk.get("/me").want(t, 200)
	ada.post("/me/confirm", "next", "/me", "name", "Ada").want(t, 200)
	ada.post("/me/devices/end", "device", list[0]).want(t, 200, "This device, since")
	for _, path := range []string{"/me", "/convene", "/reading-key"} {
		desk.get(path).want(t, 403)
	}
	desk.post("/me/name", "name", "Mallory").want(t, 403)
	eve.get("/me").want(t, 200)
}

// A stream ends with its session, at once where the session was ended.
func TestAStreamEndsWithItsSession(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	first := ada.post("/convene", harbour("own", "mediator")...).want(t, 200)
	conf := regexp.MustCompile(`/c/[0-9a-f]{32}`).FindString(first.body)
	desk := h.another(t, ada)
	here, there := ada.listen(conf+"/live"), desk.listen(conf+"/live")
	ada.post("/me/devices/end-others").want(t, 200)
	if !closes(there, 5*time.Second) {
		t.Error("the device was ended, and its stream goes on")
	}
	if closes(here, 200*time.Millisecond) {
		t.Fatal("the stream of the device at hand was closed")
	}
	if !strings.Contains(ada.get(conf).body, `href="/me#device"`) {
		t.Error("the page does not lead to where one signs out")
	}
	ada.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p := ada.post("/sign-out").want(t, 303)
	if !closes(here, 5*time.Second) {
		t.Error("the person signed out, and the stream goes on")
	}
	if got := p.header.Get("Clear-Site-Data"); got != `"cache"` {
		t.Errorf("signing out has the browser forget %s", got)
	}
}

func closes(lines <-chan string, patience time.Duration) bool {
	timeout := time.After(patience)
	for {
		select {
		case _, open := <-lines:
			if !open {
				return true
			}
		case <-timeout:
			return false
		}
	}
}

// A session that was ended elsewhere, on another node or by its time, ends its stream within a minute.
func TestAStreamHearsOfAnEndElsewhere(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, d, []string{"north", "south"}, nil)
		scene := conftest.NewScene(conftest.Options{Rules: conftest.Rules()})
		must(t, scene.To(conference.Bargaining))
		w.put(conftest.ConferenceID, scene.Log)
		w.begin("after", scene.Now)
		ended := map[string]chan struct{}{}
		for _, person := range []string{"north", "south"} {
			e := &ear{world: w, header: http.Header{}}
			req := w.request(t.Context(), person, request{path: "/c/" + conftest.ConferenceID + "/live"})
			done := make(chan struct{})
			go func() { defer close(done); w.handler.ServeHTTP(e, req) }()
			ended[person] = done
		}
		time.Sleep(5 * time.Minute)
		for person, done := range ended {
			select {
			case <-done:
				t.Errorf("the stream of %s, who is in, has ended", person)
			default:
			}
		}
		must(t, w.db.DropSessionsOf(t.Context(), "north", ""))
		time.Sleep(time.Minute)
		synctest.Wait()
		select {
		case <-ended["north"]:
		default:
			t.Error("the session ended a minute ago, and the stream goes on")
		}
		select {
		case <-ended["south"]:
			t.Error("the stream of another has ended too")
		default:
		}
		must(t, w.db.DropSessionsOf(t.Context(), "south", ""))
		<-ended["south"]
	})
}

func TestGuestsAreNotLookedFor(t *testing.T) {
	var s streams
	for _, guest := range []bool{true, false} {
		for range 2 {
			b, err := s.enter(map[bool]string{true: "an address", false: "ada"}[guest], 9, guest)
			must(t, err)
			if (b.ended == nil) != guest {
				t.Error("a guest has no session that could end, and others have")
			}
		}
	}
	if got := s.sessions(); !slices.Equal(got, []string{"ada"}) {
		t.Errorf("it is looked for %v", got)
	}
	if !s.due() || s.due() {
		t.Error("one looks for all, and the next soon after does not")
	}
	s.end([]string{"ada", "an address", "nobody"})
	s.end([]string{"ada"}) // and again, before they have left
}

// The cookies that are not the session's have the prefix too where there can be one, and a language that was chosen before is not lost.
func TestCookiesHaveThePrefix(t *testing.T) {
	var secure http.Handler
	newHouse(t, func(o *Options) {
		behind := *o
		behind.Origin = "https://venue.example"
		var err error
		secure, err = New(behind)
		must(t, err)
	})
	ask := func(path string, cookies ...*http.Cookie) (string, []*http.Cookie) {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "https://venue.example"+path, nil)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		secure.ServeHTTP(w, r)
		return html.UnescapeString(w.Body.String()), w.Result().Cookies()
	}
	_, set := ask("/?lang=fr")
	if len(set) != 1 || set[0].Name != "__Host-lang" || !set[0].Secure || !set[0].HttpOnly || set[0].Path != "/" || set[0].Domain != "" {
		t.Errorf("a choice of language sets %v", set)
	}
	if page, again := ask("/", set...); !strings.Contains(page, "Entrez, asseyez-vous") || len(again) != 0 {
		t.Errorf("the language is not kept: %v", again)
	}
	old := &http.Cookie{Name: "lang", Value: "fr"}
	page, moved := ask("/", old)
	if !strings.Contains(page, "Entrez, asseyez-vous") || len(moved) != 2 || moved[0].Name != "__Host-lang" || moved[0].Value != "fr" ||
		moved[1].Name != "lang" || moved[1].MaxAge >= 0 {
		t.Errorf("a language that was chosen before: %v", moved)
	}
	if page, _ := ask("/", old, &http.Cookie{Name: "__Host-lang", Value: "en"}); !strings.Contains(page, "Come in, sit down") {
		t.Error("what a neighbour may have written goes before what is ours")
	}
	for _, name := range []string{"__Host-tz", "tz"} {
		if page, _ := ask("/", &http.Cookie{Name: name, Value: "Asia%2FTokyo"}); !strings.Contains(page, "UTC+9") {
			t.Errorf("the zone of %s is not kept", name)
		}
	}
}

// The script that makes a passkey says whether the other devices are to end, and so does the form that takes one away.
func TestAPasskeyThatGoesEndsTheOthersIfAsked(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	desk := h.another(t, ada)
	ada.post("/me/passkeys/drop", "passkey", "AAAA").want(t, 200)
	desk.get("/me").want(t, 200)
	ada.post("/me/passkeys/drop", "passkey", "AAAA", "others", "end").want(t, 200)
	desk.get("/me").want(t, 403)
}

// Weeks before the end that comes in any case every page says so; and after it the device is out.
func TestAnEndThatIsNearIsSaid(t *testing.T) {
	h := newHouse(t, nil)
	now := time.Now()
	h.accounts.Now = func() time.Time { return now }
	ada := h.convener(t, "Ada")
	for range 3 {
		if strings.Contains(ada.get("/").want(t, 200).body, "To come back then") {
			t.Errorf("%v before the end it is said", now)
		}
		now = now.Add(25 * 24 * time.Hour)
	}
	now = now.Add(2 * 24 * time.Hour)
	ada.get("/convene").want(t, 200, "On this device you stay in until", "To come back then")
	desk := h.browser(t)
	ada.post("/me/confirm", "next", "/me", "name", "Ada").want(t, 200)
	desk.post(ada.post("/me/link").want(t, 200).links(ada)[0]).want(t, 200)
	if strings.Contains(desk.get("/convene").body, "To come back then") {
		t.Error("a new session ends as soon as the old")
	}
	now = now.Add(14 * 24 * time.Hour)
	ada.get("/me").want(t, 403)
	desk.get("/me").want(t, 200)
}
