package solver_test

import (
	"context"
	"math/big"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/examples"
	"portsmouth/scenario"
	"portsmouth/solver"
)

// gathered is the model of 1905 as it was gathered outside this repository, with what a right implementation finds.
const gathered = "../../shared/data/portsmouth-1905/model.yaml"

// conference1905 is the example of this repository as a problem. Its numbers are those of the model.
type conference1905 struct {
	s       *scenario.Scenario
	p       *solver.Problem
	f       *solver.Frontier
	actual  []int
	names   solver.Names
	expects map[string]string // the "expected" block, by key; the values of expected1905 where the model is absent
}

// expected1905 repeats the block, so that the test has something to hold against where the model is absent.
var expected1905 = map[string]string{
	"raw_outcomes": "201553920", "legal_outcomes": "125971200", "frontier_distinct_pairs": "330",
	"largest_common_gain_over_actual": "1.54", "dominating_frontier_pairs": "14",
	"packages_at_least_as_good_for_both": "3675", "1905-08-10": "0", "1905-08-23": "0", "1905-08-28": "455975",
	"1905-08-29": "3675", "actual": "{japan: 66.11, russia: 71.38}",
	"frontier_ends": "[{japan: 100.00, russia: 1.00}, {japan: 1.00, russia: 100.00}]",
}

