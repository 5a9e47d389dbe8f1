package web

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/verify"
)

// A venue in memory has no key and no witnesses.
func (r *recorder) RecordVerifier(string) string { return "" }

func (r *recorder) Sights(context.Context, string) ([]venue.Sight, error) { return nil, nil }

// keptInMemory keeps what witnesses said.
type keptInMemory map[string][]byte

func (m keptInMemory) Last(id string) ([]byte, error)          { return m[id], nil }
func (m keptInMemory) Keep(id string, checkpoint []byte) error { m[id] = checkpoint; return nil }

func keysWitness(t *testing.T, name string, seed byte) *record.Witness {
	t.Helper()
	w, err := record.NewWitness(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	must(t, err)
	return w
}

// keysWorld is a world with a conference that the public knows; the rules wait for one witness.
type keysWorld struct {
	*world
	t    *testing.T
	base string
}

func newKeysWorld(t *testing.T, d *door) keysWorld {
	o := conftest.Options{Rules: conftest.Rules()}
	o.Rules.Publicity.Listed = true
	o.Rules.Witnesses.Quorum = 1
	scene := conftest.NewScene(o)
	must(t, scene.To(conference.Bargaining))
	w := newWorld(t, d, []string{"north", "north-member", "south", "observer", "host", "stranger"}, nil)
	w.venue.Cosigned = keptInMemory{}
	w.put(conftest.ConferenceID, scene.Log)
	w.begin("keys", scene.Now.Add(time.Minute))
	return keysWorld{w, t, "/c/" + conftest.ConferenceID}
}

func (x keysWorld) page(person, path string, status int) string {
	x.t.Helper()
	got := x.ask(person, request{path: x.base + path})
	if got.status != status {
		x.t.Fatalf("%q: %s: %d\n%s", person, path, got.status, excerpt(got.body))
	}
	return got.body
}

func (x keysWorld) send(person, verb string, status int, pairs ...string) string {
	x.t.Helper()
	time.Sleep(time.Second) // the pace of a person
	form := url.Values{"key": {person + verb + strings.Join(pairs, "")}, "seen": {"99999"}, "form": {"witness"}}
	for k := 0; k+1 < len(pairs); k += 2 {
		form.Set(pairs[k], pairs[k+1])
	}
	got := x.ask(person, request{path: x.base + "/" + verb, form: form})
	if got.status != status {
		x.t.Fatalf("%q: %s: %d\n%s", person, verb, got.status, excerpt(got.body))
	}
	return got.body
}

// cosign has a witness sign the checkpoint that stands.
func (x keysWorld) cosign(w *record.Witness) {
	x.t.Helper()
	signed, _, err := x.venue.RecordFile(x.t.Context(), conftest.ConferenceID, record.CheckpointPath)
	must(x.t, err)
	c, err := record.ReadCheckpoint(signed)
	must(x.t, err)
	must(x.t, x.venue.AddCosignature(x.t.Context(), conftest.ConferenceID, w.Cosign(c, time.Now())))
}

func TestAWitnessIsDeclaredAndSeen(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := newKeysWorld(t, d)
		one, two := keysWitness(t, "north.example/witness", 1), keysWitness(t, "press.example/witness", 2)
		says(t, x.page("north", "/keys", 200), "declared signed when one witness", "There is no witness yet", `name="verifier"`, worldKey(t).Verifier(conftest.ConferenceID))
		silent(t, x.page("north-member", "/keys", 200), `name="verifier"`)
		silent(t, x.page("stranger", "/keys", 200), `name="verifier"`)

		// It is read back first; what is no such key is said at once.
		says(t, x.page("north", "/keys?form=witness&verifier=hope", 422), `role="alert"`, `value="hope"`)
		read := x.page("north", "/keys?form=witness&verifier="+url.QueryEscape(" "+one.Verifier()+" "), 200)
		says(t, read, "north.example/witness", "<code>"+strings.Split(one.Verifier(), "+")[1]+"</code>", "Declare this key")
		x.send("north", "declare-key", http.StatusSeeOther, "verifier", one.Verifier())
		says(t, x.send("south", "declare-key", http.StatusUnprocessableEntity, "verifier", one.Verifier()), "another")
		x.send("observer", "declare-key", http.StatusSeeOther, "verifier", two.Verifier())

		for _, person := range []string{"north", "north-member", "observer", "stranger", ""} {
			says(t, x.page(person, "/keys", 200), "None of the witnesses", "north.example/witness", "press.example/witness", "has not seen the record yet")
		}
		x.cosign(one)
		time.Sleep(12 * time.Second)
		for _, person := range []string{"south", "observer", ""} {
			says(t, x.page(person, "/keys", 200), "Seen by 1 of 2, 12 s ago", "has seen all of it, 12 s ago")
		}
		x.send("observer", "retract-key", http.StatusSeeOther) // a leaf, which the other witness has not seen
		says(t, x.page("south", "/keys", 200), "None of the witnesses", "has seen 4 of 5 entries, 13 s ago", "Keys that hold no more")
		silent(t, x.page("", "/keys", 200), "press.example/witness", "Keys that hold no more")
		says(t, x.page("", "/keys", 200), "The north")
	})
}

