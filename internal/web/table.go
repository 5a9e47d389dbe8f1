package web

import (
	"strconv"

	"portsmouth"
	"portsmouth/conference"
)

// How much of the proceedings and of a room a page shows at once, so that its size does not grow with the conference.
const (
	actsShown       = 40
	statementsShown = 20
)

// table is the heart of a conference for those who sit at it, and the public page for everybody else.
func (s *site) table(v *visit) error {
	if !v.view.Viewer.Seated() && !v.view.Viewer.Convener {
		return s.public(v)
	}
	return v.render(tablePage(sheetOf(v)))
}

// speak says something in a room and shows the table again where it was said.
func (s *site) speak(v *visit) error {
	page := tablePage
	if v.form("page") == "room" {
		page = roomPage
	}
	a := action{verb: "speak", page: page, at: "rooms"}
	if v.form("page") == "room" {
		a.to = "rooms/" + roomName(sheetOf(v).room(v.form("name")))
	}
	return s.act(a)(v)
}

// tableTab is which of the three columns a phone shows.
func (s *sheet) tableTab() string {
	switch tab := s.at("tab"); {
	case tab == "agenda" || tab == "rooms":
		return tab
	case s.wrote("speak") || s.at("room") != "":
		return "rooms"
	}
	return "proceedings"
}

// tableRoom is the room that the table shows.
func (s *sheet) tableRoom() conference.Audience {
	if s.wrote("speak") {
		return s.room(s.sent.Get("name"))
	}
	return s.room(s.at("room"))
}

// proceedings are the acts that all share, newest first, and the number before which there are earlier ones (0: none).
func (s *sheet) proceedings() (acts []conference.Numbered, earlier int) {
	before, err := strconv.Atoi(s.at("number"))
	if err != nil || before < 1 {
		before = len(s.View.Acts) + 1
	}
	for k := min(before-1, len(s.View.Acts)) - 1; k >= 0; k-- {
		a := s.View.Acts[k]
		if private(a.Audience) {
			continue
		}
		if len(acts) == actsShown {
			return acts, acts[len(acts)-1].Number
		}
		acts = append(acts, a)
	}
	return acts, 0
}

// said are the last acts of one room, newest first, and whether there are more. In plenary they are what was spoken: the
// other acts stand in the proceedings.
func (s *sheet) said(room conference.Audience, most int) (acts []conference.Numbered, more bool) {
	for k := len(s.View.Acts) - 1; k >= 0; k-- {
		a := s.View.Acts[k]
		if a.Audience != room {
			continue
		}
		if _, spoken := a.Body.(conference.StatementMade); !spoken && room == conference.ToPlenary {
			continue
		}
		if len(acts) == most {
			return acts, true
		}
		acts = append(acts, a)
	}
	return acts, false
}

// step is something that the reader may do next.
type step struct {
	key     string // of the words on the button
	to      []string
	waiting bool // it is waited for
}

// steps lists what the reader may do next, what is waited for first.
func (s *sheet) steps() []step {
	var mine, free []step
	waited := map[string]bool{}
	for _, w := range s.waits() {
		if w.mine {
			waited[w.what] = true
		}
	}
	for _, x := range possible {
		if !s.may(x.command) || x.only != nil && !x.only(s) {
			continue
		}
		st := step{key: "step." + x.command, to: x.to}
		if waited[x.command] {
			st.waiting = true
			mine = append(mine, st)
			continue
		}
		if !x.asked {
			free = append(free, st)
		}
	}
	return append(mine, free...)
}

