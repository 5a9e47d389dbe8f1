package web

import (
	"slices"

	"portsmouth"
	"portsmouth/conference"
)

// people are those at the table of one party ("" for the mediator and observers), who have not left.
func (s *sheet) people(party string) []*conference.Seat {
	var list []*conference.Seat
	for _, seat := range s.View.Seats {
		if seat.Party == party && !seat.Left {
			list = append(list, seat)
		}
	}
	slices.SortStableFunc(list, func(a, b *conference.Seat) int { return roleOrder(a.Role) - roleOrder(b.Role) })
	return list
}

// roleOrder is the order in which people are listed.
func roleOrder(r portsmouth.Role) int {
	return slices.Index([]portsmouth.Role{
		portsmouth.Principal, portsmouth.Head, portsmouth.Member, portsmouth.Adviser, portsmouth.Secretary, portsmouth.Mediator, portsmouth.Observer,
	}, r)
}

// heldTerms are what an act that was held back would settle, where it names terms.
func heldTerms(v *conference.View, h *conference.Held) (verb string, terms portsmouth.Outcome) {
	c, err := conference.DecodeCommand(h.Command)
	if err != nil {
		return "", nil
	}
	switch c := c.(type) {
	case conference.MakeOffer:
		terms = c.If.With(c.Terms)
	case conference.AgreeHead:
		terms = portsmouth.Outcome{c.Issue: c.Option}
	case conference.AcceptOffer:
		if o := v.Offer(c.Offer); o != nil {
			terms = o.All()
		}
	case conference.AnswerProposal:
		if p := v.Proposal(c.Proposal); p != nil {
			terms = p.Terms
		}
	}
	return c.Verb(), terms
}

// heldConditions are what goes in words with the package of an act that was held back.
func heldConditions(v *conference.View, h *conference.Held) portsmouth.Text {
	c, err := conference.DecodeCommand(h.Command)
	if err != nil {
		return nil
	}
	switch c := c.(type) {
	case conference.MakeOffer:
		return c.Conditions
	case conference.AcceptOffer:
		if o := v.Offer(c.Offer); o != nil {
			return o.Conditions
		}
	case conference.AnswerProposal:
		if p := v.Proposal(c.Proposal); p != nil {
			return p.Conditions
		}
	}
	return nil
}

// breachNames are the titles of the issues on which an act goes beyond the instructions.
func (s *sheet) breachNames(h *conference.Held) []string {
	names := make([]string, len(h.Breaches))
	for k, id := range h.Breaches {
		names[k] = id
		if i := s.issue(id); i != nil {
			names[k] = s.title(i)
		}
	}
	return names
}

// allowedNow reports whether the last instructions allow an option by name.
func (s *sheet) allowedNow(issue, option string) bool {
	if s.wrote("instructions") {
		return slices.Contains(s.sent.Values["may."+issue], option)
	}
	last := s.View.LastInstruction()
	return last != nil && slices.Contains(last.May[issue], option)
}

// allowedWords says in words what the instructions allow on an issue.
func (s *sheet) allowedWords(i *portsmouth.Issue, values []string) []string {
	if i.Kind == portsmouth.Numeric && len(values) > 1 {
		return []string{s.T("instructions.range", "from", s.value(i, values[0]), "to", s.value(i, values[len(values)-1]))}
	}
	words := make([]string, len(values))
	for k, v := range values {
		words[k] = s.value(i, v)
	}
	return words
}

// newestInstructions are the orders of the reader's own principal, newest first.
func (s *sheet) newestInstructions() []*conference.Instruction {
	list := slices.Clone(s.View.Instructions)
	slices.Reverse(list)
	return list
}
