package conference

import (
	"slices"
	"time"

	"portsmouth"
)

// Embargoes: what all agreed to publish, but not before a time: a communiqué by its own words, the text by the rules. Until
// then nothing of it is public; at that time the venue's timer publishes it.

// EmbargoText names the text where a communiqué is named by its id.
const EmbargoText = "text"

// EndEmbargo is sent by the venue's timer at the agreed time.
type EndEmbargo struct {
	What string `json:"what"` // the id of a communiqué, or EmbargoText
}

// EmbargoEnded says that what was held back is public from now on.
type EmbargoEnded struct {
	What string `json:"what"`
}

func (d *deciding) endEmbargo(c EndEmbargo) error {
	for _, x := range d.dueEmbargoes() {
		if x.Command == Command(c) && !x.At.After(d.meta.At) {
			d.emit(ToPlenary, EmbargoEnded(c))
			return nil
		}
	}
	return portsmouth.Refuse("not-due", "nothing is held back until now")
}

// embargo checks the time before which a communiqué is not to be published.
func (d *deciding) embargo(notBefore time.Time) error {
	if !notBefore.IsZero() && !d.later(notBefore) {
		return portsmouth.Invalidf("embargo-later", "a time before which nothing is published must be later than now")
	}
	return nil
}

// dueEmbargoes lists the ends of what is held back.
func (s *State) dueEmbargoes() []Deadline {
	var due []Deadline
	for _, c := range s.Communiques {
		if s.embargoed(c) {
			due = append(due, Deadline{c.NotBefore, EndEmbargo{What: c.Communique}})
		}
	}
	if s.textHeld() {
		due = append(due, Deadline{s.Rules.Publicity.TextNotBefore, EndEmbargo{What: EmbargoText}})
	}
	return due
}

// embargoed reports whether a communiqué is agreed to and waits for its time.
func (s *State) embargoed(c *Communique) bool {
	return c.Public && !c.NotBefore.IsZero() && s.Embargoes[c.Communique].IsZero()
}

// Embargoed reports whether a communiqué is agreed to and waits for its time.
func (v *View) Embargoed(c *Communique) bool { return v.embargoed(c) }

// textHeld reports whether the text would be public by now, but for the time that the rules set.
func (s *State) textHeld() bool {
	if s.Rules == nil || s.Rules.Publicity.TextNotBefore.IsZero() || !s.Embargoes[EmbargoText].IsZero() || s.textPublished() || s.unseen() {
		return false
	}
	switch s.Rules.Publicity.Text {
	case "on-signature":
		return len(s.Signatures) > 0 && len(s.Signatures) == len(s.Opened.Parties)
	case "on-entry":
		return !s.InForceOn.IsZero()
	}
	return false
}

func (s *State) textPublished() bool {
	return slices.ContainsFunc(s.Publications, func(p Publication) bool { return p.Document != nil })
}

// publishCommunique publishes a communiqué to which all have agreed, unless it waits for its time.
func (s *State) publishCommunique(c *Communique) []Published {
	if c == nil || !c.Public || !s.Rules.Publicity.Communiques || s.embargoed(c) {
		return nil
	}
	return []Published{{Item: "communique", Text: c.Text, Session: c.Session}}
}

func (s *State) publishEmbargoed(what string) []Published {
	if what != EmbargoText {
		return s.publishCommunique(s.communique(what))
	}
	if s.Rules.Publicity.Text == "never" || s.textPublished() {
		return nil
	}
	return []Published{s.text(Published{Item: "text"})}
}
