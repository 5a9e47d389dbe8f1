package browsertest

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// goodPage is a small page that is right in every respect, under the policy that the venue serves.
const goodPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The table</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
<script src="/script.js" defer></script></head>
<body><main><h1>Portsmouth</h1><noscript><p id="plain">without script</p></noscript><p id="out">waiting</p>
<form method="post" action="/"><label>Name <input id="name" name="name" value="old"></label>
<label>Seat <select id="seat" name="seat"><option value="w">Witte</option><option value="k">Komura</option></select></label>
<button id="go">Enter</button></form><button id="late" type="button">Later</button><div style="height:2000px">.</div></main></body></html>`

const script = `document.getElementById("late").addEventListener("click", () => setTimeout(() => {
	document.getElementById("out").textContent = "it came"; }, 200));
document.getElementById("seat").addEventListener("change", e => {
	document.getElementById("out").textContent = "chose " + e.target.value; });`

// badPage breaks rules on purpose: of access, of its policy, and of script.
const badPage = `<!doctype html><html><head><title>Bad</title><link rel="icon" href="data:,"></head>
<body><img src="/none.png"><input><script>throw new Error("never runs")</script><script src="/bad.js"></script></body></html>`

func site(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	serve := func(path, kind, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Security-Policy",
				"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'")
			http.SetCookie(w, &http.Cookie{Name: "seat", Value: "taken"})
			_, _ = w.Write([]byte(body))
		})
	}
	serve("GET /{$}", "text/html", goodPage)
	serve("GET /bad", "text/html", badPage)
	serve("GET /script.js", "text/javascript", script)
	serve("GET /bad.js", "text/javascript", `console.error("the bell", 7); throw new Error("on purpose");`)
	serve("GET /style.css", "text/css", "body{background:#fff;color:#000} @media (prefers-color-scheme:dark){body{background:#000;color:#fff}}")
	mux.HandleFunc("GET /cookie", func(w http.ResponseWriter, r *http.Request) {
		_, err := r.Cookie("seat")
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(map[bool]string{true: "known", false: "unknown"}[err == nil] + " " + r.Header.Get("Accept-Language")))
	})
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("hello " + r.FormValue("name") + " as " + r.FormValue("seat")))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestBrowser(t *testing.T) {
	b := New(t)
	server := site(t)
	for name, test := range map[string]func(*testing.T, *Page, string){
		"a form, typed and sent":      testForm,
		"waiting for what comes late": testWaiting,
		"two windows share nothing":   func(t *testing.T, p *Page, url string) { testWindows(t, b, p, url) },
		"without script":              testNoScript,
		"sizes, schemes, pictures":    testLooks,
		"a right page is right":       testGood,
		"a wrong page is found out":   testBad,
	} {
		t.Run(name, func(t *testing.T) { test(t, b.Window(t), server.URL) })
	}
}

func testForm(t *testing.T, p *Page, url string) {
	p.Goto(url)
	if got := p.Value("#name"); got != "old" {
		t.Errorf("the field holds %q before typing", got)
	}
	p.Type("#name", "Сергей Witte")
	p.Append("#name", " S.")
	p.Choose("#seat", "k")
	p.WaitFor("text=chose k")
	p.Follow("#go")
	if got, want := p.Text(""), "hello Сергей Witte S. as k"; got != want {
		t.Errorf("the server understood %q, want %q", got, want)
	}
	p.Back()
	p.WaitFor("#name")
}

func testWaiting(t *testing.T, p *Page, url string) {
	p.Goto(url)
	p.Click("#late")
	if got := p.Text("#out"); got != "waiting" {
		t.Errorf("before it came: %q", got)
	}
	p.WaitFor("text=it came")
	p.WaitGone("text=waiting")
	if p.Count("#out") != 1 || p.Count("#none") != 0 {
		t.Error("elements are counted wrongly")
	}
}

func testWindows(t *testing.T, b *Browser, p *Page, url string) {
	p.Language("fr")
	p.Goto(url)
	p.Goto(url + "/cookie")
	if got := p.Text(""); got != "known fr" {
		t.Errorf("the first window is %q", got)
	}
	other := b.Window(t)
	other.Goto(url + "/cookie")
	if got := other.Text(""); !strings.HasPrefix(got, "unknown") {
		t.Errorf("the second window is %q: it shares the cookies of the first", got)
	}
}

func testNoScript(t *testing.T, p *Page, url string) {
	p.NoScript(true)
	p.Goto(url)
	p.WaitFor("text=without script")
	p.Type("#name", "Komura")
	p.Follow("#go")
	p.WaitFor("text=hello Komura")
	p.NoScript(false)
	p.Goto(url)
	p.WaitGone("#plain")
}

func testLooks(t *testing.T, p *Page, url string) {
	p.Size(390, 844, true)
	p.Dark(true)
	p.Goto(url)
	if got := Eval[int](p, "innerWidth"); got != 390 {
		t.Errorf("a telephone of 390 pixels is %d wide", got)
	}
	const background = "getComputedStyle(document.body).backgroundColor"
	if got := Eval[string](p, background); got != "rgb(0, 0, 0)" {
		t.Errorf("in the dark the page is %s", got)
	}
	p.Dark(false)
	if got := Eval[string](p, background); got != "rgb(255, 255, 255)" {
		t.Errorf("in the light the page is %s", got)
	}
	window, whole := picture(t, p, false), picture(t, p, true)
	if window != 844 || whole < 2000 {
		t.Errorf("pictures are %d and %d high, want 844 and over 2000", window, whole)
	}
}

// picture takes one and returns its height.
func picture(t *testing.T, p *Page, full bool) int {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.png")
	p.Screenshot(file, full)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return img.Bounds().Dy()
}

func testGood(t *testing.T, p *Page, url string) {
	p.Goto(url)
	for _, v := range p.Axe(t) {
		t.Error(v)
	}
	if errs := p.ConsoleErrors(); len(errs) != 0 {
		t.Errorf("the console complains: %q", errs)
	}
	if !slices.Contains(p.Requests(), url+"/script.js") {
		t.Errorf("the script is not among the requests %q", p.Requests())
	}
	if out := p.External(url); len(out) != 0 {
		t.Errorf("external requests: %q", out)
	}
	if out := p.External("http://elsewhere.example"); len(out) == 0 {
		t.Error("seen from another host, nothing is external: the check cannot fail")
	}
}

func testBad(t *testing.T, p *Page, url string) {
	p.Goto(url + "/bad")
	var ids []string
	for _, v := range p.Axe(t) {
		ids = append(ids, v.ID)
	}
	for _, want := range []string{"html-has-lang", "image-alt", "label"} {
		if !slices.Contains(ids, want) {
			t.Errorf("axe misses %s among %q", want, ids)
		}
	}
	errs := strings.Join(p.ConsoleErrors(), "\n")
	for _, want := range []string{"the bell 7", "on purpose", "404", "Content Security Policy"} {
		if !strings.Contains(errs, want) {
			t.Errorf("the console errors miss %q:\n%s", want, errs)
		}
	}
}

// TestFailureSpeaks shows that a wait that never ends, ends, and says what was on the page.
func TestFailureSpeaks(t *testing.T) {
	b := New(t)
	p := b.Window(t)
	p.Goto(site(t).URL)
	said := &witness{TB: t}
	p.t, p.Timeout = said, 300*time.Millisecond
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.WaitFor("text=peace in our time")
	}()
	<-done
	if !strings.Contains(said.text, "peace in our time") || !strings.Contains(said.text, "Portsmouth") {
		t.Errorf("the failure says %q", said.text)
	}
}
