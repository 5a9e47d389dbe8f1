package web

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/picture"
	"portsmouth/solver"
)

// The history of offers by their worth to one party: who moved, when, by how much.

// stride is one offer in that history.
type stride struct {
	offer  *conference.Offer
	worth  span
	moved  int64 // against the same party's offer before, where both are exact
	first  bool
	exact  bool
	absent bool // nothing can be said of its worth
}

// course lists the offers with their worth to the reader's own, oldest first. Nil for who has nothing to weigh with.
func (s *sheet) course(ctx context.Context) []stride {
	w := s.ownWorth()
	if w == nil {
		return nil
	}
	return s.strides(func(terms portsmouth.Outcome) (span, bool) { return w.of(ctx, onAgenda(s.View.Agenda, terms)) })
}

// strides lists the offers, at most the last offersShown, by a measure of what each party stood at with each.
func (s *sheet) strides(of func(portsmouth.Outcome) (span, bool)) []stride {
	stands := map[string]portsmouth.Outcome{}
	before := map[string]span{}
	var list []stride
	for k, o := range s.View.Offers {
		if stands[o.Party] == nil {
			stands[o.Party] = portsmouth.Outcome{}
		}
		stands[o.Party] = stands[o.Party].With(o.All())
		if k < len(s.View.Offers)-offersShown {
			continue
		}
		r, ok := of(stands[o.Party])
		last, any := before[o.Party]
		one := stride{offer: o, worth: r, first: !any, absent: !ok, exact: ok && r.exact()}
		if one.exact && any && last.exact() {
			one.moved = r.low - last.low
		}
		if ok {
			before[o.Party] = r
		}
		list = append(list, one)
	}
	return list
}

// coursePicture draws the steps of all parties on one party's scale, with its reservation. It needs two offers of which
// the worth is exact.
func (s *sheet) coursePicture(own string, steps []stride, wants *portsmouth.Preferences) templ.Component {
	exact := slices.DeleteFunc(slices.Clone(steps), func(x stride) bool { return !x.exact })
	if len(exact) < 2 {
		return templ.NopComponent
	}
	from, to := exact[0].offer.At, exact[len(exact)-1].offer.At
	f := &picture.Course{
		Words: s.pictured(
			s.T("course.picture", "party", s.Party(own).Name),
			s.T("course.picture-desc", "count", len(exact), "from", s.Day(from), "to", s.Day(to)),
		),
		Low: 0, High: 100, Unit: s.T("course.unit", "party", s.Party(own).Name), Ticks: s.ticksBetween(from, to),
	}
	for _, id := range s.parties() {
		line := picture.CourseLine{Party: s.drawn(id), Label: s.T("course.offers-of", "party", s.Party(id).Name)}
		for _, x := range exact {
			if x.offer.Party == id {
				line.At = append(line.At, picture.XY{X: hours(from, x.offer.At), Y: inPoints(x.worth.low)})
			}
		}
		if len(line.At) > 0 {
			f.Lines = append(f.Lines, line)
		}
	}
	if floor := s.floorLine(own, wants, from, to); len(floor.At) > 0 {
		f.Lines = append(f.Lines, floor)
	}
	return templ.Raw(string(f.SVG(picture.Embedded)))
}

func hours(from, t time.Time) float64 { return t.Sub(from).Hours() }

// ticksBetween names some days on the axis of time.
func (s *sheet) ticksBetween(from, to time.Time) []picture.Tick {
	const most = 4
	var ticks []picture.Tick
	said := ""
	for k := range most + 1 {
		at := from.Add(to.Sub(from) * time.Duration(k) / most)
		if label := s.Day(at); label != said {
			ticks, said = append(ticks, picture.Tick{At: hours(from, at), Label: label}), label
		}
	}
	return ticks
}

// floorLine is what no agreement was worth to a party from one time to another.
func (s *sheet) floorLine(own string, wants *portsmouth.Preferences, from, to time.Time) picture.CourseLine {
	line := picture.CourseLine{Party: s.drawn(own), Label: s.T("course.floor", "party", s.Party(own).Name), Floor: true}
	moments := []time.Time{from}
	for _, r := range wants.Reservations {
		if r.From.After(from) && r.From.Before(to) {
			moments = append(moments, r.From)
		}
	}
	for _, at := range append(moments, to) {
		if v := solver.ReservationAt(wants, at); v != solver.NoReservation {
			line.At = append(line.At, picture.XY{X: hours(from, at), Y: float64(v) / 100})
		}
	}
	return line
}

// movedWords says by how much a step changed the party's own last.
func (s *sheet) movedWords(x stride) string {
	switch {
	case x.absent || !x.exact || x.first:
		return "–"
	case x.moved > 0:
		return "+" + s.points(x.moved)
	}
	return s.points(x.moved)
}

// latestFirst turns the steps round, as lists of a conference are read.
func latestFirst(steps []stride) []stride {
	list := slices.Clone(steps)
	slices.Reverse(list)
	return list
}
