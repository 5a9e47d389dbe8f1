package web

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// TestRefusalIsASentence shows what a person reads of a refusal: words in their language, the rule's name for machines only.
func TestRefusalIsASentence(t *testing.T) {
	scene := lively(t, conftest.Options{}, conference.Bargaining)
	view := scene.See("mediator")
	signing := view.May("sign")
	for _, c := range []struct {
		lang string
		err  error
		want string
	}{
		{"en", portsmouth.Invalidf("offer-terms", "an offer needs at least one term"), `<p data-rule="offer-terms">An offer needs at least one term.</p>`},
		{"fr", portsmouth.Invalidf("offer-terms", "an offer needs at least one term"), `<p data-rule="offer-terms">Une offre a besoin d’au moins un terme.</p>`},
		{"fr", portsmouth.Refuse("of-tomorrow", "this was never heard of"), `<p data-rule="of-tomorrow" lang="en">This was never heard of.</p>`},
		{"fr", signing, `data-rule="role:sign">Cela revient à d’autres que vous`},
		{"en", portsmouth.Refuse("link", "x"), "This is not a link"},
	} {
		p := pageFor(view, time.Time{}, c.lang)
		var page bytes.Buffer
		if err := problem(p, p.problem(c.err)).Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(page.String(), c.want) {
			t.Errorf("%s: %s lacks %s", c.lang, page.String(), c.want)
		}
	}
}

func TestNumbersAsPeopleWriteThem(t *testing.T) {
	for given, want := range map[string]string{"2,5": "2.5", "2.5": "2.5", "1,200": "1200", "1 200": "1200", "1,200.5": "1200.5", "12,50": "12.5", "0,1234": "0.1234", "-3,5": "-3.5"} {
		if got, err := decimalOf(given); got != want || err != nil {
			t.Errorf("%s reads %s, %v; want %s", given, got, err, want)
		}
	}
	if _, err := decimalOf(""); portsmouth.RuleOf(err) != "number-missing" {
		t.Errorf("nothing is no number: %v", err)
	}
}
