package main

import (
	"fmt"
	"io"
	"math/big"
	"slices"

	"portsmouth"
	"portsmouth/internal/picture"
	"portsmouth/solver"
)

// A sheet is the answer for the eyes of one party. Everything in it is computed from that party's own numbers by
// solver.Explain, which is handed nothing else; all that the others' numbers decide is which package a rule that was
// asked for chose, and a mediator who proposes that package shows as much.

// sheetPackage is one package on the sheet.
type sheetPackage struct {
	name    string
	why     string // the rule's definition
	outcome []int
	account solver.Account
}

// sheet lists the packages: those that the scenario names, those on the table, those that rules chose.
func (s *solution) sheet() []sheetPackage {
	refs := s.references()
	var all []sheetPackage
	add := func(name, why string, outcome []int) {
		account := solver.Explain(s.problem.Options, s.as, &s.problem.Parties[s.as], outcome, refs)
		all = append(all, sheetPackage{name, why, outcome, account})
	}
	for _, p := range s.space.Packages {
		given := slices.ContainsFunc(s.offers, func(of offer) bool { return of.id == p.ID })
		if outcome, err := s.space.Index(p.Outcome); err == nil && !given {
			add(offer{name: p.ID, id: p.ID, party: -1}.words(s), "", outcome)
		}
	}
	for _, of := range s.offers {
		add(of.words(s), "", of.outcome)
	}
	for _, c := range s.choices {
		for n, k := range c.Points {
			name := c.Rule.Title()
			if len(c.Points) > 1 {
				name += fmt.Sprintf(", no. %d of those that tie", n+1)
			}
			add(name, c.Definition, s.frontier.Points[k].Outcome)
		}
	}
	return all
}

func (of offer) words(s *solution) string { return s.offerWords(of) }

// references are the last offers on the table of the party itself and of anyone else.
func (s *solution) references() solver.References {
	var refs solver.References
	for _, of := range s.offers {
		switch {
		case of.party == s.as:
			refs.OwnLast = of.outcome
		case of.party >= 0:
			refs.TheirLast = of.outcome
		}
	}
	return refs
}

func (s *solution) mine(units int64) string { return s.worth(s.as, units) }

func (s *solution) showSheet(out io.Writer) error {
	w := &page{}
	own := &s.problem.Parties[s.as]
	w.line("%s   for %s alone", s.space.Name, s.label(s.as))
	w.line("%s, %s; worth to you, from 0 to %d", plural(len(s.problem.Options), "issue", "issues"), packagesWord(s.outcomes), s.space.Scale)
	w.line("No agreement is worth %s to you.", s.reservation(s.as))
	s.showOwn(w, own)
	for _, p := range s.sheet() {
		s.showAccount(w, p)
	}
	for _, c := range s.choices {
		if c.None != "" {
			w.head("%s", c.Rule.Title())
			w.line("  The rule chooses no package.")
		}
	}
	return w.to(out)
}

// showOwn prints what each issue can bring.
func (s *solution) showOwn(w *page, own *solver.Party) {
	w.head("What each issue can bring you")
	t := table{right: map[int]bool{1: true, 2: true}}
	t.row("", "least", "most", "best way to settle it")
	for i := range s.space.Issues {
		if own.Values == nil || own.Values[i] == nil {
			t.row(s.space.Issues[i].Name, "–", "–", "weighs nothing for you")
			continue
		}
		v := own.Values[i]
		best := slices.Index(v, slices.Max(v))
		t.row(s.space.Issues[i].Name, s.mine(slices.Min(v)), s.mine(slices.Max(v)), s.space.Issues[i].Label(best))
	}
	w.table(t)
	if len(own.Tables) > 0 || own.Boxes != nil {
		w.line("  Beside these, some terms are worth something to you only together.")
	}
}

