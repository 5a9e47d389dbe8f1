package solver

import (
	"fmt"
	"slices"

	"portsmouth"
)

// Profiles returns n problems with preferences in whole units within the ranges, which keep every statement: the middle
// first, then corners (each party at some extreme of what it may want), then, for the other half, draws. The same seed
// gives the same profiles. It is an error of kind Invalid when statements leave room between whole numbers only.
func (u *Uncertain) Profiles(n int, seed uint64) ([]*Problem, error) {
	profiles := make([]*Problem, n)
	for m := range profiles {
		p := *u.problem
		p.Parties = slices.Clone(p.Parties)
		profiles[m] = &p
	}
	for k, know := range u.parties {
		stroll, err := know.stroll(seed + uint64(k)*1905)
		if err != nil {
			return nil, fmt.Errorf("party %d: %w", k, err)
		}
		for m, p := range profiles {
			p.Parties[k].Values, p.Parties[k].Reservation = stroll.profile(m, n)
		}
	}
	return profiles, nil
}

// splitmix is a generator of pseudo-random numbers that is the same on every machine and in every year (Steele, Lea &
// Flood 2014).
type splitmix uint64

func (s *splitmix) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// within returns a number from low to high.
func (s *splitmix) within(low, high int64) int64 {
	return low + int64(s.next()%(uint64(high-low)+1))
}

// stroll walks among the whole part worths that keep a party's statements: from one that does, along one option, or along
// two of which one gives what the other takes, to a place drawn evenly from all that lie on that line. It never leaves
// what it may not leave, so nothing is rejected.
type stroll struct {
	know  *knowledge
	dice  splitmix
	worth []int64
	sums  []int64       // by statement
	rows  map[int][]int // by option, the statements that name it
	slope []int64       // by statement, scratch
	// centre is where to go, while it is approached; nil: anywhere.
	centre []int64
}

func (know *knowledge) stroll(seed uint64) (*stroll, error) {
	s := &stroll{know: know, dice: splitmix(seed), rows: map[int][]int{}, slope: make([]int64, len(know.statements))}
	for n, r := range know.statements {
		for _, j := range r.at {
			s.rows[j] = append(s.rows[j], n)
		}
	}
	centre := make([]int64, len(know.low))
	for j := range centre {
		centre[j] = know.low[j] + (know.high[j]-know.low[j])/2
	}
	if know.keeps(centre) {
		s.begin(centre)
		return s, nil
	}
	for range attempts {
		if corner := s.corner(); corner != nil {
			s.begin(corner)
			s.approach(centre)
			return s, nil
		}
	}
	return nil, portsmouth.Invalidf("range-unit", "its statements leave room between whole numbers only: choose a finer unit")
}

// attempts is how many corners are looked at for one in whole numbers.
const attempts = 16

func (s *stroll) begin(worth []int64) {
	s.worth = worth
	s.sums = s.sums[:0]
	for n := range s.know.statements {
		s.sums = append(s.sums, s.know.statements[n].sum(worth))
	}
}

// approach goes as near to the middle of the bounds as short steps lead, so that the middle preferences are no extreme.
func (s *stroll) approach(centre []int64) {
	s.centre = centre
	for range 4 * paces {
		s.pace()
	}
	s.centre = nil
}

func (know *knowledge) keeps(worth []int64) bool {
	for n := range know.statements {
		if know.statements[n].sum(worth) < know.statements[n].least {
			return false
		}
	}
	return true
}

// corner returns a vertex in whole numbers towards a random side of every option; nil when it is in fractions only.
func (s *stroll) corner() []int64 {
	toward := make([]bool, len(s.know.low))
	for j := range toward {
		toward[j] = s.dice.next()&1 == 1
	}
	// Half of the corners have whole issues matter much or little: their options apart, or together.
	if s.dice.next()&1 == 1 {
		for i, start := range s.know.start {
			s.spread(toward[start:s.end(i)], start)
		}
	}
	return s.know.vertex(toward)
}

func (s *stroll) end(i int) int {
	if i+1 < len(s.know.start) {
		return s.know.start[i+1]
	}
	return len(s.know.low)
}

// spread sends the better half of an issue's options up and the others down, or the other way round.
func (s *stroll) spread(toward []bool, start int) {
	apart := s.dice.next()&1 == 1
	centre := func(j int) int64 { return s.know.low[start+j] + s.know.high[start+j] }
	var total float64
	for j := range toward {
		total += float64(centre(j))
	}
	for j := range toward {
		toward[j] = (float64(centre(j))*float64(len(toward)) >= total) == apart
	}
}

