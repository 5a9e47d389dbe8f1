package scenario

import (
	"bytes"
	"math/big"
	"regexp"
	"strings"

	"portsmouth"
)

// oursForm finds the line that every file of ours has, in block or flow form.
var oursForm = regexp.MustCompile(`(?m)^\s*\{?\s*["']?schema["']?\s*:\s*["']?portsmouth-scenario/`)

// sniffOurs knows a file of ours, which says both what is to be settled and who wants what.
func sniffOurs(raw []byte) (isDomain, isProfile bool) {
	is := oursForm.Match(raw[:min(len(raw), 1<<16)])
	return is, is
}

func readOurs(files []namedFile) (*Space, error) {
	s, err := Read(files[0].name, bytes.NewReader(files[0].raw))
	if err != nil {
		return nil, err
	}
	space, err := s.Space()
	if err != nil {
		return nil, err
	}
	for k := range space.Profiles {
		space.Profiles[k].File = files[0].name
	}
	return space, nil
}

// Space returns what the scenario's parties can agree on and what it is worth to those whose preferences it holds, in
// points. Issues and options go by their ids; titles and labels are for people, in the file's first language. A party's
// Reservation is the last that its file gives; Space.On takes that of another day. Named packages that are partial are
// among the Packages as they are. Errors are of kind Invalid.
func (s *Scenario) Space() (*Space, error) {
	space := &Space{Name: s.ID, Title: s.Title.In(s.Languages...), Format: Ours, Scale: 100, Conditions: s.Agenda.Conditions}
	total := 0
	for k := range s.Agenda.Issues {
		i := &s.Agenda.Issues[k]
		if total += choices(i); total > maxChoices {
			return nil, portsmouth.Invalidf("space-size", "the issues of %s have more than %d choices in all; choose larger steps", s.ID, maxChoices)
		}
		space.Issues = append(space.Issues, s.spaceIssue(i))
	}
	for _, p := range s.Parties {
		if s.Preferences[p.ID] != nil {
			one := s.profile(p.ID, space)
			one.Title = p.Name.In(s.Languages...)
			space.Profiles = append(space.Profiles, one)
		}
	}
	for _, p := range s.Packages {
		o, err := s.Package(p.ID)
		if err != nil {
			return nil, err
		}
		space.Packages = append(space.Packages, SpacePackage{ID: p.ID, Label: p.Label.In(s.Languages...), Outcome: o})
	}
	return space, nil
}

func choices(i *portsmouth.Issue) int {
	if i.Kind == portsmouth.Numeric {
		return int(i.Number.Steps())
	}
	return len(i.Options)
}

func (s *Scenario) spaceIssue(i *portsmouth.Issue) SpaceIssue {
	to := SpaceIssue{Name: i.ID, Title: i.Title.In(s.Languages...)}
	if i.Kind != portsmouth.Numeric {
		for k := range i.Options {
			to.Options = append(to.Options, i.Options[k].ID)
			to.Labels = append(to.Labels, i.Options[k].Label.In(s.Languages...))
		}
		return to
	}
	n := i.Number
	for step := range n.Steps() {
		at := n.At(step)
		to.Options = append(to.Options, at)
		to.Labels = append(to.Labels, strings.TrimSpace(at+" "+n.Unit.In(s.Languages...)))
	}
	to.Range = &Range{Low: rat(n.Min), High: rat(to.Options[len(to.Options)-1]), Step: rat(n.Step)}
	return to
}

// profile takes the preferences of one party over: weights as shares of 1, values in points.
func (s *Scenario) profile(party string, space *Space) Profile {
	from := s.Preferences[party]
	p := Profile{Name: party, Terms: from.Interactions, Dated: from.Reservations}
	for _, i := range space.Issues {
		if from.Weights[i.Name] == 0 {
			p.Weights = append(p.Weights, nil)
			p.Values = append(p.Values, Valuation{})
			continue
		}
		p.Weights = append(p.Weights, big.NewRat(from.Weights[i.Name], 10_000))
		p.Values = append(p.Values, Valuation{Table: pointsTable(i.Options, from.Values[i.Name])})
	}
	if n := len(from.Reservations); n > 0 {
		p.Reservation = big.NewRat(from.Reservations[n-1].Value, 100)
	}
	return p
}

func pointsTable(options []string, values map[string]int64) []*big.Rat {
	table := make([]*big.Rat, len(options))
	for o, id := range options {
		if v, ok := values[id]; ok {
			table[o] = big.NewRat(v, 100)
		}
	}
	return table
}
