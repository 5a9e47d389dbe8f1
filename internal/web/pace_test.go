package web

import (
	"context"
	"errors"
	"testing"
	"time"

	"portsmouth"
)

// TestPaceOfOneSide has one side ask for more than there is: it queues behind itself, and the other side does not wait.
func TestPaceOfOneSide(t *testing.T) {
	p := &pace{slots: make(chan struct{}, 2), wait: 50 * time.Millisecond}
	leave, err := p.enter(t.Context(), "north")
	must(t, err)
	if _, err := p.enter(t.Context(), "north"); portsmouth.KindOf(err) != portsmouth.TooMany {
		t.Errorf("a second page of the same side gets a turn at once: %v", err)
	}
	began := time.Now()
	other, err := p.enter(t.Context(), "south")
	if err != nil || time.Since(began) > p.wait/2 {
		t.Errorf("the other side waited %s, %v", time.Since(began), err)
	}
	if _, err := p.enter(t.Context(), "mediator"); portsmouth.KindOf(err) != portsmouth.TooMany {
		t.Errorf("a third computes on two processors: %v", err)
	}
	leave()
	leave() // twice is once
	again, err := p.enter(t.Context(), "north")
	must(t, err)
	again()
	other()
	if len(p.lines) != 0 || len(p.slots) != 0 {
		t.Errorf("%d queues and %d turns are left over", len(p.lines), len(p.slots))
	}
}

// TestPaceIsBounded fills the queue of a side, and lets a reader leave it.
func TestPaceIsBounded(t *testing.T) {
	p := &pace{}
	leave, err := p.enter(t.Context(), "north")
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, inLine)
	for range inLine {
		go func() {
			_, err := p.enter(ctx, "north")
			left <- err
		}()
	}
	waiting := func() int {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.lines["north"].readers
	}
	for waiting() <= inLine {
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	if _, err := p.enter(t.Context(), "north"); portsmouth.KindOf(err) != portsmouth.TooMany || time.Since(began) > time.Second {
		t.Errorf("a full queue answers %v after %s", err, time.Since(began))
	}
	cancel()
	for range inLine {
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who leaves the queue is told %v", err)
		}
	}
	leave()
	if len(p.lines) != 0 {
		t.Error("the queue is not forgotten")
	}
}
