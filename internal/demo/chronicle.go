// Package demo replays the chronicle of the Portsmouth conference of 1905. It stands before the venue like any caller: each
// act of the chronicle is a command of one person at one time, and the rules decide it. Nothing is written past them.
//
// A replay has no state of its own. The id of every act follows from the conference and the act's name, so how far a
// conference has come is read from its record, and a replay goes on after a restart where it stood.
package demo

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/examples"
	"portsmouth/scenario"
)

// Schema names the form of a chronicle file.
const Schema = "portsmouth-chronicle/1"

// Chronicle is what happened at a conference, as acts in order.
type Chronicle struct {
	Title    portsmouth.Text
	Stop     time.Time // how far a demonstration plays before people may step in
	Acts     []Act
	Sources  map[string]Source
	Scenario *scenario.Scenario
}

// Act is one act of history.
type Act struct {
	Number     int    // from 1
	Name       string // unique; other acts refer to it as "@name"
	At         time.Time
	Assumed    bool           // only the day is known
	By         string         // id of a person of the scenario
	Invitation string         // name of the act by which this person was invited, where it answers an invitation
	Verb       string         // the command
	Fields     map[string]any // of the command, with the short forms of the file
	Held       bool           // goes beyond the instructions and is kept back
	Sources    []string       // keys of Chronicle.Sources
	Grade      string         // of the best source: see Grades
	Note       string         // what is judgment
}

// Source is where a fact was read.
type Source struct {
	Title string `yaml:"title"`
	URL   string `yaml:"url"`
}

// Grades are the ranks of sources, the best first; J marks an act that no source reports.
var Grades = []string{"A", "A/B", "B", "B-", "C", "D", "J"}

// Load reads the chronicle and the scenario that are part of the program.
func Load() (*Chronicle, error) {
	raw, err := fs.ReadFile(examples.Files, "portsmouth-1905/scenario.yaml")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	s, err := scenario.Parse("portsmouth-1905/scenario.yaml", raw)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	raw, err = fs.ReadFile(examples.Files, "portsmouth-1905/chronicle.yaml")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return Parse(raw, s)
}

// Parse reads a chronicle of the conference that s describes.
func Parse(raw []byte, s *scenario.Scenario) (*Chronicle, error) {
	var f file
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("chronicle: %w", err)
	}
	if f.Schema != Schema {
		return nil, fmt.Errorf("chronicle: schema “%s” is not %s", f.Schema, Schema)
	}
	stop, err := moment(f.Stop)
	if err != nil {
		return nil, fmt.Errorf("chronicle: stop: %w", err)
	}
	c := &Chronicle{Title: f.Title, Stop: stop, Sources: f.Sources, Scenario: s}
	r := reader{c: c, named: map[string]bool{}}
	for k := range f.Acts {
		if err := r.entry(&f.Acts[k]); err != nil {
			return nil, fmt.Errorf("chronicle, line %d: %w", f.Acts[k].line, err)
		}
	}
	return c, nil
}

type file struct {
	Schema  string            `yaml:"schema"`
	Title   portsmouth.Text   `yaml:"title"`
	Stop    string            `yaml:"stop"`
	Acts    []entry           `yaml:"acts"`
	Sources map[string]Source `yaml:"sources"`
}

// entry is an act as the file has it: of one person, or the same of several.
type entry struct {
	ID     string                    `yaml:"id"`
	At     string                    `yaml:"at"`
	Time   string                    `yaml:"time"`
	By     names                     `yaml:"by"`
	Do     map[string]map[string]any `yaml:"do"`
	Held   bool                      `yaml:"held"`
	Source []string                  `yaml:"source"`
	Grade  string                    `yaml:"grade"`
	Note   string                    `yaml:"note"`
	line   int
}

// UnmarshalYAML keeps the line for messages.
func (e *entry) UnmarshalYAML(n *yaml.Node) error {
	type plain entry
	if err := onlyKnown(n); err != nil {
		return err
	}
	e.line = n.Line
	line := e.line
	err := n.Decode((*plain)(e))
	e.line = line
	return err
}

// onlyKnown refuses keys that an act does not have: a custom decoder does not inherit the strictness of the file's.
func onlyKnown(n *yaml.Node) error {
	known := []string{"id", "at", "time", "by", "do", "held", "source", "grade", "note"}
	for k := 0; k+1 < len(n.Content); k += 2 {
		if key := n.Content[k].Value; !slices.Contains(known, key) {
			return fmt.Errorf("line %d: an act has no “%s”", n.Content[k].Line, key)
		}
	}
	return nil
}

// names is one name or a list of names.
type names []string

// UnmarshalYAML reads either form.
func (ns *names) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*ns = names{n.Value}
		return nil
	}
	return n.Decode((*[]string)(ns))
}

// reader turns the entries of a file into acts and checks what can be known before they are played.
type reader struct {
	c     *Chronicle
	named map[string]bool
	last  time.Time
}

