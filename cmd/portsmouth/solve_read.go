package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"portsmouth"
	"portsmouth/scenario"
	"portsmouth/solver"
)

// readSpace reads a file or folder as a person names it.
func readSpace(name string) (*scenario.Space, error) {
	clean := filepath.Clean(name)
	dir, base := filepath.Split(clean)
	if dir == "" {
		dir = "."
	}
	if base == "." || base == ".." || base == "" {
		dir, base = clean, "."
	}
	s, err := scenario.ReadSpace(os.DirFS(dir), base)
	switch {
	case portsmouth.KindOf(err) == portsmouth.NotFound:
		return nil, portsmouth.Invalidf("", "there is no file or folder %s", name)
	case err == nil && base == "." && s.Name == ".":
		if abs, e := filepath.Abs(clean); e == nil {
			s.Name = filepath.Base(abs)
		}
	}
	return s, err
}

// asked is a scenario with what the person who typed changed about it: what is solved.
type asked struct {
	file    string
	space   *scenario.Space
	problem *solver.Problem
	units   scenario.Units
	names   solver.Names
	changes []string // in words, for the top of the answer
	skipped []string // offers that were not taken, and why
	offers  map[string]portsmouth.Outcome
}

// ask reads the scenario and applies --on, --reserve and --fix.
func (o *solveOptions) ask(name string) (*asked, error) {
	space, err := readSpace(name)
	if err != nil {
		return nil, err
	}
	a := &asked{file: name, space: space}
	if len(o.parties) > 0 {
		if a.space, err = space.Only(o.parties...); err != nil {
			return nil, err
		}
	}
	if o.on != "" {
		day, err := time.Parse(time.DateOnly, o.on)
		if err != nil {
			return nil, portsmouth.Invalidf("", "--on takes a date such as 1905-08-28, not “%s”", o.on)
		}
		a.space = a.space.On(day.Add(24*time.Hour - time.Second))
		a.changes = append(a.changes, "reservations as of the end of "+o.on)
	}
	if o.on == "" {
		a.sayDated()
	}
	if err := a.reserve(o.reserve); err != nil {
		return nil, err
	}
	return a, nil
}

// sayDated says which of several reservations was taken when nobody named a day.
func (a *asked) sayDated() {
	var last time.Time
	several := false
	for k := range a.space.Profiles {
		dates := a.space.Profiles[k].Dated
		several = several || len(dates) > 1
		for _, r := range dates {
			if r.From.After(last) {
				last = r.From
			}
		}
	}
	if several {
		a.changes = append(a.changes, "reservations: the last of the file, of "+last.Format(time.DateOnly)+"; --on takes those of another day")
	}
}

// reserve takes --reserve PARTY=VALUE in the place of the file's reservation.
func (a *asked) reserve(all []string) error {
	if len(all) == 0 {
		return nil
	}
	space := *a.space
	space.Profiles = slices.Clone(space.Profiles)
	a.space = &space
	for _, one := range all {
		party, value, _ := strings.Cut(one, "=")
		k, err := a.party(party)
		if err != nil {
			return err
		}
		v, ok := new(big.Rat).SetString(value)
		if value == "none" {
			v, ok = nil, true
		}
		if !ok || len(value) > 40 {
			return portsmouth.Invalidf("", "--reserve takes PARTY=VALUE, a number from 0 to %d, or none; not “%s”", a.space.Scale, one)
		}
		p := &space.Profiles[k]
		p.Reservation, p.Bid, p.Dated = v, nil, nil
		a.changes = append(a.changes, fmt.Sprintf("no agreement is worth %s to %s", value, party))
	}
	return nil
}

// party finds a party by its name.
func (a *asked) party(name string) (int, error) {
	var names []string
	for k := range a.space.Profiles {
		if a.space.Profiles[k].Name == name {
			return k, nil
		}
		names = append(names, a.space.Profiles[k].Name)
	}
	return 0, portsmouth.Invalidf("", "“%s” is no party of this scenario; it has %s", name, strings.Join(names, ", "))
}

// pose turns the scenario into a problem, with the issues that are already agreed held to what was agreed.
func (a *asked) pose(fix []string) error {
	var err error
	if n := len(a.space.Profiles); n > solver.MaxParties {
		var names []string
		for k := range a.space.Profiles {
			names = append(names, a.space.Profiles[k].Name)
		}
		return portsmouth.Invalidf("", "%s holds profiles of %d parties, and at most %d negotiate; choose with --parties from %s", a.file, n, solver.MaxParties, someOf(names))
	}
	if a.problem, a.units, err = a.space.Problem(); err != nil {
		return err
	}
	a.names = a.space.Names()
	for _, one := range fix {
		terms, err := a.terms(one)
		if err != nil {
			return err
		}
		for _, issue := range portsmouth.SortedKeys(terms) {
			a.hold(issue, terms[issue])
		}
	}
	return nil
}

