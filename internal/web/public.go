package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"portsmouth/conference"
)

// public is what anybody may know of a conference.
func (s *site) public(v *visit) error { return s.showPublic(v, sheetOf(v)) }

// showPublic shows the public page, with what was wrong with a comment that was sent from it.
func (s *site) showPublic(v *visit, page *sheet) error {
	b := v.view.Public()
	if !b.Known() && !v.view.Viewer.Seated() && !v.view.Viewer.Convener && v.view.Viewer.Role == "" {
		return notFound()
	}
	var err error
	if page.own, err = s.ownComments(v); err != nil {
		return err
	}
	lend(v.view, v.path("id"), b)
	v.now = s.Venue.Now(v.view)
	v.page.Now = v.now
	v.page.Self = v.page.path("public")
	page.record = s.recordOf(v)
	if b.Known() {
		v.page.alternates = v.page.publicForms(b)
	}
	status := http.StatusOK
	if page.problem != nil {
		status = page.problem.Status
	}
	return v.renderStatus(status, publicPage(page, b))
}

// publicForms are the other forms of the public page.
func (p *Page) publicForms(b *conference.PublicView) []alternate {
	return []alternate{
		{"application/atom+xml", p.publicTitle(b), string(p.C(feedName(p.Lang())))},
		{"application/json", p.publicTitle(b), string(p.C("public.json"))},
	}
}

// lend gives a view that has no founding act the names that were published, so that a page can show the parties and make
// addresses: who is not seated does not see the founding.
func lend(view *conference.View, id string, b *conference.PublicView) {
	if view.Opened.Conference != "" {
		return
	}
	view.Opened.Conference, view.Opened.Title, view.Opened.Parties, view.Opened.Place = id, b.Title, b.Parties, b.Place
	view.Opened.Replay = b.Replay // its clock is that of history
	if b.Rules != nil {
		view.Opened.Languages = b.Rules.Languages
	}
}

// openedNow lists the headings that are public or will be; closedNow those that are not, now or later.
func openedNow(b *conference.PublicView) []conference.Heading {
	return headings(b, func(h conference.Heading) bool { return h.When != conference.ShownAtTable || len(h.Published) > 0 })
}

func closedNow(b *conference.PublicView) []conference.Heading {
	return headings(b, func(h conference.Heading) bool { return h.When == conference.ShownAtTable && len(h.Published) == 0 })
}

func headings(b *conference.PublicView, which func(conference.Heading) bool) []conference.Heading {
	var list []conference.Heading
	for _, h := range b.Schedule() {
		if which(h) {
			list = append(list, h)
		}
	}
	return list
}

// payloadWords is what a party had lodged, as it stands in the record.
func payloadWords(payload json.RawMessage) string { return strings.TrimSpace(string(payload)) }
