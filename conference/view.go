package conference

import (
	"slices"
	"time"

	"portsmouth"
	"portsmouth/seal"
	"portsmouth/treaty"
)

// state is embedded in View under this name so that a view's fields can be read while the whole state stays out of reach.
type state = State

// View is everything that one person may know of a conference. Its fields are those of State, folded only from the acts
// that this person may see.
type View struct {
	*state
	ID     string // of the conference, where the venue made the view; the public does not see the founding, which names it
	Viewer Viewer
	Acts   []Numbered // what the viewer may see, numbered for this viewer
}

// Numbered is an act with its number in one viewer's own count. Nobody else's acts show in the numbers.
type Numbered struct {
	Number int
	Event
}

// Look is the only way from events to what a person sees: filter by audience first, fold after, number per viewer.
func Look(log []Event, v Viewer) *View {
	seen := Filter(log, v)
	view := &View{state: Fold(seen), Viewer: v, Acts: make([]Numbered, len(seen))}
	for k, e := range seen {
		view.Acts[k] = Numbered{Number: k + 1, Event: e}
	}
	return view
}

// ViewerOf tells what a person is in the conference; the public when the person has no part in it.
func ViewerOf(log []Event, person string) Viewer { return roster(log).viewerFor(person) }

// Viewers tells the same of everybody who has a part in it, by person id.
func Viewers(log []Event) map[string]Viewer {
	s := roster(log)
	all := map[string]Viewer{}
	if s.Convener != "" {
		all[s.Convener] = s.viewerFor(s.Convener)
	}
	for _, seat := range s.Seats {
		if !seat.Left {
			all[seat.Person] = s.viewerFor(seat.Person)
		}
	}
	return all
}

// roster folds only what seats people.
func roster(log []Event) *State {
	s := NewState()
	for _, e := range log {
		switch e.Body.(type) {
		case Founded, SeatTaken, SeatLeft, SubstituteAppointed:
			s.Apply(e)
		}
	}
	return s
}

// IndexOf is what a store keeps beside a log to find it: the people in it, whether the public knows of it, when the
// timer must look next.
func IndexOf(log []Event) Index {
	s := Fold(log)
	x := Index{Members: []string{s.Convener}, Public: s.Rules != nil && s.Rules.Publicity.Listed}
	for _, seat := range s.Seats {
		if !seat.Left && seat.Person != s.Convener {
			x.Members = append(x.Members, seat.Person)
		}
	}
	if next := Due(s); len(next) > 0 {
		x.Due = s.wall(next[0].At)
	}
	return x
}

// wall turns a time of the conference's clock into real time: the same, but in a replay, whose clock stands still as
// long as it follows history (then the result is zero: the replay's own acts move its time) and runs from the point at
// which history was left.
func (s *State) wall(t time.Time) time.Time {
	switch {
	case !s.Opened.Replay:
		return t
	case s.LeftHistory == nil:
		return time.Time{}
	}
	return s.LeftHistory.Wall.Add(t.Sub(s.LeftHistory.At))
}

// Clock returns the time of the conference's own clock when the real time is now.
func (v *View) Clock(now time.Time) time.Time {
	switch {
	case !v.Opened.Replay || len(v.Acts) == 0:
		return now
	case v.LeftHistory == nil:
		return v.Acts[len(v.Acts)-1].At
	}
	return v.LeftHistory.At.Add(now.Sub(v.LeftHistory.Wall))
}

// May returns nil when the table lets the viewer send the command now, else the refusal.
func (v *View) May(command string) error { return v.may(v.Viewer, command) }

// Seat returns the viewer's own view of a person at the table, or nil.
func (v *View) Seat(person string) *Seat {
	for _, seat := range v.Seats {
		if seat.Person == person && person != "" {
			return seat
		}
	}
	return nil
}

// CurrentSession returns the session that is open, or nil.
func (v *View) CurrentSession() *Session { return v.currentSession() }

// Due lists the deadlines that the viewer may know of, soonest first.
func (v *View) Due() []Deadline { return Due(v.state) }

// Party returns the party of that id, or nil.
func (v *View) Party(id string) *portsmouth.Party { return v.party(id) }

