package scenario

import (
	"math/big"
	"slices"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

// maxNumbers bounds how many values of numeric issues one file spells out over all parties: preferences hold every step.
const maxNumbers = 100_000

// preferences are read only from a file that is sound so far: they lean on every issue.
func (d *decoder) preferences(n *yaml.Node) {
	if len(d.problems) > 0 {
		return
	}
	keys, nodes := d.pairs(n, "preferences")
	for _, party := range keys {
		if !d.party(nodes[party], party) {
			continue
		}
		if d.s.Preferences == nil {
			d.s.Preferences = map[string]*portsmouth.Preferences{}
		}
		d.s.Preferences[party] = d.preferencesOf(nodes[party], party)
	}
}

func (d *decoder) preferencesOf(n *yaml.Node, party string) *portsmouth.Preferences {
	p := &portsmouth.Preferences{Weights: map[string]int64{}, Values: map[string]map[string]int64{}}
	before := len(d.problems)
	d.mapping(n, "the preferences of "+party,
		need("weights", func(n *yaml.Node) { d.weights(n, party, p) }),
		need("values", func(n *yaml.Node) { d.values(n, party, p) }),
		opt("interactions", func(n *yaml.Node) { d.interactions(n, party, p) }),
		opt("reservations", func(n *yaml.Node) { d.reservations(n, party, p) }), // last: read off from the values
	)
	for _, issue := range portsmouth.SortedKeys(p.Weights) {
		if p.Values[issue] == nil && p.Weights[issue] > 0 && len(d.problems) == before {
			d.failf(n, "%s gives weight to issue %s but no values; write values: {%s: {…}}", party, issue, issue)
		}
	}
	return p
}

func (d *decoder) weights(n *yaml.Node, party string, p *portsmouth.Preferences) {
	keys, nodes := d.pairs(n, "weights")
	var sum int64
	for _, id := range keys {
		if d.issueRef(nodes[id], id) == nil {
			continue
		}
		var w int64
		d.hundredths(&w, "a weight")(nodes[id])
		p.Weights[id], sum = w, sum+w
	}
	if sum != 10_000 && len(d.problems) == 0 {
		d.failf(n, "the weights of %s add up to %s; make them add up to 100", party, formatHundredths(sum))
	}
}

func (d *decoder) values(n *yaml.Node, party string, p *portsmouth.Preferences) {
	keys, nodes := d.pairs(n, "values")
	for _, id := range keys {
		i := d.issueRef(nodes[id], id)
		switch {
		case i == nil:
		case i.Kind == portsmouth.Numeric:
			p.Values[id] = d.curve(nodes[id], party, i)
		default:
			p.Values[id] = d.table(nodes[id], party, i)
		}
	}
}

// table reads the value of every option.
func (d *decoder) table(n *yaml.Node, party string, i *portsmouth.Issue) map[string]int64 {
	keys, nodes := d.pairs(n, "the values of issue "+i.ID)
	values := map[string]int64{}
	for _, o := range keys {
		if v, ok := d.choice(nodes[o], i, o); ok {
			var h int64
			d.hundredths(&h, "a value")(nodes[o])
			values[v] = h
		}
	}
	for _, o := range optionIDs(i) {
		if _, ok := values[o]; !ok && nodes != nil {
			d.failf(n, "%s has no value for option %s of issue %s; write %s: 0…100", party, o, i.ID, o)
		}
	}
	return values
}

// choice is settle for a choice that stands as a key.
func (d *decoder) choice(n *yaml.Node, i *portsmouth.Issue, v string) (string, bool) {
	return d.settle(&yaml.Node{Kind: yaml.ScalarNode, Value: v, Line: n.Line, Column: n.Column}, i)
}

// curve reads points and spells out the value of every step between them.
func (d *decoder) curve(n *yaml.Node, party string, i *portsmouth.Issue) map[string]int64 {
	keys, nodes := d.pairs(n, "the values of issue "+i.ID)
	var points []Point
	for _, at := range keys {
		if v, ok := d.choice(nodes[at], i, at); ok {
			pt := Point{At: v}
			d.hundredths(&pt.Value, "a value")(nodes[at])
			points = append(points, pt)
		}
	}
	slices.SortStableFunc(points, func(a, b Point) int { return rat(a.At).Cmp(rat(b.At)) })
	if !d.spans(n, i, points) {
		return nil
	}
	if d.s.Points == nil {
		d.s.Points = map[string]map[string][]Point{}
	}
	if d.s.Points[party] == nil {
		d.s.Points[party] = map[string][]Point{}
	}
	d.s.Points[party][i.ID] = points
	return spell(i.Number, points)
}

// spans refuses points that repeat a number, or that leave the ends of the range without a value, or too many steps.
func (d *decoder) spans(n *yaml.Node, i *portsmouth.Issue, points []Point) bool {
	steps := i.Number.Steps()
	d.numbers += steps
	switch last := i.Number.At(steps - 1); {
	case d.numbers > maxNumbers:
		d.failf(n, "the numeric issues of this file have more than %d values to give over all parties; choose a larger step", maxNumbers)
	case len(points) == 0 || points[0].At != i.Number.At(0) || points[len(points)-1].At != last:
		d.failf(n, "the values of issue %s must be given at %s and at %s, the ends of its range", i.ID, i.Number.At(0), last)
	case repeats(points):
		d.failf(n, "issue %s has two values at one number; keep one", i.ID)
	default:
		return true
	}
	return false
}

func repeats(points []Point) bool {
	for k := 1; k < len(points); k++ {
		if points[k].At == points[k-1].At {
			return true
		}
	}
	return false
}

// spell gives every number of n its value, linear between the points around it.
func spell(n *portsmouth.Number, points []Point) map[string]int64 {
	values := map[string]int64{}
	k := 0
	for step := range n.Steps() {
		at := n.At(step)
		for k+2 < len(points) && rat(at).Cmp(rat(points[k+1].At)) > 0 {
			k++
		}
		values[at] = points[k].Value
		if k+1 < len(points) {
			values[at] = between(at, points[k], points[k+1])
		}
	}
	return values
}

// between is the value at a number on the line from a to b, to the nearest hundredth, halves upwards.
func between(at string, a, b Point) int64 {
	share := new(big.Rat).Quo(new(big.Rat).Sub(rat(at), rat(a.At)), new(big.Rat).Sub(rat(b.At), rat(a.At)))
	v := new(big.Rat).Mul(share, big.NewRat(b.Value-a.Value, 1))
	v.Add(v, big.NewRat(2*a.Value+1, 2))
	return new(big.Int).Div(v.Num(), v.Denom()).Int64()
}

// rat reads a canonical decimal; settle has already refused everything else.
func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return new(big.Rat)
	}
	return r
}

