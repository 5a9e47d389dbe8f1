package web

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"slices"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/elicit"
)

// Preparation is where a delegation finds out what it wants, in its own sight alone. Every answer is an act, so nothing
// that was given is lost. What a page computes, it computes from this delegation's answers and from offers that were made
// to all; what is kept between two pages is that of one delegation, and nothing is shared between two.

// preparationRoutes are the pages of the preparation and the forms on them.
func (s *site) preparationRoutes() []route {
	screens := []struct {
		at   string
		page screen
	}{
		{"", prepOverview},
		{"/issues", prepIssues},
		{"/weights", prepWeights},
		{"/alternative", prepAlternative},
		{"/time", prepTime},
		{"/contradictions", prepContradictions},
		{"/wants", prepWants},
		{"/answers", prepAnswers},
		{"/history", prepHistory},
		{"/numbers", prepNumbers},
		{"/import", prepImport},
		{"/erase", prepErase},
	}
	var routes []route
	for _, x := range screens {
		serve := s.show(x.page)
		if thinks[x.at] {
			serve = s.inTurn(serve)
		}
		routes = append(routes, route{http.MethodGet, "/c/{id}/preparation" + x.at, Delegation, serve})
	}
	return append(routes,
		route{http.MethodGet, "/c/{id}/preparation/options/{issue}", Delegation, s.prepIssue(prepOptions)},
		route{http.MethodGet, "/c/{id}/preparation/weights/{issue}", Delegation, s.prepIssue(prepWeights)},
		route{http.MethodGet, "/c/{id}/preparation/values/{issue}", Delegation, s.prepIssue(prepValues)},
		route{http.MethodGet, "/c/{id}/preparation/judge", Delegation, s.inTurn(s.prepAsk(elicit.Reservation))},
		route{http.MethodGet, "/c/{id}/preparation/checks", Delegation, s.inTurn(s.prepAsk(elicit.Recommendation))},
		route{http.MethodGet, "/c/{id}/preparation/preparation.json", Delegation, s.prepExport},
		route{http.MethodPost, "/c/{id}/preparation/answer", Delegation, s.prepAnswer},
		route{http.MethodPost, "/c/{id}/preparation/state", Delegation, s.prepState},
		route{http.MethodPost, "/c/{id}/preparation/import", Delegation, s.prepImport},
	)
}

// thinks are the screens that think about the answers.
var thinks = map[string]bool{"/contradictions": true, "/wants": true}

// preparationActions are the forms of the preparation that are a command each.
func preparationActions() []action {
	return []action{
		{"withdraw-answer", prepAnswers, "preparation/answers", "preparation/answers", Delegation},
		{"confirm-preferences", prepWants, "preparation/wants", "preparation/wants", Delegation},
		{"allow-preferences", prepWants, "preparation/wants", "preparation/wants", Delegation},
		{"erase-preparation", prepErase, "preparation/erase", "preparation", Delegation},
	}
}

// preparationCommands holds how those forms are read.
var preparationCommands = map[string]commandFrom{
	"withdraw-answer": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.WithdrawAnswer{Answer: f.Get("answer")}, nil
	},
	"confirm-preferences": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.ConfirmPreferences{Version: f.number("version")}, nil
	},
	"allow-preferences": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.AllowPreferences{Version: f.number("version"), Stop: f.set("stop")}, nil
	},
	"erase-preparation": func(f fields, _ *conference.View) (conference.Command, error) {
		if !f.set("sure") {
			return nil, portsmouth.Invalidf("erase-sure", "tick the box first: this cannot be undone")
		}
		return conference.ErasePreparation{}, nil
	},
}

// prep is a sheet of the preparation: the agenda that is prepared on, and what the delegation has answered.
type prep struct {
	*sheet
	agenda  *portsmouth.Agenda // nil while there is none
	given   []*conference.Answer
	answers elicit.Answers     // as given, in the same order
	figures *conference.Stated // what was stated without being asked, nil for nothing
	all     elicit.Answers     // the answers, and what the figures say where nothing was answered since
	top     string             // the issue that the others are held against
}

func prepOf(s *sheet) *prep {
	p := &prep{sheet: s, agenda: s.View.Prepared()}
	for _, a := range s.View.Answers {
		x := elicit.Answer{}
		if a.Party != s.mine() || json.Unmarshal(a.Body, &x) != nil {
			continue
		}
		x.ID, x.At = a.Answer, a.At
		p.given = append(p.given, a)
		p.answers = append(p.answers, x)
	}
	p.begin()
	return p
}

// seed is the same for the same delegation of the same conference, so that a page that is read twice says the same.
func (p *prep) seed() uint64 {
	sum := sha256.Sum256([]byte(p.id + "\n" + p.mine()))
	return binary.BigEndian.Uint64(sum[:])
}

// offers are the packages that others put before all.
func (p *prep) offers() []portsmouth.Outcome {
	var all []portsmouth.Outcome
	for _, o := range p.View.Offers {
		if o.Party != p.mine() && p.agenda.CheckPartial(o.All()) == nil {
			all = append(all, o.All())
		}
	}
	return all
}

// askable are the questions beyond the orders that the pages can ask.
var askable = []elicit.Kind{elicit.Swing, elicit.Worth, elicit.OrderSteps, elicit.Comparison, elicit.Price}

