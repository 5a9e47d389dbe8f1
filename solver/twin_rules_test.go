package solver_test

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"portsmouth"
	"portsmouth/solver"
)

// The fair points, straight from their definitions: every legal outcome that leaves nobody worse off than no agreement
// gets a list of exact numbers, and the greatest list wins, the first number that differs deciding.

// twinScore is compared number by number.
type twinScore []*big.Rat

func (a twinScore) compare(b twinScore) int {
	return slices.CompareFunc(a, b, (*big.Rat).Cmp)
}

// twinRising puts the smallest first.
func twinRising(s twinScore) twinScore {
	slices.SortFunc(s, (*big.Rat).Cmp)
	return s
}

// twinStand is where the parties stand.
type twinStand struct {
	worth, units, powers, from, hopes []int64
	admitted                          []solver.Point
}

func (t *twin) stand(d solver.Disagreement) *twinStand {
	s := &twinStand{worth: d.Worth, units: d.Units, powers: d.Powers}
	s.from, s.hopes = slices.Clone(d.Worth), make([]int64, len(d.Worth))
	for k := range s.from {
		if s.from[k] == solver.NoReservation {
			s.from[k] = t.frontier()[0][k]
			for _, v := range t.frontier() {
				s.from[k] = min(s.from[k], v[k])
			}
		}
	}
	// Below that nobody goes either: a product says nothing about losses.
	s.admitted = t.above(s.from)
	for k := range s.from {
		for _, pt := range s.admitted {
			s.hopes[k] = max(s.hopes[k], pt.Utility[k]-s.from[k])
		}
	}
	return s
}

func (s *twinStand) score(rule solver.Rule, utility []int64) twinScore {
	gainers, product, sum := int64(0), big.NewRat(1, 1), new(big.Rat)
	var shares, gains twinScore
	for k, u := range utility {
		gain := u - s.from[k]
		if gain > 0 {
			gainers++
			for range twinPower(rule, s.powers, k) {
				product.Mul(product, big.NewRat(gain, s.hopes[k]))
			}
		}
		gains = append(gains, big.NewRat(gain, s.units[k]))
		sum.Add(sum, big.NewRat(gain, s.units[k]))
		if s.hopes[k] > 0 {
			shares = append(shares, big.NewRat(gain, s.hopes[k]))
		}
	}
	switch rule {
	case solver.KalaiSmorodinsky:
		return twinRising(shares)
	case solver.Egalitarian:
		return twinRising(gains)
	case solver.Utilitarian:
		return twinScore{sum}
	default:
		return twinScore{big.NewRat(gainers, 1), product}
	}
}

func twinPower(rule solver.Rule, powers []int64, k int) int {
	if rule == solver.AsymmetricNash && powers != nil {
		return int(powers[k])
	}
	return 1
}

// chosen returns the distinct vectors of the greatest score, in ascending order.
func (s *twinStand) chosen(rule solver.Rule) [][]int64 {
	var best [][]int64
	var top twinScore
	for _, pt := range s.admitted {
		score := s.score(rule, pt.Utility)
		c := 1
		if best != nil {
			c = score.compare(top)
		}
		if c > 0 {
			best, top = nil, score
		}
		if c >= 0 {
			best = append(best, pt.Utility)
		}
	}
	slices.SortFunc(best, slices.Compare)
	return slices.CompactFunc(best, slices.Equal)
}

// weak reports whether no admitted outcome makes everyone better off who has no agreement to fall back on.
func (s *twinStand) weak() bool {
	for _, pt := range s.admitted {
		all := true
		for k, u := range pt.Utility {
			all = all && (s.worth[k] == solver.NoReservation || u > s.worth[k])
		}
		if all {
			return false
		}
	}
	return true
}

// sameRules compares every rule's choice.
func (t *twin) sameRules(f *solver.Frontier, dice twinSource) error {
	d := t.p.Disagreement()
	for range t.p.Parties {
		d.Powers = append(d.Powers, 1+int64(dice.n(4)))
	}
	s := t.stand(d)
	for _, rule := range solver.Rules() {
		c, err := f.Choose(rule, d)
		if err != nil {
			return fmt.Errorf("%s: %w", rule, err)
		}
		want := s.chosen(rule)
		var got [][]int64
		for _, n := range c.Points {
			got = append(got, f.Points[n].Utility)
		}
		slices.SortFunc(got, slices.Compare)
		if !slices.EqualFunc(got, want, slices.Equal[[]int64]) || (c.None != "") != (len(want) == 0) {
			return fmt.Errorf("%s chooses %v (%q) instead of %v", rule, got, c.None, want)
		}
		if len(want) > 0 && (c.Weak != s.weak() || !slices.Equal(c.Disagreement, s.from)) {
			return fmt.Errorf("%s: weak %v, from %v instead of %v", rule, c.Weak, c.Disagreement, s.from)
		}
	}
	return nil
}

