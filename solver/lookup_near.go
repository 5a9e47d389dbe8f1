package solver

import (
	"cmp"
	"slices"
)

// NearestTo returns the n outcomes worth u to the book's own party, give or take tolerance, that are nearest to target:
// those that settle fewest issues otherwise, then those nearest to u, then those better for the party. Target itself is
// among them when it is legal and worth that much.
func (b *Book) NearestTo(target []int, u, tolerance int64, n int) (Found, error) {
	if err := b.p.fits(target); err != nil {
		return Found{}, err
	}
	s := b.nearing(target, u, tolerance)
	var all [][]int
	for s.changes = 0; s.changes <= len(target) && len(all) < n && !s.spent(); s.changes++ {
		s.found = nil
		s.from(0, s.changes, 0)
		slices.SortFunc(s.found, func(x, y []int) int { return b.nearer(x, y, u) })
		all = append(all, s.found[:min(len(s.found), n-len(all))]...)
	}
	return s.walk.found(b.p, all), nil
}

// nearer orders outcomes by their distance from u in own worth, the better first, then by their options.
func (b *Book) nearer(x, y []int, u int64) int {
	p, q := b.p.Utility(b.own, x), b.p.Utility(b.own, y)
	return cmp.Or(cmp.Compare(max(p-u, u-p), max(q-u, u-q)), cmp.Compare(q, p), slices.Compare(x, y))
}

// nearing is the search for outcomes in a range of levels that differ from a target in a number of issues.
type nearing struct {
	*walk
	low, high int64 // levels
	changes   int
	ways      [][]changed // by part, by number of issues changed
	// least and most are by part and number of changes what the part and those after it can come to; beyond and -beyond
	// where that number cannot be.
	least, most [][]int64
	found       [][]int
	outcome     []int
}

// changed are the combinations of a part that differ from the target in some number of issues, ascending by level.
type changed struct {
	combos []int32
	levels []int64
}

func (b *Book) nearing(target []int, u, tolerance int64) *nearing {
	tolerance, u = min(max(tolerance, 0), MaxUtility), min(max(u, -2*MaxUtility), 2*MaxUtility)
	s := &nearing{walk: b.walk(), outcome: make([]int, len(target))}
	s.low, s.high = b.floor(u-tolerance, true)+1, b.floor(u+tolerance, false)
	for n := range s.parts {
		s.ways = append(s.ways, s.parts[n].changes(target))
	}
	s.bound(len(target))
	return s
}

// changes sorts the combinations of a part by how many issues they settle otherwise than target.
func (one *part) changes(target []int) []changed {
	ways := make([]changed, len(one.issues)+1)
	outcome := make([]int, len(target))
	for c, combo := range one.combos {
		one.decode(combo, outcome)
		n := 0
		for _, i := range one.issues {
			if outcome[i] != target[i] {
				n++
			}
		}
		ways[n].combos = append(ways[n].combos, combo)
		ways[n].levels = append(ways[n].levels, one.levels[c])
	}
	return ways
}

// bound fills least and most, from the last part to the first.
func (s *nearing) bound(issues int) {
	s.least, s.most = make([][]int64, len(s.parts)+1), make([][]int64, len(s.parts)+1)
	for n := range s.least {
		s.least[n], s.most[n] = slices.Repeat([]int64{beyond}, issues+1), slices.Repeat([]int64{-beyond}, issues+1)
	}
	s.least[len(s.parts)][0], s.most[len(s.parts)][0] = 0, 0
	for n := len(s.parts) - 1; n >= 0; n-- {
		for changes, way := range s.ways[n] {
			if len(way.levels) == 0 {
				continue
			}
			for after := 0; after+changes <= issues; after++ {
				if s.least[n+1][after] == beyond {
					continue
				}
				k := after + changes
				s.least[n][k] = min(s.least[n][k], s.least[n+1][after]+way.levels[0])
				s.most[n][k] = max(s.most[n][k], s.most[n+1][after]+way.levels[len(way.levels)-1])
			}
		}
	}
}

// from settles the parts from the n-th on with that many changes, what came before being worth level.
func (s *nearing) from(n, changes int, level int64) {
	if level+s.least[n][changes] > s.high || level+s.most[n][changes] < s.low || s.spent() {
		return
	}
	if n == len(s.parts) {
		s.found = append(s.found, slices.Clone(s.outcome))
		s.steps += maxLookup >> 16 // so many at most are compared with each other
		return
	}
	for here := range min(changes+1, len(s.ways[n])) {
		way, after := s.ways[n][here], changes-here
		if s.least[n+1][after] == beyond {
			continue
		}
		c, _ := slices.BinarySearch(way.levels, s.low-level-s.most[n+1][after])
		for ; c < len(way.levels) && level+way.levels[c]+s.least[n+1][after] <= s.high && !s.spent(); c++ {
			s.steps++
			s.parts[n].decode(way.combos[c], s.outcome)
			s.from(n+1, after, level+way.levels[c])
		}
	}
}
