package account

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"portsmouth"
)

// Who enters by a link stays in on that device, as long as it is used once a month, and for a season at most: longer than most
// conferences last, and a device that was lost unnoticed is not in for ever. A host can do more, so a host's session ends after half
// an hour without a request and after half a day in any case. To sign, ratify or export, it does not suffice to be signed in: a
// fresh proof of identity is needed, because a device may have been left open.
const (
	deviceIdle     = 30 * 24 * time.Hour
	deviceAbsolute = 90 * 24 * time.Hour
	hostIdle       = 30 * time.Minute
	hostAbsolute   = 12 * time.Hour
	visitLasts     = time.Hour // of somebody who is not signed in
	freshLasts     = 10 * time.Minute
)

// The keys of a session's values. Times are milliseconds.
const (
	keyPerson   = "person"
	keyHost     = "host"
	keySigned   = "signed"
	keySeen     = "seen"
	keyFresh    = "fresh"
	keyRegister = "register" // a passkey registration that is under way
	keyLogin    = "login"    // a sign-in by passkey that is under way
)

func newSessions(s *Service, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = sessionStore{s}
	m.HashTokenInStore = true
	m.Lifetime = visitLasts
	m.ErrorFunc = sessionFailed
	m.Cookie.Name = "portsmouth"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	if secure {
		// The prefix makes browsers refuse the cookie from a subdomain or an unencrypted connection. It needs Secure,
		// so on plain http, which is for the loopback interface only, the name is another.
		m.Cookie.Name = "__Host-portsmouth"
		m.Cookie.Secure = true
	}
	return m
}

// sessionFailed answers when the store fails. A reader who has left is no failure.
func sessionFailed(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		slog.Error("sessions cannot be read or kept", "error", err)
	}
	http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
}

// Sessions gives every request its session, and keeps a session alive that is used.
func (s *Service) Sessions(next http.Handler) http.Handler {
	sessions := s.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.touch(r.Context())
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &carried{}
		kept := &keptCookie{ResponseWriter: w, carried: c, name: s.sessions.Cookie.Name}
		sessions.ServeHTTP(kept, r.WithContext(context.WithValue(r.Context(), carriedKey{}, c)))
		kept.settle()
	})
}

// touch moves the end of a session. The session library's own idle timeout would write to the database at every
// request; a thirtieth of the time allowed is precise enough. A session from before sessions had the name of their person
// gets it.
func (s *Service) touch(ctx context.Context) {
	if s.sessions.GetString(ctx, keyPerson) == "" {
		return
	}
	now := s.Now()
	idle, _ := lasting(s.sessions.GetBool(ctx, keyHost))
	if now.Sub(s.when(ctx, keySeen)) >= idle/30 || !carriedBy(ctx).named {
		s.extend(ctx, now)
	}
}

// lasting is how long a session lasts: without use, and in any case.
func lasting(host bool) (idle, absolute time.Duration) {
	if host {
		return hostIdle, hostAbsolute
	}
	return deviceIdle, deviceAbsolute
}

func (s *Service) extend(ctx context.Context, now time.Time) {
	s.sessions.Put(ctx, keySeen, now.UnixMilli())
	s.setEnd(ctx, now)
}

// setEnd sets the end of a session that is used now.
func (s *Service) setEnd(ctx context.Context, now time.Time) {
	idle, absolute := lasting(s.sessions.GetBool(ctx, keyHost))
	end := now.Add(idle)
	if latest := s.when(ctx, keySigned).Add(absolute); latest.Before(end) {
		end = latest
	}
	s.sessions.SetDeadline(ctx, end)
}

func (s *Service) when(ctx context.Context, key string) time.Time {
	return time.UnixMilli(s.sessions.GetInt64(ctx, key))
}

