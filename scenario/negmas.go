package scenario

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

var (
	masType  = regexp.MustCompile(`(?m)^["']?(?:type|__python_class__)["']?[ \t]*:[ \t]*["']?([A-Za-z_][A-Za-z_0-9.]*)`)
	masWraps = []string{"ExpDiscountedUFun", "LinDiscountedUFun", "DiscountedUtilityFunction"}
)

func sniffNegMAS(raw []byte) (isDomain, isProfile bool) {
	m := masType.FindSubmatch(raw)
	if m == nil {
		return false, false
	}
	switch class := className(string(m[1])); {
	case strings.HasSuffix(class, "OutcomeSpace"):
		return true, false
	case strings.HasSuffix(class, "UtilityFunction"), strings.HasSuffix(class, "UFun"), strings.HasSuffix(class, "AggregationFunction"):
		return false, true
	}
	return false, false
}

// className drops the path of a Python class: negmas.preferences.LinearAdditiveUtilityFunction.
func className(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }

// readNegMAS reads an outcome space and its utility functions.
func readNegMAS(files []namedFile) (*Space, error) {
	s := &Space{Format: NegMAS, Scale: 1}
	for _, file := range files {
		f := newFieldFile(file.name, s)
		if root, ok := f.tree(file.raw); ok {
			f.masFile(root, file)
		}
		if err := f.err(); err != nil {
			return nil, err
		}
	}
	if err := s.prune(); err != nil {
		return nil, err
	}
	once(&s.Readings, "utility is the sum of weight × value over the issues as written, neither normalised nor clipped, as NegMAS has it")
	return s, nil
}

// masClass returns the class that a mapping names.
func (f *fieldFile) masClass(n *yaml.Node, nodes map[string]*yaml.Node) string {
	for _, key := range []string{"type", "__python_class__"} {
		if nodes[key] != nil {
			name, _ := f.scalar(nodes[key], "the type")
			return className(name)
		}
	}
	f.failf(n, "this needs a “type”: the name of its NegMAS class")
	return ""
}

func (f *fieldFile) masFile(root *yaml.Node, file namedFile) {
	keys, nodes := f.pairs(root, "the file")
	if f.bad() {
		return
	}
	class := f.masClass(root, nodes)
	switch {
	case f.bad():
	case strings.HasSuffix(class, "OutcomeSpace"):
		f.others(keys, "type", "__python_class__", "name", "issues", "path")
		f.masDomain(root, nodes, class)
	case nodes["side_ufuns"] != nil || slices.Contains(keys, "side_ufuns"):
		f.refuse("negmas-kind", "“side_ufuns” describe one party in several negotiations at once; export each negotiation on its own")
	case f.space.Issues == nil:
		f.failf(root, "this is one party's utility function; name the folder that also holds the outcome space (“type: DiscreteCartesianOutcomeSpace”)")
	default:
		f.masProfile(root, file)
	}
}

func (f *fieldFile) masDomain(n *yaml.Node, nodes map[string]*yaml.Node, class string) {
	if !slices.Contains([]string{"DiscreteCartesianOutcomeSpace", "CartesianOutcomeSpace"}, class) {
		f.refuse("negmas-kind", "an outcome space of type %s is no list of issues; write it as a CartesianOutcomeSpace", clip(class))
		return
	}
	if nodes["name"] != nil && !isNull(nodes["name"]) {
		f.str(&f.space.Name, "the name")(nodes["name"])
	}
	list := nodes["issues"]
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
		f.failf(n, "the outcome space needs “issues”, a list")
		return
	}
	seen := map[string]bool{}
	for _, c := range list.Content {
		issue := f.masIssue(c)
		if f.bad() {
			return
		}
		f.unique(c, seen, issue.Name, "issue")
		f.space.Issues = append(f.space.Issues, issue)
	}
}

