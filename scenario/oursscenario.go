package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"portsmouth"
)

// undated is when a reservation begins that its file does not date.
var undated = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// intoOurs turns a space into a scenario of our own format.
type intoOurs struct {
	from    *Space
	to      *Scenario
	issues  []string   // by issue its id; "" for an issue that is left out
	options [][]string // by issue, by option: its id, or its number
}

// Scenario returns the space in our own format: ids made from names, the names as titles, English as the only language,
// nobody at the table yet. Each party's utility is shifted and stretched to 0 to 100 points, weights and values in
// hundredths; Readings of the scenario say so, with the greatest error. An issue with a single choice is left out.
// Hyper-rectangles have no form in a scenario file and are refused, by an error of kind Refused; other errors are of kind
// Invalid.
func (s *Space) Scenario() (*Scenario, error) {
	c := &intoOurs{from: s, to: &Scenario{Languages: []string{"en"}, Rules: portsmouth.DefaultRules([]string{"en"})}}
	c.to.ID = slug(s.Name, "scenario", map[string]bool{})
	c.to.Title = text(cmp.Or(s.Title, s.Name), c.to.ID)
	c.to.Agenda.Languages = []string{"en"}
	if n := len(s.Profiles); n < 2 || n > portsmouth.MaxParties {
		return nil, portsmouth.Invalidf("space-party", "a scenario file has 2 to %d parties, and %s has %d; choose some", portsmouth.MaxParties, s.Name, n)
	}
	if err := c.agenda(); err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for k := range s.Profiles {
		id := slug(s.Profiles[k].Name, "party", ids)
		name := portsmouth.Party{ID: id, Name: text(s.Profiles[k].Words(), id), Mark: portsmouth.Marks[k]}
		c.to.Parties = append(c.to.Parties, Party{Party: name})
		if err := c.preferences(id, &s.Profiles[k]); err != nil {
			return nil, err
		}
	}
	if err := c.packages(); err != nil {
		return nil, err
	}
	return c.to, c.to.Agenda.Validate()
}

func (c *intoOurs) say(format string, args ...any) {
	c.to.Readings = append(c.to.Readings, fmt.Sprintf(format, args...))
}

func text(words, instead string) portsmouth.Text {
	if words = strings.TrimSpace(words); words == "" {
		words = instead
	}
	if len(words) > 1000 {
		words = clip(words)
	}
	return portsmouth.Text{"en": strings.ToValidUTF8(words, "?")}
}

// slug makes an id of a name that is not taken yet.
func slug(name, kind string, taken map[string]bool) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case b.Len() >= 56:
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	id := strings.Trim(b.String(), "-")
	if portsmouth.ValidID(name) {
		id = name
	}
	if id == "" {
		id = kind
	}
	for n, stem := 2, id[:min(len(id), 56)]; taken[id]; n++ {
		id = fmt.Sprintf("%s-%d", stem, n)
	}
	taken[id] = true
	return id
}

func (c *intoOurs) agenda() error {
	a := &c.to.Agenda
	a.Frame.Title = c.to.Title
	ids := map[string]bool{"preamble": true, "closing": true} // parts of a frame have these names
	for k := range c.from.Issues {
		i := &c.from.Issues[k]
		if len(i.Options) == 1 && i.number() == nil {
			c.say("issue “%s” has a single choice, “%s”, and is left out", clip(i.Words()), clip(i.Label(0)))
			c.issues, c.options = append(c.issues, ""), append(c.options, nil)
			continue
		}
		id := slug(i.Name, "issue", ids)
		to, err := c.issue(i, id)
		if err != nil {
			return err
		}
		c.issues = append(c.issues, id)
		a.Issues = append(a.Issues, to)
		a.Frame.Articles = append(a.Frame.Articles, portsmouth.ArticleFrame{ID: id})
	}
	for _, from := range c.from.Conditions {
		to := portsmouth.Condition{If: c.terms(from.If), Then: c.terms(from.Then)}
		if en := from.Why.In("en"); en != "" {
			to.Why = portsmouth.Text{"en": en}
		}
		a.Conditions = append(a.Conditions, to)
	}
	if len(a.Issues) == 0 || len(a.Issues) > portsmouth.MaxIssues {
		return portsmouth.Invalidf("space-issue", "a scenario file has 1 to %d issues to choose in, and %s has %d", portsmouth.MaxIssues, c.from.Name, len(a.Issues))
	}
	return nil
}

