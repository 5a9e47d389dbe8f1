package solver

import (
	"math"
	"slices"
	"strings"

	"portsmouth"
)

// Range is what is known of one party's preferences: between which numbers each part of its utility lies, and what the
// party has said beyond that. It takes the place of the Values of that party; Base, Tables and Boxes stay as the Problem
// has them.
type Range struct {
	// Low and High bound the worth of each option, by issue, by option, in the units of Party.Values; both are included.
	// An issue that is nil in both is known exactly: it is worth what Party.Values says. nil for both: every issue is.
	Low, High [][]int64
	// Reservation bounds the worth of no agreement; nil: the reservation of the Problem is known exactly.
	Reservation *portsmouth.Interval
	Statements  []Statement
}

// Statement is a linear inequality that a party's preferences keep: Σ Times × worth of an option ≥ AtLeast. Prefer,
// SwingAtLeast and Problem.PackageAtLeast make those that people make. A slip is allowed for by a lower AtLeast.
type Statement struct {
	ID      string // by which an answer refers to it; unique within the party
	Terms   []Share
	AtLeast int64 // units
}

// Share is Times the worth of one option, within a Statement.
type Share struct {
	Issue, Option int
	Times         int64
}

// Prefer states that option a of an issue is worth at least by units more than option b.
func Prefer(id string, issue, a, b int, by int64) Statement {
	return Statement{ID: id, AtLeast: by, Terms: []Share{{issue, a, 1}, {issue, b, -1}}}
}

// Swing is the step of one issue from one option up to another.
type Swing struct{ Issue, From, To int }

// SwingAtLeast states that the step a is worth at least by units more than the step b: "I would rather move from the
// worst to the best here than there".
func SwingAtLeast(id string, a, b Swing, by int64) Statement {
	return Statement{ID: id, AtLeast: by, Terms: []Share{
		{a.Issue, a.To, 1},
		{a.Issue, a.From, -1},
		{b.Issue, b.To, -1},
		{b.Issue, b.From, 1},
	}}
}

// PackageAtLeast states that package a is worth at least by units more to party k than package b, interaction terms
// included.
func (p *Problem) PackageAtLeast(id string, k int, a, b []int, by int64) Statement {
	s := Statement{ID: id, AtLeast: by - p.known(k, a) + p.known(k, b)}
	for i := range p.Options {
		if a[i] != b[i] {
			s.Terms = append(s.Terms, Share{i, a[i], 1}, Share{i, b[i], -1})
		}
	}
	return s
}

// known is the part of a utility that no Range touches.
func (p *Problem) known(k int, outcome []int) int64 {
	var u int64
	party := &p.Parties[k]
	for t := range party.Tables {
		u += party.Tables[t].at(p.Options, outcome)
	}
	if party.Boxes != nil {
		u += party.Boxes.at(outcome)
	}
	return u
}

// Uncertain is a problem whose parties' preferences are known within ranges only. Problem.Within makes one.
type Uncertain struct {
	problem *Problem
	parties []*knowledge
}

// knowledge is a Range made plain: every issue bounded, the options numbered in one row, and the bounds as tight as
// propagation gets them.
type knowledge struct {
	start      []int // by issue, where its options begin in low and high
	low, high  []int64
	statements []row // those that the bounds do not imply
	reserve    portsmouth.Interval
	given      *knowledge // as the Range had it: bounds not tightened, all statements
}

// row is a Statement over numbered options: Σ times × worth ≥ least.
type row struct {
	id    string
	at    []int // ascending
	times []int64
	least int64
}

// Contradiction is the error of statements that no preferences keep all at once. Without any one of those that it names,
// the rest can be kept.
type Contradiction struct {
	Party      int
	Statements []string // ids
}

// Error names the statements.
func (e *Contradiction) Error() string {
	return "these statements contradict each other, given the ranges: " + strings.Join(e.Statements, ", ")
}

// Unwrap makes it an error of kind Invalid for those who sort errors by kind.
func (e *Contradiction) Unwrap() error {
	return portsmouth.Invalidf("range-contradiction", "%s", e.Error())
}

// Limits on ranges, so that hostile input stays small.
const (
	maxStatements = 300
	maxTimes      = 1 << 20
	maxSpread     = 1 << 17 // options of all issues together
	maxProgram    = 1 << 18 // statements × options that they name
)

// Within returns the problem with a Range for each party. It refuses a utility with a Cap, whose differences are not
// sums over issues, and reports statements that contradict each other as *Contradiction.
//
// Statements tighten the bounds by propagation, to a fixed point or a bounded number of rounds; the bounds are then never
// narrower than what the statements imply, but may be wider. Where that matters, pairs of packages are compared by linear
// programming over the statements themselves.
func (p *Problem) Within(ranges []Range) (*Uncertain, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if len(ranges) != len(p.Parties) {
		return nil, portsmouth.Invalidf("range-parties", "%d ranges for %d parties", len(ranges), len(p.Parties))
	}
	u := &Uncertain{problem: p}
	for k := range ranges {
		know, err := p.knowledge(k, &ranges[k])
		if err != nil {
			return nil, err
		}
		tight, ids := know.tighten()
		if ids != nil {
			return nil, &Contradiction{Party: k, Statements: ids}
		}
		u.parties = append(u.parties, tight)
	}
	return u, nil
}

