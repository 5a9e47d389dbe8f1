package account

import (
	"context"
	"net/http"
	"time"

	"portsmouth"
	"portsmouth/internal/lock"
)

// Who begins anew gives a key up without unlocking it, and so could somebody at a device that was left open. The key that was
// replaced is therefore kept for a while, as it was wrapped, and who has its passphrase or its code can take it back.

// beforeLasts is how long a key that was replaced can be taken back.
const beforeLasts = 30 * 24 * time.Hour

// replaces is the keyring with the one that it takes the place of.
func (r keyring) replaces(before keyring, now time.Time) keyring {
	if before.version == 0 {
		return r
	}
	before.Before = nil
	r.Before, r.Replaced = &before, now
	return r
}

// former is the key that can be taken back; nil when there is none any more.
func (r keyring) former(now time.Time) *keyring {
	if r.Before == nil || now.Sub(r.Replaced) > beforeLasts {
		return nil
	}
	former := *r.Before
	former.person, former.version = r.person, r.version
	return &former
}

// TakeKeyBack puts the key that was replaced lately in the place of the present one, for who has its passphrase or its recovery
// code, and unlocks it on this device. It needs a fresh proof of identity.
func (s *Service) TakeKeyBack(ctx context.Context, w http.ResponseWriter, passphrase, code string) error {
	ring, err := s.changing(ctx)
	if err != nil {
		return err
	}
	former := ring.former(s.Now())
	if former == nil {
		return portsmouth.Refuse("key-former", "there is no earlier key that could be taken back")
	}
	secret, err := former.openTyped(ctx, passphrase, code)
	if err != nil {
		return err
	}
	back := former.replaces(ring, s.Now()) // what was said with the present key is not lost either
	if err := s.keepRing(ctx, back); err != nil {
		return err
	}
	return s.unlocked(ctx, w, back, secret)
}

// openTyped opens a key with its passphrase or, where there is one, the code.
func (r keyring) openTyped(ctx context.Context, passphrase, code string) (lock.Secret, error) {
	if code != "" {
		return openCode(code, r)
	}
	secret, err := lock.OpenPassphrase(ctx, passphrase, r.find(byPassphrase, nil), r.person)
	return secret, wrong(err, portsmouth.Refuse("passphrase-wrong", "this is not your passphrase"))
}
