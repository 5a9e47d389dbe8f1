package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"portsmouth/conference"
)

func upper(s string) string { return strings.ToUpper(s) }

// partyClass names the colour of a party; the mediator's is neutral.
func partyClass(n int) string { return "party-" + strconv.Itoa(n) }

// audienceIcon is the sign of an audience: the same four or five everywhere.
func audienceIcon(a conference.Audience) string {
	switch a.Kind() {
	case "public":
		return "globe"
	case "caucus":
		return "caucus"
	case "delegation", "mediator":
		return "lock"
	}
	return "table"
}

// seenByWords says who sees what is said to an audience, from where the reader sits.
func (p *Page) seenByWords(a conference.Audience) string {
	kind := a.Kind()
	if p.View == nil || a.Party() == "" {
		return p.T("audience." + kind)
	}
	name := p.Party(a.Party()).Name
	if p.View.Viewer.Party == a.Party() {
		return p.T("audience."+kind+"-own", "party", name)
	}
	return p.T("audience."+kind, "party", name)
}

func describedBy(name, hint string) templ.Attributes {
	if hint == "" {
		return nil
	}
	return templ.Attributes{"aria-describedby": "h-" + name}
}
