package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// Locked rooms in two worlds: both venues have a vault, everybody has a reading key, and the rooms of the north are locked. In one
// world other things are said there than in the other, and one is let in to read them. Nobody outside may learn of it: not what, not
// when, not that.

// lockedEyes are onlookers and the rooms of the north that they may not enter.
func lockedEyes() []eyes {
	return []eyes{
		{"public", []string{"", "stranger", "observer"}},
		{"convening", []string{"host"}},
		{"mediator", []string{"mediator"}},
		{"south", []string{"south", "south-member", "south-principal"}},
	}
}

// hiddenTalks are acts that onlookers do not see: of the mediator's eyes the caucus is none.
func hiddenTalks(x *lockedWorld, e eyes, world string) {
	if world == "there" {
		x.do("hidden extra", "north-member", conference.Speak{Room: "delegation", Text: "Said in one world only, and at some length: " + strings.Repeat("the toll. ", 80)})
		x.do("hidden admission", "north", conference.AdmitReader{Room: "delegation", Person: "north-member", Key: x.declaredKey("north-member")})
		x.do("hidden orders", "north-principal", conference.SendInstructions{Text: "Hidden orders"})
	}
	x.do("hidden", "north", conference.Speak{Room: "delegation", Text: "Hidden, " + world})
	if e.name == "mediator" {
		return
	}
	x.do("hidden in caucus", "north", conference.Speak{Room: "caucus", Text: "Hidden in caucus, " + world})
	if world == "there" {
		x.do("hidden carry", "north", conference.ReleaseStatement{Statement: idOf("hidden in caucus", 0), Carry: true})
		x.do("hidden answer", "mediator", conference.Speak{Room: "caucus", Party: "north", Text: "I hear you"})
		x.do("hidden letting in", "mediator", conference.AdmitReader{Room: "caucus", Party: "north", Person: "north-member", Key: x.declaredKey("north-member")})
	}
}

// lockedPair is one world of a pair with what its onlookers heard.
func lockedPair(t *testing.T, d *door, e eyes, world string) (x *lockedWorld, heard string) {
	x = talked(t, d)
	x.do("south in caucus", "south", conference.Speak{Room: "caucus", Text: "Our words"})
	x.declares("north-member", 2)
	x.declares("south-member", 2)
	var ears []*ear
	for _, person := range e.people {
		ears = append(ears, x.listen(person, request{path: "/c/" + conftest.ConferenceID + "/live?seen=0"}))
	}
	synctest.Wait()
	began := x.now
	hiddenTalks(x, e, world)
	synctest.Wait()
	x.begin("then", began.Add(time.Hour))
	x.do("plenary", "south", conference.Speak{Room: "plenary", Text: "And now to all"})
	synctest.Wait()
	x.begin("after", x.now)
	for _, ear := range ears {
		heard += ear.String()
		ear.hangUp()
	}
	synctest.Wait()
	return x, heard
}

// lockedRequests are all pages, and forms that pry.
func lockedRequests(c *chances, most int) []request {
	ids := []string{"unknown", idOf("hidden", 0), idOf("hidden in caucus", 0), idOf("hidden extra", 0), idOf("caucus", 0), idOf("plenary", 0)}
	posts := signpostsOf(conftest.ConferenceID, "unknown", []string{"north", "south"})
	posts["act"], posts["statement"] = ids, ids
	list := posts.crawl(c, most)
	for _, room := range []string{"delegation", "caucus-north", "notes"} {
		pry := url.Values{"in": {room}, "reader": {"north-member"}}
		list = append(list, request{path: "/c/" + conftest.ConferenceID + "/keys?" + pry.Encode()})
		form := url.Values{"sure": {"yes"}, "key": {room}, "seen": {"99999"}}
		maps.Copy(form, pry)
		list = append(list, request{path: "/c/" + conftest.ConferenceID + "/admit-reader", form: form})
	}
	return append(list, request{
		path: "/c/" + conftest.ConferenceID + "/release-statement",
		form: url.Values{"statement": {idOf("hidden in caucus", 0)}, "key": {"release"}, "seen": {"99999"}},
	})
}

func TestLockedRoomsInTwoWorlds(t *testing.T) {
	compared, hidden := 0, 0
	for _, e := range lockedEyes() {
		t.Run(e.name, func(t *testing.T) {
			d := doors(t, 2)
			synctest.Test(t, func(t *testing.T) {
				here, heardHere := lockedPair(t, d[0], e, "here")
				there, heardThere := lockedPair(t, d[1], e, "there")
				if heardHere != heardThere || !strings.Contains(heardHere, "poke") {
					t.Errorf("the streams: %s", difference(heardHere, heardThere))
				}
				c := newChances(t, 7)
				for n, person := range e.people {
					for _, unlocked := range []bool{false, true} {
						here.unlocked[person], there.unlocked[person] = unlocked, unlocked
						for _, r := range lockedRequests(c, 1+max(0, 1-n)) {
							if r.form != nil {
								time.Sleep(time.Second) // the pace of a person
								r.form.Set("key", fmt.Sprint(person, unlocked, r.form.Get("key")))
							}
							r.header = here.header(person)
							a, b := here.ask(person, r), there.ask(person, r)
							compared++
							if a != b {
								t.Errorf("in the eyes of %q, unlocked %v: %s: %s", person, unlocked, r, difference(a.String(), b.String()))
							}
						}
					}
				}
				hidden += lockedDiffer(t, here, there)
			})
		})
	}
	t.Logf("%d pages and forms are the same in both worlds; %d of those of members differ", compared, hidden)
}

// lockedDiffer proves that the worlds do differ: to those who may enter the rooms, unlocked or not.
func lockedDiffer(t *testing.T, here, there *lockedWorld) (pages int) {
	for _, person := range []string{"north", "north-member"} {
		for _, unlocked := range []bool{false, true} {
			here.unlocked[person], there.unlocked[person] = unlocked, unlocked
			for _, path := range []string{"/rooms/delegation", "/delegation"} {
				r := request{path: "/c/" + conftest.ConferenceID + path, header: here.header(person)}
				a, b := here.ask(person, r), there.ask(person, r)
				if a == b || a.status != http.StatusOK || b.status != http.StatusOK {
					t.Errorf("to %q, unlocked %v, %s is the same in both worlds: this test is blind", person, unlocked, path)
				}
				if told := strings.Contains(b.body, "Hidden orders"); path == "/delegation" && told != unlocked {
					t.Errorf("%q, unlocked %v, reads the orders: %v", person, unlocked, told)
				}
				pages++
			}
		}
	}
	return pages
}

// What only an unlocked member reads is on no page of a member who has not unlocked.
func TestLockedWordsAreOnNoPage(t *testing.T) {
	d := doors(t, 1)[0]
	synctest.Test(t, func(t *testing.T) {
		x, _ := lockedPair(t, d, lockedEyes()[0], "there")
		secret := append(slices.Clone(saidInTalks), "Hidden orders", "Hidden, there", "Hidden in caucus", "I hear you")
		c := newChances(t, 7)
		for _, person := range []string{"north", "north-member", "mediator"} {
			for _, r := range lockedRequests(c, 4) {
				if r.form != nil {
					continue
				}
				got := x.ask(person, r)
				for _, words := range secret {
					if strings.Contains(got.body, words) {
						t.Errorf("%q reads %q on %s without having unlocked", person, words, r.path)
					}
				}
			}
		}
		x.unlocked["north"] = true
		says(t, x.page("north", "/rooms/caucus-north"), "Hidden in caucus, there", "I hear you")
	})
}