// possible is what the table offers as a next step, in the order of a conference. With asked it is offered only when the
// conference waits for it.
var possible = []struct {
	command string
	to      []string
	asked   bool
	only    func(*sheet) bool
}{
	{command: "accept-rules", to: []string{"rules"}, asked: true},
	{command: "propose-rules", to: []string{"rules"}, only: func(s *sheet) bool { return s.View.Stage == conference.Convening }},
	{command: "invite", to: []string{"invitations"}, only: func(s *sheet) bool { return s.View.Stage == conference.Convening }},
	{command: "present-powers", to: []string{"delegation"}, asked: true},
	{command: "find-powers", to: []string{"delegation"}, asked: true},
	{command: "adopt-agenda", to: []string{"agenda"}, asked: true},
	{command: "propose-agenda", to: []string{"agenda"}, only: func(s *sheet) bool { return s.View.Agenda == nil }},
	{command: "accept-offer", to: []string{"offers"}, asked: true},
	{command: "answer-proposal", to: []string{"proposal"}, asked: true},
	{command: "make-offer", to: []string{"offer"}},
	{command: "put-proposal", to: []string{"proposal"}, only: func(s *sheet) bool { return s.View.OpenProposal() == nil }},
	{command: "initial-articles", to: []string{"text"}, asked: true},
	{command: "sign", to: []string{"signing"}, asked: true},
	{command: "attest", to: []string{"signing"}, only: (*sheet).toAttest},
	{command: "ratify", to: []string{"after"}, asked: true},
	{command: "notify-ratification", to: []string{"after"}, asked: true},
	{command: "send-instructions", to: []string{"delegation"}},
	{command: "resume", to: []string{"sessions"}, only: func(s *sheet) bool { return s.View.Suspension != nil }},
}

// toAttest reports whether the conference is signed and the mediator has not yet attested it.
func (s *sheet) toAttest() bool {
	return s.View.Attestation == nil && len(s.View.Signatures) == len(s.View.Opened.Parties) && !s.View.AwaitsWitnesses()
}

// standing is how an issue is coloured: by its state.
func standing(st conference.Status) string {
	switch st {
	case conference.AdReferendum:
		return "referendum"
	case conference.Agreed:
		return "agreed"
	case conference.Deferred:
		return "deferred"
	}
	return "open"
}

// glyph is the sign of an issue's state, beside its word.
func glyph(st conference.Status) string {
	switch st {
	case conference.AdReferendum:
		return "◐"
	case conference.Agreed:
		return "●"
	case conference.Deferred:
		return "◌"
	}
	return "○"
}

// settledCount counts the issues that are settled.
func (s *sheet) settledCount() int { return len(s.View.Settled()) }

// spoken is what was said in an act, "" when it is no statement.
func spoken(b conference.Body) string {
	switch b := b.(type) {
	case conference.StatementMade:
		return b.Text
	case conference.StatementReleased:
		return b.Text
	case conference.CarryAllowed:
		return b.Text
	case conference.InstructionsSent:
		return b.Text
	}
	return ""
}

// reason is why an act was done, where its author said so.
func (s *sheet) reason(b conference.Body) string {
	switch b := b.(type) {
	case conference.OfferRejected:
		return b.Reason
	case conference.IssueDeferred:
		return b.Reason
	case conference.IssueReopened:
		return b.Reason
	case conference.Suspended:
		return b.Reason
	case conference.BrokenOff:
		return b.Reason
	case conference.BreakOffAgreed:
		return b.Reason
	case conference.OfferAccepted:
		return b.Note
	case conference.OfferMade:
		return b.Note
	case conference.ProposalPut:
		return b.Note
	case conference.StatementReleased:
		return b.Note
	case conference.SessionAdjourned:
		return b.Note
	case conference.PowersObjected:
		return b.Reason
	case conference.CommuniqueProposed:
		return s.In(b.Text)
	case conference.AgendaProposed:
		return b.Why
	case conference.CorrectionProposed:
		return b.Why
	}
	return ""
}

// ofOwn reports whether an act is of the reader's own party.
func (s *sheet) ofOwn(a conference.Numbered) bool { return a.Party != "" && a.Party == s.mine() }

// fromParty reports whether an act is some party's.
// What follows of itself from an act, such as the next stage, is nobody's.
func fromParty(a conference.Numbered) bool { return a.Party != "" && !follows(a.Body) }

// follows reports whether an act followed of itself from the one before it.
func follows(b conference.Body) bool {
	switch b.(type) {
	case conference.StageEntered, conference.RulesInForce, conference.AgendaFrozen, conference.HeadsSettled, conference.BaselineReached,
		conference.TextDrafted, conference.CorrectionMade, conference.EnteredIntoForce:
		return true
	}
	return false
}

// byMediator reports whether the mediator did it.
func byMediator(a conference.Numbered) bool { return a.Role == portsmouth.Mediator && !follows(a.Body) }
