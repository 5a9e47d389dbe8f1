package web

import (
	"math"
	"math/big"

	"portsmouth/conference"
	"portsmouth/solver"
)

// What a round gives away, told before anybody lodges. It is simulated from what everybody knows of the round: its kind,
// its rule, how much there is to choose from.

// roundReveals says what an outcome tells each side of the other, and what is left of the budget for such rounds.
func (s *sheet) roundReveals(r *conference.Round) []string {
	lines := append([]string{s.T("round.reveals-" + string(r.Type))}, s.simulated(r)...)
	switch {
	case r.Type == conference.NumberRound:
		held := s.bidsHeld(r.Issue)
		if r.Round == "" {
			held++ // the one being written
		}
		lines = append(lines, s.T("round.bids", "held", held, "most", conference.MaxBids))
	case r.Computes():
		left, allowed := s.budgetLeft()
		if r.Round == "" {
			left = max(left-1, 0)
		}
		lines = append(lines, s.T("round.budget", "left", left, "allowed", allowed))
	}
	return lines
}

// bidsHeld counts the rounds on a number.
func (s *sheet) bidsHeld(issue string) int {
	n := 0
	for _, r := range s.View.Rounds {
		if r.Type == conference.NumberRound && r.Issue == issue && !r.Withdrawn {
			n++
		}
	}
	return n
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
	}
	return s.simulatedPackages(r)
}

// pointStep is how finely the simulation divides a hundred points: 969 ways on four issues.
const pointStep = 5

func (s *sheet) simulatedPackages(r *conference.Round) []string {
	if s.View.Agenda == nil {
		return nil
	}
	issues := len(s.View.Agenda.Issues)
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
