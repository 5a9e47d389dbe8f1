package conference_test

import (
	"slices"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// cast is one person in each role.
var cast = map[string]portsmouth.Role{
	"north": portsmouth.Head, "north-member": portsmouth.Member, "north-adviser": portsmouth.Adviser,
	"north-secretary": portsmouth.Secretary, "north-principal": portsmouth.Principal, "mediator": portsmouth.Mediator,
	"observer": portsmouth.Observer, "host": portsmouth.Convener, "stranger": portsmouth.Public, "": portsmouth.Timer,
}

// TestWrongStageAndRole sends every command as every role in every stage, suspended too. What the table does not allow
// must be refused, with the rule that says why; what it allows must not be refused by the table.
func TestWrongStageAndRole(t *testing.T) {
	scenes := everyStage(t)[1:]
	scenes = append(scenes, awaiting(t, conftest.Rules()))
	for _, s := range scenes {
		stage := s.Stage()
		t.Run(string(stage), func(t *testing.T) { everyCommand(t, s.Log, false) })
		if _, err := s.Do("north", conference.Suspend{Reason: "night"}); err == nil {
			t.Run(string(stage)+", suspended", func(t *testing.T) { everyCommand(t, s.Log, true) })
		}
	}
}

func everyCommand(t *testing.T, log []conference.Event, suspended bool) {
	for _, verb := range conference.Commands() {
		permit, _ := conference.PermitFor(verb)
		c, err := conference.DecodeCommandAs(verb, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		for person, role := range cast {
			_, err := conference.Act(log, conference.Meta{ID: "id", By: person, At: conftest.Start.AddDate(1, 0, 0)}, c)
			got, want := tableRule(verb, err), wanted(log, permit, verb, person, role, suspended)
			if got != want {
				t.Errorf("%s by the %s: the table's refusal is %q, want %q (%v)", verb, role, got, want, err)
			}
		}
	}
}

// tableRule is the rule that refused, when it is one of the table.
func tableRule(verb string, err error) string {
	switch rule := portsmouth.RuleOf(err); rule {
	case "role:" + verb, "stage:" + verb, "suspended", "awaits-witnesses":
		return rule
	}
	return ""
}

func wanted(log []conference.Event, p conference.Permit, verb, person string, role portsmouth.Role, suspended bool) string {
	viewer := conference.ViewerOf(log, person)
	if role == portsmouth.Timer {
		viewer = conference.TimerViewer
	}
	seen := conference.Look(log, viewer) // a stage that one does not see is no reason for an answer
	switch {
	case verb == "found":
		return "stage:found"
	case !slices.Contains(p.Roles, role):
		return "role:" + verb
	case !slices.Contains(p.Stages, seen.Stage):
		return "stage:" + verb
	case seen.Stage == conference.Signature && p.Waiting && !seen.AwaitsWitnesses():
		return "stage:" + verb
	case seen.AwaitsWitnesses() && !p.Waiting && !slices.Contains(p.Stages, conference.Ratification):
		return "awaits-witnesses"
	case suspended && seen.Suspension != nil && !p.Suspended:
		return "suspended"
	}
	return ""
}

// TestMayAgreesWithAct: what a screen offers is what the rules allow.
func TestMayAgreesWithAct(t *testing.T) {
	s := conftest.NewScene(conftest.Options{})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	for person := range cast {
		if person == "" {
			continue
		}
		view := s.See(person)
		for _, verb := range conference.Commands() {
			if verb == "found" {
				continue
			}
			c, err := conference.DecodeCommandAs(verb, []byte("{}"))
			if err != nil {
				t.Fatal(err)
			}
			_, err = conference.Act(s.Log, conference.Meta{ID: "id", By: person, At: s.Now}, c)
			if may, table := view.May(verb), tableRule(verb, err); portsmouth.RuleOf(may) != table {
				t.Errorf("%s, %s: the screen says %v, the rules %v", person, verb, may, err)
			}
		}
	}
}
