package elicit

import (
	"time"

	"portsmouth"
)

// Kind says what an answer answers.
type Kind string

// The kinds of answer.
const (
	OrderOptions Kind = "order-options" // Issue, Order: its options, best first; of a number, its best value and its worst
	OrderIssues  Kind = "order-issues"  // Order: issues by swing, the one most wanted to move from worst to best first
	Swing        Kind = "swing"         // Reference, Bars by issue: its swing in percent of the reference's
	Worth        Kind = "worth"         // Issue, Bars by option: from 0, the worst, to 100, the best
	OrderSteps   Kind = "order-steps"   // Issue, Steps: steps between its options, the one that matters most first
	Alternative  Kind = "alternative"   // Words: what happens without agreement
	Against      Kind = "against"       // First, Verdict, Months: a package, against no agreement after so many months
	Drift        Kind = "drift"         // Points: what no agreement gains or loses in a month, on the scale of 100
	Comparison   Kind = "comparison"    // First, Second, Verdict
	Price        Kind = "price"         // Issue, From, To; Money, Paid, Unpaid: the one step is worth the other
	NoWeights    Kind = "no-weights"    // this party gives no numbers; it is asked for improving directions only
	Direction    Kind = "direction"     // Base, First, Second, Verdict: two small changes of a package
	Skip         Kind = "skip"          // Question: asked, and not answered
)

// Verdict is the outcome of a choice.
type Verdict string

// The verdicts. Against the alternative, First is the package and Second no agreement.
const (
	First  Verdict = "first"
	Second Verdict = "second"
	Same   Verdict = "same"
)

// Answer is one thing that a party said about what it wants. It is stored as it is, can be edited or withdrawn by its ID,
// and uses only the fields that its kind names. It is private to its party.
type Answer struct {
	ID       string    `json:"id"`
	Kind     Kind      `json:"kind"`
	At       time.Time `json:"at,omitzero"`        // when it was given; nothing is computed from it
	Question string    `json:"question,omitempty"` // Question.Key of what was asked

	Issue     string         `json:"issue,omitempty"`
	Order     [][]string     `json:"order,omitempty"` // best first; those in one group tie; those left out are open
	Reference string         `json:"reference,omitempty"`
	Bars      map[string]int `json:"bars,omitempty"`  // 0 to 100
	Steps     [][2]string    `json:"steps,omitempty"` // from one option, to another that is better

	Base    portsmouth.Outcome `json:"base,omitempty"`
	First   portsmouth.Outcome `json:"first,omitempty"`
	Second  portsmouth.Outcome `json:"second,omitempty"`
	Verdict Verdict            `json:"verdict,omitempty"`
	Months  int                `json:"months,omitempty"`
	Points  float64            `json:"points,omitempty"`
	Words   string             `json:"words,omitempty"`

	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	Money  string `json:"money,omitempty"`
	Unpaid string `json:"unpaid,omitempty"` // the amount before, and
	Paid   string `json:"paid,omitempty"`   // the amount that the step From → To would be just worth
}

// Answers are all that a party said, in the order in which it said it. Of two answers to the same thing (the order of the
// same issue, the same bar, the same pair of packages) the later one stands.
type Answers []Answer

// Without returns the answers without the one of that id.
func (a Answers) Without(id string) Answers {
	kept := make(Answers, 0, len(a))
	for k := range a {
		if a[k].ID != id {
			kept = append(kept, a[k])
		}
	}
	return kept
}

// Limits, so that hostile input stays small.
const (
	MaxAnswers = 1000
	MaxMonths  = 600
	MaxWords   = 20_000 // bytes of the alternative in words
	MaxBars    = 7      // bars on one screen
)

// Check reports why an answer makes no sense on this agenda, as an error of kind Invalid; nil when it does.
func (a *Answer) Check(agenda *portsmouth.Agenda) error {
	if a.ID == "" || len(a.ID) > 100 || len(a.Question) > 4000 {
		return portsmouth.Invalidf("answer-id", "an answer needs an id of at most 100 letters")
	}
	switch a.Kind {
	case OrderOptions:
		return a.checkOptions(agenda)
	case OrderIssues:
		return checkOrder(a.Order, func(id string) error { return hasIssue(agenda, id) })
	case Swing:
		return a.checkSwing(agenda)
	case Worth:
		return a.checkWorth(agenda)
	case OrderSteps:
		return a.checkSteps(agenda)
	case Alternative:
		if len(a.Words) > MaxWords {
			return portsmouth.Invalidf("answer-words", "the words take more than %d bytes", MaxWords)
		}
		return nil
	case Against, Drift:
		return a.checkAlternative(agenda)
	case Comparison, Direction:
		return a.checkPair(agenda)
	case Price:
		return a.checkPrice(agenda)
	case NoWeights, Skip:
		return nil
	}
	return portsmouth.Invalidf("answer-kind", "there is no such kind of answer")
}

