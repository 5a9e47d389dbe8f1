package solver

import (
	"context"
	"errors"

	"portsmouth"
)

// The ε of a whole computation is spent merge by merge. A merge that is thinned by e keeps, for each sum that it drops, a
// point that gives no party less than that sum minus e. Sums of points that fall short by a and by b fall short by a + b,
// so that losses add up along a path of merges, while of several alternatives only the worst counts. Each front carries
// what was lost on its way, and a merge may spend only a part of what is left, so that the sum never passes ε.

// validEffort reports an ε that does not fit the problem.
func (p *Problem) validEffort(e Effort) error {
	if e.Epsilon != nil && len(e.Epsilon) != len(p.Parties) {
		return portsmouth.Invalidf("solver-epsilon", "an ε for each of %d parties is needed, not %d", len(p.Parties), len(e.Epsilon))
	}
	for k, v := range e.Epsilon {
		if v < 0 || v > MaxUtility {
			return portsmouth.Invalidf("solver-epsilon", "the ε of party %d is negative or too large", k)
		}
	}
	return nil
}

// Widening starts at a millionth of each party's range and goes up by factors of four until the frontier fits, then
// tries half of that: the ε found is at most twice the smallest that fits.
const widenFrom = int64(1) << 20

// widen tries ever larger ε until the frontier fits; failed is the error without.
func (p *Problem) widen(ctx context.Context, e Effort, failed error) (answered, error) {
	var large *TooLarge
	for part := widenFrom; part > 0 && errors.As(failed, &large); part /= 4 {
		var a answered
		a, failed = p.solve(ctx, p.wider(e, part))
		if a.front == nil {
			continue
		}
		if failed == nil && part < widenFrom {
			if b, err := p.solve(ctx, p.wider(e, 2*part)); err == nil {
				return b, nil
			}
		}
		return a, failed
	}
	return answered{}, failed
}

// wider returns e with one part in so many of each party's range as ε, where that is more than it allows already.
func (p *Problem) wider(e Effort, part int64) Effort {
	epsilon := make([]int64, len(p.Parties))
	for k := range epsilon {
		epsilon[k] = max(1, p.span(k)/part)
		if e.Epsilon != nil {
			epsilon[k] = max(epsilon[k], e.Epsilon[k])
		}
	}
	e.Epsilon = epsilon
	return e
}

// span bounds the difference between the best and the worst that a party can get.
func (p *Problem) span(k int) int64 {
	return min(2*p.reach(&p.Parties[k]), MaxUtility)
}
