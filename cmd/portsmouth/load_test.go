package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/internal/browsertest"
	"portsmouth/internal/store/pgtest"
)

// The figures of docs/guide/performance.md that need the whole program. Each has its command there.

// firstLoadMost is how many bytes may cross the wire until the table is on the screen of somebody who was never here.
const firstLoadMost = 150_000

// onEach runs a benchmark on each database.
func onEach(b *testing.B, bench func(b *testing.B, at place)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, place{data: b.TempDir()}) })
	b.Run("postgres", func(b *testing.B) { bench(b, place{database: pgtest.URL(b), data: b.TempDir()}) })
}

// report gives the percentiles of what was measured, in milliseconds. Of fewer than a hundred, p99 is the slowest.
func report(b *testing.B, name string, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	at := func(share float64) float64 { return took[int(math.Ceil(share*float64(len(took))))-1].Seconds() * 1e3 }
	b.ReportMetric(at(0.5), name+"p50-ms")
	b.ReportMetric(at(0.99), name+"p99-ms")
}

// BenchmarkTablePage has the whole handler (session, audience, view, page) make the table of a conference of 1,000 acts
// for the head of a party and for the mediator.
func BenchmarkTablePage(b *testing.B) {
	onEach(b, func(b *testing.B, at place) {
		x := ready(b, at).serve()
		c := x.hold(1000)
		for name, party := range map[string]string{"head": "port", "mediator": ""} {
			b.Run(name, func(b *testing.B) {
				cookie := x.signIn(c.people[party])
				var took []time.Duration
				size := 0
				for b.Loop() {
					r := httptest.NewRequest(http.MethodGet, "/c/"+c.id, nil)
					r.AddCookie(cookie)
					w := httptest.NewRecorder()
					begin := time.Now()
					x.p.server.Handler.ServeHTTP(w, r)
					took = append(took, time.Since(begin))
					if size = w.Body.Len(); w.Code != http.StatusOK {
						b.Fatalf("the table answers %d", w.Code)
					}
				}
				report(b, "", took)
				b.ReportMetric(float64(size), "page-B")
			})
		}
	})
}

// firstLoad adds up what a page and all that the browser fetched for it are on the wire, packed as they were sent, with
// 300 bytes of headers for each, as the browsers' own measure has it. It counts the same with a warm cache.
const firstLoad = `new Promise(done => setTimeout(() => done(
	[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
		.map(e => ({Name: e.name, Bytes: e.encodedBodySize + 300}))), 500))`

// TestFirstLoad loads the table of a conference of 1,000 acts in a browser: the page, styles, script, and those letters
// that the page uses.
func TestFirstLoad(t *testing.T) {
	browser := browsertest.New(t)
	x := ready(t, place{data: t.TempDir()}).serve()
	c := x.hold(1000)
	link, err := x.p.accounts.NewWayBack(t.Context(), c.people["port"])
	if err != nil {
		t.Fatal(err)
	}
	p := browser.Window(t)
	p.Goto(x.p.origin + "/back/" + link)
	p.Follow("main form button")
	p.Goto(x.p.origin + "/c/" + c.id)
	total, kinds := 0, map[string]bool{}
	for _, f := range browsertest.Eval[[]struct {
		Name  string
		Bytes int
	}](p, firstLoad) {
		t.Logf("%6d %s", f.Bytes, strings.TrimPrefix(f.Name, x.p.origin))
		total += f.Bytes
		kinds[path.Ext(f.Name)] = true
	}
	t.Logf("the first load is %d bytes", total)
	if !kinds[".css"] || !kinds[".js"] || !kinds[".woff2"] {
		t.Errorf("files were counted of the kinds %v only: too little", portsmouth.SortedKeys(kinds))
	}
	if total > firstLoadMost {
		t.Errorf("the first load is %d bytes, over %d", total, firstLoadMost)
	}
}

func get(t testing.TB, client *http.Client, address string, cookie *http.Cookie) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(cookie)
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, answer.Status, err)
	}
	return string(body)
}

// binary builds the program as people have it.
func binary(b *testing.B) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "portsmouth")
	if out, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return file
}

// resident is the memory of a process that is in use now.
func (n *node) resident(t testing.TB) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", n.process.Process.Pid))
	if err != nil {
		t.Skip("the memory of a process is read from /proc, which this system does not have")
	}
	m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	kB, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return float64(kB) * 1024
}

// BenchmarkStart starts the built program, from nothing to its first page in hand.
func BenchmarkStart(b *testing.B) {
	program := binary(b)
	for name, args := range map[string][]string{
		"demo":  {"demo", "--listen", "localhost:0"},
		"serve": {"serve", "--listen", "localhost:0", "--data"},
	} {
		b.Run(name, func(b *testing.B) {
			var listening, page []time.Duration
			var memory float64
			for b.Loop() {
				own := args
				if name == "serve" {
					own = append(slices.Clone(args), b.TempDir())
				}
				begin := time.Now()
				n := launch(b, program, own...)
				listening = append(listening, time.Since(begin))
				get(b, http.DefaultClient, n.origin, &http.Cookie{Name: "lang", Value: "en"})
				page = append(page, time.Since(begin))
				memory = n.resident(b)
				_ = n.process.Process.Signal(syscall.SIGTERM) // it removes its folder
				_ = n.process.Wait()
			}
			report(b, "listening-", listening)
			report(b, "first-page-", page)
			b.ReportMetric(memory/1e6, "resident-MB")
		})
	}
}

