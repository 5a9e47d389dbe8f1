package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
)

func TestAnyonesPageIsMadeOnceAndIsNeverOld(t *testing.T) {
	h, _ := recordHouse(t, true)
	const conf = "/c/" + conftest.ConferenceID
	reader := h.browser(t)
	first := reader.get(conf+"/public").want(t, 200)
	if first.header.Get("Etag") == "" || !strings.Contains(first.header.Get("Cache-Control"), "public") {
		t.Fatalf("the public page cannot be kept: %v", first.header)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+conf+"/public", nil)
	r.Header.Set("If-None-Match", first.header.Get("Etag"))
	again, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Body.Close()
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("the same page answers %d", again.StatusCode)
	}
	if in := h.convener(t, "Eve").get(conf+"/public").want(t, 200); in.header.Get("Cache-Control") != "no-store" {
		t.Errorf("a page made for somebody may be kept: %v", in.header)
	}
	const said = "The parties met and will meet again."
	do := func(person string, c conference.Command) venue.Receipt {
		receipt, err := h.venue.Do(t.Context(), venue.Request{Conference: conftest.ConferenceID, Person: person, Command: c, Seen: -1})
		must(t, err)
		return receipt
	}
	drafted := do("mediator", conference.ProposeCommunique{Text: portsmouth.Text{"en": said, "fr": said}})
	for _, head := range []string{"north", "south"} {
		do(head, conference.AgreeCommunique{Communique: drafted.Act})
	}
	if body := reader.get(conf+"/public").want(t, 200).body; !strings.Contains(body, said) {
		t.Error("what has just been published is not on the page that is kept")
	}
}

func TestARequestOfOneReaderIsNotTheAnswerOfAnother(t *testing.T) {
	h, _ := recordHouse(t, true)
	const conf = "/c/" + conftest.ConferenceID
	ask := func(header ...string) *http.Response {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+conf+"/public", nil)
		for k := 0; k < len(header); k += 2 {
			r.Header.Set(header[k], header[k+1])
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		return answer
	}
	if part := ask("Range", "bytes=0-9"); part.StatusCode != http.StatusPartialContent || part.ContentLength != 10 {
		t.Errorf("a part answers %d with %d bytes", part.StatusCode, part.ContentLength)
	}
	whole := ask()
	if whole.StatusCode != http.StatusOK || whole.ContentLength < 1000 {
		t.Errorf("after a reader of a part, the whole answers %d with %d bytes", whole.StatusCode, whole.ContentLength)
	}
	if french := ask("Accept-Language", "fr"); french.Header.Get("Etag") == whole.Header.Get("Etag") {
		t.Error("French readers get the English page")
	}
}

// Only what can be there is ever kept, and it is kept under one address.
func TestOnlyPlainAddressesAreKept(t *testing.T) {
	const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for at, want := range map[string]bool{
		"public": true, "public.json": true, "treaty.txt": true, "feed.atom": true, "feed.fr.atom": true,
		"record/tile/0/000.p/3": true, "record/tile/entries/x001/234": true, "record/large/" + hash: true,
		"feed.xx.atom": false, "feed.0815.atom": false, "record/checkpoint": false, "record/tile/0/junk": false,
		"record/tile/0/000.p/0256": false, "record/large/" + hash + "0": false, "record/large/x": false, "record%2Ftile/0/000": false,
		"public?x": false, "public?x=1": false,
	} {
		id, file := anyones(httptest.NewRequest(http.MethodGet, "/c/one/"+at, nil))
		if (id != "") != want || file != (want && strings.HasPrefix(at, "record/")) {
			t.Errorf("%s: %q, a file of the record: %v", at, id, file)
		}
	}
}

// What went wrong is made once, answered as it was made, and leaves nothing behind.
func TestAFailureIsMadeOnceAndNotKept(t *testing.T) {
	var k kept
	made := 0
	broken := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		made++
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("nothing here"))
	})
	r := httptest.NewRequest(http.MethodGet, "/c/one/treaty.txt", nil)
	first := k.answer("key")
	if k.answer("key") != first {
		t.Error("two who come at once do not wait for one making")
	}
	w := httptest.NewRecorder()
	first.ready(broken, r, 1, false).serve(w, r)
	first.ready(broken, r, 1, false) // who came with the first
	if w.Code != http.StatusNotFound || w.Body.String() != "nothing here" || made != 1 {
		t.Errorf("it answers %d %q, made %d times", w.Code, w.Body, made)
	}
	if len(k.answers)+len(k.making)+k.bytes != 0 {
		t.Errorf("%d answers, %d being made, %d bytes stay", len(k.answers), len(k.making), k.bytes)
	}
}

// When all room is taken one answer goes, and what is counted is what is there.
func TestOneAnswerMakesRoomForAnother(t *testing.T) {
	var k kept
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("page")) })
	r := httptest.NewRequest(http.MethodGet, "/c/one/public", nil)
	for n := range maxKept + 3 {
		k.answer(strconv.Itoa(n)).ready(page, r, n, false)
	}
	last := k.answer(strconv.Itoa(maxKept + 2))
	last.ready(page, r, 1, false) // anew
	if len(k.answers) != maxKept || len(k.making) != 0 || k.bytes != maxKept*len("page") {
		t.Errorf("%d answers, %d being made, %d bytes", len(k.answers), len(k.making), k.bytes)
	}
	for n := range maxZones + 1 {
		if got, want := k.zone("zone "+strconv.Itoa(n)), n < maxZones; got != want {
			t.Errorf("zone %d is kept: %v", n, got)
		}
	}
	if !k.zone("zone 1") {
		t.Error("a zone that is kept is so no more")
	}
}

func TestOnlyTheHostsProxyIsBelieved(t *testing.T) {
	s := &site{Options: Options{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, x := range []struct{ from, way, want string }{
		{"10.1.1.1:80", "203.0.113.7", "203.0.113.7"},
		{"10.1.1.1:80", "198.51.100.1, 203.0.113.7, 10.2.2.2", "203.0.113.7"}, // the first is the reader's own word
		{"203.0.113.7:80", "198.51.100.1", ""},
		{"10.1.1.1:80", "", ""},
		{"10.1.1.1:80", "nonsense", ""},
		{"10.1.1.1:80", "10.2.2.2", ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = x.from
		r.Header.Set("X-Forwarded-For", x.way)
		if got := s.readerOf(r); got != x.want {
			t.Errorf("from %s by way of %q: the reader is %q, want %q", x.from, x.way, got, x.want)
		}
	}
}
