package scenario

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

// Write writes s in the form that [Read] takes, keys always in the same order, so that equal scenarios are equal files.
// Packages of reservations are written out in full. A scenario that could not be read back is refused.
func (s *Scenario) Write(w io.Writer) error {
	for _, c := range s.Agenda.Conditions {
		if repeatsIssue(c.If) || repeatsIssue(c.Then) {
			return portsmouth.Invalidf("condition-form", "a condition that names one issue twice on one side has no form in a file")
		}
	}
	for _, party := range portsmouth.SortedKeys(s.Preferences) {
		for _, i := range s.Preferences[party].Interactions {
			if repeatsIssue(i.When) {
				return portsmouth.Invalidf("interaction-form", "an interaction that names one issue twice has no form in a file")
			}
		}
	}
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	if err := enc.Encode(s.node()); err != nil {
		return fmt.Errorf("write scenario %s: %w", s.ID, err)
	}
	if err := enc.Close(); err != nil {
		return fmt.Errorf("write scenario %s: %w", s.ID, err)
	}
	return nil
}

func repeatsIssue(ts []portsmouth.Term) bool {
	for k, t := range ts {
		if slices.ContainsFunc(ts[:k], func(o portsmouth.Term) bool { return o.Issue == t.Issue }) {
			return true
		}
	}
	return false
}

// object builds a mapping; entries that are nil are left out.
type object struct{ yaml.Node }

func (o *object) put(key string, v *yaml.Node) *object {
	if v != nil {
		o.Kind = yaml.MappingNode
		o.Content = append(o.Content, str(key), v)
	}
	return o
}

func (o *object) node() *yaml.Node {
	o.Kind = yaml.MappingNode
	return &o.Node
}

// flow sets a small mapping on one line.
func (o *object) flow() *yaml.Node {
	o.Style = yaml.FlowStyle
	return o.node()
}

