package web

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/elicit"
)

// prepAnswer serves every form in which a question is answered: what moves a row shows the page again in the new order,
// and saves nothing; everything else is kept as an answer, and leads on.
func (s *site) prepAnswer(v *visit) error {
	sent := v.fields()
	p := prepOf(sheetOf(v).again(sent, nil))
	if p.agenda == nil {
		return notFound()
	}
	again := func(pr *Problem) templ.Component { return s.prepAgain(v, sent, pr) }
	if p.moves() {
		return v.render(again(nil))
	}
	a, err := p.answer()
	if err == nil {
		err = a.Check(p.agenda)
	}
	if err == nil {
		err = v.view.May("answer-question")
	}
	if err != nil {
		pr := v.page.problem(err)
		return v.renderStatus(pr.Status, again(pr))
	}
	a.ID = ""
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return s.submit(v, conference.AnswerQuestion{Body: body}, p.after(a, sent.Get("then")), again)
}

// prepAgain shows the page of the form again. A choice between packages is asked afresh: it holds nothing that was written.
func (s *site) prepAgain(v *visit, sent fields, pr *Problem) templ.Component {
	sh := sheetOf(v).again(sent, pr)
	p := prepOf(sh)
	at, page := []string{}, screen(prepOverview)
	switch kind := elicit.Kind(sent.Get("kind")); {
	case kind == elicit.OrderSteps && len(p.sentClimbs()) > 1:
		at, page = []string{"checks"}, climbPage
	case sent.Get("then") == "checks":
		at, page = []string{"checks"}, askPage(elicit.Recommendation)
	case kind == elicit.OrderOptions && p.aboutIssue() != nil:
		at, page = []string{"options", p.aboutIssue().ID}, prepOptions
	case kind == elicit.Worth && p.aboutIssue() != nil:
		at, page = []string{"values", p.aboutIssue().ID}, prepValues
	case kind == elicit.OrderIssues:
		at, page = []string{"issues"}, prepIssues
	case kind == elicit.Swing:
		at, page = []string{"weights"}, prepWeights
	case kind == elicit.Alternative:
		at, page = []string{"alternative"}, prepAlternative
	case kind == elicit.Drift:
		at, page = []string{"time"}, prepTime
	case kind == elicit.Against:
		at, page = []string{"judge"}, askPage(elicit.Reservation)
	case kind == elicit.NoWeights:
		at, page = []string{"numbers"}, prepNumbers
	}
	v.page.Self = v.page.path(append([]string{"preparation"}, at...)...)
	return page(sh)
}

// moves reports whether a button was pressed that only moves a row.
func (p *prep) moves() bool { return p.sent.Get("up") != "" || p.sent.Get("down") != "" }

// orderRow is one thing of an order. Tied says that it is as good as the one above it.
type orderRow struct {
	id, label, note string
	tied            bool
}

// rows lists what is being put in order: as it was sent with the row moved that was to move, else as it stands.
func (p *prep) rows(standing [][]string) []orderRow {
	var rows []orderRow
	for _, group := range standing {
		for k, id := range group {
			rows = append(rows, orderRow{id: id, tied: k > 0})
		}
	}
	if !p.sent.Has("order") {
		return rows
	}
	ids := p.sentOrder(rows)
	rows = rows[:0]
	for _, id := range ids {
		rows = append(rows, orderRow{id: id, tied: p.sent.set("tie." + id)})
	}
	return rows
}

