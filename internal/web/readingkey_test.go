package web

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth/internal/lock"
)

const (
	keyPhrase = "seven grey geese over Kittery"
	keyOther  = "a lamp in the north window"
)

// keyHouse is a house with two conferences in whose delegations Bea sits, and all that was logged.
type keyHouse struct {
	*house
	t     *testing.T
	log   *bytes.Buffer
	conf  []string // their addresses
	shown []string // every page that was shown
}

func newKeyHouse(t *testing.T) (*keyHouse, *browser) {
	h := &keyHouse{t: t, log: &bytes.Buffer{}}
	h.house = newHouse(t, func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	ada, bea := h.convener(t, "Ada"), h.convener(t, "Bea of the city")
	for _, key := range []string{"one", "two"} {
		form := append([]string{"key", key}, harbour()[2:]...)
		links := ada.post("/convene", form...).want(t, 200).links(ada)
		seat := bea.post(links[len(h.conf)]+"/accept", "name", "Bea of the city").want(t, 200)
		h.conf = append(h.conf, seat.url)
	}
	return h, bea
}

// post notes the page that comes back.
func (h *keyHouse) post(b *browser, path string, pairs ...string) page {
	h.t.Helper()
	p := b.post(path, pairs...)
	h.shown = append(h.shown, p.body)
	return p
}

var recoveryCode = regexp.MustCompile(`id="code">([0-9A-Z-]+)<`)

// set goes through all steps of setting a key.
func (h *keyHouse) set(b *browser) (code string) {
	h.t.Helper()
	shown := b.post("/reading-key/new", "passphrase", keyPhrase, "again", keyPhrase).want(h.t, 200, "Your recovery code", "shown this once")
	code = recoveryCode.FindStringSubmatch(shown.body)[1]
	if strings.Contains(shown.body, keyPhrase) {
		h.t.Error("the passphrase is on the page of the code")
	}
	h.post(b, "/reading-key/code", "code", strings.ToLower(code)).want(h.t, 200, "Where should it count?", "The harbour")
	return code
}

// declared is the key that Bea has declared in a conference, as the table sees it.
func (h *keyHouse) declared(b *browser, conf string) string {
	h.t.Helper()
	body := b.get(conf+"/keys").want(h.t, 200).body
	found := regexp.MustCompile(`<code class="digest">([A-Za-z0-9+/]{43}=)</code>`).FindStringSubmatch(body)
	if found == nil {
		return ""
	}
	return found[1]
}

func TestAKeyIsSetStepByStep(t *testing.T) {
	h, bea := newKeyHouse(t)
	bea.get("/me").want(t, 200, "Your reading key", `href="/reading-key"`)
	bea.get("/reading-key").want(t, 200, "nobody here can open it for you", "Set a reading key")
	bea.get("/reading-key/new").want(t, 200, `autocomplete="new-password"`, "nobody here can open it for you")
	h.post(bea, "/reading-key/new", "passphrase", keyPhrase, "again", keyOther).want(t, 422, "not the same", `data-rule="passphrase-twice"`)
	h.post(bea, "/reading-key/new", "passphrase", "too short", "again", "too short").want(t, 422, "at least 12 letters")
	h.post(bea, "/reading-key/new", "passphrase", "bea of the city 1", "again", "bea of the city 1").want(t, 422, "your name")
	if p := bea.get("/reading-key/code").want(t, 200); p.url != "/reading-key" {
		t.Errorf("without a code to type back one is at %s", p.url)
	}
	shown := bea.post("/reading-key/new", "passphrase", keyPhrase, "again", keyPhrase).want(t, 200, "Print this page")
	code := recoveryCode.FindStringSubmatch(shown.body)[1]
	bea.get("/reading-key").want(t, 200, "Set a reading key") // nothing counts yet
	bea.get("/reading-key/code").want(t, 200, "Type the code back")
	h.post(bea, "/reading-key/code", "code", lock.NewCode()).want(t, 422, "not your recovery code")
	h.post(bea, "/reading-key/code", "code", "x").want(t, 422, "seven groups")
	where := h.post(bea, "/reading-key/code", "code", code).want(t, 200, "Where should it count?")
	if where.url != "/reading-key/conferences" || strings.Count(where.body, "checked") != 2 {
		t.Errorf("%s: %d boxes are ticked", where.url, strings.Count(where.body, "checked"))
	}
	ids := []string{strings.TrimPrefix(h.conf[0], "/c/"), strings.TrimPrefix(h.conf[1], "/c/")}
	h.post(bea, "/reading-key/declare", "key", "d1", "conference", ids[0], "conference", ids[1]).want(t, 200, "Declared where you ticked it.")
	one, two := h.declared(bea, h.conf[0]), h.declared(bea, h.conf[1])
	if one == "" || two == "" || one == two {
		t.Fatalf("declared are %q and %q", one, two)
	}
	if raw, err := base64.StdEncoding.DecodeString(one); err != nil || len(raw) != 32 {
		t.Errorf("%q: %v", one, err)
	}
	if p := bea.get("/reading-key/conferences").want(t, 200); p.url != "/reading-key?done=set" {
		t.Errorf("with nothing left to declare one is at %s", p.url)
	}
	h.post(bea, "/reading-key/declare", "key", "d2", "conference", ids[0]).want(t, 200) // sent again: nothing to do
	h.post(bea, "/reading-key/retract", "key", "r1", "conference", ids[0]).want(t, 200, "Not declared")
	if again := h.declared(bea, h.conf[1]); again != two {
		t.Errorf("the other conference has %q", again)
	}
	h.post(bea, "/reading-key/retract", "key", "r2", "conference", ids[0]).want(t, 422)
	h.post(bea, "/reading-key/retract", "key", "r3", "conference", strings.Repeat("0", 32)).want(t, 404)
	h.post(bea, "/reading-key/declare", "key", "d3", "conference", ids[0]).want(t, 200)
	if back := h.declared(bea, h.conf[0]); back != one {
		t.Errorf("declared again is %q, was %q", back, one)
	}
	h.silent(bea, code)
}

// silent wants no passphrase, code or secret anywhere but on the one page.
func (h *keyHouse) silent(b *browser, codes ...string) {
	h.t.Helper()
	all := strings.Join(h.shown, "\n") + b.get("/reading-key").body + b.get("/me").body + b.get(h.conf[0]).body + h.log.String()
	for _, code := range codes {
		bare, _ := lock.ReadCode(code)
		for _, secret := range []string{code, bare, strings.ToLower(code), keyPhrase, keyOther} {
			if strings.Contains(all, secret) {
				h.t.Errorf("%q is on a page or in the log", secret)
			}
		}
	}
	if cookie := b.keyCookie(); cookie != "" && strings.Contains(all, cookie) {
		h.t.Error("the cookie is on a page or in the log")
	}
}

// keyCookie is the browser's half of the unlocked key, "" for none.
func (b *browser) keyCookie() string {
	u, _ := url.Parse(b.base)
	cookies := b.http.Jar.Cookies(u)
	if k := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return c.Name == "portsmouth-key" }); k >= 0 {
		return cookies[k].Value
	}
	return ""
}