func (s *solution) showAccount(w *page, p sheetPackage) {
	a := p.account
	w.head("%s: worth %s to you", p.name, s.mine(a.Utility))
	if p.why != "" {
		w.line("  %s", p.why)
	}
	if a.Reservation != solver.NoReservation {
		w.line("  %s than no agreement", s.moreOrLess(a.Gain))
	}
	if a.AgainstOwnLast != nil {
		w.line("  %s than your last offer", s.moreOrLess(a.AgainstOwnLast.Total))
	}
	if a.AgainstTheirLast != nil {
		w.line("  %s than the last offer made to you", s.moreOrLess(a.AgainstTheirLast.Total))
	}
	t := table{right: map[int]bool{1: true, 2: true}}
	for _, g := range a.ByIssue {
		t.row(s.space.Issues[g.Issue].Name, s.mine(g.Worth), "of "+s.mine(g.Best), s.space.Issues[g.Issue].Label(g.Option))
	}
	if a.Together != 0 {
		t.row("together", s.mine(a.Together), "", "what terms are worth only together")
	}
	w.table(t)
}

func (s *solution) moreOrLess(units int64) string {
	switch {
	case units > 0:
		return s.mine(units) + " better"
	case units < 0:
		return s.mine(-units) + " worse"
	}
	return "No better and no worse"
}

// sheetDocument is what solve --as --json prints.
type sheetDocument struct {
	Schema      string                 `json:"schema"`
	Scenario    string                 `json:"scenario"`
	Scale       int64                  `json:"scale"`
	Party       string                 `json:"party"`
	Reservation *exact                 `json:"reservation"`
	Outcomes    *big.Int               `json:"outcomes"`
	Packages    []sheetPackageDocument `json:"packages"`
}

type sheetPackageDocument struct {
	Name             string             `json:"name"`
	Outcome          portsmouth.Outcome `json:"outcome"`
	Utility          *exact             `json:"utility"`
	Gain             *exact             `json:"gain"` // over no agreement; null without a reservation
	ByIssue          map[string]*exact  `json:"by_issue"`
	Together         *exact             `json:"together"`
	AgainstOwnLast   *exact             `json:"against_own_last"`
	AgainstTheirLast *exact             `json:"against_their_last"`
}

func (s *solution) sheetDocument() *sheetDocument {
	own := s.problem.Parties[s.as]
	d := &sheetDocument{
		Schema: "portsmouth-sheet/1", Scenario: s.space.Name, Scale: s.space.Scale, Party: s.space.Profiles[s.as].Name,
		Outcomes: s.outcomes, Packages: []sheetPackageDocument{},
	}
	in := func(units int64) *exact { return inUnits(units, own.Unit) }
	if own.Reservation != solver.NoReservation {
		d.Reservation = in(own.Reservation)
	}
	for _, p := range s.sheet() {
		a := p.account
		one := sheetPackageDocument{
			Name: p.name, Outcome: s.space.Outcome(p.outcome), Utility: in(a.Utility), Together: in(a.Together), ByIssue: map[string]*exact{},
		}
		for _, g := range a.ByIssue {
			one.ByIssue[s.space.Issues[g.Issue].Name] = in(g.Worth)
		}
		if a.Reservation != solver.NoReservation {
			one.Gain = in(a.Gain)
		}
		if a.AgainstOwnLast != nil {
			one.AgainstOwnLast = in(a.AgainstOwnLast.Total)
		}
		if a.AgainstTheirLast != nil {
			one.AgainstTheirLast = in(a.AgainstTheirLast.Total)
		}
		d.Packages = append(d.Packages, one)
	}
	return d
}

// sheetPicture shows what each issue can bring the party.
func (s *solution) sheetPicture() *picture.Bars {
	own := &s.problem.Parties[s.as]
	b := &picture.Bars{Words: picture.Words{
		Title: s.space.Name + ": what each issue can bring you",
		Desc:  "For " + s.label(s.as) + ": the worth of the best way to settle each issue over that of the worst.",
	}}
	for i := range s.space.Issues {
		var swing int64
		if own.Values != nil && own.Values[i] != nil {
			swing = slices.Max(own.Values[i]) - slices.Min(own.Values[i])
		}
		b.Groups = append(b.Groups, picture.Group{
			Label: s.space.Issues[i].Words(),
			Bars:  []picture.Bar{{Party: s.who(s.as), Value: s.value(s.as, swing), Text: s.mine(swing)}},
		})
	}
	return b
}