// sentOrder is the order of the form with its move made. Only what is to be ordered is taken, each once.
func (p *prep) sentOrder(rows []orderRow) []string {
	var ids []string
	known := func(id string) bool { return slices.ContainsFunc(rows, func(r orderRow) bool { return r.id == id }) }
	for _, id := range p.sent.Values["order"] {
		if known(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, r := range rows {
		if !slices.Contains(ids, r.id) {
			ids = append(ids, r.id)
		}
	}
	swap := func(at, with int) {
		if at >= 0 && at < len(ids) && with >= 0 && with < len(ids) {
			ids[at], ids[with] = ids[with], ids[at]
		}
	}
	up, down := slices.Index(ids, p.sent.Get("up")), slices.Index(ids, p.sent.Get("down"))
	if up >= 0 {
		swap(up, up-1)
	}
	if down >= 0 {
		swap(down, down+1)
	}
	return ids
}

// tiedGroups turns rows into an order with ties.
func tiedGroups(rows []orderRow) [][]string {
	var all [][]string
	for k, r := range rows {
		if k > 0 && r.tied {
			all[len(all)-1] = append(all[len(all)-1], r.id)
			continue
		}
		all = append(all, []string{r.id})
	}
	return all
}

// answer reads an answer from its form. Whether it makes sense is for [elicit.Answer.Check] to say.
func (p *prep) answer() (*elicit.Answer, error) {
	f := p.sent
	a := &elicit.Answer{ID: "new", Kind: elicit.Kind(f.Get("kind")), Question: f.Get("question")}
	if f.set("skip") {
		return &elicit.Answer{ID: "new", Kind: elicit.Skip, Question: f.Get("question")}, nil
	}
	switch a.Kind {
	case elicit.OrderOptions:
		return a, p.readOptions(a)
	case elicit.OrderIssues:
		a.Order = tiedGroups(p.rows(p.issueOrder()))
	case elicit.Swing:
		a.Reference = f.Get("reference")
		return a, f.prepBars(a)
	case elicit.Worth:
		a.Issue = f.Get("issue")
		return a, f.prepBars(a)
	case elicit.OrderSteps:
		a.Issue, a.Steps = f.Get("issue"), p.sentClimbs()
	case elicit.Alternative:
		a.Words = f.prose("words")
		if a.Words == "" {
			return a, portsmouth.Invalidf("answer-words", "say in words what happens without an agreement, or leave the question out")
		}
	case elicit.Drift:
		return a, f.prepDrift(a)
	case elicit.Against, elicit.Comparison, elicit.Direction:
		a.Verdict, a.Months = elicit.Verdict(f.Get("verdict")), f.number("months")
		return a, f.prepPackages(a)
	case elicit.Price:
		return a, f.prepPrice(a)
	}
	return a, nil
}

// readOptions reads the order of options; of a number, which value is best.
func (p *prep) readOptions(a *elicit.Answer) error {
	a.Issue = p.sent.Get("issue")
	i := p.agenda.Issue(a.Issue)
	switch {
	case i == nil:
		return nil // for Check to refuse
	case i.Kind != portsmouth.Numeric:
		a.Order = tiedGroups(p.rows(p.order(i)))
		if p.sent.set("same") {
			a.Order = [][]string{slices.Concat(a.Order...)}
		}
		return nil
	}
	first, last := i.Number.At(0), i.Number.At(i.Number.Steps()-1)
	switch p.sent.Get("best") {
	case "low":
		a.Order = [][]string{{first}, {last}}
	case "high":
		a.Order = [][]string{{last}, {first}}
	case "inside":
		ideal, err := p.sent.decimal("ideal")
		if err != nil {
			return err
		}
		a.Order = [][]string{{ideal}}
		if worst := worstOf(i.Number, ideal); worst != ideal {
			a.Order = append(a.Order, []string{worst})
		}
	default:
		return portsmouth.Invalidf("answer-given", "choose one of the answers")
	}
	return nil
}

// prepBars reads the fields "bar.ID". One that is empty was not answered.
func (f fields) prepBars(a *elicit.Answer) error {
	a.Bars = map[string]int{}
	for name := range f.Values {
		id, ok := strings.CutPrefix(name, "bar.")
		if !ok {
			continue
		}
		said := f.prose(name)
		if said == "" {
			continue
		}
		n, err := strconv.Atoi(said)
		if err != nil {
			return portsmouth.Invalidf("answer-bars", "a bar goes from 0 to 100")
		}
		a.Bars[id] = n
	}
	if len(a.Bars) == 0 {
		return portsmouth.Invalidf("answer-bars-empty", "set at least one bar, or go on without")
	}
	return nil
}

// prepDrift reads what a month changes: one of the words, or a figure of one's own.
func (f fields) prepDrift(a *elicit.Answer) error {
	said := f.Get("points")
	if said == "own" {
		said = strings.ReplaceAll(strings.ReplaceAll(f.prose("own"), ",", "."), "−", "-")
	}
	points, err := strconv.ParseFloat(said, 64)
	if err != nil {
		return portsmouth.Invalidf("answer-points", "choose one of the answers, or write a number of points")
	}
	a.Points = points
	return nil
}

// prepPackages reads the packages that a question showed, as the page carried them.
func (f fields) prepPackages(a *elicit.Answer) error {
	for name, to := range map[string]*portsmouth.Outcome{"base": &a.Base, "first": &a.First, "second": &a.Second} {
		if f.Get(name) != "" && json.Unmarshal([]byte(f.Get(name)), to) != nil {
			return portsmouth.Invalidf("answer-pair", "the packages could not be read")
		}
	}
	return nil
}

func (f fields) prepPrice(a *elicit.Answer) error {
	a.Issue, a.From, a.To, a.Money, a.Unpaid = f.Get("issue"), f.Get("from"), f.Get("to"), f.Get("money"), f.Get("unpaid")
	paid, err := f.decimal("paid")
	a.Paid = paid
	return err
}

// prepCarried is a package as a form carries it.
func prepCarried(o portsmouth.Outcome) string {
	raw, err := json.Marshal(o)
	if err != nil {
		return "" // a map of strings always can be written
	}
	return string(raw)
}
