package conference

import (
	"slices"
	"time"
)

// Impasse: when talks stand still, said by name, with what can be done. The venue names it; it never acts on it.

// Impasse is one sign that talks stand still.
type Impasse struct {
	Sign   string   // unmoved, circles, deadline, refused
	Issues []string // where it shows, in the order of the agenda
	Count  int      // of offers in exchanges without movement, or of proposals not agreed
	By     time.Time
}

// Remedies are what can be done about an impasse, by the names of the screens: never automatic.
var Remedies = []string{"defer", "split", "add-issue", "contingent", "sealed-round", "single-text", "adjourn"}

// Patience is how many exchanges without movement make an impasse: one offer of each of two parties, twice.
const Patience = 4

// near is how close a deadline must be to be named.
const near = 48 * time.Hour

// Impasses lists the signs that talks stand still at now, as far as the viewer may know: all is computed from offers,
// proposals and deadlines that every delegation sees.
func (v *View) Impasses(now time.Time) []Impasse {
	if v.Stage != Bargaining || v.Agenda == nil {
		return nil
	}
	var signs []Impasse
	if n := v.still(); n >= Patience {
		signs = append(signs, Impasse{Sign: "unmoved", Issues: v.apart(), Count: n})
	}
	if issues := v.circling(); len(issues) > 0 {
		signs = append(signs, Impasse{Sign: "circles", Issues: issues})
	}
	if n := v.refused(); n >= 2 {
		signs = append(signs, Impasse{Sign: "refused", Issues: v.apart(), Count: n})
	}
	if by := v.Rules.Deadline; !by.IsZero() && by.After(now) && by.Sub(now) <= near {
		signs = append(signs, Impasse{Sign: "deadline", Issues: v.apart(), By: by})
	}
	return signs
}

// apart lists the open issues.
func (v *View) apart() []string {
	var open []string
	for k := range v.Agenda.Issues {
		if id := v.Agenda.Issues[k].ID; v.head(id).Status == Open {
			open = append(open, id)
		}
	}
	return open
}

// still counts the last offers that each said what their party's offer before said. Only offers that follow one of another
// party are an exchange: who repeats itself unanswered counts once.
func (v *View) still() int {
	last := map[string]*Offer{}
	n, by := 0, ""
	for _, o := range v.Offers {
		before := last[o.Party]
		last[o.Party] = o
		switch {
		case before == nil:
		case !before.All().Equal(o.All()):
			n = 0
		case o.Party != by:
			n++
		}
		by = o.Party
	}
	return n
}

// circling lists the issues on which a party came back to what it had left: A, then B, then A again.
func (v *View) circling() []string {
	past := map[string][]string{} // party and issue -> the values in order, without repeats
	found := map[string]bool{}
	for _, o := range v.Offers {
		for issue, value := range o.All() {
			key := o.Party + "\x00" + issue
			seen := past[key]
			if len(seen) > 0 && seen[len(seen)-1] == value {
				continue
			}
			if slices.Contains(seen, value) {
				found[issue] = true
			}
			past[key] = append(seen, value)
		}
	}
	var list []string
	for _, id := range v.apart() {
		if found[id] {
			list = append(list, id)
		}
	}
	return list
}

// refused counts the proposals that were not agreed since anything was last settled. A round that is not met is none: it
// asks, and nobody knows whether anybody answered.
func (v *View) refused() int {
	n := 0
	for _, a := range v.Acts {
		switch b := a.Body.(type) {
		case HeadsSettled:
			n = 0
		case ProposalClosed:
			if !b.Agreed {
				n++
			}
		}
	}
	return n
}
