package web

import (
	"encoding/base64"
	"net/http"
	"slices"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/lock"
	"portsmouth/internal/venue"
)

// The pages of a person's reading key: to set it, to see where it is declared, to change what unlocks it. Nothing of it is
// ever on a page but a recovery code, once, in the answer to the form that made it.

// keyPath is the address of the page, and the beginning of all the others'.
const keyPath = "/reading-key"

// formerPath is where a key that was replaced is taken back.
const formerPath = keyPath + "/former"

func (s *site) readingKeyRoutes() []route {
	routes := []route{
		{http.MethodGet, keyPath, SignedIn, s.readingKey},
		{http.MethodGet, keyPath + "/new", SignedIn, s.phraseForm(newKeyForm)},
		{http.MethodPost, keyPath + "/new", SignedIn, s.setKey(newKeyForm)},
		{http.MethodGet, keyPath + "/anew", SignedIn, s.phraseForm(anewForm)},
		{http.MethodPost, keyPath + "/anew", SignedIn, s.setKey(anewForm)},
		{http.MethodGet, formerPath, SignedIn, s.formerForm},
		{http.MethodPost, formerPath, SignedIn, s.takeBack},
		{http.MethodGet, keyPath + "/passphrase", SignedIn, s.phraseForm(changeForm)},
		{http.MethodPost, keyPath + "/passphrase", SignedIn, s.changePhrase},
		{http.MethodGet, keyPath + "/code", SignedIn, s.codeForm},
		{http.MethodPost, keyPath + "/code", SignedIn, s.typedCode},
		{http.MethodPost, keyPath + "/code/new", SignedIn, s.newCode},
		{http.MethodGet, keyPath + "/conferences", SignedIn, s.keyConferences},
		{http.MethodPost, keyPath + "/declare", SignedIn, s.declareKeys},
		{http.MethodPost, keyPath + "/retract", SignedIn, s.retractKey},
		{http.MethodPost, keyPath + "/lock", SignedIn, s.lockKey},
		{http.MethodPost, keyPath + "/passkey/begin", SignedIn, s.beginPasskeyWay},
		{http.MethodPost, keyPath + "/passkey/finish", SignedIn, s.finishPasskeyWay},
		{http.MethodPost, keyPath + "/passkey/drop", SignedIn, s.dropPasskeyWay},
		{http.MethodGet, unlockPath, SignedIn, s.unlockForm},
		{http.MethodPost, unlockPath, SignedIn, s.unlock},
		{http.MethodPost, unlockPath + "/passkey/begin", SignedIn, s.beginUnlock},
		{http.MethodPost, unlockPath + "/passkey/finish", SignedIn, s.finishUnlock},
	}
	for k, r := range routes {
		routes[k].Serve = ownKey(r.Serve)
	}
	return routes
}

// ownKey hides the pages from the seats of a demonstration: a seat belongs to nobody.
func ownKey(serve func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if seatOf(v.r) != nil {
			return notFound()
		}
		return serve(v)
	}
}

// keyPage is the page of the reading key.
type keyPage struct {
	*Page
	key      account.ReadingKey
	open     bool // unlocked
	seats    []keySeat
	passkeys []account.Passkey
	done     string // what has just been done
	problem  *Problem
}

// keySeat is a conference in which the person may enter private rooms.
type keySeat struct {
	view     *conference.View
	declared *conference.DeclaredKey // by the person, nil for none
	own      string                  // the public key that they would declare; "" while it is locked
	may      bool                    // declare or retract one
}

// id is the conference's.
func (k keySeat) id() string { return conferenceOf(k.view) }

// holds reports whether a key is declared there and, as far as one can tell, the one that the person has.
func (k keySeat) holds() bool {
	return k.declared != nil && (k.own == "" || k.own == k.declared.Key)
}

func (s *site) readingKey(v *visit) error { return s.showKey(v, nil) }

func (s *site) showKey(v *visit, problem error) error {
	k, err := s.keyPage(v)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if problem != nil {
		k.problem = v.page.problem(problem)
		status = k.problem.Status
	}
	if k.done = v.form("done"); !slices.Contains([]string{"set", "code", "passphrase", "declared", "passkey"}, k.done) {
		k.done = ""
	}
	return v.renderStatus(status, readingKeyPage(k))
}

