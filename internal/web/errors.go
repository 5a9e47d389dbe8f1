package web

import (
	"context"
	"errors"
	"net/http"

	"portsmouth"
)

// Problem is what went wrong with something that a person sent, as they are told.
type Problem struct {
	Message  string
	Rule     string
	Conflict bool // something happened meanwhile
	Status   int
}

// statuses maps the kind of an error to the status of the answer. The unknown and the forbidden are the same.
var statuses = map[portsmouth.Kind]int{
	portsmouth.Invalid:  http.StatusUnprocessableEntity,
	portsmouth.Refused:  http.StatusUnprocessableEntity,
	portsmouth.NotFound: http.StatusNotFound,
	portsmouth.Conflict: http.StatusConflict,
	portsmouth.Expired:  http.StatusGone,
	portsmouth.Denied:   http.StatusForbidden,
	portsmouth.TooMany:  http.StatusTooManyRequests,
	portsmouth.Broken:   http.StatusInternalServerError,
}

func notFound() error {
	return &portsmouth.Error{Kind: portsmouth.NotFound, Message: "There is nothing here that you may see."}
}

// mendable reports whether the person can do something about an error on the page where it arose.
func mendable(err error) bool {
	switch portsmouth.KindOf(err) {
	case portsmouth.Invalid, portsmouth.Refused, portsmouth.Conflict, portsmouth.Expired:
		return true
	}
	return false
}

// kindOf is portsmouth.KindOf with what the standard library says of a body that is too large.
func kindOf(err error) portsmouth.Kind {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return portsmouth.TooMany
	}
	return portsmouth.KindOf(err)
}

// problem tells an error in the reader's language where the catalogue has words for its rule, else in the error's own.
func (p *Page) problem(err error) *Problem {
	kind := kindOf(err)
	pr := &Problem{Rule: portsmouth.RuleOf(err), Conflict: kind == portsmouth.Conflict, Status: statuses[kind]}
	var known *portsmouth.Error
	switch {
	case pr.Rule != "" && p.words.Has("rule."+pr.Rule):
		pr.Message = p.T("rule." + pr.Rule)
	case errors.As(err, &known) && known.Message != "":
		pr.Message = known.Message
	default:
		pr.Message = p.T("error." + string(kind) + "-text")
	}
	return pr
}

// answer turns an error into a page. Who is signed in nowhere and may have to be is shown the ways in.
func (s *site) answer(v *visit, err error) {
	if errors.Is(err, context.Canceled) {
		return // the reader has left
	}
	kind, rule := kindOf(err), portsmouth.RuleOf(err)
	switch {
	case kind == portsmouth.Broken:
		s.Log.Error("a request failed", "method", v.r.Method, "route", v.r.Pattern, "error", err)
	case kind == portsmouth.Denied && rule == "fresh-proof":
		_ = v.redirect("/me/confirm?next=" + confirmNext(v))
		return
	}
	v.page.forget()
	v.page.Title = v.page.T("error." + string(kind))
	pr := &Problem{Status: statuses[kind]}
	if kind != portsmouth.NotFound && kind != portsmouth.Broken {
		pr = v.page.problem(err)
	} else {
		pr.Message = v.page.T("error." + string(kind) + "-text")
	}
	if renderErr := v.renderStatus(pr.Status, errorPage(v.page, pr)); renderErr != nil {
		s.Log.Error("the page of an error failed", "error", renderErr)
	}
}

// answerError answers where it is not known who asks: outside the sessions.
func (s *site) answerError(w http.ResponseWriter, r *http.Request, err error) {
	v := &visit{w: w, r: r}
	v.page = s.newPage(v)
	s.answer(v, err)
}
