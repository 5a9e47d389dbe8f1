package portsmouth

import "time"

// Ranges say how far preferences are known: for each number a lowest and a highest that is consistent with what the party
// has said. What is absent is taken as exact.
type Ranges struct {
	Weights     map[string]Interval            `json:"weights,omitempty"`
	Values      map[string]map[string]Interval `json:"values,omitempty"`
	Reservation *Interval                      `json:"reservation,omitempty"`
}

// Interval is from Low to High, both included, in the units of what it bounds.
type Interval struct {
	Low  int64 `json:"low"`
	High int64 `json:"high"`
}

// Holds reports whether v lies in the interval.
func (i Interval) Holds(v int64) bool { return i.Low <= v && v <= i.High }

// Drifted returns ranges in which the reservation has moved by so much, in hundredths of a point.
func (r *Ranges) Drifted(by int64) *Ranges {
	if r == nil || r.Reservation == nil || by == 0 {
		return r
	}
	moved := *r
	moved.Reservation = &Interval{Low: r.Reservation.Low + by, High: r.Reservation.High + by}
	return &moved
}

// Check reports why r cannot be the ranges of p: every interval must hold p's own number. nil is taken as exact.
func (r *Ranges) Check(p *Preferences) error {
	if r == nil {
		return nil
	}
	for _, issue := range SortedKeys(r.Weights) {
		if _, known := p.Weights[issue]; !known {
			return Invalidf("ranges-hold", "there is a range for the weight of %s, and no weight", clip(issue))
		}
		if i := r.Weights[issue]; !i.Holds(p.Weights[issue]) || i.Low < 0 || i.High > 10_000 {
			return Invalidf("ranges-hold", "the range of the weight of %s does not hold the weight itself", clip(issue))
		}
	}
	for _, issue := range SortedKeys(r.Values) {
		for _, option := range SortedKeys(r.Values[issue]) {
			i := r.Values[issue][option]
			v, known := p.Values[issue][option]
			if !known || !i.Holds(v) || i.Low < 0 || i.High > 10_000 {
				return Invalidf("ranges-hold", "the range of the value of %s for %s does not hold the value itself", clip(option), clip(issue))
			}
		}
	}
	if i := r.Reservation; i != nil && (i.Low > i.High || i.Low < -10_000 || i.High > 20_000) {
		return Invalidf("ranges-hold", "the range of the reservation value is empty, or out of range")
	}
	return nil
}

// Limits on preferences, so that hostile input stays small.
const (
	maxValues       = 100_000 // of all issues together
	maxInteractions = 200
	maxReservations = 200
)

// CheckPreferences reports the first reason why p cannot be preferences over this agenda.
func (a *Agenda) CheckPreferences(p *Preferences) error {
	var sum int64
	for _, id := range SortedKeys(p.Weights) {
		if a.Issue(id) == nil {
			return Invalidf("issue-exists", "there is no issue “%s” on the agenda", clip(id))
		}
		if w := p.Weights[id]; w < 0 || w > 10_000 {
			return Invalidf("weights-sum", "the weight of %s is not from 0 to 100 per cent", id)
		}
		sum += p.Weights[id]
	}
	if sum != 10_000 {
		return Invalidf("weights-sum", "the weights add up to %d.%02d per cent, not to 100", sum/100, sum%100)
	}
	if err := a.checkValues(p); err != nil {
		return err
	}
	if err := a.checkInteractions(p.Interactions); err != nil {
		return err
	}
	return a.checkReservations(p.Reservations)
}

func (a *Agenda) checkValues(p *Preferences) error {
	total := 0
	for _, id := range SortedKeys(p.Values) {
		i := a.Issue(id)
		if i == nil {
			return Invalidf("issue-exists", "there is no issue “%s” on the agenda", clip(id))
		}
		if total += len(p.Values[id]); total > maxValues {
			return Invalidf("values-many", "more than %d values", maxValues)
		}
		for _, option := range SortedKeys(p.Values[id]) {
			if err := i.Allows(option); err != nil {
				return err
			}
			if v := p.Values[id][option]; v < 0 || v > 10_000 {
				return Invalidf("values-range", "the value of %s for %s is not from 0 to 100 points", clip(option), id)
			}
		}
	}
	for k := range a.Issues {
		i := &a.Issues[k]
		if p.Weights[i.ID] > 0 && int64(len(p.Values[i.ID])) != i.Count() {
			return Invalidf("values-all", "issue %s has a weight, so each of its %d options needs a value", i.ID, i.Count())
		}
	}
	return nil
}

func (a *Agenda) checkInteractions(list []Interaction) error {
	if len(list) > maxInteractions {
		return Invalidf("interactions-many", "more than %d interactions", maxInteractions)
	}
	for n, x := range list {
		if len(x.When) < 2 || len(x.When) > 3 || x.Value < -10_000 || x.Value > 10_000 {
			return Invalidf("interaction-form", "interaction %d needs two or three terms and a worth of at most 100 points", n+1)
		}
		if len(x.Why) > MaxText {
			return Invalidf("text-size", "the reason of an interaction is longer than %d bytes", MaxText)
		}
		seen := map[string]bool{}
		for _, t := range x.When {
			if seen[t.Issue] {
				return Invalidf("interaction-form", "interaction %d names issue %s twice", n+1, clip(t.Issue))
			}
			seen[t.Issue] = true
		}
		if err := a.checkCondition(n, Condition{If: x.When[:1], Then: x.When[1:]}); err != nil {
			return err
		}
	}
	return nil
}

func (a *Agenda) checkReservations(list []Reservation) error {
	if len(list) > maxReservations {
		return Invalidf("reservations-many", "more than %d reservation values", maxReservations)
	}
	for n, r := range list {
		if r.Value < -10_000 || r.Value > 20_000 || r.Drift < -10_000 || r.Drift > 10_000 {
			return Invalidf("reservation-range", "reservation value %d is out of range", n+1)
		}
		if n > 0 && !r.From.After(list[n-1].From) {
			return Invalidf("reservation-order", "reservation values stand in the order of their dates")
		}
		if len(r.Package) > 0 {
			if err := a.Check(r.Package); err != nil {
				return err
			}
		}
		if len(r.Why) > MaxText {
			return Invalidf("text-size", "the reason of a reservation value is longer than %d bytes", MaxText)
		}
	}
	return nil
}

// month is the month in which drifts are counted.
const month = 30 * 24 * time.Hour

// At returns what no agreement is worth at t under this reservation, in hundredths of a point: its value and, from its
// date on, the drift of every day.
func (r *Reservation) At(t time.Time) int64 {
	if r.Drift == 0 || !t.After(r.From) {
		return r.Value
	}
	days := int64(t.Sub(r.From) / (24 * time.Hour))
	return r.Value + r.Drift*days/int64(month/(24*time.Hour))
}

// ReservationAt returns the reservation that holds at t, the last whose date has come, or nil. A single one holds at any
// time.
func (p *Preferences) ReservationAt(t time.Time) *Reservation {
	var holds *Reservation
	for k := range p.Reservations {
		if r := &p.Reservations[k]; !r.From.After(t) {
			holds = r
		}
	}
	if holds == nil && len(p.Reservations) == 1 {
		return &p.Reservations[0]
	}
	return holds
}
