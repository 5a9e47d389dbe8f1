package main

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// exact is a number that JSON gets as the shortest decimal that a double reads back as nearest to it.
type exact struct{ big.Rat }

func exactly(r *big.Rat) *exact {
	if r == nil {
		return nil
	}
	e := &exact{}
	e.Set(r)
	return e
}

// inUnits is units ÷ unit.
func inUnits(units, unit int64) *exact { return exactly(big.NewRat(units, unit)) }

// MarshalJSON writes a JSON number.
func (e *exact) MarshalJSON() ([]byte, error) {
	return []byte(e.String()), nil
}

func (e *exact) String() string {
	f, _ := e.Float64()
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// decimal writes a number of a file in full where it ends, else to 12 places.
func decimal(r *big.Rat) string {
	if r == nil {
		return "0"
	}
	if r.IsInt() {
		return r.Num().String()
	}
	if n, ok := r.FloatPrec(); ok && n <= 18 {
		return r.FloatString(n)
	}
	return strings.TrimRight(r.FloatString(12), "0")
}

// shown writes a worth for people: hundredths on a scale of points, ten-thousandths on one from 0 to 1.
func shown(units, unit, scale int64) string {
	places := 4
	if scale >= 100 {
		places = 2
	}
	return big.NewRat(units, unit).FloatString(places)
}

// big numbers, for people: in full with commas up to 10^15, beyond that as a power of ten.
func counted(n *big.Int) string {
	s := n.String()
	if len(s) > 15 {
		return fmt.Sprintf("%s.%s × 10^%d", s[:1], s[1:4], len(s)-1)
	}
	var b strings.Builder
	for k, r := range s {
		if k > 0 && (len(s)-k)%3 == 0 && s[k-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return counted(big.NewInt(int64(n))) + " " + many
}

func packagesWord(n *big.Int) string {
	if n.IsInt64() && n.Int64() == 1 {
		return "1 package"
	}
	return counted(n) + " packages"
}
