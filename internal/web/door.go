package web

import (
	"net/url"
	"strings"

	"portsmouth"
	"portsmouth/conference"
)

// doorData is what the door shows: the public conferences, and one's own.
type doorData struct {
	mine, listed []*conference.View
	link         string // as it was typed, when it was no link of this venue
	problem      *Problem
}

// door is the first page: what this venue is, and the ways in.
func (s *site) door(v *visit) error {
	d, err := s.doorData(v)
	if err != nil {
		return err
	}
	v.page.alternates = []alternate{{"application/atom+xml", "Portsmouth", string(v.page.URL("/" + feedName(v.page.Lang())))}}
	return v.render(doorPage(v.page, d))
}

func (s *site) doorData(v *visit) (d doorData, err error) {
	if v.person.ID != "" {
		if d.mine, err = s.Venue.Mine(v.r.Context(), v.person.ID); err != nil {
			return d, err
		}
	}
	listed, err := s.Venue.Listed(v.r.Context())
	for _, view := range listed {
		if view.Public().Known() {
			d.listed = append(d.listed, view)
		}
	}
	return d, err
}

// enter takes somebody who has typed or pasted a link to the page of that link.
func (s *site) enter(v *visit) error {
	typed := v.form("link")
	if path := linkPath(typed); path != "" {
		return v.redirect(path)
	}
	d, err := s.doorData(v)
	if err != nil {
		return err
	}
	d.link = typed
	d.problem = v.page.problem(portsmouth.Invalidf("link", "this is not a link of this venue"))
	return v.renderStatus(d.problem.Status, doorPage(v.page, d))
}

// linkPath finds an invitation or a link back in what somebody typed: a whole address, its end, or the bare token.
func linkPath(typed string) string {
	u, err := url.Parse(typed)
	if err != nil || typed == "" {
		return ""
	}
	for _, kind := range []string{"/i/", "/back/"} {
		if _, token, found := strings.Cut(u.Path, kind); found && isToken(token) {
			return kind + token
		}
	}
	if isToken(typed) {
		return "/i/" + typed
	}
	return ""
}

// isToken reports whether s has the form of a secret of ours: long, and only letters, digits, "-" and "_".
func isToken(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return len(s) >= 40 && len(s) <= 64 && strings.Trim(s, letters) == ""
}
