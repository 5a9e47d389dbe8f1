package scenario

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"portsmouth"
)

// File is a file to be written. Name is without a folder.
type File struct {
	Name string
	Data []byte
}

// Files writes the space in a format: one file, or a domain and one profile a party. The same space always gives the
// same bytes. An error of kind Invalid names what the format cannot hold; what Fit changed is done here too.
func (s *Space) Files(format Format) ([]File, error) {
	t, err := s.Fit(format)
	if err != nil {
		return nil, err
	}
	switch format {
	case Ours:
		return t.ourFiles()
	case GeniusWeb:
		return t.webFiles(), nil
	case NegMAS:
		return t.masFiles(), nil
	case NegoLog:
		return t.logFiles(), nil
	case CSV:
		return t.csvFiles()
	}
	return nil, portsmouth.Invalidf("format-write", "the format “%s” cannot be written; choose %s, %s, %s, %s or %s", clip(string(format)), Ours, GeniusWeb, NegMAS, NegoLog, CSV)
}

func (s *Space) ourFiles() ([]File, error) {
	sc, err := s.Scenario()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := sc.Write(&b); err != nil {
		return nil, fmt.Errorf("write scenario: %w", err)
	}
	return []File{{sc.ID + ".yaml", b.Bytes()}}, nil
}

// Fit returns the space as a format can hold it, with a reading for each thing that was done to make it fit. Utilities
// keep their order and their ratios of differences; where they do not keep their numbers a reading says so. An error of
// kind Invalid names what the format cannot hold.
func (s *Space) Fit(format Format) (*Space, error) {
	t := *s
	if format == Ours {
		sc, err := s.Scenario()
		if err != nil {
			return nil, err
		}
		t.Readings = sc.Readings
		return &t, nil
	}
	if err := s.additive(format); err != nil {
		return nil, err
	}
	t.Readings, t.Profiles, t.Issues = nil, slices.Clone(s.Profiles), slices.Clone(s.Issues)
	t.leavesOut(format)
	if format == GeniusWeb || format == NegoLog {
		return t.fitUnit(format)
	}
	for k := range t.Profiles {
		if err := t.uncap(&t.Profiles[k], format); err != nil && format != CSV {
			return nil, err
		}
	}
	if format == NegMAS && t.Scale > 1 {
		t.toOne()
	}
	t.rounds()
	return &t, nil
}

// leavesOut says what has no place in the format and does not change what a package is worth.
func (t *Space) leavesOut(format Format) {
	if len(t.Packages) > 0 {
		once(&t.Readings, "the named packages are left out")
	}
	if slices.ContainsFunc(t.Issues, func(i SpaceIssue) bool { return i.Title != "" || i.Labels != nil }) {
		once(&t.Readings, "titles and labels are left out; issues and options go by their ids")
	}
	for k := range t.Profiles {
		p := &t.Profiles[k]
		if len(p.Dated) > 1 {
			once(&t.Readings, "of the %d dated reservations of %s only the one in use is written", len(p.Dated), p.Name)
		}
		if slices.ContainsFunc(p.Dated, func(r portsmouth.Reservation) bool { return r.Drift != 0 }) {
			once(&t.Readings, "the drift of the reservation of %s is left out; its worth is that of the day in use", p.Name)
		}
		for _, n := range p.Notes {
			if format != NegMAS || n != fixedReservation {
				once(&t.Readings, "left out for %s: %s", p.Name, n)
			}
		}
	}
}

