package main

import (
	"fmt"
	"math/big"
	"strings"

	"portsmouth/internal/picture"
	"portsmouth/solver"
)

// words are the names for sentences: titles where there are any.
func (s *solution) words() solver.Names {
	n := s.names
	n.Parties = nil
	for k := range s.space.Profiles {
		p := &s.space.Profiles[k]
		if p.Title != "" {
			n.Parties = append(n.Parties, p.Title)
		} else {
			n.Parties = append(n.Parties, p.Name)
		}
	}
	return n
}

func (s *solution) amount(r *big.Rat) string {
	if s.space.Scale >= 100 {
		return r.FloatString(2)
	}
	return r.FloatString(4)
}

// showGains prints what each offer on the table leaves there.
func (s *solution) showGains(w *page) {
	if len(s.gains) == 0 {
		return
	}
	w.head("On the table (%s)", strings.Join(s.partyNames(), ", "))
	letters := picture.Badges(len(s.gains))
	for k, c := range s.gains {
		w.line("  %s  %s: worth %s", letters[k], s.offerWords(c.offer), s.worths(c.gain.From.Utility))
		s.showGain(w, c)
	}
}

func (s *solution) offerWords(of offer) string {
	for _, p := range s.space.Packages {
		if p.ID == of.id && p.Label != "" && p.Label != p.ID {
			return p.ID + " (" + p.Label + ")"
		}
	}
	if of.party >= 0 && !strings.HasPrefix(of.name, "first offer") {
		return of.name + ", offered by " + s.space.Profiles[of.party].Name
	}
	return of.name
}

func (s *solution) showGain(w *page, c compared) {
	if c.far.OnFrontier {
		if s.frontier.Quality == solver.Exact {
			w.line("     Nobody can better it without hurting someone.")
		} else {
			w.line("     Nothing that was found betters it for some without hurting others.")
		}
		return
	}
	if len(c.gain.Points) == 0 {
		w.line("     Somebody could have more and nobody less, but not all at once (%s of the frontier).", pointsWord(len(c.gain.Better)))
		return
	}
	w.line("     All could have %s more at once. Better for some and worse for none: %s of the frontier.", s.amount(c.gain.Gain), pointsWord(len(c.gain.Better)))
	names := s.words()
	s.showSwap(w, c.whole, c.gain.Gain, names)
	for n, step := range c.steps {
		if n >= 2 || step.Swap.Size() >= c.whole.Size() {
			break
		}
		s.showSwap(w, step.Swap, step.Gain, names)
	}
}

func (s *solution) showSwap(w *page, swap solver.Swap, gain *big.Rat, names solver.Names) {
	size := "1 issue"
	if n := swap.Size(); n != 1 {
		size = fmt.Sprintf("%d issues", n)
	}
	w.line("     By a swap of %s, to %s (%s more for all):", size, s.worths(swap.To.Utility), s.amount(gain))
	for _, g := range swap.Gives {
		w.line("       %s gives", names.Parties[g.Party])
		s.showChanges(w, g.Changes, names)
	}
	if len(swap.Free) > 0 {
		w.line("       nobody loses by")
		s.showChanges(w, swap.Free, names)
	}
}

func (s *solution) showChanges(w *page, changes []solver.Change, names solver.Names) {
	for _, c := range changes {
		w.hang(4, "         %s: %s (was: %s)", names.Issues[c.Issue], names.Option(c.Issue, c.To), names.Option(c.Issue, c.From))
	}
}

func pointsWord(n int) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}

// showBetween prints what the offers of several parties leave open together.
func (s *solution) showBetween(w *page) {
	b := s.between
	if b == nil {
		return
	}
	w.head("Between the offers")
	for k, u := range b.floors {
		w.line("  %s is offered %s by others", s.space.Profiles[k].Name, s.worth(k, u))
	}
	w.hang(2, "  %s at least as good for each as the best that the others offer it.", countWords(b.count))
	if len(b.alike) > 0 {
		w.hang(2, "  They agree on %d of %d issues: %s.", len(b.alike), len(s.space.Issues), strings.Join(b.alike, ", "))
	}
}

// showAdjusted prints the answer of Adjusted Winner, which may divide one issue.
func (s *solution) showAdjusted(w *page) {
	a := s.adjusted
	if a == nil {
		return
	}
	w.head("W  Adjusted Winner")
	w.line("  Each party puts points on what is in dispute; each issue goes to whom it is worth more, then issues are handed over, those first on which they are most alike, until both have won the same share of their points. At most one issue is divided.")
	w.line("  Source: S. Brams & A. Taylor, Fair Division, 1996. Each wins %s %% of its points.", percent(a.Each))
	t := table{right: map[int]bool{1: true, 2: true}}
	t.row("", "points of "+s.space.Profiles[0].Name, "points of "+s.space.Profiles[1].Name, "goes to")
	for _, one := range a.Awards {
		i := &s.space.Issues[one.Issue]
		if one.Share == nil {
			t.row(i.Name, "–", "–", "not in dispute: "+i.Options[one.Options[0]])
			continue
		}
		t.row(i.Name, percent(one.Points[0]), percent(one.Points[1]), s.awardWords(one))
	}
	w.table(t)
}

func (s *solution) awardWords(one solver.Award) string {
	i := &s.space.Issues[one.Issue]
	switch {
	case one.Share.Sign() == 0:
		return s.space.Profiles[1].Name + ": " + i.Options[one.Options[1]]
	case one.Share.Cmp(big.NewRat(1, 1)) == 0:
		return s.space.Profiles[0].Name + ": " + i.Options[one.Options[0]]
	}
	return fmt.Sprintf("divided: %s %% of the way to %s", percent(one.Share), i.Options[one.Options[0]])
}

func percent(r *big.Rat) string {
	return new(big.Rat).Mul(r, big.NewRat(100, 1)).FloatString(2)
}
