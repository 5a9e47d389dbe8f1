package web

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"portsmouth"
)

// beat is how often a stream says that it is alive. Proxies close what is silent for a minute, and it is the same for
// all, so it tells nothing.
const beat = 25 * time.Second

// takeWithin is how long a stream waits for a reader who takes nothing.
const takeWithin = 2 * beat

// live is the stream that says "look again", and nothing else: the page then fetches itself by an ordinary GET. It wakes
// only for acts that the reader may see, and its ids count only those.
func (s *site) live(v *visit) error {
	leave, err := s.streams.enter(s.streamKey(v))
	if err != nil {
		return err
	}
	defer leave()
	id := v.path("id")
	wake, cancel, err := s.Venue.Watch(v.r.Context(), id, v.person.ID)
	if err != nil {
		return err
	}
	defer cancel()
	out := http.NewResponseController(v.w)
	// Where there is no deadline there is nothing to lift.
	_ = out.SetReadDeadline(time.Time{})
	v.w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	v.w.Header().Set("X-Accel-Buffering", "no")
	v.w.WriteHeader(http.StatusOK)
	_, _ = fmt.Fprint(v.w, ": listening\n\n")
	// Between the page and the stream something may have happened: the page says how far it had seen.
	seen := lastSeen(v.r)
	if n := s.countOf(v); n != seen {
		seen = poke(v.w, n)
	}
	return s.stream(v, out, wake, seen)
}

func (s *site) stream(v *visit, out *http.ResponseController, wake <-chan struct{}, seen int) error {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		// A stream has no end, but a reader who takes nothing for so long has left.
		_ = out.SetWriteDeadline(time.Now().Add(takeWithin))
		if out.Flush() != nil {
			return nil // the reader has left
		}
		select {
		case <-v.r.Context().Done():
			return nil
		case <-ticker.C:
			_, _ = fmt.Fprint(v.w, ": still here\n\n")
		case <-wake:
			// A wake-up may be for nothing (an act that came before the page was made), and then there is none.
			if n := s.countOf(v); n != seen {
				seen = poke(v.w, n)
			}
		}
	}
}

// poke says that there is something to look at.
func poke(w http.ResponseWriter, n int) int {
	_, _ = fmt.Fprintf(w, "event: poke\nid: %d\ndata: look\n\n", n)
	return n
}

// countOf is how many acts the reader may see now, -1 when none any more.
func (s *site) countOf(v *visit) int {
	view, err := s.Venue.Look(v.r.Context(), v.path("id"), v.person.ID)
	if err != nil {
		return -1
	}
	return len(view.Acts)
}

// lastSeen is how many acts the page had seen, by its own address or by the last poke it had.
func lastSeen(r *http.Request) int {
	for _, s := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("seen")} {
		if n, err := strconv.Atoi(s); err == nil {
			return n
		}
	}
	return 0
}

// maxStreams is how many pages one browser may have listening at once; a reader without a session shares it with
// everybody at the same address. A page that may not listen works all the same.
const maxStreams = 32

// streams counts who listens. The zero value is ready.
type streams struct {
	mu  sync.Mutex
	now map[string]int
}

// enter counts one more, and returns what counts it off again.
func (c *streams) enter(key string) (leave func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now[key] >= maxStreams {
		return nil, &portsmouth.Error{Kind: portsmouth.TooMany, Rule: "streams", Message: "Too many pages are open here at once."}
	}
	if c.now == nil {
		c.now = map[string]int{}
	}
	c.now[key]++
	return func() { c.leave(key) }, nil
}

func (c *streams) leave(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now[key]--; c.now[key] <= 0 {
		delete(c.now, key)
	}
}

func (s *site) streamKey(v *visit) string {
	if key := s.Accounts.SessionKey(v.r.Context()); key != "" {
		return key
	}
	return addressKey(v.r)
}
