package scenario

import (
	"math/big"
	"strings"

	"portsmouth"
)

// geniusProfile is one profile on its way into the space.
type geniusProfile struct {
	*geniusReader
	file    string
	party   string
	root    *element
	issues  []*geniusIssue // by issue of the domain; nil where the profile does not have it
	weights map[string]*big.Rat
	to      Profile
	largest []*big.Rat // by issue: what its evaluations are divided by; nil for a number
	told    map[string]bool
}

var one = big.NewRat(1, 1)

func (r *geniusReader) profile(f namedFile, root *element) error {
	p := &geniusProfile{geniusReader: r, file: f.name, party: f.base(), root: root, weights: map[string]*big.Rat{}, told: map[string]bool{}}
	p.to = Profile{Name: p.party, File: f.name, Cap: one}
	kind := strings.ToLower(root.attr("type"))
	if kind == "constraint" {
		return portsmouth.Refuse("space-kind", "%s is a constraint profile (ranks and zero-outcome rules, GENIUS's Railway domain); those are not imported", f.name)
	}
	if err := p.match(); err != nil {
		return err
	}
	var err error
	if kind == "nonlinear" {
		err = p.nonlinear()
	} else {
		err = p.additive()
	}
	if err != nil {
		return err
	}
	if err := p.outside(); err != nil {
		return err
	}
	if kind == "uncertain" {
		p.uncertain()
	}
	p.compare()
	r.space.Profiles = append(r.space.Profiles, p.to)
	return nil
}

// match finds the profile's issue for each of the domain's, by index as GENIUS does, and refuses a profile that is for
// another domain.
func (p *geniusProfile) match() error {
	own, err := issuesOf(p.file, p.root)
	if err != nil {
		return err
	}
	p.issues = make([]*geniusIssue, len(p.geniusReader.issues))
	for k := range own {
		i := &own[k]
		at := p.position(i.index)
		if at < 0 {
			return geniusError(p.file, i.element, "the domain has no issue with the index %s (“%s” here); this profile is for another domain", clip(i.index), clip(i.name))
		}
		of := p.geniusReader.issues[at]
		if i.kind != of.kind {
			return geniusError(p.file, i.element, "issue “%s” is %s here and %s in the domain; this profile is for another domain", clip(i.name), i.kind, of.kind)
		}
		if !strings.EqualFold(i.name, of.name) {
			p.warn("%s calls the issue with index %s “%s”, the domain “%s”; the index counts", p.file, i.index, clip(i.name), clip(of.name))
		}
		p.issues[at] = i
	}
	top, err := objectiveOf(p.file, p.root)
	if err != nil {
		return err
	}
	return p.collectWeights(top)
}

// position returns where in the domain the issue of that index stands, or -1.
func (r *geniusReader) position(index string) int {
	for k := range r.issues {
		if r.issues[k].index == index {
			return k
		}
	}
	return -1
}

func (p *geniusProfile) collectWeights(at *element) error {
	for _, e := range at.children {
		switch e.name {
		case "objective":
			if err := p.collectWeights(e); err != nil {
				return err
			}
		case "weight":
			w, ok, err := e.number(p.file, "value")
			if err != nil {
				return err
			}
			if !ok {
				return geniusError(p.file, e, "a weight has no value")
			}
			if w.Sign() < 0 {
				return geniusError(p.file, e, "the weight of index %s is %s; a weight cannot be below 0", clip(e.attr("index")), e.attr("value"))
			}
			p.weights[canonicalIndex(e.attr("index"))] = w
		}
	}
	return nil
}

// additive reads weights and evaluations.
func (p *geniusProfile) additive() error {
	n := len(p.issues)
	p.to.Weights, p.to.Values, p.largest = make([]*big.Rat, n), make([]Valuation, n), make([]*big.Rat, n)
	sum := new(big.Rat)
	for k, of := range p.geniusReader.issues {
		w := p.weights[of.index]
		if w == nil {
			p.warn("%s gives issue “%s” no weight, so it counts for nothing; GENIUS calls such a profile incomplete", p.file, clip(of.name))
			continue
		}
		if p.issues[k] == nil {
			return geniusError(p.file, p.root, "issue “%s” of the domain has a weight and no evaluations; this profile is incomplete, or for another domain", clip(of.name))
		}
		sum.Add(sum, w)
		p.to.Weights[k] = w
		var err error
		if of.kind == "discrete" {
			p.to.Values[k].Table, err = p.table(k)
		} else {
			p.to.Values[k].Line, err = p.line(p.issues[k])
		}
		if err != nil {
			return err
		}
	}
	if off := new(big.Rat).Sub(sum, one); off.Abs(off).Cmp(big.NewRat(1, 1_000_000)) > 0 {
		p.warn("the weights of %s add up to %s; they are used as they are", p.file, sum.FloatString(6))
	}
	if sum.Cmp(one) > 0 {
		p.say("a utility above 1 counts as 1, as in GENIUS")
	}
	return nil
}