// issue writes each choice as one clause of an article of its own.
func (c *intoOurs) issue(i *SpaceIssue, id string) (portsmouth.Issue, error) {
	title := text(i.Words(), id)
	to := portsmouth.Issue{ID: id, Title: title, Kind: portsmouth.Discrete}
	clause := func(words string) []portsmouth.Clause {
		return []portsmouth.Clause{{Article: id, Text: portsmouth.Text{"en": title["en"] + ": " + words + "."}}}
	}
	if n := i.number(); n != nil {
		n.Clauses = clause("{value}")
		to.Kind, to.Number = portsmouth.Numeric, n
		c.options = append(c.options, i.Options)
		return to, nil
	}
	if len(i.Options) > portsmouth.MaxOptions {
		return to, portsmouth.Invalidf("space-issue", "issue “%s” has %d choices; a scenario file takes %d", clip(i.Words()), len(i.Options), portsmouth.MaxOptions)
	}
	taken := map[string]bool{}
	var ids []string
	for o, name := range i.Options {
		option := slug(name, "option", taken)
		label := text(i.Label(o), option)
		to.Options = append(to.Options, portsmouth.Option{ID: option, Label: label, Clauses: clause(label["en"])})
		ids = append(ids, option)
	}
	c.options = append(c.options, ids)
	return to, nil
}

// number returns a range as our format has it, or nil where a bound or the step is no plain decimal or there are too many.
func (i *SpaceIssue) number() *portsmouth.Number {
	if i.Range == nil || len(i.Options) > maxNumbers/portsmouth.MaxParties {
		return nil
	}
	n := &portsmouth.Number{Min: portsmouth.FormatDecimal(i.Range.Low), Max: i.Options[len(i.Options)-1], Step: portsmouth.FormatDecimal(i.Range.Step)}
	if rat(n.Min).Cmp(i.Range.Low) != 0 || rat(n.Step).Cmp(i.Range.Step) != 0 || n.Steps() != int64(len(i.Options)) {
		return nil
	}
	for k, v := range i.Options {
		if n.At(int64(k)) != v {
			return nil
		}
	}
	return n
}

// terms names options by their ids. A term over an issue that is left out holds always, and is left out too.
func (c *intoOurs) terms(ts []portsmouth.Term) []portsmouth.Term {
	var all []portsmouth.Term
	for k := range ts {
		i := c.from.Issue(ts[k].Issue)
		if i < 0 || c.issues[i] == "" {
			continue
		}
		t := portsmouth.Term{Issue: c.issues[i]}
		if number := c.to.Agenda.Issue(t.Issue); number != nil && number.Kind == portsmouth.Numeric && len(ts[k].Options) == 0 {
			t.From, t.To = ts[k].From, ts[k].To
			all = append(all, t)
			continue
		}
		for o, v := range c.from.Issues[i].Options {
			if ts[k].Matches(v) {
				t.Options = append(t.Options, c.options[i][o])
			}
		}
		all = append(all, t)
	}
	return all
}

func (c *intoOurs) packages() error {
	ids := map[string]bool{}
	for _, p := range c.from.Packages {
		to := Package{ID: slug(p.ID, "package", ids), Set: portsmouth.Outcome{}}
		if p.Label != "" {
			to.Label = text(p.Label, to.ID)
		}
		for _, name := range portsmouth.SortedKeys(p.Outcome) {
			i := c.from.Issue(name)
			if i < 0 || c.issues[i] == "" {
				continue
			}
			if o := c.from.Issues[i].Option(p.Outcome[name]); o >= 0 {
				to.Set[c.issues[i]] = c.options[i][o]
			}
		}
		if err := c.to.Agenda.CheckPartial(to.Set); err != nil {
			return err
		}
		c.to.Packages = append(c.to.Packages, to)
	}
	return nil
}

// stretch is how one party's utility is brought to 0 to 100: points = 100 × (utility − base) / span.
type stretch struct {
	party      string
	base, span *big.Rat
	worth      [][]*big.Rat // by issue, by option: weight × value above the worst option of the issue
	spans      []*big.Rat   // by issue, the best of worth
	over       *big.Rat     // the most by which rounding can lift a package, in points
	under      *big.Rat     // the same downwards
}

func (c *intoOurs) preferences(party string, p *Profile) error {
	if p.Boxes != nil {
		return portsmouth.Refuse("space-boxes", "the profile of %s is made of hyper-rectangles over many issues, for which a scenario file has no form; compute with it as it is", p.Name)
	}
	s, err := c.stretchOf(p)
	if err != nil {
		return err
	}
	to := &portsmouth.Preferences{Weights: map[string]int64{}, Values: map[string]map[string]int64{}}
	shares := s.shares()
	for k, id := range c.issues {
		if id == "" || shares[k] == 0 && s.spans[k].Sign() == 0 {
			continue
		}
		to.Weights[id] = shares[k]
		to.Values[id] = s.values(k, shares[k], c.options[k])
		c.points(party, id, c.options[k], to.Values[id])
	}
	if err := c.interactions(to, s, p); err != nil {
		return err
	}
	c.reservations(to, s, p)
	if c.to.Preferences == nil {
		c.to.Preferences = map[string]*portsmouth.Preferences{}
	}
	c.to.Preferences[party] = to
	c.report(s, p)
	return nil
}

