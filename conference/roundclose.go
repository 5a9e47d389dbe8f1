package conference

import (
	"encoding/json"
	"slices"

	"portsmouth"
	"portsmouth/seal"
)

// The close of a round. It is decided on the whole, by the timer alone: the one place where secret entries meet. What
// leaves it is the result that the round's rule announced, and one commitment a party, which for a party that lodged
// nothing is a dummy. Who lodged nothing agreed to nothing: the round is not met, and nobody learns through whom.

func (d *deciding) closeRound(c CloseRound) error {
	r := d.round(c.Round)
	if r == nil || r.Closed || d.meta.At.Before(r.Closes) {
		return portsmouth.Refuse("not-due", "this round is not due to close")
	}
	closed := RoundClosed{Round: r.Round, Commitments: d.commitments(r, d.meta.Salt)}
	var suggested *Suggested
	if r.Computes() {
		var err error
		if suggested, err = d.suggested(r, c.Computed); err != nil {
			return err
		}
		closed.Met = suggested != nil
		if suggested != nil {
			closed.Computed = suggested.Commitment(d.Opened.Conference).String()
		}
	} else if entries := d.entries(r); entries != nil {
		closed.Terms = d.result(r, entries)
		closed.Met = closed.Terms != nil
	}
	d.emit(ToPlenary, closed)
	if suggested != nil {
		d.emit(ToMediator, *suggested)
	}
	if !closed.Met || !r.Binding || !d.settles(r, closed.Terms) {
		return nil
	}
	return d.settle(closed.Terms, r.Round)
}

// commitments gives one for each party in the order of the founding: a dummy where nothing was lodged.
func (s *State) commitments(r *Round, salt seal.Salt) []PartyCommitment {
	var list []PartyCommitment
	for _, id := range s.partyIDs() {
		commitment := seal.Dummy(s.subject(r.Round, id), salt).String()
		if e := r.Entries[id]; e != nil {
			commitment = e.Commitment
		}
		list = append(list, PartyCommitment{Party: id, Commitment: commitment})
	}
	return list
}

// settles reports whether a binding result still can: what the parties settled or put aside in the open meanwhile goes
// before.
func (d *deciding) settles(r *Round, terms portsmouth.Outcome) bool {
	return d.fitsSettled(terms) == nil && (r.Issue == "" || d.head(r.Issue).Status == Open)
}

// entries reads what was lodged, by party; nil unless every party that the round asks did.
func (d *deciding) entries(r *Round) map[string]lodged {
	all := map[string]lodged{}
	for _, id := range d.asked(&r.RoundOpened) {
		e := r.Entries[id]
		var l lodged
		if e == nil || json.Unmarshal(e.Payload, &l) != nil {
			return nil
		}
		all[id] = l
	}
	return all
}

// result applies the announced rule; nil when the round is not met.
func (d *deciding) result(r *Round, entries map[string]lodged) portsmouth.Outcome {
	i := d.Agenda.Issue(r.Issue)
	switch r.Type {
	case NumberRound:
		return d.meeting(r, i, entries)
	case OptionsRound:
		for _, o := range i.Options {
			if everyOne(entries, func(l lodged) bool { return slices.Contains(l.Options, o.ID) }) {
				return portsmouth.Outcome{r.Issue: o.ID}
			}
		}
	case PackageRound:
		for k := range r.Packages {
			if everyOne(entries, func(l lodged) bool { return slices.Contains(l.Packages, k) }) {
				return r.Packages[k]
			}
		}
	}
	return nil
}

func everyOne(entries map[string]lodged, is func(lodged) bool) bool {
	for _, l := range entries {
		if !is(l) {
			return false
		}
	}
	return true
}

// meeting settles a number: met when the most that the giver would give is no less than the least that every other would
// take, of those whom the round asks. The midpoint is taken in steps, rounded towards the taker.
func (d *deciding) meeting(r *Round, i *portsmouth.Issue, entries map[string]lodged) portsmouth.Outcome {
	most, ok := i.Number.Place(entries[r.Giver].Number)
	if !ok {
		return nil
	}
	least := int64(0)
	for _, id := range d.asked(&r.RoundOpened) {
		if id == r.Giver {
			continue
		}
		k, ok := i.Number.Place(entries[id].Number)
		if !ok {
			return nil
		}
		least = max(least, k)
	}
	if most < least {
		return nil
	}
	at := map[string]int64{"midpoint": least + (most-least)/2, "giver": most, "taker": least}[r.Settlement]
	return portsmouth.Outcome{r.Issue: i.Number.At(at)}
}

