package scenario

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"portsmouth"
	"portsmouth/solver"
)

// Units says how the whole numbers of a problem stand to the numbers of the files.
type Units struct {
	Unit     []int64  // by party, how many units make 1 on the scale that is shown; the same as solver.Party.Unit
	Exact    []bool   // by party, whether nothing was rounded
	Readings []string // what was done, where something was
}

// maxCells bounds the numbers that one problem spells out over all parties.
const maxCells = 2_000_000

// Problem returns the space in whole numbers. Each party has its own unit: one over the least common denominator of
// everything that adds to its utility, so that sums are exact. Where that is finer than 64 bits allow, each term is
// rounded to 10^-12 of the scale (or coarser, if even those do not fit) and a reading says so. Errors are of kind Invalid.
func (s *Space) Problem() (*solver.Problem, Units, error) {
	p := &solver.Problem{Options: make([]int, len(s.Issues))}
	cells := 0
	for i := range s.Issues {
		if p.Options[i] = len(s.Issues[i].Options); p.Options[i] == 0 {
			return nil, Units{}, portsmouth.Invalidf("space-issue", "issue “%s” has no options", clip(s.Issues[i].Name))
		}
		cells += p.Options[i]
	}
	if len(s.Profiles) == 0 {
		return nil, Units{}, portsmouth.Invalidf("space-profiles", "%s says what no party wants, so there is nothing to compute", s.Name)
	}
	if cells*len(s.Profiles) > maxCells {
		return nil, Units{}, portsmouth.Invalidf("space-size", "%s has %d choices for each of %d parties; that is more than %d numbers", s.Name, cells, len(s.Profiles), maxCells)
	}
	var err error
	if p.Conditions, err = s.conditions(); err != nil {
		return nil, Units{}, err
	}
	units, err := s.parties(p)
	if err != nil {
		return nil, Units{}, err
	}
	if err := p.Validate(); err != nil {
		return nil, Units{}, err
	}
	return p, units, nil
}

func (s *Space) parties(to *solver.Problem) (Units, error) {
	var units Units
	var rounded [finest + 1][]string // by decimals, the parties
	for k := range s.Profiles {
		party, decimals, err := s.party(k)
		if err != nil {
			return Units{}, err
		}
		to.Parties = append(to.Parties, party)
		units.Unit = append(units.Unit, party.Unit)
		units.Exact = append(units.Exact, decimals == 0)
		rounded[decimals] = append(rounded[decimals], s.Profiles[k].Name)
	}
	for decimals := finest; decimals > 0; decimals-- {
		if who := rounded[decimals]; len(who) > 0 {
			units.Readings = append(units.Readings, fmt.Sprintf("numbers have more digits than can be kept exactly; each product is rounded to 10^-%d of the scale, for %s",
				decimals, strings.Join(who, ", ")))
		}
	}
	return units, nil
}

// Names gives the solver's answers their words: titles and labels where there are any, else the names of the file.
func (s *Space) Names() solver.Names {
	n := solver.Names{Option: func(issue, option int) string { return s.Issues[issue].Label(option) }}
	for k := range s.Profiles {
		n.Parties = append(n.Parties, s.Profiles[k].Words())
	}
	for i := range s.Issues {
		n.Issues = append(n.Issues, s.Issues[i].Words())
	}
	return n
}

// Words returns the party's title, or its name where it has none.
func (p *Profile) Words() string {
	if p.Title != "" {
		return p.Title
	}
	return p.Name
}

// Words returns the issue's title, or its name where it has none.
func (i *SpaceIssue) Words() string {
	if i.Title != "" {
		return i.Title
	}
	return i.Name
}

// Label returns option o for people.
func (i *SpaceIssue) Label(o int) string {
	if o < len(i.Labels) && i.Labels[o] != "" {
		return i.Labels[o]
	}
	return i.Options[o]
}

