package web

import (
	"net/http"
	"slices"
	"strings"

	"portsmouth"
	"portsmouth/conference"
)

// The mediator's desk: where the parties stand, what can be computed, rounds, what may be carried from one to the other,
// what to do when nothing moves, drafts. It shows what the mediator may see and nothing else; what is computed here stays
// on the page.

// deskRoutes are the pages of the mediator's desk.
func (s *site) deskRoutes() []route {
	return []route{
		{http.MethodGet, "/c/{id}/desk", Mediator, s.inTurn(s.show(deskPage))},
		{http.MethodGet, "/c/{id}/desk/rounds/{kind}", Mediator, s.roundForm},
		{http.MethodPost, "/c/{id}/desk/round", Mediator, s.roundStep},
	}
}

// deskRow is one issue at a glance.
type deskRow struct {
	issue    *portsmouth.Issue
	head     *conference.Head
	cells    []deskCell // by party
	distance string
	apart    bool
}

// deskCell is where one party stands on an issue, and how it came there.
type deskCell struct {
	party string
	value string // "" before any offer
	moves int    // how often it changed its position
	said  int    // how many of its offers speak of the issue
}

// deskRows lists the issues with where each party stands: from offers, which everybody sees.
func (s *sheet) deskRows() []deskRow {
	if s.View.Agenda == nil {
		return nil
	}
	course := courseOf(s.View.Offers)
	rows := make([]deskRow, len(s.View.Agenda.Issues))
	for k := range rows {
		i := &s.View.Agenda.Issues[k]
		rows[k] = deskRow{issue: i, head: s.View.Head(i.ID)}
		for _, id := range s.parties() {
			c := course[id+"\x00"+i.ID]
			c.party, c.value = id, rows[k].head.Positions[id]
			rows[k].cells = append(rows[k].cells, c)
		}
		rows[k].distance, rows[k].apart = s.distance(i, rows[k].head.Positions)
	}
	return rows
}

// parted tells what is still to be settled, put aside or not, from what is settled.
func parted(rows []deskRow) (open, settled []deskRow) {
	for _, r := range rows {
		if r.head.Value == "" {
			open = append(open, r)
		} else {
			settled = append(settled, r)
		}
	}
	return open, settled
}

// courseOf counts, by party and issue, the offers that speak of the issue and those that say something new.
func courseOf(offers []*conference.Offer) map[string]deskCell {
	course := map[string]deskCell{}
	last := map[string]string{}
	for _, o := range offers {
		for issue, value := range o.All() {
			key := o.Party + "\x00" + issue
			c := course[key]
			if before, spoke := last[key]; spoke && before != value {
				c.moves++
			}
			c.said++
			course[key], last[key] = c, value
		}
	}
	return course
}

// distance says how far apart the last positions on an issue are: in options of the agenda's order, or as a gap.
func (s *sheet) distance(i *portsmouth.Issue, positions map[string]string) (words string, apart bool) {
	low, high, known := int64(0), int64(0), 0
	for _, id := range s.parties() {
		k, ok := placeOf(i, positions[id])
		if !ok {
			continue
		}
		if known == 0 {
			low, high = k, k
		}
		low, high, known = min(low, k), max(high, k), known+1
	}
	switch {
	case known < 2:
		return "–", false
	case low == high:
		return s.T("desk.same"), false
	case i.Kind != portsmouth.Numeric:
		return s.T("desk.options-apart", "count", int(high-low)), true
	}
	gap := rational(i.Number.At(high))
	gap.Sub(gap, rational(i.Number.At(low)))
	return s.T("desk.gap", "gap", s.value(i, shortRat(gap)), "count", int(high-low)), true
}

// placeOf is the place of a value in its issue's order: of an option in the list, of a number in steps.
func placeOf(i *portsmouth.Issue, value string) (int64, bool) {
	if value == "" {
		return 0, false
	}
	if i.Kind == portsmouth.Numeric {
		return i.Number.Place(value)
	}
	k := slices.IndexFunc(i.Options, func(o portsmouth.Option) bool { return o.ID == value })
	return int64(k), k >= 0
}

// firmness says how often a party moved on an issue.
func (s *sheet) firmness(c deskCell) string {
	switch {
	case c.said == 0:
		return ""
	case c.moves == 0:
		return s.T("desk.unmoved", "count", c.said)
	}
	return s.T("desk.moved", "count", c.moves)
}

// deskAllowed reports whether the rules let the mediator see what each party allows.
func (s *sheet) deskAllowed() bool {
	return s.View.Rules != nil && s.View.Rules.Desk == portsmouth.DeskAllowed
}

// budgetLeft is how many computations over preferences may still be held, and how many in all.
func (s *sheet) budgetLeft() (left, allowed int) {
	allowed, opened := s.View.Budget()
	return max(allowed-opened, 0), allowed
}