// hold allows only one option of an issue. The problem keeps its shape, so that outcomes keep their numbers.
func (a *asked) hold(issue, option string) {
	i := a.space.Issue(issue)
	all := make([]bool, a.problem.Options[i])
	one := make([]bool, len(all))
	for k := range all {
		all[k] = true
	}
	one[a.space.Issues[i].Option(option)] = true
	a.problem.Conditions = append(a.problem.Conditions, solver.Condition{
		If: []solver.Term{{Issue: i, Options: all}}, Then: []solver.Term{{Issue: i, Options: one}},
	})
	a.changes = append(a.changes, fmt.Sprintf("agreed already: %s = %s", issue, option))
}

// terms reads "ISSUE=OPTION,ISSUE=OPTION". A comma within an option is part of it when no "=" follows.
func (a *asked) terms(s string) (portsmouth.Outcome, error) {
	o := portsmouth.Outcome{}
	last := ""
	for _, part := range strings.Split(s, ",") {
		issue, option, ok := strings.Cut(part, "=")
		if !ok && last != "" {
			issue, option = last, o[last]+","+part
		} else if !ok {
			return nil, portsmouth.Invalidf("", "“%s” is not ISSUE=OPTION", part)
		}
		issue = strings.TrimSpace(issue)
		o[issue], last = strings.TrimSpace(option), issue
	}
	return o, a.known(o)
}

// known refuses issues and options that the scenario does not have, and says which there are.
func (a *asked) known(o portsmouth.Outcome) error {
	for _, name := range portsmouth.SortedKeys(o) {
		i := a.space.Issue(name)
		if i < 0 {
			var names []string
			for k := range a.space.Issues {
				names = append(names, a.space.Issues[k].Name)
			}
			return portsmouth.Invalidf("", "there is no issue “%s”; there are %s", name, someOf(names))
		}
		if a.space.Issues[i].Option(o[name]) < 0 {
			return portsmouth.Invalidf("", "“%s” is no option of %s; it has %s", o[name], name, someOf(a.space.Issues[i].Options))
		}
	}
	return nil
}

// someOf names up to twelve.
func someOf(names []string) string {
	if len(names) <= 12 {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:12], ", ") + fmt.Sprintf(" and %d more", len(names)-12)
}

// offer is a package on the table.
type offer struct {
	name    string // as it was given, or the label of a package
	id      string
	party   int // whose, or -1
	outcome []int
}

// offersOf reads every --given.
func (a *asked) offersOf(given []string) ([]offer, error) {
	var all []offer
	for _, one := range given {
		if one == "offers" {
			first, err := a.firstOffers()
			if err != nil {
				return nil, err
			}
			all = append(all, first...)
			continue
		}
		of, err := a.offer(one)
		if err != nil {
			return nil, err
		}
		all = append(all, of)
	}
	return all, nil
}

// offer reads [PARTY:]PACKAGE[,ISSUE=OPTION…], where PACKAGE is an id, first_offer.PARTY or a JSON file.
func (a *asked) offer(s string) (offer, error) {
	of := offer{name: s, id: s, party: -1}
	if name, rest, ok := strings.Cut(s, ":"); ok {
		if k, err := a.party(name); err == nil {
			of.party, s = k, rest
		}
	}
	first, rest, _ := strings.Cut(s, ",")
	o := portsmouth.Outcome{}
	if strings.Contains(first, "=") {
		rest = s
	} else {
		base, err := a.named(first)
		if err != nil {
			return of, err
		}
		o = base
		if party, ok := strings.CutPrefix(first, scenario.FirstOffer); ok && of.party < 0 {
			of.party, _ = a.party(party)
		}
	}
	if rest != "" {
		changes, err := a.terms(rest)
		if err != nil {
			return of, err
		}
		o = o.With(changes)
	}
	return of, a.whole(&of, o)
}

