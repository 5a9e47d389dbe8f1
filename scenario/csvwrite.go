package scenario

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"portsmouth"
)

// csvFiles writes one table with a column for each party, in points of 100. It begins with a byte-order mark, without
// which spreadsheets do not know that it is UTF-8.
func (s *Space) csvFiles() ([]File, error) {
	b := bytes.NewBufferString("\ufeff")
	w := &tableWriter{space: s, out: csv.NewWriter(b), points: big.NewRat(100, max(s.Scale, 1))}
	head := []string{cellIssue, cellOption}
	seen := map[string]bool{}
	for k := range s.Profiles {
		head = append(head, w.text(s.Profiles[k].Name, seen, "party"))
	}
	w.row(head...)
	issues := map[string]bool{}
	for i := range s.Issues {
		w.issue(i, w.text(s.Issues[i].Name, issues, "issue"))
	}
	w.special()
	w.out.Flush()
	if w.err != nil {
		return nil, w.err
	}
	if err := w.out.Error(); err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	return []File{{fileWord(s.Name, "scenario") + ".csv", b.Bytes()}}, nil
}

// Blank returns an empty table for one party to fill: every issue and option of the space, and nobody's points. ReadSpace
// puts the tables that the parties fill, in one folder, together.
func (s *Space) Blank(party string) (File, error) {
	b := bytes.NewBufferString("\ufeff")
	blank := &Space{Name: s.Name, Scale: 100, Issues: s.Issues}
	w := &tableWriter{space: blank, out: csv.NewWriter(b), points: big.NewRat(1, 1)}
	w.row(cellIssue, cellOption, w.text(party, map[string]bool{}, "party"))
	issues := map[string]bool{}
	for i := range s.Issues {
		name, seen := w.text(s.Issues[i].Name, issues, "issue"), map[string]bool{}
		w.row(name, cellWeight, "")
		if r := s.Issues[i].Range; r != nil {
			w.row(name, r.rangeText(), "")
		}
		for _, o := range w.options(i) {
			w.row(name, w.text(s.Issues[i].Options[o], seen, "option"), "")
		}
	}
	w.row(cellReservation, "", "")
	w.out.Flush()
	if w.err == nil {
		w.err = w.out.Error()
	}
	return File{fileWord(party, "party") + ".csv", b.Bytes()}, w.err
}

type tableWriter struct {
	space  *Space
	out    *csv.Writer
	points *big.Rat // by which worths are multiplied to be points
	err    error
}

func (w *tableWriter) row(cells ...string) {
	if err := w.out.Write(cells); err != nil && w.err == nil {
		w.err = fmt.Errorf("write table: %w", err)
	}
}

// text writes a word so that it is neither a formula to a spreadsheet nor a word of the table to the reader. Two words
// that differ in white space alone would become one and are refused.
func (w *tableWriter) text(s string, seen map[string]bool, what string) string {
	s = strings.TrimSpace(strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(s))
	if seen[s] && w.err == nil {
		w.err = portsmouth.Invalidf("format-holds", "%s “%s” stands twice but for white space, which a table cannot tell apart", what, clip(s))
	}
	seen[s] = true
	if needsMark(s) && !plainNegative(s) {
		return "'" + s
	}
	return s
}

// plainNegative reports whether a text that begins with a minus is just a number, which no spreadsheet misreads.
func plainNegative(s string) bool {
	r, ok := exactNumber(s)
	return ok && strings.HasPrefix(s, "-") && portsmouth.FormatDecimal(r) == s
}

// number writes a number as people do: without “.0”.
func (w *tableWriter) number(r *big.Rat) string { return strings.TrimSuffix(decimalText(r), ".0") }

func (w *tableWriter) issue(i int, name string) {
	s := w.space
	issue := &s.Issues[i]
	weights := []string{name, cellWeight}
	for k := range s.Profiles {
		weights = append(weights, w.number(new(big.Rat).Mul(s.Profiles[k].weight(i), big.NewRat(100, 1))))
	}
	w.row(weights...)
	options, seen := w.options(i), map[string]bool{}
	if issue.Range != nil {
		w.row(append([]string{name, issue.Range.rangeText()}, make([]string, len(s.Profiles))...)...)
	}
	tables := make([][]*big.Rat, len(s.Profiles))
	for k := range s.Profiles {
		tables[k] = s.worths(&s.Profiles[k], i)
	}
	for _, o := range options {
		cells := []string{name, w.text(issue.Options[o], seen, "option")}
		for k := range tables {
			cells = append(cells, w.number(new(big.Rat).Mul(tables[k][o], w.points)))
		}
		w.row(cells...)
	}
}

// options returns which options get a row: all of a list; of a range its ends and where any party's line bends.
func (w *tableWriter) options(i int) []int {
	issue := &w.space.Issues[i]
	var all []int
	if issue.Range == nil {
		for o := range issue.Options {
			all = append(all, o)
		}
		return all
	}
	all = []int{0, len(issue.Options) - 1}
	for k := range w.space.Profiles {
		all = append(all, w.space.bends(&w.space.Profiles[k], i)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// special writes the rows without an option, those that any party has.
func (w *tableWriter) special() {
	per := func(p *Profile, what string) *big.Rat {
		if p.Discount == nil || p.Discount.Per != what {
			return nil
		}
		return new(big.Rat).Quo(p.Discount.Factor, w.points) // a share, not points
	}
	rows := map[string]func(p *Profile) *big.Rat{
		cellReservation: func(p *Profile) *big.Rat { return p.Reservation },
		cellBase:        func(p *Profile) *big.Rat { return p.Constant },
		cellMost:        func(p *Profile) *big.Rat { return p.Cap },
		cellSession:     func(p *Profile) *big.Rat { return per(p, "session") },
		cellStep:        func(p *Profile) *big.Rat { return per(p, "step") },
	}
	for _, word := range specialRows {
		cells, any := []string{word, ""}, false
		for k := range w.space.Profiles {
			cell := ""
			if r := rows[word](&w.space.Profiles[k]); r != nil {
				cell, any = w.number(new(big.Rat).Mul(r, w.points)), true
			}
			cells = append(cells, cell)
		}
		if any {
			w.row(cells...)
		}
	}
}
