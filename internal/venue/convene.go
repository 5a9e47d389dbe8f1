package venue

import (
	"context"
	"strconv"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/scenario"
)

// Convened is a conference founded from a scenario, with its invitations.
type Convened struct {
	Conference string
	Invited    []Invited
}

// Invited is one invitation that was sent, in the order of the scenario.
type Invited struct {
	Act    string // names the invitation
	Person string // id in the scenario
	Name   string
	Party  string
	Role   portsmouth.Role
}

// Convene founds a conference from a scenario, invites everybody it names and puts its rules of procedure to all. The
// agenda goes along as the convener's draft: the parties put it to themselves when they meet.
func (v *Venue) Convene(ctx context.Context, convener string, s *scenario.Scenario, key string) (*Convened, error) {
	found, err := v.Found(ctx, convener, FromScenario(s), key)
	if err != nil {
		return nil, err
	}
	c := &Convened{Conference: found.Conference}
	lang := s.Languages[0]
	for n, p := range s.People() {
		party := s.PartyOf(p.ID)
		receipt, err := v.Do(ctx, Request{
			Conference: c.Conference, Person: convener, Seen: -1, Key: key + "/invite/" + strconv.Itoa(n),
			Command: conference.Invite{Party: party, Role: p.Role, Name: p.Name.In(lang), Note: p.Office.In(lang)},
		})
		if err != nil {
			return nil, err
		}
		c.Invited = append(c.Invited, Invited{receipt.Act, p.ID, p.Name.In(lang), party, p.Role})
	}
	_, err = v.Do(ctx, Request{
		Conference: c.Conference, Person: convener, Seen: -1, Key: key + "/rules",
		Command: conference.ProposeRules{Rules: s.Rules},
	})
	return c, err
}

// FromScenario returns the founding of a conference as the scenario describes it.
func FromScenario(s *scenario.Scenario) conference.Found {
	agenda := s.Agenda
	c := conference.Found{
		Title: s.Title, Summary: s.Summary, Facts: s.Facts, Why: s.Why, Place: s.Place.In(s.Languages...),
		Languages: s.Languages, Mediated: len(s.Mediators) > 0, Draft: &agenda,
	}
	for _, p := range s.Parties {
		c.Parties = append(c.Parties, p.Party)
	}
	return c
}
