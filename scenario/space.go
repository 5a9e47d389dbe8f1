package scenario

import (
	"math/big"

	"portsmouth"
)

// Space is what the field's files hold: what there is to settle and one utility a party, as exact rational numbers and
// with names as they were written. It knows no treaty text, people or rules; a Scenario does. ReadSpace reads one from
// any format, Space.Problem hands it to the solver.
type Space struct {
	Name       string
	Title      string // for people, where it is other than Name; "" otherwise
	Format     Format
	Issues     []SpaceIssue
	Profiles   []Profile
	Conditions []portsmouth.Condition // of our own format only; issues by SpaceIssue.Name, options as in SpaceIssue.Options
	Packages   []SpacePackage         // of our own format only
	// Readings say what was done to get from the file's numbers to ours: "each evaluation is divided by the largest of its
	// issue, as GENIUS does". One sentence each, in the order in which they were applied.
	Readings []string
	// Warnings say where another tool would read the same file otherwise, or what looks like a slip.
	Warnings []string
	Scale    int64 // the best that a utility is meant to reach, for show: 100 for points, 1 where files use 0 to 1
}

// Format names a file format.
type Format string

// The formats.
const (
	Ours      Format = "portsmouth" // YAML, docs/spec/scenario.md
	Genius    Format = "genius"     // XML
	GeniusWeb Format = "geniusweb"  // JSON
	NegMAS    Format = "negmas"     // YAML
	NegoLog   Format = "negolog"    // JSON
	CSV       Format = "csv"        // a spreadsheet that a person fills
)

// SpaceIssue is one issue: a list of options, or a range of numbers.
type SpaceIssue struct {
	Name    string
	Title   string   // for people, where it is other than Name; "" otherwise
	Options []string // as written, in the file's order; for a range, one for each step
	Labels  []string // by option, for people; nil where Options are words enough
	Range   *Range   // nil for a list
	Kinds   []Scalar // by option, what the file's own type system makes of it; nil: all strings
}

// Scalar is the type that a choice had in its file, for formats (YAML) where 5 and "5" differ.
type Scalar string

// The types of a choice.
const (
	Text    Scalar = ""
	Whole   Scalar = "int"
	Decimal Scalar = "float"
	Truth   Scalar = "bool"
	Null    Scalar = "null"
)

// Range is an issue that is a number from Low to High, both included, in steps.
type Range struct {
	Low, High, Step *big.Rat
	Continuous      bool // the file has no step: Step is ours, and a reading says so
}

// Profile is what one party wants: Constant + Σ Weight × Value (+ Terms, or Boxes), never above Cap.
type Profile struct {
	Name     string // of the party: from our file, else from the file's name
	Title    string // for people, where it is other than Name; "" otherwise
	File     string
	Constant *big.Rat   // nil: 0
	Weights  []*big.Rat // by issue; nil for an issue that weighs nothing
	Values   []Valuation
	Terms    []portsmouth.Interaction // our own format; Value in hundredths of a point, options as in SpaceIssue.Options
	Boxes    *Boxes
	Cap      *big.Rat // nil: none; GENIUS clips at 1
	// Reservation is the worth of no agreement on the same scale; nil: none given (then any outcome is better than none
	// where Floor is false, and 0 where it is true).
	Reservation *big.Rat
	Bid         map[string]string // reservation given as a (partial) outcome, issue to option; its worth is in Reservation
	Discount    *Discount
	Dated       []portsmouth.Reservation // our own format: reservations over time
	Notes       []string                 // what else the file says and what it means: "shows 10 bids in order"
}

// Valuation gives the worth of each way to settle one issue, before the weight: a table, or a line for a range.
type Valuation struct {
	Table []*big.Rat // by option; a nil entry has no value and only an issue without weight may have one
	Line  *Line      // instead of Table
}

// Line is a worth that is linear between points: constant before the first and after the last.
type Line struct {
	At, Worth []*big.Rat // ascending At; at least one
	Form      string     // how the file said it: "linear", "triangular", "constant", "geniusweb", "affine", "points"
}

// Discount is how a profile shrinks with time.
type Discount struct {
	Factor *big.Rat
	Per    string // "session": u × factor^t with t from 0 to 1 of the whole; "step": u × factor^step
}

// Boxes is a nonlinear utility of GENIUS: see solver.Boxes. Bounds name issues by position and hold option numbers.
type Boxes struct {
	Aggregate string // "sum", "min", "max"
	Weight    *big.Rat
	Boxes     []Box
	Within    []*Boxes
	Most      *big.Rat // maxutility, by which the total is divided; only at the top
}

// Box pays Value × Weight when all bounds hold (Excludes: unless all hold).
type Box struct {
	Bounds        []Bound
	Excludes      bool
	Value, Weight *big.Rat
}

// Bound holds for options Low to High of the issue at position Issue, both included.
type Bound struct{ Issue, Low, High int }

// SpacePackage is a named package of our own format.
type SpacePackage struct {
	ID      string
	Label   string
	Outcome portsmouth.Outcome
}
