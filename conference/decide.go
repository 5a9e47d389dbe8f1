package conference

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"portsmouth"
	"portsmouth/treaty"
)

// deciding is one command on its way: what its author may see, who the author is, what has been decided so far.
type deciding struct {
	*State
	meta   Meta
	viewer Viewer
	events []Event
	sent   bool // the command was held back before and is now sent
}

// Decide returns what follows from the command, or why not. s is folded from what the author may see and nothing else;
// it is not changed. Act is the whole step.
func Decide(s *State, m Meta, v Viewer, c Command) ([]Event, error) {
	d := &deciding{State: s, meta: m, viewer: v}
	if err := s.may(v, c.Verb()); err != nil {
		return nil, err
	}
	if err := d.rule(c); err != nil {
		return nil, err
	}
	return d.events, nil
}

// rule finds the one rule of a command: a line each.
func (d *deciding) rule(c Command) error {
	switch c := c.(type) {
	case Found:
		return d.found(c)
	case Invite:
		return d.invite(c)
	case RevokeInvitation:
		return d.revokeInvitation(c)
	case AcceptInvitation:
		return d.acceptInvitation(c)
	case DeclineInvitation:
		return d.declineInvitation(c)
	case AskInvitation:
		return d.askInvitation(c)
	case AnswerInvitation:
		return d.answerInvitation(c)
	case LeaveSeat:
		return d.leaveSeat(c)
	case ProposeRules:
		return d.proposeRules(c)
	case AcceptRules:
		return d.acceptRules(c)
	case PresentPowers:
		return d.presentPowers(c)
	case FindPowers:
		return d.findPowers(c)
	case ObjectToPowers:
		return d.objectToPowers(c)
	case AppointSubstitute:
		return d.appointSubstitute(c)
	case SendInstructions:
		return d.sendInstructions(c)
	case ApproveHeld:
		return d.approveHeld(c)
	case SendHeld:
		return d.sendHeld(c)
	case DropHeld:
		return d.dropHeld(c)
	case ProposeAgenda:
		return d.proposeAgenda(c)
	case AdoptAgenda:
		return d.adoptAgenda(c)
	case DeferIssue:
		return d.deferIssue(c)
	case ReopenIssue:
		return d.reopenIssue(c)
	case AgreeHead:
		return d.agreeHead(c)
	case OpenSession:
		return d.openSession(c)
	case AdjournSession:
		return d.adjournSession(c)
	case ProposeMinutes:
		return d.proposeMinutes(c)
	case ApproveMinutes:
		return d.approveMinutes(c)
	case ProposeCommunique:
		return d.proposeCommunique(c)
	case AgreeCommunique:
		return d.agreeCommunique(c)
	}
	return d.ruleOfSubstance(c)
}

func (d *deciding) ruleOfSubstance(c Command) error {
	switch c := c.(type) {
	case Suspend:
		return d.suspend(c)
	case Resume:
		return d.resume(c)
	case BreakOff:
		return d.breakOff(c)
	case Speak:
		return d.speak(c)
	case ReleaseStatement:
		return d.releaseStatement(c)
	case CarryStatement:
		return d.carryStatement(c)
	case MakeOffer:
		return d.makeOffer(c)
	case AcceptOffer:
		return d.acceptOffer(c)
	case RejectOffer:
		return d.rejectOffer(c)
	case WithdrawOffer:
		return d.withdrawOffer(c)
	case PutProposal:
		return d.putProposal(c)
	case AnswerProposal:
		return d.answerProposal(c)
	case WithdrawProposal:
		return d.withdrawProposal(c)
	case ProposeCorrection:
		return d.proposeCorrection(c)
	case AnswerCorrection:
		return d.answerCorrection(c)
	case InitialArticles:
		return d.initialArticles(c)
	case Sign:
		return d.sign(c)
	case Attest:
		return d.attest(c)
	case Ratify:
		return d.ratify(c)
	case NotifyRatification:
		return d.notifyRatification(c)
	case ExchangeRatifications:
		return d.exchangeRatifications(c)
	case CloseConference:
		return d.closeConference(c)
	case LeaveHistory:
		return d.leaveHistory(c)
	case LapseOffer:
		return d.lapseOffer(c)
	case CloseProposal:
		return d.closeProposal(c)
	case PassDeadline:
		return d.passDeadline(c)
	}
	return d.ruleOfRounds(c)
}

