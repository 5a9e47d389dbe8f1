package conference

import "portsmouth"

// The debrief: after the end, and only when all consent, what each wanted is laid open to all at the table.

func (d *deciding) agreeDebrief(AgreeDebrief) error {
	if d.Debriefed[d.viewer.Party] {
		return portsmouth.Refuse("debrief-once", "you have already consented")
	}
	if d.lastStated(d.viewer.Party) == nil {
		return portsmouth.Refuse("debrief-nothing", "your delegation has stated nothing that could be laid open, so it cannot ask the others for theirs")
	}
	d.emit(ToPlenary, DebriefAgreed{Party: d.viewer.Party})
	return nil
}

// openDebrief is decided on the whole, by the timer: nobody else sees what all have stated.
func (d *deciding) openDebrief(OpenDebrief) error {
	if d.Debrief != nil || !d.all(d.Debriefed) {
		return portsmouth.Refuse("debrief-all", "the debrief opens when every party has consented")
	}
	opened := DebriefOpened{Preferences: map[string]portsmouth.Preferences{}}
	for _, id := range d.partyIDs() {
		if last := d.lastStated(id); last != nil {
			opened.Preferences[id] = *last.Preferences.Numbers()
		}
	}
	d.emit(ToPlenary, opened)
	return nil
}

func (s *State) applyDebrief(e Event) {
	switch b := e.Body.(type) {
	case DebriefAgreed:
		s.Debriefed[b.Party] = true
	case DebriefOpened:
		s.Debrief = &b
	}
}
