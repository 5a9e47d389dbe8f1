package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portsmouth/internal/browsertest"
	"portsmouth/internal/demo"
)

// shots names a folder: with it, every page is also photographed at two widths and in two themes.
const shots = "PORTSMOUTH_SHOTS"

// gallery is the demonstration at one point of history.
type gallery struct {
	until string
	pages []string // addresses below the venue's; what stands before ":" names the picture
}

// galleries are chosen so that every page is seen with something on it.
var galleries = []gallery{
	{"1905-08-28", []string{
		"door:/", "table:/seat/komura/c/portsmouth-1905", "table-mediator:/seat/roosevelt/c/portsmouth-1905",
		"rooms:/seat/komura/c/portsmouth-1905/rooms", "delegation-room:/seat/komura/c/portsmouth-1905/rooms/delegation",
		"caucus:/seat/komura/c/portsmouth-1905/rooms/caucus-japan", "caucus-mediator:/seat/roosevelt/c/portsmouth-1905/rooms/caucus-russia",
		"agenda:/seat/witte/c/portsmouth-1905/agenda", "offer:/seat/komura/c/portsmouth-1905/offer",
		"offers:/seat/komura/c/portsmouth-1905/offers", "proposal:/seat/roosevelt/c/portsmouth-1905/proposal",
		"proposal-delegate:/seat/witte/c/portsmouth-1905/proposal",
		"delegation:/seat/komura/c/portsmouth-1905/delegation", "sessions:/seat/witte/c/portsmouth-1905/sessions",
		"rules:/seat/komura/c/portsmouth-1905/rules", "invitations:/seat/roosevelt/c/portsmouth-1905/invitations",
		"public:/seat/press/c/portsmouth-1905", "host:/seat/host/host", "me:/seat/komura/me", "convene:/seat/host/convene",
		"missing:/c/nothing",
	}},
	{"1905-09-03", []string{"text:/seat/komura/c/portsmouth-1905/text", "text-mediator:/seat/roosevelt/c/portsmouth-1905/text"}},
	{"1905-09-04", []string{"signing:/seat/witte/c/portsmouth-1905/signing"}},
	{"1905-11-25", []string{
		"table-end:/seat/witte/c/portsmouth-1905", "signed:/seat/witte/c/portsmouth-1905/signing",
		"after:/seat/witte/c/portsmouth-1905/after", "public-end:/seat/press/c/portsmouth-1905", "door-end:/",
	}},
}

// TestEveryPage looks at every page as the browser does: no accessibility rule broken, nothing fetched from elsewhere,
// no complaint in the console; with and without a phone, by day and by night.
func TestEveryPage(t *testing.T) {
	browser := browsertest.New(t)
	for _, g := range galleries {
		t.Run(g.until, func(t *testing.T) {
			base := at1905(t, g.until)
			p := browser.Window(t)
			for _, page := range g.pages {
				name, address, _ := strings.Cut(page, ":")
				see(t, p, name, base+address)
			}
			if elsewhere := p.External(base); len(elsewhere) > 0 {
				t.Errorf("fetched from elsewhere: %v", elsewhere)
			}
		})
	}
}

// at1905 opens the demonstration at the end of a day and returns its address.
func at1905(t *testing.T, until string) string {
	t.Helper()
	return venue1905(t, until).origin
}

// venue1905 is the program that shows it.
func venue1905(t *testing.T, until string) *program {
	t.Helper()
	p, err := newProgram(t.Context(), place{data: t.TempDir()}, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.close() })
	c, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	stop, err := stopAt(c, until)
	if err != nil {
		t.Fatal(err)
	}
	seats, err := openDemo(t.Context(), p.store, p.accounts, p.venue, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := seats.replay.Until(t.Context(), stop); err != nil {
		t.Fatal(err)
	}
	if err := p.start(t.Context(), seats, easternTime()); err != nil {
		t.Fatal(err)
	}
	return p
}

// look is a way to look at a page.
type look struct {
	name          string
	width, height int
	phone, dark   bool
}

var looks = []look{
	{"desk", 1280, 900, false, false},
	{"phone-dark", 390, 844, true, true},
	{"desk-dark", 1280, 900, false, true},
	{"phone", 390, 844, true, false},
}

func see(t *testing.T, p *browsertest.Page, name, url string) {
	t.Helper()
	folder := os.Getenv(shots)
	for k, l := range looks {
		if k > 1 && folder == "" {
			return
		}
		p.Size(l.width, l.height, l.phone)
		p.Dark(l.dark)
		p.Goto(url)
		if nothing := strings.Contains(p.Text("main"), "Nothing here"); nothing != (name == "missing") {
			t.Errorf("%s: there is nothing there: %t", name, nothing)
		}
		for _, v := range p.Axe(t) {
			t.Errorf("%s, %s: %v", name, l.name, v)
		}
		if wide := browsertest.Eval[int](p, "document.documentElement.scrollWidth"); wide > l.width {
			t.Errorf("%s, %s: the page is %d wide, the screen %d", name, l.name, wide, l.width)
		}
		if folder != "" {
			time.Sleep(100 * time.Millisecond) // until fonts are drawn
			p.Screenshot(filepath.Join(folder, name+"-"+l.name+".png"), true)
		}
	}
	for _, complaint := range p.ConsoleErrors() {
		if !strings.Contains(complaint, "404") {
			t.Errorf("%s: the console says %s", name, complaint)
		}
	}
}
