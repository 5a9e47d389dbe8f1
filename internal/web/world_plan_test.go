package web

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// deed is one step of a conference, planned: a command, or with none the venue's timer.
type deed struct {
	base    string // of its ids
	meta    conference.Meta
	command conference.Command
	events  []conference.Event // what follows from it
}

// plan is a conference as it goes: how it begins, and what is done then.
type plan struct {
	prefix []conference.Event
	deeds  []deed
}

func (p plan) log() []conference.Event {
	log := slices.Clip(p.prefix)
	for _, d := range p.deeds {
		log = append(log, d.events...)
	}
	return log
}

// end is the time of the last step.
func (p plan) end() time.Time {
	if n := len(p.deeds); n > 0 {
		return p.deeds[n-1].meta.At
	}
	return p.prefix[len(p.prefix)-1].At.Add(time.Minute)
}

// chances plays a conference at random.
type chances struct {
	*rand.Rand
	scene *conftest.Scene
	plan  plan
	seen  *conference.View // the whole, folded when it is needed
}

// newChances begins a conference of a kind that depends on the seed.
func newChances(t testing.TB, seed uint64) *chances {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1905))
	o := conftest.Options{Parties: 2 + int(seed%2), Unmediated: seed%9 == 8, Rules: conftest.Rules()}
	variant := int(seed % 4)
	o.Rules.ProposalResult = []string{"at-close", "when-all-answered"}[variant/2]
	o.Rules.EntryIntoForce = []string{"on-last-ratification", "on-last-notice"}[variant%2]
	o.Rules.Publicity.Listed = seed%5 != 4
	o.Rules.WholeOnly, o.Rules.Deadline = variant == 3, conftest.Start.AddDate(0, 0, 3)
	starts := []conference.Stage{
		conference.Bargaining, conference.Opening, conference.Bargaining, conference.TextStage, conference.Bargaining,
		conference.Signature, conference.Bargaining, conference.Ratification, conference.Bargaining, conference.InForce,
		conference.Convening,
	}
	scene := conftest.NewScene(o)
	must(t, scene.To(conference.Convening))
	_, err := scene.Send(conference.Meta{ID: guestInvitation, By: "host"}, conference.Invite{Party: "north", Role: portsmouth.Adviser})
	must(t, err)
	must(t, scene.To(starts[seed%uint64(len(starts))]))
	return &chances{Rand: rng, scene: scene, plan: plan{prefix: slices.Clone(scene.Log)}}
}

// guestInvitation is the invitation of a guest, which waits for an answer.
const guestInvitation = "invitation-guest"

// whole is all that has happened.
func (c *chances) whole() *conference.View {
	if c.seen == nil {
		c.seen = conference.Look(c.scene.Log, conference.TimerViewer)
	}
	return c.seen
}

// play does n steps.
func (c *chances) play(n int) {
	for k := range n {
		c.scene.Now = c.scene.Now.Add(time.Minute)
		if c.IntN(12) == 0 {
			c.scene.Now = c.scene.Now.Add(time.Duration(1+c.IntN(20)) * time.Hour)
		}
		c.happened(tick(c.scene.Log, fmt.Sprintf("tick-%d", k), c.scene.Now))
		by, command := c.open()
		if c.IntN(2) == 0 {
			by, command = c.hidden()
		}
		if command == nil {
			continue
		}
		d := deed{base: fmt.Sprintf("act-%d", k), command: command}
		d.meta = conference.Meta{ID: idOf(d.base, 0), By: by, At: c.scene.Now}
		if by == "guest" {
			d.meta.Invitation = guestInvitation
		}
		var err error
		if d.events, err = conference.Act(c.scene.Log, d.meta, command); err == nil {
			c.happened(d)
		}
	}
}

func (c *chances) happened(d deed) {
	c.scene.Log = append(slices.Clip(c.scene.Log), d.events...)
	c.plan.deeds = append(c.plan.deeds, d)
	c.seen = nil
}

