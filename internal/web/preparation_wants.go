package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/elicit"
	"portsmouth/internal/words"
)

// prepWanted is what the answers say that a delegation wants.
type prepWanted struct {
	*prep
	mean     *portsmouth.Preferences
	ranges   *portsmouth.Ranges
	says     []elicit.Statement
	equal    []portsmouth.Outcome
	none     []prepNone
	held     bool // none is what the figures say, not read off from answers
	conflict int
	stale    int
}

// prepNone is what no agreement is worth after so many months, in hundredths of a point.
type prepNone struct {
	months    int
	value     int64
	low, high int64
}

// equalShown is how many packages are shown that are worth the same.
const equalShown = 3

// wants thinks about the answers.
func (p *prep) wants() (*prepWanted, error) {
	m, err := p.mind()
	if err != nil {
		return nil, err
	}
	w := &prepWanted{
		prep: p, says: m.Statements(), equal: m.Equal(equalShown), conflict: len(m.Contradictions()), stale: len(m.Stale()),
	}
	w.mean, w.ranges, w.none = p.stated(m)
	w.held = w.ranges.Reservation == nil && w.none != nil
	return w, nil
}

// prepMonths are those at which the worth of no agreement is shown.
var prepMonths = []int{0, 3}

// stated turns a mind into preferences that can be stated: its mean, with the ranges around it.
func (p *prep) stated(m *elicit.Mind) (*portsmouth.Preferences, *portsmouth.Ranges, []prepNone) {
	mean := m.Mean()
	ranges := rangesOf(m.Range(), mean)
	rs, is := m.Reservation(p.Now.UTC().Truncate(time.Minute), prepMonths...)
	var none []prepNone
	for k := range rs {
		none = append(none, prepNone{prepMonths[k], rs[k].Value, is[k].Low, is[k].High})
	}
	if len(rs) > 0 {
		r := rs[0]
		r.Drift = (rs[1].Value - r.Value) / int64(prepMonths[1])
		mean.Reservations = []portsmouth.Reservation{r}
		ranges.Reservation = &portsmouth.Interval{Low: min(is[0].Low, r.Value), High: max(is[0].High, r.Value)}
	}
	if known := p.carried(mean); known != nil {
		none = known
	}
	return mean, ranges, none
}

// rangesOf writes the ranges of a mind as the rules take them: each holds the mean.
func rangesOf(r portsmouth.Ranges, mean *portsmouth.Preferences) *portsmouth.Ranges {
	to := &portsmouth.Ranges{Weights: map[string]portsmouth.Interval{}, Values: map[string]map[string]portsmouth.Interval{}}
	hold := func(i portsmouth.Interval, v int64) portsmouth.Interval {
		return portsmouth.Interval{Low: max(min(i.Low, v), 0), High: min(max(i.High, v), 10_000)}
	}
	for issue, i := range r.Weights {
		to.Weights[issue] = hold(i, mean.Weights[issue])
	}
	for issue, options := range r.Values {
		to.Values[issue] = map[string]portsmouth.Interval{}
		for option, i := range options {
			if v, known := mean.Values[issue][option]; known {
				to.Values[issue][option] = hold(i, v)
			}
		}
	}
	return to
}

// basis names the answers that a page was computed from, so that what is stated is what was read.
func (p *prep) basis() string {
	digest := sha256.New()
	if p.figures != nil {
		fmt.Fprintln(digest, p.figures.Version)
	}
	for k := range p.answers {
		digest.Write([]byte(p.answers[k].ID + "\n"))
	}
	return hex.EncodeToString(digest.Sum(nil)[:8])
}

// prepState states what the page of the wants said. Answers that came since are another page to read first.
func (s *site) prepState(v *visit) error {
	sent := v.fields()
	again := func(pr *Problem) templ.Component {
		v.page.Self = v.page.path("preparation", "wants")
		return prepWants(sheetOf(v).again(sent, pr))
	}
	command, err := prepOf(sheetOf(v)).stating(sent)
	if err != nil {
		pr := v.page.problem(err)
		return v.renderStatus(pr.Status, again(pr))
	}
	return s.submit(v, command, v.page.path("preparation", "wants"), again)
}

func (p *prep) stating(sent fields) (conference.Command, error) {
	if p.agenda == nil {
		return nil, portsmouth.Refuse("agenda-known", "there is no agenda yet to have preferences about")
	}
	if sent.Get("basis") != p.basis() {
		return nil, portsmouth.Refuse("wants-changed", "your delegation has answered something since; read what it says now, and state that")
	}
	m, err := p.mind()
	if err != nil {
		return nil, err
	}
	mean, ranges, _ := p.stated(m)
	return conference.StatePreferences{Preferences: *mean, Ranges: ranges, Note: sent.prose("note")}, nil
}

