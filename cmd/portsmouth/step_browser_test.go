package main

import (
	"strings"
	"testing"
	"time"

	"portsmouth/internal/browsertest"
)

// TestStepBetterForAllWithoutWeights: two delegations that give no weights, one of them without script, go from the
// preparation through a round for a step to the proposal of it.
func TestStepBetterForAllWithoutWeights(t *testing.T) {
	f := boarded(t)
	f.opened()
	orders := map[string]map[string]string{"upper": {"landing": "bridge", "hours": "day"}, "lower": {"landing": "bridge", "hours": "always"}}
	f.delegations(func(who string) {
		p := f.plain(who, "/preparation/numbers", "")
		p.Follow(saveAnswer)
		for issue, first := range orders[who] {
			p.Goto(f.base + "/preparation/options/" + issue)
			for p.Count(`.order > li:first-child input[name="order"][value="`+first+`"]`) == 0 {
				press := p.Click // the script moves it at once
				if who == "upper" {
					press = p.Follow
				}
				press(`button[name="up"][value="` + first + `"]`)
			}
			p.Follow(saveAnswer)
		}
	})
	f.announce("direction", func(p *browsertest.Page) {
		p.Click(`form.offer-form details summary`)
		for issue, option := range map[string]string{"hours": "late", "upkeep": "half", "landing": "old"} {
			p.Click(`input[name="term.` + issue + `"][value="` + option + `"]`)
		}
		p.Type(`input[name="term.fare"]`, "24")
	})
	f.delegations(func(who string) {
		p := f.plain(who, "/round", "direction-open")
		if text := p.HTML(); !strings.Contains(text, "You chose to give no weights") || !strings.Contains(text, "bits about all of them together") {
			t.Errorf("%s does not read what it would freeze, or what that tells", who)
		}
		p.Follow(`form[action$="/enter-round"] button.button`)
		p.WaitFor(".own-entry")
		p.NoScript(false)
		f.at(who, "/round", "direction-lodged")
	})
	f.clock.move(24 * time.Hour)
	f.windows["lower"].WaitGone(`#own-entry`)
	f.delegations(func(who string) { f.at(who, "/round", "direction-closed") })
	f.putForward("step")
	f.delegations(func(who string) {
		p := f.at(who, "/proposal", "step")
		if text := p.HTML(); !strings.Contains(text, "likely better for you than the package of the last round") || strings.Contains(text, "points to us") {
			t.Errorf("%s is not told the step in its own words, or is told it with numbers", who)
		}
	})
}

// plain opens a page, tests it for accessibility, and for the upper town goes on without script, with which that test would
// not work.
func (f *ferry) plain(who, page, state string) *browsertest.Page {
	f.t.Helper()
	f.windows[who].NoScript(false)
	p := f.at(who, page, state)
	if who == "upper" {
		p.NoScript(true)
		p.Reload()
	}
	return p
}