// tick is what the venue's timer does at a time: nothing, mostly.
func tick(log []conference.Event, base string, at time.Time) deed {
	d := deed{base: base, meta: conference.Meta{At: at}}
	for n := 0; ; n++ {
		due := conference.Look(log, conference.TimerViewer).Due()
		if len(due) == 0 || due[0].At.After(at) {
			return d
		}
		events, err := conference.Act(log, conference.Meta{ID: idOf(base, n), At: due[0].At}, due[0].Command)
		if err != nil {
			return d // the venue would log it; the worlds as they were done are compared with what was planned
		}
		log, d.events = append(slices.Clip(log), events...), append(d.events, events...)
	}
}

func oneOf[T any](c *chances, from []T) T { return from[c.IntN(len(from))] }

func (c *chances) head() string { return oneOf(c, c.scene.Heads()) }

func (c *chances) prose(what string) string {
	return fmt.Sprintf("%s %d.\n\nAnd besides: %d.", what, c.IntN(1000), c.IntN(1000))
}

// hidden is what not everybody sees: talk in rooms, instructions, held acts, secret answers, releases, preparation.
func (c *chances) hidden() (string, conference.Command) {
	p := c.head()
	switch c.IntN(14) {
	case 10, 11, 12, 13:
		return c.prepares(p)
	case 0, 1:
		return p + oneOf(c, []string{"", "-member", "-adviser", "-principal"}), c.talk("delegation", "")
	case 2:
		return p + oneOf(c, []string{"", "-member"}), c.talk("caucus", "")
	case 3:
		return "mediator", c.talk("caucus", p)
	case 4:
		return "mediator", c.talk("delegation", "")
	case 5:
		return p + "-principal", c.instructions()
	case 6, 7:
		return c.heldBack()
	case 8:
		return p, c.secret()
	}
	return c.release()
}

func (c *chances) talk(room, party string) conference.Command {
	s := conference.Speak{Room: room, Party: party, Text: c.prose("Between us: " + room)}
	if said := c.whole().Statements; len(said) > 0 && c.IntN(3) == 0 {
		s.ReplyTo = oneOf(c, said).Statement
	}
	return s
}

func (c *chances) instructions() conference.Command {
	s := conference.SendInstructions{Text: c.prose("Order")}
	if c.whole().Agenda != nil {
		s.May = map[string][]string{"coast": {oneOf(c, worldCoasts)}, "toll": {"0", oneOf(c, worldTolls)}}
	}
	return s
}

var (
	worldCoasts  = []string{"kept", "shared", "ceded"}
	worldTolls   = []string{"0", "20", "45"}
	worldIslands = []string{"split", "north"}
)

func (c *chances) heldBack() (string, conference.Command) {
	held := slices.DeleteFunc(slices.Clone(c.whole().Held), func(h *conference.Held) bool { return h.Settled })
	if len(held) == 0 {
		return c.head(), c.secret()
	}
	h := oneOf(c, held)
	switch c.IntN(4) {
	case 0:
		return h.Party + "-principal", conference.ApproveHeld{Held: h.ActHeld.Held}
	case 1:
		return h.Party, conference.DropHeld{Held: h.ActHeld.Held}
	}
	return h.Party, conference.SendHeld{Held: h.ActHeld.Held, Own: !h.Approved}
}

func (c *chances) secret() conference.Command {
	if p := c.whole().OpenProposal(); p != nil {
		return conference.AnswerProposal{Proposal: p.Proposal, Accept: c.IntN(3) > 0}
	}
	return nil
}

func (c *chances) release() (string, conference.Command) {
	if carries := c.whole().Carries; len(carries) > 0 && c.IntN(2) == 0 {
		return "mediator", conference.CarryStatement{Release: oneOf(c, carries).Release}
	}
	said := slices.DeleteFunc(slices.Clone(c.whole().Statements), func(x *conference.Statement) bool {
		return x.Room.Kind() != "caucus" || x.Party == ""
	})
	if len(said) == 0 {
		return c.head(), c.talk("caucus", "")
	}
	x := oneOf(c, said)
	return x.Party, conference.ReleaseStatement{Statement: x.Statement, Carry: c.IntN(2) == 0}
}

