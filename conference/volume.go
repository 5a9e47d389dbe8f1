package conference

import (
	"encoding/json"

	"portsmouth"
)

// What was taken back, and what a later entry replaced, is kept too. So that nobody can fill the venue's memory, there is a
// limit to what each side adds. It is counted by side and by room: a refusal tells nobody what another side did, and nobody
// can use up what is another's. And it is counted by kind of act, so that whoever has talked too much can still lodge,
// accept and sign.
const (
	maxKept = 16 << 20 // bytes
	actKept = 200      // bytes that an act takes beside its body
)

// outOfSight lists what v has done and may not see: what an observer declared, what a stranger asked. One's own acts tell
// one nothing.
func outOfSight(log []Event, v Viewer) []Event {
	var own []Event
	for _, e := range log {
		if e.By == v.Person && !v.MaySee(e.Audience) {
			own = append(own, e)
		}
	}
	return own
}

// bounded refuses acts with which their author's side would have put too much of one kind into a room. seen are the acts
// before, as the author sees them, with all of the author's own. What the venue does of itself is never refused.
func bounded(seen, added []Event) error {
	for k := range added {
		if added[k].By == "" {
			continue
		}
		kept := volume(added[k].Body)
		for n := range seen {
			if seen[n].Audience == added[k].Audience && seen[n].side() == added[k].side() && seen[n].Body.Kind() == added[k].Body.Kind() {
				kept += volume(seen[n].Body)
			}
		}
		if kept > maxKept {
			return portsmouth.Refuse("kept-many",
				"a delegation, or a person without one, can put %d MiB of one kind into a room; no more of this is kept", maxKept>>20)
		}
	}
	return nil
}

// side is the party of the author, or the person who has none.
func (e *Event) side() string {
	if e.Party != "" {
		return e.Party
	}
	return e.By
}

// volume is how many bytes an act takes, about. Of the most frequent acts it is the part that can be long.
func volume(b Body) int {
	switch b := b.(type) {
	case StatementMade:
		kept := actKept + len(b.Text)
		if b.Locked != nil {
			kept += b.Locked.Size
		}
		return kept
	case QuestionAnswered:
		return actKept + len(b.Body)
	case RoundEntered:
		return actKept + len(b.Payload)
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return actKept // what cannot be written is not kept either
	}
	return actKept + len(raw)
}
