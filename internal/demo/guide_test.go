package demo

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of acts in the guide anew")

const guide = "../../docs/guide/portsmouth-1905.md"

// The guide's table of acts is drawn from the chronicle, so that neither says what the other does not.
func TestGuideListsTheActs(t *testing.T) {
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), "<!-- acts -->\n")
	_, after, ok2 := strings.Cut(rest, "<!-- /acts -->")
	if !ok || !ok2 {
		t.Fatal("the guide has lost the marks between which the acts stand")
	}
	want := before + "<!-- acts -->\n" + table(load(t)) + "<!-- /acts -->" + after
	if want == string(raw) {
		return
	}
	if !*update {
		t.Fatalf("%s does not list the acts of the chronicle; run: go test ./internal/demo -update", guide)
	}
	if err := os.WriteFile(guide, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// table lists the acts, with those that several people do alike in one row.
func table(c *Chronicle) string {
	var b strings.Builder
	grades := map[string]int{}
	for _, a := range c.Acts {
		grades[a.Grade]++
	}
	fmt.Fprintf(&b, "%d acts:", len(c.Acts))
	for _, g := range Grades {
		fmt.Fprintf(&b, " %d %s,", grades[g], g)
	}
	fmt.Fprintf(&b, " from %d sources.\n\n| No. | When | Who | What | Sources | Grade |\n|--:|---|---|---|---|---|\n", len(c.Sources))
	for k := 0; k < len(c.Acts); {
		n := k + 1
		for n < len(c.Acts) && alike(c.Acts[k], c.Acts[n]) {
			n++
		}
		b.WriteString(row(c, c.Acts[k:n]))
		k = n
	}
	return b.String()
}

func alike(a, b Act) bool {
	return a.At.Equal(b.At) && a.Verb == b.Verb && a.Verb != "invite" && a.Note == b.Note && reflect.DeepEqual(a.Fields, b.Fields)
}

func row(c *Chronicle, acts []Act) string {
	a := acts[0]
	number := fmt.Sprint(a.Number)
	if len(acts) > 1 {
		number += "–" + fmt.Sprint(acts[len(acts)-1].Number)
	}
	var who []string
	for _, x := range acts {
		who = append(who, c.person(x.By).Name.In("en"))
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |\n", number, when(a), strings.Join(who, ", "), what(a), strings.Join(a.Sources, ", "), a.Grade)
}

// when is the date and the hour of the place, which is named unless it is the Eastern coast of the United States.
func when(a Act) string {
	hour := a.At.Format(", 15.04")
	if a.Assumed {
		hour = a.At.Format(", about 15.04")
	}
	switch _, offset := a.At.Zone(); {
	case offset == 9*3600:
		hour += " Tokyo"
	case offset > 0:
		hour += " Saint Petersburg"
	}
	return a.At.Format("2 Jan") + hour
}

// what says in a few words what an act is about.
func what(a Act) string {
	words := strings.ReplaceAll(a.Verb, "-", " ")
	for _, key := range []string{"seat", "name", "room", "party", "issue", "option", "package", "terms", "if", "article", "offer", "held", "place", "text"} {
		v, ok := a.Fields[key]
		if !ok || a.Verb == "found" || a.Verb == "open-session" || key == "text" && a.Verb != "speak" {
			continue
		}
		text := fmt.Sprint(v)
		if _, ok := v.(map[string]any); ok {
			text = strings.NewReplacer("map[", "", "]", "", ":", " = ", " ", ", ").Replace(text)
		}
		if key == "if" {
			text = "if " + text
		}
		words += ": " + strings.ReplaceAll(text, "@", "")
	}
	if a.Held {
		words += " (held back)"
	}
	return words
}
