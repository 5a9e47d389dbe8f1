package solver

import "slices"

// rounds bounds the propagation: cycles of statements can narrow bounds by one unit a round.
const rounds = 64

// tighten returns what is known with the bounds narrowed to what the statements leave, and without the statements that
// those bounds imply; or else the ids of statements that contradict each other.
func (know *knowledge) tighten() (*knowledge, []string) {
	low, high := slices.Clone(know.low), slices.Clone(know.high)
	if !propagate(know.statements, low, high) || !feasible(know.statements, low, high) {
		return nil, know.contradiction()
	}
	tight := &knowledge{start: know.start, low: low, high: high, reserve: know.reserve, given: know}
	for _, r := range know.statements {
		if r.lowest(low, high) < r.least {
			tight.statements = append(tight.statements, r)
		}
	}
	return tight, nil
}

// feasible reports whether preferences within the bounds keep all rows. Only a certificate makes it say no.
func feasible(rows []row, low, high []int64) bool {
	p := program{rows: rows, low: low, high: high}
	return !p.solve().empty
}

// contradiction drops statement after statement that is not needed for the contradiction (Chinneck & Dravnieks 1991, the
// deletion filter); what is left has no contradiction without any one of them.
func (know *knowledge) contradiction() []string {
	kept := slices.Clone(know.statements)
	for n := 0; n < len(kept); {
		rest := slices.Concat(kept[:n], kept[n+1:])
		low, high := slices.Clone(know.low), slices.Clone(know.high)
		if propagate(rest, low, high) && feasible(rest, low, high) {
			n++
			continue
		}
		kept = rest
	}
	ids := make([]string, len(kept))
	for n := range kept {
		ids[n] = kept[n].id
	}
	return ids
}

// propagate narrows bounds by each row in turn until nothing moves, and reports whether any preferences are left as far
// as that shows. It rounds outwards: part worths need not be whole.
func propagate(rows []row, low, high []int64) bool {
	for range rounds {
		moved := false
		for n := range rows {
			most := rows[n].highest(low, high)
			if most < rows[n].least {
				return false
			}
			if rows[n].narrow(low, high, most) {
				moved = true
			}
		}
		if !moved {
			break
		}
	}
	return true
}

// narrow applies one row to the bounds of each of its options: most is the row's greatest sum, and an option can fall
// short of its own best only by what that exceeds the least.
func (r *row) narrow(low, high []int64, most int64) bool {
	moved := false
	spare := most - r.least
	for n, j := range r.at {
		c := r.times[n]
		if l := high[j] - ceilDiv(spare, c); c > 0 && l > low[j] {
			low[j], moved = l, true
		}
		if h := low[j] + ceilDiv(spare, -c); c < 0 && h < high[j] {
			high[j], moved = h, true
		}
	}
	return moved
}

// ceilDiv is a/b rounded up, for a at least 0; b may be negative, when the result is of no use.
func ceilDiv(a, b int64) int64 {
	q := a / b
	if q*b < a {
		q++
	}
	return q
}

// highest and lowest are the ends of what the row's sum can be within bounds.
func (r *row) highest(low, high []int64) int64 {
	var sum int64
	for n, j := range r.at {
		c := r.times[n]
		sum += max(c*low[j], c*high[j])
	}
	return sum
}

func (r *row) lowest(low, high []int64) int64 {
	var sum int64
	for n, j := range r.at {
		c := r.times[n]
		sum += min(c*low[j], c*high[j])
	}
	return sum
}

// sum is what the row comes to with these part worths.
func (r *row) sum(worth []int64) int64 {
	var sum int64
	for n, j := range r.at {
		sum += r.times[n] * worth[j]
	}
	return sum
}
