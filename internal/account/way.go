package account

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"portsmouth"
	"portsmouth/internal/lock"
)

// A person's reading key comes from one secret, which is kept nowhere but wrapped: by a passphrase, by a recovery code that
// was shown once, by passkeys. All of that is one row of the database, so that it changes as a whole or not at all.

// The kinds of ways to a reading key.
const (
	byPassphrase = "passphrase"
	byCode       = "code"
	byPasskey    = "passkey"
)

// way is one way to the secret of a person.
type way struct {
	Kind    string    `json:"kind"`
	Ref     []byte    `json:"ref,omitempty"` // of a passkey its id
	At      time.Time `json:"at"`
	Wrapped []byte    `json:"wrapped"`
}

// keyring is all that is kept of a person's reading key.
type keyring struct {
	Key   string    `json:"key"` // a random name of the key: one that was begun anew has another
	Since time.Time `json:"since"`
	Ways  []way     `json:"ways"`

	Before   *keyring  `json:"before,omitempty"` // the key that this one took the place of, as long as it can be taken back
	Replaced time.Time `json:"replaced,omitzero"`

	person  string
	version int64 // in the database; 0 for a keyring that is not there
}

// ReadingKey is what is known of a person's reading key while it is locked.
type ReadingKey struct {
	Since      time.Time // zero for none
	Passphrase time.Time // when it was last set
	Code       time.Time // when it was made
	Former     time.Time // until when the key that it replaced can be taken back; zero for never
	passkeys   [][]byte
}

// Set reports whether there is a reading key.
func (k ReadingKey) Set() bool { return !k.Since.IsZero() }

// Opens reports whether a passkey of that id unlocks it.
func (k ReadingKey) Opens(passkey []byte) bool {
	return slices.ContainsFunc(k.passkeys, func(id []byte) bool { return bytes.Equal(id, passkey) })
}

// ByPasskey reports whether any passkey unlocks it.
func (k ReadingKey) ByPasskey() bool { return len(k.passkeys) > 0 }

// ReadingKey says what is known of the reading key of the signed-in person.
func (s *Service) ReadingKey(ctx context.Context) (ReadingKey, error) {
	ring, err := s.keyring(ctx)
	if err != nil {
		return ReadingKey{}, err
	}
	k := ReadingKey{Since: ring.Since}
	if ring.former(s.Now()) != nil {
		k.Former = ring.Replaced.Add(beforeLasts)
	}
	for _, w := range ring.Ways {
		switch w.Kind {
		case byPassphrase:
			k.Passphrase = w.At
		case byCode:
			k.Code = w.At
		case byPasskey:
			k.passkeys = append(k.passkeys, w.Ref)
		}
	}
	return k, nil
}

// keyring is that of the signed-in person.
func (s *Service) keyring(ctx context.Context) (keyring, error) {
	return s.keyringOf(ctx, s.sessions.GetString(ctx, keyPerson))
}

// keyringOf reads a keyring; an empty one when there is none.
func (s *Service) keyringOf(ctx context.Context, person string) (keyring, error) {
	ring := keyring{person: person}
	kept, version, err := s.store.Ways(ctx, person)
	if err != nil || version == 0 {
		return ring, err
	}
	if err := json.Unmarshal(kept, &ring); err != nil {
		return keyring{}, fmt.Errorf("account: the ways to a reading key cannot be read: %w", err)
	}
	ring.version = version
	return ring, nil
}

// keepRing puts a keyring in the place of the one that it was made from, unless that was changed meanwhile.
func (s *Service) keepRing(ctx context.Context, ring keyring) error {
	if ring.former(s.Now()) == nil {
		ring.Before, ring.Replaced = nil, time.Time{}
	}
	text, err := json.Marshal(ring)
	if err != nil {
		return fmt.Errorf("account: reading key: %w", err)
	}
	put, err := s.store.PutWays(ctx, ring.person, text, ring.version)
	if err == nil && !put {
		err = &portsmouth.Error{
			Kind: portsmouth.Conflict, Rule: "key-changed", Message: "Your reading key was changed on another device meanwhile. Look again.",
		}
	}
	return err
}

// find returns the wrapped secret of a kind, nil for none.
func (r keyring) find(kind string, ref []byte) []byte {
	for _, w := range r.Ways {
		if w.Kind == kind && bytes.Equal(w.Ref, ref) {
			return w.Wrapped
		}
	}
	return nil
}

// with is the keyring with a way in the place of the one of its kind and ref. The ways of the old one stay as they are.
func (r keyring) with(w way) keyring {
	r = r.without(w.Kind, w.Ref)
	r.Ways = append(r.Ways, w)
	return r
}

func (r keyring) without(kind string, ref []byte) keyring {
	r.Ways = slices.DeleteFunc(slices.Clone(r.Ways), func(w way) bool { return w.Kind == kind && bytes.Equal(w.Ref, ref) })
	return r
}

// The bounds of a passphrase, in letters.
const (
	shortestPassphrase = 12
	longestPassphrase  = 200
	fewestLetters      = 5 // that differ
	fewestOwn          = 6 // beside what everybody takes
)

// common is what everybody takes, without blanks: the words of the lists that guessing begins with, runs of the alphabet and
// of keyboards, and what is nearest here.
var common = []string{
	"correcthorsebatterystaple", "abcdefghijklmnopqrstuvwxyz", "abcdefghijkl", "1234567890", "0123456789", "0987654321", "qwertyuiop", "azertyuiop", "qwertzuiop",
	"asdfghjkl", "zxcvbnm", "1q2w3e4r5t6y", "passphrase", "password", "passwort", "phrasesecrete", "phrasesecrète", "motdepasse", "portsmouth", "readingkey",
	"clédelecture", "iloveyou", "letmein", "welcome", "bienvenue", "administrator", "football", "baseball", "princess", "sunshine", "superman", "qwerty", "azerty",
	"dragon", "monkey", "master", "shadow", "secret", "admin", "123456",
}

// checkPassphrase refuses what is guessed first.
func checkPassphrase(passphrase, name string) error {
	clean := lock.CleanPassphrase(passphrase)
	different := map[rune]bool{}
	for _, r := range clean {
		different[unicode.ToLower(r)] = true
	}
	switch length := utf8.RuneCountInString(clean); {
	case length < shortestPassphrase:
		return portsmouth.Invalidf("passphrase-short",
			"a passphrase has at least %d letters: take four or five words that do not belong together", shortestPassphrase)
	case length > longestPassphrase:
		return portsmouth.Invalidf("passphrase-long", "a passphrase has at most %d letters", longestPassphrase)
	case len(different) < fewestLetters:
		return portsmouth.Invalidf("passphrase-same", "this is the same few letters over and over; that is guessed first")
	case ownOf(clean) < fewestOwn:
		return portsmouth.Invalidf("passphrase-common", "this is what many people take; that is guessed first")
	case lettersOf(clean) == lettersOf(name):
		return portsmouth.Invalidf("passphrase-name", "this is your name; that is guessed first")
	}
	return nil
}

// ownOf counts the letters and digits of a passphrase beside what everybody takes.
func ownOf(passphrase string) int {
	rest := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, passphrase)
	for _, taken := range common {
		rest = strings.ReplaceAll(rest, taken, "")
	}
	return utf8.RuneCountInString(rest)
}

// lettersOf leaves out what people add to a name to make it look like a passphrase.
func lettersOf(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
