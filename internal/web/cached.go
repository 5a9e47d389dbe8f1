package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"

	"portsmouth/internal/words"
)

// The world at the door: what is the same for every reader without a session is made once and kept for a moment, so that a
// crowd costs little more than one reader. It is made for nobody, out of what is public, and made anew as soon as the
// public part of the conference has changed.

const (
	// keptFor is how long an answer may be kept that can change without an act: a page says how much time is left.
	keptFor = time.Second
	// maxKept and maxKeptBytes bound what is kept; past either all is made anew.
	maxKept      = 2048
	maxKeptBytes = 64 << 20
)

// forAnyone serves what is kept, and keeps what next makes, where the answer is the same for all.
func (s *site) forAnyone(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, lasting := anyones(r)
		if id == "" || s.Demo != nil { // the demonstration shows on every page how far it is
			next.ServeHTTP(w, r)
			return
		}
		acts, err := s.Venue.Visible(r.Context(), id, "")
		if err != nil {
			next.ServeHTTP(w, r)
			return
		}
		m := s.kept.answer(s.keptKey(r)).ready(next, r, acts, lasting)
		if m == nil {
			next.ServeHTTP(w, r)
			return
		}
		m.serve(w, r)
	})
}

// anyones names the conference of an address whose answer is the same for every reader without a session, and says
// whether the answer lasts for ever.
func anyones(r *http.Request) (id string, lasting bool) {
	rest, under := strings.CutPrefix(r.URL.Path, "/c/")
	if !under || r.Method != http.MethodGet || r.URL.RawQuery != "" || somebody(r) {
		return "", false
	}
	id, at, _ := strings.Cut(rest, "/")
	switch {
	case at == "public", at == "public.json", at == "treaty.json", at == "treaty.txt":
		return id, false
	case strings.HasPrefix(at, "feed.") && strings.HasSuffix(at, ".atom"):
		return id, false
	case strings.HasPrefix(at, "record/tile/"), strings.HasPrefix(at, "record/large/"):
		return id, true
	}
	return "", false
}

// somebody reports whether the reader may be somebody: has a cookie other than those of language and zone.
func somebody(r *http.Request) bool {
	for _, c := range r.Cookies() {
		if c.Name != "lang" && c.Name != "tz" {
			return true
		}
	}
	return false
}

// keptKey is all of a request that its answer may depend on.
func (s *site) keptKey(r *http.Request) string {
	return r.URL.Path + "\n" + words.For(wishes(nil, r)...).Lang() + "\n" + s.zone(r).String()
}

// kept holds answers by their key. The zero value is ready.
type kept struct {
	mu      sync.Mutex
	answers map[string]*keptAnswer
	bytes   int
}

// answer returns the one of that key, which may have to be made yet.
func (k *kept) answer(key string) *keptAnswer {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a := k.answers[key]; a != nil {
		return a
	}
	if len(k.answers) >= maxKept || k.bytes > maxKeptBytes || k.answers == nil {
		k.answers, k.bytes = map[string]*keptAnswer{}, 0
	}
	a := &keptAnswer{kept: k}
	k.answers[key] = a
	return a
}

// keptAnswer is one answer. Its lock is held while it is made, so that a crowd waits for one making.
type keptAnswer struct {
	kept *kept
	mu   sync.Mutex
	acts int // that anybody could see when it was made
	at   time.Time
	made *making // nil: to be made
}

// ready returns the answer, made anew unless it is good still; nil when there is none that can be kept.
func (a *keptAnswer) ready(next http.Handler, r *http.Request, acts int, lasting bool) *making {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.made != nil && (lasting || a.acts == acts && time.Since(a.at) < keptFor) {
		return a.made
	}
	at, m := time.Now(), &making{header: http.Header{}, status: http.StatusOK}
	next.ServeHTTP(m, forNobody(r))
	if m.status != http.StatusOK || m.header.Get("Set-Cookie") != "" {
		return nil
	}
	if !lasting {
		// Whoever asks here is answered as things are; what stands between may answer a crowd.
		m.header.Set("Cache-Control", "public, max-age=0, s-maxage=1, must-revalidate")
		m.header.Set("Vary", "Accept-Language, Cookie")
	}
	if m.header.Get("Etag") == "" {
		sum := sha256.Sum256(m.body.Bytes())
		m.header.Set("Etag", `"`+hex.EncodeToString(sum[:16])+`"`)
	}
	a.kept.grow(m.body.Len())
	a.at, a.acts, a.made = at, acts, m
	return m
}

// grow counts what is made anew, and not what falls away with it: what is kept is only ever less than that.
func (k *kept) grow(bytes int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.bytes += bytes
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
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(m.body.Bytes()))
}
