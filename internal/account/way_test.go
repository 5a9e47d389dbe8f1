package account_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/internal/account"
	"portsmouth/internal/lock"
)

const (
	waysPhrase = "seven grey geese over Kittery"
	waysOther  = "a lamp in the north window"
)

// waysSite serves what a test needs of the pages of a reading key. Every route answers the rule of a refusal.
func (v *venue) waysSite(t *testing.T, more ...func(*http.ServeMux)) *httptest.Server {
	mux := http.NewServeMux()
	on := func(path string, do func(w http.ResponseWriter, r *http.Request, body string) (string, error)) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			said, err := do(w, r, string(body))
			if err != nil {
				http.Error(w, portsmouth.RuleOf(err)+": "+err.Error(), http.StatusForbidden)
				return
			}
			_, _ = io.WriteString(w, said)
		})
	}
	on("/in", func(_ http.ResponseWriter, r *http.Request, b string) (string, error) {
		return "", v.SignIn(r.Context(), b)
	})
	on("/out", func(_ http.ResponseWriter, r *http.Request, _ string) (string, error) {
		return "", v.SignOut(r.Context())
	})
	on("/key", func(_ http.ResponseWriter, r *http.Request, b string) (string, error) {
		return v.BeginKey(r.Context(), b, false)
	})
	on("/anew", func(_ http.ResponseWriter, r *http.Request, b string) (string, error) {
		return v.BeginKey(r.Context(), b, true)
	})
	on("/code", func(_ http.ResponseWriter, r *http.Request, _ string) (string, error) {
		return v.BeginCode(r.Context())
	})
	on("/typed", func(w http.ResponseWriter, r *http.Request, b string) (string, error) {
		fresh, err := v.ConfirmCode(r.Context(), w, b)
		return map[bool]string{true: "a new key", false: "a new code"}[fresh], err
	})
	on("/phrase", func(_ http.ResponseWriter, r *http.Request, b string) (string, error) {
		return "", v.ChangePassphrase(r.Context(), b)
	})
	on("/unlock", func(w http.ResponseWriter, r *http.Request, b string) (string, error) {
		return "", v.UnlockByPassphrase(r.Context(), w, b)
	})
	on("/unlock-code", func(w http.ResponseWriter, r *http.Request, b string) (string, error) {
		return "", v.UnlockByCode(r.Context(), w, b)
	})
	on("/lock", func(w http.ResponseWriter, r *http.Request, _ string) (string, error) {
		v.Lock(r.Context(), w)
		return "", nil
	})
	on("/way/begin", func(_ http.ResponseWriter, r *http.Request, b string) (string, error) {
		options, err := v.BeginPasskeyWay(r.Context(), []byte(b))
		return string(options), err
	})
	on("/way", func(_ http.ResponseWriter, r *http.Request, _ string) (string, error) {
		return "", v.FinishPasskeyWay(r.Context(), r)
	})
	on("/way/drop", func(_ http.ResponseWriter, r *http.Request, b string) (string, error) {
		return "", v.DropPasskeyWay(r.Context(), []byte(b))
	})
	on("/unlock-passkey/begin", func(_ http.ResponseWriter, r *http.Request, _ string) (string, error) {
		options, err := v.BeginUnlock(r.Context())
		return string(options), err
	})
	on("/unlock-passkey", func(w http.ResponseWriter, r *http.Request, _ string) (string, error) {
		return "", v.FinishUnlock(r.Context(), w, r)
	})
	on("/state", func(_ http.ResponseWriter, r *http.Request, _ string) (string, error) {
		k, err := v.ReadingKey(r.Context())
		state := "no key"
		if s, unlocked := lock.From(r.Context()); unlocked {
			state = hex.EncodeToString(s[:])
		} else if k.Set() {
			state = "locked"
		}
		return state, err
	})
	v.passkeyRoutes(mux)
	for _, routes := range more {
		routes(mux)
	}
	s := httptest.NewServer(v.Sessions(v.Unlocking(mux)))
	t.Cleanup(s.Close)
	return s
}

