package solver

import (
	"cmp"
	"math/bits"
	"slices"

	"portsmouth"
)

// errNothingLegal is the error of a Book where no outcome is legal.
var errNothingLegal = portsmouth.Invalidf("solver-empty", "the conditions leave no legal package")

func compareInt64(a, b int64) int { return cmp.Compare(a, b) }

// walk is one look-up: the sums and the work spent on it.
type walk struct {
	*sums
	steps int
	made  map[int64][]int64 // by level found, what it was found to be made of, by group
}

func (s *sums) walk() *walk { return &walk{sums: s, made: map[int64][]int64{}} }

func (w *walk) spent() bool { return w.steps > maxLookup }

// atMost returns the greatest level up to limit that some outcome has.
func (w *walk) atMost(limit int64) (int64, bool) {
	d, shares := w.seek(w.down, limit)
	if shares != nil {
		w.made[d] = shares
	}
	return d, shares != nil
}

// atLeast returns the least level from limit on that some outcome has: the same search, seen from the top.
func (w *walk) atLeast(limit int64) (int64, bool) {
	d, shares := w.seek(w.up, w.top-limit)
	if shares == nil {
		return 0, false
	}
	for n, list := range w.up {
		shares[n] = list[len(list)-1] - shares[n]
	}
	w.made[w.top-d] = shares
	return w.top - d, true
}

// seek returns the greatest sum up to limit of one number of each list, and those numbers; nil when there is none. All
// lists are ascending from 0; the last two are the longest.
func (w *walk) seek(lists [][]int64, limit int64) (int64, []int64) {
	if limit < 0 {
		return 0, nil
	}
	s := &seeking{walk: w, lists: lists, limit: limit, best: -1, rest: make([]int64, len(lists)+1), path: make([]int64, len(lists))}
	for n := len(lists) - 1; n >= 0; n-- {
		s.rest[n] = s.rest[n+1] + lists[n][len(lists[n])-1]
	}
	s.from(0, limit)
	return s.best, s.kept
}

// seeking is the search for the greatest sum within a limit.
type seeking struct {
	*walk
	lists [][]int64
	rest  []int64 // by list, the greatest sum of it and those after it
	limit int64
	best  int64
	path  []int64 // by list, what is taken
	kept  []int64 // the path of best
}

// from takes one number of each list from the n-th on, together at most room.
func (s *seeking) from(n int, room int64) {
	sum := s.limit - room
	switch {
	case sum+min(room, s.rest[n]) <= s.best || s.spent():
	case room >= s.rest[n]:
		for k, list := range s.lists[n:] {
			s.path[n+k] = list[len(list)-1]
		}
		s.keep(sum + s.rest[n])
	case n == len(s.lists)-1:
		s.path[n] = s.one(s.lists[n], room)
		s.keep(sum + s.path[n])
	case n == len(s.lists)-2:
		s.path[n], s.path[n+1] = s.two(s.lists[n], s.lists[n+1], room)
		s.keep(sum + s.path[n] + s.path[n+1])
	default:
		list := s.lists[n]
		outward(list, aim(list, room, s.rest[n]), func(v int64) bool {
			if s.steps++; v <= room {
				s.path[n] = v
				s.from(n+1, room-v)
			}
			return s.best < s.limit && !s.spent()
		})
	}
}

func (s *seeking) keep(sum int64) {
	if sum > s.best {
		s.best, s.kept = sum, slices.Clone(s.path)
	}
}

// aim returns the place in list that takes its proportional part of room: there the sums of the others are densest.
func aim(list []int64, room, reach int64) int {
	want := int64(float64(list[len(list)-1]) * (float64(room) / float64(max(reach, 1))))
	k, _ := slices.BinarySearch(list, want)
	return min(k, len(list)-1)
}

// outward calls visit with the numbers of list, from place k alternately down and up, until it returns false.
func outward(list []int64, k int, visit func(int64) bool) {
	for low, high := k, k+1; low >= 0 || high < len(list); low, high = low-1, high+1 {
		if low >= 0 && !visit(list[low]) {
			return
		}
		if high < len(list) && !visit(list[high]) {
			return
		}
	}
}