// points keeps the values of a number in its order: the two ends where the line between them says it all, else every step.
func (c *intoOurs) points(party, id string, at []string, values map[string]int64) {
	n := c.to.Agenda.Issue(id).Number
	if n == nil {
		return
	}
	var points []Point
	for _, v := range at {
		points = append(points, Point{At: v, Value: values[v]})
	}
	if ends := []Point{points[0], points[len(points)-1]}; len(points) > 2 && maps.Equal(spell(n, ends), values) {
		points = ends
	}
	if c.to.Points == nil {
		c.to.Points = map[string]map[string][]Point{}
	}
	if c.to.Points[party] == nil {
		c.to.Points[party] = map[string][]Point{}
	}
	c.to.Points[party][id] = points
}

// stretchOf finds the worst and the best of a sum; what is worth something only together is not counted.
func (c *intoOurs) stretchOf(p *Profile) (*stretch, error) {
	s := &stretch{party: p.Name, base: new(big.Rat), span: new(big.Rat), over: new(big.Rat), under: new(big.Rat)}
	if p.Constant != nil {
		s.base.Set(p.Constant)
	}
	for i := range c.from.Issues {
		worth, low, high, err := c.from.weighted(p, i)
		if err != nil {
			return nil, err
		}
		s.base.Add(s.base, low)
		s.spans = append(s.spans, new(big.Rat).Sub(high, low))
		s.span.Add(s.span, s.spans[i])
		for o := range worth {
			worth[o] = new(big.Rat).Sub(worth[o], low)
		}
		s.worth = append(s.worth, worth)
	}
	return s, nil
}

// weighted returns weight × value of every option of an issue with the least and the greatest; all 0 without weight.
func (s *Space) weighted(p *Profile, i int) (worth []*big.Rat, low, high *big.Rat, err error) {
	worth = make([]*big.Rat, len(s.Issues[i].Options))
	for o := range worth {
		worth[o] = new(big.Rat)
		if i < len(p.Weights) && p.Weights[i] != nil && p.Weights[i].Sign() != 0 {
			v, ok := s.Worth(p, i, o)
			if !ok {
				return nil, nil, nil, partyError(p, "“%s” of issue “%s” has no value", clip(s.Issues[i].Options[o]), clip(s.Issues[i].Name))
			}
			worth[o].Mul(v, p.Weights[i])
		}
		if low == nil || worth[o].Cmp(low) < 0 {
			low = worth[o]
		}
		if high == nil || worth[o].Cmp(high) > 0 {
			high = worth[o]
		}
	}
	return worth, low, high, nil
}

// shares returns the weights in hundredths of a percent, exactly 10,000 in all: what is lost by rounding down goes to the
// largest remainders. A party to whom everything is the same gives all to the first issue, whose options are worth 0.
func (s *stretch) shares() []int64 {
	shares := make([]int64, len(s.spans))
	if s.span.Sign() == 0 {
		for k := range s.worth {
			if len(s.worth[k]) > 1 {
				shares[k] = 10_000
				break
			}
		}
		return shares
	}
	rest := make([]*big.Rat, len(s.spans))
	order := make([]int, len(s.spans))
	left := int64(10_000)
	for k := range s.spans {
		exact := new(big.Rat).Quo(s.spans[k], s.span)
		exact.Mul(exact, big.NewRat(10_000, 1))
		shares[k] = floor(exact).Int64()
		rest[k], order[k] = exact.Sub(exact, big.NewRat(shares[k], 1)), k
		left -= shares[k]
	}
	slices.SortStableFunc(order, func(a, b int) int { return rest[b].Cmp(rest[a]) })
	for _, k := range order[:left] {
		shares[k]++
	}
	return shares
}

// values returns the points of one issue and adds to the error what rounding makes.
func (s *stretch) values(k int, share int64, ids []string) map[string]int64 {
	to := map[string]int64{}
	over, under := new(big.Rat), new(big.Rat)
	for o, worth := range s.worth[k] {
		v := int64(0)
		if s.spans[k].Sign() > 0 {
			v = nearestInt(new(big.Rat).Mul(new(big.Rat).Quo(worth, s.spans[k]), big.NewRat(10_000, 1)))
		}
		to[ids[o]] = v
		if s.span.Sign() == 0 {
			continue
		}
		off := new(big.Rat).Sub(big.NewRat(share*v, 1_000_000), s.points(worth))
		if off.Cmp(over) > 0 {
			over = off
		}
		if off.Cmp(under) < 0 {
			under = off
		}
	}
	s.over.Add(s.over, over)
	s.under.Add(s.under, under)
	return to
}

