package solver

import (
	"math/big"
	"slices"

	"portsmouth"
)

// Adjusted is the answer of the Adjusted Winner procedure of Brams & Taylor (Fair Division, 1996), for two parties.
//
// Each party puts points on what is in dispute, 100 in all; each issue goes whole to the party with more points on it;
// then the party that is ahead hands over issues, those first on which the parties' points are most alike, until both have
// won the same share of their points. At most one issue is divided on the way. The result is efficient, equitable and
// envy-free as far as its assumptions hold:
//
//   - What either party wins, it wins by itself: no interaction terms, boxes, caps or conditions.
//   - An issue is in dispute between two ways to settle it, each party's favourite (among equal favourites the one the
//     other likes best). Where one option is a favourite of both it is taken and nobody spends points on it.
//   - A party's points on an issue are the difference between the two to it, as a share of all such differences.
//   - The one divided issue can be divided, and a part of it is worth that part of the points.
//
// An issue on which the points are in the same proportion as on another is handed over in the order of the agenda. An
// issue on which both put the same points goes first to the first party; the adjustment makes up for it.
type Adjusted struct {
	Awards []Award
	// Divided is the issue that is divided, -1 when none is.
	Divided int
	// Each is the share of its points that each party wins, the same for both, from 0 to 1; 1 when nothing is in dispute.
	Each *big.Rat
}

// Award is how one issue ends.
type Award struct {
	Issue   int
	Options [2]int // what each party would have; the same where nothing is in dispute
	// Share is the first party's part of the issue: 1 when it wins, 0 when the other does, between for the one that is
	// divided; nil where nothing is in dispute.
	Share  *big.Rat
	Points [2]*big.Rat // what each put on it, as a share of its points; nil where nothing is in dispute
}

// AdjustedWinner applies the procedure. It is refused, by name, for anything but two parties with additive utilities and
// no conditions.
func (p *Problem) AdjustedWinner() (Adjusted, error) {
	if err := p.divisible(); err != nil {
		return Adjusted{}, err
	}
	a := Adjusted{Divided: -1, Each: big.NewRat(1, 1)}
	swings, totals := p.disputes(&a), [2]*big.Int{new(big.Int), new(big.Int)}
	var disputed []int
	for i, s := range swings {
		if a.Awards[i].Options[0] != a.Awards[i].Options[1] {
			disputed = append(disputed, i)
			totals[0].Add(totals[0], big.NewInt(s[0]))
			totals[1].Add(totals[1], big.NewInt(s[1]))
		}
	}
	for _, i := range disputed {
		for k := range 2 {
			a.Awards[i].Points[k] = new(big.Rat).SetFrac(big.NewInt(swings[i][k]), totals[k])
		}
	}
	a.settle(disputed)
	return a, nil
}

// divisible refuses what the procedure does not speak about.
func (p *Problem) divisible() error {
	if len(p.Parties) != 2 {
		return portsmouth.Refuse("adjusted-winner-parties", "Adjusted Winner is a procedure for two parties; there are %d", len(p.Parties))
	}
	if len(p.Conditions) > 0 {
		return portsmouth.Refuse("adjusted-winner-conditions", "Adjusted Winner hands over one issue at a time; conditions between issues do not allow that")
	}
	for k := range p.Parties {
		party := &p.Parties[k]
		if len(party.Tables) > 0 || party.Boxes != nil || party.Cap != NoCap {
			return portsmouth.Refuse("adjusted-winner-additive", "Adjusted Winner adds up points issue by issue; what issues are worth together is not in them")
		}
	}
	return nil
}

// disputes finds each party's favourite on every issue and what lies between the two for each.
func (p *Problem) disputes(a *Adjusted) [][2]int64 {
	swings := make([][2]int64, len(p.Options))
	for i, n := range p.Options {
		var best [2]int
		for k := range 2 {
			mine, theirs := &p.Parties[k], &p.Parties[1-k]
			for o := 1; o < n; o++ {
				d := mine.value(i, o) - mine.value(i, best[k])
				if d > 0 || d == 0 && theirs.value(i, o) > theirs.value(i, best[k]) {
					best[k] = o
				}
			}
		}
		swings[i] = [2]int64{
			p.Parties[0].value(i, best[0]) - p.Parties[0].value(i, best[1]),
			p.Parties[1].value(i, best[1]) - p.Parties[1].value(i, best[0]),
		}
		// One option may be a favourite of both: then each one's own, tie-broken for the other, is worth the same to both.
		if swings[i] == [2]int64{} {
			best[1] = best[0]
		}
		a.Awards = append(a.Awards, Award{Issue: i, Options: best})
	}
	return swings
}

// settle gives each disputed issue to the party with more points on it, then adjusts.
func (a *Adjusted) settle(disputed []int) {
	if len(disputed) == 0 {
		return
	}
	one, zero := big.NewRat(1, 1), new(big.Rat)
	won := [2]*big.Rat{new(big.Rat), new(big.Rat)}
	var mine [2][]int
	for _, i := range disputed {
		w := &a.Awards[i]
		k := 0
		if w.Share = one; w.Points[1].Cmp(w.Points[0]) > 0 {
			k, w.Share = 1, zero
		}
		mine[k] = append(mine[k], i)
		won[k].Add(won[k], w.Points[k])
	}
	ahead := 0
	if won[1].Cmp(won[0]) > 0 {
		ahead = 1
	}
	a.adjust(ahead, mine[ahead], won)
}

// adjust hands issues of the party ahead to the other, those first on which it puts least more, until both are equal.
func (a *Adjusted) adjust(ahead int, mine []int, won [2]*big.Rat) {
	slices.SortStableFunc(mine, func(i, j int) int {
		return a.prefers(i, ahead).Cmp(a.prefers(j, ahead))
	})
	for _, i := range mine {
		gap := new(big.Rat).Sub(won[ahead], won[1-ahead])
		if gap.Sign() == 0 {
			break
		}
		w := &a.Awards[i]
		give := new(big.Rat).Add(w.Points[0], w.Points[1])
		give.Quo(gap, give) // the part that would make both equal
		if give.Cmp(big.NewRat(1, 1)) >= 0 {
			give.SetInt64(1)
		} else {
			a.Divided = i
		}
		won[ahead].Sub(won[ahead], new(big.Rat).Mul(give, w.Points[ahead]))
		won[1-ahead].Add(won[1-ahead], new(big.Rat).Mul(give, w.Points[1-ahead]))
		if w.Share = give; ahead == 0 {
			w.Share = new(big.Rat).Sub(big.NewRat(1, 1), give)
		}
	}
	a.Each = won[0]
}

// prefers returns how many times as many points party k puts on the issue as the other.
func (a *Adjusted) prefers(i, k int) *big.Rat {
	return new(big.Rat).Quo(a.Awards[i].Points[k], a.Awards[i].Points[1-k])
}
