package web

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
)

// The two-world test over HTTP. A conference is played at random, and then once more in another world, in which what some
// people may not see is otherwise: acts are changed, left out, added. Both worlds are whole venues, each on a database of
// its own. Whatever these people ask of them, every page and every form, must be answered the same, byte for byte; and
// their streams must wake at the same acts. The same test of the rules themselves is in the package conference.
//
// The outcome of a proposal depends on secret answers; where the worlds differ in it, they end before the close.

// pair is a conference in two worlds and those who look at both.
type pair struct {
	*chances
	seed        uint64
	eyes        eyes
	here, there plan
	differences int
}

// figures are what was done, for the report.
type figures struct {
	sync.Mutex
	pairs, hidden, gets, posts, accepted, streams, pokes int
	visible                                              int
	leakyPages, leakyAnswers, leakyStreams               int // pairs in which a difference was found
	stages                                               map[conference.Stage]int
	statuses                                             map[int]int
	rounds                                               map[string]int // closed, by type and result
	leaky                                                map[string]int // pages of a conference that differ, by name
	played                                               map[string]int // what must not be missing, by name
}

// stepsPlayed is how many steps a conference goes on from where it begins.
const stepsPlayed = 36

// pairsOf plans the conference of a seed in other worlds, one for each kind of onlooker.
func pairsOf(t testing.TB, seed uint64) []pair {
	t.Helper()
	c := newChances(t, seed)
	c.play(stepsPlayed)
	scene, played := *c.scene, c.plan
	var list []pair
	for n, e := range allEyes(c.scene) {
		at := scene
		mine := &chances{Rand: rand.New(rand.NewPCG(seed, uint64(n))), scene: &at, plan: played, t: t}
		p := pair{chances: mine, seed: seed, eyes: e}
		for range 20 { // where chance left nothing hidden, another chance
			if p.here, p.there, p.differences = mine.elsewhere(e); p.differences > 0 {
				break
			}
		}
		at.Log, mine.plan, mine.seen = p.here.log(), p.here, nil
		list = append(list, p)
	}
	return list
}

// seeds is how many conferences are played; the environment can ask for more.
func seeds(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("PORTSMOUTH_WORLDS")); err == nil && n > 0 {
		return n
	}
	if testing.Short() || raceDetector {
		return 2 // the detector makes a database of this kind ten times slower
	}
	return 10
}

func TestTwoWorldsOverHTTP(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	total := newFigures()
	t.Run("pairs", func(t *testing.T) {
		for seed := range uint64(seeds(t)) {
			for _, p := range pairsOf(t, seed) {
				t.Run(fmt.Sprintf("conference %d seen by %s", seed, p.eyes.name), func(t *testing.T) {
					t.Parallel()
					d := doors(t, 2)
					synctest.Test(t, func(t *testing.T) { p.compare(t, d, nil, total) })
				})
			}
		}
	})
	t.Logf("%d pairs of worlds with %d hidden differences over %d visible acts; compared: %d pages, %d forms (%d accepted), %d streams with %d pokes; ended in %v; rounds %v; played %v; answers %v",
		total.pairs, total.hidden, total.visible, total.gets, total.posts, total.accepted, total.streams, total.pokes, total.stages, total.rounds, total.played, total.statuses)
	if total.hidden < 5*total.pairs || total.accepted*20 < total.posts || total.pokes < total.pairs || len(total.stages) < min(4, seeds(t)) || seeds(t) >= 10 && len(total.rounds) < 8 {
		t.Error("the worlds differ in too little, or too little happens in them: this test would find nothing")
	}
	for _, what := range []string{"round", "opening", "covered leaves", "notes here", "notes there", "asked", "awaits witnesses", "instructions"} {
		if total.played[what] == 0 && seeds(t) >= 10 {
			t.Errorf("in no conference there is: %s", what)
		}
	}
}

