package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/internal/browsertest"
	"portsmouth/scenario"
)

// harbour is a conference convened from a file in a venue that is open, with a browser window for each seat.
type harbour struct {
	t       *testing.T
	program *program
	browser *browsertest.Browser
	windows map[string]*browsertest.Page // by role and party: "head of port", "mediator"
	base    string                       // of the conference
}

var linkLine = regexp.MustCompile(`(?m)^(.+?)  +(\S.*?)  +(http\S+)$`)

// open starts a venue on a free port with a database at the place given.
func open(t *testing.T, at place) *program {
	t.Helper()
	p, err := newProgram(t.Context(), at, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.start(t.Context(), nil, time.UTC); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.close() })
	return p
}

// convened opens a venue and convenes the harbour in it, as the command line does.
func convened(t *testing.T) *harbour {
	t.Helper()
	at := place{data: t.TempDir()}
	h := &harbour{t: t, browser: browsertest.New(t), program: open(t, at), windows: map[string]*browsertest.Page{}}
	var out bytes.Buffer
	if err := convene(t.Context(), &out, at, h.program.origin, "../../examples/harbour/scenario.yaml"); err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, m := range linkLine.FindAllStringSubmatch(out.String(), -1) {
		links[m[2]] = m[3]
	}
	for _, seat := range []string{"head of port", "head of fishers", "head of residents", "mediator"} {
		if links[seat] == "" {
			t.Fatalf("no link for the %s in:\n%s", seat, out.String())
		}
		h.windows[seat] = h.enter(links[seat], "The "+seat)
	}
	return h
}

// enter takes a seat by its link.
func (h *harbour) enter(link, name string) *browsertest.Page {
	p := h.browser.Window(h.t)
	p.Goto(link)
	p.Type(`input[name="name"]`, name)
	p.Follow(`form[action$="/accept"] button`)
	if h.base == "" {
		h.base = regexp.MustCompile(`^.*/c/[^/?#]+`).FindString(p.URL())
	}
	return p
}

// heads do the same thing, one after the other.
func (h *harbour) heads(do func(p *browsertest.Page, party string)) {
	for _, party := range []string{"port", "fishers", "residents"} {
		do(h.windows["head of "+party], party)
	}
}

// send presses the button of the form of a command on a page of the conference.
func (h *harbour) send(p *browsertest.Page, page, verb string) {
	h.t.Helper()
	p.Goto(h.base + page)
	p.Follow(`form[action$="/` + verb + `"] button`)
}

func TestConferenceThroughTheScreens(t *testing.T) {
	h := convened(t)
	mediator := h.windows["mediator"]

	h.send(mediator, "/rules", "accept-rules")
	h.heads(func(p *browsertest.Page, _ string) { h.send(p, "/rules", "accept-rules") })

	h.heads(func(p *browsertest.Page, party string) {
		p.Goto(h.base + "/delegation")
		p.Type(`form[action$="/present-powers"] textarea`, "The "+party+" gives its head full powers to negotiate and to sign.")
		p.Follow(`form[action$="/present-powers"] button`)
	})
	h.heads(func(p *browsertest.Page, _ string) {
		for range 2 {
			h.send(p, "/delegation", "find-powers")
		}
	})
	mediator.Goto(h.base + "/agenda")
	mediator.Follow(`#agenda-draft button`)
	h.heads(func(p *browsertest.Page, _ string) { h.send(p, "/agenda", "adopt-agenda") })

	h.offer("middle")
	h.heads(func(p *browsertest.Page, party string) {
		if party != "port" {
			p.Goto(h.base + "/offers")
			p.Follow(`a[href*="/offers/"]`)
			p.Follow(`a[href$="/accept"]`)
			p.Follow(`form[action$="/accept-offer"] button`)
		}
	})
	h.heads(func(p *browsertest.Page, _ string) {
		p.Goto(h.base + "/text")
		p.Follow(`form#initials button:not([name])`)
	})
	h.heads(func(p *browsertest.Page, _ string) { h.sign(p) })
	h.sign(mediator)
	h.heads(func(p *browsertest.Page, party string) {
		p.Goto(h.base + "/after")
		p.Follow(`form[action$="/ratify"] button`)
	})
	mediator.Goto(h.base + "/after")
	mediator.WaitFor("text=in force")
	h.verify(mediator)
}

