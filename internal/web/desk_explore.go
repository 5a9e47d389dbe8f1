package web

import (
	"context"
	"math/big"
	"time"

	"portsmouth"
	"portsmouth/internal/picture"
	"portsmouth/solver"
)

// The mediator's own exploration, where the rules let the mediator see what each party allows: is there a zone of
// agreement, which points are fair by which rule, what do the last offers leave on the table. It is computed for the page
// that shows it and kept nowhere.

// Bounds of an exploration: a page must not be late.
const (
	exploring       = 1500 * time.Millisecond
	exploringMemory = 192 << 20
)

// exploration is what the desk shows of one.
type exploration struct {
	missing  []string // parties that allow nothing
	failed   string   // why nothing could be computed
	zone     bool
	count    string // how many packages the zone holds
	single   bool   // exactly one
	quality  solver.Quality
	floors   []string // by party, what no agreement is worth; "–" for none
	picture  string   // SVG
	fair     []fairPoint
	standing []leftOver
}

// fairPoint is a package that a rule of fairness chooses.
type fairPoint struct {
	badge, title, definition string
	terms                    portsmouth.Outcome
	worth                    []string // by party
	agreed                   bool     // by the rule that the parties chose
	at                       solver.Point
}

// leftOver is what a package on the table leaves to be had by all.
type leftOver struct {
	namedPackage
	badge string
	worth []string
	gain  string // "" when nobody can be better off without hurting another
	swap  []string
	at    solver.Point
}

// explorer holds what an exploration is computed from.
type explorer struct {
	*sheet
	agenda   *portsmouth.Agenda
	whole    *solver.Problem
	given    *solver.Problem // with what is settled
	choices  []int
	frontier *solver.Frontier
}

// explore computes the exploration of the desk; nil when the rules leave it to the venue alone.
func (s *sheet) explore() *exploration {
	if !s.deskAllowed() || s.View.Agenda == nil {
		return nil
	}
	found := &exploration{}
	var wants []solver.Want
	for _, id := range s.parties() {
		a := s.View.Allowed[id]
		if a == nil || a.Preferences == nil {
			found.missing = append(found.missing, id)
			continue
		}
		wants = append(wants, solver.Want{Party: id, Preferences: a.Preferences, Reservation: reservationNow(a.Preferences, s.Now)})
	}
	if len(found.missing) > 0 {
		return found
	}
	if err := s.exploreWith(wants, found); err != nil {
		found.failed = s.Page.problem(err).Message
	}
	return found
}

// reservationNow is what no agreement is worth to a party at a moment of the conference, in hundredths of a point.
func reservationNow(p *portsmouth.Preferences, at time.Time) int64 {
	if r := p.ReservationAt(at); r != nil {
		return r.At(at)
	}
	return solver.NoReservation
}

func (s *sheet) exploreWith(wants []solver.Want, found *exploration) error {
	ctx, cancel := context.WithTimeout(context.Background(), exploring)
	defer cancel()
	x := &explorer{sheet: s, agenda: s.View.Agenda, choices: settledChoices(s.View.Agenda, s.View.Settled())}
	var err error
	if x.whole, err = solver.FromAgenda(x.agenda, wants); err != nil {
		return err
	}
	if x.given, err = x.whole.Given(x.choices); err != nil {
		return err
	}
	effort := solver.Effort{Memory: exploringMemory, Widen: true, Search: true}
	if x.frontier, err = x.given.Frontier(ctx, effort); err != nil {
		return tooLong(ctx, err)
	}
	zone, err := x.given.ZoneOn(ctx, effort, x.frontier, x.given.Floors())
	if err != nil {
		return tooLong(ctx, err)
	}
	found.zone, found.count, found.quality = zone.Exists, s.countWords(zone.Count), zone.Quality
	found.single = zone.Count.Exact && zone.Count.Low.IsInt64() && zone.Count.Low.Int64() == 1
	found.floors = x.floorWords()
	found.fair = x.fairPoints()
	found.standing = x.leftOvers()
	found.picture = x.draw(found)
	return nil
}

// tooLong says in words for people that a computation was stopped.
func tooLong(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return portsmouth.Refuse("desk-time", "this agenda is too large to be computed while a page is drawn; ask the command line")
	}
	return err
}

