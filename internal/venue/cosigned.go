package venue

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
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

// lookBack is how many checkpoints a cosignature may be of, the last among them: a record grows while a witness looks.
const lookBack = 8

// AddCosignature keeps what witnesses say of a checkpoint: one signature line or more, as C2SP tlog-witness answers them.
// It is refused unless one of them is of a witness that the conference knows and of a checkpoint of this record, among the
// last. With the last that the rules wait for, the conference is declared signed. What is known already changes nothing.
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
	found, err := v.sightsIn(ctx, id, claimsOf(view.Public().Witnesses(), lines))
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return portsmouth.Refuse("cosignature", "This is of no witness of this conference, or of no checkpoint of its record among the last.")
	}
	newer, err := v.keepSights(id, found)
	if err != nil || !newer {
		return err
	}
	return v.declareSigned(ctx, id)
}

// claim is a signature line, which nobody has checked, and the key of the witness that it names.
type claim struct{ key, line string }

// claimsOf finds the lines that name a key of the witnesses: of each key the first, since anybody may send as many as he
// likes and each costs a check.
func claimsOf(known []conference.PublicKey, lines []byte) []claim {
	var claims []claim
	seen := map[string]bool{}
	for line := range strings.Lines(string(lines)) {
		named := keyNamed(line)
		if named == "" || seen[named] {
			continue
		}
		seen[named] = true
		for _, k := range known {
			if strings.HasPrefix(k.Key, named) {
				claims = append(claims, claim{k.Key, line})
			}
		}
	}
	return claims
}

// keyNamed is the name and hash of the key that a signature line names, as a verifier key begins with them; "" where it
// names none.
func keyNamed(line string) string {
	line, _ = strings.CutPrefix(strings.TrimSuffix(line, "\n"), "— ")
	name, raw, _ := strings.Cut(line, " ")
	signed, err := base64.StdEncoding.DecodeString(raw)
	const hash = 4
	if err != nil || len(signed) < hash {
		return ""
	}
	return fmt.Sprintf("%s+%x+", name, signed[:hash])
}

// sightsIn checks the claims against the last checkpoints, the newest first, as most are of it.
func (v *Venue) sightsIn(ctx context.Context, id string, claims []claim) ([]Sight, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	tree, _, err := v.checkpoint(ctx, id)
	if err != nil {
		return nil, err
	}
	var found []Sight
	for size := tree.Size(); size > max(0, tree.Size()-lookBack) && len(claims) > 0; size-- {
		signed, err := v.signedAt(id, tree, size)
		if err != nil {
			return nil, err
		}
		claims = slices.DeleteFunc(claims, func(c claim) bool {
			at, err := record.CheckCosignature(slices.Concat(signed, []byte(c.line)), c.key)
			if err == nil {
				found = append(found, Sight{Key: c.key, Size: size, At: at, Line: c.line})
			}
			return err == nil
		})
	}
	return found, nil
}

// signedAt is the checkpoint of a record when it had that size.
func (v *Venue) signedAt(id string, tree *record.Tree, size int64) ([]byte, error) {
	root, err := tree.Root(size)
	if err != nil {
		return nil, err
	}
	return v.RecordKey.Sign(id, size, root)
}

// keepSights keeps the sights that are newer than what is kept, and reports whether there was one.
func (v *Venue) keepSights(id string, found []Sight) (newer bool, err error) {
	turn := v.turn(id)
	turn.Lock()
	defer turn.Unlock()
	kept, err := v.sights(id)
	if err != nil {
		return false, err
	}
	sights := slices.Clone(kept)
	for _, s := range found {
		sights = latest(sights, s)
	}
	if slices.Equal(sights, kept) {
		return false, nil
	}
	data, err := json.Marshal(sights)
	if err != nil {
		return false, err
	}
	return true, v.Cosigned.Keep(id, data)
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
		err = v.timer(ctx, id, l, v.Now(whole), seen)
		if portsmouth.RuleOf(err) == "witnesses-quorum" {
			return nil // several keys of one witness: the rule counts witnesses
		}
		if !isRace(err) {
			return err
		}
	}
	return nil
}