// refuses wants a request to be refused by a rule.
func (d *device) refuses(rule, path, body string) {
	d.t.Helper()
	status, text := d.do("POST", path, body)
	if status != http.StatusForbidden || !strings.HasPrefix(text, rule+":") {
		d.t.Fatalf("%s: %d %s, want %s", path, status, text, rule)
	}
}

// withKey is a venue with Witte, who has a reading key, unlocked on his device.
func withKey(t *testing.T) (v *venue, site *httptest.Server, d *device, person, code string) {
	v = newVenue(t, passkeyOrigin)
	site = v.waysSite(t)
	d, person = newDevice(t, site), personID(t, v, "Sergei Witte")
	d.must("/in", person)
	code = d.must("/key", waysPhrase)
	if state := d.must("/state", ""); state != "no key" {
		t.Fatalf("before the code was typed back: %s", state)
	}
	if said := d.must("/typed", strings.ToLower(code)); said != "a new key" {
		t.Fatal(said)
	}
	return v, site, d, person, code
}

func personID(t *testing.T, v *venue, name string) string {
	p, err := v.NewPerson(t.Context(), name)
	ok(t, err)
	return p.ID
}

func TestAKeyIsSetUnlockedAndLocked(t *testing.T) {
	v, _, d, _, code := withKey(t)
	secret := d.must("/state", "")
	if len(secret) != 64 {
		t.Fatalf("once the code was typed back: %s", secret)
	}
	d.refuses("code-none", "/typed", code)
	d.refuses("key-set", "/key", waysPhrase)
	for name, unlock := range map[string]func(){
		"passphrase": func() { d.must("/unlock", "  "+waysPhrase+" ") },
		"code":       func() { d.must("/unlock-code", code) },
	} {
		d.must("/lock", "")
		if state := d.must("/state", ""); state != "locked" {
			t.Fatalf("locked: %s", state)
		}
		d.refuses("passphrase-wrong", "/unlock", waysOther)
		d.refuses("code-wrong", "/unlock-code", lock.NewCode())
		d.refuses("code-form", "/unlock-code", code[:20])
		d.refuses("key-locked", "/code", "")
		d.refuses("key-locked", "/phrase", waysOther)
		unlock()
		if got := d.must("/state", ""); got != secret {
			t.Errorf("by %s: %s", name, got)
		}
	}
	v.pass(11 * time.Minute)
	for _, path := range []string{"/key", "/anew", "/code", "/phrase", "/way/begin", "/way/drop"} {
		d.refuses("fresh-proof", path, waysOther)
	}
	v.pass(12 * time.Hour)
	if state := d.must("/state", ""); state != "locked" {
		t.Errorf("after a day: %s", state)
	}
}

func TestPassphrasesThatAreGuessedFirst(t *testing.T) {
	v := newVenue(t, passkeyOrigin)
	d := newDevice(t, v.waysSite(t))
	d.must("/in", personID(t, v, "Sergei Yulyevich Witte"))
	for phrase, rule := range map[string]string{
		"":                                "passphrase-short",
		"eleven chrs":                     "passphrase-short",
		"  short         ":                "passphrase-short",
		strings.Repeat("é", 11):           "passphrase-short",
		strings.Repeat("word ", 40) + "x": "passphrase-long",
		strings.Repeat("a", 40):           "passphrase-same",
		"1212 1212 1212":                  "passphrase-same",
		"sergei yulyevich witte 1905!":    "passphrase-name",
		"password password":               "passphrase-common",
		"Correct horse battery staple!":   "passphrase-common",
		"123456 123456 7890":              "passphrase-common",
		"Qwertyuiop 2026":                 "passphrase-common",
	} {
		d.refuses(rule, "/key", phrase)
	}
}

