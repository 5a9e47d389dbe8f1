package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth/internal/browsertest"
)

// ferry is a conference of two delegations on phones and a mediator at a desk, in a venue whose clock the test moves and
// whose wire it listens to.
type ferry struct {
	*harbour
	clock *movedClock
	wire  *wiretap
	seen  map[string]bool // pages that were tested for accessibility
}

// movedClock runs ahead of the real one.
type movedClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *movedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *movedClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// marks tell the windows apart on the wire: what each says of its reader's languages.
var marks = map[string]string{"upper": "en, fr;q=0.11", "lower": "en, fr;q=0.22", "mediator": "en, fr;q=0.33"}

func boarded(t *testing.T) *ferry {
	t.Helper()
	at := place{data: t.TempDir()}
	f := &ferry{clock: &movedClock{}, seen: map[string]bool{}}
	f.harbour = &harbour{t: t, browser: browsertest.New(t), windows: map[string]*browsertest.Page{}}
	p, err := newProgram(t.Context(), at, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	f.wire = &wiretap{Listener: p.listener}
	p.listener, p.venue.Clock, f.program = f.wire, f.clock, p
	if err := p.start(t.Context(), nil, time.UTC); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.close() })
	var out bytes.Buffer
	if err := convene(t.Context(), &out, at, p.origin, "testdata/ferry.yaml"); err != nil {
		t.Fatal(err)
	}
	for _, m := range linkLine.FindAllStringSubmatch(out.String(), -1) {
		if who := strings.TrimPrefix(m[2], "head of "); marks[who] != "" {
			f.windows[who] = f.board(m[3], who)
		}
	}
	if len(f.windows) != len(marks) {
		t.Fatalf("not all seats have a link:\n%s", out.String())
	}
	return f
}

// board takes a seat in a window that carries its mark from the first byte.
func (f *ferry) board(link, who string) *browsertest.Page {
	p := f.browser.Window(f.t)
	p.Language(marks[who])
	if who != "mediator" {
		p.Size(390, 844, true)
	}
	p.Goto(link)
	p.Type(`input[name="name"]`, "The one of "+who)
	p.Follow(`form[action$="/accept"] button`)
	if f.base == "" {
		f.base = regexp.MustCompile(`^.*/c/[^/?#]+`).FindString(p.URL())
	}
	return p
}

// at opens a page of the conference, and tests it for accessibility the first time that this reader has it so.
func (f *ferry) at(who, page, state string) *browsertest.Page {
	f.t.Helper()
	p := f.windows[who]
	p.Goto(f.base + page)
	f.check(who, page, state)
	return p
}

func (f *ferry) check(who, page, state string) {
	f.t.Helper()
	p, name := f.windows[who], strings.Trim(strings.ReplaceAll(who+page+"-"+state, "/", "-"), "-")
	if f.seen[name] {
		return
	}
	f.seen[name] = true
	for _, v := range p.Axe(f.t) {
		f.t.Errorf("%s: %v", name, v)
	}
	if wide := browsertest.Eval[int](p, "document.documentElement.scrollWidth"); who != "mediator" && wide > 390 {
		f.t.Errorf("%s: the page is %d wide, the screen 390", name, wide)
	}
	if folder := os.Getenv(shots); folder != "" {
		p.Screenshot(filepath.Join(folder, "ferry-"+name+".png"), true)
	}
}

func (f *ferry) delegations(do func(who string)) {
	for _, who := range []string{"upper", "lower"} {
		do(who)
	}
}

// opened goes from the consent to the rules to the adoption of the agenda.
func (f *ferry) opened() {
	f.send(f.windows["mediator"], "/rules", "accept-rules")
	f.delegations(func(who string) { f.send(f.windows[who], "/rules", "accept-rules") })
	f.delegations(func(who string) {
		p := f.windows[who]
		p.Goto(f.base + "/delegation")
		p.Type(`form[action$="/present-powers"] textarea`, "The town gives its head full powers.")
		p.Follow(`form[action$="/present-powers"] button`)
	})
	f.delegations(func(who string) { f.send(f.windows[who], "/delegation", "find-powers") })
	f.windows["mediator"].Goto(f.base + "/agenda")
	f.windows["mediator"].Follow(`#agenda-draft button`)
	f.delegations(func(who string) { f.send(f.windows[who], "/agenda", "adopt-agenda") })
}

