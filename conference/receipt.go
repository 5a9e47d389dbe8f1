package conference

import (
	"bytes"
	"encoding/json"

	"portsmouth"
	"portsmouth/seal"
)

// A round file is what a closed round can be checked with again, by whoever the parties choose: what is public of the
// round, and what each of those who hand it over may show. The parties' files together hold all that it takes. Its form is
// described in docs/spec/recheck.md.

// RoundForm names the form of a round file.
const RoundForm = "portsmouth-round/1"

// MaxRoundFile bounds a round file in bytes.
const MaxRoundFile = 32 << 20

// RoundFile is what is known of a closed round.
type RoundFile struct {
	Form       string             `json:"form"`
	Conference string             `json:"conference"`
	Agenda     *portsmouth.Agenda `json:"agenda"` // as it was at the close
	Round      RoundOpened        `json:"round"`
	Closed     RoundClosed        `json:"closed"`
	Settled    portsmouth.Outcome `json:"settled,omitempty"`  // the heads that were settled at the close
	Baseline   portsmouth.Outcome `json:"baseline,omitempty"` // at the close
	Suggested  *Suggested         `json:"suggested,omitempty"`
	Inputs     []RoundInput       `json:"inputs,omitempty"`
}

// RoundInput opens what a party lodged.
type RoundInput struct {
	Party   string          `json:"party"`
	Payload json.RawMessage `json:"payload"`
	Salt    []byte          `json:"salt"`
}

// RoundReceipt returns the round file that the viewer may hand over: of a party, what it lodged itself; of the mediator,
// what was suggested; of everybody, what was opened to all. Errors: Invalid when there is no such round, Refused before
// its close.
func RoundReceipt(v *View, round string) ([]byte, error) {
	r := v.round(round)
	switch {
	case r == nil:
		return nil, portsmouth.Invalidf("round-exists", "there is no such round")
	case !r.Closed || r.Withdrawn:
		return nil, portsmouth.Refuse("round-closed", "there is nothing to check before a round has closed")
	}
	at := v.beforeClose(round)
	f := RoundFile{
		Form: RoundForm, Conference: v.Opened.Conference, Agenda: at.Agenda, Round: r.RoundOpened, Closed: r.Result,
		Settled: at.settled(), Suggested: r.Suggested,
	}
	if at.Baseline != nil {
		f.Baseline = at.Baseline.Package
	}
	for _, id := range v.partyIDs() {
		if in := r.input(id, v.Viewer.Party); in != nil {
			f.Inputs = append(f.Inputs, *in)
		}
	}
	data, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

// beforeClose is the conference as the round's close found it: with it the result was computed.
func (v *View) beforeClose(round string) *State {
	return v.before(func(b Body) bool { closed, ok := b.(RoundClosed); return ok && closed.Round == round })
}

// before folds what the viewer may see up to the first act of which that holds.
func (v *View) before(is func(Body) bool) *State {
	s := NewState()
	for _, a := range v.Acts {
		if is(a.Body) {
			break
		}
		s.Apply(a.Event)
	}
	return s
}

// input is what a party lodged, if it is the viewer's own or was opened to all. What was opened in the caucus is the
// party's to hand on.
func (r *Round) input(party, own string) *RoundInput {
	if e := r.Entries[party]; e != nil && party == own {
		return &RoundInput{Party: party, Payload: e.Payload, Salt: e.Salt}
	}
	for _, o := range r.Openings {
		if o.Party == party && r.Opened[party] == ToPlenary {
			return &RoundInput{Party: party, Payload: o.Payload, Salt: o.Salt}
		}
	}
	return nil
}

// ReadRoundFile reads what RoundReceipt wrote. Errors are of kind Invalid.
func ReadRoundFile(data []byte) (*RoundFile, error) {
	if len(data) > MaxRoundFile {
		return nil, portsmouth.Invalidf("round-file", "a round file has at most %d bytes", MaxRoundFile)
	}
	var f RoundFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, portsmouth.Invalidf("round-file", "this is no round file: %v", err)
	}
	switch {
	case f.Form != RoundForm:
		return nil, portsmouth.Invalidf("round-file", "this is no round file of the form %s", RoundForm)
	case f.Conference == "" || f.Round.Round == "" || f.Agenda == nil || len(f.Closed.Commitments) == 0:
		return nil, portsmouth.Invalidf("round-file", "the file lacks the conference, the round, the agenda or the close")
	case f.Closed.Round != f.Round.Round || f.Suggested != nil && f.Suggested.Round != f.Round.Round:
		return nil, portsmouth.Invalidf("round-file", "the file mixes two rounds")
	}
	if err := f.Agenda.Validate(); err != nil {
		return nil, err
	}
	for k := range f.Inputs {
		var tight bytes.Buffer // whoever laid the file out for reading has changed nothing
		if err := json.Compact(&tight, f.Inputs[k].Payload); err != nil {
			return nil, portsmouth.Invalidf("round-file", "what %.64s lodged is missing", f.Inputs[k].Party)
		}
		f.Inputs[k].Payload = tight.Bytes()
	}
	return &f, nil
}

