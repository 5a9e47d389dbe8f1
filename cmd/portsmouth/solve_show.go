package main

import (
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"

	"portsmouth/solver"
)

// badges are the letters of the rules, in pictures and tables.
var badges = map[string]string{
	"nash": "N", "ks": "K", "egalitarian": "E", "utilitarian": "U", "asymmetric-nash": "P", adjustedWinner: "W",
}

// show prints the answer for people.
func (s *solution) show(out io.Writer, all bool) error {
	w := &page{}
	s.showTop(w)
	if len(s.frontier.Points) == 0 {
		w.line("\nThere is no legal package: the conditions contradict one another.")
		return w.to(out)
	}
	s.showZone(w)
	s.showFrontier(w, all)
	w.WriteString("\n" + s.textPicture())
	s.showChoices(w, all)
	s.showAdjusted(w)
	s.showGains(w)
	s.showBetween(w)
	w.list("How the numbers were read", append(orNone(s.space.Readings), s.units.Readings...))
	w.list("Warnings", s.space.Warnings)
	w.list("Left out", s.notes)
	return w.to(out)
}

func (s *solution) showTop(w *page) {
	w.line("%s   %s (%s)", s.space.Name, s.file, s.space.Format)
	legal := ""
	if s.legal != nil && s.legal.Cmp(s.outcomes) != 0 {
		legal = ", " + counted(s.legal) + " of them legal"
	}
	w.line("%s, %s, %s%s; worth from 0 to %d", plural(len(s.problem.Parties), "party", "parties"),
		plural(len(s.problem.Options), "issue", "issues"), packagesWord(s.outcomes), legal, s.space.Scale)
	for _, c := range s.changes {
		w.hang(2, "  - %s", c)
	}
}

func (s *solution) showZone(w *page) {
	z := s.zone
	w.head("Zone of agreement")
	switch {
	case !z.Exists:
		w.line("  There is none: no package is at least as good for everyone as no agreement.")
	case z.Count.Low == nil:
		w.line("  There is one.")
	default:
		w.hang(2, "  %s at least as good for everyone as no agreement.", countWords(z.Count))
	}
	t := table{right: map[int]bool{1: true, 2: true, 3: true}}
	t.row("", "no agreement", "least in the zone", "most in the zone")
	for k := range s.problem.Parties {
		cells := []string{s.label(k), s.reservation(k), "–", "–"}
		if z.Ideal != nil {
			cells[2], cells[3] = s.worth(k, z.Nadir[k]), s.worth(k, z.Ideal[k])
		}
		t.row(cells...)
	}
	w.table(t)
	if z.Ideal != nil {
		w.hang(2, "  (least and most that a party gets at those packages of the zone that nobody can better)")
	}
}

func countWords(c solver.Count) string {
	if c.Exact {
		if c.Low.IsInt64() && c.Low.Int64() == 1 {
			return "1 package is"
		}
		return counted(c.Low) + " packages are"
	}
	return "From " + counted(c.Low) + " to " + counted(c.High) + " packages (" + c.Method + ") are"
}

// label is a party's name, with its title where that says more.
func (s *solution) label(k int) string {
	p := &s.space.Profiles[k]
	if p.Title != "" && !strings.EqualFold(p.Title, p.Name) {
		return p.Name + " (" + p.Title + ")"
	}
	return p.Name
}

func (s *solution) reservation(k int) string {
	if r := s.problem.Parties[k].Reservation; r != solver.NoReservation {
		return s.worth(k, r)
	}
	return "none given"
}

func (s *solution) worth(k int, units int64) string {
	return shown(units, s.problem.Parties[k].Unit, s.space.Scale)
}

// worths lists what a package is worth to everyone: "66.11, 71.38".
func (s *solution) worths(utility []int64) string {
	all := make([]string, len(utility))
	for k, u := range utility {
		all[k] = s.worth(k, u)
	}
	return strings.Join(all, ", ")
}

// qualityWords say how far the frontier is to be trusted.
func (s *solution) qualityWords() string {
	switch s.frontier.Quality {
	case solver.Within:
		eps := make([]string, len(s.frontier.Epsilon))
		for k, e := range s.frontier.Epsilon {
			eps[k] = big.NewRat(e, s.problem.Parties[k].Unit).FloatString(6)
		}
		return "thinned: for every package there is a point that gives no party less than it minus " + strings.Join(eps, ", ")
	case solver.Best:
		if s.stopped != nil {
			return "the best found before the work was stopped; there may be better"
		}
		return "the best that a search found (seed fixed by --seed); there may be better"
	}
	return "exact"
}

// frontierRows is how many points are shown unless all are asked for.
const frontierRows = 12

