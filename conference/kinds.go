package conference

// The names under which events are stored. A name is never reused for another meaning; a changed form gets a new
// version in codec.go.

// Kind names the event in storage.
func (Founded) Kind() string { return "founded" }

// Kind names the event in storage.
func (Invited) Kind() string { return "invited" }

// Kind names the event in storage.
func (SeatTaken) Kind() string { return "seat-taken" }

// Kind names the event in storage.
func (InvitationDeclined) Kind() string { return "invitation-declined" }

// Kind names the event in storage.
func (InvitationAsked) Kind() string { return "invitation-asked" }

// Kind names the event in storage.
func (InvitationAnswered) Kind() string { return "invitation-answered" }

// Kind names the event in storage.
func (InvitationRevoked) Kind() string { return "invitation-revoked" }

// Kind names the event in storage.
func (SeatLeft) Kind() string { return "seat-left" }

// Kind names the event in storage.
func (RulesProposed) Kind() string { return "rules-proposed" }

// Kind names the event in storage.
func (RulesAccepted) Kind() string { return "rules-accepted" }

// Kind names the event in storage.
func (RulesInForce) Kind() string { return "rules-in-force" }

// Kind names the event in storage.
func (StageEntered) Kind() string { return "stage-entered" }

// Kind names the event in storage.
func (PowersPresented) Kind() string { return "powers-presented" }

// Kind names the event in storage.
func (PowersFound) Kind() string { return "powers-found" }

// Kind names the event in storage.
func (PowersObjected) Kind() string { return "powers-objected" }

// Kind names the event in storage.
func (SubstituteAppointed) Kind() string { return "substitute-appointed" }

// Kind names the event in storage.
func (InstructionsSent) Kind() string { return "instructions-sent" }

// Kind names the event in storage.
func (ActHeld) Kind() string { return "act-held" }

// Kind names the event in storage.
func (HeldApproved) Kind() string { return "held-approved" }

// Kind names the event in storage.
func (HeldSettled) Kind() string { return "held-settled" }

// Kind names the event in storage.
func (AgendaProposed) Kind() string { return "agenda-proposed" }

// Kind names the event in storage.
func (AgendaAdopted) Kind() string { return "agenda-adopted" }

// Kind names the event in storage.
func (AgendaFrozen) Kind() string { return "agenda-frozen" }

// Kind names the event in storage.
func (IssueDeferred) Kind() string { return "issue-deferred" }

// Kind names the event in storage.
func (IssueReopened) Kind() string { return "issue-reopened" }

// Kind names the event in storage.
func (HeadConcurred) Kind() string { return "head-concurred" }

// Kind names the event in storage.
func (HeadsSettled) Kind() string { return "heads-settled" }

// Kind names the event in storage.
func (SessionOpened) Kind() string { return "session-opened" }

// Kind names the event in storage.
func (SessionAdjourned) Kind() string { return "session-adjourned" }

// Kind names the event in storage.
func (MinutesProposed) Kind() string { return "minutes-proposed" }

// Kind names the event in storage.
func (MinutesApproved) Kind() string { return "minutes-approved" }

// Kind names the event in storage.
func (CommuniqueProposed) Kind() string { return "communique-proposed" }

// Kind names the event in storage.
func (CommuniqueAgreed) Kind() string { return "communique-agreed" }

// Kind names the event in storage.
func (Suspended) Kind() string { return "suspended" }

// Kind names the event in storage.
func (Resumed) Kind() string { return "resumed" }

// Kind names the event in storage.
func (BrokenOff) Kind() string { return "broken-off" }

// Kind names the event in storage.
func (StatementMade) Kind() string { return "statement-made" }

// Kind names the event in storage.
func (CarryAllowed) Kind() string { return "carry-allowed" }

// Kind names the event in storage.
func (StatementReleased) Kind() string { return "statement-released" }

// Kind names the event in storage.
func (OfferMade) Kind() string { return "offer-made" }

// Kind names the event in storage.
func (OfferAccepted) Kind() string { return "offer-accepted" }

// Kind names the event in storage.
func (OfferRejected) Kind() string { return "offer-rejected" }

// Kind names the event in storage.
func (OfferEnded) Kind() string { return "offer-ended" }

