package account

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/scs/v2"
	"github.com/go-webauthn/webauthn/webauthn"

	"portsmouth"
)

const (
	wayBackLasts      = 15 * time.Minute
	hostLinkLasts     = 24 * time.Hour
	convenerLinkLasts = 7 * 24 * time.Hour
	longestName       = 200 // letters
)

// Service is the logic of accounts over a Store. The methods that take a context of a request need the one that
// [Service.Sessions] prepared; they are those that speak of who is signed in.
type Service struct {
	// Now is the clock; tests may replace it before the first use.
	Now func() time.Time

	store    Store
	sessions *scs.SessionManager
	passkeys *webauthn.WebAuthn
}

// NewService serves the site at origin, such as "https://venue.example" or "http://localhost:8080". Passkeys are
// bound to its host name; with https the session cookie is bound to the host and to encrypted connections.
func NewService(store Store, origin string) (*Service, error) {
	site, err := url.Parse(origin)
	if err != nil || site.Hostname() == "" || (site.Scheme != "http" && site.Scheme != "https") {
		return nil, portsmouth.Invalidf("origin", "The origin %q must look like https://venue.example.", origin)
	}
	s := &Service{Now: time.Now, store: store}
	s.sessions = newSessions(s, site.Scheme == "https")
	if s.passkeys, err = newPasskeys(site); err != nil {
		return nil, fmt.Errorf("account: passkeys for %s: %w", origin, err)
	}
	return s, nil
}

// NewPerson keeps a new person who is not a host.
func (s *Service) NewPerson(ctx context.Context, name string) (Person, error) {
	name, err := cleanName(name)
	if err != nil {
		return Person{}, err
	}
	p := Person{ID: newID(), Name: name, Created: s.Now()}
	return p, s.store.AddPerson(ctx, p)
}

// NewGuest keeps a new person who is known by a secret of the browser, so that an acceptance whose answer was lost on the
// way can be sent again from there, and from nowhere else. It can be called again: the first name stays.
func (s *Service) NewGuest(ctx context.Context, secret, name string) (Person, error) {
	name, err := cleanName(name)
	if err != nil {
		return Person{}, err
	}
	p := Person{ID: GuestID(secret), Name: name, Created: s.Now()}
	return p, s.store.AddPerson(ctx, p)
}

// GuestID is the id of the person who is known by a secret. The secret cannot be told from it.
func GuestID(secret string) string {
	return hex.EncodeToString(hashOf("guest\n" + secret)[:16])
}

// Rename changes the name of a person.
func (s *Service) Rename(ctx context.Context, person, name string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	return s.store.Rename(ctx, person, name)
}

// Person finds a person by id.
func (s *Service) Person(ctx context.Context, id string) (Person, error) {
	p, found, err := s.store.Person(ctx, id)
	if err == nil && !found {
		err = &portsmouth.Error{Kind: portsmouth.NotFound, Message: "There is no such person."}
	}
	return p, err
}

func cleanName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || utf8.RuneCountInString(name) > longestName || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return "", portsmouth.Invalidf("person-name", "A name is needed, of at most %d letters.", longestName)
	}
	return name, nil
}

// EnsureHost makes sure that there is a host. The first time it creates one and returns a link token to sign in with;
// later created is false. Several nodes that start together agree on one host.
func (s *Service) EnsureHost(ctx context.Context) (token string, created bool, err error) {
	id, err := s.HostID(ctx)
	if err != nil {
		return "", false, err
	}
	if _, found, err := s.store.Person(ctx, id); err != nil || found {
		return "", false, err
	}
	host := Person{ID: id, Name: "Host", Host: true, Created: s.Now()}
	if err := s.store.AddPerson(ctx, host); err != nil {
		return "", false, err
	}
	token, err = s.newWayBack(ctx, id, hostLinkLasts)
	return token, err == nil, err
}

// NewHostLink returns another link token for the host, for the operator of the machine whose host has lost the way.
func (s *Service) NewHostLink(ctx context.Context) (string, error) {
	if token, created, err := s.EnsureHost(ctx); err != nil || created {
		return token, err
	}
	id, err := s.HostID(ctx)
	if err != nil {
		return "", err
	}
	return s.newWayBack(ctx, id, hostLinkLasts)
}

// HostID returns the id of the host's person, whether or not the host has come in.
func (s *Service) HostID(ctx context.Context) (string, error) {
	id, err := s.store.KeepValue(ctx, "host", []byte(newID()))
	return string(id), err
}

// NewWayBack returns the token of a link that signs person in once, within 15 minutes: on another device, or after a
// passkey was lost.
func (s *Service) NewWayBack(ctx context.Context, person string) (string, error) {
	return s.newWayBack(ctx, person, wayBackLasts)
}

// NewConvenerLink is NewWayBack for somebody who has not been in yet: a link that waits for some days.
func (s *Service) NewConvenerLink(ctx context.Context, person string) (string, error) {
	return s.newWayBack(ctx, person, convenerLinkLasts)
}

func (s *Service) newWayBack(ctx context.Context, person string, lasts time.Duration) (string, error) {
	token, hash := newToken()
	return token, s.store.AddWayBack(ctx, WayBack{Hash: hash, Person: person, Expires: s.Now().Add(lasts)})
}

// UseWayBack uses up a link back and returns its person, who may then be signed in. Call it on a POST only: mail and
// chat programs fetch links to preview them, which would use the link up.
func (s *Service) UseWayBack(ctx context.Context, token string) (Person, error) {
	person, found, err := s.store.UseWayBack(ctx, hashOf(token), s.Now())
	if err != nil {
		return Person{}, err
	}
	if !found {
		// One answer for unknown, used and late, so that guessing teaches nothing.
		return Person{}, &portsmouth.Error{
			Kind: portsmouth.Expired, Rule: "way-back",
			Message: "This link has been used or has expired. Ask for a new one.",
		}
	}
	return s.Person(ctx, person)
}
