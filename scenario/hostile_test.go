package scenario_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"portsmouth/scenario"
)

// Files made to exhaust a reader are refused, and soon.
func TestHostileFiles(t *testing.T) {
	head := "schema: portsmouth-scenario/1\nid: x\nlanguages: [en]\ntitle: X\n"
	many := func(line string, n int) string { return strings.Repeat(line, n) }
	files := map[string]string{
		"empty":            "",
		"only a comment":   "# nothing\n",
		"a list":           "- a\n",
		"a word":           "peace",
		"null":             "~",
		"zero bytes":       many("\x00", 1000),
		"not UTF-8":        "title: \xff\xfe",
		"too large":        many("a", scenario.MaxBytes+1),
		"one long word":    many("a", scenario.MaxBytes),
		"many lines":       many("a: 1\n", 500_000),
		"many unknown":     head + unknownKeys(50_000),
		"deep brackets":    many("[", 200_000),
		"deep in bounds":   many("[", 9_000) + many("]", 9_000),
		"deep braces":      many("{a: ", 9_000),
		"deep dashes":      many("- ", 140_000),
		"deep indent":      deepIndent(2_000),
		"many comments":    many("# c\n", 140_000) + head,
		"comment per item": "a:\n" + many("# c\n- b\n", 50_000),
		"many parties":     head + "parties:\n" + many("- {id: a, name: A}\n", 40_000),
		"many people":      head + "observers:\n" + many("- {id: a, name: A}\n", 40_000),
		"many articles":    head + "frame:\n  articles:\n" + many("  - {id: a}\n", 40_000),
		"many tabs":        many("\t", 1_000_000),
		"long quoted":      "title: \"" + many(`\n`, 1_000_000),
		"billion laughs":   laughs(),
	}
	for name, text := range files {
		start := time.Now()
		s, err := scenario.Parse("hostile.yaml", []byte(text))
		if s != nil || err == nil || len(err.Error()) > 10_000 {
			t.Errorf("%s: got %v, error of %d bytes", name, s != nil, len(err.Error()))
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Logf("%-17s %8v  %.100s", name, took.Round(time.Millisecond), err)
		}
	}
}

func unknownKeys(n int) string {
	var b strings.Builder
	for k := range n {
		b.WriteString(strings.Repeat("k", 1+k%60))
		b.WriteString(strings.Repeat("q", k/60%60))
		b.WriteString(": 1\n")
	}
	return b.String()
}

func deepIndent(n int) string {
	var b strings.Builder
	for k := range n {
		b.WriteString(strings.Repeat(" ", k) + "a:\n")
	}
	return b.String()
}

func laughs() string {
	var b strings.Builder
	b.WriteString("a0: &a0 ha\n")
	for k := 1; k < 60; k++ {
		prev := string(rune('0'+(k-1)/10)) + string(rune('0'+(k-1)%10))
		this := string(rune('0'+k/10)) + string(rune('0'+k%10))
		b.WriteString("b" + this + ": &b" + this + " [*b" + prev + ", *b" + prev + "]\n")
	}
	return b.String()
}

// A number of a million steps may stand on an agenda, but preferences over it would be a million values a party.
func TestNumbersAreBounded(t *testing.T) {
	base, err := os.ReadFile(small)
	if err != nil {
		t.Fatal(err)
	}
	fine := bytes.Replace(base, []byte("step: 5\n"), []byte("step: 0.0005\n"), 1)
	if _, err := scenario.Parse("small.yaml", fine); err == nil || !strings.Contains(err.Error(), "choose a larger step") {
		t.Errorf("got %v", err)
	}
}

// FuzzRead holds reading to its promises: no panic; problems of bounded size that point into the file; and whatever is
// read can be written, read back equal, and written the same.
func FuzzRead(f *testing.F) {
	raw, err := os.ReadFile(small)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	for _, s := range []string{"", "a: &b [*b]", "schema: [", "? {a: b}\n: c", "%YAML 1.1\n---\n", "{schema: portsmouth-scenario/1, id: 1, languages: [en]}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := scenario.Parse("fuzz.yaml", raw)
		if err != nil {
			checkProblems(t, raw, err)
			return
		}
		var once, twice bytes.Buffer
		if err := s.Write(&once); err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		again, err := scenario.Parse("again.yaml", once.Bytes())
		if err != nil {
			t.Fatalf("written but not read: %v\n%s", err, once.String())
		}
		if err := again.Write(&twice); err != nil || once.String() != twice.String() {
			t.Fatalf("written twice, two files (%v):\n%s\n%s", err, once.String(), twice.String())
		}
	})
}

func checkProblems(t *testing.T, raw []byte, err error) {
	problems, ok := err.(scenario.Problems)
	if !ok || len(problems) == 0 || len(problems) > scenario.MaxProblems {
		t.Fatalf("error %T: %v", err, err)
	}
	lines := bytes.Count(raw, []byte("\n")) + bytes.Count(raw, []byte("\r")) + bytes.Count(raw, []byte("\u0085")) +
		bytes.Count(raw, []byte("\u2028")) + bytes.Count(raw, []byte("\u2029")) + 2
	for _, p := range problems {
		if p.Line < 1 || p.Col < 1 || p.Line > lines || len(p.Message) > 2000 {
			t.Fatalf("problem outside the file, or too long: %v", p)
		}
	}
}
