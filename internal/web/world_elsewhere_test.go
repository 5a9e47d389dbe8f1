package web

import (
	"fmt"
	"slices"
	"strings"

	"portsmouth/conference"
)

// elsewhere plans the same conference in another world, in which what the eyes do not see is otherwise: left out,
// changed, added. Where what they see could not be the same there any more, both worlds end; so it returns this world too,
// as far as it goes, and in how many hidden acts the worlds differ.
func (c *chances) elsewhere(e eyes) (here, there plan, differences int) {
	s := secretsOf(e, c.scene.Heads(), c.plan.log())
	here, there = plan{prefix: c.plan.prefix}, plan{prefix: c.elsewherePrefix(s)}
	log := there.prefix
	do := func(d deed) { log, there.deeds = append(slices.Clip(log), d.events...), append(there.deeds, d) }
	for k, d := range c.plan.deeds {
		want, now := e.shown(d.events), d
		switch {
		case d.command == nil:
			now = tick(c.t, log, d.base, d.meta.At)
		case want != "":
			now.events, _ = conference.Act(log, d.meta, d.command) // a refusal shows as nothing
		default:
			now = c.changed(s, log, d)
		}
		if e.shown(now.events) != want && (want != "" || d.command == nil) {
			return here, there, differ(here.log(), there.log())
		}
		here.deeds = append(here.deeds, d)
		if e.shown(now.events) == want && len(now.events) > 0 {
			do(now)
		}
		if extra := c.extra(s, log, d, k); len(extra.events) > 0 && e.shown(extra.events) == "" && !slices.Contains(e.people, extra.meta.By) {
			do(extra)
		}
	}
	return here, there, differ(here.log(), there.log())
}

// changed is a hidden act in the other world: another one, none, or the same.
func (c *chances) changed(s *secrets, log []conference.Event, d deed) deed {
	if _, destroys := d.command.(conference.DestroyNotes); destroys {
		return c.destroyed(log, d)
	}
	party, _, _ := strings.Cut(d.meta.By, "-")
	own := conference.Look(log, conference.ViewerOf(log, party))
	if other, done := c.otherwise(s, party, d.command, own); done {
		if other == nil {
			return deed{}
		}
		d.command = other
		d.events, _ = conference.Act(log, d.meta, d.command)
		return d
	}
	if c.IntN(3) == 0 {
		return deed{}
	}
	if c.IntN(2) == 0 {
		switch x := d.command.(type) {
		case conference.Speak:
			x.Text, x.ReplyTo = c.prose("Something else"), ""
			d.command = x
		case conference.SendInstructions:
			d.command = c.instructions()
		case conference.SendHeld:
			d.command = conference.DropHeld{Held: x.Held}
		case conference.AnswerProposal:
			x.Accept = !x.Accept
			d.command = x
		case conference.MakeOffer:
			x.Note = c.prose("Something else")
			d.command = x
		}
	}
	d.events, _ = conference.Act(log, d.meta, d.command) // refused there: then it is left out
	return d
}

// extra is something hidden that happens in the other world only.
func (c *chances) extra(s *secrets, log []conference.Event, after deed, k int) deed {
	by, command := c.hopeless(s, log)
	if command == nil {
		if by, command = c.aside(s, log); command == nil {
			return deed{}
		}
	}
	d := deed{base: fmt.Sprintf("extra-%d", k), command: command}
	d.meta = conference.Meta{ID: idOf(d.base, 0), By: by, At: after.meta.At, Salt: saltOf(d.base, 0)}
	d.events, _ = conference.Act(log, d.meta, d.command) // refused there: it does not happen
	return d
}

// aside is something hidden that may happen in the other world alone, or nothing.
func (c *chances) aside(s *secrets, log []conference.Event) (string, conference.Command) {
	if c.IntN(2) == 0 {
		return "", nil
	}
	by, command := c.hidden()
	if c.IntN(6) == 0 {
		return c.destroys(c.head(), log)
	}
	if c.IntN(8) == 0 && len(s.rounds) > 0 {
		by = c.head()
		command = c.entry(oneOf(c, s.rounds), conference.Look(log, conference.ViewerOf(log, by)))
	}
	party, _, _ := strings.Cut(by, "-")
	if command == nil || !s.fits(party, command) {
		return "", nil
	}
	return by, command
}

// differ counts the acts that are in one log only.
func differ(a, b []conference.Event) int {
	all := eyes{name: "mediator"}
	count := map[string]int{}
	for k, log := range [][]conference.Event{a, b} {
		for _, x := range log {
			x.Audience = conference.ToPublic
			count[all.shown([]conference.Event{x})] += 1 - 2*k
		}
	}
	n := 0
	for _, c := range count {
		n += max(c, -c)
	}
	return n
}
