package elicit

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"

	"portsmouth"
)

// TestBar simulates parties who answer and compares the package that their answers lead to with the best there is:
//
//	go test ./elicit -run TestBar -v                    a few parties
//	PORTSMOUTH_SIM=100 go test ./elicit -run TestBar -v -timeout 0   the table of docs/guide/elicitation.md
//
// PORTSMOUTH_SIM_ROW, a number from 0, runs one of simCases alone.
func TestBar(t *testing.T) {
	trials, all, only := 3, false, os.Getenv("PORTSMOUTH_SIM_ROW")
	if n, err := strconv.Atoi(os.Getenv("PORTSMOUTH_SIM")); err == nil && n > 0 {
		trials, all = n, true
	}
	for k, c := range simCases {
		if !all && !c.small || only != "" && only != strconv.Itoa(k) {
			continue
		}
		n := trials
		if !c.small && !c.openings {
			n = (n + 3) / 4
		}
		r := c.run(t, n)
		t.Log(r)
		if c.small && (r.asked.mean() < 0.97 || r.asked.mean() < r.orders.mean()) {
			t.Errorf("%v: below what it reached before", r)
		}
	}
}

type simCase struct {
	issues, options, parties, answers int
	wrong, steady                     float64
	kinds                             []Kind // of questions; none: all but orders of steps
	screens                           bool   // a screen of bars counts as one answer
	openings                          bool   // each has seen what the other asks for in public
	small                             bool
}

// withSteps are the questions of a screen that can ask for steps in order.
var withSteps = []Kind{Swing, Worth, Comparison, Price, OrderSteps}

var simCases = []simCase{
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, small: true},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, kinds: withSteps, small: true},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, screens: true, small: true},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, screens: true, kinds: withSteps, small: true},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, openings: true},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, openings: true, kinds: withSteps},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, openings: true, screens: true},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, openings: true, screens: true, kinds: withSteps},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0, steady: 5},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0, steady: 5, kinds: withSteps},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0, steady: 5, screens: true},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0, steady: 5, screens: true, kinds: withSteps},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.2, steady: 5},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.2, steady: 5, kinds: withSteps},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.2, steady: 5, screens: true},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.2, steady: 5, screens: true, kinds: withSteps},
	{issues: 4, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5},
	{issues: 4, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, kinds: withSteps},
	{issues: 4, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, screens: true},
	{issues: 4, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, screens: true, kinds: withSteps},
	{issues: 12, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5},
	{issues: 12, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, kinds: withSteps},
	{issues: 12, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, screens: true},
	{issues: 12, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, screens: true, kinds: withSteps},
	{issues: 8, options: 5, parties: 3, answers: 12, wrong: 0.1, steady: 5},
	{issues: 8, options: 5, parties: 3, answers: 12, wrong: 0.1, steady: 5, kinds: withSteps},
	{issues: 8, options: 5, parties: 3, answers: 12, wrong: 0.1, steady: 5, screens: true},
	{issues: 8, options: 5, parties: 3, answers: 12, wrong: 0.1, steady: 5, screens: true, kinds: withSteps},
	{issues: 20, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5},
	{issues: 20, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, kinds: withSteps},
	{issues: 20, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, screens: true},
	{issues: 20, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 5, screens: true, kinds: withSteps},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 10},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 10, kinds: withSteps},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 10, screens: true},
	{issues: 8, options: 5, parties: 2, answers: 12, wrong: 0.1, steady: 10, screens: true, kinds: withSteps},
}

type shares []float64

func (s shares) mean() float64 {
	var sum float64
	for _, x := range s {
		sum += x
	}
	return sum / float64(len(s))
}

func (s shares) at(q float64) float64 {
	x := slices.Sorted(slices.Values(s))
	return x[int(q*float64(len(x)-1))]
}

func (s shares) String() string {
	return fmt.Sprintf("%5.1f %5.1f %5.1f", 100*s.mean(), 100*s.at(0.05), 100*s.at(0))
}

type simResult struct {
	simCase
	compromise, orders, asked shares
	count                     map[Kind]int // of answers and bars
}

func (r simResult) String() string {
	return fmt.Sprintf("%2d issues × %d, %d parties, %2d answers (steps %t, screens %t, openings %t), wrong %2.0f %%, hand ±%2.0f: compromise %v | orders %v | asked %v (%d trials) %v",
		r.issues, r.options, r.parties, r.answers, r.count[OrderSteps] > 0, r.screens, r.openings, 100*r.wrong, r.steady, r.compromise, r.orders, r.asked, len(r.asked), r.count)
}