// Index returns the options of a whole package by number, one an issue. A number may be written in any plain form
// ("2.50" for 2.5). Errors are of kind Invalid: an issue missing or unknown, an option that does not exist.
func (s *Space) Index(o portsmouth.Outcome) ([]int, error) {
	index := make([]int, len(s.Issues))
	for k := range s.Issues {
		i := &s.Issues[k]
		v, ok := o[i.Name]
		if !ok {
			return nil, portsmouth.Invalidf("package-whole", "issue %s is not settled by this package", clip(i.Name))
		}
		if index[k] = i.Option(v); index[k] < 0 {
			return nil, portsmouth.Invalidf("option-exists", "“%s” is not an option of issue %s", clip(v), clip(i.Name))
		}
	}
	for _, name := range portsmouth.SortedKeys(o) {
		if s.Issue(name) < 0 {
			return nil, portsmouth.Invalidf("issue-exists", "there is no issue “%s”", clip(name))
		}
	}
	return index, nil
}

// Issue returns the position of the issue of that name, or -1.
func (s *Space) Issue(name string) int {
	return slices.IndexFunc(s.Issues, func(i SpaceIssue) bool { return i.Name == name })
}

// Option returns the position of the option as it is written, or of the number as anyone writes it, or -1.
func (i *SpaceIssue) Option(v string) int {
	if k := slices.Index(i.Options, v); k >= 0 || i.Range == nil {
		return k
	}
	if c, err := portsmouth.CanonicalDecimal(v); err == nil {
		return slices.Index(i.Options, c)
	}
	return -1
}

// Outcome is the inverse of Index.
func (s *Space) Outcome(index []int) portsmouth.Outcome {
	o := make(portsmouth.Outcome, len(index))
	for k, option := range index {
		o[s.Issues[k].Name] = s.Issues[k].Options[option]
	}
	return o
}

// On returns the space with the reservations that are in force at t. Profiles without dated reservations keep theirs;
// one whose first comes later has none yet.
func (s *Space) On(t time.Time) *Space {
	c := *s
	c.Profiles = slices.Clone(s.Profiles)
	for k := range c.Profiles {
		if p := &c.Profiles[k]; len(p.Dated) > 0 {
			p.Reservation = nil
			for _, r := range p.Dated {
				if !r.From.After(t) {
					p.Reservation = big.NewRat(r.At(t), 100)
				}
			}
		}
	}
	return &c
}

// Only returns the space with those parties, in that order. An unknown name is an error of kind Invalid.
func (s *Space) Only(parties ...string) (*Space, error) {
	c := *s
	c.Profiles = nil
	for _, name := range parties {
		k := slices.IndexFunc(s.Profiles, func(p Profile) bool { return p.Name == name })
		if k < 0 {
			return nil, portsmouth.Invalidf("space-party", "there is no party “%s” in %s", clip(name), s.Name)
		}
		c.Profiles = append(c.Profiles, s.Profiles[k])
	}
	return &c, nil
}

func (s *Space) conditions() ([]solver.Condition, error) {
	var all []solver.Condition
	for n := range s.Conditions {
		var c solver.Condition
		var err error
		if c.If, err = s.terms(s.Conditions[n].If); err != nil {
			return nil, err
		}
		if c.Then, err = s.terms(s.Conditions[n].Then); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func (s *Space) terms(ts []portsmouth.Term) ([]solver.Term, error) {
	var all []solver.Term
	for k := range ts {
		i := s.Issue(ts[k].Issue)
		if i < 0 {
			return nil, portsmouth.Invalidf("issue-exists", "there is no issue “%s”", clip(ts[k].Issue))
		}
		t := solver.Term{Issue: i, Options: make([]bool, len(s.Issues[i].Options))}
		for o, v := range s.Issues[i].Options {
			t.Options[o] = ts[k].Matches(v)
		}
		all = append(all, t)
	}
	return all, nil
}

// partyError names the profile in an error.
func partyError(p *Profile, format string, args ...any) error {
	return portsmouth.Invalidf("space-profile", "profile %s: %s", p.Name, fmt.Sprintf(format, args...))
}
