package web

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/picture"
	"portsmouth/scenario"
	"portsmouth/solver"
)

// How an open debrief is put into words and pictures.

// fairRow is what one rule chooses.
type fairRow struct {
	rule  solver.Rule
	badge string
	point *solver.Point // nil: it chooses nothing
	tied  int           // how many more it chooses as well
}

// ruleBadges stand for the rules in pictures and tables.
var ruleBadges = map[solver.Rule]string{
	solver.Nash: "N", solver.KalaiSmorodinsky: "K", solver.Egalitarian: "E", solver.Utilitarian: "U",
}

func fairRows(s *scenario.Situation) []fairRow {
	var rows []fairRow
	for _, c := range s.Choices {
		row := fairRow{rule: c.Rule, badge: ruleBadges[c.Rule]}
		if len(c.Points) > 0 {
			row.point, row.tied = &s.Frontier.Points[c.Points[0]], len(c.Points)-1
		}
		rows = append(rows, row)
	}
	return rows
}

// theAgreement is the badge of the agreement in pictures and tables.
const theAgreement = "A"

// dated writes the moment of a floor: a day that was given without an hour stays that day wherever one reads it.
func (s *sheet) dated(t time.Time) string {
	if t.UTC().Truncate(24 * time.Hour).Equal(t) {
		return s.words.InZone(time.UTC).Day(t)
	}
	return s.Moment(t)
}

// dayOf is dated without the hour, for a picture's legend.
func (s *sheet) dayOf(t time.Time) string {
	if t.UTC().Truncate(24 * time.Hour).Equal(t) {
		return s.dated(t)
	}
	return s.Day(t)
}

// names are the parties that have laid open what they wanted.
func (d *debriefSheet) names() []string {
	names := make([]string, len(d.study.Parties))
	for k, id := range d.study.Parties {
		names[k] = d.Party(id).Name
	}
	return names
}

// worths writes a point: "66.11 / 71.38".
func (d *debriefSheet) worths(utility []int64) string {
	list := make([]string, len(utility))
	for k, u := range utility {
		list[k] = d.points(u)
	}
	return strings.Join(list, " / ")
}

// floorFigure writes what no agreement is worth, in hundredths of a point.
func (s *sheet) floorFigure(v int64) string {
	if v == solver.NoReservation {
		return "–"
	}
	return s.hundredths(v)
}

// drawing is the picture of what could have been: the frontier of two parties; strips for more.
func (d *debriefSheet) drawing(s *scenario.Situation) templ.Component {
	if len(d.study.Parties) == 2 {
		return raw(d.frontierOf(0, 1, s, s.Frontier).SVG(picture.Embedded))
	}
	return raw(d.stripsOf(s).SVG(picture.Embedded))
}

func raw(svg []byte) templ.Component { return templ.Raw(string(svg)) }

// frontierOf draws two of the parties, with their frontier and the fair points of a situation.
func (d *debriefSheet) frontierOf(x, y int, s *scenario.Situation, frontier *solver.Frontier) *picture.Frontier {
	a, b := d.names()[x], d.names()[y]
	f := &picture.Frontier{
		Words: d.pictured(d.T("debrief.picture", "one", a, "other", b), d.T("debrief.picture-desc")),
		X:     d.axisOf(x), Y: d.axisOf(y), Marked: d.marks(s, x, y),
	}
	for _, p := range frontier.Points {
		f.Points = append(f.Points, plotted(p.Utility[0], p.Utility[1]))
	}
	for _, id := range d.study.Parties {
		if path := d.pathOf(id, x, y); len(path) > 0 {
			f.Paths = append(f.Paths, picture.Path{Party: d.drawn(id), Label: d.T("course.offers-of", "party", d.Party(id).Name), At: path})
		}
	}
	return f
}

func plotted(x, y int64) picture.XY {
	return picture.XY{X: inPoints(x), Y: inPoints(y)}
}

// axisOf shows every floor that a party had while the conference lasted, the one in force at its end last.
func (d *debriefSheet) axisOf(k int) picture.Axis {
	a := picture.Axis{Party: d.drawn(d.study.Parties[k]), Low: 0, High: 100}
	for n, z := range d.zones {
		if z.floors[k] == solver.NoReservation || n > 0 && z.floors[k] == d.zones[n-1].floors[k] {
			continue
		}
		a.Floors = append(a.Floors, picture.Floor{
			At: float64(z.floors[k]) / 100, Label: d.T("debrief.floor-from", "when", d.dayOf(z.at)),
		})
	}
	return a
}

