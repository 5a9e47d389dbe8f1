package scenario

import (
	"math/big"
	"slices"

	"portsmouth"
	"portsmouth/solver"
)

// maxEntries bounds the entries of all interaction tables of one party.
const maxEntries = 4 << 20

// The decimals of the scale to which numbers are rounded that have no exact unit.
const (
	finest   = 12
	coarsest = 6
)

// toWhole turns numbers of the file into units.
type toWhole interface {
	take(r *big.Rat) int64
	// run turns an arithmetic progression: first, first + step, … It is take for each, and much quicker.
	run(first, step *big.Rat, to []int64)
}

// party builds one party in whole numbers: first in the finest unit that its numbers need, then, when that does not fit,
// in 10^-12 of the scale and coarser.
//
// It returns the party and to how many decimals of the scale it was rounded, 0 for not at all.
func (s *Space) party(k int) (solver.Party, int, error) {
	var d denominators
	if _, err := s.partyIn(k, &d); err != nil {
		return solver.Party{}, 0, err
	}
	if unit := d.unit(); unit > 0 {
		p, err := s.partyIn(k, inUnits(unit))
		if err != nil {
			return p, 0, err
		}
		if fits(&p) {
			return finish(p, unit), 0, nil
		}
	}
	for e := finest; e >= coarsest; e-- {
		unit := max(1, power(10, e)/max(1, s.Scale))
		p, err := s.partyIn(k, inUnits(unit))
		if err != nil {
			return p, 0, err
		}
		if fits(&p) {
			s.bidAgain(&p, k)
			return finish(p, unit), e, nil
		}
	}
	return solver.Party{}, 0, partyError(&s.Profiles[k], "its numbers are too large to compute with; write them on a smaller scale")
}

func power(base int64, e int) int64 {
	n := int64(1)
	for ; e > 0; e-- {
		n *= base
	}
	return n
}

// denominators collects the least common multiple of what it is shown.
type denominators struct {
	lcm  *big.Int
	gone bool // too large for a unit
}

func (d *denominators) take(r *big.Rat) int64 {
	if d.gone || r.IsInt() {
		return 0
	}
	if d.lcm == nil {
		d.lcm = big.NewInt(1)
	}
	q := r.Denom()
	g := new(big.Int).GCD(nil, nil, d.lcm, q)
	d.lcm.Mul(d.lcm, new(big.Int).Quo(q, g))
	d.gone = d.lcm.BitLen() > 60
	return 0
}

// unit is how many units make 1, or 0 when there are too many.
func (d *denominators) unit() int64 {
	switch {
	case d.gone:
		return 0
	case d.lcm == nil:
		return 1
	}
	return d.lcm.Int64()
}

// run relies on the denominators of a progression being those of its first number and of its step.
func (d *denominators) run(first, step *big.Rat, to []int64) {
	d.take(first)
	if len(to) > 1 {
		d.take(step)
	}
}

// inUnits rounds to the nearest of so many units a 1, halves upwards; what is too large stays just outside of what fits.
type inUnits int64

func (unit inUnits) take(r *big.Rat) int64 {
	var to [1]int64
	unit.run(r, new(big.Rat), to[:])
	return to[0]
}

func (unit inUnits) run(first, step *big.Rat, to []int64) {
	twice := big.NewInt(2 * int64(unit))
	both := new(big.Int).Mul(first.Denom(), step.Denom())
	at := new(big.Int).Mul(first.Num(), step.Denom())
	at.Add(at.Mul(at, twice), both)
	each := new(big.Int).Mul(step.Num(), first.Denom())
	each.Mul(each, twice)
	both.Lsh(both, 1)
	n := new(big.Int)
	for k := range to {
		if n.Div(at, both); n.BitLen() > 60 {
			to[k] = int64(n.Sign()) * (solver.MaxUtility + 1)
		} else {
			to[k] = n.Int64()
		}
		at.Add(at, each)
	}
}

// fits reports whether no sum of the party's numbers can pass solver.MaxUtility.
func fits(p *solver.Party) bool {
	one := func(v int64) bool { return v >= -solver.MaxUtility && v <= solver.MaxUtility }
	return (p.Reservation == solver.NoReservation || one(p.Reservation)) && reach(p) <= solver.MaxUtility
}

func reach(p *solver.Party) int64 {
	sum := add(0, p.Base)
	for _, values := range p.Values {
		sum = add(sum, largest(values))
	}
	for k := range p.Tables {
		sum = add(sum, largest(p.Tables[k].Values))
	}
	return add(sum, boxReach(p.Boxes))
}

func boxReach(b *solver.Boxes) int64 {
	var sum int64
	if b != nil {
		for k := range b.Boxes {
			sum = add(sum, b.Boxes[k].Value)
		}
		for _, w := range b.Within {
			sum = add(sum, boxReach(w))
		}
	}
	return sum
}

// add adds the size of v, and stays just above solver.MaxUtility.
func add(sum, v int64) int64 {
	return min(sum+min(max(v, -v), solver.MaxUtility+1), solver.MaxUtility+1)
}

