package web

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/venue"
)

func readExample(name string) (string, error) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
	return string(raw), err
}

// listen opens the stream of a conference and sends what comes, line by line, until the test ends.
func (b *browser) listen(path string) <-chan string {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	b.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		b.t.Fatalf("the stream answered %d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	lines := make(chan string, 100)
	go func() {
		defer answer.Body.Close()
		for s := bufio.NewScanner(answer.Body); s.Scan(); {
			lines <- s.Text()
		}
		close(lines)
	}()
	return lines
}

// next returns the next line that is neither empty nor a comment, "" when none comes within the time.
func next(lines <-chan string, patience time.Duration) string {
	timeout := time.After(patience)
	for {
		select {
		case s, open := <-lines:
			if !open {
				return ""
			}
			if s != "" && !strings.HasPrefix(s, ":") {
				return s
			}
		case <-timeout:
			return ""
		}
	}
}

func TestLivePokesAndSaysNothing(t *testing.T) {
	h := newHouse(t, nil)
	go func() { _ = h.venue.Run(t.Context()) }()
	ada := h.convener(t, "Ada")
	first := ada.post("/convene", harbour("own", "mediator")...).want(t, 200)
	conf := regexp.MustCompile(`/c/[0-9a-f]{32}`).FindString(first.body)
	seen := regexp.MustCompile(`/live\?seen=(\d+)`).FindStringSubmatch(first.body)[1]

	late := ada.listen(conf + "/live?seen=1")
	if got := next(late, 2*time.Second); got != "event: poke" {
		t.Errorf("a page that is behind is told %q at once", got)
	}
	lines := ada.listen(conf + "/live?seen=" + seen)
	if got := next(lines, 200*time.Millisecond); got != "" {
		t.Errorf("a page that is up to date is told %q", got)
	}
	bea := h.browser(t)
	began := time.Now()
	bea.post(first.links(ada)[0]+"/accept", "name", "Bea").want(t, 200)
	for _, want := range []string{"event: poke", "id: ", "data: look"} {
		if got := next(lines, 2*time.Second); !strings.HasPrefix(got, want) {
			t.Errorf("the stream says %q, want %q", got, want)
		}
	}
	t.Logf("from the act to the poke: %v", time.Since(began))
	h.browser(t).get(conf+"/live").want(t, 404)
}

func TestLiveIsSilentOfHiddenActs(t *testing.T) {
	h := newHouse(t, nil)
	go func() { _ = h.venue.Run(t.Context()) }()
	ada := h.convener(t, "Ada")
	first := ada.post("/convene", harbour("own", "mediator")...).want(t, 200)
	conf := regexp.MustCompile(`/c/[0-9a-f]{32}`).FindString(first.body)
	bea, cid := h.browser(t), h.browser(t)
	links := first.links(ada)
	bea.post(links[0]+"/accept", "name", "Bea").want(t, 200)
	cid.post(links[1]+"/accept", "name", "Cid").want(t, 200)
	id := strings.TrimPrefix(conf, "/c/")
	view := h.openTalks(t, id, "Bea", "Cid", "Ada")

	watching := cid.listen(conf + "/live?seen=" + view("Cid"))
	if got := next(watching, 300*time.Millisecond); got != "" {
		t.Fatalf("the page is up to date and is told %q", got)
	}
	h.do(t, id, "Bea", conference.Speak{Room: "delegation", Text: "Between us."})
	h.do(t, id, "Bea", conference.Speak{Room: "caucus", Text: "For the mediator."})
	if got := next(watching, 400*time.Millisecond); got != "" {
		t.Errorf("the other delegation is told %q of what is hidden from it", got)
	}
	h.do(t, id, "Bea", conference.Speak{Room: "plenary", Text: "Good day."})
	if got := next(watching, 2*time.Second); got != "event: poke" {
		t.Errorf("of what is said to all it is told %q", got)
	}
}

// do acts as the person of that name.
func (h *house) do(t *testing.T, id, name string, c conference.Command) {
	t.Helper()
	_, err := h.venue.Do(t.Context(), venue.Request{Conference: id, Person: h.person(t, id, name), Command: c, Seen: -1})
	if err != nil {
		t.Fatalf("%s: %s: %v", name, c.Verb(), err)
	}
}

// person finds somebody at the table by name, in the eyes of whoever is invited.
func (h *house) person(t *testing.T, id, name string) string {
	t.Helper()
	person := ""
	for _, inv := range h.invited(t, id).Seats {
		if inv.Name == name {
			person = inv.Person
		}
	}
	if person == "" {
		t.Fatalf("%s is not at the table", name)
	}
	return person
}

func (h *house) invited(t *testing.T, id string) *conference.View {
	t.Helper()
	stored, err := h.venue.Store.Read(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	var log []conference.Event
	for _, s := range stored {
		e, err := conference.DecodeEvent(s.Act())
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, e)
	}
	return conference.Look(log, conference.Viewer{Invited: true})
}

// openTalks has rules proposed and accepted by all, and returns how many acts somebody has seen by then.
func (h *house) openTalks(t *testing.T, id string, heads ...string) func(name string) string {
	t.Helper()
	h.do(t, id, heads[0], conference.ProposeRules{Rules: conference.DefaultRules([]string{"en"})})
	for _, name := range heads {
		h.do(t, id, name, conference.AcceptRules{Version: 1})
	}
	return func(name string) string {
		view, err := h.venue.Look(t.Context(), id, h.person(t, id, name))
		if err != nil {
			t.Fatal(err)
		}
		return (&Page{View: view}).Seen()
	}
}
