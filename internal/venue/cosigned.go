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
	"sync"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/record"
)

// Witnesses: whoever has declared a key may send what it says of a checkpoint of the record. It is kept beside the record, for
// all nodes of a store, and not among the acts: ordinary acts wait for nobody, and a record does not grow by being looked at.

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
// last. With the last that the rules wait for, the conference is declared signed. What is known already changes nothing, but that
// is made up for when it failed before.
func (v *Venue) AddCosignature(ctx context.Context, id string, lines []byte) error {
	if v.RecordKey == nil {
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
	newer, err := v.keepSights(ctx, id, found)
	if err != nil {
		return err
	}
	if !newer {
		if untold, err := v.Store.Untold(ctx); err != nil || !slices.Contains(untold, id) {
			return err
		}
	}
	return v.seenSigned(ctx, id)
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

// keepSights keeps the sights that are newer than what is kept of their witnesses, and reports whether there was one.
func (v *Venue) keepSights(ctx context.Context, id string, found []Sight) (newer bool, err error) {
	for _, s := range found {
		data, err := json.Marshal(s)
		if err != nil {
			return newer, err
		}
		put, err := v.Store.PutCosignature(ctx, id, s.Key, s.Size, s.At.UnixMilli(), data)
		if err != nil {
			return newer, err
		}
		newer = newer || put
	}
	return newer, nil
}

// sights reads what is kept, of the witnesses that ever were; with the bytes as they are kept.
func (v *Venue) sights(ctx context.Context, id string) (sights []Sight, kept [][]byte, err error) {
	if err := v.takeOver(ctx, id); err != nil {
		return nil, nil, err
	}
	if kept, err = v.Store.Cosignatures(ctx, id); err != nil {
		return nil, nil, err
	}
	for _, data := range kept {
		var s Sight
		if err := json.Unmarshal(data, &s); err != nil {
			return nil, nil, fmt.Errorf("what a witness said of a record cannot be read: %w", err)
		}
		sights = append(sights, s)
	}
	return sights, kept, nil
}

// takeOver moves into the store what an older version kept in files of each node, once.
func (v *Venue) takeOver(ctx context.Context, id string) error {
	if v.Cosigned == nil {
		return nil
	}
	if _, done := v.taken.Load(id); done {
		return nil
	}
	data, err := v.Cosigned.Last(id)
	if err != nil {
		return err
	}
	var sights []Sight
	if data != nil {
		if err := json.Unmarshal(data, &sights); err != nil {
			return fmt.Errorf("what witnesses said of a record cannot be read: %w", err)
		}
	}
	if len(sights) > 0 {
		if _, err := v.keepSights(ctx, id, sights); err != nil {
			return err
		}
		if err := v.forgetFile(id); err != nil {
			return err
		}
	}
	v.taken.Store(id, true)
	return nil
}

// forgetFile empties what an older version kept: it is in the store.
func (v *Venue) forgetFile(id string) error { return v.Cosigned.Keep(id, []byte("[]")) }

// Sights tells which witnesses of a conference have seen its record, and how much of it: in the order in which they are
// declared, with a Size of 0 for one who has not. Anybody may know it who knows of the conference.
func (v *Venue) Sights(ctx context.Context, id string) ([]Sight, error) {
	view, err := v.Look(ctx, id, "")
	if err != nil {
		return nil, err
	}
	sights, _, err := v.sights(ctx, id)
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

// cosignedCheckpoint is the checkpoint of a record with what the witnesses of today have said of this very one, and the tree of
// which it speaks. It is put together once for what they have said.
func (v *Venue) cosignedCheckpoint(ctx context.Context, id string) (*record.Tree, []byte, error) {
	r, err := v.signedRecord(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := v.takeOver(ctx, id); err != nil {
		return nil, nil, err
	}
	kept, err := v.Store.Cosignatures(ctx, id)
	if err != nil || len(kept) == 0 {
		return r.tree, r.signed, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	said := allOf(kept)
	if r.cosigned == nil || r.said != said {
		cosigned, err := v.withCosignatures(ctx, id, r.signed)
		if err != nil {
			return nil, nil, err
		}
		r.cosigned, r.said = slices.Clip(cosigned), said
	}
	return r.tree, r.cosigned, nil
}

// withCosignatures adds to a checkpoint what the witnesses of today have said of it.
func (v *Venue) withCosignatures(ctx context.Context, id string, signed []byte) ([]byte, error) {
	c, err := record.ReadCheckpoint(signed)
	if err != nil {
		return nil, err
	}
	sights, err := v.Sights(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, s := range sights {
		if s.Size == c.Size {
			signed = append(signed, s.Line...)
		}
	}
	return signed, nil
}

// seenSigned looks at what witnesses have said, and declares the conference signed once so many as its rules name have seen the
// signatures. What they said is looked at until nothing is waited for: an attempt may fail, the quorum may become smaller.
func (v *Venue) seenSigned(ctx context.Context, id string) error {
	for range tries {
		sights, kept, err := v.sights(ctx, id)
		if err != nil {
			return err
		}
		view, err := v.Look(ctx, id, "")
		if err != nil {
			return err
		}
		public := view.Public()
		quorum, leaf := public.Awaited()
		if quorum == 0 {
			return v.Store.Told(ctx, id, kept)
		}
		seen := seenBy(of(public.Witnesses(), sights), leaf)
		if conference.CountWitnesses(public.Witnesses(), seen.Witnesses) < quorum {
			return nil
		}
		if err := v.declareSigned(ctx, id, seen); !isRace(err) {
			return err
		}
	}
	return fmt.Errorf("a conference could not be declared signed: others were quicker")
}

// seenBy is the declaration by those who have seen more than leaf leaves.
func seenBy(sights []Sight, leaf int64) conference.DeclareSigned {
	seen := conference.DeclareSigned{}
	for _, s := range sights {
		if s.Size > leaf {
			seen.Size = min(s.Size, cmp.Or(seen.Size, s.Size))
			seen.Witnesses = append(seen.Witnesses, s.Key)
		}
	}
	return seen
}

// declareSigned sends the declaration. It returns a race when the log has moved on, with it or without.
func (v *Venue) declareSigned(ctx context.Context, id string, seen conference.DeclareSigned) error {
	l, err := v.load(ctx, id)
	if err != nil {
		return err
	}
	return v.timer(ctx, id, l, v.Now(conference.Look(l.events, conference.TimerViewer)), seen)
}

// passCosigned looks at what witnesses have said and nobody has looked at since: what a node left undone that stopped, or failed.
func (v *Venue) passCosigned(ctx context.Context, done *sync.WaitGroup) {
	ids, err := v.Store.Untold(ctx)
	if err != nil {
		v.Log.Error("what witnesses said cannot be read", "error", err)
		return
	}
	for _, id := range ids {
		turn := "cosigned " + id
		if _, busy := v.passing.LoadOrStore(turn, true); busy {
			continue
		}
		done.Go(func() {
			defer v.passing.Delete(turn)
			err := v.seenSigned(ctx, id)
			if err == nil {
				v.refused.Delete(turn)
			} else if _, told := v.refused.LoadOrStore(turn, true); !told && ctx.Err() == nil { // it is tried again at every beat
				v.Log.Error("a conference that witnesses have seen signed could not be declared so", "error", err)
			}
		})
	}
}
