package scenario

import (
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

// nonePrevails is written where no language prevails: the default of a file in several languages is the first.
const nonePrevails = "none"

// rules reads rules of procedure; what the file leaves out is as in portsmouth.DefaultRules.
func (d *decoder) rules(n *yaml.Node) {
	r := portsmouth.DefaultRules(d.langs)
	d.mapping(n, "the rules",
		opt("confidentiality", d.word(&r.Confidentiality, "confidentiality", "closed")),
		opt("publicity", func(n *yaml.Node) { d.publicity(n, &r.Publicity) }),
		opt("languages", d.ruleLanguages),
		opt("prevails", d.word(&r.Prevails, "the language that prevails", append(slices.Clone(d.langs), nonePrevails)...)),
		opt("full_powers", d.flag(&r.FullPowers, "full_powers")),
		opt("decision", d.word(&r.Decision, "the decision rule", "all")),
		opt("whole_only", d.flag(&r.WholeOnly, "whole_only")),
		opt("proposal_result", d.word(&r.ProposalResult, "proposal_result", "at-close", "when-all-answered")),
		opt("entry_into_force", d.word(&r.EntryIntoForce, "entry_into_force", "on-signature", "on-last-ratification", "on-last-notice")),
		opt("desk", d.word(&r.Desk, "desk", portsmouth.DeskVenue, portsmouth.DeskAllowed)),
		opt("fairness", d.word(&r.Fairness, "fairness", portsmouth.FairnessRules...)),
		opt("witnesses", func(n *yaml.Node) {
			d.mapping(n, "witnesses", opt("quorum", d.count(&r.Witnesses.Quorum, "the quorum", "witnesses", portsmouth.MaxQuorum)))
		}),
		opt("notes", func(n *yaml.Node) { d.notes(n, &r.Notes) }),
		opt("ratify_within", d.days(&r.RatifyWithin, "ratify_within")),
		opt("deadline", d.date(&r.Deadline, "the deadline")),
		opt("leaving", d.str(&r.Leaving, "leaving")),
		opt("note", d.str(&r.Note, "the rules' note")),
	)
	if r.Prevails == nonePrevails {
		r.Prevails = ""
	}
	if len(d.problems) == 0 {
		if err := r.Check(d.langs); err != nil {
			d.failf(n, "%v", err)
		}
	}
	d.s.Rules = r
}

func (d *decoder) publicity(n *yaml.Node, p *portsmouth.Publicity) {
	d.mapping(n, "publicity",
		opt("listed", d.flag(&p.Listed, "listed")),
		opt("communiques", d.flag(&p.Communiques, "communiques")),
		opt("text", d.word(&p.Text, "publicity of the text", "on-signature", "on-entry", "never")),
		opt("text_not_before", d.date(&p.TextNotBefore, "the day before which the text is not published")),
		opt("rounds", d.flag(&p.Rounds, "rounds")),
		opt("comments", d.flag(&p.Comments, "comments")))
}

// notes reads how long notes are kept.
func (d *decoder) notes(n *yaml.Node, to *portsmouth.Notes) {
	d.mapping(n, "notes",
		opt("keep", d.word(&to.Keep, "how long notes are kept", portsmouth.KeepForGood, portsmouth.KeepUntilClose, portsmouth.KeepDays)),
		opt("days", d.days(&to.Days, "the days for which notes are kept")))
}

// ruleLanguages holds the languages of the rules to those of the file: an agreement is written in all of them.
func (d *decoder) ruleLanguages(n *yaml.Node) {
	var langs []string
	before := len(d.problems)
	d.languageList(&langs, "the rules' languages")(n)
	if len(d.problems) == before && !slices.Equal(langs, d.langs) {
		d.failf(n, "the rules' languages must be those of the file, in its order; leave them out here")
	}
}

func rulesNode(r portsmouth.Rules) *yaml.Node {
	public := new(object).put("listed", flagNode(r.Publicity.Listed)).
		put("communiques", flagNode(r.Publicity.Communiques)).put("text", str(r.Publicity.Text)).
		put("text_not_before", dateNode(r.Publicity.TextNotBefore)).
		put("rounds", optFlag(r.Publicity.Rounds)).put("comments", optFlag(r.Publicity.Comments))
	prevails := r.Prevails
	if prevails == "" {
		prevails = nonePrevails
	}
	return new(object).
		put("confidentiality", str(r.Confidentiality)).
		put("publicity", public.flow()).
		put("languages", words(r.Languages)).
		put("prevails", str(prevails)).
		put("full_powers", flagNode(r.FullPowers)).
		put("decision", str(r.Decision)).
		put("whole_only", flagNode(r.WholeOnly)).
		put("proposal_result", str(r.ProposalResult)).
		put("entry_into_force", str(r.EntryIntoForce)).
		put("desk", optStr(r.Desk)).
		put("fairness", optStr(r.Fairness)).
		put("witnesses", witnessesNode(r.Witnesses)).
		put("notes", notesNode(r.Notes)).
		put("ratify_within", plainNode(strconv.Itoa(r.RatifyWithin))).
		put("deadline", dateNode(r.Deadline)).
		put("leaving", str(r.Leaving)).
		put("note", optStr(r.Note)).node()
}

func witnessesNode(w portsmouth.Witnesses) *yaml.Node {
	if w == (portsmouth.Witnesses{}) {
		return nil
	}
	return new(object).put("quorum", plainNode(strconv.Itoa(w.Quorum))).flow()
}

func notesNode(x portsmouth.Notes) *yaml.Node {
	if x == (portsmouth.Notes{}) {
		return nil
	}
	o := new(object).put("keep", optStr(x.Keep))
	if x.Days != 0 {
		o.put("days", plainNode(strconv.Itoa(x.Days)))
	}
	return o.flow()
}
