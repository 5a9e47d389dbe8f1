package conference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"portsmouth"
)

// bodies is the one table between the names of events and their forms. Encodings are never edited: golden files hold
// one of each.
var bodies = map[string]func([]byte) (Body, error){
	"founded":                 decodeBody[Founded],
	"invited":                 decodeBody[Invited],
	"seat-taken":              decodeBody[SeatTaken],
	"invitation-declined":     decodeBody[InvitationDeclined],
	"invitation-asked":        decodeBody[InvitationAsked],
	"invitation-answered":     decodeBody[InvitationAnswered],
	"invitation-revoked":      decodeBody[InvitationRevoked],
	"seat-left":               decodeBody[SeatLeft],
	"rules-proposed":          decodeBody[RulesProposed],
	"rules-accepted":          decodeBody[RulesAccepted],
	"rules-in-force":          decodeBody[RulesInForce],
	"stage-entered":           decodeBody[StageEntered],
	"powers-presented":        decodeBody[PowersPresented],
	"powers-found":            decodeBody[PowersFound],
	"powers-objected":         decodeBody[PowersObjected],
	"substitute-appointed":    decodeBody[SubstituteAppointed],
	"instructions-sent":       decodeBody[InstructionsSent],
	"act-held":                decodeBody[ActHeld],
	"held-approved":           decodeBody[HeldApproved],
	"held-settled":            decodeBody[HeldSettled],
	"agenda-proposed":         decodeBody[AgendaProposed],
	"agenda-adopted":          decodeBody[AgendaAdopted],
	"agenda-frozen":           decodeBody[AgendaFrozen],
	"issue-deferred":          decodeBody[IssueDeferred],
	"issue-reopened":          decodeBody[IssueReopened],
	"head-concurred":          decodeBody[HeadConcurred],
	"heads-settled":           decodeBody[HeadsSettled],
	"session-opened":          decodeBody[SessionOpened],
	"session-adjourned":       decodeBody[SessionAdjourned],
	"minutes-proposed":        decodeBody[MinutesProposed],
	"minutes-approved":        decodeBody[MinutesApproved],
	"communique-proposed":     decodeBody[CommuniqueProposed],
	"communique-agreed":       decodeBody[CommuniqueAgreed],
	"suspended":               decodeBody[Suspended],
	"resumed":                 decodeBody[Resumed],
	"broken-off":              decodeBody[BrokenOff],
	"statement-made":          decodeBody[StatementMade],
	"carry-allowed":           decodeBody[CarryAllowed],
	"statement-released":      decodeBody[StatementReleased],
	"offer-made":              decodeBody[OfferMade],
	"offer-accepted":          decodeBody[OfferAccepted],
	"offer-rejected":          decodeBody[OfferRejected],
	"offer-ended":             decodeBody[OfferEnded],
	"proposal-put":            decodeBody[ProposalPut],
	"proposal-answered":       decodeBody[ProposalAnswered],
	"proposal-closed":         decodeBody[ProposalClosed],
	"proposal-withdrawn":      decodeBody[ProposalWithdrawn],
	"baseline-reached":        decodeBody[BaselineReached],
	"text-drafted":            decodeBody[TextDrafted],
	"correction-proposed":     decodeBody[CorrectionProposed],
	"correction-answered":     decodeBody[CorrectionAnswered],
	"correction-made":         decodeBody[CorrectionMade],
	"initialled":              decodeBody[Initialled],
	"signed":                  decodeBody[Signed],
	"attested":                decodeBody[Attested],
	"ratified":                decodeBody[Ratified],
	"ratification-notified":   decodeBody[RatificationNotified],
	"entered-into-force":      decodeBody[EnteredIntoForce],
	"ratifications-exchanged": decodeBody[RatificationsExchanged],
	"deadline-passed":         decodeBody[DeadlinePassed],
	"closed":                  decodeBody[Closed],
	"history-left":            decodeBody[HistoryLeft],
	"question-answered":       decodeBody[QuestionAnswered],
	"answer-withdrawn":        decodeBody[AnswerWithdrawn],
	"preferences-stated":      decodeBody[PreferencesStated],
	"preferences-confirmed":   decodeBody[PreferencesConfirmed],
	"preparation-erased":      decodeBody[PreparationErased],
	"preferences-allowed":     decodeBody[PreferencesAllowed],
	"round-opened":            decodeBody[RoundOpened],
	"round-entered":           decodeBody[RoundEntered],
	"round-left":              decodeBody[RoundLeft],
	"round-withdrawn":         decodeBody[RoundWithdrawn],
	"round-closed":            decodeBody[RoundClosed],
	"suggested":               decodeBody[Suggested],
	"entry-opened":            decodeBody[EntryOpened],
	"debrief-agreed":          decodeBody[DebriefAgreed],
	"debrief-opened":          decodeBody[DebriefOpened],
	"key-declared":            decodeBody[KeyDeclared],
	"key-retracted":           decodeBody[KeyRetracted],
	"comment-submitted":       decodeBody[CommentSubmitted],
	"comment-answered":        decodeBody[CommentAnswered],
	"embargo-ended":           decodeBody[EmbargoEnded],
	"cosigned":                decodeBody[Cosigned],
	"break-off-agreed":        decodeBody[BreakOffAgreed],
	"rupture-declared":        decodeBody[RuptureDeclared],
	"note-destroyed":          decodeBody[NoteDestroyed],
	"notes-destroyed":         decodeBody[NotesDestroyed],
	"reader-admitted":         decodeBody[ReaderAdmitted],
	"destruction-asked":       decodeBody[DestructionAsked],
	"destruction-refused":     decodeBody[DestructionRefused],
	"published":               decodeBody[Published],
}

