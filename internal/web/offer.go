package web

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
)

// Offers: written issue by issue, read back in full before they go, and read in full before they are accepted.

// offerStep is the form of an offer on its way: read back, or back to be changed. Nothing is sent yet.
func (s *site) offerStep(v *visit) error {
	v.page.Self = v.page.path("offer")
	sent := v.fields()
	switch {
	case sent.set("worth"):
		return weighing(v, sent)
	case sent.Get("step") == "change":
		return v.render(offerFormPage(sheetOf(v).again(sent, nil)))
	}
	command, err := offerFrom(sent, v.view)
	if err == nil {
		err = readable(v.view, command.(conference.MakeOffer))
	}
	if err != nil {
		pr := v.page.problem(err)
		return v.renderStatus(pr.Status, offerFormPage(sheetOf(v).again(sent, pr)))
	}
	sent.pin("valid", command.(conference.MakeOffer).Valid)
	return v.render(offerReadPage(sheetOf(v).again(sent, nil)))
}

// weighing shows the form again with what the package in it is worth to the reader's own. It sends nothing.
func weighing(v *visit, sent fields) error {
	if _, err := sent.terms(v.view.Agenda); err != nil {
		pr := v.page.problem(err)
		return v.renderStatus(pr.Status, offerFormPage(sheetOf(v).again(sent, pr)))
	}
	return v.render(offerFormPage(sheetOf(v).again(sent, nil)))
}

// readable says before the read-back what the rules would say of the terms after it.
func readable(v *conference.View, c conference.MakeOffer) error {
	if err := v.May(c.Verb()); err != nil {
		return err
	}
	all := c.If.With(c.Terms)
	if len(c.Terms) == 0 {
		return portsmouth.Invalidf("offer-terms", "an offer needs at least one term")
	}
	return v.Agenda.CheckPartial(all)
}

// offer shows one offer in full. An unknown one is not found, like everything that one may not see.
func (s *site) offer(v *visit) error {
	if v.view.Offer(v.path("offer")) == nil {
		return notFound()
	}
	return v.render(offerPage(sheetOf(v)))
}

// acceptance reads an offer back to the one who is about to accept it.
func (s *site) acceptance(v *visit) error {
	if v.view.Offer(v.path("offer")) == nil {
		return notFound()
	}
	if v.view.May("accept-offer") != nil {
		return v.redirect(v.page.path("offers", v.path("offer")))
	}
	return v.render(offerAcceptPage(sheetOf(v)))
}

// theOffer is the offer of the page.
func (s *sheet) theOffer() *conference.Offer {
	id := s.at("offer")
	if s.sent.Values != nil {
		id = s.sent.Get("offer")
	}
	if o := s.View.Offer(id); o != nil {
		return o
	}
	return &conference.Offer{}
}

// countered is the offer that the one being written answers, or nil.
func (s *sheet) countered() *conference.Offer {
	if s.sent.Values != nil {
		return s.View.Offer(s.sent.Get("counter"))
	}
	return s.View.Offer(s.at("offer"))
}

// draft is what the form of an offer shows: what was written, the offer countered, or one's own last positions and what is settled.
func (s *sheet) draft() draft {
	if s.sent.Values != nil {
		d := draft{terms: portsmouth.Outcome{}, asked: map[string]bool{}}
		for k := range s.View.Agenda.Issues {
			id := s.View.Agenda.Issues[k].ID
			d.terms[id], d.asked[id] = s.sent.Get("term."+id), s.sent.Get("as."+id) == "if"
		}
		return d
	}
	d := draft{terms: s.View.Settled(), asked: map[string]bool{}}
	if o := s.countered(); o != nil {
		d.terms = d.terms.With(o.All())
		return d
	}
	for _, o := range s.View.Offers {
		if o.Party == s.mine() {
			d.terms = d.terms.With(o.All())
		}
	}
	d.terms = d.terms.With(s.View.Settled()) // what is settled stays so, unless somebody chooses otherwise
	return d
}

// draft is an offer or a proposal being written.
type draft struct {
	terms portsmouth.Outcome
	asked map[string]bool // on which terms the others are asked
}

// sentOffer is the offer that is being read back.
func (s *sheet) sentOffer() conference.MakeOffer {
	c, err := offerFrom(s.sent, s.View)
	if offer, ok := c.(conference.MakeOffer); ok && err == nil {
		return offer
	}
	return conference.MakeOffer{}
}

