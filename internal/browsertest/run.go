package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// pollEvery is the pause between two looks at the page: short beside what a person notices, long beside one look.
const pollEvery = 20 * time.Millisecond

// Eval runs an expression in the page, waits for it if it is a promise, and decodes its value. The page's content
// security policy does not apply to it.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	v, err := evaluate[T](p, expression)
	if err != nil {
		p.fail("evaluate "+abridge(expression), err.Error())
	}
	return v
}

// Eval runs statements in the page for their effect.
func (p *Page) Eval(statements string) {
	p.t.Helper()
	Eval[chromedp.Void](p, statements)
}

// evaluate is Eval that returns its error, for the loops that try again.
func evaluate[T any](p *Page, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, p.Timeout)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, func(e *runtime.EvaluateParams) {
		await := true
		e.AwaitPromise = &await
	}))
}

// do runs one step within the timeout and ends the test when it fails.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, p.Timeout)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fail(what, err.Error())
	}
}

// command runs protocol commands within the timeout.
func (p *Page) command(what string, f func(context.Context, *chromedp.Target) error) {
	p.t.Helper()
	p.do(what, chromedp.Func(f))
}

// await looks at the page until the condition holds. It polls from outside because a condition inside the page would be
// lost at every navigation, and because the page's own script may be off.
func (p *Page) await(what, condition string) {
	p.t.Helper()
	deadline := time.Now().Add(p.Timeout)
	for {
		// An error means that the page is just being replaced: look again.
		if ok, err := evaluate[bool](p, condition); err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			p.fail("wait for "+what, fmt.Sprintf("not there after %v", p.Timeout))
		}
		time.Sleep(pollEvery)
	}
}

// fail ends the test with what the person before the window would see.
func (p *Page) fail(what, why string) {
	p.t.Helper()
	url, _ := evaluate[string](p, "location.href")
	text, _ := evaluate[string](p, "document.body ? document.body.innerText : ''")
	p.t.Fatalf("could not %s: %s\nat %s, which shows:\n%s\nconsole: %q",
		what, why, url, abridge(text), p.ConsoleErrors())
}

// abridge shortens long texts for messages.
func abridge(s string) string {
	const most = 1500
	if len(s) <= most {
		return s
	}
	return s[:most] + " …"
}

// quote makes a Go string a script string: JSON is a subset of the language.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