// sameZone compares the zone of agreement above floors.
func (t *twin) sameZone(f *solver.Frontier, floors []int64) error {
	z, err := t.p.ZoneOn(context.Background(), twinEffort, f, floors)
	if err != nil {
		return fmt.Errorf("zone: %w", err)
	}
	all := t.above(floors)
	if z.Exists != (len(all) > 0) || z.Count.Low.Cmp(big.NewInt(int64(len(all)))) != 0 {
		return fmt.Errorf("zone above %v: %v with %v instead of %d", floors, z.Exists, z.Count.Low, len(all))
	}
	if len(all) == 0 {
		return nil
	}
	ideal, nadir := slices.Clone(all[0].Utility), slices.Repeat([]int64{1 << 62}, len(floors))
	for _, pt := range all {
		for k, u := range pt.Utility {
			ideal[k] = max(ideal[k], u)
		}
	}
	points := 0
	for _, v := range t.frontier() {
		if len(t.above(floors)) > 0 && !twinBelow(v, floors) {
			points++
			for k, u := range v {
				nadir[k] = min(nadir[k], u)
			}
		}
	}
	if !slices.Equal(z.Ideal, ideal) || !slices.Equal(z.Nadir, nadir) || len(z.Points) != points {
		return fmt.Errorf("zone above %v: %d points from %v to %v instead of %d from %v to %v", floors, len(z.Points), z.Nadir, z.Ideal, points, nadir, ideal)
	}
	return nil
}

func twinBelow(v, floors []int64) bool {
	return slices.ContainsFunc(twinPairs(v, floors), func(d [2]int64) bool { return d[0] < d[1] })
}

// gains scores how much more than base an outcome gives, on the scales shown, the smallest first.
func (t *twin) gains(u, base []int64) twinScore {
	var s twinScore
	for k := range u {
		s = append(s, big.NewRat(u[k]-base[k], t.p.Parties[k].Unit))
	}
	return twinRising(s)
}

// sameGain compares the largest common gain over a package and the swaps that lead there.
func (t *twin) sameGain(f *solver.Frontier, from []int) error {
	base := t.p.Point(from).Utility
	g := t.p.CommonGainOn(f, from)
	var top twinScore
	best := map[int]twinScore{} // by number of issues changed
	better := 0
	for _, pt := range t.legal {
		if s := t.gains(pt.Utility, base); s[0].Sign() > 0 {
			if top == nil || s.compare(top) > 0 {
				top = s
			}
			if c := twinApart(from, pt.Outcome); best[c] == nil || s.compare(best[c]) > 0 {
				best[c] = s
			}
		}
	}
	for _, v := range t.frontier() {
		if twinBetters(v, base) {
			better++
		}
	}
	if len(g.Better) != better {
		return fmt.Errorf("common gain over %v: %d points better it instead of %d", from, len(g.Better), better)
	}
	if top == nil {
		if g.Gain.Sign() != 0 || len(g.Points) != 0 {
			return fmt.Errorf("common gain over %v: %v where there is none", from, g.Gain)
		}
	} else if g.Gain.Cmp(top[0]) != 0 || len(g.Points) == 0 || t.gains(g.Points[0].Utility, base).compare(top) != 0 {
		return fmt.Errorf("common gain over %v: %v instead of %v", from, g, top)
	}
	return t.sameSwaps(from, best)
}

