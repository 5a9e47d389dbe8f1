package web

import (
	"cmp"
	"context"
	"runtime"
	"sync"
	"time"

	"portsmouth"
)

// Pages that compute when they are read take turns, so that somebody who asks for many at once slows down nobody else. Each
// side of a conference has one turn at a time: a queue of one side is never waited for by another. Beyond that a turn
// needs a free processor, as on any machine that is shared, and who gets none in time is told to try again.

const (
	// inLine is how many readers of one side may wait for its turn.
	inLine = 32
	// longestWait is how long anyone waits for a turn.
	longestWait = 10 * time.Second
)

// pace hands out turns, as many at once as there are processors. The zero value is ready.
type pace struct {
	slots chan struct{}
	wait  time.Duration // longestWait where it is zero
	mu    sync.Mutex
	lines map[string]*line
}

// line is the queue of one side.
type line struct {
	turn    chan struct{}
	readers int // waiting or at their turn
}

// enter waits for a turn of that key. The function that it returns gives the turn back; it may be called twice.
func (p *pace) enter(ctx context.Context, key string) (leave func(), err error) {
	l := p.join(key)
	if l == nil {
		return nil, errBusy
	}
	short, cancel := context.WithTimeout(ctx, cmp.Or(p.wait, longestWait))
	defer cancel()
	for k, turn := range []chan struct{}{l.turn, p.slots} {
		select {
		case turn <- struct{}{}:
		case <-short.Done():
			if k > 0 {
				<-l.turn
			}
			p.quit(key)
			if ctx.Err() != nil {
				return nil, ctx.Err() // the reader has left
			}
			return nil, errBusy
		}
	}
	return sync.OnceFunc(func() {
		<-p.slots
		<-l.turn
		p.quit(key)
	}), nil
}

// errBusy is told to who gets no turn in time.
var errBusy = &portsmouth.Error{
	Kind: portsmouth.TooMany, Rule: "pages-busy", Message: "This page takes some reckoning, and the venue is busy. Nothing is lost: try again in a moment.",
}

// join takes a place in the queue of a key, nil where it is full.
func (p *pace) join(key string) *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.slots == nil {
		p.slots = make(chan struct{}, runtime.GOMAXPROCS(0))
	}
	if p.lines == nil {
		p.lines = map[string]*line{}
	}
	l := p.lines[key]
	if l == nil {
		l = &line{turn: make(chan struct{}, 1)}
		p.lines[key] = l
	}
	if l.readers > inLine {
		return nil
	}
	l.readers++
	return l
}

// quit leaves the queue of a key, and forgets the queue with the last who leaves.
func (p *pace) quit(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lines[key]
	if l.readers--; l.readers == 0 {
		delete(p.lines, key)
	}
}

// inTurn serves a page that computes when its turn comes. The turn ends when the page is made, however slowly it is read.
func (s *site) inTurn(page func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		leave, err := s.pace.enter(v.r.Context(), sideOf(v))
		if err != nil {
			return err
		}
		defer leave()
		v.made = leave
		return page(v)
	}
}

// sideOf names whose turn it is: a party's, else that of everybody with the same role in the conference.
func sideOf(v *visit) string {
	if party := v.view.Viewer.Party; party != "" {
		return v.path("id") + "/party/" + party
	}
	return v.path("id") + "/role/" + string(v.view.Viewer.Role)
}
