package web

import (
	"math/big"
	"strconv"

	"portsmouth"
	"portsmouth/internal/picture"
)

// scale is where the parties stand on one issue, as marks on a line: its options in order, or the range of a number.
type scale struct {
	ticks []float64 // where the options are; empty for a number
	marks []mark
	from  float64 // the leftmost and rightmost mark: the distance between the parties
	to    float64
	said  string // the same in words
}

// mark is one party's place on a scale.
type mark struct {
	party string
	n     int // of the party's colour
	x     float64
	lift  float64 // upwards, when several stand on one spot
}

// The box of a scale, in its own units.
const (
	scaleWidth  = 120.0
	scaleMargin = 8.0
)

// scaleOf draws the positions of an issue. There is none before anybody has taken one.
func (s *sheet) scaleOf(i *portsmouth.Issue, positions map[string]string) (scale, bool) {
	sc := scale{from: scaleWidth, to: 0}
	if i.Kind != portsmouth.Numeric {
		for k := range i.Options {
			sc.ticks = append(sc.ticks, spread(float64(k), float64(len(i.Options)-1)))
		}
	}
	onSpot := map[float64]float64{}
	for _, id := range s.parties() {
		value, ok := positions[id]
		if !ok {
			continue
		}
		x, ok := place(i, value)
		if !ok {
			continue
		}
		sc.marks = append(sc.marks, mark{party: id, n: s.Party(id).N, x: x, lift: onSpot[x]})
		onSpot[x] += 9
		sc.from, sc.to = min(sc.from, x), max(sc.to, x)
		if sc.said != "" {
			sc.said += "; "
		}
		sc.said += s.Party(id).Name + ": " + s.value(i, value)
	}
	return sc, len(sc.marks) > 0
}

// place is where a value stands on its issue's line.
func place(i *portsmouth.Issue, value string) (float64, bool) {
	if i.Kind != portsmouth.Numeric {
		for k := range i.Options {
			if i.Options[k].ID == value {
				return spread(float64(k), float64(len(i.Options)-1)), true
			}
		}
		return 0, false
	}
	v, ok1 := new(big.Rat).SetString(value)
	lo, ok2 := new(big.Rat).SetString(i.Number.Min)
	hi, ok3 := new(big.Rat).SetString(i.Number.Max)
	if !ok1 || !ok2 || !ok3 {
		return 0, false
	}
	at, _ := v.Sub(v, lo).Float64()
	whole, _ := hi.Sub(hi, lo).Float64()
	return spread(at, whole), true
}

func spread(at, whole float64) float64 {
	if whole <= 0 {
		return scaleWidth / 2
	}
	return scaleMargin + (scaleWidth-2*scaleMargin)*at/whole
}

// pictured are the words of a picture, and how the reader's language writes its numbers.
func (p *Page) pictured(title, desc string) picture.Words {
	return picture.Words{Title: title, Desc: desc, Comma: p.words.Decimal("0.1") != "0.1"}
}

// coordinate writes a coordinate.
func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// isMapped reports whether any region has an outline.
func isMapped(regions []portsmouth.Region) bool {
	for _, r := range regions {
		if r.Shape != "" {
			return true
		}
	}
	return false
}

// holderClass is the colour of whoever holds a region; nobody's is neutral.
func holderClass(p *Page, party string) string {
	if party == "" {
		return "party-none"
	}
	return partyClass(p.Party(party).N)
}