func TestPassphraseAndCodeAreChanged(t *testing.T) {
	v, site, d, person, code := withKey(t)
	secret := d.must("/state", "")
	d.must("/phrase", waysOther)
	d.must("/lock", "")
	d.refuses("passphrase-wrong", "/unlock", waysPhrase)
	d.must("/unlock", waysOther)

	next := d.must("/code", "")
	d.must("/unlock-code", code) // until it is typed back the old one holds
	d.refuses("code-wrong", "/typed", code)
	if said := d.must("/typed", next); said != "a new code" {
		t.Error(said)
	}
	d.refuses("code-wrong", "/unlock-code", code)
	d.must("/unlock-code", next)
	if got := d.must("/state", ""); got != secret {
		t.Errorf("another secret: %s", got)
	}

	// Of two devices that change it at once one is told.
	other := newDevice(t, site)
	other.must("/in", person)
	other.must("/unlock", waysOther)
	one, two := d.must("/code", ""), other.must("/code", "")
	d.must("/typed", one)
	other.refuses("key-changed", "/typed", two)

	late := d.must("/code", "")
	v.pass(time.Hour + time.Minute)
	d.refuses("code-none", "/typed", late)
}

func TestAKeyIsBegunAnew(t *testing.T) {
	v, site, d, person, code := withKey(t)
	secret := d.must("/state", "")
	other := newDevice(t, site)
	other.must("/in", person)
	other.must("/unlock", waysPhrase)
	d.must("/lock", "")
	next := d.must("/anew", waysOther)
	d.must("/unlock", waysPhrase) // until the code is typed back nothing is lost
	if said := d.must("/typed", next); said != "a new key" {
		t.Error(said)
	}
	if now := d.must("/state", ""); now == secret || len(now) != 64 {
		t.Errorf("the secret is %s", now)
	}
	if state := other.must("/state", ""); state != "locked" {
		t.Errorf("the old key is still unlocked elsewhere: %s", state)
	}
	d.refuses("passphrase-wrong", "/unlock", waysPhrase)
	d.refuses("code-wrong", "/unlock-code", code)

	komura := newDevice(t, site)
	komura.must("/in", personID(t, v, "Komura"))
	komura.refuses("key-unset", "/anew", waysOther)
	komura.refuses("key-unset", "/unlock", waysOther)
	komura.refuses("key-unset", "/phrase", waysOther)
}

// keyCookie is the browser's half of an unlocked key.
func (d *device) keyCookie() *http.Cookie {
	d.t.Helper()
	u, _ := url.Parse(d.base)
	k := slices.IndexFunc(d.Jar.Cookies(u), func(c *http.Cookie) bool { return c.Name == "portsmouth-key" })
	if k < 0 {
		d.t.Fatal("there is no cookie of a key")
	}
	return d.Jar.Cookies(u)[k]
}

func (d *device) gets(c *http.Cookie) {
	u, _ := url.Parse(d.base)
	d.Jar.SetCookies(u, []*http.Cookie{c})
}

// TestHalfAKeyIsNothing: a cookie opens in its own session only, and in that only until its end.
func TestHalfAKeyIsNothing(t *testing.T) {
	v, site, d, person, _ := withKey(t)
	secret, cookie := d.must("/state", ""), d.keyCookie()
	raw, _ := hex.DecodeString(secret)
	if strings.Contains(cookie.Value, b64(raw)) {
		t.Error("the cookie is the secret")
	}
	want := func(d *device, what, state string) {
		t.Helper()
		d.gets(cookie)
		if got := d.must("/state", ""); got != state {
			t.Errorf("%s: %s", what, got)
		}
	}
	nobody, elsewhere, komura := newDevice(t, site), newDevice(t, site), newDevice(t, site)
	want(nobody, "without a session", "no key")
	elsewhere.must("/in", person)
	want(elsewhere, "in another session", "locked")
	elsewhere.must("/unlock", waysPhrase)
	want(elsewhere, "in another session that is unlocked", "locked")
	komura.must("/in", personID(t, v, "Komura"))
	komura.must("/typed", komura.must("/key", waysPhrase))
	want(komura, "with another's session", "locked")

	for at := range cookie.Value {
		changed := []byte(cookie.Value)
		changed[at] ^= 1
		d.gets(&http.Cookie{Name: cookie.Name, Value: string(changed)})
		if got := d.must("/state", ""); got != "locked" && at < len(changed)-1 { // the last letter has bits to spare
			t.Fatalf("with letter %d changed: %s", at, got)
		}
	}
	want(d, "the cookie itself", secret)
	d.must("/lock", "")
	want(d, "a copy, after locking", "locked")
	d.must("/unlock", waysPhrase)
	want(d, "an older copy", "locked")
	d.must("/unlock", waysPhrase)
	cookie = d.keyCookie()
	want(d, "the new one", secret)
	d.must("/in", person)
	want(d, "after another sign-in", "locked")
	d.must("/unlock", waysPhrase)
	cookie = d.keyCookie()
	d.must("/out", "")
	d.must("/in", person)
	want(d, "after signing out and in", "locked")
}

