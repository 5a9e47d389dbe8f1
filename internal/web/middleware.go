package web

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
)

// policy lets a page load from this host and from nowhere else, and lets nobody frame it. It allows nothing inline, so
// text that somebody writes cannot become script or style.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxBody is the most that a form may bring: a treaty's worth of text and a scenario file.
const maxBody = 4 << 20

func headers(next http.Handler, encrypted bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		// Links are secrets: they go to no other host. Not "no-referrer": then browsers send "Origin: null" with our own
		// forms, and where they send no Sec-Fetch-Site either, a form of ours would look like a stranger's.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
		h.Set("Cache-Control", "no-store")
		if encrypted {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// recovered answers a fault of ours with a page that says so and nothing more; the rest is for the log.
func (s *site) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			fault := recover()
			if fault == nil {
				return
			}
			if fault == http.ErrAbortHandler {
				panic(fault)
			}
			s.Log.Error("a page failed", "fault", fmt.Sprint(fault), "stack", string(debug.Stack()))
			s.answerError(w, r, fmt.Errorf("a page failed"))
		}()
		next.ServeHTTP(w, r)
	})
}

type seatKey struct{}

// seatPrefix is where the seats of a demonstration live.
const seatPrefix = "/seat/"

// seats cuts the seat of a demonstration off the address and remembers who sits there. Outside a demonstration the
// prefix does not exist.
func (s *site) seats(next http.Handler) http.Handler {
	if s.Demo == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, rest, found := strings.Cut(strings.TrimPrefix(r.URL.Path, seatPrefix), "/")
		if !strings.HasPrefix(r.URL.Path, seatPrefix) {
			next.ServeHTTP(w, r)
			return
		}
		seat := s.seat(name)
		if seat == nil || !found {
			s.answer(s.visit(w, r), notFound())
			return
		}
		moved := r.WithContext(context.WithValue(r.Context(), seatKey{}, seat))
		u := *r.URL
		u.Path, u.RawPath = "/"+rest, ""
		moved.URL = &u
		next.ServeHTTP(w, moved)
	})
}

func (s *site) seat(name string) *DemoSeat {
	for _, seat := range s.Demo.Seats() {
		if seat.Name == name {
			return &seat
		}
	}
	return nil
}

// seatOf returns the demonstration's seat that the request came from, or nil.
func seatOf(r *http.Request) *DemoSeat {
	seat, _ := r.Context().Value(seatKey{}).(*DemoSeat)
	return seat
}
