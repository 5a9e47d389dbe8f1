package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth/internal/browsertest"
)

// chair is a conference that its mediator founds by the screens alone, with two delegations.
type chair struct {
	*ferry
}

var inviteLink = regexp.MustCompile(`http://[^"\s<]+/i/[^"\s<]+`)

// chaired founds a conference by the form, takes the mediator's seat and has the two heads take theirs.
func chaired(t *testing.T) *chair {
	t.Helper()
	f := &ferry{clock: &movedClock{}, seen: map[string]bool{}}
	f.harbour = &harbour{t: t, browser: browsertest.New(t), windows: map[string]*browsertest.Page{}}
	p, err := newProgram(t.Context(), place{data: t.TempDir()}, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	p.venue.Clock, f.program = f.clock, p
	token, _, err := p.accounts.EnsureHost(t.Context())
	if err == nil {
		err = p.start(t.Context(), nil, time.UTC)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.close() })
	mediator := f.browser.Window(t)
	f.windows["mediator"] = mediator
	mediator.Goto(p.origin + "/back/" + token)
	mediator.Follow(`main form button`)
	mediator.Goto(p.origin + "/convene")
	for name, text := range map[string]string{"title": "The mill and the village", "place": "The school", "party1": "The mill", "party2": "The village"} {
		fillIn(mediator, `[name="`+name+`"]`, text)
	}
	mediator.Choose(`[name="own"]`, "mediator")
	mediator.Follow(`form[action$="/convene"] button`)
	f.base = regexp.MustCompile(`^.*/c/[^/?#]+`).FindString(mediator.URL())
	if f.base == "" {
		f.base = regexp.MustCompile(`/c/[A-Za-z0-9_-]+`).FindString(mediator.HTML())
		f.base = p.origin + f.base
	}
	for _, link := range inviteLink.FindAllString(mediator.HTML(), -1) {
		for _, who := range []string{"upper", "lower"} {
			if f.windows[who] == nil {
				f.windows[who] = f.board(link, who)
				break
			}
		}
	}
	if f.windows["lower"] == nil {
		t.Fatal("the founding shows no links for two heads")
	}
	return &chair{f}
}

// fillIn writes a text into a field at once; several fields of a page can be filled in.
func fillIn(p *browsertest.Page, selector, text string) {
	p.WaitFor(selector)
	p.Eval(fmt.Sprintf(`document.querySelector(%q).value = %q`, selector, text))
}

// open opens everything that is folded on the page.
func (c *chair) open(p *browsertest.Page) {
	p.Eval(`document.querySelectorAll("main details:not(.nav-menu)").forEach(d => d.open = true)`)
}

// look tests a page as the check of the ferry does and, where pictures are wanted, takes it at two widths in two themes.
func (c *chair) look(who, page, state string) *browsertest.Page {
	c.t.Helper()
	p := c.at(who, page, state)
	folder := os.Getenv(shots)
	if folder == "" || who != "mediator" {
		return p
	}
	name := "chair-" + strings.ReplaceAll(strings.Trim(page, "/"), "/", "-") + "-" + state
	for _, dark := range []bool{false, true} {
		theme := map[bool]string{false: "light", true: "dark"}[dark]
		p.Dark(dark)
		p.Size(390, 844, true)
		if wide := browsertest.Eval[int](p, "document.documentElement.scrollWidth"); wide > 390 {
			c.t.Errorf("%s: the page is %d wide, the screen 390", name, wide)
		}
		p.Screenshot(filepath.Join(folder, name+"-390-"+theme+".png"), true)
		p.Size(1280, 900, false)
		p.Screenshot(filepath.Join(folder, name+"-1280-"+theme+".png"), true)
	}
	p.Dark(false)
	return p
}

// do opens a page and presses the button of a command's form.
func (c *chair) do(who, page, verb string, fill map[string]string) *browsertest.Page {
	c.t.Helper()
	p := c.windows[who]
	p.Goto(c.base + page)
	c.open(p)
	form := `form[action$="/` + verb + `"] `
	for name, text := range fill {
		fillIn(p, form+`[name="`+name+`"]`, text)
	}
	p.Follow(form + `button`)
	return p
}

// says fails when the page of a window lacks words.
func (c *chair) says(p *browsertest.Page, words ...string) {
	c.t.Helper()
	text := p.Text("main")
	for _, w := range words {
		if !strings.Contains(text, w) {
			c.t.Errorf("%s does not say %q", p.URL(), w)
		}
	}
}

