package conference

import (
	"time"

	"portsmouth"
	"portsmouth/treaty"
)

// State is what a list of events amounts to. It is folded afresh from what a viewer may see, so a field that hidden
// acts would fill is simply empty for them.
type State struct {
	Opened     Founded
	Convener   string
	Stage      Stage
	Suspension *Suspended
	Broken     *BrokenOff
	Ended      time.Time // closed or broken off

	Invitations []*Invitation
	Seats       []*Seat
	Rules       *Rules // in force
	Proposed    *RulesVote
	RulesCount  int

	Powers       map[string]*Powers
	Instructions []*Instruction
	Held         []*Held

	Agenda      *portsmouth.Agenda // frozen
	AgendaVote  *AgendaVote
	AgendaCount int
	Heads       map[string]*Head

	Sessions    []*Session
	Minutes     []*Minutes
	Communiques []*Communique

	Notes []*Note             // with those that were destroyed
	Asked map[Audience]*Asked // to destroy the notes of a caucus

	Statements []*Statement
	Carries    []*Carry
	Offers     []*Offer
	Proposals  []*Proposal

	Answers      []*Answer // of the preparation, those that stand
	Stated       map[string][]*Stated
	StatedCount  map[string]int // versions ever stated, by party
	Allowed      map[string]*PreferencesAllowed
	AllowedCount map[string]int // times that a party allowed its preferences
	Rounds       []*Round
	Debriefed    map[string]bool // who consents to a debrief
	Debrief      *DebriefOpened

	Baseline      *BaselineReached
	BaselineAt    time.Time
	Text          *Text
	Signatures    []treaty.Signature
	Attestation   *treaty.Signature
	Ratifications []*RatificationRecord
	InForceOn     time.Time
	Exchanged     *Exchange
	Passed        map[string]time.Time
	LeftHistory   *LeftHistory

	Publications []Publication
	Keys         []*DeclaredKey // declared, with those that hold no more, oldest first
	EndedKeys    []*DeclaredKey // by the last act that could end one
	Comments     []*Comment
	Embargoes    map[string]time.Time // ended, by what was held back
	Seen         *Cosigned            // by the witnesses that the rules wait for
	SeenOn       time.Time            // when that was said
	SignedOn     time.Time            // when the stage of signature ended: signed by all, and seen by these
	BreakingOff  map[string]bool      // who agrees to break off while they are waited for
}

// Invitation is a seat offered.
type Invitation struct {
	Invited
	By        string
	At        time.Time
	Status    string // open, accepted, declined, revoked
	Reason    string
	Questions []Question
}

// Question is one asked by somebody invited, with its answer.
type Question struct {
	Text, Answer string
	At           time.Time
}

// Seat is a person at the table.
type Seat struct {
	Person string
	Name   string
	Party  string
	Role   portsmouth.Role
	Acting bool // substitute for the head
	Left   bool
	At     time.Time
}

// RulesVote is a set of rules before all, and who has consented: by party id, the mediator as "".
type RulesVote struct {
	Rules    Rules
	By       string
	Accepted map[string]bool
}

// Powers are a delegation's credentials and what the others found.
type Powers struct {
	Party    string
	Text     string
	At       time.Time
	Found    map[string]bool
	Objected map[string]string
}

// Instruction is a dated order of a principal.
type Instruction struct {
	InstructionsSent
	At time.Time
}

// Held is an act kept back because it goes beyond the instructions.
type Held struct {
	ActHeld
	At       time.Time
	Approved bool
	Settled  bool
	Sent     bool
}

// AgendaVote is an agenda before all and who has adopted it.
type AgendaVote struct {
	Agenda  portsmouth.Agenda
	By      string
	Why     string
	Adopted map[string]bool
}

// Status is how an issue stands.
type Status string

// How an issue can stand.
const (
	Open         Status = "open"
	Deferred     Status = "deferred"
	AdReferendum Status = "ad-referendum"
	Agreed       Status = "agreed"
)

