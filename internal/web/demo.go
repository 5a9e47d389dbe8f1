package web

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
)

// Demonstration is a replay of history that whoever watches may step forward. Its seats are free for the taking.
type Demonstration interface {
	// Seats lists who may be played, in the order in which they are offered.
	Seats() []DemoSeat
	// Next makes the next act of history happen.
	Next(ctx context.Context) (line string, err error)
	// Until makes all acts of history happen up to a moment.
	Until(ctx context.Context, t time.Time) error
	// Position says how many of how many acts have happened.
	Position() (done, all int)
}

// DemoSeat is a person of the demonstration.
type DemoSeat struct {
	Name       string          // in addresses: "komura"
	Title      portsmouth.Text // "Komura Jutarō, for Japan"
	Person     string          // id; "" is the public
	Conference string
}

// demoBar is what the bar of the demonstration shows.
type demoBar struct {
	seat      *DemoSeat // nil at the door
	seats     []DemoSeat
	view      *conference.View // of the replay, as the reader may see it; nil when there is nothing to see
	now       time.Time
	done, all int
}

// left reports whether history has been left: from there on people play.
func (b *demoBar) left() bool { return b.view != nil && b.view.LeftHistory != nil }

// beside reports whether the reader sits in a conference that is no replay.
func (b *demoBar) beside() bool {
	return b.seat != nil && b.seat.Conference != "" && b.seat.Conference != b.seats[0].Conference
}

// groups are the seats of each conference, history first; the host's, which is in none, stands with the last.
func (b *demoBar) groups() [][]DemoSeat {
	var list [][]DemoSeat
	for k, seat := range b.seats {
		if k == 0 || seat.Conference != "" && seat.Conference != b.seats[k-1].Conference {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], seat)
	}
	return list
}

// over reports whether history has come to its end.
func (b *demoBar) over() bool { return b.done >= b.all }

func (s *site) demoBar(v *visit) *demoBar {
	b := &demoBar{seat: seatOf(v.r), seats: s.Demo.Seats()}
	b.done, b.all = s.Demo.Position()
	if len(b.seats) > 0 {
		if view, err := s.Venue.Look(v.r.Context(), b.seats[0].Conference, v.person.ID); err == nil {
			b.view, b.now = view, s.clock(view)
		}
	}
	return b
}

func (s *site) demoNext(v *visit) error {
	if _, err := s.Demo.Next(v.r.Context()); err != nil {
		return err
	}
	return s.backFromDemo(v)
}

// demoUntil follows history to a moment, or to its end.
func (s *site) demoUntil(v *visit) error {
	until := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	if day := v.form("until"); day != "" {
		t, err := time.ParseInLocation(time.DateOnly, day, s.Zone)
		if err != nil {
			return portsmouth.Invalidf("demo-date", "%q is not a date such as 1905-08-28", day)
		}
		until = t.AddDate(0, 0, 1).Add(-time.Second)
	}
	if err := s.Demo.Until(v.r.Context(), until); err != nil {
		return err
	}
	return s.backFromDemo(v)
}

// backFromDemo returns to the page on which the bar was.
func (s *site) backFromDemo(v *visit) error { return v.redirect(localPath(v.form("back"))) }

// localPath keeps a path of this venue and replaces everything else by the door, so that no link leads elsewhere.
func localPath(path string) string {
	allowed := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || slices.Contains([]rune("/-_.~?=&"), r)
	}
	if len(path) < 1 || path[0] != '/' || len(path) > 1 && path[1] == '/' {
		return "/"
	}
	for _, r := range path {
		if !allowed(r) {
			return "/"
		}
	}
	return path
}

// seatAddress is where a seat of the demonstration begins: at the table, or for the host at the host's page.
func seatAddress(seat DemoSeat) templ.SafeURL {
	path := seatPrefix + seat.Name
	if seat.Conference == "" {
		return templ.SafeURL(path + "/host")
	}
	return templ.SafeURL(path + "/c/" + seat.Conference)
}