// Kind names the event in storage.
func (ProposalPut) Kind() string { return "proposal-put" }

// Kind names the event in storage.
func (ProposalAnswered) Kind() string { return "proposal-answered" }

// Kind names the event in storage.
func (ProposalClosed) Kind() string { return "proposal-closed" }

// Kind names the event in storage.
func (ProposalWithdrawn) Kind() string { return "proposal-withdrawn" }

// Kind names the event in storage.
func (BaselineReached) Kind() string { return "baseline-reached" }

// Kind names the event in storage.
func (TextDrafted) Kind() string { return "text-drafted" }

// Kind names the event in storage.
func (CorrectionProposed) Kind() string { return "correction-proposed" }

// Kind names the event in storage.
func (CorrectionAnswered) Kind() string { return "correction-answered" }

// Kind names the event in storage.
func (CorrectionMade) Kind() string { return "correction-made" }

// Kind names the event in storage.
func (Initialled) Kind() string { return "initialled" }

// Kind names the event in storage.
func (Signed) Kind() string { return "signed" }

// Kind names the event in storage.
func (Attested) Kind() string { return "attested" }

// Kind names the event in storage.
func (Ratified) Kind() string { return "ratified" }

// Kind names the event in storage.
func (RatificationNotified) Kind() string { return "ratification-notified" }

// Kind names the event in storage.
func (EnteredIntoForce) Kind() string { return "entered-into-force" }

// Kind names the event in storage.
func (RatificationsExchanged) Kind() string { return "ratifications-exchanged" }

// Kind names the event in storage.
func (DeadlinePassed) Kind() string { return "deadline-passed" }

// Kind names the event in storage.
func (Closed) Kind() string { return "closed" }

// Kind names the event in storage.
func (HistoryLeft) Kind() string { return "history-left" }

// Kind names the event in storage.
func (Published) Kind() string { return "published" }

// Kind names the event in storage.
func (KeyDeclared) Kind() string { return "key-declared" }

// Kind names the event in storage.
func (KeyRetracted) Kind() string { return "key-retracted" }

// Kind names the event in storage.
func (CommentSubmitted) Kind() string { return "comment-submitted" }

// Kind names the event in storage.
func (CommentAnswered) Kind() string { return "comment-answered" }

// Kind names the event in storage.
func (EmbargoEnded) Kind() string { return "embargo-ended" }

// Kind names the event in storage.
func (Cosigned) Kind() string { return "cosigned" }

// Kind names the event in storage.
func (BreakOffAgreed) Kind() string { return "break-off-agreed" }

// Kind names the event in storage.
func (RuptureDeclared) Kind() string { return "rupture-declared" }

// The names of the commands, as in the table of stage.go.

// Kind names the event in storage.
func (QuestionAnswered) Kind() string { return "question-answered" }

// Kind names the event in storage.
func (AnswerWithdrawn) Kind() string { return "answer-withdrawn" }

// Kind names the event in storage.
func (PreferencesStated) Kind() string { return "preferences-stated" }

// Kind names the event in storage.
func (PreferencesConfirmed) Kind() string { return "preferences-confirmed" }

// Kind names the event in storage.
func (PreparationErased) Kind() string { return "preparation-erased" }

// Kind names the event in storage.
func (PreferencesAllowed) Kind() string { return "preferences-allowed" }

// Kind names the event in storage.
func (RoundOpened) Kind() string { return "round-opened" }

// Kind names the event in storage.
func (RoundEntered) Kind() string { return "round-entered" }

// Kind names the event in storage.
func (RoundLeft) Kind() string { return "round-left" }

// Kind names the event in storage.
func (RoundWithdrawn) Kind() string { return "round-withdrawn" }

// Kind names the event in storage.
func (RoundClosed) Kind() string { return "round-closed" }

// Kind names the event in storage.
func (Suggested) Kind() string { return "suggested" }

// Kind names the event in storage.
func (EntryOpened) Kind() string { return "entry-opened" }

// Kind names the event in storage.
func (DebriefAgreed) Kind() string { return "debrief-agreed" }

// Kind names the event in storage.
func (DebriefOpened) Kind() string { return "debrief-opened" }

