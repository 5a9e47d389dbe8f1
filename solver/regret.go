package solver

import (
	"cmp"
	"context"
	"math"
	"slices"

	"portsmouth"
)

// Hedge says how a choice under uncertain preferences is to be found. The zero value is Nash's rule over 64 profiles and
// three packages.
type Hedge struct {
	Rule     Rule    // "": Nash
	Powers   []int64 // for AsymmetricNash
	Profiles int     // how many preferences within the ranges are looked at; 0: 64
	Packages int     // how many packages are wanted; 0: 3
	// Hinges asks on which statements the choice hangs, at the cost of some profiles more for each statement.
	Hinges bool
}

// Hedged is a choice that stands up whatever the preferences turn out to be, as far as was looked.
//
// The regret of a package under some preferences is the share of the rule's objective that it forgoes: 0 for the rule's
// own choice, 1 for a package that is worse than no agreement for someone. The choice is the candidate whose greatest
// regret over all profiles is smallest (Savage 1951), the smaller mean and then the order of options decide between
// equals. Candidates are the points of every profile's frontier.
//
// The profiles are finitely many: the answer is a statement about them. They are those of Uncertain.Profiles: the middle,
// corners, and draws.
type Hedged struct {
	Rule       Rule
	Packages   []Advice // the best first; different in worth to someone in the middle of the ranges
	Profiles   int      // in which some package is better for all than no agreement: those that were judged by
	Idle       int      // in which none is
	Candidates int
	Limited    bool    // of each frontier only the best by the rule were candidates, since it was large
	Quality    Quality // the worst of the frontiers that were looked at
	Swayed     []Swayed
}

// Advice is one package and how it fares.
type Advice struct {
	Outcome     []int
	Worst, Mean float64 // regret over the profiles, 0 to 1
	Hardest     int     // the profile in which its regret is greatest, as Uncertain.Profiles numbers them
	Verdict     Verdict
}

// Swayed is a statement without which another package would be the first choice.
type Swayed struct {
	Hinge
	Instead []int
	Regret  float64 // the greatest regret of the package that was chosen, if the statement is wrong
}

const (
	defaultProfiles = 64
	maxProfiles     = 10_000
	defaultPackages = 3
	perFrontier     = 256 // candidates taken of one frontier, the best by the rule
	perStatement    = 8   // profiles that break a statement, to see whether the choice hangs on it
)

func (h Hedge) filled() Hedge {
	h.Rule = cmp.Or(h.Rule, Nash)
	h.Profiles = cmp.Or(h.Profiles, defaultProfiles)
	h.Packages = cmp.Or(h.Packages, defaultPackages)
	return h
}

// MinimaxRegret returns the packages whose greatest regret over preferences within the ranges is smallest, each with its
// Efficiency. e.Seed fixes the profiles. It costs a frontier a profile, two for each package returned, and with Hinges
// up to eight for each statement.
//
// When ctx ends, it returns the choice over the profiles judged so far, of quality Best and without verdicts, together
// with the error of ctx. Other errors: of kind Invalid for a hedge that asks for nothing, statements that no whole
// numbers keep, or no profile in which a package is better for all than no agreement; and those of Frontier.
func (u *Uncertain) MinimaxRegret(ctx context.Context, h Hedge, e Effort) (*Hedged, error) {
	h = h.filled()
	if h.Profiles < 1 || h.Profiles > maxProfiles || h.Packages < 1 {
		return nil, portsmouth.Invalidf("range-profiles", "a choice needs 1 to %d profiles and at least one package", maxProfiles)
	}
	profiles, err := u.Profiles(h.Profiles, e.Seed)
	if err != nil {
		return nil, err
	}
	t := &trial{hedge: h, effort: e}
	stopped := t.judge(ctx, profiles)
	if stopped != nil && ctx.Err() == nil {
		return nil, stopped
	}
	advice := t.advise()
	if len(advice) == 0 && stopped != nil {
		return nil, stopped
	}
	if len(advice) == 0 {
		return nil, portsmouth.Invalidf("range-zone", "in none of %d profiles is a package better for all than no agreement", len(profiles))
	}
	out := &Hedged{
		Rule: h.Rule, Profiles: len(t.views), Idle: t.idle, Candidates: len(t.candidates),
		Limited: t.limited, Quality: t.quality, Packages: u.different(profiles[0], advice, h.Packages),
	}
	if stopped != nil {
		out.Quality = Best
		return out, stopped
	}
	for n := range out.Packages {
		quiet := e
		quiet.Progress = nil
		if out.Packages[n].Verdict, err = u.verdict(ctx, out.Packages[n].Outcome, quiet); err != nil {
			return nil, err
		}
	}
	if h.Hinges {
		out.Swayed, err = u.swayed(ctx, t, advice[0])
	}
	return out, err
}

