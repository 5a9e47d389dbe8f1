package scenario

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The words of a table. A row with an issue and an option gives points; these say something else.
const (
	cellIssue       = "issue"
	cellOption      = "option"
	cellNote        = "note"
	cellWeight      = "weight"      // as the option: how much the issue counts
	cellReservation = "reservation" // as the issue, without an option: the worth of no agreement
	cellBase        = "base"        // added to every package
	cellMost        = "most"        // no package is worth more
	cellSession     = "discount"    // what is left of the worth at the end of the session
	cellStep        = "discount per step"
)

var specialRows = []string{cellReservation, cellBase, cellMost, cellSession, cellStep}

// tableHead matches the first two cells of a table, with the separator between them.
var tableHead = regexp.MustCompile(`(?i)^(?:\x{feff})?(?:sep=.\r?\n)?[\s,;]*"?issue"?[ ]*([,;\t])[ ]*"?option"?[ ]*[,;\t\r\n]`)

func sniffCSV(raw []byte) (isDomain, isProfile bool) {
	head := raw[:min(len(raw), 400)]
	return false, tableHead.Match(head) || bytes.HasPrefix(head, []byte("\xff\xfei\x00s\x00s\x00u\x00e\x00"))
}

// tableFile reads one filled table.
type tableFile struct {
	*fieldFile
	columns []int // of the parties
	note    int   // the column of notes, or -1
	rows    []tableRow
	issues  []SpaceIssue
	at      map[string]int    // issues by name
	have    []map[string]bool // by issue, which options have a row
	parties []*tableParty
}

// tableRow is one row with its place.
type tableRow struct {
	cells []string
	line  int
	cols  []int
}

// tableParty is one column.
type tableParty struct {
	profile Profile
	weights map[int]*big.Rat
	values  []map[int]*big.Rat
}

// readCSV reads one table with a column for each party, or a table from each party about the same issues.
func readCSV(files []namedFile) (*Space, error) {
	s := &Space{Format: CSV, Scale: 100}
	for _, file := range files {
		t := &tableFile{fieldFile: newFieldFile(file.name, s), at: map[string]int{}, note: -1}
		t.read(file)
		if err := t.err(); err != nil {
			return nil, err
		}
	}
	once(&s.Readings, "utility is the sum of weight × points / 100 over the issues")
	return s, nil
}

func (t *tableFile) read(file namedFile) {
	if !t.parse(file.raw) || !t.header(file) {
		return
	}
	t.settle()
	if t.bad() {
		return
	}
	t.fill()
	if t.bad() {
		return
	}
	t.finish()
}

// parse splits the file into rows, by the separator that its first row uses.
func (t *tableFile) parse(raw []byte) bool {
	start := &yaml.Node{Line: 1, Column: 1}
	switch {
	case len(raw) > MaxBytes:
		t.failf(start, "the file is larger than %d MiB; no scenario is", MaxBytes>>20)
		return false
	case bytes.HasPrefix(raw, []byte("\xff\xfe")) || !utf8.Valid(raw):
		t.failf(start, "the file is not UTF-8 text; in the spreadsheet choose “save as” and the kind “CSV UTF-8”")
		return false
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	skipped := 0
	if bytes.HasPrefix(bytes.ToLower(raw[:min(len(raw), 4)]), []byte("sep=")) {
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
		skipped = 1
	}
	m := tableHead.FindSubmatch(raw[:min(len(raw), 400)])
	if m == nil {
		t.failf(start, "the first row must be: issue, option, and a name for each party")
		return false
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = rune(m[1][0]), -1, m[1][0] != '\t'
	return t.records(r, skipped)
}

// records reads the rows; skipped lines stood before them.
func (t *tableFile) records(r *csv.Reader, skipped int) bool {
	cells := 0
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return true
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			t.failf(&yaml.Node{Line: syntax.Line + skipped, Column: syntax.Column}, "this row cannot be read: a quote (\") is missing or too many")
			return false
		}
		if cells += len(record); err != nil || cells > maxMarks {
			t.failf(&yaml.Node{Line: 1, Column: 1}, "the table cannot be read, or has more than %d cells", maxMarks)
			return false
		}
		row := tableRow{cells: record, cols: make([]int, len(record))}
		for k := range record {
			row.line, row.cols[k] = r.FieldPos(k)
			row.line += skipped
			record[k] = strings.TrimSpace(record[k])
		}
		if strings.Join(record, "") != "" && !strings.HasPrefix(record[0], "#") {
			t.rows = append(t.rows, row)
		}
	}
}

