package web

import (
	"strings"

	"github.com/a-h/templ"

	"portsmouth/conference"
)

// attrs makes attributes of pairs; one whose value is "" stands alone.
func attrs(pairs ...string) templ.Attributes {
	a := templ.Attributes{}
	for k := 0; k+1 < len(pairs); k += 2 {
		if pairs[k+1] == "" {
			a[pairs[k]] = true
			continue
		}
		a[pairs[k]] = pairs[k+1]
	}
	return a
}

// seatWords says what the reader is in a conference: "Head of the delegation of Japan".
func (p *Page) seatWords(view *conference.View) string {
	v := view.Viewer
	switch {
	case v.Party != "":
		name := v.Party
		if party := view.Party(v.Party); party != nil {
			name = p.In(party.Name)
		}
		return p.T("seat.in-party", "role", p.T("role."+string(v.Role)), "party", name)
	case v.Role != "":
		return p.T("role." + string(v.Role))
	case v.Convener:
		return p.T("role.convener")
	}
	return p.T("role.public")
}

// publicWords says who meets where, as far as the public knows.
func (p *Page) publicWords(b *conference.PublicView) string {
	names := make([]string, len(b.Parties))
	for k, party := range b.Parties {
		names[k] = p.In(party.Name)
	}
	who := strings.Join(names, " · ")
	if b.Place == "" {
		return who
	}
	return who + " · " + b.Place
}

// seatName is the first part of a seat's title: "Komura Jutaro, Minister for Foreign Affairs".
func (p *Page) seatName(seat DemoSeat) string {
	name, _, _ := strings.Cut(p.In(seat.Title), ", ")
	return name
}

// seatOffice is the rest of it.
func (p *Page) seatOffice(seat DemoSeat) string {
	_, office, _ := strings.Cut(p.In(seat.Title), ", ")
	return office
}

// seatLine says what one may do in a seat of the demonstration.
func (p *Page) seatLine(seat DemoSeat) string {
	key := "demo.seat-" + seat.Name
	if p.words.Has(key) {
		return p.T(key)
	}
	return p.T("demo.take-seat")
}