// different returns the first few packages that are not worth the same to everyone in the middle of the ranges.
func (u *Uncertain) different(middle *Problem, advice []Advice, most int) []Advice {
	var out []Advice
	var seen [][]int64
	for _, a := range advice {
		worth := middle.Point(a.Outcome).Utility
		if slices.ContainsFunc(seen, func(v []int64) bool { return slices.Equal(v, worth) }) {
			continue
		}
		seen = append(seen, worth)
		if out = append(out, a); len(out) == most {
			break
		}
	}
	return out
}

// trial judges packages under many preferences.
type trial struct {
	hedge      Hedge
	effort     Effort
	views      []view
	candidates [][]int
	idle       int
	limited    bool
	quality    Quality
}

// view is one profile as the rule sees it.
type view struct {
	number  int
	problem *Problem
	court   *court
	best    float64 // the objective of the rule's own choice
}

// judge takes in profiles: each gives a view, and candidates.
func (t *trial) judge(ctx context.Context, profiles []*Problem) error {
	seen := map[string]bool{}
	for _, c := range t.candidates {
		seen[outcomeKey(c)] = true
	}
	effort := t.effort
	effort.Progress = nil
	for n, p := range profiles {
		f, err := p.Frontier(ctx, effort)
		if err != nil {
			return err
		}
		t.quality = worse(t.quality, f.Quality)
		if err := t.look(n, p, f, seen); err != nil {
			return err
		}
		if t.effort.Progress != nil {
			t.effort.Progress(Progress{Phase: "profiles", Done: n + 1, Total: len(profiles), Points: len(t.candidates)})
		}
	}
	return nil
}

// look turns a frontier into a view, if it has anything to offer.
func (t *trial) look(n int, p *Problem, f *Frontier, seen map[string]bool) error {
	d := p.Disagreement()
	d.Powers = t.hedge.Powers
	choice, err := f.Choose(t.hedge.Rule, d)
	if err != nil {
		return err
	}
	v := view{number: n, problem: p}
	if len(choice.Points) > 0 {
		v.court = newCourt(f, d)
		v.best = t.objective(&v, f.Points[choice.Points[0]].Utility)
	}
	if v.best <= 0 {
		t.idle++
		return nil
	}
	t.views = append(t.views, v)
	for _, pt := range t.pick(&v, f) {
		if key := outcomeKey(pt.Outcome); !seen[key] {
			seen[key] = true
			t.candidates = append(t.candidates, pt.Outcome)
		}
	}
	v.court.f = nil // the frontier is not needed any more, and may be large
	return nil
}

// pick returns the admitted points of a frontier, at most perFrontier of them, the best first.
func (t *trial) pick(v *view, f *Frontier) []Point {
	type rated struct {
		pt    Point
		value float64
	}
	all := make([]rated, len(v.court.admitted))
	for n, k := range v.court.admitted {
		all[n] = rated{f.Points[k], t.objective(v, f.Points[k].Utility)}
	}
	slices.SortStableFunc(all, func(a, b rated) int { return cmp.Compare(b.value, a.value) })
	if len(all) > perFrontier {
		all, t.limited = all[:perFrontier], true
	}
	points := make([]Point, len(all))
	for n := range all {
		points[n] = all[n].pt
	}
	return points
}