// one returns the greatest number of list up to room; the list starts at 0.
func (s *seeking) one(list []int64, room int64) int64 {
	s.steps += bits.Len(uint(len(list)))
	k, found := slices.BinarySearch(list, room)
	if !found {
		k--
	}
	return list[k]
}

// two returns the numbers of each list, a the shorter, whose sum is the greatest up to room.
func (s *seeking) two(a, b []int64, room int64) (x, y int64) {
	if len(a)*bits.Len(uint(len(b))) < len(a)+len(b) {
		return s.searched(a, b, room)
	}
	j := len(b) - 1
	for i := 0; i < len(a) && a[i] <= room && x+y < room; i++ {
		for a[i]+b[j] > room {
			j--
		}
		if i == 0 || a[i]+b[j] > x+y {
			x, y = a[i], b[j]
		}
	}
	s.steps += len(a) + len(b)
	return x, y
}

func (s *seeking) searched(a, b []int64, room int64) (x, y int64) {
	for i, v := range a {
		if v > room || i > 0 && x+y == room {
			break
		}
		if w := s.one(b, room-v); i == 0 || v+w > x+y {
			x, y = v, w
		}
	}
	return x, y
}

// at appends outcomes of exactly this level until there are limit of them. It begins with what the level was found by, so
// that there is one even when the search has used up its steps.
func (w *walk) at(found [][]int, level int64, limit int) [][]int {
	m := &matching{walk: w, found: found, limit: limit, shares: make([]int64, len(w.groups)), rest: make([]int64, len(w.groups)+1)}
	issues := 0
	for n := len(w.groups) - 1; n >= 0; n-- {
		all := w.groups[n].all()
		m.rest[n] = m.rest[n+1] + all[len(all)-1]
	}
	for _, one := range w.parts {
		issues += len(one.issues)
	}
	m.outcome = make([]int, issues)
	if m.first = w.made[level]; m.first != nil {
		m.shares, m.free = m.first, true
		m.spell(0, len(m.groups[0].parts)-1, m.shares[0])
		m.shares, m.free = make([]int64, len(w.groups)), false
	}
	m.share(0, level)
	return m.found
}

// matching gathers the outcomes of one level: it shares the level out among the groups, then among their parts.
type matching struct {
	*walk
	found   [][]int
	limit   int
	shares  []int64 // by group
	rest    []int64 // by group, the greatest sum of it and those after it
	outcome []int
	first   []int64 // shares already looked at
	free    bool    // the bound on steps does not hold
}

func (m *matching) full() bool { return len(m.found) >= m.limit || m.spent() && !m.free }

// share gives the n-th group and those after it room in all.
func (m *matching) share(n int, room int64) {
	if room < 0 || room > m.rest[n] || m.full() {
		return
	}
	all := m.groups[n].all()
	if n == len(m.groups)-1 {
		m.steps += bits.Len(uint(len(all)))
		m.shares[n] = room
		if _, ok := slices.BinarySearch(all, room); ok && !slices.Equal(m.shares, m.first) {
			m.spell(0, len(m.groups[0].parts)-1, m.shares[0])
		}
		return
	}
	outward(all, aim(all, room, m.rest[n]), func(v int64) bool {
		m.steps++
		m.shares[n] = v
		m.share(n+1, room-v)
		return !m.full()
	})
}

// spell settles the parts of group n up to the j-th, worth room together, in every way, and then the groups after it.
func (m *matching) spell(n, j int, room int64) {
	if j < 0 {
		if n++; n == len(m.groups) {
			m.found = append(m.found, slices.Clone(m.outcome))
			return
		}
		j, room = len(m.groups[n].parts)-1, m.shares[n]
	}
	g := &m.groups[n]
	one := &m.parts[g.parts[j]]
	if j == 0 {
		c, _ := slices.BinarySearch(one.levels, room)
		for ; c < len(one.levels) && one.levels[c] == room && !m.full(); c++ {
			one.decode(one.combos[c], m.outcome)
			m.spell(n, -1, 0)
		}
		return
	}
	for c := 0; c < len(one.levels) && one.levels[c] <= room && !m.full(); c++ {
		if _, ok := slices.BinarySearch(g.stages[j-1], room-one.levels[c]); ok {
			one.decode(one.combos[c], m.outcome)
			m.spell(n, j-1, room-one.levels[c])
		}
		m.steps++
	}
}
