package solver

import (
	"math/bits"
	"slices"
)

// goal is what a walk wants: a weighing of the parties and how it comes to one number.
type goal struct {
	weight []int64 // by party, summing to about goalUnit
	least  bool    // the least weighted gain counts, and a little of the sum; else the sum
	shift  uint    // by which utilities are made small enough to be multiplied
	ideal  []int64 // by party, shifted
	span   []int64 // by party, shifted: from the ideal to the worst kept; at least 1
}

const (
	goalUnit = 1 << 10        // one in weights and in shares
	farthest = goalUnit << 14 // from the ideal a share is told apart no further, so that no condition comes cheap
)

// run walks once: from an outcome that was kept, or from anywhere, towards one weighing.
func (h *hunt) run(round int) {
	g := h.goal(round)
	h.depart(&g, round)
	length := 400 * len(h.group)
	now := h.score(&g)
	for k := 0; k < length && !h.stopped; k++ {
		i := h.group[h.chance.below(len(h.group))]
		was, option := h.outcome[i], h.options[i][h.chance.below(len(h.options[i]))]
		if option == was {
			continue
		}
		h.move(i, option)
		// The threshold falls from an eighth of what there is to gain to nothing, ever more slowly.
		threshold := int64(goalUnit*goalUnit/8) * int64(length-k) / int64(length)
		threshold = threshold * int64(length-k) / int64(length)
		if next := h.score(&g); next >= now-threshold {
			now = next
			h.offer()
			continue
		}
		h.move(i, was)
	}
	h.climb(&g)
}

// goal returns the weighing of a round: first each party nearly alone, then more and more evenly spread ones.
func (h *hunt) goal(round int) goal {
	n := h.w.n
	g := goal{weight: make([]int64, n), least: round%2 == 1 && round >= 2*n}
	switch {
	case round < n:
		for q := range g.weight {
			g.weight[q] = 1
		}
		g.weight[round] = goalUnit - int64(n) + 1
	case n == 2:
		// The bits of the round's number reversed: halves, then quarters, then eighths (van der Corput 1935).
		share := int64(bits.Reverse16(uint16(round/2)) >> 6)
		g.weight[0], g.weight[1] = 1+share, goalUnit-share
	default:
		for range 32 {
			g.weight[h.chance.below(n)] += goalUnit / 32
		}
	}
	h.spans(&g)
	return g
}

// spans measures the parties by what was kept so far.
func (h *hunt) spans(g *goal) {
	n := h.w.n
	g.ideal, g.span = make([]int64, n), make([]int64, n)
	most := int64(1)
	for q := range n {
		most = max(most, h.p.reach(&h.p.Parties[q]))
	}
	g.shift = uint(max(0, bits.Len64(uint64(most))-40))
	for q := range n {
		if len(h.kept) < 2 {
			g.ideal[q] = 0
			g.span[q] = max(1, h.p.reach(&h.p.Parties[q])>>g.shift)
			continue
		}
		high, low := h.kept[0].util[q], h.kept[0].util[q]
		for _, f := range h.kept {
			high, low = max(high, f.util[q]), min(low, f.util[q])
		}
		g.ideal[q], g.span[q] = high>>g.shift, max(1, (high-low)>>g.shift)
	}
}

// score says how good the outcome is for a goal; a broken condition costs more than anything can be worth.
func (h *hunt) score(g *goal) int64 {
	var total int64
	least := int64(1) << 60
	for q, w := range g.weight {
		share := (h.util[q]>>g.shift - g.ideal[q]) * goalUnit / g.span[q]
		share = max(-farthest, min(farthest, share))
		total += w * share
		least = min(least, w*share)
	}
	if g.least {
		total = least*int64(len(g.weight)) + total/64
	}
	return total - int64(h.broken)<<40
}

// depart chooses where a walk begins: mostly at what was kept and suits the goal best, now and then anywhere.
func (h *hunt) depart(g *goal, round int) {
	if len(h.kept) > 0 && round%4 != 3 {
		best, at := int64(-1)<<62, 0
		for k, f := range h.kept {
			copy(h.util, f.util)
			h.broken = 0
			if s := h.score(g); s > best {
				best, at = s, k
			}
		}
		h.reset(h.kept[at].outcome)
		return
	}
	outcome := slices.Clone(h.outcome)
	for _, i := range h.group {
		outcome[i] = h.options[i][h.chance.below(len(h.options[i]))]
	}
	h.reset(outcome)
}

// climb changes one issue at a time while that helps the goal.
func (h *hunt) climb(g *goal) {
	now := h.score(g)
	for better := true; better && !h.stopped; {
		better = false
		for _, i := range h.group {
			best := h.outcome[i]
			for _, option := range h.options[i] {
				h.move(i, option)
				if next := h.score(g); next > now {
					now, best, better = next, option, true
				}
			}
			h.move(i, best)
			h.offer()
		}
	}
}

// explore tries all changes of the outcomes kept that were not tried yet, and of those found by that.
func (h *hunt) explore() {
	for h.goes(h.budget) {
		at := slices.IndexFunc(h.kept, func(f *find) bool { return !f.tried })
		if at < 0 {
			return
		}
		f := h.kept[at]
		f.tried = true
		h.reset(f.outcome)
		h.changes(f.outcome)
	}
}

// changes offers every outcome that differs in one issue, or in two that share a factor.
func (h *hunt) changes(from []int) {
	for _, i := range h.group {
		for _, option := range h.options[i] {
			if option == from[i] {
				continue
			}
			h.move(i, option)
			h.offer()
			for _, j := range h.partner[i] {
				h.second(j, from[j])
			}
			if h.stopped {
				return
			}
		}
		h.move(i, from[i])
	}
}

func (h *hunt) second(j, was int) {
	for _, option := range h.options[j] {
		if option != was {
			h.move(j, option)
			h.offer()
		}
	}
	h.move(j, was)
}

// kick changes a few issues of an outcome that was kept at random and climbs from there.
func (h *hunt) kick() {
	if len(h.kept) == 0 {
		h.step()
		return
	}
	g := h.goal(h.w.n + h.chance.below(1<<12))
	h.reset(h.kept[h.chance.below(len(h.kept))].outcome)
	for range 2 + h.chance.below(4) {
		i := h.group[h.chance.below(len(h.group))]
		h.move(i, h.options[i][h.chance.below(len(h.options[i]))])
	}
	h.climb(&g)
}
