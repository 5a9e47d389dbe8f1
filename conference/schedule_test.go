package conference_test

import (
	"testing"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// The schedule says what the rules say, under the same headings whatever has happened, and lists what is public.
func TestSchedule(t *testing.T) {
	r := conftest.Rules()
	r.Publicity.Rounds, r.Publicity.TextNotBefore = true, conftest.Start.AddDate(0, 0, 9)
	s := conftest.NewScene(conftest.Options{Rules: r})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Send(conference.Meta{By: "north"}, conference.Speak{Room: "caucus", Text: "Between us."}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"conference": conference.ShownNow, "people": conference.ShownNow, "communiques": conference.ShownAgreed, "text": conference.ShownSigned,
		"rounds": conference.ShownClose, "entries": conference.ShownOpened, "comments": conference.ShownAtTable, "caucuses": conference.ShownAtTable,
	}
	list := s.See("stranger").Public().Schedule()
	if len(list) != len(conference.Headings) {
		t.Fatalf("%d headings", len(list))
	}
	for _, h := range list {
		if when, named := want[h.What]; named && h.When != when {
			t.Errorf("%s is shown %s, not %s", h.What, h.When, when)
		}
		if h.What == "text" && !h.NotBefore.Equal(r.Publicity.TextNotBefore) || h.What != "text" && !h.NotBefore.IsZero() {
			t.Errorf("%s is not shown before %s", h.What, h.NotBefore)
		}
		if n := len(h.Published); (h.What == "conference") != (n == 1) {
			t.Errorf("under %s stand %d publications", h.What, n)
		}
	}
	for _, item := range conference.Items {
		x := &conference.PublicView{Rules: &r, All: []conference.Publication{{Published: conference.Published{Item: item}}}}
		n := 0
		for _, h := range x.Schedule() {
			n += len(h.Published)
		}
		if n != 1 {
			t.Errorf("%s stands under %d headings", item, n)
		}
	}
}
