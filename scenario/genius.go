package scenario

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"portsmouth"
	"portsmouth/solver"
)

// GENIUS keeps a scenario in a folder of XML: the domain (root negotiation_template) and a profile a party (root
// utility_space). This file reads the domain, geniusprofile.go what a profile adds to it. Where GENIUS 10.4 and its own
// documents differ, the program is followed: its files were made with it.

// realSteps is into how many equal steps GENIUS cuts a real issue for its analyses (21 points).
const realSteps = 20

func sniffGenius(raw []byte) (isDomain, isProfile bool) {
	switch rootName(raw) {
	case "negotiation_template":
		return true, false
	case "utility_space":
		return false, true
	}
	return false, false
}

// geniusIssue is an issue as one file gives it.
type geniusIssue struct {
	*element
	index     string // by which weights and bounds refer to it
	name      string
	kind      string // "discrete", "integer" or "real"
	low, high *big.Rat
}

// geniusReader collects a space.
type geniusReader struct {
	space  *Space
	issues []geniusIssue // of the domain
	other  []difference
}

// difference is where another tool reads a file otherwise, and in which profiles that shows.
type difference struct {
	words  string
	shows  string // in the first of them
	within int    // how many profiles
}

func readGenius(files []namedFile) (*Space, error) {
	r := geniusReader{space: &Space{Scale: 1}}
	first, err := parseXML(files[0])
	if err != nil {
		return nil, err
	}
	if r.issues, err = issuesOf(files[0].name, first); err != nil {
		return nil, err
	}
	if first.name == "utility_space" {
		r.say("there is no domain file; what is to be settled is taken from the profile %s", files[0].name)
	}
	if err := r.domain(files[0].name); err != nil {
		return nil, err
	}
	if first.name == "negotiation_template" {
		files = files[1:]
	}
	for _, f := range files {
		root, err := parseXML(f)
		if err != nil {
			return nil, err
		}
		if err := r.profile(f, root); err != nil {
			return nil, err
		}
	}
	for _, d := range r.other {
		switch {
		case d.within > 1:
			r.warn("%s (%s; and %d more)", d.words, d.shows, d.within-1)
		default:
			r.warn("%s (%s)", d.words, d.shows)
		}
	}
	return r.space, nil
}

// differ notes that another tool reads one more profile otherwise.
func (r *geniusReader) differ(words, format string, args ...any) {
	for k := range r.other {
		if r.other[k].words == words {
			r.other[k].within++
			return
		}
	}
	r.other = append(r.other, difference{words, fmt.Sprintf(format, args...), 1})
}

// say adds a reading once.
func (r *geniusReader) say(format string, args ...any) {
	once(&r.space.Readings, format, args...)
}

// warn adds a warning once.
func (r *geniusReader) warn(format string, args ...any) {
	once(&r.space.Warnings, format, args...)
}

// objectiveOf returns the element that holds the issues: the objective, or what stands for it.
func objectiveOf(file string, root *element) (*element, error) {
	at := root
	if inner := root.child("utility_space"); inner != nil {
		at = inner
	}
	if o := at.child("objective"); o != nil {
		return o, nil
	}
	return nil, geniusError(file, at, "<%s> holds no <objective>, so there is nothing to settle", at.name)
}

// issuesOf lists the issues of a file in document order. Their number that the file states is not reliable and not used.
func issuesOf(file string, root *element) ([]geniusIssue, error) {
	top, err := objectiveOf(file, root)
	if err != nil {
		return nil, err
	}
	var issues []geniusIssue
	err = collectIssues(file, top, &issues)
	switch {
	case err != nil:
		return nil, err
	case len(issues) == 0:
		return nil, geniusError(file, top, "there is no issue")
	case len(issues) > solver.MaxIssues:
		return nil, geniusError(file, top, "more than %d issues", solver.MaxIssues)
	}
	return issues, nil
}

func collectIssues(file string, at *element, to *[]geniusIssue) error {
	for _, e := range at.children {
		switch e.name {
		case "objective":
			if err := collectIssues(file, e, to); err != nil {
				return err
			}
		case "issue":
			i, err := issueOf(file, e)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(*to, func(o geniusIssue) bool { return o.index == i.index }) {
				return geniusError(file, e, "two issues have the index %s", clip(i.index))
			}
			*to = append(*to, i)
		}
	}
	return nil
}

