package conference

import (
	"strings"

	"portsmouth"
)

// Audience says who may see an act: the name of a room. It is part of the act from the moment the act is made.
type Audience string

// The audiences that need no party.
const (
	ToPublic    Audience = "public"    // everyone, for ever
	ToConvening Audience = "convening" // all who are seated, the convener, and a person with an invitation in hand
	ToPlenary   Audience = "plenary"   // all delegations and the mediator
	ToMediator  Audience = "mediator"  // the mediator alone
)

// ToDelegation is the audience of one delegation and its principal.
func ToDelegation(party string) Audience { return Audience("delegation:" + party) }

// ToCaucus is the audience of one delegation and the mediator.
func ToCaucus(party string) Audience { return Audience("caucus:" + party) }

// ToComment is the audience of what one of the public says to the table: who said it, all who are seated, the convener.
func ToComment(person string) Audience { return Audience("comment:" + person) }

// Party returns the party of a delegation's or a caucus's audience, of a comment's the person, else "".
func (a Audience) Party() string {
	_, party, _ := strings.Cut(string(a), ":")
	return party
}

// Kind returns the audience without its party: "public", "convening", "plenary", "mediator", "delegation", "caucus", "comment".
func (a Audience) Kind() string {
	kind, _, _ := strings.Cut(string(a), ":")
	return kind
}

// Viewer is somebody who looks at a conference. The zero value is the public.
type Viewer struct {
	Person   string          `json:"person,omitempty"`
	Name     string          `json:"name,omitempty"`
	Party    string          `json:"party,omitempty"`
	Role     portsmouth.Role `json:"role,omitempty"`
	Acting   bool            `json:"acting,omitempty"`   // a substitute who acts as head
	Convener bool            `json:"convener,omitempty"` // founded it
	Invited  bool            `json:"invited,omitempty"`  // holds an invitation not yet used
}

// Seated reports whether the viewer has a seat at the table: a delegation's or the mediator's.
func (v Viewer) Seated() bool { return v.Role.InDelegation() || v.Role == portsmouth.Mediator }

// As returns the role in which the viewer acts: a substitute's is the head's.
func (v Viewer) As() portsmouth.Role {
	switch {
	case v.Acting:
		return portsmouth.Head
	case v.Role != "":
		return v.Role
	case v.Convener:
		return portsmouth.Convener
	}
	return portsmouth.Public
}

// MaySee is the one rule of who sees what. Everything that a person gets is computed only from acts that pass it.
func (v Viewer) MaySee(a Audience) bool {
	if v.Role == portsmouth.Timer || a == ToPublic {
		return true
	}
	switch a.Kind() {
	case "convening":
		return v.Seated() || v.Convener || v.Invited
	case "plenary":
		return v.Seated()
	case "delegation":
		return v.Role.InDelegation() && v.Party == a.Party()
	case "caucus":
		return v.Role == portsmouth.Mediator || v.Role.InDelegation() && v.Party == a.Party()
	case "mediator":
		return v.Role == portsmouth.Mediator
	case "comment":
		return v.Seated() || v.Convener || v.Person != "" && v.Person == a.Party()
	}
	return false
}

// Filter returns those of log that v may see, in order; of notes that were destroyed what is left.
func Filter(log []Event, v Viewer) []Event {
	seen, gone := make([]Event, 0, len(log)), false
	for _, e := range log {
		if v.MaySee(e.Audience) {
			seen, gone = append(seen, e), gone || destroys(e)
		}
	}
	if gone {
		bury(seen)
	}
	return seen
}

// TimerViewer is the venue itself when a deadline passes: the only one that decides on the whole.
var TimerViewer = Viewer{Role: portsmouth.Timer}
