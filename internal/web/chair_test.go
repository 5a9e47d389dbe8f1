package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/elicit"
)

// TestPreparableStepsAreThoseOfElicit holds the warning on the agenda to what a preparation takes.
func TestPreparableStepsAreThoseOfElicit(t *testing.T) {
	for _, most := range []int{preparableSteps - 1, preparableSteps} { // the highest value; values start at 0
		agenda := portsmouth.Agenda{Languages: []string{"en"}, Issues: []portsmouth.Issue{{
			ID: "rent", Title: portsmouth.Text{"en": "Rent"}, Kind: portsmouth.Numeric,
			Number: &portsmouth.Number{Unit: portsmouth.Text{"en": "crowns"}, Min: "0", Max: fmt.Sprint(most), Step: "1"},
		}}}
		_, err := elicit.Think(&agenda, nil, 1)
		if refused, want := portsmouth.RuleOf(err) == "elicit-steps", most >= preparableSteps; refused != want {
			t.Errorf("%d values: refused is %v, want %v (%v)", most+1, refused, want, err)
		}
	}
}

// TestMinutesTellTermsOfTheWholeSession: the draft says what was offered and reaches to the close, and nothing after it.
func TestMinutesTellTermsOfTheWholeSession(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	do := func(who string, c conference.Command) {
		t.Helper()
		_, err := scene.Do(who, c)
		must(t, err)
	}
	do("mediator", conference.OpenSession{Place: "The custom house", Purpose: "The toll"})
	do("south", conference.MakeOffer{Terms: portsmouth.Outcome{"toll": "60"}, If: portsmouth.Outcome{"coast": "shared"}})
	do("mediator", conference.ProposeMinutes{Session: 1, Text: "Early"})
	do("north", conference.Speak{Room: "plenary", Text: "Said after the minutes"})
	do("mediator", conference.AdjournSession{})
	do("north", conference.Speak{Room: "plenary", Text: "Said after the close"})
	s := sheetFor(scene.See("mediator"), scene.Now, "en", nil)
	draft := s.minutesDraft(s.minutesSession())
	says(t, draft, "Purpose: The toll", "if The coast: shared, then The toll: 60 crowns", "Said after the minutes")
	silent(t, draft, "Early", "Said after the close")
	if n := s.missedBy(s.View.Minutes[0]); n != 1 {
		t.Errorf("the early minutes miss %d acts, want 1", n)
	}
}

// TestLongMinutesFitTheRules: much that was said is quoted shorter, and the draft says what it leaves out.
func TestLongMinutesFitTheRules(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	_, err := scene.Do("mediator", conference.OpenSession{Place: "The custom house"})
	must(t, err)
	for range 400 {
		_, err := scene.Do("north", conference.Speak{Room: "plenary", Text: strings.Repeat("all is said and done ", 20)})
		must(t, err)
	}
	s := sheetFor(scene.See("mediator"), scene.Now, "en", nil)
	draft := s.minutesDraft(s.minutesSession())
	if len(draft) > minutesRoom {
		t.Errorf("the draft has %d bytes", len(draft))
	}
	says(t, draft, "more lines do not fit here")
}

func TestAgendaChangesAreTold(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	s := sheetFor(scene.See("north"), scene.Now, "en", nil)
	now := *s.View.Agenda
	now.Issues = slices.Clone(now.Issues)
	now.Issues[0].Note = portsmouth.Text{"en": "Up to the reef."}
	now.Issues, now.Conditions = now.Issues[:2], nil
	told := strings.Join(s.agendaChanges(s.View.Agenda, &now), "\n")
	says(t, told, "The coast: the note is changed", "Taken off: The islands", "The conditions between issues are changed")
	silent(t, told, "The toll", "frame")
}

// TestDeskOfWhatIsOver offers only what the rules still take.
func TestDeskOfWhatIsOver(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	_, err := scene.Do("north", conference.BreakOff{Reason: "No."})
	must(t, err)
	page := sit{t, &recorder{scene: scene}, "mediator"}.sees("desk")
	says(t, page, "What can still be done", "Put a communiqué to all", "without an agreement", "Look back together")
	silent(t, page, "allow no communiqués", "desk/rounds/", "Sealed rounds")
}

// TestMenuIsCompleteAndMarksThePage for the mediator and a head.
func TestMenuIsCompleteAndMarksThePage(t *testing.T) {
	scene := deskScene(t, portsmouth.DeskVenue)
	for who, own := range map[string]string{"mediator": "/desk", "north": "/preparation"} {
		page := sit{t, &recorder{scene: scene}, who}.sees("offers")
		for _, to := range []string{"/rooms", "/sessions", "/agenda", "/offers", "/proposal", "/round", "/text", "/rules", own} {
			if !strings.Contains(page, to+`"`) {
				t.Errorf("the menu of %s has no way to %s", who, to)
			}
		}
		says(t, page, `/offers" aria-current="page"`)
	}
}
