package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

// fieldFile reads one file of another tool into a space that the files of one folder share. JSON is read into the same
// tree as YAML, so that both are walked, and their problems told, in one way.
type fieldFile struct {
	decoder
	space   *Space
	refusal error // the file holds a kind of profile that is recognised and not imported
}

func newFieldFile(name string, s *Space) *fieldFile {
	return &fieldFile{decoder: decoder{file: name}, space: s}
}

// err returns what was wrong with the file, or nil.
func (f *fieldFile) err() error {
	switch {
	case f.refusal != nil:
		return f.refusal
	case len(f.problems) > 0:
		slices.SortStableFunc(f.problems, Problem.compare)
		return f.problems
	}
	return nil
}

// refuse keeps the first kind of content that is recognised and not imported.
func (f *fieldFile) refuse(rule, format string, args ...any) {
	if f.refusal == nil {
		f.refusal = portsmouth.Refuse(rule, "%s: %s", f.file, fmt.Sprintf(format, args...))
	}
}

// bad reports whether reading on makes no sense.
func (f *fieldFile) bad() bool { return f.refusal != nil || len(f.problems) > 0 }

func (f *fieldFile) reading(format string, args ...any) { once(&f.space.Readings, format, args...) }

func (f *fieldFile) warn(format string, args ...any) {
	once(&f.space.Warnings, "%s: %s", f.file, fmt.Sprintf(format, args...))
}

// once adds a sentence that is not there yet.
func once(list *[]string, format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(*list, s) && len(*list) < 1000 {
		*list = append(*list, s)
	}
}

// others warns of keys that the format does not have, which are passed over.
func (f *fieldFile) others(keys []string, known ...string) {
	for _, k := range keys {
		if !slices.Contains(known, k) {
			f.warn("“%s” is not part of the format and was not read", clip(k))
		}
	}
}

