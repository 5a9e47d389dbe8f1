package web

import (
	"net/http"
	"strings"
)

// The cookies beside the session's and the reading key's, which are the accounts'.
const (
	langCookie  = "lang"
	zoneCookie  = "tz"               // written by script, in app.js
	guestCookie = "portsmouth-guest" // see guestSecret
)

// ownPrefix makes browsers take a cookie only from this very host, over an encrypted connection.
const ownPrefix = "__Host-"

func (s *site) encrypted() bool { return strings.HasPrefix(s.Origin, "https:") }

// cookieName is what a cookie is called: on plain http, which is for the loopback interface only, no prefix is possible.
func (s *site) cookieName(name string) string {
	if s.encrypted() {
		return ownPrefix + name
	}
	return name
}

// cookie reads a cookie, "" for none.
func (s *site) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie writes a cookie that script does not read.
func (s *site) setCookie(w http.ResponseWriter, name, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: s.encrypted(),
	})
}

// before is the value of a cookie under the name that it had before it had the prefix, "" for none. It is for what is no secret:
// anybody on a neighbouring host may have written it.
func (s *site) before(r *http.Request, name string) string {
	if c, err := r.Cookie(name); err == nil && s.encrypted() && s.cookie(r, name) == "" {
		return c.Value
	}
	return ""
}

// forget removes a cookie under that older name.
func (s *site) forget(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1})
}