// open is what is done before all, as the stage has it.
func (c *chances) open() (string, conference.Command) {
	p, v := c.head(), c.whole()
	switch {
	case v.Stage == conference.Convening && c.IntN(2) == 0:
		return "host", conference.ProposeRules{Rules: c.scene.Rules}
	case v.Stage == conference.Convening:
		return p, conference.AcceptRules{Version: v.RulesCount}
	case c.IntN(3) == 0:
		return c.sitting(p, v)
	case v.Stage == conference.Opening && c.IntN(2) == 0:
		return p, conference.ProposeAgenda{Agenda: conftest.Agenda(c.scene.Plain)}
	case v.Stage == conference.Opening:
		return p, conference.AdoptAgenda{Version: v.AgendaCount}
	case v.Stage == conference.Bargaining:
		return c.bargaining(p, v)
	case v.Stage == conference.TextStage && c.IntN(2) == 0:
		return c.correction(p, v)
	case v.Stage == conference.TextStage:
		return p, c.scene.Initials(p)
	case v.Stage == conference.Signature:
		return p, c.scene.Signature(p, p)
	case v.Stage == conference.Ratification && c.IntN(2) == 0:
		return p + "-principal", conference.Ratify{Digest: v.TextDigest()}
	case v.Stage == conference.Ratification:
		return p, conference.NotifyRatification{Party: p}
	}
	return p, conference.ExchangeRatifications{Place: "The hall"}
}

func (c *chances) sitting(p string, v *conference.View) (string, conference.Command) {
	switch c.IntN(9) {
	case 0:
		return p, conference.OpenSession{Place: "The hall"}
	case 1:
		return p, conference.AdjournSession{Until: c.scene.Now.Add(20 * time.Hour)}
	case 2:
		return p + "-secretary", conference.ProposeMinutes{Session: len(v.Sessions), Text: c.prose("Minutes")}
	case 3:
		return p, conference.ProposeCommunique{Text: portsmouth.Text{"en": c.prose("News"), "fr": c.prose("Nouvelles")}}
	case 4:
		if x := v.Communiques; len(x) > 0 {
			return p, conference.AgreeCommunique{Communique: oneOf(c, x).Communique}
		}
	case 5:
		return "guest", conference.AskInvitation{Text: c.prose("Is there tea?")}
	}
	return oneOf(c, []string{p, p + "-member", "mediator"}), c.talk("plenary", "")
}

func (c *chances) bargaining(p string, v *conference.View) (string, conference.Command) {
	standing := v.Standing()
	switch n := c.IntN(9); {
	case n < 2 || len(standing) == 0:
		o := conference.MakeOffer{Terms: c.terms(), Note: c.prose("Please")}
		if c.IntN(3) == 0 {
			o.Valid = c.scene.Now.Add(time.Duration(1+c.IntN(30)) * time.Hour)
		}
		return p, o
	case n == 2:
		return p, conference.AcceptOffer{Offer: oneOf(c, standing).Offer}
	case n == 3:
		return p, conference.RejectOffer{Offer: oneOf(c, standing).Offer, Reason: c.prose("No")}
	case n == 4:
		return p, conference.WithdrawOffer{Offer: oneOf(c, standing).Offer}
	case n == 5:
		return p, conference.AgreeHead{Issue: "coast", Option: oneOf(c, worldCoasts)}
	case n == 6:
		return "mediator", conference.ReopenIssue{Issue: "coast", Reason: "again"}
	case n == 7:
		return p, conference.DeferIssue{Issue: "islands"}
	}
	return "mediator", conference.PutProposal{Terms: conftest.Package(), Closes: c.scene.Now.Add(time.Duration(1+c.IntN(9)) * time.Hour)}
}

func (c *chances) terms() portsmouth.Outcome {
	whole := portsmouth.Outcome{"coast": oneOf(c, worldCoasts), "toll": oneOf(c, worldTolls), "islands": oneOf(c, worldIslands)}
	if c.IntN(2) == 0 {
		delete(whole, oneOf(c, []string{"coast", "toll", "islands"}))
	}
	return whole
}

