package web

import (
	"net/http"
	"strings"
	"testing"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// TestConditionsInWords carries an if-then from the mediator's form to the draft of the text.
func TestConditionsInWords(t *testing.T) {
	scene := conftest.NewScene(conftest.Options{})
	if err := scene.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	x := sit{t, &recorder{scene: scene}, "mediator"}
	form := []string{"form", "proposal", "closes.in", "6h", "conditions.en", "If the ice holds, the road stays open.", "conditions.fr", "Si la glace tient."}
	for issue, value := range conftest.Package() {
		form = append(form, "term."+issue, value)
	}
	read := x.post("proposal", http.StatusOK, form...)
	if !strings.Contains(read, "<p class=\"prose serif\" lang=\"en\">If the ice holds, the road stays open.</p>") {
		t.Error("the read-back does not show the conditions")
	}
	x.post("put-proposal", http.StatusSeeOther, form...)
	put := scene.See("mediator").OpenProposal()
	for _, page := range []string{"", "proposal"} {
		if !strings.Contains(sit{t, x.venue, scene.Heads()[0]}.sees(page), "If the ice holds, the road stays open.") {
			t.Errorf("page %q does not show the conditions of the proposal", page)
		}
	}
	for _, head := range scene.Heads() {
		if _, err := scene.Do(head, conference.AnswerProposal{Proposal: put.Proposal, Accept: true}); err != nil {
			t.Fatal(err)
		}
	}
	scene.Now = put.Closes
	if _, err := scene.Tick(); err != nil {
		t.Fatal(err)
	}
	text := sit{t, x.venue, scene.Heads()[0]}.sees("text")
	for _, want := range []string{"[If the ice holds, the road stays open.]", "[Si la glace tient.]", "in brackets until"} {
		if !strings.Contains(text, want) {
			t.Errorf("the draft lacks %q", want)
		}
	}
}
