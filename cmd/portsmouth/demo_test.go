package main

import (
	"html"
	"io"
	"net/http"
	"strings"
	"testing"

	"portsmouth/internal/browsertest"
)

// TestStepForwardAndPlayOn follows history by one act, leaves it by speaking, and finds that it does not go on; all of it
// without script.
func TestStepForwardAndPlayOn(t *testing.T) {
	base := at1905(t, "1905-08-28")
	b := browsertest.New(t)
	komura, witte := b.Window(t), b.Window(t)
	komura.NoScript(true)
	table := base + "/seat/komura/c/portsmouth-1905"
	komura.Goto(table)
	komura.WaitFor("text=Replay of history")
	komura.WaitFor("text=act 221 of 268")
	komura.Click(`form[action$="/demo/next"] button`)
	komura.WaitFor("text=act 222 of 268")

	komura.Goto(table + "/rooms")
	komura.Type(`form[action$="/speak"] textarea`, "We have something to say that history does not know.")
	komura.Click(`form[action$="/speak"] button.button`)
	komura.WaitFor("text=that history does not know")
	komura.WaitGone("text=Next act")

	// In another window of the same browser somebody else sits, and reads what was said aloud.
	witte.Goto(base + "/seat/witte/c/portsmouth-1905")
	witte.WaitFor("text=that history does not know")
	witte.WaitGone("text=Next act")
	if witte.Count(`form[action$="/demo/next"]`) != 0 {
		t.Error("a conference that is being played still offers the next act of history")
	}
}

// TestFollowToTheEnd follows history to its end, where the public reads the treaty.
func TestFollowToTheEnd(t *testing.T) {
	base := at1905(t, "1905-08-28")
	p := browsertest.New(t).Window(t)
	p.Goto(base + "/seat/press/c/portsmouth-1905")
	p.Follow(`form[action$="/demo/until"] button`)
	p.WaitFor("text=act 268 of 268")
	for _, fact := range []string{
		"Russo-Japanese War", "Theodore Roosevelt", "Portsmouth Naval Shipyard", "Southern Saghalien to Empire of Japan",
		"What happened?", "Why does it matter?", "5 September 1905",
	} {
		p.WaitFor("text=" + fact)
	}
	if !strings.Contains(p.HTML(), "There shall henceforth be peace and amity") {
		t.Error("the public cannot read the text")
	}
}

// TestPasskeyInARealBrowser adds a passkey, goes away and comes back by it alone.
func TestPasskeyInARealBrowser(t *testing.T) {
	program := open(t, place{data: t.TempDir()})
	token, err := program.accounts.NewHostLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := browsertest.New(t).Window(t)
	p.Authenticator()
	p.Goto(program.link("/back/%s", token))
	p.Follow(`main form button`)
	p.Goto(program.link("/me"))
	p.Follow(`[data-passkey="register"] button`)
	p.WaitFor(`form[action$="/me/passkeys/drop"] button`)
	p.Follow(`form[action$="/sign-out"] button`)
	p.Goto(program.link("/"))
	if p.Count(`form[action$="/sign-out"]`) != 0 {
		t.Fatal("still signed in")
	}
	p.Follow(`[data-passkey="login"] button`)
	p.Goto(program.link("/me"))
	p.WaitFor(`form[action$="/me/passkeys/drop"] button`)
}

// TestEveryLinkAtTheDoorLeadsSomewhere follows what a visitor can, who has no seat.
func TestEveryLinkAtTheDoorLeadsSomewhere(t *testing.T) {
	base := at1905(t, "1905-08-28")
	get := func(path string) (int, string) {
		answer, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	_, door := get("/")
	public := false
	for _, m := range linkTag.FindAllStringSubmatch(door, -1) {
		path := html.UnescapeString(m[1])
		if !strings.HasPrefix(path, "/") {
			continue
		}
		if status, _ := get(path); status != http.StatusOK {
			t.Errorf("%s answers %d", path, status)
		}
		public = public || path == "/c/portsmouth-1905/public"
	}
	if !public {
		t.Error("the public page of a conference that is going on is not linked")
	}
}