// commands is the same for commands, as they are held back, scripted and sent by programs.
var commands = map[string]func([]byte) (Command, error){
	"found":                  decodeCommand[Found],
	"invite":                 decodeCommand[Invite],
	"revoke-invitation":      decodeCommand[RevokeInvitation],
	"accept-invitation":      decodeCommand[AcceptInvitation],
	"decline-invitation":     decodeCommand[DeclineInvitation],
	"ask-invitation":         decodeCommand[AskInvitation],
	"answer-invitation":      decodeCommand[AnswerInvitation],
	"leave-seat":             decodeCommand[LeaveSeat],
	"propose-rules":          decodeCommand[ProposeRules],
	"accept-rules":           decodeCommand[AcceptRules],
	"present-powers":         decodeCommand[PresentPowers],
	"find-powers":            decodeCommand[FindPowers],
	"object-to-powers":       decodeCommand[ObjectToPowers],
	"appoint-substitute":     decodeCommand[AppointSubstitute],
	"send-instructions":      decodeCommand[SendInstructions],
	"approve-held":           decodeCommand[ApproveHeld],
	"send-held":              decodeCommand[SendHeld],
	"drop-held":              decodeCommand[DropHeld],
	"propose-agenda":         decodeCommand[ProposeAgenda],
	"adopt-agenda":           decodeCommand[AdoptAgenda],
	"defer-issue":            decodeCommand[DeferIssue],
	"reopen-issue":           decodeCommand[ReopenIssue],
	"agree-head":             decodeCommand[AgreeHead],
	"open-session":           decodeCommand[OpenSession],
	"adjourn-session":        decodeCommand[AdjournSession],
	"propose-minutes":        decodeCommand[ProposeMinutes],
	"approve-minutes":        decodeCommand[ApproveMinutes],
	"propose-communique":     decodeCommand[ProposeCommunique],
	"agree-communique":       decodeCommand[AgreeCommunique],
	"suspend":                decodeCommand[Suspend],
	"resume":                 decodeCommand[Resume],
	"break-off":              decodeCommand[BreakOff],
	"speak":                  decodeCommand[Speak],
	"release-statement":      decodeCommand[ReleaseStatement],
	"carry-statement":        decodeCommand[CarryStatement],
	"make-offer":             decodeCommand[MakeOffer],
	"accept-offer":           decodeCommand[AcceptOffer],
	"reject-offer":           decodeCommand[RejectOffer],
	"withdraw-offer":         decodeCommand[WithdrawOffer],
	"put-proposal":           decodeCommand[PutProposal],
	"answer-proposal":        decodeCommand[AnswerProposal],
	"withdraw-proposal":      decodeCommand[WithdrawProposal],
	"propose-correction":     decodeCommand[ProposeCorrection],
	"answer-correction":      decodeCommand[AnswerCorrection],
	"initial-articles":       decodeCommand[InitialArticles],
	"sign":                   decodeCommand[Sign],
	"attest":                 decodeCommand[Attest],
	"ratify":                 decodeCommand[Ratify],
	"notify-ratification":    decodeCommand[NotifyRatification],
	"exchange-ratifications": decodeCommand[ExchangeRatifications],
	"close-conference":       decodeCommand[CloseConference],
	"leave-history":          decodeCommand[LeaveHistory],
	"lapse-offer":            decodeCommand[LapseOffer],
	"close-proposal":         decodeCommand[CloseProposal],
	"pass-deadline":          decodeCommand[PassDeadline],
	"answer-question":        decodeCommand[AnswerQuestion],
	"withdraw-answer":        decodeCommand[WithdrawAnswer],
	"state-preferences":      decodeCommand[StatePreferences],
	"confirm-preferences":    decodeCommand[ConfirmPreferences],
	"erase-preparation":      decodeCommand[ErasePreparation],
	"allow-preferences":      decodeCommand[AllowPreferences],
	"open-round":             decodeCommand[OpenRound],
	"enter-round":            decodeCommand[EnterRound],
	"leave-round":            decodeCommand[LeaveRound],
	"withdraw-round":         decodeCommand[WithdrawRound],
	"open-entry":             decodeCommand[OpenEntry],
	"agree-debrief":          decodeCommand[AgreeDebrief],
	"close-round":            decodeCommand[CloseRound],
	"open-debrief":           decodeCommand[OpenDebrief],
	"declare-key":            decodeCommand[DeclareKey],
	"retract-key":            decodeCommand[RetractKey],
	"submit-comment":         decodeCommand[SubmitComment],
	"answer-comment":         decodeCommand[AnswerComment],
	"end-embargo":            decodeCommand[EndEmbargo],
	"declare-signed":         decodeCommand[DeclareSigned],
	"declare-rupture":        decodeCommand[DeclareRupture],
	"destroy-notes":          decodeCommand[DestroyNotes],
	"admit-reader":           decodeCommand[AdmitReader],
	"keep-notes":             decodeCommand[KeepNotes],
}

