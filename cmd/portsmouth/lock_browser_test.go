package main

import (
	"strings"
	"testing"

	"portsmouth/internal/browsertest"
)

const lockPhrase = "seven grey geese over Kittery"

// TestAReadingKeyInABrowser is set by keyboard, and unlocked by a passkey, by the code without script, and by the passphrase.
func TestAReadingKeyInABrowser(t *testing.T) {
	h := convened(t)
	p, at := h.windows["head of port"], h.program.link
	p.Authenticator()
	p.Goto(at("/me"))
	p.Follow(`[data-passkey="register"] button`)
	see(t, p, "key-none", at("/reading-key"))
	see(t, p, "key-new", at("/reading-key/new"))
	code := lockSet(t, p, at("/reading-key/new"))

	see(t, p, "key-where", at("/reading-key/conferences"))
	p.Follow(`form[action$="/declare"] button`)
	p.WaitFor("text=Declared where you ticked it.")
	p.WaitFor(`form[action$="/retract"] button`)
	p.Follow(`[data-passkey="answer"] button`)
	p.WaitFor("text=This passkey unlocks your key from now on.")
	see(t, p, "key-open", at("/reading-key"))
	see(t, p, "key-phrase", at("/reading-key/passphrase"))
	see(t, p, "key-anew", at("/reading-key/anew"))

	lockNow(p, at("/reading-key"))
	see(t, p, "key-locked", at("/reading-key"))
	see(t, p, "key-notice", h.base)
	p.Follow(`.unlock-notice a`)
	p.Follow(`[data-passkey="answer"] button`)
	if p.URL() != h.base || p.Count(".unlock-notice") != 0 {
		t.Errorf("by the passkey one comes to %s", p.URL())
	}

	lockNow(p, at("/reading-key"))
	see(t, p, "unlock", at("/unlock"))
	p.NoScript(true)
	p.Goto(at("/unlock"))
	p.Click("details summary")
	p.Type("#f-code", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	p.Follow(`details form button`)
	p.WaitFor("text=Unlocked on this device")
	p.NoScript(false)

	lockNow(p, at("/reading-key"))
	p.Goto(at("/unlock"))
	p.Type("#f-passphrase", "not this one, I think")
	p.Press("\r")
	p.WaitFor("text=This is not your passphrase.")
	lockAxe(t, p, "unlock-wrong")
	p.Type("#f-passphrase", lockPhrase)
	p.Press("\r")
	p.WaitFor("text=Unlocked on this device")
}

// lockSet sets a key by keyboard and returns its code.
func lockSet(t *testing.T, p *browsertest.Page, address string) string {
	t.Helper()
	p.Goto(address)
	p.Type("#f-passphrase", lockPhrase)
	p.Press("\t")
	p.Press(lockPhrase)
	p.Press("\r")
	p.WaitFor("#code")
	code := strings.TrimSpace(p.Text("#code"))
	lockAxe(t, p, "key-code")
	p.Follow(`a[href$="/reading-key/code"]`)
	see(t, p, "key-typed", p.URL())
	p.Type("#f-code", strings.ToLower(code))
	p.Press("\r")
	p.WaitFor("text=Where should it count?")
	return code
}

func lockNow(p *browsertest.Page, address string) {
	p.Goto(address)
	p.Follow(`form[action$="/lock"] button`)
	p.WaitFor("text=Locked on this device.")
}

// lockAxe looks at a page that has no address of its own.
func lockAxe(t *testing.T, p *browsertest.Page, name string) {
	t.Helper()
	photograph(t, p, name)
	for _, l := range looks {
		p.Size(l.width, l.height, l.phone)
		p.Dark(l.dark)
		for _, v := range p.Axe(t) {
			t.Errorf("%s, %s: %v", name, l.name, v)
		}
		if wide := browsertest.Eval[int](p, "document.documentElement.scrollWidth"); wide > l.width {
			t.Errorf("%s, %s: the page is %d wide, the screen %d", name, l.name, wide, l.width)
		}
	}
}
