package portsmouth

import (
	"errors"
	"fmt"
)

// Kind sorts errors by what the person who meets them can do. One table in the shell maps a kind to an HTTP status
// and a process exit code.
type Kind string

// The kinds of error.
const (
	Invalid  Kind = "invalid"   // the input is malformed; correct it and try again
	Refused  Kind = "refused"   // a rule of the conference refuses it, now or for this role
	NotFound Kind = "not-found" // unknown, or not yours to know
	Conflict Kind = "conflict"  // something happened meanwhile; look again
	Expired  Kind = "expired"   // a link, a validity or a deadline has passed
	Denied   Kind = "denied"    // nobody is signed in, or a fresh proof of identity is needed
	TooMany  Kind = "too-many"  // a rate or a size limit
	Broken   Kind = "broken"    // our fault
)

// Error is an error that a person can mend. Rule names the rule that refused, where one did; Message is one human
// sentence.
type Error struct {
	Kind    Kind
	Rule    string
	Message string
}

// Error returns the message, followed by the rule's name in brackets when there is one.
func (e *Error) Error() string {
	if e.Rule == "" {
		return e.Message
	}
	return e.Message + " [" + e.Rule + "]"
}

// Refuse returns an error of kind Refused that names its rule.
func Refuse(rule, format string, args ...any) error {
	return &Error{Kind: Refused, Rule: rule, Message: fmt.Sprintf(format, args...)}
}

// Invalidf returns an error of kind Invalid that names its rule.
func Invalidf(rule, format string, args ...any) error {
	return &Error{Kind: Invalid, Rule: rule, Message: fmt.Sprintf(format, args...)}
}

// KindOf returns the kind of the first *Error in err's chain, Broken for any other error, "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Broken
}

// RuleOf returns the rule named by the first *Error in err's chain, or "".
func RuleOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Rule
	}
	return ""
}