// offer has the port put a package of the scenario before all, reading it back first.
func (h *harbour) offer(name string) {
	h.t.Helper()
	f, err := os.Open("../../examples/harbour/scenario.yaml")
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	s, err := scenario.Read("scenario.yaml", f)
	if err != nil {
		h.t.Fatal(err)
	}
	terms, err := s.Package(name)
	if err != nil {
		h.t.Fatal(err)
	}
	p := h.windows["head of port"]
	p.Goto(h.base + "/offer")
	for _, issue := range portsmouth.SortedKeys(terms) {
		if s.Agenda.Issue(issue).Kind == portsmouth.Numeric {
			p.Type(`[name="term.`+issue+`"]`, terms[issue])
			continue
		}
		p.Click(`input[name="term.` + issue + `"][value="` + terms[issue] + `"]`)
	}
	p.Follow(`form.offer-form button.button`)
	p.Follow(`form[action$="/make-offer"] button`)
}

// sign signs with a key made in the browser.
func (h *harbour) sign(p *browsertest.Page) {
	h.t.Helper()
	p.Goto(h.base + "/signing")
	if strings.Contains(p.URL(), "/me/confirm") {
		p.Follow(`main form button`)
	}
	p.Type(`input[name="capacity"]`, "Plenipotentiary")
	p.Follow(`[data-sign-button]`)
}

// verify downloads the signed text and checks it with no server at hand; one changed byte fails.
func (h *harbour) verify(p *browsertest.Page) {
	h.t.Helper()
	text := browsertest.Eval[string](p, `fetch(location.href.replace(/\/after.*/, "/treaty.json")).then(r => r.text())`)
	file := filepath.Join(h.t.TempDir(), "treaty.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
	var out bytes.Buffer
	if got := run(context.Background(), []string{"verify-text", file}, &out, &out); got != 0 {
		h.t.Fatalf("verify-text exits with %d:\n%s", got, out.String())
	}
	for at := 0; at < len(text); at += 97 {
		changed := []byte(text)
		changed[at] ^= 1
		if err := os.WriteFile(file, changed, 0o600); err != nil {
			h.t.Fatal(err)
		}
		if got := run(context.Background(), []string{"verify-text", file}, &out, &out); got != 1 {
			h.t.Fatalf("with byte %d changed verify-text exits with %d", at, got)
		}
	}
}

// TestLiveBetweenTwoBrowsers: an act made in one browser is in the other within a second, and what is being typed there
// stays.
func TestLiveBetweenTwoBrowsers(t *testing.T) {
	h := convened(t)
	h.send(h.windows["mediator"], "/rules", "accept-rules")
	h.heads(func(p *browsertest.Page, _ string) { h.send(p, "/rules", "accept-rules") })
	port, fishers := h.windows["head of port"], h.windows["head of fishers"]
	port.Goto(h.base + "/rooms")
	fishers.Goto(h.base)
	fishers.Type(`textarea`, "I was about to say")
	time.Sleep(300 * time.Millisecond) // until the page listens
	port.Type(`form[action$="/speak"] textarea`, "The quay is open")
	begin := time.Now()
	port.Click(`form[action$="/speak"] button.button`)
	fishers.WaitFor("text=The quay is open")
	if took := time.Since(begin); took > time.Second {
		t.Errorf("the act was in the other browser after %s, want a second at most", took)
	}
	if got := fishers.Value(`textarea`); got != "I was about to say" {
		t.Errorf("what was being typed became %q", got)
	}
}
