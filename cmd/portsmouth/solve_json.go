package main

import (
	"encoding/csv"
	"io"
	"math/big"
	"strings"

	"portsmouth"
	"portsmouth/solver"
)

// solveDocument is what solve --json prints. docs/guide/solver.md says what each key holds; keys are never renamed.
type solveDocument struct {
	Schema        string                    `json:"schema"`
	Scenario      string                    `json:"scenario"`
	Format        string                    `json:"format"`
	Scale         int64                     `json:"scale"`
	Parties       []string                  `json:"parties"`
	Issues        []string                  `json:"issues"`
	Outcomes      *big.Int                  `json:"outcomes"`
	LegalOutcomes *big.Int                  `json:"legal_outcomes"`
	Reservations  []*exact                  `json:"reservations"`
	Changes       []string                  `json:"changes"`
	Quality       solver.Quality            `json:"quality"`
	Epsilon       []*exact                  `json:"epsilon"`
	Stopped       bool                      `json:"stopped"`
	Frontier      []pointDocument           `json:"frontier"`
	Points        map[string]any            `json:"points"` // rule to []pointDocument; adjusted-winner to its own form
	Rules         map[string]choiceDocument `json:"rules"`
	Zone          zoneDocument              `json:"zone"`
	CommonGain    []gainDocument            `json:"common_gain"`
	Between       *betweenDocument          `json:"between,omitempty"`
	Readings      []string                  `json:"readings"`
	Warnings      []string                  `json:"warnings"`
	Notes         []string                  `json:"notes"`
}

type pointDocument struct {
	Utility []*exact           `json:"utility"`
	Outcome portsmouth.Outcome `json:"outcome"`
}

type choiceDocument struct {
	Definition string     `json:"definition"`
	Ties       string     `json:"ties"`
	Source     string     `json:"source"`
	From       []*exact   `json:"from"`     // what gains were counted from
	Reached    []*big.Int `json:"packages"` // by point, how many packages are worth exactly that; null where not counted
	None       string     `json:"none,omitempty"`
	Weak       bool       `json:"weak"`
	Notes      []string   `json:"notes"`
}

type zoneDocument struct {
	Exists bool     `json:"exists"`
	Low    *big.Int `json:"at_least"` // how many packages; both the same where exact
	High   *big.Int `json:"at_most"`
	Exact  bool     `json:"exact"`
	Method string   `json:"method,omitempty"`
	Ideal  []*exact `json:"ideal"`
	Nadir  []*exact `json:"nadir"`
}

type gainDocument struct {
	Offer      string          `json:"offer"`
	Party      *string         `json:"party"`
	From       pointDocument   `json:"from"`
	OnFrontier bool            `json:"on_frontier"`
	Gain       *exact          `json:"gain"`
	Points     []pointDocument `json:"points"`
	Better     int             `json:"better"`
	Slack      []*exact        `json:"slack"`
	Swaps      []swapDocument  `json:"swaps"`
}

type swapDocument struct {
	Words  string        `json:"words"`
	Issues int           `json:"issues"`
	Gain   *exact        `json:"gain"`
	To     pointDocument `json:"to"`
}

type betweenDocument struct {
	Offered []*exact `json:"offered"`
	Low     *big.Int `json:"at_least"`
	High    *big.Int `json:"at_most"`
	Alike   []string `json:"alike"`
}

func (s *solution) document() *solveDocument {
	d := &solveDocument{
		Schema: "portsmouth-solve/1", Scenario: s.space.Name, Format: string(s.space.Format), Scale: s.space.Scale,
		Parties: s.partyNames(), Issues: s.issueNames(), Outcomes: s.outcomes, LegalOutcomes: s.legal,
		Reservations: s.amounts(s.problem.Floors()), Changes: orNone(s.changes),
		Quality: s.frontier.Quality, Epsilon: s.amounts(s.frontier.Epsilon), Stopped: s.stopped != nil,
		Frontier: s.points(s.frontier.Points), Points: map[string]any{}, Rules: map[string]choiceDocument{},
		CommonGain: []gainDocument{},
		Readings:   append(orNone(s.space.Readings), s.units.Readings...), Warnings: orNone(s.space.Warnings), Notes: orNone(s.notes),
	}
	for _, c := range s.choices {
		s.addChoice(d, c)
	}
	if s.adjusted != nil {
		d.Points[adjustedWinner] = s.adjustedDocument()
	}
	if z := s.zone; z != nil {
		d.Zone = zoneDocument{z.Exists, z.Count.Low, z.Count.High, z.Count.Exact, z.Count.Method, s.amounts(z.Ideal), s.amounts(z.Nadir)}
	}
	for _, c := range s.gains {
		d.CommonGain = append(d.CommonGain, s.gainDocument(c))
	}
	if b := s.between; b != nil {
		d.Between = &betweenDocument{s.amounts(b.floors), b.count.Low, b.count.High, orNone(b.alike)}
	}
	return d
}

