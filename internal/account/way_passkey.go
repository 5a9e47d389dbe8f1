package account

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"portsmouth"
	"portsmouth/internal/lock"
)

// A passkey whose authenticator knows the extension "prf" can unlock a reading key: it answers a fixed input with 32 bytes
// that nobody else can make. Each ceremony is a sign-in like any other, by a passkey of the person who is signed in.

// keyEvaluate is the session's key of such a ceremony.
const keyEvaluate = "reading-key-passkey"

// BeginPasskeyWay returns the options, as JSON, with which the browser asks one passkey of the signed-in person for its answer.
func (s *Service) BeginPasskeyWay(ctx context.Context, passkey []byte) (json.RawMessage, error) {
	if _, _, err := s.changingOpen(ctx); err != nil {
		return nil, err
	}
	return s.beginEvaluation(ctx, func(id []byte) bool { return bytes.Equal(id, passkey) })
}

// FinishPasskeyWay checks the browser's answer, the body of r, and lets that passkey unlock the reading key from now on. The
// key must be unlocked, and a fresh proof of identity is needed.
func (s *Service) FinishPasskeyWay(ctx context.Context, r *http.Request) error {
	ring, secret, err := s.changingOpen(ctx)
	if err != nil {
		return err
	}
	id, answer, err := s.evaluated(ctx, r)
	if err != nil {
		return err
	}
	wrapped, err := lock.WrapPRF(answer, secret, ring.person, id)
	if err != nil {
		return wrong(err, errNoPRF())
	}
	return s.keepRing(ctx, ring.with(way{Kind: byPasskey, Ref: id, At: s.Now(), Wrapped: wrapped}))
}

// DropPasskeyWay has a passkey unlock the reading key no more. It needs a fresh proof of identity.
func (s *Service) DropPasskeyWay(ctx context.Context, passkey []byte) error {
	ring, err := s.changing(ctx)
	if err != nil || ring.find(byPasskey, passkey) == nil {
		return err
	}
	return s.keepRing(ctx, ring.without(byPasskey, passkey))
}

// BeginUnlock returns the options with which the browser asks one of the passkeys that unlock the reading key.
func (s *Service) BeginUnlock(ctx context.Context) (json.RawMessage, error) {
	ring, err := s.unlocking(ctx)
	if err != nil {
		return nil, err
	}
	return s.beginEvaluation(ctx, func(id []byte) bool { return ring.find(byPasskey, id) != nil })
}

// FinishUnlock checks the browser's answer, the body of r, and unlocks the reading key on this device.
func (s *Service) FinishUnlock(ctx context.Context, w http.ResponseWriter, r *http.Request) error {
	ring, err := s.unlocking(ctx)
	if err != nil {
		return err
	}
	id, answer, err := s.evaluated(ctx, r)
	if err != nil {
		return err
	}
	secret, err := lock.OpenPRF(answer, ring.find(byPasskey, id), ring.person, id)
	if err != nil {
		return wrong(err, portsmouth.Refuse("passkey-wrong", "this passkey does not unlock your reading key"))
	}
	return s.unlocked(ctx, w, ring, secret)
}

// beginEvaluation asks those of the signed-in person's passkeys that are wanted.
func (s *Service) beginEvaluation(ctx context.Context, wanted func(id []byte) bool) (json.RawMessage, error) {
	h, err := s.holder(ctx, s.sessions.GetString(ctx, keyPerson))
	if err != nil {
		return nil, err
	}
	h.keys = slices.DeleteFunc(h.keys, func(c webauthn.Credential) bool { return !wanted(c.ID) })
	if len(h.keys) == 0 {
		return nil, portsmouth.Refuse("passkey-none", "there is no such passkey")
	}
	options, ceremony, err := s.passkeys.BeginLogin(h,
		webauthn.WithUserVerification(protocol.VerificationRequired),
		webauthn.WithAssertionExtensions(webauthn.WithExtensionPRF(protocol.PRFValues{First: []byte(lock.PRFInput)})))
	if err != nil {
		return nil, fmt.Errorf("account: passkey: %w", err)
	}
	return s.begin(ctx, keyEvaluate, ceremony, options)
}

// evaluated checks the answer of a passkey, which is a fresh proof of identity, and returns the passkey's id and what it
// answered to the input.
func (s *Service) evaluated(ctx context.Context, r *http.Request) (id, answer []byte, err error) {
	ceremony, err := s.ceremony(ctx, keyEvaluate)
	if err != nil {
		return nil, nil, err
	}
	h, err := s.holder(ctx, s.sessions.GetString(ctx, keyPerson))
	if err != nil {
		return nil, nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponse(r)
	if err != nil {
		return nil, nil, refusedPasskey(err)
	}
	credential, err := s.passkeys.ValidateLogin(h, ceremony, parsed)
	if err != nil {
		return nil, nil, refusedPasskey(err)
	}
	if err := s.accept(ctx, h.person.ID, credential); err != nil {
		return nil, nil, err
	}
	if err := s.MarkFresh(ctx); err != nil {
		return nil, nil, err
	}
	said := parsed.ClientExtensionResults.PRF
	if said == nil || said.Results == nil {
		return nil, nil, errNoPRF()
	}
	return credential.ID, said.Results.First, nil
}

func errNoPRF() error {
	return portsmouth.Refuse("passkey-prf", "this passkey, or this browser, cannot unlock a reading key; it signs you in as before")
}
