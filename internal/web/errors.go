package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"portsmouth"
)

// Problem is what went wrong with something that a person sent, as they are told.
type Problem struct {
	Message  string // a sentence
	Lang     string // of the message, where that is not the page's: "" is the page's
	Rule     string // for machines: people read the message
	Conflict bool   // something happened meanwhile
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

// rulesLang is the language in which the rules of the core word their refusals.
const rulesLang = "en"

// problem tells an error in the reader's language where the catalogue has words for its rule, else in the error's own.
func (p *Page) problem(err error) *Problem {
	kind := kindOf(err)
	pr := &Problem{Rule: portsmouth.RuleOf(err), Conflict: kind == portsmouth.Conflict, Status: statuses[kind]}
	rule, _, _ := strings.Cut(pr.Rule, ":") // "stage:sign" is refused by the table of stages
	var known *portsmouth.Error
	switch {
	case rule != "" && p.words.Has("rule."+rule):
		pr.Message = p.T("rule."+rule, "stage", p.stageName())
	case errors.As(err, &known) && known.Message != "":
		pr.Message = sentence(known.Message)
		if p.Lang() != rulesLang {
			pr.Lang = rulesLang
		}
	default:
		pr.Message = p.T("error." + string(kind) + "-text")
	}
	return pr
}

// stageName is the stage of the page's conference in words, "" outside one.
func (p *Page) stageName() string {
	if p.View == nil || p.View.Stage == "" {
		return ""
	}
	return p.T("stage." + string(p.View.Stage))
}

// sentence writes a message of the rules as a sentence: with a capital letter, and a full stop where none ends it.
func sentence(message string) string {
	first, size := utf8.DecodeRuneInString(message)
	s := string(unicode.ToUpper(first)) + message[size:]
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
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

// attributes mark the language of what was wrong, where it is not the page's, and the rule.
func (pr *Problem) attributes() templ.Attributes {
	a := templ.Attributes{}
	if pr.Lang != "" {
		a["lang"] = pr.Lang
	}
	if pr.Rule != "" {
		a["data-rule"] = pr.Rule
	}
	return a
}