func (s *solution) addChoice(d *solveDocument, c solver.Choice) {
	chosen := []solver.Point{}
	reached := []*big.Int{}
	for _, n := range c.Points {
		chosen = append(chosen, s.frontier.Points[n])
		reached = append(reached, s.reached[n])
	}
	d.Points[string(c.Rule)] = s.points(chosen)
	d.Rules[string(c.Rule)] = choiceDocument{
		Definition: c.Definition, Ties: c.Ties, Source: c.Source, From: s.amounts(c.Disagreement), Reached: reached,
		None: c.None, Weak: c.Weak, Notes: orNone(c.Notes),
	}
}

func (s *solution) adjustedDocument() any {
	type award struct {
		Issue   string    `json:"issue"`
		Options [2]string `json:"options"` // what each party would have
		Share   *exact    `json:"share"`   // the first party's part; null where nothing is in dispute
		Points  []*exact  `json:"points"`
	}
	awards := []award{}
	for _, one := range s.adjusted.Awards {
		i := &s.space.Issues[one.Issue]
		awards = append(awards, award{
			i.Name,
			[2]string{i.Options[one.Options[0]], i.Options[one.Options[1]]},
			exactly(one.Share),
			[]*exact{exactly(one.Points[0]), exactly(one.Points[1])},
		})
	}
	return struct {
		Each   *exact  `json:"each"` // the share of its points that each party wins
		Awards []award `json:"awards"`
	}{exactly(s.adjusted.Each), awards}
}

func (s *solution) gainDocument(c compared) gainDocument {
	d := gainDocument{
		Offer: c.id, From: s.point(c.gain.From), OnFrontier: c.far.OnFrontier, Gain: exactly(c.gain.Gain),
		Points: s.points(c.gain.Points), Better: len(c.gain.Better), Slack: s.amounts(c.far.Slack), Swaps: []swapDocument{},
	}
	if c.party >= 0 {
		d.Party = &s.space.Profiles[c.party].Name
	}
	if len(c.gain.Points) == 0 {
		return d
	}
	names := s.words()
	for _, step := range c.steps {
		d.Swaps = append(d.Swaps, swapDocument{step.Swap.Words(names), step.Swap.Size(), exactly(step.Gain), s.point(step.Swap.To)})
	}
	if len(d.Swaps) == 0 {
		d.Swaps = append(d.Swaps, swapDocument{c.whole.Words(names), c.whole.Size(), exactly(c.gain.Gain), s.point(c.whole.To)})
	}
	return d
}

// amounts turns units by party into numbers on the scale that is shown; null stands for no reservation.
func (s *solution) amounts(units []int64) []*exact {
	if units == nil {
		return nil
	}
	all := make([]*exact, len(units))
	for k, u := range units {
		if u != solver.NoReservation {
			all[k] = inUnits(u, s.problem.Parties[k].Unit)
		}
	}
	return all
}

func (s *solution) point(p solver.Point) pointDocument {
	return pointDocument{s.amounts(p.Utility), s.space.Outcome(p.Outcome)}
}

func (s *solution) points(all []solver.Point) []pointDocument {
	list := make([]pointDocument, len(all))
	for k, p := range all {
		list[k] = s.point(p)
	}
	return list
}

// writeCSV writes the frontier: first what each point is worth to each party, then how it settles each issue. An
// apostrophe before a name that begins like a formula keeps it a text when a spreadsheet opens the file.
func (s *solution) writeCSV(out io.Writer) error {
	w := csv.NewWriter(out)
	rows := [][]string{asText(append(s.partyNames(), s.issueNames()...))}
	for _, p := range s.frontier.Points {
		var row []string
		for _, u := range s.amounts(p.Utility) {
			row = append(row, u.String())
		}
		rows = append(rows, append(row, asText(s.options(p.Outcome))...))
	}
	return w.WriteAll(rows)
}

func asText(cells []string) []string {
	for k, c := range cells {
		if _, number := new(big.Rat).SetString(c); c != "" && strings.ContainsAny(c[:1], "=+-@\t\r'") && !number {
			cells[k] = "'" + c
		}
	}
	return cells
}
