package conference

import (
	"encoding/json"
	"time"

	"portsmouth"
)

// What happens in private preparation, in rounds and in the debrief: the events and the commands.

// QuestionAnswered is one answer given in preparation, in the sight of the delegation alone. Body is what the
// elicitation makes of it; the rules do not read it.
type QuestionAnswered struct {
	Answer string          `json:"answer"`
	Party  string          `json:"party"`
	Body   json.RawMessage `json:"body"`
}

// AnswerWithdrawn takes an answer back.
type AnswerWithdrawn struct {
	Answer string `json:"answer"`
	Party  string `json:"party"`
}

// PreferencesStated is what a delegation holds that it wants, from now on, in its own sight. Version counts its own.
type PreferencesStated struct {
	Party       string                 `json:"party"`
	Version     int                    `json:"version"`
	Preferences portsmouth.Preferences `json:"preferences"`
	Ranges      *portsmouth.Ranges     `json:"ranges,omitempty"` // nil: taken as exact
	Agenda      int                    `json:"agenda"`
	Note        string                 `json:"note,omitempty"`
}

// PreferencesConfirmed is the principal's word that this is what it wants.
type PreferencesConfirmed struct {
	Party   string `json:"party"`
	Version int    `json:"version"`
}

// PreparationErased takes back all answers and preferences of a delegation: nothing computes with them any more.
type PreparationErased struct {
	Party string `json:"party"`
}

// PreferencesAllowed lets the mediator see a delegation's preferences, in their caucus; Stopped ends it.
type PreferencesAllowed struct {
	Party       string                  `json:"party"`
	Version     int                     `json:"version,omitempty"` // counts what was allowed, not what was stated
	Preferences *portsmouth.Preferences `json:"preferences,omitempty"`
	Ranges      *portsmouth.Ranges      `json:"ranges,omitempty"`
	Stopped     bool                    `json:"stopped,omitempty"`
}

// RoundType says what is lodged in a round and what comes out.
type RoundType string

// The types of round. In every one each party lodges in secret and all learn the result at the announced close.
const (
	SuggestionRound  RoundType = "suggestion"  // preferences in; packages for the mediator's desk out
	ImprovementRound RoundType = "improvement" // the same, over the baseline
	DirectionRound   RoundType = "direction"   // what was prepared in, weights or none; small steps from a package, likely better for all, for the mediator's desk out
	NumberRound      RoundType = "number"      // blind bids on a number
	OptionsRound     RoundType = "options"     // the options of an issue that each could live with
	PackageRound     RoundType = "package"     // the packages, of a list, that each could live with
)

// RoundOpened announces a round to all, with the rule of its result.
type RoundOpened struct {
	Round      string               `json:"round"`
	Type       RoundType            `json:"type"`
	Issue      string               `json:"issue,omitempty"`      // of a number or options
	Giver      string               `json:"giver,omitempty"`      // of a number: the party that would give it; it lodges the most, the others the least
	Settlement string               `json:"settlement,omitempty"` // of a number: midpoint, giver, taker
	Packages   []portsmouth.Outcome `json:"packages,omitempty"`
	Parties    []string             `json:"parties,omitempty"`  // of a number, options or packages: whom it asks, in the order of the founding; absent: all
	Base       portsmouth.Outcome   `json:"base,omitempty"`     // of a direction: the package that a step is looked for from
	MinGain    int64                `json:"min_gain,omitempty"` // of an improvement: at least this much for each, in hundredths of a point
	Fairness   string               `json:"fairness,omitempty"` // the rule that packages are chosen by
	Binding    bool                 `json:"binding,omitempty"`  // a result settles, ad referendum
	Closes     time.Time            `json:"closes"`
	Note       string               `json:"note,omitempty"`
	Agenda     int                  `json:"agenda"`
}

// RoundEntered is what a party lodges, in its own sight alone, with the salt that makes the commitment hide it: the
// party's receipt. A later one takes its place.
type RoundEntered struct {
	Round      string          `json:"round"`
	Party      string          `json:"party"`
	Payload    json.RawMessage `json:"payload"`
	Salt       []byte          `json:"salt"`
	Commitment string          `json:"commitment"`
}

// RoundLeft takes it back.
type RoundLeft struct {
	Round string `json:"round"`
	Party string `json:"party"`
}

// RoundWithdrawn takes the round back before its close.
type RoundWithdrawn struct {
	Round  string `json:"round"`
	Reason string `json:"reason,omitempty"`
}

// RoundClosed gives the one common result, and a commitment for each party in the order of the founding, real or dummy.
type RoundClosed struct {
	Round       string             `json:"round"`
	Met         bool               `json:"met"`
	Terms       portsmouth.Outcome `json:"terms,omitempty"` // when met: the number, the option, the package
	Commitments []PartyCommitment  `json:"commitments"`
	Computed    string             `json:"computed,omitempty"` // the commitment to what the mediator got
}