func (c simCase) run(t *testing.T, trials int) simResult {
	r := simResult{simCase: c, count: map[Kind]int{}}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for worker := range 2 {
		wg.Go(func() {
			for n := worker; n < trials; n += 2 {
				one, err := c.trial(uint64(n))
				mu.Lock()
				if err != nil {
					t.Error(err)
				}
				r.compromise = append(r.compromise, one.compromise...)
				r.orders = append(r.orders, one.orders...)
				r.asked = append(r.asked, one.asked...)
				for k, v := range one.count {
					r.count[k] += v
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return r
}

func (c simCase) trial(n uint64) (simResult, error) {
	agenda := simAgenda(c.issues, c.options)
	var truth, asked, ordered []table
	kinds := map[Kind]int{}
	people := make([]*person, c.parties)
	for k := range people {
		people[k] = newPerson(agenda, rand.New(rand.NewPCG(n, uint64(k))), c.wrong, c.steady)
	}
	for k, p := range people {
		var offers []portsmouth.Outcome
		for j, other := range people {
			if c.openings && j != k {
				offers = append(offers, other.opening())
			}
		}
		mind, err := p.prepare(c.answers, c.screens, c.kinds, offers, n+uint64(k))
		if err != nil {
			return simResult{}, err
		}
		for _, a := range p.answers {
			kinds[a.Kind] += max(1, len(a.Bars))
		}
		truth, asked, ordered = append(truth, p.want), append(asked, tableOf(mind)), append(ordered, rankTable(p.want))
	}
	best := product(truth, bestDeal(truth))
	share := func(levels []int) shares { return shares{product(truth, levels) / best} }
	return simResult{
		compromise: share(compromise(truth)), orders: share(bestDeal(ordered)), asked: share(bestDeal(asked)), count: kinds,
	}, nil
}

// tableOf reads the preferences as a mediator gets them, in whole numbers.
func tableOf(m *Mind) table {
	p := m.Mean()
	var t table
	for i := range m.model.subjects {
		s := &m.model.subjects[i]
		row := make([]float64, len(s.options))
		for k, id := range s.options {
			row[k] = float64(p.Weights[s.id]*p.Values[s.id][id]) / 1e8
		}
		t = append(t, row)
	}
	return t
}

// rankTable is what orders alone say: rank-order centroid weights (Barron & Barrett 1996) and evenly spread values.
func rankTable(truth table) table {
	n := len(truth)
	t := make(table, n)
	for i := range truth {
		rank := 0
		for j := range truth {
			if slices.Max(truth[j]) > slices.Max(truth[i]) {
				rank++
			}
		}
		var weight float64
		for j := rank; j < n; j++ {
			weight += 1 / float64(j+1) / float64(n)
		}
		t[i] = make([]float64, len(truth[i]))
		for k := range t[i] {
			for _, v := range truth[i] {
				if v < truth[i][k] {
					t[i][k] += weight / float64(len(truth[i])-1)
				}
			}
		}
	}
	return t
}

// compromise meets on each issue by itself where the one who likes it least likes it most.
func compromise(truth []table) []int {
	levels := make([]int, len(truth[0]))
	for i := range levels {
		most := -1.0
		for k := range truth[0][i] {
			least := 1.0
			for _, t := range truth {
				least = min(least, stretch(t[i])[k])
			}
			if least > most {
				most, levels[i] = least, k
			}
		}
	}
	return levels
}

func product(ts []table, levels []int) float64 {
	p := 1.0
	for _, t := range ts {
		p *= t.of(levels)
	}
	return p
}

// bestDeal is the package with the largest product, exactly: two parties by frontiers, more by trying all packages.
func bestDeal(ts []table) []int {
	if len(ts) == 2 {
		return bestOfTwo(ts[0], ts[1])
	}
	n := len(ts[0])
	best, levels := make([]int, n), make([]int, n)
	most := -1.0
	sums := make([][]float64, n+1)
	for i := range sums {
		sums[i] = make([]float64, len(ts))
	}
	var try func(int)
	try = func(i int) {
		if i == n {
			p := 1.0
			for _, u := range sums[n] {
				p *= u
			}
			if p > most {
				most = p
				copy(best, levels)
			}
			return
		}
		for k := range ts[0][i] {
			levels[i] = k
			for j, t := range ts {
				sums[i+1][j] = sums[i][j] + t[i][k]
			}
			try(i + 1)
		}
	}
	try(0)
	return best
}

type simPoint struct {
	u, v         float64
	from, option int
}

func bestOfTwo(a, b table) []int {
	layers := [][]simPoint{{{}}}
	for i := range a {
		var next []simPoint
		for n, p := range layers[i] {
			for k := range a[i] {
				next = append(next, simPoint{p.u + a[i][k], p.v + b[i][k], n, k})
			}
		}
		slices.SortFunc(next, func(x, y simPoint) int { return cmp.Or(cmp.Compare(y.u, x.u), cmp.Compare(y.v, x.v)) })
		kept, most := next[:0], -1.0
		for _, p := range next {
			if p.v > most {
				kept, most = append(kept, p), p.v
			}
		}
		layers = append(layers, kept)
	}
	end := layers[len(a)]
	at := 0
	for n, p := range end {
		if p.u*p.v > end[at].u*end[at].v {
			at = n
		}
	}
	levels := make([]int, len(a))
	for i := len(a); i > 0; i-- {
		levels[i-1] = layers[i][at].option
		at = layers[i][at].from
	}
	return levels
}