func read1905(t *testing.T) *conference1905 {
	t.Helper()
	file, err := examples.Files.Open("portsmouth-1905/scenario.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	c := &conference1905{expects: expected1905}
	if c.s, err = scenario.Read("scenario.yaml", file); err != nil {
		t.Fatal(err)
	}
	c.p = c.problem(t, nil)
	o, err := c.s.Package("actual")
	if err != nil {
		t.Fatal(err)
	}
	if c.actual, err = solver.Index(&c.s.Agenda, o); err != nil {
		t.Fatal(err)
	}
	c.names = solver.NamesOf(&c.s.Agenda, "en", []portsmouth.Party{c.s.Parties[0].Party, c.s.Parties[1].Party})
	if c.f, err = c.p.Frontier(context.Background(), solver.Effort{}); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(gathered); err == nil {
		c.expects = block1905(string(raw))
	}
	return c
}

// block1905 reads the simple lines of the block "expected", whose values stand before any comment.
func block1905(text string) map[string]string {
	_, text, _ = strings.Cut(text, "\nexpected:\n")
	found := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^ +([\w-]+): +([^#\n]*[^#\s])`).FindAllStringSubmatch(text, -1) {
		found[m[1]] = m[2]
	}
	return found
}

func (c *conference1905) problem(t *testing.T, change func(wants []solver.Want)) *solver.Problem {
	t.Helper()
	var wants []solver.Want
	for _, party := range c.s.Parties {
		wants = append(wants, solver.Want{Party: party.ID, Preferences: c.s.Preferences[party.ID], Reservation: solver.NoReservation})
	}
	if change != nil {
		change(wants)
	}
	p, err := solver.FromAgenda(&c.s.Agenda, wants)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// on returns the floors that held on a day, at its end.
func (c *conference1905) on(t *testing.T, day string) []int64 {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	floors := make([]int64, len(c.s.Parties))
	for k, party := range c.s.Parties {
		floors[k] = solver.ReservationAt(c.s.Preferences[party.ID], d.Add(24*time.Hour-time.Second))
	}
	return scaled1905(floors)
}

func scaled1905(hundredths []int64) []int64 {
	out := make([]int64, len(hundredths))
	for k, h := range hundredths {
		out[k] = h * solver.AgendaUnit / 100
	}
	return out
}

func (c *conference1905) zone(t *testing.T, floors []int64) solver.Zone {
	t.Helper()
	z, err := c.p.ZoneOn(context.Background(), solver.Effort{}, c.f, floors)
	if err != nil {
		t.Fatal(err)
	}
	if !z.Count.Exact || z.Count.Low.Cmp(z.Count.High) != 0 {
		t.Errorf("the count is not exact: %s to %s by %s", z.Count.Low, z.Count.High, z.Count.Method)
	}
	if z.Exists != (z.Count.Low.Sign() > 0) || z.Exists != (len(z.Points) > 0) {
		t.Errorf("exists %v, %s packages, %d points", z.Exists, z.Count.Low, len(z.Points))
	}
	return z
}

// want1905 compares what was found with a line of the block.
func (c *conference1905) want(t *testing.T, key, got string) {
	t.Helper()
	if want, ok := c.expects[key]; !ok || got != want {
		t.Errorf("%s: found %s, expected %q", key, got, want)
	}
}

func points1905(u []int64) string {
	return "{japan: " + big.NewRat(u[0], solver.AgendaUnit).FloatString(2) + ", russia: " + big.NewRat(u[1], solver.AgendaUnit).FloatString(2) + "}"
}

func Test1905Model(t *testing.T) {
	c := read1905(t)
	if _, err := os.Stat(gathered); err != nil {
		t.Logf("the model is not at %s; comparing with the figures repeated here", gathered)
	}
	ctx := context.Background()
	c.want(t, "raw_outcomes", c.p.Outcomes().String())
	legal, err := c.p.LegalOutcomes(ctx, solver.Effort{})
	if err != nil {
		t.Fatal(err)
	}
	c.want(t, "legal_outcomes", legal.String())
	c.want(t, "actual", points1905(c.p.Point(c.actual).Utility))
	c.want(t, "frontier_distinct_pairs", big.NewInt(int64(len(c.f.Points))).String())
	first, last := c.f.Points[0], c.f.Points[len(c.f.Points)-1]
	c.want(t, "frontier_ends", "["+points1905(first.Utility)+", "+points1905(last.Utility)+"]")
	for _, day := range []string{"1905-08-10", "1905-08-23", "1905-08-28", "1905-08-29"} {
		c.want(t, day, c.zone(t, c.on(t, day)).Count.Low.String())
	}
	c.want(t, "packages_at_least_as_good_for_both", c.zone(t, c.p.Point(c.actual).Utility).Count.Low.String())
}

func Test1905CommonGain(t *testing.T) {
	c := read1905(t)
	g, err := c.p.CommonGain(context.Background(), solver.Effort{}, c.actual)
	if err != nil {
		t.Fatal(err)
	}
	c.want(t, "largest_common_gain_over_actual", g.Gain.FloatString(2))
	if g.Gain.Cmp(big.NewRat(154, 100)) != 0 {
		t.Errorf("the common gain is %s, not exactly 1.54", g.Gain)
	}
	c.want(t, "dominating_frontier_pairs", big.NewInt(int64(len(g.Better))).String())
	sakhalin := issue1905(t, c, "sakhalin")
	for _, pt := range g.Better {
		if o := solver.Outcome(&c.s.Agenda, pt.Outcome)["sakhalin"]; o != "all_russian" && o != "russian_with_rights" {
			t.Errorf("issue %d: a better package leaves Sakhalin as %s", sakhalin, o)
		}
	}
	d := c.f.Distance(c.p.Point(c.actual).Utility, c.p.Disagreement().Units)
	if d.OnFrontier || d.Slack[0] < 1_540_000 || d.Slack[1] < 1_540_000 {
		t.Errorf("the distance of the treaty: %+v", d)
	}
}

// Test1905Swap looks at the swaps in words: the island back to Russia for Harbin and a free hand in Korea.
func Test1905Swap(t *testing.T) {
	c := read1905(t)
	steps, err := c.p.Swaps(context.Background(), solver.Effort{}, c.actual)
	if err != nil || len(steps) == 0 {
		t.Fatal(err)
	}
	size, compared := 0, 0
	for _, s := range steps {
		words := s.Swap.Words(c.names)
		t.Logf("%d changes, %s more for both: %s", s.Swap.Size(), s.Gain.FloatString(2), words)
		if s.Swap.Size() <= size {
			t.Errorf("a step of %d changes after one of %d", s.Swap.Size(), size)
		}
		size = s.Swap.Size()
		if size != 4 && s.Gain.Cmp(big.NewRat(154, 100)) != 0 {
			continue
		}
		compared++
		japan, russia, ok := strings.Cut(words, " Russian Empire gives: ")
		if !ok || !strings.HasPrefix(japan, "Empire of Japan gives: Sakhalin (Saghalien) – ") {
			t.Errorf("the swap reads %q", words)
		}
		for _, part := range []string{"Free hand", "To Japan as far as Harbin"} {
			if !strings.Contains(russia, part) {
				t.Errorf("Russia's side of the swap lacks %q: %s", part, russia)
			}
		}
	}
	if best := steps[len(steps)-1]; compared != 2 || best.Gain.Cmp(big.NewRat(154, 100)) != 0 {
		t.Errorf("the last step gives %s; %d were read", best.Gain, compared)
	}
}

func issue1905(t *testing.T, c *conference1905, id string) int {
	t.Helper()
	for i := range c.s.Agenda.Issues {
		if c.s.Agenda.Issues[i].ID == id {
			return i
		}
	}
	t.Fatalf("no issue %s", id)
	return -1
}

// Test1905HeadsOpen freezes what was closed by 18 August: none of the packages left betters the treaty.
func Test1905HeadsOpen(t *testing.T) {
	c := read1905(t)
	open := map[string]bool{}
	for _, id := range []string{"sakhalin", "payment", "interned_ships", "naval_limit", "straits", "prisoners", "armistice"} {
		open[id] = true
	}
	q := &solver.Problem{Options: c.p.Options, Parties: c.p.Parties, Conditions: c.p.Conditions}
	for i, n := range c.p.Options {
		if open[c.s.Agenda.Issues[i].ID] {
			continue
		}
		all, only := make([]bool, n), make([]bool, n)
		for o := range all {
			all[o] = true
		}
		only[c.actual[i]] = true
		q.Conditions = append(q.Conditions, solver.Condition{If: []solver.Term{{Issue: i, Options: all}}, Then: []solver.Term{{Issue: i, Options: only}}})
	}
	legal, err := q.LegalOutcomes(context.Background(), solver.Effort{})
	if err != nil {
		t.Fatal(err)
	}
	if legal.Int64() != 4860 {
		t.Errorf("%s packages are left, not 4,860", legal)
	}
	g, err := q.CommonGain(context.Background(), solver.Effort{}, c.actual)
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Better) != 0 || g.Gain.Sign() != 0 || len(g.Points) != 0 {
		t.Errorf("%d packages better the treaty by %s", len(g.Better), g.Gain)
	}
}

// Test1905WhatIf asks the what-ifs that are arithmetic, against the findings written beside the model.
func Test1905WhatIf(t *testing.T) {
	c := read1905(t)
	worth := func(id string) []int64 {
		o, err := c.s.Package(id)
		if err != nil {
			t.Fatal(err)
		}
		index, err := solver.Index(&c.s.Agenda, o)
		if err != nil {
			t.Fatal(err)
		}
		return c.p.Point(index).Utility
	}
	floors := func(japan, russia int64) []int64 { return scaled1905([]int64{japan, russia}) }

	t.Run("tokyo_leak", func(t *testing.T) { // Russia keeps the island: 82.0 against 71.4, and Japan would still sign
		u, japan := worth("tokyo_28_aug"), c.on(t, "1905-08-28")[0]
		if points1905(u) != "{japan: 59.21, russia: 81.98}" || u[0] < japan || u[1] <= c.p.Point(c.actual).Utility[1]+10*solver.AgendaUnit {
			t.Errorf("no money and no land: %s", points1905(u))
		}
	})
	t.Run("peterhof_leak", func(t *testing.T) { // still no zone until Tokyo lets the money go
		if z := c.zone(t, floors(7339, 7138)); z.Exists {
			t.Errorf("%s packages", z.Count.Low)
		}
		if z := c.zone(t, floors(6611, 7138)); z.Count.Low.Int64() != 3675 {
			t.Errorf("with the floor of the 29th: %s packages", z.Count.Low)
		}
	})
	t.Run("no_ishii", func(t *testing.T) { // the floor of the 28th stands
		if z := c.zone(t, floors(5921, 7138)); z.Count.Low.Int64() != 455_975 {
			t.Errorf("%s packages", z.Count.Low)
		}
	})
	t.Run("july_line", func(t *testing.T) { // had Russia kept it, a zone would still have opened on 28 August
		if z := c.zone(t, floors(5921, 7688)); !z.Exists {
			t.Error("no zone")
		}
	})
	t.Run("witte_free", func(t *testing.T) { // a zone on the 23rd, but all Sakhalin and no money is not in it
		z, u := c.zone(t, floors(7339, 6148)), worth("witte_23_aug")
		if !z.Exists || u[1] < 61_480_000 || u[0] >= 73_390_000 {
			t.Errorf("zone %v, the question is worth %s", z.Exists, points1905(u))
		}
		if u[0] <= c.p.Point(c.actual).Utility[0] {
			t.Error("Witte's question would give Japan no more than the treaty")
		}
	})
	t.Run("redemption_small", func(t *testing.T) { // a token price loses Russia far more than it gains Japan
		small := append([]int(nil), c.actual...)
		pay := issue1905(t, c, "payment")
		small[pay] = 1
		s, err := c.p.Swap(c.actual, small)
		if err != nil {
			t.Fatal(err)
		}
		if !c.p.Legal(small) || len(s.Gives) != 1 || s.Gives[0].Party != 1 || len(s.Gives[0].Changes) != 1 {
			t.Fatalf("the swap is %+v", s)
		}
		if w := s.Gives[0].Changes[0].Worth; w[0] != 3_080_000 || w[1] != -19_500_000 {
			t.Errorf("a token price is worth %v", w)
		}
	})
	t.Run("one_more_month", func(t *testing.T) { // no agreement falls by 2 and 1 points a month, so the zone grows
		now, later := c.zone(t, floors(5000, 6000)), c.zone(t, floors(4800, 5900))
		if now.Count.Low.Cmp(later.Count.Low) >= 0 || !now.Exists {
			t.Errorf("%s packages now, %s in a month", now.Count.Low, later.Count.Low)
		}
	})
}

// Test1905FairPoints holds every rule against a look at all 330 points.
func Test1905FairPoints(t *testing.T) {
	c := read1905(t)
	d := c.p.Disagreement()
	d.Worth = scaled1905([]int64{5000, 6000}) // without a treaty, as the model judges
	for _, rule := range solver.Rules() {
		choice, err := c.f.Choose(rule, d)
		if err != nil {
			t.Fatal(err)
		}
		if len(choice.Points) == 0 || choice.None != "" || choice.Weak || choice.Quality != solver.Exact {
			t.Fatalf("%s: %+v", rule, choice)
		}
		t.Logf("%s: %s", rule, points1905(c.f.Points[choice.Points[0]].Utility))
	}
}