// Verb is the command's line in the table of stage.go.
func (Found) Verb() string { return "found" }

// Verb is the command's line in the table of stage.go.
func (Invite) Verb() string { return "invite" }

// Verb is the command's line in the table of stage.go.
func (RevokeInvitation) Verb() string { return "revoke-invitation" }

// Verb is the command's line in the table of stage.go.
func (AcceptInvitation) Verb() string { return "accept-invitation" }

// Verb is the command's line in the table of stage.go.
func (DeclineInvitation) Verb() string { return "decline-invitation" }

// Verb is the command's line in the table of stage.go.
func (AskInvitation) Verb() string { return "ask-invitation" }

// Verb is the command's line in the table of stage.go.
func (AnswerInvitation) Verb() string { return "answer-invitation" }

// Verb is the command's line in the table of stage.go.
func (LeaveSeat) Verb() string { return "leave-seat" }

// Verb is the command's line in the table of stage.go.
func (ProposeRules) Verb() string { return "propose-rules" }

// Verb is the command's line in the table of stage.go.
func (AcceptRules) Verb() string { return "accept-rules" }

// Verb is the command's line in the table of stage.go.
func (PresentPowers) Verb() string { return "present-powers" }

// Verb is the command's line in the table of stage.go.
func (FindPowers) Verb() string { return "find-powers" }

// Verb is the command's line in the table of stage.go.
func (ObjectToPowers) Verb() string { return "object-to-powers" }

// Verb is the command's line in the table of stage.go.
func (AppointSubstitute) Verb() string { return "appoint-substitute" }

// Verb is the command's line in the table of stage.go.
func (SendInstructions) Verb() string { return "send-instructions" }

// Verb is the command's line in the table of stage.go.
func (ApproveHeld) Verb() string { return "approve-held" }

// Verb is the command's line in the table of stage.go.
func (SendHeld) Verb() string { return "send-held" }

// Verb is the command's line in the table of stage.go.
func (DropHeld) Verb() string { return "drop-held" }

// Verb is the command's line in the table of stage.go.
func (ProposeAgenda) Verb() string { return "propose-agenda" }

// Verb is the command's line in the table of stage.go.
func (AdoptAgenda) Verb() string { return "adopt-agenda" }

// Verb is the command's line in the table of stage.go.
func (DeferIssue) Verb() string { return "defer-issue" }

// Verb is the command's line in the table of stage.go.
func (ReopenIssue) Verb() string { return "reopen-issue" }

// Verb is the command's line in the table of stage.go.
func (AgreeHead) Verb() string { return "agree-head" }

// Verb is the command's line in the table of stage.go.
func (OpenSession) Verb() string { return "open-session" }

// Verb is the command's line in the table of stage.go.
func (AdjournSession) Verb() string { return "adjourn-session" }

// Verb is the command's line in the table of stage.go.
func (ProposeMinutes) Verb() string { return "propose-minutes" }

// Verb is the command's line in the table of stage.go.
func (ApproveMinutes) Verb() string { return "approve-minutes" }

// Verb is the command's line in the table of stage.go.
func (ProposeCommunique) Verb() string { return "propose-communique" }

// Verb is the command's line in the table of stage.go.
func (AgreeCommunique) Verb() string { return "agree-communique" }

// Verb is the command's line in the table of stage.go.
func (Suspend) Verb() string { return "suspend" }

// Verb is the command's line in the table of stage.go.
func (Resume) Verb() string { return "resume" }

// Verb is the command's line in the table of stage.go.
func (BreakOff) Verb() string { return "break-off" }

// Verb is the command's line in the table of stage.go.
func (Speak) Verb() string { return "speak" }

// Verb is the command's line in the table of stage.go.
func (ReleaseStatement) Verb() string { return "release-statement" }

// Verb is the command's line in the table of stage.go.
func (CarryStatement) Verb() string { return "carry-statement" }

// Verb is the command's line in the table of stage.go.
func (MakeOffer) Verb() string { return "make-offer" }

// Verb is the command's line in the table of stage.go.
func (AcceptOffer) Verb() string { return "accept-offer" }

// Verb is the command's line in the table of stage.go.
func (RejectOffer) Verb() string { return "reject-offer" }

