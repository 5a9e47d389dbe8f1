package portsmouth

// Party is one of those who would be bound by an agreement.
type Party struct {
	ID   string `json:"id"`             // short, stable, lower case: "japan"
	Name Text   `json:"name"`           // "Empire of Japan"
	Mark string `json:"mark,omitempty"` // shape shown with the party's colour: one of Marks
}

// Marks are the shapes that tell parties apart without colour, in the order in which they are given out.
var Marks = []string{"square", "triangle", "circle", "diamond", "hexagon", "star", "cross", "drop"}

// MaxParties is the most parties that one conference takes.
const MaxParties = 8

// Role is the part that a person plays in a conference.
type Role string

// The roles. Head, Member, Adviser, Secretary and Principal belong to a party; the others to none.
const (
	Head      Role = "head"      // leads a delegation, acts and signs for its party
	Member    Role = "member"    // speaks and drafts for the delegation; acts for it only as a substitute
	Adviser   Role = "adviser"   // reads; speaks only inside the delegation
	Secretary Role = "secretary" // keeps the minutes
	Principal Role = "principal" // sends the delegation, instructs it, ratifies
	Mediator  Role = "mediator"  // helps, proposes, never imposes
	Observer  Role = "observer"  // invited to watch what is public
	Convener  Role = "convener"  // founded the conference and sends its invitations
	Public    Role = "public"    // anyone
	Timer     Role = "timer"     // the venue itself, when a deadline passes
)

// InDelegation reports whether persons in this role belong to a party.
func (r Role) InDelegation() bool {
	switch r {
	case Head, Member, Adviser, Secretary, Principal:
		return true
	}
	return false
}
