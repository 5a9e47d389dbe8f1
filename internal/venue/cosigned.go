package venue

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/record"
)

// Witnesses: whoever has declared a key may send what it says of a checkpoint of the record. It is kept beside the last
// checkpoint and not among the acts: ordinary acts wait for nobody, and a record does not grow by being looked at.

// Sight is the last checkpoint that a witness has cosigned.
type Sight struct {
	Key  string    `json:"key"`  // the witness's verifier key
	Size int64     `json:"size"` // of the record, in leaves
	At   time.Time `json:"at"`   // by the witness's clock
	Line string    `json:"line"` // its signature, with its line feed
}

// maxLines bounds what is sent at once.
const maxLines = 32

// lookBack is how many checkpoints before the last a cosignature may still be of: a record grows while a witness looks.
const lookBack = 64

// AddCosignature keeps what witnesses say of a checkpoint: one signature line or more, as C2SP tlog-witness answers them.
// It is refused unless one of them is of a witness that the conference knows and of a checkpoint of this record, among the
// last. With the last that the rules wait for, the conference is declared signed.
func (v *Venue) AddCosignature(ctx context.Context, id string, lines []byte) error {
	if v.RecordKey == nil || v.Cosigned == nil {
		return notFound()
	}
	if bytes.Count(lines, []byte("\n")) > maxLines {
		return portsmouth.Refuse("cosignature", "At most %d cosignatures are taken at once.", maxLines)
	}
	view, err := v.Look(ctx, id, "")
	if err != nil {
		return err
	}
	if err := v.keepSights(ctx, id, view.Public().Witnesses(), lines); err != nil {
		return err
	}
	return v.declareSigned(ctx, id)
}

// keepSights finds what the lines are of and keeps it.
func (v *Venue) keepSights(ctx context.Context, id string, known []conference.PublicKey, lines []byte) error {
	tree, _, err := v.checkpoint(ctx, id)
	if err != nil {
		return err
	}
	turn := v.turn(id)
	turn.Lock()
	defer turn.Unlock()
	sights, err := v.sights(id)
	if err != nil {
		return err
	}
	fresh := 0
	for size := tree.Size(); size > max(0, tree.Size()-lookBack); size-- {
		found, err := v.sightsOf(id, tree, size, known, lines)
		if err != nil {
			return err
		}
		for _, s := range found {
			sights, fresh = latest(sights, s), fresh+1
		}
	}
	if fresh == 0 {
		return portsmouth.Refuse("cosignature", "This is of no witness of this conference, or of no checkpoint of its record among the last.")
	}
	data, err := json.Marshal(sights)
	if err != nil {
		return err
	}
	return v.Cosigned.Keep(id, data)
}

// sightsOf reads the lines as cosignatures of the checkpoint of that size.
func (v *Venue) sightsOf(id string, tree *record.Tree, size int64, known []conference.PublicKey, lines []byte) ([]Sight, error) {
	root, err := tree.Root(size)
	if err != nil {
		return nil, err
	}
	signed, err := v.RecordKey.Sign(id, size, root)
	if err != nil {
		return nil, err
	}
	var found []Sight
	for line := range strings.Lines(string(lines)) {
		for _, k := range known {
			if at, err := record.CheckCosignature(slices.Concat(signed, []byte(line)), k.Key); err == nil {
				found = append(found, Sight{Key: k.Key, Size: size, At: at, Line: line})
			}
		}
	}
	return found, nil
}

// latest puts a sight among the others: of each witness the last is kept.
func latest(sights []Sight, s Sight) []Sight {
	for k, old := range sights {
		if old.Key == s.Key {
			if s.Size > old.Size || s.Size == old.Size && s.At.After(old.At) {
				sights[k] = s
			}
			return sights
		}
	}
	return append(sights, s)
}

// sights reads what is kept, of the witnesses that ever were.
func (v *Venue) sights(id string) ([]Sight, error) {
	if v.Cosigned == nil {
		return nil, nil
	}
	data, err := v.Cosigned.Last(id)
	if err != nil || data == nil {
		return nil, err
	}
	var sights []Sight
	if err := json.Unmarshal(data, &sights); err != nil {
		return nil, fmt.Errorf("what witnesses said of a record cannot be read: %w", err)
	}
	return sights, nil
}

// Sights tells which witnesses of a conference have seen its record, and how much of it: in the order in which they are
// declared, with a Size of 0 for one who has not. Anybody may know it who knows of the conference.
func (v *Venue) Sights(ctx context.Context, id string) ([]Sight, error) {
	view, err := v.Look(ctx, id, "")
	if err != nil {
		return nil, err
	}
	sights, err := v.sights(id)
	if err != nil {
		return nil, err
	}
	return of(view.Public().Witnesses(), sights), nil
}

// of puts the sights in the order of the witnesses.
func of(witnesses []conference.PublicKey, sights []Sight) []Sight {
	list := make([]Sight, len(witnesses))
	for k, w := range witnesses {
		list[k] = Sight{Key: w.Key}
		for _, s := range sights {
			if s.Key == w.Key {
				list[k] = s
			}
		}
	}
	return list
}

// withCosignatures adds to a checkpoint what the witnesses of today have said of this very one.
func (v *Venue) withCosignatures(ctx context.Context, id string, signed []byte) ([]byte, error) {
	c, err := record.ReadCheckpoint(signed)
	if err != nil {
		return nil, err
	}
	sights, err := v.sights(id)
	if err != nil || len(sights) == 0 {
		return signed, err
	}
	view, err := v.Look(ctx, id, "")
	if err != nil {
		return nil, err
	}
	for _, s := range of(view.Public().Witnesses(), sights) {
		if s.Size == c.Size {
			signed = append(signed, s.Line...)
		}
	}
	return signed, nil
}

// declareSigned declares a conference signed once so many witnesses as its rules name have seen the signatures.
func (v *Venue) declareSigned(ctx context.Context, id string) error {
	for range tries {
		l, err := v.load(ctx, id)
		if err != nil {
			return err
		}
		whole := conference.Look(l.events, conference.TimerViewer)
		quorum, leaf := whole.AwaitedWitnesses()
		if quorum == 0 {
			return nil
		}
		sights, err := v.sights(id)
		if err != nil {
			return err
		}
		seen := conference.DeclareSigned{}
		for _, s := range of(whole.Public().Witnesses(), sights) {
			if s.Size > leaf {
				seen.Size = min(s.Size, cmp.Or(seen.Size, s.Size))
				seen.Witnesses = append(seen.Witnesses, s.Key)
			}
		}
		if len(seen.Witnesses) < quorum {
			return nil
		}
		if err := v.timer(ctx, id, l, v.Now(whole), seen); !isRace(err) {
			return err
		}
	}
	return nil
}
