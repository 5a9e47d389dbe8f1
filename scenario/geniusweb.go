package scenario

import (
	"math/big"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// The kinds of profile that GeniusWeb knows, each the one key of its file.
const (
	webAdditive = "LinearAdditiveUtilitySpace"
	webGroups   = "SumOfGroupsUtilitySpace"
	webOrdering = "DefaultPartialOrdering"
)

func sniffGeniusWeb(raw []byte) (isDomain, isProfile bool) {
	for _, k := range topKeys(raw) {
		isDomain = isDomain || k == "issuesValues"
		isProfile = isProfile || k == webAdditive || k == webGroups || k == webOrdering
	}
	return isDomain && !isProfile, isProfile
}

// readGeniusWeb reads a domain and its profiles, or profiles alone, since each repeats its domain.
func readGeniusWeb(files []namedFile) (*Space, error) {
	s := &Space{Format: GeniusWeb, Scale: 1}
	for _, file := range files {
		f := newFieldFile(file.name, s)
		root, ok := f.json(file.raw)
		if ok {
			f.webFile(root, file)
		}
		if err := f.err(); err != nil {
			return nil, err
		}
	}
	once(&s.Readings, "utility is the sum of weight × utility over the issues, from 0 to 1, as GeniusWeb has it; nothing is divided by a maximum")
	return s, nil
}

func (f *fieldFile) webFile(root *yaml.Node, file namedFile) {
	keys, nodes := f.pairs(root, "the file")
	if f.bad() {
		return
	}
	if nodes["issuesValues"] != nil {
		f.webDomain(root)
		return
	}
	for _, kind := range []string{webAdditive, webGroups, webOrdering} {
		if nodes[kind] != nil {
			f.others(keys, kind)
			f.webProfile(nodes[kind], kind, file)
			return
		}
	}
	f.failf(root, "this is neither a domain (“issuesValues”) nor a profile (“%s”)", webAdditive)
}

// webDomain reads what is to be settled. The first that is read is the space's; each profile repeats it and must agree.
func (f *fieldFile) webDomain(n *yaml.Node) {
	keys, nodes := f.pairs(n, "the domain")
	if nodes == nil || f.bad() {
		return
	}
	f.others(keys, "name", "issuesValues")
	var name string
	if nodes["name"] != nil {
		f.str(&name, "the domain's name")(nodes["name"])
	}
	if nodes["issuesValues"] == nil {
		f.failf(n, "the domain needs “issuesValues”")
		return
	}
	var issues []SpaceIssue
	names, values := f.pairs(nodes["issuesValues"], "issuesValues")
	if len(names) == 0 {
		f.failf(nodes["issuesValues"], "the domain has no issues")
	}
	for _, i := range names {
		issues = append(issues, f.webIssue(i, values[i]))
	}
	switch {
	case f.bad():
	case f.space.Issues == nil:
		f.space.Name, f.space.Issues = name, issues
	default:
		f.webSame(n, issues)
	}
}

func (f *fieldFile) webIssue(name string, n *yaml.Node) SpaceIssue {
	issue := SpaceIssue{Name: name}
	_, nodes := f.pairs(n, "issue “"+clip(name)+"”")
	if nodes == nil {
		return issue
	}
	if r := nodes["range"]; r != nil {
		if r.Kind != yaml.SequenceNode || len(r.Content) != 3 {
			f.failf(r, "the range of issue “%s” must be three numbers: low, high and step", clip(name))
			return issue
		}
		low, high, step := f.rational(r.Content[0], "the low end"), f.rational(r.Content[1], "the high end"), f.rational(r.Content[2], "the step")
		if f.bad() {
			return issue
		}
		return f.rangeIssue(r, name, low, high, step)
	}
	v := nodes["values"]
	if v == nil || v.Kind != yaml.SequenceNode || len(v.Content) == 0 {
		f.failf(n, "issue “%s” needs “values”, a list, or “range”, three numbers", clip(name))
		return issue
	}
	f.count(v, len(v.Content))
	seen := map[string]bool{}
	for _, c := range v.Content {
		if value, ok := f.scalar(c, "a value"); ok {
			f.unique(c, seen, value, "value")
			issue.Options = append(issue.Options, value)
		}
	}
	return issue
}

// webSame compares the domain that a profile repeats with the one known.
func (f *fieldFile) webSame(n *yaml.Node, issues []SpaceIssue) {
	if len(issues) != len(f.space.Issues) {
		f.failf(n, "the domain here has %d issues, that of the other files has %d", len(issues), len(f.space.Issues))
		return
	}
	for k := range issues {
		i := f.space.Issue(issues[k].Name)
		if i < 0 {
			f.failf(n, "the domain here has an issue “%s” that the other files do not have", clip(issues[k].Name))
			return
		}
		a, b := slices.Sorted(slices.Values(issues[k].Options)), slices.Sorted(slices.Values(f.space.Issues[i].Options))
		if !slices.Equal(a, b) {
			f.failf(n, "issue “%s” has other values here than in the other files", clip(issues[k].Name))
			return
		}
	}
}

func (f *fieldFile) webProfile(n *yaml.Node, kind string, file namedFile) {
	if kind == webOrdering {
		f.refuse("geniusweb-kind", "a %s only ranks some bids and gives no utilities; write the profile as a %s", kind, webAdditive)
		return
	}
	keys, nodes := f.pairs(n, "the profile")
	if nodes == nil || f.bad() {
		return
	}
	if nodes["domain"] == nil {
		f.failf(n, "the profile needs its “domain”")
		return
	}
	f.numbers = 0
	f.webDomain(nodes["domain"])
	if f.bad() {
		return
	}
	p := Profile{Name: file.base(), File: file.name, Weights: make([]*big.Rat, len(f.space.Issues)), Values: make([]Valuation, len(f.space.Issues))}
	if kind == webGroups {
		f.others(keys, "name", "domain", "partUtilities", "reservationBid")
		f.webParts(n, nodes["partUtilities"], &p)
	} else {
		f.others(keys, "name", "domain", "issueUtilities", "issueWeights", "reservationBid")
		f.webValues(n, nodes["issueUtilities"], &p)
		f.webWeights(n, nodes["issueWeights"], &p)
	}
	if bid := nodes["reservationBid"]; bid != nil && !isNull(bid) && !f.bad() {
		f.webBid(bid, &p)
	}
	f.space.Profiles = append(f.space.Profiles, p)
}

// eachIssue walks a mapping that must have every issue of the domain and no other.
func (f *fieldFile) eachIssue(at, n *yaml.Node, what string, read func(i int, n *yaml.Node)) {
	if n == nil {
		f.failf(at, "the profile needs “%s”", what)
		return
	}
	keys, nodes := f.pairs(n, what)
	if nodes == nil {
		return
	}
	issues := make([]string, len(f.space.Issues))
	for i := range f.space.Issues {
		issues[i] = f.space.Issues[i].Name
		if nodes[issues[i]] == nil {
			f.failf(n, "%s lacks issue “%s”", what, clip(issues[i]))
		}
	}
	for _, k := range keys {
		if i := slices.Index(issues, k); i >= 0 {
			read(i, nodes[k])
		} else {
			f.failf(nodes[k], "%s: there is no issue “%s”%s", what, clip(k), f.near(k, issues))
		}
	}
}

func (f *fieldFile) webWeights(at, n *yaml.Node, p *Profile) {
	sum := new(big.Rat)
	f.eachIssue(at, n, "issueWeights", func(i int, n *yaml.Node) {
		w := f.rational(n, "a weight")
		sum.Add(sum, w)
		if w.Sign() != 0 {
			p.Weights[i] = w
		}
	})
	if !f.bad() && sum.Cmp(big.NewRat(1, 1)) != 0 {
		f.warn("the weights add up to %s, not to 1; they are used as written, where GeniusWeb refuses the file", decimalText(sum))
	}
}

func (f *fieldFile) webValues(at, n *yaml.Node, p *Profile) {
	f.eachIssue(at, n, "issueUtilities", func(i int, n *yaml.Node) {
		keys, nodes := f.pairs(n, "the utilities of an issue")
		for _, k := range keys {
			switch k {
			case "discreteutils", "DiscreteValueSetUtilities":
				f.newer(k)
				p.Values[i].Table = f.webTable(i, nodes[k])
				return
			case "numberutils", "NumberValueSetUtilities":
				f.newer(k)
				p.Values[i].Line = f.webLine(i, nodes[k])
				return
			}
		}
		f.failf(n, "issue “%s” needs “DiscreteValueSetUtilities” or “NumberValueSetUtilities”", clip(f.space.Issues[i].Name))
	})
}

// newer warns of names that only newer readers know.
func (f *fieldFile) newer(key string) {
	if strings.HasSuffix(key, "ValueSetUtilities") {
		once(&f.space.Warnings, "the profiles use the names of 2022 (“%s”); NegMAS 0.15 reads only the older ones", key)
	}
}

func (f *fieldFile) webTable(i int, n *yaml.Node) []*big.Rat {
	_, nodes := f.pairs(n, "the utilities of an issue")
	if nodes["valueUtilities"] == nil {
		f.failf(n, "issue “%s” needs “valueUtilities”", clip(f.space.Issues[i].Name))
		return nil
	}
	return f.table(i, nodes["valueUtilities"], func(n *yaml.Node) *big.Rat {
		r := f.rational(n, "a utility")
		f.unit(r)
		return r
	})
}

// table reads a mapping from every option of an issue to a number.
func (f *fieldFile) table(i int, n *yaml.Node, number func(*yaml.Node) *big.Rat) []*big.Rat {
	issue := &f.space.Issues[i]
	keys, nodes := f.pairs(n, "the values of an issue")
	if nodes == nil {
		return nil
	}
	at := positions(issue.Options)
	table := make([]*big.Rat, len(issue.Options))
	for _, k := range keys {
		o, ok := at[k]
		if !ok {
			f.failf(nodes[k], "“%s” is not a value of issue “%s”%s", clip(k), clip(issue.Name), f.near(k, issue.Options))
			continue
		}
		table[o] = number(nodes[k])
	}
	for o, r := range table {
		if r == nil && !f.full() {
			f.failf(n, "value “%s” of issue “%s” has no utility; write one, 0 if it is worth nothing", clip(issue.Options[o]), clip(issue.Name))
		}
	}
	return table
}

func positions(options []string) map[string]int {
	at := make(map[string]int, len(options))
	for o, v := range options {
		at[v] = o
	}
	return at
}

// unit warns of a utility that the tools would not take.
func (f *fieldFile) unit(r *big.Rat) {
	if r.Sign() < 0 || r.Cmp(big.NewRat(1, 1)) > 0 {
		f.warn("some utilities lie outside 0 to 1; they are used as written, where %s refuses or misreads the file", toolNames[f.space.Format])
	}
}

func (f *fieldFile) webLine(i int, n *yaml.Node) *Line {
	issue := &f.space.Issues[i]
	_, nodes := f.pairs(n, "the utilities of an issue")
	if nodes == nil {
		return nil
	}
	var v [4]*big.Rat
	for k, key := range []string{"lowValue", "lowUtility", "highValue", "highUtility"} {
		if nodes[key] == nil {
			f.failf(n, "the utilities of issue “%s” need “%s”", clip(issue.Name), key)
			return nil
		}
		v[k] = f.rational(nodes[key], key)
	}
	switch {
	case f.bad():
	case issue.Range == nil:
		f.failf(n, "issue “%s” is a list of values; give it “DiscreteValueSetUtilities”", clip(issue.Name))
	case v[0].Cmp(v[2]) >= 0:
		f.failf(n, "lowValue must be below highValue")
	case v[0].Cmp(issue.Range.Low) > 0 || v[2].Cmp(issue.Range.High) < 0:
		f.failf(n, "the utilities run from %s to %s, the range of issue “%s” from %s to %s; GeniusWeb wants both the same",
			shortNumber(v[0]), shortNumber(v[2]), clip(issue.Name), shortNumber(issue.Range.Low), shortNumber(issue.Range.High))
	default:
		f.unit(v[1])
		f.unit(v[3])
		f.reading("the utility of a number is linear between the two points given, exactly; GeniusWeb rounds it to eight decimals")
		return &Line{At: []*big.Rat{v[0], v[2]}, Worth: []*big.Rat{v[1], v[3]}, Form: "geniusweb"}
	}
	return nil
}

// webBid reads the reservation, which GeniusWeb gives as a bid; it may leave issues open, which then add nothing.
func (f *fieldFile) webBid(n *yaml.Node, p *Profile) {
	_, nodes := f.pairs(n, "the reservation bid")
	if nodes == nil {
		return
	}
	values := nodes["issuevalues"]
	if values == nil {
		f.failf(n, "the reservation bid needs “issuevalues”")
		return
	}
	keys, bid := f.pairs(values, "the reservation bid")
	p.Bid = map[string]string{}
	index := make([]int, len(f.space.Issues))
	for i := range index {
		index[i] = -1
	}
	for _, k := range keys {
		i := f.space.Issue(k)
		if i < 0 {
			f.failf(bid[k], "there is no issue “%s”", clip(k))
			continue
		}
		v, ok := f.scalar(bid[k], "a value")
		if !ok {
			continue
		}
		if index[i] = f.space.Issues[i].Option(strings.TrimSpace(v)); index[i] < 0 {
			index[i] = f.space.Issues[i].Option(v)
		}
		if index[i] < 0 {
			f.failf(bid[k], "“%s” is not a value of issue “%s”", clip(v), clip(k))
			continue
		}
		p.Bid[k] = f.space.Issues[i].Options[index[i]]
	}
	if f.bad() {
		return
	}
	p.Reservation = f.space.worthOf(p, index)
	f.reading("the worth of no agreement is the utility of the reservation bid")
	if len(p.Bid) < len(f.space.Issues) {
		f.reading("issues that a reservation bid leaves open add nothing to its utility")
	}
}
