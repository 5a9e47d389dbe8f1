package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"portsmouth"
	"portsmouth/internal/lock"
)

// Setting and changing a reading key. A recovery code counts only once it was typed back: until then the keyring in which it
// will be waits in the session, and what was there before goes on.

// keyPending is the session's key of the keyring that waits for its recovery code.
const keyPending = "reading-key-pending"

// pendingLasts is how long it waits.
const pendingLasts = time.Hour

// pending is a keyring that waits for its recovery code.
type pending struct {
	Ring    keyring   `json:"ring"`
	Version int64     `json:"version"` // of what it takes the place of
	Person  string    `json:"person"`
	At      time.Time `json:"at"`
}

// BeginKey prepares a reading key for the signed-in person and returns its recovery code, to be shown once; [Service.ConfirmCode]
// makes it count. With anew it will take the place of the one that there is: what only that one opens is lost to its owner.
// It needs a fresh proof of identity.
func (s *Service) BeginKey(ctx context.Context, passphrase string, anew bool) (code string, err error) {
	ring, err := s.changing(ctx)
	if err != nil {
		return "", err
	}
	switch {
	case ring.version > 0 && !anew:
		return "", portsmouth.Refuse("key-set", "you have a reading key already")
	case ring.version == 0 && anew:
		return "", errNoKey()
	}
	ring = keyring{Key: newID(), Since: s.Now(), person: ring.person, version: ring.version}
	secret := lock.NewSecret()
	if ring, err = s.withPassphrase(ctx, ring, passphrase, secret); err != nil {
		return "", err
	}
	return s.begun(ctx, ring, secret, true)
}

// BeginCode prepares another recovery code, in the place of the one that there is. The key must be unlocked, and a fresh proof
// of identity is needed.
func (s *Service) BeginCode(ctx context.Context) (code string, err error) {
	ring, secret, err := s.changingOpen(ctx)
	if err != nil {
		return "", err
	}
	return s.begun(ctx, ring, secret, false)
}

// begun adds a new recovery code to a keyring and has it wait.
func (s *Service) begun(ctx context.Context, ring keyring, secret lock.Secret, fresh bool) (string, error) {
	code := lock.NewCode()
	wrapped, err := lock.WrapCode(code, secret, ring.person)
	if err != nil {
		return "", err
	}
	p := pending{Version: ring.version, Person: ring.person, At: s.Now()}
	p.Ring = ring.with(way{Kind: byCode, At: s.Now(), Wrapped: wrapped})
	if !fresh { // the other ways stay where they are: what is in a session is not gone when they are changed
		p.Ring.Ways = p.Ring.Ways[len(p.Ring.Ways)-1:]
	}
	text, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("account: reading key: %w", err)
	}
	s.sessions.Put(ctx, keyPending, text)
	return code, nil
}

// Pending reports whether a recovery code waits to be typed back.
func (s *Service) Pending(ctx context.Context) bool {
	_, err := s.pending(ctx)
	return err == nil
}

func (s *Service) pending(ctx context.Context) (p pending, err error) {
	text := s.sessions.GetBytes(ctx, keyPending)
	if text == nil {
		return p, errNothingPending()
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("account: reading key: %w", err)
	}
	if p.Person != s.sessions.GetString(ctx, keyPerson) || s.Now().Sub(p.At) > pendingLasts {
		return p, errNothingPending()
	}
	p.Ring.person, p.Ring.version = p.Person, p.Version
	return p, nil
}

// ConfirmCode takes the recovery code that was typed back: from now on the key, or the code, that was prepared counts, and the
// key is unlocked on this device. Fresh says that the key itself is new.
func (s *Service) ConfirmCode(ctx context.Context, w http.ResponseWriter, typed string) (fresh bool, err error) {
	p, err := s.pending(ctx)
	if err != nil {
		return false, err
	}
	secret, err := openCode(typed, p.Ring)
	if err != nil {
		return false, err
	}
	before, err := s.keyring(ctx)
	if err != nil {
		return false, err
	}
	if before.Key == p.Ring.Key && before.version == p.Version {
		p.Ring = before.with(p.Ring.Ways[len(p.Ring.Ways)-1])
	} else {
		p.Ring = p.Ring.replaces(before, s.Now())
	}
	if err := s.keepRing(ctx, p.Ring); err != nil {
		return false, err
	}
	s.sessions.Remove(ctx, keyPending)
	return before.Key != p.Ring.Key, s.unlocked(ctx, w, p.Ring, secret)
}

// ChangePassphrase sets another passphrase. The key must be unlocked, and a fresh proof of identity is needed.
func (s *Service) ChangePassphrase(ctx context.Context, passphrase string) error {
	ring, secret, err := s.changingOpen(ctx)
	if err != nil {
		return err
	}
	if ring, err = s.withPassphrase(ctx, ring, passphrase, secret); err != nil {
		return err
	}
	return s.keepRing(ctx, ring)
}

func (s *Service) withPassphrase(ctx context.Context, ring keyring, passphrase string, secret lock.Secret) (keyring, error) {
	p, err := s.Person(ctx, ring.person)
	if err != nil {
		return ring, err
	}
	if err := checkPassphrase(passphrase, p.Name); err != nil {
		return ring, err
	}
	wrapped, err := lock.WrapPassphrase(ctx, passphrase, secret, ring.person)
	if err != nil {
		return ring, wrong(err, err)
	}
	return ring.with(way{Kind: byPassphrase, At: s.Now(), Wrapped: wrapped}), nil
}

// changing is the keyring of the signed-in person, who has just proved who they are.
func (s *Service) changing(ctx context.Context) (keyring, error) {
	if err := s.RequireFresh(ctx); err != nil {
		return keyring{}, err
	}
	return s.keyring(ctx)
}

// changingOpen is changing of a key that is unlocked.
func (s *Service) changingOpen(ctx context.Context) (keyring, lock.Secret, error) {
	ring, err := s.changing(ctx)
	if err != nil {
		return ring, lock.Secret{}, err
	}
	if ring.version == 0 {
		return ring, lock.Secret{}, errNoKey()
	}
	secret, unlocked := lock.From(ctx)
	if !unlocked {
		return ring, secret, portsmouth.Refuse("key-locked", "unlock your reading key first")
	}
	return ring, secret, nil
}

func errNoKey() error {
	return portsmouth.Refuse("key-unset", "you have no reading key yet")
}

func errNothingPending() error {
	return portsmouth.Refuse("code-none", "no recovery code waits to be typed back; begin again")
}

// wrong puts what is told to who could not unlock in the place of an error that says just that.
func wrong(err, instead error) error {
	switch {
	case errors.Is(err, lock.ErrLocked):
		return instead
	case errors.Is(err, lock.ErrBusy):
		return &portsmouth.Error{Kind: portsmouth.TooMany, Rule: "rate-limit", Message: "Too many requests. Wait a little, then try again."}
	}
	return err
}