func issueOf(file string, e *element) (geniusIssue, error) {
	i := geniusIssue{element: e, index: canonicalIndex(e.attr("index")), name: e.attr("name")}
	if i.index == "" {
		return i, geniusError(file, e, "issue “%s” has no index, so no weight can refer to it", clip(i.name))
	}
	if i.name == "" {
		i.name = "issue " + i.index
	}
	for _, key := range []string{"type", "etype", "vtype"} { // the first that is given counts
		if i.kind == "" {
			i.kind = strings.ToLower(e.attr(key))
		}
	}
	switch i.kind {
	case "", "discrete":
		i.kind = "discrete"
		return i, nil
	case "integer", "real":
		return i, i.bounds(file)
	}
	return i, geniusError(file, e, "issue “%s” is of the type “%s”; discrete, integer and real are known", clip(i.name), clip(i.kind))
}

// canonicalIndex makes "01" and " 1" the index 1.
func canonicalIndex(s string) string {
	if t := strings.TrimLeft(s, "0"); t != "" || s == "" {
		return t
	}
	return "0"
}

// bounds reads the ends of a number: attributes of the issue, or of a range within it.
func (i *geniusIssue) bounds(file string) error {
	at := i.element
	if r := at.child("range"); r != nil && at.attr("lowerbound") == "" {
		at = r
	}
	var ok1, ok2 bool
	var err error
	if i.low, ok1, err = at.number(file, "lowerbound"); err != nil {
		return err
	}
	if i.high, ok2, err = at.number(file, "upperbound"); err != nil {
		return err
	}
	switch {
	case !ok1 || !ok2:
		return geniusError(file, i.element, "%s issue “%s” needs a lowerbound and an upperbound", i.kind, clip(i.name))
	case i.low.Cmp(i.high) > 0:
		return geniusError(file, i.element, "issue “%s” has its lowerbound above its upperbound", clip(i.name))
	case i.kind == "integer" && (!i.low.IsInt() || !i.high.IsInt()):
		return geniusError(file, i.element, "integer issue “%s” has bounds that are no integers", clip(i.name))
	}
	return nil
}

// domain turns the issues into those of the space.
func (r *geniusReader) domain(file string) error {
	total := 0
	for k := range r.issues {
		i := &r.issues[k]
		to := SpaceIssue{Name: i.name}
		for n := 2; r.space.Issue(to.Name) >= 0; n++ {
			to.Name = fmt.Sprintf("%s (%d)", i.name, n)
		}
		if to.Name != i.name {
			r.say("two issues are called “%s”; the one with index %s is “%s” here", clip(i.name), i.index, clip(to.Name))
		}
		var err error
		switch i.kind {
		case "discrete":
			to.Options, err = i.choices(file)
		case "integer":
			err = i.steps(file, &to, big.NewRat(1, 1), total)
		default:
			step := new(big.Rat).Sub(i.high, i.low)
			err = i.steps(file, &to, step.Quo(step, big.NewRat(realSteps, 1)), total)
			to.Range.Continuous = true
			r.say("real issues are taken in %d equal steps, as GENIUS does in its analyses: “%s”", realSteps, clip(to.Name))
		}
		if err != nil {
			return err
		}
		if total += len(to.Options); total > maxChoices {
			return tooMany(file)
		}
		r.space.Issues = append(r.space.Issues, to)
	}
	return nil
}

func tooMany(file string) error {
	return portsmouth.Invalidf("space-size", "%s: the issues have more than %d choices in all", file, maxChoices)
}

// choices lists the values of a discrete issue.
func (i *geniusIssue) choices(file string) ([]string, error) {
	var all []string
	seen := map[string]bool{}
	for _, item := range i.all("item") {
		v := item.attr("value")
		if seen[v] {
			return nil, geniusError(file, item, "“%s” stands twice in issue “%s”", clip(v), clip(i.name))
		}
		seen[v] = true
		all = append(all, v)
	}
	if len(all) == 0 {
		return nil, geniusError(file, i.element, "issue “%s” has no items to choose from", clip(i.name))
	}
	return all, nil
}

// steps lists the numbers of an integer or real issue.
func (i *geniusIssue) steps(file string, to *SpaceIssue, step *big.Rat, before int) error {
	to.Range = &Range{Low: i.low, High: i.high, Step: step}
	if step.Sign() == 0 { // one point
		to.Range.Step = big.NewRat(1, 1)
		to.Options = []string{portsmouth.FormatDecimal(i.low)}
		return nil
	}
	count := new(big.Rat).Sub(i.high, i.low)
	count.Quo(count, step)
	if count.Cmp(big.NewRat(int64(maxChoices-before), 1)) >= 0 {
		return tooMany(file)
	}
	at := new(big.Rat).Set(i.low)
	for k := range count.Num().Int64() + 1 {
		to.Options = append(to.Options, portsmouth.FormatDecimal(at))
		at.Add(at, step)
		if k > 0 && to.Options[k] == to.Options[k-1] {
			return geniusError(file, i.element, "the steps of issue “%s” are finer than nine decimals", clip(i.name))
		}
	}
	return nil
}
