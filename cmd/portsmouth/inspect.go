package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/scenario"
)

func newInspect() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "inspect SCENARIO",
		Short: "Say what is in a scenario: issues, packages, parties, and how its numbers were read",
		Long: `Say what is in a scenario and how its numbers were read: the issues and their options, how many packages there are, what
kind of utility each party has, what no agreement is worth to it, how its worth shrinks with time; which readings were
applied, and where another tool would read the same file otherwise.

SCENARIO is a file or a folder, in our own format (YAML) or in that of GENIUS (XML), GeniusWeb (JSON), NegMAS (YAML), NegoLog
(JSON), or a filled table (CSV). What a file is, is told by its content, not by its name.`,
		Example: `  portsmouth inspect examples/harbour/scenario.yaml
  portsmouth inspect ~/genius/Energy                    a folder: a domain and one profile a party
  portsmouth inspect --json ~/genius/Energy`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := readSpace(args[0])
			if err != nil {
				return err
			}
			d, err := inspected(s)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), d)
			}
			return d.show(c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object instead")
	return c
}

// inspection is what inspect --json prints.
type inspection struct {
	Name       string            `json:"name"`
	Format     scenario.Format   `json:"format"`
	Scale      int64             `json:"scale"`
	Outcomes   *big.Int          `json:"outcomes"`
	Issues     []issueReport     `json:"issues"`
	Parties    []partyReport     `json:"parties"`
	Conditions []string          `json:"conditions"`
	Packages   []string          `json:"packages"`
	Readings   []string          `json:"readings"`
	Warnings   []string          `json:"warnings"`
	titles     map[string]string // of issues
}

type issueReport struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"` // list, range
	Count   int      `json:"options"`
	Options []string `json:"values,omitempty"` // of a list
	Low     string   `json:"low,omitempty"`
	High    string   `json:"high,omitempty"`
	Step    string   `json:"step,omitempty"`
}

type partyReport struct {
	Name        string   `json:"name"`
	File        string   `json:"file,omitempty"`
	Utility     string   `json:"utility"`
	Weights     []*exact `json:"weights"` // in the order of the issues; null where an issue weighs nothing
	Reservation *exact   `json:"reservation"`
	Dated       []dated  `json:"reservations,omitempty"`
	Discount    string   `json:"discount,omitempty"`
	Exact       bool     `json:"exact"`
	Unit        int64    `json:"unit"`
	Notes       []string `json:"notes,omitempty"`
}

type dated struct {
	From  string `json:"from"`
	Value *exact `json:"value"`
	Why   string `json:"why,omitempty"`
}

func inspected(s *scenario.Space) (*inspection, error) {
	outcomes := big.NewInt(1)
	for k := range s.Issues {
		outcomes.Mul(outcomes, big.NewInt(int64(len(s.Issues[k].Options))))
	}
	units, err := unitsOf(s)
	if err != nil {
		return nil, err
	}
	d := &inspection{
		Name: s.Name, Format: s.Format, Scale: s.Scale, Outcomes: outcomes, Conditions: []string{}, Packages: []string{},
		Readings: append(orNone(s.Readings), units.Readings...), Warnings: orNone(s.Warnings), titles: map[string]string{},
	}
	for k := range s.Issues {
		d.Issues = append(d.Issues, reportIssue(&s.Issues[k]))
		d.titles[s.Issues[k].Name] = s.Issues[k].Title
	}
	for k := range s.Profiles {
		r := reportParty(&s.Profiles[k])
		r.Exact, r.Unit = units.Exact[k], units.Unit[k]
		d.Parties = append(d.Parties, r)
	}
	for k := range s.Conditions {
		d.Conditions = append(d.Conditions, conditionWords(&s.Conditions[k]))
	}
	for _, one := range s.Packages {
		d.Packages = append(d.Packages, one.ID)
	}
	return d, nil
}

// unitsOf turns each profile by itself into whole numbers: a folder may hold more of them than can negotiate.
func unitsOf(s *scenario.Space) (scenario.Units, error) {
	var all scenario.Units
	for k := range s.Profiles {
		one := *s
		one.Profiles = s.Profiles[k : k+1]
		_, u, err := one.Problem()
		if err != nil {
			return all, err
		}
		all.Unit, all.Exact = append(all.Unit, u.Unit...), append(all.Exact, u.Exact...)
		all.Readings = append(all.Readings, u.Readings...)
	}
	return all, nil
}

