package web

import (
	"math/big"
	"strings"

	"portsmouth/solver"
)

// rational reads a numeral of the agenda; what is none is zero.
func rational(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return new(big.Rat)
	}
	return r
}

// shortRat writes an exact decimal without zeros at its end.
func shortRat(r *big.Rat) string {
	s := r.FloatString(6)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// points writes an amount of utility, in units of the solver, as points with two decimals in the reader's language.
func (s *sheet) points(units int64) string { return s.ratPoints(big.NewRat(units, solver.AgendaUnit)) }

// ratPoints is points for an amount that is already in points.
func (s *sheet) ratPoints(r *big.Rat) string {
	return s.words.Decimal(strings.Replace(r.FloatString(2), "-", "−", 1))
}

// hundredths is points for hundredths of a point.
func (s *sheet) hundredths(n int64) string { return s.ratPoints(big.NewRat(n, 100)) }

// inPoints is an amount as a number for a picture.
func inPoints(units int64) float64 { return float64(units) / solver.AgendaUnit }
