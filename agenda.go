package portsmouth

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// Agenda is what is to be settled: the issues, the conditions between them, and the frame of the text that an
// agreement would have. A conference freezes it by number (Version); it is changed only by adopting a new one.
type Agenda struct {
	Version    int         `json:"version"`
	Languages  []string    `json:"languages"` // every text is given in each
	Issues     []Issue     `json:"issues"`
	Conditions []Condition `json:"conditions,omitempty"`
	Frame      Frame       `json:"frame"`
	Regions    []Region    `json:"regions,omitempty"`
}

// Region is a named piece of territory that a territorial option can assign.
type Region struct {
	ID    string `json:"id"`
	Name  Text   `json:"name"`
	Shape string `json:"shape,omitempty"` // outline as SVG path data in a 100 × 100 box; "" where none is drawn
}

// Frame is the form of the agreement's text: what stands before and after the articles, and the articles that clauses
// fill. An article without fixed text to which no agreed option writes a clause is left out.
type Frame struct {
	Title    Text           `json:"title,omitempty"`
	Preamble Text           `json:"preamble,omitempty"`
	Articles []ArticleFrame `json:"articles,omitempty"`
	Closing  Text           `json:"closing,omitempty"`
}

// ArticleFrame is one article of the frame.
type ArticleFrame struct {
	ID     string `json:"id"`              // stable: "art-9"
	Title  Text   `json:"title,omitempty"` // a heading shown beside the number, no part of the obligation
	Text   Text   `json:"text,omitempty"`  // fixed text that stands before the clauses
	After  Text   `json:"after,omitempty"` // fixed text that stands after the clauses
	Annex  bool   `json:"annex,omitempty"` // an additional article, numbered apart
	Source string `json:"source,omitempty"`
}

// Condition makes outcomes illegal: when every term of If holds, every term of Then must hold.
type Condition struct {
	If   []Term `json:"if"`
	Then []Term `json:"then"`
	Why  Text   `json:"why,omitempty"`
}

// Term says that an issue is settled in one of several ways: one of Options, or for a number within From to To (either
// may be empty).
type Term struct {
	Issue   string   `json:"issue"`
	Options []string `json:"options,omitempty"`
	From    string   `json:"from,omitempty"`
	To      string   `json:"to,omitempty"`
}

// Limits on an agenda, so that hostile input stays small.
const (
	MaxIssues  = 200
	MaxOptions = 2000
	MaxText    = 20_000 // bytes of one text in one language
)

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// ValidID reports whether s can be the id of a party, issue, option, article or region: lower-case letters, digits,
// "_" and "-", at most 64.
func ValidID(s string) bool { return idForm.MatchString(s) }

// Issue returns the issue of that id, or nil.
func (a *Agenda) Issue(id string) *Issue {
	if a == nil {
		return nil
	}
	for k := range a.Issues {
		if a.Issues[k].ID == id {
			return &a.Issues[k]
		}
	}
	return nil
}

// Check reports why o is not a whole, legal package: an issue missing or unknown, an option that does not exist, a
// condition broken. Invalid outcomes are refused, never changed.
func (a *Agenda) Check(o Outcome) error {
	if err := a.CheckPartial(o); err != nil {
		return err
	}
	for k := range a.Issues {
		if _, ok := o[a.Issues[k].ID]; !ok {
			return Invalidf("package-whole", "issue %s is not settled by this package", a.Issues[k].ID)
		}
	}
	return nil
}

// CheckPartial reports why o cannot be part of a legal package. A condition counts as broken only when all the issues
// that decide it are settled in o.
func (a *Agenda) CheckPartial(o Outcome) error {
	if a == nil {
		return Refuse("agenda-frozen", "there is no agenda yet")
	}
	for _, id := range SortedKeys(o) {
		i := a.Issue(id)
		if i == nil {
			return Invalidf("issue-exists", "there is no issue “%s” on the agenda", clip(id))
		}
		if err := i.Allows(o[id]); err != nil {
			return err
		}
	}
	for _, c := range a.Conditions {
		if !c.holds(o) {
			return Invalidf("condition", "%s", c.sentence())
		}
	}
	return nil
}

func (c *Condition) holds(o Outcome) bool {
	for _, t := range c.If {
		if v, ok := o[t.Issue]; !ok || !t.Matches(v) {
			return true
		}
	}
	for _, t := range c.Then {
		if v, ok := o[t.Issue]; ok && !t.Matches(v) {
			return false
		}
	}
	return true
}

func (c *Condition) sentence() string {
	if s := c.Why.In("en"); s != "" {
		return s
	}
	return "if " + termsString(c.If) + ", then " + termsString(c.Then)
}

func termsString(ts []Term) string {
	parts := make([]string, len(ts))
	for k, t := range ts {
		parts[k] = t.String()
	}
	return strings.Join(parts, " and ")
}

// Matches reports whether an issue settled as value satisfies the term.
func (t *Term) Matches(value string) bool {
	if len(t.Options) > 0 {
		return slices.Contains(t.Options, value)
	}
	v, ok := decimal(value)
	if !ok {
		return false
	}
	if from, ok := decimal(t.From); ok && v.Cmp(from) < 0 {
		return false
	}
	if to, ok := decimal(t.To); ok && v.Cmp(to) > 0 {
		return false
	}
	return true
}

// String says the term in words: "payment is redemption_300 or redemption_750".
func (t Term) String() string {
	if len(t.Options) > 0 {
		return t.Issue + " is " + strings.Join(t.Options, " or ")
	}
	return t.Issue + " is from " + t.From + " to " + t.To
}

