package web

import (
	"net/http"
	"runtime"
	"time"
)

// inviteConvenerFor is how long an invitation to convene can be used.
const inviteConvenerFor = 14 * 24 * time.Hour

// hostData is what the host may know: how the venue is, and how large. Nothing of what is said in it, and no count that moves
// with what happens in private: a host may have a seat too.
type hostData struct {
	conferences int
	memory      uint64 // bytes
	up          time.Duration
	version     string
	link        string // an invitation to convene, shown once
}

func (s *site) host(v *visit) error { return s.showHost(v, "") }

func (s *site) showHost(v *visit, link string) error {
	d := hostData{up: time.Since(s.started), version: s.Version, link: link}
	var err error
	if d.conferences, err = s.Venue.Count(v.r.Context()); err != nil {
		return err
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	d.memory = m.Sys
	v.page.Title, v.page.Self = v.page.T("host.title"), "/host"
	return v.renderStatus(http.StatusOK, hostPage(v.page, d))
}

// inviteConvener makes a link by which somebody may open conferences here.
func (s *site) inviteConvener(v *visit) error {
	token, err := s.Accounts.NewInvitation(v.r.Context(), "", "", convening, "", inviteConvenerFor)
	if err != nil {
		return err
	}
	return s.showHost(v, s.Origin+"/i/"+token)
}

// figure is one number of the host's page.
type figure struct{ Name, Value, Means string }

func (d hostData) figures(p *Page) []figure {
	f := func(name, value string) figure {
		return figure{p.T("host." + name), value, p.T("host." + name + "-text")}
	}
	return []figure{
		f("conferences", p.Number(d.conferences)),
		f("memory", p.T("host.mebibytes", "count", int(d.memory>>20))),
		f("up", p.words.Span(d.up)),
	}
}
