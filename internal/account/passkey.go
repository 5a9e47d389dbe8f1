package account

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"portsmouth"
)

// A passkey signs in alone, without a link or a name. So it must be discoverable (it knows whose it is) and must have
// verified its user by finger, face or code: who only found the device does not get in.

const ceremonyLasts = 5 * time.Minute

func newPasskeys(site *url.URL) (*webauthn.WebAuthn, error) {
	limit := webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyLasts, TimeoutUVD: ceremonyLasts}
	return webauthn.New(&webauthn.Config{
		RPID:                  site.Hostname(),
		RPDisplayName:         "Portsmouth",
		RPOrigins:             []string{site.Scheme + "://" + site.Host},
		AttestationPreference: protocol.PreferNoAttestation, // which make of key somebody has is none of our business
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
}

// holder is a person as the WebAuthn library wants to see one.
type holder struct {
	person Person
	keys   []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.person.ID) }
func (h holder) WebAuthnName() string                       { return h.person.Name }
func (h holder) WebAuthnDisplayName() string                { return h.person.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func (s *Service) holder(ctx context.Context, id string) (holder, error) {
	p, err := s.Person(ctx, id)
	if err != nil {
		return holder{}, err
	}
	h := holder{person: p}
	kept, err := s.store.Passkeys(ctx, id)
	if err != nil {
		return holder{}, err
	}
	for _, k := range kept {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Credential, &c); err != nil {
			return holder{}, fmt.Errorf("account: a passkey cannot be read: %w", err)
		}
		h.keys = append(h.keys, c)
	}
	return h, nil
}

// BeginRegister returns the options, as JSON, with which the browser of the signed-in person makes a new passkey. It
// needs a fresh proof of identity: a passkey opens the account for good.
func (s *Service) BeginRegister(ctx context.Context) (json.RawMessage, error) {
	h, err := s.registering(ctx)
	if err != nil {
		return nil, err
	}
	known := webauthn.Credentials(h.keys).CredentialDescriptors()
	options, ceremony, err := s.passkeys.BeginRegistration(h, webauthn.WithExclusions(known),
		webauthn.WithExtensions(webauthn.WithExtensionPRFSupport())) // so that it can unlock a reading key one day
	if err != nil {
		return nil, fmt.Errorf("account: passkey: %w", err)
	}
	return s.begin(ctx, keyRegister, ceremony, options)
}

// FinishRegister checks the browser's answer, the body of r, and keeps the new passkey.
func (s *Service) FinishRegister(ctx context.Context, r *http.Request) error {
	h, err := s.registering(ctx)
	if err != nil {
		return err
	}
	ceremony, err := s.ceremony(ctx, keyRegister)
	if err != nil {
		return err
	}
	credential, err := s.passkeys.FinishRegistration(h, ceremony, r)
	if err != nil {
		return refusedPasskey(err)
	}
	return s.keep(ctx, h.person.ID, credential)
}

func (s *Service) registering(ctx context.Context) (holder, error) {
	if err := s.RequireFresh(ctx); err != nil {
		return holder{}, err
	}
	return s.holder(ctx, s.sessions.GetString(ctx, keyPerson))
}

// BeginLogin returns the options, as JSON, with which a browser offers the passkeys it has for this site. Nobody needs
// to be signed in.
func (s *Service) BeginLogin(ctx context.Context) (json.RawMessage, error) {
	options, ceremony, err := s.passkeys.BeginDiscoverableLogin(
		webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("account: passkey: %w", err)
	}
	return s.begin(ctx, keyLogin, ceremony, options)
}

// FinishLogin checks the browser's answer, the body of r, and signs its person in. For somebody who is signed in
// already it is the fresh proof of identity.
func (s *Service) FinishLogin(ctx context.Context, r *http.Request) (Person, error) {
	ceremony, err := s.ceremony(ctx, keyLogin)
	if err != nil {
		return Person{}, err
	}
	whose := func(_, userHandle []byte) (webauthn.User, error) { return s.holder(ctx, string(userHandle)) }
	user, credential, err := s.passkeys.FinishPasskeyLogin(whose, ceremony, r)
	if err != nil {
		return Person{}, refusedPasskey(err)
	}
	p := user.(holder).person
	if err := s.accept(ctx, p.ID, credential); err != nil {
		return Person{}, err
	}
	return p, s.signInAgain(ctx, p.ID)
}

// signInAgain leaves a reading key unlocked that the same person has unlocked in this session.
func (s *Service) signInAgain(ctx context.Context, person string) error {
	var open []byte
	if person == s.sessions.GetString(ctx, keyPerson) {
		open = s.sessions.GetBytes(ctx, keyUnlocked)
	}
	err := s.SignIn(ctx, person)
	if err == nil && open != nil {
		s.sessions.Put(ctx, keyUnlocked, open)
	}
	return err
}

// accept keeps a passkey that has proved itself, unless it looks like a copy.
func (s *Service) accept(ctx context.Context, person string, credential *webauthn.Credential) error {
	if credential.Authenticator.CloneWarning {
		return refusedPasskey(fmt.Errorf("the counter of a passkey went backwards"))
	}
	return s.keep(ctx, person, credential)
}

// Passkeys lists the passkeys of a person, oldest first.
func (s *Service) Passkeys(ctx context.Context, person string) ([]Passkey, error) {
	return s.store.Passkeys(ctx, person)
}

// DropPasskey removes one passkey of a person; with it goes the way to the reading key that it was.
func (s *Service) DropPasskey(ctx context.Context, person string, id []byte) error {
	ring, err := s.keyringOf(ctx, person)
	if err == nil && ring.find(byPasskey, id) != nil {
		err = s.keepRing(ctx, ring.without(byPasskey, id))
	}
	if err != nil {
		return err
	}
	return s.store.DropPasskey(ctx, person, id)
}

func (s *Service) keep(ctx context.Context, person string, c *webauthn.Credential) error {
	record, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("account: passkey: %w", err)
	}
	return s.store.PutPasskey(ctx, Passkey{ID: c.ID, Person: person, Credential: record, Created: s.Now()})
}

// begin remembers a ceremony in the session and returns the options for the browser.
func (s *Service) begin(
	ctx context.Context, key string, ceremony *webauthn.SessionData, options any,
) (json.RawMessage, error) {
	remembered, err := json.Marshal(ceremony)
	if err != nil {
		return nil, fmt.Errorf("account: passkey: %w", err)
	}
	s.sessions.Put(ctx, key, remembered)
	return json.Marshal(options)
}

// ceremony takes the ceremony out of the session, so that each challenge is answered once.
func (s *Service) ceremony(ctx context.Context, key string) (webauthn.SessionData, error) {
	var ceremony webauthn.SessionData
	remembered := s.sessions.PopBytes(ctx, key)
	if remembered == nil {
		return ceremony, refusedPasskey(fmt.Errorf("no ceremony is under way"))
	}
	err := json.Unmarshal(remembered, &ceremony)
	return ceremony, err
}

// refusedPasskey tells people one thing only. What exactly was wrong is for the log, through Unwrap.
func refusedPasskey(why error) error {
	return fmt.Errorf("%w (%w)", &portsmouth.Error{
		Kind: portsmouth.Denied, Rule: "passkey",
		Message: "The passkey was not accepted. Try again, or ask for a link.",
	}, why)
}
