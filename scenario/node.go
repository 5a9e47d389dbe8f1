package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

// decoder walks the tree of a file and collects problems instead of stopping at the first. Its methods that are named
// after a kind of content (text, word, id …) return readers: functions that read one node into a place.
type decoder struct {
	file     string
	langs    []string
	problems Problems
	s        *Scenario
	numbers  int64                 // values of numeric issues spelled out so far, see points.go
	sound    bool                  // the agenda has been read without a problem
	ids      map[string]bool       // ids of persons so far
	packages map[string]*yaml.Node // where each package stands, for checks that need the whole file
}

// reader reads one node into the place that it was made for.
type reader func(n *yaml.Node)

// field is one key that a mapping may have.
type field struct {
	key  string
	need bool
	read reader
}

func need(key string, read reader) field { return field{key: key, need: true, read: read} }
func opt(key string, read reader) field  { return field{key: key, read: read} }

func (d *decoder) failf(n *yaml.Node, format string, args ...any) {
	if len(d.problems) < MaxProblems {
		d.problems = append(d.problems, Problem{d.file, max(1, n.Line), max(1, n.Column), fmt.Sprintf(format, args...)})
	}
}

func (d *decoder) full() bool { return len(d.problems) >= MaxProblems }

// pairs returns the keys of a mapping in file order with their nodes, or nil with a problem.
func (d *decoder) pairs(n *yaml.Node, what string) ([]string, map[string]*yaml.Node) {
	if n.Kind != yaml.MappingNode {
		d.failf(n, "%s must be a mapping of keys to values (“key: value”)", what)
		return nil, nil
	}
	var keys []string
	nodes := map[string]*yaml.Node{}
	for k := 0; k+1 < len(n.Content); k += 2 {
		key := n.Content[k]
		if key.Kind != yaml.ScalarNode {
			d.failf(key, "a key of %s must be a plain word", what)
			continue
		}
		if nodes[key.Value] != nil {
			d.failf(key, "“%s” stands twice in %s; keep one", clip(key.Value), what)
			continue
		}
		keys = append(keys, key.Value)
		nodes[key.Value] = n.Content[k+1]
	}
	return keys, nodes
}

// mapping reads a mapping whose keys are known, in the order of fields, not of the file: languages must be known before
// any text is read.
func (d *decoder) mapping(n *yaml.Node, what string, fields ...field) {
	if _, nodes := d.pairs(n, what); nodes != nil {
		d.refuseUnknown(n, what, fields)
		d.readFields(n, what, nodes, fields)
	}
}

func (d *decoder) readFields(n *yaml.Node, what string, nodes map[string]*yaml.Node, fields []field) {
	for _, f := range fields {
		v := nodes[f.key]
		if v == nil || isNull(v) {
			if f.need {
				d.failf(n, "%s needs “%s”; write %s: …", what, f.key, f.key)
			}
			continue
		}
		f.read(v)
	}
}

func (d *decoder) refuseUnknown(n *yaml.Node, what string, fields []field) {
	known := make([]string, len(fields))
	for k, f := range fields {
		known[k] = f.key
	}
	for k := 0; k+1 < len(n.Content); k += 2 {
		key := n.Content[k]
		if key.Kind == yaml.ScalarNode && !slices.Contains(known, key.Value) {
			d.failf(key, "unknown key “%s” in %s%s", clip(key.Value), what, d.meant(key.Value, known))
		}
	}
}

// list reads every item of a sequence.
func (d *decoder) list(what string, item reader) reader {
	return func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode {
			d.failf(n, "%s must be a list (“- …” lines, or [a, b])", what)
			return
		}
		for _, c := range n.Content {
			if d.full() {
				return
			}
			item(c)
		}
	}
}

// scalar returns the plain string of n; ok is false, with a problem, when n is none.
func (d *decoder) scalar(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.failf(n, "%s must be a single word, number or sentence", what)
		return "", false
	}
	return n.Value, true
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (d *decoder) str(to *string, what string) reader {
	return func(n *yaml.Node) {
		if v, ok := d.scalar(n, what); ok {
			*to = strings.TrimSpace(v)
			if len(*to) > portsmouth.MaxText {
				d.failf(n, "%s is longer than %d bytes; shorten it", what, portsmouth.MaxText)
			}
		}
	}
}

// word reads one of a few allowed words.
func (d *decoder) word(to *string, what string, allowed ...string) reader {
	return func(n *yaml.Node) {
		v, ok := d.scalar(n, what)
		if !ok {
			return
		}
		if !slices.Contains(allowed, v) {
			d.failf(n, "%s cannot be “%s”%s", what, clip(v), d.oneOf(v, allowed))
			return
		}
		*to = v
	}
}

// oneOf ends a message about a word that is none of the few allowed.
func (d *decoder) oneOf(v string, allowed []string) string {
	if d.full() {
		return ""
	}
	if c := nearest(v, allowed); c != "" {
		return fmt.Sprintf("; did you mean “%s”?", c)
	}
	return "; write " + strings.Join(allowed, " or ")
}

func (d *decoder) id(to *string, what string) reader {
	return func(n *yaml.Node) {
		v, ok := d.scalar(n, what)
		if !ok {
			return
		}
		if !portsmouth.ValidID(v) {
			d.failf(n, "“%s” cannot be %s; use lower-case letters, digits, “-” and “_”, at most 64", clip(v), what)
			return
		}
		*to = v
	}
}

