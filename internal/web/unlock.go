package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/lock"
)

// unlockPath is where a reading key is unlocked, on the way to another page.
const unlockPath = "/unlock"

// unlockPage is that page.
type unlockPage struct {
	*Page
	next    string
	passkey bool // one unlocks the key
	code    bool // the recovery code was tried
	problem *Problem
}

func (s *site) unlockForm(v *visit) error {
	key, err := s.Accounts.ReadingKey(v.r.Context())
	switch {
	case err != nil:
		return err
	case !key.Set():
		return v.redirect(keyPath)
	case unlockedHere(v):
		return v.redirect(afterUnlock(v))
	}
	return s.showUnlock(v, key, nil)
}

// afterUnlock is where to go when the key is unlocked.
func afterUnlock(v *visit) string {
	if next := v.form("next"); next != "" {
		return localPath(next)
	}
	return keyPath
}

func (s *site) showUnlock(v *visit, key account.ReadingKey, problem error) error {
	v.page.Title, v.page.Self = v.page.T("unlock.title"), unlockPath
	u := &unlockPage{Page: v.page, next: afterUnlock(v), passkey: key.ByPasskey(), code: v.form("code") != ""}
	status := http.StatusOK
	if problem != nil {
		u.problem = v.page.problem(problem)
		status = u.problem.Status
	}
	return v.renderStatus(status, unlockPageOf(u))
}

// unlock takes the passphrase or the recovery code.
func (s *site) unlock(v *visit) error {
	err := s.attempted(v)
	if err == nil {
		if code := v.form("code"); code != "" {
			err = s.Accounts.UnlockByCode(v.r.Context(), v.w, code)
		} else {
			err = s.Accounts.UnlockByPassphrase(v.r.Context(), v.w, v.form("passphrase"))
		}
	}
	if err == nil {
		return v.redirect(afterUnlock(v))
	}
	key, keyErr := s.Accounts.ReadingKey(v.r.Context())
	if keyErr != nil || !retry(err) {
		return err
	}
	return s.showUnlock(v, key, err)
}

// beginUnlock and finishUnlock answer the script of app.js: a passkey unlocks the key.
func (s *site) beginUnlock(v *visit) error {
	options, err := s.Accounts.BeginUnlock(v.r.Context())
	return v.json(options, err)
}

func (s *site) finishUnlock(v *visit) error {
	return v.json(nil, s.Accounts.FinishUnlock(v.r.Context(), v.w, v.r))
}

// lockedFor reports whether the signed-in person has a reading key and has not unlocked it here.
func (s *site) lockedFor(v *visit) bool {
	if _, open := lock.From(v.r.Context()); open || v.person.ID == "" || seatOf(v.r) != nil {
		return false
	}
	key, err := s.Accounts.ReadingKey(v.r.Context())
	return err == nil && key.Set()
}

// toUnlock reports whether the page may hold words that the reader could read once they unlock: they have, or had, a reading
// key in this conference, and it is locked.
func (p *Page) toUnlock() bool {
	own := func(k *conference.DeclaredKey) bool {
		return k.Person == p.Person.ID && k.Purpose == conference.KeyRoom
	}
	return p.View != nil && p.id != "" && p.Person.ID != "" && slices.ContainsFunc(p.View.Keys, own) && p.locked()
}

// unlockHere is where the page is unlocked, and shown again.
func (p *Page) unlockHere() string { return unlockPath + "?next=" + p.Self }

// isStream reports whether a request asks for live updates.
func isStream(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/live") }

// phraseAttrs are those of a field for a passphrase, in the words of the managers of passwords.
func phraseAttrs(use string) templ.Attributes {
	return attrs("type", "password", "required", "", "autocomplete", use, "maxlength", "400")
}

// codeAttrs are those of a field for a recovery code, which no browser shall keep.
func codeAttrs() templ.Attributes {
	return attrs("required", "", "autocomplete", "off", "autocapitalize", "characters", "spellcheck", "false", "maxlength", "80")
}
