package web

import (
	"strings"

	"portsmouth"
	"portsmouth/scenario"
	"portsmouth/solver"
)

// What is said in a debrief of talks that came to no agreement.

// openKind is "open" where something could still be agreed, else "closed".
func openKind(s *scenario.Situation) string {
	if firstFair(s) != nil {
		return "open"
	}
	return "closed"
}

// firstFair is the package of the first rule that chooses one, nil where there is nothing to choose.
func firstFair(s *scenario.Situation) *fairRow {
	for _, row := range fairRows(s) {
		if row.point != nil {
			return &row
		}
	}
	return nil
}

// gainWords says what each party would have gained by a package over no agreement.
func (d *debriefSheet) gainWords(s *scenario.Situation, p *solver.Point) string {
	list := make([]string, len(d.study.Parties))
	for k, id := range d.study.Parties {
		gain := p.Utility[k]
		if f := s.Floors[k]; f != solver.NoReservation {
			gain -= f * (solver.AgendaUnit / 100)
		}
		list[k] = d.Party(id).Name + " " + d.points(gain)
	}
	return strings.Join(list, " · ")
}

// stillOpen is what a package settles beside what had been settled.
func (d *debriefSheet) stillOpen(s *scenario.Situation, p *solver.Point) portsmouth.Outcome {
	o := d.packageOf(p)
	if s == d.given {
		for id := range d.settled {
			delete(o, id)
		}
	}
	return o
}