const maxSuggested = 3

// suggested checks what the venue computed; nil when there is nothing to suggest.
func (d *deciding) suggested(r *Round, c *Computed) (*Suggested, error) {
	if c == nil || len(c.Packages) == 0 || d.entries(r) == nil {
		return nil, nil
	}
	if len(c.Packages) > maxSuggested {
		return nil, portsmouth.Invalidf("suggested-three", "at most %d packages are suggested", maxSuggested)
	}
	for _, o := range c.Packages {
		if err := d.Agenda.Check(o); err != nil {
			return nil, err
		}
	}
	salt := seal.Dummy(seal.Subject{Round: r.Round, Party: "salt"}, d.meta.Salt)
	return &Suggested{
		Round: r.Round, Packages: c.Packages, Fairness: r.Fairness, Method: c.Method, Solver: c.Solver, Agenda: d.Agenda.Version, Salt: salt[:],
	}, nil
}

// Commitment fixes what was suggested, so that all can hold the mediator's desk to it without seeing it.
func (s *Suggested) Commitment(conference string) seal.Commitment {
	shown := *s
	shown.Salt = nil
	data, err := json.Marshal(shown)
	if err != nil {
		return seal.Commitment{}
	}
	var salt seal.Salt
	copy(salt[:], s.Salt)
	return seal.Commit(seal.Subject{Conference: conference, Round: s.Round, Party: "mediator"}, salt, data)
}

// Input is what a party froze for a computation: preferences or, for a direction, answers of its preparation.
type Input struct {
	Party       string
	Preferences portsmouth.Preferences
	Answers     []json.RawMessage // nil where it froze preferences
	Ranges      *portsmouth.Ranges
	Reservation *int64 // in hundredths of a point; nil: any agreement is better than none
}

// Inputs returns what the parties lodged for a round over preferences, in the order of the founding; nil unless every
// party did and the viewer may see it, which only the venue's timer may.
func (v *View) Inputs(round string) []Input {
	r := v.round(round)
	if r == nil || !r.Computes() {
		return nil
	}
	var list []Input
	for _, id := range v.partyIDs() {
		in, err := ParseInput(id, r.payload(id))
		if err != nil {
			return nil
		}
		list = append(list, in)
	}
	return list
}

func (r *Round) payload(party string) []byte {
	if e := r.Entries[party]; e != nil {
		return e.Payload
	}
	return nil
}

// ParseInput reads the payload of an entry into a round over preferences.
func ParseInput(party string, payload []byte) (Input, error) {
	var l lodged
	if err := json.Unmarshal(payload, &l); err != nil || (l.Preferences == nil) == (len(l.Answers) == 0) {
		return Input{}, portsmouth.Invalidf("opening-form", "this is no entry with preferences or answers")
	}
	if l.Preferences == nil {
		return Input{Party: party, Answers: l.Answers}, nil
	}
	return Input{Party: party, Preferences: *l.Preferences, Ranges: l.Ranges, Reservation: l.Reservation}, nil
}

func (s *State) applyRound(e Event) {
	switch b := e.Body.(type) {
	case RoundOpened:
		s.Rounds = append(s.Rounds, &Round{RoundOpened: b, At: e.At, Entries: map[string]*RoundEntered{}, Opened: map[string]Audience{}})
	case RoundEntered:
		if r := s.round(b.Round); r != nil {
			r.Entries[b.Party] = &b
		}
	case RoundLeft:
		if r := s.round(b.Round); r != nil {
			delete(r.Entries, b.Party)
		}
	case RoundWithdrawn:
		if r := s.round(b.Round); r != nil {
			r.Closed, r.Withdrawn = true, true
		}
	case RoundClosed:
		if r := s.round(b.Round); r != nil {
			r.Closed, r.Result = true, b
		}
	case Suggested:
		if r := s.round(b.Round); r != nil {
			r.Suggested = &b
		}
	case EntryOpened:
		if r := s.round(b.Round); r != nil {
			r.Opened[b.Party] = e.Audience
			r.Openings = append(r.Openings, &b)
		}
	}
}
