package web

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"slices"

	"portsmouth"
	"portsmouth/conference"
)

// Rounds on the screen: the mediator announces one, each delegation lodges in secret, all read one result. A delegation's
// page is made of what it lodged itself and of what everybody knows; nothing on any page tells whether another has lodged.

// roundRoutes are the pages of rounds.
func (s *site) roundRoutes() []route {
	return []route{
		{http.MethodGet, "/c/{id}/round", Seat, s.show(roundPage)},
		{http.MethodPost, "/c/{id}/round", Delegation, s.openingStep},
		{http.MethodGet, "/c/{id}/receipts/{round}", Delegation, s.receipt},
		{http.MethodGet, "/c/{id}/round-files/{round}", Seat, s.roundFile},
	}
}

// roundActions are the forms on them.
func roundActions() []action {
	return []action{
		{"open-round", roundFormPage, "desk", "round", Mediator},
		{"withdraw-round", roundPage, "round", "round", Mediator},
		{"enter-round", roundPage, "round", "round", Delegation},
		{"leave-round", roundPage, "round", "round", Delegation},
		{"open-entry", roundPage, "round", "round", Delegation},
	}
}

// roundCommands reads them.
var roundCommands = map[string]commandFrom{
	"open-round": openRoundFrom,
	"withdraw-round": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.WithdrawRound{Round: f.Get("round"), Reason: f.prose("reason")}, nil
	},
	"enter-round": enterRoundFrom,
	"leave-round": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.LeaveRound{Round: f.Get("round")}, nil
	},
	"open-entry": openEntryFrom,
}

// roundTypes are the rounds that can be announced before a baseline and after it.
var (
	roundTypes = []conference.RoundType{
		conference.SuggestionRound, conference.DirectionRound, conference.NumberRound, conference.OptionsRound, conference.PackageRound,
	}
	improvementTypes = []conference.RoundType{conference.ImprovementRound, conference.DirectionRound}
)

// roundsToOpen are those that fit the stage; none while one is open.
func (s *sheet) roundsToOpen() []conference.RoundType {
	switch {
	case !s.may("open-round") || s.View.OpenRound() != nil:
		return nil
	case s.View.Stage == conference.TextStage:
		return improvementTypes
	}
	return roundTypes
}

func openRoundFrom(f fields, v *conference.View) (conference.Command, error) {
	c := conference.OpenRound{Type: conference.RoundType(f.Get("type")), Note: f.prose("note")}
	var err error
	switch c.Type {
	case conference.NumberRound:
		c.Issue, c.Giver, c.Settlement, c.Binding = f.Get("issue"), f.Get("giver"), f.Get("settlement"), f.set("binding")
		c.Parties = f.Values["party"]
	case conference.OptionsRound:
		c.Issue, c.Binding, c.Parties = f.Get("issue"), f.set("binding"), f.Values["party"]
	case conference.PackageRound:
		c.Binding, c.Parties = f.set("binding"), f.Values["party"]
		c.Packages, err = f.packages(v.Agenda)
	case conference.DirectionRound:
		c.Base, err = f.base(v)
	case conference.ImprovementRound:
		c.MinGain, err = f.gain("gain")
	}
	if err != nil {
		return nil, err
	}
	c.Closes, err = f.deadline("closes")
	return c, err
}

// packages reads the whole packages that were ticked, and the one that was written out if any of its issues was.
func (f fields) packages(a *portsmouth.Agenda) ([]portsmouth.Outcome, error) {
	var list []portsmouth.Outcome
	for _, text := range f.Values["package"] {
		var o portsmouth.Outcome
		if json.Unmarshal([]byte(text), &o) != nil {
			return nil, portsmouth.Invalidf("round-packages", "a package could not be read")
		}
		list = append(list, o)
	}
	named, err := f.terms(a)
	if err == nil && len(named) > 0 {
		list = append(list, named)
	}
	return list, err
}

