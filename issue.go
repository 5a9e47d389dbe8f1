package portsmouth

import (
	"math/big"
	"strings"
)

// IssueKind says what the options of an issue are.
type IssueKind string

// The kinds of issue.
const (
	Discrete  IssueKind = "discrete"  // a list of named options
	Numeric   IssueKind = "numeric"   // a number with unit, range and step
	Territory IssueKind = "territory" // options that each name the regions going to a party
)

// Issue is one thing to be settled.
type Issue struct {
	ID      string    `json:"id"`
	Title   Text      `json:"title"`
	Note    Text      `json:"note,omitempty"` // the meaning of its terms, as all understand it
	Kind    IssueKind `json:"kind"`
	Head    string    `json:"head,omitempty"` // how the parties number it: "5"
	Options []Option  `json:"options,omitempty"`
	Number  *Number   `json:"number,omitempty"` // for Numeric
}

// Option is one way to settle a discrete or territorial issue.
type Option struct {
	ID      string            `json:"id"`
	Label   Text              `json:"label"`
	Regions map[string]string `json:"regions,omitempty"` // region id -> party id, for Territory
	Clauses []Clause          `json:"clauses,omitempty"` // what it writes into the treaty
}

// Number describes a numeric issue. Min, Max and Step are decimal numerals ("0", "2.5"); a value is legal when it is
// Min plus a whole number of Steps and at most Max.
type Number struct {
	Unit    Text     `json:"unit"`
	Min     string   `json:"min"`
	Max     string   `json:"max"`
	Step    string   `json:"step"`
	Clauses []Clause `json:"clauses,omitempty"` // "{value}" stands for the number agreed
	None    bool     `json:"none,omitempty"`    // the minimum writes no clause ("nothing is paid")
}

// Clause is a paragraph that an option writes into an article of the agreement, in each language.
type Clause struct {
	Article string `json:"article"` // id of an ArticleFrame
	Text    Text   `json:"text"`
}

// Option returns the option of that id, or nil.
func (i *Issue) Option(id string) *Option {
	for k := range i.Options {
		if i.Options[k].ID == id {
			return &i.Options[k]
		}
	}
	return nil
}

// Allows reports, as an error of kind Invalid, why value is no way to settle this issue; nil when it is.
func (i *Issue) Allows(value string) error {
	if i.Kind != Numeric {
		if i.Option(value) == nil {
			return Invalidf("option-exists", "“%s” is not an option of issue %s", clip(value), i.ID)
		}
		return nil
	}
	return i.Number.allows(i.ID, value)
}

func (n *Number) allows(issue, value string) error {
	v, ok := decimal(value)
	if !ok || FormatDecimal(v) != value {
		return Invalidf("number-form", "“%s” is not a plain decimal number for issue %s", clip(value), issue)
	}
	min, max, step := n.bounds()
	if v.Cmp(min) < 0 || v.Cmp(max) > 0 {
		return Invalidf("number-range", "%s is outside %s to %s for issue %s", value, n.Min, n.Max, issue)
	}
	if d := new(big.Rat).Quo(new(big.Rat).Sub(v, min), step); !d.IsInt() {
		return Invalidf("number-step", "%s is not a whole number of steps of %s from %s for issue %s", value, n.Step, n.Min, issue)
	}
	return nil
}

func (n *Number) bounds() (min, max, step *big.Rat) {
	min, _ = decimal(n.Min)
	max, _ = decimal(n.Max)
	step, _ = decimal(n.Step)
	return min, max, step
}

// Count returns in how many ways the issue can be settled.
func (i *Issue) Count() int64 {
	if i.Kind == Numeric {
		return i.Number.Steps()
	}
	return int64(len(i.Options))
}

// Steps returns how many values the number can take.
func (n *Number) Steps() int64 {
	min, max, step := n.bounds()
	q := new(big.Rat).Quo(new(big.Rat).Sub(max, min), step)
	return new(big.Int).Quo(q.Num(), q.Denom()).Int64() + 1
}

// At returns the k-th value, k from 0 to Steps()-1.
func (n *Number) At(k int64) string {
	min, _, step := n.bounds()
	v := new(big.Rat).Add(min, new(big.Rat).Mul(step, new(big.Rat).SetInt64(k)))
	return FormatDecimal(v)
}

// Place returns which value of the number, from 0, v is.
func (n *Number) Place(v string) (int64, bool) {
	if n.allows("", v) != nil {
		return 0, false
	}
	r, _ := decimal(v)
	min, _, step := n.bounds()
	return new(big.Rat).Quo(r.Sub(r, min), step).Num().Int64(), true
}

func (n *Number) check(issue string) error {
	if n == nil {
		return Invalidf("number-given", "numeric issue %s needs min, max and step", issue)
	}
	min, ok1 := decimal(n.Min)
	max, ok2 := decimal(n.Max)
	step, ok3 := decimal(n.Step)
	if !ok1 || !ok2 || !ok3 {
		return Invalidf("number-form", "issue %s: min, max and step must be plain decimal numbers", issue)
	}
	if step.Sign() <= 0 || max.Cmp(min) < 0 {
		return Invalidf("number-range", "issue %s: the step must be positive and the maximum not below the minimum", issue)
	}
	q := new(big.Rat).Quo(new(big.Rat).Sub(max, min), step)
	if q.Cmp(big.NewRat(maxSteps, 1)) > 0 {
		return Invalidf("number-size", "issue %s has more than %d steps", issue, maxSteps)
	}
	return nil
}

const maxSteps = 1_000_000

// decimal reads a plain decimal numeral: optional sign, digits, optional fraction of at most nine digits; no exponent.
func decimal(s string) (*big.Rat, bool) {
	if len(s) == 0 || len(s) > 30 || strings.Trim(s, "+-.0123456789") != "" {
		return nil, false
	}
	if _, frac, ok := strings.Cut(s, "."); ok && len(frac) > 9 {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// FormatDecimal writes r in the one canonical form: no exponent, no trailing zeros, at most nine decimals.
func FormatDecimal(r *big.Rat) string {
	s := r.FloatString(9)
	s = strings.TrimRight(s, "0")
	s = strings.TrimSuffix(s, ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// CanonicalDecimal reads a decimal numeral as a person writes it ("1,200", " 2.50 ") and returns its canonical form.
func CanonicalDecimal(s string) (string, error) {
	c := strings.NewReplacer(",", "", " ", "", "\u00a0", "", "\u202f", "", "'", "").Replace(s)
	v, ok := decimal(c)
	if !ok {
		return "", Invalidf("number-form", "“%s” is not a number", clip(s))
	}
	return FormatDecimal(v), nil
}

func clip(s string) string {
	r := []rune(s)
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// Label says how the issue is settled by value: an option's label, or the number with its unit. An unknown option is
// given back as it is.
func (i *Issue) Label(value string) Text {
	if o := i.Option(value); o != nil {
		return o.Label
	}
	if i.Kind != Numeric || i.Number == nil {
		return Text{"en": value}
	}
	t := Text{}
	for l, unit := range i.Number.Unit {
		t[l] = value + " " + unit
	}
	return t
}
