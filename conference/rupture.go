package conference

import "portsmouth"

// A rupture: the record goes on from another state, or under another key, than what was signed. That cannot be mended, only
// said; so it is said in the record itself, where whoever has seen the earlier one finds it.

// DeclareRupture is sent by the host's program when the record's key is lost, or the database is not the one that was signed.
type DeclareRupture struct {
	Size   int64  `json:"size"`   // of the last checkpoint that was signed before
	Root   string `json:"root"`   // its hash, base64
	Key    string `json:"key"`    // that signed it
	Reason string `json:"reason"` // in the host's words
}

// RuptureDeclared says that the record does not continue what was signed before.
type RuptureDeclared DeclareRupture

func (d *deciding) declareRupture(c DeclareRupture) error {
	if len(d.Publications) == 0 {
		return portsmouth.Refuse("rupture-record", "the public does not know of this conference: it has no record")
	}
	if err := line("the reason", c.Reason); err != nil {
		return err
	}
	if c.Size < 1 || c.Root == "" || c.Key == "" {
		return portsmouth.Refuse("rupture-before", "a rupture names the last checkpoint that was signed")
	}
	if d.declaredRupture(c) {
		return portsmouth.Refuse("rupture-once", "this rupture has been declared already")
	}
	d.emit(ToPlenary, RuptureDeclared(c))
	return nil
}

// declaredRupture reports whether the record says already that it does not continue this checkpoint.
func (s *State) declaredRupture(c DeclareRupture) bool {
	for _, p := range s.Publications {
		if r := p.Rupture; r != nil && r.Size == c.Size && r.Root == c.Root && r.Key == c.Key {
			return true
		}
	}
	return false
}

// Ruptures lists what the record says that it does not continue, oldest first.
func (v *View) Ruptures() []RuptureDeclared {
	var list []RuptureDeclared
	for _, p := range v.Publications {
		if p.Rupture != nil {
			list = append(list, *p.Rupture)
		}
	}
	return list
}