// marks are the agreement and the fair points, as two of the parties see them.
func (d *debriefSheet) marks(s *scenario.Situation, x, y int) []picture.Marked {
	var list []picture.Marked
	add := func(badge, label string, p *solver.Point, fair bool) {
		list = append(list, picture.Marked{At: plotted(p.Utility[x], p.Utility[y]), Badge: badge, Label: label, Value: d.worths(p.Utility), Fair: fair})
	}
	if d.agreement != nil {
		add(theAgreement, d.T("debrief.agreement"), &d.agreed, false)
	}
	for _, row := range fairRows(s) {
		if row.point != nil {
			add(row.badge, d.T("debrief.rule-"+string(row.rule)), row.point, true)
		}
	}
	return list
}

// pathOf is what a party offered, as two of the parties value it: whole packages, and partial offers as what they make of
// what the party had said before.
func (d *debriefSheet) pathOf(party string, x, y int) []picture.XY {
	var path []picture.XY
	for _, o := range d.walked() {
		if o.offer.Party == party && o.point != nil {
			path = append(path, plotted(o.point.Utility[x], o.point.Utility[y]))
		}
	}
	return path
}

// walkedOffer is an offer on the path over the frontier.
type walkedOffer struct {
	offer *conference.Offer
	point *solver.Point // nil: it leaves something open, or breaks a condition
}

// walked lists the offers, oldest first.
func (d *debriefSheet) walked() []walkedOffer {
	var list []walkedOffer
	stands := map[string]portsmouth.Outcome{}
	for _, o := range d.View.Offers {
		stands[o.Party] = stands[o.Party].With(o.All())
		one := walkedOffer{offer: o}
		if d.View.Agenda.Check(stands[o.Party]) == nil {
			if index, err := solver.Index(d.View.Agenda, stands[o.Party]); err == nil {
				p := d.now.Problem.Point(index)
				one.point = &p
			}
		}
		list = append(list, one)
	}
	return list[max(0, len(list)-offersShown):]
}