// additive refuses what only sums over issues cannot say.
func (s *Space) additive(format Format) error {
	lacks := func(what string) error {
		return portsmouth.Invalidf("format-holds", "%s has %s, which %s cannot hold", s.Name, what, toolNames[format])
	}
	switch {
	case len(s.Profiles) == 0:
		return portsmouth.Invalidf("space-profiles", "%s says what no party wants, so there is nothing to write", s.Name)
	case len(s.Conditions) > 0:
		return lacks("conditions between issues")
	case format == NegoLog && len(s.Profiles) != 2:
		return lacks(fmt.Sprintf("%d parties", len(s.Profiles)))
	}
	for k := range s.Profiles {
		p := &s.Profiles[k]
		switch {
		case len(p.Terms) > 0:
			return lacks("interactions between issues (" + p.Name + ")")
		case p.Boxes != nil:
			return lacks("values of several issues together (" + p.Name + ")")
		case p.Discount != nil && (format == GeniusWeb || format == NegoLog):
			return lacks("a discount over time (" + p.Name + ")")
		}
		for i := range s.Issues {
			if p.weight(i).Sign() == 0 {
				continue
			}
			for o := range s.Issues[i].Options {
				if _, ok := s.Worth(p, i, o); !ok {
					return partyError(p, "“%s” of issue “%s” has no value", clip(s.Issues[i].Options[o]), clip(s.Issues[i].Name))
				}
			}
		}
	}
	return nil
}

// weight returns the weight of an issue, 0 where it has none.
func (p *Profile) weight(i int) *big.Rat {
	if i >= len(p.Weights) || p.Weights[i] == nil {
		return new(big.Rat)
	}
	return p.Weights[i]
}

// worths returns what each option of an issue is worth before the weight; 0 where nothing is given.
func (s *Space) worths(p *Profile, i int) []*big.Rat {
	table := make([]*big.Rat, len(s.Issues[i].Options))
	for o := range table {
		table[o] = new(big.Rat)
		if w, ok := s.Worth(p, i, o); ok {
			table[o] = w
		}
	}
	return table
}

// extent returns the least and the greatest utility, before any cap.
func (s *Space) extent(p *Profile) (low, high *big.Rat) {
	low, high = new(big.Rat), new(big.Rat)
	if p.Constant != nil {
		low.Set(p.Constant)
		high.Set(p.Constant)
	}
	for i := range s.Issues {
		least, most := ends(s.worths(p, i), p.weight(i))
		low.Add(low, least)
		high.Add(high, most)
	}
	return low, high
}

// ends returns the least and the greatest weight × worth.
func ends(table []*big.Rat, weight *big.Rat) (least, most *big.Rat) {
	for _, w := range table {
		v := new(big.Rat).Mul(w, weight)
		if least == nil || v.Cmp(least) < 0 {
			least = v
		}
		if most == nil || v.Cmp(most) > 0 {
			most = v
		}
	}
	if least == nil {
		return new(big.Rat), new(big.Rat)
	}
	return least, most
}

// dust is by how much weights that were written as floats may miss their sum.
var dust = big.NewRat(1, 1e9)

// uncap drops a ceiling that no package passes by more than dust, and refuses one that counts.
func (s *Space) uncap(p *Profile, format Format) error {
	if p.Cap == nil {
		return nil
	}
	if _, high := s.extent(p); new(big.Rat).Sub(high, p.Cap).Cmp(dust) > 0 {
		return portsmouth.Invalidf("format-holds", "%s clips utilities at %s for %s and its best package would be worth %s; %s cannot hold a ceiling",
			s.Name, shortNumber(p.Cap), p.Name, shortNumber(high), toolNames[format])
	}
	p.Cap = nil
	return nil
}