// whole takes an outcome that settles every issue.
func (a *asked) whole(of *offer, o portsmouth.Outcome) error {
	if err := a.known(o); err != nil {
		return fmt.Errorf("the offer %s: %w", of.name, err)
	}
	if open := a.open(o); len(open) > 0 {
		return portsmouth.Invalidf("", "the offer %s leaves open %s; complete it, as in --given %s,%s=%s", of.name, someOf(open), of.id, open[0],
			a.space.Issues[a.space.Issue(open[0])].Options[0])
	}
	var err error
	if of.outcome, err = a.space.Index(o); err != nil {
		return err
	}
	if !a.problem.Legal(of.outcome) {
		return portsmouth.Invalidf("", "the offer %s breaks a condition of the scenario, or what was agreed already", of.name)
	}
	return nil
}

func (a *asked) open(o portsmouth.Outcome) []string {
	var open []string
	for k := range a.space.Issues {
		if _, ok := o[a.space.Issues[k].Name]; !ok {
			open = append(open, a.space.Issues[k].Name)
		}
	}
	return open
}

// named finds a package by id, a first offer, or a file.
func (a *asked) named(id string) (portsmouth.Outcome, error) {
	var ids []string
	for _, p := range a.space.Packages {
		if p.ID == id {
			return p.Outcome, nil
		}
		ids = append(ids, p.ID)
	}
	first, err := a.opening()
	if err != nil {
		return nil, err
	}
	for _, party := range portsmouth.SortedKeys(first) {
		if scenario.FirstOffer+party == id {
			return first[party], nil
		}
		ids = append(ids, scenario.FirstOffer+party)
	}
	if strings.HasSuffix(id, ".json") {
		return readOutcome(id)
	}
	if len(ids) == 0 {
		return nil, portsmouth.Invalidf("", "there is no package “%s”, as this scenario names none; give it as ISSUE=OPTION,ISSUE=OPTION or as a JSON file", id)
	}
	return nil, portsmouth.Invalidf("", "there is no package “%s”; there are %s; or give it as ISSUE=OPTION,… or as a JSON file", id, someOf(ids))
}

// firstOffers are the opening offers of the file that settle everything; those that do not are left out.
func (a *asked) firstOffers() ([]offer, error) {
	first, err := a.opening()
	if err != nil {
		return nil, err
	}
	var all []offer
	for k := range a.space.Profiles {
		name := a.space.Profiles[k].Name
		o := first[name]
		if o == nil {
			continue
		}
		if open := a.open(o); len(open) > 0 {
			a.skipped = append(a.skipped, fmt.Sprintf("the first offer of %s, which leaves open %s; complete it with --given %s,%s=…", name, someOf(open), scenario.FirstOffer+name, open[0]))
			continue
		}
		of := offer{name: "first offer of " + name, id: scenario.FirstOffer + name, party: k}
		if err := a.whole(&of, o); err != nil {
			return nil, err
		}
		all = append(all, of)
	}
	if len(all) == 0 {
		return nil, portsmouth.Invalidf("", "this scenario holds no first offer that settles every issue; complete one, as in --given first_offer.PARTY,ISSUE=OPTION")
	}
	return all, nil
}

// opening reads the first offers, which only our own format has.
func (a *asked) opening() (map[string]portsmouth.Outcome, error) {
	if a.offers != nil || a.space.Format != scenario.Ours || len(a.space.Profiles) == 0 {
		return a.offers, nil
	}
	file := a.file
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		file = filepath.Join(file, a.space.Profiles[0].File)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, portsmouth.Invalidf("", "%v", err)
	}
	defer f.Close()
	s, err := scenario.Read(file, f)
	if err != nil {
		return nil, err
	}
	a.offers = s.FirstOffers
	return a.offers, nil
}

// readOutcome reads a package from a JSON file: an object of issue to option, or one that holds it as "outcome".
func readOutcome(file string) (portsmouth.Outcome, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		if pathErr, ok := err.(*fs.PathError); ok {
			return nil, portsmouth.Invalidf("", "%s: %v", file, pathErr.Err)
		}
		return nil, err
	}
	var wrapped struct {
		Outcome map[string]json.RawMessage `json:"outcome"`
	}
	var plain map[string]json.RawMessage
	if json.Unmarshal(raw, &wrapped) == nil && wrapped.Outcome != nil {
		plain = wrapped.Outcome
	} else if err := json.Unmarshal(raw, &plain); err != nil {
		return nil, portsmouth.Invalidf("", "%s does not hold a package as {\"issue\": \"option\", …}: %v", file, err)
	}
	o := portsmouth.Outcome{}
	for issue, value := range plain {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = strings.TrimSpace(string(value)) // a number, as it is written
		}
		o[issue] = text
	}
	return o, nil
}
