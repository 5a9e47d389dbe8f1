package conference

import (
	"time"

	"portsmouth"
	"portsmouth/seal"
)

// Command is something that a person (or the venue's timer) wants to happen. Its name is the imperative under which
// stage.go allows it.
type Command interface{ Verb() string }

// Meta is what the shell knows of a command: who sends it, when, under which random id.
type Meta struct {
	ID         string    // random, 128 bits; becomes the id of the act and of the thing it makes
	By         string    // person id; "" is the venue's timer
	At         time.Time // of the venue's clock
	Invitation string    // the invitation whose link the person holds, "" for none
	Salt       seal.Salt // random, for what is lodged in secret
}

// Found opens a conference. The one who founds it is its convener.
type Found struct {
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
	Draft      *portsmouth.Agenda `json:"draft,omitempty"` // an agenda that heads or the mediator may put to all
}

// Invite offers a seat.
type Invite struct {
	Party string          `json:"party,omitempty"`
	Role  portsmouth.Role `json:"role"`
	Name  string          `json:"name,omitempty"`
	Note  string          `json:"note,omitempty"`
}

// RevokeInvitation takes back an invitation that nobody has answered.
type RevokeInvitation struct {
	Invitation string `json:"invitation"`
}

// AcceptInvitation takes the seat, under the name given.
type AcceptInvitation struct {
	Name string `json:"name"`
}

// DeclineInvitation refuses it.
type DeclineInvitation struct {
	Reason string `json:"reason,omitempty"`
}

// AskInvitation asks the convener a question before answering.
type AskInvitation struct {
	Text string `json:"text"`
}

// AnswerInvitation answers it.
type AnswerInvitation struct {
	Invitation string `json:"invitation"`
	Text       string `json:"text"`
}

// LeaveSeat gives up one's seat.
type LeaveSeat struct {
	Reason string `json:"reason,omitempty"`
}

// ProposeRules puts rules of procedure to all.
type ProposeRules struct {
	Rules Rules `json:"rules"`
}

// AcceptRules consents to them.
type AcceptRules struct {
	Version int `json:"version"`
}

// PresentPowers lays one's full powers before all.
type PresentPowers struct {
	Text string `json:"text"`
}

// FindPowers finds another party's full powers in due form.
type FindPowers struct {
	Party string `json:"party"`
}

// ObjectToPowers says why they are not.
type ObjectToPowers struct {
	Party  string `json:"party"`
	Reason string `json:"reason"`
}

// AppointSubstitute lets a member act as head; with Recall it ends that.
type AppointSubstitute struct {
	Person string `json:"person"`
	Recall bool   `json:"recall,omitempty"`
}

// SendInstructions tells the delegation what it may sign and what it must refer home.
type SendInstructions struct {
	Text string              `json:"text"`
	May  map[string][]string `json:"may,omitempty"`
}

// ApproveHeld gives the principal's leave to send an act that was held back.
type ApproveHeld struct {
	Held string `json:"held"`
}

// SendHeld sends it: with the principal's approval, or with Own on the head's own responsibility.
type SendHeld struct {
	Held string `json:"held"`
	Own  bool   `json:"own,omitempty"`
}

// DropHeld lets it go.
type DropHeld struct {
	Held string `json:"held"`
}

// ProposeAgenda puts an agenda, or a changed one, to all.
type ProposeAgenda struct {
	Agenda portsmouth.Agenda `json:"agenda"`
	Why    string            `json:"why,omitempty"`
}

// AdoptAgenda adopts it.
type AdoptAgenda struct {
	Version int `json:"version"`
}

// DeferIssue puts an issue aside.
type DeferIssue struct {
	Issue  string `json:"issue"`
	Reason string `json:"reason,omitempty"`
}

// ReopenIssue takes up a deferred or settled issue again.
type ReopenIssue struct {
	Issue  string `json:"issue"`
	Reason string `json:"reason"`
}

// AgreeHead is ready to settle an issue so, ad referendum.
type AgreeHead struct {
	Issue  string `json:"issue"`
	Option string `json:"option"`
}

// OpenSession begins a session.
type OpenSession struct {
	Place   string `json:"place"`
	Purpose string `json:"purpose,omitempty"`
}

// AdjournSession ends it.
type AdjournSession struct {
	Until time.Time `json:"until,omitzero"`
	Note  string    `json:"note,omitempty"`
}

// ProposeMinutes puts minutes of a session to all.
type ProposeMinutes struct {
	Session int    `json:"session"`
	Text    string `json:"text"`
}

// ApproveMinutes approves them.
type ApproveMinutes struct {
	Minutes string `json:"minutes"`
}

// ProposeCommunique puts a statement for the public to all.
type ProposeCommunique struct {
	Text      portsmouth.Text `json:"text"`
	NotBefore time.Time       `json:"not_before,omitzero"` // it is not to be published before; zero for at once
}

// AgreeCommunique agrees to publish it.
type AgreeCommunique struct {
	Communique string `json:"communique"`
}

// Suspend stops the conference for a while.
type Suspend struct {
	Reason string    `json:"reason"`
	Until  time.Time `json:"until,omitzero"`
}