func largest(values []int64) int64 {
	var m int64
	for _, v := range values {
		m = max(m, v, -v)
	}
	return m
}

// finish sets the unit, and drops a cap that no outcome reaches: without it the solver has a sum.
func finish(p solver.Party, unit int64) solver.Party {
	p.Unit = unit
	top := p.Base
	for _, values := range p.Values {
		if values != nil {
			top += slices.Max(values)
		}
	}
	for k := range p.Tables {
		top += slices.Max(p.Tables[k].Values)
	}
	if top+boxReach(p.Boxes) <= p.Cap || p.Cap > solver.MaxUtility {
		p.Cap = solver.NoCap
	}
	return p
}

// bidAgain adds a reservation that was given as a package up in rounded numbers, so that the package itself is not taken
// for worse than no agreement.
func (s *Space) bidAgain(p *solver.Party, k int) {
	bid := s.Profiles[k].Bid
	if len(bid) == 0 {
		return
	}
	u := p.Base
	for i, values := range p.Values {
		if o := s.Issues[i].Option(bid[s.Issues[i].Name]); o >= 0 && values != nil {
			u += values[o]
		}
	}
	p.Reservation = min(u, p.Cap)
}

// partyIn builds the party with every number turned by whole. It runs twice: once to see all numbers, once to turn them.
func (s *Space) partyIn(k int, whole toWhole) (solver.Party, error) {
	from := &s.Profiles[k]
	p := solver.Party{Values: make([][]int64, len(s.Issues)), Cap: solver.NoCap, Reservation: solver.NoReservation, Unit: 1}
	if from.Constant != nil {
		p.Base = whole.take(from.Constant)
	}
	if from.Cap != nil {
		p.Cap = whole.take(from.Cap)
	}
	if from.Reservation != nil {
		p.Reservation = whole.take(from.Reservation)
	}
	for i := range min(len(from.Weights), len(s.Issues)) {
		var err error
		if p.Values[i], err = s.values(from, i, whole); err != nil {
			return p, err
		}
	}
	var err error
	if p.Tables, err = s.tables(from, whole); err != nil {
		return p, err
	}
	if from.Boxes != nil {
		p.Boxes, err = s.boxes(from, whole)
	}
	return p, err
}

// values turns one issue of a profile: weight × worth, by option. nil when it weighs nothing.
func (s *Space) values(p *Profile, i int, whole toWhole) ([]int64, error) {
	weight := p.Weights[i]
	if weight == nil || weight.Sign() == 0 {
		return nil, nil
	}
	values := make([]int64, len(s.Issues[i].Options))
	if r := s.Issues[i].Range; r != nil && i < len(p.Values) && p.Values[i].Line != nil {
		p.Values[i].Line.spread(weight, r, values, whole)
		return values, nil
	}
	for o := range values {
		worth, ok := s.Worth(p, i, o)
		if !ok {
			return nil, partyError(p, "“%s” of issue “%s” has no value", clip(s.Issues[i].Options[o]), clip(s.Issues[i].Name))
		}
		values[o] = whole.take(new(big.Rat).Mul(weight, worth))
	}
	return values, nil
}

// Worth returns what a profile gives option o of issue i before the weight; ok is false where it gives nothing.
func (s *Space) Worth(p *Profile, i, o int) (worth *big.Rat, ok bool) {
	if i >= len(p.Values) {
		return nil, false
	}
	v := p.Values[i]
	if v.Line == nil {
		if o >= len(v.Table) || v.Table[o] == nil {
			return nil, false
		}
		return v.Table[o], true
	}
	if r := s.Issues[i].Range; r != nil {
		return v.Line.worthAt(r.at(o)), true
	}
	at, ok := exactNumber(s.Issues[i].Options[o])
	if !ok {
		return nil, false
	}
	return v.Line.worthAt(at), true
}

// worthAt returns the line's worth at one number.
func (l *Line) worthAt(at *big.Rat) *big.Rat {
	k, exact := slices.BinarySearchFunc(l.At, at, (*big.Rat).Cmp)
	switch {
	case exact:
		return l.Worth[k]
	case k == 0:
		return l.Worth[0]
	case k == len(l.At):
		return l.Worth[k-1]
	}
	a, b := l.At[k-1], l.At[k]
	share := new(big.Rat).Sub(at, a)
	share.Quo(share, new(big.Rat).Sub(b, a))
	rise := new(big.Rat).Sub(l.Worth[k], l.Worth[k-1])
	return rise.Add(rise.Mul(rise, share), l.Worth[k-1])
}

// spread is weight × worth at every step of a range, one piece of the line after the other.
func (l *Line) spread(weight *big.Rat, r *Range, to []int64, whole toWhole) {
	for o := 0; o < len(to); {
		at := r.at(o)
		next, exact := slices.BinarySearchFunc(l.At, at, (*big.Rat).Cmp)
		if exact {
			next++
		}
		last, step := len(to)-1, new(big.Rat)
		if next < len(l.At) {
			_, last = r.within(r.Low, l.At[next], len(to))
		}
		if next > 0 && next < len(l.At) {
			step.Quo(new(big.Rat).Sub(l.Worth[next], l.Worth[next-1]), new(big.Rat).Sub(l.At[next], l.At[next-1]))
			step.Mul(step, r.Step)
		}
		last = max(last, o)
		whole.run(new(big.Rat).Mul(weight, l.worthAt(at)), step.Mul(step, weight), to[o:last+1])
		o = last + 1
	}
}