// Outcomes returns the number of packages before any condition, exactly.
func (a *Agenda) Outcomes() *big.Int {
	n := big.NewInt(1)
	for k := range a.Issues {
		n.Mul(n, big.NewInt(a.Issues[k].Count()))
	}
	return n
}

// Validate reports the first thing wrong with the agenda itself.
func (a *Agenda) Validate() error {
	if len(a.Languages) == 0 {
		return Invalidf("agenda-languages", "an agenda needs at least one language")
	}
	if len(a.Issues) == 0 || len(a.Issues) > MaxIssues {
		return Invalidf("agenda-issues", "an agenda needs 1 to %d issues", MaxIssues)
	}
	articles, err := a.checkFrame()
	if err != nil {
		return err
	}
	regions, err := a.checkRegions()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for k := range a.Issues {
		i := &a.Issues[k]
		if !ValidID(i.ID) || seen[i.ID] {
			return Invalidf("issue-id", "issue id “%s” is malformed or used twice", clip(i.ID))
		}
		seen[i.ID] = true
		if err := a.checkIssue(i, articles, regions); err != nil {
			return err
		}
	}
	for n, c := range a.Conditions {
		if err := a.checkCondition(n, c); err != nil {
			return err
		}
	}
	return nil
}

func (a *Agenda) checkFrame() (map[string]bool, error) {
	articles := map[string]bool{}
	for _, f := range a.Frame.Articles {
		if !ValidID(f.ID) || articles[f.ID] {
			return nil, Invalidf("article-id", "article id “%s” is malformed or used twice", clip(f.ID))
		}
		articles[f.ID] = true
		for _, t := range []Text{f.Title, f.Text, f.After} {
			if err := a.checkText("article "+f.ID, t, len(t) > 0); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range []Text{a.Frame.Title, a.Frame.Preamble, a.Frame.Closing} {
		if err := a.checkText("the frame", t, len(t) > 0); err != nil {
			return nil, err
		}
	}
	return articles, nil
}

func (a *Agenda) checkRegions() (map[string]bool, error) {
	regions := map[string]bool{}
	for _, r := range a.Regions {
		if !ValidID(r.ID) || regions[r.ID] {
			return nil, Invalidf("region-id", "region id “%s” is malformed or used twice", clip(r.ID))
		}
		regions[r.ID] = true
		if strings.Trim(r.Shape, "MLHVZmlhvz0123456789., -") != "" || len(r.Shape) > MaxText {
			return nil, Invalidf("region-shape", "region %s: the shape must be SVG path data of straight lines", r.ID)
		}
	}
	return regions, nil
}

func (a *Agenda) checkIssue(i *Issue, articles, regions map[string]bool) error {
	if err := a.checkText("issue "+i.ID, i.Title, true); err != nil {
		return err
	}
	if i.Kind == Numeric {
		if err := i.Number.check(i.ID); err != nil {
			return err
		}
		return a.checkClauses(i.ID, i.Number.Clauses, articles)
	}
	if i.Kind != Discrete && i.Kind != Territory {
		return Invalidf("issue-kind", "issue %s: kind “%s” is not discrete, numeric or territory", i.ID, clip(string(i.Kind)))
	}
	if len(i.Options) < 2 || len(i.Options) > MaxOptions {
		return Invalidf("issue-options", "issue %s needs 2 to %d options", i.ID, MaxOptions)
	}
	seen := map[string]bool{}
	for _, o := range i.Options {
		if !ValidID(o.ID) || seen[o.ID] {
			return Invalidf("option-id", "issue %s: option id “%s” is malformed or used twice", i.ID, clip(o.ID))
		}
		seen[o.ID] = true
		if err := a.checkText("option "+o.ID, o.Label, true); err != nil {
			return err
		}
		if err := a.checkClauses(i.ID, o.Clauses, articles); err != nil {
			return err
		}
		for _, r := range SortedKeys(o.Regions) {
			if !regions[r] {
				return Invalidf("region-exists", "issue %s: there is no region “%s”", i.ID, clip(r))
			}
		}
	}
	return nil
}

func (a *Agenda) checkClauses(issue string, cs []Clause, articles map[string]bool) error {
	for _, c := range cs {
		if !articles[c.Article] {
			return Invalidf("article-exists", "issue %s writes into an article “%s” that the frame does not have", issue, clip(c.Article))
		}
		if err := a.checkText("a clause of issue "+issue, c.Text, true); err != nil {
			return err
		}
	}
	return nil
}

func (a *Agenda) checkText(what string, t Text, needed bool) error {
	if !needed {
		return nil
	}
	if m := t.Missing(a.Languages); len(m) > 0 {
		return Invalidf("text-languages", "%s lacks its text in %s", what, strings.Join(m, ", "))
	}
	for _, s := range t {
		if len(s) > MaxText {
			return Invalidf("text-size", "%s has a text of more than %d bytes", what, MaxText)
		}
	}
	return nil
}

func (a *Agenda) checkCondition(n int, c Condition) error {
	if len(c.If) == 0 || len(c.Then) == 0 {
		return Invalidf("condition-form", "condition %d needs an if and a then", n+1)
	}
	for _, t := range slices.Concat(c.If, c.Then) {
		i := a.Issue(t.Issue)
		if i == nil {
			return Invalidf("issue-exists", "condition %d: there is no issue “%s”", n+1, clip(t.Issue))
		}
		for _, o := range t.Options {
			if err := i.Allows(o); err != nil {
				return err
			}
		}
		if len(t.Options) == 0 && (i.Kind != Numeric || t.From == "" && t.To == "") {
			return Invalidf("condition-form", "condition %d: name options of issue %s, or a range of a number", n+1, t.Issue)
		}
	}
	return nil
}
