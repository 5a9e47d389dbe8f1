package conference

import (
	"encoding/json"

	"portsmouth"
)

// Preparation: what a delegation learns about what it wants, in its own sight alone. Others learn neither what, nor when,
// nor that it did.

// Limits of what a delegation may keep.
const (
	maxAnswer  = 16 << 10 // bytes of one answer
	maxAnswers = 1000     // that stand
	maxStated  = 500      // versions of preferences
)

// Prepared is the agenda that one can prepare on: the frozen one, else the one before all, else the draft.
func (s *State) prepared() *portsmouth.Agenda {
	switch {
	case s.Agenda != nil:
		return s.Agenda
	case s.AgendaVote != nil:
		return &s.AgendaVote.Agenda
	}
	return s.Opened.Draft
}

func (d *deciding) answerQuestion(c AnswerQuestion) error {
	if len(c.Body) == 0 || len(c.Body) > maxAnswer || !json.Valid(c.Body) {
		return portsmouth.Invalidf("answer-form", "an answer is one JSON value of at most %d bytes", maxAnswer)
	}
	if len(d.Answers) >= maxAnswers {
		return portsmouth.Refuse("answers-many", "there are %d answers; take some back first", len(d.Answers))
	}
	d.emit(ToDelegation(d.viewer.Party), QuestionAnswered{Answer: d.meta.ID, Party: d.viewer.Party, Body: c.Body})
	return nil
}

func (d *deciding) withdrawAnswer(c WithdrawAnswer) error {
	if find(d.Answers, func(a *Answer) bool { return a.Answer == c.Answer }) == nil {
		return portsmouth.Invalidf("answer-exists", "there is no such answer, or it was taken back")
	}
	d.emit(ToDelegation(d.viewer.Party), AnswerWithdrawn{Answer: c.Answer, Party: d.viewer.Party})
	return nil
}

func (d *deciding) statePreferences(c StatePreferences) error {
	a := d.prepared()
	if a == nil {
		return portsmouth.Refuse("agenda-known", "there is no agenda yet to have preferences about")
	}
	if err := a.CheckPreferences(&c.Preferences); err != nil {
		return err
	}
	if err := c.Ranges.Check(&c.Preferences); err != nil {
		return err
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	if len(d.Stated[d.viewer.Party]) >= maxStated {
		return portsmouth.Refuse("preferences-many", "there are %d versions; erase the preparation first", maxStated)
	}
	d.emit(ToDelegation(d.viewer.Party), PreferencesStated{
		Party: d.viewer.Party, Version: d.StatedCount[d.viewer.Party] + 1, Preferences: c.Preferences, Ranges: c.Ranges, Agenda: a.Version, Note: c.Note,
	})
	return nil
}

// lastStated returns the preferences that a party holds now, as far as the viewer may see, or nil.
func (s *State) lastStated(party string) *Stated {
	if n := len(s.Stated[party]); n > 0 {
		return s.Stated[party][n-1]
	}
	return nil
}

func (d *deciding) confirmPreferences(c ConfirmPreferences) error {
	last := d.lastStated(d.viewer.Party)
	switch {
	case last == nil || last.Version != c.Version:
		return portsmouth.Refuse("preferences-last", "these are not your delegation's last preferences; look again")
	case last.Confirmed:
		return portsmouth.Refuse("preferences-once", "you have already confirmed them")
	}
	d.emit(ToDelegation(d.viewer.Party), PreferencesConfirmed{Party: d.viewer.Party, Version: c.Version})
	return nil
}

func (d *deciding) erasePreparation(ErasePreparation) error {
	if len(d.Answers) == 0 && d.lastStated(d.viewer.Party) == nil {
		return portsmouth.Refuse("preparation-empty", "there is nothing to erase")
	}
	if d.Debriefed[d.viewer.Party] && d.Debrief == nil {
		return portsmouth.Refuse("debrief-promised", "you have consented to lay it open; it cannot be erased before that")
	}
	d.emit(ToDelegation(d.viewer.Party), PreparationErased{Party: d.viewer.Party})
	if a := d.Allowed[d.viewer.Party]; a != nil {
		d.emit(ToCaucus(d.viewer.Party), PreferencesAllowed{Party: d.viewer.Party, Stopped: true})
	}
	return nil
}

// allowPreferences works only under the rule by which all agreed that the mediator may see what each allows.
func (d *deciding) allowPreferences(c AllowPreferences) error {
	party := d.viewer.Party
	if c.Stop {
		if d.Allowed[party] == nil {
			return portsmouth.Refuse("allowed-none", "the mediator sees no preferences of yours")
		}
		d.emit(ToCaucus(party), PreferencesAllowed{Party: party, Stopped: true})
		return nil
	}
	if d.Rules.Desk != portsmouth.DeskAllowed {
		return portsmouth.Refuse("desk-venue", "under these rules the venue alone computes with preferences; the mediator sees none")
	}
	last := d.lastStated(party)
	if last == nil || last.Version != c.Version {
		return portsmouth.Refuse("preferences-last", "these are not your delegation's last preferences; look again")
	}
	if d.allowedLast(party) {
		return portsmouth.Refuse("allowed-once", "the mediator already sees them")
	}
	d.emit(ToCaucus(party), PreferencesAllowed{Party: party, Version: d.AllowedCount[party] + 1, Preferences: last.Preferences.Numbers(), Ranges: last.Ranges})
	return nil
}

// allowedLast reports whether the mediator sees what the party holds now. It compares the numbers: which of its own
// versions they are is the party's affair.
func (s *State) allowedLast(party string) bool {
	a, last := s.Allowed[party], s.lastStated(party)
	if a == nil || last == nil {
		return false
	}
	seen, err1 := json.Marshal([]any{a.Preferences, a.Ranges})
	held, err2 := json.Marshal([]any{last.Preferences.Numbers(), last.Ranges})
	return err1 == nil && err2 == nil && string(seen) == string(held)
}

func (s *State) applyPreparation(e Event) {
	switch b := e.Body.(type) {
	case QuestionAnswered:
		s.Answers = append(s.Answers, &Answer{QuestionAnswered: b, At: e.At, By: e.By})
	case AnswerWithdrawn:
		s.Answers = without(s.Answers, func(a *Answer) bool { return a.Answer == b.Answer })
	case PreferencesStated:
		s.Stated[b.Party] = append(s.Stated[b.Party], &Stated{PreferencesStated: b, At: e.At, By: e.By})
		s.StatedCount[b.Party] = b.Version
	case PreferencesConfirmed:
		if last := s.lastStated(b.Party); last != nil && last.Version == b.Version {
			last.Confirmed = true
		}
	case PreparationErased:
		s.Answers = without(s.Answers, func(a *Answer) bool { return a.Party == b.Party })
		delete(s.Stated, b.Party)
	case PreferencesAllowed:
		delete(s.Allowed, b.Party)
		if !b.Stopped {
			s.Allowed[b.Party] = &b
			s.AllowedCount[b.Party] = b.Version
		}
	}
}

func without[T any](list []*T, is func(*T) bool) []*T {
	var kept []*T
	for _, x := range list {
		if !is(x) {
			kept = append(kept, x)
		}
	}
	return kept
}
