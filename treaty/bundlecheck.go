package treaty

import (
	"crypto/ed25519"
	"strings"
	"time"

	"portsmouth"
)

// check reports the first thing wrong with the form of the bundle. Every string passes through it, so that nothing in
// the file is hidden from a reader and no string can be written in two ways.
func (b *Bundle) check() error {
	if err := checkLine("the conference's id", b.Conference); err != nil {
		return err
	}
	if err := checkNames("the title", b.Title); err != nil {
		return err
	}
	if err := b.Document.Check(); err != nil {
		return err
	}
	if err := b.checkParties(); err != nil {
		return err
	}
	if err := b.checkSignatures(); err != nil {
		return err
	}
	for _, r := range b.Ratifications {
		if err := r.check(); err != nil {
			return err
		}
	}
	if !b.InForce.IsZero() {
		return checkTime("the entry into force", b.InForce)
	}
	return nil
}

func (b *Bundle) checkParties() error {
	if len(b.Parties) > portsmouth.MaxParties {
		return portsmouth.Invalidf("bundle-parties", "a bundle has at most %d parties", portsmouth.MaxParties)
	}
	seen := map[string]bool{Attestor: true}
	for _, p := range b.Parties {
		if !portsmouth.ValidID(p.ID) || seen[p.ID] {
			return portsmouth.Invalidf("party-id", "party id “%s” is malformed, reserved or used twice", clip(p.ID))
		}
		seen[p.ID] = true
		if len(p.Name) == 0 {
			return portsmouth.Invalidf("party-name", "party %s has no name", p.ID)
		}
		if err := checkNames("the name of party "+p.ID, p.Name); err != nil {
			return err
		}
	}
	return nil
}

func checkNames(what string, t portsmouth.Text) error {
	for _, l := range t.Languages() {
		if !tagForm.MatchString(l) {
			return portsmouth.Invalidf("text-languages", "%s is given in a language “%s” that is malformed", what, clip(l))
		}
		if err := checkLine(what, t[l]); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bundle) checkSignatures() error {
	for _, s := range b.Signatures {
		if err := s.check(); err != nil {
			return err
		}
	}
	if b.Attestation == nil {
		return nil
	}
	return b.Attestation.check()
}

func (s *Signature) check() error {
	if !portsmouth.ValidID(s.Party) {
		return portsmouth.Invalidf("party-id", "a signature is for “%s”, which cannot be a party", clip(s.Party))
	}
	if err := checkLine("the name of a signatory", s.Name); err != nil {
		return err
	}
	if s.Capacity != "" {
		if err := checkLine("the capacity of a signatory", s.Capacity); err != nil {
			return err
		}
	}
	if len(s.PublicKey) != ed25519.PublicKeySize || len(s.Sig) != ed25519.SignatureSize {
		return portsmouth.Invalidf("signature-form", "the key of %s must have %d bytes and the signature %d", clip(s.Name), ed25519.PublicKeySize, ed25519.SignatureSize)
	}
	return checkTime("the time of a signature", s.At)
}

func (r *Ratification) check() error {
	if !portsmouth.ValidID(r.Party) {
		return portsmouth.Invalidf("party-id", "a ratification is by “%s”, which cannot be a party", clip(r.Party))
	}
	if err := checkLine("the name under a ratification", r.By); err != nil {
		return err
	}
	if r.Text != "" && strings.TrimSpace(r.Text) == "" {
		return portsmouth.Invalidf("text-line", "the text of a ratification is blank")
	}
	if err := CheckText("the text of a ratification", r.Text); err != nil {
		return err
	}
	return checkTime("the time of a ratification", r.At)
}

// checkTime keeps to the years that RFC 3339 can write.
func checkTime(what string, t time.Time) error {
	if y := t.UTC().Year(); t.IsZero() || y < 1 || y > 9999 {
		return portsmouth.Invalidf("bundle-time", "%s is missing or beyond the calendar", what)
	}
	return nil
}
