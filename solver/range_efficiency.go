package solver

import (
	"context"
	"math/big"
	"slices"

	"portsmouth"
)

// Efficiency says how a package stands when preferences are known within ranges only.
type Efficiency string

// How a package can stand.
const (
	Surely   Efficiency = "surely"   // whatever the preferences within the ranges, no other package betters it
	Possibly Efficiency = "possibly" // neither surely nor not
	Not      Efficiency = "not"      // some one package is at least as good for all and better for one, whatever they are
)

// Verdict is the efficiency of one package.
//
// Without statements it is exact, and nothing is enumerated for it: part worths between bounds have one combination that
// favours a package over every other at once, and one that disfavours it (its own options at one end, all others at the
// other). So a package is surely efficient when it is efficient in the worst case, and not efficient when it is
// inefficient in the best; both are ordinary problems with a frontier of their own. It follows that a package which is
// not efficient whatever the preferences is bettered by one and the same package in all of them.
//
// With statements the worst case within the tightened bounds may be one that the statements exclude. Surely and Not still
// hold then; Possibly is Settled only when both sides of it were proved, by linear programming and by preferences found.
type Verdict struct {
	Efficiency Efficiency
	Settled    bool  // proved; false: it may be surely or not efficient after all
	By         []int // Not: a package that betters it; Possibly: one that may, where one was found
}

// Hinge names a statement on which an answer hangs: without it, the answer would be another.
type Hinge struct {
	Party     int
	Statement string // id
}

// Lead bounds by how much party k can prefer package a to b: from low to high, in units. Each end is proved to contain
// the truth, and is exact but for programs that floating point cannot solve.
func (u *Uncertain) Lead(k int, a, b []int) (low, high *big.Rat) {
	low = u.lead(k, b, a).limit
	return low.Neg(low), u.lead(k, a, b).limit
}

// lead solves for the most by which party k can prefer a to b.
func (u *Uncertain) lead(k int, a, b []int) solved {
	know := u.parties[k]
	p := program{rows: know.statements, low: know.low, high: know.high}
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		p.goal.at = append(p.goal.at, know.start[i]+a[i], know.start[i]+b[i])
		p.goal.times = append(p.goal.times, 1, -1)
	}
	s := p.solve()
	known := new(big.Rat).SetInt64(u.problem.known(k, a) - u.problem.known(k, b))
	s.limit.Add(s.limit, known)
	if s.reached != nil {
		s.reached.Add(s.reached, known)
	}
	return s
}

// Efficiency returns the verdict on each package (by issue, the option; each must be legal). It costs up to two frontiers
// a package.
func (u *Uncertain) Efficiency(ctx context.Context, packages [][]int, e Effort) ([]Verdict, error) {
	verdicts := make([]Verdict, len(packages))
	for n, a := range packages {
		if err := u.problem.whole(a); err != nil {
			return nil, err
		}
		v, err := u.verdict(ctx, a, e)
		if err != nil {
			return nil, err
		}
		verdicts[n] = v
		if e.Progress != nil {
			e.Progress(Progress{Phase: "ranges", Done: n + 1, Total: len(packages)})
		}
	}
	return verdicts, nil
}

func (u *Uncertain) verdict(ctx context.Context, a []int, e Effort) (Verdict, error) {
	e.Progress = nil
	rivals, exact, err := bettering(ctx, u.extreme(a, false), a, e)
	if err != nil {
		return Verdict{}, err
	}
	if len(rivals) == 0 && exact {
		return Verdict{Efficiency: Surely, Settled: true}, nil
	}
	masters, exactly, err := bettering(ctx, u.extreme(a, true), a, e)
	if err != nil {
		return Verdict{}, err
	}
	if len(masters) > 0 {
		return Verdict{Efficiency: Not, Settled: true, By: masters[0].Outcome}, nil
	}
	if u.plain() {
		v := Verdict{Efficiency: Possibly, Settled: exact && exactly}
		if len(rivals) > 0 {
			v.By = rivals[0].Outcome
		}
		return v, nil
	}
	return u.settle(ctx, a, rivals, e)
}

// plain reports whether no statement says more than the bounds.
func (u *Uncertain) plain() bool {
	return !slices.ContainsFunc(u.parties, func(know *knowledge) bool { return len(know.statements) > 0 })
}

// maxRivals bounds how many packages a linear program is solved for.
const maxRivals = 64

// settle looks behind the bounds: which rivals can better a package, or surely do, under preferences that keep every
// statement, and whether the package is efficient under some.
func (u *Uncertain) settle(ctx context.Context, a []int, rivals []Point, e Effort) (Verdict, error) {
	v := Verdict{Efficiency: Possibly}
	for _, b := range rivals[:min(len(rivals), maxRivals)] {
		if err := ctx.Err(); err != nil {
			return Verdict{}, err
		}
		if u.surelyBetters(b.Outcome, a) {
			return Verdict{Efficiency: Not, Settled: true, By: b.Outcome}, nil
		}
		if v.By == nil && u.mayBetter(b.Outcome, a) {
			v.By = b.Outcome
		}
	}
	if v.By == nil {
		return v, nil
	}
	stands, err := u.stands(ctx, a, e)
	v.Settled = stands
	return v, err
}

