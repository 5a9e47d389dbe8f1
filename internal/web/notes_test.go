package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// notedScene is a conference in which north has said two things in caucus and one inside.
func notedScene(t *testing.T) *conftest.Scene {
	t.Helper()
	o := conftest.Options{Rules: conftest.Rules()}
	o.Rules.Notes = portsmouth.Notes{Keep: portsmouth.KeepUntilClose}
	scene := conftest.NewScene(o)
	must(t, scene.To(conference.Bargaining))
	for _, c := range []conference.Speak{
		{Room: "caucus", Text: "We could share the coast."}, {Room: "caucus", Text: "And the toll."}, {Room: "delegation", Text: "They will never pay."},
	} {
		_, err := scene.Do("north", c)
		must(t, err)
	}
	return scene
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)">`)

// confirmed reads the form that a page shows for destroying notes of a room, as if its box were ticked.
func confirmed(t *testing.T, page, room string) conference.Command {
	t.Helper()
	_, form, found := strings.Cut(page, `name="form" value="destroy-`+room+`"`)
	if !found {
		t.Fatalf("there is no form for %s on the page", room)
	}
	form, _, _ = strings.Cut(form, "</form>")
	sent := url.Values{"sure": {"yes"}}
	for _, m := range hiddenInput.FindAllStringSubmatch(form, -1) {
		sent.Set(m[1], m[2])
	}
	c, err := destructionFrom(fields{Values: sent}, nil)
	must(t, err)
	return c
}

// Notes of a caucus are read back, asked for, agreed to, and then nobody sees them.
func TestNotesAreReadBackAskedForAndDestroyed(t *testing.T) {
	scene := notedScene(t)
	venue := &recorder{scene: scene}
	north, member, mediator, south := sit{t, venue, "north"}, sit{t, venue, "north-member"}, sit{t, venue, "mediator"}, sit{t, venue, "south"}
	says(t, north.sees("notes"), "2 notes are here.", "One note is here.", "destroyed when the conference ends", "Read back what would be destroyed")
	if page := north.sees("notes"); strings.Contains(page, "This will be destroyed") {
		t.Error("it is asked to confirm what nobody has chosen")
	}
	says(t, member.sees("notes"), "The mediator and the head of the delegation destroy them together.")
	read := north.sees("notes?in=caucus-north&until=")
	says(t, read, "This will be destroyed", "2 notes, made from", "I know that this cannot be undone.", "Ask the other of the caucus to agree")
	before := scene.Now.Add(-3 * time.Minute).Format(momentForm)
	if page := north.sees("notes?in=caucus-north&until=" + before); strings.Contains(page, "2 notes, made from") {
		t.Error("an earlier time makes no difference")
	}
	says(t, north.post("destroy-notes", http.StatusUnprocessableEntity, "form", "destroy-caucus-north", "in", "caucus-north", "room", "caucus"), "Tick the box first")

	_, err := scene.Do("north", confirmed(t, read, "caucus-north"))
	must(t, err)
	says(t, north.sees("notes"), "You have asked to destroy 2 notes", "Keep the notes")
	asked := mediator.sees("notes")
	says(t, asked, "asks to destroy 2 notes", "Agree, and destroy them for good")
	_, err = scene.Do("mediator", confirmed(t, asked, "caucus-north"))
	must(t, err)
	for _, x := range []sit{north, member, mediator} {
		page := x.sees("rooms/caucus-north")
		says(t, page, "A note (The north), destroyed on", "The 2 notes that were destroyed", "From the commitment alone nobody can find the text")
		if strings.Contains(page, "We could share") || strings.Contains(page, "And the toll") {
			t.Errorf("%s still sees a note", x.person)
		}
	}
	for _, path := range []string{"", "notes", "rooms", "table/proceedings"} {
		if page := south.sees(path); strings.Contains(page, "destroyed on") || strings.Contains(page, "were destroyed") {
			t.Errorf("the other side learns of it on %q", path)
		}
	}
	says(t, north.sees("notes"), "2 were destroyed.")
}

// The rules say how long notes are kept.
func TestTheRulesSayWhenNotesGo(t *testing.T) {
	scene := notedScene(t)
	north := sit{t, &recorder{scene: scene}, "north"}
	says(t, north.sees("rules"), "is destroyed when the conference ends", "How long notes are kept")
	for keep, want := range map[string]portsmouth.Notes{
		"for-good": {Keep: "for-good"}, "until-close": {Keep: "until-close"}, "days": {Keep: "days", Days: 30},
	} {
		if got := (fields{Values: url.Values{"notes_keep": {keep}, "notes_days": {"30"}}}).notesRuleFrom(); got != want {
			t.Errorf("%s: %+v", keep, got)
		}
	}
}
