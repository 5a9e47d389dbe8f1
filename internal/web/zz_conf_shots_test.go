package web

import (
	"os"
	"strings"
	"testing"

	"portsmouth/internal/browsertest"
)

func TestZZConf(t *testing.T) {
	b := browsertest.New(t)
	p := b.Window(t)
	for _, line := range strings.Fields(os.Getenv("CSHOTS")) {
		name, path, _ := strings.Cut(line, "=")
		p.Goto("http://localhost:8392" + path)
		for _, m := range []string{"desk", "phone", "desk-dark", "phone-dark"} {
			p.Dark(strings.HasSuffix(m, "dark"))
			if strings.HasPrefix(m, "desk") {
				p.Size(1280, 900, false)
			} else {
				p.Size(390, 844, true)
			}
			p.Screenshot("/tmp/cshots/"+name+"-"+m+".png", os.Getenv("FULL") != "")
		}
		p.Dark(false)
		p.Size(1280, 900, false)
		for _, v := range p.Axe(t) {
			t.Log("AXE", name, v.String())
		}
		t.Log(name, p.ConsoleErrors())
	}
}
