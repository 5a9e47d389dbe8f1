package conference

import (
	"bytes"

	"portsmouth"
	"portsmouth/treaty"
)

// Signature: by each head, with the signer's own Ed25519 key, under the exact digest of the exact text.

// TextDigest returns the digest of the text as it now reads, in hexadecimal, or "".
func (s *State) TextDigest() string {
	if s.Text == nil {
		return ""
	}
	return treaty.DigestOf(s.Text.Document).String()
}

func (d *deciding) exact(digest string) (treaty.Digest, error) {
	now := treaty.DigestOf(d.Text.Document)
	if digest != now.String() {
		return now, portsmouth.Refuse("exact-text", "this is not the digest of the text as it stands; nothing else can be signed")
	}
	return now, nil
}

func (d *deciding) sign(c Sign) error {
	digest, err := d.exact(c.Digest)
	if err != nil {
		return err
	}
	if d.signedBy(d.viewer.Party) != nil {
		return portsmouth.Refuse("sign-once", "your party has signed")
	}
	if err := d.signable(c.Name, c.Capacity); err != nil {
		return err
	}
	if err := d.ownKey(c.PublicKey); err != nil {
		return err
	}
	sig := treaty.Signature{
		Party: d.viewer.Party, Name: c.Name, Capacity: c.Capacity, PublicKey: c.PublicKey, Sig: c.Signature, At: d.meta.At.UTC().Truncate(1e6),
	}
	if err := sig.Verify(d.Opened.Conference, digest); err != nil {
		return err
	}
	if held, err := d.hold(c, d.Baseline.Package); held || err != nil {
		return err
	}
	d.emit(ToPlenary, Signed{Signature: sig, Digest: c.Digest})
	if len(d.Signatures)+1 == len(d.Opened.Parties) && !d.unseen() {
		d.concludeSignature()
	}
	return nil
}

// concludeSignature ends the stage: the conference is signed.
func (d *deciding) concludeSignature() {
	if d.Rules.EntryIntoForce == "on-signature" {
		d.enterIntoForce()
		return
	}
	d.emit(ToPlenary, StageEntered{Stage: Ratification})
}

// Declared lists the signatures that go into a file to take home: none while all have signed and witnesses are waited for,
// since whoever checks the file would find an agreement signed by all.
func (v *View) Declared() []treaty.Signature {
	if v.awaitsWitnesses() {
		return nil
	}
	return v.Signatures
}

func (d *deciding) ownKey(key []byte) error {
	for _, other := range d.Signatures {
		if bytes.Equal(other.PublicKey, key) {
			return portsmouth.Refuse("own-key", "this key has signed for another; every signer has a key of their own")
		}
	}
	return nil
}

func (d *deciding) signable(name, capacity string) error {
	if err := line("the signer's name", name); err != nil {
		return err
	}
	return line("the signer's capacity", capacity)
}

func (d *deciding) enterIntoForce() {
	d.emit(ToPlenary, EnteredIntoForce{On: d.meta.At.UTC().Truncate(1e6)})
	d.emit(ToPlenary, StageEntered{Stage: InForce})
}

func (d *deciding) attest(c Attest) error {
	digest, err := d.exact(c.Digest)
	if err != nil {
		return err
	}
	if d.Attestation != nil {
		return portsmouth.Refuse("attest-once", "the signatures have been attested")
	}
	if len(d.Signatures) < len(d.Opened.Parties) {
		return portsmouth.Refuse("attest-after", "the mediator attests when all parties have signed")
	}
	if d.awaitsWitnesses() {
		return portsmouth.Refuse("awaits-witnesses", "all have signed, and witnesses are waited for; the mediator attests when they have seen it")
	}
	if err := d.signable(c.Name, c.Capacity); err != nil {
		return err
	}
	if err := d.ownKey(c.PublicKey); err != nil {
		return err
	}
	sig := treaty.Signature{
		Party: treaty.Attestor, Name: c.Name, Capacity: c.Capacity, PublicKey: c.PublicKey, Sig: c.Signature, At: d.meta.At.UTC().Truncate(1e6),
	}
	if err := sig.Verify(d.Opened.Conference, digest); err != nil {
		return err
	}
	d.emit(ToPlenary, Attested{Signature: sig, Digest: c.Digest})
	return nil
}