// cell returns the text of a cell and a node at its place.
func (r *tableRow) cell(k int) (string, *yaml.Node) {
	n := &yaml.Node{Line: r.line, Column: 1}
	if k < len(r.cells) {
		n.Column = r.cols[k]
		return r.cells[k], n
	}
	return "", n
}

// header reads who the columns belong to. A single column without a name takes that of the file: each party can fill a
// copy of one and the same table.
func (t *tableFile) header(file namedFile) bool {
	if len(t.rows) == 0 || !strings.EqualFold(t.rows[0].cells[0], cellIssue) {
		t.failf(&yaml.Node{Line: 1, Column: 1}, "the first row must be: issue, option, and a name for each party")
		return false
	}
	head := t.rows[0]
	t.rows = t.rows[1:]
	t.aligned(len(head.cells))
	seen := map[string]bool{}
	for _, p := range t.space.Profiles {
		seen[p.Name] = true
	}
	for k := 2; k < len(head.cells); k++ {
		text, n := head.cell(k)
		if strings.EqualFold(text, cellNote) || strings.EqualFold(text, "notes") {
			t.note = k
			continue
		}
		name := literal(text)
		if text == "" || slices.Contains([]string{"points", "value", "values"}, strings.ToLower(text)) {
			if t.columnEmpty(k) {
				continue
			}
			name = file.base()
		}
		t.unique(n, seen, name, "party")
		t.columns = append(t.columns, k)
		t.parties = append(t.parties, &tableParty{profile: Profile{Name: name, File: file.name}, weights: map[int]*big.Rat{}})
	}
	if len(t.columns) == 0 {
		t.failf(&yaml.Node{Line: head.line, Column: 1}, "there is no column with points; write the name of each party after “option”")
	}
	if len(t.columns)*len(t.rows) > maxCells {
		t.failf(&yaml.Node{Line: head.line, Column: 1}, "the table has more than %d cells", maxCells)
	}
	return !t.bad()
}

// aligned reports rows that are longer than the first: a decimal comma that was taken for a separator shows so.
func (t *tableFile) aligned(width int) {
	for k := range t.rows {
		row := &t.rows[k]
		for c := width; c < len(row.cells); c++ {
			if text, at := row.cell(c); text != "" {
				t.failf(at, "this row has more cells than the first row; a decimal comma needs quotes (\"12,5\") or “;” between cells")
				break
			}
		}
	}
}

func (t *tableFile) columnEmpty(k int) bool {
	return !slices.ContainsFunc(t.rows, func(r tableRow) bool { return k < len(r.cells) && r.cells[k] != "" })
}

// literal takes off the apostrophe that marks a cell as text: so written, it is neither a formula nor a word of the
// table.
func literal(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && needsMark(rest) {
		return rest
	}
	return s
}

// needsMark reports whether a text would be a formula to a spreadsheet, or a word, a range or a comment to the reader.
func needsMark(s string) bool {
	return s == "" || strings.ContainsRune("=+-@'#\t\r", rune(s[0])) || strings.EqualFold(s, cellWeight) ||
		slices.ContainsFunc(specialRows, func(w string) bool { return strings.EqualFold(s, w) }) ||
		strings.EqualFold(s, cellNote) || strings.EqualFold(s, "notes") || strings.EqualFold(s, "no agreement") ||
		slices.Contains([]string{"points", "value", "values"}, strings.ToLower(s)) || rangeForm.MatchString(s)
}

// rangeForm is an option that stands for all numbers of a range: "from 0 to 100 step 5", "0..100 step 5".
var rangeForm = regexp.MustCompile(`(?i)^(?:from\s+)?(\S+?)\s*(?:\.\.|\s+to\s+|…)\s*(\S+)\s+(?:in\s+)?steps?\s+(?:of\s+)?(\S+)$`)

