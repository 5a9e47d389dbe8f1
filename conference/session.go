package conference

import (
	"time"

	"portsmouth"
)

// Sessions: their minutes, communiqués; suspension, resumption, breaking off. Minutes are of a whole session: they can
// be drafted and put while it goes on, but are approved only after its close. Minutes and communiqués can still follow
// when the conference is over.

func (d *deciding) openSession(c OpenSession) error {
	if d.currentSession() != nil {
		return portsmouth.Refuse("one-session", "a session is open; adjourn it first")
	}
	if err := line("the place", c.Place); err != nil {
		return err
	}
	if err := prose("the purpose", c.Purpose, false); err != nil {
		return err
	}
	d.emit(ToPlenary, SessionOpened{Number: len(d.Sessions) + 1, Place: c.Place, Purpose: c.Purpose})
	return nil
}

func (d *deciding) adjournSession(c AdjournSession) error {
	x := d.currentSession()
	if x == nil {
		return portsmouth.Refuse("no-session", "no session is open")
	}
	if !c.Until.IsZero() && !d.later(c.Until) {
		return portsmouth.Invalidf("until-later", "the next session must be later than now")
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	d.emit(ToPlenary, SessionAdjourned{Number: x.Number, Until: c.Until.UTC(), Note: c.Note})
	return nil
}

func (d *deciding) proposeMinutes(c ProposeMinutes) error {
	if c.Session < 1 || c.Session > len(d.Sessions) {
		return portsmouth.Invalidf("session-exists", "there was no session %d", c.Session)
	}
	if err := prose("the text of the minutes", c.Text, true); err != nil {
		return err
	}
	d.emit(ToPlenary, MinutesProposed{Minutes: d.meta.ID, Session: c.Session, Text: c.Text, Salt: d.salt()})
	return nil
}

func (d *deciding) approveMinutes(c ApproveMinutes) error {
	m := d.minutes(c.Minutes)
	if m == nil {
		return portsmouth.Invalidf("minutes-exist", "there are no such minutes")
	}
	if m.Approved[d.viewer.Party] {
		return portsmouth.Refuse("minutes-once", "you have already approved these minutes")
	}
	if d.Sessions[m.Session-1].Adjourned.IsZero() {
		return portsmouth.Refuse("minutes-session-open", "session %d is still open; its minutes can be approved once it is adjourned", m.Session)
	}
	d.emit(ToPlenary, MinutesApproved{Minutes: c.Minutes, Party: d.viewer.Party})
	return nil
}

func (d *deciding) proposeCommunique(c ProposeCommunique) error {
	if err := d.communiquesAllowed(); err != nil {
		return err
	}
	if err := d.inLanguages("the communiqué", c.Text); err != nil {
		return err
	}
	if err := d.embargo(c.NotBefore); err != nil {
		return err
	}
	d.emit(ToPlenary, CommuniqueProposed{Communique: d.meta.ID, Text: c.Text, NotBefore: c.NotBefore.UTC().Truncate(time.Millisecond)})
	return nil
}

// agreeCommunique: with the last agreement it becomes public (public.go).
func (d *deciding) agreeCommunique(c AgreeCommunique) error {
	x := d.communique(c.Communique)
	if x == nil {
		return portsmouth.Invalidf("communique-exists", "there is no such communiqué")
	}
	if x.Agreed[d.viewer.Party] {
		return portsmouth.Refuse("communique-once", "you have already agreed to it")
	}
	if err := d.communiquesAllowed(); err != nil {
		return err
	}
	d.emit(ToPlenary, CommuniqueAgreed{Communique: c.Communique, Party: d.viewer.Party})
	return nil
}

// communiquesAllowed: a conference that was broken off before it had rules has none that allow communiqués.
func (d *deciding) communiquesAllowed() error {
	if d.Rules == nil || !d.Rules.Publicity.Communiques {
		return portsmouth.Refuse("publicity", "the rules allow no communiqués")
	}
	return nil
}

func (d *deciding) suspend(c Suspend) error {
	if d.Suspension != nil {
		return portsmouth.Refuse("suspended", "the conference is suspended")
	}
	if err := prose("the reason", c.Reason, true); err != nil {
		return err
	}
	if !c.Until.IsZero() && !d.later(c.Until) {
		return portsmouth.Invalidf("until-later", "a suspension ends later than now")
	}
	d.emit(ToPlenary, Suspended{Reason: c.Reason, Until: c.Until.UTC()})
	return nil
}

func (d *deciding) resume(c Resume) error {
	if d.Suspension == nil {
		return portsmouth.Refuse("not-suspended", "the conference is not suspended")
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	d.emit(ToPlenary, Resumed(c))
	return nil
}

func (d *deciding) breakOff(c BreakOff) error {
	if err := prose("the reason", c.Reason, true); err != nil {
		return err
	}
	if d.awaitsWitnesses() {
		return d.breakOffSigned(c)
	}
	to := ToPlenary
	if d.Stage == Convening {
		to = ToConvening
	}
	d.endBroken(to, c.Reason)
	return nil
}

func (d *deciding) endBroken(to Audience, reason string) {
	d.endSession()
	d.emit(to, BrokenOff{Party: d.viewer.Party, Reason: reason})
	d.emit(ToConvening, StageEntered{Stage: BrokenOffStage})
}

// endSession: a session that is open ends with the conference, so that its minutes can be approved.
func (d *deciding) endSession() {
	if x := d.currentSession(); x != nil {
		d.emit(ToPlenary, SessionAdjourned{Number: x.Number})
	}
}

func (d *deciding) leaveHistory(c LeaveHistory) error {
	if !d.Opened.Replay || d.LeftHistory != nil {
		return portsmouth.Refuse("replay", "this conference is not a replay")
	}
	d.emit(ToConvening, HistoryLeft(c))
	return nil
}

func (d *deciding) passDeadline(c PassDeadline) error {
	for _, x := range Due(d.State) {
		if x.Command == Command(c) && !x.At.After(d.meta.At) {
			d.emit(ToPlenary, DeadlinePassed(c))
			if c.What == notesDeadline {
				return d.endNotes()
			}
			return nil
		}
	}
	return portsmouth.Refuse("not-due", "that deadline has not passed")
}