func (d *deciding) ruleOfRounds(c Command) error {
	switch c := c.(type) {
	case AnswerQuestion:
		return d.answerQuestion(c)
	case WithdrawAnswer:
		return d.withdrawAnswer(c)
	case StatePreferences:
		return d.statePreferences(c)
	case ConfirmPreferences:
		return d.confirmPreferences(c)
	case ErasePreparation:
		return d.erasePreparation(c)
	case AllowPreferences:
		return d.allowPreferences(c)
	case OpenRound:
		return d.openRound(c)
	case EnterRound:
		return d.enterRound(c)
	case LeaveRound:
		return d.leaveRound(c)
	case WithdrawRound:
		return d.withdrawRound(c)
	case OpenEntry:
		return d.openEntry(c)
	case AgreeDebrief:
		return d.agreeDebrief(c)
	case CloseRound:
		return d.closeRound(c)
	case OpenDebrief:
		return d.openDebrief(c)
	}
	return d.ruleOfRecord(c)
}

func (d *deciding) ruleOfRecord(c Command) error {
	switch c := c.(type) {
	case DeclareKey:
		return d.declareKey(c)
	case RetractKey:
		return d.retractKey(c)
	case SubmitComment:
		return d.submitComment(c)
	case AnswerComment:
		return d.answerComment(c)
	case EndEmbargo:
		return d.endEmbargo(c)
	case DeclareSigned:
		return d.declareSigned(c)
	case DeclareRupture:
		return d.declareRupture(c)
	case DestroyNotes:
		return d.destroyNotes(c)
	case AdmitReader:
		return d.admitReader(c)
	case KeepNotes:
		return d.keepNotes(c)
	}
	return portsmouth.Invalidf("command", "there is no command “%s”", c.Verb())
}

// emit adds an event in the author's name. The first carries the command's id, those that follow one derived from it.
func (d *deciding) emit(to Audience, b Body) {
	id := d.meta.ID
	if n := len(d.events); n > 0 {
		id = derivedID(d.meta.ID, n)
	}
	d.events = append(d.events, Event{
		ID: id, At: d.meta.At.UTC().Truncate(1e6), By: d.meta.By, Party: d.viewer.Party, Role: d.viewer.As(), Audience: to, Body: b,
	})
}

// derivedID names the n-th event after the first. It is a hash, so that it does not show the id of the act it follows
// from: that act may be private.
func derivedID(id string, n int) string {
	sum := sha256.Sum256([]byte(id + "/" + strconv.Itoa(n)))
	return hex.EncodeToString(sum[:16])
}

// publicID names the n-th publication that follows from a command, counted from 1.
func publicID(id string, n int) string { return derivedID(id+"/public", n) }

// allWith reports whether done, together with this party, is every party.
func (d *deciding) allWith(done map[string]bool, party string) bool {
	for _, id := range d.partyIDs() {
		if id != party && !done[id] {
			return false
		}
	}
	return true
}

// later reports whether t is still to come, and in a year that can be written down.
func (d *deciding) later(t time.Time) bool { return t.After(d.meta.At) && t.UTC().Year() <= 9999 }

// Limits of what a person may write at once, in bytes.
const (
	maxLine      = 300
	maxStatement = 20_000
)

// line checks a short text that must be there, and that can stand under a treaty: a name, a capacity, a place.
func line(what, s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return portsmouth.Invalidf("text-given", "%s is missing", what)
	case len(s) > maxLine:
		return portsmouth.Invalidf("text-size", "%s is longer than %d characters", what, maxLine)
	}
	if strings.ContainsAny(s, "\n\t") {
		return portsmouth.Invalidf("text-line", "%s must be one line", what)
	}
	if err := plain(what, s); err != nil {
		return err
	}
	return treaty.CheckText(what, s)
}

// prose checks a long text; needed says whether it must be there.
func prose(what, s string, needed bool) error {
	switch {
	case needed && strings.TrimSpace(s) == "":
		return portsmouth.Invalidf("text-given", "%s is missing", what)
	case len(s) > maxStatement:
		return portsmouth.Invalidf("text-size", "%s is longer than %d characters", what, maxStatement)
	}
	return plain(what, s)
}

// plain refuses what would look other than it is: broken UTF-8 and control characters.
func plain(what, s string) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x20 && r != '\n' && r != '\t' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
	}) {
		return portsmouth.Invalidf("text-plain", "%s holds control characters", what)
	}
	return nil
}

// inLanguages checks a text that all must be able to read.
func (d *deciding) inLanguages(what string, t portsmouth.Text) error {
	if m := t.Missing(d.Opened.Languages); len(m) > 0 {
		return portsmouth.Invalidf("text-languages", "%s is missing in %s", what, strings.Join(m, ", "))
	}
	for _, l := range t.Languages() {
		if err := prose(what, t[l], false); err != nil {
			return err
		}
	}
	return nil
}
