package conference

import (
	"portsmouth"
	"portsmouth/treaty"
)

// Apply takes in one event. It only assigns and never refuses, and it holds for any selection of a log: what a missing
// act would have made is simply not there.
func (s *State) Apply(e Event) {
	s.applyNote(e)
	switch b := e.Body.(type) {
	case Founded:
		s.Opened, s.Convener, s.Stage = b, e.By, Convening
	case StageEntered:
		s.Stage = b.Stage
		if s.SignedOn.IsZero() && (b.Stage == Ratification || b.Stage == InForce) {
			s.SignedOn = e.At
		}
		if b.Stage == ClosedStage || b.Stage == BrokenOffStage {
			s.Ended = e.At
		}
	case Suspended:
		s.Suspension = &b
	case Resumed:
		s.Suspension = nil
	case BrokenOff:
		s.Broken, s.Suspension = &b, nil // what is over is not suspended
	case HistoryLeft:
		s.LeftHistory = &LeftHistory{At: e.At, Wall: b.Wall}
	case DeadlinePassed:
		s.Passed[b.What] = e.At
	case Published:
		s.Publications = append(s.Publications, Publication{Published: b, ID: e.ID, At: e.At, Leaf: int64(len(s.Publications)) + 1})
	case Invited, SeatTaken, SeatLeft, InvitationDeclined, InvitationRevoked, InvitationAsked, InvitationAnswered:
		s.applyRoster(e)
	case RulesProposed, RulesAccepted, RulesInForce:
		s.applyRules(e)
	case PowersPresented, PowersFound, PowersObjected, SubstituteAppointed, InstructionsSent, ActHeld, HeldApproved, HeldSettled:
		s.applyDelegation(e)
	case AgendaProposed, AgendaAdopted, AgendaFrozen, IssueDeferred, IssueReopened, HeadConcurred, HeadsSettled:
		s.applyAgenda(e)
	case SessionOpened, SessionAdjourned, MinutesProposed, MinutesApproved, CommuniqueProposed, CommuniqueAgreed:
		s.applySession(e)
	case StatementMade, CarryAllowed, StatementReleased:
		s.applyStatement(e)
	case OfferMade, OfferAccepted, OfferRejected, OfferEnded:
		s.applyOffer(e)
	case ProposalPut, ProposalAnswered, ProposalClosed, ProposalWithdrawn:
		s.applyProposal(e)
	case BaselineReached, TextDrafted, CorrectionProposed, CorrectionAnswered, CorrectionMade, Initialled:
		s.applyText(e)
	case Signed, Attested, Ratified, RatificationNotified, EnteredIntoForce, RatificationsExchanged:
		s.applySignature(e)
	case QuestionAnswered, AnswerWithdrawn, PreferencesStated, PreferencesConfirmed, PreparationErased, PreferencesAllowed:
		s.applyPreparation(e)
	case RoundOpened, RoundEntered, RoundLeft, RoundWithdrawn, RoundClosed, Suggested, EntryOpened:
		s.applyRound(e)
	case DebriefAgreed, DebriefOpened:
		s.applyDebrief(e)
	case KeyDeclared, KeyRetracted:
		s.applyKey(e)
	case CommentSubmitted, CommentAnswered:
		s.applyComment(e)
	case EmbargoEnded:
		s.Embargoes[b.What] = e.At
	case Cosigned:
		s.Seen, s.SeenOn = &b, e.At
	case BreakOffAgreed:
		s.BreakingOff[b.Party] = true
	}
}

func (s *State) applyRoster(e Event) {
	switch b := e.Body.(type) {
	case Invited:
		s.Invitations = append(s.Invitations, &Invitation{Invited: b, By: e.By, At: e.At, Status: "open"})
	case SeatTaken:
		s.Seats = append(s.Seats, &Seat{Person: b.Person, Name: b.Name, Party: b.Party, Role: b.Role, At: e.At})
		s.settleInvitation(b.Invitation, "accepted", "")
	case InvitationDeclined:
		s.settleInvitation(b.Invitation, "declined", b.Reason)
	case InvitationRevoked:
		s.settleInvitation(b.Invitation, "revoked", "")
	case InvitationAsked:
		if i := s.invitation(b.Invitation); i != nil {
			i.Questions = append(i.Questions, Question{Text: b.Text, At: e.At})
		}
	case InvitationAnswered:
		if i := s.invitation(b.Invitation); i != nil && len(i.Questions) > 0 {
			i.Questions[len(i.Questions)-1].Answer = b.Text
		}
	case SeatLeft:
		if seat := s.seat(b.Person); seat != nil {
			seat.Left = true
		}
		s.applyKey(e)
	}
}

func (s *State) settleInvitation(id, status, reason string) {
	if i := s.invitation(id); i != nil {
		i.Status, i.Reason = status, reason
	}
}

