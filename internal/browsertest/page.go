package browsertest

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Page is one window of the browser and the page in it. It belongs to the goroutine of its test; two windows may be used
// side by side.
type Page struct {
	// Timeout bounds every single step. The default is 15 seconds: long for a page, short for a stuck test.
	Timeout time.Duration

	t   testing.TB
	ctx context.Context
	log traffic
}

// Goto loads the address and waits until the page and all it names have loaded.
func (p *Page) Goto(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

// Reload loads the page again, as the browser's button does.
func (p *Page) Reload() {
	p.t.Helper()
	p.do("reload", chromedp.Reload())
}

// Back goes one step back in the history.
func (p *Page) Back() {
	p.t.Helper()
	p.do("back", chromedp.NavigateBack())
}

// URL returns the address of the page.
func (p *Page) URL() string {
	p.t.Helper()
	return Eval[string](p, "location.href")
}

// Click waits for the element and clicks it with the mouse. It does not wait for what the click causes: wait for that
// with [Page.WaitFor], or use [Page.Follow] where a new page is to load.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Follow clicks a link or a button and waits until the next page has loaded.
func (p *Page) Follow(selector string) {
	p.t.Helper()
	p.Eval("window.browsertestLeft = true")
	p.Click(selector)
	p.await("a new page after "+selector, "!window.browsertestLeft && document.readyState === 'complete'")
}

// Type clears the field and types the text into it, key by key.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.Clear(selector)
	p.do("type into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Append types at the end of what the field holds, without clearing it: what a person does who goes on writing.
func (p *Page) Append(selector, text string) {
	p.t.Helper()
	p.do("append to "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Clear empties the field and tells the page. (The driver's own way fails on a text area that is empty already.)
func (p *Page) Clear(selector string) {
	p.t.Helper()
	p.WaitFor(selector)
	p.Eval(`const e = document.querySelector(` + quote(selector) + `); e.focus(); e.value = "";
		e.dispatchEvent(new Event("input", {bubbles: true}))`)
}

// Press sends one key or a run of keys to whatever has the focus; "\t" is Tab and "\r" is Enter.
func (p *Page) Press(keys string) {
	p.t.Helper()
	p.do("press keys", chromedp.KeyEvent(keys))
}

// Choose sets a select element to the option with this value and tells the page, as a choice by hand does.
func (p *Page) Choose(selector, value string) {
	p.t.Helper()
	p.WaitFor(selector)
	chosen := Eval[bool](p, `(() => { const e = document.querySelector(`+quote(selector)+`); e.value = `+quote(value)+`;
		for (const n of ["input", "change"]) e.dispatchEvent(new Event(n, {bubbles: true}));
		return e.value === `+quote(value)+`; })()`)
	if !chosen {
		p.fail("choose "+value+" in "+selector, "there is no such option")
	}
}

// Value returns what the field holds.
func (p *Page) Value(selector string) string {
	p.t.Helper()
	p.WaitFor(selector)
	return Eval[string](p, "String(document.querySelector("+quote(selector)+").value)")
}

// Text returns the visible text of the first element that matches, or of the whole page for "".
func (p *Page) Text(selector string) string {
	p.t.Helper()
	if selector == "" {
		return Eval[string](p, "document.body ? document.body.innerText : ''")
	}
	p.WaitFor(selector)
	return Eval[string](p, "document.querySelector("+quote(selector)+").innerText")
}

// HTML returns the document as it stands now, with what script has made of it.
func (p *Page) HTML() string {
	p.t.Helper()
	return Eval[string](p, "document.documentElement.outerHTML")
}

// Count returns how many elements match at this moment, without waiting.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	return Eval[int](p, "document.querySelectorAll("+quote(selector)+").length")
}

// WaitFor waits until the selector matches a displayed element, or until the visible text of the page contains what
// follows "text=".
func (p *Page) WaitFor(what string) {
	p.t.Helper()
	p.await(what, condition(what))
}

// WaitGone waits until the selector matches nothing that is displayed, or the text after "text=" is no longer there.
func (p *Page) WaitGone(what string) {
	p.t.Helper()
	p.await("the end of "+what, "!("+condition(what)+")")
}

// condition is the script that tells whether a selector or a text is there.
func condition(what string) string {
	if text, ok := strings.CutPrefix(what, "text="); ok {
		return "!!document.body && document.body.innerText.includes(" + quote(text) + ")"
	}
	return "[...document.querySelectorAll(" + quote(what) + ")].some(e => e.getClientRects().length > 0)"
}

// Size sets the width and height of the window in CSS pixels. A mobile window has touch, a narrow device's scroll bars
// and honours the viewport meta element.
func (p *Page) Size(width, height int, mobile bool) {
	p.t.Helper()
	var opts []chromedp.EmulateViewportOption
	if mobile {
		opts = append(opts, chromedp.EmulatePortrait, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	p.do("size the window", chromedp.EmulateViewport(int64(width), int64(height), opts...))
}

// Dark makes the page see a person who prefers a dark scheme, or a light one.
func (p *Page) Dark(dark bool) {
	p.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	p.command("prefer a "+scheme+" scheme", func(ctx context.Context, t *chromedp.Target) error {
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	})
}

// Authenticator gives the window a passkey device that always agrees, as a person's phone or laptop would. It knows the
// extension "prf".
func (p *Page) Authenticator() {
	p.t.Helper()
	p.command("attach an authenticator", func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
			Options: &webauthn.VirtualAuthenticatorOptions{
				Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
				HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
				HasPrf: true,
			},
		})
		return err
	})
}

// NoScript switches the page's own script off or on; it counts from the next load. The methods of Page work all the same.
func (p *Page) NoScript(off bool) {
	p.t.Helper()
	p.command("switch script", func(ctx context.Context, t *chromedp.Target) error {
		params := emulation.SetScriptExecutionDisabledParams{Value: off}
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, params)
		return err
	})
}

// Language sets the languages that the browser asks for, as in an Accept-Language header: "fr, en;q=0.5".
func (p *Page) Language(accept string) {
	p.t.Helper()
	p.command("ask for "+accept, func(ctx context.Context, t *chromedp.Target) error {
		headers := network.Headers{"Accept-Language": accept}
		_, err := cdp.Call(ctx, t, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: headers})
		return err
	})
}

// Screenshot writes a PNG of the window, or of the page from top to bottom, to the file.
func (p *Page) Screenshot(file string, fullPage bool) {
	p.t.Helper()
	var png []byte
	p.command("take a picture", func(ctx context.Context, t *chromedp.Target) error {
		got, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format:                page.CaptureScreenshotFormatPng,
			CaptureBeyondViewport: &fullPage,
		})
		png = got.Data
		return err
	})
	if err := os.WriteFile(file, png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
