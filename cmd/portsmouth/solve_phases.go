package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"portsmouth/solver"
)

// phases tells standard error how far the work has come: a line that is overwritten while a person watches, and with
// --time how long each phase took.
type phases struct {
	errs    io.Writer
	times   bool
	watched bool // a terminal
	name    string
	since   time.Time
	first   time.Time
	drawn   bool
}

// patience is how long a phase may take before anything is said about it.
const patience = 400 * time.Millisecond

func newPhases(errs io.Writer, times bool) *phases {
	p := &phases{errs: errs, times: times, first: time.Now()}
	if f, ok := errs.(*os.File); ok {
		info, err := f.Stat()
		p.watched = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *phases) begin(name string) {
	p.over()
	p.name, p.since = name, time.Now()
}

// over ends a phase.
func (p *phases) over() {
	if p.drawn {
		fmt.Fprint(p.errs, "\r\x1b[K")
		p.drawn = false
	}
	if p.times && p.name != "" {
		fmt.Fprintf(p.errs, "%-14s %10.3f ms\n", p.name, float64(time.Since(p.since).Microseconds())/1000)
	}
	p.name = ""
}

func (p *phases) end() {
	p.over()
	if p.times {
		fmt.Fprintf(p.errs, "%-14s %10.3f ms\n", "together", float64(time.Since(p.first).Microseconds())/1000)
	}
}

// progress is handed to the solver.
func (p *phases) progress(g solver.Progress) {
	if !p.watched || time.Since(p.since) < patience {
		return
	}
	p.drawn = true
	steps := fmt.Sprint(g.Done)
	if g.Total > 0 {
		steps += fmt.Sprintf(" of %d", g.Total)
	}
	if g.Points > 0 {
		steps += fmt.Sprintf(", %d points", g.Points)
	}
	fmt.Fprintf(p.errs, "\r\x1b[K%s: %s, %.1f s   (Ctrl-C stops with the best so far)", g.Phase, steps, time.Since(p.since).Seconds())
}
