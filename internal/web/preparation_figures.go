package web

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/elicit"
	"portsmouth/solver"
)

// A delegation may have stated what it wants in figures, from a file, before it answered anything. The questions then begin
// at what it stated: it is turned into the answers that say the same, and whatever is answered later takes their place. What
// was computed from answers is not turned back into answers: it would count as said twice.

// figuresPrefix begins the ids of what figures say, so that no answer has the same.
const figuresPrefix = "figures "

// figuresOf is the last version that was stated in figures and is about the agenda, nil where there is none. What comes
// from answers has ranges; figures have none.
func (p *prep) figuresOf() *conference.Stated {
	if p.agenda == nil {
		return nil
	}
	for _, st := range p.history() {
		if st.Ranges == nil && p.agenda.CheckPreferences(&st.Preferences) == nil {
			return st
		}
	}
	return nil
}

// begin merges what was stated in figures with the answers, in the order in which they were given.
func (p *prep) begin() {
	p.all, p.figures = p.answers, p.figuresOf()
	if p.figures != nil {
		at := slices.IndexFunc(p.answers, func(a elicit.Answer) bool { return !a.At.Before(p.figures.At) })
		if at < 0 {
			at = len(p.answers)
		}
		p.all = slices.Concat(p.answers[:at], p.figured(), p.answers[at:])
	}
	if p.agenda == nil {
		return
	}
	if ids := p.ranked(); len(ids) > 0 {
		p.top = ids[0]
	}
	if p.figures != nil {
		// Before all answers: of two bars of the same issue against the same one, that of an answer stands.
		p.all = slices.Concat(elicit.Answers{p.figuredSwings()}, p.all)
		p.reorder()
	}
}

// reorder has the order of the issues that follows from the figures follow the bars that were given since: it would hold
// the bars to what they were, and equal ones equal, where nobody has said that they are.
func (p *prep) reorder() {
	at := slices.IndexFunc(p.all, func(a elicit.Answer) bool { return a.ID == figuresPrefix+"issues" })
	p.all[at].Order = nil
	for _, group := range inGroups(p.issues(), p.bar) {
		for _, id := range group {
			p.all[at].Order = append(p.all[at].Order, []string{id})
		}
	}
}

// bar is where the bar of an issue stands, above all others for the one that they are held against.
func (p *prep) bar(issue string) int64 {
	if issue == p.top {
		return 101
	}
	at, _ := p.swing(issue, p.top)
	return int64(at)
}

// figured are the figures as answers, but for the weights, which are held against the issue that is on top now.
func (p *prep) figured() elicit.Answers {
	var list elicit.Answers
	for k := range p.agenda.Issues {
		i := &p.agenda.Issues[k]
		list = append(list, p.figuredIssue(i)...)
	}
	list = append(list, elicit.Answer{
		ID: figuresPrefix + "issues", Kind: elicit.OrderIssues, At: p.figures.At, Order: inGroups(p.issues(), p.figuredSwing),
	})
	if rs := p.figures.Preferences.Reservations; len(rs) > 0 {
		last := rs[len(rs)-1]
		list = append(list, elicit.Answer{ID: figuresPrefix + "drift", Kind: elicit.Drift, At: p.figures.At, Points: float64(last.Drift) / 100})
	}
	return list
}

