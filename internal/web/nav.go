package web

import (
	"strings"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
)

// The menu of a conference: every page that the reader may open, in groups that follow the work.

type navItem struct {
	name    string
	address templ.SafeURL
}

// navGroup is a part of the menu; its words are under "nav.group-" and its name.
type navGroup struct {
	name  string
	items []navItem
}

// navItems lists the pages of a conference that the reader may open.
func (p *Page) navItems() []navGroup {
	v := p.View.Viewer
	var groups []navGroup
	if v.Seated() {
		groups = append(groups, p.navTable(), p.navTerms(), p.navOwn(v), p.navOutcome())
	}
	about := navGroup{name: "about"}
	if v.Seated() || v.Convener {
		about.items = p.navLinks("rules", "keys", "invitations")
	}
	about.items = append(about.items, p.navLinks("public")...)
	if (v.Seated() || v.Convener) && p.commentsHere() {
		about.items = append(about.items, p.navLinks("comments")...)
	}
	return append(groups, about)
}

func (p *Page) navTable() navGroup {
	items := append([]navItem{{"table", p.C()}}, p.navLinks("rooms", "sessions")...)
	return navGroup{"table", items}
}

// navTerms: proposals and rounds are the mediator's, so a conference without one has none.
func (p *Page) navTerms() navGroup {
	items := p.navLinks("agenda", "offers")
	if p.View.Opened.Mediated {
		items = append(items, navItem{"proposals", p.C("proposal")}, navItem{"rounds", p.C("round")})
	}
	return navGroup{"terms", items}
}

// navOwn is where a part of the table works for itself. Everybody may look at the delegations.
func (p *Page) navOwn(v conference.Viewer) navGroup {
	switch {
	case v.Role == portsmouth.Mediator:
		return navGroup{"mediator", p.navLinks("desk", "delegation")}
	case v.Role.InDelegation():
		return navGroup{"own", p.navLinks("preparation", "delegation")}
	}
	return navGroup{"own", p.navLinks("delegation")}
}

func (p *Page) navOutcome() navGroup {
	items := p.navLinks("text", "signing", "after")
	if debriefDue(p.View) {
		items = append(items, p.navLinks("debrief")...)
	}
	return navGroup{"outcome", items}
}

// navLinks are pages whose address is their name.
func (p *Page) navLinks(names ...string) []navItem {
	items := make([]navItem, len(names))
	for k, name := range names {
		items[k] = navItem{name, p.C(name)}
	}
	return items
}

// navParts are the pages that belong to an entry of the menu, by the first part of their address.
var navParts = map[string]string{"offer": "offers", "offers": "offers", "proposal": "proposals", "round": "rounds", "receipts": "rounds"}

// navCurrent is the entry of the menu for this page, where the page does not say it itself.
func (p *Page) navCurrent(said string) string {
	if said != "" {
		return said
	}
	part, _, _ := strings.Cut(strings.TrimPrefix(p.Self, p.path()+"/"), "/")
	return navParts[part]
}
