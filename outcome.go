package portsmouth

import "strings"

// Outcome is a package: one option (or number, in canonical decimal form) for each issue, by issue id. A partial
// outcome leaves issues out.
type Outcome map[string]string

// Clone returns an independent copy.
func (o Outcome) Clone() Outcome {
	if o == nil {
		return nil
	}
	c := make(Outcome, len(o))
	for k, v := range o {
		c[k] = v
	}
	return c
}

// With returns a copy of o in which the terms of other replace or join those of o.
func (o Outcome) With(other Outcome) Outcome {
	c := make(Outcome, len(o)+len(other))
	for k, v := range o {
		c[k] = v
	}
	for k, v := range other {
		c[k] = v
	}
	return c
}

// Equal reports whether both settle the same issues in the same way.
func (o Outcome) Equal(other Outcome) bool {
	if len(o) != len(other) {
		return false
	}
	for k, v := range o {
		if w, ok := other[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// String lists the terms by issue id: "korea=free_hand sakhalin=split_50n".
func (o Outcome) String() string {
	var b strings.Builder
	for n, k := range SortedKeys(o) {
		if n > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(k + "=" + o[k])
	}
	return b.String()
}
