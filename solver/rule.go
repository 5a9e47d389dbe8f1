package solver

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"portsmouth"
)

// Rule names a way to choose a fair point.
//
// Every rule here prefers an outcome that is better for some and worse for none, strictly: a product of gains grows, a
// sum grows, and a list of gains or shares put in ascending order moves up. So the best outcome of all is undominated,
// every outcome that ties with it is too, and looking at the points of an exact frontier finds them all. Outcomes of
// exactly the same worth to everyone are one point; Problem.CountAt counts them.
//
// On a list of outcomes the conditions of the continuous theory may have no solution or several. Each rule states the
// form that it has here, and all ties are returned: no rule of this package breaks a tie by the order of anything.
type Rule string

// The rules. Their definitions and sources are given by Definition, Ties and Source.
const (
	Nash             Rule = "nash"
	KalaiSmorodinsky Rule = "ks"
	Egalitarian      Rule = "egalitarian"
	Utilitarian      Rule = "utilitarian"
	AsymmetricNash   Rule = "asymmetric-nash"
)

// Rules lists the rules in the order in which they are shown. AsymmetricNash comes last: it needs powers.
func Rules() []Rule { return []Rule{Nash, KalaiSmorodinsky, Egalitarian, Utilitarian, AsymmetricNash} }

// ruling is how one rule looks at a package: what it is called, and what it maximises.
type ruling struct {
	title, definition, ties, source string
	key                             func(c *court, gains []int64) key
}

func rulings(r Rule) (ruling, bool) {
	switch r {
	case Nash:
		return nashRuling, true
	case KalaiSmorodinsky:
		return kalaiRuling, true
	case Egalitarian:
		return egalitarianRuling, true
	case Utilitarian:
		return utilitarianRuling, true
	case AsymmetricNash:
		return asymmetricRuling, true
	}
	return ruling{}, false
}

// Title returns the rule's name for people: "Kalai–Smorodinsky".
func (r Rule) Title() string { k, _ := rulings(r); return k.title }

// Definition returns what the rule chooses, as one sentence, in the form that it has on a list of packages.
func (r Rule) Definition() string { k, _ := rulings(r); return k.definition }

// Ties returns what the rule does among packages that are equally good by it.
func (r Rule) Ties() string { k, _ := rulings(r); return k.ties }

// Source returns where the rule was first stated.
func (r Rule) Source() string { k, _ := rulings(r); return k.source }

// Choice is what a rule chooses among the points of a frontier.
type Choice struct {
	Rule       Rule
	Points     []int // indices into Frontier.Points, ascending: all that tie
	Definition string
	Ties       string
	Source     string
	// Disagreement is what the gains were counted from, by party in units.
	Disagreement []int64
	// None says why there is no point; "" when there is one.
	None string
	// Weak is set when every party is at least as well off as without agreement but no package makes all better off.
	Weak    bool
	Quality Quality // of the frontier chosen from
	Epsilon []int64 // of the frontier chosen from, when Quality is Within
	Notes   []string
}

// Choose returns the points that a rule chooses.
//
// Only points that give every party at least what no agreement is worth to it can be chosen. When there is none, Points
// is empty and None says so. When there are some but none that is better for all, Weak is set, a note says so, and the
// rule chooses among them all the same. A party with a reservation of NoReservation is better off with any outcome; its
// gains are counted from the least that it gets anywhere on the frontier (and not from its worst outcome of all, which
// an absurd option that nobody would take could move).
//
// Errors are of kind Invalid: an unknown rule, numbers that do not fit the frontier, powers below 1 or above MaxPower.
func (f *Frontier) Choose(rule Rule, d Disagreement) (Choice, error) {
	how, ok := rulings(rule)
	if !ok {
		return Choice{}, portsmouth.Invalidf("solver-rule", "there is no rule “%.40s”; there are %s", rule, known())
	}
	if len(f.Points) == 0 {
		return Choice{}, portsmouth.Invalidf("solver-empty", "there is no legal package to choose from")
	}
	if err := d.check(len(f.Points[0].Utility), rule); err != nil {
		return Choice{}, err
	}
	c := newCourt(f, d)
	choice := Choice{
		Rule: rule, Definition: how.definition, Ties: how.ties, Source: how.source,
		Disagreement: c.from, Quality: f.Quality, Epsilon: f.Epsilon, Notes: reliance(f),
	}
	if len(c.admitted) == 0 {
		choice.None = "No package on the frontier is at least as good for everyone as no agreement."
		return choice, nil
	}
	choice.Points = c.best(how)
	if choice.Weak = !c.betterForAll(d); choice.Weak {
		choice.Notes = append(choice.Notes, "No package is better for all than no agreement; this one is worse for none.")
	}
	return choice, nil
}

