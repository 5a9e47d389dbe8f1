package web

import (
	"strings"
	"time"

	"portsmouth/conference"
)

// Notes that are destroyed in a conference played at random, and in its other world: there others, or none.

// destroys has somebody destroy notes of a room of their own, or ask the other of a caucus to, or answer that; log is the world
// in which it happens.
func (c *chances) destroys(p string, log []conference.Event) (string, conference.Command) {
	whole := conference.Look(log, conference.TimerViewer)
	if asked := whole.Asked[conference.ToCaucus(p)]; asked != nil {
		by := oneOf(c, []string{p, "mediator"})
		if c.IntN(4) == 0 {
			return by, conference.KeepNotes{Party: p}
		}
		return by, conference.DestroyNotes{Room: "caucus", Party: p, Until: asked.Until, Count: asked.Count}
	}
	by := oneOf(c, []string{p, p, p + "-principal", "mediator"})
	d := conference.DestroyNotes{Room: oneOf(c, []string{"delegation", "delegation", "caucus"}), Until: c.scene.Now.Add(-time.Duration(c.IntN(90)) * time.Minute)}
	if d.Room == "caucus" {
		d.Party = p
	}
	d.Count = destroyableBy(log, by, d)
	if d.Count == 0 {
		return by, nil
	}
	return by, d
}

// destroyableBy is how many notes somebody would be told that they can destroy.
func destroyableBy(log []conference.Event, by string, d conference.DestroyNotes) int {
	view := conference.Look(log, conference.ViewerOf(log, by))
	party, _, _ := strings.Cut(by, "-")
	room := conference.ToDelegation(party)
	switch {
	case d.Room == "caucus":
		room = conference.ToCaucus(d.Party)
	case by == "mediator":
		room = conference.ToMediator
	}
	return len(view.Destroyable(room, d.Until))
}

// destroyed is in the other world what was destroyed in this one: nothing, or what is there of that time.
func (c *chances) destroyed(log []conference.Event, d deed) deed {
	if c.IntN(2) == 0 {
		return deed{}
	}
	x := d.command.(conference.DestroyNotes)
	x.Count = destroyableBy(log, d.meta.By, x)
	d.command = x
	d.events, _ = conference.Act(log, d.meta, d.command) // refused there: then it is left out
	return d
}
