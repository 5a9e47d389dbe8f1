package scenario

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	decimalComma = regexp.MustCompile(`^[+-]?[0-9]*,[0-9]+$`)
	thousands    = regexp.MustCompile(`^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+$`)
)

// plainNumber reads a number as people type it: with a decimal point or comma, a per cent sign at will.
func (t *tableFile) plainNumber(s string) (*big.Rat, bool) {
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	s = strings.Replace(s, "\u2212", "-", 1)
	if thousands.MatchString(s) {
		return nil, false // 1,000: a thousand, or one to three places
	}
	if decimalComma.MatchString(s) {
		s = strings.Replace(s, ",", ".", 1)
	}
	return exactNumber(s)
}

func (t *tableFile) cellNumber(text string, at *yaml.Node, what string) *big.Rat {
	if r, ok := t.plainNumber(text); ok {
		return r
	}
	hint := "write a number like 40 or 12.5"
	if thousands.MatchString(text) {
		whole, frac, _ := strings.Cut(text, ",")
		hint = fmt.Sprintf("write %s%s for thousands or %s.%s for a fraction", whole, frac, whole, frac)
	}
	t.failf(at, "%s cannot be “%s”; %s", what, clip(text), hint)
	return new(big.Rat)
}

// fill reads the columns of the parties.
func (t *tableFile) fill() {
	for _, p := range t.parties {
		p.values = make([]map[int]*big.Rat, len(t.issues))
		for i := range p.values {
			p.values[i] = map[int]*big.Rat{}
		}
	}
	where := make([]map[string]int, len(t.issues))
	for i := range where {
		if t.issues[i].Range == nil {
			where[i] = positions(t.issues[i].Options)
		}
	}
	last := -1
	for k := range t.rows {
		row := &t.rows[k]
		name, _ := row.cell(0)
		option, _ := row.cell(1)
		if option != "" && name != "" {
			last = t.at[literal(name)]
		}
		for c, p := range t.parties {
			text, at := row.cell(t.columns[c])
			if option == "" {
				t.specialCell(p, canonicalRow(name), text, at)
			} else {
				t.pointsCell(p, last, option, text, at, where[last])
			}
		}
		if t.full() {
			return
		}
	}
}

func (t *tableFile) specialCell(p *tableParty, row, text string, at *yaml.Node) {
	if text == "" {
		return
	}
	r := t.cellNumber(text, at, "the "+row+" of "+clip(p.profile.Name))
	switch row {
	case cellReservation:
		p.profile.Reservation = r
	case cellBase:
		p.profile.Constant = r
	case cellMost:
		p.profile.Cap = r
	default:
		if r.Sign() <= 0 || r.Cmp(big.NewRat(1, 1)) > 0 {
			t.failf(at, "a discount must be above 0 and at most 1 (0.9 leaves nine tenths)")
		}
		p.profile.Discount = &Discount{Factor: r, Per: map[string]string{cellSession: "session", cellStep: "step"}[row]}
	}
}

func (t *tableFile) pointsCell(p *tableParty, i int, option, text string, at *yaml.Node, where map[string]int) {
	if strings.EqualFold(option, cellWeight) {
		if p.weights[i] != nil {
			t.failf(at, "issue “%s” has two rows of weights; keep one", clip(t.issues[i].Name))
		}
		if text == "" {
			t.failf(at, "%s has no weight for issue “%s”; write how much of 100 it counts, 0 if nothing", clip(p.profile.Name), clip(t.issues[i].Name))
			return
		}
		p.weights[i] = t.cellNumber(text, at, "a weight")
		return
	}
	o, ok := 0, true
	switch {
	case rangeForm.MatchString(option) && option[0] != '\'':
		if text != "" {
			t.failf(at, "the row of a range has no points; write them in rows of their own, one for %s and one for %s at least", t.issues[i].Options[0], t.issues[i].Options[len(t.issues[i].Options)-1])
		}
		return
	case t.issues[i].Range != nil:
		o = t.knot(i, option)
	default:
		o, ok = where[literal(option)]
	}
	switch {
	case !ok || o < 0:
	case text == "":
		t.failf(at, "%s has no points for “%s” of issue “%s”; write a number, 0 if it is worth nothing", clip(p.profile.Name), clip(option), clip(t.issues[i].Name))
	default:
		p.values[i][o] = t.cellNumber(text, at, "points")
	}
}

// finish turns the columns into profiles, in the order of the space's issues and options, which an earlier file may have
// set.
func (t *tableFile) finish() {
	for _, p := range t.parties {
		sum := new(big.Rat)
		pr := &p.profile
		pr.Weights, pr.Values = make([]*big.Rat, len(t.issues)), make([]Valuation, len(t.issues))
		for i := range t.issues {
			to := t.space.Issue(t.issues[i].Name)
			w := p.weights[i]
			if w == nil {
				t.failf(&yaml.Node{Line: 1, Column: 1}, "issue “%s” has no row of weights; write one: %s, weight, and how much of 100 it counts", clip(t.issues[i].Name), clip(t.issues[i].Name))
				return
			}
			if sum.Add(sum, w); w.Sign() != 0 {
				pr.Weights[to] = new(big.Rat).Quo(w, big.NewRat(100, 1))
			}
			pr.Values[to] = t.valuation(i, &t.space.Issues[to], p.values[i])
		}
		if off := new(big.Rat).Sub(sum, big.NewRat(100, 1)); off.Abs(off).Cmp(dust) > 0 {
			t.warn("the weights of %s add up to %s, not to 100; they are used as written", clip(pr.Name), shortNumber(sum))
		}
		t.space.Profiles = append(t.space.Profiles, *pr)
	}
}

func (t *tableFile) valuation(i int, to *SpaceIssue, points map[int]*big.Rat) Valuation {
	if to.Range == nil {
		at := positions(to.Options)
		table := make([]*big.Rat, len(to.Options))
		for o, v := range t.issues[i].Options {
			table[at[v]] = points[o]
		}
		return Valuation{Table: table}
	}
	line := &Line{Form: "points"}
	for _, o := range sortedInts(points) {
		at := new(big.Rat).Mul(to.Range.Step, big.NewRat(int64(o), 1))
		line.At = append(line.At, at.Add(at, to.Range.Low))
		line.Worth = append(line.Worth, points[o])
	}
	first, last := to.Options[0], to.Options[len(to.Options)-1]
	if points[0] == nil || points[len(to.Options)-1] == nil {
		t.failf(&yaml.Node{Line: 1, Column: 1}, "issue “%s” needs points at both ends of its range; write a row for %s and one for %s", clip(to.Name), first, last)
		return Valuation{}
	}
	if len(points) < len(to.Options) {
		t.reading("points of a number between two rows are linear between them")
	}
	return Valuation{Line: line}
}

func sortedInts(m map[int]*big.Rat) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
