package treaty

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"portsmouth"
)

// Check is one thing that was looked at, in words.
type Check struct {
	OK   bool   `json:"ok"`
	What string `json:"what"`
}

// Report says what was checked, and what nothing in the file can show.
type Report struct {
	Checks []Check  `json:"checks"`
	Notes  []string `json:"notes"`
}

// OK reports whether there were checks and all of them passed.
func (r *Report) OK() bool {
	for _, c := range r.Checks {
		if !c.OK {
			return false
		}
	}
	return len(r.Checks) > 0
}

// String writes the report a line a check: "ok", "FAILED" or "note", then the words.
func (r Report) String() string {
	var b strings.Builder
	for _, c := range r.Checks {
		mark := "ok     "
		if !c.OK {
			mark = "FAILED "
		}
		b.WriteString(mark + c.What + "\n")
	}
	for _, n := range r.Notes {
		b.WriteString("note   " + n + "\n")
	}
	return b.String()
}

func (r *Report) add(ok bool, format string, args ...any) {
	r.Checks = append(r.Checks, Check{OK: ok, What: fmt.Sprintf(format, args...)})
}

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// Verify checks all that the file itself can show: the seal, the digest of the text, every signature under it, that
// every party has signed and no key serves twice. The report is whole even when the error, which names the first
// failure, is not nil.
func (b *Bundle) Verify() (Report, error) {
	var r Report
	if err := b.check(); err != nil {
		r.add(false, "the form of the bundle: %v", err)
		return r, err
	}
	b.verifySeal(&r)
	b.verifyDigest(&r)
	b.verifySignatures(&r)
	b.verifyAttestation(&r)
	b.verifyKeys(&r)
	b.verifyForce(&r)
	r.note("The file cannot show whose a key is: compare each key with the one in the roster, or ask the person.")
	r.note("No signature covers the conference's title, the list and names of the parties, times, ratifications and entry into force: the venue says so.")
	for _, c := range r.Checks {
		if !c.OK {
			return r, portsmouth.Refuse("bundle-verify", "%s", c.What)
		}
	}
	return r, nil
}

func (b *Bundle) verifySeal(r *Report) {
	seal, err := b.sealOf()
	if err != nil || seal != b.Seal {
		r.add(false, "the seal does not match the file: it was changed, or damaged on the way")
		return
	}
	r.add(true, "the seal matches every byte of the file")
}

func (b *Bundle) verifyDigest(r *Report) {
	d := DigestOf(b.Document)
	if d != b.Digest {
		r.add(false, "the text has the digest %s, but the file says %s", d, b.Digest)
		return
	}
	r.add(true, "the text in %s has the digest %s (%s)", strings.Join(b.Document.Languages, " and "), d, d.Words())
}

// verifySignatures takes the digest from the text, never from the file.
func (b *Bundle) verifySignatures(r *Report) {
	if len(b.Parties) < 2 {
		r.add(false, "an agreement needs two parties or more; the file names %d", len(b.Parties))
	}
	digest := DigestOf(b.Document)
	signed := map[string]bool{}
	for _, s := range b.Signatures {
		name := b.partyName(s.Party)
		if name == "" {
			r.add(false, "%s signed for “%s”, which is no party", s.Name, s.Party)
			continue
		}
		if err := s.Verify(b.Conference, digest); err != nil {
			r.add(false, "%s: %v", name, err)
			continue
		}
		signed[s.Party] = true
		r.add(true, "%s: signed by %s", name, s.signatory())
	}
	for _, p := range b.Parties {
		if !signed[p.ID] {
			r.add(false, "%s: no valid signature", b.partyName(p.ID))
		}
	}
}

func (s *Signature) signatory() string {
	who := s.Name
	if s.Capacity != "" {
		who += ", " + s.Capacity
	}
	return who + ", with the key " + base64.StdEncoding.EncodeToString(s.PublicKey)
}

func (b *Bundle) partyName(id string) string {
	for _, p := range b.Parties {
		if p.ID == id {
			return p.Name.In(b.Document.Languages...)
		}
	}
	return ""
}

func (b *Bundle) verifyAttestation(r *Report) {
	a := b.Attestation
	if a == nil {
		r.note("No mediator attests this text.")
		return
	}
	if a.Party != Attestor {
		r.add(false, "the attestation is signed for “%s” and not for the mediator", a.Party)
		return
	}
	if err := a.Verify(b.Conference, DigestOf(b.Document)); err != nil {
		r.add(false, "the mediator's attestation: %v", err)
		return
	}
	r.add(true, "attested by the mediator: %s", a.signatory())
}

// verifyKeys demands that each signature has a key of its own: one person signing for both sides would be no agreement.
func (b *Bundle) verifyKeys(r *Report) {
	all := b.Signatures
	if b.Attestation != nil {
		all = append(append([]Signature{}, all...), *b.Attestation)
	}
	owner := map[string]string{}
	for _, s := range all {
		if first, used := owner[string(s.PublicKey)]; used {
			r.add(false, "one key signs twice, as %s and as %s", first, s.Name)
			return
		}
		owner[string(s.PublicKey)] = s.Name
	}
	r.add(true, "no key signs twice")
}

// verifyForce looks whether what the venue says about ratification fits together.
func (b *Bundle) verifyForce(r *Report) {
	ratified := map[string]bool{}
	for _, x := range b.Ratifications {
		name := b.partyName(x.Party)
		if name == "" || ratified[x.Party] {
			r.add(false, "a ratification by “%s”, which is no party or has ratified before", x.Party)
			continue
		}
		ratified[x.Party] = true
		r.note("Ratified by %s on %s: %s.", name, day(x.At), x.By)
	}
	if b.InForce.IsZero() {
		return
	}
	for _, s := range b.Signatures {
		if day(s.At) > day(b.InForce) {
			r.add(false, "in force on %s, before %s signed on %s", day(b.InForce), s.Name, day(s.At))
		}
	}
	r.note("In force since %s.", day(b.InForce))
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
