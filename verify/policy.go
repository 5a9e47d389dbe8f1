package verify

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"portsmouth/record"
)

// policyOf follows the policy of a record through its leaves: leaf 0 has that of the beginning; the notice of the
// conference has the quorum of the rules in force; keys are declared and retracted.
func policyOf(g record.Genesis, entries [][]byte) (p record.Policy, former []string, err error) {
	if p, err = g.Policy(); err != nil {
		return p, nil, err
	}
	was := map[string]bool{}
	for _, entry := range entries[1:] {
		a := read(entry)
		if a.Body.Item == "convened" && a.Body.Rules != nil {
			p.Quorum = a.Body.Rules.Witnesses.Quorum
		}
		for _, k := range a.Body.Keys {
			if k.Purpose != "witness" {
				continue
			}
			was[k.Key] = true
			p.Witnesses = slices.DeleteFunc(p.Witnesses, func(w record.PolicyWitness) bool { return w.Key == k.Key })
			if name := k.witness(); name != "" && a.Body.Item != "key-retracted" {
				p.Witnesses = append(p.Witnesses, record.PolicyWitness{Name: name, Key: k.Key})
			}
		}
	}
	for _, w := range p.Witnesses {
		delete(was, w.Key)
	}
	if err := p.Check(); err != nil {
		return p, nil, fmt.Errorf("the witnesses that its leaves name: %w", err)
	}
	return p, slices.Sorted(maps.Keys(was)), nil
}

// witness is the name of the witness to which a key counts: a delegation is one, however many of it have keys; of others
// only observers count, each for themselves. It is empty when the key counts for nobody.
func (k key) witness() string {
	switch name, _, _ := strings.Cut(k.Key, "+"); {
	case k.Party != "":
		return k.Party
	case k.Role == "observer":
		return name
	}
	return ""
}
