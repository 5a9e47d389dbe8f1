// Package scenario reads and writes scenario files: one YAML document that holds all that is needed to convene a
// conference or to study one. The agenda with its treaty text, the parties and their people, the rules of procedure to
// start from, and, where the author wants them in the same file, each party's preferences, named packages and opening
// offers.
//
// The format is documented in docs/spec/scenario.md. A file is either read whole or refused with a list of [Problem],
// each of which says where it is and what to write instead; nothing is guessed or silently dropped.
//
// A scenario file is not secret from the one who wrote it, but preferences in it are: whoever convenes from a file hands
// each party its own and keeps the rest back.
package scenario

import (
	"time"

	"portsmouth"
)

// Schema names the one version of the format that this package reads and writes.
const Schema = "portsmouth-scenario/1"

// FirstOffer is the prefix by which a package names a party's opening offer as its base: "first_offer.japan".
const FirstOffer = "first_offer."

// Scenario is the content of one scenario file.
type Scenario struct {
	ID        string
	Title     portsmouth.Text
	Summary   portsmouth.Text // a paragraph for the public page
	Place     portsmouth.Text
	Languages []string          // every text is given in each
	Facts     []portsmouth.Text // of the brief: short statements that hold before anything is agreed
	Why       portsmouth.Text   // of the brief: why it matters
	Parties   []Party
	Mediators []Person // the first leads; the others assist
	Observers []Person
	Rules     portsmouth.Rules // to start from; the parties may adopt others
	Agenda    portsmouth.Agenda

	Preferences map[string]*portsmouth.Preferences // by party; a party may have none
	Points      map[string]map[string][]Point      // by party and numeric issue, as written; Preferences holds every step
	FirstOffers map[string]portsmouth.Outcome      // by party; may leave issues open
	Packages    []Package
	WhatIfs     []WhatIf

	// Readings say what was done to get here from another format; no file holds them.
	Readings []string
}

// Party is one party and those who come for it.
type Party struct {
	portsmouth.Party
	People []Person
}

// Person is someone who takes part.
type Person struct {
	ID     string
	Name   portsmouth.Text // usually the same in every language
	Role   portsmouth.Role
	Office portsmouth.Text // what they are outside the conference: "Minister for Foreign Affairs"
}

// Point gives the value of a number, in hundredths of a point; between two points the value is linear, rounded to the
// nearest hundredth.
type Point struct {
	At    string // a canonical decimal that the issue allows
	Value int64
}

// Package is a named package: what its base settles, with Set in the place of the same issues.
type Package struct {
	ID    string
	Label portsmouth.Text
	Date  time.Time // zero when the file gives none
	Base  string    // id of another package, or "first_offer.PARTY"; "" when Set stands alone
	Set   portsmouth.Outcome
	Note  portsmouth.Text
}

// Party returns the party of that id, or nil.
func (s *Scenario) Party(id string) *Party {
	for k := range s.Parties {
		if s.Parties[k].ID == id {
			return &s.Parties[k]
		}
	}
	return nil
}

// People lists everyone in the order of the file: the delegations, the mediators, the observers.
func (s *Scenario) People() []Person {
	var all []Person
	for _, p := range s.Parties {
		all = append(all, p.People...)
	}
	all = append(all, s.Mediators...)
	return append(all, s.Observers...)
}

// PartyOf returns the id of the party for which the person of that id comes, or "".
func (s *Scenario) PartyOf(person string) string {
	for _, p := range s.Parties {
		for _, one := range p.People {
			if one.ID == person {
				return p.ID
			}
		}
	}
	return ""
}

// Package returns the named package, or a party's opening offer when id is "first_offer.PARTY". The package is checked
// against the agenda; it may be partial when the file's is.
func (s *Scenario) Package(id string) (portsmouth.Outcome, error) {
	o, err := s.resolve(id, map[string]bool{})
	if err != nil {
		return nil, err
	}
	if err := s.Agenda.CheckPartial(o); err != nil {
		return nil, err
	}
	return o, nil
}

// resolve follows bases; visited guards against a package that rests on itself.
func (s *Scenario) resolve(id string, visited map[string]bool) (portsmouth.Outcome, error) {
	if visited[id] {
		return nil, portsmouth.Invalidf("package-base", "package “%s” rests on itself", id)
	}
	visited[id] = true
	if len(id) > len(FirstOffer) && id[:len(FirstOffer)] == FirstOffer {
		o, ok := s.FirstOffers[id[len(FirstOffer):]]
		if !ok {
			return nil, portsmouth.Invalidf("package-base", "there is no opening offer “%s”", id)
		}
		return o.Clone(), nil
	}
	p := s.named(id)
	if p == nil {
		return nil, portsmouth.Invalidf("package-base", "there is no package “%s”", id)
	}
	if p.Base == "" {
		return p.Set.Clone(), nil
	}
	base, err := s.resolve(p.Base, visited)
	if err != nil {
		return nil, err
	}
	return base.With(p.Set), nil
}

func (s *Scenario) named(id string) *Package {
	for k := range s.Packages {
		if s.Packages[k].ID == id {
			return &s.Packages[k]
		}
	}
	return nil
}