// fitUnit puts every profile on weights that add to 1 and utilities from 0 to 1, without anything added.
func (t *Space) fitUnit(format Format) (*Space, error) {
	for k := range t.Profiles {
		p := &t.Profiles[k]
		if err := t.uncap(p, format); err != nil {
			return nil, err
		}
		t.unitProfile(p)
	}
	t.Scale = 1
	t.straight(format)
	t.rounds()
	if format == GeniusWeb {
		for k := range t.Profiles {
			if err := t.reservationBid(&t.Profiles[k]); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// unitProfile rewrites one profile. Where its utilities already lie within 0 and 1 they stay what they are.
func (t *Space) unitProfile(p *Profile) {
	scale := new(big.Rat).SetFrac64(1, max(t.Scale, 1))
	if t.isUnit(p, scale) {
		for i := range t.Issues {
			p.setTable(i, scaled(t.worths(p, i), new(big.Rat), scale))
		}
		if p.Reservation != nil {
			p.Reservation = new(big.Rat).Mul(p.Reservation, scale)
		}
		return
	}
	low, high := t.extent(p)
	shift, factor := new(big.Rat), scale
	one := big.NewRat(1, 1)
	if low.Sign() < 0 || new(big.Rat).Mul(high, scale).Cmp(one) > 0 {
		if low.Sign() < 0 {
			shift = low
		}
		if factor = one; high.Cmp(shift) > 0 {
			factor = new(big.Rat).Inv(new(big.Rat).Sub(high, shift))
		}
		if off := new(big.Rat).Sub(factor, scale); shift.Sign() != 0 || off.Abs(off).Cmp(dust) > 0 {
			once(&t.Readings, "the utilities of %s, from %s to %s, were put on 0 to 1: (utility − %s) × %s; order and proportions of gains stay the same",
				p.Name, shortNumber(low), shortNumber(high), shortNumber(shift), shortNumber(factor))
		}
	}
	t.spread(p, new(big.Rat).Mul(new(big.Rat).Sub(low, shift), factor), factor)
	if p.Reservation != nil {
		p.Reservation = new(big.Rat).Mul(new(big.Rat).Sub(p.Reservation, shift), factor)
	}
	if len(p.Bid) < len(t.Issues) {
		p.Bid = nil // a bid that leaves issues open is worth something else now
	}
	p.Constant = nil
}

// isUnit reports whether the weights add to 1 and every worth lies from 0 to the scale.
func (t *Space) isUnit(p *Profile, scale *big.Rat) bool {
	if p.Constant != nil && p.Constant.Sign() != 0 {
		return false
	}
	sum, one := new(big.Rat), big.NewRat(1, 1)
	for i := range t.Issues {
		w := p.weight(i)
		sum.Add(sum, w)
		least, most := ends(t.worths(p, i), scale)
		if w.Sign() < 0 || least.Sign() < 0 || most.Cmp(one) > 0 {
			return false
		}
	}
	return sum.Cmp(one) == 0
}

// spread gives each issue the weight of its widest gain and the first issue what is left to 1; base, the worth of the
// worst package, is added to all options of the first issue.
func (t *Space) spread(p *Profile, base, factor *big.Rat) {
	left := big.NewRat(1, 1)
	weights, tables := make([]*big.Rat, len(t.Issues)), make([][]*big.Rat, len(t.Issues))
	for i := range t.Issues {
		w := p.weight(i)
		table := t.worths(p, i)
		least, _ := ends(table, w)
		tables[i] = scaled(scaled(table, new(big.Rat), w), least, factor)
		_, weights[i] = ends(tables[i], big.NewRat(1, 1))
		left.Sub(left, weights[i])
	}
	tables[0] = scaled(tables[0], new(big.Rat).Neg(base), big.NewRat(1, 1))
	weights[0] = new(big.Rat).Add(weights[0], left)
	p.Weights, p.Values = weights, make([]Valuation, len(t.Issues))
	for i, w := range weights {
		if w.Sign() != 0 {
			p.Values[i].Table = scaled(tables[i], new(big.Rat), new(big.Rat).Inv(w))
		} else {
			p.Values[i].Table = tables[i]
		}
	}
}

// scaled returns (worth − shift) × factor for each.
func scaled(table []*big.Rat, shift, factor *big.Rat) []*big.Rat {
	to := make([]*big.Rat, len(table))
	for o, w := range table {
		to[o] = new(big.Rat).Sub(w, shift)
		to[o].Mul(to[o], factor)
	}
	return to
}

func (p *Profile) setTable(i int, table []*big.Rat) {
	p.Values = slices.Clone(p.Values)
	for len(p.Values) <= i {
		p.Values = append(p.Values, Valuation{})
	}
	p.Values[i] = Valuation{Table: table}
}

// toOne turns points into shares of 1, the scale that is usual elsewhere.
func (t *Space) toOne() {
	share := big.NewRat(1, t.Scale)
	times := func(r *big.Rat) *big.Rat {
		if r == nil {
			return nil
		}
		return new(big.Rat).Mul(r, share)
	}
	for k := range t.Profiles {
		p := &t.Profiles[k]
		p.Constant, p.Reservation = times(p.Constant), times(p.Reservation)
		for i := range t.Issues {
			p.setTable(i, scaled(t.worths(p, i), new(big.Rat), share))
		}
	}
	once(&t.Readings, "utilities are divided by %d, so that the best is worth 1", t.Scale)
	t.Scale = 1
}

// straight leaves as ranges only those issues whose worth is a straight line for every party; the rest become lists.
func (t *Space) straight(format Format) {
	for i := range t.Issues {
		issue := &t.Issues[i]
		if issue.Range == nil {
			continue
		}
		line := format == GeniusWeb && len(issue.Options) > 1
		for k := range t.Profiles {
			line = line && len(t.bends(&t.Profiles[k], i)) == 0
		}
		if !line {
			issue.Range = nil
			once(&t.Readings, "issue “%s” is written as a list of its numbers", issue.Name)
		}
	}
}

// straightness is below what rounding to the written decimals adds to a straight line.
var straightness = new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(places-1), nil))

// bends returns the options of a range, its ends aside, at which a party's worth is no straight line.
func (s *Space) bends(p *Profile, i int) []int {
	var at []int
	table := s.worths(p, i)
	for o := 1; o+1 < len(table); o++ {
		twice := new(big.Rat).Add(table[o], table[o])
		twice.Sub(twice, table[o-1])
		if twice.Sub(twice, table[o+1]); twice.Abs(twice).Cmp(straightness) > 0 {
			at = append(at, o)
		}
	}
	return at
}

// places is how many decimals are written; more than the 17 digits that the tools themselves keep.
const places = 18

// decimals rounds to what is written, and reports whether nothing was lost.
func decimals(r *big.Rat) (*big.Rat, bool) {
	to, _ := new(big.Rat).SetString(r.FloatString(places))
	return to, to.Cmp(r) == 0
}

// decimalText writes a number without exponent; whole numbers with “.0”, so that no tool takes them for another type.
func decimalText(r *big.Rat) string {
	s := strings.TrimRight(r.FloatString(places), "0")
	if strings.HasSuffix(s, ".") {
		s += "0"
	}
	if s == "-0.0" {
		return "0.0"
	}
	return s
}

// rounds turns every number into a decimal that can be written, keeps the sum of the weights, and says so.
func (t *Space) rounds() {
	lost := false
	round := func(r *big.Rat) *big.Rat {
		if r == nil {
			return nil
		}
		to, exact := decimals(r)
		lost = lost || !exact
		return to
	}
	for k := range t.Profiles {
		p := &t.Profiles[k]
		p.Weights = slices.Clone(p.Weights)
		p.Constant, p.Reservation = round(p.Constant), round(p.Reservation)
		rest, largest := new(big.Rat), -1
		for i, w := range p.Weights {
			if w == nil {
				continue
			}
			p.Weights[i] = round(w)
			rest.Add(rest, new(big.Rat).Sub(w, p.Weights[i]))
			if largest < 0 || p.Weights[i].Cmp(p.Weights[largest]) > 0 {
				largest = i
			}
		}
		if largest >= 0 {
			p.Weights[largest] = round(new(big.Rat).Add(p.Weights[largest], rest))
		}
		for i := range t.Issues {
			table := t.worths(p, i)
			for o := range table {
				table[o] = round(table[o])
			}
			p.setTable(i, table)
		}
	}
	if lost {
		once(&t.Readings, "numbers without a finite decimal form are rounded to %d decimals", places)
	}
}
