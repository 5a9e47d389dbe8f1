package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// TestEveryAnswerHasTheHeaders asks, as by https, for what is answered in each of the ways there are: a page, a file, a file
// that is not there, a redirect, a refusal, a method that nothing here has.
func TestEveryAnswerHasTheHeaders(t *testing.T) {
	var handler http.Handler
	newHouse(t, func(o *Options) {
		behind := *o
		behind.Origin = "https://venue.example"
		var err error
		if handler, err = New(behind); err != nil {
			t.Fatal(err)
		}
	})
	ask := func(method, path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "https://venue.example"+path, nil)
		for k := 0; k+1 < len(header); k += 2 {
			r.Header.Set(header[k], header[k+1])
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	icon := regexp.MustCompile(`/static/[^"]+\.svg`).FindString(ask(http.MethodGet, "/").Body.String())
	for _, q := range []struct {
		method, path, kind string
		status             int
		header             []string
	}{
		{http.MethodGet, "/", "text/html; charset=utf-8", 200, nil},
		{http.MethodGet, icon, "image/svg+xml; charset=utf-8", 200, nil},
		{http.MethodGet, strings.TrimSuffix(icon, ".svg"), "text/plain; charset=utf-8", 404, nil},
		{http.MethodPost, "/sign-out", "", 303, nil},
		{http.MethodPost, "/enter", "text/html; charset=utf-8", 403, []string{"Sec-Fetch-Site", "cross-site"}},
		{http.MethodTrace, "/", "text/html; charset=utf-8", 404, []string{"Cookie", "__Host-portsmouth=secret"}},
	} {
		w := ask(q.method, q.path, q.header...)
		if w.Code != q.status || w.Header().Get("Content-Type") != q.kind || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s %s: %d, %q", q.method, q.path, w.Code, w.Header().Get("Content-Type"))
		}
		for name, want := range map[string]string{
			"Strict-Transport-Security": "max-age=31536000", "Content-Security-Policy": policy,
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s %s: %s is %q, want %q", q.method, q.path, name, got, want)
			}
		}
	}
}
