package web

import (
	"portsmouth"
	"portsmouth/conference"
)

// rulesFrom reads rules of procedure. What the form does not ask is as in the default.
func rulesFrom(f fields, v *conference.View) (conference.Command, error) {
	if v.AwaitsWitnesses() {
		return quorumFrom(f, v), nil
	}
	deadline, err := f.deadline("deadline")
	if err != nil {
		return nil, err
	}
	r := conference.DefaultRules(v.Opened.Languages)
	r.Publicity = conference.Publicity{Listed: f.set("listed"), Communiques: f.set("communiques"), Text: f.Get("publish_text")}
	r.Publicity.Rounds, r.Publicity.Comments = f.set("rounds"), f.set("comments")
	r.Witnesses.Quorum = f.number("quorum")
	if r.Publicity.TextNotBefore, err = f.deadline("text_not_before"); err != nil {
		return nil, err
	}
	r.Prevails = f.Get("prevails")
	r.FullPowers = f.set("full_powers")
	r.WholeOnly = f.Get("whole_only") == "yes"
	r.ProposalResult = f.Get("proposal_result")
	r.EntryIntoForce = f.Get("entry_into_force")
	r.RatifyWithin = f.number("ratify_within")
	r.Deadline = deadline
	r.Leaving = f.prose("leaving")
	r.Desk = f.Get("desk")
	r.Fairness = f.Get("fairness")
	r.Notes = f.notesRuleFrom()
	r.Note = f.prose("note")
	return conference.ProposeRules{Rules: r}, nil
}

// startingRules are what the form shows first: the rules before all, those in force, or the usual ones.
func startingRules(v *conference.View) conference.Rules {
	switch {
	case v.Proposed != nil:
		return v.Proposed.Rules
	case v.Rules != nil:
		return *v.Rules
	}
	return conference.DefaultRules(v.Opened.Languages)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// prevailing are the languages that can prevail, and none.
func (s *sheet) prevailing() [][2]string {
	list := [][2]string{{"", s.T("rules.prevails-none")}}
	for _, l := range s.languages() {
		list = append(list, [2]string{l, s.T("language." + l)})
	}
	return list
}

// consented reports whether the reader has consented to the rules before all.
func (s *sheet) consented(p *conference.RulesVote) bool { return p.Accepted[s.mine()] }

// rulesWords says what rules mean: what each is about, and what it says.
func (s *sheet) rulesWords(r conference.Rules) [][2]string {
	say := func(about, text string) [2]string { return [2]string{s.T(about), text} }
	lines := [][2]string{
		say("rules.confidential", s.T("rules.confidential-closed")),
		say("rules.publicity", s.publicityWords(r.Publicity)),
		say("rules.agreeing", s.T("rules.decision-all")+" "+s.T("rules.whole-"+yesNo(r.WholeOnly))),
		say("rules.result", s.T("rules.result-"+r.ProposalResult)),
		say("rules.powers", s.T("rules.powers-"+yesNo(r.FullPowers))),
		say("rules.notes", s.notesRule(r.Notes)),
		say("rules.desk", s.T("rules.desk-"+deskRule(r))),
		say("rules.fairness", s.T("rules.fairness-"+r.FairnessRule())),
		say("rules.languages", s.languageWords(r)),
		say("rules.entry", s.T("rules.entry-"+r.EntryIntoForce)+s.within(r)),
	}
	if r.Witnesses.Quorum > 0 {
		lines = append(lines, say("rules.witnesses", s.T("rules.witnesses-wait", "count", r.Witnesses.Quorum)))
	}
	if !r.Deadline.IsZero() {
		lines = append(lines, say("rules.deadline", s.T("rules.deadline-is", "when", s.Deadline(r.Deadline))))
	}
	lines = append(lines, say("rules.leaving", r.Leaving))
	if r.Note != "" {
		lines = append(lines, say("rules.note", r.Note))
	}
	return lines
}

// deskRule is who computes with preferences: rules that say nothing mean the venue.
func deskRule(r conference.Rules) string {
	if r.Desk == "" {
		return portsmouth.DeskVenue
	}
	return r.Desk
}

// fairnessRules are the rules by which packages can be suggested.
func (s *sheet) fairnessRules() [][2]string {
	var list [][2]string
	for _, name := range portsmouth.FairnessRules {
		list = append(list, [2]string{name, s.T("rules.fairness-" + name)})
	}
	return list
}

func (s *sheet) publicityWords(p conference.Publicity) string {
	text := s.T("rules.listed-" + yesNo(p.Listed))
	text += " " + s.T("rules.communiques-"+yesNo(p.Communiques))
	text += " " + s.T("rules.published-"+p.Text)
	if !p.TextNotBefore.IsZero() {
		text += " " + s.T("rules.text-not-before", "when", s.Deadline(p.TextNotBefore))
	}
	if p.Listed {
		text += " " + s.T("rules.rounds-"+yesNo(p.Rounds)) + " " + s.T("rules.comments-"+yesNo(p.Comments))
	}
	return text
}

func (s *sheet) languageWords(r conference.Rules) string {
	text := ""
	for k, l := range r.Languages {
		if k > 0 {
			text += ", "
		}
		text += s.T("language." + l)
	}
	if r.Prevails == "" {
		return text + ". " + s.T("rules.prevails-none")
	}
	return text + ". " + s.T("rules.prevails-is", "language", s.T("language."+r.Prevails))
}

func (s *sheet) within(r conference.Rules) string {
	if r.RatifyWithin == 0 {
		return ""
	}
	return " " + s.T("rules.within", "count", r.RatifyWithin)
}