// purpose is what a question is asked for. The package to improve is the one that was last put before all.
func (p *prep) purpose(aim elicit.Aim) elicit.Purpose {
	q := elicit.Purpose{Aim: aim, Offers: p.offers(), Bars: barsShown, Kinds: askable}
	for _, x := range p.View.Proposals {
		if !x.Withdrawn && p.agenda.Check(x.Terms) == nil {
			q.Base = x.Terms
		}
	}
	return q
}

// latest is the last answer of which that holds, the figures included, or nil.
func (p *prep) latest(is func(*elicit.Answer) bool) *elicit.Answer {
	for k := len(p.all) - 1; k >= 0; k-- {
		if is(&p.all[k]) {
			return &p.all[k]
		}
	}
	return nil
}

func (p *prep) latestOf(kind elicit.Kind, issue string) *elicit.Answer {
	return p.latest(func(a *elicit.Answer) bool { return a.Kind == kind && a.Issue == issue })
}

// numberless reports whether the delegation chose to give no numbers.
func (p *prep) numberless() bool { return p.latestOf(elicit.NoWeights, "") != nil }

// skipped reports whether a question was put aside.
func (p *prep) skipped(question string) bool {
	return p.latest(func(a *elicit.Answer) bool { return a.Kind == elicit.Skip && a.Question == question }) != nil
}

// ordered reports whether the options of an issue have an order, or figures that say that they need none.
func (p *prep) ordered(issue string) bool {
	return p.figures != nil || p.latestOf(elicit.OrderOptions, issue) != nil
}

// flat reports whether the delegation said that how an issue is settled is all the same to it.
func (p *prep) flat(issue string) bool {
	a := p.latestOf(elicit.OrderOptions, issue)
	i := p.agenda.Issue(issue)
	return a != nil && i != nil && i.Kind != portsmouth.Numeric && len(a.Order) == 1 && len(a.Order[0]) == len(i.Options)
}

// issues lists the ids of the agenda in its order.
func (p *prep) issues() []string {
	ids := make([]string, len(p.agenda.Issues))
	for k := range p.agenda.Issues {
		ids[k] = p.agenda.Issues[k].ID
	}
	return ids
}

// ranked lists the issues that matter, the most wanted swing first; those that were not placed come last.
func (p *prep) ranked() []string {
	var ids []string
	if a := p.latestOf(elicit.OrderIssues, ""); a != nil {
		ids = slices.Concat(a.Order...)
	}
	for _, id := range p.issues() {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return p.agenda.Issue(id) == nil || p.flat(id) })
}

// barsShown is how many bars stand on one screen, the one that the others are held against included.
const barsShown = elicit.MaxBars

// weighing lists the issues whose swings are asked for together: the most wanted, which is 100, and up to six beside it:
// those with the issue of the address, else those that have no bar yet.
func (p *prep) weighing() (reference string, others []string) {
	ids := p.ranked()
	if len(ids) < 2 {
		return "", nil
	}
	if at := p.at("issue"); slices.Contains(ids[1:], at) {
		return ids[0], barGroup(ids[1:], at)
	}
	for _, id := range ids[1:] {
		if !p.weighed(id) && len(others) < barsShown-1 {
			others = append(others, id)
		}
	}
	if len(others) == 0 {
		others = barGroup(ids[1:], "")
	}
	return ids[0], others
}

// barGroup is the six of the list that hold an id, the first six without one.
func barGroup(ids []string, id string) []string {
	at := max(slices.Index(ids, id), 0) / (barsShown - 1) * (barsShown - 1)
	return ids[at:min(at+barsShown-1, len(ids))]
}

// weighed reports whether an issue has a bar.
func (p *prep) weighed(issue string) bool {
	_, ok := p.swing(issue, p.top)
	return ok
}

// swing is the bar that was given to an issue against another. One that was held against a third says nothing here.
func (p *prep) swing(issue, against string) (int, bool) {
	a := p.latest(func(a *elicit.Answer) bool {
		_, ok := a.Bars[issue]
		return a.Kind == elicit.Swing && a.Reference == against && ok
	})
	if a == nil {
		return 0, false
	}
	return a.Bars[issue], true
}

// worth is the bar that was given to an option.
func (p *prep) worth(issue, option string) (int, bool) {
	a := p.latest(func(a *elicit.Answer) bool {
		_, ok := a.Bars[option]
		return a.Kind == elicit.Worth && a.Issue == issue && ok
	})
	if a == nil {
		return 0, false
	}
	return a.Bars[option], true
}

// prepIssue serves a page about one issue.
func (s *site) prepIssue(page screen) func(*visit) error {
	return func(v *visit) error {
		if p := prepOf(sheetOf(v)); p.agenda == nil || p.agenda.Issue(v.path("issue")) == nil {
			return notFound()
		}
		return v.render(page(sheetOf(v)))
	}
}

// aboutIssue is the issue that a page is about: that of the address, or of the form that was sent.
func (p *prep) aboutIssue() *portsmouth.Issue {
	if i := p.agenda.Issue(p.at("issue")); i != nil {
		return i
	}
	return p.agenda.Issue(p.sent.Get("issue"))
}
