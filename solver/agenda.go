package solver

import (
	"math/big"
	"slices"
	"time"

	"portsmouth"
)

// AgendaUnit is how many units of utility make a point, of which there are 100, in a problem made by FromAgenda: the
// unit of portsmouth.Preferences.Utility.
const AgendaUnit = 1_000_000

// Want is what one party wants, as it goes into FromAgenda.
type Want struct {
	Party       string // id
	Preferences *portsmouth.Preferences
	// Reservation is the worth of no agreement in hundredths of a point; NoReservation: anything is better than none.
	// ReservationAt reads it from the preferences.
	Reservation int64
}

// FromAgenda returns the agenda and what its parties want as a problem in units of AgendaUnit: issue i is a.Issues[i],
// its option k is Options[k] or, for a number, Number.At(k); party k is wants[k]. The worth of every whole package is
// exactly what Preferences.Utility says. Preferences that weigh an issue or option which is not on the agenda are
// refused, because a worth without them would be wrong in silence. Errors are of kind Invalid.
func FromAgenda(a *portsmouth.Agenda, wants []Want) (*Problem, error) {
	if a == nil {
		return nil, portsmouth.Invalidf("solver-agenda", "there is no agenda")
	}
	if err := a.Validate(); err != nil {
		return nil, err
	}
	if err := spellable(a, len(wants)); err != nil {
		return nil, err
	}
	g := newOptionSheet(a)
	p := &Problem{Options: g.sizes()}
	for _, w := range wants {
		party, err := g.party(w)
		if err != nil {
			return nil, err
		}
		p.Parties = append(p.Parties, party)
	}
	for _, c := range a.Conditions {
		p.Conditions = append(p.Conditions, Condition{If: g.terms(c.If), Then: g.terms(c.Then)})
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return p, nil
}

// maxSpelled bounds the options that FromAgenda spells out over all issues and parties.
const maxSpelled = 4_000_000

// spellable refuses an agenda whose numbers have more steps than can be given a worth each.
func spellable(a *portsmouth.Agenda, parties int) error {
	if parties > MaxParties {
		return portsmouth.Invalidf("solver-parties", "a problem needs 1 to %d parties, not %d", MaxParties, parties)
	}
	var n int64
	for i := range a.Issues {
		n += int64(len(a.Issues[i].Options))
		if a.Issues[i].Kind == portsmouth.Numeric {
			n += a.Issues[i].Number.Steps()
		}
	}
	if n*int64(max(parties, 1)) > maxSpelled {
		return portsmouth.Invalidf("solver-size", "the agenda has %d ways to settle its issues, for each of %d parties; choose wider steps", n, parties)
	}
	return nil
}

// ReservationAt returns what no agreement is worth at a moment, in hundredths of a point; NoReservation when the
// preferences say nothing for it.
func ReservationAt(p *portsmouth.Preferences, at time.Time) int64 {
	r := p.ReservationAt(at)
	if r == nil {
		return NoReservation
	}
	return r.At(at)
}

// Index returns a whole package by option numbers. Conditions are not looked at: Problem.Legal does. Errors are of kind
// Invalid: an issue unsettled or unknown, an option that does not exist.
func Index(a *portsmouth.Agenda, o portsmouth.Outcome) ([]int, error) {
	index := make([]int, len(a.Issues))
	for i := range a.Issues {
		issue := &a.Issues[i]
		v, ok := o[issue.ID]
		if !ok {
			return nil, portsmouth.Invalidf("package-whole", "issue %s is not settled by this package", issue.ID)
		}
		if err := issue.Allows(v); err != nil {
			return nil, err
		}
		index[i] = position(issue, v)
	}
	if len(o) == len(a.Issues) {
		return index, nil
	}
	for _, id := range portsmouth.SortedKeys(o) {
		if a.Issue(id) == nil {
			return nil, portsmouth.Invalidf("issue-exists", "there is no issue “%.60s” on the agenda", id)
		}
	}
	return index, nil
}

// position returns the number of an option that the issue allows.
func position(issue *portsmouth.Issue, v string) int {
	if issue.Kind != portsmouth.Numeric {
		return slices.IndexFunc(issue.Options, func(o portsmouth.Option) bool { return o.ID == v })
	}
	value, least, step := rat(v), rat(issue.Number.Min), rat(issue.Number.Step)
	return int(value.Sub(value, least).Quo(value, step).Num().Int64())
}

// rat reads a numeral that has been found to be one.
func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return new(big.Rat)
	}
	return r
}

