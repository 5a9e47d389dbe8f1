package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth/internal/browsertest"
)

// preparer is a delegate on a phone who goes through the preparation, screen by screen.
type preparer struct {
	h      *harbour
	p      *browsertest.Page
	name   string // of the pictures
	script bool   // without it accessibility cannot be tested: the tester is a script
	seen   map[string]bool
	judged int
	chosen int
}

var prepPath = regexp.MustCompile(`/preparation(/[a-z]+)?`)

// look checks a screen the first time that it is seen, and photographs it where that is asked for.
func (x *preparer) look() string {
	x.h.t.Helper()
	at := strings.Trim(strings.TrimPrefix(prepPath.FindString(x.p.URL()), "/preparation"), "/")
	if x.seen[at] {
		return at
	}
	x.seen[at] = true
	if x.script {
		for _, v := range x.p.Axe(x.h.t) {
			x.h.t.Errorf("%s, /%s: %v", x.name, at, v)
		}
	}
	if wide := browsertest.Eval[int](x.p, "document.documentElement.scrollWidth"); wide > 390 {
		x.h.t.Errorf("%s, /%s: the page is %d wide, the screen 390", x.name, at, wide)
	}
	if folder := os.Getenv(shots); folder != "" {
		time.Sleep(100 * time.Millisecond) // until fonts are drawn
		x.p.Screenshot(filepath.Join(folder, fmt.Sprintf("prep-%s-%s.png", x.name, strings.Trim(at+"-", "-"))), true)
	}
	return at
}

// answer does what the screen asks; false on the overview, where the guided way ends.
func (x *preparer) answer(at string) bool {
	save := `form.prep-form button.button:not([name])`
	switch at {
	case "options":
		if x.p.Count(`input[name="best"]`) > 0 {
			x.p.Click(`input[name="best"][value="high"]`)
		}
	case "alternative":
		x.p.Type(`textarea[name="words"]`, "The grant lapses, and the quay falls into the basin.")
	case "judge":
		if x.judged++; x.judged > 3 || x.p.Count(`button[name="verdict"]`) == 0 {
			x.p.Goto(x.h.base + "/preparation/time")
			return true
		}
		save = `button[name="verdict"][value="` + []string{"first", "second", "same"}[x.judged%3] + `"]`
	case "time":
		x.p.Click(`input[name="points"][value="-2"]`)
	case "checks":
		if x.chosen++; x.chosen > 4 || x.p.Count(`form.prep-form`) == 0 {
			x.p.Goto(x.h.base + "/preparation/wants")
			return true
		}
		if x.p.Count(`button[name="verdict"]`) > 0 {
			save = `button[name="verdict"][value="first"]`
		}
		if x.p.Count(`input[name="paid"]`) > 0 {
			save = `button[name="skip"]`
		}
	case "weights", "values":
		x.set()
	case "issues":
	default:
		return false
	}
	x.p.Follow(save)
	return true
}

// set gives every bar on the screen a figure: none stands anywhere before it is set.
func (x *preparer) set() {
	x.h.t.Helper()
	if set := x.p.Value("#bar-0"); set != "" {
		x.h.t.Errorf("%s: a bar stands at %s before it was set", x.name, set)
	}
	x.p.Eval(`for (const e of document.querySelectorAll('.bar-line input[type="number"]')) {
		e.value = "50";
		e.dispatchEvent(new Event("input", {bubbles: true}));
	}`)
}

// prepare walks from the first screen to the last one and states what it says.
func (x *preparer) prepare() {
	x.h.t.Helper()
	x.p.Size(390, 844, true)
	x.p.Goto(x.h.base + "/preparation")
	x.look()
	x.p.Follow(`.prep a.button`)
	for step := 0; ; step++ {
		if at := x.look(); step > 60 || at == "wants" || !x.answer(at) {
			break
		}
	}
	x.p.WaitFor("text=What this says you want")
	x.p.Follow(`form[action$="/preparation/state"] button`)
	x.p.WaitFor("text=version 1")
	for _, page := range []string{"", "/answers", "/history", "/numbers", "/import", "/erase", "/contradictions"} {
		x.p.Goto(x.h.base + "/preparation" + page)
		x.look()
	}
	for _, want := range []string{"options", "issues", "weights", "values", "alternative", "judge", "time", "checks", "wants"} {
		if !x.seen[want] {
			x.h.t.Errorf("%s: the way did not lead over /%s", x.name, want)
		}
	}
}