func (f *fieldFile) masIssue(n *yaml.Node) SpaceIssue {
	var issue SpaceIssue
	_, nodes := f.pairs(n, "an issue")
	if nodes == nil {
		return issue
	}
	class := f.masClass(n, nodes)
	if nodes["name"] == nil || nodes["values"] == nil {
		f.failf(n, "an issue needs “name” and “values”")
		return issue
	}
	issue.Name, _ = f.scalar(nodes["name"], "the name")
	v := nodes["values"]
	switch class {
	case "ContiguousIssue", "IntegerIssue", "RangeIssue", "ContinuousIssue":
		return f.masRange(issue.Name, v, class)
	case "CategoricalIssue", "DiscreteCardinalIssue", "DiscreteOrdinalIssue", "CardinalIssue", "OrdinalIssue", "DiscreteIssue":
		f.masOptions(&issue, v)
	default:
		f.refuse("negmas-kind", "an issue of type %s cannot be listed; write “%s” as a CategoricalIssue", clip(class), clip(issue.Name))
	}
	return issue
}

func (f *fieldFile) masRange(name string, v *yaml.Node, class string) SpaceIssue {
	low, high := new(big.Rat), new(big.Rat)
	switch {
	case v.Kind == yaml.SequenceNode && len(v.Content) == 2:
		low, high = f.masNumber(v.Content[0], "the low end"), f.masNumber(v.Content[1], "the high end")
	case v.Kind == yaml.ScalarNode && class != "ContinuousIssue":
		high = f.masNumber(v, "the number of values")
		high = new(big.Rat).Sub(high, big.NewRat(1, 1))
	default:
		f.failf(v, "the values of issue “%s” must be two numbers, the lowest and the highest", clip(name))
	}
	if f.bad() {
		return SpaceIssue{}
	}
	step := big.NewRat(1, 1)
	switch {
	case class == "ContinuousIssue":
		if step = new(big.Rat).Sub(high, low); step.Sign() > 0 {
			step.Quo(step, big.NewRat(continuousSteps, 1))
		}
		f.reading("issue “%s” takes any number from %s to %s; it is read in %d equal steps", clip(name), shortNumber(low), shortNumber(high), continuousSteps)
	case !low.IsInt() || !high.IsInt():
		f.failf(v, "issue “%s” is a %s, so its ends must be whole numbers", clip(name), class)
		return SpaceIssue{}
	}
	issue := f.rangeIssue(v, name, low, high, step)
	if issue.Range != nil {
		issue.Range.Continuous = class == "ContinuousIssue"
	}
	return issue
}

// continuousSteps is how finely an issue that takes any number is read: fine enough for people, and small enough to
// count every outcome of a few such issues.
const continuousSteps = 100

func (f *fieldFile) masOptions(issue *SpaceIssue, v *yaml.Node) {
	if v.Kind != yaml.SequenceNode || len(v.Content) == 0 {
		f.failf(v, "the values of issue “%s” must be a list", clip(issue.Name))
		return
	}
	f.count(v, len(v.Content))
	seen, words, typed := map[string]bool{}, map[string]bool{}, false
	for _, c := range v.Content {
		if c.Kind != yaml.ScalarNode {
			f.failf(c, "a value of issue “%s” must be one word or number, not a list", clip(issue.Name))
			return
		}
		kind, key := pythonScalar(c)
		f.unique(c, seen, key, "value")
		if words[c.Value] {
			f.failf(c, "value “%s” stands twice, once as text and once as a number; give them different names", clip(c.Value))
		}
		words[c.Value] = true
		typed = typed || kind != Text
		issue.Options = append(issue.Options, c.Value)
		issue.Kinds = append(issue.Kinds, kind)
	}
	if !typed {
		issue.Kinds = nil
	}
}