// Head is how one issue stands.
type Head struct {
	Issue     string
	Status    Status
	Value     string            // when settled
	Ready     map[string]string // party -> the option it is ready to settle on
	Positions map[string]string // party -> what its last offer says
	Since     time.Time
}

// Session is one of the sessions of the conference, from its opening to its adjournment.
type Session struct {
	SessionOpened
	Opened    time.Time
	Adjourned time.Time
	Until     time.Time
	Note      string
}

// Minutes of one session, and who has approved them.
type Minutes struct {
	MinutesProposed
	At       time.Time
	By       string
	Approved map[string]bool
	Adopted  bool
}

// Communique is a statement for the public, and who has agreed to it.
type Communique struct {
	CommuniqueProposed
	At      time.Time
	By      string
	Agreed  map[string]bool
	Public  bool // all have agreed; published unless it waits for its time
	Session int  // the last when all had agreed
}

// Statement is something said in a room.
type Statement struct {
	StatementMade
	Room  Audience
	By    string
	Party string
	Role  portsmouth.Role
	At    time.Time
}

// Carry is a statement that the mediator may bring, or has brought, to all.
type Carry struct {
	CarryAllowed
	At      time.Time
	Carried bool
}

// Offer is an offer and what became of it.
type Offer struct {
	OfferMade
	At       time.Time
	By       string
	Accepted map[string]bool
	Rejected map[string]string
	Ended    string // "", withdrawn, lapsed, overtaken, accepted
}

// Proposal is a proposal of the mediator and what became of it.
type Proposal struct {
	ProposalPut
	At        time.Time
	Answers   map[string]bool // only those that the viewer may see
	Closed    bool
	Agreed    bool
	Withdrawn bool
}

// Answer is one given in preparation.
type Answer struct {
	QuestionAnswered
	At time.Time
	By string
}

// Stated are preferences as stated once; the last of a party is what it holds.
type Stated struct {
	PreferencesStated
	At        time.Time
	By        string
	Confirmed bool // by the principal
}

// Round is a round and what became of it.
type Round struct {
	RoundOpened
	At        time.Time
	Entries   map[string]*RoundEntered // only those that the viewer may see
	Closed    bool
	Withdrawn bool
	Result    RoundClosed
	Suggested *Suggested
	Opened    map[string]Audience // by party: where its entry was opened
	Openings  []*EntryOpened
}

// Text is the agreement's text on its way to signature.
type Text struct {
	Document    treaty.Document
	At          time.Time
	Corrections []*Correction
	Initials    map[string]map[string]string // article -> party -> hex digest
}

// Correction is a change of wording asked for.
type Correction struct {
	CorrectionProposed
	At       time.Time
	By       string
	Accepted map[string]bool
	Ended    string // "", made, refused
}

// RatificationRecord is one party's ratification and its announcement.
type RatificationRecord struct {
	Ratified
	At       time.Time
	By       string
	Notified time.Time
	Note     string
}

// Exchange is the formal exchange of ratifications.
type Exchange struct {
	Place string
	At    time.Time
}

// LeftHistory is where a replay turned into play.
type LeftHistory struct {
	At   time.Time // of history
	Wall time.Time // of the world
}

// Publication is one thing that the public knows.
type Publication struct {
	Published
	ID   string
	At   time.Time
	Leaf int64 // its place in the public record; leaf 0 is the genesis
}

// NewState returns the state of nothing.
func NewState() *State {
	return &State{
		Powers: map[string]*Powers{}, Heads: map[string]*Head{}, Passed: map[string]time.Time{}, Stated: map[string][]*Stated{},
		StatedCount: map[string]int{}, Allowed: map[string]*PreferencesAllowed{}, AllowedCount: map[string]int{}, Debriefed: map[string]bool{}, BreakingOff: map[string]bool{},
		Embargoes: map[string]time.Time{}, Asked: map[Audience]*Asked{},
	}
}