// points stretches a difference of utilities.
func (s *stretch) points(u *big.Rat) *big.Rat {
	p := new(big.Rat).Quo(u, s.span)
	return p.Mul(p, big.NewRat(100, 1))
}

// nearestInt rounds, halves upwards.
func nearestInt(r *big.Rat) int64 { return floor(new(big.Rat).Add(r, big.NewRat(1, 2))).Int64() }

func (c *intoOurs) interactions(to *portsmouth.Preferences, s *stretch, p *Profile) error {
	for k := range p.Terms {
		from := &p.Terms[k]
		i := portsmouth.Interaction{When: c.terms(from.When), Why: from.Why}
		if s.span.Sign() == 0 || len(i.When) < 2 {
			return partyError(p, "an interaction has no form in a scenario file where single issues are worth nothing, or have a single choice")
		}
		points := s.points(big.NewRat(from.Value, 100))
		points.Mul(points, big.NewRat(100, 1))
		if points.Cmp(big.NewRat(10_000, 1)) > 0 || points.Cmp(big.NewRat(-10_000, 1)) < 0 {
			return partyError(p, "an interaction is worth more than all single issues together, for which a scenario file has no form")
		}
		i.Value = nearestInt(points)
		off := new(big.Rat).Sub(big.NewRat(i.Value, 100), points.Quo(points, big.NewRat(100, 1)))
		if off.Sign() > 0 {
			s.over.Add(s.over, off)
		} else {
			s.under.Add(s.under, off)
		}
		to.Interactions = append(to.Interactions, i)
	}
	return nil
}

func (c *intoOurs) reservations(to *portsmouth.Preferences, s *stretch, p *Profile) {
	for _, r := range p.Dated {
		to.Reservations = append(to.Reservations, portsmouth.Reservation{
			From: r.From, Value: s.reservation(big.NewRat(r.Value, 100)), Drift: s.drift(r.Drift), Why: r.Why,
		})
	}
	if len(p.Dated) == 0 && p.Reservation != nil {
		to.Reservations = []portsmouth.Reservation{{From: undated, Value: s.reservation(p.Reservation)}}
		c.say("the worth of no agreement to %s, %s, is %s points here, from %s on, as its file gives no date", p.Name, short(p.Reservation),
			formatHundredths(to.Reservations[0].Value), formatDate(undated))
	}
}

// reservation is rounded down, so that a package that is exactly as good stays so, and held within 0 to 100.
func (s *stretch) reservation(u *big.Rat) int64 {
	above := new(big.Rat).Sub(u, s.base)
	switch {
	case above.Sign() <= 0:
		return 0
	case above.Cmp(s.span) >= 0:
		return 10_000
	}
	points := s.points(above)
	return floor(points.Mul(points, big.NewRat(100, 1))).Int64()
}

// drift is a change in points, held to what a file can say; nothing moves where all packages are worth the same.
func (s *stretch) drift(hundredths int64) int64 {
	if s.span.Sign() == 0 {
		return 0
	}
	const most = 10_000
	points := s.points(big.NewRat(hundredths, 100))
	return min(max(nearestInt(points.Mul(points, big.NewRat(100, 1))), -most), most)
}

func (c *intoOurs) report(s *stretch, p *Profile) {
	if s.span.Sign() == 0 {
		c.say("all packages are worth the same to %s", p.Name)
		return
	}
	worst := s.over
	if down := new(big.Rat).Neg(s.under); down.Cmp(worst) > 0 {
		worst = down
	}
	worst = new(big.Rat).Mul(worst, big.NewRat(10_000, 1)) // to be said in four decimals, rounded up
	worst = new(big.Rat).SetFrac(new(big.Int).Neg(floor(worst.Neg(worst))), big.NewInt(10_000))
	c.say("the utility of %s, from %s to %s, is shifted and stretched to 0 to 100 points, which keeps the order of packages but for rounding; a package is at most %s points off",
		p.Name, short(s.base), short(new(big.Rat).Add(s.base, s.span)), worst.FloatString(4))
	if p.Cap != nil && new(big.Rat).Add(s.base, s.span).Cmp(p.Cap) > 0 {
		c.say("to %s packages above %s were worth the same; they keep their order here", p.Name, short(p.Cap))
	}
	if p.Discount != nil {
		c.say("the discount factor of %s, %s, is left out: a scenario file has none", p.Name, short(p.Discount.Factor))
	}
}
