package words

import "portsmouth/conference"

// The words for preparation, rounds and debrief.
func (d describer) rounds() (string, values) {
	switch b := d.e.Body.(type) {
	case conference.QuestionAnswered, conference.AnswerWithdrawn, conference.PreparationErased:
		return d.e.Body.Kind(), values{"name", d.person(d.e.By)}
	case conference.PreferencesStated:
		return "preferences-stated", values{"party", d.party(b.Party), "version", b.Version}
	case conference.PreferencesConfirmed:
		return "preferences-confirmed", values{"party", d.party(b.Party), "version", b.Version}
	case conference.PreferencesAllowed:
		return choose(b.Stopped, "preferences-stopped", "preferences-allowed"), values{"party", d.party(b.Party)}
	case conference.RoundOpened:
		return "round-opened-" + string(b.Type), values{"issue", d.issue(b.Issue), "closes", b.Closes}
	case conference.RoundEntered:
		return "round-entered", values{"party", d.party(b.Party)}
	case conference.RoundLeft:
		return "round-left", values{"party", d.party(b.Party)}
	case conference.RoundClosed:
		return d.roundClosed(b)
	case conference.Suggested:
		return "suggested", values{"count", len(b.Packages)}
	case conference.EntryOpened:
		return "entry-opened", values{"party", d.party(b.Party)}
	case conference.DebriefAgreed:
		return "debrief-agreed", values{"party", d.party(b.Party)}
	}
	return "", nil
}

func (d describer) roundClosed(b conference.RoundClosed) (string, values) {
	r := d.v.Round(b.Round)
	switch {
	case r != nil && r.Computes():
		return choose(b.Met, "round-computed", "round-not-computed"), nil
	case b.Met:
		return "round-met", values{"terms", d.terms(b.Terms)}
	}
	return "round-not-met", nil
}