func (s *State) applyRules(e Event) {
	switch b := e.Body.(type) {
	case RulesProposed:
		s.RulesCount = b.Rules.Version
		s.Proposed = &RulesVote{Rules: b.Rules, By: e.By, Accepted: map[string]bool{}}
	case RulesAccepted:
		if s.Proposed != nil && s.Proposed.Rules.Version == b.Version {
			s.Proposed.Accepted[b.Party] = true
		}
	case RulesInForce:
		if s.Proposed != nil && s.Proposed.Rules.Version == b.Version {
			rules := s.Proposed.Rules
			s.Rules, s.Proposed = &rules, nil
			if rules.Desk != portsmouth.DeskAllowed {
				clear(s.Allowed) // what was allowed under other rules is allowed no more
			}
		}
	}
}

func (s *State) applyDelegation(e Event) {
	switch b := e.Body.(type) {
	case PowersPresented:
		s.Powers[b.Party] = &Powers{Party: b.Party, Text: b.Text, At: e.At, Found: map[string]bool{}, Objected: map[string]string{}}
	case PowersFound:
		if p := s.Powers[b.Party]; p != nil {
			p.Found[b.Finder] = true
			delete(p.Objected, b.Finder)
		}
	case PowersObjected:
		if p := s.Powers[b.Party]; p != nil {
			p.Objected[b.Objector] = b.Reason
			delete(p.Found, b.Objector)
		}
	case SubstituteAppointed:
		if seat := s.seat(b.Person); seat != nil {
			seat.Acting = !b.Recalled
		}
	case InstructionsSent:
		s.Instructions = append(s.Instructions, &Instruction{InstructionsSent: b, At: e.At})
	case ActHeld:
		s.Held = append(s.Held, &Held{ActHeld: b, At: e.At})
	case HeldApproved:
		if h := s.held(b.Held); h != nil {
			h.Approved = true
		}
	case HeldSettled:
		if h := s.held(b.Held); h != nil {
			h.Settled, h.Sent = true, b.Sent
		}
	}
}

func (s *State) applyAgenda(e Event) {
	switch b := e.Body.(type) {
	case AgendaProposed:
		s.AgendaCount = b.Agenda.Version
		s.AgendaVote = &AgendaVote{Agenda: b.Agenda, By: e.By, Why: b.Why, Adopted: map[string]bool{}}
	case AgendaAdopted:
		if s.AgendaVote != nil && s.AgendaVote.Agenda.Version == b.Version {
			s.AgendaVote.Adopted[b.Party] = true
		}
	case AgendaFrozen:
		if s.AgendaVote != nil && s.AgendaVote.Agenda.Version == b.Version {
			agenda := s.AgendaVote.Agenda
			s.Agenda, s.AgendaVote = &agenda, nil
			s.keepHeads()
		}
	case IssueDeferred:
		s.setHead(b.Issue, Deferred, "", e)
	case IssueReopened:
		s.setHead(b.Issue, Open, "", e)
	case HeadConcurred:
		s.changeHead(b.Issue).Ready[b.Party] = b.Option
	case HeadsSettled:
		for _, issue := range portsmouth.SortedKeys(b.Terms) {
			s.setHead(issue, s.settledStatus(), b.Terms[issue], e)
		}
	}
}

// settledStatus is what an issue on which all concur counts as, by the rules.
func (s *State) settledStatus() Status {
	if s.Rules != nil && !s.Rules.WholeOnly {
		return Agreed
	}
	return AdReferendum
}

func (s *State) setHead(issue string, status Status, value string, e Event) {
	h := s.changeHead(issue)
	h.Status, h.Value, h.Since = status, value, e.At
	h.Ready = map[string]string{}
}

// keepHeads drops how issues stood that a new agenda no longer has, or on which the settled option is gone.
func (s *State) keepHeads() {
	for _, id := range portsmouth.SortedKeys(s.Heads) {
		i := s.Agenda.Issue(id)
		if i == nil || s.Heads[id].Value != "" && i.Allows(s.Heads[id].Value) != nil {
			delete(s.Heads, id)
		}
	}
}

func (s *State) applySession(e Event) {
	switch b := e.Body.(type) {
	case SessionOpened:
		s.Sessions = append(s.Sessions, &Session{SessionOpened: b, Opened: e.At})
	case SessionAdjourned:
		if x := s.currentSession(); x != nil {
			x.Adjourned, x.Until, x.Note = e.At, b.Until, b.Note
		}
	case MinutesProposed:
		s.Minutes = append(s.Minutes, &Minutes{MinutesProposed: b, At: e.At, By: e.By, Approved: map[string]bool{}})
	case MinutesApproved:
		if m := s.minutes(b.Minutes); m != nil {
			m.Approved[b.Party] = true
			m.Adopted = s.all(m.Approved)
		}
	case CommuniqueProposed:
		s.Communiques = append(s.Communiques, &Communique{CommuniqueProposed: b, At: e.At, By: e.By, Agreed: map[string]bool{}})
	case CommuniqueAgreed:
		if c := s.communique(b.Communique); c != nil {
			c.Agreed[b.Party] = true
			c.Public, c.Session = s.all(c.Agreed), s.lastSession()
			if c.Public && !e.At.Before(c.NotBefore) {
				s.Embargoes[c.Communique] = e.At // its time has come before the last agreement
			}
		}
	}
}

