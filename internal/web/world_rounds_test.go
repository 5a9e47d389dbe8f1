package web

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
	"portsmouth/seal"
)

// Preparation, rounds and the debrief in a conference played at random, and in its other world. Unlike in the test of the
// rules (conference/chance_rounds_test.go) the venue computes rounds over preferences by itself, in both worlds.

// saltOf is the salt of the n-th act made from a base, the same for the plan and for the venue.
func saltOf(base string, n int) seal.Salt {
	return sha256.Sum256(fmt.Appendf(nil, "salt %s/%d", base, n))
}

// prepared has every party of a scene say what it wants, most of them, before it goes on to a later stage: afterwards it
// would be too late.
func (c *chances) prepared(t testing.TB) {
	t.Helper()
	for k, p := range c.scene.Heads() {
		for n := range 3 {
			_, err := c.scene.Send(conference.Meta{ID: fmt.Sprintf("answer-%s-%d", p, n), By: p}, conference.AnswerQuestion{Body: c.answering()})
			must(t, err)
		}
		if k > 0 && c.IntN(4) == 0 {
			continue
		}
		_, err := c.scene.Do(p, conference.StatePreferences{Preferences: c.preferences()})
		must(t, err)
	}
}

// preferences are what some party might want. Few want so much that there is nothing for all.
func (c *chances) preferences() portsmouth.Preferences {
	coast := int64(100 * (10 + c.IntN(50)))
	toll := int64(100 * c.IntN(40))
	p := portsmouth.Preferences{
		Weights: map[string]int64{"coast": coast, "toll": toll, "islands": 10_000 - coast - toll},
		Values: map[string]map[string]int64{
			"coast":   {"kept": int64(c.IntN(10_001)), "shared": int64(c.IntN(10_001)), "ceded": int64(c.IntN(10_001))},
			"islands": {"split": int64(c.IntN(10_001)), "north": int64(c.IntN(10_001))},
			"toll":    {},
		},
	}
	most := int64(1 + c.IntN(100))
	for k := range int64(21) {
		p.Values["toll"][fmt.Sprint(5*k)] = most * 5 * k
	}
	if c.IntN(2) == 0 {
		value := int64(c.IntN(2000))
		if c.IntN(8) == 0 {
			value = int64(c.IntN(10_001))
		}
		p.Reservations = []portsmouth.Reservation{{From: conftest.Start, Value: value}}
	}
	return p
}

// ranges hold the preferences loosely.
func (c *chances) ranges(p *portsmouth.Preferences) *portsmouth.Ranges {
	if c.IntN(2) == 0 {
		return nil
	}
	r := &portsmouth.Ranges{Weights: map[string]portsmouth.Interval{}}
	for issue, w := range p.Weights {
		r.Weights[issue] = portsmouth.Interval{Low: max(w-int64(c.IntN(800)), 0), High: min(w+int64(c.IntN(800)), 10_000)}
	}
	return r
}

func (c *chances) stating() conference.StatePreferences {
	p := c.preferences()
	return conference.StatePreferences{Preferences: p, Ranges: c.ranges(&p), Note: c.prose("We want")}
}

// wants is what a delegation's heads do about what it wants.
func (c *chances) wants(p string) (string, conference.Command) {
	if c.IntN(2) == 0 {
		return p, conference.AllowPreferences{Version: c.whole().StatedCount[p], Stop: c.IntN(4) == 0}
	}
	return p, c.stating()
}

// opensRound has the mediator announce a round, and what follows: all lodge what can meet, or all but one lodge anything,
// and mostly the time passes. The kinds take turns.
func (c *chances) opensRound() (string, conference.Command) {
	v := c.whole()
	hours := time.Duration(1+c.IntN(9)) * time.Hour
	o := c.roundToOpen(v, hours)
	missing, fitting := "", c.opened%2 == 0
	computes := o.Type == conference.SuggestionRound || o.Type == conference.DirectionRound
	if computes {
		fitting = c.seed%4 == 0
	}
	if !fitting {
		missing = c.head()
	}
	c.opened++
	for _, p := range c.scene.Heads() {
		if v.StatedCount[p] == 0 || len(v.Stated[p]) == 0 {
			c.next = append(c.next, func() (string, conference.Command) { return p, c.stating() })
		}
		if p != missing {
			c.next = append(c.next, func() (string, conference.Command) {
				return c.lodgesAs(p, fitting || computes)
			})
		}
	}
	if fitting || c.IntN(3) > 0 {
		c.next = append(c.next, func() (string, conference.Command) {
			c.scene.Now = c.scene.Now.Add(hours)
			return "", nil
		})
	}
	return "mediator", o
}

