package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Policy says whose cosignatures a checkpoint of a record should have. It is the field "policy" of what leaf 0 says about
// the conference.
type Policy struct {
	Witnesses []PolicyWitness `json:"witnesses"`
	Quorum    int             `json:"quorum"` // how many of them make a checkpoint count as witnessed
}

// MarshalJSON writes the policy in its one way: without witnesses, the list is empty and not null.
func (p Policy) MarshalJSON() ([]byte, error) {
	type plain Policy
	if p.Witnesses == nil {
		p.Witnesses = []PolicyWitness{}
	}
	return json.Marshal(plain(p))
}

// PolicyWitness is a key of one witness of a policy. Entries of the same name are keys of the same witness: of a delegation
// each member may have one, and it is one witness all the same.
type PolicyWitness struct {
	Name string `json:"name"` // "japan", "times.example/witness"
	Key  string `json:"key"`  // Witness.Verifier
}

// Check refuses a policy whose keys cannot be read or do not tell the witnesses apart. A quorum that is greater than the
// number of witnesses is none that can be met yet.
func (p Policy) Check() error {
	if p.Quorum < 0 {
		return fmt.Errorf("a quorum of %d", p.Quorum)
	}
	keys := map[string]bool{}
	for _, w := range p.Witnesses {
		k, err := readWitnessKey(w.Key)
		switch {
		case err != nil:
			return err
		case w.Name == "":
			return errors.New("a witness of a policy has no name")
		case keys[string(k.public)]:
			return errors.New("a policy has the same key twice")
		}
		keys[string(k.public)] = true
	}
	return nil
}

// Policy reads the policy in leaf 0. Where there is none, it has no witnesses.
func (g *Genesis) Policy() (Policy, error) {
	var about map[string]json.RawMessage // names as they are: a struct would take "POLICY" as well
	if err := json.Unmarshal(g.About, &about); err != nil {
		return Policy{}, errors.New("what it says about the conference cannot be read")
	}
	raw, is := about["policy"]
	if !is {
		return Policy{}, nil
	}
	var p Policy
	err := json.Unmarshal(raw, &p)
	again, wrong := json.Marshal(p)
	if err != nil || wrong != nil || !bytes.Equal(again, raw) {
		return Policy{}, errors.New("its policy is not written in the one way that it can be")
	}
	return p, p.Check()
}

// Sight is one witness's having seen a checkpoint.
type Sight struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"` // by the witness's clock, in whole seconds
}

// Seen says which witnesses of a policy have seen a checkpoint.
type Seen struct {
	By      []Sight  `json:"by"`      // in the order of the policy
	Missing []string `json:"missing"` // the others, in the same order
	Quorum  int      `json:"quorum"`
}

// Met reports whether as many have seen it as the policy wants.
func (s Seen) Met() bool { return len(s.By) >= s.Quorum }

// String is "seen by 2 of 3".
func (s Seen) String() string {
	return fmt.Sprintf("seen by %d of %d", len(s.By), len(s.By)+len(s.Missing))
}

// Seen tells which witnesses have cosigned a checkpoint, and when: with several keys, by the latest. A line that says it is
// of a witness of the policy and does not hold is an error; lines of others count for nothing.
func (p Policy) Seen(checkpoint []byte) (Seen, error) {
	return p.seen(checkpoint, nil)
}

// seen is Seen where further keys are known: a line that one of them made holds.
func (p Policy) seen(checkpoint []byte, others []string) (Seen, error) {
	seen := Seen{By: []Sight{}, Missing: []string{}, Quorum: p.Quorum}
	keys := slices.Clone(others)
	for _, w := range p.Witnesses {
		keys = append(keys, w.Key)
	}
	made, err := cosigners(checkpoint, keys)
	if err != nil {
		return seen, err
	}
	latest := map[string]time.Time{}
	for _, w := range p.Witnesses {
		at, is := made[w.Key]
		if before, has := latest[w.Name]; is && (!has || at.After(before)) {
			latest[w.Name] = at
		}
	}
	told := map[string]bool{}
	for _, w := range p.Witnesses {
		at, has := latest[w.Name]
		switch {
		case told[w.Name]:
		case has:
			seen.By = append(seen.By, Sight{w.Name, at})
		default:
			seen.Missing = append(seen.Missing, w.Name)
		}
		told[w.Name] = true
	}
	return seen, nil
}

// strangers refuses signature lines under a checkpoint that are of none of these keys.
func strangers(checkpoint []byte, keys []string) error {
	_, signed, err := readCheckpoint(checkpoint)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, key := range keys {
		k, err := readWitnessKey(key)
		if err != nil {
			return err
		}
		known[fmt.Sprint(k.name, " ", k.hash())] = true
	}
	for _, s := range signed[1:] {
		if !known[fmt.Sprint(s.name, " ", s.hash)] {
			return fmt.Errorf("%s is no witness that the record names, nor was its key given", s.name)
		}
	}
	return nil
}

// Cosigned returns the checkpoint with what a witness has answered, where it is of the policy and holds: the venue's line
// first, then the witnesses in the order of the policy, each once, with its latest word. It is an error when nothing in the
// answer is of use.
func (p Policy) Cosigned(checkpoint, answer []byte) ([]byte, error) {
	c, signed, err := readCheckpoint(checkpoint)
	if err != nil {
		return nil, err
	}
	fresh, err := readCosignatures(answer)
	if err != nil {
		return nil, err
	}
	out, used := c.text()+"\n"+signed[0].line(), false
	for _, w := range p.Witnesses {
		k, err := readWitnessKey(w.Key)
		if err != nil {
			return nil, err
		}
		old, before := k.latest(c, signed[1:])
		now, answered := k.latest(c, fresh)
		used = used || answered
		switch {
		case answered && (!before || now.later(old)):
			out += now.line()
		case before:
			out += old.line()
		}
	}
	if !used {
		return nil, errors.New("none of the answered cosignatures is of a witness of the policy")
	}
	return []byte(out), nil
}

// latest finds the signature of the key that holds.
func (k witnessKey) latest(c Checkpoint, signed []signature) (signature, bool) {
	for _, s := range signed {
		if _, err := k.check(c, s); k.is(s) && err == nil {
			return s, true
		}
	}
	return signature{}, false
}

// later compares the times of two cosignatures.
func (s signature) later(other signature) bool { return string(s.raw[:8]) > string(other.raw[:8]) }
