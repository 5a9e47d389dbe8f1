package main

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"portsmouth"
	"portsmouth/solver"
)

// solution is everything that was found out.
type solution struct {
	*asked
	as       int // the party that reads it, or -1
	offers   []offer
	outcomes *big.Int
	legal    *big.Int // nil where it could not be counted
	frontier *solver.Frontier
	choices  []solver.Choice
	reached  map[int]*big.Int // by frontier point: how many packages are worth exactly that
	adjusted *solver.Adjusted
	zone     *solver.Zone
	gains    []compared
	between  *between
	notes    []string // what could not be found out, and why
	stopped  error    // why the work ended early; nil when it did not
}

// compared is an offer held against the frontier.
type compared struct {
	offer
	gain  solver.CommonGain
	far   solver.Distance
	whole solver.Swap   // to the largest common gain
	steps []solver.Step // smaller swaps that better it for all
}

// between is what the last offers of several parties leave open.
type between struct {
	floors []int64 // by party, the best that another offers it
	count  solver.Count
	alike  []string // issues that all these offers settle alike
}

// adjustedWinner stands beside the solver's rules: it may divide an issue, so its answer is no point of the frontier.
const adjustedWinner = "adjusted-winner"

func ruleNames() []string {
	var names []string
	for _, r := range solver.Rules() {
		names = append(names, string(r))
	}
	return append(names, adjustedWinner)
}

// effort turns flags into bounds. The answer may be less than exact, and says so, unless --exact forbids it.
func (o *solveOptions) effort(a *asked, p *phases) solver.Effort {
	e := solver.Effort{Memory: o.memory << 20, Widen: !o.exact, Search: !o.exact, Seed: o.seed, Progress: p.progress}
	if o.epsilon > 0 {
		for k := range a.problem.Parties {
			units, _ := new(big.Rat).Mul(new(big.Rat).SetFloat64(o.epsilon), big.NewRat(a.problem.Parties[k].Unit, 1)).Float64()
			e.Epsilon = append(e.Epsilon, int64(min(units, float64(solver.MaxUtility))))
		}
	}
	return e
}

func (o *solveOptions) compute(ctx context.Context, a *asked, offers []offer, p *phases) (*solution, error) {
	s := &solution{notes: a.skipped, asked: a, as: -1, offers: offers, outcomes: a.problem.Outcomes(), reached: map[int]*big.Int{}}
	if o.as != "" {
		k, err := a.party(o.as)
		if err != nil {
			return nil, err
		}
		if s.as = k; len(o.rules) == 0 {
			return s, nil // what one party may know needs nothing of the others
		}
	}
	e := o.effort(a, p)
	p.begin("frontier")
	var err error
	s.frontier, err = a.problem.Frontier(ctx, e)
	if err != nil && (s.frontier == nil || ctx.Err() == nil) {
		return nil, stoppedWith(ctx, err)
	}
	s.stopped = ctx.Err()
	p.begin("fair points")
	if err := s.choose(o); err != nil {
		return nil, err
	}
	if s.as >= 0 {
		return s, nil
	}
	p.begin("count")
	if err := s.count(ctx, e); err != nil {
		return nil, err
	}
	p.begin("common gain")
	return s, s.compare(ctx, e)
}

// stoppedWith says that nothing was found in time rather than how the computation was ended.
func stoppedWith(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return portsmouth.Refuse("", "stopped before anything was found; give it more time")
}

// choose applies the rules that were asked for, or the four that need nothing but the preferences.
func (s *solution) choose(o *solveOptions) error {
	if len(s.frontier.Points) == 0 {
		return nil
	}
	rules := o.rules
	if len(rules) == 0 {
		rules = ruleNames()[:4]
	}
	d := s.problem.Disagreement()
	for _, r := range rules {
		if r == adjustedWinner {
			a, err := s.problem.AdjustedWinner()
			if err != nil {
				return err
			}
			s.adjusted = &a
			continue
		}
		d.Powers = nil
		if solver.Rule(r) == solver.AsymmetricNash {
			var err error
			if d.Powers, err = s.powers(o.power); err != nil {
				return err
			}
		}
		c, err := s.frontier.Choose(solver.Rule(r), d)
		if err != nil {
			return err
		}
		s.choices = append(s.choices, c)
	}
	return nil
}

