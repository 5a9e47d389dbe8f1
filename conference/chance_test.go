package conference_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// chance plays a conference at random: mostly what a sensible delegation might do, sometimes what it may not.
type chance struct {
	*rand.Rand
	scene *conftest.Scene
	sent  []sending
	state *conference.State // of all that has happened, folded when it is needed
}

// sending is one command on its way, and what came of it.
type sending struct {
	meta    conference.Meta
	command conference.Command
	events  []conference.Event
	err     error
}

func newChance(seed uint64, s *conftest.Scene) *chance {
	return &chance{Rand: rand.New(rand.NewPCG(seed, 1905)), scene: s}
}

// whole is the state of all that has happened.
func (c *chance) whole() *conference.State {
	if c.state == nil {
		c.state = conference.Fold(c.scene.Log)
	}
	return c.state
}

func (c *chance) id() string { return fmt.Sprintf("%016x%016x", c.Uint64(), c.Uint64()) }

// send sends a command and remembers it, accepted or not.
func (c *chance) send(by, invitation string, command conference.Command) {
	c.scene.Now = c.scene.Now.Add(time.Minute)
	m := conference.Meta{ID: c.id(), By: by, At: c.scene.Now, Invitation: invitation, Salt: sha256.Sum256(fmt.Append(nil, c.Uint64()))}
	events, err := conference.Act(c.scene.Log, m, command)
	c.sent = append(c.sent, sending{m, command, events, err})
	if err == nil {
		c.scene.Log = append(c.scene.Log, events...)
		c.state = nil
	}
}

// tick lets hours pass, and the timer send what is due.
func (c *chance) tick() {
	c.scene.Now = c.scene.Now.Add(time.Duration(1+c.IntN(20)) * time.Hour)
	for range 10 {
		due := conference.Due(c.whole())
		if len(due) == 0 || due[0].At.After(c.scene.Now) {
			return
		}
		c.send("", "", c.compute(due[0].Command))
	}
}

// step is one random act.
func (c *chance) step() {
	if c.IntN(12) == 0 {
		c.tick()
	}
	if c.IntN(25) == 0 {
		c.stray()
		return
	}
	if c.IntN(8) == 0 {
		c.recorded()
	}
	if c.IntN(16) == 0 {
		c.destroys()
	}
	if c.IntN(5) < 2 {
		c.behindDoors()
		return
	}
	switch c.whole().Stage {
	case conference.Convening:
		c.convening()
	case conference.Opening:
		c.opening()
	case conference.Bargaining:
		c.bargaining()
	case conference.TextStage, conference.Signature:
		c.text()
	default:
		c.afterwards()
	}
}

func (c *chance) head() string { return pick(c, c.scene.Heads()) }

// anybody is a person who may have business here.
func (c *chance) anybody() string {
	return pick(c, everybody(c.scene))
}

func everybody(s *conftest.Scene) []string {
	people := []string{"host", "observer", "stranger", "guest"}
	if !s.Unmediated {
		people = append(people, "mediator")
	}
	for _, p := range s.Heads() {
		people = append(people, p, p+"-member", p+"-adviser", p+"-secretary", p+"-principal")
	}
	return people
}

func pick[T any](c *chance, from []T) T { return from[c.IntN(len(from))] }

// stray sends any command without fields, or leaves a seat, or asks a question.
func (c *chance) stray() {
	switch c.IntN(4) {
	case 0:
		c.send(pick(c, c.scene.Heads())+"-adviser", "", conference.LeaveSeat{Reason: "tired"})
	case 1:
		c.send("host", "", conference.Invite{Role: portsmouth.Observer})
	case 2:
		p := c.head()
		c.send(p+"-principal", "", conference.AppointSubstitute{Person: p + "-member", Recall: c.IntN(2) == 0})
	default:
		command, err := conference.DecodeCommandAs(pick(c, conference.Commands()), []byte("{}"))
		if err == nil && command.Verb() != "break-off" {
			c.send(c.anybody(), "", command)
		}
	}
}

// behindDoors is what not everybody sees: talk in rooms, instructions, held acts, secret answers, releases.
func (c *chance) behindDoors() {
	p := c.head()
	switch c.IntN(14) {
	case 9, 10, 11:
		c.perhaps(c.lodge(p))
	case 12, 13:
		c.perhaps(c.prepares(p))
	case 0, 1:
		c.send(pick(c, []string{p, p + "-member", p + "-adviser", p + "-principal"}), "", c.talk("delegation", ""))
	case 2:
		c.send(pick(c, []string{p, p + "-member"}), "", c.talk("caucus", ""))
	case 3:
		c.send("mediator", "", c.talk("caucus", p))
	case 4:
		c.send("mediator", "", c.talk("delegation", ""))
	case 5:
		c.send(p+"-principal", "", c.instructions())
	case 6:
		c.heldBack()
	case 7:
		c.answer()
	default:
		c.release()
	}
}

