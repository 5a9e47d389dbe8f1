package portsmouth

import (
	"slices"
	"strings"
	"time"
)

// Rules are the rules of procedure that all consent to before anything else starts.
type Rules struct {
	Version         int       `json:"version"`
	Confidentiality string    `json:"confidentiality"` // "closed": what is said stays in its room until released
	Publicity       Publicity `json:"publicity"`
	Languages       []string  `json:"languages"`
	FullPowers      bool      `json:"full_powers"`             // full powers are exchanged and found in due form before bargaining
	Prevails        string    `json:"prevails"`                // the language that decides in case of discrepancy, "" for none
	Decision        string    `json:"decision"`                // "all": every party must agree
	WholeOnly       bool      `json:"whole_only"`              // nothing is agreed until everything is agreed
	ProposalResult  string    `json:"proposal_result"`         // "at-close" or "when-all-answered"
	EntryIntoForce  string    `json:"entry_into_force"`        // "on-signature", "on-last-ratification", "on-last-notice"
	RatifyWithin    int       `json:"ratify_within,omitempty"` // days after the conference is signed, 0 for no limit
	Deadline        time.Time `json:"deadline,omitzero"`       // for an agreement; passing it is recorded and ends nothing
	Leaving         string    `json:"leaving"`                 // how a party leaves
	Desk            string    `json:"desk,omitempty"`          // DeskVenue or DeskAllowed: who computes with preferences
	Fairness        string    `json:"fairness,omitempty"`      // the rule by which packages are suggested: one of FairnessRules
	Witnesses       Witnesses `json:"witnesses,omitzero"`      // of the public record
	Notes           Notes     `json:"notes,omitzero"`          // when notes are destroyed
	Note            string    `json:"note,omitempty"`          // anything else that all agree on
}

// Witnesses are those who cosign checkpoints of the public record, with keys that they declared: the delegations, each with
// one, and observers.
type Witnesses struct {
	Quorum int `json:"quorum,omitempty"` // how many must have seen the signatures before the conference is signed and goes on; 0: none
}

// MaxQuorum is the largest quorum of witnesses that rules can ask for.
const MaxQuorum = 20

// Notes says how long is kept what was only said: in caucuses and delegations, instructions, minutes that were not approved.
type Notes struct {
	Keep string `json:"keep,omitempty"` // one of the constants Keep…; rules that say nothing mean KeepForGood
	Days int    `json:"days,omitempty"` // after the conference was closed or broken off
}

// How long notes are kept.
const (
	KeepForGood    = "for-good"    // until those whose they are destroy them
	KeepUntilClose = "until-close" // until the conference is closed or broken off
	KeepDays       = "days"        // for so many days more
)

// Destroyed reports whether the rules destroy the notes.
func (n Notes) Destroyed() bool { return n.Keep == KeepUntilClose || n.Keep == KeepDays }

// MaxDays is the longest time in days that rules can set.
const MaxDays = 3650

// Who computes with what the parties want. Rules that say nothing mean DeskVenue.
const (
	DeskVenue   = "venue"   // the venue alone, in announced rounds; nobody sees another's preferences
	DeskAllowed = "allowed" // the mediator may also see what each party allows
)

// FairnessRules are the rules by which a package can be chosen; the first holds where the rules of procedure name none.
// The package solver gives the definition and the source of each.
var FairnessRules = []string{"nash", "ks", "egalitarian", "utilitarian"}

// FairnessRule returns the rule by which packages are suggested.
func (r *Rules) FairnessRule() string {
	if r == nil || r.Fairness == "" {
		return FairnessRules[0]
	}
	return r.Fairness
}

// Publicity says what the public gets to know. Nothing else ever becomes public.
type Publicity struct {
	Listed      bool   `json:"listed"`      // that the conference exists, between whom, by whom mediated
	Communiques bool   `json:"communiques"` // statements to which all agree
	Text        string `json:"text"`        // "on-signature", "on-entry", "never"

	TextNotBefore time.Time `json:"text_not_before,omitzero"` // the text is published at this time if it would be earlier
	Rounds        bool      `json:"rounds,omitempty"`         // that a round has ended, with one commitment a party; what a party opens to the public
	Comments      bool      `json:"comments,omitempty"`       // the public may comment, and each comment is published with its answer
}

// DefaultRules are what most would choose: closed, nothing agreed until everything is, results at the close.
func DefaultRules(languages []string) Rules {
	prevails := ""
	if len(languages) > 1 {
		prevails = languages[0]
	}
	return Rules{
		Confidentiality: "closed", Publicity: Publicity{Communiques: true, Text: "never"},
		Languages: slices.Clone(languages), Prevails: prevails, FullPowers: true, Decision: "all", WholeOnly: true,
		ProposalResult: "at-close", EntryIntoForce: "on-last-ratification", Desk: DeskVenue, Fairness: FairnessRules[0],
		Leaving: "Any party may break off at any time by saying so to all, with its reason.",
	}
}

// Check reports the first thing that rules of procedure must not say.
func (r *Rules) Check(languages []string) error {
	for _, c := range []struct {
		name, value string
		allowed     []string
	}{
		{"confidentiality", r.Confidentiality, []string{"closed"}},
		{"decision", r.Decision, []string{"all"}},
		{"proposal_result", r.ProposalResult, []string{"at-close", "when-all-answered"}},
		{"entry_into_force", r.EntryIntoForce, []string{"on-signature", "on-last-ratification", "on-last-notice"}},
		{"desk", r.Desk, []string{"", DeskVenue, DeskAllowed}},
		{"fairness", r.Fairness, append([]string{""}, FairnessRules...)},
		{"publicity.text", r.Publicity.Text, []string{"on-signature", "on-entry", "never"}},
		{"notes.keep", r.Notes.Keep, []string{"", KeepForGood, KeepUntilClose, KeepDays}},
	} {
		if !slices.Contains(c.allowed, c.value) {
			return Invalidf("rules-form", "%s must be one of: %s", c.name, strings.TrimPrefix(strings.Join(c.allowed, ", "), ", "))
		}
	}
	if !slices.Equal(r.Languages, languages) {
		return Invalidf("rules-languages", "the rules must name the conference's languages: %s", strings.Join(languages, ", "))
	}
	if r.Prevails != "" && !slices.Contains(languages, r.Prevails) {
		return Invalidf("rules-languages", "the language that prevails must be one of: %s", strings.Join(languages, ", "))
	}
	if r.Witnesses.Quorum < 0 || r.Witnesses.Quorum > MaxQuorum {
		return Invalidf("rules-form", "the quorum of witnesses must be 0 to %d", MaxQuorum)
	}
	if r.Witnesses.Quorum > 0 && !r.Publicity.Listed {
		return Invalidf("rules-form", "witnesses see the public record: a conference of which the public does not know has none")
	}
	if r.RatifyWithin < 0 || r.RatifyWithin > MaxDays {
		return Invalidf("rules-form", "ratify_within must be 0 to %d days", MaxDays)
	}
	if (r.Notes.Days != 0) != (r.Notes.Keep == KeepDays) || r.Notes.Days < 0 || r.Notes.Days > MaxDays {
		return Invalidf("rules-form", "notes that are kept for days are kept for 1 to %d, and others for none", MaxDays)
	}
	return nil
}