// nothing is what GENIUS takes for no evaluation at all.
var nothing = big.NewRat(1, 100_000)

// table reads the evaluations of a discrete issue and divides them by the largest.
func (p *geniusProfile) table(k int) ([]*big.Rat, error) {
	i, options := p.issues[k], p.space.Issues[k].Options
	given, err := p.evaluations(i)
	if err != nil {
		return nil, err
	}
	largest := new(big.Rat)
	table := make([]*big.Rat, len(options))
	for o, v := range options {
		e, ok := given[v]
		switch {
		case !ok:
			return nil, geniusError(p.file, i.element, "“%s” of issue “%s” has no evaluation; GENIUS calls such a profile incomplete: give it a number, or check that the profile is for this domain", clip(v), clip(i.name))
		case e.Cmp(largest) > 0:
			largest = e
		}
		table[o] = e
		delete(given, v)
	}
	for _, v := range portsmouth.SortedKeys(given) {
		return nil, geniusError(p.file, i.element, "“%s” of issue “%s” is not in the domain; this profile is for another domain", clip(v), clip(i.name))
	}
	p.largest[k] = largest
	return p.divide(i, table, largest), nil
}

// evaluations reads the direct items only: GENIUS's similarity functions hold items with other numbers.
func (p *geniusProfile) evaluations(i *geniusIssue) (map[string]*big.Rat, error) {
	given := map[string]*big.Rat{}
	for _, item := range i.all("item") {
		e, ok, err := item.number(p.file, "evaluation")
		if err != nil {
			return nil, err
		}
		if ok {
			given[item.attr("value")] = e
		}
	}
	return given, nil
}

func (p *geniusProfile) divide(i *geniusIssue, table []*big.Rat, largest *big.Rat) []*big.Rat {
	if largest.Cmp(nothing) < 0 {
		p.warn("no evaluation of issue “%s” in %s reaches 0.00001, so all count as 0, as in GENIUS", clip(i.name), p.file)
		for o := range table {
			table[o] = new(big.Rat)
		}
		return table
	}
	if largest.Cmp(one) != 0 {
		p.say("each evaluation is divided by the largest of its issue, as GENIUS does")
	}
	for o := range table {
		table[o] = new(big.Rat).Quo(table[o], largest)
	}
	return table
}

// line reads the evaluator of a number.
func (p *geniusProfile) line(i *geniusIssue) (*Line, error) {
	e := i.child("evaluator")
	if e == nil && i.kind == "integer" {
		p.warn("issue “%s” in %s has no evaluator, so all its numbers are worth 0, as in GENIUS", clip(i.name), p.file)
		return flat(new(big.Rat), "constant"), nil
	}
	if e == nil {
		return nil, geniusError(p.file, i.element, "real issue “%s” has no evaluator", clip(i.name))
	}
	if i.kind == "integer" && e.attr("slope") != "" {
		n, err := p.numbers(e, "slope", "offset")
		if err != nil {
			return nil, err
		}
		p.say("an integer is worth slope × (number − lowerbound) + offset, within 0 to 1, as in GENIUS")
		return straight(n[0], new(big.Rat).Sub(n[1], new(big.Rat).Mul(n[0], i.low))), nil
	}
	if i.kind == "integer" {
		p.warn("the evaluator of integer issue “%s” in %s has no slope; its parameters are read as those of a real issue, where GENIUS reads none", clip(i.name), p.file)
	}
	return p.realLine(i, e)
}

