package web

import (
	"slices"

	"portsmouth"
	"portsmouth/conference"
)

// proposalStep is the form of a proposal on its way: read back, or back to be changed. Nothing is sent yet.
func (s *site) proposalStep(v *visit) error {
	v.page.Self = v.page.path("proposal")
	sent := v.fields()
	if sent.Get("step") == "change" {
		return v.render(proposalPage(sheetOf(v).again(sent, nil)))
	}
	command, err := proposalFrom(sent, v.view)
	if err == nil {
		err = v.view.May("put-proposal")
	}
	if err == nil {
		err = checkProposal(v.view, command.(conference.PutProposal))
	}
	if err != nil {
		pr := v.page.problem(err)
		return v.renderStatus(pr.Status, proposalPage(sheetOf(v).again(sent, pr)))
	}
	sent.pin("closes", command.(conference.PutProposal).Closes)
	return v.render(proposalReadPage(sheetOf(v).again(sent, nil)))
}

func checkProposal(v *conference.View, c conference.PutProposal) error {
	if len(c.Terms) == 0 {
		return portsmouth.Invalidf("proposal-terms", "a proposal needs at least one term")
	}
	if c.Closes.IsZero() {
		return portsmouth.Invalidf("closes-later", "say until when the answers are awaited")
	}
	return v.Agenda.CheckPartial(c.Terms)
}

// closedProposals are those that no longer wait for answers, newest first.
func (s *sheet) closedProposals() []*conference.Proposal {
	list := slices.DeleteFunc(slices.Clone(s.View.Proposals), func(p *conference.Proposal) bool { return !p.Closed })
	slices.Reverse(list)
	return list
}

// proposalDraft is what the form of a proposal shows first: what was written, else what is settled.
func (s *sheet) proposalDraft() draft {
	if s.sent.Values != nil {
		return s.draft()
	}
	return draft{terms: s.View.Settled()}
}

// result is the one common result of a proposal, as everybody learns it.
func (s *sheet) result(p *conference.Proposal) (kind, text string) {
	switch {
	case p.Withdrawn:
		return "deferred", s.T("proposal.withdrawn")
	case p.Agreed:
		return "agreed", s.T("proposal.agreed")
	}
	return "deferred", s.T("proposal.not-agreed")
}