func (c *chances) roundToOpen(v *conference.View, hours time.Duration) conference.OpenRound {
	o := conference.OpenRound{Closes: c.scene.Now.Add(hours), Binding: c.IntN(4) == 0, Note: c.prose("A round")}
	if v.Stage == conference.TextStage {
		o.Type, o.MinGain = conference.ImprovementRound, int64(1+c.IntN(50))
		if c.opened%2 == 1 {
			o.Type = conference.DirectionRound
		}
		return o
	}
	switch (c.seed/2 + uint64(c.opened)) % 4 {
	case 0:
		o.Type = conference.SuggestionRound
		if c.seed/2%2 == 0 {
			o.Type, o.Base = conference.DirectionRound, conftest.Package().With(v.Settled())
		}
	case 1:
		o.Type, o.Issue, o.Giver, o.Settlement = conference.NumberRound, "toll", c.head(), oneOf(c, []string{"midpoint", "giver", "taker"})
		if heads := c.scene.Heads(); len(heads) > 2 && c.IntN(2) == 0 {
			o.Parties, o.Giver, o.Binding = heads[:2], heads[c.IntN(2)], false
		}
	case 2:
		o.Type, o.Issue = conference.OptionsRound, oneOf(c, []string{"coast", "islands"})
	case 3:
		o.Type, o.Packages = conference.PackageRound, []portsmouth.Outcome{conftest.Package(), {"coast": "kept", "toll": "0", "islands": "north"}}
	}
	return o
}

// lodgesAs has a party lodge anything in the round that is open, or what fits what others lodge.
func (c *chances) lodgesAs(p string, fitting bool) (string, conference.Command) {
	v := c.whole()
	r := v.OpenRound()
	if !fitting || r == nil {
		return c.lodges(p)
	}
	e := c.entry(r, c.scene.See(p))
	switch r.Type {
	case conference.NumberRound:
		e.Number = oneOf(c, []string{"0", "20"})
		if p == r.Giver {
			e.Number = oneOf(c, []string{"20", "45"})
		}
	case conference.OptionsRound:
		e.Options = append(e.Options, map[string]string{"coast": "shared", "islands": "split"}[r.Issue])
	case conference.PackageRound:
		e.Packages = append(e.Packages, 0)
	}
	return p, e
}

// lodges has a party lodge in the round that is open, or take it back, or show it afterwards.
func (c *chances) lodges(p string) (string, conference.Command) {
	v := c.whole()
	if r := v.OpenRound(); r != nil {
		if r.Entries[p] != nil && c.IntN(3) == 0 {
			return p, conference.LeaveRound{Round: r.Round}
		}
		return p, c.entry(r, c.scene.See(p))
	}
	for _, r := range v.Rounds {
		if e := r.Entries[p]; e != nil && c.IntN(4) == 0 {
			return p, conference.OpenEntry{Round: r.Round, Payload: e.Payload, Salt: e.Salt, Room: oneOf(c, []string{"plenary", "caucus", "caucus", "public", "public"})}
		}
	}
	return p, nil
}

// entry is anything that a party could lodge in a round, from its own view.
func (c *chances) entry(r *conference.Round, own *conference.View) conference.EnterRound {
	e := conference.EnterRound{Round: r.Round}
	switch r.Type {
	case conference.NumberRound:
		e.Number = oneOf(c, worldTolls)
	case conference.OptionsRound:
		e.Options = []string{oneOf(c, worldCoasts), oneOf(c, worldCoasts)}
		if r.Issue == "islands" {
			e.Options = []string{oneOf(c, worldIslands)}
		}
	case conference.PackageRound:
		e.Packages = []int{c.IntN(2), c.IntN(2)}
	default:
		e.Version, e.Basis = own.StatedCount[own.Viewer.Party], own.Basis()
	}
	return e
}

