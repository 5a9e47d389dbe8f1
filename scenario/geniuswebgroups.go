package scenario

import (
	"math/big"
	"strings"

	"gopkg.in/yaml.v3"
)

// worthOf returns the exact utility of an outcome, before any ceiling, to a profile that sums over issues and boxes; an
// option of -1 leaves its issue open, which then adds nothing.
func (s *Space) worthOf(p *Profile, index []int) *big.Rat {
	u := new(big.Rat)
	if p.Constant != nil {
		u.Set(p.Constant)
	}
	for i, o := range index {
		if o < 0 || p.Weights[i] == nil {
			continue
		}
		if w, ok := s.Worth(p, i, o); ok {
			u.Add(u, new(big.Rat).Mul(p.Weights[i], w))
		}
	}
	if p.Boxes != nil {
		for k := range p.Boxes.Boxes {
			if b := &p.Boxes.Boxes[k]; b.holds(index) {
				u.Add(u, b.Value)
			}
		}
	}
	return u
}

func (b *Box) holds(index []int) bool {
	for _, d := range b.Bounds {
		if o := index[d.Issue]; o < d.Low || o > d.High {
			return false
		}
	}
	return true
}

// webParts reads groups of issues that are valued together: a group of one is a table, a larger one a box for each
// combination that is worth something.
func (f *fieldFile) webParts(at, n *yaml.Node, p *Profile) {
	if n == nil {
		f.failf(at, "the profile needs “partUtilities”")
		return
	}
	keys, nodes := f.pairs(n, "partUtilities")
	taken := map[string]bool{}
	for _, k := range keys {
		_, part := f.pairs(nodes[k], "a group")
		if inner := part["partsutils"]; inner != nil {
			_, part = f.pairs(inner, "a group")
		}
		issues := f.webGroup(nodes[k], part["issues"], taken)
		list := part["utilslist"]
		if f.bad() {
			return
		}
		if list == nil || list.Kind != yaml.SequenceNode {
			f.failf(nodes[k], "group “%s” needs “utilslist”, a list of values and their utility", clip(k))
			return
		}
		f.webCombinations(list, issues, p)
	}
	if len(taken) != len(f.space.Issues) && !f.bad() {
		f.failf(n, "the groups cover %d issues of %d", len(taken), len(f.space.Issues))
	}
	f.reading("issues in one group are valued together; a combination that is not listed is worth 0, as GeniusWeb has it")
}

func (f *fieldFile) webGroup(at, n *yaml.Node, taken map[string]bool) []int {
	var issues []int
	if n == nil || n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		f.failf(at, "a group needs “issues”, a list, and “utilslist”")
		return nil
	}
	for _, c := range n.Content {
		name, _ := f.scalar(c, "an issue")
		i := f.space.Issue(name)
		if i < 0 {
			f.failf(c, "there is no issue “%s”", clip(name))
			return nil
		}
		f.unique(c, taken, name, "in the groups, issue")
		issues = append(issues, i)
	}
	return issues
}

func (f *fieldFile) webCombinations(list *yaml.Node, issues []int, p *Profile) {
	seen := map[string]bool{}
	if len(issues) == 1 {
		i := issues[0]
		p.Weights[i] = big.NewRat(1, 1)
		p.Values[i].Table = make([]*big.Rat, len(f.space.Issues[i].Options))
		for o := range p.Values[i].Table {
			p.Values[i].Table[o] = new(big.Rat)
		}
	}
	for _, c := range list.Content {
		bounds, worth := f.webCombination(c, issues, seen)
		if f.bad() {
			return
		}
		if len(issues) == 1 {
			p.Values[issues[0]].Table[bounds[0].Low] = worth
			continue
		}
		if p.Boxes == nil {
			p.Boxes = &Boxes{Aggregate: "sum"}
		}
		p.Boxes.Boxes = append(p.Boxes.Boxes, Box{Bounds: bounds, Value: worth})
	}
}

func (f *fieldFile) webCombination(n *yaml.Node, issues []int, seen map[string]bool) ([]Bound, *big.Rat) {
	_, nodes := f.pairs(n, "a combination")
	values, util := nodes["values"], nodes["util"]
	if values == nil || util == nil || values.Kind != yaml.SequenceNode || len(values.Content) != len(issues) {
		f.failf(n, "a combination needs “values”, one for each of %d issues, and “util”", len(issues))
		return nil, nil
	}
	var bounds []Bound
	var key strings.Builder
	for k, c := range values.Content {
		v, _ := f.scalar(c, "a value")
		o := f.space.Issues[issues[k]].Option(v)
		if o < 0 {
			f.failf(c, "“%s” is not a value of issue “%s”", clip(v), clip(f.space.Issues[issues[k]].Name))
			return nil, nil
		}
		bounds = append(bounds, Bound{issues[k], o, o})
		key.WriteString(v + "\x00")
	}
	f.unique(values, seen, key.String(), "combination")
	r := f.rational(util, "a utility")
	f.unit(r)
	return bounds, r
}
