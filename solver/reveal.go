package solver

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"sync"

	"portsmouth"
)

// What a computed point gives away. A party that knows what it stated itself, and sees what came of both statements, can
// strike out every preference of the other side under which something else would have come. Reveal counts what is left.
//
// The model, so that the figures can be had again: two parties each put points on n issues, in steps of so many per cent,
// at least one step on every issue, 100 per cent in all. Every way to do so is a possible profile: at 5 per cent on four
// issues, the 969 ways to write 20 as a sum of four. A package gives each issue wholly to one of the two, so there are 2ⁿ;
// a split gives one issue in parts. Every pair of profiles counts the same. Left is the median over all pairs, and over
// the packages that the mediator may put forward where there are three, of how many profiles still fit.
//
// Between packages that are equal by the rule the last stands, counted in binary with the onlooker's issues as ones and
// the first issue as the lowest digit. The egalitarian rule goes by the smaller share of points, then by the larger. With
// the first of equals instead of the last it leaves 261 for the best of four issues where revealFour says 254, and 566 for
// one of three where it says 567; a mean instead of the median is 265 and 498, and by Nash's rule 250 and 438 (256 and 442
// with the first of equals).

// RevealKind says what a party gets to see of a computation.
type RevealKind string

// What can be seen.
const (
	// RevealSplit is the exact division at which both win the same share of their points, one issue in parts: that of
	// Adjusted Winner. No round of a conference gives it.
	RevealSplit RevealKind = "split"
	RevealBest  RevealKind = "best"  // the best whole package
	RevealThree RevealKind = "three" // one of the three best whole packages, each as likely
)

// Revealed is how much of what the other side could want is left after something has been seen.
type Revealed struct {
	Looked   int      // at so many issues, options or steps of a number; see the limits
	Profiles *big.Int // how many there were before
	Left     float64  // how many still fit, in the middle case: half of all cases leave no more
	Mean     float64  // the same on average
	Share    float64  // Left of Profiles, 0 to 1
	// Pairs is how many pairs of profiles were looked at, drawn with a fixed seed; 0: all. Of draws, Left is an estimate
	// that cannot tell apart less than about one profile in 2,000.
	Pairs int
}

// Limits of what is looked at. More is answered as so much: of more issues a smaller share is left than the answer says;
// of more options or steps the share is the same to the third digit.
const (
	MaxRevealed      = 10  // issues
	MaxRevealedMarks = 60  // options or packages to mark
	MaxRevealedSteps = 400 // steps of a number
)

const (
	revealAll    = 1 << 20 // pairs up to which all are looked at
	revealOwn    = 32      // of draws: profiles of the onlooker
	revealOthers = 2000    // of draws: profiles of the other side, at most
	revealWork   = 1 << 18 // of draws: packages looked at for each profile of the onlooker
)

// Reveal returns what a computation by a rule gives away to one of two parties, on so many issues with points in steps of
// so many per cent. RevealSplit is the same for every rule. Answers are kept: the first to a question takes some 20 ms, the
// same again nothing.
//
// Errors are of kind Invalid: a step that does not divide 100 or is too coarse for the issues, an unknown kind, a rule
// other than Nash, Egalitarian, KalaiSmorodinsky (the same here, since points have one scale) and Utilitarian.
func Reveal(issues, step int, rule Rule, kind RevealKind) (Revealed, error) {
	issues = min(issues, MaxRevealed)
	if issues < 2 || step < 1 || 100%step != 0 || 100/step < issues {
		return Revealed{}, portsmouth.Invalidf("reveal-step", "points in steps of %d per cent cannot be put on %d issues", step, issues)
	}
	if !slices.Contains([]RevealKind{RevealSplit, RevealBest, RevealThree}, kind) {
		return Revealed{}, portsmouth.Invalidf("reveal-kind", "what is seen is one of: split, best, three")
	}
	if rule == KalaiSmorodinsky {
		rule = Egalitarian
	}
	if !slices.Contains([]Rule{Nash, Egalitarian, Utilitarian}, rule) {
		return Revealed{}, portsmouth.Invalidf("reveal-rule", "what a package by the rule “%.40s” gives away has not been worked out", string(rule))
	}
	l := leak{issues: issues, points: 100 / step, rule: rule, kind: kind}
	if kind == RevealSplit {
		l.rule = ""
	}
	return l.kept(), nil
}

