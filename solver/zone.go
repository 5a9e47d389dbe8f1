package solver

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"portsmouth"
)

// Zone is the zone of agreement: the outcomes that give every party at least its floor.
type Zone struct {
	Exists bool
	Floors []int64 // by party, in units
	Count  Count   // how many outcomes it holds
	// Points are the undominated points of the zone, in the order of the frontier. Each is undominated among all outcomes
	// too: what betters an outcome of the zone is in the zone.
	Points []Point
	Ideal  []int64 // by party, the most that it gets anywhere in the zone; nil for an empty zone
	Nadir  []int64 // by party, the least that it gets at an undominated point of the zone
	// Quality is that of the frontier. Short of Exact, Points, Ideal and Nadir are those of the points found, and Exists
	// rests on Count.
	Quality Quality
	Epsilon []int64
}

// Zone returns the zone of agreement above floors, by party in units; NoReservation is no floor. It computes the frontier
// and a count; ZoneOn spares the first. Errors are those of Frontier and CountAbove.
func (p *Problem) Zone(ctx context.Context, e Effort, floors []int64) (Zone, error) {
	f, err := p.Frontier(ctx, e)
	if err != nil {
		return Zone{}, err
	}
	return p.ZoneOn(ctx, e, f, floors)
}

// ZoneOn is Zone for those who have the frontier.
func (p *Problem) ZoneOn(ctx context.Context, e Effort, f *Frontier, floors []int64) (Zone, error) {
	if len(floors) != len(p.Parties) {
		return Zone{}, portsmouth.Invalidf("solver-floors", "%d parties need as many floors, not %d", len(p.Parties), len(floors))
	}
	z := Zone{Floors: slices.Clone(floors), Quality: f.Quality, Epsilon: f.Epsilon}
	for _, n := range reaching(f.Points, floors) {
		z.Points = append(z.Points, f.Points[n])
	}
	var err error
	if z.Count, err = p.CountAbove(ctx, e, floors); err != nil {
		return z, err
	}
	z.Exists = len(z.Points) > 0 || z.Count.Low.Sign() > 0
	for _, pt := range z.Points {
		z.widen(pt.Utility)
	}
	return z, nil
}

func (z *Zone) widen(u []int64) {
	if z.Ideal == nil {
		z.Ideal, z.Nadir = slices.Clone(u), slices.Clone(u)
	}
	for k := range u {
		z.Ideal[k], z.Nadir[k] = max(z.Ideal[k], u[k]), min(z.Nadir[k], u[k])
	}
}

// Distance says how far a package is from what nobody can better.
type Distance struct {
	// OnFrontier: no point of the frontier is better for some and worse for none. On less than an exact frontier it says
	// only that no point found is.
	OnFrontier bool
	// Slack is by party, in units, the most that it alone could gain while nobody loses.
	Slack []int64
	// Nearest is the index of the frontier point at the least straight-line distance on the scale that is shown, the
	// first of equals; Apart is that distance squared, in that scale squared.
	Nearest int
	Apart   *big.Rat
}

// Distance measures utilities (by party) against the frontier; units are Party.Unit by party, nil for all the same.
// The frontier must have a point.
func (f *Frontier) Distance(u, units []int64) Distance {
	d := Distance{Slack: make([]int64, len(u))}
	units = orOnes(units, len(u))
	scale := scales(units)
	var nearest *big.Int
	for n := range f.Points {
		v := f.Points[n].Utility
		for k := range u {
			if noWorse(v, u, k) {
				d.Slack[k] = max(d.Slack[k], v[k]-u[k])
			}
		}
		if apart := apart(u, v, scale); nearest == nil || apart.Cmp(nearest) < 0 {
			d.Nearest, nearest = n, apart
		}
	}
	common := new(big.Int).Mul(scale[0], big.NewInt(units[0]))
	d.Apart = new(big.Rat).SetFrac(nearest, common.Mul(common, common))
	d.OnFrontier = !slices.ContainsFunc(d.Slack, func(s int64) bool { return s > 0 })
	return d
}

// noWorse reports whether v gives at least u to everyone but k, whoever k is.
func noWorse(v, u []int64, k int) bool {
	for j := range u {
		if j != k && v[j] < u[j] {
			return false
		}
	}
	return true
}

// apart returns the squared distance in units common to all, of which scale gives the number in each party's own.
func apart(u, v []int64, scale []*big.Int) *big.Int {
	sum, d := new(big.Int), new(big.Int)
	for k := range u {
		d.Mul(d.SetInt64(v[k]-u[k]), scale[k])
		sum.Add(sum, d.Mul(d, d))
	}
	return sum
}