// computed has a due command know what the venue would compute for it.
func computed(t testing.TB, whole *conference.View, c conference.Command) conference.Command {
	closing, ok := c.(conference.CloseRound)
	if !ok {
		return c
	}
	r, inputs := whole.Round(closing.Round), whole.Inputs(closing.Round)
	if inputs == nil {
		return c
	}
	var over portsmouth.Outcome
	if whole.Baseline != nil {
		over = whole.Baseline.Package
	}
	found, err := venue.Suggest(t.Context(), whole.Agenda, r.RoundOpened, inputs, whole.Settled(), over)
	must(t, err)
	closing.Computed = &found
	return closing
}

// secrets is what the other world must know of this one: how its rounds ended and what was shown of what parties want.
type secrets struct {
	eyes   eyes
	all    []string // the parties
	rounds []*conference.Round
	shown  map[string]bool // parties of whose preferences something depends that the eyes see
}

func secretsOf(e eyes, parties []string, log []conference.Event) *secrets {
	s := &secrets{eyes: e, all: parties, rounds: conference.Look(log, conference.TimerViewer).Rounds, shown: map[string]bool{}}
	for _, x := range log {
		if !e.sees(x.Audience) {
			continue
		}
		switch b := x.Body.(type) {
		case conference.DebriefOpened, conference.Suggested:
			for _, p := range parties {
				s.shown[p] = true
			}
		case conference.PreferencesAllowed:
			s.shown[b.Party] = true
		case conference.EntryOpened:
			s.shown[b.Party] = true
		case conference.Published:
			if b.Opening != nil {
				s.shown[b.Opening.Party] = true
			}
		}
	}
	return s
}

func (s *secrets) round(id string) *conference.Round {
	for _, r := range s.rounds {
		if r.Round == id {
			return r
		}
	}
	return nil
}

// free reports whether what a party lodges in a round may be otherwise there without a common result changing: the round
// was not met here since somebody else had lodged nothing, and the eyes were not shown what this party had.
func (s *secrets) free(id, party string) bool {
	r := s.round(id)
	if r == nil || !r.Closed || r.Result.Met {
		return false
	}
	if to, opened := r.Opened[party]; opened && s.eyes.sees(to) {
		return false
	}
	if slices.ContainsFunc(r.Openings, func(o *conference.EntryOpened) bool { return o.Public && o.Party == party }) {
		return false
	}
	for _, p := range s.all {
		if r.Asks(p) && r.Entries[p] == nil && p != party {
			return true
		}
	}
	return false
}

// counts reports whether something common hangs on what a party had prepared: it lodged that in a round for a step in which
// it may not lodge anything else.
func (s *secrets) counts(party string) bool {
	return slices.ContainsFunc(s.rounds, func(r *conference.Round) bool {
		return r.Type == conference.DirectionRound && r.Entries[party] != nil && !s.free(r.Round, party)
	})
}

// otherwise is a secret act in the other world; done is false for acts that are no secrets of preparation and rounds, and
// command nil where it does not happen. own is what its party sees there.
func (c *chances) otherwise(s *secrets, party string, command conference.Command, own *conference.View) (other conference.Command, done bool) {
	stated := own.StatedCount[party]
	chance := c.IntN(2) == 0
	switch x := command.(type) {
	case conference.AnswerQuestion:
		if s.counts(party) {
			return x, true
		}
		if chance {
			x.Body = c.answering()
		} else if c.IntN(3) == 0 {
			return nil, true
		}
		return x, true
	case conference.StatePreferences:
		if chance && !s.shown[party] && !s.counts(party) {
			return c.stating(), true
		}
		return x, true
	case conference.EnterRound:
		r := s.round(x.Round)
		if chance && s.free(x.Round, party) {
			if c.IntN(2) == 0 {
				return nil, true
			}
			x = c.entry(r, own)
		}
		if r != nil && r.Computes() {
			x.Version, x.Basis = stated, own.Basis()
		}
		return x, true
	case conference.LeaveRound:
		if chance && s.free(x.Round, party) {
			return nil, true
		}
		return x, true
	case conference.ConfirmPreferences:
		x.Version = stated
		return x, true
	case conference.AllowPreferences:
		if !x.Stop {
			x.Version = stated
		}
		return x, true
	case conference.WithdrawAnswer:
		return x, s.counts(party)
	case conference.ErasePreparation, conference.OpenEntry:
		return x, true
	}
	return nil, false
}

