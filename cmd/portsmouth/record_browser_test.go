package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/internal/browsertest"
)

// forger is a venue's face behind something that changes one byte of a file on its way.
type forger struct {
	*httptest.Server
	path atomic.Value // part of the address of the file to change; "" none
}

func newForger(t *testing.T, handler http.Handler) *forger {
	f := &forger{}
	f.path.Store("")
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		part := f.path.Load().(string)
		if part == "" || !strings.Contains(r.URL.Path, part) {
			handler.ServeHTTP(w, r)
			return
		}
		r.Header.Del("If-None-Match")
		kept := httptest.NewRecorder()
		handler.ServeHTTP(kept, r)
		body := kept.Body.Bytes()
		body[len(body)/2] ^= 1
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(kept.Code)
		_, _ = w.Write(body)
	}))
	t.Cleanup(func() {
		f.CloseClientConnections()
		f.Close()
	})
	f.URL = strings.Replace(f.URL, "127.0.0.1", "localhost", 1)
	return f
}

// A journalist's browser checks the record of 1905 step by step, and one byte changed on the way turns it red where it is.
func TestTheWorldChecksTheRecordOf1905(t *testing.T) {
	browser := browsertest.New(t)
	venue := newForger(t, venue1905(t, "1905-09-05").server.Handler)
	p := browser.Window(t)
	public := venue.URL + "/seat/press/c/" + conference1905 + "/public"
	run := func(verdict string) {
		t.Helper()
		p.Goto(public)
		p.WaitFor("form.record-steps:not([hidden])")
		p.Click("form.record-steps button")
		p.WaitFor(`.check-verdict[data-verdict="` + verdict + `"]`)
	}
	run("good")
	if n := p.Count(`.check-steps li[data-state="good"]`); n != 7 {
		t.Errorf("%d steps of 7 are green:\n%s", n, p.Text(".record-steps"))
	}
	photograph(t, p, "record-good")
	for _, x := range []struct{ file, step, place string }{
		{"record/tile/0/", "tiles", "tile/0/000.p/"},
		{"record/tile/entries/", "tiles", "tile/0/000.p/"}, // the entry is not the one whose hash is kept
		{"record/checkpoint", "", "checkpoint"},
	} {
		venue.path.Store(x.file)
		run("bad")
		bad := p.Text(`.check-steps li[data-state="bad"]`)
		if p.Count(`.check-steps li[data-state="bad"]`) != 1 || !strings.Contains(bad, x.place) {
			t.Errorf("%s: it says %q", x.file, bad)
		}
		if x.step != "" && p.Count(`.check-steps li[data-step="`+x.step+`"][data-state="bad"]`) != 1 {
			t.Errorf("%s: another step than %s is red: %q", x.file, x.step, bad)
		}
	}
	venue.path.Store("record/tile/0/")
	run("bad")
	photograph(t, p, "record-bad")
	if v := p.Axe(t); len(v) > 0 {
		t.Errorf("axe: %v", v)
	}
}

// A browser that has seen a record says by itself when it is shown another.
func TestABrowserRemembersTheRecord(t *testing.T) {
	h := convened(t)
	h.send(h.windows["mediator"], "/rules", "accept-rules")
	h.heads(func(p *browsertest.Page, _ string) { h.send(p, "/rules", "accept-rules") })
	one := h.windows["head of port"]
	one.Goto(h.base + "/rules")
	one.Eval(`(async () => {
		const mine = () => Object.keys(localStorage).find(k => k.startsWith("record "));
		for (let n = 0; n < 200 && !mine(); n++) await new Promise(r => setTimeout(r, 50));
		const lines = localStorage.getItem(mine()).split("\n");
		lines[2] = btoa("another record of as many leaves".padEnd(32));
		localStorage.setItem(mine(), lines.join("\n"));
	})()`)
	one.Goto(h.base + "/rules")
	one.WaitFor("#record-watch:not([hidden])")
	if text := one.Text("#record-watch"); !strings.Contains(text, "not the one that this browser saw") {
		t.Errorf("it says %q", text)
	}
}

// photograph keeps a picture of the page where PORTSMOUTH_SHOTS says, for people to look at.
func photograph(t *testing.T, p *browsertest.Page, name string) {
	t.Helper()
	if dir := os.Getenv(shots); dir != "" {
		p.Size(390, 844, true)
		p.Screenshot(filepath.Join(dir, name+"-phone.png"), true)
		p.Size(1280, 900, false)
		p.Screenshot(filepath.Join(dir, name+"-desk.png"), true)
	}
}

// The browser's check agrees with the vectors of the specification: both are good, and with any one byte changed neither is.
func TestTheBrowserIsAVerifier(t *testing.T) {
	const vectors, tries = "../../docs/spec/verifier", 300
	files := map[string][]byte{}
	for _, name := range []string{"vector/", "witnessed/"} {
		for _, pattern := range []string{"checkpoint", "tile/entries/000.p/5", "tile/0/000.p/5", "large/*"} {
			found, err := filepath.Glob(filepath.Join(vectors, name, pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range found {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				short, _ := filepath.Rel(vectors, path)
				files[filepath.ToSlash(short)] = data
			}
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<!doctype html><title>Vectors</title>"))
	})
	mux.HandleFunc("/record.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, "../../internal/web/static/record.js")
	})
	// Of the n-th copy one byte is another; of copy 0 none.
	mux.HandleFunc("/{n}/{file...}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		data, found := files[r.PathValue("file")]
		if !found {
			http.NotFound(w, r)
			return
		}
		record, _, _ := strings.Cut(r.PathValue("file"), "/")
		if name, at, bit := change(files, record, n); n > 0 && name == r.PathValue("file") {
			data = bytes.Clone(data)
			data[at] ^= bit
		}
		_, _ = w.Write(data)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p := browsertest.New(t).Window(t)
	p.Timeout = time.Minute
	p.Goto(strings.Replace(server.URL, "127.0.0.1", "localhost", 1) + "/")
	for _, record := range []string{"vector", "witnessed"} {
		good := browsertest.Eval[[]int](p, fmt.Sprintf(`import("/record.js").then(async ({check}) => {
			const good = [];
			for (let n = 0; n <= %d; n++) {
				const read = async (path) => {
					const answer = await fetch("/" + n + "/%s/" + path);
					if (!answer.ok) throw new Error(path);
					return new Uint8Array(await answer.arrayBuffer());
				};
				try { await check(read, "", () => {}); good.push(n); } catch {}
			}
			return good;
		})`, tries, record))
		if len(good) != 1 || good[0] != 0 {
			t.Errorf("%s: of these copies nothing is changed, it finds: %v", record, good)
		}
	}
}

// change is which bit of which file of a record the n-th copy has changed.
func change(files map[string][]byte, record string, n int) (name string, at int, bit byte) {
	rng := rand.New(rand.NewPCG(1905, uint64(n)))
	var names []string
	for _, f := range portsmouth.SortedKeys(files) {
		if strings.HasPrefix(f, record+"/") {
			names = append(names, f)
		}
	}
	name = names[rng.IntN(len(names))]
	return name, rng.IntN(len(files[name])), 1 << rng.IntN(8)
}
