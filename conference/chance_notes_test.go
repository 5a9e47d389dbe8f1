package conference_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// noteRules makes rules of procedure that keep notes for good, until the close, or for days.
func noteRules(r *conference.Rules, variant int) {
	r.Notes = []portsmouth.Notes{
		{}, {Keep: portsmouth.KeepUntilClose}, {Keep: portsmouth.KeepForGood}, {Keep: portsmouth.KeepDays, Days: 1},
	}[variant]
}

// destroys has somebody destroy notes, mostly such as they may, or end the conference, whose notes the rules then destroy.
func (c *chance) destroys() {
	p := c.head()
	for _, room := range portsmouth.SortedKeys(byName(c.whole().Asked)) {
		p = conference.Audience(room).Party() // somebody waits for an answer there
	}
	until := c.scene.Now.Add(-time.Duration(c.IntN(30)) * time.Minute)
	room := pick(c, []string{"caucus", "delegation"})
	by := pick(c, []string{p, p, p + "-principal", "mediator", c.anybody()})
	v := c.scene.See(by)
	asked := v.Asked[conference.ToCaucus(p)]
	switch {
	case asked != nil && c.IntN(4) == 0:
		c.send(pick(c, []string{p, "mediator", by}), "", conference.KeepNotes{Party: p})
		return
	case asked != nil:
		until, room, by = asked.Until, "caucus", pick(c, []string{p, "mediator"})
		v = c.scene.See(by)
	case c.whole().Stage != conference.Convening && c.IntN(16) == 0:
		c.send(p+"-secretary", "", conference.ProposeMinutes{Session: len(c.whole().Sessions), Text: "Minutes"})
		c.send(p, "", conference.BreakOff{Reason: "enough"})
		c.tick()
		return
	}
	d := conference.DestroyNotes{Room: room, Until: until}
	of := conference.ToDelegation(p)
	switch {
	case room == "caucus":
		d.Party, of = p, conference.ToCaucus(p)
	case by == "mediator":
		of = conference.ToMediator
	}
	d.Count = len(v.Destroyable(of, until))
	c.send(by, "", d)
}

func byName[T any](rooms map[conference.Audience]T) map[string]T {
	named := map[string]T{}
	for room, x := range rooms {
		named[string(room)] = x
	}
	return named
}

// destroyedThere has notes destroyed there that were not here, or the other way round.
func (w *worlds) destroyedThere(s *sending) bool {
	d, is := s.command.(conference.DestroyNotes)
	if !is {
		return false
	}
	w.news++
	if w.IntN(2) == 0 {
		return true
	}
	party := d.Party
	if v := conference.ViewerOf(w.there, s.meta.By); party == "" {
		party = v.Party
	}
	of := conference.ToDelegation(party)
	switch {
	case d.Room == "caucus":
		of = conference.ToCaucus(party)
	case party == "":
		of = conference.ToMediator
	}
	d.Count = len(conference.Look(w.there, conference.ViewerOf(w.there, s.meta.By)).Destroyable(of, d.Until))
	w.try(s.meta, d)
	return true
}

// TestChanceDestroys: in the random conferences notes are destroyed in every way, so that the two-world test tries it. A log
// in which the notes are gone amounts to the same for everybody, and decides alike.
func TestChanceDestroys(t *testing.T) {
	kinds := map[string]int{}
	for seed := range uint64(250) {
		w := newWorlds(t, seed)
		buried, n := conference.Bury(w.here), 0
		for k, e := range buried {
			if b, is := e.Body.(conference.NotesDestroyed); is {
				n++
				kinds[fmt.Sprint(e.Audience.Kind(), " rule:", b.Rule)] += len(b.Notes)
			}
			if e.Body.Kind() == "note-destroyed" && !conference.IsNote(w.here[k]) {
				t.Fatalf("%d: %+v was destroyed", seed, w.here[k])
			}
		}
		for _, e := range w.here {
			if k := e.Body.Kind(); k == "destruction-asked" || k == "destruction-refused" {
				kinds[k]++
			}
		}
		if n > 0 {
			sameBuried(t, w, buried)
		}
	}
	t.Log(kinds)
	for _, kind := range []string{
		"destruction-asked", "destruction-refused", "caucus rule:false", "delegation rule:false", "mediator rule:false",
		"caucus rule:true", "delegation rule:true", "plenary rule:true",
	} {
		if kinds[kind] == 0 {
			t.Errorf("no random conference has %q", kind)
		}
	}
}

func sameBuried(t *testing.T, w *worlds, buried []conference.Event) {
	t.Helper()
	for _, person := range append(everybody(w.scene), "") {
		v := conference.ViewerOf(w.here, person)
		if v != conference.ViewerOf(buried, person) || !reflect.DeepEqual(conference.Look(w.here, v), conference.Look(buried, v)) {
			t.Fatalf("%d: %s sees something else once the notes are gone", w.seed, person)
		}
	}
	if a, b := conference.IndexOf(w.here), conference.IndexOf(buried); !reflect.DeepEqual(a, b) {
		t.Fatalf("%d: the index is %+v, and %+v once the notes are gone", w.seed, a, b)
	}
	for _, m := range w.nosy(20) {
		a, errA := conference.Act(w.here, m.meta, m.command)
		b, errB := conference.Act(buried, m.meta, m.command)
		if x, y := said(a, errA), said(b, errB); x != y {
			t.Fatalf("%d: %s is decided otherwise once the notes are gone:\n%s\n%s", w.seed, m.command.Verb(), x, y)
		}
	}
}

// The same word, said by the same person at the same time, has another commitment: without the salt nothing can be tried.
func TestACommitmentNeedsTheSalt(t *testing.T) {
	commitment := func(salt byte) string {
		s := conftest.NewScene(conftest.Options{})
		if err := s.To(conference.Bargaining); err != nil {
			t.Fatal(err)
		}
		_, err := s.Send(conference.Meta{By: "north", ID: "same", Salt: [32]byte{salt}}, conference.Speak{Room: "delegation", Text: "yes"})
		if err != nil {
			t.Fatal(err)
		}
		gone, err := s.Do("north", conference.DestroyNotes{Room: "delegation", Until: s.Now, Count: 1})
		if err != nil {
			t.Fatal(err)
		}
		return gone[0].Body.(conference.NotesDestroyed).Notes[0].Commitment
	}
	if a, b := commitment(1), commitment(2); a == b || a != commitment(1) || len(a) != 64 {
		t.Errorf("%s, %s", a, b)
	}
}

// The schedule that the public reads says of its headings when notes are destroyed, by the rules alone.
func TestTheScheduleSaysWhenNotesGo(t *testing.T) {
	o := conftest.Options{Rules: conftest.Rules()}
	o.Rules.Notes = portsmouth.Notes{Keep: portsmouth.KeepDays, Days: 30}
	s := conftest.NewScene(o)
	if err := s.To(conference.Opening); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, h := range conference.Look(s.Log, conference.Viewer{}).Public().Schedule() {
		if h.Notes.Destroyed() {
			said = append(said, fmt.Sprint(h.What, h.Notes.Days))
		}
	}
	if got := fmt.Sprint(said); got != "[minutes30 caucuses30 delegations30]" {
		t.Error(got)
	}
}
