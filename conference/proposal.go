package conference

import (
	"time"

	"portsmouth"
)

// The mediator's proposals: put to all, answered by each in secret, shown at the close as agreed or not agreed.

func (d *deciding) putProposal(c PutProposal) error {
	if len(c.Terms) == 0 {
		return portsmouth.Invalidf("proposal-terms", "a proposal needs at least one term")
	}
	if err := d.Agenda.CheckPartial(c.Terms); err != nil {
		return err
	}
	if err := d.fitsSettled(c.Terms); err != nil {
		return err
	}
	if err := d.improves(c); err != nil {
		return err
	}
	if !d.later(c.Closes) {
		return portsmouth.Invalidf("closes-later", "say until when the answers are awaited")
	}
	for _, p := range d.Proposals {
		if !p.Closed {
			return portsmouth.Refuse("one-proposal", "a proposal is being answered; wait for its close or withdraw it")
		}
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	whole := d.Agenda.Check(c.Terms) == nil
	conditions, err := d.conditions(c.Conditions, whole)
	if err != nil {
		return err
	}
	d.emit(ToPlenary, ProposalPut{
		Proposal: d.meta.ID, Terms: c.Terms, Whole: whole, Note: c.Note, Closes: c.Closes.UTC().Truncate(time.Millisecond),
		Agenda: d.Agenda.Version, Improves: d.Stage == TextStage, Conditions: conditions,
	})
	return nil
}

// improves holds a proposal made after the baseline to what it is for: another whole package, before anybody has
// initialled the text of this one. The same package on other conditions is another one.
func (d *deciding) improves(c PutProposal) error {
	if d.Stage != TextStage {
		return nil
	}
	switch {
	case d.initialled():
		return portsmouth.Refuse("text-initialled", "articles of the baseline have been initialled")
	case d.Agenda.Check(c.Terms) != nil:
		return portsmouth.Invalidf("improvement-whole", "an improvement of the baseline is another whole package")
	case d.Baseline.Package.Equal(c.Terms) && len(written(c.Conditions)) == 0:
		return portsmouth.Invalidf("improvement-other", "this is the baseline itself")
	}
	return nil
}

// improving reports whether a proposal or a round over the baseline is open.
func (s *State) improving() bool {
	if s.Stage != TextStage {
		return false
	}
	return find(s.Proposals, func(p *Proposal) bool { return !p.Closed }) != nil ||
		find(s.Rounds, func(r *Round) bool { return !r.Closed }) != nil
}

// answerProposal keeps the answer in the sight of the delegation alone: not even the mediator learns before the close
// that it was given, nor afterwards what it was.
func (d *deciding) answerProposal(c AnswerProposal) error {
	p := d.proposal(c.Proposal)
	switch {
	case p == nil:
		return portsmouth.Invalidf("proposal-exists", "there is no such proposal")
	case p.Closed:
		return portsmouth.Refuse("proposal-open", "this proposal is closed")
	case !d.meta.At.Before(p.Closes):
		return &portsmouth.Error{Kind: portsmouth.Expired, Rule: "proposal-closes", Message: "the time to answer has passed"}
	}
	if now, given := p.Answers[d.viewer.Party]; given && now == c.Accept {
		return portsmouth.Refuse("answer-same", "that is already your answer")
	}
	if c.Accept {
		if held, err := d.hold(c, p.Terms); held || err != nil {
			return err
		}
	}
	d.emit(ToDelegation(d.viewer.Party), ProposalAnswered{Proposal: p.Proposal, Party: d.viewer.Party, Accept: c.Accept})
	return nil
}

func (d *deciding) withdrawProposal(c WithdrawProposal) error {
	p := d.proposal(c.Proposal)
	if p == nil || p.Closed {
		return portsmouth.Refuse("proposal-open", "no such proposal is open")
	}
	if err := prose("the reason", c.Reason, false); err != nil {
		return err
	}
	d.emit(ToPlenary, ProposalWithdrawn(c))
	return nil
}

// closeProposal is decided on the whole, by the timer alone: it is the one place where secret answers meet, and what
// leaves it is one bit. A party that did not answer did not agree.
func (d *deciding) closeProposal(c CloseProposal) error {
	p := d.proposal(c.Proposal)
	if p == nil || p.Closed || d.meta.At.Before(p.Closes) && !d.answered(p) {
		return portsmouth.Refuse("not-due", "this proposal is not due to close")
	}
	agreed := true
	for _, id := range d.partyIDs() {
		agreed = agreed && p.Answers[id]
	}
	d.emit(ToPlenary, ProposalClosed{Proposal: p.Proposal, Agreed: agreed})
	if !agreed {
		return nil
	}
	return d.settle(p.Terms, p.Proposal)
}

// answered reports whether the rules close the proposal early because all have answered.
func (s *State) answered(p *Proposal) bool {
	if s.Rules == nil || s.Rules.ProposalResult != "when-all-answered" {
		return false
	}
	for _, id := range s.partyIDs() {
		if _, given := p.Answers[id]; !given {
			return false
		}
	}
	return true
}
