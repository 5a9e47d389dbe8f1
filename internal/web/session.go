package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/account"
)

// wayBack shows what a link back is for. Looking does not use it up: mail programs look at links too.
func (s *site) wayBack(v *visit) error {
	if err := s.tokens.Wait(v.r.Context(), addressKey(v.r)); err != nil {
		return err
	}
	v.page.Title = v.page.T("back.title")
	return v.render(wayBackPage(v.page, v.path("token")))
}

// useWayBack signs in the person of the link, on this device.
func (s *site) useWayBack(v *visit) error {
	if err := s.tokens.Wait(v.r.Context(), addressKey(v.r)); err != nil {
		return err
	}
	person, err := s.Accounts.UseWayBack(v.r.Context(), v.path("token"))
	if err != nil {
		return err
	}
	if err := s.Accounts.SignIn(v.r.Context(), person.ID); err != nil {
		return err
	}
	if person.Host {
		return v.redirect("/host")
	}
	return v.redirect("/me")
}

// signOut ends the session of this browser, and has the browser forget what it keeps of pages. Not its storage: a signatory's
// key lies there, which is theirs and not the session's.
func (s *site) signOut(v *visit) error {
	s.Accounts.Lock(v.r.Context(), v.w)
	if err := s.Accounts.SignOut(v.r.Context()); err != nil {
		return err
	}
	s.endStreams(v.r.Context())
	v.w.Header().Set("Clear-Site-Data", `"cache"`)
	return v.redirect("/")
}

// meData is the page of the person who is signed in.
type meData struct {
	mine     []*conference.View
	passkeys []account.Passkey
	devices  []account.Device // this one first; nil for a seat of the demonstration
	link     string           // a link back, shown once
	problem  *Problem
}

func (s *site) me(v *visit) error { return s.showMe(v, http.StatusOK, meData{}) }

func (s *site) showMe(v *visit, status int, d meData) (err error) {
	v.page.Title = v.page.T("me.title")
	v.page.Self = "/me"
	if d.mine, err = s.Venue.Mine(v.r.Context(), v.person.ID); err != nil {
		return err
	}
	if d.passkeys, err = s.Accounts.Passkeys(v.r.Context(), v.person.ID); err != nil {
		return err
	}
	if seatOf(v.r) == nil {
		if d.devices, err = s.Accounts.Devices(v.r.Context()); err != nil {
			return err
		}
	}
	return v.renderStatus(status, mePage(v.page, d))
}

func (s *site) rename(v *visit) error {
	if err := s.Accounts.Rename(v.r.Context(), v.person.ID, v.form("name")); err != nil {
		if !mendable(err) {
			return err
		}
		pr := v.page.problem(err)
		return s.showMe(v, pr.Status, meData{problem: pr})
	}
	return v.redirect("/me")
}

// newLink shows a link that signs the person in on another device.
func (s *site) newLink(v *visit) error {
	if seatOf(v.r) != nil {
		return notFound() // a seat of the demonstration belongs to nobody
	}
	if err := s.requireFresh(v); err != nil {
		return err
	}
	token, err := s.Accounts.NewWayBack(v.r.Context(), v.person.ID)
	if err != nil {
		return err
	}
	return s.showMe(v, http.StatusOK, meData{link: s.Origin + "/back/" + token})
}

// requireFresh wants a proof of identity that is not old. In the demonstration a seat is whoever sits there.
func (s *site) requireFresh(v *visit) error {
	if seatOf(v.r) != nil {
		return nil
	}
	return s.Accounts.RequireFresh(v.r.Context())
}

// confirm asks the person to prove again who they are, on the way to something that wants it.
func (s *site) confirm(v *visit) error {
	next := localPath(v.form("next"))
	if s.requireFresh(v) == nil {
		return v.redirect(next)
	}
	keys, err := s.Accounts.Passkeys(v.r.Context(), v.person.ID)
	if err != nil {
		return err
	}
	v.page.Title = v.page.T("confirm.title")
	return v.render(confirmPage(v.page, next, len(keys) > 0, nil))
}