// watchers is how many browsers listen.
const watchers = 2000

// BenchmarkWatchers has 2,000 browsers listen to a built venue over loopback, and acts being made: how long from the
// sending of an act until each is told, and until each has the page again that it then fetches.
func BenchmarkWatchers(b *testing.B) {
	for _, conferences := range []int{1, 20} {
		for _, fetch := range []bool{false, true} {
			name := fmt.Sprintf("%dconferences/told", conferences)
			if fetch {
				name = fmt.Sprintf("%dconferences/page", conferences)
			}
			b.Run(name, func(b *testing.B) { watch(b, conferences, fetch) })
		}
	}
}

func watch(b *testing.B, conferences int, fetch bool) {
	at := place{data: b.TempDir()}
	h := newHall(b, at, conferences, fetch)
	empty := h.node.resident(b)
	h.fill()
	time.Sleep(2 * time.Second) // until nobody has anything left to do
	full := h.node.resident(b)
	var took []time.Duration
	b.ResetTimer()
	for n := range b.N {
		took = append(took, h.round(n)...)
	}
	report(b, "", took)
	b.ReportMetric((full-empty)/watchers/1e3, "resident-kB/watcher")
}

// hall is a venue in a process of its own, full of listeners.
type hall struct {
	b       *testing.B
	node    *node
	fetch   bool
	client  *http.Client
	seats   []listener
	speaker [][]*http.Cookie // some for each conference, since each session has its pace
	ids     []string
	told    chan time.Time
}

type listener struct {
	conference, seen string
	cookie           *http.Cookie
}

// newHall prepares everything in the database, and then starts the program on it.
func newHall(b *testing.B, at place, conferences int, fetch bool) *hall {
	x := ready(b, at)
	h := &hall{b: b, fetch: fetch, told: make(chan time.Time, watchers)}
	h.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: watchers}, Timeout: time.Minute}
	for range conferences {
		c := x.hold(100)
		h.ids = append(h.ids, c.id)
		var speakers []*http.Cookie
		for range 8 {
			speakers = append(speakers, x.signIn(c.people[""]))
		}
		h.speaker = append(h.speaker, speakers)
		for k := range watchers / conferences {
			party := harbourParties[k%len(harbourParties)]
			h.seats = append(h.seats, listener{
				conference: c.id, seen: strconv.Itoa(c.count(party)), cookie: x.signIn(c.people[party]),
			})
		}
	}
	if err := x.p.close(); err != nil {
		b.Fatal(err)
	}
	h.node = launch(b, binary(b), "serve", "--listen", "localhost:0", "--data", at.data)
	return h
}

// fill connects all listeners and returns when each hears the venue.
func (h *hall) fill() {
	h.b.Helper()
	listening := make(chan error, len(h.seats))
	for _, l := range h.seats {
		go h.listen(l, listening)
	}
	for range h.seats {
		if err := <-listening; err != nil {
			h.b.Fatal(err)
		}
	}
}

// listen is one browser: a stream of its own, and the page again whenever it is told to look.
func (h *hall) listen(l listener, listening chan<- error) {
	c, err := net.Dial("tcp", strings.TrimPrefix(h.node.origin, "http://"))
	if err != nil {
		listening <- err
		return
	}
	h.b.Cleanup(func() { _ = c.Close() })
	fmt.Fprintf(c, "GET /c/%s/live?seen=%s HTTP/1.1\r\nHost: localhost\r\nCookie: %s=%s\r\n\r\n",
		l.conference, l.seen, l.cookie.Name, l.cookie.Value)
	lines := bufio.NewScanner(bufio.NewReaderSize(c, 512))
	for lines.Scan() {
		switch lines.Text() {
		case ": listening":
			listening <- nil
		case "event: poke":
			if h.fetch {
				get(h.b, h.client, h.node.origin+"/c/"+l.conference, l.cookie)
			}
			h.told <- time.Now()
		}
	}
}

// round has one act made in every conference at once and returns how long it took each listener to be told.
func (h *hall) round(n int) []time.Duration {
	h.b.Helper()
	begin := time.Now()
	for k, id := range h.ids {
		go func() {
			form := url.Values{"room": {"plenary"}, "text": {fmt.Sprint("Round ", n)}}
			r, _ := http.NewRequest(http.MethodPost, h.node.origin+"/c/"+id+"/speak", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.AddCookie(h.speaker[k][n%len(h.speaker[k])])
			answer, err := http.DefaultTransport.RoundTrip(r)
			if err != nil || answer.StatusCode != http.StatusSeeOther {
				h.b.Errorf("the act was not accepted: %v, %v", answer, err)
				return
			}
			_ = answer.Body.Close()
		}()
	}
	took := make([]time.Duration, 0, len(h.seats))
	patience := time.After(time.Minute)
	for range h.seats {
		select {
		case at := <-h.told:
			took = append(took, at.Sub(begin))
		case <-patience:
			h.b.Fatalf("after a minute only %d of %d were told", len(took), len(h.seats))
		}
	}
	return took
}
