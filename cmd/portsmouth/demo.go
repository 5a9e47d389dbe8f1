package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/internal/account"
	"portsmouth/internal/demo"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/internal/web"
	"portsmouth/scenario"
)

func newDemo() *cobra.Command {
	var p place
	var listen, until string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Take a seat at the Portsmouth peace conference of 1905",
		Long: `Open a venue with the Portsmouth peace conference of 1905 in it, replayed from its chronology through the same rules as
any conference, as far as the evening of 28 August: the night before the last session. Take a seat, follow history act
by act to the signing, or leave it and play on. Beside it stands a conference of today, an invented one, that has just come
to an agreement and left something on the table: its mediator can look for what is better for all.

Everybody who can reach the address can take any seat, so it listens on this machine alone unless told otherwise. Without
--data everything is gone when it stops.`,
		Example: `  portsmouth demo
  portsmouth demo --until 1905-08-12                    begin after the Russian reply
  portsmouth demo --until 1905-11-25                    begin when all is over
  portsmouth demo --listen localhost:8080 --data ./1905 keep what is played`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runDemo(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), p, listen, until)
		},
	}
	c.Flags().StringVar(&listen, "listen", "localhost:8905", "`HOST:PORT` to listen on; port 0 chooses a free one")
	c.Flags().StringVar(&p.data, "data", "", "keep the conference in this `folder`")
	c.Flags().StringVar(&until, "until", "", "replay up to the end of this `DATE` (1905-08-12)")
	return c
}

