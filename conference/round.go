package conference

import (
	"encoding/json"
	"slices"
	"time"

	"portsmouth"
	"portsmouth/seal"
)

// Rounds: each party lodges in secret, all learn one result at an announced close, and nothing before it: not what was
// lodged, nor that, nor when. The result's rule is announced with the round.

func (d *deciding) openRound(c OpenRound) error {
	for _, r := range d.Rounds {
		if !r.Closed {
			return portsmouth.Refuse("one-round", "a round is open; wait for its close or withdraw it")
		}
	}
	if !d.later(c.Closes) {
		return portsmouth.Invalidf("closes-later", "say until when the parties can lodge")
	}
	if err := prose("the note", c.Note, false); err != nil {
		return err
	}
	if improves := c.Type == ImprovementRound; c.Type != DirectionRound && improves != (d.Stage == TextStage) {
		return portsmouth.Refuse("round-stage", "an improvement is sought once a baseline has been accepted, everything else before")
	}
	open := RoundOpened{Round: d.meta.ID, Type: c.Type, Closes: c.Closes.UTC().Truncate(time.Millisecond), Note: c.Note, Agenda: d.Agenda.Version}
	if err := d.asking(c, &open); err != nil {
		return err
	}
	if err := d.roundOf(c, &open); err != nil {
		return err
	}
	if issue := d.probed(&open); issue != "" {
		return portsmouth.Refuse("bids-three",
			"three rounds have been held in which issue %s alone was asked about; more would give the parties' limits away", issue)
	}
	d.emit(ToPlenary, open)
	return nil
}

// asking takes over whom the round asks. Who has no stake in a number need not lodge for it to be met; but what binds all
// asks all, and what is computed is better for all.
func (d *deciding) asking(c OpenRound, open *RoundOpened) error {
	if len(c.Parties) == 0 {
		return nil
	}
	for k, id := range c.Parties {
		if d.party(id) == nil || slices.Contains(c.Parties[:k], id) {
			return portsmouth.Invalidf("round-parties", "there is no party “%.60s”, or it is named twice", id)
		}
	}
	switch all := len(c.Parties) == len(d.partyIDs()); {
	case all:
		return nil
	case len(c.Parties) < 2:
		return portsmouth.Invalidf("round-parties", "a round asks two parties at least")
	case open.Computes():
		return portsmouth.Refuse("round-asks-all", "what is computed is to be good for all: such a round asks every party")
	case c.Binding:
		return portsmouth.Refuse("round-asks-all", "a result that settles the terms binds all: such a round asks every party")
	}
	for _, id := range d.partyIDs() {
		if slices.Contains(c.Parties, id) {
			open.Parties = append(open.Parties, id)
		}
	}
	return nil
}

// Asks reports whether the round asks a party.
func (r *RoundOpened) Asks(party string) bool {
	return len(r.Parties) == 0 || slices.Contains(r.Parties, party)
}

// asked lists whom a round asks, in the order of the founding.
func (s *State) asked(r *RoundOpened) []string {
	return slices.DeleteFunc(s.partyIDs(), func(id string) bool { return !r.Asks(id) })
}

// roundOf checks what the type of round needs and takes nothing else over.
func (d *deciding) roundOf(c OpenRound, open *RoundOpened) error {
	switch c.Type {
	case SuggestionRound, ImprovementRound, DirectionRound:
		return d.openComputed(c, open)
	case NumberRound:
		return d.openNumber(c, open)
	case OptionsRound:
		return d.openOptions(c, open)
	case PackageRound:
		return d.openPackages(c, open)
	}
	return portsmouth.Invalidf("round-type", "a round is one of: suggestion, improvement, direction, number, options, package")
}

