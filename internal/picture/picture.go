// Package picture draws what a negotiation looks like: the frontier with what was offered on it, the worth of packages
// to several parties, weights as bars, concessions over time. It takes plain numbers and words and returns SVG, or lines
// of characters for a terminal; it knows nothing of conferences, and says nothing that it was not given.
//
// An SVG has a title and a description for those who hear it, no script and no style attribute, and it is drawn for 480
// units of width so that its letters can still be read on a phone. Everything that a colour tells is told by a shape or
// a letter too. Its colours are the variables of the page around it (--ink, --soft, --line, --accent, --c1 … --c8); a
// Standalone picture brings them along, for light and dark, as a file of its own must.
//
// A page that embeds pictures needs the rules of Style in its style sheet, once.
package picture

import (
	"math"
	"strconv"
	"strings"
)

// XY is a point in the units of the picture's axes.
type XY struct{ X, Y float64 }

// Words are the title and description of a picture, for those who hear it. A Standalone picture also shows its title.
type Words struct {
	Title, Desc string
	Comma       bool // numbers have a decimal comma, as in French
}

// decimal writes a number as short as it is, with the decimal sign of the words.
func (w Words) decimal(v float64) string { return signed(strconv.FormatFloat(v, 'f', -1, 64), w.Comma) }

// signed gives a number its decimal sign.
func signed(number string, comma bool) string {
	if comma {
		return strings.Replace(number, ".", ",", 1)
	}
	return number
}

// Form says what a drawing is for.
type Form bool

// The two forms of a drawing.
const (
	Embedded   Form = false // within a page that has Style and the variables
	Standalone Form = true  // a file of its own, with colours for light and dark
)

// width is that of every picture, in its own units.
const width = 480

// textSize is that of most words, smallSize that of numbers along an axis: on a screen of 360 pixels still 11 and 10.
const (
	textSize  = 15.0
	smallSize = 13.5
)

// Badges hands out letters for a legend: a, b, … z, aa, ….
func Badges(n int) []string {
	all := make([]string, n)
	for k := range all {
		s := ""
		for v := k; v >= 0; v = v/26 - 1 {
			s = string(rune('a'+v%26)) + s
		}
		all[k] = s
	}
	return all
}

// num writes a coordinate: at most two decimals, and none that says nothing.
func num(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// clip shortens a text to about so many units of the given letter size, with an ellipsis.
func clip(s string, units, size float64) string {
	most := int(units / (size * letter))
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:max(most-1, 0)]) + "…"
}

// letter is how wide a letter is on average, as a share of its size.
const letter = 0.54

func textWidth(s string, size float64) float64 {
	return float64(len([]rune(s))) * size * letter
}