// TestAnotherNodeGoesOn: nothing of an unlocked key is in the memory of the program.
func TestAnotherNodeGoesOn(t *testing.T) {
	v, _, d, _, _ := withKey(t)
	s, err := account.NewService(v.store, passkeyOrigin)
	ok(t, err)
	other := *d
	other.base = (&venue{Service: s, store: v.store}).waysSite(t).URL // cookies know no ports
	if here, there := d.must("/state", ""), other.must("/state", ""); here != there || len(here) != 64 {
		t.Errorf("%s and %s", here, there)
	}
}

func TestTheCookieOfAKey(t *testing.T) {
	for origin, want := range map[string]string{passkeyOrigin: "portsmouth-key", "https://venue.example": "__Host-portsmouth-key"} {
		v := newVenue(t, origin)
		w := httptest.NewRecorder()
		v.Sessions(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ok(t, v.SignIn(r.Context(), personID(t, v, "Witte")))
			code, err := v.BeginKey(r.Context(), waysPhrase, false)
			ok(t, err)
			_, err = v.ConfirmCode(r.Context(), w, code)
			ok(t, err)
		})).ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
		cookies := w.Result().Cookies()
		k := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return c.Name == want })
		if k < 0 {
			t.Fatalf("%s: %v", origin, cookies)
		}
		c := cookies[k]
		if c.Secure != strings.HasPrefix(origin, "https") || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" ||
			c.MaxAge != 0 || !c.Expires.IsZero() {
			t.Errorf("%s: %s", origin, c)
		}
	}
}

// prf has an authenticator answer an input as the extension says: HMAC-SHA-256 under a key of its own.
func (a *authenticator) prf(options string) string {
	var o struct {
		PublicKey struct {
			Extensions struct {
				PRF struct {
					Eval struct{ First string }
				}
			}
		} `json:"publicKey"`
	}
	ok(a.t, json.Unmarshal([]byte(options), &o))
	if o.PublicKey.Extensions.PRF.Eval.First == "" {
		a.t.Fatalf("nothing is asked: %s", options)
	}
	own, err := a.key.Bytes()
	ok(a.t, err)
	mac := hmac.New(sha256.New, own)
	mac.Write([]byte(o.PublicKey.Extensions.PRF.Eval.First))
	return strings.Replace(a.login(options), `"clientExtensionResults":{}`,
		`"clientExtensionResults":{"prf":{"results":{"first":"`+b64(mac.Sum(nil))+`"}}}`, 1)
}