// confirmHere takes the retyped name for a proof from those who have no passkey: their device is all that they have.
// It keeps a passer-by from signing with one press of a button, and claims no more.
func (s *site) confirmHere(v *visit) error {
	next := localPath(v.form("next"))
	keys, err := s.Accounts.Passkeys(v.r.Context(), v.person.ID)
	if err != nil {
		return err
	}
	if len(keys) > 0 {
		return notFound()
	}
	if !strings.EqualFold(strings.Join(strings.Fields(v.form("name")), " "), v.person.Name) {
		v.page.Title = v.page.T("confirm.title")
		pr := v.page.problem(portsmouth.Invalidf("confirm-name", "this is not the name under which you are here"))
		return v.renderStatus(pr.Status, confirmPage(v.page, next, false, pr))
	}
	if err := s.Accounts.MarkFresh(v.r.Context()); err != nil {
		return err
	}
	return v.redirect(next)
}

// confirmNext is where to go on after a proof: back to the page of the form.
func confirmNext(v *visit) string {
	path := v.r.URL.Path
	if v.r.Method != http.MethodGet {
		path = "/me"
		if back := v.form("back"); back != "" {
			path = localPath(back)
		} else if id := v.path("id"); id != "" {
			path = "/c/" + id
		}
	}
	return url.QueryEscape(path)
}

// The four steps of the passkey ceremonies answer the script of passkey.js.

func (s *site) beginRegister(v *visit) error {
	options, err := s.Accounts.BeginRegister(v.r.Context())
	return v.json(options, err)
}

func (s *site) finishRegister(v *visit) error {
	err := s.Accounts.FinishRegister(v.r.Context(), v.r)
	if err == nil {
		err = s.endOthersIfAsked(v)
	}
	return v.json(nil, err)
}

func (s *site) beginLogin(v *visit) error {
	options, err := s.Accounts.BeginLogin(v.r.Context())
	return v.json(options, err)
}

func (s *site) finishLogin(v *visit) error {
	_, err := s.Accounts.FinishLogin(v.r.Context(), v.r)
	return v.json(nil, err)
}

// json answers a script: what it asked for, or what was wrong in words for the person.
func (v *visit) json(answer json.RawMessage, err error) error {
	var known *portsmouth.Error
	if err != nil && !errors.As(err, &known) {
		return err
	}
	status := http.StatusOK
	if err != nil {
		pr := v.page.problem(err)
		status = pr.Status
		answer, _ = json.Marshal(map[string]string{"problem": pr.Message, "rule": pr.Rule}) // two strings always encode
	}
	if answer == nil {
		answer = json.RawMessage(`{}`)
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(answer) // the reader has left; nothing is to be done about it
	return nil
}

func (s *site) dropPasskey(v *visit) error {
	id, err := base64.RawURLEncoding.DecodeString(v.form("passkey"))
	if err != nil {
		return notFound()
	}
	if err := s.requireFresh(v); err != nil {
		return err
	}
	if err := s.Accounts.DropPasskey(v.r.Context(), v.person.ID, id); err != nil {
		return err
	}
	if err := s.endOthersIfAsked(v); err != nil {
		return err
	}
	return v.redirect("/me")
}

func passkeyID(k account.Passkey) string { return base64.RawURLEncoding.EncodeToString(k.ID) }

// newestFirst sorts conferences by their last act that the reader may see.
func newestFirst(views []*conference.View) []*conference.View {
	last := func(v *conference.View) time.Time {
		if len(v.Acts) == 0 {
			return time.Time{}
		}
		return v.Acts[len(v.Acts)-1].At
	}
	slices.SortStableFunc(views, func(a, b *conference.View) int { return last(b).Compare(last(a)) })
	return views
}
