package demo

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/examples"
	"portsmouth/internal/venue"
	"portsmouth/scenario"
)

// Beside history the demonstration has a conference of today, an invented one, that has just come to an agreement and left
// something on the table: what a mediator can do from there, and how long it takes to close, cannot be seen in a replay. It
// gets there by the commands of its people, like any conference, and from then on it is for whoever takes a seat.

// HarbourID is the id of that conference.
const HarbourID = "old-harbour"

// accepted is what they have agreed on: the port decides alone, and has no say over basin and slipway. All three could have
// four points more at once.
var accepted = portsmouth.Outcome{
	"waters": "boats_first", "nights": "weekdays", "quay_share": "50", "promenade": "sundays", "voice": "port_alone",
}

// Harbour is the scenario of that conference, with those who play it: the heads of its parties and its mediator.
type Harbour struct {
	Scenario *scenario.Scenario
	People   []scenario.Person // the mediator first
}

// LoadHarbour reads the scenario that is part of the program.
func LoadHarbour() (*Harbour, error) {
	raw, err := fs.ReadFile(examples.Files, "harbour/scenario.yaml")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	s, err := scenario.Parse("harbour/scenario.yaml", raw)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	h := &Harbour{Scenario: s, People: s.Mediators[:1:1]}
	for _, p := range s.People() {
		if p.Role == portsmouth.Head {
			h.People = append(h.People, p)
		}
	}
	return h, nil
}

// Convene brings the conference to its agreement, convened by the person host, unless it is there already. Every step has
// a key, so that one that was interrupted goes on.
func (h *Harbour) Convene(ctx context.Context, v Venue, host string, cast Cast) error {
	if view, err := v.Look(ctx, HarbourID, host); err == nil && view.Baseline != nil {
		return nil
	}
	s := &setting{Harbour: h, ctx: ctx, venue: v, cast: cast}
	found := venue.FromScenario(h.Scenario)
	found.Conference = HarbourID
	s.does(host, found)
	for _, p := range h.People {
		invited := s.does(host, conference.Invite{Party: h.Scenario.PartyOf(p.ID), Role: p.Role, Name: p.Name.In("en")})
		s.answers(cast[p.ID], invited, conference.AcceptInvitation{Name: p.Name.In("en")})
	}
	s.does(host, conference.ProposeRules{Rules: h.Scenario.Rules})
	s.all(conference.AcceptRules{Version: 1})
	s.open()
	s.bargain()
	return s.err
}

// setting is the conference on its way. Its first error is the last thing that it does.
type setting struct {
	*Harbour
	ctx   context.Context
	venue Venue
	cast  Cast
	step  int
	err   error
}

func (s *setting) does(person string, c conference.Command) (act string) {
	return s.answers(person, "", c)
}

func (s *setting) answers(person, invitation string, c conference.Command) (act string) {
	s.step++
	if s.err != nil {
		return ""
	}
	receipt, err := s.venue.Do(s.ctx, venue.Request{
		Conference: HarbourID, Person: person, Invitation: invitation, Command: c, Key: "harbour-" + strconv.Itoa(s.step), Seen: -1,
	})
	if err != nil {
		s.err = fmt.Errorf("demo: step %d of the harbour (%s): %w", s.step, c.Verb(), err)
	}
	return receipt.Act
}

// all has everybody send the same.
func (s *setting) all(c conference.Command) {
	for _, p := range s.People {
		s.does(s.cast[p.ID], c)
	}
}

// heads has every head send something.
func (s *setting) heads(c func(scenario.Person) conference.Command) {
	for _, p := range s.People[1:] {
		s.does(s.cast[p.ID], c(p))
	}
}

// open finds the powers in order and adopts the agenda.
func (s *setting) open() {
	if s.Scenario.Rules.FullPowers {
		s.heads(func(p scenario.Person) conference.Command {
			return conference.PresentPowers{Text: p.Name.In("en") + " may negotiate and sign for " + s.party(p) + "."}
		})
		for _, p := range s.People[1:] {
			for _, other := range s.People[1:] {
				if p.ID != other.ID {
					s.does(s.cast[p.ID], conference.FindPowers{Party: s.Scenario.PartyOf(other.ID)})
				}
			}
		}
	}
	s.does(s.cast[s.People[0].ID], conference.ProposeAgenda{Agenda: s.Scenario.Agenda})
	s.heads(func(scenario.Person) conference.Command { return conference.AdoptAgenda{Version: 1} })
}

func (s *setting) party(p scenario.Person) string {
	for _, x := range s.Scenario.Parties {
		if x.ID == s.Scenario.PartyOf(p.ID) {
			return x.Name.In("en")
		}
	}
	return ""
}

// bargain has each say at home what it wants, then offer, and all accept.
func (s *setting) bargain() {
	s.heads(func(p scenario.Person) conference.Command {
		return conference.StatePreferences{Preferences: *s.Scenario.Preferences[s.Scenario.PartyOf(p.ID)]}
	})
	s.heads(func(p scenario.Person) conference.Command {
		return conference.MakeOffer{Terms: s.Scenario.FirstOffers[s.Scenario.PartyOf(p.ID)]}
	})
	heads := s.People[1:]
	offer := s.does(s.cast[heads[0].ID], conference.MakeOffer{
		Terms: accepted, Note: "You have the basin and the slipway; the quay stays ours to run, and we share its repair.",
	})
	for _, p := range heads[1:] {
		s.does(s.cast[p.ID], conference.AcceptOffer{Offer: offer})
	}
}
