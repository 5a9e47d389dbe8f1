package web

import (
	"context"
	"net"
	"sync"
	"time"

	"portsmouth"
)

// How many pages may listen at once: of one browser, of all readers without a session at one address, altogether, and of
// all readers without a session, so that who has one always finds room. A page that may not listen works all the same.
const (
	maxOfSession = 32
	maxOfAddress = 256
	maxStreams   = 20_000
	maxOfGuests  = maxStreams / 2
)

// streams counts who listens. The zero value is ready.
type streams struct {
	mu     sync.Mutex
	all    int
	guests int // of all, those of readers without a session
	of     map[string]map[*berth]struct{}
	looked time.Time // when it was last looked whose sessions have ended
}

// berth is one listener's.
type berth struct {
	streams *streams
	key     string
	guest   bool          // of a reader without a session
	ended   chan struct{} // closed when the session has ended; nil for a guest, who has none
	conn    net.Conn      // nil while the server has it
}

// enter takes a berth for the listener of that key, of whom there may be so many; a guest has no session.
func (s *streams) enter(key string, most int, guest bool) (*berth, error) {
	if s.count(key) >= most {
		s.sweep(key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.of[key]) >= most || s.all >= maxStreams || guest && s.guests >= maxOfGuests {
		return nil, &portsmouth.Error{Kind: portsmouth.TooMany, Rule: "streams", Message: "Too many pages are open here at once."}
	}
	if s.of == nil {
		s.of = map[string]map[*berth]struct{}{}
	}
	if s.of[key] == nil {
		s.of[key] = map[*berth]struct{}{}
	}
	p := &berth{streams: s, key: key, guest: guest}
	s.of[key][p] = struct{}{}
	s.all++
	if guest {
		s.guests++
	} else {
		p.ended = make(chan struct{})
	}
	return p, nil
}

func (s *streams) count(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.of[key])
}

// take notes the connection of a listener that the server has handed over.
func (p *berth) take(conn net.Conn) {
	p.streams.mu.Lock()
	defer p.streams.mu.Unlock()
	p.conn = conn
}

// leave gives the berth up; it may be called twice.
func (p *berth) leave() {
	s := p.streams
	s.mu.Lock()
	defer s.mu.Unlock()
	here := s.of[p.key]
	if _, in := here[p]; !in {
		return
	}
	delete(here, p)
	s.all--
	if p.guest {
		s.guests--
	}
	if len(here) == 0 {
		delete(s.of, p.key)
	}
}

// glance is how long it is looked whether a reader has hung up.
const glance = time.Millisecond

// sweep gives up the berths of those who have hung up, which is otherwise noticed at the next beat only.
func (s *streams) sweep(key string) {
	s.mu.Lock()
	var here []*berth
	for p := range s.of[key] {
		if p.conn != nil {
			here = append(here, p)
		}
	}
	s.mu.Unlock()
	for _, p := range here {
		if hungUp(p.conn) {
			p.leave()
			_ = p.conn.Close()
		}
	}
}

// hungUp reports whether a reader, who has nothing to say, has closed the connection.
func hungUp(conn net.Conn) bool {
	if conn.SetReadDeadline(time.Now().Add(glance)) != nil {
		return true
	}
	_, err := conn.Read(make([]byte, 1))
	wait, is := err.(net.Error)
	return err != nil && (!is || !wait.Timeout())
}

// streamKey says whose a stream is, how many of those there may be, and whether its reader has no session.
func (s *site) streamKey(v *visit) (key string, most int, guest bool) {
	if key := s.Accounts.SessionKey(v.r.Context()); key != "" {
		return key, maxOfSession, false
	}
	return addressKey(v.r), maxOfAddress, true
}

// lookEvery is how often it is looked whose sessions have ended. Listeners do it at their beat, whoever comes first for all: where
// nobody with a session listens, nobody looks. So a stream outlives its session by a beat and this at most.
const lookEvery = 20 * time.Second

// due reports whether it is time to look, and leaves it to the caller then.
func (s *streams) due() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.looked) < lookEvery {
		return false
	}
	s.looked = time.Now()
	return true
}

// sessions lists the keys of those who have a session.
func (s *streams) sessions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var keys []string
	for key, here := range s.of {
		for p := range here {
			if !p.guest {
				keys = append(keys, key)
			}
			break // those of one key are alike
		}
	}
	return keys
}

// end closes the streams of sessions that have ended.
func (s *streams) end(keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		for p := range s.of[key] {
			p.end()
		}
	}
}

// end is called with the lock of the streams held; it may be called twice.
func (p *berth) end() {
	if p.ended == nil {
		return
	}
	select {
	case <-p.ended:
	default:
		close(p.ended)
	}
}

// endStreams closes the streams whose sessions have ended, wherever they were ended. A database that fails closes none: the
// next look is soon.
func (s *site) endStreams(ctx context.Context) {
	keys := s.streams.sessions()
	if len(keys) == 0 {
		return
	}
	ended, err := s.Accounts.Ended(ctx, keys)
	if err != nil {
		s.Log.Error("it could not be looked which sessions have ended", "error", err)
		return
	}
	s.streams.end(ended)
}