func known() string {
	names := make([]string, 0, len(Rules()))
	for _, r := range Rules() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// reliance says what a choice from less than the exact frontier rests on.
func reliance(f *Frontier) []string {
	switch f.Quality {
	case Within:
		return []string{fmt.Sprintf("Chosen from an ε-frontier: every package is matched by a point that gives no party less than that package minus its ε %v, in units.", f.Epsilon)}
	case Best:
		return []string{"Chosen from the best packages found, not from a complete frontier: a better one may exist."}
	}
	return nil
}

// court is what the rules look at: the frontier from where the parties stand.
type court struct {
	f        *Frontier
	from     []int64 // by party, what gains are counted from
	units    []int64
	powers   []int64
	admitted []int   // points at least as good as no agreement for all
	hopes    []int64 // by party, its greatest gain over the admitted
	scale    []*big.Int
}

func newCourt(f *Frontier, d Disagreement) *court {
	c := &court{f: f, from: slices.Clone(d.Worth), units: d.units(), powers: d.powers(), scale: scales(d.units())}
	for k := range c.from {
		if c.from[k] == NoReservation {
			c.from[k] = least(f.Points, k)
		}
	}
	c.admitted = reaching(f.Points, d.Worth)
	c.hopes = make([]int64, len(c.from))
	for _, n := range c.admitted {
		for k, u := range f.Points[n].Utility {
			c.hopes[k] = max(c.hopes[k], u-c.from[k])
		}
	}
	return c
}

// reaching returns the points that give everyone at least its floor.
func reaching(points []Point, floors []int64) []int {
	var found []int
	for n := range points {
		if !slices.ContainsFunc(pairs(points[n].Utility, floors), func(d [2]int64) bool { return d[0] < d[1] }) {
			found = append(found, n)
		}
	}
	return found
}

func pairs(a, b []int64) [][2]int64 {
	out := make([][2]int64, len(a))
	for k := range a {
		out[k] = [2]int64{a[k], b[k]}
	}
	return out
}

func least(points []Point, k int) int64 {
	m := points[0].Utility[k]
	for n := range points {
		m = min(m, points[n].Utility[k])
	}
	return m
}

func (c *court) gains(n int) []int64 {
	g := make([]int64, len(c.from))
	for k, u := range c.f.Points[n].Utility {
		g[k] = u - c.from[k]
	}
	return g
}

// best returns the admitted points of the greatest key.
func (c *court) best(how ruling) []int {
	var best []int
	var top key
	for _, n := range c.admitted {
		k := how.key(c, c.gains(n))
		order := 1
		if len(best) > 0 {
			order = k.compare(top)
		}
		if order > 0 {
			best, top = best[:0], k
		}
		if order >= 0 {
			best = append(best, n)
		}
	}
	return best
}

// betterForAll reports whether some admitted point is strictly better than no agreement for everyone who has one to
// fall back on.
func (c *court) betterForAll(d Disagreement) bool {
	return slices.ContainsFunc(c.admitted, func(n int) bool {
		for k, g := range c.gains(n) {
			if g <= 0 && d.Worth[k] != NoReservation {
				return false
			}
		}
		return true
	})
}

// key is what a rule maximises: first how many, then amount, then the shares in order, as far as the rule uses them.
type key struct {
	many   int
	amount *big.Int
	shares []ratio
}

func (a key) compare(b key) int {
	if c := cmp.Compare(a.many, b.many); c != 0 {
		return c
	}
	if a.amount != nil && b.amount != nil {
		if c := a.amount.Cmp(b.amount); c != 0 {
			return c
		}
	}
	return slices.CompareFunc(a.shares, b.shares, ratio.compare)
}
