package conference_test

import (
	"slices"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// TestImpasseCountsExchangesOnly: who repeats itself alone exchanges nothing with anybody, and rounds that are not met are
// questions; proposals that are not agreed are answers.
func TestImpasseCountsExchangesOnly(t *testing.T) {
	s := conftest.NewScene(conftest.Options{})
	if err := s.To(conference.Bargaining); err != nil {
		t.Fatal(err)
	}
	do := func(person string, c conference.Command) {
		t.Helper()
		if _, err := s.Do(person, c); err != nil {
			t.Fatal(err)
		}
	}
	pass := func() {
		t.Helper()
		s.Now = s.Now.Add(2 * time.Hour)
		if _, err := s.Tick(); err != nil {
			t.Fatal(err)
		}
	}
	signs := func() []string {
		var names []string
		for _, i := range s.See("mediator").Impasses(s.Now) {
			names = append(names, i.Sign)
		}
		return names
	}
	for range 2 * conference.Patience {
		do("north", conference.MakeOffer{Terms: map[string]string{"coast": "kept"}})
	}
	for range 2 {
		do("mediator", conference.OpenRound{Type: conference.NumberRound, Issue: "toll", Giver: "north", Settlement: "midpoint", Closes: s.Now.Add(time.Hour)})
		do("north", conference.EnterRound{Round: s.See("mediator").OpenRound().Round, Number: "0"})
		do("south", conference.EnterRound{Round: s.See("mediator").OpenRound().Round, Number: "50"})
		pass()
	}
	if got := signs(); len(got) > 0 {
		t.Errorf("one party repeats itself and two rounds are not met: %v", got)
	}
	for range 2 {
		do("mediator", conference.PutProposal{Terms: conftest.Package(), Closes: s.Now.Add(time.Hour)})
		pass()
	}
	if got := signs(); !slices.Equal(got, []string{"refused"}) {
		t.Errorf("two proposals were not agreed: %v", got)
	}
}