// vertex goes as far as it can towards one side of each option. Options that no statement names go all the way.
func (know *knowledge) vertex(toward []bool) []int64 {
	p := program{rows: know.statements, low: know.low, high: know.high}
	named := map[int]bool{}
	for _, r := range know.statements {
		for _, j := range r.at {
			named[j] = true
		}
	}
	worth := make([]int64, len(know.low))
	for j, up := range toward {
		worth[j] = know.low[j]
		if up {
			worth[j] = know.high[j]
		}
		if named[j] {
			p.goal.at = append(p.goal.at, j)
			p.goal.times = append(p.goal.times, 2*int64(worth[j]-know.low[j])/max(1, know.high[j]-know.low[j])-1)
		}
	}
	if len(named) == 0 {
		return worth
	}
	s := p.solve()
	if s.reached == nil || s.shares != 1 {
		return nil
	}
	for j := range named {
		worth[j] = s.worth[j]
	}
	return worth
}

// profile returns the m-th preferences of n, and the reservation with them.
func (s *stroll) profile(m, n int) (values [][]int64, reservation int64) {
	r := s.know.reserve
	worth := s.worth
	switch {
	case m == 0:
		reservation = r.Low + (r.High-r.Low)/2
	case m < (n+1)/2:
		if worth = s.corner(); worth == nil {
			worth = s.walk()
		}
		reservation = r.Low
		if s.dice.next()&1 == 1 {
			reservation = r.High
		}
	default:
		worth = s.walk()
		reservation = s.dice.within(r.Low, r.High)
	}
	return s.know.table(slices.Clone(worth)), reservation
}

// paces is how often every option moves between two draws.
const paces = 4

// pairings bounds how many pairs of one statement move in a pace.
const pairings = 16

// walk moves on and returns where it stands.
func (s *stroll) walk() []int64 {
	for range paces {
		s.pace()
	}
	return s.worth
}

// pace moves every option once, and two options of every statement against each other: statements that fix a sum let
// none move alone.
func (s *stroll) pace() {
	for j := range s.worth {
		s.move([2]int{j, j}, [2]int64{1, 0})
	}
	for n := range s.know.statements {
		r := &s.know.statements[n]
		for range min(len(r.at), pairings) {
			a, b := int(s.dice.next()%uint64(len(r.at))), int(s.dice.next()%uint64(len(r.at)))
			if a != b {
				s.move([2]int{r.at[a], r.at[b]}, [2]int64{r.times[b], -r.times[a]})
			}
		}
	}
}

// move goes a number of steps along a line, random or the nearest to the centre: by[0] at option at[0] and by[1] at option at[1] for each step.
func (s *stroll) move(at [2]int, by [2]int64) {
	low, high := int64(-MaxUtility), MaxUtility
	limit := func(room, c int64) { // room ≥ 0 is what may go when a step takes c
		if c > 0 {
			high = min(high, room/c)
		}
		if c < 0 {
			low = max(low, room/c)
		}
	}
	for e, j := range at {
		limit(s.know.high[j]-s.worth[j], by[e])
		limit(s.worth[j]-s.know.low[j], -by[e])
		for _, n := range s.rows[j] {
			s.slope[n] += by[e] * s.know.statements[n].timesOf(j)
		}
	}
	for _, j := range at {
		for _, n := range s.rows[j] {
			limit(s.sums[n]-s.know.statements[n].least, -s.slope[n])
		}
	}
	t := s.steps(at, by, low, high)
	for e, j := range at {
		s.worth[j] += t * by[e]
		for _, n := range s.rows[j] {
			s.sums[n] += t * s.slope[n]
			s.slope[n] = 0
		}
	}
}

// steps says how many, of those from low to high.
func (s *stroll) steps(at [2]int, by [2]int64, low, high int64) int64 {
	if s.centre == nil {
		return s.dice.within(low, high)
	}
	toward, square := 0.0, 0.0
	for e, j := range at {
		toward += float64(by[e]) * float64(s.centre[j]-s.worth[j])
		square += float64(by[e]) * float64(by[e])
	}
	return min(max(int64(toward/square), low), high)
}

// timesOf returns how often the row takes an option, 0 for one that it does not name.
func (r *row) timesOf(j int) int64 {
	if n, ok := slices.BinarySearch(r.at, j); ok {
		return r.times[n]
	}
	return 0
}
