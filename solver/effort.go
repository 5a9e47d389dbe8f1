package solver

import (
	"fmt"

	"portsmouth"
)

// Effort says how far a computation may go and who hears of its progress. The zero value is exact, with DefaultMemory.
type Effort struct {
	// Memory bounds, in bytes, what a computation holds; 0 means DefaultMemory.
	Memory int64
	// Epsilon allows a frontier to be thinned, by party in units: for every outcome there is a point that gives no party
	// less than that outcome minus its ε. nil asks for the exact frontier.
	Epsilon []int64
	// Widen, when the exact frontier (or that of Epsilon) does not fit in Memory, goes on with the smallest ε that does,
	// and says so in the answer. Without it, such a problem ends in an error of kind *TooLarge.
	Widen bool
	// Search, when issues are tied together beyond what can be eliminated, looks for good packages instead and marks the
	// answer as the best found. Without it, such a problem ends in an error of kind *TooLarge.
	Search bool
	// Seed fixes the choices of a search: same problem, same seed, same answer.
	Seed uint64
	// Progress, when not nil, is called from the computing goroutine, at most about every 50 ms of work.
	Progress func(Progress)
}

// DefaultMemory bounds a computation that names no bound: 1 GiB.
const DefaultMemory = int64(1) << 30

// Progress is how far a computation has come.
type Progress struct {
	Phase       string // "frontier", "elimination", "count", "search", …
	Done, Total int    // steps; Total 0 when unknown
	Points      int    // undominated points held
}

// TooLarge is the error of a computation that does not fit in its memory.
type TooLarge struct {
	What   string // "the frontier after 7 of 12 issues"
	Bytes  int64  // what it would have needed at least
	Bound  int64  // what it was given
	Advice string // what to do instead
}

// Error says what was too large, by how much, and what to do.
func (e *TooLarge) Error() string {
	return fmt.Sprintf("%s needs more than %d MiB; %s", e.What, e.Bound>>20, e.Advice)
}

// Unwrap makes it an error of kind Invalid for those who sort errors by kind.
func (e *TooLarge) Unwrap() error { return portsmouth.Invalidf("solver-memory", "%s", e.Error()) }

// Quality says how good an answer is.
type Quality string

// The qualities of an answer.
const (
	Exact  Quality = "exact"
	Within Quality = "within-epsilon" // an ε-frontier; the ε is stated
	Best   Quality = "best-found"     // a search, or a computation that was stopped
)

// Frontier is the set of packages that nobody can better without hurting someone: one point for each distinct vector of
// utilities, each with one outcome that reaches it.
type Frontier struct {
	Points  []Point // descending by the first party's utility, then the second's, …
	Quality Quality
	Epsilon []int64 // by party, when Quality is Within
	Width   int     // the most issues that had to be held together at once; 0 for a purely additive problem
	Largest int     // the largest intermediate set, in points
}