// perhaps sends a command, if there is one.
func (c *chance) perhaps(by string, command conference.Command) {
	if command != nil {
		c.send(by, "", command)
	}
}

func (c *chance) talk(room, party string) conference.Command {
	s := conference.Speak{Room: room, Party: party, Text: fmt.Sprintf("Between us: %d. And more: %d.", c.IntN(1000), c.IntN(1000))}
	if said := c.whole().Statements; len(said) > 0 && c.IntN(3) == 0 {
		s.ReplyTo = pick(c, said).Statement
	}
	return s
}

func (c *chance) instructions() conference.Command {
	s := conference.SendInstructions{Text: fmt.Sprintf("Order %d", c.IntN(1000))}
	if c.whole().Agenda != nil && c.IntN(2) == 0 {
		s.May = map[string][]string{"coast": {pick(c, coasts)}}
		if c.IntN(2) == 0 {
			s.May["toll"] = []string{"0", pick(c, tolls)}
		}
	}
	return s
}

var (
	coasts  = []string{"kept", "shared", "shared", "ceded"}
	tolls   = []string{"0", "20", "20", "45", "60"}
	islands = []string{"split", "split", "north"}
)

func (c *chance) heldBack() {
	for _, h := range c.whole().Held {
		if h.Settled {
			continue
		}
		switch c.IntN(4) {
		case 0:
			c.send(h.Party+"-principal", "", conference.ApproveHeld{Held: h.ActHeld.Held})
		case 1:
			c.send(h.Party, "", conference.DropHeld{Held: h.ActHeld.Held})
		case 2:
			c.send(h.Party, "", conference.SendHeld{Held: h.ActHeld.Held, Own: !h.Approved})
		default:
			c.send(c.head(), "", conference.SendHeld{Held: h.ActHeld.Held, Own: true})
		}
		return
	}
	c.answer()
}

func (c *chance) answer() {
	for _, p := range c.whole().Proposals {
		if !p.Closed {
			c.send(c.head(), "", conference.AnswerProposal{Proposal: p.Proposal, Accept: c.IntN(4) > 0})
			return
		}
	}
}

func (c *chance) release() {
	if said := c.whole().Statements; len(said) > 0 {
		x := pick(c, said)
		r := conference.ReleaseStatement{Statement: x.Statement, Carry: c.IntN(2) == 0}
		if c.IntN(2) == 0 {
			r.Text = x.Text[:len(x.Text)/2]
		}
		c.send(pick(c, []string{x.Party, c.head()}), "", r)
	}
	if carries := c.whole().Carries; len(carries) > 0 {
		c.send("mediator", "", conference.CarryStatement{Release: pick(c, carries).Release})
	}
}

func (c *chance) convening() {
	switch c.IntN(3) {
	case 0:
		c.send("host", "", conference.ProposeRules{Rules: c.scene.Rules})
	case 1:
		c.send(pick(c, append([]string{"mediator"}, c.scene.Heads()...)), "", conference.AcceptRules{Version: c.whole().RulesCount})
	default:
		c.send("guest", "invitation-guest", conference.AskInvitation{Text: "Is there tea?"})
	}
}

func (c *chance) opening() {
	p := c.head()
	switch c.IntN(6) {
	case 0:
		c.send(p, "", conference.PresentPowers{Text: "Powers"})
	case 1, 2:
		c.send(p, "", conference.FindPowers{Party: c.head()})
	case 3:
		c.send(p, "", conference.ProposeAgenda{Agenda: conftest.Agenda(c.scene.Plain), Why: "order"})
	case 4:
		c.send(p, "", conference.AdoptAgenda{Version: c.whole().AgendaCount})
	default:
		c.inSession()
	}
}

