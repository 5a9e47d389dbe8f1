package web

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/record"
)

// awaitedWorld is a conference that all have signed. The rules wait for two witnesses; two are named.
type awaitedWorld struct {
	keysWorld
	one, two *record.Witness
}

func newAwaitedWorld(t *testing.T, d *door) awaitedWorld {
	t.Helper()
	o := conftest.Options{Rules: conftest.Rules()}
	o.Rules.Witnesses.Quorum = 2
	scene := conftest.NewScene(o)
	must(t, scene.To(conference.Signature))
	one, two := keysWitness(t, "north.example/witness", 1), keysWitness(t, "press.example/witness", 2)
	for by, w := range map[string]*record.Witness{"north": one, "observer": two} {
		_, err := scene.Do(by, conference.DeclareKey{Purpose: conference.KeyWitness, Key: w.Verifier()})
		must(t, err)
	}
	must(t, scene.Sign())
	w := newWorld(t, d, []string{"north", "north-principal", "south", "mediator", "observer", "host", "stranger"}, nil)
	w.put(conftest.ConferenceID, scene.Log)
	w.begin("awaited", scene.Now.Add(time.Minute))
	return awaitedWorld{keysWorld{w, t, "/c/" + conftest.ConferenceID}, one, two}
}

// Every page that shows the stage says that it waits for witnesses, for how many, and how many have come; none says signed.
func TestPagesSayThatWitnessesAreAwaited(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := newAwaitedWorld(t, d)
		pages := []string{"", "/signing", "/after", "/sessions", "/rules", "/text", "/offers"}
		for _, path := range pages {
			says(t, x.page("north", path, 200), "Signed by all, seen by 0 of 2 witnesses", "Waiting for the witnesses: none of 2 has seen it yet.")
		}
		x.cosign(x.one)
		time.Sleep(12 * time.Second)
		for _, person := range []string{"north", "south", "mediator"} {
			for _, path := range pages {
				says(t, x.page(person, path, 200), "Signed by all, seen by 1 of 2 witnesses", "1 of 2 have seen it, 12 s ago")
			}
		}
		says(t, x.page("mediator", "/desk", 200), "Signed by all, seen by 1 of 2 witnesses", "All parties have signed. The agreement is declared signed when")
		silent(t, x.page("mediator", "/signing", 200), `id="sign"`)
		for _, path := range []string{"/signing", "/after"} {
			says(t, x.page("north", path, 200), "two ways out", `href="`+x.base+`/rules"`, `href="`+x.base+`/sessions"`)
		}
		for _, person := range []string{"stranger", "observer", ""} {
			says(t, x.page(person, "/public", 200), "All have signed.", "1 of 2 have seen it")
			silent(t, x.page(person, "/public", 200), "two ways out", "Signed on")
		}
		says(t, x.ask("north", request{path: "/"}).body, "Signed by all, seen by 1 of 2 witnesses")
		says(t, x.ask("north", request{path: x.base + "?lang=fr"}).body, "Signé par tous ; témoins : 1 sur 2", "1 sur 2 l’ont vu")

		x.cosign(x.two)
		says(t, x.page("north", "/after", 200), "Seen by the witnesses", "Ratification")
		for _, path := range pages {
			silent(t, x.page("north", path, 200), "Signed by all, seen", "Waiting for the witnesses")
		}
		says(t, x.page("", "/public", 200), "signed")
		silent(t, x.page("", "/public", 200), "All have signed.")
		says(t, x.page("mediator", "/signing", 200), `id="sign"`)
	})
}

// If they never come, all agree on the page of the rules to wait for none, or for fewer: these see that the rules have changed,
// and cosign that. The form asks for nothing else.
func TestAllAgreeToWaitForFewerWitnesses(t *testing.T) {
	for _, quorum := range []string{"0", "1"} {
		t.Run(quorum, func(t *testing.T) { waitsForFewer(t, quorum) })
	}
}

func waitsForFewer(t *testing.T, quorum string) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := newAwaitedWorld(t, d)
		x.cosign(x.one)
		rules := x.page("south", "/rules", 200)
		says(t, rules, `id="quorum"`, `name="quorum"`)
		silent(t, rules, `name="entry_into_force"`, `name="listed"`)
		x.send("south", "propose-rules", http.StatusSeeOther, "quorum", quorum, "entry_into_force", "on-signature", "note", "No newspaper would come.")
		says(t, x.page("north", "", 200), "– consent to the rules", "Read the rules and consent", "1 of 2 have seen it")
		for _, person := range []string{"mediator", "north", "south"} {
			x.send(person, "accept-rules", http.StatusSeeOther, "version", "2")
		}
		if quorum != "0" {
			says(t, x.page("north", "", 200), "Signed by all, seen by 1 of 1 witness")
			x.cosign(x.one)
		}
		log := conference.Fold(x.log(conftest.ConferenceID))
		if log.Stage != conference.Ratification || log.Rules.EntryIntoForce != "on-last-ratification" || log.Rules.Note != "No newspaper would come." {
			t.Errorf("after all agreed: %s, %+v", log.Stage, log.Rules)
		}
	})
}

// Or all break off, each saying so: the page says who has, and that one alone does not.
func TestAllBreakOffWhatAllHaveSigned(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := newAwaitedWorld(t, d)
		says(t, x.page("south", "/sessions", 200), "broken off only when every party has agreed to it")
		x.send("south", "break-off", http.StatusSeeOther, "reason", "Nobody comes.", "sure", "yes")
		says(t, x.page("north", "", 200), "The south agrees to break off, although all have signed", "Nobody comes.")
		if stage := conference.Fold(x.log(conftest.ConferenceID)).Stage; stage != conference.Signature {
			t.Fatal("one alone has broken off:", stage)
		}
		x.send("north", "break-off", http.StatusSeeOther, "reason", "So be it.", "sure", "yes")
		if stage := conference.Fold(x.log(conftest.ConferenceID)).Stage; stage != conference.BrokenOffStage {
			t.Error("all have agreed:", stage)
		}
	})
}

// The file to take home holds no signatures until the conference is declared signed.
func TestNothingSignedIsTakenHomeBeforeTheWitnesses(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x := newAwaitedWorld(t, d)
		if file := x.page("north", "/treaty.json", 200); strings.Contains(file, "Plenipotentiary") {
			t.Error("the file is signed already:", excerpt(file))
		}
		x.cosign(x.one)
		x.cosign(x.two)
		says(t, x.page("north", "/treaty.json", 200), "Plenipotentiary")
	})
}
