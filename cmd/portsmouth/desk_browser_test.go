package main

import (
	"testing"

	"portsmouth/internal/browsertest"
)

// TestDeskInTheBrowser has the mediator of 1905 look for what could be agreed, hold a sealed round and put forward a
// package; a delegation lodges on a phone, and what it lodges shows on nobody else's page.
func TestDeskInTheBrowser(t *testing.T) {
	base := at1905(t, "1905-08-28")
	b := browsertest.New(t)
	mediator, japan, russia := b.Window(t), b.Window(t), b.Window(t)
	seat := func(name, page string) string { return base + "/seat/" + name + "/c/portsmouth-1905" + page }

	see(t, mediator, "desk", seat("roosevelt", "/desk"))
	see(t, mediator, "round-form", seat("roosevelt", "/desk/rounds/package"))
	mediator.Goto(seat("roosevelt", "/desk"))
	mediator.WaitFor("text=There is a zone of agreement")

	sealedOnSakhalin(t, mediator, seat("roosevelt", "/desk/rounds/options"))
	russia.Goto(seat("witte", "/round"))
	before := russia.Text("main")
	mediator.Goto(seat("roosevelt", "/desk"))
	atDesk := mediator.Text("main")

	japan.Size(390, 844, true)
	japan.Goto(seat("komura", "/round"))
	japan.Click(`input[name="option"][value="split_50n"]`)
	japan.Follow(`form[action$="/enter-round"] button`)
	japan.WaitFor("text=Lodged:")
	see(t, japan, "round-lodged", seat("komura", "/round"))

	russia.Goto(seat("witte", "/round"))
	mediator.Goto(seat("roosevelt", "/desk"))
	if russia.Text("main") != before || mediator.Text("main") != atDesk {
		t.Error("what Japan lodged shows on another's page")
	}
	putForward(t, mediator, seat("roosevelt", "/desk"))
	see(t, japan, "proposal-worth", seat("komura", "/proposal"))
	japan.WaitFor("text=points to us")
	mediator.Goto(seat("roosevelt", "/proposal"))
	mediator.WaitGone("text=points to us")
	for name, p := range map[string]*browsertest.Page{"mediator": mediator, "japan": japan, "russia": russia} {
		if errs := p.ConsoleErrors(); len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

// inThreeDays chooses the close of a form, by the clock of the replay.
const inThreeDays = `document.querySelector('select[name="closes.in"]').value = "3d"`

// sealedOnSakhalin announces a round on the first open issue that is none of a number.
func sealedOnSakhalin(t *testing.T, p *browsertest.Page, form string) {
	t.Helper()
	p.Goto(form)
	p.Click(`input[name="issue"]`)
	p.Eval(inThreeDays)
	p.Follow(`form[action$="/desk/round"] button`)
	p.WaitFor("text=Read the round back")
	if found := p.Axe(t); len(found) > 0 {
		t.Errorf("the read-back: %v", found)
	}
	p.Follow(`form[action$="/open-round"] button`)
	p.WaitFor("text=Sakhalin")
}

// putForward makes a proposal of the package that the desk found.
func putForward(t *testing.T, p *browsertest.Page, desk string) {
	t.Helper()
	p.Goto(desk)
	p.Eval(`document.querySelectorAll("#explore details").forEach(d => d.open = true)`)
	p.Follow(`#explore form[action$="/proposal"] button`)
	p.Eval(inThreeDays)
	p.Follow(`form.offer-form button`)
	p.Follow(`form[action$="/put-proposal"] button`)
	p.WaitFor(`form[action$="/withdraw-proposal"]`)
}
