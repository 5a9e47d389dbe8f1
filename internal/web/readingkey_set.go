package web

import (
	"net/http"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/lock"
)

// Setting a reading key, in steps that work without script: the passphrase twice, the code once, the code typed back, the
// conferences. Nothing counts before the code was typed back.

// phraseForm is a page that takes a new passphrase.
type phraseForm string

// The pages that take one: for a first key, for another in its place, for the same key.
const (
	newKeyForm phraseForm = "new"
	anewForm   phraseForm = "anew"
	changeForm phraseForm = "passphrase"
)

func (f phraseForm) path() string { return keyPath + "/" + string(f) }

// phraseForm shows the page to who has just proved who they are, so that nothing that was typed is lost on the way.
func (s *site) phraseForm(f phraseForm) func(*visit) error {
	return func(v *visit) error {
		if err := s.requireFresh(v); err != nil {
			return err
		}
		key, err := s.Accounts.ReadingKey(v.r.Context())
		switch {
		case err != nil:
			return err
		case key.Set() == (f == newKeyForm):
			return v.redirect(keyPath)
		case f == changeForm && !unlockedHere(v):
			return v.redirect(unlockPath + "?next=" + f.path())
		}
		return s.showPhrase(v, f, nil)
	}
}

// showPhrase shows the page, again if there was a problem. What was typed is not shown again.
func (s *site) showPhrase(v *visit, f phraseForm, problem error) error {
	v.page.Title, v.page.Self = v.page.T("lock."+string(f)), f.path()
	if problem == nil {
		return v.render(phrasePage(v.page, f, nil))
	}
	pr := v.page.problem(problem)
	return v.renderStatus(pr.Status, phrasePage(v.page, f, pr))
}

// retry reports whether a form is shown again with what was wrong: when it can be mended, or was tried too often.
func retry(err error) bool {
	return mendable(err) || portsmouth.KindOf(err) == portsmouth.TooMany
}

// phrase is the passphrase that was typed, twice the same.
func (s *site) phrase(v *visit) (string, error) {
	passphrase := v.form("passphrase")
	if lock.CleanPassphrase(passphrase) == lock.CleanPassphrase(v.form("again")) {
		return passphrase, s.attempted(v)
	}
	return "", errPhrases()
}

// setKey prepares a key and shows its recovery code.
func (s *site) setKey(f phraseForm) func(*visit) error {
	return func(v *visit) error {
		if f == anewForm && v.form("sure") == "" {
			return s.showPhrase(v, f, portsmouth.Invalidf("anew-sure", "say first that you know what is lost"))
		}
		passphrase, err := s.phrase(v)
		if err != nil && retry(err) {
			return s.showPhrase(v, f, err)
		}
		if err != nil {
			return err
		}
		code, err := s.Accounts.BeginKey(v.r.Context(), passphrase, f == anewForm)
		if err != nil && mendable(err) {
			return s.showPhrase(v, f, err)
		}
		return s.showCode(v, code, err)
	}
}

func (s *site) changePhrase(v *visit) error {
	passphrase, err := s.phrase(v)
	if err == nil {
		err = s.Accounts.ChangePassphrase(v.r.Context(), passphrase)
	}
	if err != nil && retry(err) {
		return s.showPhrase(v, changeForm, err)
	}
	if err != nil {
		return err
	}
	return v.redirect(keyPath + "?done=passphrase")
}

// newCode prepares another recovery code and shows it.
func (s *site) newCode(v *visit) error {
	if !unlockedHere(v) {
		return v.redirect(unlockPath + "?next=" + keyPath)
	}
	code, err := s.Accounts.BeginCode(v.r.Context())
	if err != nil && mendable(err) {
		return s.showKey(v, err)
	}
	return s.showCode(v, code, err)
}

// showCode shows a recovery code, this once: the page is the answer to a form and has no address of its own.
func (s *site) showCode(v *visit, code string, err error) error {
	if err != nil {
		return err
	}
	v.page.Title, v.page.Self = v.page.T("lock.code"), keyPath
	return v.render(codePage(v.page, code))
}

