package venue_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/store/pgtest"
	"portsmouth/internal/venue"
)

func TestMain(m *testing.M) { mainOrChild(m) }

// onBoth runs a test on a fresh SQLite file and on a fresh PostgreSQL database.
func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "venue.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.URL(t)) })
}

func openStore(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		keptRecords(t, s)
		_ = s.Close()
	})
	return s
}

// clock is set by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newClock() *clock { return &clock{now: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)} }

func en(s string) portsmouth.Text { return portsmouth.Text{"en": s} }

// table is a conference of two parties and a mediator, everybody seated.
type table struct {
	t  testing.TB
	v  *venue.Venue
	id string

	broke bool // a rupture of its record has been declared
}

// seat brings a conference as far as its rules being in force.
func seat(t testing.TB, v *venue.Venue) *table {
	t.Helper()
	x := &table{t: t, v: v}
	got, err := v.Found(t.Context(), "convener", conference.Found{
		Title: en("A test"), Languages: []string{"en"}, Mediated: true,
		Parties: []portsmouth.Party{{ID: "east", Name: en("East")}, {ID: "west", Name: en("West")}},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	x.id = got.Conference
	for _, p := range []struct {
		person, party string
		role          portsmouth.Role
	}{{"ada", "east", portsmouth.Head}, {"bo", "west", portsmouth.Head}, {"mo", "", portsmouth.Mediator}} {
		invited := x.do("convener", conference.Invite{Party: p.party, Role: p.role})
		_, err := v.Do(t.Context(), venue.Request{
			Conference: x.id, Person: p.person, Invitation: invited.Act, Seen: -1, Command: conference.AcceptInvitation{Name: p.person},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	rules := conference.DefaultRules([]string{"en"})
	rules.FullPowers = false
	x.do("convener", conference.ProposeRules{Rules: rules})
	for _, person := range []string{"ada", "bo", "mo"} {
		x.do(person, conference.AcceptRules{Version: 1})
	}
	return x
}

// bargaining adopts an agenda of one issue.
func (x *table) bargaining() *table {
	x.do("mo", conference.ProposeAgenda{Agenda: portsmouth.Agenda{Issues: []portsmouth.Issue{{
		ID: "price", Title: en("Price"), Kind: portsmouth.Numeric,
		Number: &portsmouth.Number{Unit: en("crowns"), Min: "0", Max: "100", Step: "5"},
	}}}})
	x.do("ada", conference.AdoptAgenda{Version: 1})
	x.do("bo", conference.AdoptAgenda{Version: 1})
	return x
}

func (x *table) do(person string, c conference.Command) venue.Receipt {
	x.t.Helper()
	got, err := x.try(person, c)
	if err != nil {
		x.t.Fatalf("%s: %s: %v", person, c.Verb(), err)
	}
	return got
}

func (x *table) try(person string, c conference.Command) (venue.Receipt, error) {
	return x.v.Do(x.t.Context(), venue.Request{Conference: x.id, Person: person, Command: c, Seen: -1})
}

func (x *table) look(person string) *conference.View {
	x.t.Helper()
	view, err := x.v.Look(x.t.Context(), x.id, person)
	if err != nil {
		x.t.Fatal(err)
	}
	return view
}

func speak(text string) conference.Speak { return conference.Speak{Room: "plenary", Text: text} }

func TestUnknownAndForbiddenLookTheSame(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		v := venue.New(venue.Options{Store: openStore(t, url)})
		x := seat(t, v)
		_, forbidden := v.Look(t.Context(), x.id, "stranger")
		_, unknown := v.Look(t.Context(), "0123", "stranger")
		if forbidden == nil || forbidden.Error() != unknown.Error() || portsmouth.KindOf(forbidden) != portsmouth.NotFound {
			t.Errorf("forbidden: %v; unknown: %v", forbidden, unknown)
		}
		_, forbidden = x.try("stranger", speak("hello"))
		x.id = "0123"
		_, unknown = x.try("stranger", speak("hello"))
		if forbidden == nil || forbidden.Error() != unknown.Error() {
			t.Errorf("forbidden: %v; unknown: %v", forbidden, unknown)
		}
	})
}

func TestSameKeyCountsOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		v := venue.New(venue.Options{Store: openStore(t, url)})
		x := seat(t, v)
		r := venue.Request{Conference: x.id, Person: "ada", Command: speak("once"), Key: "k", Seen: -1}
		first, err := v.Do(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := v.Do(t.Context(), r)
		if err != nil || !again.Repeated || again.Act != first.Act || again.Number != first.Number {
			t.Errorf("again: %+v, %v; first: %+v", again, err, first)
		}
		r.Command = speak("twice")
		if _, err := v.Do(t.Context(), r); portsmouth.RuleOf(err) != "idempotency-key" {
			t.Errorf("another body under the same key: %v", err)
		}
		r.Person = "bo"
		if _, err := v.Do(t.Context(), r); err != nil {
			t.Errorf("another person's own key: %v", err)
		}
		if n := len(x.look("ada").Statements); n != 2 {
			t.Errorf("%d statements, want 2", n)
		}
	})
}

// TestManyAtOnce has 64 people's worth of acts race for one conference: none is lost, none refused, none doubled.
func TestManyAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := openStore(t, url)
		nodes := []*venue.Venue{venue.New(venue.Options{Store: s}), venue.New(venue.Options{Store: s})}
		x := seat(t, nodes[0])
		var all sync.WaitGroup
		for k := range 64 {
			all.Go(func() {
				person := []string{"ada", "bo", "mo"}[k%3]
				_, err := nodes[k%2].Do(t.Context(), venue.Request{Conference: x.id, Person: person, Command: speak(fmt.Sprint("line ", k)), Seen: -1})
				if err != nil {
					t.Errorf("act %d: %v", k, err)
				}
			})
		}
		all.Wait()
		said := map[string]bool{}
		for _, st := range x.look("ada").Statements {
			said[st.Text] = true
		}
		if len(said) != 64 {
			t.Errorf("%d different statements on record, want 64", len(said))
		}
	})
}