// Outcome returns the package that option numbers stand for, the reverse of Index.
func Outcome(a *portsmouth.Agenda, index []int) portsmouth.Outcome {
	o := make(portsmouth.Outcome, len(index))
	for i, k := range index {
		o[a.Issues[i].ID] = option(&a.Issues[i], k)
	}
	return o
}

func option(issue *portsmouth.Issue, k int) string {
	if issue.Kind == portsmouth.Numeric {
		return issue.Number.At(int64(k))
	}
	return issue.Options[k].ID
}

// NamesOf gives the numbers of a problem made by FromAgenda their words in one language.
func NamesOf(a *portsmouth.Agenda, lang string, parties []portsmouth.Party) Names {
	n := Names{Option: func(i, k int) string { return a.Issues[i].Label(option(&a.Issues[i], k)).In(lang) }}
	for _, p := range parties {
		n.Parties = append(n.Parties, p.Name.In(lang))
	}
	for i := range a.Issues {
		n.Issues = append(n.Issues, a.Issues[i].Title.In(lang))
	}
	return n
}

// optionSheet is an agenda with every option spelled out once, so that terms and values need no search.
type optionSheet struct {
	a     *portsmouth.Agenda
	issue map[string]int
	names [][]string // by issue, by option
}

func newOptionSheet(a *portsmouth.Agenda) *optionSheet {
	g := &optionSheet{a: a, issue: map[string]int{}, names: make([][]string, len(a.Issues))}
	for i := range a.Issues {
		issue := &a.Issues[i]
		g.issue[issue.ID] = i
		n := len(issue.Options)
		if issue.Kind == portsmouth.Numeric {
			n = int(issue.Number.Steps())
		}
		for k := range n {
			g.names[i] = append(g.names[i], option(issue, k))
		}
	}
	return g
}

func (g *optionSheet) sizes() []int {
	n := make([]int, len(g.names))
	for i := range g.names {
		n[i] = len(g.names[i])
	}
	return n
}

func (g *optionSheet) party(w Want) (Party, error) {
	party := Party{Values: make([][]int64, len(g.names)), Cap: NoCap, Reservation: NoReservation, Unit: AgendaUnit}
	if w.Preferences == nil {
		return party, portsmouth.Invalidf("solver-preferences", "party %s has stated no preferences", w.Party)
	}
	if w.Reservation != NoReservation {
		if abs(w.Reservation) > MaxUtility/reservationUnit {
			return party, portsmouth.Invalidf("solver-size", "party %s has a reservation value that is too large", w.Party)
		}
		party.Reservation = w.Reservation * reservationUnit
	}
	for _, id := range portsmouth.SortedKeys(w.Preferences.Weights) {
		i, ok := g.issue[id]
		if !ok {
			return party, g.unknown(w.Party, id)
		}
		values, err := g.values(w, id, i)
		if err != nil {
			return party, err
		}
		party.Values[i] = values
	}
	return party, g.interactions(&party, w)
}

// reservationUnit is how many units make a hundredth of a point, and an interaction's value as well.
const reservationUnit = AgendaUnit / 100

func (g *optionSheet) unknown(party, id string) error {
	return portsmouth.Invalidf("preferences-issue", "the preferences of %s speak of an issue “%.60s” that is not on the agenda", party, id)
}

// values returns weight × value of each option of an issue, nil when the issue weighs nothing.
func (g *optionSheet) values(w Want, id string, i int) ([]int64, error) {
	weight, given := w.Preferences.Weights[id], w.Preferences.Values[id]
	known := 0
	values := make([]int64, len(g.names[i]))
	for k, name := range g.names[i] {
		v, ok := given[name]
		if ok {
			known++
		}
		if weight != 0 && abs(v) > MaxUtility/max(abs(weight), 1) {
			return nil, portsmouth.Invalidf("solver-size", "the worth of issue %s to %s is too large", id, w.Party)
		}
		values[k] = weight * v
	}
	if known < len(given) {
		return nil, portsmouth.Invalidf("preferences-option", "the preferences of %s value an option of issue %s that does not exist", w.Party, id)
	}
	if weight == 0 {
		return nil, nil
	}
	return values, nil
}