// TestPreparationOnAPhone has two heads prepare, one without script and one with it, and a third see nothing of it.
func TestPreparationOnAPhone(t *testing.T) {
	h := convened(t)
	plain := &preparer{h: h, p: h.windows["head of port"], name: "plain", seen: map[string]bool{}}
	plain.p.NoScript(true)
	plain.prepare()
	testMovingWithoutScript(t, plain)

	lively := &preparer{h: h, p: h.windows["head of fishers"], name: "script", script: true, seen: map[string]bool{}}
	lively.prepare()
	testMovingWithScript(t, lively)
	testPreparationAtADesk(t, lively)
	if complaints := lively.p.ConsoleErrors(); len(complaints) > 0 {
		t.Errorf("the console says %v", complaints)
	}

	other := h.windows["head of residents"]
	other.Goto(h.base + "/preparation/answers")
	other.WaitFor("text=Nothing has been answered yet")
	h.windows["mediator"].Goto(h.base + "/preparation")
	h.windows["mediator"].WaitFor("text=Nothing here")
	testStepsOnAPhone(t, &preparer{h: h, p: other, name: "steps", script: true, seen: map[string]bool{}})
}

func testMovingWithoutScript(t *testing.T, x *preparer) {
	x.p.Goto(x.h.base + "/preparation/options/waters")
	before := strings.Fields(x.order())
	x.p.Follow(`.order > li:first-child button[name="down"]`)
	if after := strings.Fields(x.order()); after[1] != before[0] || after[0] != before[1] {
		t.Errorf("after a step down the order is %v, and was %v", after, before)
	}
}

// order lists the rows of the screen.
func (x *preparer) order() string {
	return browsertest.Eval[string](x.p, `[...document.querySelectorAll(".order input[name=order]")].map(e => e.value).join(" ")`)
}

// testMovingWithScript moves a row by its button and another by its grip; no request is made, and the order is what is saved.
func testMovingWithScript(t *testing.T, x *preparer) {
	order := x.order
	x.p.Goto(x.h.base + "/preparation/options/waters")
	x.p.WaitFor(".order-grip")
	ids := strings.Fields(order())
	requests := len(x.p.Requests())
	x.p.Click(`.order > li:first-child button[name="down"]`)
	if want := strings.Join([]string{ids[1], ids[0], ids[2]}, " "); order() != want {
		t.Errorf("after the button the order is %s, not %s", order(), want)
	}
	if said := x.p.Text("[data-order-said]"); !strings.Contains(said, "2") {
		t.Errorf("who cannot see is told %q", said)
	}
	x.p.Eval(`const grip = document.querySelector(".order > li:last-child .order-grip");
		const to = document.querySelector(".order > li:first-child").getBoundingClientRect();
		const from = grip.getBoundingClientRect();
		const send = (type, y) => grip.dispatchEvent(new PointerEvent(type, {bubbles: true, cancelable: true, pointerId: 1, clientX: from.x, clientY: y}));
		grip.setPointerCapture = () => {};
		send("pointerdown", from.y); send("pointermove", to.y); send("pointerup", to.y);`)
	if want := strings.Join([]string{ids[2], ids[1], ids[0]}, " "); order() != want {
		t.Errorf("after dragging the order is %s, not %s", order(), want)
	}
	if got := len(x.p.Requests()); got != requests {
		t.Errorf("moving made %d requests", got-requests)
	}
	saved := order()
	x.p.Follow(`form.prep-form button.button:not([name])`)
	x.p.Goto(x.h.base + "/preparation/options/waters")
	if order() != saved {
		t.Errorf("the order saved is %s, not %s", order(), saved)
	}
}

// testPreparationAtADesk looks at the fullest screens as they are at a desk, by night and by day.
func testPreparationAtADesk(t *testing.T, x *preparer) {
	x.p.Size(1280, 900, false)
	for _, dark := range []bool{true, false} {
		x.p.Dark(dark)
		for _, page := range []string{"", "/options/waters", "/weights", "/checks", "/wants", "/history"} {
			x.p.Goto(x.h.base + "/preparation" + page)
			for _, v := range x.p.Axe(t) {
				t.Errorf("%s, dark %t: %v", page, dark, v)
			}
			if folder := os.Getenv(shots); folder != "" {
				x.p.Screenshot(filepath.Join(folder, fmt.Sprintf("prep-desk-%t%s.png", dark, strings.ReplaceAll(page, "/", "-"))), true)
			}
		}
	}
}