func hasIssue(agenda *portsmouth.Agenda, id string) error {
	if agenda.Issue(id) == nil {
		return portsmouth.Invalidf("issue-exists", "an answer names an issue that is not on the agenda")
	}
	return nil
}

func checkOrder(order [][]string, allowed func(string) error) error {
	seen := map[string]bool{}
	for _, group := range order {
		for _, id := range group {
			if seen[id] {
				return portsmouth.Invalidf("answer-order", "an order names the same thing twice")
			}
			seen[id] = true
			if err := allowed(id); err != nil {
				return err
			}
		}
	}
	if len(seen) == 0 {
		return portsmouth.Invalidf("answer-order", "an order needs something in it")
	}
	return nil
}

func (a *Answer) checkOptions(agenda *portsmouth.Agenda) error {
	i := agenda.Issue(a.Issue)
	if i == nil {
		return hasIssue(agenda, a.Issue)
	}
	if i.Kind == portsmouth.Numeric && len(a.Order) > 0 && len(a.Order[0]) > 1 {
		return portsmouth.Invalidf("answer-order", "one value of a number is best; the others follow from it")
	}
	return checkOrder(a.Order, i.Allows)
}

func (a *Answer) checkBars(allowed func(string) error) error {
	if len(a.Bars) == 0 || len(a.Bars) > portsmouth.MaxOptions {
		return portsmouth.Invalidf("answer-bars", "bars are missing, or too many")
	}
	for _, id := range portsmouth.SortedKeys(a.Bars) {
		if err := allowed(id); err != nil {
			return err
		}
		if b := a.Bars[id]; b < 0 || b > 100 {
			return portsmouth.Invalidf("answer-bars", "a bar goes from 0 to 100")
		}
	}
	return nil
}

func (a *Answer) checkSwing(agenda *portsmouth.Agenda) error {
	if err := hasIssue(agenda, a.Reference); err != nil {
		return err
	}
	if _, ok := a.Bars[a.Reference]; ok && a.Bars[a.Reference] != 100 {
		return portsmouth.Invalidf("answer-bars", "the bar of the issue that the others are held against is 100")
	}
	return a.checkBars(func(id string) error { return hasIssue(agenda, id) })
}

func (a *Answer) checkWorth(agenda *portsmouth.Agenda) error {
	i := agenda.Issue(a.Issue)
	if i == nil {
		return hasIssue(agenda, a.Issue)
	}
	return a.checkBars(i.Allows)
}

func (a *Answer) checkVerdict() error {
	switch a.Verdict {
	case First, Second, Same:
		return nil
	}
	return portsmouth.Invalidf("answer-verdict", "a choice is for the first, the second, or neither")
}

func (a *Answer) checkAlternative(agenda *portsmouth.Agenda) error {
	if a.Kind == Drift {
		if !(a.Points >= -100 && a.Points <= 100) {
			return portsmouth.Invalidf("answer-points", "a month changes no more than the whole scale of 100 points")
		}
		return nil
	}
	if a.Months < 0 || a.Months > MaxMonths {
		return portsmouth.Invalidf("answer-months", "months go from 0 to %d", MaxMonths)
	}
	if err := agenda.Check(a.First); err != nil {
		return err
	}
	return a.checkVerdict()
}

// checkPair wants two packages that settle the same issues; where they leave some out, all else is the same.
func (a *Answer) checkPair(agenda *portsmouth.Agenda) error {
	first, second := a.pair()
	for _, o := range []portsmouth.Outcome{first, second} {
		if err := agenda.CheckPartial(o); err != nil {
			return err
		}
	}
	if len(first) != len(second) || len(first) == 0 {
		return portsmouth.Invalidf("answer-pair", "two packages that are compared settle the same issues")
	}
	for issue := range first {
		if _, ok := second[issue]; !ok {
			return portsmouth.Invalidf("answer-pair", "two packages that are compared settle the same issues")
		}
	}
	return a.checkVerdict()
}

// pair returns the two packages that are compared; changes are made to the base first.
func (a *Answer) pair() (first, second portsmouth.Outcome) {
	if a.Kind == Direction {
		return a.Base.With(a.First), a.Base.With(a.Second)
	}
	return a.First, a.Second
}

func (a *Answer) checkPrice(agenda *portsmouth.Agenda) error {
	i, money := agenda.Issue(a.Issue), agenda.Issue(a.Money)
	if i == nil || money == nil || money.Kind != portsmouth.Numeric || i == money {
		return portsmouth.Invalidf("answer-price", "a price needs an issue, and another that is a number")
	}
	for _, err := range []error{i.Allows(a.From), i.Allows(a.To), money.Allows(a.Unpaid), money.Allows(a.Paid)} {
		if err != nil {
			return err
		}
	}
	return nil
}