// Resume takes it up again.
type Resume struct {
	Note string `json:"note,omitempty"`
}

// BreakOff ends it without agreement.
type BreakOff struct {
	Reason string `json:"reason"`
}

// Speak says something in a room: "plenary", "delegation" (one's own) or "caucus" (one's own; the mediator names it in
// Party).
type Speak struct {
	Room    string `json:"room"`
	Party   string `json:"party,omitempty"`
	Text    string `json:"text"`
	ReplyTo string `json:"reply_to,omitempty"`
}

// ReleaseStatement lets one's own caucus statement, or the part of it given in Text, cross to all: at once, or with
// Carry by the mediator's mouth.
type ReleaseStatement struct {
	Statement string `json:"statement"`
	Text      string `json:"text,omitempty"` // "" is the whole
	Carry     bool   `json:"carry,omitempty"`
}

// CarryStatement has the mediator bring a released statement to all.
type CarryStatement struct {
	Release string `json:"release"`
	Note    string `json:"note,omitempty"`
}

// MakeOffer puts an offer before all: a whole package or some of its terms, on a condition or without.
type MakeOffer struct {
	Terms   portsmouth.Outcome `json:"terms"`
	If      portsmouth.Outcome `json:"if,omitempty"`
	Note    string             `json:"note,omitempty"`
	Valid   time.Time          `json:"valid,omitzero"`
	Counter string             `json:"counter,omitempty"`
	// Conditions are conditions and side terms of a whole package, in words, in every language of the conference.
	Conditions portsmouth.Text `json:"conditions,omitempty"`
}

// AcceptOffer accepts it.
type AcceptOffer struct {
	Offer string `json:"offer"`
	Note  string `json:"note,omitempty"`
}

// RejectOffer refuses it, with reasons.
type RejectOffer struct {
	Offer  string `json:"offer"`
	Reason string `json:"reason"`
}

// WithdrawOffer takes one's own offer back.
type WithdrawOffer struct {
	Offer string `json:"offer"`
	Why   string `json:"why,omitempty"`
}

// PutProposal puts the mediator's proposal to all, to be answered in secret.
type PutProposal struct {
	Terms  portsmouth.Outcome `json:"terms"`
	Note   string             `json:"note,omitempty"`
	Closes time.Time          `json:"closes"`
	// Conditions are conditions and side terms of a whole package, in words, in every language of the conference.
	Conditions portsmouth.Text `json:"conditions,omitempty"`
}

// AnswerProposal answers it. Until the close the answer can be changed.
type AnswerProposal struct {
	Proposal string `json:"proposal"`
	Accept   bool   `json:"accept"`
}

// WithdrawProposal takes it back before the close.
type WithdrawProposal struct {
	Proposal string `json:"proposal"`
	Reason   string `json:"reason,omitempty"`
}

// ProposeCorrection asks for another wording of an article, of "preamble" or of "closing", in every language.
type ProposeCorrection struct {
	Article string          `json:"article"`
	Text    portsmouth.Text `json:"text"`
	Why     string          `json:"why,omitempty"`
}

// AnswerCorrection accepts or refuses it.
type AnswerCorrection struct {
	Correction string `json:"correction"`
	Accept     bool   `json:"accept"`
}

// InitialArticles initials articles under the digests that the person has read.
type InitialArticles struct {
	Articles map[string]string `json:"articles"`
}

// Sign signs the text. Signature is over treaty.SigningStatement for the digest.
type Sign struct {
	Digest    string `json:"digest"`
	Name      string `json:"name"`
	Capacity  string `json:"capacity"`
	PublicKey []byte `json:"public_key"`
	Signature []byte `json:"signature"`
}

// Attest is the mediator's signature under the same digest.
type Attest struct {
	Digest    string `json:"digest"`
	Name      string `json:"name"`
	Capacity  string `json:"capacity"`
	PublicKey []byte `json:"public_key"`
	Signature []byte `json:"signature"`
}

// Ratify ratifies the signed text.
type Ratify struct {
	Digest string `json:"digest"`
	Text   string `json:"text,omitempty"`
}

// NotifyRatification announces a ratification to the others.
type NotifyRatification struct {
	Party string `json:"party"`
	Note  string `json:"note,omitempty"`
}

// ExchangeRatifications records the formal exchange.
type ExchangeRatifications struct {
	Place string `json:"place,omitempty"`
}

// CloseConference ends a conference whose work is done.
type CloseConference struct {
	Note string `json:"note,omitempty"`
}

// LeaveHistory ends a replay: from here on people play. The venue sends it before the first act that is not history.
type LeaveHistory struct {
	Wall time.Time `json:"wall"`
}

// LapseOffer, CloseProposal and PassDeadline are sent by the venue's timer when Due says so.
type LapseOffer struct {
	Offer string `json:"offer"`
}

// CloseProposal closes a proposal at its announced time.
type CloseProposal struct {
	Proposal string `json:"proposal"`
}

// PassDeadline records that a deadline of the rules has passed.
type PassDeadline struct {
	What string `json:"what"`
}