// lastPackages are the whole packages that lie before all: each party's last offers put together with what is settled, and
// the mediator's last proposal; equal ones once.
func (s *sheet) lastPackages() []namedPackage {
	if s.View.Agenda == nil {
		return nil
	}
	settled := s.View.Settled()
	var list []namedPackage
	add := func(party, label string, terms portsmouth.Outcome) {
		if s.View.Agenda.Check(terms) != nil {
			return
		}
		for k := range list {
			if list[k].terms.Equal(terms) {
				list[k].label += ", " + label
				return
			}
		}
		list = append(list, namedPackage{party, label, terms})
	}
	for _, id := range s.parties() {
		if terms := s.lastOf(id); len(terms) > 0 {
			add(id, s.T("desk.last-of", "party", s.Party(id).Name), terms.With(settled))
		}
	}
	if n := len(s.View.Proposals); n > 0 {
		p := s.View.Proposals[n-1]
		add("", s.T("desk.last-proposal", "when", s.Moment(p.At)), settled.With(p.Terms))
	}
	return list
}

// lastOf puts a party's offers together: its last word on each issue that it ever spoke of.
func (s *sheet) lastOf(party string) portsmouth.Outcome {
	terms := portsmouth.Outcome{}
	for _, o := range s.View.Offers {
		if o.Party == party {
			terms = terms.With(o.All())
		}
	}
	return terms
}

// namedPackage is a whole package and whose it is; party "" is the mediator's.
type namedPackage struct {
	party, label string
	terms        portsmouth.Outcome
}

// remedy is something that can be done when nothing moves: its words, and the page on which it is done.
type remedy struct{ key, to string }

// remedies lists what can be done about an impasse now, and on which page.
func (s *sheet) remedies() []remedy {
	pages := map[string]string{}
	if s.may("defer-issue") {
		pages["defer"] = "agenda"
	}
	if s.may("propose-agenda") {
		pages["split"], pages["add-issue"] = "agenda", "agenda"
	}
	if s.may("put-proposal") && s.View.OpenProposal() == nil {
		pages["contingent"], pages["single-text"] = "proposal", "proposal"
	}
	if sealed, _ := s.roundKindsNow(); sealed {
		pages["sealed-round"] = "desk/rounds/number"
		if len(s.openIssues(true)) == 0 {
			pages["sealed-round"] = "desk/rounds/options"
		}
	}
	if s.View.CurrentSession() != nil && s.may("adjourn-session") {
		pages["adjourn"] = "sessions"
	}
	var list []remedy
	for _, key := range conference.Remedies {
		if to := pages[key]; to != "" {
			list = append(list, remedy{key, to})
		}
	}
	return list
}

// impasseWords names one sign that talks stand still.
func (s *sheet) impasseWords(x conference.Impasse) string {
	var names []string
	for _, id := range x.Issues {
		if i := s.issue(id); i != nil {
			names = append(names, s.title(i))
		}
	}
	return s.T("desk.impasse-"+x.Sign, "count", x.Count, "issues", strings.Join(names, "; "), "when", s.Deadline(x.By))
}

// shuttleItem is something a party said in its caucus, and whether it may cross.
type shuttleItem struct {
	statement *conference.Statement
	state     string // kept, carry, carried, released; "" where the words are locked and it cannot be told
	release   *conference.Carry
}

// shuttleShown is how many items of a caucus the desk lists.
const shuttleShown = 12

// shuttle lists what a party last said in its caucus with how far it may go.
func (s *sheet) shuttle(party string) []shuttleItem {
	var list []shuttleItem
	for _, x := range s.View.Room(conference.ToCaucus(party)) {
		if x.Party == party {
			list = append(list, s.shuttleItem(x))
		}
	}
	slices.Reverse(list)
	return list[:min(len(list), shuttleShown)]
}

func (s *sheet) shuttleItem(x *conference.Statement) shuttleItem {
	item := shuttleItem{statement: x, state: "kept"}
	for _, c := range s.View.Carries {
		if c.Statement != x.Statement {
			continue
		}
		if item.release, item.state = c, "carry"; c.Carried {
			item.state = "carried"
		}
	}
	if item.state == "kept" && x.Locked != nil {
		item.state = ""
		return item
	}
	if item.state == "kept" && slices.ContainsFunc(s.releasedBy(x.Party), func(text string) bool { return strings.Contains(x.Text, text) }) {
		item.state = "released"
	}
	return item
}

// releasedBy lists the texts that a party released to all itself.
func (s *sheet) releasedBy(party string) []string {
	var texts []string
	for _, a := range s.View.Acts {
		if b, ok := a.Body.(conference.StatementReleased); ok && b.Party == party {
			texts = append(texts, b.Text)
		}
	}
	return texts
}

// toSay drafts what to tell one party of what the others have released: only their released words.
func (s *sheet) toSay(to string) string {
	var lines []string
	for _, id := range s.parties() {
		if id == to {
			continue
		}
		for _, c := range s.toCarry(id) {
			if c.Locked != nil {
				continue // the desk shows that there is something to unlock
			}
			lines = append(lines, s.T("desk.may-say", "party", s.Party(id).Name, "text", c.Text))
		}
	}
	return strings.Join(lines, "\n")
}
