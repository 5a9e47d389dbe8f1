package web

import (
	"portsmouth"
	"portsmouth/conference"
	"portsmouth/elicit"
)

// A round for a step better for all, on the screen: the package that it starts from, what a delegation would freeze, and a
// step told to a delegation in words, without a number where it gave none.

// overBaseline reports whether what a round found would improve on the baseline that the parties have.
func (s *sheet) overBaseline(r *conference.Round) bool {
	if r.Type != conference.DirectionRound || s.View.Baseline == nil {
		return r.Type == conference.ImprovementRound
	}
	return s.View.Stage == conference.TextStage && r.Base.Equal(s.View.Baseline.Package)
}

// computesKind reports whether a round of that kind is computed from what the parties want.
func computesKind(kind conference.RoundType) bool {
	r := conference.RoundOpened{Type: kind}
	return r.Computes()
}

// foundBy says how what lies on the desk was found.
func (s *sheet) foundBy(r *conference.Round) string {
	if r.Type == conference.DirectionRound {
		return s.T("round.found-directions", "version", r.Suggested.Solver)
	}
	return s.T("desk.computed", "rule", s.T("desk.rule-"+r.Suggested.Fairness), "method", s.method(r.Suggested.Method), "solver", r.Suggested.Solver)
}

// toFreeze says what the reader's delegation would freeze for a step now; "" where it has prepared nothing.
func (s *sheet) toFreeze() string {
	answers, stated := s.View.ToFreeze()
	switch {
	case stated != nil:
		return s.T("round.freezes-stated", "version", stated.Version, "when", s.DateTime(stated.At))
	case answers == 0:
		return ""
	case prepOf(s).numberless():
		return s.T("round.freezes-answers", "count", answers) + " " + s.T("round.freezes-no-weights")
	}
	return s.T("round.freezes-answers", "count", answers)
}

// askedNames names those whom a round asks, where it does not ask all.
func (s *sheet) askedNames(r *conference.Round) []string {
	var names []string
	for _, id := range r.Parties {
		names = append(names, s.Party(id).Name)
	}
	return names
}

// asksBox reports whether a party is ticked on the form: all are, to begin with.
func (s *sheet) asksBox(party string) bool {
	sent := s.sent.Values["party"]
	for _, id := range sent {
		if id == party {
			return true
		}
	}
	return len(sent) == 0
}

// cannotOpen says what keeps a round of that kind from being written now: another that is open, or a budget that is spent.
// It is told before anything is filled in.
func (s *sheet) cannotOpen(kind conference.RoundType) (words string, open *conference.Round) {
	if r := s.View.OpenRound(); r != nil {
		return s.T("round.open-already"), r
	}
	if left, allowed := s.budgetLeft(); computesKind(kind) && left == 0 {
		return s.T("round.budget", "left", left, "allowed", allowed), nil
	}
	return "", nil
}

// stepTelling tells a delegation how a package compares with one that it knows: how sure its own answers make it that the
// package is better, and what changes, with the order in which it put the options. There is no number in it.
type stepTelling struct {
	sure    string
	changes []string
}

// stepOfOwn compares a package with the one that a step was last looked for from or, without such a round, with the
// delegation's own last offers. It is made of the delegation's own answers alone; nil where there is nothing to compare.
func (s *sheet) stepOfOwn(w *proposalWorth) *stepTelling {
	p := prepOf(s)
	if w == nil || w.telling != nil || len(p.answers) == 0 || s.View.Agenda.Check(w.terms) != nil {
		return nil
	}
	from, against := s.comparable()
	if s.View.Agenda.Check(from) != nil || from.Equal(w.terms) {
		return nil
	}
	m, err := p.mind()
	if err != nil {
		return nil
	}
	told := &stepTelling{sure: s.T("round.step-"+surely(m.Better(w.terms, from)), "against", against)}
	for _, i := range s.issuesOf(w.terms) {
		if from[i.ID] != w.terms[i.ID] {
			told.changes = append(told.changes, p.changeWords(i, from[i.ID], w.terms[i.ID]))
		}
	}
	return told
}

// comparable is the package that a delegation compares others with, and what it is called.
func (s *sheet) comparable() (portsmouth.Outcome, string) {
	for _, r := range s.closedRounds() {
		if r.Type == conference.DirectionRound && !r.Withdrawn {
			return r.Base, s.T("round.step-base")
		}
	}
	return s.View.Settled().With(s.lastOf(s.mine())), s.T("round.step-own")
}

// surely names how sure something is.
func surely(share float64) string {
	switch {
	case share >= 0.95:
		return "very"
	case share >= 0.75:
		return "fairly"
	case share > 0.5:
		return "rather"
	case share > 0.25:
		return "open"
	}
	return "worse"
}

// changeWords says how an issue changes and, where the delegation has put the two in an order, which of them it put first.
func (p *prep) changeWords(i *portsmouth.Issue, from, to string) string {
	a := p.latestOf(elicit.OrderOptions, i.ID)
	order := "none"
	if a != nil && i.Kind != portsmouth.Numeric {
		order = orderOf(a.Order, from, to)
	}
	return p.T("round.step-order-"+order, "issue", p.title(i), "from", p.value(i, from), "to", p.value(i, to))
}

// orderOf says where in an order one option stands to another: up, down, same or none.
func orderOf(order [][]string, from, to string) string {
	place := map[string]int{}
	for k, group := range order {
		for _, id := range group {
			place[id] = k + 1
		}
	}
	switch a, b := place[from], place[to]; {
	case a == 0 || b == 0:
		return "none"
	case b < a:
		return "up"
	case b > a:
		return "down"
	}
	return "same"
}