// at is the number of step o.
func (r *Range) at(o int) *big.Rat {
	at := new(big.Rat).Mul(r.Step, new(big.Rat).SetInt64(int64(o)))
	return at.Add(at, r.Low)
}

// boxes turns hyper-rectangles: the weights above a box and maxutility are multiplied into its value.
func (s *Space) boxes(p *Profile, whole toWhole) (*solver.Boxes, error) {
	factor := big.NewRat(1, 1)
	if p.Boxes.Most != nil {
		if p.Boxes.Most.Sign() <= 0 {
			return nil, partyError(p, "its maxutility is %s; it must be above 0", p.Boxes.Most.RatString())
		}
		factor.Inv(p.Boxes.Most)
	}
	return boxesTimes(p.Boxes, factor, whole), nil
}

var aggregates = map[string]solver.Aggregate{"sum": solver.Sum, "min": solver.Min, "max": solver.Max}

func boxesTimes(b *Boxes, factor *big.Rat, whole toWhole) *solver.Boxes {
	factor = times(factor, b.Weight)
	to := &solver.Boxes{Aggregate: aggregates[b.Aggregate]}
	if factor.Sign() < 0 {
		to.Aggregate = []solver.Aggregate{solver.Sum: solver.Sum, solver.Min: solver.Max, solver.Max: solver.Min}[to.Aggregate]
	}
	for _, from := range b.Boxes {
		box := solver.Box{Excludes: from.Excludes, Value: whole.take(times(times(factor, from.Value), from.Weight))}
		for _, d := range from.Bounds {
			box.Bounds = append(box.Bounds, solver.Bound(d))
		}
		to.Boxes = append(to.Boxes, box)
	}
	for _, w := range b.Within {
		to.Within = append(to.Within, boxesTimes(w, factor, whole))
	}
	return to
}

// times multiplies; a factor that is not given is 1.
func times(a, b *big.Rat) *big.Rat {
	if b == nil {
		return a
	}
	return new(big.Rat).Mul(a, b)
}

// tables turns interactions into one table for each set of issues that any of them ties together.
func (s *Space) tables(p *Profile, whole toWhole) ([]solver.Table, error) {
	var all []solver.Table
	entries := 0
	for n := range p.Terms {
		t := &p.Terms[n]
		issues, err := s.tied(p, t)
		if err != nil {
			return nil, err
		}
		k := slices.IndexFunc(all, func(o solver.Table) bool { return slices.Equal(o.Issues, issues) })
		if k < 0 {
			size := s.combinations(issues)
			if entries += size; size > solver.MaxTable || entries > maxEntries {
				return nil, partyError(p, "an interaction over %s has too many combinations; choose larger steps", clip(termsIssues(t.When)))
			}
			k = len(all)
			all = append(all, solver.Table{Issues: issues, Values: make([]int64, size)})
		}
		s.pay(&all[k], t, whole.take(big.NewRat(t.Value, 100)))
	}
	return all, nil
}

// tied lists the issues of an interaction by position, ascending.
func (s *Space) tied(p *Profile, t *portsmouth.Interaction) ([]int, error) {
	var issues []int
	for _, w := range t.When {
		i := s.Issue(w.Issue)
		if i < 0 || slices.Contains(issues, i) {
			return nil, partyError(p, "an interaction names issue “%s”, which is not there or stands twice", clip(w.Issue))
		}
		issues = append(issues, i)
	}
	if len(issues) < 2 {
		return nil, partyError(p, "an interaction needs two issues")
	}
	slices.Sort(issues)
	return issues, nil
}

func termsIssues(ts []portsmouth.Term) string {
	all := ""
	for k, t := range ts {
		if k > 0 {
			all += ", "
		}
		all += t.Issue
	}
	return all
}

// combinations is how many there are, and solver.MaxTable+1 for any number beyond that.
func (s *Space) combinations(issues []int) int {
	size := 1
	for _, i := range issues {
		if size *= len(s.Issues[i].Options); size > solver.MaxTable {
			return solver.MaxTable + 1
		}
	}
	return size
}

// pay adds value to every combination in which all terms hold.
func (s *Space) pay(to *solver.Table, t *portsmouth.Interaction, value int64) {
	holds := []int{0} // positions in the table so far, one issue after the other
	for _, i := range to.Issues {
		term := t.When[slices.IndexFunc(t.When, func(w portsmouth.Term) bool { return w.Issue == s.Issues[i].Name })]
		var matching, next []int
		for o, v := range s.Issues[i].Options {
			if term.Matches(v) {
				matching = append(matching, o)
			}
		}
		for _, at := range holds {
			for _, o := range matching {
				next = append(next, at*len(s.Issues[i].Options)+o)
			}
		}
		holds = next
	}
	for _, at := range holds {
		to.Values[at] += value
	}
}
