package web

import (
	"github.com/a-h/templ"

	"portsmouth/treaty"
)

// signing shows the text to be signed. Who may sign or attest proves afresh who they are before they read it, so that
// nothing has to be signed twice.
func (s *site) signing(v *visit) error {
	sh := sheetOf(v)
	if sh.signs() {
		if err := s.requireFresh(v); err != nil {
			return err
		}
	}
	return v.render(signingPage(sh))
}

// signs reports whether the reader's signature, or attestation, is what is wanted now.
func (s *sheet) signs() bool {
	return s.may("sign") && s.View.SignedBy(s.mine()) == nil || s.may("attest") && s.toAttest()
}

// signer is under which name of a party the reader signs.
func (s *sheet) signer() string {
	if s.mediating() {
		return treaty.Attestor
	}
	return s.mine()
}

// signVerb is what the reader's signature is: a party's, or the mediator's attestation.
func (s *sheet) signVerb() string {
	if s.mediating() {
		return "attest"
	}
	return "sign"
}

// statement hands over the exact bytes that a key signs, for who signs with the program on a machine of their own.
func (s *site) statement(v *visit) error {
	sh := sheetOf(v)
	if v.view.Text == nil || !sh.signs() {
		return notFound()
	}
	sent := v.fields()
	bytes := treaty.SigningStatement(
		v.view.Opened.Conference, sh.signer(), sent.Get("name"), sent.Get("capacity"), treaty.DigestOf(v.view.Text.Document),
	)
	return v.download("text/plain; charset=utf-8", "statement.txt", bytes)
}

// signAttributes tell the script what it signs: it works out the digest anew from the text itself.
func signAttributes(s *sheet, digest string) templ.Attributes {
	return attrs("class", "stack", "data-sign", "yes", "data-conference", s.View.Opened.Conference,
		"data-party", s.signer(), "data-digest", digest, "data-bundle", string(s.C("treaty.json")))
}
