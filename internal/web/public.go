package web

import (
	"portsmouth/conference"
)

// public is what anybody may know of a conference.
func (s *site) public(v *visit) error {
	b := v.view.Public()
	if !b.Known() && !v.view.Viewer.Seated() && !v.view.Viewer.Convener && v.view.Viewer.Role == "" {
		return notFound()
	}
	lend(v.view, v.path("id"), b)
	v.now = s.Venue.Now(v.view)
	v.page.Now = v.now
	page := sheetOf(v)
	page.record = s.recordOf(v)
	return v.render(publicPage(page, b))
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