// PartyCommitment is a party's commitment in a round.
type PartyCommitment struct {
	Party      string `json:"party"`
	Commitment string `json:"commitment"`
}

// Suggested holds the packages computed in a round, for the mediator's desk. With the inputs that were committed to,
// anyone whom the parties let see them can compute it again.
type Suggested struct {
	Round    string               `json:"round"`
	Packages []portsmouth.Outcome `json:"packages"` // best first
	Fairness string               `json:"fairness"` // "" for a direction, which follows no such rule
	Method   string               `json:"method"`   // "exact", or how it was found
	Solver   string               `json:"solver"`   // its version
	Agenda   int                  `json:"agenda"`
	Salt     []byte               `json:"salt"` // hides the packages from those who know only the commitment
}

// EntryOpened shows what a party had lodged: to all, or in the caucus to the mediator.
type EntryOpened struct {
	Round   string          `json:"round"`
	Party   string          `json:"party"`
	Payload json.RawMessage `json:"payload"`
	Salt    []byte          `json:"salt"`
	Public  bool            `json:"public,omitempty"` // not to all at the table alone
}

// DebriefAgreed is one party's consent to lay open, after the end, what each wanted.
type DebriefAgreed struct {
	Party string `json:"party"`
}

// DebriefOpened lays it open, with the consent of all: every party's last preferences.
type DebriefOpened struct {
	Preferences map[string]portsmouth.Preferences `json:"preferences"` // by party; one that stated none is missing
}

// AnswerQuestion keeps an answer of the preparation.
type AnswerQuestion struct {
	Body json.RawMessage `json:"body"`
}

// WithdrawAnswer takes it back.
type WithdrawAnswer struct {
	Answer string `json:"answer"`
}

// StatePreferences says what one's delegation wants.
type StatePreferences struct {
	Preferences portsmouth.Preferences `json:"preferences"`
	Ranges      *portsmouth.Ranges     `json:"ranges,omitempty"`
	Note        string                 `json:"note,omitempty"`
}

// ConfirmPreferences is the principal's confirmation of the last version.
type ConfirmPreferences struct {
	Version int `json:"version"`
}

// ErasePreparation takes back all that one's delegation answered and stated.
type ErasePreparation struct{}

// AllowPreferences lets the mediator see the last version; with Stop no later one.
type AllowPreferences struct {
	Version int  `json:"version,omitempty"`
	Stop    bool `json:"stop,omitempty"`
}

// OpenRound announces a round; the fields are those of RoundOpened.
type OpenRound struct {
	Type       RoundType            `json:"type"`
	Issue      string               `json:"issue,omitempty"`
	Giver      string               `json:"giver,omitempty"`
	Settlement string               `json:"settlement,omitempty"`
	Packages   []portsmouth.Outcome `json:"packages,omitempty"`
	Parties    []string             `json:"parties,omitempty"`
	Base       portsmouth.Outcome   `json:"base,omitempty"` // over a baseline: the baseline, and may be left out
	MinGain    int64                `json:"min_gain,omitempty"`
	Binding    bool                 `json:"binding,omitempty"`
	Closes     time.Time            `json:"closes"`
	Note       string               `json:"note,omitempty"`
}

// EnterRound lodges: a number, options, packages by their place in the list (from 0), one's stated preferences, or what one
// has prepared so far.
type EnterRound struct {
	Round    string   `json:"round"`
	Number   string   `json:"number,omitempty"`
	Options  []string `json:"options,omitempty"`
	Packages []int    `json:"packages,omitempty"`
	Version  int      `json:"version,omitempty"` // of the preferences
	Basis    string   `json:"basis,omitempty"`   // of what was prepared: View.Basis as one saw it
}

// LeaveRound takes back what was lodged.
type LeaveRound struct {
	Round string `json:"round"`
}

// WithdrawRound takes the round back before its close.
type WithdrawRound struct {
	Round  string `json:"round"`
	Reason string `json:"reason,omitempty"`
}

// OpenEntry shows what one had lodged, to "plenary" or in the "caucus".
type OpenEntry struct {
	Round   string          `json:"round"`
	Payload json.RawMessage `json:"payload"`
	Salt    []byte          `json:"salt"`
	Room    string          `json:"room"`
}

// AgreeDebrief consents to lay open what one's party wanted, once all do.
type AgreeDebrief struct{}

// CloseRound closes a round at its announced time. For rounds over preferences the venue puts in what it computed.
type CloseRound struct {
	Round    string    `json:"round"`
	Computed *Computed `json:"computed,omitempty"`
}

// Computed is what the venue computed for a round from what the parties lodged.
type Computed struct {
	Packages []portsmouth.Outcome `json:"packages"`
	Method   string               `json:"method"`
	Solver   string               `json:"solver"`
}

// OpenDebrief lays open what all consented to.
type OpenDebrief struct{}
