package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"portsmouth/conference/conftest"
	"portsmouth/elicit"
)

// figured is a conference in which the north has stated what it wants in figures, and answered nothing.
func figured(t *testing.T) (*recorder, sit) {
	t.Helper()
	venue, us := preparing(t, "")
	states(t, venue.scene, "north", northWants(floorFrom(conftest.Start, 4000)), false)
	return venue, us
}

func (x sit) prep() *prep {
	return prepOf(sheetFor(x.venue.scene.See(x.person), x.venue.scene.Now, "en", nil))
}

// TestPreparationBeginsAtFigures finds every form where the figures are, and says on the overview what stands.
func TestPreparationBeginsAtFigures(t *testing.T) {
	_, us := figured(t)
	page := us.sees("preparation")
	says(t, page, "as version 1", "As in version 1", "Whatever you answer from here on takes their place")
	silent(t, page, "0 of 3", "⟦")
	if got := orderOn(us.sees("preparation/options/coast")); !slices.Equal(got, []string{"kept", "shared", "ceded"}) {
		t.Errorf("the coast is in the order %v", got)
	}
	if got := orderOn(us.sees("preparation/issues")); !slices.Equal(got, []string{"coast", "toll", "islands"}) {
		t.Errorf("the issues are in the order %v", got)
	}
	// 60 against 20 and 20: a third.
	says(t, us.sees("preparation/weights"), `name="bar.toll" min="0" max="100" step="1" value="33"`, `name="bar.islands" min="0" max="100" step="1" value="33"`)
	says(t, us.sees("preparation/values/coast"), `name="bar.shared" min="0" max="100" step="1" value="50"`)
	says(t, us.sees("preparation/wants"), "stated in numbers", "60 %")
	says(t, us.sees("preparation/answers"), "Nothing has been answered yet")
}

// TestPreparationAnswersTakeTheirPlace answers one thing, and finds it and the rest of the figures in what is stated.
func TestPreparationAnswersTakeTheirPlace(t *testing.T) {
	venue, us := figured(t)
	us.say("kind", "swing", "reference", "coast", "bar.toll", "80", "bar.islands", "")
	says(t, us.sees("preparation/weights"), `name="bar.toll" min="0" max="100" step="1" value="80"`, `name="bar.islands" min="0" max="100" step="1" value="33"`)
	page := us.sees("preparation/wants")
	says(t, page, "taken together with the numbers of version 1", "As version 1 states it", "40 of 100")
	p := us.prep()
	us.post("preparation/state", http.StatusSeeOther, "basis", p.basis())
	last := venue.scene.See(us.person).LastStated()
	w := last.Preferences.Weights
	if last.Version != 2 || w["toll"] < 3200 || w["toll"] > 4200 || w["coast"] < w["toll"] || w["islands"] > 2000 {
		t.Errorf("stated is %v, as version %d", w, last.Version)
	}
	if len(last.Preferences.Reservations) != 1 || last.Preferences.Reservations[0].Value != 4000 {
		t.Errorf("what no agreement is worth is lost: %v", last.Preferences.Reservations)
	}
	// What was computed from answers is not turned back into answers.
	if p := us.prep(); p.figures == nil || p.figures.Version != 1 {
		t.Errorf("the figures are now %+v", p.figures)
	}
}

// TestPreparationBarsBeginEmpty asks for bars of which nothing is known: none stands anywhere, and none has to be set.
func TestPreparationBarsBeginEmpty(t *testing.T) {
	venue, us := preparing(t, "")
	for _, issue := range []string{"coast", "islands"} {
		var order []string
		for _, id := range orderOn(us.sees("preparation/options/" + issue)) {
			order = append(order, "order", id)
		}
		us.say(append([]string{"kind", "order-options", "issue", issue}, order...)...)
	}
	us.say("kind", "order-options", "issue", "toll", "best", "low")
	us.say("kind", "order-issues", "order", "coast", "order", "toll", "order", "islands")
	page := us.sees("preparation/weights")
	if n := strings.Count(page, `step="1" value=""`); n != 2 {
		t.Errorf("%d of 2 bars are empty", n)
	}
	says(t, page, "An empty bar is one that you have not answered")
	says(t, us.sees("preparation/values/coast"), `step="1" value=""`)
	sent := len(venue.sent)
	us.post("preparation/answer", http.StatusUnprocessableEntity, "kind", "swing", "reference", "coast", "bar.toll", "", "bar.islands", "")
	if len(venue.sent) != sent {
		t.Error("an answer that says nothing was kept")
	}
	if to := us.say("kind", "swing", "reference", "coast", "bar.toll", "40", "bar.islands", ""); strings.HasPrefix(to, "/weights") {
		t.Error("a bar that was left empty is asked for again at once")
	}
	if a := us.prep().latestOf(elicit.Swing, ""); len(a.Bars) != 1 || a.Bars["toll"] != 40 {
		t.Errorf("kept is %v", a.Bars)
	}
	// Against another issue than it was given, a bar says nothing.
	us.say("kind", "order-issues", "order", "islands", "order", "coast", "order", "toll")
	if n := strings.Count(us.sees("preparation/weights"), `step="1" value=""`); n != 2 {
		t.Errorf("after another order %d of 2 bars are empty", n)
	}
}

// TestPreparationMindsAreKeptApart thinks once for the same answers, and anew for one's own new ones alone.
func TestPreparationMindsAreKeptApart(t *testing.T) {
	venue, us := figured(t)
	states(t, venue.scene, "south", southWants(), false)
	kept := &minds{}
	think := func(who string) *elicit.Mind {
		p := sit{t, venue, who}.prep()
		p.minds = kept
		m, err := p.mind()
		must(t, err)
		return m
	}
	ours, theirs := think("north"), think("south")
	if ours == theirs || think("north") != ours || think("south") != theirs {
		t.Fatal("a mind is lost or shared")
	}
	us.say("kind", "drift", "points", "-2")
	if think("south") != theirs || think("north") == ours || len(kept.kept) != 2 {
		t.Error("an answer of one delegation has another think anew, or itself not")
	}
}
