package conference

import (
	"cmp"
	"slices"

	"portsmouth"
)

// Witnesses have seen the public record: with a key that they declared they cosign its checkpoints. Where the rules name a
// quorum, the conference is declared signed when so many have cosigned one that holds the signatures. Nothing else waits
// for them.

// DeclareSigned is sent by the venue when the witnesses have cosigned. That their signatures are right is for it to check.
type DeclareSigned struct {
	Size      int64    `json:"size"`      // of the smallest record that they cosigned, in leaves
	Witnesses []string `json:"witnesses"` // their verifier keys
}

// Cosigned says that so many as the rules name have seen the signatures.
type Cosigned struct {
	Size      int64    `json:"size"`
	Witnesses []string `json:"witnesses"`
}

func (d *deciding) declareSigned(c DeclareSigned) error {
	if !d.unseen() {
		return portsmouth.Refuse("witnesses-waited", "no witnesses are waited for")
	}
	if leaf := d.signaturesLeaf(); leaf == 0 || c.Size <= leaf {
		return portsmouth.Refuse("witnesses-size", "a record of %d leaves does not hold the signatures", c.Size)
	}
	if n := witnessCount(d.public().Witnesses(), c.Witnesses); n < d.Rules.Witnesses.Quorum {
		return portsmouth.Refuse("witnesses-quorum", "%d witnesses have seen the signatures; the rules wait for %d", n, d.Rules.Witnesses.Quorum)
	}
	d.emit(ToPlenary, Cosigned(c))
	return nil
}

// signaturesLeaf is the place in the record of what witnesses have to see; 0 while there is nothing.
func (s *State) signaturesLeaf() int64 {
	if p := s.public().Signatures; p != nil {
		return p.Leaf
	}
	return 0
}

// Witnesses lists the keys that count for the quorum: one of each delegation, and those of observers.
func (p *PublicView) Witnesses() []PublicKey {
	var list []PublicKey
	for _, k := range p.Keys {
		if k.Purpose == KeyWitness && (k.Party != "" || k.Role == portsmouth.Observer) {
			list = append(list, k)
		}
	}
	return list
}

// witnessCount tells how many of the witnesses declared have cosigned. As in the policy of the record, keys that count
// under one name are one witness.
func witnessCount(declared []PublicKey, cosigned []string) int {
	names := map[string]bool{}
	for _, k := range declared {
		if slices.Contains(cosigned, k.Key) {
			names[cmp.Or(k.Party, keyName(k.Key))] = true
		}
	}
	return len(names)
}

// AwaitedWitnesses tells what the declaration that the conference is signed waits for: so many witnesses of a checkpoint of
// more than leaf leaves. Nothing is awaited when the quorum is 0.
func (v *View) AwaitedWitnesses() (quorum int, leaf int64) {
	if v.Rules == nil || !v.unseen() || v.signaturesLeaf() == 0 {
		return 0, 0
	}
	return v.Rules.Witnesses.Quorum, v.signaturesLeaf()
}