func (c *chances) correction(p string, v *conference.View) (string, conference.Command) {
	if x := v.Text.Corrections; len(x) > 0 && c.IntN(2) == 0 {
		return p, conference.AnswerCorrection{Correction: oneOf(c, x).Correction, Accept: c.IntN(3) > 0}
	}
	return p, conference.ProposeCorrection{Article: "art-4", Text: portsmouth.Text{"en": c.prose("Better"), "fr": c.prose("Mieux")}}
}

// eyes are people who see the same of a conference. What they may see is said here a second time, by name and without
// the rules under test.
type eyes struct {
	name   string
	people []string
}

// allEyes lists them for a conference.
func allEyes(s *conftest.Scene) []eyes {
	list := []eyes{{"public", []string{"", "stranger", "observer"}}, {"convening", []string{"host", "guest"}}}
	if !s.Unmediated {
		list = append(list, eyes{"mediator", []string{"mediator"}})
	}
	for _, p := range s.Heads() {
		list = append(list, eyes{p, []string{p, p + "-member", p + "-adviser", p + "-secretary", p + "-principal"}})
	}
	return list
}

func (e eyes) sees(audience conference.Audience) bool {
	room, of, _ := strings.Cut(string(audience), ":")
	switch room {
	case "public":
		return true
	case "convening":
		return e.name != "public"
	case "plenary":
		return e.name != "public" && e.name != "convening"
	case "mediator":
		return e.name == "mediator"
	case "caucus":
		return e.name == "mediator" || e.name == of
	}
	return room == "delegation" && e.name == of
}

// shown is what they see of events, as text.
func (e eyes) shown(events []conference.Event) string {
	var b strings.Builder
	for _, x := range events {
		if e.sees(x.Audience) {
			_, data, err := conference.EncodeEvent(x)
			fmt.Fprintf(&b, "%s %v\n", data, err)
		}
	}
	return b.String()
}

// elsewhere plans the same conference in another world, in which what the eyes do not see is otherwise: left out,
// changed, added. Where what they see could not be the same there any more, both worlds end; so it returns this world too,
// as far as it goes, and in how many hidden acts the worlds differ.
func (c *chances) elsewhere(e eyes) (here, there plan, differences int) {
	here, there = plan{prefix: c.plan.prefix}, plan{prefix: c.plan.prefix}
	log := there.prefix
	do := func(d deed) { log, there.deeds = append(slices.Clip(log), d.events...), append(there.deeds, d) }
	for k, d := range c.plan.deeds {
		want, now := e.shown(d.events), d
		switch {
		case d.command == nil:
			now = tick(log, d.base, d.meta.At)
		case want != "":
			now.events, _ = conference.Act(log, d.meta, d.command) // a refusal shows as nothing
		default:
			now = c.changed(log, d)
		}
		if e.shown(now.events) != want && (want != "" || d.command == nil) {
			return here, there, differ(here.log(), there.log())
		}
		here.deeds = append(here.deeds, d)
		if e.shown(now.events) == want && len(now.events) > 0 {
			do(now)
		}
		if extra := c.extra(log, d, k); len(extra.events) > 0 && e.shown(extra.events) == "" && !slices.Contains(e.people, extra.meta.By) {
			do(extra)
		}
	}
	return here, there, differ(here.log(), there.log())
}

// changed is a hidden act in the other world: another one, none, or the same.
func (c *chances) changed(log []conference.Event, d deed) deed {
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
func (c *chances) extra(log []conference.Event, after deed, k int) deed {
	if c.IntN(2) == 0 {
		return deed{}
	}
	by, command := c.hidden()
	if command == nil {
		return deed{}
	}
	d := deed{base: fmt.Sprintf("extra-%d", k), command: command}
	d.meta = conference.Meta{ID: idOf(d.base, 0), By: by, At: after.meta.At}
	d.events, _ = conference.Act(log, d.meta, d.command) // refused there: it does not happen
	return d
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
