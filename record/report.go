package record

import (
	"fmt"
	"strings"
)

// Place is where in a record something was looked at.
type Place struct {
	File     string // "tile/0/000.p/5"; "." is the folder; "" when it is no one file
	Leaf     int64  // its number; −1 when it is not one leaf
	From, To int64  // the bytes of File from From up to and without To; both 0 when it is all of it
}

// FileAt is a whole file.
func FileAt(path string) Place { return Place{File: path, Leaf: -1} }

// LeafAt is a leaf, wherever it is kept.
func LeafAt(n int64) Place { return Place{Leaf: n} }

// String is "leaf 271, in tile/entries/001.p/44, bytes 960 to 991".
func (p Place) String() string {
	var parts []string
	in := ""
	if p.Leaf >= 0 {
		parts, in = append(parts, fmt.Sprintf("leaf %d", p.Leaf)), "in "
	}
	switch p.File {
	case "":
	case ".":
		parts = append(parts, in+"the folder")
	default:
		parts = append(parts, in+p.File)
	}
	switch {
	case p.To == p.From+1:
		parts = append(parts, fmt.Sprintf("byte %d", p.From))
	case p.To > p.From:
		parts = append(parts, fmt.Sprintf("bytes %d to %d", p.From, p.To-1))
	}
	return strings.Join(parts, ", ")
}

// Step is one thing that was checked.
type Step struct {
	What  string // "the root of the tree"
	At    Place  // where it does not hold
	Found string // what was found, where it held
	Err   error  // why it does not hold; nil when it does
}

// Report is what Verify found.
type Report struct {
	Steps      []Step
	Signed     []byte // the file of the checkpoint
	Checkpoint Checkpoint
	Genesis    Genesis
	Seen       Seen     // by which witnesses, where leaf 0 has a policy
	Leaves     [][]byte // as they were entered, the long ones too; all of them only when every step before holds
}

// Add notes what was checked and returns whether it holds.
func (r *Report) Add(what string, at Place, found string, err error) bool {
	r.Steps = append(r.Steps, Step{what, at, found, err})
	return err == nil
}

// OK reports whether everything holds.
func (r *Report) OK() bool {
	for _, s := range r.Steps {
		if s.Err != nil {
			return false
		}
	}
	return len(r.Steps) > 0
}

// String is one line for each step.
func (r *Report) String() string {
	var out strings.Builder
	for _, s := range r.Steps {
		if s.Err != nil {
			fmt.Fprintf(&out, "FAILED  %s: %s: %v\n", s.What, s.At, s.Err)
			continue
		}
		fmt.Fprintf(&out, "ok      %s: %s\n", s.What, s.Found)
	}
	return out.String()
}
