package scenario

import (
	"math/big"
	"slices"

	"gopkg.in/yaml.v3"
)

// masProfile reads one utility function, unwrapping a discount around it.
func (f *fieldFile) masProfile(root *yaml.Node, file namedFile) {
	p := Profile{Name: file.base(), File: file.name, Weights: make([]*big.Rat, len(f.space.Issues)), Values: make([]Valuation, len(f.space.Issues))}
	keys, nodes := f.pairs(root, "the utility function")
	class := f.masClass(root, nodes)
	if slices.Contains(masWraps, class) {
		f.others(keys, "type", "__python_class__", "name", "id", "discount", "factor", "dynamic_reservation", "reserved_value", "ufun", "stability")
		inner := f.masDiscount(root, nodes, class, &p)
		if f.bad() {
			return
		}
		_, within := f.pairs(inner, "the discounted utility function")
		f.masReserved(nodes["reserved_value"], &p)
		f.masInner(within["reserved_value"], nodes["reserved_value"])
		root, nodes = inner, within
		class = f.masClass(inner, within)
	} else {
		f.masReserved(nodes["reserved_value"], &p)
	}
	if !f.bad() {
		f.masFunction(root, nodes, class, &p)
	}
	f.space.Profiles = append(f.space.Profiles, p)
}

// masDiscount reads what wraps a utility function and returns that function.
func (f *fieldFile) masDiscount(n *yaml.Node, nodes map[string]*yaml.Node, class string, p *Profile) *yaml.Node {
	if class != "ExpDiscountedUFun" {
		f.refuse("negmas-kind", "a %s is not exponential; only ExpDiscountedUFun is read", clip(class))
		return nil
	}
	if nodes["ufun"] == nil {
		f.failf(n, "a discounted utility function needs the function that it discounts, “ufun”")
		return nil
	}
	if d := nodes["discount"]; d != nil && !isNull(d) {
		r := f.masNumber(d, "the discount")
		one := big.NewRat(1, 1)
		switch {
		case f.bad() || r.Cmp(one) == 0:
		case r.Sign() <= 0 || r.Cmp(one) > 0:
			f.refuse("negmas-discount", "a discount of %s makes waiting pay or every agreement worthless; it must be above 0 and at most 1", shortNumber(r))
		default:
			p.Discount = &Discount{Factor: r, Per: f.masFactor(nodes["factor"])}
		}
	}
	if v := nodes["dynamic_reservation"]; v != nil && v.Value == "false" {
		p.Notes = append(p.Notes, fixedReservation)
	}
	return nodes["ufun"]
}

// fixedReservation is the note of a profile whose discount leaves the reservation alone.
const fixedReservation = "the worth of no agreement is not discounted"

func (f *fieldFile) masFactor(n *yaml.Node) string {
	if n == nil || isNull(n) || n.Value == "step" {
		once(&f.space.Warnings, "discounts are taken once for every step, as NegMAS has it; GENIUS takes the same number once over the whole session")
		return "step"
	}
	if n.Value != "relative_time" {
		f.refuse("negmas-discount", "a discount by “%s” is not read; write factor: step or factor: relative_time", clip(n.Value))
	}
	return "session"
}

// masReserved reads the worth of no agreement: a number, or none where anything is better than no agreement.
func (f *fieldFile) masReserved(n *yaml.Node, p *Profile) {
	switch {
	case n == nil || isNull(n) || slices.Contains([]string{"-.inf", "-.Inf", "-.INF", "-inf"}, n.Value):
		f.reading("a reserved value of minus infinity, or none, means that any agreement is better than none")
	case slices.Contains([]string{".nan", ".NaN", ".inf", "+.inf", ".Inf", ".NAN"}, n.Value):
		f.failf(n, "a reserved value of “%s” leaves nothing to agree on; write a number, or -.inf for none", n.Value)
	default:
		p.Reservation = f.masNumber(n, "the reserved value")
	}
}

// masInner warns where the function within a discount has another reserved value than the discount, whose own counts.
func (f *fieldFile) masInner(inner, outer *yaml.Node) {
	if inner != nil && inner.Kind == yaml.ScalarNode && (outer == nil || outer.Value != inner.Value) {
		f.warn("the function within the discount has a reserved value of its own (%s); NegMAS and this reading use the outer one", clip(inner.Value))
	}
}

