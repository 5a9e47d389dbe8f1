package portsmouth_test

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The assessment of docs/security/asvs.md, kept honest as far as a program can: every requirement of level 1 and 2 is in it
// once, its counts and its list of what is open are those of its tables, and what it cites exists.

const asvsFile = "docs/security/asvs.md"

// asvsSections are the sections of ASVS 5.0.0 with the number of their requirements of level 1 and 2. In each these come
// first, and those of level 3 after them.
const asvsSections = `
	1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4
	5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2
	8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1
	12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3
	17.1:1 17.2:4 17.3:2`

// asvsLevel1 are those of level 1; all others are of level 2.
const asvsLevel1 = `
	1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 4.4.1
	5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4
	7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1
	12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1`

// asvsRow is one line of the tables: one requirement, or several that follow one another.
type asvsRow struct {
	numbers             []string
	level, verdict, why string
}

// asvsAll lists the requirements, in their order.
func asvsAll() []string {
	var all []string
	for _, section := range words(asvsSections) {
		name, count, _ := strings.Cut(section, ":")
		n, _ := strconv.Atoi(count)
		for k := range n {
			all = append(all, fmt.Sprintf("%s.%d", name, k+1))
		}
	}
	return all
}

var asvsNumber = regexp.MustCompile(`^(\d+\.\d+)\.(\d+)(?:–\d+\.\d+\.(\d+))?$`)

// asvsRows reads the tables.
func asvsRows(text string) []asvsRow {
	var rows []asvsRow
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for k := range cells {
			cells[k] = strings.TrimSpace(cells[k])
		}
		m := asvsNumber.FindStringSubmatch(cells[0])
		if m == nil || len(cells) != 5 {
			continue
		}
		row := asvsRow{level: cells[1], verdict: cells[3], why: cells[4]}
		first, _ := strconv.Atoi(m[2])
		last, err := strconv.Atoi(m[3])
		if err != nil {
			last = first
		}
		for k := first; k <= last; k++ {
			row.numbers = append(row.numbers, fmt.Sprintf("%s.%d", m[1], k))
		}
		rows = append(rows, row)
	}
	return rows
}