func (d *deciding) openComputed(c OpenRound, open *RoundOpened) error {
	if d.computations() >= d.budget() {
		return portsmouth.Refuse("computation-budget",
			"this conference has held the %d computations that its agenda of %d issues allows; one more could give away what a party wants", d.budget(), len(d.Agenda.Issues))
	}
	if c.Type == ImprovementRound && (c.MinGain < 1 || c.MinGain > 10_000) {
		return portsmouth.Invalidf("round-gain", "say by how much each party must gain at least: 0.01 to 100 points")
	}
	if d.Stage == TextStage && d.initialled() {
		return portsmouth.Refuse("text-initialled", "articles of the baseline have been initialled")
	}
	switch c.Type {
	case ImprovementRound:
		open.MinGain = c.MinGain
	case DirectionRound:
		return d.openDirection(c, open)
	}
	open.Fairness = d.Rules.FairnessRule()
	return nil
}

// initialled reports whether any party has initialled any article.
func (s *State) initialled() bool { return s.Text != nil && len(s.Text.Initials) > 0 }

func (d *deciding) openNumber(c OpenRound, open *RoundOpened) error {
	i, err := d.openIssue(c.Issue)
	if err != nil {
		return err
	}
	if i.Kind != portsmouth.Numeric {
		return portsmouth.Invalidf("round-number", "issue %s is no number; a round on its options would fit", i.ID)
	}
	if d.party(c.Giver) == nil || !open.Asks(c.Giver) {
		return portsmouth.Invalidf("round-giver", "say which of the parties asked would give the number: it lodges the most it would, the others the least")
	}
	if !slices.Contains([]string{"midpoint", "giver", "taker"}, c.Settlement) {
		return portsmouth.Invalidf("round-settlement", "say first what settles when the bids meet: midpoint, giver or taker")
	}
	open.Issue, open.Giver, open.Settlement, open.Binding = c.Issue, c.Giver, c.Settlement, c.Binding
	return nil
}

// openIssue returns an issue that is still open.
func (d *deciding) openIssue(id string) (*portsmouth.Issue, error) {
	i, err := d.onAgenda(id)
	if err != nil {
		return nil, err
	}
	if h := d.head(id); h.Status != Open {
		return nil, portsmouth.Refuse("issue-open", "this issue is %s; reopen it first", h.Status)
	}
	return i, nil
}

func (d *deciding) openOptions(c OpenRound, open *RoundOpened) error {
	i, err := d.openIssue(c.Issue)
	if err != nil {
		return err
	}
	if i.Kind == portsmouth.Numeric {
		return portsmouth.Invalidf("round-options", "issue %s is a number; a round on it would fit", i.ID)
	}
	open.Issue, open.Binding = c.Issue, c.Binding
	return nil
}

const maxRoundPackages = 12

func (d *deciding) openPackages(c OpenRound, open *RoundOpened) error {
	if len(c.Packages) == 0 || len(c.Packages) > maxRoundPackages {
		return portsmouth.Invalidf("round-packages", "list 1 to %d whole packages", maxRoundPackages)
	}
	for k, o := range c.Packages {
		if err := d.Agenda.Check(o); err != nil {
			return err
		}
		if slices.ContainsFunc(c.Packages[:k], o.Equal) {
			return portsmouth.Invalidf("round-packages", "package %d stands twice", k+1)
		}
	}
	open.Packages, open.Binding = c.Packages, c.Binding
	return nil
}

// openedRound returns a round in which one can still lodge.
func (d *deciding) openedRound(id string) (*Round, error) {
	r := d.round(id)
	switch {
	case r == nil:
		return nil, portsmouth.Invalidf("round-exists", "there is no such round")
	case r.Closed:
		return nil, portsmouth.Refuse("round-open", "this round is closed")
	case !d.meta.At.Before(r.Closes):
		return nil, &portsmouth.Error{Kind: portsmouth.Expired, Rule: "round-closes", Message: "the time to lodge has passed"}
	}
	return r, nil
}

// lodged is the payload of an entry: the fields by the type of the round.
type lodged struct {
	Number      string                  `json:"number,omitempty"`
	Options     []string                `json:"options,omitempty"`
	Packages    []int                   `json:"packages,omitempty"`
	Preferences *portsmouth.Preferences `json:"preferences,omitempty"`
	Ranges      *portsmouth.Ranges      `json:"ranges,omitempty"`
	Reservation *int64                  `json:"reservation,omitempty"` // that holds at the close, in hundredths of a point
	Answers     []json.RawMessage       `json:"answers,omitempty"`     // of the preparation, in order
}

