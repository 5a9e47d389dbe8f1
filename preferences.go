package portsmouth

import "time"

// Preferences are what one party wants, as a sum over issues: utility = Σ weight × value. They are private to that
// party. Numbers are whole so that equality and dominance are exact: a Weight in hundredths of a percent (10,000 over
// all issues), a Value in hundredths of a point (10,000 = the best option listed, 0 = the worst).
type Preferences struct {
	Weights      map[string]int64            `json:"weights"` // by issue
	Values       map[string]map[string]int64 `json:"values"`  // by issue, by option
	Reservations []Reservation               `json:"reservations,omitempty"`
}

// Reservation is the worth of no agreement (or the worst package that instructions allow) from a date on, until the
// next one takes over. Package, where given, is what it is read off from.
type Reservation struct {
	From    time.Time `json:"from"`
	Value   int64     `json:"value"` // hundredths of a point, 0 to 10,000
	Package Outcome   `json:"package,omitempty"`
	Why     string    `json:"why,omitempty"`
}

// Utility returns the worth of o in millionths of the whole scale's percent: Σ weight × value, 0 to 100,000,000. Divide
// by 10,000 for hundredths of a point. Issues that o leaves open add nothing.
func (p *Preferences) Utility(o Outcome) int64 {
	var u int64
	for issue, w := range p.Weights {
		if v, ok := o[issue]; ok {
			u += w * p.Values[issue][v]
		}
	}
	return u
}