func (d *decoder) reservations(n *yaml.Node, party string, p *portsmouth.Preferences) {
	d.list("reservations", func(n *yaml.Node) { d.reservation(n, p) })(n)
	for k := 1; k < len(p.Reservations) && len(d.problems) == 0; k++ {
		if !p.Reservations[k].From.After(p.Reservations[k-1].From) {
			d.failf(n, "the reservations of %s must stand in the order of their dates", party)
		}
	}
}

func (d *decoder) reservation(n *yaml.Node, p *portsmouth.Preferences) {
	var r portsmouth.Reservation
	value := int64(-1)
	before := len(d.problems)
	d.mapping(n, "a reservation",
		need("from", d.date(&r.From, "from")),
		opt("value", d.hundredths(&value, "the value")),
		opt("drift", d.signedHundredths(&r.Drift, "the drift of a reservation")),
		opt("package", func(n *yaml.Node) { r.Package = d.packageRef(n) }),
		opt("why", d.str(&r.Why, "why")),
	)
	if len(d.problems) > before {
		return
	}
	if r.Package == nil && value < 0 {
		d.failf(n, "a reservation needs a value or a package; write value: 0…100 or package: …")
		return
	}
	r.Value = value
	if r.Package != nil {
		r.Value = p.Utility(r.Package) / 10_000
		if r.Value < 0 || r.Value > 10_000 {
			d.failf(n, "with its interactions the package is worth %s by these weights and values; a reservation is from 0 to 100", formatSigned(r.Value))
			return
		}
		if value >= 0 && value != r.Value {
			d.failf(n, "the package is worth %s by these weights and values, not %s; correct one, or leave “value” out",
				formatHundredths(r.Value), formatHundredths(value))
		}
	}
	p.Reservations = append(p.Reservations, r)
}

// packageRef reads a whole package: the id of a named one, or {base: …, set: {…}}.
func (d *decoder) packageRef(n *yaml.Node) portsmouth.Outcome {
	p := Package{Set: portsmouth.Outcome{}}
	if n.Kind == yaml.ScalarNode {
		d.str(&p.Base, "the package")(n)
	} else {
		d.mapping(n, "a package",
			opt("base", d.str(&p.Base, "the base")),
			opt("set", func(n *yaml.Node) { p.Set = d.outcome(n, "set") }))
	}
	o := p.Set
	if p.Base != "" {
		if !d.base(n, p.Base) {
			return nil
		}
		base, err := d.s.Package(p.Base)
		if err != nil {
			d.failf(n, "%v", err)
			return nil
		}
		o = base.With(p.Set)
	}
	if len(d.problems) == 0 {
		if err := d.s.Agenda.Check(o); err != nil {
			d.failf(n, "no whole, legal package: %v", err)
		}
	}
	return o
}