// base reads the package that a step is looked for from: the one that was chosen, or the one that was written out. Over a
// baseline it is the baseline.
func (f fields) base(v *conference.View) (portsmouth.Outcome, error) {
	if v.Stage == conference.TextStage {
		return nil, nil
	}
	list, err := f.packages(v.Agenda)
	if err == nil && len(list) != 1 {
		err = portsmouth.Invalidf("direction-base", "choose one whole package, or write one out")
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// packageValue is a package as a box of a form sends it.
func packageValue(o portsmouth.Outcome) string {
	data, err := json.Marshal(o)
	if err != nil {
		return ""
	}
	return string(data)
}

// gain reads points with decimals as hundredths of a point.
func (f fields) gain(name string) (int64, error) {
	text, err := f.decimal(name)
	if err != nil {
		return 0, err
	}
	r := new(big.Rat).Mul(rational(text), big.NewRat(100, 1))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, portsmouth.Invalidf("round-gain", "say by how much each party must gain at least: 0.01 to 100 points")
	}
	return r.Num().Int64(), nil
}

func enterRoundFrom(f fields, v *conference.View) (conference.Command, error) {
	c := conference.EnterRound{Round: f.Get("round")}
	r := v.Round(c.Round)
	if r == nil {
		return c, nil // for the rules to refuse
	}
	switch r.Type {
	case conference.NumberRound:
		number, err := f.decimal("number")
		if err != nil {
			return nil, err
		}
		c.Number = number
	case conference.OptionsRound:
		c.Options = f.Values["option"]
	case conference.PackageRound:
		for _, k := range f.Values["package"] {
			n, ok := new(big.Int).SetString(k, 10)
			if !ok || !n.IsInt64() {
				return nil, portsmouth.Invalidf("round-packages", "a package could not be read")
			}
			c.Packages = append(c.Packages, int(n.Int64()))
		}
	case conference.DirectionRound:
		c.Basis = f.Get("basis")
	default:
		c.Version = f.number("version")
	}
	return c, nil
}

// openEntryFrom opens what the reader's own delegation lodged: salt and payload are in its own view.
func openEntryFrom(f fields, v *conference.View) (conference.Command, error) {
	e := ownEntry(v, v.Round(f.Get("round")))
	if e == nil {
		return nil, portsmouth.Refuse("entry-none", "you have lodged nothing in this round")
	}
	return conference.OpenEntry{Round: e.Round, Payload: e.Payload, Salt: e.Salt, Room: f.Get("room")}, nil
}

// ownEntry is what the viewer's own delegation lodged in a round, or nil.
func ownEntry(v *conference.View, r *conference.Round) *conference.RoundEntered {
	if r == nil || v.Viewer.Party == "" {
		return nil
	}
	return r.Entries[v.Viewer.Party]
}

// roundForm is where the mediator writes a round of one kind.
func (s *site) roundForm(v *visit) error {
	kind := conference.RoundType(v.path("kind"))
	if !slices.Contains(roundTypes, kind) && !slices.Contains(improvementTypes, kind) {
		return notFound()
	}
	return v.render(roundFormPage(sheetOf(v)))
}

// roundStep is a round on its way: read back, or back to be changed. Nothing is announced yet.
func (s *site) roundStep(v *visit) error {
	sent := v.fields()
	v.page.Self = v.page.path("desk")
	if sent.Get("step") == "change" {
		return v.render(roundFormPage(sheetOf(v).again(sent, nil)))
	}
	command, err := openRoundFrom(sent, v.view)
	if err == nil {
		err = v.view.May("open-round")
	}
	if err == nil {
		err = announceable(v.view, command.(conference.OpenRound))
	}
	if err != nil {
		pr := v.page.problem(err)
		return v.renderStatus(pr.Status, roundFormPage(sheetOf(v).again(sent, pr)))
	}
	sent.pin("closes", command.(conference.OpenRound).Closes)
	return v.render(roundReadPage(sheetOf(v).again(sent, nil)))
}

// announceable says before the read-back what would keep it from being drawn; the rest is for the rules to say after it.
func announceable(v *conference.View, c conference.OpenRound) error {
	known := slices.Contains(roundTypes, c.Type) || slices.Contains(improvementTypes, c.Type)
	switch needs := c.Type == conference.NumberRound || c.Type == conference.OptionsRound; {
	case !known:
		return portsmouth.Invalidf("round-type", "a round is one of: suggestion, improvement, direction, number, options, package")
	case v.OpenRound() != nil:
		return portsmouth.Refuse("one-round", "a round is open; wait for its close or withdraw it")
	case needs && v.Agenda.Issue(c.Issue) == nil:
		return portsmouth.Invalidf("issue-exists", "choose the issue of the round")
	case c.Closes.IsZero():
		return portsmouth.Invalidf("closes-later", "say until when the parties can lodge")
	}
	for _, o := range append(c.Packages, wholeOrNone(c.Base)...) {
		if err := v.Agenda.Check(o); err != nil {
			return err
		}
	}
	return nil
}

func wholeOrNone(o portsmouth.Outcome) []portsmouth.Outcome {
	if o == nil {
		return nil
	}
	return []portsmouth.Outcome{o}
}

// sentRound is the round that is being read back, as it would be announced.
func (s *sheet) sentRound() *conference.Round {
	c, err := openRoundFrom(s.sent, s.View)
	open, ok := c.(conference.OpenRound)
	if err != nil || !ok {
		open = conference.OpenRound{Type: conference.SuggestionRound}
	}
	r := &conference.Round{RoundOpened: conference.RoundOpened{
		Type: open.Type, Issue: open.Issue, Giver: open.Giver, Settlement: open.Settlement, Packages: open.Packages,
		MinGain: open.MinGain, Binding: open.Binding, Closes: open.Closes, Note: open.Note, Base: open.Base,
	}}
	if len(open.Parties) < len(s.parties()) {
		r.Parties = open.Parties
	}
	if r.Type == conference.DirectionRound && s.View.Stage == conference.TextStage {
		r.Base = s.View.Baseline.Package
	}
	if r.Computes() && s.View.Rules != nil {
		r.Fairness = s.View.Rules.FairnessRule()
	}
	return r
}

// formKind is the kind of round that the form writes.
func (s *sheet) formKind() conference.RoundType {
	if s.sent.Values != nil {
		return conference.RoundType(s.sent.Get("type"))
	}
	return conference.RoundType(s.at("kind"))
}

// openingStep reads an opening back before it goes: it cannot be undone.
func (s *site) openingStep(v *visit) error {
	sent := v.fields()
	r := v.view.Round(sent.Get("round"))
	room := sent.Get("room")
	if ownEntry(v.view, r) == nil || !r.Closed || room != "plenary" && room != "caucus" {
		return notFound()
	}
	return v.render(openingReadPage(sheetOf(v).again(sent, nil)))
}

// receipt hands the author of an entry what proves later what it was.
func (s *site) receipt(v *visit) error {
	e := ownEntry(v.view, v.view.Round(v.path("round")))
	if e == nil {
		return notFound()
	}
	data, err := json.MarshalIndent(receiptFile{
		Conference: v.path("id"), Round: e.Round, Party: e.Party,
		Payload: string(e.Payload), Salt: base64.StdEncoding.EncodeToString(e.Salt), Commitment: e.Commitment,
	}, "", "  ")
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="receipt.json"`)
	_, _ = v.w.Write(append(data, '\n')) // the reader has left; nothing is to be done about it
	return nil
}

// roundFile hands out what the viewer may give to a checker once a round has closed: see "portsmouth recheck".
func (s *site) roundFile(v *visit) error {
	data, err := conference.RoundReceipt(v.view, v.path("round"))
	if err != nil {
		return notFound()
	}
	v.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="round.json"`)
	_, _ = v.w.Write(data) // the reader has left; nothing is to be done about it
	return nil
}

// receiptFile is a receipt as a file.
type receiptFile struct {
	Conference string `json:"conference"`
	Round      string `json:"round"`
	Party      string `json:"party"`
	Payload    string `json:"payload"` // the bytes that the commitment is about, as text
	Salt       string `json:"salt"`
	Commitment string `json:"commitment"`
}