// settle reads the first two columns: what is to be settled.
func (t *tableFile) settle() {
	last := -1
	for _, row := range t.rows {
		name, at := row.cell(0)
		option, optionAt := row.cell(1)
		if option == "" {
			t.special(name, at)
			continue
		}
		if name == "" && last < 0 {
			t.failf(at, "this row has an option but no issue; write the issue's name before it")
			continue
		}
		if name != "" {
			last = t.issue(literal(name))
		}
		t.option(last, option, optionAt)
		if t.full() || t.refusal != nil {
			return
		}
	}
	if len(t.issues) == 0 {
		t.failf(&yaml.Node{Line: 1, Column: 1}, "the table has no issues; write a row for each option: issue, option, points")
	}
	for i := range t.issues {
		if len(t.issues[i].Options) == 0 {
			t.failf(&yaml.Node{Line: 1, Column: 1}, "issue “%s” has a weight but no options", clip(t.issues[i].Name))
		}
	}
	switch {
	case t.bad():
	case t.space.Issues == nil:
		t.space.Issues = t.issues
	default:
		t.fieldFile.webSame(&yaml.Node{Line: 1, Column: 1}, t.issues)
	}
}

func (t *tableFile) special(name string, at *yaml.Node) {
	if canonicalRow(name) == "" {
		t.failf(at, "“%s” has no option beside it; write one, or %s%s", clip(name), strings.Join(specialRows[:3], ", "), t.near(strings.ToLower(name), specialRows))
	}
}

// canonicalRow returns the word of a row without an option, or "".
func canonicalRow(name string) string {
	name = strings.ToLower(name)
	if name == "no agreement" {
		return cellReservation
	}
	if slices.Contains(specialRows, name) {
		return name
	}
	return ""
}

func (t *tableFile) issue(name string) int {
	if i, ok := t.at[name]; ok {
		return i
	}
	t.at[name] = len(t.issues)
	t.issues = append(t.issues, SpaceIssue{Name: name})
	t.have = append(t.have, map[string]bool{})
	return len(t.issues) - 1
}

// option adds one option, or the numbers of a range.
func (t *tableFile) option(i int, text string, at *yaml.Node) {
	issue := &t.issues[i]
	if strings.EqualFold(text, cellWeight) {
		return
	}
	if m := rangeForm.FindStringSubmatch(text); m != nil && text[0] != '\'' {
		if len(issue.Options) > 0 {
			t.failf(at, "the range of issue “%s” must stand before its other rows", clip(issue.Name))
			return
		}
		var v [3]*big.Rat
		for k := range v {
			if v[k] = t.cellNumber(m[k+1], at, "the range"); t.bad() {
				return
			}
		}
		*issue = t.rangeIssue(at, issue.Name, v[0], v[1], v[2])
		return
	}
	if issue.Range != nil {
		o := t.knot(i, text)
		if o < 0 {
			t.failf(at, "“%s” is not a number of the range of issue “%s” (%s to %s)", clip(text), clip(issue.Name), issue.Options[0], issue.Options[len(issue.Options)-1])
			return
		}
		t.unique(at, t.have[i], issue.Options[o], "for issue “"+clip(issue.Name)+"”, the row")
		return
	}
	option := literal(text)
	t.unique(at, t.have[i], option, "for issue “"+clip(issue.Name)+"”, option")
	t.count(at, 1)
	issue.Options = append(issue.Options, option)
}

// knot returns the position of a number in the range of an issue, or -1.
func (t *tableFile) knot(i int, text string) int {
	r, ok := t.plainNumber(text)
	if !ok {
		return -1
	}
	issue := &t.issues[i]
	steps := new(big.Rat).Quo(new(big.Rat).Sub(r, issue.Range.Low), issue.Range.Step)
	if !steps.IsInt() || steps.Sign() < 0 || r.Cmp(issue.Range.High) > 0 {
		return -1
	}
	return int(steps.Num().Int64())
}
