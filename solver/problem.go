package solver

import (
	"math"
	"slices"

	"portsmouth"
)

// Problem is what there is to settle and what each party wants of it, in whole numbers.
type Problem struct {
	Options    []int // of each issue, how many ways there are to settle it; at least 1
	Parties    []Party
	Conditions []Condition
}

// Party is one party's utility: Base + Σ Values + Σ Tables + Boxes, never above Cap.
type Party struct {
	Values [][]int64 // by issue, by option: weight × value, in units; nil for an issue that weighs nothing
	Tables []Table   // interaction terms
	Boxes  *Boxes    // hyper-rectangles over many issues; nil for none
	Base   int64
	Cap    int64 // NoCap: none
	// Reservation is the worth of no agreement; NoReservation: anything is better than none.
	Reservation int64
	// Unit is how many units make one on the scale on which this party's numbers are shown (points, or 0 to 1); at
	// least 1. It means nothing to the mathematics.
	Unit int64
}

const (
	// NoCap is the Cap of a utility without one.
	NoCap = math.MaxInt64
	// NoReservation is the Reservation of a party for which any outcome is better than none.
	NoReservation = math.MinInt64
	// MaxUtility bounds what any party's utility can reach, above and below, so that no sum or difference overflows.
	MaxUtility = int64(1) << 60
)

// Table is an interaction term: what two or more issues are worth together beyond the sum of each.
type Table struct {
	Issues []int   // ascending
	Values []int64 // one for each combination of options; the last issue changes fastest
}

// Boxes is a nonlinear utility of hyper-rectangles, as GENIUS has it since 2014: the aggregate of its boxes and of the
// aggregates within it. Weights are already multiplied into the values.
type Boxes struct {
	Aggregate Aggregate
	Boxes     []Box
	Within    []*Boxes
}

// Aggregate says how the boxes of a Boxes come to one number. Without boxes it is 0.
type Aggregate int

// The aggregates of GENIUS.
const (
	Sum Aggregate = iota
	Min
	Max
)

// Box pays Value when every bound holds; with Excludes it pays unless every bound holds. Without bounds it always pays.
type Box struct {
	Bounds   []Bound
	Excludes bool
	Value    int64
}

// Bound holds when the option of Issue is from Low to High, both included.
type Bound struct{ Issue, Low, High int }

// Condition makes outcomes illegal: when every term of If holds, every term of Then must.
type Condition struct{ If, Then []Term }

// Term holds when the option chosen for Issue is one of those marked.
type Term struct {
	Issue   int
	Options []bool // by option
}

// Point is an outcome and its worth.
type Point struct {
	Utility []int64 // by party
	Outcome []int   // by issue, the option chosen
}

// Utility returns the worth of an outcome (by issue, the option) to party k, exactly.
func (p *Problem) Utility(k int, outcome []int) int64 {
	party := &p.Parties[k]
	u := party.Base
	for i, values := range party.Values {
		if values != nil {
			u += values[outcome[i]]
		}
	}
	for t := range party.Tables {
		u += party.Tables[t].at(p.Options, outcome)
	}
	if party.Boxes != nil {
		u += party.Boxes.at(outcome)
	}
	return min(u, party.Cap)
}

// Point returns the outcome with its worth to everyone; the outcome is copied.
func (p *Problem) Point(outcome []int) Point {
	pt := Point{Utility: make([]int64, len(p.Parties)), Outcome: slices.Clone(outcome)}
	for k := range p.Parties {
		pt.Utility[k] = p.Utility(k, outcome)
	}
	return pt
}

// Legal reports whether the outcome breaks no condition.
func (p *Problem) Legal(outcome []int) bool {
	for k := range p.Conditions {
		if p.Conditions[k].broken(outcome) {
			return false
		}
	}
	return true
}

func (c *Condition) broken(outcome []int) bool {
	return all(c.If, outcome) && !all(c.Then, outcome)
}

func all(terms []Term, outcome []int) bool {
	for _, t := range terms {
		if !t.Options[outcome[t.Issue]] {
			return false
		}
	}
	return true
}

func (t *Table) at(options, outcome []int) int64 {
	k := 0
	for _, i := range t.Issues {
		k = k*options[i] + outcome[i]
	}
	return t.Values[k]
}

func (b *Boxes) at(outcome []int) int64 {
	var total int64
	first := true
	take := func(v int64) {
		switch {
		case first:
			total, first = v, false
		case b.Aggregate == Min:
			total = min(total, v)
		case b.Aggregate == Max:
			total = max(total, v)
		default:
			total += v
		}
	}
	for k := range b.Boxes {
		take(b.Boxes[k].at(outcome))
	}
	for _, w := range b.Within {
		take(w.at(outcome))
	}
	return total
}

func (b *Box) at(outcome []int) int64 {
	inside := true
	for _, d := range b.Bounds {
		if outcome[d.Issue] < d.Low || outcome[d.Issue] > d.High {
			inside = false
			break
		}
	}
	if inside == b.Excludes && len(b.Bounds) > 0 {
		return 0
	}
	return b.Value
}

// Limits on a problem, so that hostile input stays small.
const (
	MaxParties = 8
	MaxIssues  = 500
	MaxOptions = 1_000_001
	MaxTable   = 1 << 20 // entries of one interaction term
)