// A receipt of one's own act is offered beside it, to nobody else, and holds with nothing but the file and the key.
func TestAReceiptIsOfferedBesideTheAct(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := newKeysWorld(t, d)
		x.send("north", "speak", http.StatusSeeOther, "room", "delegation", "text", "Among ourselves")
		view, err := x.venue.Look(t.Context(), conftest.ConferenceID, "north")
		must(t, err)
		own := view.Acts[len(view.Acts)-1]
		link := `href="` + x.base + "/acts/" + own.ID + `/receipt"`
		for _, path := range []string{"/rooms/delegation", "/table/rooms/delegation"} {
			says(t, x.page("north", path, 200), link)
			silent(t, x.page("north-member", path, 200), link)
		}
		says(t, x.page("north", "/keys", 200), "portsmouth verify FILE --key KEY")
		file := x.page("north", "/acts/"+own.ID+"/receipt", 200)
		key := worldKey(t).Verifier(conftest.ConferenceID)
		if r := verify.Receipt([]byte(file), verify.Options{Key: key}); !r.OK() || !strings.Contains(r.String(), own.ID) {
			t.Errorf("the receipt does not hold:\n%s", r)
		}
		wrong := strings.Replace(file, own.ID, strings.Repeat("0", 32), 1)
		if verify.Receipt([]byte(wrong), verify.Options{Key: key}).OK() {
			t.Error("a receipt of another act holds too")
		}
		offered := 0
		for _, a := range view.Acts {
			if strings.Contains(x.page("north", "", 200), "/acts/"+a.ID+"/receipt") {
				offered++
				if a.By != "north" || follows(a.Body) {
					t.Errorf("act %d is not the reader's own", a.Number)
				}
			}
		}
		if offered < 2 {
			t.Errorf("%d receipts are offered at the table", offered)
		}
	})
}

// While the agreement waits for witnesses the page of the signing says so.
func TestSigningSaysThatWitnessesAreAwaited(t *testing.T) {
	o := conftest.Options{Rules: conftest.Rules()}
	o.Rules.Publicity.Listed = true
	o.Rules.Witnesses.Quorum = 2
	scene := conftest.NewScene(o)
	must(t, scene.To(conference.Signature))
	draws := func() string { return draw(t, signingPage(sheetFor(scene.See("north"), scene.Now, "en", nil))) }
	silent(t, draws(), "All have signed")
	for _, p := range scene.Heads() {
		_, err := scene.Do(p, scene.Signature(p, p))
		must(t, err)
	}
	says(t, draws(), "All have signed. The conference is declared signed when 2 witnesses have seen it.", "/keys")
}

// What is read aloud of a key is short, and another for another key.
func TestFingerprintsAreShort(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range []shownKey{
		{purpose: conference.KeySigning, key: "C285XKFKwgI3TVz/Z4txFX0L734AwwRem4CqtP+4UnY="},
		{purpose: conference.KeyRoom, key: "HxxbL613hDQCTxU3mGNGknkX9HVabn0/2R8iZTt8MTI="},
		{purpose: conference.KeyWitness, key: "observer.example/w+fb0edc15+BHDiGazmJFtqYt293TAlbrMwRUlMsfl0f9HsU4jwoPyT"},
	} {
		f := k.fingerprint()
		if f == "" || len(f) > 40 || seen[f] {
			t.Errorf("%q of %s", f, k.key)
		}
		seen[f] = true
	}
	if !seen["observer.example/w fb0edc15"] {
		t.Error("a witness's is not what its program shows")
	}
}