func (d *deciding) enterRound(c EnterRound) error {
	r, err := d.openedRound(c.Round)
	if err != nil {
		return err
	}
	if !r.Asks(d.viewer.Party) {
		return portsmouth.Refuse("round-asked", "this round does not ask your party")
	}
	entry, terms, err := d.entry(r, c)
	if err != nil {
		return err
	}
	for _, t := range terms {
		if held, err := d.hold(c, t); held || err != nil {
			return err
		}
	}
	payload, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	if len(payload) > maxPayload {
		return portsmouth.Refuse("entry-large", "this takes more than %d bytes", maxPayload)
	}
	salt := d.meta.Salt
	commitment := seal.Commit(d.subject(r.Round, d.viewer.Party), salt, payload)
	d.emit(ToDelegation(d.viewer.Party), RoundEntered{
		Round: r.Round, Party: d.viewer.Party, Payload: payload, Salt: salt[:], Commitment: commitment.String(),
	})
	return nil
}

func (s *State) subject(round, party string) seal.Subject {
	return seal.Subject{Conference: s.Opened.Conference, Round: round, Party: party}
}

// entry checks what is lodged and says to which terms it could lead.
func (d *deciding) entry(r *Round, c EnterRound) (lodged, []portsmouth.Outcome, error) {
	switch r.Type {
	case NumberRound:
		return d.bid(r, c.Number)
	case OptionsRound:
		return d.marked(r, c.Options)
	case PackageRound:
		return d.chosen(r, c.Packages)
	case DirectionRound:
		return d.frozenPreparation(c.Basis)
	}
	return d.frozen(r, c.Version)
}

func (d *deciding) bid(r *Round, number string) (lodged, []portsmouth.Outcome, error) {
	i, err := d.onAgenda(r.Issue)
	if err != nil {
		return lodged{}, nil, err
	}
	if err := i.Allows(number); err != nil {
		return lodged{}, nil, err
	}
	return lodged{Number: number}, []portsmouth.Outcome{{r.Issue: number}}, nil
}

func (d *deciding) marked(r *Round, options []string) (lodged, []portsmouth.Outcome, error) {
	i, err := d.onAgenda(r.Issue)
	if err != nil {
		return lodged{}, nil, err
	}
	options = slices.Compact(slices.Sorted(slices.Values(options)))
	if len(options) == 0 {
		return lodged{}, nil, portsmouth.Invalidf("entry-empty", "mark at least one option, or lodge nothing")
	}
	var terms []portsmouth.Outcome
	for _, o := range options {
		if err := i.Allows(o); err != nil {
			return lodged{}, nil, err
		}
		terms = append(terms, portsmouth.Outcome{r.Issue: o})
	}
	return lodged{Options: options}, terms, nil
}

func (d *deciding) chosen(r *Round, packages []int) (lodged, []portsmouth.Outcome, error) {
	packages = slices.Compact(slices.Sorted(slices.Values(packages)))
	if len(packages) == 0 {
		return lodged{}, nil, portsmouth.Invalidf("entry-empty", "mark at least one package, or lodge nothing")
	}
	var terms []portsmouth.Outcome
	for _, k := range packages {
		if k < 0 || k >= len(r.Packages) {
			return lodged{}, nil, portsmouth.Invalidf("round-packages", "there is no package %d in this round", k+1)
		}
		terms = append(terms, r.Packages[k])
	}
	return lodged{Packages: packages}, terms, nil
}

