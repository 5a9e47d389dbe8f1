package browsertest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// binaries are the names under which distributions install the browser, in the order in which they are tried.
var binaries = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Browser is one running Chromium with a profile of its own, which ends with the test.
type Browser struct {
	ctx context.Context
}

// Find returns the path of a Chromium on this machine, or "" when there is none.
func Find() string {
	for _, name := range binaries {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// New starts a browser for the test. It skips the test under -short or when no browser is installed, and fails it instead
// when CI=true.
func New(t testing.TB) *Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("browser test: not run with -short")
	}
	path := Find()
	if path == "" {
		missing(t)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options(path)...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	// The first run starts the process and binds its life to the context given, so that one carries no timeout.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	return &Browser{ctx: ctx}
}

// missing ends a test that has no browser: with a failure in CI, else with a loud skip.
func missing(t testing.TB) {
	t.Helper()
	const line = "BROWSER TEST NOT RUN: no chromium found; install it (Debian: apt-get install chromium)"
	if os.Getenv("CI") == "true" {
		t.Fatal(line)
	}
	t.Skip(line)
}

// options start a headless browser that speaks to nobody but the pages under test.
func options(path string) []chromedp.ExecAllocatorOption {
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	opts = append(opts, chromedp.ExecPath(path))
	for _, flag := range []string{
		// Containers and root have no user namespaces to build the sandbox from.
		"no-sandbox",
		"disable-gpu",
		"disable-quic",
		"disable-component-update",
		"disable-domain-reliability",
		"no-pings",
	} {
		opts = append(opts, chromedp.Flag(flag, true))
	}
	// A flag given twice counts once, so what the driver disables by itself is repeated here.
	opts = append(opts,
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,AutofillServerCommunication"),
		// Chromium looks for a proxy on the network otherwise.
		chromedp.Flag("no-proxy-server", true))
	return opts
}

// Window opens a window with cookies and storage of its own, as if it were on another device. It closes with the test t,
// which may be a subtest.
func (b *Browser) Window(t testing.TB) *Page {
	t.Helper()
	p := &Page{t: t, Timeout: 15 * time.Second}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.note))
	t.Cleanup(cancel)
	p.ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("opening a window: %v", err)
	}
	p.Size(1280, 900, false)
	return p
}
