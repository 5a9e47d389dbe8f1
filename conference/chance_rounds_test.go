package conference_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// Preparation and rounds in a conference played at random, and in its other world.

func (c *chance) preferences() portsmouth.Preferences {
	coast := int64(100 * c.IntN(101))
	p := portsmouth.Preferences{
		Weights: map[string]int64{"coast": coast, "islands": 10_000 - coast},
		Values: map[string]map[string]int64{
			"coast":   {"kept": int64(c.IntN(10_001)), "shared": int64(c.IntN(10_001)), "ceded": int64(c.IntN(10_001))},
			"islands": {"split": int64(c.IntN(10_001)), "north": int64(c.IntN(10_001))},
		},
	}
	if c.IntN(2) == 0 {
		p.Reservations = []portsmouth.Reservation{{From: conftest.Start, Value: int64(c.IntN(10_001))}}
	}
	return p
}

func (c *chance) answerBody() json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"swing":%d}`, c.IntN(100)))
}

// prepares is what a delegation does about what it wants.
func (c *chance) prepares(p string) (by string, command conference.Command) {
	s := c.whole()
	version := s.StatedCount[p]
	switch c.IntN(8) {
	case 0:
		return pick(c, []string{p, p + "-member", p + "-principal"}), conference.AnswerQuestion{Body: c.answerBody()}
	case 1:
		if len(s.Answers) > 0 {
			return p, conference.WithdrawAnswer{Answer: pick(c, s.Answers).Answer}
		}
	case 2:
		return p + "-principal", conference.ConfirmPreferences{Version: version}
	case 3:
		if c.IntN(4) == 0 {
			return p, conference.ErasePreparation{}
		}
	case 4:
		return p, conference.AllowPreferences{Version: version, Stop: c.IntN(4) == 0}
	}
	return p, conference.StatePreferences{Preferences: c.preferences()}
}

func (c *chance) openRound() (string, conference.Command) {
	closes := c.scene.Now.Add(time.Duration(1+c.IntN(10)) * time.Hour)
	o := conference.OpenRound{Closes: closes, Binding: c.IntN(2) == 0}
	switch c.IntN(5) {
	case 0:
		o.Type, o.Issue, o.Giver, o.Settlement = conference.NumberRound, "toll", c.head(), pick(c, []string{"midpoint", "giver", "taker"})
		if heads := c.scene.Heads(); len(heads) > 2 && c.IntN(2) == 0 {
			o.Parties, o.Giver, o.Binding = heads[:2], pick(c, heads[:2]), false
		}
	case 1:
		o.Type, o.Issue = conference.OptionsRound, "coast"
	case 2:
		o.Type, o.Packages = conference.PackageRound, []portsmouth.Outcome{conftest.Package(), {"coast": "kept", "toll": "0", "islands": "north"}}
	case 3:
		o.Type, o.Base = conference.DirectionRound, conftest.Package().With(conference.Look(c.scene.Log, conference.TimerViewer).Settled())
	default:
		o.Type = conference.SuggestionRound
	}
	if c.whole().Stage == conference.TextStage {
		o = conference.OpenRound{Type: conference.ImprovementRound, MinGain: 50, Closes: closes}
		if c.IntN(2) == 0 {
			o.Type = conference.DirectionRound
		}
	}
	return "mediator", o
}

// lodge has a party lodge in the round that is open, or take it back, or show it afterwards.
func (c *chance) lodge(p string) (string, conference.Command) {
	for _, r := range c.whole().Rounds {
		if !r.Closed {
			if c.IntN(5) == 0 {
				return p, conference.LeaveRound{Round: r.Round}
			}
			return p, c.entry(r, p, c.scene.Log)
		}
		if e := r.Entries[p]; e != nil && c.IntN(4) == 0 {
			return p, conference.OpenEntry{Round: r.Round, Payload: e.Payload, Salt: e.Salt, Room: pick(c, []string{"plenary", "caucus", "public"})}
		}
	}
	return p, nil
}

// entry is anything that a party could lodge in a round in a world.
func (c *chance) entry(r *conference.Round, p string, world []conference.Event) conference.EnterRound {
	e := conference.EnterRound{Round: r.Round}
	switch r.Type {
	case conference.NumberRound:
		e.Number = pick(c, tolls)
	case conference.OptionsRound:
		e.Options = []string{"shared", pick(c, coasts)}
	case conference.PackageRound:
		e.Packages = []int{c.IntN(2), c.IntN(2)}
	default:
		return inWorld(e, p, world)
	}
	return e
}

// inWorld names what a party has prepared in a world, as the command to freeze it does.
func inWorld(e conference.EnterRound, p string, world []conference.Event) conference.EnterRound {
	own := conference.Look(world, conference.ViewerOf(world, p))
	e.Version, e.Basis = own.StatedCount[p], own.Basis()
	return e
}

// compute stands for the venue, which computes a round from what all have lodged.
func (c *chance) compute(command conference.Command) conference.Command {
	if closing, ok := command.(conference.CloseRound); ok {
		closing.Computed = &conference.Computed{Packages: []portsmouth.Outcome{conftest.Package()}, Method: "exact", Solver: "1"}
		return closing
	}
	return command
}

var hashes = regexp.MustCompile(`"party":"(\w+)","commitment":"[0-9a-f]{64}"|"(computed)":"[0-9a-f]{64}"`)

// masked covers the commitments of others: 32 bytes that are random to whoever lacks the salt. They are the one thing in
// which the worlds may differ; TestDummiesLookReal is about their form.
func (e eye) masked(s string) string {
	return hashes.ReplaceAllStringFunc(s, func(found string) string {
		if m := hashes.FindStringSubmatch(found); e.in("delegation:" + m[1]) {
			return found
		}
		return "a commitment"
	})
}

func (e eye) in(room string) bool { return e.maySee(room) }

// roundOf returns the round that a secret command is about, as it ended here; nil for other commands.
func (w *worlds) roundOf(c conference.Command) *conference.Round {
	var id string
	switch c := c.(type) {
	case conference.EnterRound:
		id = c.Round
	case conference.LeaveRound:
		id = c.Round
	default:
		return nil
	}
	for _, r := range conference.Fold(w.here).Rounds {
		if r.Round == id {
			return r
		}
	}
	return nil
}

// free reports whether what a party lodges in r may be otherwise there without a common result changing: the round was
// not met here since somebody else lodged nothing, and nothing of it was shown.
func (w *worlds) free(r *conference.Round, party string) bool {
	if r == nil || !r.Closed || r.Result.Met || len(r.Openings) > 0 {
		return false
	}
	for _, p := range w.scene.Heads() {
		if r.Asks(p) && r.Entries[p] == nil {
			return p != party
		}
	}
	return false
}

// secret handles what is prepared and lodged, and reports whether it did.
func (w *worlds) secret(s *sending) bool {
	switch c := s.command.(type) {
	case conference.AnswerProposal, conference.ErasePreparation, conference.OpenEntry:
		w.try(s.meta, s.command)
	case conference.StatePreferences:
		if w.otherPreferences() && s.err == nil {
			c.Preferences = w.preferences()
			w.news++
			w.try(s.meta, c)
			return true
		}
		w.try(s.meta, s.command)
	case conference.EnterRound, conference.LeaveRound:
		r := w.roundOf(c)
		if w.free(r, s.meta.By) && w.IntN(2) == 0 {
			w.news++
			if w.IntN(2) == 0 {
				w.try(s.meta, w.entry(r, s.meta.By, w.there))
			}
			return true
		}
		w.try(s.meta, w.frozenThere(s.meta.By, s.command))
	case conference.AnswerQuestion, conference.WithdrawAnswer:
		if !w.froze(s.meta.By) {
			return false
		}
		w.try(s.meta, s.command)
	default:
		return false
	}
	return true
}

// frozenThere is an entry into a round over preferences as it is sent there, where the party has prepared something else.
func (w *worlds) frozenThere(p string, c conference.Command) conference.Command {
	e, ok := c.(conference.EnterRound)
	if r := w.roundOf(c); !ok || r == nil || !r.Computes() {
		return c
	}
	return inWorld(e, p, w.there)
}

// froze reports whether somebody's party ever lodged its answers here: then it has as many there, to lodge as well.
func (w *worlds) froze(person string) bool {
	party, _, _ := strings.Cut(person, "-")
	kinds := map[string]conference.RoundType{}
	for _, e := range w.here {
		switch b := e.Body.(type) {
		case conference.RoundOpened:
			kinds[b.Round] = b.Type
		case conference.RoundEntered:
			if b.Party == party && kinds[b.Round] == conference.DirectionRound {
				return true
			}
		}
	}
	return false
}

// otherPreferences reports whether preferences may differ there: not when they come before the eye, in the mediator's
// caucus, in a debrief or by an opened entry.
func (w *worlds) otherPreferences() bool {
	for _, e := range w.here {
		switch e.Body.(type) {
		case conference.DebriefOpened, conference.EntryOpened, conference.PreferencesAllowed:
			return false
		}
	}
	return true
}

// lodgedThere is an entry made only there, where it changes nothing common.
func (w *worlds) lodgedThere(p string) conference.Command {
	for _, r := range conference.Fold(w.there).Rounds {
		if here := w.roundOf(conference.LeaveRound{Round: r.Round}); !r.Closed && here != nil && w.free(here, p) {
			return w.entry(r, p, w.there)
		}
	}
	return nil
}
