package web

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

// recordHouse is a house with a conference under way, known to the public or not, and the address of its record.
func recordHouse(t *testing.T, listed bool) (h *house, at string) {
	t.Helper()
	h = newHouse(t, func(o *Options) { o.Venue.(*venue.Venue).RecordKey = worldKey(t) })
	o := conftest.Options{Rules: conftest.Rules()}
	o.Rules.Publicity.Listed = listed
	scene := conftest.NewScene(o)
	must(t, scene.To(conference.Bargaining))
	a := conference.Append{Conference: conftest.ConferenceID, Index: conference.IndexOf(scene.Log)}
	for _, e := range scene.Log {
		room, body, err := conference.EncodeEvent(e)
		must(t, err)
		a.Acts = append(a.Acts, conference.Stored{Room: room, Body: body})
	}
	_, err := h.venue.Store.Append(t.Context(), a)
	must(t, err)
	must(t, h.venue.BeginRecords(t.Context()))
	return h, "/c/" + conftest.ConferenceID + "/record/"
}

func TestTheRecordIsServedAsFiles(t *testing.T) {
	h, at := recordHouse(t, true)
	b := h.browser(t)
	files := fstest.MapFS{}
	err := record.Copy(func(path string) ([]byte, error) {
		p := b.get(at + path)
		if p.status == http.StatusNotFound {
			return nil, fs.ErrNotExist
		}
		files[path] = &fstest.MapFile{Data: []byte(p.body)}
		cache := p.header.Get("Cache-Control")
		if short := path == "checkpoint"; short != (cache == "public, max-age=10") || short == strings.Contains(cache, "immutable") {
			t.Errorf("%s: Cache-Control %q", path, cache)
		}
		if p.header.Get("Vary") != "" || p.header.Get("Set-Cookie") != "" {
			t.Errorf("%s belongs to a session: %v", path, p.header)
		}
		again, err := http.NewRequest(http.MethodGet, h.URL+at+path, nil)
		must(t, err)
		again.Header.Set("If-None-Match", p.header.Get("Etag"))
		if p := b.do(again); p.status != http.StatusNotModified || p.body != "" {
			t.Errorf("%s: asked again: %d", path, p.status)
		}
		return []byte(p.body), nil
	}, func(string, []byte) error { return nil })
	must(t, err)
	if r := record.Verify(files, record.Options{Key: worldKey(t).Verifier(conftest.ConferenceID)}); !r.OK() || len(r.Leaves) != 2 {
		t.Errorf("%d leaves:\n%s", len(r.Leaves), r)
	}
	for _, path := range []string{"", "nothing", "tile/0/000", "tile/0/000.p/3", "tile/data/000.p/2", "tile/entries/001.p/2", "large/x"} {
		if p := b.get(at + path); p.status != http.StatusNotFound {
			t.Errorf("%q: %d", path, p.status)
		}
	}
	b.get("/c/"+conftest.ConferenceID+"/public").want(t, 200, "Check this record yourself",
		"portsmouth verify "+h.URL+strings.TrimSuffix(at, "/"), "over 2 entries", `href="`+at+`checkpoint"`)
}

// Of a conference that the public does not know there is no record, and nothing that tells it from one that does not exist.
func TestAnUnlistedConferenceHasNoRecord(t *testing.T) {
	h, at := recordHouse(t, false)
	b := h.browser(t)
	for _, path := range []string{"checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1", "tile/0/000.p/2"} {
		here := b.get(at + path)
		nowhere := b.get("/c/nowhere/record/" + path)
		if here.status != http.StatusNotFound || here.body != nowhere.body || fmt.Sprint(here.header) != fmt.Sprint(nowhere.header) {
			t.Errorf("%s: %d", path, here.status)
		}
	}
	if _, _, err := h.venue.RecordFile(t.Context(), conftest.ConferenceID, "checkpoint"); portsmouth.KindOf(err) != portsmouth.NotFound {
		t.Errorf("the venue has one all the same: %v", err)
	}
}

// What a venue says of a file that does not last is what is sent: of the checkpoint for a moment, of a tile to ask again.
func TestATileOfARecordThatBrokeIsAskedForAgain(t *testing.T) {
	for file, want := range map[string]string{"checkpoint": "public, max-age=10", "tile/0/000.p/1": "public, no-cache"} {
		r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
		r.SetPathValue("file", file)
		(&visit{w: w, r: r}).sendRecordFile([]byte("data"), false)
		if got := w.Header().Get("Cache-Control"); got != want || w.Header().Get("Etag") == "" {
			t.Errorf("%s: %v", file, w.Header())
		}
	}
}