func TestAKeyIsUnlockedOnTheWay(t *testing.T) {
	h, bea := newKeyHouse(t)
	code := h.set(bea)
	id := strings.TrimPrefix(h.conf[0], "/c/")
	h.post(bea, "/reading-key/declare", "key", "d", "conference", id).want(t, 200)
	if strings.Contains(bea.get(h.conf[0]).body, "unlock-notice") {
		t.Error("an unlocked key is called locked")
	}
	h.post(bea, "/reading-key/lock").want(t, 200, "Locked on this device.")
	notice := `href="/unlock?next=` + h.conf[0] + `"`
	bea.get(h.conf[0]).want(t, 200, "Your reading key is locked", notice)
	if strings.Contains(bea.get(h.conf[1]).body, "unlock-notice") {
		t.Error("it is asked for where it is not declared")
	}
	bea.get("/unlock?next="+h.conf[0]).want(t, 200, `value="`+h.conf[0]+`"`)
	h.post(bea, "/unlock", "next", h.conf[0], "passphrase", keyOther).want(t, 422, "not your passphrase", `value="`+h.conf[0]+`"`)
	if p := h.post(bea, "/unlock", "next", h.conf[0], "passphrase", "  "+keyPhrase).want(t, 200); p.url != h.conf[0] {
		t.Errorf("unlocking leads to %s", p.url)
	}
	if strings.Contains(bea.get(h.conf[0]).body, "unlock-notice") {
		t.Error("it is still called locked")
	}
	if p := bea.get("/unlock?next=//evil.example").want(t, 200); p.url != "/" {
		t.Errorf("one is led to %s", p.url)
	}
	h.post(bea, "/reading-key/lock").want(t, 200)
	h.post(bea, "/unlock", "code", lock.NewCode()).want(t, 422, "not your recovery code", "<details open")
	h.post(bea, "/unlock", "code", strings.ReplaceAll(code, "-", " ")).want(t, 200, "Unlocked on this device")
	h.silent(bea, code)
}

