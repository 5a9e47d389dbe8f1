package account_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/internal/account"
	"portsmouth/internal/vault"
)

// devicesSite serves what a test needs of the list of one's devices, over a vault on the database of the venue.
func devicesSite(t *testing.T) (*venue, *httptest.Server) {
	v := newVenue(t, passkeyOrigin)
	box, err := vault.Open(t.Context(), v.store, vault.Key{1})
	ok(t, err)
	now := v.Now
	if v.Service, err = account.NewService(box, passkeyOrigin); err != nil {
		t.Fatal(err)
	}
	v.Now = now
	return v, v.waysSite(t, v.deviceRoutes(t))
}

func (v *venue) deviceRoutes(t *testing.T) func(*http.ServeMux) {
	return func(mux *http.ServeMux) {
		mux.HandleFunc("GET /devices", func(w http.ResponseWriter, r *http.Request) {
			list, err := v.Devices(r.Context())
			ok(t, err)
			ok(t, json.NewEncoder(w).Encode(list))
		})
		mux.HandleFunc("POST /end/{device}", func(w http.ResponseWriter, r *http.Request) {
			if err := v.EndDevice(r.Context(), r.PathValue("device")); err != nil {
				http.Error(w, err.Error(), map[bool]int{true: 404, false: 500}[portsmouth.KindOf(err) == portsmouth.NotFound])
			}
		})
		mux.HandleFunc("POST /end-others", func(_ http.ResponseWriter, r *http.Request) { ok(t, v.EndOtherDevices(r.Context())) })
		mux.HandleFunc("POST /prove", func(_ http.ResponseWriter, r *http.Request) {
			if v.meanwhile != nil {
				meanwhile := v.meanwhile
				v.meanwhile = nil
				meanwhile()
			}
			ok(t, v.MarkFresh(r.Context()))
		})
	}
}

func (d *device) devices() (list []account.Device) {
	d.t.Helper()
	_, text := d.do("GET", "/devices", "")
	ok(d.t, json.Unmarshal([]byte(text), &list))
	return list
}

// token is the value of the session's cookie.
func (d *device) token() string {
	u, _ := url.Parse(d.base)
	for _, c := range d.Jar.Cookies(u) {
		if c.Name == "portsmouth" {
			return c.Value
		}
	}
	d.t.Fatal("there is no cookie of a session")
	return ""
}

func TestDevicesAreOnesOwn(t *testing.T) {
	v, site := devicesSite(t)
	witte, komura := personID(t, v, "Witte"), personID(t, v, "Komura")
	first, second, other, nobody := newDevice(t, site), newDevice(t, site), newDevice(t, site), newDevice(t, site)
	came := v.Now()
	first.must("/in", witte)
	v.pass(48 * time.Hour)
	second.must("/in", witte)
	other.must("/in", komura)

	list := second.devices()
	if len(list) != 2 || !list[0].Here || list[1].Here || list[0].ID == list[1].ID {
		t.Fatalf("%+v", list)
	}
	if got := list[1]; got.Signed.UnixMilli() != came.UnixMilli() || got.Used.UnixMilli() != came.UnixMilli() ||
		got.Ends.UnixMilli() != came.Add(90*24*time.Hour).UnixMilli() {
		t.Errorf("the other: %+v, came %v", got, came)
	}
	here := first.devices()
	if here[0].ID != list[1].ID || here[1].ID != list[0].ID {
		t.Errorf("of the same two one has the list %+v and the other %+v", here, list)
	}
	if list := other.devices(); len(list) != 1 || !list[0].Here {
		t.Errorf("of another: %+v", list)
	}
	for what, d := range map[string]*device{"another person": other, "nobody": nobody, "the device itself": first} {
		if status, _ := d.do("POST", "/end/"+here[0].ID, ""); status != http.StatusNotFound {
			t.Errorf("%s may end a device: %d", what, status)
		}
	}
	nobody.must("/end-others", "")
	if first.token(); len(first.devices()) != 2 {
		t.Error("somebody ended a device that is not theirs")
	}
}

func TestADeviceIsEndedFromElsewhere(t *testing.T) {
	v, site := devicesSite(t)
	witte := personID(t, v, "Witte")
	lost, here, komura := newDevice(t, site), newDevice(t, site), newDevice(t, site)
	komura.must("/in", personID(t, v, "Komura"))
	lost.must("/in", witte)
	lost.must("/typed", lost.must("/key", waysPhrase))
	if state := lost.must("/state", ""); len(state) != 64 {
		t.Fatal(state)
	}
	here.must("/in", witte)
	here.must("/unlock", waysPhrase)
	here.must("/end/"+here.devices()[1].ID, "")
	if state := lost.must("/state", ""); state != "no key" {
		t.Errorf("the device that was ended has %s", state)
	}
	if list := lost.devices(); len(list) != 1 || !list[0].Signed.Equal(time.UnixMilli(0)) {
		t.Errorf("the device that was ended sees %+v", list)
	}

	third := newDevice(t, site)
	third.must("/in", witte)
	link, err := v.NewWayBack(t.Context(), witte)
	ok(t, err)
	of, err := v.NewWayBack(t.Context(), personID(t, v, "Takahira"))
	ok(t, err)
	here.must("/end-others", "")
	if state := third.must("/state", ""); state != "no key" {
		t.Errorf("one of all others has %s", state)
	}
	if state := here.must("/state", ""); len(state) != 64 {
		t.Errorf("the device at hand has %s", state)
	}
	if _, err := v.UseWayBack(t.Context(), link); portsmouth.RuleOf(err) != "way-back" {
		t.Errorf("a link that was made before: %v", err)
	}
	_, err = v.UseWayBack(t.Context(), of)
	ok(t, err)
	if n := len(here.devices()); n != 1 || len(komura.devices()) != 1 {
		t.Errorf("%d are left, and of the other %d", n, len(komura.devices()))
	}
}