// revealFour are the answers for four issues in steps of 5 per cent, left and mean: the smallest agenda for which looking
// at all pairs takes longer than a page may.
var revealFour = map[leak][2]float64{
	{4, 20, "", RevealSplit}:          {5, 9.955978},
	{4, 20, Egalitarian, RevealBest}:  {254, 264.537546},
	{4, 20, Nash, RevealBest}:         {233, 250.071031},
	{4, 20, Utilitarian, RevealBest}:  {159, 183.833161},
	{4, 20, Egalitarian, RevealThree}: {567, 498.306237},
	{4, 20, Nash, RevealThree}:        {453, 438.041243},
	{4, 20, Utilitarian, RevealThree}: {373, 390.661779},
}

// revealKept holds the answers given so far; there are few questions, and each has one answer.
var revealKept sync.Map

func (l leak) kept() Revealed {
	if four, ok := revealFour[l]; ok {
		return Revealed{Looked: 4, Profiles: l.count(), Left: four[0], Mean: four[1], Share: four[0] / 969}
	}
	if r, ok := revealKept.Load(l); ok {
		return r.(Revealed)
	}
	r := l.measure()
	revealKept.Store(l, r)
	return r
}

// leak is one question to the simulator.
type leak struct {
	issues, points int
	rule           Rule
	kind           RevealKind
}

// fitting is how many profiles fit what was seen, and how likely that was to be seen.
type fitting struct{ left, weight float64 }

// count is how many profiles a party can have.
func (l leak) count() *big.Int { return new(big.Int).Binomial(int64(l.points-1), int64(l.issues-1)) }

func (l leak) measure() Revealed {
	r := Revealed{Looked: l.issues, Profiles: l.count()}
	profiles, _ := new(big.Float).SetInt(r.Profiles).Float64()
	own, others := l.profiles(profiles)
	if profiles*profiles > revealAll {
		r.Pairs = len(own) * len(others)
	}
	var all []fitting
	for _, x := range own {
		all = append(all, l.seenBy(x, others, profiles, r.Pairs > 0)...)
	}
	r.Left, r.Mean = middle(all)
	r.Share = r.Left / profiles
	return r
}

// profiles lists those of the onlooker and those of the other side: all, or draws.
func (l leak) profiles(total float64) (own, others [][]int) {
	if total*total <= revealAll {
		all := spreadPoints(l.points, l.issues)
		return all, all
	}
	return l.draws()
}

func (l leak) draws() (own, others [][]int) {
	n := revealOthers
	if l.kind != RevealSplit {
		n = min(n, revealWork>>l.issues)
	}
	dice := splitmix(l.issues)
	for range revealOwn {
		own = append(own, drawPoints(&dice, l.points, l.issues))
	}
	for range n {
		others = append(others, drawPoints(&dice, l.points, l.issues))
	}
	return own, others
}

// seenBy goes through the other side's profiles as one onlooker sees them: profiles that lead to the same sight stay
// together.
func (l leak) seenBy(own []int, others [][]int, total float64, drawn bool) []fitting {
	var counts []int
	if l.kind == RevealSplit {
		counts = l.splits(own, others)
	} else {
		counts = l.packages(own, others)
	}
	out := make([]fitting, 0, len(counts))
	for _, n := range counts {
		left := float64(n)
		if drawn {
			left = max(1, float64(n-1)*total/float64(len(others)-1))
		}
		if n > 0 {
			out = append(out, fitting{left, float64(n)})
		}
	}
	return out
}

// splits counts how many profiles of the other side lead to each equal split.
func (l leak) splits(own []int, others [][]int) []int {
	seen := map[division]int{}
	for _, other := range others {
		seen[equalSplit(own, other, l.points)]++
	}
	return slices.Sorted(maps.Values(seen))
}

