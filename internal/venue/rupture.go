package venue

import (
	"context"
	"fmt"
	"slices"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/record"
)

// A rupture: a record that can no longer be signed, because its key is lost or the database is not the one that was signed,
// goes on after it says so itself. What was signed before is named in it, so that whoever holds that finds what became of it.
//
// Nothing is ever taken out of a record. Under the same key it goes on from what the database has, with the rupture as its
// next leaf. Under another key it has another name (record.Key.Origin) and is begun anew under that: with every publication,
// the rupture the last of them. The earlier one stays in the database, where nobody is served it any more.

// rupturable are the rules by which a record is not signed.
var rupturable = []string{"record-key", "record-behind", "record-contradicts"}

// Unsigned tells why the record of a conference is not signed any more, and what was signed last; why is nil when nothing is
// wrong. An error is of another kind.
func (v *Venue) Unsigned(ctx context.Context, id string) (last conference.DeclareRupture, why, err error) {
	if v.RecordKey == nil {
		return last, nil, notFound()
	}
	_, _, why = v.checkpoint(ctx, id)
	if why == nil || !slices.Contains(rupturable, portsmouth.RuleOf(why)) {
		return last, nil, why
	}
	last, err = v.lastSigned(ctx, id)
	return last, why, err
}

// lastSigned is the last checkpoint that is remembered, or, where that is lost too, what the database has.
func (v *Venue) lastSigned(ctx context.Context, id string) (last conference.DeclareRupture, err error) {
	first, err := v.leaves(ctx, id, 0, 1)
	if err != nil {
		return last, err
	}
	genesis, err := record.ReadGenesis(first[0])
	if err != nil {
		return last, fmt.Errorf("the genesis of a record: %w", err)
	}
	c := record.Checkpoint{Origin: genesis.Origin}
	var kept []byte
	if v.Checkpoints != nil {
		if kept, err = v.Checkpoints.Last(id); err != nil {
			return last, err
		}
	}
	if kept != nil {
		c, err = record.ReadCheckpoint(kept)
	} else {
		c.Size, c.Root, err = v.whole(ctx, id)
	}
	key := genesis.Key
	if c.Origin == v.RecordKey.Origin(id) {
		key = v.RecordKey.Verifier(id)
	}
	return conference.DeclareRupture{Size: c.Size, Root: c.Root.String(), Key: key}, err
}

// whole is the length and the hash of a record as the database has it.
func (v *Venue) whole(ctx context.Context, id string) (int64, record.Hash, error) {
	tree, err := v.tree(ctx, id)
	if err != nil {
		return 0, record.Hash{}, err
	}
	root, err := tree.Root(tree.Size())
	return tree.Size(), root, err
}

// Rupture declares that the record of a conference does not continue what was signed before, and has it go on. It is refused
// while the record can be signed.
func (v *Venue) Rupture(ctx context.Context, id, reason string) error {
	last, why, err := v.Unsigned(ctx, id)
	if err != nil {
		return err
	}
	if why == nil {
		return portsmouth.Refuse("rupture-none", "This record is signed and holds; there is no rupture to declare.")
	}
	last.Reason = reason
	if err := v.declareRupture(ctx, id, last); err != nil {
		return err
	}
	if portsmouth.RuleOf(why) == "record-key" {
		if err := v.beginAnew(ctx, id); err != nil {
			return err
		}
	}
	if err := v.forgetSights(ctx, id); err != nil {
		return err
	}
	_, _, err = v.checkpoint(ctx, id)
	return err
}

// forgetSights forgets what witnesses said of the earlier record.
func (v *Venue) forgetSights(ctx context.Context, id string) error {
	if err := v.takeOver(ctx, id); err != nil {
		return err
	}
	return v.Store.DropCosignatures(ctx, id)
}

// declareRupture enters the rupture, unless it stands there already from an attempt that came no further.
func (v *Venue) declareRupture(ctx context.Context, id string, c conference.DeclareRupture) error {
	for range tries {
		l, err := v.load(ctx, id)
		if err != nil {
			return err
		}
		whole := conference.Look(l.events, conference.TimerViewer)
		err = v.timer(ctx, id, l, v.Now(whole), c)
		if raced, is := err.(race); is && !raced.ours {
			continue
		}
		if isRace(err) || portsmouth.RuleOf(err) == "rupture-once" {
			return nil
		}
		return err
	}
	return fmt.Errorf("a rupture could not be entered: others were quicker")
}

// beginAnew writes the record under the name that it has with the key of today.
func (v *Venue) beginAnew(ctx context.Context, id string) error {
	l, err := v.load(ctx, id)
	if err != nil {
		return err
	}
	genesis, err := v.genesis(id, l.events)
	if err != nil {
		return err
	}
	acts, err := v.Store.Read(ctx, id, 0)
	if err != nil {
		return err
	}
	leaves, err := grow(&record.Tree{}, append([][]byte{genesis}, public(acts)...))
	if err != nil {
		return err
	}
	return v.Store.PutLeaves(ctx, v.RecordKey.Origin(id), leaves)
}

// recordName is under which name the store has the record of a conference: its id, or, where a record under another key went
// before, its origin.
func (v *Venue) recordName(ctx context.Context, id string) (string, error) {
	if name, known := v.records.Load(id); known {
		return name.(string), nil
	}
	for _, name := range []string{id, v.RecordKey.Origin(id)} {
		first, err := v.Store.RecordLeaves(ctx, name, 0, 1)
		if err != nil {
			return "", err
		}
		if len(first) == 0 {
			continue
		}
		if genesis, err := record.ReadGenesis(first[0]); err == nil && genesis.Key == v.RecordKey.Verifier(id) {
			v.records.Store(id, name)
			return name, nil
		}
	}
	return id, nil
}

// leaves reads leaves of the record of a conference.
func (v *Venue) leaves(ctx context.Context, id string, first, end int64) ([][]byte, error) {
	name, err := v.recordName(ctx, id)
	if err != nil {
		return nil, err
	}
	return v.Store.RecordLeaves(ctx, name, first, end)
}

// ruptured reports whether the record says that it does not continue this checkpoint.
func (v *Venue) ruptured(ctx context.Context, id string, before record.Checkpoint) (bool, error) {
	view, err := v.Look(ctx, id, "")
	if portsmouth.KindOf(err) == portsmouth.NotFound {
		return false, nil // the log of the venue is no conference
	}
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(view.Ruptures(), func(r conference.RuptureDeclared) bool {
		return r.Size == before.Size && r.Root == before.Root.String()
	}), nil
}