// Settled returns what is settled so far, by issue.
func (v *View) Settled() portsmouth.Outcome { return v.settled() }

// Head returns how an issue stands. It never returns nil.
func (v *View) Head(issue string) *Head { return v.head(issue) }

// Act returns the act of that id, or nil.
func (v *View) Act(id string) *Event {
	for k := range v.Acts {
		if v.Acts[k].ID == id {
			return &v.Acts[k].Event
		}
	}
	return nil
}

// Offer returns the offer of that id, or nil.
func (v *View) Offer(id string) *Offer { return v.offer(id) }

// Proposal returns the proposal of that id, or nil.
func (v *View) Proposal(id string) *Proposal { return v.proposal(id) }

// Invitation returns the invitation of that id, or nil.
func (v *View) Invitation(id string) *Invitation { return v.invitation(id) }

// SignedBy returns the signature of a party, or nil.
func (v *View) SignedBy(party string) *treaty.Signature { return v.signedBy(party) }

// Ratification returns a party's ratification, or nil.
func (v *View) Ratification(party string) *RatificationRecord { return v.ratification(party) }

// OpenProposal returns the proposal that waits for answers, or nil.
func (v *View) OpenProposal() *Proposal {
	return find(v.Proposals, func(p *Proposal) bool { return !p.Closed })
}

// OpenRound returns the round in which one can lodge, or nil.
func (v *View) OpenRound() *Round {
	return find(v.Rounds, func(r *Round) bool { return !r.Closed })
}

// Round returns the round of that id, or nil.
func (v *View) Round(id string) *Round { return v.round(id) }

// Prepared is the agenda on which preferences can be stated now, or nil.
func (v *View) Prepared() *portsmouth.Agenda { return v.prepared() }

// LastStated returns what the viewer's own party holds now, or nil.
func (v *View) LastStated() *Stated { return v.lastStated(v.Viewer.Party) }

// AllowedLast reports whether the mediator sees what the viewer's own party holds now.
func (v *View) AllowedLast() bool { return v.allowedLast(v.Viewer.Party) }

// Subject returns what a party's commitment in a round is about.
func (v *View) Subject(round, party string) seal.Subject { return v.subject(round, party) }

// LastInstruction returns the last instructions of the viewer's own principal, or nil.
func (v *View) LastInstruction() *Instruction {
	if n := len(v.Instructions); n > 0 {
		return v.Instructions[n-1]
	}
	return nil
}

// HeldActs lists the viewer's own acts that wait for leave.
func (v *View) HeldActs() []*Held {
	var open []*Held
	for _, h := range v.Held {
		if !h.Settled {
			open = append(open, h)
		}
	}
	return open
}

// Room lists what was said in a room that the viewer may enter.
func (v *View) Room(a Audience) []*Statement {
	var said []*Statement
	for _, x := range v.Statements {
		if x.Room == a {
			said = append(said, x)
		}
	}
	return said
}

// Wait is something that the conference waits for, and from whom: a party by id, "mediator", "convener" or "witness".
type Wait struct {
	Who  string
	What string // a command's name
}

// Waits lists what the conference waits for as far as the viewer may know, for "what is next" on the screen. A secret
// answer is awaited only from the viewer's own party.
func (v *View) Waits() []Wait {
	switch v.Stage {
	case Convening:
		return v.waitsConvening()
	case Opening:
		return v.waitsOpening()
	case Bargaining:
		return v.waitsBargaining()
	case TextStage:
		return v.waitsText()
	case Signature:
		return v.waitsSignature()
	case Ratification:
		return v.waitsRatification()
	}
	return nil
}

func (v *View) perParty(what string, waits func(party string) bool) []Wait {
	var list []Wait
	for _, id := range v.partyIDs() {
		if waits(id) {
			list = append(list, Wait{id, what})
		}
	}
	return list
}