// sentProposal is the proposal that is being read back.
func (s *sheet) sentProposal() conference.PutProposal {
	c, err := proposalFrom(s.sent, s.View)
	if proposal, ok := c.(conference.PutProposal); ok && err == nil {
		return proposal
	}
	return conference.PutProposal{}
}

// beyond lists, for the reader's own delegation only, the issues on which terms go beyond its last instructions.
func (s *sheet) beyond(terms portsmouth.Outcome) []*portsmouth.Issue {
	last := s.View.LastInstruction()
	if last == nil {
		return nil
	}
	return slices.DeleteFunc(s.issuesOf(terms), func(i *portsmouth.Issue) bool {
		allowed, listed := last.May[i.ID]
		return !listed || slices.Contains(allowed, terms[i.ID])
	})
}

// position is a mark beside an option: whose last word it is.
type position struct{ party, word string }

// positionsOn lists whose last position a value of an issue is; the mediator's last proposal is under the party "".
func (s *sheet) positionsOn(issue, value string) []position {
	var list []position
	h := s.View.Head(issue)
	for _, id := range s.parties() {
		if h.Positions[id] != value {
			continue
		}
		word := s.T("position.theirs")
		if id == s.mine() {
			word = s.T("position.ours")
		}
		list = append(list, position{id, word})
	}
	if n := len(s.View.Proposals); n > 0 && s.View.Proposals[n-1].Terms[issue] == value {
		list = append(list, position{"", s.T("position.proposal")})
	}
	return list
}

// positionsOf lists every position on an issue with its value, for a number.
func (s *sheet) positionsOf(i *portsmouth.Issue) []position {
	var list []position
	seen := map[string]bool{}
	values := []string{}
	for _, id := range s.parties() {
		values = append(values, s.View.Head(i.ID).Positions[id])
	}
	if n := len(s.View.Proposals); n > 0 {
		values = append(values, s.View.Proposals[n-1].Terms[i.ID])
	}
	for _, value := range values {
		if value == "" || seen[value] {
			continue
		}
		seen[value] = true
		for _, p := range s.positionsOn(i.ID, value) {
			list = append(list, position{p.party, p.word + ": " + s.value(i, value)})
		}
	}
	return list
}

// clauses are what settling an issue so writes into the text, in one language.
func (s *sheet) clauses(i *portsmouth.Issue, value string) []string {
	var list []portsmouth.Clause
	if o := i.Option(value); o != nil {
		list = o.Clauses
	} else if i.Number != nil && !(i.Number.None && value == i.Number.Min) {
		list = i.Number.Clauses
	}
	texts := make([]string, len(list))
	for k, c := range list {
		texts[k] = strings.ReplaceAll(s.In(c.Text), "{value}", value)
	}
	return texts
}

// fate says how an offer stands, in a word.
func (s *sheet) fate(o *conference.Offer) string {
	if o.Ended == "" {
		return s.T("offer.stands")
	}
	return s.T("offer." + o.Ended)
}

// answerable reports whether the reader's party may still answer an offer.
func (s *sheet) answerable(o *conference.Offer) bool {
	return o.Ended == "" && o.Party != s.mine() && s.mine() != ""
}

// readBack repeats what was sent as hidden fields, so that what is confirmed is what was read.
func (s *sheet) readBack() []string {
	var names []string
	for _, name := range portsmouth.SortedKeys(s.sent.Values) {
		switch name {
		case "key", "seen", "step", "form", "id", "lang", "worth":
			continue
		}
		names = append(names, name)
	}
	return names
}

// fateKind is the colour of how an offer stands.
func fateKind(o *conference.Offer) string {
	switch o.Ended {
	case "":
		return "open"
	case "accepted":
		return "agreed"
	}
	return "deferred"
}

// offersShown is how many offers their page lists.
const offersShown = 200

// newestOffers lists the last offers, newest first.
func (s *sheet) newestOffers() []*conference.Offer {
	list := slices.Clone(s.View.Offers)
	slices.Reverse(list)
	return list[:min(len(list), offersShown)]
}

// offerAgainPage shows an offer that was refused: read back as it was, or where there is no agenda to read it by, the form.
func offerAgainPage(s *sheet) templ.Component {
	if s.View.Agenda == nil {
		return offerFormPage(s)
	}
	return offerReadPage(s)
}
