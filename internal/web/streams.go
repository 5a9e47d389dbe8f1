package web

import (
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
}

// berth is one listener's.
type berth struct {
	streams *streams
	key     string
	guest   bool     // of a reader without a session
	conn    net.Conn // nil while the server has it
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