// fits reports whether something secret may be done in the other world alone.
func (s *secrets) fits(party string, command conference.Command) bool {
	switch x := command.(type) {
	case conference.EnterRound:
		return s.free(x.Round, party)
	case conference.LeaveRound:
		return s.free(x.Round, party)
	case conference.StatePreferences, conference.ErasePreparation:
		return !s.shown[party] && !slices.ContainsFunc(s.rounds, func(r *conference.Round) bool { return r.Computes() && r.Entries[party] != nil })
	case conference.AnswerQuestion, conference.WithdrawAnswer:
		return !s.counts(party)
	case conference.OpenRound, conference.WithdrawRound:
		return false
	}
	return true
}

// hopeless is what the one who lodged nothing here does there: it wants more than there is, and lodges that. Nothing comes
// of the round here and there, so nobody may notice, not even by how long the close takes.
func (c *chances) hopeless(s *secrets, log []conference.Event) (string, conference.Command) {
	there := conference.Look(log, conference.TimerViewer)
	open := there.OpenRound()
	if open == nil || !open.Computes() || open.Type == conference.DirectionRound { // a step may be found for who wants everything
		return "", nil
	}
	here := s.round(open.Round)
	for _, p := range s.all {
		if here == nil || !here.Closed || here.Result.Met || here.Entries[p] != nil || s.shown[p] || s.eyes.sees(conference.ToDelegation(p)) {
			continue
		}
		if open.Entries[p] != nil {
			return "", nil
		}
		if n := len(there.Stated[p]); n > 0 && there.Stated[p][n-1].Note == hopelessNote {
			return p, conference.EnterRound{Round: open.Round, Version: there.StatedCount[p]}
		}
		all := c.stating()
		all.Note, all.Ranges, all.Preferences.Reservations = hopelessNote, nil, []portsmouth.Reservation{{From: conftest.Start, Value: 10_000}}
		for issue, values := range all.Preferences.Values {
			for option := range values {
				all.Preferences.Values[issue][option] /= 2
			}
		}
		return p, all
	}
	return "", nil
}

const hopelessNote = "We want everything."

// elsewherePrefix is how the conference began in the other world: with other answers and other preferences.
func (c *chances) elsewherePrefix(s *secrets) []conference.Event {
	log := slices.Clone(c.plan.prefix)
	for k := range log {
		switch b := log[k].Body.(type) {
		case conference.QuestionAnswered:
			if !s.eyes.sees(log[k].Audience) && !s.counts(b.Party) {
				b.Body = c.answering()
				log[k].Body = b
			}
		case conference.PreferencesStated:
			if !s.eyes.sees(log[k].Audience) && !s.shown[b.Party] && !s.counts(b.Party) {
				b.Preferences = c.preferences()
				log[k].Body = b
			}
		}
	}
	return log
}

// masked is what the eyes see of an event without the commitments of others, which are random to whoever lacks the salt.
// They are the one thing in which the worlds may differ.
func (e eyes) masked(x conference.Event) conference.Event {
	if p, is := x.Body.(conference.Published); is {
		p.Commitments = e.maskedCommitments(p.Commitments)
		x.Body = p
	}
	closed, ok := x.Body.(conference.RoundClosed)
	if !ok {
		return x
	}
	closed.Commitments = e.maskedCommitments(closed.Commitments)
	if closed.Computed != "" && !e.sees(conference.ToMediator) {
		closed.Computed = "a commitment"
	}
	x.Body = closed
	return x
}

func (e eyes) maskedCommitments(list []conference.PartyCommitment) []conference.PartyCommitment {
	list = slices.Clone(list)
	for k := range list {
		if e.cannotOpen(list[k]) {
			list[k].Commitment = "a commitment"
		}
	}
	return list
}

// covers lists, for a replacer, the commitments that masked covers.
func (e eyes) covers(log []conference.Event) []string {
	var pairs []string
	for _, x := range log {
		closed, ok := x.Body.(conference.RoundClosed)
		all := closed.Commitments
		if p, is := x.Body.(conference.Published); is {
			all = p.Commitments
		}
		for _, p := range all {
			if e.cannotOpen(p) {
				pairs = append(pairs, p.Commitment, "a commitment of "+p.Party)
			}
		}
		if !ok {
			continue
		}
		if closed.Computed != "" && !e.sees(conference.ToMediator) {
			pairs = append(pairs, closed.Computed, "a commitment of the mediator")
		}
	}
	return pairs
}
