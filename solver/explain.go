package solver

import "slices"

// Account explains a package to one party in that party's own numbers. It is made of one Party and has no place for
// anything of another: what others gain or lose by the package cannot be in it.
type Account struct {
	Party       int   // which party it is for; a name, not a number of anyone
	Unit        int64 // how many units make one on the scale that is shown
	Utility     int64
	Reservation int64 // NoReservation: none
	// Gain is Utility less Reservation, or 0 without one.
	Gain     int64
	ByIssue  []IssueGain
	Together int64 // what the terms are worth together beyond each issue: base, interaction terms, boxes, the cap
	// AgainstOwnLast and AgainstTheirLast compare with the last package that the party offered itself and with the last
	// that was offered to it; nil where there was none.
	AgainstOwnLast, AgainstTheirLast *Against
}

// IssueGain is what one issue brings to the party.
type IssueGain struct {
	Issue, Option int
	Worth         int64 // of the option, in units
	Best, Worst   int64 // over the options of the issue
}

// Against is how a package compares with another in the party's own numbers, in units; positive is better.
type Against struct {
	Outcome  []int
	Total    int64
	ByIssue  []int64
	Together int64
}

// References are the packages that an Account compares with; nil for those that do not exist.
type References struct{ OwnLast, TheirLast []int }

// Explain explains a package to one party. It takes that party's utility and no one else's; options are the numbers of
// options by issue. Outcomes must fit them.
func Explain(options []int, party int, own *Party, outcome []int, refs References) Account {
	one := &Problem{Options: options, Parties: []Party{*own}}
	u := one.Utility(0, outcome)
	a := Account{
		Party: party, Unit: own.Unit, Utility: u, Reservation: own.Reservation, Together: u,
		AgainstOwnLast: one.against(refs.OwnLast, outcome), AgainstTheirLast: one.against(refs.TheirLast, outcome),
	}
	if own.Reservation != NoReservation {
		a.Gain = u - own.Reservation
	}
	for i, o := range outcome {
		g := IssueGain{Issue: i, Option: o, Worth: own.value(i, o)}
		if own.Values != nil && own.Values[i] != nil {
			g.Best, g.Worst = slices.Max(own.Values[i]), slices.Min(own.Values[i])
		}
		a.Together -= g.Worth
		a.ByIssue = append(a.ByIssue, g)
	}
	return a
}

// value returns what an option is worth by itself.
func (party *Party) value(issue, option int) int64 {
	if party.Values == nil || party.Values[issue] == nil {
		return 0
	}
	return party.Values[issue][option]
}

// against compares outcome with an earlier one for the only party of p.
func (p *Problem) against(earlier, outcome []int) *Against {
	if earlier == nil {
		return nil
	}
	a := &Against{Outcome: slices.Clone(earlier), Total: p.Utility(0, outcome) - p.Utility(0, earlier)}
	a.Together = a.Total
	for i := range outcome {
		d := p.Parties[0].value(i, outcome[i]) - p.Parties[0].value(i, earlier[i])
		a.ByIssue = append(a.ByIssue, d)
		a.Together -= d
	}
	return a
}