// Verb is the command's line in the table of stage.go.
func (WithdrawOffer) Verb() string { return "withdraw-offer" }

// Verb is the command's line in the table of stage.go.
func (PutProposal) Verb() string { return "put-proposal" }

// Verb is the command's line in the table of stage.go.
func (AnswerProposal) Verb() string { return "answer-proposal" }

// Verb is the command's line in the table of stage.go.
func (WithdrawProposal) Verb() string { return "withdraw-proposal" }

// Verb is the command's line in the table of stage.go.
func (ProposeCorrection) Verb() string { return "propose-correction" }

// Verb is the command's line in the table of stage.go.
func (AnswerCorrection) Verb() string { return "answer-correction" }

// Verb is the command's line in the table of stage.go.
func (InitialArticles) Verb() string { return "initial-articles" }

// Verb is the command's line in the table of stage.go.
func (Sign) Verb() string { return "sign" }

// Verb is the command's line in the table of stage.go.
func (Attest) Verb() string { return "attest" }

// Verb is the command's line in the table of stage.go.
func (Ratify) Verb() string { return "ratify" }

// Verb is the command's line in the table of stage.go.
func (NotifyRatification) Verb() string { return "notify-ratification" }

// Verb is the command's line in the table of stage.go.
func (ExchangeRatifications) Verb() string { return "exchange-ratifications" }

// Verb is the command's line in the table of stage.go.
func (CloseConference) Verb() string { return "close-conference" }

// Verb is the command's line in the table of stage.go.
func (LeaveHistory) Verb() string { return "leave-history" }

// Verb is the command's line in the table of stage.go.
func (LapseOffer) Verb() string { return "lapse-offer" }

// Verb is the command's line in the table of stage.go.
func (CloseProposal) Verb() string { return "close-proposal" }

// Verb is the command's line in the table of stage.go.
func (PassDeadline) Verb() string { return "pass-deadline" }

// Verb is the command's line in the table of stage.go.
func (AnswerQuestion) Verb() string { return "answer-question" }

// Verb is the command's line in the table of stage.go.
func (WithdrawAnswer) Verb() string { return "withdraw-answer" }

// Verb is the command's line in the table of stage.go.
func (StatePreferences) Verb() string { return "state-preferences" }

// Verb is the command's line in the table of stage.go.
func (ConfirmPreferences) Verb() string { return "confirm-preferences" }

// Verb is the command's line in the table of stage.go.
func (ErasePreparation) Verb() string { return "erase-preparation" }

// Verb is the command's line in the table of stage.go.
func (AllowPreferences) Verb() string { return "allow-preferences" }

// Verb is the command's line in the table of stage.go.
func (OpenRound) Verb() string { return "open-round" }

// Verb is the command's line in the table of stage.go.
func (EnterRound) Verb() string { return "enter-round" }

// Verb is the command's line in the table of stage.go.
func (LeaveRound) Verb() string { return "leave-round" }

// Verb is the command's line in the table of stage.go.
func (WithdrawRound) Verb() string { return "withdraw-round" }

// Verb is the command's line in the table of stage.go.
func (OpenEntry) Verb() string { return "open-entry" }

// Verb is the command's line in the table of stage.go.
func (AgreeDebrief) Verb() string { return "agree-debrief" }

// Verb is the command's line in the table of stage.go.
func (CloseRound) Verb() string { return "close-round" }

// Verb is the command's line in the table of stage.go.
func (OpenDebrief) Verb() string { return "open-debrief" }

// Verb is the command's line in the table of stage.go.
func (DeclareKey) Verb() string { return "declare-key" }

// Verb is the command's line in the table of stage.go.
func (RetractKey) Verb() string { return "retract-key" }

// Verb is the command's line in the table of stage.go.
func (SubmitComment) Verb() string { return "submit-comment" }

// Verb is the command's line in the table of stage.go.
func (AnswerComment) Verb() string { return "answer-comment" }

// Verb is the command's line in the table of stage.go.
func (EndEmbargo) Verb() string { return "end-embargo" }

// Verb is the command's line in the table of stage.go.
func (DeclareSigned) Verb() string { return "declare-signed" }

// Verb names the command.
func (DeclareRupture) Verb() string { return "declare-rupture" }
