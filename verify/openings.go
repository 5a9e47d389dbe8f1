package verify

import (
	"errors"
	"fmt"

	"portsmouth/record"
	"portsmouth/seal"
)

// commitments are those of the parties in each round.
type commitments map[string]map[string]seal.Commitment

// openings checks the rounds in the record: that what was opened of one is what had been committed to before.
func openings(r *record.Report) commitments {
	const what = "the rounds"
	rounds, opened := commitments{}, 0
	for n, leaf := range r.Leaves {
		a := read(leaf)
		var err error
		switch {
		case a.Body.Item == "round":
			err = rounds.note(a)
		case a.Body.Item == "opening" && a.Body.Opening != nil:
			opened++
			err = a.Body.Opening.check(r.Genesis.Conference, rounds)
		}
		if err != nil {
			r.Add(what, record.LeafAt(int64(n)), "", err)
			return rounds
		}
	}
	if len(rounds) > 0 || opened > 0 {
		r.Add(what, record.FileAt("."), fmt.Sprintf("%d, and %d openings that are what was committed to", len(rounds), opened), nil)
	}
	return rounds
}

// note notes what the parties have committed to in a round.
func (rounds commitments) note(a act) error {
	if rounds[a.Body.Round] != nil {
		return fmt.Errorf("the round %s has been there before", a.Body.Round)
	}
	all := map[string]seal.Commitment{}
	for _, c := range a.Body.Commitments {
		commitment, err := seal.Parse(c.Commitment)
		if err != nil {
			return err
		}
		if _, twice := all[c.Party]; twice {
			return fmt.Errorf("%s has two commitments", c.Party)
		}
		all[c.Party] = commitment
	}
	rounds[a.Body.Round] = all
	return nil
}

// check compares an opening with the commitment.
func (o *opening) check(conference string, rounds commitments) error {
	commitment, is := rounds[o.Round][o.Party]
	switch {
	case !is:
		return fmt.Errorf("%s has no commitment in a round %s before", o.Party, o.Round)
	case len(o.Salt) != seal.SaltSize:
		return errors.New("the salt of an opening is 32 bytes")
	case !commitment.Opens(o.subject(conference), seal.Salt(o.Salt), o.Payload):
		return fmt.Errorf("what %s opens is not what it had committed to", o.Party)
	}
	return nil
}