// settledChoices are the options of what is settled, by issue; Open for the others.
func settledChoices(a *portsmouth.Agenda, settled portsmouth.Outcome) []int {
	choices := make([]int, len(a.Issues))
	for k := range a.Issues {
		choices[k] = solver.Open
		if at, ok := placeOf(&a.Issues[k], settled[a.Issues[k].ID]); ok {
			choices[k] = int(at)
		}
	}
	return choices
}

// countWords writes a number of packages, which may lie between two bounds.
func (s *sheet) countWords(c solver.Count) string {
	if c.Low == nil {
		return ""
	}
	if c.Exact {
		return s.bigNumber(c.Low)
	}
	return s.T("desk.between", "low", s.bigNumber(c.Low), "high", s.bigNumber(c.High))
}

func (s *sheet) bigNumber(n *big.Int) string {
	if n.IsInt64() && n.Int64() < 1<<53 {
		return s.Number(int(n.Int64()))
	}
	return n.String()
}

// floorWords says by party what no agreement is worth.
func (x *explorer) floorWords() []string {
	words := make([]string, len(x.whole.Parties))
	for k := range x.whole.Parties {
		words[k] = "–"
		if r := x.whole.Parties[k].Reservation; r != solver.NoReservation {
			words[k] = x.points(r)
		}
	}
	return words
}

func (x *explorer) worth(p solver.Point) []string {
	words := make([]string, len(p.Utility))
	for k, u := range p.Utility {
		words[k] = x.points(u)
	}
	return words
}

// fairBadges stand for the rules in the picture.
var fairBadges = map[solver.Rule]string{solver.Nash: "N", solver.KalaiSmorodinsky: "K", solver.Egalitarian: "E", solver.Utilitarian: "U"}

// fairPoints lists what each rule chooses: of several packages that tie, the first of the frontier.
func (x *explorer) fairPoints() []fairPoint {
	var list []fairPoint
	chosen := solver.Rule(x.View.Rules.FairnessRule())
	for _, rule := range solver.Rules() {
		if fairBadges[rule] == "" {
			continue
		}
		choice, err := x.frontier.Choose(rule, x.given.Disagreement())
		if err != nil || len(choice.Points) == 0 {
			continue
		}
		at := x.frontier.Points[choice.Points[0]]
		list = append(list, fairPoint{
			badge: fairBadges[rule], title: x.T("desk.rule-" + string(rule)), definition: x.T("desk.defined-" + string(rule)),
			terms: x.outcome(at), worth: x.worth(at), agreed: rule == chosen, at: at,
		})
	}
	return list
}

// outcome is the package that a point of the narrowed problem stands for.
func (x *explorer) outcome(p solver.Point) portsmouth.Outcome {
	whole := make([]int, len(p.Outcome))
	copy(whole, p.Outcome)
	return solver.Outcome(x.agenda, solver.Whole(whole, x.choices))
}

// narrowed is a package as the narrowed problem counts it; false when it goes against what is settled.
func (x *explorer) narrowed(terms portsmouth.Outcome) (whole, narrow []int, ok bool) {
	whole, err := solver.Index(x.agenda, terms)
	if err != nil {
		return nil, nil, false
	}
	narrow = make([]int, len(whole))
	for k := range whole {
		switch {
		case x.choices[k] == solver.Open:
			narrow[k] = whole[k]
		case x.choices[k] != whole[k]:
			return nil, nil, false
		}
	}
	return whole, narrow, true
}

// leftOvers says of each package on the table how much better off all could be, and by which swap.
func (x *explorer) leftOvers() []leftOver {
	var list []leftOver
	named := x.lastPackages()
	badges := picture.Badges(len(named))
	for k, n := range named {
		whole, narrow, ok := x.narrowed(n.terms)
		if !ok {
			continue
		}
		left := leftOver{namedPackage: n, badge: badges[k], at: x.given.Point(narrow)}
		left.worth = x.worth(left.at)
		gain := x.given.CommonGainOn(x.frontier, narrow)
		if len(gain.Points) > 0 {
			left.gain = x.ratPoints(gain.Gain)
			left.swap = x.swapWords(whole, x.outcome(gain.Points[0]))
		}
		list = append(list, left)
	}
	return list
}

