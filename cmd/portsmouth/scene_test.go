package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
	"portsmouth/scenario"
)

// scene is a venue that is made ready before it is measured: conferences that are under way, people signed in.
type scene struct {
	t testing.TB
	p *program
}

// ready opens a venue's database without serving it.
func ready(t testing.TB, at place) *scene {
	t.Helper()
	p, err := newProgram(t.Context(), at, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return &scene{t: t, p: p}
}

// serve starts the venue in this process.
func (x *scene) serve() *scene {
	x.t.Helper()
	if err := x.p.start(x.t.Context(), nil, time.UTC); err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() { _ = x.p.close() })
	return x
}

// held is a harbour conference in the middle of its bargaining.
type held struct {
	x      *scene
	id     string
	people map[string]string // by party, "" the mediator
}

func (c *held) do(party string, command conference.Command) venue.Receipt {
	c.x.t.Helper()
	got, err := c.x.p.venue.Do(c.x.t.Context(), venue.Request{
		Conference: c.id, Person: c.people[party], Command: command, Seen: -1,
	})
	if err != nil {
		c.x.t.Fatalf("%s: %v", command.Verb(), err)
	}
	return got
}

func (c *held) count(party string) int {
	c.x.t.Helper()
	view, err := c.x.p.venue.Look(c.x.t.Context(), c.id, c.people[party])
	if err != nil {
		c.x.t.Fatal(err)
	}
	return len(view.Acts)
}

var harbourParties = []string{"port", "fishers", "residents"}

// hold convenes the harbour, seats its heads and its mediator, and has them bargain until there are so many acts.
func (x *scene) hold(acts int) *held {
	x.t.Helper()
	s := harbourScenario(x.t)
	convener, err := x.p.accounts.NewPerson(x.t.Context(), "Convener")
	if err != nil {
		x.t.Fatal(err)
	}
	convened, err := x.p.venue.Convene(x.t.Context(), convener.ID, s, "")
	if err != nil {
		x.t.Fatal(err)
	}
	c := &held{x: x, id: convened.Conference, people: map[string]string{}}
	for _, i := range convened.Invited {
		if i.Role == portsmouth.Head || i.Role == portsmouth.Mediator {
			c.seat(i)
		}
	}
	c.open(s)
	c.bargain(s, acts)
	return c
}

func harbourScenario(t testing.TB) *scenario.Scenario {
	t.Helper()
	f, err := os.Open("../../examples/harbour/scenario.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := scenario.Read("scenario.yaml", f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (c *held) seat(i venue.Invited) {
	c.x.t.Helper()
	ctx := c.x.t.Context()
	person, err := c.x.p.accounts.NewPerson(ctx, i.Name)
	if err == nil {
		_, err = c.x.p.venue.Do(ctx, venue.Request{
			Conference: c.id, Person: person.ID, Invitation: i.Act, Seen: -1, Command: conference.AcceptInvitation{Name: i.Name},
		})
	}
	if err != nil {
		c.x.t.Fatal(err)
	}
	c.people[i.Party] = person.ID
}

// open goes from the consent to the rules to the adoption of the agenda.
func (c *held) open(s *scenario.Scenario) {
	c.x.t.Helper()
	all := append([]string{""}, harbourParties...)
	for _, party := range all {
		c.do(party, conference.AcceptRules{Version: 1})
	}
	for _, party := range harbourParties {
		c.do(party, conference.PresentPowers{Text: "Full powers to negotiate and to sign."})
	}
	for _, party := range harbourParties {
		for _, other := range harbourParties {
			if other != party {
				c.do(party, conference.FindPowers{Party: other})
			}
		}
	}
	c.do("", conference.ProposeAgenda{Agenda: s.Agenda})
	for _, party := range harbourParties {
		c.do(party, conference.AdoptAgenda{Version: 1})
	}
}

const sentence = "We have heard the other side with attention, and will answer on the hours when our members have met."

// bargain has everybody speak, now in the open, now with the mediator, and make and withdraw offers.
func (c *held) bargain(s *scenario.Scenario, acts int) {
	c.x.t.Helper()
	terms, err := s.Package("middle")
	if err != nil {
		c.x.t.Fatal(err)
	}
	stored, err := c.x.p.store.Head(c.x.t.Context(), c.id)
	if err != nil {
		c.x.t.Fatal(err)
	}
	for n := int(stored); n < acts; n++ {
		party := harbourParties[n%len(harbourParties)]
		switch {
		case n%25 == 0 && n+1 < acts:
			offer := c.do(party, conference.MakeOffer{Terms: terms, Note: sentence})
			c.do(party, conference.WithdrawOffer{Offer: offer.Act, Why: "We shall come back to it."})
			n++
		case n%5 == 0:
			c.do(party, conference.Speak{Room: "caucus", Text: sentence})
		default:
			c.do(party, conference.Speak{Room: "plenary", Text: sentence})
		}
	}
}

// signIn makes a session and returns its cookie, as the venue's own pages do when somebody comes in.
func (x *scene) signIn(person string) *http.Cookie {
	x.t.Helper()
	answer := httptest.NewRecorder()
	var err error
	x.p.accounts.Sessions(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		err = x.p.accounts.SignIn(r.Context(), person)
	})).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	if err != nil || len(answer.Result().Cookies()) != 1 {
		x.t.Fatalf("signing in: %v, cookies %v", err, answer.Result().Cookies())
	}
	return answer.Result().Cookies()[0]
}