// stripsOf draws three or more parties: each on a scale of its own.
func (d *debriefSheet) stripsOf(s *scenario.Situation) *picture.Strips {
	p := &picture.Strips{
		Words:  d.pictured(d.T("debrief.strips", "parties", strings.Join(d.names(), ", ")), d.T("debrief.picture-desc")),
		Legend: d.marks(s, 0, 1),
	}
	for k := range d.study.Parties {
		axis := d.axisOf(k)
		row := picture.Strip{Party: axis.Party, Low: axis.Low, High: axis.High, Floors: axis.Floors}
		for _, pt := range s.Frontier.Points {
			row.Points = append(row.Points, inPoints(pt.Utility[k]))
		}
		for _, m := range d.marks(s, k, k) {
			row.Marks = append(row.Marks, picture.Pin{At: m.At.X, Badge: m.Badge, Fair: m.Fair})
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// mostPairs is for how many parties each pair gets a picture of its own.
const mostPairs = 4

// pairs draws, for three parties and a few more, each two of them: the edge is what the two could have had if the others
// had not minded.
func (d *debriefSheet) pairs(ctx context.Context) []templ.Component {
	n := len(d.study.Parties)
	if n < 3 || n > mostPairs {
		return nil
	}
	var list []templ.Component
	for x := range n {
		for y := x + 1; y < n; y++ {
			two := &solver.Problem{
				Options: d.now.Problem.Options, Conditions: d.now.Problem.Conditions,
				Parties: []solver.Party{d.now.Problem.Parties[x], d.now.Problem.Parties[y]},
			}
			frontier, err := two.Frontier(ctx, debriefEffort)
			if err != nil {
				continue
			}
			list = append(list, raw(d.frontierOf(x, y, &d.now, frontier).SVG(picture.Embedded)))
		}
	}
	return list
}

// courseFor is the history of offers by their worth to one party.
func (d *debriefSheet) courseFor(k int) []stride {
	wants := d.study.Preferences[d.study.Parties[k]]
	a := d.View.Agenda
	return d.strides(func(terms portsmouth.Outcome) (span, bool) {
		u := wants.Utility(terms)
		return span{u, u}, a.Check(terms) == nil
	})
}

// changeLine is one issue of a swap.
type changeLine struct {
	issue    *portsmouth.Issue
	from, to string
	worth    []int64
}

// giveLines are what one party gives in a swap; party "" is nobody: by these nobody loses.
type giveLines struct {
	party   string
	changes []changeLine
}

// told says a swap as who gives what.
func (d *debriefSheet) told(swap solver.Swap) []giveLines {
	var list []giveLines
	for _, g := range swap.Gives {
		list = append(list, giveLines{d.study.Parties[g.Party], d.changeLines(g.Changes)})
	}
	if len(swap.Free) > 0 {
		list = append(list, giveLines{"", d.changeLines(swap.Free)})
	}
	return list
}

func (d *debriefSheet) changeLines(changes []solver.Change) []changeLine {
	var list []changeLine
	for _, c := range changes {
		i := &d.View.Agenda.Issues[c.Issue]
		list = append(list, changeLine{i, d.optionAt(i, c.From), d.optionAt(i, c.To), c.Worth})
	}
	return list
}

// packageOf is the package of a point.
func (d *debriefSheet) packageOf(p *solver.Point) portsmouth.Outcome {
	return solver.Outcome(d.View.Agenda, p.Outcome)
}

// otherThan are the terms of a package that are not those of the agreement; all where there is none.
func (d *debriefSheet) otherThan(o portsmouth.Outcome) portsmouth.Outcome {
	other := portsmouth.Outcome{}
	for id, v := range o {
		if d.agreement[id] != v {
			other[id] = v
		}
	}
	return other
}

// left is the largest common gain over the agreement; "" when there is none.
func (d *debriefSheet) left() string {
	if d.agreement == nil || d.gain.Gain == nil || d.gain.Gain.Sign() == 0 {
		return ""
	}
	return d.ratPoints(d.gain.Gain)
}

// lastSwap is the swap of the largest common gain, and shorter ones before it, the smallest gain first.
func (d *debriefSheet) lastSwap() (last *solver.Step, shorter []solver.Step) {
	if len(d.swaps) == 0 {
		return nil, nil
	}
	n := len(d.swaps) - 1
	return &d.swaps[n], d.swaps[:n]
}

// weightBars draws what each issue weighed for each party.
func (d *debriefSheet) weightBars() templ.Component {
	b := &picture.Bars{Words: d.pictured(d.T("debrief.weights"), d.T("debrief.weights-desc"))}
	for k := range d.View.Agenda.Issues {
		i := &d.View.Agenda.Issues[k]
		g := picture.Group{Label: d.title(i)}
		for _, id := range d.study.Parties {
			w := d.study.Preferences[id].Weights[i.ID]
			g.Bars = append(g.Bars, picture.Bar{Party: d.drawn(id), Value: float64(w) / 100, Text: d.hundredths(w)})
		}
		b.Groups = append(b.Groups, g)
	}
	return raw(b.SVG(picture.Embedded))
}

// effectWords says what a what-if does to the zone.
func (d *debriefSheet) effectWords(a *scenario.Answer) string {
	return d.T("whatif."+string(a.Effect), "before", d.countWords(a.Before.Zone.Count), "after", d.countWords(a.After.Zone.Count))
}

// packageWords says how the package that a what-if asks about stands.
func (d *debriefSheet) packageWords(v *scenario.Verdict) string {
	var worse []string
	for k, id := range d.study.Parties {
		if v.Over[k] < 0 {
			worse = append(worse, d.Party(id).Name)
		}
	}
	switch {
	case v.InZone:
		return d.T("whatif.could-sign")
	case len(worse) > 0:
		return d.T("whatif.worse-for", "parties", strings.Join(worse, ", "))
	}
	return d.T("whatif.illegal")
}

// overWords writes a difference with its sign, in hundredths of a point.
func (s *sheet) overWords(v int64) string {
	if v > 0 {
		return "+" + s.hundredths(v)
	}
	return s.hundredths(v)
}

// movedFloors lists the parties whose floor a what-if changes.
func (d *debriefSheet) movedFloors(a *scenario.Answer) []string {
	var list []string
	for k, id := range d.study.Parties {
		if b, n := a.Before.Floors[k], a.After.Floors[k]; b != n {
			list = append(list, d.T("whatif.floor", "party", d.Party(id).Name, "now", d.floorFigure(n), "before", d.floorFigure(b)))
		}
	}
	return list
}

// pointWords writes what a rule chooses in a what-if.
func (d *debriefSheet) pointWords(row fairRow) string {
	if row.point == nil {
		return "–"
	}
	return d.worths(row.point.Utility)
}

// valuesShown are the ways to settle an issue whose values a table spells out: all, or of a long number its ends and some
// between.
func valuesShown(i *portsmouth.Issue) []string {
	const most = 9
	if i.Kind != portsmouth.Numeric {
		ways := make([]string, len(i.Options))
		for k := range i.Options {
			ways[k] = i.Options[k].ID
		}
		return ways
	}
	last := i.Number.Steps() - 1
	n := min(last, most-1)
	ways := []string{i.Number.At(0)}
	for k := int64(1); k <= n; k++ {
		ways = append(ways, i.Number.At(last*k/n))
	}
	return ways
}
