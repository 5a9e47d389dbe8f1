package web

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/solver"
)

// roundTitle names a round: its kind, and its issue where it has one.
func (s *sheet) roundTitle(r *conference.Round) string {
	title := s.T("round.kind-" + string(r.Type))
	if i := s.roundIssue(r); i != nil {
		title += " – " + s.title(i)
	}
	return title
}

// roundIssue is the issue of a round on a number or on options, or nil.
func (s *sheet) roundIssue(r *conference.Round) *portsmouth.Issue {
	if r.Issue == "" || s.View.Agenda == nil {
		return nil
	}
	return s.issue(r.Issue)
}

// roundRule says how the result comes about, before anybody lodges.
func (s *sheet) roundRule(r *conference.Round) string {
	switch r.Type {
	case conference.NumberRound:
		return s.T("round.rule-number", "giver", s.Party(r.Giver).Name) + " " + s.T("round.settles-"+r.Settlement, "giver", s.Party(r.Giver).Name)
	case conference.OptionsRound, conference.PackageRound:
		return s.T("round.rule-" + string(r.Type))
	case conference.DirectionRound:
		return s.T("round.rule-direction")
	case conference.ImprovementRound:
		return s.T("round.rule-improvement", "gain", s.hundredths(r.MinGain), "rule", s.T("desk.rule-"+r.Fairness))
	}
	return s.T("round.rule-suggestion", "rule", s.T("desk.rule-"+r.Fairness))
}

// roundBinding says what a result leads to.
func (s *sheet) roundBinding(r *conference.Round) string {
	switch {
	case r.Computes():
		return s.T("round.binds-desk")
	case r.Binding:
		return s.T("round.binds")
	}
	return s.T("round.binds-not")
}

// roundResult says what came of a round, as all know it.
func (s *sheet) roundResult(r *conference.Round) (kind, text string) {
	switch {
	case !r.Closed:
		return "wait", s.T("round.open")
	case r.Withdrawn:
		return "deferred", s.T("round.withdrawn")
	case r.Result.Met && r.Computes():
		return "agreed", s.T("round.found")
	case r.Result.Met:
		return "agreed", s.T("round.met")
	case r.Computes():
		return "deferred", s.T("round.not-found")
	}
	return "deferred", s.T("round.not-met")
}

// closedRounds are those that are over, newest first.
func (s *sheet) closedRounds() []*conference.Round {
	list := slices.DeleteFunc(slices.Clone(s.View.Rounds), func(r *conference.Round) bool { return !r.Closed })
	slices.Reverse(list)
	return list
}

// entryPayload is an entry as its author wrote it; the fields by the kind of round.
type entryPayload struct {
	Number      string                  `json:"number"`
	Options     []string                `json:"options"`
	Packages    []int                   `json:"packages"`
	Version     int                     `json:"version"`
	Preferences *portsmouth.Preferences `json:"preferences"`
	Answers     []json.RawMessage       `json:"answers"`
}

func readEntry(payload []byte) entryPayload {
	var e entryPayload
	if json.Unmarshal(payload, &e) != nil {
		return entryPayload{}
	}
	return e
}

// entryWords says what an entry holds.
func (s *sheet) entryWords(r *conference.Round, payload []byte) string {
	e := readEntry(payload)
	i := s.roundIssue(r)
	switch {
	case r.Type == conference.DirectionRound:
		return s.T("round.entry-prepared", "count", len(e.Answers))
	case r.Computes():
		return s.T("round.entry-preferences")
	case r.Type == conference.PackageRound:
		var names []string
		for _, k := range e.Packages {
			names = append(names, s.T("round.package", "number", k+1))
		}
		return strings.Join(names, ", ")
	case i == nil:
		return string(payload)
	case r.Type == conference.NumberRound:
		return s.value(i, e.Number)
	}
	var names []string
	for _, o := range e.Options {
		names = append(names, s.value(i, o))
	}
	return strings.Join(names, "; ")
}

// marked reports whether the reader's own entry holds an option or, by its place, a package.
func (s *sheet) marked(r *conference.Round, option string, pack int) bool {
	e := ownEntry(s.View, r)
	if e == nil {
		return false
	}
	had := readEntry(e.Payload)
	return option != "" && slices.Contains(had.Options, option) || option == "" && slices.Contains(had.Packages, pack)
}

// lodgedNumber is what the reader's delegation lodged, to be changed.
func (s *sheet) lodgedNumber(r *conference.Round) string {
	if e := ownEntry(s.View, r); e != nil {
		return readEntry(e.Payload).Number
	}
	return ""
}

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// candidates are the whole packages that a round could be held on: suggested ones, proposals, last offers.
func (s *sheet) candidates() []namedPackage {
	var list []namedPackage
	add := func(n namedPackage) {
		if s.View.Agenda.Check(n.terms) == nil && !slices.ContainsFunc(list, func(have namedPackage) bool { return have.terms.Equal(n.terms) }) {
			list = append(list, n)
		}
	}
	if s.View.Agenda == nil {
		return nil
	}
	for _, r := range s.closedRounds() {
		if r.Suggested == nil {
			continue
		}
		for k, o := range r.Suggested.Packages {
			add(namedPackage{"", s.T("desk.suggested-number", "number", k+1, "when", s.Moment(r.Closes)), o})
		}
	}
	for _, n := range s.lastPackages() {
		add(n)
	}
	for _, p := range s.View.Proposals {
		add(namedPackage{"", s.T("desk.proposal-of", "when", s.Moment(p.At)), s.View.Settled().With(p.Terms)})
	}
	return list[:min(len(list), 12)]
}

