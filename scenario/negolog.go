package scenario

import (
	"math/big"
	"slices"

	"gopkg.in/yaml.v3"
)

func sniffNegoLog(raw []byte) (isDomain, isProfile bool) {
	keys := topKeys(raw)
	return false, slices.Contains(keys, "issueWeights") && slices.Contains(keys, "issues")
}

// readNegoLog reads profiles; there is no domain file, the first profile's issues and choices are the domain.
func readNegoLog(files []namedFile) (*Space, error) {
	s := &Space{Format: NegoLog, Scale: 1}
	for _, file := range files {
		f := newFieldFile(file.name, s)
		if root, ok := f.json(file.raw); ok {
			f.logProfile(root, file)
		}
		if err := f.err(); err != nil {
			return nil, err
		}
	}
	once(&s.Readings, "utility is the sum of weight × value over the issues, as NegoLog has it; weights are used as written")
	once(&s.Readings, "there is no domain file: what is to be settled, and in what order, is read from %s", files[0].name)
	return s, nil
}

func (f *fieldFile) logProfile(root *yaml.Node, file namedFile) {
	keys, nodes := f.pairs(root, "the profile")
	if nodes == nil || f.bad() {
		return
	}
	f.others(keys, "reservationValue", "issueWeights", "issues")
	if nodes["issues"] == nil {
		f.failf(root, "the profile needs “issues”")
		return
	}
	if f.space.Issues == nil {
		f.logDomain(nodes["issues"])
	}
	if f.bad() {
		return
	}
	p := Profile{Name: file.base(), File: file.name, Weights: make([]*big.Rat, len(f.space.Issues)), Values: make([]Valuation, len(f.space.Issues))}
	f.eachIssue(root, nodes["issues"], "issues", func(i int, n *yaml.Node) {
		p.Values[i].Table = f.table(i, n, func(n *yaml.Node) *big.Rat {
			r := f.rational(n, "a value")
			f.unit(r)
			return r
		})
	})
	sum := new(big.Rat)
	f.eachIssue(root, nodes["issueWeights"], "issueWeights", func(i int, n *yaml.Node) {
		if p.Weights[i] = f.rational(n, "a weight"); p.Weights[i].Sign() == 0 {
			p.Weights[i] = nil
			return
		}
		sum.Add(sum, p.Weights[i])
	})
	if off := new(big.Rat).Sub(sum, big.NewRat(1, 1)); !f.bad() && off.Abs(off).Cmp(dust) > 0 {
		f.warn("the weights add up to %s, not to 1; they are used as written", shortNumber(sum))
	}
	if r := nodes["reservationValue"]; r != nil && !isNull(r) {
		p.Reservation = f.rational(r, "the reservation value")
	} else {
		p.Reservation = new(big.Rat)
		f.reading("a profile without a reservation value has 0")
	}
	f.space.Profiles = append(f.space.Profiles, p)
}

func (f *fieldFile) logDomain(n *yaml.Node) {
	names, nodes := f.pairs(n, "issues")
	if nodes != nil && len(names) == 0 {
		f.failf(n, "the profile has no issues")
	}
	for _, name := range names {
		options, values := f.pairs(nodes[name], "issue “"+clip(name)+"”")
		if values != nil && len(options) == 0 {
			f.failf(nodes[name], "issue “%s” has no choices", clip(name))
		}
		f.count(nodes[name], len(options))
		f.space.Issues = append(f.space.Issues, SpaceIssue{Name: name, Options: options})
	}
}
