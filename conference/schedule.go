package conference

import (
	"time"

	"portsmouth"
)

// The publicity schedule: what of a conference is public, what is withheld, until when. It is drawn from the rules and from
// what has been published, and lists headings, not things: that caucus notes are withheld says nothing of whether there
// are any.

// When what a heading covers becomes public.
const (
	ShownNow     = "now"          // it is public
	ShownAgreed  = "on-agreement" // each when all have agreed to it
	ShownClose   = "at-close"     // of each round when it has ended
	ShownOpened  = "when-opened"  // each when its party opens it to the public
	ShownAnswer  = "on-answer"    // each with its answer
	ShownSigned  = "on-signature" // when the text is signed
	ShownEntry   = "on-entry"     // when it enters into force
	ShownAtTable = "never"        // it belongs to those who were there
)

// Heading is one line of the schedule.
type Heading struct {
	What      string        // one of Headings
	When      string        // one of the constants Shown…
	NotBefore time.Time     // it is not published before; zero where there is no such time
	Published []Publication // under this heading so far, oldest first

	Notes portsmouth.Notes // of notes: when the rules destroy them
}

// Headings lists them in their order.
var Headings = []string{
	"conference", "people", "keys", "communiques", "end", "text", "rounds", "entries", "comments",
	"plenary", "minutes", "offers", "proposals", "caucuses", "delegations", "preferences",
}

// closedHeadings are withheld whatever the rules of publicity say.
var closedHeadings = map[string]bool{
	"plenary": true, "minutes": true, "offers": true, "proposals": true, "caucuses": true, "delegations": true, "preferences": true,
}

// noteHeadings are those of which something is a note.
var noteHeadings = map[string]bool{"minutes": true, "caucuses": true, "delegations": true}

// itemHeadings says under which heading a publication stands.
var itemHeadings = map[string]string{
	"convened": "conference", "rupture": "conference", "seat-taken": "people", "seat-left": "people", "key": "keys", "key-retracted": "keys",
	"communique": "communiques", "round": "rounds", "opening": "entries", "comment": "comments",
	"broken-off": "end", "closed": "end", "signatures": "end", "signed": "end", "in-force": "end", "exchanged": "end", "text": "text",
}

// Schedule draws up the schedule; nil while the public knows no rules.
func (p *PublicView) Schedule() []Heading {
	if p.Rules == nil {
		return nil
	}
	list := make([]Heading, len(Headings))
	for k, what := range Headings {
		list[k] = Heading{What: what, When: p.shown(what), Published: p.under(what)}
		if noteHeadings[what] {
			list[k].Notes = p.Rules.Notes
		}
		if what == "text" && list[k].When != ShownAtTable && list[k].When != ShownNow {
			list[k].NotBefore = p.Rules.Publicity.TextNotBefore
		}
	}
	return list
}

// shown tells when what stands under a heading becomes public, by the rules as they are.
func (p *PublicView) shown(what string) string {
	allowed := p.Rules.Publicity
	switch {
	case closedHeadings[what]:
		return ShownAtTable
	case what == "text":
		return p.textShown()
	case what == "communiques" && allowed.Communiques:
		return ShownAgreed
	case what == "rounds" && allowed.Listed && allowed.Rounds:
		return ShownClose
	case what == "entries" && allowed.Listed && allowed.Rounds:
		return ShownOpened
	case what == "comments" && allowed.Listed && allowed.Comments:
		return ShownAnswer
	case what == "communiques" || what == "rounds" || what == "entries" || what == "comments" || !allowed.Listed:
		return ShownAtTable
	}
	return ShownNow
}

func (p *PublicView) textShown() string {
	switch {
	case p.Text != nil:
		return ShownNow
	case p.Rules.Publicity.Text == "on-signature":
		return ShownSigned
	case p.Rules.Publicity.Text == "on-entry":
		return ShownEntry
	}
	return ShownAtTable
}

// under lists what has been published under a heading. The text also stands beside the notice that came with it.
func (p *PublicView) under(what string) []Publication {
	var list []Publication
	for _, x := range p.All {
		if itemHeadings[x.Item] == what || what == "text" && x.Document != nil && x.Item != "text" {
			list = append(list, x)
		}
	}
	return list
}
