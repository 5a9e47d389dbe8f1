package web

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/account"
	"portsmouth/internal/live"
	"portsmouth/internal/lock"
	"portsmouth/internal/store"
	"portsmouth/internal/vault"
	"portsmouth/internal/venue"
)

// A venue in memory keeps no keys of rooms.
func (r *recorder) Rooms(context.Context, string, string) ([]venue.Room, error) { return nil, nil }

// lockedWorld is a world over a vault, in which people have secrets. A request brings its person's when they have unlocked.
type lockedWorld struct {
	*world
	secrets  map[string]lock.Secret
	unlocked map[string]bool
}

// unlockedHeader names who has unlocked, to the test's own middleware.
const unlockedHeader = "Test-Unlocked"

// newLockedWorld opens a world with a conference that the public knows.
func newLockedWorld(t testing.TB, d *door) *lockedWorld {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "venue.db"))
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	sealed, err := vault.Open(t.Context(), db, vault.Key{1})
	must(t, err)
	d.store.Store = db
	w := &world{t: t, db: db, hub: &live.Hub{}, account: d.service, cookies: map[string]string{}}
	x := &lockedWorld{world: w, secrets: map[string]lock.Secret{}, unlocked: map[string]bool{}}
	w.venue = venue.New(venue.Options{
		Store: sealed, Keys: sealed, Hub: w.hub, Clock: worldClock{w}, NewID: w.newID, NewSalt: w.newSalt, RecordKey: worldKey(t),
	})
	screens, err := New(Options{Venue: w.venue, Accounts: d.service, Origin: worldOrigin, NewKey: w.newKey, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	must(t, err)
	w.handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if secret, has := x.secrets[r.Header.Get(unlockedHeader)]; has {
			r = r.WithContext(lock.With(r.Context(), secret))
		}
		screens.ServeHTTP(rw, r)
	})
	for _, p := range append(lockedPeople(), "host", "observer", "stranger") {
		must(t, db.AddPerson(t.Context(), account.Person{ID: p, Name: "Mx " + p}))
	}
	x.convene(sealed)
	return x
}

// lockedPeople are those who declare keys.
func lockedPeople() []string {
	people := []string{"mediator"}
	for _, party := range []string{"north", "south"} {
		people = append(people, party, party+"-member", party+"-adviser", party+"-secretary", party+"-principal")
	}
	return people
}

// convene puts a conference that bargains into the vault. Nothing was said in private so far.
func (x *lockedWorld) convene(sealed *vault.Vault) {
	o := conftest.Options{Rules: conftest.Rules()}
	o.Rules.Publicity.Listed = true
	scene := conftest.NewScene(o)
	must(x.t, scene.To(conference.Bargaining))
	a := conference.Append{Conference: conftest.ConferenceID, Index: conference.IndexOf(scene.Log)}
	for _, e := range scene.Log {
		room, body, err := conference.EncodeEvent(e)
		must(x.t, err)
		a.Acts = append(a.Acts, conference.Stored{Room: room, Body: body})
	}
	_, err := sealed.Append(x.t.Context(), a)
	must(x.t, err)
	must(x.t, x.venue.BeginRecords(x.t.Context()))
	x.begin("locked", scene.Now.Add(time.Minute))
}

// do has a person act; they have unlocked when they have a secret. An act's id depends on its name alone.
func (x *lockedWorld) do(name, person string, c conference.Command) {
	x.t.Helper()
	x.begin(name, x.now.Add(time.Minute))
	ctx := x.t.Context()
	if secret, has := x.secrets[person]; has {
		ctx = lock.With(ctx, secret)
	}
	_, err := x.venue.Do(ctx, venue.Request{Conference: conftest.ConferenceID, Person: person, Command: c, Seen: -1})
	must(x.t, err)
}

// declares gives a person a secret, always the same for the same number, and its key to the conference.
func (x *lockedWorld) declares(person string, number byte) {
	x.t.Helper()
	secret := lock.Secret{number}
	copy(secret[1:], person)
	x.secrets[person] = secret
	pair, err := secret.Pair(conftest.ConferenceID)
	must(x.t, err)
	x.do("key of "+person+string('0'+rune(number)), person, conference.DeclareKey{Purpose: conference.KeyRoom, Key: base64.StdEncoding.EncodeToString(pair.Public())})
}

func (x *lockedWorld) page(person, path string) string {
	x.t.Helper()
	got := x.ask(person, request{path: "/c/" + conftest.ConferenceID + path, header: x.header(person)})
	if got.status != http.StatusOK {
		x.t.Fatalf("%q: %s: %d\n%s", person, path, got.status, excerpt(got.body))
	}
	return got.body
}

func (x *lockedWorld) header(person string) http.Header {
	if !x.unlocked[person] {
		return nil
	}
	return http.Header{unlockedHeader: {person}}
}