// swapWords tells how one package becomes another as who gives what.
func (x *explorer) swapWords(from []int, to portsmouth.Outcome) []string {
	index, err := solver.Index(x.agenda, to)
	if err != nil {
		return nil
	}
	swap, err := x.whole.Swap(from, index)
	if err != nil {
		return nil
	}
	var lines []string
	parties := x.parties()
	for _, g := range swap.Gives {
		lines = append(lines, x.T("desk.swap-gives", "party", x.Party(parties[g.Party]).Name, "changes", x.changeWords(g.Changes)))
	}
	if len(swap.Free) > 0 {
		lines = append(lines, x.T("desk.swap-free", "changes", x.changeWords(swap.Free)))
	}
	return lines
}

func (x *explorer) changeWords(changes []solver.Change) string {
	words := ""
	for k, c := range changes {
		i := &x.agenda.Issues[c.Issue]
		if k > 0 {
			words += "; "
		}
		words += x.T("desk.swap-change", "issue", x.In(i.Title), "to", x.optionAt(i, c.To), "from", x.optionAt(i, c.From))
	}
	return words
}

func (s *sheet) optionAt(i *portsmouth.Issue, k int) string {
	if i.Kind == portsmouth.Numeric {
		return s.value(i, i.Number.At(int64(k)))
	}
	return s.value(i, i.Options[k].ID)
}

// draw pictures the frontier of two parties; more are told in the tables alone.
func (x *explorer) draw(found *exploration) string {
	if len(x.whole.Parties) != 2 {
		return ""
	}
	parties := x.parties()
	f := &picture.Frontier{
		Words: x.pictured(x.T("desk.picture"), x.T("desk.picture-desc")),
		X:     x.axis(0, parties[0]), Y: x.axis(1, parties[1]),
	}
	for _, p := range x.frontier.Points {
		f.Points = append(f.Points, place2(p))
	}
	for _, p := range found.fair {
		f.Marked = append(f.Marked, picture.Marked{At: place2(p.at), Badge: p.badge, Label: p.title, Value: p.worth[0] + " / " + p.worth[1], Fair: true})
	}
	for _, p := range found.standing {
		f.Marked = append(f.Marked, picture.Marked{At: place2(p.at), Badge: p.badge, Label: p.label, Value: p.worth[0] + " / " + p.worth[1]})
	}
	for _, id := range parties {
		if path := x.path(id); len(path) > 1 {
			f.Paths = append(f.Paths, picture.Path{Party: x.drawn(id), Label: x.T("desk.path-of", "party", x.Party(id).Name), At: path})
		}
	}
	return string(f.SVG(picture.Embedded))
}

func (x *explorer) axis(k int, party string) picture.Axis {
	a := picture.Axis{Party: x.drawn(party)}
	if r := x.whole.Parties[k].Reservation; r != solver.NoReservation {
		a.Floors = []picture.Floor{{At: inPoints(r), Label: x.T("desk.floor-of", "party", x.Party(party).Name)}}
	}
	return a
}

// drawn is a party as a picture shows it.
func (s *sheet) drawn(id string) picture.Party {
	p := s.Party(id)
	return picture.Party{Name: p.Name, N: p.N, Mark: p.Mark}
}

func place2(p solver.Point) picture.XY {
	return picture.XY{X: inPoints(p.Utility[0]), Y: inPoints(p.Utility[1])}
}

// path is the course of a party's offers, each as the whole package that its offers so far make, where they make one; at
// its end the last of them with what has been settled since.
func (x *explorer) path(party string) []picture.XY {
	var at []picture.XY
	add := func(terms portsmouth.Outcome) {
		index, err := solver.Index(x.agenda, terms)
		if err != nil {
			return
		}
		p := place2(x.whole.Point(index))
		if n := len(at); n == 0 || at[n-1] != p {
			at = append(at, p)
		}
	}
	terms := x.View.Settled()
	for _, o := range x.View.Offers {
		if o.Party == party {
			terms = terms.With(o.All())
			add(terms)
		}
	}
	if len(at) > 0 {
		add(terms.With(x.View.Settled()))
	}
	return at
}