// str is a string, quoted by the encoder where it would read as something else.
func str(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// plainNode is a scalar whose plain form is known to be safe: a number, a date, true or false.
func plainNode(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

func optStr(s string) *yaml.Node {
	if s == "" {
		return nil
	}
	return str(s)
}

func flagNode(b bool) *yaml.Node { return plainNode(strconv.FormatBool(b)) }

func optFlag(b bool) *yaml.Node {
	if !b {
		return nil
	}
	return flagNode(b)
}

func dateNode(t time.Time) *yaml.Node {
	if t.IsZero() {
		return nil
	}
	return plainNode(formatDate(t))
}

func words(ws []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, w := range ws {
		n.Content = append(n.Content, str(w))
	}
	return n
}

// sequence lists items, or nothing at all when there are none.
func sequence[T any](items []T, node func(T) *yaml.Node) *yaml.Node {
	if len(items) == 0 {
		return nil
	}
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, item := range items {
		n.Content = append(n.Content, node(item))
	}
	return n
}

// byKey lists a map's entries, sorted, or nothing when there are none.
func byKey[V any](m map[string]V, node func(V) *yaml.Node) *yaml.Node {
	if len(m) == 0 {
		return nil
	}
	o := new(object)
	for _, k := range portsmouth.SortedKeys(m) {
		o.put(k, node(m[k]))
	}
	return o.node()
}

// text writes a text by language, the file's languages first.
func (s *Scenario) text(t portsmouth.Text) *yaml.Node {
	if len(t) == 0 {
		return nil
	}
	o := new(object)
	for _, l := range s.Languages {
		if v, ok := t[l]; ok {
			o.put(l, str(v))
		}
	}
	for _, l := range t.Languages() {
		if !slices.Contains(s.Languages, l) {
			o.put(l, str(t[l]))
		}
	}
	return o.node()
}

// name writes a name in its short form when it is the same in every language.
func (s *Scenario) name(t portsmouth.Text) *yaml.Node {
	for _, l := range s.Languages {
		if len(t) != len(s.Languages) || t[l] != t[s.Languages[0]] {
			return s.text(t)
		}
	}
	return optStr(t.In(s.Languages...))
}

func (s *Scenario) node() *yaml.Node {
	a := &s.Agenda
	o := new(object).
		put("schema", str(Schema)).
		put("id", str(s.ID)).
		put("languages", words(s.Languages)).
		put("title", s.text(s.Title)).
		put("summary", s.text(s.Summary)).
		put("place", s.text(s.Place)).
		put("brief", s.briefNode()).
		put("parties", sequence(s.Parties, s.partyNode)).
		put("mediators", sequence(s.Mediators, s.personNode)).
		put("observers", sequence(s.Observers, s.personNode)).
		put("rules", rulesNode(s.Rules)).
		put("regions", sequence(a.Regions, s.regionNode)).
		put("frame", s.frameNode(a.Frame)).
		put("issues", sequence(a.Issues, s.issueNode)).
		put("conditions", sequence(a.Conditions, s.conditionNode)).
		put("first_offers", byKey(s.FirstOffers, outcomeNode)).
		put("packages", sequence(s.Packages, s.packageNode))
	return o.put("preferences", s.preferencesNode()).put("what_if", sequence(s.WhatIfs, s.whatIfNode)).node()
}

func (s *Scenario) briefNode() *yaml.Node {
	if len(s.Facts) == 0 && len(s.Why) == 0 {
		return nil
	}
	return new(object).put("facts", sequence(s.Facts, s.text)).put("why", s.text(s.Why)).node()
}

func (s *Scenario) partyNode(p Party) *yaml.Node {
	return new(object).put("id", str(p.ID)).put("name", s.name(p.Name)).put("mark", optStr(p.Mark)).
		put("people", sequence(p.People, s.personNode)).node()
}

func (s *Scenario) personNode(p Person) *yaml.Node {
	return new(object).put("id", str(p.ID)).put("name", s.name(p.Name)).put("role", str(string(p.Role))).
		put("office", s.text(p.Office)).node()
}

func (s *Scenario) packageNode(p Package) *yaml.Node {
	o := new(object).put("id", str(p.ID)).put("label", s.text(p.Label)).put("date", dateNode(p.Date)).put("base", optStr(p.Base))
	if len(p.Set) > 0 {
		o.put("set", outcomeNode(p.Set))
	}
	return o.put("note", s.text(p.Note)).node()
}

func outcomeNode(o portsmouth.Outcome) *yaml.Node {
	n := new(object)
	for _, k := range portsmouth.SortedKeys(o) {
		n.put(k, str(o[k]))
	}
	return n.node()
}

func (s *Scenario) preferencesNode() *yaml.Node {
	if len(s.Preferences) == 0 {
		return nil
	}
	o := new(object)
	for _, party := range portsmouth.SortedKeys(s.Preferences) {
		p := s.Preferences[party]
		values := new(object)
		for _, issue := range portsmouth.SortedKeys(p.Values) {
			values.put(issue, s.valuesNode(party, issue))
		}
		o.put(party, new(object).put("weights", hundredthsNode(p.Weights)).put("values", values.node()).
			put("interactions", sequence(p.Interactions, interactionNode)).
			put("reservations", sequence(p.Reservations, reservationNode)).node())
	}
	return o.node()
}

// valuesNode writes a number's values as points: those of the file, or every step when they were made otherwise.
func (s *Scenario) valuesNode(party, issue string) *yaml.Node {
	points := s.Points[party][issue]
	if points == nil {
		return hundredthsNode(s.Preferences[party].Values[issue])
	}
	o := new(object)
	for _, p := range points {
		o.put(p.At, plainNode(formatHundredths(p.Value)))
	}
	return o.flow()
}

func hundredthsNode(m map[string]int64) *yaml.Node {
	o := new(object)
	for _, k := range portsmouth.SortedKeys(m) {
		o.put(k, plainNode(formatHundredths(m[k])))
	}
	return o.flow()
}

func reservationNode(r portsmouth.Reservation) *yaml.Node {
	o := new(object).put("from", dateNode(r.From)).put("value", plainNode(formatHundredths(r.Value)))
	if r.Drift != 0 {
		o.put("drift", plainNode(formatSigned(r.Drift)))
	}
	if r.Package != nil {
		o.put("package", new(object).put("set", outcomeNode(r.Package)).node())
	}
	return o.put("why", optStr(r.Why)).node()
}