// pythonForms are the plain scalars of YAML 1.1, which is what Python reads: “yes” is a truth value there.
var pythonForms = []struct {
	kind Scalar
	form *regexp.Regexp
}{
	{Truth, regexp.MustCompile(`^(yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$`)},
	{Null, regexp.MustCompile(`^(~|null|Null|NULL|)$`)},
	{Whole, regexp.MustCompile(`^[-+]?(0|[1-9][0-9_]*)$`)},
	{Decimal, regexp.MustCompile(`^[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?$`)},
}

// pythonScalar tells the type that Python gives a scalar, and a key by which two are the same to Python: there
// 1, 1.0 and true are one, and "1" is another.
func pythonScalar(n *yaml.Node) (Scalar, string) {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return Text, "text " + n.Value
	}
	for _, p := range pythonForms {
		if !p.form.MatchString(n.Value) {
			continue
		}
		switch p.kind {
		case Null:
			return Null, "null"
		case Truth:
			if strings.Contains("yes true on", strings.ToLower(n.Value)) {
				return Truth, "number 1"
			}
			return Truth, "number 0"
		}
		if r, ok := exactNumber(strings.ReplaceAll(n.Value, "_", "")); ok {
			return p.kind, "number " + r.RatString()
		}
	}
	return Text, "text " + n.Value
}

// masNumber reads a number as Python does; also one that Python would take for text but that is plainly a number.
func (f *fieldFile) masNumber(n *yaml.Node, what string) *big.Rat {
	c := *n
	c.Value = strings.ReplaceAll(n.Value, "_", "")
	if c.Kind == yaml.ScalarNode && c.Tag == "!!int" && strings.HasPrefix(strings.TrimLeft(c.Value, "+-"), "0") && len(strings.Trim(c.Value, "+-0")) > 0 {
		f.failf(n, "%s “%s” is in octal or hexadecimal to some readers; write it as a plain number", what, clip(n.Value))
		return new(big.Rat)
	}
	return f.rational(&c, what)
}

// prune leaves out the choices to which some profile gives no number: NegMAS fails as soon as one is offered.
func (s *Space) prune() error {
	for i := range s.Issues {
		issue := &s.Issues[i]
		var keep []int
		var dropped []string
		by := ""
		for o := range issue.Options {
			if p := s.without(i, o); p != nil {
				dropped, by = append(dropped, clip(issue.Options[o])), p.File
			} else {
				keep = append(keep, o)
			}
		}
		switch {
		case len(dropped) == 0:
			continue
		case len(keep) == 0 || issue.Range != nil:
			return portsmouth.Invalidf("space-profile", "%s gives no number to “%s” of issue “%s”; write one for every value", by, dropped[0], clip(issue.Name))
		}
		s.keep(i, keep)
		once(&s.Warnings, "%s gives no number to %s of issue “%s”; these choices are left out (NegMAS fails when one of them is offered)", by, clip(strings.Join(dropped, ", ")), clip(issue.Name))
	}
	return nil
}

// without returns a profile that counts the issue and gives the option no number, or nil.
func (s *Space) without(i, o int) *Profile {
	for k := range s.Profiles {
		p := &s.Profiles[k]
		if _, ok := s.Worth(p, i, o); !ok && p.weight(i).Sign() != 0 {
			return p
		}
	}
	return nil
}

// keep leaves an issue only some of its options, in all profiles.
func (s *Space) keep(i int, options []int) {
	issue := &s.Issues[i]
	for at, o := range options {
		issue.Options[at] = issue.Options[o]
		if issue.Kinds != nil {
			issue.Kinds[at] = issue.Kinds[o]
		}
		for k := range s.Profiles {
			if table := s.Profiles[k].Values[i].Table; table != nil {
				table[at] = table[o]
			}
		}
	}
	issue.Options = issue.Options[:len(options)]
	if issue.Kinds != nil {
		issue.Kinds = issue.Kinds[:len(options)]
	}
	for k := range s.Profiles {
		if table := s.Profiles[k].Values[i].Table; table != nil {
			s.Profiles[k].Values[i].Table = table[:len(options)]
		}
	}
}