func (f *fieldFile) masFunction(n *yaml.Node, nodes map[string]*yaml.Node, class string, p *Profile) {
	keys, _ := f.pairs(n, "the utility function")
	f.others(keys, "type", "__python_class__", "name", "id", "weights", "values", "bias", "reserved_value", "value", "outcome_space", "stability")
	if b := nodes["bias"]; b != nil && !isNull(b) {
		if r := f.masNumber(b, "the bias"); r.Sign() != 0 {
			p.Constant = r
		}
	}
	switch class {
	case "LinearAdditiveUtilityFunction", "LinearUtilityAggregationFunction":
		f.masWeights(nodes["weights"], big.NewRat(1, 1), p)
		f.masValues(n, nodes["values"], p)
	case "AffineUtilityFunction", "LinearUtilityFunction":
		f.masWeights(nodes["weights"], big.NewRat(1, int64(len(f.space.Issues))), p)
		for i := range f.space.Issues {
			p.Values[i] = f.polynomial(n, i, new(big.Rat), big.NewRat(1, 1))
		}
	case "ConstUtilityFunction":
		if nodes["value"] == nil {
			f.failf(n, "a %s needs its “value”", class)
			return
		}
		p.Constant = f.masNumber(nodes["value"], "the value")
	default:
		f.refuse("negmas-kind", "a utility function of type %s is not read; write it as a LinearAdditiveUtilityFunction, which sums over the issues", clip(class))
	}
}

// perIssue finds the entry of every issue in a list in the domain's order, or in a mapping by name; nil where a mapping
// leaves one out.
func (f *fieldFile) perIssue(n *yaml.Node, what string) []*yaml.Node {
	found := make([]*yaml.Node, len(f.space.Issues))
	if n.Kind == yaml.MappingNode {
		keys, nodes := f.pairs(n, what)
		for _, k := range keys {
			if i := f.space.Issue(k); i >= 0 {
				found[i] = nodes[k]
			} else {
				f.failf(nodes[k], "%s: there is no issue “%s”", what, clip(k))
			}
		}
		return found
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) != len(found) {
		f.failf(n, "%s must be a list of %d, one for each issue in the domain's order", what, len(found))
		return nil
	}
	copy(found, n.Content)
	return found
}

func (f *fieldFile) masWeights(n *yaml.Node, without *big.Rat, p *Profile) {
	if n == nil || isNull(n) {
		for i := range p.Weights {
			p.Weights[i] = without
		}
		f.reading("where no weights are given, each is %s, as in NegMAS", without.RatString())
		return
	}
	for i, c := range f.perIssue(n, "the weights") {
		p.Weights[i] = without
		if c != nil {
			p.Weights[i] = f.masNumber(c, "a weight")
		}
		if p.Weights[i].Sign() == 0 {
			p.Weights[i] = nil
		}
	}
}

func (f *fieldFile) masValues(at, n *yaml.Node, p *Profile) {
	if n == nil || isNull(n) {
		f.failf(at, "the utility function needs “values”, one for each issue")
		return
	}
	for i, c := range f.perIssue(n, "the values") {
		if f.bad() {
			return
		}
		if c == nil { // NegMAS takes the identity where a mapping leaves an issue out
			p.Values[i] = f.polynomial(n, i, new(big.Rat), big.NewRat(1, 1))
			continue
		}
		p.Values[i] = f.masValue(c, i)
	}
}

// masValue reads the function of one issue.
func (f *fieldFile) masValue(n *yaml.Node, i int) Valuation {
	if n.Kind != yaml.MappingNode {
		f.failf(n, "the values of issue “%s” must be a function: {type: TableFun, mapping: …}", clip(f.space.Issues[i].Name))
		return Valuation{}
	}
	if nodes := plainKeys(n); nodes["type"] == nil && nodes["__python_class__"] == nil {
		return Valuation{Table: f.masTable(n, i)} // a bare mapping is a table to NegMAS
	}
	_, nodes := f.pairs(n, "the values of an issue")
	if nodes == nil {
		return Valuation{}
	}
	number := func(key string, without int64) *big.Rat {
		if c := nodes[key]; c != nil && !isNull(c) {
			return f.masNumber(c, key)
		}
		return big.NewRat(without, 1)
	}
	switch class := f.masClass(n, nodes); class {
	case "TableFun":
		if nodes["mapping"] == nil {
			f.failf(n, "a TableFun needs its “mapping”")
			return Valuation{}
		}
		return Valuation{Table: f.masTable(nodes["mapping"], i)}
	case "AffineFun", "LinearFun":
		return f.polynomial(n, i, number("bias", 0), number("slope", 0))
	case "IdentityFun":
		return f.polynomial(n, i, new(big.Rat), big.NewRat(1, 1))
	case "ConstFun":
		return f.polynomial(n, i, number("bias", 0))
	case "QuadraticFun":
		return f.polynomial(n, i, number("bias", 0), number("a1", 0), number("a2", 0))
	default:
		f.refuse("negmas-kind", "values of type %s are not read; write those of issue “%s” as a TableFun", clip(class), clip(f.space.Issues[i].Name))
	}
	return Valuation{}
}