func (p *Problem) knowledge(k int, r *Range) (*knowledge, error) {
	party := &p.Parties[k]
	if party.Cap != NoCap {
		return nil, portsmouth.Invalidf("range-cap", "party %d has a capped utility, which cannot be given as a range", k)
	}
	know := &knowledge{reserve: portsmouth.Interval{Low: party.Reservation, High: party.Reservation}}
	if r.Reservation != nil {
		know.reserve = *r.Reservation
	}
	if know.reserve.Low > know.reserve.High || r.Reservation != nil && max(abs(know.reserve.Low), abs(know.reserve.High)) > MaxUtility {
		return nil, portsmouth.Invalidf("range-reservation", "party %d has a reservation from %d to %d", k, know.reserve.Low, know.reserve.High)
	}
	for i, n := range p.Options {
		low, high := r.bounds(party, i, n)
		if len(low) != n || len(high) != n {
			return nil, portsmouth.Invalidf("range-issue", "party %d bounds %d and %d options of issue %d, which has %d", k, len(low), len(high), i, n)
		}
		know.start = append(know.start, len(know.low))
		know.low, know.high = append(know.low, low...), append(know.high, high...)
		if len(know.low) > maxSpread {
			return nil, portsmouth.Invalidf("range-size", "a range spreads over at most %d options", maxSpread)
		}
	}
	if err := p.validBounds(k, know); err != nil {
		return nil, err
	}
	return know, p.statements(k, know, r.Statements)
}

// bounds returns those of issue i.
func (r *Range) bounds(party *Party, i, n int) (low, high []int64) {
	if i < len(r.Low) {
		low = r.Low[i]
	}
	if i < len(r.High) {
		high = r.High[i]
	}
	if low != nil || high != nil {
		return low, high
	}
	if i < len(party.Values) && party.Values[i] != nil {
		return party.Values[i], party.Values[i]
	}
	zero := make([]int64, n)
	return zero, zero
}

// validBounds keeps every utility within the ranges as small as Validate keeps a single one.
func (p *Problem) validBounds(k int, know *knowledge) error {
	for j := range know.low {
		if know.low[j] > know.high[j] {
			return portsmouth.Invalidf("range-order", "party %d has a range from %d down to %d", k, know.low[j], know.high[j])
		}
	}
	far := make([]int64, len(know.low))
	for j := range far {
		far[j] = max(abs(know.low[j]), abs(know.high[j]))
	}
	party := p.Parties[k]
	party.Values = know.table(far)
	if p.reach(&party) > MaxUtility {
		return portsmouth.Invalidf("range-size", "the utilities of party %d are too large: choose a coarser unit", k)
	}
	return nil
}

// table cuts a row of numbers into issues.
func (know *knowledge) table(side []int64) [][]int64 {
	values := make([][]int64, len(know.start))
	for i := range know.start {
		end := len(side)
		if i+1 < len(know.start) {
			end = know.start[i+1]
		}
		values[i] = side[know.start[i]:end:end]
	}
	return values
}

func (p *Problem) statements(k int, know *knowledge, statements []Statement) error {
	if len(statements) > maxStatements {
		return portsmouth.Invalidf("range-statements", "party %d makes %d statements; at most %d are read", k, len(statements), maxStatements)
	}
	seen, named := map[string]bool{}, map[int]bool{}
	for n := range statements {
		s := &statements[n]
		if s.ID == "" || seen[s.ID] {
			return portsmouth.Invalidf("range-id", "party %d: statement %d needs an id of its own", k, n)
		}
		seen[s.ID] = true
		r, err := p.row(k, know, s)
		if err != nil {
			return err
		}
		for _, j := range r.at {
			named[j] = true
		}
		if len(named)*len(statements) > maxProgram {
			return portsmouth.Invalidf("range-statements", "the statements of party %d name too many options", k)
		}
		know.statements = append(know.statements, r)
	}
	return nil
}

// row numbers the options of a statement and adds up those named twice. It bounds what the sum can reach, so that sums
// over it never overflow.
func (p *Problem) row(k int, know *knowledge, s *Statement) (row, error) {
	times := map[int]int64{}
	for _, t := range s.Terms {
		if t.Issue < 0 || t.Issue >= len(p.Options) || t.Option < 0 || t.Option >= p.Options[t.Issue] {
			return row{}, portsmouth.Invalidf("range-term", "party %d: statement %s names an option that does not exist", k, s.ID)
		}
		j := know.start[t.Issue] + t.Option
		if times[j] += t.Times; t.Times > maxTimes || t.Times < -maxTimes || times[j] > maxTimes || times[j] < -maxTimes {
			return row{}, portsmouth.Invalidf("range-times", "party %d: statement %s multiplies by more than %d", k, s.ID, maxTimes)
		}
	}
	r := row{id: s.ID, least: s.AtLeast}
	reach := math.Abs(float64(s.AtLeast))
	for j, c := range times {
		if c != 0 {
			r.at = append(r.at, j)
			reach += math.Abs(float64(c)) * max(math.Abs(float64(know.low[j])), math.Abs(float64(know.high[j])))
		}
	}
	if reach > float64(MaxUtility) {
		return row{}, portsmouth.Invalidf("range-size", "party %d: statement %s is about numbers that are too large", k, s.ID)
	}
	slices.Sort(r.at)
	for _, j := range r.at {
		r.times = append(r.times, times[j])
	}
	return r, nil
}

// Bounds returns the least and the most that each option can be worth to party k, by issue, by option, after its
// statements have tightened what its Range said. The tables are the caller's own.
func (u *Uncertain) Bounds(k int) (low, high [][]int64) {
	know := u.parties[k]
	return know.table(slices.Clone(know.low)), know.table(slices.Clone(know.high))
}
