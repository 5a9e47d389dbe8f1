package solver

import "math/bits"

// item is one issue as the merging sees it: a sum of fronts, or one of several such sums. Most issues are one front, a
// point for each option. A number of many steps is a few digits, of two points each.
type item struct{ ways [][]*front }

// points is how many points the merging meets in all.
func (it *item) points() int {
	sum := 0
	for _, way := range it.ways {
		for _, f := range way {
			sum += f.size()
		}
	}
	return sum
}

// digitsFrom is how many undominated options an issue must have for digits to be looked for.
const digitsFrom = 12

// item returns an issue for merging. Of its undominated options, runs along which every party's worth grows by the same
// amount from one to the next are written in digits: any number from 0 to m is a sum of some of 1, 2, 4, … and a rest,
// so that m+1 options are about log m fronts of two points, and nothing is lost or added. Runs too short to save
// anything stay as they are.
func (p *Problem) item(issue int) item {
	all := make([]int, p.Options[issue])
	for o := range all {
		all[o] = o
	}
	f := leaf(len(p.Parties), p.worths(issue, all), issue)
	if f.size() < digitsFrom {
		return item{ways: [][]*front{{f}}}
	}
	runs := lines(f)
	points := 0
	for _, r := range runs {
		points += 2 * bits.Len(uint(r.count))
	}
	if points >= f.size() {
		return item{ways: [][]*front{{f}}}
	}
	it := item{}
	for _, r := range runs {
		it.ways = append(it.ways, r.digits(f))
	}
	return it
}

// run is a stretch of a front of one issue, from point first on, along which options and utilities change evenly.
type run struct{ first, count int }

// lines cuts a front of one issue into runs, greedily from the start.
func lines(f *front) []run {
	var runs []run
	for first := 0; first < f.size(); {
		r := run{first: first, count: 1}
		for first+r.count < f.size() && f.even(first, r.count) {
			r.count++
		}
		runs = append(runs, r)
		first += r.count
	}
	return runs
}

// even reports whether the step to point first+k is the same as the first step of the run.
func (f *front) even(first, k int) bool {
	if k < 2 {
		return true
	}
	j := f.node.j
	if j[first+k]-j[first+k-1] != j[first+1]-j[first] {
		return false
	}
	a, b := f.at(first), f.at(first+1)
	c, d := f.at(first+k-1), f.at(first+k)
	for q := range a {
		if b[q]-a[q] != d[q]-c[q] {
			return false
		}
	}
	return true
}

// digits returns the run as fronts of two points whose sum it is.
func (r run) digits(f *front) []*front {
	start, j := f.at(r.first), f.node.j
	if r.count == 1 {
		return []*front{assign(f.n, start, f.node.issue, j[r.first:r.first+1])}
	}
	by := make([]int64, f.n)
	for q := range by {
		by[q] = f.at(r.first + 1)[q] - start[q]
	}
	step := j[r.first+1] - j[r.first]
	var out []*front
	for rest, digit := r.count-1, 1; rest > 0; digit *= 2 {
		digit = min(digit, rest)
		rest -= digit
		util := make([]int64, 2*f.n)
		options := []int32{0, int32(digit) * step}
		if len(out) == 0 {
			copy(util, start)
			copy(util[f.n:], start)
			options[0], options[1] = j[r.first], j[r.first]+options[1]
		}
		for q := range by {
			util[f.n+q] += by[q] * int64(digit)
		}
		out = append(out, assign(f.n, util, f.node.issue, options))
	}
	return out
}
