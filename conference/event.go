package conference

import (
	"time"

	"portsmouth"
	"portsmouth/treaty"
)

// Event is one act on the record: who did what, when, in whose sight.
type Event struct {
	ID       string          // random, 128 bits, unique in the conference; never a running number
	At       time.Time       // to the millisecond, UTC
	By       string          // person id; "" is the venue
	Party    string          // the author's party at the time, "" for none
	Role     portsmouth.Role // the author's role at the time
	Audience Audience
	Body     Body
	Sealed   []byte // of an act whose words are locked: how they lie in the store; no part of the act itself
}

// Body is what an event says. Its kind names it in storage and is never reused for another meaning.
type Body interface{ Kind() string }

// Founded opens a conference.
type Founded struct {
	Conference string             `json:"conference"`
	Title      portsmouth.Text    `json:"title"`
	Summary    portsmouth.Text    `json:"summary,omitempty"`
	Facts      []portsmouth.Text  `json:"facts,omitempty"`
	Why        portsmouth.Text    `json:"why,omitempty"`
	Place      string             `json:"place,omitempty"`
	Languages  []string           `json:"languages"`
	Parties    []portsmouth.Party `json:"parties"`
	Mediated   bool               `json:"mediated"`
	Replay     bool               `json:"replay,omitempty"`
	Draft      *portsmouth.Agenda `json:"draft,omitempty"` // an agenda that the convener suggests
}

// Invited records an invitation to a seat.
type Invited struct {
	Invitation string          `json:"invitation"`
	Party      string          `json:"party,omitempty"`
	Role       portsmouth.Role `json:"role"`
	Name       string          `json:"name,omitempty"`
	Note       string          `json:"note,omitempty"`
}

// SeatTaken records that an invitation was accepted.
type SeatTaken struct {
	Invitation string          `json:"invitation"`
	Person     string          `json:"person"`
	Name       string          `json:"name"`
	Party      string          `json:"party,omitempty"`
	Role       portsmouth.Role `json:"role"`
}

// InvitationDeclined records a refusal to come.
type InvitationDeclined struct {
	Invitation string `json:"invitation"`
	Reason     string `json:"reason,omitempty"`
}

// InvitationAsked is a question by somebody who holds an invitation.
type InvitationAsked struct {
	Invitation string `json:"invitation"`
	Text       string `json:"text"`
}

// InvitationAnswered is the answer to it.
type InvitationAnswered struct {
	Invitation string `json:"invitation"`
	Text       string `json:"text"`
}

// InvitationRevoked takes back an invitation that nobody has used.
type InvitationRevoked struct {
	Invitation string `json:"invitation"`
}

// SeatLeft records that a person gave up a seat.
type SeatLeft struct {
	Person string `json:"person"`
	Reason string `json:"reason,omitempty"`
}

// RulesProposed puts rules of procedure to all.
type RulesProposed struct {
	Rules Rules `json:"rules"`
}

// RulesAccepted is one consent: a party's, or the mediator's (Party "").
type RulesAccepted struct {
	Version int    `json:"version"`
	Party   string `json:"party,omitempty"`
}

// RulesInForce says that all have consented.
type RulesInForce struct {
	Version int `json:"version"`
}

// StageEntered moves the conference on.
type StageEntered struct {
	Stage Stage `json:"stage"`
}

// PowersPresented lays a delegation's full powers before all.
type PowersPresented struct {
	Party string `json:"party"`
	Text  string `json:"text"`
}

// PowersFound says that Finder holds Party's full powers to be in due form.
type PowersFound struct {
	Party  string `json:"party"`
	Finder string `json:"finder"`
}

// PowersObjected says why Objector does not.
type PowersObjected struct {
	Party    string `json:"party"`
	Objector string `json:"objector"`
	Reason   string `json:"reason"`
}

// SubstituteAppointed lets a person act as head of the delegation; Recalled ends it.
type SubstituteAppointed struct {
	Party    string `json:"party"`
	Person   string `json:"person"`
	Recalled bool   `json:"recalled,omitempty"`
}

// InstructionsSent is what the principal tells the delegation, in its sight alone. May lists, by issue, what may be
// agreed without asking; an issue that is absent is free.
type InstructionsSent struct {
	Party string              `json:"party"`
	Text  string              `json:"text"`
	May   map[string][]string `json:"may,omitempty"`
	Salt  []byte              `json:"salt,omitempty"` // of a note

	Locked *Locked `json:"locked,omitempty"`
}

// ActHeld records an act beyond the instructions, held back in the delegation's sight alone.
type ActHeld struct {
	Held     string   `json:"held"`
	Party    string   `json:"party"`
	Command  []byte   `json:"command"` // the command, encoded
	Breaches []string `json:"breaches"`
}