// Join takes over from another file of the same round what it shows beyond this one. It is refused, with rule
// "round-files", when the two do not say the same of the round, or of anything that both show.
func (f *RoundFile) Join(other *RoundFile) error {
	for _, is := range []struct {
		what      string
		one, next any
	}{
		{"conference", f.Conference, other.Conference},
		{"round", f.Round, other.Round},
		{"close", f.Closed, other.Closed},
		{"agenda", f.Agenda, other.Agenda},
		{"settled heads", f.Settled, other.Settled},
		{"baseline", f.Baseline, other.Baseline},
	} {
		if !sameJSON(is.one, is.next) {
			return portsmouth.Refuse("round-files", "the files do not speak of the same %s", is.what)
		}
	}
	switch {
	case f.Suggested == nil:
		f.Suggested = other.Suggested
	case other.Suggested != nil && !sameJSON(f.Suggested, other.Suggested):
		return portsmouth.Refuse("round-files", "the files do not show the same suggestion")
	}
	for _, in := range other.Inputs {
		have := f.Input(in.Party)
		if have != nil && !sameJSON(have, in) {
			return portsmouth.Refuse("round-files", "the files do not show the same entry of %s", in.Party)
		}
		if have == nil {
			f.Inputs = append(f.Inputs, in)
		}
	}
	return nil
}

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Input returns what a party lodged, or nil where the file does not show it.
func (f *RoundFile) Input(party string) *RoundInput {
	for k := range f.Inputs {
		if f.Inputs[k].Party == party {
			return &f.Inputs[k]
		}
	}
	return nil
}

// Opens reports whether what the file shows of a party is what that party had committed to.
func (f *RoundFile) Opens(c PartyCommitment) bool {
	in := f.Input(c.Party)
	commitment, err := seal.Parse(c.Commitment)
	if in == nil || err != nil || len(in.Salt) != seal.SaltSize {
		return false
	}
	return commitment.Opens(seal.Subject{Conference: f.Conference, Round: f.Round.Round, Party: c.Party}, seal.Salt(in.Salt), in.Payload)
}

// SuggestedOpens reports whether the suggestion in the file is the one to which the close committed.
func (f *RoundFile) SuggestedOpens() bool {
	return f.Suggested != nil && len(f.Suggested.Salt) == seal.SaltSize && f.Suggested.Commitment(f.Conference).String() == f.Closed.Computed
}

// Frozen returns what the parties lodged for a round over preferences, in the order of the founding. Errors are of kind
// Invalid: an entry that is missing or holds no preferences over the agenda.
func (f *RoundFile) Frozen() ([]Input, error) {
	var list []Input
	for _, c := range f.Closed.Commitments {
		in := f.Input(c.Party)
		if in == nil {
			return nil, portsmouth.Invalidf("round-file", "what %s lodged is missing", c.Party)
		}
		frozen, err := ParseInput(c.Party, in.Payload)
		if err != nil {
			return nil, err
		}
		if err := f.checkFrozen(&frozen); err != nil {
			return nil, err
		}
		list = append(list, frozen)
	}
	return list, nil
}

func (f *RoundFile) checkFrozen(in *Input) error {
	if in.Answers != nil {
		if f.Round.Type != DirectionRound {
			return portsmouth.Invalidf("round-file", "%s lodged answers, and the round computes with preferences", in.Party)
		}
		return nil
	}
	if err := f.Agenda.CheckPreferences(&in.Preferences); err != nil {
		return err
	}
	return in.Ranges.Check(&in.Preferences)
}

// Result applies the announced rule of a round on a number, on options or on packages to what all lodged; nil when it is
// not met. Errors are of kind Invalid: an entry that is missing or cannot be read.
func (f *RoundFile) Result() (portsmouth.Outcome, error) {
	entries, d := map[string]lodged{}, &deciding{State: NewState()}
	for _, c := range f.Closed.Commitments {
		if !f.Round.Asks(c.Party) {
			continue
		}
		in := f.Input(c.Party)
		var l lodged
		if in == nil || json.Unmarshal(in.Payload, &l) != nil {
			return nil, portsmouth.Invalidf("round-file", "what %s lodged is missing, or no entry", c.Party)
		}
		entries[c.Party] = l
		d.Opened.Parties = append(d.Opened.Parties, portsmouth.Party{ID: c.Party})
	}
	d.Agenda = f.Agenda
	i := f.Agenda.Issue(f.Round.Issue)
	switch f.Round.Type {
	case PackageRound:
	case NumberRound, OptionsRound:
		if i == nil || (i.Kind == portsmouth.Numeric) != (f.Round.Type == NumberRound) {
			return nil, portsmouth.Invalidf("round-file", "the round is on no such issue of the agenda")
		}
	default:
		return nil, portsmouth.Invalidf("round-file", "“%.40s” is no type of round with a result of its own", string(f.Round.Type))
	}
	return d.result(&Round{RoundOpened: f.Round}, entries), nil
}