// TestMediatorByTheScreensAlone is what a mediator does who has never seen the program: found, open a session, put a
// proposal, hold a sealed round, draft minutes and a communiqué, and what is left when it is broken off.
func TestMediatorByTheScreensAlone(t *testing.T) {
	c := chaired(t)
	c.look("mediator", "", "founded")
	c.look("mediator", "/desk", "founded")
	c.rulesAndAgenda()
	c.look("mediator", "/desk", "before")
	c.do("mediator", "/sessions", "open-session", map[string]string{"purpose": "The water of the brook"})
	c.proposal()
	c.sealedRound()
	c.minutes()
	c.end()
}

func (c *chair) rulesAndAgenda() {
	c.do("mediator", "/rules", "propose-rules", nil)
	c.send(c.windows["mediator"], "/rules", "accept-rules")
	c.delegations(func(who string) { c.send(c.windows[who], "/rules", "accept-rules") })
	if c.windows["upper"].Goto(c.base + "/delegation"); c.windows["upper"].Count(`form[action$="/present-powers"]`) > 0 {
		c.delegations(func(who string) {
			c.do(who, "/delegation", "present-powers", map[string]string{"text": "Full powers."})
		})
		c.delegations(func(who string) { c.send(c.windows[who], "/delegation", "find-powers") })
	}
	agenda := map[string]string{
		"new.0.title.en": "Water in summer", "new.0.options.en": "to the mill\nby turns\nto the village",
		"new.1.title.en": "Rent", "new.1.min": "0", "new.1.max": "30000", "new.1.unit.en": "crowns",
	}
	p := c.do("mediator", "/agenda", "propose-agenda", agenda)
	c.says(p, "more than 20", "by turns", "0 to 30", "All that stands below is adopted")
	c.look("mediator", "/agenda", "put")
	c.do("mediator", "/agenda", "propose-agenda", nil)
	c.says(p, "it waits to be adopted")
	c.delegations(func(who string) {
		p := c.at(who, "/agenda", "vote")
		c.says(p, "Water in summer", "to the village")
		p.Follow(`form[action$="/adopt-agenda"] button`)
	})
}

func (c *chair) proposal() {
	p := c.look("mediator", "/proposal", "form")
	c.open(p)
	p.Click(`input[name="term.water_in_summer"][value="by_turns"]`)
	c.closes(p)
	p.Follow(`form.offer-form button.button`)
	p.Follow(`form[action$="/put-proposal"] button`)
	c.look("mediator", "/desk", "proposal-open")
	c.answer(map[string]string{"upper": "accept", "lower": "refuse"})
}

func (c *chair) sealedRound() {
	c.look("mediator", "/desk", "after-proposal")
	c.announce("options", func(p *browsertest.Page) { p.Click(`input[name="issue"]`) })
	c.lodge("options", func(p *browsertest.Page, _ string) { p.Click(`input[name="option"][value="by_turns"]`) })
	c.look("mediator", "/round", "closed")
}

func (c *chair) minutes() {
	c.look("mediator", "/desk", "session-open")
	c.do("mediator", "/sessions", "adjourn-session", nil)
	p := c.look("mediator", "/desk", "adjourned")
	text := p.Value(`form[action$="/propose-minutes"] textarea`)
	for _, w := range []string{"Purpose: The water of the brook", "Water in summer: by turns", "Round 1.", "not agreed", "adjourned"} {
		if !strings.Contains(text, w) {
			c.t.Errorf("the draft of the minutes lacks %q:\n%s", w, text)
		}
	}
	c.t.Log(p.Value(`form[action$="/propose-communique"] textarea`))
	p.Follow(`form[action$="/propose-minutes"] button`)
	c.delegations(func(who string) { c.do(who, "/sessions", "approve-minutes", nil) })
	c.send(c.windows["mediator"], "/desk", "propose-communique")
	c.look("mediator", "/sessions", "communique")
}

func (c *chair) end() {
	p := c.windows["upper"]
	p.Goto(c.base + "/sessions")
	c.open(p)
	p.Click(`form[action$="/break-off"] input[type="checkbox"]`)
	fillIn(p, `form[action$="/break-off"] textarea`, "The summer is over.")
	p.Follow(`form[action$="/break-off"] button`)
	desk := c.look("mediator", "/desk", "over")
	c.says(desk, "What can still be done", "Put a communiqué to all", "Look back together")
	for _, link := range []string{"/desk/rounds/", "/proposal"} {
		if desk.Count(`main section a[href*="`+link+`"]`) > 0 {
			c.t.Errorf("the desk of a conference that is over leads to %s", link)
		}
	}
	c.delegations(func(who string) { c.do(who, "/sessions", "agree-communique", nil) })
	c.says(c.at("mediator", "/sessions", "published"), "Public")
}
