package web

import (
	"os"
	"testing"

	"portsmouth/internal/browsertest"
)

func TestZZShots(t *testing.T) {
	b := browsertest.New(t)
	p := b.Window(t)
	shot := func(name string) {
		for _, dark := range []bool{false, true} {
			p.Dark(dark)
			suffix := ""
			if dark {
				suffix = "-dark"
			}
			p.Size(1280, 860, false)
			p.Screenshot("/tmp/shots/"+name+"-desk"+suffix+".png", true)
			p.Size(390, 844, true)
			p.Screenshot("/tmp/shots/"+name+"-phone"+suffix+".png", true)
		}
		p.Dark(false)
		p.Size(1280, 860, false)
		for _, v := range p.Axe(t) {
			t.Log(name, v.String())
		}
		t.Log(name, p.ConsoleErrors())
	}
	p.Goto("http://localhost:8191/")
	shot("door-demo")
	p.Goto("http://localhost:8192/")
	shot("door")
	link := os.Getenv("HOSTLINK")
	p.Goto(link)
	shot("back")
	p.Follow("main button")
	shot("host")
	p.Goto("http://localhost:8192/convene")
	shot("convene")
	p.Type("#f-title", "The harbour of Northpoint")
	p.Type("[name=party1]", "City of Northpoint")
	p.Type("[name=party2]", "Fishers' Association")
	p.Type("[name=party3]", "Port Company")
	p.Follow("form[action='/convene'] button")
	shot("invitations")
	inv := p.Value(".secret-link")
	p.Goto("http://localhost:8192/me")
	shot("me")
	w := b.Window(t)
	p = w
	p.Goto(inv)
	shot("invitation")
	p.Type("#f-name", "Ada Harbour")
	p.Follow("form[action$='/accept'] button")
	t.Log(p.URL())
	p.Goto("http://localhost:8192/nothing")
	shot("404")
}