// surelyBetters reports whether it is proved that b is at least as good as a for all and better for one, whatever the
// preferences.
func (u *Uncertain) surelyBetters(b, a []int) bool {
	more := false
	for k := range u.parties {
		sign := u.lead(k, a, b).limit.Sign()
		if sign > 0 {
			return false
		}
		more = more || sign < 0
	}
	return more
}

// mayBetter reports whether it is proved that under some preferences b is at least as good as a for all and better for
// one. Preferences of different parties have nothing to do with each other, so that each may be taken at its own best.
func (u *Uncertain) mayBetter(b, a []int) bool {
	more := false
	for k := range u.parties {
		s := u.lead(k, b, a)
		if s.reached == nil || s.reached.Sign() < 0 {
			return false
		}
		more = more || s.reached.Sign() > 0
	}
	return more
}

// stands reports whether preferences were found that keep every statement and under which a is efficient.
func (u *Uncertain) stands(ctx context.Context, a []int, e Effort) (bool, error) {
	profiles, err := u.Profiles(standing, e.Seed)
	if err != nil {
		return false, nil // no whole numbers keep the statements: nothing is proved
	}
	for _, p := range profiles {
		rivals, exact, err := bettering(ctx, p, a, e)
		if err != nil {
			return false, err
		}
		if len(rivals) == 0 && exact {
			return true, nil
		}
	}
	return false, nil
}

// standing is how many preferences are tried for it.
const standing = 8

// bettering returns the points of the frontier that better a package, and whether there is none but those.
func bettering(ctx context.Context, p *Problem, a []int, e Effort) ([]Point, bool, error) {
	f, err := p.Frontier(ctx, e)
	if err != nil {
		return nil, false, err
	}
	own := p.Point(a).Utility
	better := slices.DeleteFunc(slices.Clone(f.Points), func(pt Point) bool { return !atLeast(pt.Utility, own) })
	better = slices.DeleteFunc(better, func(pt Point) bool { return slices.Equal(pt.Utility, own) })
	return better, f.Quality == Exact, nil
}

func atLeast(u, floor []int64) bool {
	for k := range u {
		if u[k] < floor[k] {
			return false
		}
	}
	return true
}

// extreme is the problem in which every party's preferences favour a package over all others as much as the bounds
// allow, or disfavour it as much.
func (u *Uncertain) extreme(a []int, favour bool) *Problem {
	p := *u.problem
	p.Parties = slices.Clone(p.Parties)
	for k, know := range u.parties {
		own, others := know.low, slices.Clone(know.high)
		if favour {
			own, others = know.high, slices.Clone(know.low)
		}
		for i, start := range know.start {
			others[start+a[i]] = own[start+a[i]]
		}
		p.Parties[k].Values = know.table(others)
	}
	return &p
}

// Hangs returns the statements without any one of which the package's efficiency would not be what the verdict says. It
// costs a verdict for each statement that says more than the bounds.
func (u *Uncertain) Hangs(ctx context.Context, a []int, e Effort) ([]Hinge, error) {
	if err := u.problem.whole(a); err != nil {
		return nil, err
	}
	v, err := u.verdict(ctx, a, e)
	if err != nil {
		return nil, err
	}
	var hinges []Hinge
	for k, know := range u.parties {
		for n := range know.given.statements {
			w, err := u.without(k, n).verdict(ctx, a, e)
			if err != nil {
				return hinges, err
			}
			if w.Efficiency != v.Efficiency {
				hinges = append(hinges, Hinge{Party: k, Statement: know.given.statements[n].id})
			}
		}
	}
	return hinges, nil
}

// without is what is known when party k takes back a statement. What could be kept with it can be kept without it.
func (u *Uncertain) without(k, n int) *Uncertain {
	w := &Uncertain{problem: u.problem, parties: slices.Clone(u.parties)}
	given := *u.parties[k].given
	given.statements = slices.Concat(given.statements[:n], given.statements[n+1:])
	if tight, ids := given.tighten(); ids == nil {
		w.parties[k] = tight
	}
	return w
}

// whole refuses what is no legal package.
func (p *Problem) whole(outcome []int) error {
	if len(outcome) != len(p.Options) {
		return portsmouth.Invalidf("package-whole", "a package settles %d issues, not %d", len(p.Options), len(outcome))
	}
	for i, o := range outcome {
		if o < 0 || o >= p.Options[i] {
			return portsmouth.Invalidf("package-option", "issue %d has no option %d", i, o)
		}
	}
	if !p.Legal(outcome) {
		return portsmouth.Invalidf("condition", "the package breaks a condition")
	}
	return nil
}
