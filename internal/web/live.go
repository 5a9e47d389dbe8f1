package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// beat is how often a stream says that it is alive. Proxies close what is silent for a minute, and it is the same for
// all, so it tells nothing.
const beat = 25 * time.Second

// takeWithin is how long a stream waits for a reader who takes nothing.
const takeWithin = 2 * beat

// live is the stream that says "look again", and nothing else: the page then fetches itself by an ordinary GET. It wakes
// only for acts that the reader may see, and its ids count only those.
func (s *site) live(v *visit) error {
	berth, err := s.streams.enter(s.streamKey(v))
	if err != nil {
		return err
	}
	wake, cancel, err := s.Venue.Watch(v.r.Context(), v.path("id"), v.person.ID)
	if err != nil {
		berth.leave()
		return err
	}
	l := &listener{
		conference: v.path("id"), person: v.person.ID, seen: lastSeen(v.r),
		wake: wake, ended: berth.ended, leave: func() { cancel(); berth.leave() }, site: s,
	}
	out := http.NewResponseController(v.w)
	own, _, err := out.Hijack()
	if err != nil {
		l.listen(answering{v.w, out}, v.r.Context().Done())
		return nil
	}
	berth.take(own)
	// The listener holds nothing of the request, and the server forgets it: of ten thousand readers little more is kept
	// than their connections.
	go l.listen(taken{own, headOf(v)}, nil)
	return nil
}

// listener is one reader who waits.
type listener struct {
	site               *site
	conference, person string
	seen               int // acts of their own view
	wake               <-chan struct{}
	ended              <-chan struct{} // with the session; nil without one
	leave              func()
}

// channel is where a listener hears the venue: the connection itself, or an answer where that cannot be had.
type channel interface {
	io.Writer
	begin() error
	within(time.Duration) error // for the next write
	flush() error
	close()
}

// listen tells the reader until they have left, or gone is closed.
func (l *listener) listen(c channel, gone <-chan struct{}) {
	defer c.close()
	defer l.leave()
	if c.within(takeWithin) != nil || c.begin() != nil {
		return
	}
	_, _ = io.WriteString(c, ": listening\n\n")
	l.look(c) // between the page and the stream something may have happened: the page said how far it had seen
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for c.flush() == nil {
		select {
		case <-gone:
			return
		case <-l.ended:
			// The page fetches itself, finds nobody there, and what it showed is gone from the window.
			_, _ = io.WriteString(c, "event: poke\ndata: look\n\n")
			return
		case <-ticker.C:
			if l.ended != nil && l.site.streams.due() {
				l.site.endStreams(context.Background())
			}
			// A stream has no end, but a reader who takes nothing for so long has left.
			_ = c.within(takeWithin)
			if _, err := io.WriteString(c, ": still here\n\n"); err != nil {
				return
			}
		case <-l.wake:
			_ = c.within(takeWithin)
			l.look(c)
		}
	}
}

// look says that there is something to look at, if there is: a wake-up may be for an act that came before the page was made.
func (l *listener) look(c channel) {
	n := l.site.countOf(l.conference, l.person)
	if n == l.seen {
		return
	}
	l.seen = n
	if _, err := fmt.Fprintf(c, "event: poke\nid: %d\ndata: look\n\n", n); err != nil {
		c.close()
	}
}

// answering is an answer that does not end.
type answering struct {
	http.ResponseWriter
	out *http.ResponseController
}

func (a answering) begin() error {
	_ = a.out.SetReadDeadline(time.Time{}) // where there is no deadline there is nothing to lift
	streamHead(a.Header())
	a.WriteHeader(http.StatusOK)
	return nil
}

func (a answering) within(d time.Duration) error {
	_ = a.out.SetWriteDeadline(time.Now().Add(d)) // nor to set
	return nil
}

func (a answering) flush() error { return a.out.Flush() }

func (a answering) close() {}

// taken is a connection that the server has handed over.
type taken struct {
	net.Conn
	head http.Header
}

// begin writes the head of an answer that ends with its connection (RFC 9112, section 6.3).
func (t taken) begin() error {
	if err := t.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	w := bufio.NewWriter(t)
	fmt.Fprint(w, "HTTP/1.1 200 OK\r\n")
	_ = t.head.Write(w) // what is wrong with the connection, the flush says
	fmt.Fprint(w, "\r\n")
	return w.Flush()
}

func (t taken) within(d time.Duration) error { return t.SetWriteDeadline(time.Now().Add(d)) }

func (t taken) flush() error { return nil }

func (t taken) close() { _ = t.Close() }

// streamHead says in the head of an answer that it is a stream.
func streamHead(h http.Header) {
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
}

// headOf is the head of an answer that the server does not write.
func headOf(v *visit) http.Header {
	h := v.w.Header().Clone()
	streamHead(h)
	h.Set("Connection", "close")
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	return h
}

// countOf is how many acts a person may see now, -1 when none any more.
func (s *site) countOf(conference, person string) int {
	n, err := s.Venue.Visible(context.Background(), conference, person)
	if err != nil {
		return -1
	}
	return n
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
