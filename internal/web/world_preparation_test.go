package web

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/elicit"
)

// prepares is what a delegation does in its preparation, which nobody else ever learns.
func (c *chances) prepares(p string) (string, conference.Command) {
	if c.whole().Prepared() == nil {
		return p, nil
	}
	switch c.IntN(8) {
	case 0:
		return p, conference.StatePreferences{Preferences: *c.wanting(), Note: c.prose("We want")}
	case 1:
		return p + "-principal", conference.ConfirmPreferences{Version: c.whole().StatedCount[p]}
	case 2:
		if given := c.whole().Answers; len(given) > 0 {
			x := oneOf(c, given)
			return x.Party, conference.WithdrawAnswer{Answer: x.Answer}
		}
	case 3:
		if c.IntN(3) == 0 {
			return p, conference.ErasePreparation{}
		}
	}
	return p + oneOf(c, []string{"", "-member", "-adviser"}), conference.AnswerQuestion{Body: c.answering()}
}

// answering is an answer as the screens store it.
func (c *chances) answering() json.RawMessage {
	shuffled := func(from []string) [][]string {
		var order [][]string
		for _, k := range c.Perm(len(from)) {
			order = append(order, []string{from[k]})
		}
		return order
	}
	a := oneOf(c, []elicit.Answer{
		{Kind: elicit.OrderOptions, Issue: "coast", Order: shuffled(worldCoasts)},
		{Kind: elicit.OrderOptions, Issue: "toll", Order: shuffled([]string{"0", "100"})},
		{Kind: elicit.OrderIssues, Order: shuffled([]string{"coast", "toll", "islands"})},
		{Kind: elicit.Swing, Reference: "coast", Bars: map[string]int{"toll": c.IntN(101), "islands": c.IntN(101)}},
		{Kind: elicit.OrderSteps, Issue: "coast", Steps: [][2]string{{"ceded", "shared"}, {"shared", "kept"}}},
		{Kind: elicit.Alternative, Words: c.prose("Without an agreement")},
		{Kind: elicit.Against, First: conftest.Package(), Verdict: oneOf(c, []elicit.Verdict{elicit.First, elicit.Second, elicit.Same})},
		{Kind: elicit.Drift, Points: float64(c.IntN(9) - 4)},
		{Kind: elicit.NoWeights},
	})
	raw, err := json.Marshal(a)
	if err != nil {
		return nil
	}
	return raw
}

// wanting are preferences of a party, any that add up.
func (c *chances) wanting() *portsmouth.Preferences {
	p := evenly(c.whole().Prepared(), c.IntN(3))
	p.Reservations = []portsmouth.Reservation{{From: conftest.Start, Value: int64(c.IntN(6000)), Why: c.prose("Because")}}
	return p
}

// preparationForm fills in the fields that the forms of the preparation have besides those of others.
func (c *chances) preparationForm(f url.Values) {
	f.Set("kind", oneOf(c, []string{"order-options", "order-issues", "swing", "worth", "order-steps", "alternative", "drift", "against", "no-weights", ""}))
	f["order"] = slices.Clone(oneOf(c, [][]string{worldCoasts, worldIslands, {"coast", "islands", "toll"}, {"shared.kept", "ceded.shared"}}))
	f.Set("best", oneOf(c, []string{"low", "high"}))
	f.Set("reference", "coast")
	f.Set("bar."+oneOf(c, []string{"toll", "shared", "islands"}), strconv.Itoa(c.IntN(101)))
	f.Set("words", c.prose("Written: words"))
	f.Set("points", strconv.Itoa(c.IntN(7)-3))
	f.Set("first", prepCarried(conftest.Package()))
	f.Set("verdict", oneOf(c, []string{"first", "second", "same"}))
	for _, name := range []string{"up", "skip", "sure", "stop"} {
		if c.IntN(4) == 0 {
			f.Set(name, oneOf(c, worldCoasts))
		}
	}
}
