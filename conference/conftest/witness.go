package conftest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"portsmouth/conference"
)

// WitnessKey is the verifier key of a witness, always the same, of which nobody holds the private part.
func WitnessKey(name string) string {
	sum := sha256.Sum256([]byte(name))
	raw := append([]byte{4}, sum[:]...)
	hash := sha256.Sum256(append([]byte(name+"\n"), raw...))
	return name + "+" + hex.EncodeToString(hash[:4]) + "+" + base64.StdEncoding.EncodeToString(raw)
}

// Sign has every party sign.
func (s *Scene) Sign() error {
	return s.each(func(p string) (string, conference.Command) { return p, s.Signature(p, p) })
}

// Cosign has so many witnesses see the signatures as the rules wait for: parties name one each where there are too few.
func (s *Scene) Cosign() error {
	whole := conference.Look(s.Log, conference.TimerViewer)
	quorum, leaf := whole.AwaitedWitnesses()
	if quorum == 0 {
		return nil
	}
	seen := conference.DeclareSigned{}
	for _, p := range s.Heads() {
		key := WitnessKey(p + ".example/witness")
		if _, err := s.Do(p, conference.DeclareKey{Purpose: conference.KeyWitness, Key: key}); err != nil {
			return fmt.Errorf("%s, declare-key: %w", p, err)
		}
		seen.Witnesses = append(seen.Witnesses, key)
		if len(seen.Witnesses) == quorum {
			break
		}
	}
	seen.Size = leaf + 1
	_, err := s.Send(conference.Meta{}, seen)
	return err
}
