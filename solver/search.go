package solver

import (
	"cmp"
	"errors"
	"slices"
)

// search looks for good outcomes of a group of issues that are tied together too widely to be eliminated. It walks by
// threshold accepting (Dueck & Scheuer 1990) towards many weighings of the parties in turn, by weighted sum and by the
// least weighted gain, keeps all it meets that nothing met so far betters, and lastly tries every change of one issue
// and of two tied issues on each outcome kept (Pareto local search: Paquete, Chiarandini & Stützle 2004).
//
// Everything is computed in whole numbers from Effort.Seed, so that the same problem and seed give the same answer on
// any machine. It returns nil when it met nothing legal.
func (p *Problem) search(w *work, t *ties, group []int) (*front, error) {
	return newHunt(p, w, t, group).seek()
}

// seek spends half its steps on walks, the rest on the changes of what they found.
func (h *hunt) seek() (*front, error) {
	if err := h.start(); err != nil {
		return nil, err
	}
	for round := 0; h.goes(h.budget / 2); round++ {
		h.run(round)
	}
	h.explore()
	for h.goes(h.budget) {
		h.kick()
		h.explore()
	}
	if len(h.kept) == 0 {
		return nil, h.w.ctx.Err()
	}
	return h.front(), nil
}

// searchSteps is how many outcomes a search looks at.
const searchSteps = 2_000_000

// hunt is a search under way.
type hunt struct {
	p       *Problem
	w       *work
	group   []int
	options [][]int // by issue of the problem: what is worth trying
	factors []factor
	touch   [][]int // by issue: the factors that read it
	partner [][]int // by issue: the later issues of the group that share a factor
	chance  splitmix
	steps   int // made
	budget  int // to make
	stopped bool

	state
	kept []*find
}

// state is an outcome with what is known of it, for changing one issue at a time.
type state struct {
	outcome []int
	util    []int64 // by party
	worth   []int64 // by factor; for a condition 1 when it is broken
	broken  int     // conditions
}

// find is an outcome that nothing met so far betters.
type find struct {
	util    []int64
	outcome []int
	tried   bool // all changes of it were tried
}

func newHunt(p *Problem, w *work, t *ties, group []int) *hunt {
	h := &hunt{p: p, w: w, group: group, factors: t.of(group), chance: splitmix(w.effort.Seed), budget: searchSteps}
	h.options, h.touch, h.partner = make([][]int, len(p.Options)), make([][]int, len(p.Options)), make([][]int, len(p.Options))
	for _, i := range group {
		for _, class := range t.classes[i] {
			for _, row := range undominated(w.n, p.worths(i, class)) {
				h.options[i] = append(h.options[i], class[row])
			}
		}
	}
	for k, f := range h.factors {
		for _, i := range f.scope {
			h.touch[i] = append(h.touch[i], k)
			for _, j := range f.scope {
				if j > i && !slices.Contains(h.partner[i], j) {
					h.partner[i] = append(h.partner[i], j)
				}
			}
		}
	}
	h.outcome = make([]int, len(p.Options))
	h.util, h.worth = make([]int64, w.n), make([]int64, len(h.factors))
	return h
}

// goes reports whether the search may go on until so many steps were made.
func (h *hunt) goes(until int) bool { return !h.stopped && h.steps < until }

// start settles the first outcome: one that is legal, if the conditions alone can be eliminated.
func (h *hunt) start() error {
	for _, i := range h.group {
		h.outcome[i] = h.options[i][0]
	}
	if len(h.p.Conditions) > 0 {
		bare := &Problem{Options: h.p.Options, Conditions: h.p.Conditions, Parties: []Party{{Unit: 1, Cap: NoCap}}}
		s, err := bare.eliminate(newWork(h.w.ctx, Effort{Memory: h.w.memory}, 1))
		var large *TooLarge
		if err != nil && !errors.As(err, &large) {
			return err
		}
		if err == nil {
			clear(h.outcome)
			for _, f := range s.fronts {
				f.outcome(0, h.outcome)
			}
		}
	}
	h.reset(h.outcome)
	h.offer()
	return nil
}

