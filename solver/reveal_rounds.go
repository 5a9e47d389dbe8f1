package solver

import (
	"math"
	"math/big"

	"portsmouth"
)

// What rounds without preferences give away: of a bid how many limits still fit, of marked options how many ways to mark.

// RevealBids returns what one round of blind bids on a number of so many steps gives away: to the giver of the limit that
// the taker lodged, and the reverse. Every pair of limits counts the same, and both lodge their limits as they are. By the
// settlement (midpoint, giver, taker) a round that is met shows more than that it was: who knows its own bid and the
// midpoint knows the other's to a step. "" stands for a round of which only met or not met is seen.
//
// Errors are of kind Invalid: fewer than two steps, an unknown settlement.
func RevealBids(steps int64, settlement string) (giver, taker Revealed, err error) {
	if steps < 2 {
		return giver, taker, portsmouth.Invalidf("reveal-steps", "a number needs two steps at least")
	}
	n := int(min(steps, MaxRevealedSteps))
	settled := map[string]func(most, least int) int{
		"":         func(int, int) int { return 0 },
		"midpoint": func(most, least int) int { return least + (most-least)/2 },
		"giver":    func(most, _ int) int { return most },
		"taker":    func(_, least int) int { return least },
	}[settlement]
	if settled == nil {
		return giver, taker, portsmouth.Invalidf("reveal-settlement", "a number is settled by midpoint, giver or taker")
	}
	result := func(most, least int) int {
		if most < least {
			return n // not met
		}
		return settled(most, least)
	}
	giver = revealLimits(n, result)
	taker = revealLimits(n, func(least, most int) int { return result(most, least) })
	return giver, taker, nil
}

// revealLimits goes through all pairs of limits as the one who has the first sees the results.
func revealLimits(n int, result func(own, other int) int) Revealed {
	var all []fitting
	for own := range n {
		counts := make([]int, n+1)
		for other := range n {
			counts[result(own, other)]++
		}
		for _, c := range counts {
			if c > 0 {
				all = append(all, fitting{float64(c), float64(c)})
			}
		}
	}
	r := Revealed{Looked: n, Profiles: big.NewInt(int64(n))}
	r.Left, r.Mean = middle(all)
	r.Share = r.Left / float64(n)
	return r
}

// RevealMarks returns what a round gives away in which each party marks those of a list of options or packages that it
// could live with, and the first that all marked is the result: to one of two parties, of the other's marks. Each of the
// ways to mark counts the same; to mark none is to lodge nothing. Errors are of kind Invalid: an empty list.
func RevealMarks(listed int) (Revealed, error) {
	if listed < 1 {
		return Revealed{}, portsmouth.Invalidf("reveal-marks", "there is nothing to mark")
	}
	n := min(listed, MaxRevealedMarks)
	var all []fitting
	for marked := range n + 1 {
		ways, _ := new(big.Float).SetInt(new(big.Int).Binomial(int64(n), int64(marked))).Float64()
		// The result is the k-th that the onlooker marked: the other marked that, and none of the k-1 before.
		for k := 1; k <= marked; k++ {
			left := math.Ldexp(1, n-k)
			all = append(all, fitting{left, ways * left})
		}
		left := math.Ldexp(1, n-marked) // nothing: the other marked none of them
		all = append(all, fitting{left, ways * left})
	}
	r := Revealed{Looked: n, Profiles: new(big.Int).Lsh(big.NewInt(1), uint(n))}
	r.Left, r.Mean = middle(all)
	r.Share = math.Ldexp(r.Left, -n)
	return r, nil
}
