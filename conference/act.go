package conference

import (
	"cmp"
	"slices"
	"time"

	"portsmouth"
)

// Act decides a command on a log: who its author is, what the author may see, what follows from it, what of that
// becomes public. The events returned are to be appended to the log as one, or not at all. The log is not changed.
func Act(log []Event, m Meta, c Command) ([]Event, error) {
	if _, founds := c.(Found); founds && len(log) > 0 {
		return nil, portsmouth.Refuse("stage:found", "this conference has been opened") // who sees nothing of it sees no stage
	}
	v := roster(log).actor(m)
	seen := Filter(log, v)
	s := Fold(seen)
	s.recallKeys(log, v)
	events, err := Decide(s, m, v, c)
	if err != nil {
		return nil, err
	}
	if err := bounded(append(seen, outOfSight(log, v)...), events); err != nil {
		return nil, err
	}
	return follow(Fold(log), m, events)
}

// actor tells who sends a command. Nobody but the venue has no person id.
func (s *State) actor(m Meta) Viewer {
	if m.By == "" {
		return TimerViewer
	}
	v := s.viewerFor(m.By)
	v.Invited = m.Invitation != ""
	return v
}

// follow adds what the venue does of itself after the events of a command, and publishes what the rules make public. whole
// is used up.
func follow(whole *State, m Meta, events []Event) ([]Event, error) {
	done := 0
	for n := 0; done < len(events); done++ {
		whole.Apply(events[done])
		for _, p := range whole.publish(events[done], m.Salt) {
			n++
			events = append(events, Event{
				ID: publicID(m.ID, n), At: events[done].At, Audience: ToPublic, Body: p,
			})
		}
		next := whole.follows(events[done].Body)
		if next == nil {
			continue
		}
		more, err := Decide(whole, Meta{ID: derivedID(m.ID+"/close", 0), At: m.At}, TimerViewer, next)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	return events, nil
}

// follows returns what the venue does at once after an act: close a proposal that all have answered, where the rules say
// so, and open the debrief to which all have consented; nil for nothing.
func (s *State) follows(b Body) Command {
	switch b := b.(type) {
	case ProposalAnswered:
		if s.answered(s.proposal(b.Proposal)) {
			return CloseProposal{Proposal: b.Proposal}
		}
	case DebriefAgreed:
		if s.all(s.Debriefed) {
			return OpenDebrief{}
		}
	}
	return nil
}

// Deadline is a command that the venue's timer sends at a time.
type Deadline struct {
	At      time.Time
	Command Command
}

// Due lists what will be due, soonest first, as the state stands. It is computed from the whole: the timer is nobody's.
func Due(s *State) []Deadline {
	var due []Deadline
	if s.Stage == Bargaining {
		for _, o := range s.Standing() {
			if !o.Valid.IsZero() {
				due = append(due, Deadline{o.Valid, LapseOffer{Offer: o.Offer}})
			}
		}
	}
	if s.Stage == Bargaining || s.Stage == TextStage {
		due = append(due, s.dueSecrets()...)
	}
	due = append(due, s.dueByRules()...)
	due = append(due, s.dueEmbargoes()...)
	slices.SortStableFunc(due, func(a, b Deadline) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	return due
}

// dueSecrets lists the closes of what is answered or lodged in secret.
func (s *State) dueSecrets() []Deadline {
	var due []Deadline
	for _, p := range s.Proposals {
		if !p.Closed {
			due = append(due, Deadline{p.Closes, CloseProposal{Proposal: p.Proposal}})
		}
	}
	for _, r := range s.Rounds {
		if !r.Closed {
			due = append(due, Deadline{r.Closes, CloseRound{Round: r.Round}})
		}
	}
	return due
}

// dueByRules lists the deadlines that the rules of procedure set and that have not passed.
func (s *State) dueByRules() []Deadline {
	var due []Deadline
	add := func(what string, at time.Time) {
		if _, passed := s.Passed[what]; !passed && !at.IsZero() {
			due = append(due, Deadline{at, PassDeadline{What: what}})
		}
	}
	if s.Rules == nil {
		return nil
	}
	if s.Stage == Opening || s.Stage == Bargaining {
		add("agreement", s.Rules.Deadline)
	}
	if s.Stage == Ratification && s.Rules.RatifyWithin > 0 {
		add("ratification", s.SignedOn.AddDate(0, 0, s.Rules.RatifyWithin))
	}
	add(notesDeadline, s.notesEnd())
	return due
}
