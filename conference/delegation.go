package conference

import (
	"slices"
	"strings"

	"portsmouth"
)

// Delegations: full powers, substitutes, instructions, and acts held back because they go beyond them.

func (d *deciding) presentPowers(c PresentPowers) error {
	if err := prose("the text of the full powers", c.Text, true); err != nil {
		return err
	}
	d.emit(ToPlenary, PowersPresented{Party: d.viewer.Party, Text: c.Text})
	return nil
}

func (d *deciding) othersPowers(party string) (*Powers, error) {
	if party == d.viewer.Party {
		return nil, portsmouth.Refuse("powers-others", "full powers are examined by the other parties")
	}
	p := d.Powers[party]
	if p == nil {
		return nil, portsmouth.Refuse("powers-presented", "that delegation has not presented its full powers")
	}
	return p, nil
}

func (d *deciding) findPowers(c FindPowers) error {
	p, err := d.othersPowers(c.Party)
	if err != nil {
		return err
	}
	if p.Found[d.viewer.Party] {
		return portsmouth.Refuse("powers-once", "you have already found these full powers in due form")
	}
	d.emit(ToPlenary, PowersFound{Party: c.Party, Finder: d.viewer.Party})
	if d.Stage == Opening && d.Agenda != nil && d.powersInOrder(c.Party, d.viewer.Party) {
		d.emit(ToPlenary, StageEntered{Stage: Bargaining})
	}
	return nil
}

func (d *deciding) objectToPowers(c ObjectToPowers) error {
	if _, err := d.othersPowers(c.Party); err != nil {
		return err
	}
	if err := prose("the reason", c.Reason, true); err != nil {
		return err
	}
	d.emit(ToPlenary, PowersObjected{Party: c.Party, Objector: d.viewer.Party, Reason: c.Reason})
	return nil
}

// powersInOrder reports whether every delegation's full powers are found in due form by every other, counting one
// finding that is being made (none when party is "").
func (d *deciding) powersInOrder(party, finder string) bool {
	if d.Rules != nil && !d.Rules.FullPowers {
		return true
	}
	for _, id := range d.partyIDs() {
		p := d.Powers[id]
		for _, other := range d.partyIDs() {
			if other == id || id == party && other == finder {
				continue
			}
			if p == nil || !p.Found[other] {
				return false
			}
		}
	}
	return true
}

func (d *deciding) appointSubstitute(c AppointSubstitute) error {
	seat := d.seat(c.Person)
	if seat == nil || seat.Party != d.viewer.Party || seat.Role != portsmouth.Member {
		return portsmouth.Refuse("substitute", "a substitute is a member of your own delegation")
	}
	if seat.Acting == !c.Recall {
		return portsmouth.Refuse("substitute", "nothing would change")
	}
	d.emit(ToConvening, SubstituteAppointed{Party: seat.Party, Person: seat.Person, Recalled: c.Recall})
	return nil
}

func (d *deciding) sendInstructions(c SendInstructions) error {
	if err := prose("the text of the instructions", c.Text, true); err != nil {
		return err
	}
	for _, issue := range portsmouth.SortedKeys(c.May) {
		if d.Agenda == nil {
			return portsmouth.Refuse("agenda-frozen", "what may be signed can be listed once the agenda is adopted")
		}
		i := d.Agenda.Issue(issue)
		if i == nil {
			return portsmouth.Invalidf("issue-exists", "there is no issue “%.60s” on the agenda", issue)
		}
		for _, o := range c.May[issue] {
			if err := i.Allows(o); err != nil {
				return err
			}
		}
	}
	d.emit(ToDelegation(d.viewer.Party), InstructionsSent{Party: d.viewer.Party, Text: c.Text, May: c.May, Salt: d.salt()})
	return nil
}

// breaches lists the terms that the last instructions of the author's party do not allow.
func (d *deciding) breaches(terms portsmouth.Outcome) []string {
	if len(d.Instructions) == 0 {
		return nil
	}
	may := d.Instructions[len(d.Instructions)-1].May
	var over []string
	for _, issue := range portsmouth.SortedKeys(terms) {
		if allowed, listed := may[issue]; listed && !slices.Contains(allowed, terms[issue]) {
			over = append(over, issue)
		}
	}
	return over
}

// hold keeps the command back when its terms go beyond the instructions, in the sight of the delegation alone; nobody
// else learns that it was tried. It reports whether it did.
func (d *deciding) hold(c Command, terms portsmouth.Outcome) (bool, error) {
	over := d.breaches(terms)
	if d.sent || len(over) == 0 {
		return false, nil
	}
	data, err := EncodeCommand(c)
	if err != nil {
		return false, err
	}
	d.events = nil
	d.emit(ToDelegation(d.viewer.Party), ActHeld{Held: d.meta.ID, Party: d.viewer.Party, Command: data, Breaches: over})
	return true, nil
}

func (d *deciding) openHeld(id string) (*Held, error) {
	h := d.held(id)
	if h == nil || h.Settled {
		return nil, portsmouth.Refuse("held", "no such act is being held back")
	}
	return h, nil
}

func (d *deciding) approveHeld(c ApproveHeld) error {
	h, err := d.openHeld(c.Held)
	if err != nil {
		return err
	}
	if h.Approved {
		return portsmouth.Refuse("held-once", "you have already approved it")
	}
	d.emit(ToDelegation(d.viewer.Party), HeldApproved(c))
	return nil
}

// sendHeld does first what the held command does, so that to the others its acts have the ids, and the order, of acts
// that were never held back.
func (d *deciding) sendHeld(c SendHeld) error {
	h, err := d.openHeld(c.Held)
	if err != nil {
		return err
	}
	if !h.Approved && !c.Own {
		return portsmouth.Refuse("beyond-instructions",
			"this goes beyond your instructions on %s: wait for your principal's leave, or send it on your own responsibility", strings.Join(h.Breaches, ", "))
	}
	inner, err := DecodeCommand(h.Command)
	if err != nil {
		return err
	}
	if err := d.may(d.viewer, inner.Verb()); err != nil {
		return err
	}
	d.sent = true
	if err := d.rule(inner); err != nil {
		return err
	}
	d.emit(ToDelegation(d.viewer.Party), HeldSettled{Held: c.Held, Sent: true, Own: !h.Approved})
	return nil
}

func (d *deciding) dropHeld(c DropHeld) error {
	if _, err := d.openHeld(c.Held); err != nil {
		return err
	}
	d.emit(ToDelegation(d.viewer.Party), HeldSettled{Held: c.Held})
	return nil
}
