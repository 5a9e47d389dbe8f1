package solver

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"

	"portsmouth"
)

// Disagreement is what the parties fall back on without agreement, and the scales on which they are compared where a
// rule compares them at all (Egalitarian and Utilitarian; the others do not depend on the scale).
type Disagreement struct {
	Worth  []int64 // by party, of no agreement, in units; NoReservation: anything is better than none
	Units  []int64 // by party, Party.Unit: how many make one on the scale that is shown; nil: all the same
	Powers []int64 // by party, for AsymmetricNash: 1 to MaxPower; nil: all the same
}

// MaxPower bounds the powers of AsymmetricNash: gains are raised to them, exactly.
const MaxPower = 100

// Disagreement returns the parties' reservations and units, for Choose.
func (p *Problem) Disagreement() Disagreement {
	var d Disagreement
	for k := range p.Parties {
		d.Worth = append(d.Worth, p.Parties[k].Reservation)
		d.Units = append(d.Units, p.Parties[k].Unit)
	}
	return d
}

// Floors returns the parties' reservations as floors for Zone and CountAbove; a party without one has the lowest floor.
func (p *Problem) Floors() []int64 { return p.Disagreement().Worth }

func (d Disagreement) check(parties int, rule Rule) error {
	if len(d.Worth) != parties || d.Units != nil && len(d.Units) != parties || d.Powers != nil && len(d.Powers) != parties {
		return portsmouth.Invalidf("solver-parties", "the frontier has %d parties; give that many worths, units and powers", parties)
	}
	for _, w := range d.Worth {
		if w != NoReservation && abs(w) > MaxUtility {
			return portsmouth.Invalidf("solver-size", "a worth of no agreement is too large")
		}
	}
	for _, u := range d.Units {
		if u < 1 {
			return portsmouth.Invalidf("solver-unit", "a unit must be at least 1")
		}
	}
	if rule != AsymmetricNash {
		return nil
	}
	for _, w := range d.Powers {
		if w < 1 || w > MaxPower {
			return portsmouth.Invalidf("solver-power", "bargaining powers are whole numbers from 1 to %d", MaxPower)
		}
	}
	return nil
}

func (d Disagreement) units() []int64  { return orOnes(d.Units, len(d.Worth)) }
func (d Disagreement) powers() []int64 { return orOnes(d.Powers, len(d.Worth)) }

func orOnes(v []int64, n int) []int64 {
	if v != nil {
		return v
	}
	return slices.Repeat([]int64{1}, n)
}

// ratio is a fraction num/den, den at least 1, compared exactly.
type ratio struct{ num, den int64 }

func (a ratio) compare(b ratio) int {
	if (a.num < 0) != (b.num < 0) {
		return cmp.Compare(a.num, b.num)
	}
	left, right := cross(a.num, b.den), cross(b.num, a.den)
	c := cmp.Or(cmp.Compare(left[0], right[0]), cmp.Compare(left[1], right[1]))
	if a.num < 0 {
		return -c
	}
	return c
}

// cross returns |a| × b in 128 bits.
func cross(a, b int64) [2]uint64 {
	hi, lo := bits.Mul64(uint64(max(a, -a)), uint64(b))
	return [2]uint64{hi, lo}
}

func (a ratio) rat() *big.Rat { return big.NewRat(a.num, a.den) }

// ascending returns the ratios with the smallest first, for a comparison by the smallest, then the next.
func ascending(rs []ratio) []ratio {
	slices.SortFunc(rs, ratio.compare)
	return rs
}

// shown returns amounts in units as ratios on the scale that is shown.
func shown(amounts, units []int64) []ratio {
	rs := make([]ratio, len(amounts))
	for k, g := range amounts {
		rs[k] = ratio{g, units[k]}
	}
	return rs
}

// scales returns for each party the whole number by which its units are multiplied so that all parties' are the same:
// the least common multiple of all units over its own.
func scales(units []int64) []*big.Int {
	common := big.NewInt(1)
	for _, u := range units {
		v := big.NewInt(u)
		g := new(big.Int).GCD(nil, nil, common, v)
		common.Mul(common, v.Quo(v, g))
	}
	out := make([]*big.Int, len(units))
	for k, u := range units {
		out[k] = new(big.Int).Quo(common, big.NewInt(u))
	}
	return out
}