// SignIn signs a person in on this device, after a proof of identity, which is therefore fresh. The session gets a new
// token, so that one that was planted before is worth nothing.
func (s *Service) SignIn(ctx context.Context, person string) error {
	p, err := s.Person(ctx, person)
	if err != nil {
		return err
	}
	if err := s.sessions.Clear(ctx); err != nil {
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	now := s.Now()
	s.sessions.Put(ctx, keyPerson, p.ID)
	s.sessions.Put(ctx, keyHost, p.Host)
	s.sessions.Put(ctx, keySigned, now.UnixMilli())
	s.sessions.Put(ctx, keyFresh, now.UnixMilli())
	s.extend(ctx, now)
	return nil
}

// SignOut ends the session of this device.
func (s *Service) SignOut(ctx context.Context) error { return s.sessions.Destroy(ctx) }

// Current returns who is signed in.
func (s *Service) Current(ctx context.Context) (Person, bool) {
	id := s.sessions.GetString(ctx, keyPerson)
	if id == "" {
		return Person{}, false
	}
	p, found, err := s.store.Person(ctx, id)
	return p, found && err == nil // when in doubt, nobody
}

// MarkFresh notes that the signed-in person has just proved again who he is. The session gets a new token, so that a copy of
// the old one is not fresh too; it stays the same session otherwise: a reading key stays unlocked, its latest end stays as it
// was, and when it has been ended from elsewhere in the meantime it stays ended.
func (s *Service) MarkFresh(ctx context.Context) error {
	if s.sessions.GetString(ctx, keyPerson) == "" {
		return nil
	}
	carriedBy(ctx).renews = true
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	now := s.Now()
	s.setEnd(ctx, now) // the library has set another
	s.sessions.Put(ctx, keyFresh, now.UnixMilli())
	return nil
}

// IsFresh reports whether the signed-in person proved who he is within the last ten minutes.
func (s *Service) IsFresh(ctx context.Context) bool {
	if s.sessions.GetString(ctx, keyPerson) == "" {
		return false
	}
	return s.Now().Sub(s.when(ctx, keyFresh)) <= freshLasts
}

// RequireFresh refuses unless IsFresh, with an error of kind Denied and the rule "fresh-proof".
func (s *Service) RequireFresh(ctx context.Context) error {
	if s.IsFresh(ctx) {
		return nil
	}
	return &portsmouth.Error{
		Kind: portsmouth.Denied, Rule: "fresh-proof",
		Message: "Please confirm first that it is you: this needs a proof not older than ten minutes.",
	}
}

// SessionKey names the session with which a request came, "" when it came with none that lasts: as its token is kept.
func (s *Service) SessionKey(ctx context.Context) string { return carriedBy(ctx).token }

// Sweep removes what has expired. Call it now and then.
func (s *Service) Sweep(ctx context.Context) error { return s.store.Sweep(ctx, s.Now()) }

// sessionStore lets the session library use our Store and our clock. The library hands it hashed tokens only.
type sessionStore struct{ *Service }

var _ scs.CtxStore = sessionStore{}

// FindCtx finds a session that has not expired.
func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	n, found, err := s.store.Session(ctx, token, s.Now())
	if err != nil || !found {
		return nil, false, err
	}
	c := carriedBy(ctx)
	c.token, c.named = token, n.Person != ""
	return n.Data, true, nil
}

// CommitCtx keeps a new session, or changes the one that the request brought, as far as it is still there.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	values, err := s.decode(data)
	if err != nil {
		return err
	}
	n := Session{Token: token, Person: values.person, Data: data, Expires: expires}
	if c := carriedBy(ctx); c.token != "" && (c.renews || c.token == token) {
		there, err := s.store.ChangeSession(ctx, c.token, n)
		c.gone = err == nil && !there
		return err
	}
	return s.store.AddSession(ctx, n)
}

// DeleteCtx removes a session. One whose token is renewed is changed in one step, when it is committed.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	if c := carriedBy(ctx); c.renews && c.token == token {
		return nil
	}
	return s.store.DropSession(ctx, token)
}

// Find is FindCtx without a context; the library requires it and does not call it.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s sessionStore) Commit(token string, data []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expires)
}

// Delete is DeleteCtx without a context.
func (s sessionStore) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}
