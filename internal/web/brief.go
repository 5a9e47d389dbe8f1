package web

import (
	"strings"

	"portsmouth"
	"portsmouth/conference"
)

// brief is what a stranger reads of a conference: what it was, four key facts, what happened, why it matters. It is made
// of what was made public and of nothing else: the convener's words of introduction, and the record.
type brief struct {
	title    string
	summary  string
	facts    []string
	happened []string
	terms    []conference.Settled
	why      []string
	regions  []portsmouth.Region
	holders  map[string]string // region -> party, as agreed
}

// keyFacts is how many facts a brief has.
const keyFacts = 4

// briefOf puts the brief together in the reader's language.
func (p *Page) briefOf(b *conference.PublicView) brief {
	x := brief{title: p.In(b.Title), summary: p.In(b.Summary), holders: map[string]string{}}
	if b.Text != nil {
		x.terms, x.regions = b.Text.Package, b.Text.Regions
		for _, t := range x.terms {
			for region, party := range t.Regions {
				x.holders[region] = party
			}
		}
	}
	x.facts = p.facts(b, x)
	x.happened = p.happened(b)
	x.why = p.whyItMatters(b, x)
	return x
}

// facts are the convener's, of which the last give way to what came of it.
func (p *Page) facts(b *conference.PublicView, x brief) []string {
	result := p.results(b, x)
	var facts []string
	for _, f := range b.Facts {
		facts = append(facts, p.In(f))
	}
	if len(facts) == 0 {
		facts = p.plainFacts(b)
	}
	facts = facts[:min(len(facts), keyFacts-len(result))]
	return append(facts, result...)
}

// plainFacts are what the notice of a conference says, where its convener gave no facts.
func (p *Page) plainFacts(b *conference.PublicView) []string {
	facts := []string{p.T("brief.parties", "parties", p.joined(p.partyNames(b)))}
	if m := p.mediators(b); len(m) > 0 {
		facts = append(facts, p.T("brief.mediated", "mediator", p.joined(m)))
	}
	if b.Place != "" {
		facts = append(facts, p.T("brief.place", "place", b.Place))
	}
	return facts
}

// results are what came of the conference, at most two facts.
func (p *Page) results(b *conference.PublicView, x brief) []string {
	var list []string
	if b.Signed != nil {
		list = append(list, p.factSigned(b))
		if changes := p.territory(b, x); changes != "" {
			list = append(list, p.T("brief.fact-territory", "changes", changes))
		}
		return list
	}
	if b.Ended != nil && b.Ended.Item == "broken-off" {
		list = append(list, p.T("brief.fact-broken", "when", p.Date(b.Ended.At)))
	}
	return list
}

func (p *Page) factSigned(b *conference.PublicView) string {
	if b.Text != nil && len(b.Text.Document.Title) > 0 {
		return p.T("brief.fact-treaty", "title", p.In(b.Text.Document.Title), "when", p.Date(b.Signed.At))
	}
	return p.T("brief.fact-signed", "when", p.Date(b.Signed.At))
}

// territory says which region is whose by the agreement.
func (p *Page) territory(b *conference.PublicView, x brief) string {
	var parts []string
	for _, r := range x.regions {
		if party := x.holders[r.ID]; party != "" {
			parts = append(parts, p.T("brief.region", "region", p.In(r.Name), "party", p.partyName(b, party)))
		}
	}
	return strings.Join(parts, "; ")
}

// happened tells the record in order: who met where, what was said in public, what was signed, what became of it.
func (p *Page) happened(b *conference.PublicView) []string {
	var told []string
	if b.Convened != nil {
		told = append(told, p.convened(b))
	}
	if n := len(b.Communiques); n > 0 {
		told = append(told, p.T("brief.communiques", "count", n, "from", p.Date(b.Communiques[0].At), "to", p.Date(b.Communiques[n-1].At)))
	}
	if b.Signed != nil {
		told = append(told, p.signedWords(b))
	}
	if b.InForce != nil {
		told = append(told, p.T("brief.in-force", "when", p.Date(b.InForce.On)))
	}
	if b.Exchanged != nil {
		place := b.Exchanged.Place
		if place != "" {
			place = ", " + place
		}
		told = append(told, p.T("brief.exchanged", "when", p.Date(b.Exchanged.At), "place", place))
	}
	if b.Ended != nil {
		told = append(told, p.T("brief.ended-"+b.Ended.Item, "when", p.Date(b.Ended.At)))
	}
	return told
}

func (p *Page) convened(b *conference.PublicView) string {
	sentences := []string{p.T("brief.convened", "parties", p.joined(p.partyNames(b)), "when", p.Date(b.Convened.At))}
	if b.Place != "" {
		sentences = append(sentences, p.T("brief.held", "place", b.Place))
	}
	if m := p.mediators(b); len(m) > 0 {
		sentences = append(sentences, p.T("brief.mediated", "mediator", p.joined(m)))
	}
	for _, x := range b.People {
		if x.Role == portsmouth.Head {
			sentences = append(sentences, p.T("brief.head", "name", x.Name, "party", p.partyName(b, x.Party)))
		}
	}
	return strings.Join(sentences, " ")
}

func (p *Page) signedWords(b *conference.PublicView) string {
	text := p.T("brief.signed", "when", p.DateTime(b.Signed.At))
	if b.Text == nil {
		return text
	}
	doc := b.Text.Document
	if title := p.In(doc.Title); title != "" {
		text = p.T("brief.signed-title", "title", title, "when", p.DateTime(b.Signed.At))
	}
	text += " " + p.T("brief.articles", "count", len(doc.Articles))
	var by []string
	for _, sig := range b.Text.Signed {
		by = append(by, p.T("brief.signer", "name", sig.Name, "party", p.partyName(b, sig.Party)))
	}
	if len(by) > 0 {
		text += " " + p.T("brief.signed-by", "people", p.joined(by))
	}
	return text
}

// whyItMatters is the convener's judgment, then what the record itself shows.
func (p *Page) whyItMatters(b *conference.PublicView, x brief) []string {
	var why []string
	if s := p.In(b.Why); s != "" {
		why = append(why, s)
	}
	switch {
	case b.InForce != nil:
		why = append(why, p.T("brief.why-in-force", "parties", p.joined(p.partyNames(b))))
	case b.Signed != nil:
		why = append(why, p.T("brief.why-signed", "parties", p.joined(p.partyNames(b))))
	}
	if changes := p.territory(b, x); changes != "" {
		why = append(why, p.T("brief.why-territory", "changes", changes))
	}
	if m := p.mediators(b); len(m) > 0 && b.Signed != nil {
		why = append(why, p.T("brief.why-mediator", "mediator", p.joined(m)))
	}
	return why
}

func (p *Page) mediators(b *conference.PublicView) []string {
	var names []string
	for _, x := range b.People {
		if x.Role == portsmouth.Mediator {
			names = append(names, x.Name)
		}
	}
	return names
}

func (p *Page) partyNames(b *conference.PublicView) []string {
	names := make([]string, len(b.Parties))
	for k, party := range b.Parties {
		names[k] = p.In(party.Name)
	}
	return names
}

func (p *Page) partyName(b *conference.PublicView, id string) string {
	for _, party := range b.Parties {
		if party.ID == id {
			return p.In(party.Name)
		}
	}
	return id
}

// joined lists names as a sentence does.
func (p *Page) joined(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return p.T("brief.and", "first", strings.Join(names[:last], ", "), "last", names[last])
}
