// Package web is the venue in a browser: pages made on the server, one file a page; routes.go is the site map.
//
// A page shows a conference.View and nothing else: what one person may know. It reads nothing that changes the venue on a
// GET, and every POST becomes one command. Without script every page works; with it, a page fetches itself again when
// something happened that its reader may see, and changes in place without touching what is being typed.
package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/venue"
	"portsmouth/scenario"
)

// Conferences is what the screens need of a venue.
type Conferences interface {
	Found(ctx context.Context, person string, c conference.Found, key string) (venue.Receipt, error)
	Do(ctx context.Context, r venue.Request) (venue.Receipt, error)
	Look(ctx context.Context, id, person string) (*conference.View, error)
	LookInvited(ctx context.Context, id, invitation string) (*conference.View, error)
	Mine(ctx context.Context, person string) ([]*conference.View, error)
	Listed(ctx context.Context) ([]*conference.View, error)
	Now(view *conference.View) time.Time
	Visible(ctx context.Context, id, person string) (acts int, err error)
	Watch(ctx context.Context, id, person string) (<-chan struct{}, func(), error)
	Count(ctx context.Context) (conferences int, err error)
	RecordFile(ctx context.Context, id, path string) (data []byte, lasting bool, err error)
	AddCosignature(ctx context.Context, id string, lines []byte) error
	VenueLogFile(ctx context.Context, path string) (data []byte, lasting bool, err error)
	Sights(ctx context.Context, id string) ([]venue.Sight, error)
	Rooms(ctx context.Context, id, person string) ([]venue.Room, error)
	RecordVerifier(id string) string
	Receipt(ctx context.Context, id, person, act string) (venue.ReceiptFile, error)
	ActBytes(ctx context.Context, id, person, act string) ([]byte, error)
}

// Options are what the screens are made of. Venue, Accounts and Origin are needed.
type Options struct {
	Venue    Conferences
	Accounts *account.Service
	Origin   string         // where the venue is: "https://venue.example"
	Zone     *time.Location // the venue's zone, beside deadlines; nil is UTC
	Demo     Demonstration  // nil except in the demonstration
	Version  string
	Proxies  []netip.Prefix // whose X-Forwarded-For is believed
	// WhatIfs are questions that the debrief of a conference answers, by its id: those of the scenario that it was played from.
	WhatIfs map[string][]scenario.WhatIf
	NewKey  func() string // random keys of forms; nil is the default, tests bring their own
	Log     *slog.Logger
}

// site is the handler's state: nothing of a conference is kept in it but what has been laid open to all its table.
type site struct {
	Options
	debriefs debriefCache
	minds    minds
	pace     pace
	sights   pace // of witnesses, see takeCosignature
	static   static
	streams  streams
	kept     kept
	posts    *account.Limiter // by session or address
	tokens   *account.Limiter // of links and of what unlocks, by address
	unlocks  *account.Limiter // of passphrases and codes, by person
	guests   *account.Limiter // of comments without an account, by address
	crowd    *account.Limiter // of the same, by conference
	started  time.Time
}

// The pace that a person keeps with ease and a guessing program does not.
const (
	postsPerSecond, postsAtOnce   = 5, 30
	tokensPerSecond, tokensAtOnce = 1, 20
)

// New returns the venue's screens. It fails when a route does not say who may use it.
func New(o Options) (http.Handler, error) {
	origin, err := url.Parse(o.Origin)
	if err != nil || origin.Host == "" {
		return nil, portsmouth.Invalidf("origin", "the origin %q must look like https://venue.example", o.Origin)
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.NewKey == nil {
		o.NewKey = newKey
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &site{
		Options: o, static: loadStatic(), started: time.Now(),
		posts:   account.NewLimiter(postsPerSecond, postsAtOnce),
		tokens:  account.NewLimiter(tokensPerSecond, tokensAtOnce),
		guests:  account.NewLimiter(guestsPerSecond, guestsAtOnce),
		unlocks: account.NewLimiter(unlocksPerSecond, unlocksAtOnce),
		crowd:   account.NewLimiter(crowdPerSecond, crowdAtOnce),
	}
	mux, err := s.mux(s.routes())
	if err != nil {
		return nil, err
	}
	return s.secured(mux, origin), nil
}

// secured wraps what every answer needs around the routes, the outermost first.
func (s *site) secured(mux http.Handler, origin *url.URL) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.answerError(w, r, &portsmouth.Error{Kind: portsmouth.Denied, Rule: "cross-origin"})
	}))
	handler := s.seats(s.unlocking(mux))
	handler = s.Accounts.Sessions(handler)
	handler = s.forAnyone(handler)
	handler = crossOrigin.Handler(handler)
	handler = limitBody(handler)
	handler = s.recovered(handler)
	handler = s.forwarded(handler)
	return headers(s.beside(handler), origin.Scheme == "https")
}

// beside serves the files that come with the program beside the pages. They need no session, and one would make them
// uncacheable.
func (s *site) beside(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, staticPrefix) {
			s.static.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

func newKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}
