package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"portsmouth/solver"
)

func TestCounted(t *testing.T) {
	for in, want := range map[string]string{"0": "0", "999": "999", "1000": "1,000", "125971200": "125,971,200", "12345678901234567": "1.234 × 10^16"} {
		n, _ := new(big.Int).SetString(in, 10)
		if got := counted(n); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// TestExactNumbers: what JSON holds is the shortest decimal that a double reads back as the nearest to the exact number,
// even where neither the units nor the unit are doubles.
func TestExactNumbers(t *testing.T) {
	for _, c := range []struct {
		units, unit int64
		want        string
	}{
		{6611, 100, "66.11"},
		{1, 3, "0.3333333333333333"},
		{1<<60 - 1, 1 << 60, "1"},
		{9007199254740993, 10000000000000000, "0.9007199254740993"},
		{-1, 8, "-0.125"},
	} {
		raw, err := json.Marshal(inUnits(c.units, c.unit))
		if err != nil || string(raw) != c.want {
			t.Errorf("%d/%d: %s, want %s (%v)", c.units, c.unit, raw, c.want, err)
		}
	}
}

func TestPageKeepsItsWidth(t *testing.T) {
	w := &page{}
	w.line("     %s", strings.Repeat("word ", 60))
	w.hang(4, "  %s", strings.Repeat("mot ", 60))
	tb := table{right: map[int]bool{1: true}}
	tb.row("one", "22", strings.Repeat("long ", 60))
	tb.row(strings.Repeat("ü", 90), "1", "x")
	w.table(tb)
	for _, l := range strings.Split(w.String(), "\n") {
		if n := utf8.RuneCountInString(l); n > pageWidth {
			t.Errorf("%d columns: %s", n, l)
		}
	}
	w = &page{}
	w.line("a\x1b[2Jb\u009bc\xffd")
	if strings.ContainsAny(w.String(), "\x1b\u009b") || !utf8.ValidString(w.String()) {
		t.Errorf("%q steers a terminal", w.String())
	}
}

// TestSolveStopped: what has been found so far is printed, and marked, whoever stops the work.
func TestSolveStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	status := run(ctx, []string{"solve", "../../examples/harbour/scenario.yaml", "--json"}, &out, &errs)
	if status != 1 || !strings.Contains(errs.String(), "stopped") {
		t.Fatalf("status %d, %s", status, errs.String())
	}
	if out.Len() == 0 {
		return // stopped before there was a point
	}
	var d struct {
		Stopped bool           `json:"stopped"`
		Quality solver.Quality `json:"quality"`
	}
	if err := json.Unmarshal(out.Bytes(), &d); err != nil || !d.Stopped || d.Quality == solver.Exact {
		t.Errorf("stopped %t, %s (%v)", d.Stopped, d.Quality, err)
	}
}

// TestSolveTooLarge: an answer that would not fit is thinned and says so, or refused when it must be exact.
func TestSolveTooLarge(t *testing.T) {
	var out, errs bytes.Buffer
	if status := run(context.Background(), []string{"solve", "../../examples/harbour/scenario.yaml", "--exact", "--memory", "1"}, &out, &errs); status == 0 {
		if !strings.Contains(out.String(), "\n  exact\n") {
			t.Error("neither exact nor refused")
		}
	} else if status != 2 || !strings.Contains(errs.String(), "needs more than 1 MiB") {
		t.Errorf("status %d: %s", status, errs.String())
	}
	out.Reset()
	if status := run(context.Background(), []string{"solve", "../../examples/harbour/scenario.yaml", "--epsilon", "5"}, &out, &errs); status != 0 {
		t.Fatal(errs.String())
	}
	if !strings.Contains(out.String(), "thinned: for every package there is a point") {
		t.Error("a thinned frontier does not say so")
	}
}

// TestPhasesWatched: a person who watches sees progress once it takes long, and nothing of it is left behind.
func TestPhasesWatched(t *testing.T) {
	var errs bytes.Buffer
	p := newPhases(&errs, false)
	p.begin("frontier")
	p.progress(solver.Progress{Phase: "frontier", Done: 1, Total: 4, Points: 10})
	p.end()
	if errs.Len() > 0 {
		t.Errorf("nobody watches: %q", errs.String())
	}
	p = newPhases(&errs, false)
	p.watched = true
	p.begin("frontier")
	p.since = time.Now().Add(-time.Minute)
	p.progress(solver.Progress{Phase: "frontier", Done: 1, Total: 4, Points: 10})
	p.end()
	if got := errs.String(); !strings.Contains(got, "1 of 4, 10 points") || !strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("%q", got)
	}
}
