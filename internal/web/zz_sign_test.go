package web

import (
	"testing"
	"time"

	"portsmouth/internal/browsertest"
)

func TestZZSign(t *testing.T) {
	b := browsertest.New(t)
	for _, who := range []string{"komura", "witte", "roosevelt"} {
		p := b.Window(t)
		p.Size(1280, 900, false)
		p.Goto("http://localhost:8391/seat/" + who + "/c/portsmouth-1905/signing")
		p.WaitFor("[data-sign-button]:not([hidden])")
		p.Type("#f-sign-capacity", "Plenipotentiary")
		p.Screenshot("/tmp/cshots/sign-"+who+".png", false)
		p.Click("[data-sign-button]")
		time.Sleep(2 * time.Second)
		t.Log(p.URL(), p.ConsoleErrors(), p.Count("#problem"), p.Count(".signature.is-done"), p.Text("main .signatures"))
		p.Screenshot("/tmp/cshots/signed-"+who+".png", false)
	}
}