// frozen puts the preferences themselves into the entry: what is computed later rests on these, whatever changes
// meanwhile.
func (d *deciding) frozen(r *Round, version int) (lodged, []portsmouth.Outcome, error) {
	last := d.lastStated(d.viewer.Party)
	if last == nil || last.Version != version {
		return lodged{}, nil, portsmouth.Refuse("preferences-last", "these are not your delegation's last preferences; look again")
	}
	if err := d.Agenda.CheckPreferences(&last.Preferences); err != nil {
		return lodged{}, nil, err
	}
	entry := lodged{Preferences: last.Preferences.Numbers(), Ranges: last.Ranges}
	if now := last.Preferences.ReservationAt(r.Closes); now != nil {
		value := now.At(r.Closes)
		entry.Reservation, entry.Ranges = &value, last.Ranges.Drifted(value-now.Value)
	}
	return entry, nil, nil
}

func (d *deciding) leaveRound(c LeaveRound) error {
	r, err := d.openedRound(c.Round)
	if err != nil {
		return err
	}
	if r.Entries[d.viewer.Party] == nil {
		return portsmouth.Refuse("entry-none", "you have lodged nothing in this round")
	}
	d.emit(ToDelegation(d.viewer.Party), RoundLeft{Round: c.Round, Party: d.viewer.Party})
	return nil
}

func (d *deciding) withdrawRound(c WithdrawRound) error {
	r := d.round(c.Round)
	if r == nil || r.Closed {
		return portsmouth.Refuse("round-open", "no such round is open")
	}
	if err := prose("the reason", c.Reason, false); err != nil {
		return err
	}
	d.emit(ToPlenary, RoundWithdrawn(c))
	return nil
}

// openEntry shows what was lodged, once the round is closed and only if it is what was committed to.
func (d *deciding) openEntry(c OpenEntry) error {
	r := d.round(c.Round)
	if r == nil || !r.Closed || r.Withdrawn {
		return portsmouth.Refuse("round-closed", "a round's entries can be opened once it has closed")
	}
	if len(c.Salt) != seal.SaltSize || len(c.Payload) > maxPayload {
		return portsmouth.Invalidf("opening-form", "an opening is the salt of %d bytes and the payload from the receipt", seal.SaltSize)
	}
	commitment, err := seal.Parse(r.commitment(d.viewer.Party))
	if err != nil || !commitment.Opens(d.subject(c.Round, d.viewer.Party), seal.Salt(c.Salt), c.Payload) {
		return portsmouth.Refuse("opening-matches", "this is not what was committed to in this round")
	}
	to := ToPlenary
	switch c.Room {
	case "plenary":
	case "caucus":
		to = ToCaucus(d.viewer.Party)
	case "public":
		return d.openToPublic(c)
	default:
		return portsmouth.Invalidf("room", "open it to the plenary, to the public, or in the caucus")
	}
	if r.Opened[d.viewer.Party] != "" && (r.Opened[d.viewer.Party] == ToPlenary || to != ToPlenary) {
		return portsmouth.Refuse("opening-once", "this entry has been opened there")
	}
	d.emit(to, EntryOpened{Round: c.Round, Party: d.viewer.Party, Payload: c.Payload, Salt: c.Salt})
	return nil
}

// openToPublic shows what was lodged to everybody, also where all at the table know it already.
func (d *deciding) openToPublic(c OpenEntry) error {
	if !d.roundsPublic() || !d.roundPublished(c.Round) { // without its leaf nobody could hold the opening against anything
		return portsmouth.Refuse("publicity-rounds", "the rules publish nothing of this round")
	}
	if d.openedToPublic(c.Round, d.viewer.Party) {
		return portsmouth.Refuse("opening-once", "this entry has been opened there")
	}
	d.emit(ToPlenary, EntryOpened{Round: c.Round, Party: d.viewer.Party, Payload: c.Payload, Salt: c.Salt, Public: true})
	return nil
}

// maxPayload bounds an entry: preferences over the largest agenda.
const maxPayload = 4 << 20

func (r *Round) commitment(party string) string {
	for _, c := range r.Result.Commitments {
		if c.Party == party {
			return c.Commitment
		}
	}
	return ""
}

func (s *State) round(id string) *Round {
	return find(s.Rounds, func(r *Round) bool { return r.Round == id })
}
