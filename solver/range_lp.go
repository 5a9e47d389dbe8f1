package solver

import (
	"math"
	"math/big"
)

// A linear program over one party's part worths: the greatest Σ goal × worth within bounds that keeps every row.
//
// It is small (some hundred options, some dozen statements) and solved in floating point, see simplex. Nothing relies on
// those floats: what comes out is checked in exact arithmetic. A vertex that keeps all rows proves that its value can be
// reached; multipliers of the rows prove by weak duality that nothing above a limit can. Where the two meet, the answer is
// exact, and where they do not, the truth lies between.
type program struct {
	rows      []row
	low, high []int64 // by option
	goal      row     // without options: only whether there are such worths at all
}

// solved is what could be proved about a program.
type solved struct {
	limit   *big.Rat // no worths make more of the goal
	reached *big.Rat // some make this much; nil when no vertex could be verified
	worth   []int64  // those, in units of 1/shares; options that nothing mentions are at their low end
	shares  int64
	empty   bool // proved: no worths keep all rows
}

// shareses are the fractions to which multipliers and vertices are rounded before they are checked. Statements that people
// make have vertices in whole numbers, so that the first nearly always does.
var shareses = []int64{1, 2, 60, 1 << 20}

func (p *program) solve() solved {
	s := newSimplex(p)
	feasible := s.start()
	var out solved
	if !feasible && p.refuted(s.multipliers()) {
		out.empty = true
		return out
	}
	s.aim(p.goal)
	s.run()
	y := s.multipliers()
	for _, q := range shareses {
		if l := p.limit(y, q); out.limit == nil || l.Cmp(out.limit) < 0 {
			out.limit = l
		}
		if worth, reached := p.reach(s, q); reached != nil && (out.reached == nil || reached.Cmp(out.reached) > 0) {
			out.worth, out.reached, out.shares = worth, reached, q
		}
		if out.reached != nil && out.limit.Cmp(out.reached) == 0 {
			break
		}
	}
	return out
}

// limit is what the goal cannot exceed, whatever the multipliers y ≥ 0: goal·x ≤ goal·x + Σ y (row·x − least), and the
// right side is greatest with each worth at one of its ends.
func (p *program) limit(y []float64, q int64) *big.Rat {
	slope := map[int]*big.Int{}
	add := func(j int, c, times int64) {
		if slope[j] == nil {
			slope[j] = new(big.Int)
		}
		slope[j].Add(slope[j], new(big.Int).Mul(big.NewInt(c), big.NewInt(times)))
	}
	for n, j := range p.goal.at {
		add(j, p.goal.times[n], q)
	}
	total := new(big.Int)
	for r := range p.rows {
		times := int64(math.Round(min(max(y[r], 0), 1<<40) * float64(q)))
		if times == 0 {
			continue
		}
		total.Sub(total, new(big.Int).Mul(big.NewInt(times), big.NewInt(p.rows[r].least)))
		for n, j := range p.rows[r].at {
			add(j, p.rows[r].times[n], times)
		}
	}
	for j, c := range slope {
		end := p.high[j]
		if c.Sign() < 0 {
			end = p.low[j]
		}
		total.Add(total, c.Mul(c, big.NewInt(end)))
	}
	return new(big.Rat).SetFrac(total, big.NewInt(q))
}

// refuted reports whether multipliers prove that no worths keep all rows: with them, even nothing cannot be reached.
func (p *program) refuted(y []float64) bool {
	nothing := program{rows: p.rows, low: p.low, high: p.high}
	for _, q := range shareses {
		if nothing.limit(y, q).Sign() < 0 {
			return true
		}
	}
	return false
}

// reach rounds the vertex at which the simplex stands to multiples of 1/q and returns it and its value if it keeps
// bounds and rows exactly.
func (p *program) reach(s *simplex, q int64) (worth []int64, value *big.Rat) {
	if !p.fits(q) {
		return nil, nil
	}
	worth = make([]int64, len(p.low))
	for j, l := range p.low {
		worth[j] = l * q
	}
	for v, j := range s.options {
		at := int64(math.Round((float64(p.low[j]) + s.value[v]*s.scale) * float64(q)))
		worth[j] = min(max(at, p.low[j]*q), p.high[j]*q)
	}
	for r := range p.rows {
		if p.rows[r].sum(worth) < p.rows[r].least*q {
			return nil, nil
		}
	}
	return worth, big.NewRat(p.goal.sum(worth), q)
}

// fits reports whether sums in units of 1/q cannot overflow.
func (p *program) fits(q int64) bool {
	var most float64
	for _, r := range append([]row{p.goal}, p.rows...) {
		sum := math.Abs(float64(r.least))
		for n, j := range r.at {
			sum += math.Abs(float64(r.times[n])) * max(math.Abs(float64(p.low[j])), math.Abs(float64(p.high[j])))
		}
		most = max(most, sum)
	}
	for j := range p.low {
		most = max(most, math.Abs(float64(p.low[j])), math.Abs(float64(p.high[j])))
	}
	return most*float64(q) < float64(MaxUtility)*4
}