func (s *State) applyStatement(e Event) {
	switch b := e.Body.(type) {
	case StatementMade:
		s.Statements = append(s.Statements, &Statement{
			StatementMade: b, Room: e.Audience, By: e.By, Party: e.Party, Role: e.Role, At: e.At,
		})
	case CarryAllowed:
		s.Carries = append(s.Carries, &Carry{CarryAllowed: b, At: e.At})
	case StatementReleased:
		if c := s.carry(b.Release); c != nil {
			c.Carried = true
		}
	}
}

func (s *State) applyOffer(e Event) {
	switch b := e.Body.(type) {
	case OfferMade:
		s.Offers = append(s.Offers, &Offer{
			OfferMade: b, At: e.At, By: e.By, Accepted: map[string]bool{b.Party: true}, Rejected: map[string]string{},
		})
		for issue, option := range b.If.With(b.Terms) {
			s.changeHead(issue).Positions[b.Party] = option
		}
	case OfferAccepted:
		if o := s.offer(b.Offer); o != nil {
			o.Accepted[b.Party] = true
			delete(o.Rejected, b.Party)
			if s.all(o.Accepted) {
				o.Ended = "accepted"
			}
		}
	case OfferRejected:
		if o := s.offer(b.Offer); o != nil {
			o.Rejected[b.Party] = b.Reason
			delete(o.Accepted, b.Party)
		}
	case OfferEnded:
		if o := s.offer(b.Offer); o != nil {
			o.Ended = b.How
		}
	}
}

func (s *State) applyProposal(e Event) {
	switch b := e.Body.(type) {
	case ProposalPut:
		s.Proposals = append(s.Proposals, &Proposal{ProposalPut: b, At: e.At, Answers: map[string]bool{}})
	case ProposalAnswered:
		if p := s.proposal(b.Proposal); p != nil {
			p.Answers[b.Party] = b.Accept
		}
	case ProposalClosed:
		if p := s.proposal(b.Proposal); p != nil {
			p.Closed, p.Agreed = true, b.Agreed
		}
	case ProposalWithdrawn:
		if p := s.proposal(b.Proposal); p != nil {
			p.Closed, p.Withdrawn = true, true
		}
	}
}

func (s *State) applyText(e Event) {
	switch b := e.Body.(type) {
	case BaselineReached:
		s.Baseline, s.BaselineAt = &b, e.At
		for issue := range b.Package { // nothing hangs on the rest any more
			s.head(issue).Status = Agreed
		}
	case TextDrafted:
		s.Text = &Text{Document: b.Document, At: e.At, Initials: map[string]map[string]string{}}
	case CorrectionProposed:
		if s.Text != nil {
			s.Text.Corrections = append(s.Text.Corrections, &Correction{CorrectionProposed: b, At: e.At, By: e.By, Accepted: map[string]bool{}})
		}
	case CorrectionAnswered:
		if c := s.correction(b.Correction); c != nil {
			c.Accepted[b.Party] = b.Accept
			if !b.Accept {
				c.Ended = "refused"
			}
		}
	case CorrectionMade:
		s.applyCorrection(b)
	case Initialled:
		if s.Text != nil {
			s.Text.initial(b)
		}
	}
}

func (s *State) applyCorrection(b CorrectionMade) {
	if c := s.correction(b.Correction); c != nil {
		c.Ended = "made"
		if doc, err := s.Text.Document.WithArticle(b.Article, b.Text); err == nil {
			s.Text.Document = doc
		}
		delete(s.Text.Initials, b.Article)
	}
}

func (t *Text) initial(b Initialled) {
	for article, digest := range b.Articles {
		if t.Initials[article] == nil {
			t.Initials[article] = map[string]string{}
		}
		t.Initials[article][b.Party] = digest
	}
}

func (s *State) applySignature(e Event) {
	switch b := e.Body.(type) {
	case Signed:
		s.Signatures = append(s.Signatures, b.Signature)
	case Attested:
		sig := b.Signature
		s.Attestation = &sig
	case Ratified:
		s.Ratifications = append(s.Ratifications, &RatificationRecord{Ratified: b, At: e.At, By: e.By})
	case RatificationNotified:
		if r := s.ratification(b.Party); r != nil {
			r.Notified, r.Note = e.At, b.Note
		}
	case EnteredIntoForce:
		s.InForceOn = b.On
	case RatificationsExchanged:
		s.Exchanged = &Exchange{Place: b.Place, At: e.At}
	}
}

// signedBy returns the signature of a party, or nil.
func (s *State) signedBy(party string) *treaty.Signature {
	for k := range s.Signatures {
		if s.Signatures[k].Party == party {
			return &s.Signatures[k]
		}
	}
	return nil
}
