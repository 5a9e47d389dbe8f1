package solver

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"portsmouth"
)

// TestRevealFour works out again, over all 938,961 pairs of profiles, what is kept as known of four issues.
func TestRevealFour(t *testing.T) {
	for l, want := range revealFour {
		got := l.measure()
		if got.Left != want[0] || math.Abs(got.Mean-want[1]) > 1e-6 || got.Pairs != 0 || got.Profiles.Int64() != 969 {
			t.Errorf("%+v: %+v, want %v", l, got, want)
		}
		shown, err := Reveal(4, 5, l.rule, l.kind)
		if l.kind == RevealSplit {
			shown, err = Reveal(4, 5, Nash, l.kind)
		}
		if err != nil || shown.Left != got.Left || math.Abs(shown.Share-got.Share) > 1e-12 || shown.Profiles.Cmp(got.Profiles) != 0 {
			t.Errorf("%+v is shown as %+v, %v; it is %+v", l, shown, err, got)
		}
	}
}

// TestRevealTwin counts by the definition, package by package and pair by pair.
func TestRevealTwin(t *testing.T) {
	all := spreadPoints(10, 3)
	for _, rule := range []Rule{Nash, Egalitarian, Utilitarian} {
		for kind, places := range map[RevealKind]int{RevealBest: 1, RevealThree: 3} {
			var left []float64
			for _, own := range all {
				for _, other := range all {
					for _, p := range revealBestByHand(rule, own, other, places) {
						left = append(left, revealFits(rule, own, all, p, places))
					}
				}
			}
			slices.Sort(left)
			got, err := Reveal(3, 10, rule, kind)
			if want := left[(len(left)-1)/2]; err != nil || got.Left != want || got.Profiles.Int64() != 36 {
				t.Errorf("%s, %s: %+v, %v; want %v left", rule, kind, got, err, want)
			}
		}
	}
}

func revealFits(rule Rule, own []int, all [][]int, p, places int) float64 {
	n := 0.0
	for _, other := range all {
		if slices.Contains(revealBestByHand(rule, own, other, places), p) {
			n++
		}
	}
	return n
}

func revealBestByHand(rule Rule, own, other []int, places int) []int {
	type rated struct{ mine, first, second int }
	var list []rated
	for p := range 1 << len(own) {
		a, b := 0, 0
		for i := range own {
			if p>>i&1 == 1 {
				a += own[i]
			} else {
				b += other[i]
			}
		}
		r := rated{p, a * b, 0}
		switch rule {
		case Egalitarian:
			r.first, r.second = min(a, b), max(a, b)
		case Utilitarian:
			r.first = a + b
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b rated) int {
		return slices.Compare([]int{b.first, b.second, b.mine}, []int{a.first, a.second, a.mine})
	})
	var best []int
	for _, r := range list[:places] {
		best = append(best, r.mine)
	}
	return best
}

// TestRevealSplitIsEqual: what equalSplit returns gives both the same number of points, exactly, and divides one issue at
// most.
func TestRevealSplitIsEqual(t *testing.T) {
	dice := splitmix(7)
	for n := range 2000 {
		issues := 2 + n%5
		own, other := drawPoints(&dice, 20, issues), drawPoints(&dice, 20, issues)
		mine, theirs := new(big.Rat), new(big.Rat)
		for i, part := range revealParts(equalSplit(own, other, 20), issues) {
			mine.Add(mine, new(big.Rat).Mul(part, big.NewRat(int64(own[i]), 1)))
			theirs.Add(theirs, new(big.Rat).Mul(new(big.Rat).Sub(big.NewRat(1, 1), part), big.NewRat(int64(other[i]), 1)))
		}
		if mine.Cmp(theirs) != 0 || mine.Cmp(big.NewRat(10, 1)) < 0 {
			t.Fatalf("%v and %v: %v and %v points", own, other, mine, theirs)
		}
	}
}

// revealParts is how much of each issue the onlooker has.
func revealParts(d division, issues int) []*big.Rat {
	parts := make([]*big.Rat, issues)
	for i := range parts {
		parts[i] = big.NewRat(int64(d.mine>>i&1), 1)
		if i == d.divided {
			parts[i] = big.NewRat(int64(d.part), int64(d.whole))
		}
	}
	return parts
}

// TestRevealRepeated shows why a conference computes fewer than n-1 times: whoever states something else each time has
// from every exact split one equation about the other's points. With n-1 that do not follow from each other only the
// truth fits, always. With one fewer something else may fit too; at steps as coarse as 5 per cent it does in one case of
// four, so that the number of computations alone would protect nobody: no round gives an exact split.
func TestRevealRepeated(t *testing.T) {
	dice, told, open := splitmix(4), 0, 0
	for _, issues := range []int{3, 4, 5} {
		all := spreadPoints(20, issues)
		for range 60 {
			truth := all[dice.within(0, int64(len(all)-1))]
			fits, before := all, 0
			rows := [][]*big.Rat{revealParts(division{mine: 1<<issues - 1, divided: -1}, issues)}
			for len(rows) < issues {
				own := all[dice.within(0, int64(len(all)-1))]
				seen := equalSplit(own, truth, 20)
				more := append(slices.Clone(rows), revealParts(seen, issues))
				if revealRank(more) < len(more) {
					continue // it says nothing new
				}
				rows, before = more, len(fits)
				fits = slices.DeleteFunc(slices.Clone(fits), func(other []int) bool { return equalSplit(own, other, 20) != seen })
			}
			if len(fits) != 1 || !slices.Equal(fits[0], truth) {
				t.Fatalf("%d splits leave %v of %v", issues-1, fits, truth)
			}
			if before == 1 {
				told++
			} else {
				open++
			}
		}
	}
	t.Logf("one split fewer left more than the truth in %d of %d cases", open, open+told)
	if open < 20 {
		t.Errorf("one split fewer told all in %d of %d cases", told, open+told)
	}
}

