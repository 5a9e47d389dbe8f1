package browsertest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// axeScript is axe-core 4.14.1 as published by Deque Systems under the Mozilla Public License 2.0; see the folder axe.
//
//go:embed axe/axe.min.js
var axeScript string

// Violation is one accessibility rule that the page breaks, with the elements that break it.
type Violation struct {
	ID     string
	Impact string
	Help   string
	Nodes  []string // one line an element: where it is, what it is, and what is wrong with it
}

// String is the violation as a test prints it.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s\n    %s", v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n    "))
}

// Axe checks the page as it stands against the accessibility rules of axe-core and returns those that it breaks, none for
// a page that is right. What axe cannot decide alone (its "incomplete" results) is not among them. The page's own script
// must be on.
func (p *Page) Axe(t testing.TB) []Violation {
	t.Helper()
	// Evaluated through the protocol, which the content security policy of the page does not bind: a script element would
	// be refused, and rightly.
	if !Eval[bool](p, "typeof window.axe === 'object'") {
		p.Eval(axeScript)
	}
	raw := Eval[string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`)
	var found []axeResult
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		t.Fatalf("reading the result of axe: %v", err)
	}
	violations := make([]Violation, 0, len(found))
	for _, f := range found {
		violations = append(violations, f.violation())
	}
	return violations
}

// axeResult is the part of axe's answer that we read.
type axeResult struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string            `json:"html"`
		Target  []json.RawMessage `json:"target"`
		Summary string            `json:"failureSummary"`
	} `json:"nodes"`
}

// violation turns axe's answer into ours.
func (r axeResult) violation() Violation {
	v := Violation{ID: r.ID, Impact: r.Impact, Help: r.Help}
	for _, n := range r.Nodes {
		var where []string
		for _, part := range n.Target {
			where = append(where, strings.Trim(string(part), `"`))
		}
		summary := strings.Join(strings.Fields(n.Summary), " ")
		v.Nodes = append(v.Nodes, strings.Join(where, " ")+": "+abridge(n.HTML)+": "+summary)
	}
	return v
}
