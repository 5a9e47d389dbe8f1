package browsertest

import (
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// traffic is what a window asked of the network and what its console complained about.
type traffic struct {
	mu       sync.Mutex
	requests []string
	errors   []string
}

// note takes in one event of the browser. It runs on the goroutine that reads from the browser, so it only keeps.
func (p *Page) note(event any) {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.log.requests = append(p.log.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		p.log.errors = append(p.log.errors, exception(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			p.log.errors = append(p.log.errors, arguments(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			p.log.errors = append(p.log.errors, strings.TrimSpace(e.Entry.Text+" "+e.Entry.URL))
		}
	}
}

// Requests lists every address that the window has asked for since it was opened, in order, data: and blob: addresses
// included.
func (p *Page) Requests() []string {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	return slices.Clone(p.log.requests)
}

// External lists those of Requests that went to another host than the given base address: for a page that keeps to
// itself there are none.
func (p *Page) External(base string) []string {
	own, err := url.Parse(base)
	if err != nil {
		return []string{base}
	}
	var out []string
	for _, r := range p.Requests() {
		u, err := url.Parse(r)
		if err == nil && (u.Scheme == "data" || u.Scheme == "blob" || u.Scheme == "about" || u.Host == own.Host) {
			continue
		}
		out = append(out, r)
	}
	return out
}

// ConsoleErrors lists what went wrong in the window since it was opened: exceptions that nothing caught, console.error,
// failed loads and violations of the content security policy.
func (p *Page) ConsoleErrors() []string {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	return slices.Clone(p.log.errors)
}

// exception is the one line for an exception that nothing caught.
func exception(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

// arguments joins what was given to console.error.
func arguments(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		if a.Description != "" {
			words = append(words, a.Description)
			continue
		}
		words = append(words, strings.Trim(string(a.Value), `"`))
	}
	return strings.Join(words, " ")
}