func (s *site) keyPage(v *visit) (k *keyPage, err error) {
	v.page.Title, v.page.Self = v.page.T("lock.title"), keyPath
	k = &keyPage{Page: v.page}
	if k.key, err = s.Accounts.ReadingKey(v.r.Context()); err != nil {
		return nil, err
	}
	if k.passkeys, err = s.Accounts.Passkeys(v.r.Context(), v.person.ID); err != nil {
		return nil, err
	}
	secret, open := lock.From(v.r.Context())
	k.open = open
	views, err := s.Venue.Mine(v.r.Context(), v.person.ID)
	if err != nil {
		return nil, err
	}
	for _, view := range newestFirst(views) {
		if !view.Viewer.Seated() {
			continue
		}
		seat := keySeat{view: view, declared: view.Key(v.person.ID, conference.KeyRoom), may: view.May("declare-key") == nil}
		if open {
			if seat.own, err = publicKey(secret, seat.id()); err != nil {
				return nil, err
			}
		}
		k.seats = append(k.seats, seat)
	}
	return k, nil
}

// publicKey is a person's public key in a conference, as it is declared.
func publicKey(secret lock.Secret, conference string) (string, error) {
	pair, err := secret.Pair(conference)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(pair.Public()), nil
}

// undeclared are the conferences in which the key could be declared now.
func (k *keyPage) undeclared() []keySeat {
	var list []keySeat
	for _, seat := range k.seats {
		if seat.may && !seat.holds() {
			list = append(list, seat)
		}
	}
	return list
}

// keyConferences offers all conferences of the person at once: the last step of setting a key.
func (s *site) keyConferences(v *visit) error {
	if !unlockedHere(v) {
		return v.redirect(keyPath)
	}
	k, err := s.keyPage(v)
	if err != nil {
		return err
	}
	if len(k.undeclared()) == 0 {
		return v.redirect(keyPath + "?done=set")
	}
	return v.render(keyConferencesPage(k))
}

func unlockedHere(v *visit) bool {
	_, open := lock.From(v.r.Context())
	return open
}

// declareKeys declares the key in every conference that was ticked and has not got it. One that refuses keeps the others from
// nothing. It takes a fresh proof: who declares a key for another reads what is said from then on.
func (s *site) declareKeys(v *visit) error {
	if err := s.requireFresh(v); err != nil {
		return err
	}
	if !unlockedHere(v) {
		return v.redirect(unlockPath + "?next=" + keyPath)
	}
	k, err := s.keyPage(v)
	if err != nil {
		return err
	}
	var refused error
	for _, seat := range k.undeclared() {
		if !slices.Contains(v.forms("conference"), seat.id()) {
			continue
		}
		if err := s.say(v, seat.id(), conference.DeclareKey{Purpose: conference.KeyRoom, Key: seat.own}); err != nil {
			refused = err
		}
	}
	if refused == nil {
		return v.redirect(keyPath + "?done=declared")
	}
	if !mendable(refused) {
		return refused
	}
	return s.showKey(v, refused)
}

// retractKey takes the key back in one conference. That needs no unlocking.
func (s *site) retractKey(v *visit) error {
	if err := s.requireFresh(v); err != nil {
		return err
	}
	err := s.say(v, v.form("conference"), conference.RetractKey{Purpose: conference.KeyRoom})
	if err == nil {
		return v.redirect(keyPath)
	}
	if !mendable(err) {
		return err
	}
	return s.showKey(v, err)
}

// say sends a command to a conference that is not the page's.
func (s *site) say(v *visit, id string, c conference.Command) error {
	_, err := s.Venue.Do(v.r.Context(), venue.Request{
		Conference: id, Person: v.person.ID, Command: c, Key: v.form("key"), Seen: -1,
	})
	return err
}

func (s *site) lockKey(v *visit) error {
	s.Accounts.Lock(v.r.Context(), v.w)
	return v.redirect(keyPath)
}

// beginPasskeyWay and finishPasskeyWay answer the script of app.js: a passkey will unlock the key.
func (s *site) beginPasskeyWay(v *visit) error {
	id, err := base64.RawURLEncoding.DecodeString(v.form("passkey"))
	if err != nil {
		return notFound()
	}
	options, err := s.Accounts.BeginPasskeyWay(v.r.Context(), id)
	return v.json(options, err)
}

func (s *site) finishPasskeyWay(v *visit) error {
	return v.json(nil, s.Accounts.FinishPasskeyWay(v.r.Context(), v.r))
}

func (s *site) dropPasskeyWay(v *visit) error {
	id, err := base64.RawURLEncoding.DecodeString(v.form("passkey"))
	if err != nil {
		return notFound()
	}
	if err := s.Accounts.DropPasskeyWay(v.r.Context(), id); err != nil {
		return err
	}
	return v.redirect(keyPath)
}

// errPhrases is told to who has typed two different passphrases.
func errPhrases() error {
	return portsmouth.Invalidf("passphrase-twice", "the two passphrases are not the same; nothing was set")
}

// anyHolds reports whether the key is declared anywhere.
func (k *keyPage) anyHolds() bool { return slices.ContainsFunc(k.seats, keySeat.holds) }