// plainKeys looks keys up in a mapping that may have keys of any type.
func plainKeys(n *yaml.Node) map[string]*yaml.Node {
	nodes := map[string]*yaml.Node{}
	for k := 0; k+1 < len(n.Content); k += 2 {
		nodes[n.Content[k].Value] = n.Content[k+1]
	}
	return nodes
}

// masTable reads a mapping whose keys are compared by type, as Python does. What it leaves out stays without a number,
// see prune.
func (f *fieldFile) masTable(n *yaml.Node, i int) []*big.Rat {
	issue := &f.space.Issues[i]
	if n.Kind != yaml.MappingNode {
		f.failf(n, "the mapping of issue “%s” must be a mapping from value to number", clip(issue.Name))
		return nil
	}
	at := issue.pythonKeys()
	table := make([]*big.Rat, len(issue.Options))
	for k := 0; k+1 < len(n.Content) && !f.full(); k += 2 {
		_, key := pythonScalar(n.Content[k])
		o, ok := at[key]
		switch {
		case n.Content[k].Kind != yaml.ScalarNode || !ok:
			f.failf(n.Content[k], "“%s” is not a value of issue “%s”%s", clip(n.Content[k].Value), clip(issue.Name), f.near(n.Content[k].Value, issue.Options))
		case table[o] != nil:
			f.failf(n.Content[k], "“%s” stands twice; keep one", clip(n.Content[k].Value))
		default:
			table[o] = f.masNumber(n.Content[k+1], "a value")
		}
	}
	return table
}

// pythonKeys gives the position of each option by the key of pythonScalar.
func (i *SpaceIssue) pythonKeys() map[string]int {
	at := make(map[string]int, len(i.Options))
	for o, v := range i.Options {
		n := yaml.Node{Value: v}
		if i.Range == nil && (i.Kinds == nil || i.Kinds[o] == Text) {
			n.Style = yaml.DoubleQuotedStyle
		}
		_, key := pythonScalar(&n)
		at[key] = o
	}
	return at
}

// polynomial gives an issue of numbers the worth Σ coefficient × number^k: a line over a range where it is one, else a
// table.
func (f *fieldFile) polynomial(n *yaml.Node, i int, coefficients ...*big.Rat) Valuation {
	issue := &f.space.Issues[i]
	at := func(x *big.Rat) *big.Rat {
		sum := new(big.Rat)
		for k := len(coefficients) - 1; k >= 0; k-- {
			sum.Add(sum.Mul(sum, x), coefficients[k])
		}
		return sum
	}
	if issue.Range != nil && len(coefficients) <= 2 {
		l := &Line{At: []*big.Rat{issue.Range.Low}, Worth: []*big.Rat{at(issue.Range.Low)}, Form: "affine"}
		if issue.Range.High.Cmp(issue.Range.Low) > 0 {
			l.At, l.Worth = append(l.At, issue.Range.High), append(l.Worth, at(issue.Range.High))
		}
		return Valuation{Line: l}
	}
	table := make([]*big.Rat, len(issue.Options))
	for o, v := range issue.Options {
		x, ok := exactNumber(v)
		isNumber := issue.Range != nil || issue.Kinds != nil && (issue.Kinds[o] == Whole || issue.Kinds[o] == Decimal)
		if (!ok || !isNumber) && len(coefficients) > 1 {
			f.failf(n, "value “%s” of issue “%s” is text, so no formula gives its worth; write a TableFun", clip(v), clip(issue.Name))
			return Valuation{}
		}
		if !ok {
			x = new(big.Rat)
		}
		table[o] = at(x)
	}
	return Valuation{Table: table}
}
