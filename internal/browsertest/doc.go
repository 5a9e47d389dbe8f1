// Package browsertest drives a real Chromium in tests: what a person sees, clicks and types, in several windows that
// share nothing, with script on or off, at any size, light or dark.
//
// It is the only package that knows the driver, so a change of driver is a change of one package. A test reads:
//
//	b := browsertest.New(t)
//	p := b.Window(t)
//	p.Goto(server.URL)
//	p.Type("#name", "Witte")
//	p.Click("button[type=submit]")
//	p.WaitFor("text=Welcome")
//
// Every method waits for what it needs (at most [Page.Timeout]) and ends the test with the address and the visible text
// of the page when it does not come. Nothing sleeps for a fixed time. A selector is CSS; "text=…" means that the visible
// text of the page contains the words after it.
//
// Without a browser a test is skipped with a line that says what to install; where CI=true it fails, because a check
// that silently tests less is no check. With go test -short no browser is started.
package browsertest
