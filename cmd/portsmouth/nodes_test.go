package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/browsertest"
	"portsmouth/internal/store/pgtest"
)

// node is the program in a process of its own, which can be killed.
type node struct {
	process *exec.Cmd
	origin  string
}

var address = regexp.MustCompile(`http://\S+`)

// launch starts a program and returns when it says where it listens.
func launch(t testing.TB, program string, args ...string) *node {
	t.Helper()
	var errs bytes.Buffer
	n := &node{process: exec.Command(program, args...)}
	n.process.Stderr = &errs
	out, err := n.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.kill)
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		n.kill()
		t.Fatalf("%s %s said nothing; on standard error: %s", program, strings.Join(args, " "), errs.String())
	}
	n.origin = address.FindString(lines.Text())
	go func() {
		for lines.Scan() { // so that it never waits for a reader
		}
	}()
	return n
}

// kill ends the node with SIGKILL: it has no chance to say or write anything more.
func (n *node) kill() {
	if n.process.ProcessState == nil {
		_ = n.process.Process.Kill()
		_ = n.process.Wait()
	}
}

// conveneHarbour convenes the harbour as the command line does and returns the link of each seat.
func conveneHarbour(t testing.TB, at place, origin string) map[string]string {
	t.Helper()
	var out bytes.Buffer
	if err := convene(t.Context(), &out, at, origin, "../../examples/harbour/scenario.yaml"); err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, m := range linkLine.FindAllStringSubmatch(out.String(), -1) {
		links[m[2]] = m[3]
	}
	return links
}

// device is somebody's browser without the browser: it keeps cookies and sends forms.
type device struct {
	client *http.Client
	base   string // path of the conference
}