// codeForm asks for the code that was written down.
func (s *site) codeForm(v *visit) error {
	if !s.Accounts.Pending(v.r.Context()) {
		return v.redirect(keyPath)
	}
	return s.showTyped(v, nil)
}

func (s *site) showTyped(v *visit, problem error) error {
	v.page.Title, v.page.Self = v.page.T("lock.typed"), keyPath+"/code"
	if problem == nil {
		return v.render(typedPage(v.page, nil))
	}
	pr := v.page.problem(problem)
	return v.renderStatus(pr.Status, typedPage(v.page, pr))
}

// typedCode takes it. From then on the key counts, and so does its code.
func (s *site) typedCode(v *visit) error {
	err := s.attempted(v)
	fresh := false
	if err == nil {
		fresh, err = s.Accounts.ConfirmCode(v.r.Context(), v.w, v.form("code"))
	}
	switch {
	case err != nil && retry(err):
		return s.showTyped(v, err)
	case err != nil:
		return err
	case fresh:
		if err := s.retractGivenUp(v); err != nil {
			return err
		}
		return v.redirect(keyPath + "/conferences")
	}
	return v.redirect(keyPath + "?done=code")
}

// retractGivenUp takes back what was declared with the key that a new one has just replaced. What is said in a room would else
// go on being locked for a key that nobody has any more, and where its owner is the only reader be lost as it is said.
func (s *site) retractGivenUp(v *visit) error {
	views, err := s.Venue.Mine(v.r.Context(), v.person.ID)
	if err != nil {
		return err
	}
	for _, view := range views {
		if view.Key(v.person.ID, conference.KeyRoom) == nil {
			continue
		}
		if err := s.say(v, conferenceOf(view), conference.RetractKey{Purpose: conference.KeyRoom}); err != nil && !mendable(err) {
			return err
		}
	}
	return nil
}

// formerForm asks for what unlocks the key that was replaced.
func (s *site) formerForm(v *visit) error {
	if err := s.requireFresh(v); err != nil {
		return err
	}
	key, err := s.Accounts.ReadingKey(v.r.Context())
	if err != nil {
		return err
	}
	if key.Former.IsZero() {
		return v.redirect(keyPath)
	}
	return s.showFormer(v, nil)
}

func (s *site) showFormer(v *visit, problem error) error {
	v.page.Title, v.page.Self = v.page.T("lock.former"), formerPath
	if problem == nil {
		return v.render(formerPage(v.page, nil))
	}
	pr := v.page.problem(problem)
	return v.renderStatus(pr.Status, formerPage(v.page, pr))
}

// takeBack puts the key that was replaced in the place of the present one, which is declared nowhere any more.
func (s *site) takeBack(v *visit) error {
	err := s.attempted(v)
	if err == nil {
		err = s.Accounts.TakeKeyBack(v.r.Context(), v.w, v.form("passphrase"), v.form("code"))
	}
	if err != nil && retry(err) {
		return s.showFormer(v, err)
	}
	if err == nil {
		err = s.retractGivenUp(v)
	}
	if err != nil {
		return err
	}
	return v.redirect(keyPath + "/conferences")
}

// attempted slows down who tries: a person, and all from one address, where many may sit behind one proxy.
func (s *site) attempted(v *visit) error {
	if err := s.unlocks.Wait(v.r.Context(), v.person.ID); err != nil {
		return err
	}
	return s.tokens.Wait(v.r.Context(), addressKey(v.r))
}

// The pace of who unlocks and mistypes.
const unlocksPerSecond, unlocksAtOnce = 0.1, 12

// unlocking gives every request the secret of its person, if they have unlocked it. Not to a seat of a demonstration, which
// belongs to nobody, and not to a stream: that stays open for hours and shows nothing itself.
func (s *site) unlocking(next http.Handler) http.Handler {
	open := s.Accounts.Unlocking(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seatOf(r) != nil || isStream(r) {
			next.ServeHTTP(w, r)
			return
		}
		open.ServeHTTP(w, r)
	})
}