func (v *View) waitsConvening() []Wait {
	var list []Wait
	for _, i := range v.Invitations {
		if i.Status == "open" && (i.Role == portsmouth.Head || i.Role == portsmouth.Mediator) {
			who := i.Party
			if who == "" {
				who = "mediator"
			}
			list = append(list, Wait{who, "accept-invitation"})
		}
	}
	if v.Proposed == nil {
		return append(list, Wait{"convener", "propose-rules"})
	}
	return append(list, v.waitsConsent()...)
}

// waitsConsent: to the rules that are before all.
func (v *View) waitsConsent() []Wait {
	list := v.perParty("accept-rules", func(p string) bool { return !v.Proposed.Accepted[p] })
	if v.Opened.Mediated && !v.Proposed.Accepted[""] {
		list = append(list, Wait{"mediator", "accept-rules"})
	}
	return list
}

func (v *View) waitsOpening() []Wait {
	var list []Wait
	if v.Rules != nil && v.Rules.FullPowers {
		list = v.perParty("present-powers", func(p string) bool { return v.Powers[p] == nil })
		for _, p := range v.partyIDs() {
			list = append(list, v.perParty("find-powers", func(other string) bool {
				return other != p && v.Powers[p] != nil && !v.Powers[p].Found[other]
			})...)
		}
	}
	switch {
	case v.AgendaVote != nil:
		list = append(list, v.perParty("adopt-agenda", func(p string) bool { return !v.AgendaVote.Adopted[p] })...)
	case v.Agenda == nil:
		list = append(list, Wait{"mediator", "propose-agenda"})
	}
	return list
}

func (v *View) waitsBargaining() []Wait {
	var list []Wait
	if v.AgendaVote != nil {
		list = v.perParty("adopt-agenda", func(p string) bool { return !v.AgendaVote.Adopted[p] })
	}
	for _, o := range v.Standing() {
		list = append(list, v.perParty("accept-offer", func(p string) bool { return v.awaited(o, p) })...)
	}
	return append(list, v.waitsSecret()...)
}

// awaited reports whether an offer waits for a party's answer: not for that of one who has answered it with an offer of its
// own since, and for nobody's once its author has made another.
func (v *View) awaited(o *Offer, party string) bool {
	if _, rejected := o.Rejected[party]; o.Accepted[party] || rejected {
		return false
	}
	since := v.Offers[slices.Index(v.Offers, o)+1:]
	return !slices.ContainsFunc(since, func(later *Offer) bool { return later.Party == o.Party || later.Party == party })
}

// waitsSecret: what is answered or lodged in secret is awaited only from the viewer's own party.
func (v *View) waitsSecret() []Wait {
	var list []Wait
	own := v.Viewer.Party
	if p := v.OpenProposal(); p != nil && own != "" {
		if _, given := p.Answers[own]; !given {
			list = append(list, Wait{own, "answer-proposal"})
		}
	}
	if r := v.OpenRound(); r != nil && own != "" && r.Asks(own) && r.Entries[own] == nil {
		list = append(list, Wait{own, "enter-round"})
	}
	return list
}

// waitsText: initials wait while an improvement is sought.
func (v *View) waitsText() []Wait {
	if v.improving() {
		return v.waitsSecret()
	}
	return v.perParty("initial-articles", func(p string) bool {
		for _, a := range v.Text.Initialable() {
			if !v.Text.InitialledBy(a, p) {
				return true
			}
		}
		return false
	})
}

// waitsSignature: when all have signed it may be for witnesses, who are nobody at the table.
func (v *View) waitsSignature() []Wait {
	if v.awaitsWitnesses() {
		list := []Wait{{"witness", "declare-signed"}}
		if v.Proposed != nil && v.quorumOnly(v.Proposed.Rules) == nil {
			list = append(list, v.waitsConsent()...)
		}
		return list
	}
	return v.perParty("sign", func(p string) bool { return v.SignedBy(p) == nil })
}

func (v *View) waitsRatification() []Wait {
	list := v.perParty("ratify", func(p string) bool { return v.Ratification(p) == nil })
	if v.Rules.EntryIntoForce == "on-last-notice" {
		list = append(list, v.perParty("notify-ratification", func(p string) bool {
			r := v.Ratification(p)
			return r != nil && r.Notified.IsZero()
		})...)
	}
	return list
}
