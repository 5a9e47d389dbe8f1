package account

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// carried is what a request brought: the session under which it came. A request may be under way while its session is
// ended from elsewhere; what it then writes must not bring the session back.
type carried struct {
	token  string // hashed, "" for none
	named  bool   // it is known whose the session is
	renews bool   // its token is to be replaced, not its session
	gone   bool   // it was ended, or got another token, while the request was under way
}

type carriedKey struct{}

// carriedBy is never nil: where there is no request there is none.
func carriedBy(ctx context.Context) *carried {
	if c, is := ctx.Value(carriedKey{}).(*carried); is {
		return c
	}
	return &carried{}
}

// keptCookie leaves the browser the cookie that it has when the session that it came with is gone: another answer may have brought
// it a newer one, and the token of this request opens nothing any more.
type keptCookie struct {
	http.ResponseWriter
	carried *carried
	name    string
	settled bool
}

// WriteHeader sends the head of the answer.
func (w *keptCookie) WriteHeader(status int) {
	w.settle()
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (w *keptCookie) Write(b []byte) (int, error) {
	w.settle()
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *keptCookie) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// settle takes the session's cookie off the head, once.
func (w *keptCookie) settle() {
	if w.settled {
		return
	}
	w.settled = true
	if head := w.Header(); w.carried.gone {
		head["Set-Cookie"] = slices.DeleteFunc(head["Set-Cookie"], func(c string) bool { return strings.HasPrefix(c, w.name+"=") })
	}
}
