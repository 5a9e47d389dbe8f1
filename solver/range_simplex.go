package solver

import "math"

// simplex is the simplex method with bounded variables (Dantzig 1963, chapter 18), dense and in floating point.
//
// Its variables are numbered: first the options that rows or goal mention, as far as they are above their low end; then
// one slack a row, how far the row is above its least; last the slip, which is added to every row so that there is
// somewhere to start, and is driven to 0 before the goal counts.
type simplex struct {
	options []int       // by variable, the option
	scale   float64     // units in one
	table   [][]float64 // by basic variable, by free variable: how the one moves with the other
	slope   []float64   // by free variable: how the objective moves with it
	basic   []int       // by row of the table, its variable
	free    []int       // by column of the table, its variable
	value   []float64   // by variable
	ceiling []float64   // by variable; the floor of each is 0
}

const (
	tiny     = 1e-9
	patience = 2_000 // steps by steepest slope before going by Bland's rule, which cannot cycle (Bland 1977)
	maxSteps = 6_000 // a program of this size takes some hundred
)

func newSimplex(p *program) *simplex {
	s := &simplex{scale: 1}
	column := map[int]int{}
	for _, r := range append([]row{p.goal}, p.rows...) {
		for _, j := range r.at {
			if _, ok := column[j]; !ok {
				column[j] = len(s.options)
				s.options = append(s.options, j)
				s.scale = max(s.scale, float64(p.high[j]-p.low[j]))
			}
		}
	}
	n, m := len(s.options), len(p.rows)
	s.value, s.ceiling = make([]float64, n+m+1), make([]float64, n+m+1)
	for v, j := range s.options {
		s.ceiling[v] = float64(p.high[j]-p.low[j]) / s.scale
		s.free = append(s.free, v)
	}
	s.free = append(s.free, n+m)
	s.slope = make([]float64, n+1)
	for r := range p.rows {
		s.add(&p.rows[r], p.low, column)
	}
	return s
}

// add puts a row's slack into the table.
func (s *simplex) add(r *row, low []int64, column map[int]int) {
	n := len(s.options)
	line := make([]float64, n+1)
	line[n] = 1
	v := n + len(s.basic)
	for i, j := range r.at {
		line[column[j]] = float64(r.times[i])
	}
	s.value[v] = float64(r.sum(low)-r.least) / s.scale
	s.ceiling[v] = math.Inf(1)
	s.table = append(s.table, line)
	s.basic = append(s.basic, v)
}

// start looks for worths that keep all rows and reports whether there are any.
func (s *simplex) start() bool {
	slip := len(s.value) - 1
	for _, v := range s.basic {
		s.ceiling[slip] = max(s.ceiling[slip], -s.value[v])
	}
	s.value[slip] = s.ceiling[slip]
	for _, v := range s.basic {
		s.value[v] += s.value[slip]
	}
	s.slope[len(s.options)] = -1
	s.run()
	found := s.value[slip] <= tiny
	s.ceiling[slip] = s.value[slip]
	return found
}

// aim makes the goal the objective.
func (s *simplex) aim(goal row) {
	clear(s.slope)
	times := make([]float64, len(s.value))
	for v, j := range s.options {
		for n, g := range goal.at {
			if g == j {
				times[v] = float64(goal.times[n])
			}
		}
	}
	for c, v := range s.free {
		s.slope[c] = times[v]
		for r, b := range s.basic {
			s.slope[c] += times[b] * s.table[r][c]
		}
	}
}

// run climbs until no step helps.
func (s *simplex) run() {
	for n := range maxSteps {
		c := s.entering(n > patience)
		if c < 0 || !s.step(c, n > patience) {
			return
		}
	}
}

// entering returns the column of the free variable to move, −1 for none.
func (s *simplex) entering(careful bool) int {
	best, column := tiny, -1
	for c, v := range s.free {
		gain := 0.0
		if s.slope[c] > 0 && s.value[v] < s.ceiling[v] {
			gain = s.slope[c]
		}
		if s.slope[c] < 0 && s.value[v] > 0 {
			gain = -s.slope[c]
		}
		if gain <= tiny {
			continue
		}
		if careful && (column < 0 || v < s.free[column]) || !careful && gain > best {
			best, column = gain, c
		}
	}
	return column
}

// step moves the free variable of a column until a bound is met, its own or that of a basic variable, which then
// changes places with it. It reports false where nothing bounds the step, which only rounding can bring about.
func (s *simplex) step(c int, careful bool) bool {
	v, dir := s.free[c], 1.0
	if s.slope[c] < 0 {
		dir = -1
	}
	length, leaving, weight := s.ceiling[v], -1, 0.0
	for r, b := range s.basic {
		by := s.table[r][c] * dir
		if math.Abs(by) <= tiny {
			continue
		}
		room := s.value[b] / -by
		if by > 0 {
			room = (s.ceiling[b] - s.value[b]) / by
		}
		room = max(room, 0)
		tie := leaving >= 0 && room <= length && (careful && b < s.basic[leaving] || !careful && math.Abs(by) > weight)
		if room < length || tie {
			length, leaving, weight = room, r, math.Abs(by)
		}
	}
	if math.IsInf(length, 1) {
		return false
	}
	for r, b := range s.basic {
		s.value[b] += s.table[r][c] * dir * length
	}
	s.value[v] = min(max(s.value[v]+dir*length, 0), s.ceiling[v])
	if leaving < 0 {
		return true
	}
	b := s.basic[leaving]
	if s.table[leaving][c]*dir < 0 {
		s.value[b] = 0
	} else {
		s.value[b] = s.ceiling[b]
	}
	s.pivot(leaving, c)
	return true
}

// pivot exchanges the basic variable of a row with the free variable of a column.
func (s *simplex) pivot(r, c int) {
	line := s.table[r]
	p := line[c]
	for l := range line {
		line[l] /= -p
	}
	line[c] = 1 / p
	for i, other := range s.table {
		if i != r {
			eliminate(other, line, c)
		}
	}
	eliminate(s.slope, line, c)
	s.basic[r], s.free[c] = s.free[c], s.basic[r]
}

func eliminate(other, line []float64, c int) {
	f := other[c]
	if f == 0 {
		return
	}
	other[c] = 0
	for l := range other {
		other[l] += f * line[l]
	}
}

// multipliers returns by row how much the objective would lose if the row asked for one more.
func (s *simplex) multipliers() []float64 {
	y := make([]float64, len(s.basic))
	for c, v := range s.free {
		if r := v - len(s.options); r >= 0 && r < len(y) {
			y[r] = max(0, -s.slope[c])
		}
	}
	return y
}