// figuredIssue is what the figures say of the ways to settle an issue. Of a number that makes no difference they say
// nothing but its weight.
func (p *prep) figuredIssue(i *portsmouth.Issue) elicit.Answers {
	values := p.figures.Preferences.Values[i.ID]
	order := elicit.Answer{ID: figuresPrefix + "order " + i.ID, Kind: elicit.OrderOptions, At: p.figures.At, Issue: i.ID}
	worth := elicit.Answer{ID: figuresPrefix + "worth " + i.ID, Kind: elicit.Worth, At: p.figures.At, Issue: i.ID, Bars: map[string]int{}}
	low, high := extent(values)
	var between []string
	if i.Kind == portsmouth.Numeric {
		if low == high {
			return nil
		}
		best := bestStep(i.Number, values)
		order.Order = [][]string{{best}}
		if worst := worstOf(i.Number, best); worst != best {
			order.Order = append(order.Order, []string{worst})
		}
		between = halfway(i.Number, best)
	} else {
		ids := make([]string, len(i.Options))
		for k := range i.Options {
			ids[k] = i.Options[k].ID
		}
		order.Order = inGroups(ids, func(id string) int64 { return values[id] })
		between = ids
	}
	for _, id := range between {
		if v := values[id]; i.Kind == portsmouth.Numeric || low < v && v < high {
			worth.Bars[id] = int(percent(v-low, high-low))
		}
	}
	if len(worth.Bars) == 0 {
		return elicit.Answers{order}
	}
	return elicit.Answers{order, worth}
}

// figuredSwing is how much the figures give to moving an issue from its worst to its best, in millionths of the whole.
func (p *prep) figuredSwing(issue string) int64 {
	low, high := extent(p.figures.Preferences.Values[issue])
	return p.figures.Preferences.Weights[issue] * (high - low) / 100
}

// figuredSwings holds every issue against the one that is on top.
func (p *prep) figuredSwings() elicit.Answer {
	a := elicit.Answer{ID: figuresPrefix + "weights", Kind: elicit.Swing, At: p.figures.At, Reference: p.top, Bars: map[string]int{}}
	for _, id := range p.issues() {
		if id != p.top && !p.flat(id) {
			a.Bars[id] = int(percent(p.figuredSwing(id), p.figuredSwing(p.top)))
		}
	}
	return a
}

// percent is a part of a whole, rounded, 100 at most.
func percent(part, whole int64) int64 {
	if whole <= 0 {
		return 0
	}
	return min((200*part+whole)/(2*whole), 100)
}

func extent(values map[string]int64) (low, high int64) {
	first := true
	for _, id := range portsmouth.SortedKeys(values) {
		if v := values[id]; first {
			low, high, first = v, v, false
		} else {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}

func bestStep(n *portsmouth.Number, values map[string]int64) string {
	best := n.At(0)
	for k := int64(1); k < n.Steps(); k++ {
		if at := n.At(k); values[at] > values[best] {
			best = at
		}
	}
	return best
}

// inGroups puts ids in order, the most first, with those that are equal in one group.
func inGroups(ids []string, of func(string) int64) [][]string {
	ids = slices.Clone(ids)
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(of(b), of(a)) })
	var groups [][]string
	for k, id := range ids {
		if k > 0 && of(ids[k-1]) == of(id) {
			groups[len(groups)-1] = append(groups[len(groups)-1], id)
			continue
		}
		groups = append(groups, []string{id})
	}
	return groups
}

// fromFigures reports whether no question of these kinds was answered, and the figures stand in for the answers.
func (p *prep) fromFigures(kinds ...elicit.Kind) bool {
	return p.figures != nil && !slices.ContainsFunc(p.answers, func(a elicit.Answer) bool { return slices.Contains(kinds, a.Kind) })
}

// carried puts into what is stated what no question asks for, and what was not asked yet: what several terms are worth
// together, and what no agreement is worth as long as no package was held against it.
func (p *prep) carried(mean *portsmouth.Preferences) []prepNone {
	if p.figures == nil {
		return nil
	}
	was := &p.figures.Preferences
	mean.Interactions = was.Interactions
	if p.latestOf(elicit.Against, "") != nil {
		return nil
	}
	mean.Reservations = was.Reservations
	var none []prepNone
	for _, months := range prepMonths {
		v := solver.ReservationAt(was, p.Now.UTC().Truncate(time.Minute).AddDate(0, months, 0))
		if v != solver.NoReservation {
			none = append(none, prepNone{months, v, v, v})
		}
	}
	return none
}

// versionAddress leads to a version that was stated, where it is spelled out.
func (p *prep) versionAddress(version int) templ.SafeURL {
	return p.C("preparation", "history") + templ.SafeURL("#version-"+strconv.Itoa(version))
}