var numberForm = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$`)

// Bounds on the numbers of files: generous for any utility, small enough that sums of them stay small.
const (
	maxNumeral  = 80 // characters
	maxExponent = 60
)

// exactNumber reads a decimal numeral as it stands, without rounding to a float. Large exponents are no numbers here:
// 1e999999 would need a million digits.
func exactNumber(s string) (*big.Rat, bool) {
	if len(s) > maxNumeral || !numberForm.MatchString(s) {
		return nil, false
	}
	if k := strings.IndexAny(s, "eE"); k >= 0 {
		if e, err := strconv.Atoi(s[k+1:]); err != nil || e > maxExponent || e < -maxExponent {
			return nil, false
		}
	}
	return new(big.Rat).SetString(s)
}

// rational reads a decimal number exactly.
func (f *fieldFile) rational(n *yaml.Node, what string) *big.Rat {
	v, ok := f.scalar(n, what)
	if !ok {
		return new(big.Rat)
	}
	r, ok := exactNumber(v)
	if !ok {
		f.failf(n, "%s must be a decimal number, not “%s”", what, clip(v))
		return new(big.Rat)
	}
	return r
}

// rangeIssue spells out the numbers from low to high in steps. A last step that would pass high is left out, as the
// tools do.
func (f *fieldFile) rangeIssue(n *yaml.Node, name string, low, high, step *big.Rat) SpaceIssue {
	issue := SpaceIssue{Name: name}
	if step.Sign() <= 0 || high.Cmp(low) < 0 {
		f.failf(n, "the range of issue “%s” must go up in steps above 0", clip(name))
		return issue
	}
	steps := new(big.Rat).Quo(new(big.Rat).Sub(high, low), step)
	count := new(big.Int).Quo(steps.Num(), steps.Denom())
	if !count.IsInt64() || f.numbers+count.Int64() >= maxChoices {
		f.failf(n, "the issues have more than %d choices in all; choose larger steps for “%s”", maxChoices, clip(name))
		return issue
	}
	for _, r := range []*big.Rat{low, step} {
		if back, _ := exactNumber(portsmouth.FormatDecimal(r)); back == nil || back.Cmp(r) != 0 {
			f.failf(n, "the range of issue “%s” is finer than nine decimals", clip(name))
			return issue
		}
	}
	f.numbers += count.Int64() + 1
	at := new(big.Rat).Set(low)
	for range count.Int64() + 1 {
		issue.Options = append(issue.Options, portsmouth.FormatDecimal(at))
		at.Add(at, step)
	}
	last := new(big.Rat).Sub(at, step)
	if last.Cmp(high) != 0 {
		f.reading("the range of “%s” ends at %s, the last full step before %s", clip(name), portsmouth.FormatDecimal(last), portsmouth.FormatDecimal(high))
	}
	issue.Range = &Range{Low: low, High: last, Step: step}
	return issue
}

// count bounds the choices of all issues together.
func (f *fieldFile) count(n *yaml.Node, choices int) {
	if f.numbers += int64(choices); f.numbers > maxChoices {
		f.failf(n, "the issues have more than %d choices in all", maxChoices)
	}
}

// near ends a message about an unknown word with the word that may be meant. It looks at few and short candidates, since
// these come from the file.
func (f *fieldFile) near(word string, candidates []string) string {
	var few []string
	for _, c := range candidates[:min(len(candidates), 300)] {
		if len(c) <= 64 {
			few = append(few, c)
		}
	}
	return f.meant(word, few)
}

// toolNames says whose format it is, for people.
var toolNames = map[Format]string{Ours: "Portsmouth", Genius: "GENIUS", GeniusWeb: "GeniusWeb", NegMAS: "NegMAS", NegoLog: "NegoLog", CSV: "a table"}

// shortNumber writes a number for people, to twelve decimals.
func shortNumber(r *big.Rat) string {
	s := strings.TrimRight(r.FloatString(12), "0")
	return strings.TrimSuffix(s, ".")
}

// unique reports a name that stands twice.
func (f *fieldFile) unique(n *yaml.Node, seen map[string]bool, name, what string) {
	if seen[name] {
		f.failf(n, "%s “%s” stands twice; keep one", what, clip(name))
	}
	seen[name] = true
}

// json parses raw into a tree that is safe to walk: bounded in size and depth, numbers as they are written.
func (f *fieldFile) json(raw []byte) (*yaml.Node, bool) {
	start := &yaml.Node{Line: 1, Column: 1}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	switch {
	case len(raw) > MaxBytes:
		f.failf(start, "the file is larger than %d MiB; no scenario is", MaxBytes>>20)
	case !utf8.Valid(raw):
		f.failf(start, "the file is not UTF-8 text; save it as UTF-8")
	case marks(raw) > maxMarks:
		f.failf(start, "the file has more than %d lines, entries and marks; no scenario has", maxMarks)
	}
	if f.bad() {
		return nil, false
	}
	j := &jsonReader{raw: raw, dec: json.NewDecoder(bytes.NewReader(raw)), line: 1}
	j.dec.UseNumber()
	root, err := j.value(1)
	if err == nil {
		if _, err = j.dec.Token(); err == nil {
			err = errors.New("more follows after its end")
		} else if errors.Is(err, io.EOF) {
			return root, true
		}
	}
	f.failf(j.node(yaml.ScalarNode), "this is not JSON: %s (near this line; look for a missing comma, quote or bracket)", clip(err.Error()))
	return nil, false
}

// jsonReader turns JSON into the tree of the YAML parser, keeping order and places.
type jsonReader struct {
	raw             []byte
	dec             *json.Decoder
	scanned, begins int // how far lines have been counted; where the last one begins
	line            int
}

// node makes a node at the next token.
func (j *jsonReader) node(kind yaml.Kind) *yaml.Node {
	at := min(int(j.dec.InputOffset()), len(j.raw))
	for at < len(j.raw) && strings.IndexByte(" \t\r\n,:", j.raw[at]) >= 0 {
		at++
	}
	for ; j.scanned < at; j.scanned++ {
		if j.raw[j.scanned] == '\n' {
			j.line++
			j.begins = j.scanned + 1
		}
	}
	return &yaml.Node{Kind: kind, Line: j.line, Column: at - j.begins + 1}
}

func (j *jsonReader) value(depth int) (*yaml.Node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	n := j.node(yaml.ScalarNode)
	t, err := j.dec.Token()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("it ends too early")
	}
	if err != nil {
		return nil, err
	}
	switch v := t.(type) {
	case json.Delim:
		n.Kind = yaml.SequenceNode
		if v == '{' {
			n.Kind = yaml.MappingNode
		}
		return n, j.within(n, depth)
	case string:
		n.Value, n.Tag, n.Style = v, "!!str", yaml.DoubleQuotedStyle
	case json.Number:
		n.Value, n.Tag = v.String(), "!!float"
	case bool:
		n.Value, n.Tag = strconv.FormatBool(v), "!!bool"
	default:
		n.Value, n.Tag = "null", "!!null"
	}
	return n, nil
}

// within reads the keys and values of an object, or the items of a list, up to its end.
func (j *jsonReader) within(n *yaml.Node, depth int) error {
	for j.dec.More() {
		c, err := j.value(depth + 1)
		if err != nil {
			return err
		}
		n.Content = append(n.Content, c)
	}
	_, err := j.dec.Token()
	if errors.Is(err, io.EOF) {
		return errors.New("it ends too early")
	}
	return err
}

// topKeys returns the first keys of a JSON object without reading it whole; nil when raw is none. It serves to tell
// what a file is.
func topKeys(raw []byte) []string {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if trimmed := bytes.TrimLeft(raw, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' || len(raw) > MaxBytes {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	depth, isKey := 0, false
	var keys []string
	for len(keys) < 50 {
		t, err := dec.Token()
		if err != nil {
			return keys
		}
		switch v := t.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				depth++
			} else {
				depth--
			}
			isKey = depth == 1
		case string:
			if depth == 1 && isKey {
				keys = append(keys, v)
				isKey = false
				continue
			}
			isKey = depth == 1
		default:
			isKey = depth == 1
		}
	}
	return keys
}
