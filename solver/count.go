package solver

import (
	"context"
	"math/big"
)

// Outcomes returns how many ways there are to settle all issues, legal or not.
func (p *Problem) Outcomes() *big.Int {
	n := big.NewInt(1)
	for _, options := range p.Options {
		n.Mul(n, big.NewInt(int64(options)))
	}
	return n
}

// LegalOutcomes returns how many outcomes break no condition, exactly and without listing them: 0 when the conditions
// contradict one another. It ends in a *TooLarge where conditions tie too many issues to one another.
func (p *Problem) LegalOutcomes(ctx context.Context, effort Effort) (*big.Int, error) {
	w := newWork(ctx, effort, len(p.Parties))
	t := p.ties(false)
	e := &elimination[big.Int]{ties: t, ring: numberRing{}, ctx: ctx, bound: w.memory / 4}
	e.progress = func(done, total int) error { return w.stage("count", done, total) }
	n := big.NewInt(1)
	for _, i := range t.free {
		n.Mul(n, big.NewInt(int64(p.Options[i])))
	}
	for _, group := range t.groups {
		ways, err := e.settle(group)
		if err != nil {
			return nil, err
		}
		if ways == nil {
			return new(big.Int), nil
		}
		n.Mul(n, ways)
	}
	return n, nil
}

// numberRing counts outcomes whatever they are worth.
type numberRing struct{}

func (numberRing) class(_ int, options []int) (*big.Int, error) {
	return big.NewInt(int64(len(options))), nil
}

func (numberRing) times(a, b *big.Int) (*big.Int, error) { return new(big.Int).Mul(a, b), nil }

func (numberRing) plus(parts []*big.Int) (*big.Int, error) {
	n := new(big.Int)
	for _, part := range parts {
		n.Add(n, part)
	}
	return n, nil
}

func (numberRing) shift(a *big.Int, _ []int64) (*big.Int, error) { return a, nil }

func (numberRing) drop(*big.Int) {}

// tally is a number of outcomes as little-endian words, all of the same length within one count. Sums and products are
// taken modulo what fits; since no number of outcomes exceeds that of all outcomes, for which the words suffice, results
// are exact.
type tally []uint64

// tallyWords returns how many words hold any count of p.
func (p *Problem) tallyWords() int { return max(1, (p.Outcomes().BitLen()+63)/64) }

func (t tally) big() *big.Int {
	n := new(big.Int)
	for k := len(t) - 1; k >= 0; k-- {
		n.Lsh(n, 64)
		n.Or(n, new(big.Int).SetUint64(t[k]))
	}
	return n
}