func (s *solution) showFrontier(w *page, all bool) {
	points := s.frontier.Points
	w.head("Frontier: %s nobody can better without hurting someone", thatWord(len(points)))
	w.hang(2, "  %s", s.qualityWords())
	t := table{right: map[int]bool{1: true}}
	head := []string{"", "#"}
	for k := range s.problem.Parties {
		t.right[2+k] = true
		head = append(head, cut(s.space.Profiles[k].Name, 14))
	}
	t.row(append(head, cut(strings.Join(s.issueNames(), " · "), 200))...)
	letters := s.letters()
	rows := s.rowsShown(all)
	for _, n := range rows {
		cells := []string{letters[n], fmt.Sprint(n + 1)}
		for k, u := range points[n].Utility {
			cells = append(cells, s.worth(k, u))
		}
		t.row(append(cells, strings.Join(s.options(points[n].Outcome), " · "))...)
	}
	w.table(t)
	if more := len(points) - len(rows); more > 0 {
		w.line("  … %d more; --all prints them, --csv and --json write them", more)
	}
}

func thatWord(n int) string {
	if n == 1 {
		return "1 point that"
	}
	return fmt.Sprintf("%d points that", n)
}

func (s *solution) issueNames() []string {
	names := make([]string, len(s.space.Issues))
	for i := range names {
		names[i] = s.space.Issues[i].Name
	}
	return names
}

func (s *solution) options(outcome []int) []string {
	names := make([]string, len(outcome))
	for i, o := range outcome {
		names[i] = s.space.Issues[i].Options[o]
	}
	return names
}

// letters are the rules that choose each point of the frontier.
func (s *solution) letters() map[int]string {
	letters := map[int]string{}
	for _, c := range s.choices {
		for _, n := range c.Points {
			letters[n] += badges[string(c.Rule)]
		}
	}
	return letters
}

// rowsShown are the ends, the fair points (as many as fit) and points between.
func (s *solution) rowsShown(all bool) []int {
	n := len(s.frontier.Points)
	show := map[int]bool{}
	if all || n <= frontierRows {
		for k := range n {
			show[k] = true
		}
	} else {
		for _, c := range s.choices {
			for _, p := range c.Points[:min(len(c.Points), 3)] {
				show[p] = true
			}
		}
		for k, step := 0, max(1, frontierRows-len(show)); k < step; k++ {
			show[k*(n-1)/max(1, step-1)] = true
		}
	}
	var rows []int
	for k := range show {
		rows = append(rows, k)
	}
	slices.Sort(rows)
	return rows
}

func (s *solution) showChoices(w *page, all bool) {
	if len(s.choices) == 0 {
		return
	}
	w.head("Fair points (%s)", strings.Join(s.partyNames(), ", "))
	for _, c := range s.choices {
		s.showChoice(w, c)
	}
	s.showSettled(w, all)
}

func (s *solution) partyNames() []string {
	names := make([]string, len(s.space.Profiles))
	for k := range names {
		names[k] = s.space.Profiles[k].Name
	}
	return names
}

// tiesShown is how many points that tie are printed.
const tiesShown = 4

func (s *solution) showChoice(w *page, c solver.Choice) {
	w.line("  %s  %s", badges[string(c.Rule)], c.Rule.Title())
	w.line("     %s", c.Definition)
	w.line("     Source: %s.", c.Source)
	if c.None != "" {
		w.line("     → none. %s", c.None)
		return
	}
	for _, n := range c.Points[:min(len(c.Points), tiesShown)] {
		gains := differences(s.frontier.Points[n].Utility, c.Disagreement)
		line := fmt.Sprintf("     → %s   a gain of %s   (#%d%s)", s.worths(s.frontier.Points[n].Utility), s.worths(gains), n+1, s.reachedWords(n))
		w.hang(2, "%s", line)
	}
	if more := len(c.Points) - tiesShown; more > 0 {
		w.line("     … and %d more that tie; --json lists them", more)
	}
	if len(c.Points) > 1 {
		w.line("     %s", c.Ties)
	}
	for _, n := range c.Notes {
		w.line("     %s", n)
	}
}

func (s *solution) reachedWords(n int) string {
	if c := s.reached[n]; c != nil && c.Cmp(big.NewInt(1)) > 0 {
		return ", by " + counted(c) + " packages"
	}
	return ""
}

func differences(a, b []int64) []int64 {
	d := make([]int64, len(a))
	for k := range a {
		d[k] = a[k] - b[k]
	}
	return d
}

// settledIssues is how many issues are shown unless all are asked for.
const settledIssues = 20

// showSettled prints how the fair points settle each issue, side by side.
func (s *solution) showSettled(w *page, all bool) {
	letters := s.letters()
	var columns []int
	for _, c := range s.choices {
		for _, n := range c.Points[:min(len(c.Points), 2)] {
			if !slices.Contains(columns, n) && len(columns) < 4 {
				columns = append(columns, n)
			}
		}
	}
	if len(columns) == 0 {
		return
	}
	w.head("What they settle")
	t := table{}
	head := []string{""}
	for _, n := range columns {
		head = append(head, letters[n])
	}
	t.row(head...)
	for i := range s.space.Issues {
		if i == settledIssues && !all {
			break
		}
		cells := []string{cut(s.space.Issues[i].Name, 30)}
		for _, n := range columns {
			cells = append(cells, cut(s.space.Issues[i].Options[s.frontier.Points[n].Outcome[i]], 64/len(columns)))
		}
		t.row(cells...)
	}
	w.table(t)
	if more := len(s.space.Issues) - settledIssues; more > 0 && !all {
		w.line("  … %d more issues; --all prints them", more)
	}
}