// objective is what the rule makes as great as it can: the product of gains, the smallest share, the smallest gain or the
// sum of gains; 0 where someone is worse off than without agreement. It is in floating point, since regret is a share
// that nobody compares for equality.
func (t *trial) objective(v *view, utility []int64) float64 {
	c := v.court
	product, sum, least := 1.0, 0.0, math.Inf(1)
	for k, u := range utility {
		gain := float64(u - c.from[k])
		if gain < 0 {
			return 0
		}
		power := 1.0
		if t.hedge.Rule == AsymmetricNash {
			power = float64(c.powers[k])
		}
		product *= math.Pow(gain/float64(max(1, c.hopes[k])), power)
		sum += gain / float64(c.units[k])
		if t.hedge.Rule == KalaiSmorodinsky {
			gain *= float64(c.units[k]) / float64(max(1, c.hopes[k]))
		}
		least = min(least, gain/float64(c.units[k]))
	}
	switch t.hedge.Rule {
	case Utilitarian:
		return sum
	case Egalitarian, KalaiSmorodinsky:
		return least
	default:
		return product
	}
}

// regret is the share of the rule's objective that a package forgoes in a view.
func (t *trial) regret(v *view, outcome []int) float64 {
	return min(max(0, 1-t.objective(v, v.problem.Point(outcome).Utility)/v.best), 1)
}

// advise ranks all candidates, the smallest greatest regret first.
func (t *trial) advise() []Advice {
	if len(t.views) == 0 {
		return nil
	}
	advice := make([]Advice, len(t.candidates))
	for n, c := range t.candidates {
		advice[n] = t.weigh(c)
	}
	slices.SortFunc(advice, func(a, b Advice) int {
		return cmp.Or(cmp.Compare(a.Worst, b.Worst), cmp.Compare(a.Mean, b.Mean), slices.Compare(a.Outcome, b.Outcome))
	})
	return advice
}

func (t *trial) weigh(outcome []int) Advice {
	a := Advice{Outcome: outcome, Worst: -1}
	for n := range t.views {
		r := t.regret(&t.views[n], outcome)
		a.Mean += r / float64(len(t.views))
		if r > a.Worst {
			a.Worst, a.Hardest = r, t.views[n].number
		}
	}
	return a
}

// swayed takes back each statement in turn, adds preferences that break it to those already seen, and looks whether
// another package comes out first.
func (u *Uncertain) swayed(ctx context.Context, t *trial, chosen Advice) ([]Swayed, error) {
	var out []Swayed
	for k, know := range u.parties {
		for n := range know.given.statements {
			broken, err := u.breaking(k, n, t.effort.Seed)
			if err != nil {
				return out, err
			}
			more := &trial{hedge: t.hedge, effort: t.effort, views: slices.Clone(t.views), candidates: slices.Clone(t.candidates)}
			more.effort.Progress = nil
			if err := more.judge(ctx, broken); err != nil {
				return out, err
			}
			if first := more.advise()[0]; !slices.Equal(first.Outcome, chosen.Outcome) {
				out = append(out, Swayed{
					Hinge:   Hinge{Party: k, Statement: know.given.statements[n].id},
					Instead: first.Outcome, Regret: more.weigh(chosen.Outcome).Worst,
				})
			}
		}
	}
	return out, nil
}

// breaking returns profiles that keep all statements but one, and break that one.
func (u *Uncertain) breaking(k, n int, seed uint64) ([]*Problem, error) {
	free := u.without(k, n)
	r := u.parties[k].given.statements[n]
	profiles, err := free.Profiles(4*perStatement, seed)
	if err != nil {
		return nil, nil // nothing in whole numbers breaks it
	}
	var broken []*Problem
	for _, p := range profiles {
		if r.sum(slices.Concat(p.Parties[k].Values...)) < r.least && len(broken) < perStatement {
			broken = append(broken, p)
		}
	}
	return broken, nil
}

// outcomeKey is a key for an outcome.
func outcomeKey(outcome []int) string {
	b := make([]byte, 0, 4*len(outcome))
	for _, o := range outcome {
		b = append(b, byte(o), byte(o>>8), byte(o>>16), byte(o>>24))
	}
	return string(b)
}

func worse(a, b Quality) Quality {
	rank := map[Quality]int{"": 0, Exact: 1, Within: 2, Best: 3}
	if rank[b] > rank[a] {
		return b
	}
	return a
}