// revealRank is the rank of a matrix.
func revealRank(rows [][]*big.Rat) int {
	rest, rank := make([][]*big.Rat, len(rows)), 0
	for k := range rows {
		rest[k] = slices.Clone(rows[k])
	}
	for c := range rows[0] {
		k := slices.IndexFunc(rest[rank:], func(r []*big.Rat) bool { return r[c].Sign() != 0 })
		if k < 0 {
			continue
		}
		rest[rank], rest[rank+k] = rest[rank+k], rest[rank]
		for _, r := range rest[rank+1:] {
			factor := new(big.Rat).Quo(r[c], rest[rank][c])
			for i := range r {
				r[i] = new(big.Rat).Sub(r[i], new(big.Rat).Mul(factor, rest[rank][i]))
			}
		}
		if rank++; rank == len(rest) {
			break
		}
	}
	return rank
}

// TestRevealDraws holds draws to what is known from all pairs, and asks for the same twice.
func TestRevealDraws(t *testing.T) {
	for l, want := range revealFour {
		own, others := l.draws()
		var seen []fitting
		for _, x := range own {
			seen = append(seen, l.seenBy(x, others, 969, true)...)
		}
		if _, mean := middle(seen); math.Abs(mean/want[1]-1) > 0.25 {
			t.Errorf("%+v: %v left by draws, %v by all pairs", l, mean, want[1])
		}
	}
	for issues := 5; issues <= 12; issues++ {
		for _, kind := range []RevealKind{RevealSplit, RevealBest, RevealThree} {
			r, err := Reveal(issues, 5, Nash, kind)
			again := leak{min(issues, MaxRevealed), 20, Nash, kind}.measure()
			if err != nil || r.Pairs == 0 || r.Looked != min(issues, MaxRevealed) || r.Left != again.Left || r.Left < 1 || r.Share >= 0.5 {
				t.Errorf("%d issues, %s: %+v, %v; again %+v", issues, kind, r, err, again)
			}
		}
	}
}

func TestRevealBids(t *testing.T) {
	const steps = 21
	for _, settlement := range []string{"", "midpoint", "giver", "taker"} {
		giver, taker, err := RevealBids(steps, settlement)
		if err != nil {
			t.Fatal(err)
		}
		seen := func(most, least int) int {
			switch {
			case most < least:
				return -1
			case settlement == "midpoint":
				return (most + least) / 2
			case settlement == "giver":
				return most
			case settlement == "taker":
				return least
			}
			return 0
		}
		var byGiver, byTaker float64
		for most := range steps {
			for least := range steps {
				for other := range steps {
					if seen(most, other) == seen(most, least) {
						byGiver++
					}
					if seen(other, least) == seen(most, least) {
						byTaker++
					}
				}
			}
		}
		if math.Abs(giver.Mean-byGiver/steps/steps) > 1e-9 || math.Abs(taker.Mean-byTaker/steps/steps) > 1e-9 {
			t.Errorf("%q: giver %+v, taker %+v; want %v and %v", settlement, giver, taker, byGiver/steps/steps, byTaker/steps/steps)
		}
	}
	if bit, _, _ := RevealBids(100_000, ""); bit.Share < 0.5 || bit.Looked != MaxRevealedSteps {
		t.Errorf("one bit leaves %+v", bit)
	}
}

func TestRevealMarks(t *testing.T) {
	for listed := 1; listed <= 6; listed++ {
		sum, n := 0.0, 1<<listed
		first := func(a, b int) int { return a & b & -(a & b) }
		for own := range n {
			for other := range n {
				for guess := range n {
					if first(own, guess) == first(own, other) {
						sum++
					}
				}
			}
		}
		got, err := RevealMarks(listed)
		if want := sum / float64(n) / float64(n); err != nil || math.Abs(got.Mean-want) > 1e-9 || got.Profiles.Int64() != int64(n) {
			t.Errorf("%d listed: %+v, %v; want a mean of %v", listed, got, err, want)
		}
	}
}

func TestRevealRefuses(t *testing.T) {
	_, few := Reveal(1, 5, Nash, RevealBest)
	_, odd := Reveal(4, 7, Nash, RevealBest)
	_, coarse := Reveal(6, 20, Nash, RevealBest)
	_, rule := Reveal(4, 5, AsymmetricNash, RevealBest)
	_, kind := Reveal(4, 5, Nash, "all")
	_, _, steps := RevealBids(1, "")
	_, _, settlement := RevealBids(10, "lower")
	_, marks := RevealMarks(0)
	for rule, errs := range map[string][]error{
		"reveal-step": {few, odd, coarse}, "reveal-rule": {rule}, "reveal-kind": {kind},
		"reveal-steps": {steps}, "reveal-settlement": {settlement}, "reveal-marks": {marks},
	} {
		for _, err := range errs {
			if portsmouth.RuleOf(err) != rule || portsmouth.KindOf(err) != portsmouth.Invalid {
				t.Errorf("%v, want %s", err, rule)
			}
		}
	}
}
