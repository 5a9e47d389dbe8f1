package scenario

import (
	"errors"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

// maxParts bounds the regions and the articles of a file.
const maxParts = 500

func (d *decoder) atMost(n *yaml.Node, what string, most int) bool {
	if len(n.Content) > most {
		d.failf(n, "more than %d %s", most, what)
		return false
	}
	return true
}

func (d *decoder) regions(n *yaml.Node) {
	a := &d.s.Agenda
	if !d.atMost(n, "regions", maxParts) {
		return
	}
	d.list("regions", func(n *yaml.Node) {
		var r portsmouth.Region
		d.mapping(n, "a region",
			need("id", d.id(&r.ID, "a region's id")),
			need("name", d.name(&r.Name, "the region's name")),
			opt("shape", d.shape(&r.Shape)),
		)
		if slices.ContainsFunc(a.Regions, func(o portsmouth.Region) bool { return r.ID != "" && o.ID == r.ID }) {
			d.failf(n, "region “%s” stands twice; give each its own id", r.ID)
		}
		a.Regions = append(a.Regions, r)
	})(n)
}

func (d *decoder) shape(to *string) reader {
	return func(n *yaml.Node) {
		d.str(to, "the shape")(n)
		if strings.Trim(*to, "MLHVZmlhvz0123456789., -") != "" {
			d.failf(n, "the shape must be SVG path data of straight lines (letters M, L, H, V, Z and numbers), like “M0 0 L100 0 L50 90 Z”")
			*to = ""
		}
	}
}

func (d *decoder) frame(n *yaml.Node) {
	f := &d.s.Agenda.Frame
	d.mapping(n, "the frame",
		opt("title", d.text(&f.Title, "the frame's title")),
		opt("preamble", d.text(&f.Preamble, "the preamble")),
		opt("articles", func(n *yaml.Node) {
			if d.atMost(n, "articles", maxParts) {
				d.list("articles", d.article)(n)
			}
		}),
		opt("closing", d.text(&f.Closing, "the closing")),
	)
}

func (d *decoder) article(n *yaml.Node) {
	f := &d.s.Agenda.Frame
	var a portsmouth.ArticleFrame
	d.mapping(n, "an article",
		need("id", d.id(&a.ID, "an article's id")),
		opt("title", d.text(&a.Title, "the article's title")),
		opt("text", d.text(&a.Text, "the article's text")),
		opt("after", d.text(&a.After, "the article's text after the clauses")),
		opt("annex", d.flag(&a.Annex, "annex")),
		opt("source", d.str(&a.Source, "the article's source")),
	)
	if a.ID == "preamble" || a.ID == "closing" {
		d.failf(n, "“%s” cannot be an article's id, for the text has a part of that name; write another", a.ID)
	}
	if a.ID != "" && slices.Contains(d.articleIDs(), a.ID) {
		d.failf(n, "article “%s” stands twice; give each its own id", a.ID)
	}
	f.Articles = append(f.Articles, a)
}

func (d *decoder) articleIDs() []string {
	var ids []string
	for _, a := range d.s.Agenda.Frame.Articles {
		ids = append(ids, a.ID)
	}
	return ids
}

func (d *decoder) issues(n *yaml.Node) {
	if n.Kind == yaml.SequenceNode && (len(n.Content) == 0 || len(n.Content) > portsmouth.MaxIssues) {
		d.failf(n, "an agenda needs 1 to %d issues", portsmouth.MaxIssues)
		return
	}
	d.list("issues", d.issue)(n)
	d.sound = len(d.problems) == 0
}

// onAgenda reads what leans on the agenda only when that is sound: otherwise one slip would be reported many times.
func (d *decoder) onAgenda(read reader) reader {
	return func(n *yaml.Node) {
		if d.sound {
			read(n)
		}
	}
}

func (d *decoder) issue(n *yaml.Node) {
	a := &d.s.Agenda
	var i portsmouth.Issue
	var kind string
	d.mapping(n, "an issue",
		need("id", d.id(&i.ID, "an issue's id")),
		need("title", d.text(&i.Title, "the issue's title")),
		opt("note", d.text(&i.Note, "the issue's note")),
		opt("head", d.str(&i.Head, "the issue's head")),
		opt("kind", d.word(&kind, "the kind", string(portsmouth.Discrete), string(portsmouth.Numeric), string(portsmouth.Territory))),
		opt("options", d.list("options", func(n *yaml.Node) { d.option(n, &i) })),
		opt("number", func(n *yaml.Node) { d.number(n, &i) }),
	)
	if i.Kind = portsmouth.IssueKind(kind); kind == "" {
		i.Kind = kindOf(&i)
	}
	if i.ID != "" && a.Issue(i.ID) != nil {
		d.failf(n, "issue “%s” stands twice; give each its own id", i.ID)
	}
	if len(d.problems) == 0 {
		d.checkIssue(n, &i)
	}
	a.Issues = append(a.Issues, i)
}

// kindOf tells the kind of an issue whose file leaves it out.
func kindOf(i *portsmouth.Issue) portsmouth.IssueKind {
	switch {
	case i.Number != nil:
		return portsmouth.Numeric
	case slices.ContainsFunc(i.Options, func(o portsmouth.Option) bool { return len(o.Regions) > 0 }):
		return portsmouth.Territory
	}
	return portsmouth.Discrete
}

// checkIssue refuses mixtures, then asks the agenda's own rules, on an agenda of this one issue so that the problem
// points at it.
func (d *decoder) checkIssue(n *yaml.Node, i *portsmouth.Issue) {
	switch {
	case i.Kind == portsmouth.Numeric && len(i.Options) > 0:
		d.failf(n, "issue %s is a number and has options; keep “number” or “options”", i.ID)
		return
	case i.Kind == portsmouth.Numeric && i.Number == nil:
		d.failf(n, "numeric issue %s needs a number; write number: {min: …, max: …, step: …}", i.ID)
		return
	case i.Kind != portsmouth.Numeric && i.Number != nil:
		d.failf(n, "issue %s has a number but is of kind %s; write kind: numeric", i.ID, i.Kind)
		return
	}
	one := portsmouth.Agenda{Languages: d.langs, Issues: []portsmouth.Issue{*i}, Regions: d.s.Agenda.Regions}
	one.Frame.Articles = d.s.Agenda.Frame.Articles
	if err := one.Validate(); err != nil {
		d.failf(n, "%v", err)
	}
}

func (d *decoder) option(n *yaml.Node, i *portsmouth.Issue) {
	var o portsmouth.Option
	d.mapping(n, "an option",
		need("id", d.id(&o.ID, "an option's id")),
		need("label", d.text(&o.Label, "the option's label")),
		opt("regions", func(n *yaml.Node) { d.assign(n, &o) }),
		opt("clauses", d.clauses(&o.Clauses)),
	)
	if o.ID != "" && i.Option(o.ID) != nil {
		d.failf(n, "option “%s” stands twice in issue %s; give each its own id", o.ID, i.ID)
	}
	i.Options = append(i.Options, o)
}

// assign reads which region goes to which party.
func (d *decoder) assign(n *yaml.Node, o *portsmouth.Option) {
	keys, nodes := d.pairs(n, "regions")
	if len(keys) > 0 {
		o.Regions = map[string]string{}
	}
	var known []string
	for _, r := range d.s.Agenda.Regions {
		known = append(known, r.ID)
	}
	for _, r := range keys {
		party, ok := d.scalar(nodes[r], "the party that a region goes to")
		if !slices.Contains(known, r) {
			d.failf(nodes[r], "there is no region “%s”%s", clip(r), d.meant(r, known))
		} else if ok && d.party(nodes[r], party) {
			o.Regions[r] = party
		}
	}
}

func (d *decoder) clauses(to *[]portsmouth.Clause) reader {
	return d.list("clauses", func(n *yaml.Node) {
		var c portsmouth.Clause
		d.mapping(n, "a clause",
			need("article", d.articleRef(&c.Article)),
			need("text", d.text(&c.Text, "the clause")),
		)
		*to = append(*to, c)
	})
}

func (d *decoder) articleRef(to *string) reader {
	return func(n *yaml.Node) {
		if v, ok := d.scalar(n, "an article's id"); ok {
			if ids := d.articleIDs(); !slices.Contains(ids, v) {
				d.failf(n, "there is no article “%s” in the frame%s", clip(v), d.meant(v, ids))
			}
			*to = v
		}
	}
}

func (d *decoder) number(n *yaml.Node, i *portsmouth.Issue) {
	var num portsmouth.Number
	d.mapping(n, "a number",
		opt("unit", d.name(&num.Unit, "the unit")),
		need("min", d.decimal(&num.Min, "min")),
		need("max", d.decimal(&num.Max, "max")),
		need("step", d.decimal(&num.Step, "step")),
		opt("none", d.flag(&num.None, "none")),
		opt("clauses", d.clauses(&num.Clauses)),
	)
	i.Number = &num
}

// decimal reads a numeral into its canonical form.
func (d *decoder) decimal(to *string, what string) reader {
	return func(n *yaml.Node) {
		v, ok := d.scalar(n, what)
		if !ok {
			return
		}
		c, err := portsmouth.CanonicalDecimal(v)
		if err != nil {
			d.failf(n, "%s must be a plain number like 12 or 2.5, not “%s”", what, clip(v))
			return
		}
		*to = c
	}
}

func (d *decoder) conditions(n *yaml.Node) {
	d.list("conditions", func(n *yaml.Node) {
		var c portsmouth.Condition
		d.mapping(n, "a condition",
			need("if", d.terms(&c.If)),
			need("then", d.terms(&c.Then)),
			opt("why", d.text(&c.Why, "why")),
		)
		d.s.Agenda.Conditions = append(d.s.Agenda.Conditions, c)
	})(n)
}

func (d *decoder) terms(to *[]portsmouth.Term) reader {
	return func(n *yaml.Node) {
		keys, nodes := d.pairs(n, "a condition's side")
		if nodes != nil && len(keys) == 0 {
			d.failf(n, "a condition's side needs an issue; write {issue: option}")
		}
		for _, id := range keys {
			if i := d.issueRef(nodes[id], id); i != nil {
				*to = append(*to, d.term(nodes[id], i))
			}
		}
	}
}

// term reads "option", "[option, option]" or, for a number, "{from: …, to: …}".
func (d *decoder) term(n *yaml.Node, i *portsmouth.Issue) portsmouth.Term {
	t := portsmouth.Term{Issue: i.ID}
	value := func(n *yaml.Node) {
		if v, ok := d.settle(n, i); ok {
			t.Options = append(t.Options, v)
		}
	}
	switch n.Kind {
	case yaml.SequenceNode:
		if len(n.Content) == 0 {
			d.failf(n, "name at least one option of issue %s", i.ID)
		}
		d.list("options", value)(n)
	case yaml.MappingNode:
		d.mapping(n, "a range", opt("from", d.decimal(&t.From, "from")), opt("to", d.decimal(&t.To, "to")))
		if i.Kind != portsmouth.Numeric || t.From == "" && t.To == "" {
			d.failf(n, "a range needs a numeric issue and from or to; for issue %s name options", i.ID)
		}
	default:
		value(n)
	}
	return t
}

// issueRef returns the issue of that id, with a problem at n when there is none.
func (d *decoder) issueRef(n *yaml.Node, id string) *portsmouth.Issue {
	i := d.s.Agenda.Issue(id)
	if i == nil {
		var ids []string
		for k := range d.s.Agenda.Issues {
			ids = append(ids, d.s.Agenda.Issues[k].ID)
		}
		d.failf(n, "there is no issue “%s”%s", clip(id), d.meant(id, ids))
	}
	return i
}

// settle reads a way to settle the issue: an option's id, or a number in any form that a person writes.
func (d *decoder) settle(n *yaml.Node, i *portsmouth.Issue) (string, bool) {
	v, ok := d.scalar(n, "the choice for issue "+i.ID)
	if !ok {
		return "", false
	}
	if i.Kind == portsmouth.Numeric {
		if c, err := portsmouth.CanonicalDecimal(v); err == nil {
			v = c
		}
	}
	if err := d.allows(i, v); err != "" {
		d.failf(n, "%s", err)
		return "", false
	}
	return v, true
}

// allows says why v does not settle i, or "".
func (d *decoder) allows(i *portsmouth.Issue, v string) string {
	if i.Kind != portsmouth.Numeric {
		if i.Option(v) != nil {
			return ""
		}
		return "“" + clip(v) + "” is not an option of issue " + i.ID + d.meant(v, optionIDs(i))
	}
	err := i.Allows(v)
	if e := (*portsmouth.Error)(nil); errors.As(err, &e) {
		return e.Message
	}
	return ""
}

func optionIDs(i *portsmouth.Issue) []string {
	ids := make([]string, len(i.Options))
	for k := range i.Options {
		ids[k] = i.Options[k].ID
	}
	return ids
}