var (
	asvsVerdicts = []string{"met", "partly", "not met", "not applicable"}
	asvsCited    = regexp.MustCompile("`([^`]+)`")
	asvsTest     = regexp.MustCompile(`^(Test|Fuzz|Benchmark)[A-Z]\w*$`)
	asvsPath     = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)+$|^[\w-]+\.(go|md|mod|sum)$`)
	asvsAnywhere = regexp.MustCompile(`\b\d+\.\d+\.\d+\b`)
)

// checkAsvs holds the document against the standard's numbers, and against the repository.
func checkAsvs(text string, tests map[string]bool, exists func(string) bool) []string {
	var problems, found []string
	top, _, _ := strings.Cut(text, "\n## 1 ")
	_, open, _ := strings.Cut(top, "\n## What is open")
	listed := asvsAnywhere.FindAllString(open, -1)
	counts, ones := map[string]int{}, map[string]int{}
	for _, row := range asvsRows(text) {
		found = append(found, row.numbers...)
		counts[row.verdict] += len(row.numbers)
		problems = append(problems, row.problems(listed)...)
		for _, n := range row.numbers {
			if slices.Contains(words(asvsLevel1), n) {
				ones[row.verdict]++
			}
		}
	}
	if all := asvsAll(); !slices.Equal(found, all) {
		problems = append(problems, fmt.Sprintf("%s has the numbers %v, want %v", asvsFile, found, all))
	}
	for _, v := range asvsVerdicts {
		if line := fmt.Sprintf("| %s | %d | %d |", v, counts[v], ones[v]); !strings.Contains(top, line) {
			problems = append(problems, asvsFile+" does not say: "+line)
		}
	}
	return append(problems, asvsMissing(asvsFile, text, tests, exists)...)
}

// problems says what is wrong with a row: open ones are listed above, once, and no others; what is met is shown.
func (r asvsRow) problems(listed []string) []string {
	var problems []string
	name := strings.Join(r.numbers, ", ")
	open := r.verdict == "partly" || r.verdict == "not met"
	for _, n := range r.numbers {
		if times := len(slices.DeleteFunc(slices.Clone(listed), func(l string) bool { return l != n })); open != (times == 1) || times > 1 {
			problems = append(problems, fmt.Sprintf("%s is %s, and %d times in the list of what is open", n, r.verdict, times))
		}
		if level := map[bool]string{true: "1", false: "2"}[slices.Contains(words(asvsLevel1), n)]; !strings.Contains(r.level, level) {
			problems = append(problems, n+" is of level "+level)
		}
	}
	switch {
	case !slices.Contains(asvsVerdicts, r.verdict):
		problems = append(problems, name+": no verdict is called "+r.verdict)
	case r.why == "":
		problems = append(problems, name+" says nothing of why")
	case r.verdict == "met" && !asvsCited.MatchString(r.why) && !strings.Contains(r.why, "]("):
		problems = append(problems, name+" is met, and nothing shows it")
	}
	return problems
}

// asvsMissing lists what a document cites that is not there.
func asvsMissing(name, text string, tests map[string]bool, exists func(string) bool) []string {
	var problems []string
	for _, m := range asvsCited.FindAllStringSubmatch(text, -1) {
		cited := m[1]
		if asvsTest.MatchString(cited) && !tests[cited] || asvsPath.MatchString(cited) && !exists(cited) && !asvsData[path.Dir(cited)] {
			problems = append(problems, name+" cites "+cited+", which is not there")
		}
	}
	return problems
}

// asvsData are folders of a venue's data, not of the repository.
var asvsData = map[string]bool{"keys": true, "record": true}

// testNames are all tests of the repository.
func testNames(files []*file) map[string]bool {
	names := map[string]bool{}
	for _, f := range files {
		for _, decl := range f.ast.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && f.test && d.Recv == nil {
				names[d.Name.Name] = true
			}
		}
	}
	return names
}

func TestAssessment(t *testing.T) {
	if all, ones := len(asvsAll()), len(words(asvsLevel1)); all != 253 || ones != 70 {
		t.Fatalf("the standard has 253 requirements of level 1 and 2, 70 of level 1; this file lists %d and %d", all, ones)
	}
	tests := testNames(tree(t))
	report(t, checkAsvs(read(t, asvsFile), tests, isThere))
	const measures = "docs/security/measures.md"
	report(t, asvsMissing(measures, read(t, measures), tests, isThere))
}

// TestAssessmentCanFail spoils the document in each of the ways that are looked for.
func TestAssessmentCanFail(t *testing.T) {
	text, tests := read(t, asvsFile), testNames(tree(t))
	for name, spoil := range map[string][2]string{
		"a number is missing":       {"\n| 1.1.1 |", "\n| 1.1.x |"},
		"a number comes twice":      {"\n| 1.1.2 |", "\n| 1.1.1 |"},
		"a level is another":        {"\n| 1.2.1 | 1 |", "\n| 1.2.1 | 2 |"},
		"a verdict is of no kind":   {"| not applicable | no LDAP", "| never | no LDAP"},
		"a reason is missing":       {"| no LDAP |", "| |"},
		"a count is wrong":          {"| met | 1", "| met | 9"},
		"what is open is not said":  {"| 2.4.1 | founding", "| none | founding"},
		"a test is gone":            {"`TestHostileWords`", "`TestHostileWordsNoMore`"},
		"a path is gone":            {"`conference/codec.go`", "`conference/codecs.go`"},
		"what is met is not shown":  {"| the program starts no other; os/exec is in packages for tests alone, such as `record/recordtest/fsck.go` |", "| trust us |"},
		"what is open is said anew": {"| 2.4.1 | founding", "| 2.4.1, 1.1.1 | founding"},
	} {
		spoilt := strings.Replace(text, spoil[0], spoil[1], 1)
		if spoilt == text {
			t.Errorf("%s: the document does not have %q to spoil", name, spoil[0])
		} else if len(checkAsvs(spoilt, tests, isThere)) == 0 {
			t.Errorf("%s, and nobody noticed", name)
		}
	}
}
