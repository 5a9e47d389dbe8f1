package web

import (
	"math"
	"math/big"
	"strconv"

	"portsmouth/conference"
	"portsmouth/elicit"
	"portsmouth/solver"
)

// What a round gives away, told before anybody lodges. It is simulated from what everybody knows of the round: its kind,
// its rule, how much there is to choose from.

// roundReveals says what an outcome tells each side of the other, and what is left of the budget for such rounds.
func (s *sheet) roundReveals(r *conference.Round) []string {
	lines := append([]string{s.T("round.reveals-" + string(r.Type))}, s.simulated(r)...)
	switch {
	case r.Computes():
		allowed, opened := s.View.BudgetAt(&r.RoundOpened)
		if r.Round == "" {
			opened++ // the one being written
		}
		lines = append(lines, s.T("round.budget", "left", max(allowed-opened, 0), "allowed", allowed))
	default:
		if issue, held := s.View.Asking(&r.RoundOpened); issue != "" {
			lines = append(lines, s.T("round.bids", "issue", s.issueOf(r, issue), "held", held, "most", conference.MaxBids))
		}
	}
	return lines
}

// issueOf names an issue of the agenda on which a round was opened.
func (s *sheet) issueOf(r *conference.Round, id string) string {
	if a := s.View.AgendaOf(&r.RoundOpened); a != nil && a.Issue(id) != nil {
		return s.title(a.Issue(id))
	}
	return id
}

// simulated says in figures how much of what the other side could want still fits after an outcome.
func (s *sheet) simulated(r *conference.Round) []string {
	switch r.Type {
	case conference.NumberRound:
		return s.simulatedBids(r)
	case conference.OptionsRound:
		if i := s.roundIssue(r); i != nil {
			return s.simulatedMarks(len(i.Options))
		}
		return nil
	case conference.PackageRound:
		return s.simulatedMarks(len(r.Packages))
	case conference.DirectionRound:
		return s.boundOfSteps(r)
	}
	return s.simulatedPackages(r)
}

// pointStep is how finely the simulation divides a hundred points: 969 ways on four issues.
const pointStep = 5

func (s *sheet) simulatedPackages(r *conference.Round) []string {
	a := s.View.AgendaOf(&r.RoundOpened)
	if a == nil {
		return nil
	}
	issues := len(a.Issues)
	three, err := solver.Reveal(issues, pointStep, solver.Rule(r.Fairness), solver.RevealThree)
	if err != nil {
		return nil
	}
	split, err := solver.Reveal(issues, pointStep, solver.Rule(r.Fairness), solver.RevealSplit)
	if err != nil {
		return nil
	}
	return []string{s.T("round.simulated", "issues", three.Looked, "profiles", s.bigNumber(three.Profiles),
		"left", s.rounded(three.Left), "split", s.rounded(split.Left))}
}

// boundOfSteps says how much an outcome of a round for a step can tell at the very most. Nothing is simulated: that needs
// a model of what a party prepares. All can see that nothing was found, that something was, or which step was put forward;
// the mediator, up to three in their order. No more than the logarithm of these possibilities is told of all parties
// together, whatever they prepared.
func (s *sheet) boundOfSteps(r *conference.Round) []string {
	a := s.View.AgendaOf(&r.RoundOpened)
	if a == nil {
		return nil
	}
	n := float64(len(elicit.Steps(a, r.Base, s.View.SettledAt(&r.RoundOpened))))
	desk := 1 + n + n*(n-1) + n*(n-1)*(n-2)
	return []string{s.T("round.bound", "steps", s.Number(int(n)), "bits", s.bits(n+2), "desk", s.bits(desk))}
}

// bits writes the logarithm of how much there is to tell apart, rounded up to a tenth.
func (s *sheet) bits(of float64) string {
	return s.words.Decimal(strconv.FormatFloat(math.Ceil(10*math.Log2(of))/10, 'f', 1, 64))
}

func (s *sheet) simulatedBids(r *conference.Round) []string {
	i := s.roundIssue(r)
	if i == nil || i.Number == nil {
		return nil
	}
	giver, taker, err := solver.RevealBids(i.Number.Steps(), r.Settlement)
	if err != nil {
		return nil
	}
	return []string{
		s.T("round.simulated-giver", "party", s.Party(r.Giver).Name, "profiles", s.bigNumber(giver.Profiles), "left", s.rounded(giver.Left)),
		s.T("round.simulated-taker", "profiles", s.bigNumber(taker.Profiles), "left", s.rounded(taker.Left)),
	}
}

func (s *sheet) simulatedMarks(listed int) []string {
	marks, err := solver.RevealMarks(listed)
	if err != nil {
		return nil
	}
	return []string{s.T("round.simulated-marks", "profiles", s.bigNumber(marks.Profiles), "left", s.rounded(marks.Left))}
}

// rounded writes how many profiles are left; half a profile is one.
func (s *sheet) rounded(left float64) string {
	n, _ := big.NewFloat(math.Ceil(left)).Int(nil)
	return s.bigNumber(n)
}