func (x *lockedWorld) send(person, verb string, status int, pairs ...string) string {
	x.t.Helper()
	time.Sleep(time.Second) // the pace of a person
	form := url.Values{"key": {fmt.Sprint(person, verb, x.asked)}, "seen": {"99999"}}
	for k := 0; k+1 < len(pairs); k += 2 {
		form.Set(pairs[k], pairs[k+1])
	}
	got := x.ask(person, request{path: "/c/" + conftest.ConferenceID + "/" + verb, form: form, header: x.header(person)})
	if got.status != status {
		x.t.Fatalf("%q: %s: %d\n%s", person, verb, got.status, excerpt(got.body))
	}
	return got.body
}

// unlockAt is the way to unlock from a page of the conference.
func unlockAt(path string) string {
	return `href="/unlock?next=` + "/c/" + conftest.ConferenceID + path + `"`
}

// A room says by whom its words are kept, and whose key is missing: to those who may enter it.
func TestARoomSaysWhatWouldLockIt(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := newLockedWorld(t, d)
		held := "and could read what is stored."
		says(t, x.page("north", "/rooms/caucus-north"), held, "Mx mediator, Mx north-adviser", "2 others and you have set a reading key", `href="/reading-key"`, "What you tell only the mediator")
		says(t, x.page("north", "/rooms/plenary"), held)
		silent(t, x.page("north", "/rooms/plenary"), "This room will be locked")
		for _, person := range lockedPeople()[1:] {
			x.declares(person, 1)
		}
		says(t, x.page("north", "/rooms/caucus-north"), held, "once Mx mediator has set a reading key")
		says(t, x.page("north", "/rooms/delegation"), "Only the reading keys of its", "open the words that are stored here", "could read them while you work")
		silent(t, x.page("north", "/rooms/delegation"), "This room will be locked", "and could read what is stored")
		says(t, x.page("mediator", "/rooms/notes"), "once you have set a reading key")
		x.declares("mediator", 1)
		says(t, x.page("mediator", "/rooms/notes"), "Only your reading key opens the words")
		for _, lang := range []string{"en", "fr"} {
			silent(t, x.page("north", "/rooms/caucus-north?lang="+lang), "This room will be locked", "sera verrouillée")
		}
	})
}

// talked is a locked world in which something was said in the rooms of the north.
func talked(t *testing.T, d *door) *lockedWorld {
	x := newLockedWorld(t, d)
	for _, person := range lockedPeople() {
		x.declares(person, 1)
	}
	x.do("caucus", "north", conference.Speak{Room: "caucus", Text: "Half of the coast, between us."})
	x.do("carry", "north", conference.ReleaseStatement{Statement: idOf("caucus", 0), Text: "Half of the coast", Carry: true})
	x.do("inside", "north-member", conference.Speak{Room: "delegation", Text: "They will never pay."})
	x.do("orders", "north-principal", conference.SendInstructions{Text: "Keep the islands at any price."})
	return x
}

// saidInTalks are the words of it.
var saidInTalks = []string{"Half of the coast", "They will never pay", "Keep the islands"}

// Wherever words are shown, locked ones have their place, their author and the way to unlock them.
func TestLockedWordsAskToBeUnlocked(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := talked(t, d)
		for _, c := range []struct {
			person, path string
			words, stays []string // stays is there, locked or not
			gone         []string // is only there unlocked
		}{
			{"north", "/rooms/caucus-north", []string{"between us."}, []string{"Mx north"}, []string{"release-statement"}},
			{"north", "/table/rooms/caucus-north", []string{"between us."}, []string{"Mx north"}, nil},
			{"north", "/rooms/caucus-north/reply/" + idOf("caucus", 0), []string{"between us."}, []string{"Mx north"}, nil},
			{"north", "/rooms/delegation", []string{"They will never pay."}, []string{"Mx north-member"}, nil},
			{"north", "/delegation", []string{"Keep the islands"}, []string{"Instructions of"}, nil},
			{"mediator", "/rooms/caucus-north", []string{"between us."}, []string{"Mx north"}, []string{"carry-statement"}},
			{"mediator", "/desk", []string{"between us."}, []string{"you may carry it"}, []string{"carry-statement", "Half of the coast”"}},
		} {
			page := x.page(c.person, c.path)
			says(t, page, append(c.stays, `class="locked-words"`, "Locked.", "Unlock to read", unlockAt(c.path))...)
			silent(t, page, append(c.gone, saidInTalks...)...)
			silent(t, page, `<blockquote class="said" ></blockquote>`, `<blockquote class="said"></blockquote>`)
			says(t, x.page(c.person, c.path+"?lang=fr"), "Verrouillé.", "Déverrouiller pour lire")
			x.unlocked[c.person] = true
			page = x.page(c.person, c.path)
			says(t, page, append(append(c.words, c.stays...), c.gone...)...)
			silent(t, page, `class="locked-words"`)
			x.unlocked[c.person] = false
		}
	})
}

