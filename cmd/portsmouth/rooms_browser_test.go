package main

import (
	"strings"
	"testing"

	"portsmouth/internal/browsertest"
)

// TestARoomIsLockedInABrowser: two members set reading keys, what is said is locked and unlocked, and one who has lost the key is
// let in by the other.
func TestARoomIsLockedInABrowser(t *testing.T) {
	const words = "We would move the quay for less than we say."
	h := convened(t)
	mediator, port, at := h.windows["mediator"], h.windows["head of port"], h.program.link
	h.send(mediator, "/rules", "accept-rules")
	h.heads(func(p *browsertest.Page, _ string) { h.send(p, "/rules", "accept-rules") })
	caucus := h.base + "/rooms/caucus-port"

	roomsKey(port, at("/reading-key/new"))
	see(t, port, "room-held", caucus)
	port.WaitFor("text=once The mediator has set a reading key")
	roomsKey(mediator, at("/reading-key/new"))
	port.Goto(caucus)
	port.WaitFor("text=Only the reading keys of its 2 members")
	port.Type(".composer textarea", words)
	port.Follow(".composer button")
	port.WaitFor("text=" + words)

	lockNow(port, at("/reading-key"))
	see(t, port, "room-locked", caucus)
	if strings.Contains(port.HTML(), words) {
		t.Error("what is locked is on the page")
	}
	port.Follow(".locked-words a")
	port.Type("#f-passphrase", lockPhrase)
	port.Press("\r")
	port.WaitFor("text=" + words)
	if port.URL() != caucus {
		t.Errorf("unlocking leads to %s", port.URL())
	}

	roomsKey(mediator, at("/reading-key/anew"))
	mediator.Goto(caucus)
	mediator.WaitFor("text=Your reading key does not open this.")
	own := roomsFingerprint(mediator, h.base+"/keys", "#reading-keys > p code")
	see(t, port, "keys-shut", h.base+"/keys")
	port.Follow(`a[href*="reader="]`)
	if read := strings.TrimSpace(port.Text("#admission .fingerprint")); read != own || len(own) != 19 {
		t.Errorf("%q is compared with %q", read, own)
	}
	see(t, port, "keys-admission", port.URL())
	port.Click(`#admission input[name="sure"]`)
	port.Follow("#admission form button")
	mediator.Goto(caucus)
	mediator.WaitFor("text=" + words)
}

// roomsKey sets a reading key, or begins with another, and declares it wherever it can count.
func roomsKey(p *browsertest.Page, address string) {
	p.Goto(address)
	p.Type("#f-passphrase", lockPhrase)
	p.Press("\t")
	p.Press(lockPhrase)
	if p.Count(`input[name="sure"]`) > 0 {
		p.Click(`input[name="sure"]`)
	}
	p.Follow(`main form[action*="/reading-key/"] button`)
	code := strings.TrimSpace(p.Text("#code"))
	p.Follow(`a[href$="/reading-key/code"]`)
	p.Type("#f-code", code)
	p.Press("\r")
	p.WaitFor("text=Where should it count?")
	p.Follow(`form[action$="/declare"] button`)
	p.WaitFor("text=Declared where you ticked it.")
}

func roomsFingerprint(p *browsertest.Page, address, selector string) string {
	p.Goto(address)
	return strings.TrimSpace(p.Text(selector))
}
