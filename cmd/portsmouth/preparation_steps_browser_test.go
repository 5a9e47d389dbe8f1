package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portsmouth/internal/browsertest"
)

// testStepsOnAPhone puts the steps between the options of an issue in order: by night and by day, by button, and saves.
func testStepsOnAPhone(t *testing.T, x *preparer) {
	t.Helper()
	x.p.Size(390, 844, true)
	x.p.Goto(x.h.base + "/preparation")
	x.p.Follow(`.prep a.button`)
	for range 30 {
		if at := x.look(); at == "weights" || !x.answer(at) {
			break
		}
	}
	asked := `input[name="kind"][value="order-steps"]`
	x.p.Goto(x.h.base + "/preparation/checks")
	for range 40 {
		if x.p.Count(asked) > 0 || x.p.Count(`button[name="skip"]`) == 0 {
			break
		}
		x.p.Follow(`button[name="skip"]`)
	}
	if x.p.Count(asked) == 0 {
		t.Fatal("no order of steps was asked for")
	}
	for _, dark := range []bool{true, false} {
		x.p.Dark(dark)
		for _, v := range x.p.Axe(t) {
			t.Errorf("steps, dark %t: %v", dark, v)
		}
		if wide := browsertest.Eval[int](x.p, "document.documentElement.scrollWidth"); wide > 390 {
			t.Errorf("the steps are %d wide, the screen 390", wide)
		}
		if folder := os.Getenv(shots); folder != "" {
			x.p.Screenshot(filepath.Join(folder, "prep-steps-"+map[bool]string{true: "dark", false: "light"}[dark]+".png"), true)
		}
	}
	x.p.WaitFor(".order-grip")
	before := strings.Fields(x.order())
	x.p.Click(`.order > li:first-child button[name="down"]`)
	after := strings.Fields(x.order())
	if len(before) < 2 || !slices.Equal(after[:2], []string{before[1], before[0]}) {
		t.Errorf("after a step down the order is %v, and was %v", after, before)
	}
	x.p.Follow(`form.prep-form button.button:not([name])`)
	x.p.Goto(x.h.base + "/preparation/answers")
	x.p.WaitFor("text=the step that matters most first")
}
