package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"portsmouth"
	"portsmouth/scenario"
	"portsmouth/solver"
)

// --what-if: the questions that a scenario of ours holds about courses that were not taken.

// askWhatIf answers one of the file's what-ifs, or lists them.
func (o *solveOptions) askWhatIf(ctx context.Context, name string, out io.Writer) error {
	s, err := readScenario(name)
	if err != nil {
		return err
	}
	w := &page{}
	if o.whatIf == "list" {
		listWhatIfs(w, s)
		return w.to(out)
	}
	one := s.WhatIf(o.whatIf)
	if one == nil {
		return portsmouth.Invalidf("", "there is no what-if “%s”; --what-if list shows what there is", o.whatIf)
	}
	sheet := whatIfSheet{page: w, s: s, study: s.Study(), lang: s.Languages[0]}
	if err := sheet.show(ctx, solver.Effort{Memory: o.memory << 20, Widen: !o.exact, Seed: o.seed}, one); err != nil {
		return err
	}
	return w.to(out)
}

// readScenario reads a file of our own format, the only one that holds what-ifs.
func readScenario(name string) (*scenario.Scenario, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, portsmouth.Invalidf("", "%v", err)
	}
	defer f.Close()
	return scenario.Read(name, f)
}

func listWhatIfs(w *page, s *scenario.Scenario) {
	if len(s.WhatIfs) == 0 {
		w.line("%s asks no what-ifs.", s.ID)
		return
	}
	for k := range s.WhatIfs {
		one := &s.WhatIfs[k]
		w.line("%s", one.ID)
		w.line("    %s", one.Question.In(s.Languages...))
		if one.Unanswerable {
			w.line("    (These numbers cannot answer it.)")
		}
	}
}

// whatIfSheet is the answer to one what-if on its way to the page.
type whatIfSheet struct {
	*page
	s     *scenario.Scenario
	study scenario.Study
	lang  string
}

func (p *whatIfSheet) show(ctx context.Context, effort solver.Effort, w *scenario.WhatIf) error {
	p.line("%s", w.Question.In(p.lang))
	if w.Unanswerable {
		p.head("These numbers cannot answer that")
		p.line("  %s", w.Note.In(p.lang))
		return nil
	}
	answer, err := p.study.Ask(ctx, effort, w)
	if err != nil {
		return err
	}
	p.list("What changes", p.changes(w, answer))
	p.head("Zone of agreement")
	p.situation("as it was", &answer.Before)
	p.situation("what if", &answer.After)
	p.fair(answer)
	if answer.Package != nil {
		p.verdict(answer)
	}
	p.head("In one sentence")
	p.line("  %s", effectWords(answer, p.worse(answer)))
	return nil
}

// changes says in words what the question does to the file.
func (p *whatIfSheet) changes(w *scenario.WhatIf, a *scenario.Answer) []string {
	var list []string
	if at, ok := w.Moment(); ok {
		list = append(list, "reservations as of "+at.Format("2006-01-02 15:04")+" UTC")
	}
	for k, id := range p.study.Parties {
		if b, n := a.Before.Floors[k], a.After.Floors[k]; b != n {
			list = append(list, fmt.Sprintf("no agreement is worth %s to %s, in place of %s", floorWords(n), p.party(id), floorWords(b)))
		}
	}
	for _, issue := range portsmouth.SortedKeys(w.Fix) {
		i := p.s.Agenda.Issue(issue)
		list = append(list, i.Title.In(p.lang)+": settled as “"+i.Label(w.Fix[issue]).In(p.lang)+"”")
	}
	if note := w.Note.In(p.lang); note != "" {
		list = append(list, note)
	}
	return list
}

func floorWords(v int64) string {
	if v == solver.NoReservation {
		return "nothing"
	}
	return points(v)
}

// points writes hundredths of a point.
func points(v int64) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

func (p *whatIfSheet) party(id string) string { return p.s.Party(id).Name.In(p.lang) }

func (p *whatIfSheet) situation(label string, s *scenario.Situation) {
	var floors []string
	for k, id := range p.study.Parties {
		floors = append(floors, p.party(id)+" "+floorWords(s.Floors[k]))
	}
	p.line("  %-10s %s at least as good for all as no agreement (%s)", label, countWords(s.Zone.Count), strings.Join(floors, ", "))
}

// fair shows the fair points before and after, side by side.
func (p *whatIfSheet) fair(a *scenario.Answer) {
	p.head("Fair points (%s)", strings.Join(p.names(), ", "))
	t := table{right: map[int]bool{1: true, 2: true}}
	t.row("", "as it was", "what if")
	for k, c := range a.Before.Choices {
		t.row(c.Rule.Title(), chosenWords(&a.Before, k), chosenWords(&a.After, k))
	}
	p.table(t)
}

func (p *whatIfSheet) names() []string {
	var names []string
	for _, id := range p.study.Parties {
		names = append(names, p.party(id))
	}
	return names
}

// chosenWords is the worth of what a rule chooses: the first of those that tie.
func chosenWords(s *scenario.Situation, k int) string {
	c := s.Choices[k]
	if len(c.Points) == 0 {
		return "none"
	}
	var worth []string
	for _, u := range s.Frontier.Points[c.Points[0]].Utility {
		worth = append(worth, points(u/hundredthOfPoint))
	}
	return strings.Join(worth, ", ")
}

// hundredthOfPoint is in the units of a problem made from an agenda.
const hundredthOfPoint = solver.AgendaUnit / 100

func (p *whatIfSheet) verdict(a *scenario.Answer) {
	p.head("The package asked about")
	for k, id := range p.study.Parties {
		over := points(a.Package.Over[k])
		if a.Package.Over[k] >= 0 {
			over = "+" + over
		}
		p.line("  %s to %s (%s against no agreement)", points(a.Package.Worth[k]), p.party(id), over)
	}
}

// effectWords says what the change does to the zone, and how the package stands.
func effectWords(a *scenario.Answer, worse []string) string {
	said := zoneWords(a)
	switch {
	case a.Package == nil:
		return said + "."
	case a.Package.InZone:
		return said + "; the package asked about is among what all could have signed."
	case len(worse) == 0:
		return said + "; the package asked about breaks a condition."
	}
	return said + "; the package asked about is worse than no agreement for " + strings.Join(worse, " and ") + "."
}

func zoneWords(a *scenario.Answer) string {
	before, after := howMany(a.Before.Zone.Count), howMany(a.After.Zone.Count)
	switch a.Effect {
	case scenario.Opens:
		return "There would have been something to agree on: " + after + ", where there was nothing"
	case scenario.Closes:
		return "There would have been nothing left to agree on, where there was something: " + before
	case scenario.Widens:
		return "There would have been more to agree on: " + after + " in place of " + before
	case scenario.Narrows:
		return "There would have been less to agree on: " + after + " in place of " + before
	case scenario.StillNone:
		return "There would still have been nothing to agree on"
	}
	return "What could have been agreed on stays the same: " + after
}

func howMany(c solver.Count) string {
	if c.Exact {
		return packagesWord(c.Low)
	}
	return "between " + counted(c.Low) + " and " + packagesWord(c.High)
}

// worse lists those for whom the package asked about is worse than no agreement.
func (p *whatIfSheet) worse(a *scenario.Answer) []string {
	var names []string
	for k, id := range p.study.Parties {
		if a.Package != nil && a.Package.Over[k] < 0 {
			names = append(names, p.party(id))
		}
	}
	return names
}