func TestConflictOnlyOverWhatOneMaySee(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		v := venue.New(venue.Options{Store: openStore(t, url)})
		x := seat(t, v).bargaining()
		offer := x.do("ada", conference.MakeOffer{Terms: portsmouth.Outcome{"price": "40"}})
		seen := len(x.look("bo").Acts)
		accept := venue.Request{
			Conference: x.id, Person: "bo", Seen: seen, Command: conference.RejectOffer{Offer: offer.Act, Reason: "too dear"},
		}
		// What the other side does in private is no conflict, and nothing that can be noticed.
		x.do("ada", conference.Speak{Room: "caucus", Text: "between us"})
		x.do("ada", conference.Speak{Room: "delegation", Text: "among us"})
		if _, err := v.Do(t.Context(), accept); err != nil {
			t.Fatalf("a hidden act made a conflict: %v", err)
		}
		x.do("ada", speak("in the open"))
		accept.Command = conference.AcceptOffer{Offer: offer.Act}
		if _, err := v.Do(t.Context(), accept); portsmouth.KindOf(err) != portsmouth.Conflict {
			t.Fatalf("an act that bo has not seen: %v, want a conflict", err)
		}
		accept.Seen = len(x.look("bo").Acts)
		if _, err := v.Do(t.Context(), accept); err != nil {
			t.Fatal(err)
		}
		if got := x.look("bo").Stage; got != conference.TextStage {
			t.Errorf("stage %s, want text", got)
		}
	})
}

func TestDeadlineIsSentByTheTimer(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		c := newClock()
		v := venue.New(venue.Options{Store: openStore(t, url), Clock: c})
		x := seat(t, v).bargaining()
		put := x.do("mo", conference.PutProposal{Terms: portsmouth.Outcome{"price": "50"}, Closes: c.Now().Add(72 * time.Hour)})
		x.do("ada", conference.AnswerProposal{Proposal: put.Act, Accept: true})
		x.do("bo", conference.AnswerProposal{Proposal: put.Act, Accept: true})
		if x.look("mo").Proposal(put.Act).Closed {
			t.Fatal("closed before its time")
		}
		ctx, stop := context.WithCancel(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- v.Run(ctx) }()
		c.forward(72 * time.Hour)
		for begin := time.Now(); !x.look("mo").Proposal(put.Act).Closed; time.Sleep(20 * time.Millisecond) {
			if time.Since(begin) > 10*time.Second {
				t.Fatal("the timer did not close the proposal")
			}
		}
		stop()
		if err := <-ran; err != nil {
			t.Fatal(err)
		}
		if p := x.look("ada").Proposal(put.Act); !p.Agreed || x.look("ada").Stage != conference.TextStage {
			t.Errorf("closed as %+v in stage %s", p, x.look("ada").Stage)
		}
	})
}

