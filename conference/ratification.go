package conference

import (
	"portsmouth"
	"portsmouth/treaty"
)

// Ratification by each principal, its announcement, entry into force, exchange and close.

func (d *deciding) ratify(c Ratify) error {
	if _, err := d.exact(c.Digest); err != nil {
		return err
	}
	party := d.viewer.Party
	if d.viewer.Role != portsmouth.Principal && d.hasRole(party, portsmouth.Principal) {
		return portsmouth.Refuse("principal-ratifies", "the principal of your delegation ratifies")
	}
	if d.ratification(party) != nil {
		return portsmouth.Refuse("ratify-once", "your party has ratified")
	}
	if err := instrument(c.Text); err != nil {
		return err
	}
	d.emit(ToPlenary, Ratified{Party: party, Digest: c.Digest, Text: c.Text})
	if d.Rules.EntryIntoForce == "on-last-ratification" && len(d.Ratifications)+1 == len(d.Opened.Parties) {
		d.enterIntoForce()
	}
	return nil
}

// instrument checks a text that goes into the signed file.
func instrument(s string) error {
	if s == "" {
		return nil
	}
	if err := prose("the instrument", s, true); err != nil {
		return err
	}
	return treaty.CheckText("the instrument", s)
}

func (d *deciding) notifyRatification(c NotifyRatification) error {
	if d.viewer.Role != portsmouth.Mediator && c.Party != d.viewer.Party {
		return portsmouth.Refuse("notify-own", "a party announces its own ratification; the mediator may announce any")
	}
	r := d.ratification(c.Party)
	if r == nil {
		return portsmouth.Refuse("ratified", "that party has not ratified")
	}
	if !r.Notified.IsZero() {
		return portsmouth.Refuse("notify-once", "that ratification has been announced")
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	d.emit(ToPlenary, RatificationNotified(c))
	if d.Stage == Ratification && d.Rules.EntryIntoForce == "on-last-notice" && d.allNotified(c.Party) {
		d.enterIntoForce()
	}
	return nil
}

func (d *deciding) allNotified(now string) bool {
	for _, id := range d.partyIDs() {
		if r := d.ratification(id); r == nil || r.Notified.IsZero() && id != now {
			return false
		}
	}
	return true
}

func (d *deciding) exchangeRatifications(c ExchangeRatifications) error {
	if d.Exchanged != nil {
		return portsmouth.Refuse("exchange-once", "the ratifications have been exchanged")
	}
	if len(d.Ratifications) < len(d.Opened.Parties) {
		return portsmouth.Refuse("ratified", "not every party has ratified")
	}
	if err := prose("the place", c.Place, false); err != nil {
		return err
	}
	d.emit(ToPlenary, RatificationsExchanged(c))
	return nil
}

func (d *deciding) closeConference(c CloseConference) error {
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	d.endSession()
	d.emit(ToPlenary, Closed(c))
	d.emit(ToConvening, StageEntered{Stage: ClosedStage})
	return nil
}
