package conference_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// The two-world test. A random conference is played. Somebody is chosen who looks on: a seat, the mediator, an observer,
// the convener, a person invited, anyone. Then the same is played in another world, in which what this person may not see
// is otherwise: acts are changed, left out, added. Everything that the person can get must be the same in both worlds,
// byte for byte: the view with its numbers, what the conference waits for, what may be done, and the answer to every
// command, be it sensible or nosy.
//
// Three differences are no leaks. A commitment is random to whoever lacks its salt, so those of others are covered before
// comparing. The result of a proposal depends on secret answers: that is what it is for. And where the
// parties chose "when-all-answered", the moment of the close shows that all have answered. So in the other world the
// answers are such that a proposal closes at the same moment with the same result.

// worlds is a conference as one person lives it, twice.
type worlds struct {
	*chance
	seed   uint64
	eye    eye
	here   []conference.Event
	there  []conference.Event
	leaks  []string
	grafts int // visible acts that people there would not have chosen, taken over from here
	news   int // hidden acts that are otherwise there
}

// eye is whoever looks on.
type eye struct {
	person, invitation string
}

func (e eye) viewer(log []conference.Event) conference.Viewer {
	v := conference.ViewerOf(log, e.person)
	v.Invited = e.invitation != ""
	return v
}

func TestTwoWorlds(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 200
	}
	var news, grafts, sends int
	stages, rounds := map[conference.Stage]int{}, map[string]int{}
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	for w := range played(t, n) {
		for _, leak := range w.leaks {
			t.Errorf("conference %d, in the eyes of %s: %s", w.seed, w.eye.person, leak)
		}
		news, grafts, sends = news+w.news, grafts+w.grafts, sends+len(w.sent)
		end := conference.Fold(w.here)
		stages[end.Stage]++
		for _, r := range end.Rounds {
			if r.Closed && !r.Withdrawn {
				rounds[fmt.Sprint(r.Type, " met:", r.Result.Met)]++
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d conferences, %d commands, %d hidden differences, %d visible acts taken over; ended in %v; rounds %v", n, sends, news, grafts, stages, rounds)
	if news < 3*n || grafts > sends/50 || len(stages) < 7 || !testing.Short() && len(rounds) < 10 {
		t.Error("the worlds differ in too little, or the conferences are all alike: this test would find nothing")
	}
}

// TestTwoWorldsWouldFind proves the guard: whoever saw the whole, or decided on the whole, would notice the difference.
func TestTwoWorldsWouldFind(t *testing.T) {
	const n = 100
	views, numbers, answers := 0, 0, 0
	for seed := range uint64(n) {
		w := newWorlds(t, seed)
		w.compare()
		viewer := w.eye.viewer(w.here)
		if seen(t, conference.Look(w.here, conference.TimerViewer)) != seen(t, conference.Look(w.there, conference.TimerViewer)) {
			views++
		}
		if positions(w.here, viewer) != positions(w.there, viewer) {
			numbers++
		}
		here, there := conference.Fold(w.here), conference.Fold(w.there)
		for _, m := range w.nosy(1000) {
			a, errA := conference.Decide(here, m.meta, viewer, m.command)
			b, errB := conference.Decide(there, m.meta, viewer, m.command)
			if said(a, errA) != said(b, errB) {
				answers++
				break
			}
		}
	}
	t.Logf("of %d: without the filter %d views would differ, with common numbers %d, with decisions on the whole %d answers", n, views, numbers, answers)
	if views < n*8/10 || numbers < n/2 || answers == 0 { // few rules look at what is hidden, even if they may
		t.Error("without the audience filter the worlds look alike: the test is blind")
	}
}

// positions are the numbers that acts would have if all shared one count.
func positions(log []conference.Event, v conference.Viewer) string {
	var list []int
	for k, e := range log {
		if v.MaySee(e.Audience) {
			list = append(list, k)
		}
	}
	return fmt.Sprint(list)
}

// compare plays the other world and looks at both.
func (w *worlds) compare() {
	for k := range w.sent {
		w.addHidden(k)
		w.replay(&w.sent[k])
	}
	w.addHidden(len(w.sent) - 1)
	here, there := look(w.here, w.eye), look(w.there, w.eye)
	if here != there {
		w.leak("the views differ", here, there)
	}
	if a, b := fmt.Sprint(conference.IndexOf(w.here)), fmt.Sprint(conference.IndexOf(w.there)); a != b && w.eye.viewer(w.here).Seated() {
		w.leak("what the store keeps beside the log differs", a, b)
	}
	for _, m := range w.nosy(40) {
		a, errA := conference.Act(w.here, m.meta, m.command)
		b, errB := conference.Act(w.there, m.meta, m.command)
		if x, y := w.shown(a, errA), w.shown(b, errB); x != y && !closes(a) && !closes(b) {
			w.leak(fmt.Sprintf("the answers to %s %+v differ", m.command.Verb(), m.command), x, y)
		}
	}
}

func (w *worlds) leak(what, here, there string) {
	at := 0
	for at < len(here) && at < len(there) && here[at] == there[at] {
		at++
	}
	from := max(0, at-200)
	w.leaks = append(w.leaks, fmt.Sprintf("%s:\nhere  …%.500s\nthere …%.500s", what, here[from:], there[from:]))
}

// visible keeps of what follows from a command what the eye may see, at any time of the conference. It is not asked of the
// rules under test: their dumb twin knows people by their names.
func (w *worlds) visible(events []conference.Event) []conference.Event {
	var visible []conference.Event
	for _, e := range events {
		if w.eye.maySee(string(e.Audience)) {
			visible = append(visible, e)
		}
	}
	return visible
}

func (e eye) maySee(audience string) bool {
	party, _, _ := strings.Cut(e.person, "-")
	seated := slices.Contains([]string{"north", "south", "east", "west", "mediator"}, party)
	switch audience {
	case "public":
		return true
	case "convening":
		return seated || e.person == "host" || e.person == "guest"
	case "plenary":
		return seated
	case "mediator":
		return party == "mediator"
	}
	room, of, _ := strings.Cut(audience, ":")
	if room == "comment" {
		return seated || e.person == "host" || e.person == of
	}
	return party == of || room == "caucus" && party == "mediator"
}

// shown is what the eye gets of an answer to its own command.
func (w *worlds) shown(events []conference.Event, err error) string {
	return w.eye.masked(said(w.visible(events), err))
}

func said(events []conference.Event, err error) string {
	var b strings.Builder
	for _, e := range events {
		_, data, encoding := conference.EncodeEvent(e)
		fmt.Fprintf(&b, "%s %v\n", data, encoding)
	}
	if err != nil {
		fmt.Fprintf(&b, "refused: %v", err)
	}
	return b.String()
}

// replay has a command of this world happen, or not happen, in the other.
func (w *worlds) replay(s *sending) {
	switch mine := s.meta.By == w.eye.person; {
	case mine:
		w.same(s)
	case s.err != nil:
		w.try(s.meta, s.command) // refused here, and perhaps not there: nothing that the eye sees, or it is undone
	case len(w.visible(s.events)) > 0:
		w.same(s)
	default:
		w.otherwise(s)
	}
}

// same wants the visible part of what follows from a command to be the same in both worlds. The eye's own commands have no
// other way; others may need to do something else there, out of sight, to the same effect.
func (w *worlds) same(s *sending) {
	want := w.shown(s.events, s.err)
	events, err := conference.Act(w.there, s.meta, s.command)
	if w.shown(events, err) == want {
		w.there = append(w.there, events...)
		return
	}
	if s.meta.By == w.eye.person && !closes(s.events) && !closes(events) {
		w.leak(fmt.Sprintf("the answers to %s differ", s.command.Verb()), want, w.shown(events, err))
	}
	if w.roundabout(s, events, want) {
		return
	}
	w.grafts++
	w.there = append(w.there, s.events...)
}

// roundabout finds the other way: what is held back there is sent on the head's own responsibility, what was held back here
// is sent at once.
func (w *worlds) roundabout(s *sending, events []conference.Event, want string) bool {
	log := w.there
	again := s.command
	if len(events) > 0 && events[0].Body.Kind() == "act-held" {
		first := s.meta
		first.ID = w.id()
		held, err := conference.Act(w.there, first, s.command)
		if err != nil {
			return false
		}
		log = append(slices.Clip(w.there), held...)
		again = conference.SendHeld{Held: first.ID, Own: true}
	}
	if send, ok := s.command.(conference.SendHeld); ok {
		for _, h := range conference.Fold(w.here).Held {
			if h.ActHeld.Held != send.Held {
				continue
			}
			inner, err := conference.DecodeCommand(h.Command)
			if err != nil {
				return false
			}
			again = inner
		}
	}
	found, err := conference.Act(log, s.meta, again)
	if w.shown(found, err) != want {
		if w.shown(found, err) != "" && err == nil && !closes(found) && !reflect.DeepEqual(again, s.command) {
			w.leak("an act that had been held back looks different", want, w.shown(found, err))
		}
		return false
	}
	w.news++
	w.there = append(log, found...)
	return true
}

// otherwise changes a hidden act, leaves it out, or lets it be.
func (w *worlds) otherwise(s *sending) {
	if w.secret(s) || w.recordedThere(s) || w.destroyedThere(s) {
		return
	}
	switch w.IntN(3) {
	case 0:
		w.news++
		return
	case 1:
		m := s.meta
		if w.IntN(2) == 0 {
			m.ID = w.id()
		}
		if c := w.changed(s.command); c != nil {
			w.news++
			w.try(m, c)
			return
		}
	}
	w.try(s.meta, s.command)
}

func (w *worlds) changed(c conference.Command) conference.Command {
	switch c := c.(type) {
	case conference.Speak:
		c.Text, c.ReplyTo = fmt.Sprintf("Something else: %d", w.IntN(1000)), ""
		return c
	case conference.SendInstructions:
		return w.instructions()
	case conference.ReleaseStatement:
		c.Text = ""
		return c
	case conference.SendHeld:
		return conference.DropHeld{Held: c.Held}
	case conference.MakeOffer:
		c.Note = "something else"
		return c
	}
	return nil
}

// try sends a command in the other world, and takes it back when the eye would see anything of it.
func (w *worlds) try(m conference.Meta, c conference.Command) {
	events, err := conference.Act(w.there, m, c)
	if err == nil && len(w.visible(events)) == 0 {
		w.there = append(w.there, events...)
	}
}

// addHidden lets something happen there, before the k-th command, that did not happen here.
func (w *worlds) addHidden(k int) {
	if k < 0 || w.IntN(3) > 0 {
		return
	}
	p := w.head()
	people := []string{p, p + "-member", p + "-adviser", p + "-principal", "mediator"}
	by := pick(w.chance, people)
	var c conference.Command
	switch w.IntN(8) {
	case 5:
		c, by = w.lodgedThere(p), p
	case 6, 7:
		by = p + "-member"
		if w.otherPreferences() { // what was opened may hold the answers
			c = conference.AnswerQuestion{Body: w.answerBody()}
		}
	case 0:
		c = w.talk("delegation", "")
	case 1:
		c = w.talk("caucus", p)
	case 2:
		c, by = w.instructions(), p+"-principal"
	case 3:
		c, by = conference.MakeOffer{Terms: w.terms()}, p // seen by all, unless it goes beyond the instructions there
	default:
		c, by = w.secretAnswer(), p
	}
	if by == w.eye.person || c == nil {
		return
	}
	before := len(w.there)
	w.try(conference.Meta{ID: w.id(), By: by, At: w.sent[k].meta.At.Add(-time.Second)}, c)
	w.news += min(1, len(w.there)-before)
}

// secretAnswer is an answer given only there, where it changes nothing common: the proposal has been refused here, and is
// refused there by somebody else.
func (w *worlds) secretAnswer() conference.Command {
	there := conference.Fold(w.there)
	if there.Rules == nil || there.Rules.ProposalResult == "when-all-answered" {
		return nil
	}
	for _, p := range there.Proposals {
		if !p.Closed && w.refusedHere(p.Proposal) {
			return conference.AnswerProposal{Proposal: p.Proposal, Accept: false}
		}
	}
	return nil
}

func (w *worlds) refusedHere(id string) bool {
	for _, p := range conference.Fold(w.here).Proposals {
		if p.Proposal == id {
			return p.Closed && !p.Agreed && !p.Withdrawn
		}
	}
	return false
}

// closes reports whether secret answers have met in these events.
func closes(events []conference.Event) bool {
	return slices.ContainsFunc(events, func(e conference.Event) bool {
		return e.Body.Kind() == "proposal-closed" || e.Body.Kind() == "round-closed"
	})
}

// nosy lists commands by which the eye might find something out: every command as it comes, and commands that name ids of
// things that may be hidden.
func (w *worlds) nosy(most int) []sending {
	var list []sending
	at := w.scene.Now.Add(time.Minute)
	ask := func(c conference.Command) {
		m := conference.Meta{ID: "nosy", By: w.eye.person, At: at, Invitation: w.eye.invitation}
		list = append(list, sending{meta: m, command: c})
	}
	for _, verb := range conference.Commands() {
		if c, err := conference.DecodeCommandAs(verb, []byte("{}")); err == nil {
			ask(c)
		}
	}
	for _, log := range [][]conference.Event{w.here, w.there} {
		for n, e := range log {
			if e.Audience.Kind() == "convening" || e.Audience.Kind() == "public" || n%2 == 0 && e.Audience == conference.ToPlenary {
				continue
			}
			for _, c := range about(e.ID) {
				ask(c)
			}
		}
	}
	w.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(len(list), most)]
}

func about(id string) []conference.Command {
	return []conference.Command{
		conference.Speak{Room: "plenary", Text: "hm", ReplyTo: id},
		conference.Speak{Room: "delegation", Text: "hm", ReplyTo: id},
		conference.ReleaseStatement{Statement: id},
		conference.CarryStatement{Release: id},
		conference.ApproveHeld{Held: id},
		conference.SendHeld{Held: id, Own: true},
		conference.DropHeld{Held: id},
		conference.AcceptOffer{Offer: id},
		conference.MakeOffer{Terms: conftest.Package(), Counter: id},
		conference.AnswerProposal{Proposal: id, Accept: true},
		conference.WithdrawAnswer{Answer: id},
		conference.EnterRound{Round: id, Number: "20"},
		conference.LeaveRound{Round: id},
		conference.OpenEntry{Round: id, Room: "plenary"},
		conference.OpenEntry{Round: id, Room: "public"},
		conference.AnswerComment{Comment: id, Answer: conference.TakenUp},
	}
}

// look is everything that the eye can get by looking.
func look(log []conference.Event, e eye) string {
	v := conference.Look(log, e.viewer(log))
	var b strings.Builder
	b.WriteString(seen(nil, v))
	for _, verb := range conference.Commands() {
		fmt.Fprintf(&b, "\n%s: %v", verb, v.May(verb))
	}
	bundle, err := v.Bundle()
	data, _ := json.Marshal(bundle)
	fmt.Fprintf(&b, "\n%s %v\n%+v\n%+v", data, err, v.Waits(), v.Impasses(conftest.Start.AddDate(0, 0, 1)))
	published, err := json.Marshal(v.Public().Schedule())
	keys, _ := json.Marshal(v.KeysHeld(conference.KeyWitness))
	fmt.Fprintf(&b, "\n%s %v %s", published, err, keys)
	return e.masked(b.String())
}
