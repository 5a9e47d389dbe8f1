package portsmouth

import (
	"slices"
	"time"
)

// Preferences are what one party wants, as a sum over issues: utility = Σ weight × value, and what some terms are worth
// only together. They are private to that party. Numbers are whole so that equality and dominance are exact: a Weight in
// hundredths of a percent (10,000 over all issues), a Value in hundredths of a point (10,000 = the best option listed, 0 =
// the worst).
type Preferences struct {
	Weights      map[string]int64            `json:"weights"` // by issue
	Values       map[string]map[string]int64 `json:"values"`  // by issue, by option
	Interactions []Interaction               `json:"interactions,omitempty"`
	Reservations []Reservation               `json:"reservations,omitempty"`
}

// Numbers returns a copy of p without its words: why a party wants what it wants, and the packages from which it read off
// what no agreement is worth, are told to nobody with the numbers.
func (p *Preferences) Numbers() *Preferences {
	n := *p
	n.Interactions = slices.Clone(p.Interactions)
	for k := range n.Interactions {
		n.Interactions[k].Why = ""
	}
	n.Reservations = slices.Clone(p.Reservations)
	for k := range n.Reservations {
		n.Reservations[k].Why, n.Reservations[k].Package = "", nil
	}
	return &n
}

// Interaction is what several terms are worth together beyond the sum of each: "the north of the island is worth more
// with the railway". It holds over two or three issues.
type Interaction struct {
	When  []Term `json:"when"`  // all must hold; each of another issue
	Value int64  `json:"value"` // hundredths of a point of the whole scale; may be negative
	Why   string `json:"why,omitempty"`
}

// Applies reports whether all its terms hold in o. An issue that o leaves open holds no term.
func (i *Interaction) Applies(o Outcome) bool {
	for k := range i.When {
		if v, ok := o[i.When[k].Issue]; !ok || !i.When[k].Matches(v) {
			return false
		}
	}
	return true
}

// Reservation is the worth of no agreement (or the worst package that instructions allow) from a date on, until the
// next one takes over. Package, where given, is what it is read off from.
type Reservation struct {
	From    time.Time `json:"from"`
	Value   int64     `json:"value"`           // hundredths of a point, 0 to 10,000
	Drift   int64     `json:"drift,omitempty"` // hundredths of a point in 30 days, from From on
	Package Outcome   `json:"package,omitempty"`
	Why     string    `json:"why,omitempty"`
}

// Utility returns the worth of o in millionths of the whole scale's percent: Σ weight × value and the interactions that
// apply. Without those it is from 0 to 100,000,000. Divide by 10,000 for hundredths of a point. Issues that o leaves open
// add nothing.
func (p *Preferences) Utility(o Outcome) int64 {
	var u int64
	for issue, w := range p.Weights {
		if v, ok := o[issue]; ok {
			u += w * p.Values[issue][v]
		}
	}
	for k := range p.Interactions {
		if p.Interactions[k].Applies(o) {
			u += 10_000 * p.Interactions[k].Value
		}
	}
	return u
}