func twinApart(a, b []int) int {
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

func (t *twin) sameSwaps(from []int, best map[int]twinScore) error {
	steps, err := t.p.Swaps(context.Background(), twinEffort, from)
	if err != nil {
		return fmt.Errorf("swaps: %w", err)
	}
	reached := new(big.Rat)
	for c := 1; c <= len(from); c++ {
		if best[c] == nil || best[c][0].Cmp(reached) <= 0 {
			continue
		}
		reached = best[c][0]
		if len(steps) == 0 {
			return fmt.Errorf("swaps from %v: none by %d changes", from, c)
		}
		s := steps[0]
		steps = steps[1:]
		gains := t.gains(s.Swap.To.Utility, t.p.Point(from).Utility)
		if s.Swap.Size() != c || s.Gain.Cmp(reached) != 0 || gains.compare(best[c]) != 0 {
			return fmt.Errorf("swaps from %v: %d changes for %v instead of %d for %v", from, s.Swap.Size(), s.Gain, c, best[c])
		}
		if err := t.swapAddsUp(s.Swap); err != nil {
			return err
		}
	}
	if len(steps) > 0 {
		return fmt.Errorf("swaps from %v: %d too many", from, len(steps))
	}
	return nil
}

// swapAddsUp wants the changes of a swap, and what they are worth together, to come to what it gives.
func (t *twin) swapAddsUp(s solver.Swap) error {
	sum := slices.Clone(s.From.Utility)
	if s.Together != nil {
		for k := range sum {
			sum[k] += s.Together[k]
		}
	}
	seen := map[int]bool{}
	all := slices.Clone(s.Free)
	for _, g := range s.Gives {
		all = append(all, g.Changes...)
	}
	for _, c := range all {
		if seen[c.Issue] {
			continue
		}
		seen[c.Issue] = true
		for k := range sum {
			sum[k] += c.Worth[k]
		}
	}
	if !slices.Equal(sum, s.To.Utility) || len(seen) != s.Size() || !twinLegal(t.p, s.To.Outcome) {
		return fmt.Errorf("the swap from %v to %v comes to %v", s.From, s.To, sum)
	}
	return nil
}

// sameDistance compares how far a vector is from the frontier.
func (t *twin) sameDistance(f *solver.Frontier, u []int64) error {
	d := f.Distance(u, t.p.Disagreement().Units)
	slack, bettered := make([]int64, len(u)), false
	for _, pt := range t.legal {
		bettered = bettered || twinBetters(pt.Utility, u)
		for k := range u {
			others := slices.Clone(u)
			others[k] = pt.Utility[k]
			if !twinBelow(pt.Utility, others) {
				slack[k] = max(slack[k], pt.Utility[k]-u[k])
			}
		}
	}
	var nearest *big.Rat
	for _, v := range t.frontier() {
		sum := new(big.Rat)
		for k := range v {
			by := big.NewRat(v[k]-u[k], t.p.Parties[k].Unit)
			sum.Add(sum, by.Mul(by, by))
		}
		if nearest == nil || sum.Cmp(nearest) < 0 {
			nearest = sum
		}
	}
	if d.OnFrontier == bettered || !slices.Equal(d.Slack, slack) || d.Apart.Cmp(nearest) != 0 {
		return fmt.Errorf("distance of %v: %+v instead of %v, %v", u, d, slack, nearest)
	}
	return nil
}

// sameAdjusted checks what Adjusted Winner promises: it is refused for anything but plain problems of two; both win the
// same share of their points; at most one issue is divided; and the shares follow from the awards.
func (t *twin) sameAdjusted() error {
	plain := len(t.p.Parties) == 2 && len(t.p.Conditions) == 0
	for _, party := range t.p.Parties {
		plain = plain && len(party.Tables) == 0 && party.Boxes == nil && party.Cap == solver.NoCap
	}
	a, err := t.p.AdjustedWinner()
	if !plain {
		if portsmouth.KindOf(err) != portsmouth.Refused {
			return fmt.Errorf("adjusted winner was not refused: %w", err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("adjusted winner: %w", err)
	}
	won, disputed := [2]*big.Rat{new(big.Rat), new(big.Rat)}, false
	for i, w := range a.Awards {
		if w.Share == nil {
			continue
		}
		disputed = true
		won[0].Add(won[0], new(big.Rat).Mul(w.Share, w.Points[0]))
		won[1].Add(won[1], new(big.Rat).Mul(new(big.Rat).Sub(big.NewRat(1, 1), w.Share), w.Points[1]))
		if !w.Share.IsInt() && i != a.Divided {
			return fmt.Errorf("adjusted winner divides issue %d beside %d", i, a.Divided)
		}
	}
	if disputed && (won[0].Cmp(won[1]) != 0 || won[0].Cmp(a.Each) != 0 || won[0].Cmp(big.NewRat(1, 2)) < 0) {
		return fmt.Errorf("adjusted winner: %v and %v, said to be %v", won[0], won[1], a.Each)
	}
	return nil
}
