// Package live wakes those who watch a conference: "something happened; look". A poke carries no content. Who is woken
// fetches his own view by an ordinary request, so nothing can leak through the push itself.
//
// That somebody is woken is information too: a watcher must not learn from a beat of his heart that the other side is
// talking to the mediator. So a poke names the rooms in which something was said, and wakes only those who may hear
// at least one of them.
package live

import (
	"slices"
	"sync"
)

// Hub joins the watchers and the pokes of one process. The zero value is ready, and it is safe for concurrent use.
type Hub struct {
	mu       sync.RWMutex
	watchers map[string]map[*watcher]struct{} // by conference
	count    int
}

type watcher struct {
	wake     chan struct{}
	audience func(room string) bool
}

// Subscribe watches the rooms of a conference that audience lets through; a nil audience lets none through. The
// function is asked at every poke, because what somebody may hear changes while he watches; it must be safe for
// concurrent use and should be quick.
//
// The channel holds at most one wake-up: many pokes that come while the watcher is busy are one. Cancel ends the
// subscription, may be called twice, and does not close the channel.
func (h *Hub) Subscribe(conference string, audience func(room string) bool) (wake <-chan struct{}, cancel func()) {
	w := &watcher{wake: make(chan struct{}, 1), audience: audience}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers == nil {
		h.watchers = map[string]map[*watcher]struct{}{}
	}
	if h.watchers[conference] == nil {
		h.watchers[conference] = map[*watcher]struct{}{}
	}
	h.watchers[conference][w] = struct{}{}
	h.count++
	return w.wake, func() { h.drop(conference, w) }
}

func (h *Hub) drop(conference string, w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	here := h.watchers[conference]
	if _, watching := here[w]; !watching {
		return
	}
	delete(here, w)
	h.count--
	if len(here) == 0 {
		delete(h.watchers, conference)
	}
}

// Poke wakes those who watch the conference and may hear at least one of the rooms. It never blocks on a watcher.
func (h *Hub) Poke(conference string, rooms []string) {
	// Audiences are asked outside the lock: they are foreign code, and may take locks of their own.
	for _, w := range h.watching(conference) {
		if w.audience != nil && slices.ContainsFunc(rooms, w.audience) {
			w.poke()
		}
	}
}

func (h *Hub) watching(conference string) []*watcher {
	h.mu.RLock()
	defer h.mu.RUnlock()
	list := make([]*watcher, 0, len(h.watchers[conference]))
	for w := range h.watchers[conference] {
		list = append(list, w)
	}
	return list
}

// PokeAll wakes everybody, whatever they may hear. It is for the moment after pokes may have been lost; since it says
// the same to all at the same instant, it tells nobody anything.
func (h *Hub) PokeAll() {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, here := range h.watchers {
		for w := range here {
			w.poke()
		}
	}
}

// Count returns the number of subscriptions, for the operator. It is never shown to participants.
func (h *Hub) Count() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.count
}

// Watchers returns how many watch one conference.
func (h *Hub) Watchers(conference string) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.watchers[conference])
}

func (w *watcher) poke() {
	select {
	case w.wake <- struct{}{}:
	default: // one is waiting already
	}
}