// TestWhatHasBeenEndedStaysSo: a request that is under way does not bring its session back, not even under another token.
func TestWhatHasBeenEndedStaysSo(t *testing.T) {
	v, site := devicesSite(t)
	witte := personID(t, v, "Witte")
	here, lost := newDevice(t, site), newDevice(t, site)
	here.must("/in", witte)
	lost.must("/in", witte)
	before := lost.token()
	v.meanwhile = func() { here.must("/end-others", "") }
	lost.must("/prove", "")
	if lost.token() != before {
		t.Error("the device got a new cookie, of a session that there is not")
	}
	if n := len(here.devices()); n != 1 {
		t.Errorf("%d devices are left", n)
	}
	if list := lost.devices(); !list[0].Signed.Equal(time.UnixMilli(0)) {
		t.Errorf("the device that was ended is in: %+v", list)
	}
}

// TestTwoAnswersThatCross: of two requests of one session one renews the token. The other, which ends later, does not take the
// browser's new cookie away.
func TestTwoAnswersThatCross(t *testing.T) {
	v, site := devicesSite(t)
	d := newDevice(t, site)
	d.must("/in", personID(t, v, "Witte"))
	v.meanwhile = func() { d.must("/prove", "") }
	d.must("/prove", "")
	if list := d.devices(); len(list) != 1 || list[0].Signed.Equal(time.UnixMilli(0)) {
		t.Errorf("the browser is nobody's: %+v", list)
	}
}

// TestAProofRenewsTheToken: what was copied before the proof is not fresh after it, and in no more.
func TestAProofRenewsTheToken(t *testing.T) {
	v := newVenue(t, passkeyOrigin)
	site := v.site(t, httptest.NewServer)
	d, thief := newDevice(t, site), newDevice(t, site)
	d.do("POST", "/in/"+person(t, v, "Witte").ID, "")
	thief.gets(d.cookie())
	v.pass(time.Hour)
	thief.who("Witte")
	before := d.cookie().Value
	d.do("POST", "/confirm", "")
	d.who("Witte, fresh")
	if d.cookie().Value == before {
		t.Error("the token is the same")
	}
	thief.who("nobody")
	v.pass(29 * 24 * time.Hour) // it is no shorter for it
	d.who("Witte")
}

func TestAProofLeavesTheKeyUnlocked(t *testing.T) {
	v, site := devicesSite(t)
	d := newDevice(t, site)
	d.must("/in", personID(t, v, "Witte"))
	d.must("/typed", d.must("/key", waysPhrase))
	secret, before := d.must("/state", ""), d.token()
	d.must("/prove", "")
	if d.token() == before || d.must("/state", "") != secret {
		t.Error("the proof changed no token, or locked the key")
	}
}

// TestASessionFromBeforeGetsItsName: whoever is in already is on the list as soon as they come again.
func TestASessionFromBeforeGetsItsName(t *testing.T) {
	v, site := devicesSite(t)
	box, err := vault.Open(t.Context(), v.store, vault.Key{1})
	ok(t, err)
	witte := personID(t, v, "Witte")
	old, here := newDevice(t, site), newDevice(t, site)
	old.must("/in", witte)
	kept, err := box.SessionsOf(t.Context(), witte, v.Now())
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	kept[0].Person = ""
	if there, err := box.ChangeSession(t.Context(), kept[0].Token, kept[0]); err != nil || !there {
		t.Fatal(there, err)
	}
	here.must("/in", witte)
	if n := len(here.devices()); n != 1 {
		t.Fatalf("%d devices, of which one has no name", n)
	}
	old.must("/state", "")
	if n := len(here.devices()); n != 2 {
		t.Errorf("%d devices", n)
	}
}

// A thief of the database cannot tell whose a session is.
func TestTheDatabaseDoesNotSayWhoseASessionIs(t *testing.T) {
	v, site := devicesSite(t)
	witte := personID(t, v, "Witte")
	newDevice(t, site).must("/in", witte)
	if below, err := v.store.SessionsOf(t.Context(), witte, v.Now()); err != nil || len(below) != 0 {
		t.Errorf("by the id: %+v, %v", below, err)
	}
}

func TestSessionsThatHaveEndedAreTold(t *testing.T) {
	v, site := devicesSite(t)
	d, other := newDevice(t, site), newDevice(t, site)
	d.must("/in", personID(t, v, "Witte"))
	other.must("/in", personID(t, v, "Komura"))
	keys := []string{keptAs(d), keptAs(other)}
	if ended, err := v.Ended(t.Context(), keys); err != nil || len(ended) != 0 {
		t.Errorf("%v, %v", ended, err)
	}
	d.must("/out", "")
	if ended, err := v.Ended(t.Context(), keys); err != nil || !slices.Equal(ended, keys[:1]) {
		t.Errorf("%v, %v, want %v", ended, err, keys[:1])
	}
	v.pass(31 * 24 * time.Hour)
	if ended, err := v.Ended(t.Context(), keys); err != nil || !slices.Equal(ended, keys) {
		t.Errorf("%v, %v, want %v", ended, err, keys)
	}
}

// keptAs is how the token of a device is kept.
func keptAs(d *device) string {
	sum := sha256.Sum256([]byte(d.token()))
	return strings.TrimRight(base64.URLEncoding.EncodeToString(sum[:]), "=")
}