func TestWhatUnlocksIsChanged(t *testing.T) {
	h, bea := newKeyHouse(t)
	code := h.set(bea)
	h.post(bea, "/reading-key/passphrase", "passphrase", keyOther, "again", keyOther).want(t, 200, "The new passphrase counts.")
	shown := bea.post("/reading-key/code/new").want(t, 200, "Your recovery code")
	next := recoveryCode.FindStringSubmatch(shown.body)[1]
	h.post(bea, "/reading-key/code", "code", next).want(t, 200, "The new recovery code counts.")
	h.post(bea, "/reading-key/lock")
	for _, path := range []string{"/reading-key/passphrase", "/reading-key/conferences"} {
		if p := bea.get(path).want(t, 200); !strings.HasPrefix(p.url, "/unlock") && p.url != "/reading-key" {
			t.Errorf("%s while it is locked: %s", path, p.url)
		}
	}
	if p := h.post(bea, "/reading-key/declare", "conference", "x").want(t, 200); !strings.HasPrefix(p.url, "/unlock") {
		t.Errorf("one declares what is locked: %s", p.url)
	}
	h.post(bea, "/unlock", "passphrase", keyPhrase).want(t, 422)
	h.post(bea, "/unlock", "code", code).want(t, 422)
	h.post(bea, "/unlock", "passphrase", keyOther).want(t, 200, "Unlocked on this device")

	id := strings.TrimPrefix(h.conf[0], "/c/")
	h.post(bea, "/reading-key/declare", "key", "d", "conference", id).want(t, 200)
	before := h.declared(bea, h.conf[0])
	bea.get("/reading-key/anew").want(t, 200, "is lost for good")
	h.post(bea, "/reading-key/anew", "passphrase", keyPhrase, "again", keyPhrase).want(t, 422, `data-rule="anew-sure"`)
	anew := bea.post("/reading-key/anew", "passphrase", keyPhrase, "again", keyPhrase, "sure", "yes").want(t, 200, "Your recovery code")
	third := recoveryCode.FindStringSubmatch(anew.body)[1]
	h.post(bea, "/reading-key/code", "code", third).want(t, 200, "Where should it count?")
	bea.get("/reading-key").want(t, 200, "Not declared") // what is said meanwhile is not locked for a key that nobody has
	h.post(bea, "/reading-key/declare", "key", "d2", "conference", id).want(t, 200)
	if after := h.declared(bea, h.conf[0]); after == before || after == "" {
		t.Errorf("the new key is %q", after)
	}

	bea.get("/reading-key/former").want(t, 200, "The passphrase of the former key")
	h.post(bea, "/reading-key/former", "passphrase", keyPhrase).want(t, 422, "not your passphrase") // that is the present one's
	h.post(bea, "/reading-key/former", "passphrase", keyOther).want(t, 200, "Where should it count?")
	h.post(bea, "/reading-key/declare", "key", "d3", "conference", id).want(t, 200)
	if again := h.declared(bea, h.conf[0]); again != before {
		t.Errorf("the key that was taken back is %q and not %q", again, before)
	}
	h.post(bea, "/reading-key/former", "passphrase", keyPhrase).want(t, 200, "Where should it count?") // and the other one again
	h.silent(bea, code, next, third)
}

// TestAKeyIsForItsPersonAndSession: signing out forgets it, and a copy of the cookie is nothing to anybody else.
func TestAKeyIsForItsPersonAndSession(t *testing.T) {
	h, bea := newKeyHouse(t)
	h.set(bea)
	cookie := bea.keyCookie()
	if cookie == "" {
		t.Fatal("there is no cookie")
	}
	eve := h.convener(t, "Eve")
	eve.post("/reading-key/code", "code", "x").want(t, 422, "begin again")
	u, _ := url.Parse(h.URL)
	eve.http.Jar.SetCookies(u, []*http.Cookie{{Name: "portsmouth-key", Value: cookie}})
	eve.get("/reading-key").want(t, 200, "Set a reading key")
	if p := eve.get("/unlock").want(t, 200); p.url != "/reading-key" {
		t.Errorf("without a key one unlocks at %s", p.url)
	}
	nobody := h.browser(t)
	nobody.http.Jar.SetCookies(u, []*http.Cookie{{Name: "portsmouth-key", Value: cookie}})
	for _, path := range []string{"/reading-key", "/unlock", "/reading-key/new"} {
		nobody.get(path).want(t, 403)
	}
	back := bea.post("/me/link").want(t, 200).links(bea)[0]
	bea.post("/sign-out").want(t, 200)
	if bea.keyCookie() != "" {
		t.Error("the cookie outlives the session")
	}
	bea.http.Jar.SetCookies(u, []*http.Cookie{{Name: "portsmouth-key", Value: cookie}})
	bea.post(back).want(t, 200)
	bea.get("/reading-key").want(t, 200, "Locked on this device.")
}