// orNone is never nil, so that JSON has a list.
func orNone(list []string) []string {
	return append([]string{}, list...)
}

func reportIssue(i *scenario.SpaceIssue) issueReport {
	r := issueReport{Name: i.Name, Kind: "list", Count: len(i.Options), Options: i.Options}
	if i.Range != nil {
		r.Kind, r.Options = "range", nil
		r.Low, r.High, r.Step = decimal(i.Range.Low), decimal(i.Range.High), decimal(i.Range.Step)
	}
	return r
}

func reportParty(p *scenario.Profile) partyReport {
	r := partyReport{Name: p.Name, File: p.File, Utility: utilityKind(p), Reservation: exactly(p.Reservation), Notes: p.Notes, Weights: []*exact{}}
	for _, w := range p.Weights {
		r.Weights = append(r.Weights, exactly(w))
	}
	for _, at := range p.Dated {
		r.Dated = append(r.Dated, dated{at.From.Format("2006-01-02"), exactly(big.NewRat(at.Value, 100)), at.Why})
	}
	if p.Discount != nil {
		r.Discount = "× " + decimal(p.Discount.Factor) + " a " + p.Discount.Per
	}
	return r
}

func utilityKind(p *scenario.Profile) string {
	switch {
	case p.Boxes != nil:
		return "nonlinear: " + fmt.Sprint(boxCount(p.Boxes)) + " hyper-rectangles"
	case len(p.Terms) > 0:
		return fmt.Sprintf("additive, with %d interactions", len(p.Terms))
	}
	return "additive"
}

func boxCount(b *scenario.Boxes) int {
	n := len(b.Boxes)
	for _, w := range b.Within {
		n += boxCount(w)
	}
	return n
}

func conditionWords(c *portsmouth.Condition) string {
	side := func(ts []portsmouth.Term) string {
		parts := make([]string, len(ts))
		for k, t := range ts {
			parts[k] = t.String()
		}
		return strings.Join(parts, " and ")
	}
	s := "if " + side(c.If) + ", then " + side(c.Then)
	if why := c.Why.In("en"); why != "" {
		s += ": " + why
	}
	return s
}

func (d *inspection) show(out io.Writer) error {
	w := &page{}
	w.line("%s   (%s)", d.Name, d.Format)
	w.line("%s, %s, %s; worth from 0 to %d", plural(len(d.Parties), "party", "parties"), plural(len(d.Issues), "issue", "issues"),
		packagesWord(d.Outcomes), d.Scale)
	w.head("Issues")
	t := table{right: map[int]bool{1: true}}
	for _, i := range d.Issues {
		options := strings.Join(i.Options, ", ")
		if i.Kind == "range" {
			options = i.Low + " to " + i.High + " in steps of " + i.Step
		}
		t.row(i.Name, fmt.Sprint(i.Count), options)
	}
	w.table(t)
	w.head("Parties")
	for _, p := range d.Parties {
		p.show(w)
	}
	w.list("Conditions", d.Conditions)
	w.list("Packages named", d.Packages)
	w.list("How the numbers were read", d.Readings)
	w.list("Warnings", d.Warnings)
	return w.to(out)
}

func (p *partyReport) show(w *page) {
	w.line("  %s", p.Name)
	t := table{indent: 4}
	if p.File != "" {
		t.row("file", p.File)
	}
	t.row("utility", p.Utility)
	switch {
	case p.Reservation != nil && len(p.Dated) == 0:
		t.row("no agreement is worth", p.Reservation.String())
	case p.Reservation == nil:
		t.row("no agreement is worth", "nothing: any package is better")
	}
	for _, at := range p.Dated {
		t.row("no agreement is worth", at.Value.String()+" from "+at.From)
	}
	if p.Discount != "" {
		t.row("worth shrinks", p.Discount)
	}
	if p.Exact {
		t.row("arithmetic", fmt.Sprintf("exact, in units of 1/%d", p.Unit))
	} else {
		t.row("arithmetic", fmt.Sprintf("rounded to 1/%d", p.Unit))
	}
	for _, n := range p.Notes {
		t.row("note", n)
	}
	w.table(t)
}

func writeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