// reset moves to an outcome.
func (h *hunt) reset(outcome []int) {
	copy(h.outcome, outcome)
	clear(h.util)
	h.broken = 0
	for _, i := range h.group {
		for q := range h.util {
			h.util[q] += h.p.Parties[q].alone(i, h.outcome[i])
		}
	}
	for k := range h.factors {
		h.worth[k] = 0
		h.count(k, h.weigh(k))
	}
}

// alone is what the party makes of an option by itself.
func (party *Party) alone(issue, option int) int64 {
	if len(party.Values) == 0 || party.Values[issue] == nil {
		return 0
	}
	return party.Values[issue][option]
}

// weigh asks a factor anew.
func (h *hunt) weigh(k int) int64 {
	f := &h.factors[k]
	var sum [MaxParties]int64
	legal := f.weigh(h.outcome, sum[:])
	if f.law && !legal {
		return 1
	}
	return sum[f.party]
}

// count enters what a factor is worth now.
func (h *hunt) count(k int, worth int64) {
	change := worth - h.worth[k]
	if change == 0 {
		return
	}
	h.worth[k] = worth
	if h.factors[k].law {
		h.broken += int(change)
	} else {
		h.util[h.factors[k].party] += change
	}
}

// move settles an issue of the outcome otherwise.
func (h *hunt) move(i, option int) {
	for q := range h.util {
		party := &h.p.Parties[q]
		h.util[q] += party.alone(i, option) - party.alone(i, h.outcome[i])
	}
	h.outcome[i] = option
	for _, k := range h.touch[i] {
		h.count(k, h.weigh(k))
	}
	h.step()
}

// step counts one outcome looked at.
func (h *hunt) step() {
	if h.steps++; h.steps&1023 == 0 {
		if h.w.stage("search", h.steps, h.budget) != nil {
			h.stopped = true
			return
		}
		h.w.units += 1024 * 32
	}
}

// offer keeps the outcome if it is legal and nothing kept is as good.
func (h *hunt) offer() {
	if h.broken > 0 {
		return
	}
	for k, f := range h.kept {
		if reachesAll(f.util, h.util) {
			// What bettered this one will likely better the next: look at it first.
			copy(h.kept[1:k+1], h.kept[:k])
			h.kept[0] = f
			return
		}
	}
	h.kept = slices.DeleteFunc(h.kept, func(f *find) bool { return reachesAll(h.util, f.util) })
	h.kept = append(h.kept, &find{util: slices.Clone(h.util), outcome: slices.Clone(h.outcome)})
	if len(h.kept) > searchKeeps {
		h.thin()
	}
}

// searchKeeps bounds how many outcomes are kept; of more, every second is forgotten.
const searchKeeps = 4096

func (h *hunt) thin() {
	h.order()
	last := len(h.kept) - 1
	few := h.kept[:0]
	for k, f := range h.kept {
		if k%2 == 0 || k == last {
			few = append(few, f)
		}
	}
	h.kept = few
}

func (h *hunt) order() {
	slices.SortFunc(h.kept, func(a, b *find) int {
		return cmp.Or(slices.Compare(b.util, a.util), slices.Compare(a.outcome, b.outcome))
	})
}

// front makes a front of what was kept.
func (h *hunt) front() *front {
	h.order()
	f := &front{n: h.w.n}
	same := make([]int32, len(h.kept))
	for k, found := range h.kept {
		f.util = append(f.util, found.util...)
		same[k] = int32(k)
	}
	for _, i := range h.group {
		nd := &node{kind: assignment, issue: i, j: make([]int32, len(h.kept))}
		for k, found := range h.kept {
			nd.j[k] = int32(found.outcome[i])
		}
		if f.node == nil {
			f.node = nd
			continue
		}
		f.node = &node{kind: sum, left: f.node, right: nd, i: same, j: same}
	}
	return f
}

// below returns a number from 0 to below n.
func (s *splitmix) below(n int) int { return int(s.next() >> 1 % uint64(n)) }