// inSession is what can be done in the open at any time.
func (c *chance) inSession() {
	p := c.head()
	switch c.IntN(9) {
	case 0:
		c.send(p, "", conference.OpenSession{Place: "The hall"})
	case 1:
		c.send(p, "", conference.AdjournSession{})
	case 2:
		c.send(p+"-secretary", "", conference.ProposeMinutes{Session: len(c.whole().Sessions), Text: "Minutes"})
	case 3:
		if m := c.whole().Minutes; len(m) > 0 {
			c.send(p, "", conference.ApproveMinutes{Minutes: pick(c, m).Minutes})
		}
	case 4:
		c.send(p, "", conference.ProposeCommunique{Text: portsmouth.Text{"en": "News", "fr": "Nouvelles"}})
	case 5:
		if x := c.whole().Communiques; len(x) > 0 {
			c.send(p, "", conference.AgreeCommunique{Communique: pick(c, x).Communique})
		}
	case 6:
		if c.IntN(3) == 0 {
			c.send(p, "", conference.Suspend{Reason: "storm"})
		}
		c.send(p, "", conference.Resume{})
	default:
		c.send(pick(c, []string{p, p + "-member", "mediator"}), "", c.talk("plenary", ""))
	}
}

func (c *chance) terms() portsmouth.Outcome {
	whole := portsmouth.Outcome{"coast": pick(c, coasts), "toll": pick(c, tolls), "islands": pick(c, islands)}
	if c.IntN(2) == 0 {
		delete(whole, pick(c, []string{"coast", "toll", "islands"}))
	}
	return whole
}

// conditions are words beside a package, now and then.
func (c *chance) conditions() portsmouth.Text {
	if c.IntN(3) > 0 {
		return nil
	}
	return portsmouth.Text{"en": "If the ice holds.", "fr": "Si la glace tient."}
}

func (c *chance) bargaining() {
	p := c.head()
	switch c.IntN(11) {
	case 9, 10:
		c.perhaps(c.openRound())
		for _, head := range c.scene.Heads() {
			c.perhaps(c.lodge(head))
		}
	case 0, 1:
		o := conference.MakeOffer{Terms: c.terms(), Note: "please", Conditions: c.conditions()}
		if c.IntN(2) == 0 {
			o.Valid = c.scene.Now.Add(time.Duration(1+c.IntN(30)) * time.Hour)
		}
		c.send(p, "", o)
	case 2, 3:
		if offers := c.whole().Standing(); len(offers) > 0 {
			c.send(p, "", conference.AcceptOffer{Offer: pick(c, offers).Offer})
		}
	case 4:
		if offers := c.whole().Standing(); len(offers) > 0 {
			c.send(p, "", conference.RejectOffer{Offer: pick(c, offers).Offer, Reason: "no"})
			c.send(p, "", conference.WithdrawOffer{Offer: pick(c, offers).Offer})
		}
	case 5:
		c.send(p, "", conference.AgreeHead{Issue: "coast", Option: pick(c, coasts)})
	case 6:
		c.send(p, "", conference.DeferIssue{Issue: "islands"})
		c.send("mediator", "", conference.ReopenIssue{Issue: pick(c, []string{"coast", "islands"}), Reason: "again"})
	case 7:
		c.send("mediator", "", conference.PutProposal{Terms: c.terms(), Closes: c.scene.Now.Add(time.Duration(1+c.IntN(10)) * time.Hour), Conditions: c.conditions()})
		c.answer()
	default:
		c.inSession()
	}
}

func (c *chance) text() {
	p := c.head()
	switch c.IntN(10) {
	case 8:
		c.perhaps(c.openRound())
	case 9:
		c.send("mediator", "", conference.PutProposal{Terms: c.terms(), Closes: c.scene.Now.Add(5 * time.Hour), Conditions: c.conditions()})
		c.answer()
	case 0:
		c.send(p, "", conference.ProposeCorrection{Article: pick(c, []string{"art-4", "closing"}), Text: portsmouth.Text{"en": "Better.", "fr": "Mieux."}})
	case 1, 2:
		if x := c.whole().Text.Corrections; len(x) > 0 {
			c.send(p, "", conference.AnswerCorrection{Correction: pick(c, x).Correction, Accept: c.IntN(3) > 0})
		}
	case 3, 4:
		c.send(p, "", c.scene.Initials(p))
	case 5, 6:
		c.send(p, "", c.scene.Signature(p, p))
	default:
		c.inSession()
	}
}

func (c *chance) afterwards() {
	p := c.head()
	switch c.IntN(8) {
	case 7:
		c.send(p, "", conference.AgreeDebrief{})
	case 0, 1:
		c.send(p+"-principal", "", conference.Ratify{Digest: c.whole().TextDigest()})
	case 2:
		c.send(p, "", conference.NotifyRatification{Party: p})
	case 3:
		c.send("mediator", "", conference.Attest(c.scene.Signature("mediator", "mediator")))
	case 4:
		c.send(p, "", conference.ExchangeRatifications{Place: "The hall"})
	case 5:
		if c.IntN(4) == 0 {
			c.send(p, "", conference.CloseConference{})
		}
	default:
		c.inSession()
	}
}
