package scenario

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

// Limits on a file, so that hostile input stays small in memory and in time.
const (
	MaxBytes  = 4 << 20 // of the file
	maxMarks  = 300_000 // commas, colons, line ends, dashes and brackets: a ceiling for the parser's memory
	maxDepth  = 16      // of nesting; the format itself needs 10
	maxPeople = 500
	maxLangs  = 8
)

// Read reads one scenario file; name stands for the file in messages. The error, when there is one, is of type
// [Problems], except when r itself fails.
func Read(name string, r io.Reader) (*Scenario, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read scenario %s: %w", name, err)
	}
	return Parse(name, raw)
}

// Parse is Read for a file that is already in memory.
func Parse(name string, raw []byte) (*Scenario, error) {
	d := &decoder{file: name, s: &Scenario{}, ids: map[string]bool{}, packages: map[string]*yaml.Node{}}
	root, ok := d.tree(raw)
	if !ok {
		return nil, d.problems
	}
	d.scenario(root)
	if len(d.problems) > 0 {
		slices.SortStableFunc(d.problems, Problem.compare)
		return nil, d.problems
	}
	return d.s, nil
}

// tree parses raw into a tree that is safe to walk: of one document, bounded depth, without aliases or explicit tags.
func (d *decoder) tree(raw []byte) (*yaml.Node, bool) {
	start := &yaml.Node{Line: 1, Column: 1}
	switch {
	case len(raw) > MaxBytes:
		d.failf(start, "the file is larger than %d MiB; a scenario is text of some hundred kilobytes at most", MaxBytes>>20)
		return nil, false
	case !utf8.Valid(raw):
		d.failf(start, "the file is not UTF-8 text; save it as UTF-8")
		return nil, false
	case marks(raw) > maxMarks:
		d.failf(start, "the file has more than %d lines, entries and marks; that is no scenario", maxMarks)
		return nil, false
	}
	docs, err := documents(raw)
	if err != nil {
		d.syntax(raw, err)
		return nil, false
	}
	if len(docs) != 1 || len(docs[0].Content) != 1 {
		d.failf(start, "a scenario file holds one YAML document; this one holds %d", len(docs))
		return nil, false
	}
	root := docs[0].Content[0]
	d.plain(root, 1)
	return root, len(d.problems) == 0
}

func marks(raw []byte) int {
	n := 0
	for _, b := range raw {
		if strings.IndexByte(",:\n-[]{}?&*#", b) >= 0 {
			n++
		}
	}
	return n
}

// documents runs the YAML parser. The parser reports errors by panicking inside and is known to let a few panics on
// malformed input escape; one that does is a syntax error like any other.
func documents(raw []byte) (docs []*yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("yaml: cannot be read (%v)", p)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	for len(docs) < 2 {
		n := new(yaml.Node)
		if err := dec.Decode(n); err == io.EOF {
			return docs, nil
		} else if err != nil {
			return nil, err
		}
		docs = append(docs, n)
	}
	return docs, nil
}

var syntaxForm = regexp.MustCompile(`(?s)^yaml: (?:line (\d+): )?(.*)$`)

// syntax turns the parser's message into a problem at the line that it names, at its first letter.
func (d *decoder) syntax(raw []byte, err error) {
	at, message := &yaml.Node{Line: 1, Column: 1}, err.Error()
	if m := syntaxForm.FindStringSubmatch(message); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	if lines := bytes.SplitN(raw, []byte("\n"), at.Line+1); at.Line >= 1 && at.Line <= len(lines) {
		line := lines[at.Line-1]
		at.Column = 1 + len(line) - len(bytes.TrimLeft(line, " \t"))
	}
	d.failf(at, "this is not YAML: %s (near this line; look for a missing quote, bracket or space after “:”)", clip(message))
}

// plain refuses what the format does not use and what makes small files big: anchors, aliases, tags, deep nesting.
func (d *decoder) plain(n *yaml.Node, depth int) {
	switch {
	case d.full():
		return
	case depth > maxDepth:
		d.failf(n, "nested more than %d deep; no part of the format is", maxDepth)
		return
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.failf(n, "anchors and aliases (“&name”, “*name”) are not part of the format; write the text out, or quote it")
		return
	case n.Style&yaml.TaggedStyle != 0:
		d.failf(n, "tags (“%s”) are not part of the format; leave the tag out", clip(n.Tag))
		return
	}
	for _, c := range n.Content {
		d.plain(c, depth+1)
	}
}

func (d *decoder) scenario(n *yaml.Node) {
	s := d.s
	var schema string
	d.mapping(n, "the scenario",
		need("schema", d.word(&schema, "the schema", Schema)),
		need("id", d.id(&s.ID, "the scenario's id")),
		need("languages", d.languageList(&s.Languages, "languages")),
		need("title", d.text(&s.Title, "the title")),
		opt("summary", d.text(&s.Summary, "the summary")),
		opt("place", d.text(&s.Place, "the place")),
		opt("brief", d.brief),
		need("parties", d.parties),
		opt("mediators", d.people(&s.Mediators, "mediators", portsmouth.Mediator)),
		opt("observers", d.people(&s.Observers, "observers", portsmouth.Observer)),
		opt("regions", d.regions),
		opt("frame", d.frame),
		need("issues", d.issues),
		opt("conditions", d.onAgenda(d.conditions)),
		opt("rules", d.rules),
		opt("first_offers", d.onAgenda(d.firstOffers)),
		opt("packages", d.onAgenda(d.packageList)),
		opt("preferences", d.preferences),
		opt("what_if", d.whatIfs), // last: it leans on all of these
	)
	if len(d.ids) > maxPeople {
		d.failf(n, "more than %d people; name those who sit at the table", maxPeople)
	}
	if len(d.problems) > 0 {
		return
	}
	if s.Rules.Languages == nil {
		s.Rules = portsmouth.DefaultRules(s.Languages)
	}
	if err := s.Agenda.Validate(); err != nil {
		d.failf(n, "%v", err)
	}
}

var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// languageList reads BCP 47 tags. Those of the scenario itself also set the languages that every text is held to.
func (d *decoder) languageList(to *[]string, what string) reader {
	return func(n *yaml.Node) {
		var langs []string
		d.list(what, func(n *yaml.Node) {
			l, ok := d.scalar(n, "a language")
			switch {
			case !ok:
			case !languageForm.MatchString(l) || len(l) > 35:
				d.failf(n, "“%s” is not a language tag; write one like en, fr or pt-BR", clip(l))
			case slices.Contains(langs, l):
				d.failf(n, "language %s stands twice; keep one", l)
			case d.langs != nil && !slices.Contains(d.langs, l):
				d.failf(n, "“%s” is not among the file's languages (%s)", l, strings.Join(d.langs, ", "))
			default:
				langs = append(langs, l)
			}
		})(n)
		if n.Kind == yaml.SequenceNode && (len(n.Content) == 0 || len(n.Content) > maxLangs) {
			d.failf(n, "%s needs 1 to %d languages", what, maxLangs)
		}
		*to = langs
		if d.langs == nil {
			d.langs = append([]string{}, langs...)
			d.s.Agenda.Languages = append([]string(nil), langs...)
		}
	}
}

func (d *decoder) brief(n *yaml.Node) {
	d.mapping(n, "the brief",
		opt("facts", d.list("the facts", func(n *yaml.Node) {
			var t portsmouth.Text
			d.text(&t, "a fact")(n)
			d.s.Facts = append(d.s.Facts, t)
		})),
		opt("why", d.text(&d.s.Why, "why it matters")),
	)
}