// prepExported is what a delegation takes away: all that it answered and stated. It is its own alone.
type prepExported struct {
	Conference string               `json:"conference"`
	Party      string               `json:"party"`
	Agenda     *portsmouth.Agenda   `json:"agenda"`
	Answers    []prepExportedAnswer `json:"answers"`
	Stated     []prepExportedStated `json:"stated"`
}

type prepExportedAnswer struct {
	By string `json:"by"`
	elicit.Answer
}

type prepExportedStated struct {
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	Confirmed bool      `json:"confirmed"`
	conference.PreferencesStated
}

// prepExport serves the answers and the stated preferences as a file.
func (s *site) prepExport(v *visit) error {
	p := prepOf(sheetOf(v))
	x := prepExported{
		Conference: p.id, Party: p.mine(), Agenda: p.agenda, Answers: []prepExportedAnswer{}, Stated: []prepExportedStated{},
	}
	for k := range p.answers {
		x.Answers = append(x.Answers, prepExportedAnswer{p.Name(p.given[k].By), p.answers[k]})
	}
	for _, st := range v.view.Stated[p.mine()] {
		x.Stated = append(x.Stated, prepExportedStated{st.At, p.Name(st.By), st.Confirmed, st.PreferencesStated})
	}
	raw, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="preparation.json"`)
	v.w.Header().Set("Cache-Control", "no-store")
	_, _ = v.w.Write(append(raw, '\n')) // the reader has left; nothing is to be done about it
	return nil
}

// share writes hundredths of a percent, or of a point, as a whole number, with what is less than one as such.
func (p *prep) share(v int64) string {
	switch {
	case v > 0 && v < 50:
		return "< 1"
	case v < 0:
		return "−" + strconv.FormatInt((50-v)/100, 10)
	}
	return strconv.FormatInt((v+50)/100, 10)
}

// weight writes the weight of an issue in whole percents that, with those of the other issues, add up to 100.
func (p *prep) weight(weights map[string]int64, issue string) string {
	percent := words.Percents(weights)[issue]
	if percent == 0 && weights[issue] > 0 {
		return "< 1"
	}
	return strconv.FormatInt(percent, 10)
}

// span writes a range.
func (p *prep) span(low, high int64) string {
	if p.share(low) == p.share(high) {
		return p.share(low)
	}
	return p.T("prep.from-to", "low", p.share(low), "high", p.share(high))
}

// byWeight lists the issues by weight, the heaviest first.
func byWeight(a *portsmouth.Agenda, pr *portsmouth.Preferences) []*portsmouth.Issue {
	list := make([]*portsmouth.Issue, len(a.Issues))
	for k := range a.Issues {
		list[k] = &a.Issues[k]
	}
	slices.SortStableFunc(list, func(x, y *portsmouth.Issue) int { return int(pr.Weights[y.ID] - pr.Weights[x.ID]) })
	return list
}

// sentence says one thing that the answers say.
func (w *prepWanted) sentence(x elicit.Statement) string {
	i := w.agenda.Issue(x.Issue)
	if i == nil {
		return ""
	}
	var others []string
	for _, id := range x.Others {
		if o := w.agenda.Issue(id); o != nil {
			others = append(others, "“"+w.In(o.Title)+"”")
		}
	}
	return w.T("prep.says-"+string(x.Kind), "issue", w.In(i.Title), "from", w.valueOf(i, x.From), "option", w.valueOf(i, x.Option), "others", strings.Join(others, ", "))
}

// sure says in words how sure something is.
func (p *prep) sure(share float64) string {
	switch {
	case share >= 0.95:
		return p.T("prep.sure-very")
	case share >= 0.75:
		return p.T("prep.sure-fairly")
	}
	return p.T("prep.sure-hardly")
}

// history lists what the delegation stated, the newest first.
func (p *prep) history() []*conference.Stated {
	list := slices.Clone(p.View.Stated[p.mine()])
	slices.Reverse(list)
	return list
}

// allowed is what the mediator may see of the delegation's preferences, or nil.
func (p *prep) allowed() *conference.PreferencesAllowed { return p.View.Allowed[p.mine()] }

// mayBeAllowed reports whether the rules let a delegation show the mediator what it wants.
func (p *prep) mayBeAllowed() bool {
	return p.View.Rules != nil && p.View.Rules.Desk == portsmouth.DeskAllowed
}

// newer reports whether something was answered after the last statement.
func (p *prep) newer() bool {
	last := p.View.LastStated()
	return last == nil || slices.ContainsFunc(p.given, func(a *conference.Answer) bool { return a.At.After(last.At) })
}