// wish is what a delegation answers in its preparation.
type wish struct {
	fare   string            // the best one: low or high
	first  string            // of the hours
	bars   map[string]string // of the issues
	words  string            // that nobody else may ever get
	stated string            // these neither
}

var wishes = map[string]wish{
	"upper": {"low", "day", map[string]string{"hours": "83", "fare": "67", "upkeep": "41", "landing": "29"}, "Zaunkönigwechsel", "Rohrdommelruf"},
	"lower": {"high", "always", map[string]string{"hours": "91", "fare": "73", "upkeep": "37", "landing": "59"}, "Eisvogelsturz", "Bekassinenmoor"},
}

const saveAnswer = `form.prep-form button.button:not([name])`

// prepare goes through the preparation: orders, swings, the alternative, comparisons, what is stated in the end.
func (f *ferry) prepare(who string) {
	f.t.Helper()
	w := wishes[who]
	f.at(who, "/preparation", "new")
	p := f.at(who, "/preparation/options/fare", "")
	p.Click(`input[name="best"][value="` + w.fare + `"]`)
	p.Follow(saveAnswer)
	p = f.at(who, "/preparation/options/hours", "")
	for p.Count(`.order > li:first-child input[name="order"][value="`+w.first+`"]`) == 0 {
		p.Click(`button[name="up"][value="` + w.first + `"]`)
	}
	p.Follow(saveAnswer)
	for _, page := range []string{"options/upkeep", "options/landing", "issues"} {
		p = f.at(who, "/preparation/"+page, "")
		p.Follow(saveAnswer)
	}
	p = f.at(who, "/preparation/weights", "")
	for issue, bar := range w.bars {
		p.Eval(`{ const e = document.querySelector('input[name="bar.` + issue + `"]'); if (e) { e.value = "` + bar + `"; e.dispatchEvent(new Event("input", {bubbles: true})); } }`)
	}
	p.Follow(saveAnswer)
	p = f.at(who, "/preparation/alternative", "")
	p.Type(`textarea[name="words"]`, "Then: "+w.words)
	p.Follow(saveAnswer)
	f.compare(who)
	p = f.at(who, "/preparation/wants", "")
	p.Type(`form[action$="/preparation/state"] textarea`, "As we said: "+w.stated)
	p.Follow(`form[action$="/preparation/state"] button`)
	p.WaitFor("text=version 1")
	f.check(who, "/preparation/wants", "stated")
}

// compare answers the questions that are asked for the sake of the recommendation, one of them at least a choice.
func (f *ferry) compare(who string) {
	f.t.Helper()
	chosen := 0
	for range 6 {
		p := f.at(who, "/preparation/checks", "")
		if p.Count(`button[name="verdict"]`) > 0 {
			p.Follow(`button[name="verdict"][value="first"]`)
			if chosen++; chosen == 2 {
				return
			}
		} else if p.Count(`button[name="skip"]`) > 0 {
			p.Follow(`button[name="skip"]`)
		}
	}
	if chosen == 0 {
		f.t.Errorf("%s was never asked to compare", who)
	}
}

// closes chooses a date and writes a time into a form, in the format of its field.
func (f *ferry) closes(p *browsertest.Page) {
	p.WaitFor(`[name="closes.in"]`)
	p.Eval(`document.querySelector('[name="closes.in"]').value = "at"`)
	p.Eval(`document.querySelector('[name="closes"]').value = "` + f.clock.Now().UTC().Add(20*time.Hour).Format("2006-01-02T15:04") + `"`)
}

// announce has the mediator open a round from the desk.
func (f *ferry) announce(kind string, fill func(p *browsertest.Page)) {
	f.t.Helper()
	p := f.at("mediator", "/desk", "before-"+kind)
	p.Follow(`a.button[href$="/desk/rounds/` + kind + `"]`)
	f.check("mediator", "/desk/rounds/"+kind, "form")
	if fill != nil {
		fill(p)
	}
	f.closes(p)
	p.Follow(`form.offer-form button.button`)
	f.check("mediator", "/desk/rounds/"+kind, "read")
	p.Follow(`form[action$="/open-round"] button`)
	f.check("mediator", "/round", kind+"-open")
}

