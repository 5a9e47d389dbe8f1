package main

import (
	"log/slog"
	"testing"
	"time"

	"portsmouth/internal/browsertest"
	"portsmouth/internal/demo"
)

// harbour1905 opens the demonstration with its conference of today, on a clock that the test moves.
func harbour1905(t *testing.T) (base string, clock *movedClock) {
	t.Helper()
	p, err := newProgram(t.Context(), place{data: t.TempDir()}, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.close() })
	clock = &movedClock{}
	p.venue.Clock = clock
	c, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	seats, err := openDemo(t.Context(), p.store, p.accounts, p.venue, c)
	if err == nil {
		err = seats.openHarbour(t.Context(), p.store, p.accounts, p.venue)
	}
	if err == nil {
		err = p.start(t.Context(), seats, easternTime())
	}
	if err != nil {
		t.Fatal(err)
	}
	return p.origin, clock
}

// closesSoon gives a form the time of a minute's end.
func closesSoon(p *browsertest.Page, clock *movedClock) {
	p.WaitFor(`[name="closes.in"]`)
	p.Eval(`document.querySelector('[name="closes.in"]').value = "at"`)
	p.Eval(`document.querySelector('[name="closes"]').value = "` + clock.Now().UTC().Add(2*time.Minute).Format("2006-01-02T15:04") + `"`)
}

// TestImprovementInTheDemo walks the way that the guide describes: from the door to the mediator's seat, an improvement, the
// three delegations, and the better package in the text.
func TestImprovementInTheDemo(t *testing.T) {
	base, clock := harbour1905(t)
	b := browsertest.New(t)
	desk := b.Window(t)
	see(t, desk, "harbour-door", base+"/")
	desk.WaitFor("text=The Old Harbour, today")
	seat := func(name, page string) string { return base + "/seat/" + name + "/c/" + demo.HarbourID + page }
	heads := map[string]*browsertest.Page{}
	for _, name := range []string{"varga", "brannigan", "deschamps"} {
		heads[name] = b.Window(t)
		heads[name].Goto(seat(name, "/preparation"))
		heads[name].WaitFor("text=As in version 1")
	}
	see(t, heads["varga"], "harbour-preparation", seat("varga", "/preparation"))
	see(t, heads["varga"], "harbour-wants", seat("varga", "/preparation/wants"))
	see(t, heads["varga"], "harbour-weights", seat("varga", "/preparation/weights"))

	desk.Goto(seat("castellan", "/desk"))
	desk.WaitFor("text=invented")
	desk.Goto(seat("castellan", "/desk/rounds/improvement"))
	closesSoon(desk, clock)
	desk.Follow(`form.offer-form button.button`)
	desk.Follow(`form[action$="/open-round"] button`)
	for name, p := range heads {
		p.Goto(seat(name, "/round"))
		p.Follow(`form[action$="/enter-round"] button.button`)
		p.WaitFor(".own-entry")
	}
	clock.move(time.Hour)
	heads["varga"].WaitGone("#own-entry")

	desk.Goto(seat("castellan", "/desk"))
	desk.WaitFor(".desk-package")
	desk.Follow(`.desk-package form[action$="/proposal"] button`)
	closesSoon(desk, clock)
	desk.Follow(`form.offer-form button.button`)
	desk.Follow(`form[action$="/put-proposal"] button`)
	for name, p := range heads {
		p.Goto(seat(name, "/proposal"))
		p.Click(`input[name="answer"][value="accept"]`)
		p.Follow(`form[action$="/answer-proposal"] button`)
	}
	clock.move(time.Hour)
	heads["varga"].WaitGone(`form[action$="/answer-proposal"]`)
	heads["varga"].Goto(seat("varga", "/text"))
	heads["varga"].WaitFor("text=advises the Port Authority")
}
