package web

import (
	"os/exec"
	"testing"
	"time"

	"portsmouth/internal/browsertest"
)

func TestZZLive(t *testing.T) {
	b := browsertest.New(t)
	k := b.Window(t)
	k.Goto("http://localhost:8191/")
	k.Goto("http://localhost:8191" + browsertest.Eval[string](k, `document.querySelector("a[href*='/seat/komura/']").getAttribute("href")`))
	k.Size(1280, 900, false)
	time.Sleep(time.Second)
	t.Log(k.URL(), browsertest.Eval[string](k, `document.querySelector("#live").outerHTML`))
	forms := browsertest.Eval[int](k, `document.querySelectorAll("main textarea").length`)
	t.Log("textareas", forms)
	before := browsertest.Eval[int](k, `document.querySelectorAll("#main [id^=act-]").length`)
	strip := k.Text("#demo-strip")
	if forms > 0 {
		k.Append("main textarea", "half a sentence")
		k.Eval(`window.scrollTo(0, 200); document.querySelector("main textarea").focus()`)
	}
	out, err := exec.Command("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", "-H", "Sec-Fetch-Site: same-origin", "http://localhost:8191/demo/next").CombinedOutput()
	t.Log(string(out), err)
	time.Sleep(1200 * time.Millisecond)
	t.Log("acts", before, browsertest.Eval[int](k, `document.querySelectorAll("#main [id^=act-]").length`), strip, "=>", k.Text("#demo-strip"))
	if forms > 0 {
		t.Log("kept:", k.Value("main textarea"), browsertest.Eval[string](k, `document.activeElement.tagName + " " + window.scrollY`))
	}
	t.Log(k.ConsoleErrors())
	k.Screenshot("/tmp/shots/table.png", false)
}