// TestSettingAKeyNeedsAFreshProof, before anything is typed, and leads back to where one was.
func TestSettingAKeyNeedsAFreshProof(t *testing.T) {
	h, bea := newKeyHouse(t)
	now := time.Now()
	h.accounts.Now = func() time.Time { return now }
	h.set(bea)
	now = now.Add(11 * time.Minute)
	bea.get("/reading-key").want(t, 200, "Unlocked on this device")
	for _, path := range []string{"/reading-key/new", "/reading-key/anew", "/reading-key/passphrase"} {
		if p := bea.get(path).want(t, 200, "Confirm that it is you"); p.url != "/me/confirm?next="+url.QueryEscape(path) {
			t.Errorf("%s leads to %s", path, p.url)
		}
		p := bea.post(path, "back", path, "passphrase", keyOther, "again", keyOther, "sure", "yes")
		if p.url != "/me/confirm?next="+url.QueryEscape(path) {
			t.Errorf("the form of %s leads to %s", path, p.url)
		}
	}
	if p := bea.post("/reading-key/code/new", "back", "/reading-key"); p.url != "/me/confirm?next=%2Freading-key" {
		t.Errorf("a new code leads to %s", p.url)
	}
	p := bea.post("/me/confirm", "next", "/reading-key/passphrase", "name", "Bea of the city").want(t, 200, "New passphrase")
	if p.url != "/reading-key/passphrase" {
		t.Errorf("the proof leads to %s", p.url)
	}
}

// TestTriesAreSlowedDown: who guesses is told to wait, and who knows gets in a little later.
func TestTriesAreSlowedDown(t *testing.T) {
	h, bea := newKeyHouse(t)
	code := h.set(bea)
	h.post(bea, "/reading-key/lock")
	slowed := false
	results := make(chan int, 12)
	for range cap(results) { // at once: a code is quick to try
		go func() { results <- bea.post("/unlock", "code", lock.NewCode()).status }()
	}
	for range cap(results) {
		slowed = <-results == http.StatusTooManyRequests || slowed
	}
	if !slowed {
		t.Error("nobody is slowed down")
	}
	h.silent(bea, code)
}

// TestADemonstrationHasNoKeys: a seat belongs to nobody, whoever sits there.
func TestADemonstrationHasNoKeys(t *testing.T) {
	demo := &fakeDemo{}
	h := newHouse(t, func(o *Options) { o.Demo = demo })
	b := h.browser(t)
	for _, r := range (&site{}).readingKeyRoutes() {
		if !strings.HasPrefix(r.Pattern, "/reading-key") && !strings.HasPrefix(r.Pattern, "/unlock") {
			t.Errorf("%s is no page of a key", r.Pattern)
		}
		if r.Method == http.MethodGet {
			b.get("/seat/komura"+r.Pattern).want(t, 404)
		} else {
			b.post("/seat/komura"+r.Pattern).want(t, 404)
		}
	}
}

// TestARequestHasItsOwnersSecret: the secret reaches what serves a page, and not what serves a stream.
func TestARequestHasItsOwnersSecret(t *testing.T) {
	h, bea := newKeyHouse(t)
	h.set(bea)
	got := map[string]bool{}
	s := &site{Options: Options{Accounts: h.accounts}}
	handler := h.accounts.Sessions(s.unlocking(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		secret, open := lock.From(r.Context())
		got[r.URL.Path] = open && secret != lock.Secret{}
	})))
	u, _ := url.Parse(h.URL)
	for _, path := range []string{"/c/x", "/c/x/live"} {
		r, _ := http.NewRequest(http.MethodGet, path, nil)
		for _, c := range bea.http.Jar.Cookies(u) {
			r.AddCookie(c)
		}
		handler.ServeHTTP(discard{http.Header{}}, r)
	}
	if !got["/c/x"] || got["/c/x/live"] {
		t.Errorf("%v", got)
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