// terms marks the options that each term allows.
func (g *optionSheet) terms(terms []portsmouth.Term) []Term {
	marked := make([]Term, len(terms))
	for n := range terms {
		i := g.issue[terms[n].Issue] // Agenda.Validate has seen it
		marked[n] = Term{Issue: i, Options: g.marks(i, &terms[n])}
	}
	return marked
}

func (g *optionSheet) marks(i int, t *portsmouth.Term) []bool {
	marks := make([]bool, len(g.names[i]))
	for k, name := range g.names[i] {
		marks[k] = t.Matches(name)
	}
	return marks
}

// interactions adds what terms are worth together: to the values of an issue when only one is named, else to one table
// for each set of issues, so that what is tied together is not counted as tied twice.
func (g *optionSheet) interactions(party *Party, w Want) error {
	for n := range w.Preferences.Interactions {
		one := &w.Preferences.Interactions[n]
		if abs(one.Value) > MaxUtility/reservationUnit {
			return portsmouth.Invalidf("solver-size", "an interaction of %s is too large", w.Party)
		}
		issues, marks, err := g.when(w.Party, one.When)
		if err != nil {
			return err
		}
		switch len(issues) {
		case 0:
			party.Base += one.Value * reservationUnit
		case 1:
			g.addValue(party, issues[0], marks[0], one.Value*reservationUnit)
		default:
			t, err := g.table(party, issues)
			if err != nil {
				return err
			}
			t.add(marks, one.Value*reservationUnit)
		}
	}
	return nil
}

// when gathers the terms by issue, ascending; several terms on one issue must all hold.
func (g *optionSheet) when(party string, terms []portsmouth.Term) ([]int, [][]bool, error) {
	byIssue := map[int][]bool{}
	var issues []int
	for n := range terms {
		i, ok := g.issue[terms[n].Issue]
		if !ok {
			return nil, nil, g.unknown(party, terms[n].Issue)
		}
		marks := g.marks(i, &terms[n])
		before, seen := byIssue[i]
		if !seen {
			issues = append(issues, i)
		}
		for k := range before {
			marks[k] = marks[k] && before[k]
		}
		byIssue[i] = marks
	}
	slices.Sort(issues)
	marks := make([][]bool, len(issues))
	for n, i := range issues {
		marks[n] = byIssue[i]
	}
	return issues, marks, nil
}

func (g *optionSheet) addValue(party *Party, i int, marks []bool, value int64) {
	if party.Values[i] == nil {
		party.Values[i] = make([]int64, len(marks))
	}
	for k, marked := range marks {
		if marked {
			party.Values[i][k] += value
		}
	}
}

// table returns the party's table over these issues, made where there is none.
func (g *optionSheet) table(party *Party, issues []int) (*Table, error) {
	for n := range party.Tables {
		if slices.Equal(party.Tables[n].Issues, issues) {
			return &party.Tables[n], nil
		}
	}
	size := 1
	for _, i := range issues {
		if size *= len(g.names[i]); size > MaxTable {
			return nil, portsmouth.Invalidf("solver-table", "an interaction over so many options is too large: it would need more than %d entries", MaxTable)
		}
	}
	party.Tables = append(party.Tables, Table{Issues: issues, Values: make([]int64, size)})
	return &party.Tables[len(party.Tables)-1], nil
}

// add adds value to every entry whose options are all marked.
func (t *Table) add(marks [][]bool, value int64) {
	for entry := range t.Values {
		rest, hit := entry, true
		for n := len(marks) - 1; n >= 0 && hit; n-- {
			hit = marks[n][rest%len(marks[n])]
			rest /= len(marks[n])
		}
		if hit {
			t.Values[entry] += value
		}
	}
}