func (r *reader) entry(e *entry) error {
	at, err := moment(e.At)
	if err != nil {
		return err
	}
	if at.Before(r.last) {
		return fmt.Errorf("%s is earlier than the act before it", e.At)
	}
	r.last = at
	if err := r.grounded(e); err != nil {
		return err
	}
	if len(e.Do) != 1 || len(e.By) == 0 {
		return fmt.Errorf("an act has one command, and somebody who gives it")
	}
	for verb, fields := range e.Do {
		if _, ok := conference.PermitFor(verb); !ok {
			return fmt.Errorf("there is no command “%s”", verb)
		}
		for _, by := range e.By {
			a := Act{
				At: at, Assumed: e.Time == "assumed", By: by, Verb: verb, Fields: fields, Held: e.Held,
				Sources: e.Source, Grade: e.Grade, Note: e.Note,
			}
			if err := r.add(a, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// grounded checks that an act says where it is from.
func (r *reader) grounded(e *entry) error {
	if e.Time != "" && e.Time != "assumed" {
		return fmt.Errorf("time is “assumed” or left out")
	}
	if !slices.Contains(Grades, e.Grade) {
		return fmt.Errorf("grade “%s” is none of %s", e.Grade, strings.Join(Grades, ", "))
	}
	if e.Grade == "J" && e.Note == "" {
		return fmt.Errorf("an act that no source reports needs a note")
	}
	if len(e.Source) == 0 {
		return fmt.Errorf("an act needs a source")
	}
	for _, key := range e.Source {
		if r.c.Sources[key].Title == "" {
			return fmt.Errorf("source “%s” is not in the list of sources", key)
		}
	}
	return nil
}

func (r *reader) add(a Act, e *entry) error {
	if r.c.person(a.By) == nil {
		return fmt.Errorf("there is no person “%s” in the scenario", a.By)
	}
	a.Number = len(r.c.Acts) + 1
	a.Name = actName(a, e)
	if r.named[a.Name] {
		return fmt.Errorf("two acts have the name “%s”", a.Name)
	}
	switch a.Verb {
	case "accept-invitation", "decline-invitation", "ask-invitation":
		a.Invitation = "invite-" + a.By
		if !r.named[a.Invitation] {
			return fmt.Errorf("%s has no invitation to answer", a.By)
		}
	}
	for _, ref := range references(a.Fields) {
		if !r.named[ref] {
			return fmt.Errorf("there is no act “@%s” before this one", ref)
		}
	}
	r.named[a.Name] = true
	r.c.Acts = append(r.c.Acts, a)
	return nil
}

// actName is the name in the file, with the person's where several do the same; without one, "invite-" and the seat, or
// the number.
func actName(a Act, e *entry) string {
	switch seat, _ := a.Fields["seat"].(string); {
	case e.ID != "" && len(e.By) > 1:
		return e.ID + "-" + a.By
	case e.ID != "":
		return e.ID
	case seat != "":
		return "invite-" + seat
	}
	return "act-" + strconv.Itoa(a.Number)
}

var refForm = regexp.MustCompile(`^@([a-z0-9][a-z0-9-]*)$`)

// references lists the names to which a value refers, at any depth.
func references(v any) []string {
	var refs []string
	switch v := v.(type) {
	case string:
		if m := refForm.FindStringSubmatch(v); m != nil {
			refs = append(refs, m[1])
		}
	case map[string]any:
		for _, k := range portsmouth.SortedKeys(v) {
			refs = append(refs, references(v[k])...)
		}
	}
	return refs
}

// moment reads a time to the minute or to the second, with its offset.
func moment(s string) (time.Time, error) {
	for _, form := range []string{"2006-01-02T15:04Z07:00", time.RFC3339} {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("“%s” is no time such as 1905-08-29T10:40-05:00", s)
}

func (c *Chronicle) person(id string) *scenario.Person {
	for _, p := range c.Scenario.People() {
		if p.ID == id {
			return &p
		}
	}
	return nil
}

// Seat returns the party, the role and the person of that id; the party is "" for the mediator's and observers' seats.
func (c *Chronicle) Seat(id string) (party string, role portsmouth.Role, p *scenario.Person) {
	for _, side := range c.Scenario.Parties {
		for k := range side.People {
			if side.People[k].ID == id {
				return side.ID, side.People[k].Role, &side.People[k]
			}
		}
	}
	if p = c.person(id); p != nil {
		role = p.Role
	}
	return "", role, p
}

// People lists the ids of those who act in the chronicle, in the order of the scenario.
func (c *Chronicle) People() []string {
	acts := map[string]bool{}
	for _, a := range c.Acts {
		acts[a.By] = true
	}
	var ids []string
	for _, p := range c.Scenario.People() {
		if acts[p.ID] {
			ids = append(ids, p.ID)
		}
	}
	return ids
}
