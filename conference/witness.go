package conference

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"portsmouth"
)

// Witnesses have seen the public record: with a key that they declared they cosign its checkpoints. Where the rules name a
// quorum, the stage of signature ends only when so many have cosigned one that holds all signatures: until then the text is
// signed by all and declared signed by nobody. Nothing else waits for them. If they never come, all together change the
// quorum, or all together break off.

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

// BreakOffAgreed says that a party would undo what all have signed while witnesses are waited for. When all have said so,
// the conference is broken off.
type BreakOffAgreed struct {
	Party  string `json:"party"`
	Reason string `json:"reason"`
}

// declareSigned ends the stage of signature. A conference from before the stage waited has left it already: there it only
// lets the declaration be published.
func (d *deciding) declareSigned(c DeclareSigned) error {
	p := d.public()
	quorum, leaf := p.Awaited()
	if quorum == 0 {
		return portsmouth.Refuse("witnesses-waited", "no witnesses are waited for")
	}
	if c.Size <= leaf {
		return portsmouth.Refuse("witnesses-size", "a record of %d leaves does not hold the signatures", c.Size)
	}
	if n := CountWitnesses(p.Witnesses(), c.Witnesses); n < quorum {
		return portsmouth.Refuse("witnesses-quorum", "%d witnesses have seen the signatures; the rules wait for %d", n, quorum)
	}
	d.emit(ToPlenary, Cosigned(c))
	if d.awaitsWitnesses() {
		d.concludeSignature()
	}
	return nil
}

// allSigned reports whether every party has signed.
func (s *State) allSigned() bool {
	return len(s.Signatures) > 0 && len(s.Signatures) == len(s.Opened.Parties)
}

// unseen reports whether the rules wait for witnesses of the signatures, and too few have seen them.
func (s *State) unseen() bool {
	return s.Rules.Publicity.Listed && s.Rules.Witnesses.Quorum > 0 && s.Seen == nil
}

// awaitsWitnesses reports whether all have signed, and the stage waits until witnesses have seen it.
func (s *State) awaitsWitnesses() bool {
	return s.Stage == Signature && s.Rules != nil && s.allSigned() && s.unseen()
}

// AwaitsWitnesses reports whether all have signed, and the stage waits until witnesses have seen it.
func (v *View) AwaitsWitnesses() bool { return v.awaitsWitnesses() }

// duringSignature: while witnesses are waited for nobody does what ends with the signatures, and the rules can be changed
// only then.
func (s *State) duringSignature(command string, p Permit) error {
	waits := s.awaitsWitnesses()
	switch {
	case p.Waiting && !waits:
		return portsmouth.Refuse("stage:"+command, "to %s is possible in the stage “%s” only while witnesses are waited for", p.Does, s.Stage)
	case waits && !p.Waiting && !slices.Contains(p.Stages, Ratification):
		return portsmouth.Refuse("awaits-witnesses", "all have signed, and witnesses are waited for; to %s is not possible any more", p.Does)
	}
	return nil
}

// quorumOnly: while witnesses are waited for the text is signed under the rules that there are. Only how many witnesses it
// waits for can be changed, and what is noted beside.
func (s *State) quorumOnly(r Rules) error {
	if !s.awaitsWitnesses() {
		return nil
	}
	now := *s.Rules
	now.Version, now.Witnesses, now.Note = r.Version, r.Witnesses, r.Note
	a, err := json.Marshal(now)
	if err != nil {
		return err
	}
	b, err := json.Marshal(r)
	if err == nil && !bytes.Equal(a, b) {
		return portsmouth.Refuse("rules-quorum", "all have signed under these rules: only how many witnesses are waited for can still be changed")
	}
	return err
}

// breakOffSigned: what all have signed is undone by all, and not by one who keeps its witness away.
func (d *deciding) breakOffSigned(c BreakOff) error {
	if d.BreakingOff[d.viewer.Party] {
		return portsmouth.Refuse("break-off-once", "your party has agreed to break off; the others have to, too")
	}
	d.emit(ToPlenary, BreakOffAgreed{Party: d.viewer.Party, Reason: c.Reason})
	if d.allWith(d.BreakingOff, d.viewer.Party) {
		d.endBroken(ToPlenary, c.Reason)
	}
	return nil
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

// CountWitnesses tells how many of the witnesses declared have cosigned. As in the policy of the record, keys that count
// under one name are one witness.
func CountWitnesses(declared []PublicKey, cosigned []string) int {
	names := map[string]bool{}
	for _, k := range declared {
		if slices.Contains(cosigned, k.Key) {
			names[cmp.Or(k.Party, keyName(k.Key))] = true
		}
	}
	return len(names)
}

// Awaited tells what the declaration that the conference is signed waits for: so many witnesses of a checkpoint of more than
// leaf leaves. Nothing is awaited when the quorum is 0.
func (p *PublicView) Awaited() (quorum int, leaf int64) {
	if p.Rules == nil || p.Signatures == nil || p.Signed != nil || p.Ended != nil && p.Ended.Item == "broken-off" {
		return 0, 0
	}
	return p.Rules.Witnesses.Quorum, p.Signatures.Leaf
}

// AwaitedWitnesses is PublicView.Awaited of what the viewer sees.
func (v *View) AwaitedWitnesses() (quorum int, leaf int64) { return v.public().Awaited() }