// HeldApproved is the principal's leave to send a held act.
type HeldApproved struct {
	Held string `json:"held"`
}

// HeldSettled says that a held act was sent or dropped.
type HeldSettled struct {
	Held string `json:"held"`
	Sent bool   `json:"sent"`
	Own  bool   `json:"own,omitempty"` // on the head's own responsibility
}

// AgendaProposed puts an agenda to all.
type AgendaProposed struct {
	Agenda portsmouth.Agenda `json:"agenda"`
	Why    string            `json:"why,omitempty"`
}

// AgendaAdopted is one party's adoption.
type AgendaAdopted struct {
	Version int    `json:"version"`
	Party   string `json:"party"`
}

// AgendaFrozen says that all have adopted it.
type AgendaFrozen struct {
	Version int `json:"version"`
}

// IssueDeferred puts an issue aside.
type IssueDeferred struct {
	Issue  string `json:"issue"`
	Reason string `json:"reason,omitempty"`
}

// IssueReopened takes it up again.
type IssueReopened struct {
	Issue  string `json:"issue"`
	Reason string `json:"reason"`
}

// HeadConcurred is one party's readiness to settle an issue so, ad referendum.
type HeadConcurred struct {
	Party  string `json:"party"`
	Issue  string `json:"issue"`
	Option string `json:"option"`
}

// HeadsSettled says that all concur on these terms, ad referendum.
type HeadsSettled struct {
	Terms portsmouth.Outcome `json:"terms"`
	Via   string             `json:"via,omitempty"` // the offer or proposal that settled them
}

// SessionOpened begins a session.
type SessionOpened struct {
	Number  int    `json:"number"`
	Place   string `json:"place"`
	Purpose string `json:"purpose,omitempty"`
}

// SessionAdjourned ends it.
type SessionAdjourned struct {
	Number int       `json:"number"`
	Until  time.Time `json:"until,omitzero"`
	Note   string    `json:"note,omitempty"`
}

// MinutesProposed puts the minutes of a session to all.
type MinutesProposed struct {
	Minutes string `json:"minutes"`
	Session int    `json:"session"`
	Text    string `json:"text"`
	Salt    []byte `json:"salt,omitempty"` // of a note
}

// MinutesApproved is one party's approval.
type MinutesApproved struct {
	Minutes string `json:"minutes"`
	Party   string `json:"party"`
}

// CommuniqueProposed puts a statement for the public to all.
type CommuniqueProposed struct {
	Communique string          `json:"communique"`
	Text       portsmouth.Text `json:"text"`
	NotBefore  time.Time       `json:"not_before,omitzero"` // it is not published before
}

// CommuniqueAgreed is one party's agreement to publish it.
type CommuniqueAgreed struct {
	Communique string `json:"communique"`
	Party      string `json:"party"`
}

// Suspended stops the conference for a while.
type Suspended struct {
	Reason string    `json:"reason"`
	Until  time.Time `json:"until,omitzero"`
}

// Resumed takes it up again.
type Resumed struct {
	Note string `json:"note,omitempty"`
}

// BrokenOff ends it without agreement.
type BrokenOff struct {
	Party  string `json:"party"`
	Reason string `json:"reason"`
}

// StatementMade is something said in a room; the audience is the room.
type StatementMade struct {
	Statement string `json:"statement"`
	Text      string `json:"text"`
	Session   int    `json:"session,omitempty"`
	ReplyTo   string `json:"reply_to,omitempty"`
	Salt      []byte `json:"salt,omitempty"` // of a note: see DestroyedNote

	Locked *Locked `json:"locked,omitempty"`
}

// CarryAllowed lets the mediator carry a caucus statement, or a part of it, to the others.
type CarryAllowed struct {
	Release   string `json:"release"`
	Statement string `json:"statement"`
	Party     string `json:"party"`
	Text      string `json:"text"`
	Part      bool   `json:"part"`
	Salt      []byte `json:"salt,omitempty"` // of a note

	Locked *Locked `json:"locked,omitempty"`
}

// StatementReleased is a caucus statement, or a part of it, that has crossed to all.
type StatementReleased struct {
	Release string `json:"release"`
	Party   string `json:"party"` // whose statement it was
	Text    string `json:"text"`
	Part    bool   `json:"part"`
	Carried bool   `json:"carried"` // by the mediator
	Note    string `json:"note,omitempty"`
}

// OfferMade puts an offer before all.
type OfferMade struct {
	Offer   string             `json:"offer"`
	Party   string             `json:"party"`
	Terms   portsmouth.Outcome `json:"terms"`
	If      portsmouth.Outcome `json:"if,omitempty"` // "if you accept these, then the terms"
	Whole   bool               `json:"whole"`
	Note    string             `json:"note,omitempty"`
	Valid   time.Time          `json:"valid,omitzero"`
	Counter string             `json:"counter,omitempty"` // the offer it answers
	Agenda  int                `json:"agenda"`
	// Conditions are what goes with a whole package in words, in every language; they are drafted into the text.
	Conditions portsmouth.Text `json:"conditions,omitempty"`
}