func runDemo(ctx context.Context, out, errs io.Writer, at place, listen, until string) error {
	chronicle, err := demo.Load()
	if err != nil {
		return err
	}
	stop, err := stopAt(chronicle, until)
	if err != nil {
		return err
	}
	if at.data == "" {
		if at.data, err = os.MkdirTemp("", "portsmouth-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(at.data)
	}
	p, err := newProgram(ctx, at, listen, "", newLog(errs))
	if err != nil {
		return err
	}
	seats, err := openDemo(ctx, p.store, p.accounts, p.venue, chronicle)
	if err == nil {
		err = seats.openHarbour(ctx, p.store, p.accounts, p.venue)
	}
	if err == nil {
		err = seats.replay.Until(ctx, stop)
	}
	if portsmouth.RuleOf(err) == "left-history" {
		err = nil // a kept conference that people play: it is shown as they left it
	}
	if err == nil {
		err = p.start(ctx, seats, easternTime())
	}
	if err != nil {
		_ = p.close()
		return err
	}
	fmt.Fprintf(out, "Portsmouth, 1905: take a seat at %s\n", p.origin)
	return p.wait(ctx)
}

// whatIfsOf are the questions that the debrief of the demonstration answers: those of its scenario.
func whatIfsOf(demo web.Demonstration) map[string][]scenario.WhatIf {
	seats, ok := demo.(*demoSeats)
	if !ok {
		return nil
	}
	return map[string][]scenario.WhatIf{conference1905: seats.chronicle.Scenario.WhatIfs}
}

// stopAt reads --until: the end of that day at Portsmouth.
func stopAt(c *demo.Chronicle, until string) (time.Time, error) {
	if until == "" {
		return c.Stop, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, until, easternTime())
	if err != nil {
		return time.Time{}, portsmouth.Invalidf("", "--until takes a date such as 1905-08-12, not “%s”", until)
	}
	return day.AddDate(0, 0, 1).Add(-time.Second), nil
}

// easternTime is the time at Portsmouth in 1905.
func easternTime() *time.Location { return time.FixedZone("Portsmouth", -5*60*60) }

// conference1905 is the id of the demonstration's conference.
const conference1905 = "portsmouth-1905"

// demoSeats is the demonstration as the screens see it.
type demoSeats struct {
	chronicle *demo.Chronicle
	replay    *demo.Replay
	cast      demo.Cast
	host      string
	harbour   *demo.Harbour // nil where only history is shown
	playing   demo.Cast     // of the harbour
}

// openDemo finds or makes the people and the conference.
func openDemo(ctx context.Context, s *store.Store, accounts *account.Service, v *venue.Venue, c *demo.Chronicle) (*demoSeats, error) {
	cast, err := castOf(ctx, s, accounts, c)
	if err != nil {
		return nil, err
	}
	if _, _, err := accounts.EnsureHost(ctx); err != nil {
		return nil, err
	}
	host, err := accounts.HostID(ctx)
	if err != nil {
		return nil, err
	}
	replay, err := demo.Open(ctx, v, c, conference1905, cast)
	if err != nil {
		return nil, err
	}
	return &demoSeats{chronicle: c, replay: replay, cast: cast, host: host}, nil
}

// openHarbour finds or convenes the conference of today that stands beside history.
func (d *demoSeats) openHarbour(ctx context.Context, s *store.Store, accounts *account.Service, v *venue.Venue) error {
	harbour, err := demo.LoadHarbour()
	if err != nil {
		return err
	}
	if d.playing, err = accountsOf(ctx, s, accounts, "demo-harbour", harbour.People); err != nil {
		return err
	}
	d.harbour = harbour
	return harbour.Convene(ctx, v, d.host, d.playing)
}

// castOf makes an account for each person of 1905, once.
func castOf(ctx context.Context, s *store.Store, accounts *account.Service, c *demo.Chronicle) (demo.Cast, error) {
	people := make([]scenario.Person, 0, len(c.People()))
	for _, id := range c.People() {
		_, _, person := c.Seat(id)
		people = append(people, *person)
	}
	return accountsOf(ctx, s, accounts, "demo-cast", people)
}

// accountsOf makes an account for each person, once; who got which is kept under that name.
func accountsOf(ctx context.Context, s *store.Store, accounts *account.Service, name string, people []scenario.Person) (demo.Cast, error) {
	cast := demo.Cast{}
	kept, err := s.GetValue(ctx, name)
	if err != nil {
		return nil, err
	}
	if kept != nil {
		return cast, json.Unmarshal(kept, &cast)
	}
	for _, person := range people {
		p, err := accounts.NewPerson(ctx, person.Name.In("en"))
		if err != nil {
			return nil, err
		}
		cast[person.ID] = p.ID
	}
	data, err := json.Marshal(cast)
	if err != nil {
		return nil, err
	}
	return cast, s.PutValue(ctx, name, data)
}

// doorSeats are the parts that the door offers, in their order.
var doorSeats = []string{"witte", "komura", "roosevelt", "press"}

// Seats lists the parts that can be taken, the host's last.
func (d *demoSeats) Seats() []web.DemoSeat {
	var seats []web.DemoSeat
	for _, id := range doorSeats {
		_, _, p := d.chronicle.Seat(id)
		seats = append(seats, seatFor(p, d.cast, conference1905))
	}
	if d.harbour != nil {
		for k := range d.harbour.People {
			seats = append(seats, seatFor(&d.harbour.People[k], d.playing, demo.HarbourID))
		}
	}
	return append(seats, web.DemoSeat{
		Name: "host", Title: portsmouth.Text{"en": "The host of this venue", "fr": "L’hôte de ce lieu"}, Person: d.host,
	})
}

func seatFor(p *scenario.Person, cast demo.Cast, conference string) web.DemoSeat {
	title := portsmouth.Text{}
	for _, l := range []string{"en", "fr"} {
		title[l] = p.Name.In(l) + ", " + p.Office.In(l)
	}
	return web.DemoSeat{Name: p.ID, Title: title, Person: cast[p.ID], Conference: conference}
}

// Next plays the next act of history and says which it was.
func (d *demoSeats) Next(ctx context.Context) (string, error) {
	a, done, err := d.replay.Next(ctx)
	if done || err != nil {
		return "", err
	}
	return a.Verb, nil
}

// Until plays history up to t.
func (d *demoSeats) Until(ctx context.Context, t time.Time) error { return d.replay.Until(ctx, t) }

// Position tells how much of history has been played.
func (d *demoSeats) Position() (played, all int) { return d.replay.Position(), d.replay.Len() }