// envelope is an event as it is stored: one line of JSON.
type envelope struct {
	ID       string          `json:"id"`
	At       int64           `json:"at"` // milliseconds since 1970, UTC
	By       string          `json:"by,omitempty"`
	Party    string          `json:"party,omitempty"`
	Role     portsmouth.Role `json:"role,omitempty"`
	Audience Audience        `json:"to"`
	Kind     string          `json:"kind"`
	Version  int             `json:"v"`
	Body     json.RawMessage `json:"body"`
}

// EncodeEvent returns the event's stored form, and the room it belongs to.
func EncodeEvent(e Event) (room string, data []byte, err error) {
	body, err := json.Marshal(e.Body)
	if err != nil {
		return "", nil, fmt.Errorf("encode %s: %w", e.Body.Kind(), err)
	}
	data, err = json.Marshal(envelope{
		ID: e.ID, At: e.At.UnixMilli(), By: e.By, Party: e.Party, Role: e.Role, Audience: e.Audience,
		Kind: e.Body.Kind(), Version: 1, Body: body,
	})
	return string(e.Audience), data, err
}

// DecodeEvent reads it back. An unknown kind or version is an error: a node never guesses what an act meant.
func DecodeEvent(data []byte) (Event, error) {
	var v envelope
	if err := json.Unmarshal(data, &v); err != nil {
		return Event{}, fmt.Errorf("decode event: %w", err)
	}
	decode, ok := bodies[v.Kind]
	if !ok || v.Version != 1 {
		return Event{}, fmt.Errorf("decode event %s: unknown kind %q version %d", v.ID, v.Kind, v.Version)
	}
	body, err := decode(v.Body)
	if err != nil {
		return Event{}, fmt.Errorf("decode event %s (%s): %w", v.ID, v.Kind, err)
	}
	return Event{
		ID: v.ID, At: time.UnixMilli(v.At).UTC(), By: v.By, Party: v.Party, Role: v.Role, Audience: v.Audience, Body: body,
	}, nil
}

// EncodeCommand returns {"name": {…}}.
func EncodeCommand(c Command) ([]byte, error) {
	return json.Marshal(map[string]Command{c.Verb(): c})
}

// DecodeCommand reads {"name": {…}}, strictly: an unknown field or command is an error of kind Invalid.
func DecodeCommand(data []byte) (Command, error) {
	var named map[string]json.RawMessage
	if err := json.Unmarshal(data, &named); err != nil || len(named) != 1 {
		return nil, portsmouth.Invalidf("command-form", "a command is one object: {\"name\": {…}}")
	}
	for name, body := range named {
		return DecodeCommandAs(name, body)
	}
	return nil, nil
}

// DecodeCommandAs reads the fields of the command of that name, strictly.
func DecodeCommandAs(name string, body []byte) (Command, error) {
	decode, ok := commands[name]
	if !ok {
		return nil, portsmouth.Invalidf("command", "there is no command “%s”", name)
	}
	c, err := decode(body)
	if err != nil {
		return nil, portsmouth.Invalidf("command-form", "%s: %v", name, err)
	}
	return c, nil
}

func decodeBody[T Body](data []byte) (Body, error) {
	var b T
	err := json.Unmarshal(data, &b)
	return b, err
}

func decodeCommand[T Command](data []byte) (Command, error) {
	var c T
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return c, nil
}