// OfferAccepted is one party's acceptance.
type OfferAccepted struct {
	Offer string `json:"offer"`
	Party string `json:"party"`
	Note  string `json:"note,omitempty"`
}

// OfferRejected is one party's refusal.
type OfferRejected struct {
	Offer  string `json:"offer"`
	Party  string `json:"party"`
	Reason string `json:"reason"`
}

// OfferEnded says that an offer no longer stands: withdrawn, lapsed or overtaken.
type OfferEnded struct {
	Offer string `json:"offer"`
	How   string `json:"how"` // withdrawn, lapsed, overtaken
	Why   string `json:"why,omitempty"`
}

// ProposalPut puts the mediator's proposal to all.
type ProposalPut struct {
	Proposal string             `json:"proposal"`
	Terms    portsmouth.Outcome `json:"terms"`
	Whole    bool               `json:"whole"`
	Note     string             `json:"note,omitempty"`
	Closes   time.Time          `json:"closes"`
	Agenda   int                `json:"agenda"`
	Improves bool               `json:"improves,omitempty"` // over the baseline, which stands unless all accept
	// Conditions are what goes with a whole package in words, in every language; they are drafted into the text.
	Conditions portsmouth.Text `json:"conditions,omitempty"`
}

// ProposalAnswered is one party's secret answer, in the sight of its delegation alone.
type ProposalAnswered struct {
	Proposal string `json:"proposal"`
	Party    string `json:"party"`
	Accept   bool   `json:"accept"`
}

// ProposalClosed gives the one common result: agreed or not, never who refused.
type ProposalClosed struct {
	Proposal string `json:"proposal"`
	Agreed   bool   `json:"agreed"`
}

// ProposalWithdrawn takes a proposal back before its close.
type ProposalWithdrawn struct {
	Proposal string `json:"proposal"`
	Reason   string `json:"reason,omitempty"`
}

// BaselineReached says that all accept one whole package.
type BaselineReached struct {
	Package portsmouth.Outcome `json:"package"`
	Via     string             `json:"via"`
}

// TextDrafted holds the articles generated from the agreed options.
type TextDrafted struct {
	Document treaty.Document `json:"document"`
}

// CorrectionProposed asks for another wording of one article.
type CorrectionProposed struct {
	Correction string          `json:"correction"`
	Article    string          `json:"article"`
	Text       portsmouth.Text `json:"text"`
	Why        string          `json:"why,omitempty"`
	Party      string          `json:"party,omitempty"`
}

// CorrectionAnswered is one party's answer to it.
type CorrectionAnswered struct {
	Correction string `json:"correction"`
	Party      string `json:"party"`
	Accept     bool   `json:"accept"`
}

// CorrectionMade changes the text; the article's initials fall.
type CorrectionMade struct {
	Correction string          `json:"correction"`
	Article    string          `json:"article"`
	Text       portsmouth.Text `json:"text"`
}

// Initialled is one party's initials under articles, each by the digest of its exact text.
type Initialled struct {
	Party    string            `json:"party"`
	Articles map[string]string `json:"articles"` // article id -> hex digest
}

// Signed is one party's signature under the exact digest of the exact text.
type Signed struct {
	Signature treaty.Signature `json:"signature"`
	Digest    string           `json:"digest"`
}

// Attested is the mediator's attestation under the same digest.
type Attested struct {
	Signature treaty.Signature `json:"signature"`
	Digest    string           `json:"digest"`
}

// Ratified is one party's ratification.
type Ratified struct {
	Party  string `json:"party"`
	Digest string `json:"digest"`
	Text   string `json:"text,omitempty"`
}

// RatificationNotified records that a ratification was announced to the other parties.
type RatificationNotified struct {
	Party string `json:"party"`
	Note  string `json:"note,omitempty"`
}

// EnteredIntoForce says that the rules' condition is met.
type EnteredIntoForce struct {
	On time.Time `json:"on"`
}

// RatificationsExchanged records the formal exchange.
type RatificationsExchanged struct {
	Place string `json:"place,omitempty"`
}

// DeadlinePassed records that a deadline of the rules has passed.
type DeadlinePassed struct {
	What string `json:"what"`
}

// Closed ends the conference.
type Closed struct {
	Note string `json:"note,omitempty"`
}

// HistoryLeft marks the act after which a replay is no longer history but play.
type HistoryLeft struct {
	Wall time.Time `json:"wall"` // the real time at which it happened
}
