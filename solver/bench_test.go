package solver

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// benchRandom makes an additive problem as negotiators know it: weights that sum to 10,000 and values from 0 to 10,000,
// so that a party's utility goes to 100,000,000.
func benchRandom(seed uint64, parties, issues, options int) *Problem {
	r := rand.New(rand.NewPCG(seed, 1905))
	p := &Problem{Options: make([]int, issues), Parties: make([]Party, parties)}
	for i := range p.Options {
		p.Options[i] = options
	}
	for k := range p.Parties {
		weights := benchWeights(r, issues)
		values := make([][]int64, issues)
		for i := range values {
			values[i] = make([]int64, options)
			for o := range options {
				values[i][o] = weights[i] * r.Int64N(10_001)
			}
		}
		p.Parties[k] = Party{Values: values, Cap: NoCap, Reservation: NoReservation, Unit: 1_000_000}
	}
	return p
}

func benchWeights(r *rand.Rand, issues int) []int64 {
	raw := make([]float64, issues)
	sum := 0.0
	for i := range raw {
		raw[i] = 0.1 + r.Float64()
		sum += raw[i]
	}
	weights := make([]int64, issues)
	for i := range raw {
		weights[i] = int64(raw[i] / sum * 10_000)
	}
	return weights
}

// benchNumbers makes issues of many even steps over which the parties disagree: the first wants the most, the others the
// least or, now and then, the most as well.
func benchNumbers(seed uint64, parties, issues, options int) *Problem {
	r := rand.New(rand.NewPCG(seed, 1905))
	p := &Problem{Options: make([]int, issues), Parties: make([]Party, parties)}
	for i := range p.Options {
		p.Options[i] = options
	}
	for k := range p.Parties {
		weights := benchWeights(r, issues)
		values := make([][]int64, issues)
		for i := range values {
			up := k == 0 || k > 1 && r.IntN(2) == 0
			values[i] = make([]int64, options)
			for o := range options {
				step := o
				if !up {
					step = options - 1 - o
				}
				values[i][o] = weights[i] * int64(step) * (10_000 / int64(options-1))
			}
		}
		p.Parties[k] = Party{Values: values, Cap: NoCap, Reservation: NoReservation, Unit: 1_000_000}
	}
	return p
}

// benchOpposed makes the hardest kind of additive problem: of each issue no option is dominated, since the parties share
// out what it is worth, while each weighs the issues in its own way.
func benchOpposed(seed uint64, parties, issues, options int) *Problem {
	r := rand.New(rand.NewPCG(seed, 1906))
	p := benchRandom(seed, parties, issues, options)
	weights := make([][]int64, parties)
	for k := range weights {
		weights[k] = benchWeights(r, issues)
	}
	for i := range p.Options {
		for o := range options {
			sum := 0.0
			shares := make([]float64, parties)
			for k := range shares {
				shares[k] = r.ExpFloat64()
				sum += shares[k]
			}
			for k := range shares {
				p.Parties[k].Values[i][o] = weights[k][i] * int64(shares[k]/sum*10_000)
			}
		}
	}
	return p
}

func BenchmarkFrontierOpposed(b *testing.B) {
	for _, c := range []struct{ parties, issues, options int }{
		{2, 8, 5},
		{2, 7, 10},
		{2, 10, 10},
		{2, 50, 10},
		{2, 100, 10},
		{3, 8, 5},
		{3, 10, 10},
		{4, 8, 5},
		{6, 8, 5},
	} {
		b.Run(fmt.Sprintf("%d-parties/%dx%d", c.parties, c.issues, c.options), func(b *testing.B) {
			benchFrontier(b, benchOpposed(1, c.parties, c.issues, c.options), Effort{})
		})
	}
}

func BenchmarkFrontier(b *testing.B) {
	for _, c := range []struct{ parties, issues, options int }{
		{2, 8, 5},
		{2, 7, 10},
		{2, 10, 10},
		{2, 50, 10},
		{2, 100, 10},
		{3, 8, 5},
		{3, 10, 10},
		{3, 20, 5},
		{4, 8, 5},
		{5, 8, 5},
		{6, 8, 5},
	} {
		b.Run(fmt.Sprintf("%d-parties/%dx%d", c.parties, c.issues, c.options), func(b *testing.B) {
			benchFrontier(b, benchRandom(1, c.parties, c.issues, c.options), Effort{})
		})
	}
}

// BenchmarkFrontierSixParties takes half a minute and more for one round.
func BenchmarkFrontierSixParties(b *testing.B) {
	if testing.Short() {
		b.Skip("takes long")
	}
	b.Run("10x5", func(b *testing.B) { benchFrontier(b, benchRandom(1, 6, 10, 5), Effort{}) })
	b.Run("10x5-opposed", func(b *testing.B) { benchFrontier(b, benchOpposed(1, 6, 10, 5), Effort{}) })
}

// benchBent gives every issue of benchNumbers to the parties with falling gains: the square root of the way gone, in
// hundredths of a point, so that no step is like another.
func benchBent(seed uint64, parties, issues, options int) *Problem {
	p := benchNumbers(seed, parties, issues, options)
	for k := range p.Parties {
		for i, values := range p.Parties[k].Values {
			most := max(values[0], values[options-1])
			for o, v := range values {
				p.Parties[k].Values[i][o] = most / 10_000 * int64(10_000*math.Sqrt(float64(v)/float64(most)))
			}
		}
	}
	return p
}

// benchRounded rounds the worth of a step to hundredths of a point, as 301 steps from 0 to 100 need it.
func benchRounded(seed uint64, parties, issues, options int) *Problem {
	p := benchNumbers(seed, parties, issues, options)
	for k := range p.Parties {
		for i, values := range p.Parties[k].Values {
			weight := max(values[0], values[options-1]) / int64(10_000/(options-1)*(options-1))
			for o := range values {
				step := o
				if values[0] > 0 {
					step = options - 1 - o
				}
				p.Parties[k].Values[i][o] = weight * int64(step*10_000/(options-1))
			}
		}
	}
	return p
}

func BenchmarkFrontierNumbers(b *testing.B) {
	b.Run("3x1001", func(b *testing.B) { benchFrontier(b, benchNumbers(1, 2, 3, 1001), Effort{}) })
	b.Run("10x1001", func(b *testing.B) { benchFrontier(b, benchNumbers(1, 2, 10, 1001), Effort{}) })
	b.Run("4x10001", func(b *testing.B) { benchFrontier(b, benchNumbers(1, 2, 4, 10_001), Effort{}) })
	b.Run("3-parties/3x201", func(b *testing.B) { benchFrontier(b, benchNumbers(1, 3, 3, 201), Effort{}) })
	b.Run("10x1001-bent", func(b *testing.B) { benchFrontier(b, benchBent(1, 2, 10, 1001), Effort{}) })
	b.Run("10x301-rounded", func(b *testing.B) { benchFrontier(b, benchRounded(1, 2, 10, 301), Effort{}) })
	// A hundredth of a point of each party's hundred.
	e := Effort{Epsilon: []int64{10_000, 10_000}}
	b.Run("10x1001-within", func(b *testing.B) { benchFrontier(b, benchNumbers(1, 2, 10, 1001), e) })
}

func benchFrontier(b *testing.B, p *Problem, e Effort) {
	b.ReportAllocs()
	var f *Frontier
	for b.Loop() {
		var err error
		if f, err = p.Frontier(context.Background(), e); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(f.Points)), "points")
	b.ReportMetric(float64(f.Largest), "largest")
}