// packages counts how many profiles of the other side put each package among the best, by the issues that the onlooker has
// in it.
func (l leak) packages(own []int, others [][]int) []int {
	places := 1
	if l.kind == RevealThree {
		places = 3
	}
	counts := make([]int, 1<<l.issues)
	mine, theirs := pointSums(own, nil), make([]int, 1<<l.issues)
	for _, other := range others {
		theirs = pointSums(other, theirs[:0])
		for _, m := range l.best(mine, theirs, places) {
			counts[m]++
		}
	}
	return counts
}

// pointSums lists the points of every set of issues, by the set in binary.
func pointSums(profile, into []int) []int {
	into = append(into, 0)
	for _, points := range profile {
		for _, sum := range into {
			into = append(into, sum+points)
		}
	}
	return into
}

// best returns the first few packages by the rule.
func (l leak) best(mine, theirs []int, places int) []int {
	var at, score [3]int
	for k := range score {
		score[k] = -1
	}
	for m := range mine {
		this, s := m, l.score(mine[m], theirs[len(theirs)-1-m])
		for k := range places { // a later one goes before its equals
			if s >= score[k] {
				at[k], this, score[k], s = this, at[k], s, score[k]
			}
		}
	}
	return at[:places:places]
}

// score is what the rule makes as great as it can, in whole numbers.
func (l leak) score(a, b int) int {
	switch l.rule {
	case Utilitarian:
		return a + b
	case Egalitarian:
		return min(a, b)<<16 + max(a, b)
	default:
		return a * b
	}
}

// division is what one sees of a split: the issues that one has whole, in binary, which issue is divided (-1: none), and
// how much of it one has, in lowest terms.
type division struct{ mine, divided, part, whole int }

// equalSplit gives the onlooker issues in the order of how much more they are worth to it than to the other, the last of
// them in part, until both have the same number of points. That is Adjusted Winner from one end; the division is the same.
func equalSplit(own, other []int, points int) division {
	var order [MaxRevealed]int
	for i := range own {
		order[i] = i
	}
	slices.SortStableFunc(order[:len(own)], func(a, b int) int { return cmp.Compare(own[b]*other[a], own[a]*other[b]) })
	s := division{divided: -1}
	mine, theirs := 0, points
	for _, i := range order[:len(own)] {
		if mine+own[i] > theirs-other[i] {
			if s.part = theirs - mine; s.part > 0 {
				s.divided, s.whole = i, own[i]+other[i]
				g := commonFactor(s.part, s.whole)
				s.part, s.whole = s.part/g, s.whole/g
			}
			return s
		}
		mine, theirs = mine+own[i], theirs-other[i]
		s.mine |= 1 << i
	}
	return s
}

func commonFactor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// middle returns the weighted median and mean of what is left.
func middle(all []fitting) (median, mean float64) {
	slices.SortFunc(all, func(a, b fitting) int { return cmp.Compare(a.left, b.left) })
	var weight, sum float64
	for _, f := range all {
		weight += f.weight
		sum += f.weight * f.left
	}
	half := weight / 2
	for _, f := range all {
		if half -= f.weight; half <= 0 {
			return f.left, sum / weight
		}
	}
	return 0, 0
}

// spreadPoints lists every way to put points on n issues, at least one on each, in lexicographic order.
func spreadPoints(points, n int) [][]int {
	if n == 1 {
		return [][]int{{points}}
	}
	var out [][]int
	for first := 1; first <= points-n+1; first++ {
		for _, rest := range spreadPoints(points-first, n-1) {
			out = append(out, append([]int{first}, rest...))
		}
	}
	return out
}

// drawPoints draws one of the ways of spreadPoints, each as likely: n-1 different cuts of a row of points.
func drawPoints(dice *splitmix, points, n int) []int {
	cuts := []int{0, points}
	for len(cuts) <= n {
		if c := int(dice.within(1, int64(points-1))); !slices.Contains(cuts, c) {
			cuts = append(cuts, c)
		}
	}
	slices.Sort(cuts)
	profile := make([]int, n)
	for i := range profile {
		profile[i] = cuts[i+1] - cuts[i]
	}
	return profile
}
