package main

import (
	"testing"

	"portsmouth/internal/browsertest"
)

// another brings the person of a window in on another device.
func (h *harbour) another(p *browsertest.Page) *browsertest.Page {
	p.Goto(h.program.link("/me"))
	p.Follow(`form[action$="/me/link"] button`)
	link := p.Value(".secret-link")
	desk := h.browser.Window(h.t)
	desk.Goto(link)
	desk.Follow(`main form button`)
	desk.Goto(h.base)
	return desk
}

// A passkey that comes ends the other devices, and what an open page of the conference showed there is gone from its window. With the
// tick taken off nothing ends.
func TestAPasskeyThatComesEndsTheOthersIfAsked(t *testing.T) {
	h := convened(t)
	p := h.windows["head of port"]
	p.Authenticator()
	desk := h.another(p)
	desk.WaitFor("text=The head of port")
	see(t, p, "me-devices", h.program.link("/me"))

	p.Goto(h.program.link("/me"))
	p.Follow(`[data-passkey="register"] button`)
	desk.WaitFor("text=Nothing here")
	if desk.Count(`a[href="/me"]`) != 0 {
		t.Error("the device that was ended shows whose it was")
	}

	p.Goto(h.program.link("/me"))
	p.Follow(`form[action$="/me/devices/end-others"] button`)
	desk = h.another(p)
	p.Goto(h.program.link("/me"))
	p.Click(`form[action$="/me/passkeys/drop"] input[name="others"]`)
	p.Follow(`form[action$="/me/passkeys/drop"] button`)
	if p.WaitFor("text=None yet."); p.Count(`form[action$="/me/devices/end"]`) != 1 {
		t.Error("the tick was off, and the other device was ended")
	}
	p.Follow(`form[action$="/me/devices/end"] button`)
	desk.WaitFor("text=Nothing here")
}