func (d *decoder) flag(to *bool, what string) reader {
	return func(n *yaml.Node) {
		switch v, ok := d.scalar(n, what); {
		case !ok:
		case v == "true" || v == "false":
			*to = v == "true"
		default:
			d.failf(n, "%s must be true or false, not “%s”", what, clip(v))
		}
	}
}

func (d *decoder) days(to *int, what string) reader {
	return d.count(to, what, "days", portsmouth.MaxDays)
}

// count reads a whole number of things from 0 to most.
func (d *decoder) count(to *int, what, things string, most int) reader {
	return func(n *yaml.Node) {
		v, ok := d.scalar(n, what)
		if !ok {
			return
		}
		k, err := strconv.Atoi(v)
		if err != nil || k < 0 || k > most {
			d.failf(n, "%s must be a whole number of %s from 0 to %d, not “%s”", what, things, most, clip(v))
			return
		}
		*to = k
	}
}

// hundredths reads a number from 0 to 100 with at most two decimals, exactly.
func (d *decoder) hundredths(to *int64, what string) reader {
	return func(n *yaml.Node) {
		v, ok := d.scalar(n, what)
		if !ok {
			return
		}
		h, ok := parseHundredths(v)
		if !ok {
			d.failf(n, "%s must be a number from 0 to 100 with at most two decimals, not “%s”", what, clip(v))
			return
		}
		*to = h
	}
}

func parseHundredths(s string) (int64, bool) {
	whole, frac, dot := strings.Cut(s, ".")
	if len(whole) < 1 || len(whole) > 3 || len(frac) > 2 || dot && frac == "" || strings.Trim(whole+frac, "0123456789") != "" {
		return 0, false
	}
	h, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	return h, err == nil && h <= 10_000
}

// formatHundredths is the inverse of parseHundredths: 6611 is "66.11", 6600 is "66".
func formatHundredths(h int64) string {
	s := fmt.Sprintf("%d.%02d", h/100, h%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// dateForms are the forms of a date, longest first. A date without a time is midnight UTC.
var dateForms = []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02"}

func (d *decoder) date(to *time.Time, what string) reader {
	return func(n *yaml.Node) {
		v, ok := d.scalar(n, what)
		if !ok {
			return
		}
		for _, form := range dateForms {
			t, err := time.Parse(form, v)
			if t = t.UTC(); err == nil && t.Nanosecond() == 0 && t.Year() > 1 && t.Year() <= 9999 {
				*to = t
				return
			}
		}
		d.failf(n, "%s must be a date like 1905-08-28 or 1905-08-28T20:35+09:00, not “%s”", what, clip(v))
	}
}

// formatDate writes the shortest form that reads back as t.
func formatDate(t time.Time) string {
	switch t = t.UTC(); {
	case t.Equal(t.Truncate(24 * time.Hour)):
		return t.Format("2006-01-02")
	case t.Second() == 0 && t.Nanosecond() == 0:
		return t.Format("2006-01-02T15:04Z07:00")
	default:
		return t.Format("2006-01-02T15:04:05Z07:00")
	}
}

// text reads a statement that must be given in every language of the file. In a file of one language a plain string
// will do.
func (d *decoder) text(to *portsmouth.Text, what string) reader {
	return func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode && len(d.langs) != 1 {
			d.failf(n, "%s must be given in each language; write {%s}", what, d.langForm())
			return
		}
		d.name(to, what)(n)
	}
}

// name reads a proper name: a plain string stands for every language.
func (d *decoder) name(to *portsmouth.Text, what string) reader {
	return func(n *yaml.Node) {
		t := portsmouth.Text{}
		if n.Kind == yaml.ScalarNode {
			for _, l := range d.langs {
				t[l] = ""
				d.statement(t, l, n, what)
			}
		} else if !d.languages(t, n, what) {
			return
		}
		*to = t
	}
}

func (d *decoder) languages(t portsmouth.Text, n *yaml.Node, what string) bool {
	before := len(d.problems)
	keys, nodes := d.pairs(n, what)
	for _, l := range keys {
		if !slices.Contains(d.langs, l) {
			d.failf(nodes[l], "%s is given in “%s”, which is not among the file's languages (%s)", what, clip(l), strings.Join(d.langs, ", "))
			continue
		}
		d.statement(t, l, nodes[l], what)
	}
	if m := t.Missing(d.langs); len(m) > 0 && len(d.problems) == before {
		d.failf(n, "%s is missing in %s; write {%s}", what, strings.Join(m, ", "), d.langForm())
	}
	return len(d.problems) == before
}

func (d *decoder) statement(t portsmouth.Text, lang string, n *yaml.Node, what string) {
	var s string
	d.str(&s, what)(n)
	if s == "" && n.Kind == yaml.ScalarNode && !isNull(n) {
		d.failf(n, "%s is empty; write the text or leave the key out", what)
	}
	t[lang] = s
}

func (d *decoder) langForm() string {
	forms := make([]string, len(d.langs))
	for k, l := range d.langs {
		forms[k] = l + ": …"
	}
	return strings.Join(forms, ", ")
}
