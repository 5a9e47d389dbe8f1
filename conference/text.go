package conference

import (
	"portsmouth"
	"portsmouth/treaty"
)

// From the accepted package to the initialled text.

// baseline records that all accept one whole package, drafts its text and moves on. What else stood is overtaken.
func (d *deciding) baseline(o portsmouth.Outcome, via string) error {
	doc, err := treaty.Assemble(d.Agenda, o, d.Opened.Languages, d.Rules.Prevails)
	if err == nil {
		doc, err = doc.WithConditions(d.conditionsOf(via))
	}
	if err != nil {
		return err
	}
	d.emit(ToPlenary, HeadsSettled{Terms: o, Via: via})
	d.emit(ToPlenary, BaselineReached{Package: o, Via: via})
	for _, x := range d.Offers {
		if x.Ended == "" && x.Offer != via {
			d.emit(ToPlenary, OfferEnded{Offer: x.Offer, How: "overtaken", Why: "a package has been agreed"})
		}
	}
	for _, p := range d.Proposals {
		if !p.Closed && p.Proposal != via {
			d.emit(ToPlenary, ProposalWithdrawn{Proposal: p.Proposal, Reason: "a package has been agreed"})
		}
	}
	d.endRound(via, "a package has been agreed")
	d.emit(ToPlenary, TextDrafted{Document: doc})
	d.emit(ToPlenary, StageEntered{Stage: TextStage})
	return nil
}

func (d *deciding) proposeCorrection(c ProposeCorrection) error {
	c.Text = tidy(c.Text)
	if len(d.Signatures) > 0 {
		return portsmouth.Refuse("text-signed", "the text has been signed and cannot be corrected")
	}
	if err := d.inLanguages("the wording", c.Text); err != nil {
		return err
	}
	if _, err := d.Text.Document.WithArticle(c.Article, c.Text); err != nil {
		return err
	}
	if err := prose("the reason", c.Why, false); err != nil {
		return err
	}
	d.emit(ToPlenary, CorrectionProposed{Correction: d.meta.ID, Article: c.Article, Text: c.Text, Why: c.Why, Party: d.viewer.Party})
	return nil
}

// tidy mends what browsers and keyboards do to a text that is to stand in an agreement: line ends, tabs, loose accents.
func tidy(t portsmouth.Text) portsmouth.Text {
	c := t.Clone()
	for l, s := range c {
		c[l] = treaty.Tidy(s)
	}
	return c
}

// answerCorrection: accepted by every party the text changes, the initials of the article fall, and a text that was
// ready for signature goes back to be initialled.
func (d *deciding) answerCorrection(c AnswerCorrection) error {
	x := d.correction(c.Correction)
	if x == nil || x.Ended != "" {
		return portsmouth.Refuse("correction-open", "no such correction is open")
	}
	if len(d.Signatures) > 0 {
		return portsmouth.Refuse("text-signed", "the text has been signed and cannot be corrected")
	}
	if x.Accepted[d.viewer.Party] && c.Accept {
		return portsmouth.Refuse("correction-once", "you have already accepted it")
	}
	d.emit(ToPlenary, CorrectionAnswered{Correction: x.Correction, Party: d.viewer.Party, Accept: c.Accept})
	if !c.Accept || !d.allWith(x.Accepted, d.viewer.Party) {
		return nil
	}
	d.emit(ToPlenary, CorrectionMade{Correction: x.Correction, Article: x.Article, Text: x.Text})
	if d.Stage == Signature {
		d.emit(ToPlenary, StageEntered{Stage: TextStage})
	}
	return nil
}

// Initialable lists the ids of what is initialled: the preamble and the closing when there are any, and every article.
func (t *Text) Initialable() []string { return t.Document.Parts() }

// InitialledBy reports whether the party's initials stand under the article as it now reads.
func (t *Text) InitialledBy(article, party string) bool {
	digest, err := treaty.ArticleDigest(t.Document, article)
	return err == nil && t.Initials[article][party] == digest.String()
}

func (d *deciding) initialArticles(c InitialArticles) error {
	if d.improving() {
		return portsmouth.Refuse("improvement-open", "an improvement of the baseline is being sought; wait for its close")
	}
	if len(c.Articles) == 0 {
		return portsmouth.Invalidf("articles-given", "name at least one article")
	}
	for _, id := range portsmouth.SortedKeys(c.Articles) {
		digest, err := treaty.ArticleDigest(d.Text.Document, id)
		if err != nil {
			return err
		}
		if digest.String() != c.Articles[id] {
			return portsmouth.Refuse("exact-text", "article %s does not read as you saw it; read it again", id)
		}
		if d.Text.InitialledBy(id, d.viewer.Party) {
			return portsmouth.Refuse("initial-once", "you have already initialled article %s", id)
		}
	}
	for _, x := range d.Text.Corrections {
		if _, here := c.Articles[x.Article]; here && x.Ended == "" {
			return portsmouth.Refuse("correction-open", "a correction of article %s is being answered", x.Article)
		}
	}
	d.emit(ToPlenary, Initialled{Party: d.viewer.Party, Articles: c.Articles})
	if d.allInitialled(c.Articles) {
		d.emit(ToPlenary, StageEntered{Stage: Signature})
	}
	return nil
}

func (d *deciding) allInitialled(now map[string]string) bool {
	for _, article := range d.Text.Initialable() {
		for _, party := range d.partyIDs() {
			if _, here := now[article]; here && party == d.viewer.Party {
				continue
			}
			if !d.Text.InitialledBy(article, party) {
				return false
			}
		}
	}
	return true
}
