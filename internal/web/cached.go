package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"portsmouth/internal/venue"
	"portsmouth/internal/words"
)

// The world at the door: what is the same for every reader without a session is made once and kept for a moment, so that a
// crowd costs little more than one reader. It is made for nobody, out of what is public, and made anew as soon as the
// public part of the conference has changed.

const (
	// keptFor is how long an answer may be kept that can change without an act: a page says how much time is left.
	keptFor = time.Second
	// maxKept and maxKeptBytes bound what is kept; past either something else has to go.
	maxKept      = 2048
	maxKeptBytes = 64 << 20
	// maxZones bounds of how many zones pages are kept, within zonesFor: whoever is in one more gets a page made for them.
	maxZones = 64
	zonesFor = time.Minute
)

// forAnyone serves what is kept, and keeps what next makes, where the answer is the same for all.
func (s *site) forAnyone(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, file := anyones(r)
		// The demonstration shows on every page how far it is; a choice of language that has to be kept anew is one reader's.
		if id == "" || s.Demo != nil || s.before(r, langCookie) != "" {
			next.ServeHTTP(w, r)
			return
		}
		acts, err := s.Venue.Visible(r.Context(), id, "")
		zone := s.zone(r).String()
		if err != nil || !file && !s.kept.zone(zone) {
			next.ServeHTTP(w, r)
			return
		}
		if file {
			zone = "" // nothing in it depends on one
		}
		key := r.URL.Path + "\n" + words.For(s.wishes(w, r)...).Lang() + "\n" + zone
		s.kept.answer(key).ready(next, r, acts, file).serve(w, r)
	})
}

// anyones names the conference of an address whose answer is the same for every reader without a session, and says
// whether it is a file of the record, which knows itself how long it lasts. An address that is written in another way than
// its plainest is nobody's: the routes may read it otherwise.
func anyones(r *http.Request) (id string, file bool) {
	rest, under := strings.CutPrefix(r.URL.Path, "/c/")
	if !under || r.Method != http.MethodGet || r.URL.RawQuery != "" || r.URL.RawPath != "" || somebody(r) {
		return "", false
	}
	id, at, _ := strings.Cut(rest, "/")
	switch at {
	case "public", "public.json", "treaty.json", "treaty.txt", "feed.atom":
		return id, false
	}
	if slices.ContainsFunc(words.Languages, func(lang string) bool { return at == feedName(lang) }) {
		return id, false
	}
	if path, of := strings.CutPrefix(at, "record/"); of && venue.IsRecordData(path) {
		return id, true
	}
	return "", false
}

// somebody reports whether the reader may be somebody: has a cookie other than those of language and zone.
func somebody(r *http.Request) bool {
	for _, c := range r.Cookies() {
		if name := strings.TrimPrefix(c.Name, ownPrefix); name != langCookie && name != zoneCookie {
			return true
		}
	}
	return false
}

// kept holds answers by their key, which is all of a request that its answer may depend on. The zero value is ready.
type kept struct {
	mu      sync.Mutex
	answers map[string]*keptAnswer // that were made, and are of use
	making  map[string]*keptAnswer // that are being made, and may come to nothing
	bytes   int                    // of answers
	zones   map[string]struct{}    // of which pages are kept
	zonesAt time.Time              // when the first of them came
}

// answer returns the one of that key, which may have to be made yet.
func (k *kept) answer(key string) *keptAnswer {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a := k.answers[key]; a != nil {
		return a
	}
	if a := k.making[key]; a != nil {
		return a
	}
	if k.making == nil {
		k.answers, k.making = map[string]*keptAnswer{}, map[string]*keptAnswer{}
	}
	a := &keptAnswer{kept: k, key: key}
	k.making[key] = a
	return a
}

// zone reports whether pages in that zone are kept.
func (k *kept) zone(name string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.zones == nil || time.Since(k.zonesAt) > zonesFor {
		k.zones, k.zonesAt = map[string]struct{}{}, time.Now()
	}
	if _, in := k.zones[name]; !in && len(k.zones) >= maxZones {
		return false
	}
	k.zones[name] = struct{}{}
	return true
}

// settle keeps an answer that has been made, if it is of use to others, in the place of whatever has to go.
func (k *kept) settle(a *keptAnswer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.making[a.key] == a {
		delete(k.making, a.key)
	}
	k.drop(a.key)
	if a.made == nil || a.made.status != http.StatusOK || a.made.body.Len() > maxKeptBytes {
		return
	}
	a.size = a.made.body.Len()
	for key := range k.answers {
		if len(k.answers) < maxKept && k.bytes+a.size <= maxKeptBytes {
			break
		}
		k.drop(key)
	}
	k.answers[a.key] = a
	k.bytes += a.size
}

func (k *kept) drop(key string) {
	if a := k.answers[key]; a != nil {
		delete(k.answers, key)
		k.bytes -= a.size
	}
}

// keptAnswer is one answer. Its lock is held while it is made, so that a crowd waits for one making.
type keptAnswer struct {
	kept *kept
	key  string
	size int // as kept counts it
	mu   sync.Mutex
	acts int // that anybody could see when it was made
	at   time.Time
	made *making // nil: to be made
}

// ready returns the answer, made anew unless it is good still. One that went wrong is for those who waited for it.
func (a *keptAnswer) ready(next http.Handler, r *http.Request, acts int, file bool) *making {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.made != nil && a.acts == acts && time.Since(a.at) < keptFor {
		return a.made
	}
	a.made = nil
	defer a.kept.settle(a)
	at, m := time.Now(), &making{header: http.Header{}, status: http.StatusOK}
	next.ServeHTTP(m, forNobody(r))
	if m.header.Get("Set-Cookie") != "" {
		return m // for this reader alone
	}
	if m.status == http.StatusOK {
		m.maybeKept(file)
	}
	a.at, a.acts, a.made = at, acts, m
	return m
}

// maybeKept says how the answer may be kept elsewhere.
func (m *making) maybeKept(file bool) {
	if !file {
		// Whoever asks here is answered as things are; what stands between may answer a crowd.
		m.header.Set("Cache-Control", "public, max-age=0, s-maxage=1, must-revalidate")
		m.header.Set("Vary", "Accept-Language, Cookie")
	}
	if m.header.Get("Etag") == "" {
		sum := sha256.Sum256(m.body.Bytes())
		m.header.Set("Etag", `"`+hex.EncodeToString(sum[:16])+`"`)
	}
}

// forNobody is a request for the whole answer, which does not end when its reader leaves.
func forNobody(r *http.Request) *http.Request {
	whole := r.Clone(context.WithoutCancel(r.Context()))
	for _, name := range []string{"Range", "If-Range", "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since"} {
		whole.Header.Del(name)
	}
	return whole
}

// making is an answer on its way to being kept.
type making struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is the answer's own.
func (m *making) Header() http.Header { return m.header }

// WriteHeader notes the status.
func (m *making) WriteHeader(status int) { m.status = status }

// Write keeps what comes.
func (m *making) Write(b []byte) (int, error) { return m.body.Write(b) }

// serve answers with what is kept. Nobody writes to it any more.
func (m *making) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, values := range m.header {
		h[name] = values
	}
	if m.status != http.StatusOK {
		w.WriteHeader(m.status)
		_, _ = w.Write(m.body.Bytes()) // the reader has left; nothing is to be done about it
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(m.body.Bytes()))
}
