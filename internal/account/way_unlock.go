package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"portsmouth"
	"portsmouth/internal/lock"
)

// An unlocked key is in two halves: the browser has the secret, wrapped, in a cookie, and the session in the database has what
// unwraps it. So nothing stays open in memory between requests, several nodes can serve one person, and neither half is worth
// anything alone. With the session ends its half: to sign out, to sign in anew and to lock make every older cookie worthless,
// also a copy of it.

// keyUnlocked is the session's key of its half.
const keyUnlocked = "reading-key-unlocked"

// unlockedLasts is how long a key stays unlocked on a device: a working day. The browser forgets earlier when it is closed.
const unlockedLasts = 12 * time.Hour

// half is the session's half of an unlocked key.
type half struct {
	Unwraps []byte    `json:"unwraps"`
	Key     string    `json:"key"` // the name of the reading key
	Until   time.Time `json:"until"`
}

func (h half) place(person string) []string { return []string{"unlocked", person, h.Key} }

// UnlockByPassphrase unlocks the reading key of the signed-in person on this device.
func (s *Service) UnlockByPassphrase(ctx context.Context, w http.ResponseWriter, passphrase string) error {
	ring, err := s.unlocking(ctx)
	if err != nil {
		return err
	}
	secret, err := ring.openTyped(ctx, passphrase, "")
	if err != nil {
		return err
	}
	return s.unlocked(ctx, w, ring, secret)
}

// UnlockByCode is UnlockByPassphrase with the recovery code.
func (s *Service) UnlockByCode(ctx context.Context, w http.ResponseWriter, code string) error {
	ring, err := s.unlocking(ctx)
	if err != nil {
		return err
	}
	secret, err := openCode(code, ring)
	if err != nil {
		return err
	}
	return s.unlocked(ctx, w, ring, secret)
}

func openCode(typed string, ring keyring) (lock.Secret, error) {
	if _, whole := lock.ReadCode(typed); !whole {
		return lock.Secret{}, portsmouth.Refuse("code-form", "a recovery code is seven groups of four letters and digits")
	}
	secret, err := lock.OpenCode(typed, ring.find(byCode, nil), ring.person)
	return secret, wrong(err, portsmouth.Refuse("code-wrong", "this is not your recovery code"))
}

// unlocking is the keyring of the signed-in person, who must have one.
func (s *Service) unlocking(ctx context.Context) (keyring, error) {
	ring, err := s.keyring(ctx)
	if err == nil && ring.version == 0 {
		err = errNoKey()
	}
	return ring, err
}

// unlocked parts an open secret into its two halves.
func (s *Service) unlocked(ctx context.Context, w http.ResponseWriter, ring keyring, secret lock.Secret) error {
	unwraps := lock.Key(lock.NewSecret())
	h := half{Unwraps: unwraps[:], Key: ring.Key, Until: s.Now().Add(unlockedLasts)}
	wrapped, err := unwraps.Wrap(secret, h.place(ring.person)...)
	if err != nil {
		return err
	}
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("account: reading key: %w", err)
	}
	s.sessions.Put(ctx, keyUnlocked, text)
	s.setKeyCookie(w, base64.RawURLEncoding.EncodeToString(wrapped), 0)
	return nil
}

// Lock forgets the reading key on this device.
func (s *Service) Lock(ctx context.Context, w http.ResponseWriter) {
	s.sessions.Remove(ctx, keyUnlocked)
	s.setKeyCookie(w, "", -1)
}

// setKeyCookie writes the browser's half, for as long as the browser is open. It is Lax as the session's own: a page that is
// reached by a link from a chat would else look locked, and no GET changes anything.
func (s *Service) setKeyCookie(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: s.keyCookie(), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: s.sessions.Cookie.Secure, SameSite: http.SameSiteLaxMode,
	})
}

func (s *Service) keyCookie() string { return s.sessions.Cookie.Name + "-key" }

// Unlocking gives every request the secret of its person, see [lock.From], as far as they have unlocked it on this device. It
// goes inside of [Service.Sessions].
func (s *Service) Unlocking(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if secret, unlocked := s.secretOf(r); unlocked {
			r = r.WithContext(lock.With(r.Context(), secret))
		}
		next.ServeHTTP(w, r)
	})
}

// secretOf puts the two halves together. Whatever is wrong with them leaves the key locked.
func (s *Service) secretOf(r *http.Request) (lock.Secret, bool) {
	ctx, none := r.Context(), lock.Secret{}
	cookie, err := r.Cookie(s.keyCookie())
	text := s.sessions.GetBytes(ctx, keyUnlocked)
	if err != nil || text == nil {
		return none, false
	}
	var h half
	wrapped, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(text, &h) != nil || len(h.Unwraps) != len(lock.Key{}) || !s.Now().Before(h.Until) {
		return none, false
	}
	ring, err := s.keyring(ctx) // another device may have begun anew
	if err != nil || ring.version == 0 || ring.Key != h.Key {
		return none, false
	}
	secret, err := lock.Key(h.Unwraps).Unwrap(wrapped, h.place(ring.person)...)
	return secret, err == nil
}