// Validate reports the first thing wrong with the problem, as an error of kind Invalid. Every method relies on it having
// passed.
func (p *Problem) Validate() error {
	if len(p.Parties) < 1 || len(p.Parties) > MaxParties {
		return portsmouth.Invalidf("solver-parties", "a problem needs 1 to %d parties, not %d", MaxParties, len(p.Parties))
	}
	if len(p.Options) < 1 || len(p.Options) > MaxIssues {
		return portsmouth.Invalidf("solver-issues", "a problem needs 1 to %d issues, not %d", MaxIssues, len(p.Options))
	}
	for i, n := range p.Options {
		if n < 1 || n > MaxOptions {
			return portsmouth.Invalidf("solver-options", "issue %d needs 1 to %d options, not %d", i, MaxOptions, n)
		}
	}
	for k := range p.Parties {
		if err := p.validParty(k); err != nil {
			return err
		}
	}
	for n := range p.Conditions {
		if err := p.validCondition(n); err != nil {
			return err
		}
	}
	return nil
}

func (p *Problem) validParty(k int) error {
	party := &p.Parties[k]
	if len(party.Values) != len(p.Options) && party.Values != nil {
		return portsmouth.Invalidf("solver-values", "party %d values %d issues of %d", k, len(party.Values), len(p.Options))
	}
	for i, v := range party.Values {
		if v != nil && len(v) != p.Options[i] {
			return portsmouth.Invalidf("solver-values", "party %d gives issue %d %d values for %d options", k, i, len(v), p.Options[i])
		}
	}
	for n := range party.Tables {
		if err := p.validTable(k, &party.Tables[n]); err != nil {
			return err
		}
	}
	if err := p.validBoxes(k, party.Boxes, 0); err != nil {
		return err
	}
	if party.Unit < 1 {
		return portsmouth.Invalidf("solver-unit", "party %d needs a unit of at least 1", k)
	}
	if party.Reservation != NoReservation && abs(party.Reservation) > MaxUtility {
		return portsmouth.Invalidf("solver-size", "party %d has a reservation value that is too large", k)
	}
	if p.reach(party) > MaxUtility {
		return portsmouth.Invalidf("solver-size", "the utilities of party %d are too large: choose a coarser unit", k)
	}
	return nil
}

func (p *Problem) validTable(k int, t *Table) error {
	size := 1
	for n, i := range t.Issues {
		if i < 0 || i >= len(p.Options) || n > 0 && i <= t.Issues[n-1] {
			return portsmouth.Invalidf("solver-table", "party %d has an interaction over issues that are not in order or do not exist", k)
		}
		if size *= p.Options[i]; size > MaxTable {
			return portsmouth.Invalidf("solver-table", "party %d has an interaction of more than %d entries", k, MaxTable)
		}
	}
	if len(t.Issues) < 2 || len(t.Values) != size {
		return portsmouth.Invalidf("solver-table", "party %d has an interaction over %d issues with %d entries", k, len(t.Issues), len(t.Values))
	}
	return nil
}

const maxNesting = 16

func (p *Problem) validBoxes(k int, b *Boxes, depth int) error {
	if b == nil {
		return nil
	}
	if depth > maxNesting {
		return portsmouth.Invalidf("solver-boxes", "party %d nests its boxes more than %d deep", k, maxNesting)
	}
	if b.Aggregate < Sum || b.Aggregate > Max {
		return portsmouth.Invalidf("solver-boxes", "party %d has an aggregate that does not exist", k)
	}
	for n := range b.Boxes {
		for _, d := range b.Boxes[n].Bounds {
			if d.Issue < 0 || d.Issue >= len(p.Options) {
				return portsmouth.Invalidf("solver-boxes", "party %d bounds an issue %d that does not exist", k, d.Issue)
			}
		}
	}
	for _, w := range b.Within {
		if w == nil {
			return portsmouth.Invalidf("solver-boxes", "party %d has an empty aggregate", k)
		}
		if err := p.validBoxes(k, w, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (p *Problem) validCondition(n int) error {
	c := &p.Conditions[n]
	if len(c.If) == 0 || len(c.Then) == 0 {
		return portsmouth.Invalidf("solver-condition", "condition %d needs an if and a then", n)
	}
	for _, t := range slices.Concat(c.If, c.Then) {
		if t.Issue < 0 || t.Issue >= len(p.Options) || len(t.Options) != p.Options[t.Issue] {
			return portsmouth.Invalidf("solver-condition", "condition %d names an issue that does not exist, or not all its options", n)
		}
	}
	return nil
}

// reach bounds how far from zero the party's utility can get, saturating above MaxUtility.
func (p *Problem) reach(party *Party) int64 {
	sum := abs(party.Base)
	add := func(v int64) {
		if sum += v; sum > MaxUtility {
			sum = MaxUtility + 1
		}
	}
	for _, values := range party.Values {
		add(largest(values))
	}
	for n := range party.Tables {
		add(largest(party.Tables[n].Values))
	}
	if party.Boxes != nil {
		add(party.Boxes.reach())
	}
	return sum
}

func (b *Boxes) reach() int64 {
	var sum int64
	for k := range b.Boxes {
		sum = min(sum+abs(b.Boxes[k].Value), MaxUtility+1)
	}
	for _, w := range b.Within {
		sum = min(sum+w.reach(), MaxUtility+1)
	}
	return sum
}

func largest(values []int64) int64 {
	var m int64
	for _, v := range values {
		m = max(m, abs(v))
	}
	return m
}

// abs saturates just above MaxUtility, so that sums of two never overflow.
func abs(v int64) int64 {
	if v < -MaxUtility || v > MaxUtility {
		return MaxUtility + 1
	}
	return max(v, -v)
}