func (a *asked) powers(all []string) ([]int64, error) {
	powers := slices.Repeat([]int64{1}, len(a.problem.Parties))
	for _, one := range all {
		party, n, _ := strings.Cut(one, "=")
		k, err := a.party(party)
		if err != nil {
			return nil, err
		}
		if powers[k], err = strconv.ParseInt(n, 10, 32); err != nil {
			return nil, portsmouth.Invalidf("", "--power takes PARTY=N with a whole number, not “%s”", one)
		}
	}
	return powers, nil
}

// count finds how many packages there are, in the zone and at each fair point. What does not fit in the memory that was
// allowed becomes a note.
func (s *solution) count(ctx context.Context, e solver.Effort) error {
	var err error
	if s.legal, err = s.problem.LegalOutcomes(ctx, e); err != nil {
		s.legal = nil
		if err := s.noted(ctx, "how many packages are legal", err); err != nil {
			return err
		}
	}
	z, err := s.problem.ZoneOn(ctx, e, s.frontier, s.problem.Floors())
	if err != nil {
		z.Exists = len(z.Points) > 0
		if err := s.noted(ctx, "how many packages the zone of agreement holds", err); err != nil {
			return err
		}
	}
	s.zone = &z
	for _, c := range s.choices {
		for _, n := range c.Points {
			if s.reached[n] != nil || len(s.reached) >= maxReached || s.stopped != nil {
				continue
			}
			count, err := s.problem.CountAt(ctx, e, s.frontier.Points[n].Utility)
			if err != nil {
				if err := s.noted(ctx, "how many packages reach a fair point", err); err != nil {
					return err
				}
				return nil
			}
			s.reached[n] = count
		}
	}
	return nil
}

// maxReached bounds for how many tied fair points the packages are counted.
const maxReached = 16

// noted turns what is too large, or came too late, into a note; any other error stays one.
func (s *solution) noted(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		s.stopped = ctx.Err()
		s.notes = append(s.notes, "not found out, as the work was stopped: "+what)
		return nil
	}
	var large *solver.TooLarge
	if errors.As(err, &large) {
		s.notes = append(s.notes, "not found out: "+what+" ("+large.Error()+")")
		return nil
	}
	return err
}

// compare holds every offer on the table against the frontier.
func (s *solution) compare(ctx context.Context, e solver.Effort) error {
	if len(s.frontier.Points) == 0 {
		return nil
	}
	for _, of := range s.offers {
		c := compared{offer: of, gain: s.problem.CommonGainOn(s.frontier, of.outcome)}
		c.far = s.frontier.Distance(c.gain.From.Utility, s.problem.Disagreement().Units)
		if len(c.gain.Points) > 0 {
			var err error
			if c.whole, err = s.problem.Swap(of.outcome, c.gain.Points[0].Outcome); err != nil {
				return err
			}
			if c.steps, err = s.swaps(ctx, e, of.outcome); err != nil {
				return err
			}
		}
		s.gains = append(s.gains, c)
	}
	return s.among(ctx, e)
}

// swaps looks for smaller swaps than the one of the largest gain. They cost a frontier with one more dimension, so that
// they are done without when they do not fit.
func (s *solution) swaps(ctx context.Context, e solver.Effort, from []int) ([]solver.Step, error) {
	if s.stopped != nil {
		return nil, nil
	}
	e.Widen, e.Search = false, false
	steps, err := s.problem.Swaps(ctx, e, from)
	if err != nil {
		return nil, s.noted(ctx, "smaller swaps that better an offer for all", err)
	}
	return steps, nil
}

// among says what the offers of several parties leave open together.
func (s *solution) among(ctx context.Context, e solver.Effort) error {
	floors := slices.Repeat([]int64{solver.NoReservation}, len(s.problem.Parties))
	var mine []offer
	for _, of := range s.offers {
		if of.party < 0 {
			continue
		}
		mine = append(mine, of)
		for k := range floors {
			if k != of.party {
				floors[k] = max(floors[k], s.problem.Utility(k, of.outcome))
			}
		}
	}
	if len(mine) < 2 || slices.Contains(floors, solver.NoReservation) || s.stopped != nil {
		return nil
	}
	b := &between{floors: floors}
	for i := range s.space.Issues {
		if !slices.ContainsFunc(mine, func(of offer) bool { return of.outcome[i] != mine[0].outcome[i] }) {
			b.alike = append(b.alike, fmt.Sprintf("%s = %s", s.space.Issues[i].Name, s.space.Issues[i].Options[mine[0].outcome[i]]))
		}
	}
	var err error
	if b.count, err = s.problem.CountAbove(ctx, e, floors); err != nil {
		return s.noted(ctx, "how many packages give everyone what the others offer", err)
	}
	s.between = b
	return nil
}
