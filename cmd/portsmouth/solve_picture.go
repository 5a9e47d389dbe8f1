package main

import (
	"fmt"
	"math/big"
	"strings"

	"portsmouth/internal/picture"
	"portsmouth/solver"
)

// picture draws the answer as a file of its own: the frontier for two parties, strips for more, and for the eyes of one
// party what its issues are worth to it.
func (o *solveOptions) picture(s *solution) []byte {
	switch {
	case s.as >= 0:
		return s.sheetPicture().SVG(picture.Standalone)
	case len(s.problem.Parties) == 2:
		return s.plot().SVG(picture.Standalone)
	}
	return s.strips().SVG(picture.Standalone)
}

// textPicture draws the same for a terminal.
func (s *solution) textPicture() string {
	if len(s.problem.Parties) == 2 {
		return printable(s.plot().Text(84, 24))
	}
	return printable(s.strips().Text(84)) + "  ━ where the frontier lies   ┃ no agreement   ┷ the packages lettered above\n"
}

func (s *solution) value(k int, units int64) float64 {
	f, _ := big.NewRat(units, s.problem.Parties[k].Unit).Float64()
	return f
}

func (s *solution) who(k int) picture.Party {
	p := &s.space.Profiles[k]
	name := p.Title
	if name == "" {
		name = p.Name
	}
	return picture.Party{Name: name, N: k + 1}
}

func (s *solution) plot() *picture.Frontier {
	f := &picture.Frontier{
		Words: picture.Words{Title: s.space.Name + ": the frontier", Desc: s.description()},
		X:     s.axis(0), Y: s.axis(1), Marked: s.marked(),
	}
	for _, p := range s.frontier.Points {
		f.Points = append(f.Points, s.xy(p.Utility))
	}
	return f
}

func (s *solution) xy(utility []int64) picture.XY {
	return picture.XY{X: s.value(0, utility[0]), Y: s.value(1, utility[1])}
}

func (s *solution) axis(k int) picture.Axis {
	a := picture.Axis{Party: s.who(k), Floors: s.floors(k)}
	if s.space.Scale >= 100 {
		a.High = float64(s.space.Scale)
	}
	return a
}

func (s *solution) floors(k int) []picture.Floor {
	r := s.problem.Parties[k].Reservation
	if r == solver.NoReservation {
		return nil
	}
	return []picture.Floor{{At: s.value(k, r), Label: "no agreement, " + s.who(k).Name}}
}

// marked are the fair points, then the offers on the table.
func (s *solution) marked() []picture.Marked {
	var all []picture.Marked
	add := func(badge, label string, utility []int64, fair bool) {
		m := picture.Marked{Badge: badge, Label: label, Value: s.worths(utility), Fair: fair}
		if len(utility) == 2 {
			m.At = s.xy(utility)
		}
		all = append(all, m)
	}
	for _, c := range s.choices {
		for _, n := range c.Points[:min(len(c.Points), 2)] {
			add(badges[string(c.Rule)], c.Rule.Title(), s.frontier.Points[n].Utility, true)
		}
	}
	letters := picture.Badges(len(s.gains))
	for k, c := range s.gains {
		add(letters[k], s.offerWords(c.offer), c.gain.From.Utility, false)
	}
	return all
}

func (s *solution) strips() *picture.Strips {
	p := &picture.Strips{Words: picture.Words{Title: s.space.Name + ": worth to each party", Desc: s.description()}}
	p.Legend = s.marked()
	for k := range s.problem.Parties {
		row := picture.Strip{Party: s.who(k), High: float64(s.space.Scale), Floors: s.floors(k)}
		for _, pt := range s.frontier.Points {
			v := s.value(k, pt.Utility[k])
			row.Low, row.High = min(row.Low, v), max(row.High, v)
			row.Points = append(row.Points, v)
		}
		row.Marks = s.pins(k)
		p.Rows = append(p.Rows, row)
	}
	return p
}

func (s *solution) pins(k int) []picture.Pin {
	var pins []picture.Pin
	for _, c := range s.choices {
		for _, n := range c.Points[:min(len(c.Points), 2)] {
			pins = append(pins, picture.Pin{At: s.value(k, s.frontier.Points[n].Utility[k]), Badge: badges[string(c.Rule)], Fair: true})
		}
	}
	letters := picture.Badges(len(s.gains))
	for n, c := range s.gains {
		pins = append(pins, picture.Pin{At: s.value(k, c.gain.From.Utility[k]), Badge: letters[n]})
	}
	return pins
}

// description says the picture for those who cannot see it.
func (s *solution) description() string {
	said := fmt.Sprintf("The frontier has %d points (%s).", len(s.frontier.Points), s.qualityWords())
	if len(s.frontier.Points) > 0 {
		first, last := s.frontier.Points[0], s.frontier.Points[len(s.frontier.Points)-1]
		said += fmt.Sprintf(" Worth to %s: it runs from %s to %s.", strings.Join(s.partyNames(), ", "), s.worths(first.Utility), s.worths(last.Utility))
	}
	for _, m := range s.marked() {
		said += fmt.Sprintf(" %s: %s.", m.Label, m.Value)
	}
	for k := range s.problem.Parties {
		for _, f := range s.floors(k) {
			said += fmt.Sprintf(" %s: %s.", f.Label, s.worth(k, s.problem.Parties[k].Reservation))
		}
	}
	return said
}