// What takes the words is refused with a sentence and the way to unlock them.
func TestWhatTakesLockedWordsSaysSo(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := talked(t, d)
		form := []string{"statement", idOf("caucus", 0), "in", "caucus-north", "form", "release-" + idOf("caucus", 0)}
		refused := x.send("north", "release-statement", http.StatusUnprocessableEntity, form...)
		says(t, refused, "These words are locked; unlock with your reading key first.", unlockAt("/rooms"))
		got := x.ask("north", request{path: "/c/" + conftest.ConferenceID + "/acts/" + idOf("caucus", 0) + "/bytes"})
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "These words are locked") {
			t.Errorf("the bytes of what is locked: %d", got.status)
		}
		x.unlocked["north"] = true
		x.send("north", "release-statement", http.StatusSeeOther, form...)
		says(t, x.page("south", ""), "between us.")
	})
}

// Who has a new key is let in by a member, who compares its fingerprint first; nobody outside the room learns of it.
func TestAMemberIsLetInToWhatWasSaid(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := talked(t, d)
		says(t, x.page("north", "/keys"), "Reading keys", "Only the reading keys of its 5 members", "Not locked, even then", "Unlock", unlockAt("/keys"))
		silent(t, x.page("north", "/keys"), "has a new key")
		x.declares("north-member", 2)
		shut := `<span class="reader-shut">has a new key and cannot read what was said before.</span>`
		for _, person := range []string{"north", "mediator"} {
			says(t, x.page(person, "/keys"), shut, "Let Mx north-member read it", "in=caucus-north&amp;reader=north-member#admission")
		}
		silent(t, x.page("mediator", "/keys"), "in=delegation")
		for _, person := range []string{"south", "south-member", "observer", "stranger", "host"} {
			silent(t, x.page(person, "/keys"), "has a new key", "readers-delegation-north", "caucus-north", `name="reader"`)
			silent(t, x.page(person, "/keys?in=delegation&reader=north-member"), `id="admission"`)
		}
		x.unlocked["north-member"] = true
		says(t, x.page("north-member", "/keys"), "You have a new key and cannot read what was said before.")
		says(t, x.page("north-member", "/rooms/delegation"), "Your reading key does not open this.", "Ask a member of the room")

		path := "/keys?in=delegation&reader=north-member"
		says(t, x.page("north", path), `id="admission"`, "To let somebody read what is locked, unlock first.")
		x.unlocked["north"] = true
		own := x.page("north-member", "/keys")
		read := x.page("north", path)
		says(t, read, `id="admission"`, "I have compared it with Mx north-member.", `action="/c/`+conftest.ConferenceID+`/admit-reader"`)
		_, fingerprint, _ := strings.Cut(read, `<p class="fingerprint"><code>`)
		fingerprint, _, _ = strings.Cut(fingerprint, "<")
		if len(fingerprint) != 19 || !strings.Contains(own, "The fingerprint of your reading key: <code>"+fingerprint+"</code>") {
			t.Errorf("%q is not what the member reads out", fingerprint)
		}
		form := []string{"in", "delegation", "reader", "north-member", "compared", x.declaredKey("north-member")}
		says(t, x.send("north", "admit-reader", http.StatusUnprocessableEntity, form...), "Compare the fingerprint with them first", `id="admission"`)
		form = append(form, "sure", "yes")
		old := append([]string{}, form...)
		old[5] = x.declaredKey("north")
		says(t, x.send("north", "admit-reader", http.StatusConflict, old...), "They have declared another key since")
		x.send("north", "admit-reader", http.StatusSeeOther, form...)
		says(t, x.page("north-member", "/rooms/delegation"), "They will never pay.", "Mx north-member can read here what was said before")
		says(t, x.page("north-member", "/rooms/caucus-north"), "Your reading key does not open this.")
		for _, person := range []string{"mediator", "south", "observer", ""} {
			silent(t, x.page(person, ""), "can read here")
		}
		says(t, x.send("north", "admit-reader", http.StatusUnprocessableEntity, form...), "There is nothing that you can read here and they cannot.")
		x.unlocked["north"] = false
		form[1] = "caucus-north"
		says(t, x.send("north", "admit-reader", http.StatusUnprocessableEntity, form...), "These words are locked", unlockAt("/keys"))
		x.send("south", "admit-reader", http.StatusUnprocessableEntity, form...)
	})
}

func (x *lockedWorld) declaredKey(person string) string {
	x.t.Helper()
	view, err := x.venue.Look(x.t.Context(), conftest.ConferenceID, person)
	must(x.t, err)
	return view.Key(person, conference.KeyRoom).Key
}

// A key that stands under one's name and is not one's own is noticed.
func TestAStrangeReadingKeyIsNoticed(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := newLockedWorld(t, d)
		says(t, x.page("north", "/keys"), "You have no reading key in this conference.", `href="/reading-key"`)
		x.secrets["north"], x.unlocked["north"] = lock.Secret{7}, true
		says(t, x.page("north", "/keys"), "It is not declared in this conference yet.")
		x.declares("north", 1)
		says(t, x.page("north", "/keys"), "The fingerprint of your reading key", ">unlocked<")
		silent(t, x.page("north", "/keys"), "is not the one that you have unlocked")
		x.secrets["north"] = lock.Secret{7}
		says(t, x.page("north", "/keys"), "The reading key that stands under your name is not the one that you have unlocked.")
	})
}