// ticked reports whether a package was ticked on a form that is shown again.
func (s *sheet) ticked(o portsmouth.Outcome) bool {
	return s.sent.Values != nil && slices.Contains(s.sent.Values["package"], packageValue(o))
}

// openIssues are the issues on which a round can be held: numbers, or the others.
func (s *sheet) openIssues(numbers bool) [][2]string {
	var list [][2]string
	if s.View.Agenda == nil {
		return nil
	}
	for k := range s.View.Agenda.Issues {
		i := &s.View.Agenda.Issues[k]
		if (i.Kind == portsmouth.Numeric) == numbers && s.View.Head(i.ID).Status == conference.Open {
			list = append(list, [2]string{i.ID, s.title(i)})
		}
	}
	return list
}

// partyChoices are the parties, to choose one of.
func (s *sheet) partyChoices() [][2]string {
	var list [][2]string
	for _, id := range s.parties() {
		list = append(list, [2]string{id, s.Party(id).Name})
	}
	return list
}

// settlements are the rules by which a number can be settled.
func (s *sheet) settlements() [][2]string {
	return [][2]string{
		{"midpoint", s.T("round.choice-midpoint")}, {"giver", s.T("round.choice-giver")}, {"taker", s.T("round.choice-taker")},
	}
}

// proposalWorth is a proposal's worth to the reader's own delegation, from what it stated itself. It has no telling where
// the delegation stated nothing, or chose to give no numbers: it is then told in words, see stepOfOwn.
type proposalWorth struct {
	*telling
	terms   portsmouth.Outcome
	partial int // issues that the proposal leaves open: they count for nothing
	version int
}

// worthOfOwn tells the reader's delegation what terms are worth to it. It is made of its own preferences alone.
func (s *sheet) worthOfOwn(terms portsmouth.Outcome) *proposalWorth {
	if s.mine() == "" || s.View.Agenda == nil || !s.View.Viewer.Role.InDelegation() {
		return nil
	}
	all := s.View.Settled().With(terms)
	last := s.View.LastStated()
	if last == nil || prepOf(s).numberless() {
		return &proposalWorth{terms: all}
	}
	p := &last.Preferences
	w := &proposalWorth{terms: all, partial: len(s.View.Agenda.Issues) - len(all), version: last.Version}
	if w.partial <= 0 {
		w.telling = s.accountOf(s.mine(), p, all)
	} else {
		w.telling = s.partialAccount(p, all)
	}
	if w.telling == nil {
		return nil
	}
	return w
}

// partialAccount compares terms that leave issues open with one's own last word on the same issues.
func (s *sheet) partialAccount(p *portsmouth.Preferences, terms portsmouth.Outcome) *telling {
	worth := p.Utility(terms)
	a := &telling{party: s.mine(), worth: s.points(worth)}
	if r := reservationNow(p, s.Now); r != solver.NoReservation {
		a.reservation = s.hundredths(r)
	}
	own := portsmouth.Outcome{}
	for issue, value := range s.View.Settled().With(s.lastOf(s.mine())) {
		if terms[issue] != "" {
			own[issue] = value
		}
	}
	if len(own) == len(terms) {
		d := worth - p.Utility(own)
		a.against, a.better = s.signed(d), d >= 0
	}
	return a
}

// resultWords says a result in a sentence.
func (s *sheet) resultWords(r *conference.Round) string {
	switch {
	case r.Computes() && r.Result.Met:
		return s.T("round.result-found")
	case r.Computes():
		return s.T("round.result-not-found")
	case r.Result.Met && r.Binding:
		return s.T("round.result-bound")
	case r.Result.Met:
		return s.T("round.result-met")
	}
	return s.T("round.result-not-met")
}

// wroteRound reports whether the page is shown again because of a form in this round.
func (s *sheet) wroteRound(r *conference.Round) bool {
	return s.sent.Values != nil && s.sent.Get("round") == r.Round
}

// openingTo is who would see an entry that is being opened.
func (s *sheet) openingTo() conference.Audience {
	if s.sent.Get("room") == "caucus" {
		return conference.ToCaucus(s.mine())
	}
	return conference.ToPlenary
}

// knownKind is a kind that has words, for a page that is shown again with one that has none.
func (s *sheet) knownKind(kind conference.RoundType) string {
	if slices.Contains(roundTypes, kind) || slices.Contains(improvementTypes, kind) {
		return string(kind)
	}
	return string(conference.SuggestionRound)
}

// only is the one thing there is to choose, or "".
func (s *sheet) only(from [][2]string) string {
	if len(from) == 1 {
		return from[0][0]
	}
	return ""
}

// namedDraft is the package that the mediator names: nothing unless it was written before.
func (s *sheet) namedDraft() draft {
	if s.sent.Values != nil {
		return s.draft()
	}
	return draft{terms: portsmouth.Outcome{}}
}

// method says how a computation was made, in the reader's language where it has a name.
func (s *sheet) method(m string) string {
	switch m {
	case string(solver.Exact):
		return s.T("desk.exact")
	case solver.OverRanges:
		return s.T("desk.over-ranges")
	}
	return m
}

// shuttleKind is the colour of how far something may go.
func shuttleKind(state string) string {
	switch state {
	case "carry":
		return "wait"
	case "carried", "released":
		return "agreed"
	}
	return ""
}

// heldBack reports whether an entry of the reader's delegation waits for leave: it goes beyond the instructions.
func (s *sheet) heldBack() bool {
	return slices.ContainsFunc(s.View.HeldActs(), func(h *conference.Held) bool {
		verb, _ := heldTerms(s.View, h)
		return verb == "enter-round"
	})
}
