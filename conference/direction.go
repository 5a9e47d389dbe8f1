package conference

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"strconv"
	"strings"

	"portsmouth"
)

// A step better for all: from a package that all know, the one text, the venue looks for small changes that are likely
// better for each, from what each has prepared. Whether a party gave weights or none makes no difference to how it is asked,
// to what it lodges or to what others see.

// openDirection announces the package. Over a baseline it is the baseline.
func (d *deciding) openDirection(c OpenRound, open *RoundOpened) error {
	base := c.Base
	if d.Stage == TextStage {
		if len(base) > 0 && !base.Equal(d.Baseline.Package) {
			return portsmouth.Refuse("direction-baseline", "the parties have a baseline; a step is looked for from it")
		}
		base = d.Baseline.Package
	}
	if err := d.Agenda.Check(base); err != nil {
		return err
	}
	if err := d.fitsSettled(base); err != nil {
		return err
	}
	open.Base = base
	return nil
}

// frozenPreparation puts what the party has prepared into its entry.
func (d *deciding) frozenPreparation(basis string) (lodged, []portsmouth.Outcome, error) {
	party := d.viewer.Party
	if basis != d.basis(party) {
		return lodged{}, nil, portsmouth.Refuse("preparation-last", "your delegation has answered or stated something since; look again")
	}
	answers, stated := d.toFreeze(party)
	switch {
	case stated != nil:
		if err := d.Agenda.CheckPreferences(&stated.Preferences); err != nil {
			return lodged{}, nil, err
		}
		return lodged{Preferences: stated.Preferences.Numbers(), Ranges: stated.Ranges}, nil, nil
	case len(answers) == 0:
		return lodged{}, nil, portsmouth.Refuse("preparation-none", "your delegation has prepared nothing yet")
	}
	var entry lodged
	for _, a := range answers {
		entry.Answers = append(entry.Answers, withoutWords(a.Body))
	}
	return entry, nil, nil
}

// toFreeze returns what a party would freeze: the answers that stand or, where there are none, the preferences that it
// stated. Preferences stated as exact after the last answer were brought along, and take the place of the answers.
func (s *State) toFreeze(party string) ([]*Answer, *Stated) {
	var answers []*Answer
	for _, a := range s.Answers {
		if a.Party == party {
			answers = append(answers, a)
		}
	}
	last := s.lastStated(party)
	if last != nil && (len(answers) == 0 || last.Ranges == nil && last.At.After(answers[len(answers)-1].At)) {
		return nil, last
	}
	return answers, nil
}

// basis names what a party has prepared, so that what is frozen is what was seen.
func (s *State) basis(party string) string {
	digest := sha256.New()
	answers, stated := s.toFreeze(party)
	for _, a := range answers {
		digest.Write([]byte(a.Answer + "\n"))
	}
	if stated != nil {
		digest.Write([]byte(strconv.Itoa(stated.Version)))
	}
	return hex.EncodeToString(digest.Sum(nil)[:16])
}

// withoutWords takes out of an answer what a party wrote down for itself: a computation does not need it, and a checker is
// not to read it.
func withoutWords(body json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return body
	}
	maps.DeleteFunc(fields, func(name string, _ json.RawMessage) bool { return strings.EqualFold(name, "words") })
	data, err := json.Marshal(fields)
	if err != nil {
		return body
	}
	return data
}

// ToFreeze returns what the viewer's own party would freeze in a round for a step: how many answers, or else the preferences
// that it stated. Both are nothing while it has prepared nothing.
func (v *View) ToFreeze() (answers int, stated *Stated) {
	list, stated := v.toFreeze(v.Viewer.Party)
	return len(list), stated
}

// Basis names what the viewer's own party would freeze, for the command that does it.
func (v *View) Basis() string { return v.basis(v.Viewer.Party) }
