package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"portsmouth"
)

// MaxProblems is the most problems that one reading reports.
const MaxProblems = 10

// Problem is one thing wrong with a file: where, what, and what to write instead.
type Problem struct {
	File      string
	Line, Col int // from 1
	Message   string
}

// String gives the problem in the form that editors jump to: "file:line:col: message".
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Message)
}

// compare puts problems in the order of the file.
func (p Problem) compare(q Problem) int {
	return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// Problems is the error that reading returns: 1 to MaxProblems problems, in the order of the file.
type Problems []Problem

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for k, p := range ps {
		lines[k] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes the problems an error of kind Invalid for those who sort errors by kind.
func (ps Problems) Unwrap() error {
	return portsmouth.Invalidf("scenario-file", "%s", ps.Error())
}

// nearest returns the candidate closest to word when it is close enough to be a slip of the pen, else "".
func nearest(word string, candidates []string) string {
	if len(word) > 64 {
		return ""
	}
	best, distance := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if d := edits(word, c); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// edits is the number of letters to insert, delete, replace or swap with their neighbour to turn a into b.
func edits(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, last := make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row := make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(t)]
}

// meant ends a message about an unknown word with a suggestion, or with the words that are known when they are few.
func (d *decoder) meant(word string, candidates []string) string {
	if d.full() {
		return "" // the message would not be kept, and a hostile file has many
	}
	candidates = slices.DeleteFunc(candidates, func(c string) bool { return c == "" })
	if c := nearest(word, candidates); c != "" {
		return fmt.Sprintf("; did you mean “%s”?", c)
	}
	if len(candidates) == 0 || len(candidates) > 20 {
		return ""
	}
	return "; known here: " + strings.Join(candidates, ", ")
}

// clip keeps hostile words from filling the message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