// enterBy takes a seat by its link.
func enterBy(t testing.TB, link, name string) *device {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &device{client: &http.Client{
		Jar: jar, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	to, err := d.post(link+"/accept", url.Values{"name": {name}, "key": {"enter"}})
	if err != nil {
		t.Fatal(err)
	}
	d.base = to
	return d
}

// post sends a form. Only a redirect says that it was accepted; post returns where it leads.
func (d *device) post(address string, form url.Values) (string, error) {
	answer, err := d.client.PostForm(address, form)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("%s: %s", address, answer.Status)
	}
	return answer.Header.Get("Location"), nil
}

// say speaks in plenary, under a key that makes a second attempt count once.
func (d *device) say(origin, text string) error {
	_, err := d.post(origin+d.base+"/speak", url.Values{"room": {"plenary"}, "text": {text}, "key": {text}})
	return err
}

// twoNodes are a node in a process of its own and a node in this one, on one database, with the harbour convened.
type twoNodes struct {
	t       *testing.T
	at      place
	a       *node
	b       *program
	devices []*device // of the residents and the mediator
	port    *browsertest.Page
	fishers *browsertest.Page
	base    string // path of the conference
}

func newTwoNodes(t *testing.T) *twoNodes {
	at := place{database: pgtest.URL(t), data: t.TempDir()}
	browser := browsertest.New(t)
	x := &twoNodes{t: t, at: at, b: open(t, at)}
	x.a = launch(t, "portsmouth", "serve", "--database", at.database, "--data", at.data, "--listen", "localhost:0")
	links := conveneHarbour(t, at, x.a.origin)
	for _, seat := range []string{"head of residents", "mediator"} {
		x.devices = append(x.devices, enterBy(t, links[seat], "The "+seat))
	}
	x.base = x.devices[0].base
	x.port = x.enter(browser, links["head of port"], "The port")
	x.fishers = x.enter(browser, strings.Replace(links["head of fishers"], x.a.origin, x.b.origin, 1), "The fishers")
	for _, d := range x.devices {
		if _, err := d.post(x.a.origin+x.base+"/accept-rules", url.Values{"version": {"1"}}); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

// enter takes a seat by its link in a window of its own, and accepts the rules.
func (x *twoNodes) enter(b *browsertest.Browser, link, name string) *browsertest.Page {
	p := b.Window(x.t)
	p.Goto(link)
	p.Type(`input[name="name"]`, name)
	p.Follow(`form[action$="/accept"] button`)
	p.Goto(strings.TrimSuffix(p.URL(), x.base) + x.base + "/rules")
	p.Follow(`form[action$="/accept-rules"] button`)
	return p
}

// crosses has one window speak at its node and returns after how long the other has it, from before the click.
func (x *twoNodes) crosses(from *browsertest.Page, fromAt string, to *browsertest.Page, toAt, text string) time.Duration {
	x.t.Helper()
	to.Goto(toAt + x.base)
	from.Goto(fromAt + x.base + "/rooms")
	from.Type(`form[action$="/speak"] textarea`, text)
	begin := time.Now()
	from.Click(`form[action$="/speak"] button.button`)
	to.WaitFor("text=" + text)
	return time.Since(begin)
}

// TestTwoNodes: an act made in a browser at one node is in a browser at the other within a second; when a node is killed
// under load, the other has every act that was acknowledged, counts once what is sent to it again, and goes on.
func TestTwoNodes(t *testing.T) {
	x := newTwoNodes(t)
	var took []time.Duration
	for n := range 3 {
		took = append(took,
			x.crosses(x.port, x.a.origin, x.fishers, x.b.origin, fmt.Sprint("From the quay, ", n)),
			x.crosses(x.fishers, x.b.origin, x.port, x.a.origin, fmt.Sprint("From the boats, ", n)))
	}
	t.Logf("from one node's browser to the other's: %v", took)
	slices.Sort(took)
	if median := took[len(took)/2]; median > time.Second {
		t.Errorf("an act was in the other node's browser after %s (median), want a second at most", median)
	}

	said := x.killUnderLoad()
	x.recorded(said)

	if after := x.crosses(x.port, x.b.origin, x.fishers, x.b.origin, "We go on here"); after > 5*time.Second {
		t.Errorf("at the node that is left an act took %s", after)
	}
}

// killUnderLoad has several devices speak at node a, kills it in the middle, and has them send to node b again what was
// not acknowledged. It returns all that was acknowledged by either.
func (x *twoNodes) killUnderLoad() map[string]bool {
	var mu sync.Mutex
	said := map[string]bool{}
	unsure := map[string]*device{}
	enough := make(chan struct{})
	var all sync.WaitGroup
	for who, d := range x.devices {
		for mouth := range 4 {
			all.Go(func() {
				for n := 0; ; n++ {
					text := fmt.Sprintf("load %d-%d-%d", who, mouth, n)
					err := d.say(x.a.origin, text)
					mu.Lock()
					if err != nil {
						unsure[text] = d
						mu.Unlock()
						return
					}
					said[text] = true
					if len(said) == 40 {
						close(enough)
					}
					mu.Unlock()
				}
			})
		}
	}
	select {
	case <-enough:
	case <-time.After(30 * time.Second):
		x.t.Error("the load did not get going")
	}
	x.a.kill()
	all.Wait()
	x.t.Logf("killed after %d acknowledged acts, with %d under way", len(said), len(unsure))
	for text, d := range unsure {
		if err := d.say(x.b.origin, text); err != nil {
			x.t.Errorf("%q sent to the other node: %v", text, err)
		}
		said[text] = true
	}
	return said
}

// recorded reads the conference at node b and compares.
func (x *twoNodes) recorded(said map[string]bool) {
	x.t.Helper()
	id := strings.TrimPrefix(x.base, "/c/")
	view, err := x.b.venue.Look(x.t.Context(), id, x.mediatorOf(id))
	if err != nil {
		x.t.Fatal(err)
	}
	count := map[string]int{}
	for _, s := range view.Room(conference.ToPlenary) {
		if strings.HasPrefix(s.Text, "load ") {
			count[s.Text]++
		}
	}
	for text := range said {
		if count[text] != 1 {
			x.t.Errorf("%q was acknowledged and is on record %d times", text, count[text])
		}
	}
	if len(count) != len(said) {
		x.t.Errorf("%d different acts on record, %d acknowledged", len(count), len(said))
	}
}

// mediatorOf finds the person who mediates a conference.
func (x *twoNodes) mediatorOf(id string) string {
	x.t.Helper()
	kept, err := x.at.sealed(x.t.Context(), x.b.store)
	if err != nil {
		x.t.Fatal(err)
	}
	stored, err := kept.Read(x.t.Context(), id, 0)
	if err != nil {
		x.t.Fatal(err)
	}
	var events []conference.Event
	for _, act := range stored {
		e, err := conference.DecodeEvent(act.Body)
		if err != nil {
			x.t.Fatal(err)
		}
		events = append(events, e)
	}
	for person, viewer := range conference.Viewers(events) {
		if viewer.Role == "mediator" {
			return person
		}
	}
	x.t.Fatal("nobody mediates")
	return ""
}
