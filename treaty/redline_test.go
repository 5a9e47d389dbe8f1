package treaty_test

import (
	"fmt"
	"strings"
	"testing"

	"portsmouth/treaty"
)

var redlines = [][2]string{
	{"The southern portion of the island is ceded.", "The southern portion of the island and all islands adjacent thereto is ceded."},
	{"The sum of 1,200 million yen is paid.", "The sum of 1,500 million yen is paid."},
	{"La somme de 1\u202f200 millions est versée.", "La somme de 1\u202f500 millions est versée."},
	{"within a year of signature", "not later than six months after ratification"},
	{"It lasts for ever.", ""},
	{"", "It begins."},
	{"No change.", "No change."},
	{"First line.\nSecond line.", "First line.\nA line between.\nSecond line."},
	{"a x y b", "a b"},
	{"第九条 北緯五十度", "第九条 北緯四十九度"},
	{"l’île d’Ontario", "l’île de Sakhaline"},
}

func TestRedlines(t *testing.T) {
	var b strings.Builder
	for _, r := range redlines {
		fmt.Fprintf(&b, "old  %s\nnew  %s\ndiff %s\n\n", r[0], r[1], marked(treaty.Diff(r[0], r[1])))
	}
	golden(t, "redlines.txt", b.String())
}

// marked writes a redline as [-removed-] and {+added+}.
func marked(spans []treaty.Span) string {
	var b strings.Builder
	for _, s := range spans {
		switch s.Op {
		case treaty.Same:
			b.WriteString(s.Text)
		case treaty.Removed:
			b.WriteString("[-" + s.Text + "-]")
		case treaty.Added:
			b.WriteString("{+" + s.Text + "+}")
		}
	}
	return b.String()
}

func FuzzDiff(f *testing.F) {
	for _, r := range redlines {
		f.Add(r[0], r[1])
	}
	f.Add("a  b", "a \xff b")
	f.Fuzz(func(t *testing.T, old, new string) {
		var before, after strings.Builder
		last := treaty.Op("")
		for _, s := range treaty.Diff(old, new) {
			if s.Text == "" || s.Op == last {
				t.Errorf("span %+v is empty or belongs to the one before", s)
			}
			last = s.Op
			if s.Op != treaty.Added {
				before.WriteString(s.Text)
			}
			if s.Op != treaty.Removed {
				after.WriteString(s.Text)
			}
		}
		if before.String() != old || after.String() != new {
			t.Errorf("%q, %q: the spans give %q and %q", old, new, before.String(), after.String())
		}
	})
}