// lodge has both delegations lodge, and the clock close the round.
func (f *ferry) lodge(kind string, fill func(p *browsertest.Page, who string)) {
	f.t.Helper()
	f.delegations(func(who string) {
		p := f.at(who, "/round", kind+"-open")
		if fill != nil {
			fill(p, who)
		}
		p.Follow(`form[action$="/enter-round"] button.button`)
		p.WaitFor(".own-entry")
		f.check(who, "/round", kind+"-lodged")
	})
	f.pass(`#own-entry`)
	f.delegations(func(who string) { f.at(who, "/round", kind+"-closed") })
}

// pass lets a day go by until the pages of both delegations, by themselves, have no more of what was open.
func (f *ferry) pass(open string) {
	f.t.Helper()
	f.clock.move(24 * time.Hour)
	f.delegations(func(who string) { f.windows[who].WaitGone(open) })
}

// putForward has the mediator put the best suggestion of the last round to all.
func (f *ferry) putForward(state string) {
	f.t.Helper()
	p := f.at("mediator", "/desk", state)
	p.WaitFor(".desk-package")
	p.Follow(`.desk-package form[action$="/proposal"] button`)
	f.closes(p)
	p.Follow(`form.offer-form button.button`)
	f.check("mediator", "/proposal", "read")
	p.Follow(`form[action$="/put-proposal"] button`)
}

// answer has both delegations answer the proposal in secret, and the clock close it.
func (f *ferry) answer(answers map[string]string) {
	f.t.Helper()
	f.delegations(func(who string) {
		p := f.at(who, "/proposal", "open")
		p.Click(`input[name="answer"][value="` + answers[who] + `"]`)
		p.Follow(`form[action$="/answer-proposal"] button`)
	})
	f.pass(`form[action$="/answer-proposal"]`)
}

// agree has the upper town offer a package that is bad for both in one point, and the lower town accept it.
func (f *ferry) agree() {
	f.t.Helper()
	p := f.at("upper", "/offer", "")
	for issue, option := range map[string]string{"hours": "late", "upkeep": "half", "landing": "bridge"} {
		p.Click(`input[name="term.` + issue + `"][value="` + option + `"]`)
	}
	if p.Count(`input[name="term.fare"]`) > 0 {
		p.Type(`input[name="term.fare"]`, "24")
	}
	p.Follow(`form.offer-form button.button:not([name])`)
	f.check("upper", "/offer", "read")
	p.Follow(`form[action$="/make-offer"] button`)
	p = f.at("lower", "/offers", "")
	p.Follow(`a[href*="/offers/"]`)
	p.Follow(`a[href$="/accept"]`)
	f.check("lower", "/offers", "accept")
	p.Follow(`form[action$="/accept-offer"] button`)
}

func TestFromPreparationToAnImprovedBaseline(t *testing.T) {
	f := boarded(t)
	f.opened()
	f.delegations(f.prepare)

	f.announce("suggestion", nil)
	f.lodge("suggestion", nil)
	f.putForward("suggested")
	f.answer(map[string]string{"upper": "accept", "lower": "refuse"})
	f.at("upper", "/proposal", "closed")

	f.announce("number", func(p *browsertest.Page) {
		p.Click(`input[name="issue"][value="fare"]`)
		p.Click(`input[name="giver"][value="lower"]`)
		p.Click(`input[name="settlement"][value="midpoint"]`)
		p.Click(`input[name="binding"]`)
	})
	f.lodge("number", func(p *browsertest.Page, who string) {
		p.Type(`input[name="number"]`, map[string]string{"upper": "20", "lower": "30"}[who])
	})
	f.delegations(func(who string) {
		if text := f.windows[who].HTML(); !strings.Contains(text, "24 crowns") {
			t.Errorf("%s does not read that the fare was met at 24 crowns", who)
		}
	})

	f.agree()
	f.at("upper", "/text", "baseline").WaitFor("text=below the bridge")
	f.announce("improvement", nil)
	f.lodge("improvement", nil)
	f.putForward("improved")
	f.answer(map[string]string{"upper": "accept", "lower": "accept"})
	f.delegations(func(who string) { f.at(who, "/text", "improved").WaitFor("text=rebuilt at the old place") })
	f.at("mediator", "/desk", "end")
	for who, p := range f.windows {
		if complaints := p.ConsoleErrors(); len(complaints) > 0 {
			t.Errorf("the console of %s says %v", who, complaints)
		}
	}
	f.overhear()
}