func (p *geniusProfile) realLine(i *geniusIssue, e *element) (*Line, error) {
	switch form := strings.ToLower(e.attr("ftype")); form {
	case "linear":
		n, err := p.numbers(e, "parameter1", "parameter0")
		if err != nil {
			return nil, err
		}
		p.say("a real number is worth parameter1 × number + parameter0, within 0 to 1, as in GENIUS")
		return straight(n[0], n[1]), nil
	case "constant":
		n, err := p.numbers(e, "parameter0")
		if err != nil {
			return nil, err
		}
		return flat(n[0], "constant"), nil
	case "triangular":
		n, err := p.numbers(e, "parameter0", "parameter2", "parameter1")
		if err != nil {
			return nil, err
		}
		if n[0].Cmp(n[1]) >= 0 || n[1].Cmp(n[2]) >= 0 {
			return nil, geniusError(p.file, e, "a triangular evaluator rises from parameter0 to parameter2 and falls to parameter1; here they are not in that order")
		}
		return &Line{At: n, Worth: []*big.Rat{new(big.Rat), one, new(big.Rat)}, Form: "triangular"}, nil
	default:
		return nil, geniusError(p.file, e, "issue “%s” has an evaluator “%s”; linear, constant and triangular are known", clip(i.name), clip(form))
	}
}

// numbers reads attributes that must all be there.
func (p *geniusProfile) numbers(e *element, names ...string) ([]*big.Rat, error) {
	all := make([]*big.Rat, len(names))
	for k, name := range names {
		n, ok, err := e.number(p.file, name)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, geniusError(p.file, e, "the evaluator needs %s", strings.Join(names, " and "))
		}
		all[k] = n
	}
	return all, nil
}

func flat(worth *big.Rat, form string) *Line {
	return &Line{At: []*big.Rat{new(big.Rat)}, Worth: []*big.Rat{worth}, Form: form}
}

// straight is slope × number + offset held within 0 to 1: a line between the numbers at which it would leave that range.
func straight(slope, offset *big.Rat) *Line {
	if slope.Sign() == 0 {
		return flat(clamp(offset), "linear")
	}
	zero := new(big.Rat).Quo(new(big.Rat).Neg(offset), slope)
	full := new(big.Rat).Quo(new(big.Rat).Sub(one, offset), slope)
	if slope.Sign() < 0 {
		return &Line{At: []*big.Rat{full, zero}, Worth: []*big.Rat{one, new(big.Rat)}, Form: "linear"}
	}
	return &Line{At: []*big.Rat{zero, full}, Worth: []*big.Rat{new(big.Rat), one}, Form: "linear"}
}

func clamp(r *big.Rat) *big.Rat {
	switch {
	case r.Sign() < 0:
		return new(big.Rat)
	case r.Cmp(one) > 0:
		return one
	}
	return r
}

// outside reads what stands beside the objective: the reservation value and the discount.
func (p *geniusProfile) outside() error {
	p.to.Reservation = new(big.Rat)
	if e := p.root.child("reservation"); e != nil {
		r, ok, err := e.number(p.file, "value")
		if err != nil {
			return err
		}
		if ok && new(big.Rat).Abs(r).Cmp(one) > 0 {
			return geniusError(p.file, e, "the reservation value is %s, on a scale that the file does not state; GENIUS takes it from 0 to 1: write it so, or leave it out", e.attr("value"))
		}
		if ok {
			p.to.Reservation = r
		}
		if ok && r.Sign() < 0 {
			p.warn("the reservation value of %s is below 0, so any agreement is better than none", p.file)
		}
	}
	e := p.root.child("discount_factor")
	if e == nil {
		return nil
	}
	d, ok, err := e.number(p.file, "value")
	switch {
	case err != nil:
		return err
	case !ok || d.Cmp(one) == 0:
	case d.Sign() <= 0 || d.Cmp(one) > 0:
		p.say("the discount factor %s of %s means none, as in GENIUS", e.attr("value"), p.file)
	default:
		p.to.Discount = &Discount{Factor: d, Per: "session"}
	}
	return nil
}

// uncertainWords say what the children of a profile of the type UNCERTAIN mean.
var uncertainWords = [][2]string{
	{"comparisons", "GENIUS shows this party so many packages in order, not the numbers: "},
	{"errors", "of the order shown, so many pairs are wrong: "},
	{"elicitation_cost", "asking for the place of another package costs "},
	{"fixed_seed", "the packages shown are drawn with the seed "},
	{"experimental", "marked experimental: "},
}

// uncertain notes how much of the profile its party would be shown.
func (p *geniusProfile) uncertain() {
	for _, w := range uncertainWords {
		if e := p.root.child(w[0]); e != nil && strings.TrimSpace(e.text) != "" {
			p.to.Notes = append(p.to.Notes, w[1]+clip(strings.TrimSpace(e.text)))
		}
	}
	p.say("a profile that GENIUS shows its party only in part is read in full: %s", p.file)
}