// CommonGain is how much better everyone could do than with a package.
type CommonGain struct {
	From Point
	// Gain is the largest t for which some outcome gives everyone at least t more, on the scale that is shown; 0 when
	// there is none.
	Gain *big.Rat
	// Points are the points that reach it, the best by the next smallest gain and so on; empty when Gain is 0.
	Points []Point
	// Better are all points of the frontier that are better for some and worse for none, in the order of the frontier.
	Better  []Point
	Quality Quality // of the frontier
	Epsilon []int64
}

// CommonGain returns the largest gain over a package that all can have at once. Gains of different parties are compared
// on the scale that is shown. The outcome of the largest smallest gain is undominated or matched by one that is, so the
// frontier tells. Errors are those of Frontier, and of kind Invalid for a package that does not fit the problem.
func (p *Problem) CommonGain(ctx context.Context, e Effort, outcome []int) (CommonGain, error) {
	if err := p.fits(outcome); err != nil {
		return CommonGain{}, err
	}
	f, err := p.Frontier(ctx, e)
	if err != nil {
		return CommonGain{}, err
	}
	return p.CommonGainOn(f, outcome), nil
}

// CommonGainOn is CommonGain for those who have the frontier; the outcome must fit the problem.
func (p *Problem) CommonGainOn(f *Frontier, outcome []int) CommonGain {
	g := CommonGain{From: p.Point(outcome), Gain: new(big.Rat), Quality: f.Quality, Epsilon: f.Epsilon}
	units := p.Disagreement().Units
	var top key
	for _, n := range reaching(f.Points, g.From.Utility) {
		pt := f.Points[n]
		if slices.Equal(pt.Utility, g.From.Utility) {
			continue
		}
		g.Better = append(g.Better, pt)
		k := key{shares: ascending(shown(differences(pt.Utility, g.From.Utility), units))}
		order := k.compare(top)
		if k.shares[0].num == 0 || order < 0 {
			continue
		}
		if order > 0 {
			g.Points, top = g.Points[:0:0], k
		}
		g.Points = append(g.Points, pt)
	}
	if len(g.Points) > 0 {
		g.Gain = top.shares[0].rat()
	}
	return g
}

func differences(a, b []int64) []int64 {
	d := make([]int64, len(a))
	for k := range a {
		d[k] = a[k] - b[k]
	}
	return d
}

// Improvements are the packages that are better for all than one that is on the table.
type Improvements struct {
	AtLeast *big.Rat // by how much, on the scale that is shown
	Floors  []int64  // the same by party, in units: what an improvement gives at least
	Points  []Point  // the undominated ones, in the order of the frontier
	Count   Count    // how many outcomes there are in all, dominated ones included
}

// Improvements returns what gives every party at least atLeast more than a package, on the scale that is shown, and at
// least one unit more. Errors are those of CommonGain and CountAbove, and of kind Invalid for a negative gain or one that
// no utility can reach.
func (p *Problem) Improvements(ctx context.Context, e Effort, outcome []int, atLeast *big.Rat) (Improvements, error) {
	if err := p.fits(outcome); err != nil {
		return Improvements{}, err
	}
	better := Improvements{AtLeast: atLeast}
	for k := range p.Parties {
		units, err := inUnits(atLeast, p.Parties[k].Unit)
		if err != nil {
			return better, err
		}
		better.Floors = append(better.Floors, p.Utility(k, outcome)+max(units, 1))
	}
	z, err := p.Zone(ctx, e, better.Floors)
	better.Points, better.Count = z.Points, z.Count
	return better, err
}

// inUnits rounds an amount on the scale that is shown up to whole units.
func inUnits(amount *big.Rat, unit int64) (int64, error) {
	n := new(big.Int).Mul(amount.Num(), big.NewInt(unit))
	m := new(big.Int)
	n.DivMod(n, amount.Denom(), m)
	if m.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	if n.Sign() < 0 || !n.IsInt64() || n.Int64() > MaxUtility {
		return 0, portsmouth.Invalidf("solver-gain", "a gain of %s cannot be", amount.FloatString(2))
	}
	return n.Int64(), nil
}

// fits reports, as an error of kind Invalid, why an outcome is none of this problem's.
func (p *Problem) fits(outcome []int) error {
	if len(outcome) != len(p.Options) {
		return portsmouth.Invalidf("package-whole", "the package settles %d issues of %d", len(outcome), len(p.Options))
	}
	for i, o := range outcome {
		if o < 0 || o >= p.Options[i] {
			return portsmouth.Invalidf("option-exists", "issue %d has no option %s", i, fmt.Sprint(o))
		}
	}
	return nil
}