// TestTwoWorldsOverHTTPWouldFind proves the guard: where the venue shows everybody the whole, the worlds differ.
func TestTwoWorldsOverHTTPWouldFind(t *testing.T) {
	if raceDetector {
		t.Skip("under the race detector the test itself runs, not the proof that it can fail")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	total := newFigures()
	t.Run("pairs", func(t *testing.T) {
		for seed := range uint64(min(3, seeds(t))) {
			for _, p := range pairsOf(t, seed) {
				t.Run(fmt.Sprintf("conference %d seen by %s", seed, p.eyes.name), func(t *testing.T) {
					t.Parallel()
					d := doors(t, 2)
					synctest.Test(t, func(t *testing.T) {
						p.compare(t, d, func(w *world) Conferences { return leaky{w.venue, w} }, total)
					})
				})
			}
		}
	})
	n := total.pairs
	t.Logf("of %d pairs without the filter: pages differ in %d, streams in %d, answers in %d; these pages: %v", n, total.leakyPages, total.leakyStreams, total.leakyAnswers, total.leaky)
	for _, page := range []string{"desk", "round", "preparation", "debrief", "proposal", "offer"} {
		if total.leaky[page] == 0 && seeds(t) >= 3 {
			t.Errorf("without the audience filter no page /%s differs: the test is blind there", page)
		}
	}
	if total.leakyPages < n*9/10 || total.leakyStreams < n*8/10 || total.leakyAnswers < n/3 {
		t.Error("without the audience filter the worlds look alike: the test is blind")
	}
}

func newFigures() *figures {
	return &figures{stages: map[conference.Stage]int{}, statuses: map[int]int{}, rounds: map[string]int{}, leaky: map[string]int{}, played: map[string]int{}}
}

// twoWorlds are the venues of a pair while it is compared.
type twoWorlds struct {
	*pair
	t           *testing.T
	here, there *world
	token       string
	blind       bool // the venue has no filter: differences are counted, not reported
	total       *figures
	pages       int // that differ
	answers     int
	streams     int
}

// compare does both conferences in venues of their own and asks of both the same.
func (p *pair) compare(t *testing.T, d []*door, wrap func(*world) Conferences, total *figures) {
	w := &twoWorlds{pair: p, t: t, blind: wrap != nil, total: total}
	people := []string{"host", "stranger", "observer", "mediator"}
	for _, e := range allEyes(p.scene)[2:] {
		people = append(people, e.people...)
	}
	w.here, w.there = newWorld(t, d[0], people, wrap), newWorld(t, d[1], people, wrap)
	for x, begin := range map[*world][]conference.Event{w.here: p.here.prefix, w.there: p.there.prefix} {
		x.put(conftest.ConferenceID, begin)
		w.token = x.link(conftest.ConferenceID, guestInvitation, "adviser", "north")
	}
	if p.eyes.name == "public" {
		w.token = "unknown" // who holds the link sees more
	}
	earsHere, earsThere := w.act(w.here, p.here), w.act(w.there, p.there)
	w.listenTo(earsHere, earsThere)
	w.browse()
	w.send()
	w.count()
}

// act has a plan happen in a world while the eyes listen.
func (w *twoWorlds) act(x *world, p plan) []*ear {
	x.begin("before", p.prefix[len(p.prefix)-1].At)
	var ears []*ear
	for _, person := range w.eyes.people {
		ears = append(ears, x.listen(w.who(person), request{path: "/c/" + conftest.ConferenceID + "/live?seen=0"}))
	}
	synctest.Wait()
	for _, d := range p.deeds {
		if len(d.events) == 0 {
			continue
		}
		x.begin(d.base, d.meta.At)
		if d.command == nil {
			must(w.t, x.venue.PassDeadlines(w.t.Context(), conftest.ConferenceID))
		} else {
			_, err := x.venue.Do(w.t.Context(), venue.Request{
				Conference: conftest.ConferenceID, Person: d.meta.By, Command: d.command, Seen: -1, Invitation: d.meta.Invitation,
			})
			must(w.t, err)
		}
		synctest.Wait()
	}
	x.begin("after", w.pair.here.end()) // the other world may have ended with an act less
	if done, planned := rawLog(x.log(conftest.ConferenceID)), rawLog(conference.Bury(p.log())); done != planned {
		w.t.Fatalf("the venue did not do what was planned: %s", difference(planned, done))
	}
	return ears
}

// rawLog is a log as text.
func rawLog(log []conference.Event) string {
	var b strings.Builder
	for _, e := range log {
		room, data, err := conference.EncodeEvent(e)
		fmt.Fprintf(&b, "%s %s %v\n", room, data, err)
	}
	return b.String()
}

// listenTo compares what the streams said, a heartbeat included.
func (w *twoWorlds) listenTo(here, there []*ear) {
	time.Sleep(beat + time.Second)
	synctest.Wait()
	for k, person := range w.eyes.people {
		a, b := here[k].String(), there[k].String()
		w.total.Lock()
		w.total.streams++
		w.total.pokes += strings.Count(a, "event: poke")
		w.total.Unlock()
		if a != b {
			w.streams++
			w.leak(person, "the streams differ", a, b)
		}
	}
	for _, e := range slices.Concat(here, there) {
		e.hangUp()
	}
	synctest.Wait()
}

// browse compares every page.
func (w *twoWorlds) browse() {
	posts := signpostsOf(conftest.ConferenceID, w.token, w.scene.Heads(), w.pair.here.log(), w.pair.there.log())
	for n, person := range w.eyes.people {
		most := 1 // of each route; the first of those who see the same looks closer
		if n == 0 {
			most = 3
		}
		for _, r := range posts.crawl(w.chances, most) {
			w.pages += w.both(w.who(person), r)
		}
	}
}

// who is how somebody comes: the guest only holds a link.
func (w *twoWorlds) who(person string) string {
	if person == "guest" {
		return ""
	}
	return person
}

// send compares the answers to forms, and the table after them.
func (w *twoWorlds) send() {
	ids := nosyIDs(w.pair.here.log(), w.pair.there.log())
	for n, person := range w.eyes.people {
		for k := range 4 {
			seen := len(conference.Filter(w.here.log(conftest.ConferenceID), w.scene.See(person).Viewer))
			r := w.posted(person, ids, seen)
			if person == "guest" {
				r.path = "/i/" + w.token + "/ask"
			}
			base := fmt.Sprintf("post-%d-%d", n, k)
			w.here.begin(base, w.pair.here.end().Add(time.Second))
			w.there.begin(base, w.pair.here.end().Add(time.Second))
			time.Sleep(time.Second) // the pace of a person
			w.answers += w.both(w.who(person), r)
			if w.both(w.who(person), request{path: "/c/" + conftest.ConferenceID}) > 0 {
				w.pages++
			}
		}
	}
}

// both asks in both worlds, and returns 1 when the answers differ, 0 when they do not.
func (w *twoWorlds) both(person string, r request) int {
	here, there := w.covered(w.here, person, r), w.covered(w.there, person, r)
	w.total.Lock()
	w.total.statuses[here.status]++
	if r.form == nil {
		w.total.gets++
	} else {
		w.total.posts++
		if here.status == 303 {
			w.total.accepted++
		}
	}
	w.total.Unlock()
	if here == there {
		return 0
	}
	w.leak(person, r.String(), here.String(), there.String())
	if parts := strings.Split(r.path, "/"); r.form == nil && len(parts) > 3 && parts[1] == "c" {
		page, _, _ := strings.Cut(parts[3], "?")
		w.total.Lock()
		w.total.leaky[page]++
		w.total.Unlock()
	}
	return 1
}

// covered asks in a world and covers the commitments of others in the answer and what is computed from them, to the letter and
// nothing else.
func (w *twoWorlds) covered(x *world, person string, r request) answer {
	a := x.ask(person, r)
	if x.covers == nil || r.form != nil { // the record may have grown
		x.covers = w.coversIn(x)
	}
	return coverTag(a, x.covers.Replace(a.body))
}

func (w *twoWorlds) leak(person, what, here, there string) {
	if !w.blind {
		w.t.Errorf("in the eyes of %q: %s: %s", person, what, difference(here, there))
	}
}

// difference shows where two texts part.
func difference(here, there string) string {
	at := 0
	for at < len(here) && at < len(there) && here[at] == there[at] {
		at++
	}
	from := max(0, at-200)
	return fmt.Sprintf("\nhere  …%.400s\nthere …%.400s", here[from:], there[from:])
}

// count adds the pair to the figures.
func (w *twoWorlds) count() {
	w.total.Lock()
	defer w.total.Unlock()
	w.total.pairs++
	w.total.hidden += w.differences
	w.total.stages[conference.Look(w.pair.here.log(), conference.TimerViewer).Stage]++
	for _, r := range conference.Look(w.pair.here.log(), conference.TimerViewer).Rounds {
		if r.Closed && !r.Withdrawn {
			w.total.rounds[fmt.Sprint(r.Type, " met:", r.Result.Met)]++
		}
	}
	w.playedIn(w.pair.here.log(), "notes here")
	w.playedIn(w.pair.there.log(), "notes there")
	w.total.visible += strings.Count(w.eyes.shown(w.pair.here.log()[len(w.pair.here.prefix):]), "\n")
	w.total.leakyPages += min(1, w.pages)
	w.total.leakyAnswers += min(1, w.answers)
	w.total.leakyStreams += min(1, w.streams)
}
