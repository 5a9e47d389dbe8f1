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
	scene  *conftest.Scene
	plan   plan
	seen   *conference.View                      // the whole, folded when it is needed
	next   []func() (string, conference.Command) // what is going to be done next, if anything is
	seed   uint64
	opened int // rounds
	t      testing.TB
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
	o.Rules.Publicity.Comments, o.Rules.Publicity.Rounds = seed%2 == 0, seed%3 != 2
	o.Rules.Notes = []portsmouth.Notes{{}, {Keep: portsmouth.KeepUntilClose}, {Keep: portsmouth.KeepDays, Days: 30}}[seed%3]
	if o.Rules.Publicity.Listed && seed%5 != 1 {
		o.Rules.Witnesses.Quorum = 1
	}
	o.Rules.WholeOnly, o.Rules.Deadline = variant == 3, conftest.Start.AddDate(0, 0, 3)
	o.Rules.Desk = []string{portsmouth.DeskAllowed, portsmouth.DeskVenue}[variant/2]
	starts := []conference.Stage{
		conference.Bargaining, conference.Opening, conference.Bargaining, conference.TextStage, conference.Bargaining,
		conference.Signature, conference.Bargaining, conference.Ratification, conference.Bargaining, conference.InForce,
		conference.Convening,
	}
	scene := conftest.NewScene(o)
	must(t, scene.To(conference.Convening))
	_, err := scene.Send(conference.Meta{ID: guestInvitation, By: "host"}, conference.Invite{Party: "north", Role: portsmouth.Adviser})
	must(t, err)
	c := &chances{Rand: rng, scene: scene, seed: seed, t: t}
	if start := starts[seed%uint64(len(starts))]; slices.Index(conference.Stages, start) >= slices.Index(conference.Stages, conference.Bargaining) {
		must(t, scene.To(conference.Bargaining))
		c.prepared(t)
		must(t, scene.To(start))
	} else {
		must(t, scene.To(start))
	}
	c.plan.prefix = slices.Clone(scene.Log)
	return c
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
		if len(c.next) == 0 && c.IntN(12) == 0 {
			c.scene.Now = c.scene.Now.Add(time.Duration(1+c.IntN(20)) * time.Hour)
		}
		c.happened(tick(c.t, c.scene.Log, fmt.Sprintf("tick-%d", k), c.scene.Now))
		by, command := c.nextAct(k)
		if command == nil {
			continue
		}
		d := deed{base: fmt.Sprintf("act-%d", k), command: command}
		d.meta = conference.Meta{ID: idOf(d.base, 0), By: by, At: c.scene.Now, Salt: saltOf(d.base, 0)}
		if by == "guest" {
			d.meta.Invitation = guestInvitation
		}
		var err error
		if d.events, err = conference.Act(c.scene.Log, d.meta, command); err == nil {
			c.happened(d)
		}
	}
}

// nextAct is what is done next: what was begun, something before all, or something hidden.
func (c *chances) nextAct(k int) (string, conference.Command) {
	if len(c.next) > 0 {
		act := c.next[0]
		c.next = c.next[1:]
		return act()
	}
	if k == 6 || k == 20 {
		if v := c.whole(); (v.Stage == conference.Bargaining || v.Stage == conference.TextStage) && v.OpenRound() == nil {
			return c.opensRound()
		}
	}
	if c.IntN(2) == 0 {
		return c.hidden()
	}
	return c.open()
}

func (c *chances) happened(d deed) {
	c.scene.Log = append(slices.Clip(c.scene.Log), d.events...)
	c.plan.deeds = append(c.plan.deeds, d)
	c.seen = nil
}

// tick is what the venue's timer does at a time: nothing, mostly.
func tick(t testing.TB, log []conference.Event, base string, at time.Time) deed {
	d := deed{base: base, meta: conference.Meta{At: at}}
	for n := 0; ; n++ {
		whole := conference.Look(log, conference.TimerViewer)
		due := whole.Due()
		if len(due) == 0 || due[0].At.After(at) {
			return d
		}
		m := conference.Meta{ID: idOf(base, n), At: due[0].At, Salt: saltOf(base, n+1)} // the venue asks for the salt after the id
		events, err := conference.Act(log, m, computed(t, whole, due[0].Command))
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
	switch c.IntN(16) {
	case 14, 15:
		return c.destroys(p, c.scene.Log)
	case 10, 11:
		return c.prepares(p)
	case 12:
		return c.wants(p)
	case 13:
		return c.lodges(p)
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
		return c.inSession(p, v)
	case v.Stage == conference.Opening && c.IntN(2) == 0:
		return p, conference.ProposeAgenda{Agenda: conftest.Agenda(c.scene.Plain)}
	case v.Stage == conference.Opening:
		return p, conference.AdoptAgenda{Version: v.AgendaCount}
	case (v.Stage == conference.Bargaining || v.Stage == conference.TextStage) && v.OpenRound() == nil && c.IntN(8) == 0:
		return c.opensRound()
	case v.Stage == conference.Bargaining:
		return c.bargaining(p, v)
	case v.Stage == conference.TextStage && c.IntN(2) == 0:
		return c.correction(p, v)
	case v.Stage == conference.TextStage:
		return p, c.scene.Initials(p)
	case v.AwaitsWitnesses():
		return c.unwitnessed(p, v)
	case v.Stage == conference.Signature:
		return p, c.scene.Signature(p, p)
	case slices.Index(conference.Stages, v.Stage) >= slices.Index(conference.Stages, conference.Ratification) && c.IntN(3) == 0:
		return p, conference.AgreeDebrief{}
	case v.Stage == conference.Ratification && c.IntN(2) == 0:
		return p + "-principal", conference.Ratify{Digest: v.TextDigest()}
	case v.Stage == conference.Ratification:
		return p, conference.NotifyRatification{Party: p}
	}
	return p, conference.ExchangeRatifications{Place: "The hall"}
}

func (c *chances) inSession(p string, v *conference.View) (string, conference.Command) {
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

// unwitnessed is what all can do when they have signed and no witness comes.
func (c *chances) unwitnessed(p string, v *conference.View) (string, conference.Command) {
	if v.Proposed == nil {
		rules := *v.Rules
		rules.Witnesses.Quorum = c.IntN(2)
		return p, conference.ProposeRules{Rules: rules}
	}
	return oneOf(c, append([]string{"mediator"}, c.scene.Heads()...)), conference.AcceptRules{Version: v.RulesCount}
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
	terms := conftest.Package()
	for _, r := range v.Rounds {
		if r.Suggested != nil {
			terms = r.Suggested.Packages[0]
		}
	}
	put := conference.PutProposal{Terms: terms, Closes: c.scene.Now.Add(time.Duration(1+c.IntN(9)) * time.Hour)}
	if c.IntN(2) == 0 {
		put.Conditions = portsmouth.Text{"en": c.prose("If the ice holds"), "fr": c.prose("Si la glace tient")}
	}
	return "mediator", put
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
			_, data, err := conference.EncodeEvent(e.masked(x))
			fmt.Fprintf(&b, "%s %v\n", data, err)
		}
	}
	return b.String()
}
