package conference

import (
	"time"

	"portsmouth"
)

// Offers: a party's whole or partial packages, with a condition or without, for a time or without end.

// All returns every term of the offer: what it gives and what it asks.
func (o *OfferMade) All() portsmouth.Outcome { return o.If.With(o.Terms) }

// Standing returns the offers that can be accepted now, oldest first: the one place where that is computed.
func (s *State) Standing() []*Offer {
	var standing []*Offer
	for _, o := range s.Offers {
		if o.Ended == "" {
			standing = append(standing, o)
		}
	}
	return standing
}

// lapsed reports whether the offer's validity has passed at t.
func (o *Offer) lapsed(t time.Time) bool { return !o.Valid.IsZero() && !t.Before(o.Valid) }

func (d *deciding) makeOffer(c MakeOffer) error {
	if len(c.Terms) == 0 {
		return portsmouth.Invalidf("offer-terms", "an offer needs at least one term")
	}
	for _, issue := range portsmouth.SortedKeys(c.If) {
		if _, twice := c.Terms[issue]; twice {
			return portsmouth.Invalidf("offer-once", "issue %s stands both in the condition and in the terms", issue)
		}
	}
	all := c.If.With(c.Terms)
	if err := d.Agenda.CheckPartial(all); err != nil {
		return err
	}
	if !c.Valid.IsZero() && !d.later(c.Valid) {
		return portsmouth.Invalidf("valid-later", "an offer must be valid for some time")
	}
	if c.Counter != "" && d.offer(c.Counter) == nil {
		return portsmouth.Invalidf("offer-exists", "the offer that this one counters does not exist")
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	whole := d.Agenda.Check(all) == nil
	conditions, err := d.conditions(c.Conditions, whole)
	if err != nil {
		return err
	}
	if held, err := d.hold(c, all); held || err != nil {
		return err
	}
	d.emit(ToPlenary, OfferMade{
		Offer: d.meta.ID, Party: d.viewer.Party, Terms: c.Terms, If: c.If, Whole: whole,
		Note: c.Note, Valid: c.Valid.UTC(), Counter: c.Counter, Agenda: d.Agenda.Version, Conditions: conditions,
	})
	return nil
}

// standingOffer returns an offer that can still be answered, or the refusal.
func (d *deciding) standingOffer(id string) (*Offer, error) {
	o := d.offer(id)
	switch {
	case o == nil:
		return nil, portsmouth.Invalidf("offer-exists", "there is no such offer")
	case o.Ended != "":
		return nil, portsmouth.Refuse("offer-stands", "this offer no longer stands: %s", o.Ended)
	case o.lapsed(d.meta.At):
		return nil, &portsmouth.Error{Kind: portsmouth.Expired, Rule: "offer-valid", Message: "this offer's validity has passed"}
	}
	return o, nil
}

// acceptOffer: an offer is accepted when every other party accepts it. Heads that it names are then settled; a whole
// package is the baseline.
func (d *deciding) acceptOffer(c AcceptOffer) error {
	o, err := d.standingOffer(c.Offer)
	if err != nil {
		return err
	}
	if o.Party == d.viewer.Party {
		return portsmouth.Refuse("offer-own", "your own offer is for the others to accept")
	}
	if o.Accepted[d.viewer.Party] {
		return portsmouth.Refuse("offer-once", "you have already accepted it")
	}
	if err := d.fitsSettled(o.All()); err != nil {
		return err
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	if held, err := d.hold(c, o.All()); held || err != nil {
		return err
	}
	d.emit(ToPlenary, OfferAccepted{Offer: o.Offer, Party: d.viewer.Party, Note: c.Note})
	if !d.allWith(o.Accepted, d.viewer.Party) {
		return nil
	}
	return d.settle(o.All(), o.Offer)
}

func (d *deciding) rejectOffer(c RejectOffer) error {
	o, err := d.standingOffer(c.Offer)
	if err != nil {
		return err
	}
	if o.Party == d.viewer.Party {
		return portsmouth.Refuse("offer-own", "withdraw your own offer instead")
	}
	if err := prose("the reason", c.Reason, true); err != nil {
		return err
	}
	d.emit(ToPlenary, OfferRejected{Offer: o.Offer, Party: d.viewer.Party, Reason: c.Reason})
	return nil
}

func (d *deciding) withdrawOffer(c WithdrawOffer) error {
	o, err := d.standingOffer(c.Offer)
	if err != nil {
		return err
	}
	if o.Party != d.viewer.Party {
		return portsmouth.Refuse("offer-own", "only the party that made an offer withdraws it")
	}
	if err := prose("the reason", c.Why, false); err != nil {
		return err
	}
	d.emit(ToPlenary, OfferEnded{Offer: o.Offer, How: "withdrawn", Why: c.Why})
	return nil
}

func (d *deciding) lapseOffer(c LapseOffer) error {
	o := d.offer(c.Offer)
	if o == nil || o.Ended != "" || !o.lapsed(d.meta.At) {
		return portsmouth.Refuse("not-due", "this offer's validity has not passed")
	}
	d.emit(ToPlenary, OfferEnded{Offer: o.Offer, How: "lapsed"})
	return nil
}