func TestAPasskeyUnlocks(t *testing.T) {
	v, site, d, person, _ := withKey(t)
	secret, a := d.must("/state", ""), newAuthenticator(t)
	options := d.must("/register/begin", "")
	if !strings.Contains(options, `"prf":{}`) {
		t.Errorf("a new passkey is not asked whether it could: %s", options)
	}
	d.must("/register", a.register(options))
	d.refuses("passkey-none", "/unlock-passkey/begin", "")
	d.refuses("passkey-none", "/way/begin", "unknown")
	d.refuses("passkey-prf", "/way", a.login(d.must("/way/begin", string(a.id))))
	d.must("/way", a.prf(d.must("/way/begin", string(a.id))))
	d.must("/lock", "")
	d.must("/unlock-passkey", a.prf(d.must("/unlock-passkey/begin", "")))
	if got := d.must("/state", ""); got != secret {
		t.Fatalf("by the passkey: %s", got)
	}

	// A fresh proof by the passkey leaves it unlocked; on another device it unlocks nothing by itself.
	d.must("/login", a.login(d.must("/login/begin", "")))
	if got := d.must("/state", ""); got != secret {
		t.Errorf("after a fresh proof: %s", got)
	}
	other := newDevice(t, site)
	other.must("/login", a.login(other.must("/login/begin", "")))
	if got := other.must("/state", ""); got != "locked" {
		t.Errorf("signed in: %s", got)
	}

	// An answer counts once, and not for another's session or with another key.
	answer := a.prf(d.must("/unlock-passkey/begin", ""))
	d.must("/unlock-passkey", answer)
	d.refuses("passkey", "/unlock-passkey", answer)
	komura := newDevice(t, site)
	komura.must("/in", personID(t, v, "Komura"))
	komura.refuses("key-unset", "/unlock-passkey", answer)
	forged := newAuthenticator(t)
	forged.id, forged.user = a.id, a.user
	d.refuses("passkey", "/unlock-passkey", forged.prf(d.must("/unlock-passkey/begin", "")))
	wrong := strings.Replace(a.prf(d.must("/unlock-passkey/begin", "")), `"first":"`, `"first":"AAAA`, 1)
	d.refuses("passkey-wrong", "/unlock-passkey", wrong)

	d.must("/way/drop", string(a.id))
	d.refuses("passkey-none", "/unlock-passkey/begin", "")
	d.must("/way", a.prf(d.must("/way/begin", string(a.id))))
	ok(t, v.DropPasskey(t.Context(), person, a.id))
	d.refuses("passkey-none", "/unlock-passkey/begin", "")
}

// TestTheDatabaseHoldsNoSecret: nor a passphrase, nor a code, nor the browser's half.
func TestTheDatabaseHoldsNoSecret(t *testing.T) {
	v, _, d, _, code := withKey(t)
	raw, err := hex.DecodeString(d.must("/state", ""))
	ok(t, err)
	var disk []byte
	for _, suffix := range []string{"", "-wal"} {
		part, err := os.ReadFile(v.path + suffix)
		ok(t, err)
		disk = append(disk, part...)
	}
	if !bytes.Contains(disk, []byte("passphrase")) {
		t.Fatal("the search does not find even what is there") // no vault lies over this database
	}
	bare, _ := lock.ReadCode(code)
	for what, text := range map[string]string{
		"secret": string(raw), "secret in base64": b64(raw), "passphrase": waysPhrase, "code": code, "bare code": bare, "cookie": d.keyCookie().Value,
	} {
		if bytes.Contains(disk, []byte(text)) {
			t.Errorf("the %s is in the database", what)
		}
	}
}

// A code that was prepared and never typed back keeps no other way alive: a passphrase that was changed since opens nothing there.
func TestAPendingCodeKeepsNoOldPassphrase(t *testing.T) {
	v, _, d, _, _ := withKey(t)
	d.must("/code", "")
	db, err := sql.Open("sqlite", v.path)
	ok(t, err)
	defer db.Close()
	rows, err := db.Query(`SELECT data FROM session`)
	ok(t, err)
	defer rows.Close()
	pending := 0
	for rows.Next() {
		var data []byte
		ok(t, rows.Scan(&data))
		pending += bytes.Count(data, []byte(`"kind":"code"`))
		if bytes.Contains(data, []byte(`"kind":"passphrase"`)) {
			t.Error("the passphrase lies in the session")
		}
	}
	ok(t, rows.Err())
	if pending != 1 {
		t.Errorf("%d codes are pending: this test is blind", pending)
	}
}