// Fold applies events to a new state.
func Fold(log []Event) *State {
	s := NewState()
	for _, e := range log {
		s.Apply(e)
	}
	return s
}

// partyIDs lists the parties in the order of the founding.
func (s *State) partyIDs() []string {
	ids := make([]string, len(s.Opened.Parties))
	for k, p := range s.Opened.Parties {
		ids[k] = p.ID
	}
	return ids
}

func (s *State) party(id string) *portsmouth.Party {
	for k := range s.Opened.Parties {
		if s.Opened.Parties[k].ID == id {
			return &s.Opened.Parties[k]
		}
	}
	return nil
}

// all reports whether every party is in done.
func (s *State) all(done map[string]bool) bool {
	for _, id := range s.partyIDs() {
		if !done[id] {
			return false
		}
	}
	return len(s.Opened.Parties) > 0
}

func (s *State) seat(person string) *Seat {
	for _, seat := range s.Seats {
		if seat.Person == person && !seat.Left && person != "" {
			return seat
		}
	}
	return nil
}

func (s *State) hasRole(party string, role portsmouth.Role) bool {
	for _, seat := range s.Seats {
		if !seat.Left && seat.Party == party && seat.Role == role {
			return true
		}
	}
	return false
}

// ViewerFor tells what a person is in this conference, from its roster.
func (s *State) viewerFor(person string) Viewer {
	v := Viewer{Person: person, Convener: person != "" && person == s.Convener}
	if seat := s.seat(person); seat != nil {
		v.Name, v.Party, v.Role, v.Acting = seat.Name, seat.Party, seat.Role, seat.Acting
	}
	return v
}

func find[T any](list []*T, is func(*T) bool) *T {
	for _, x := range list {
		if is(x) {
			return x
		}
	}
	return nil
}

func (s *State) offer(id string) *Offer {
	return find(s.Offers, func(o *Offer) bool { return o.Offer == id })
}

func (s *State) proposal(id string) *Proposal {
	return find(s.Proposals, func(p *Proposal) bool { return p.Proposal == id })
}

func (s *State) invitation(id string) *Invitation {
	return find(s.Invitations, func(i *Invitation) bool { return i.Invited.Invitation == id })
}

func (s *State) statement(id string) *Statement {
	return find(s.Statements, func(x *Statement) bool { return x.Statement == id })
}

func (s *State) held(id string) *Held {
	return find(s.Held, func(h *Held) bool { return h.ActHeld.Held == id })
}

func (s *State) communique(id string) *Communique {
	return find(s.Communiques, func(c *Communique) bool { return c.Communique == id })
}

func (s *State) minutes(id string) *Minutes {
	return find(s.Minutes, func(m *Minutes) bool { return m.Minutes == id })
}

func (s *State) carry(release string) *Carry {
	return find(s.Carries, func(c *Carry) bool { return c.Release == release })
}

func (s *State) correction(id string) *Correction {
	if s.Text == nil {
		return nil
	}
	return find(s.Text.Corrections, func(c *Correction) bool { return c.Correction == id })
}

func (s *State) ratification(party string) *RatificationRecord {
	return find(s.Ratifications, func(r *RatificationRecord) bool { return r.Party == party })
}

// currentSession returns the session that is open, or nil.
func (s *State) currentSession() *Session {
	if n := len(s.Sessions); n > 0 && s.Sessions[n-1].Adjourned.IsZero() {
		return s.Sessions[n-1]
	}
	return nil
}

// head returns how an issue stands. It only reads: many may look at one view at once.
func (s *State) head(issue string) *Head {
	if h := s.Heads[issue]; h != nil {
		return h
	}
	return &Head{Issue: issue, Status: Open, Ready: map[string]string{}, Positions: map[string]string{}}
}

// changeHead is head for Apply.
func (s *State) changeHead(issue string) *Head {
	h := s.head(issue)
	s.Heads[issue] = h
	return h
}