// TestLateActMeetsItsDeadlineFirst: an act after a deadline finds it passed even when the timer has not run.
func TestLateActMeetsItsDeadlineFirst(t *testing.T) {
	c := newClock()
	v := venue.New(venue.Options{Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), Clock: c})
	x := seat(t, v).bargaining()
	offer := x.do("ada", conference.MakeOffer{Terms: portsmouth.Outcome{"price": "40"}, Valid: c.Now().Add(time.Hour)})
	c.forward(2 * time.Hour)
	if _, err := x.try("bo", conference.AcceptOffer{Offer: offer.Act}); portsmouth.RuleOf(err) != "offer-stands" {
		t.Errorf("accepting a lapsed offer: %v", err)
	}
	if got := x.look("bo").Offer(offer.Act).Ended; got != "lapsed" {
		t.Errorf("the offer ended %q, want lapsed", got)
	}
}

func TestWatchersWakeOnlyForWhatTheyMaySee(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := openStore(t, url)
		v, other := venue.New(venue.Options{Store: s}), venue.New(venue.Options{Store: s})
		x := seat(t, v)
		wake, stop, err := v.Watch(t.Context(), x.id, "bo")
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		x.do("ada", conference.Speak{Room: "caucus", Text: "quiet"})
		x.do("ada", conference.Speak{Room: "delegation", Text: "quieter"})
		select {
		case <-wake:
			t.Fatal("bo was woken by what bo may not see")
		case <-time.After(50 * time.Millisecond):
		}
		x.do("ada", speak("aloud"))
		select {
		case <-wake:
		case <-time.After(time.Second):
			t.Fatal("bo was not woken")
		}
		if !strings.HasPrefix(url, "postgres") {
			return
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = v.Run(ctx) }()
		time.Sleep(200 * time.Millisecond) // until it listens
		hidden := venue.Request{Conference: x.id, Person: "ada", Command: conference.Speak{Room: "caucus", Text: "quiet"}, Seen: -1}
		if _, err := other.Do(t.Context(), hidden); err != nil {
			t.Fatal(err)
		}
		select {
		case <-wake:
			t.Fatal("bo was woken by another node's hidden act")
		case <-time.After(100 * time.Millisecond):
		}
		hidden.Command = speak("from afar")
		if _, err := other.Do(t.Context(), hidden); err != nil {
			t.Fatal(err)
		}
		select {
		case <-wake:
		case <-time.After(time.Second):
			t.Fatal("an act on one node did not reach a watcher on the other within a second")
		}
	})
}

func TestReplayLeavesHistoryWithTheFirstActOfThePresent(t *testing.T) {
	c := newClock()
	v := venue.New(venue.Options{Store: openStore(t, filepath.Join(t.TempDir(), "v.db")), Clock: c})
	at := time.Date(1905, 6, 8, 12, 0, 0, 0, time.UTC)
	found := conference.Found{
		Conference: "history", Title: en("Then"), Languages: []string{"en"}, Replay: true,
		Parties: []portsmouth.Party{{ID: "east", Name: en("East")}, {ID: "west", Name: en("West")}},
	}
	if _, err := v.Do(t.Context(), venue.Request{Conference: "history", Person: "h", Command: found, At: at, Seen: -1}); err != nil {
		t.Fatal(err)
	}
	x := &table{t: t, v: v, id: "history"}
	if got := v.Now(x.look("h")); !got.Equal(at) {
		t.Errorf("the replay's clock shows %s", got)
	}
	c.forward(time.Hour)
	// The mark that the venue sets first is no reason to send the author back to look again.
	rules := venue.Request{
		Conference: "history", Person: "h", Seen: len(x.look("h").Acts), Command: conference.ProposeRules{Rules: conference.DefaultRules([]string{"en"})},
	}
	if _, err := v.Do(t.Context(), rules); err != nil {
		t.Fatal(err)
	}
	view := x.look("h")
	if view.LeftHistory == nil || !view.Acts[len(view.Acts)-1].At.Equal(at) {
		t.Fatalf("history was not left: %+v", view.LeftHistory)
	}
	c.forward(time.Minute)
	if got := v.Now(view); !got.Equal(at.Add(time.Minute)) {
		t.Errorf("a minute later the clock shows %s", got)
	}
}
