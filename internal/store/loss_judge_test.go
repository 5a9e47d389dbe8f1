package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"portsmouth/conference"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

// lossPlan is what an undisturbed run does: how long the log is after each step.
type lossPlan []int

// lossPlanOf reads an undisturbed run.
func lossPlanOf(ctx context.Context, path string, receipts []venue.Receipt) (lossPlan, error) {
	v, err := lossOpen(ctx, path)
	if err != nil {
		return nil, err
	}
	defer v.below.Close()
	ids, err := v.actIDs(ctx, lossID)
	if err != nil {
		return nil, err
	}
	var plan lossPlan
	for _, r := range receipts[1:] {
		plan = append(plan, slices.Index(ids, r.Act))
	}
	return append(plan, len(ids)), nil
}

// lossTally counts what was found.
type lossTally struct {
	points     int // crashes that were judged
	lost       int // acknowledged, and not there as it was acknowledged
	duplicated int // there twice
	damaged    int // crashes after which something else was wrong
	unanswered int // there, and never acknowledged
	first      error
}

func (t *lossTally) String() string {
	return fmt.Sprintf("%d points: %d acts lost, %d duplicated, %d states damaged, %d durable but never answered",
		t.points, t.lost, t.duplicated, t.damaged, t.unanswered)
}

// note counts an error under what it spoils and keeps the first.
func (t *lossTally) note(count *int, format string, args ...any) {
	*count++
	if t.first == nil {
		t.first = fmt.Errorf(format, args...)
	}
}

// judge opens what a crash left, as a venue that starts again does, and holds it against what was acknowledged. It writes
// there.
func (t *lossTally) judge(ctx context.Context, path string, plan lossPlan, acked []venue.Receipt) {
	v, err := lossOpen(ctx, path)
	if err != nil {
		t.lost += len(acked)
		t.note(&t.damaged, "it does not open: %w", err)
		return
	}
	defer v.below.Close()
	ids, err := v.actIDs(ctx, lossID)
	if err = errors.Join(err, v.below.Check(ctx), v.checkRecord(ctx, lossID), v.checkWords(ctx)); err != nil {
		t.note(&t.damaged, "%w", err)
	}
	if !slices.Contains(plan, len(ids)) && len(ids) > 0 {
		t.note(&t.damaged, "a step is torn: there are %d acts", len(ids))
	}
	if clone := slices.Sorted(slices.Values(ids)); len(slices.Compact(clone)) < len(ids) {
		t.note(&t.duplicated, "an act is there twice")
	}
	for n, r := range acked {
		kept, err := v.kept(ctx, n, acked)
		if err != nil || kept != r || !slices.Contains(ids, r.Act) {
			t.note(&t.lost, "step %d was acknowledged as %+v; kept is %+v, %v", n, r, kept, err)
		}
	}
	t.again(ctx, v, plan, acked)
}

// kept reads the receipt of step n from the database.
func (v *lossVenue) kept(ctx context.Context, n int, acked []venue.Receipt) (r venue.Receipt, err error) {
	step := lossStep(acked[:n])
	_, data, found, err := v.Store.Receipt(ctx, lossID, step.Person+":"+step.Key)
	if err != nil || !found {
		return r, errors.Join(err, errors.New("there is no receipt"))
	}
	return r, json.Unmarshal(data, &r)
}

// again sends the last acknowledged step and the one that was under way once more, as their authors would.
func (t *lossTally) again(ctx context.Context, v *lossVenue, plan lossPlan, acked []venue.Receipt) {
	end := min(len(acked)+1, len(plan))
	for n := max(0, len(acked)-1); n < end; n++ {
		r, err := v.Do(ctx, lossStep(acked[:n]))
		if err != nil {
			t.note(&t.damaged, "step %d cannot be sent again: %w", n, err)
			return
		}
		repeated := r.Repeated
		r.Repeated = false
		switch {
		case n == len(acked) && repeated:
			t.unanswered++
		case n < len(acked) && !repeated:
			t.note(&t.lost, "step %d was not known the second time", n)
		case n < len(acked) && r != acked[n]:
			t.note(&t.duplicated, "step %d has another receipt the second time", n)
		}
	}
	ids, err := v.actIDs(ctx, lossID)
	if err != nil || len(ids) > plan[end-1] {
		t.note(&t.duplicated, "after %d steps there are %d acts and not %d: %v", end, len(ids), plan[end-1], err)
	}
	if err := v.checkRecord(ctx, lossID); err != nil {
		t.note(&t.damaged, "sent again: %w", err)
	}
}

// actIDs returns the acts of a conference in order, none when there is no such conference.
func (v *lossVenue) actIDs(ctx context.Context, id string) ([]string, error) {
	acts, err := v.Store.Read(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	var ids []string
	for n, act := range acts {
		if act.Seq != int64(n)+1 {
			return ids, fmt.Errorf("act %d has number %d", n+1, act.Seq)
		}
		e, err := conference.DecodeEvent(act.Body)
		if err != nil {
			return ids, err
		}
		ids = append(ids, e.ID)
	}
	return ids, nil
}

// checkRecord makes the public record of a conference again from its acts: the leaves after the genesis are the public acts,
// and the hashes are those of the leaves.
func (v *lossVenue) checkRecord(ctx context.Context, id string) error {
	acts, err := v.Store.Read(ctx, id, 0)
	if err != nil {
		return err
	}
	hashes, err := v.Store.RecordHashes(ctx, id)
	if err != nil {
		return err
	}
	leaves, err := v.Store.RecordLeaves(ctx, id, 0, int64(len(acts))+2)
	if err != nil {
		return err
	}
	var again []byte
	tree, err := record.NewTree(nil)
	if err != nil {
		return err
	}
	for _, leaf := range leaves {
		_, added, err := tree.Add(leaf)
		if err != nil {
			return err
		}
		for _, h := range added {
			again = append(again, h[:]...)
		}
	}
	public := slices.DeleteFunc(acts, func(a conference.Stored) bool { return a.Room != string(conference.ToPublic) })
	same := func(leaf []byte, act conference.Stored) bool { return bytes.Equal(leaf, act.Body) }
	if !bytes.Equal(hashes, again) || !slices.EqualFunc(leaves[min(1, len(leaves)):], public, same) {
		return fmt.Errorf("the record has %d leaves and %d bytes of hashes for %d public acts, and they do not fit", len(leaves), len(hashes), len(public))
	}
	return nil
}

// lossReceipts reads what a child has acknowledged. Half a line was never read by anybody.
func lossReceipts(data []byte) ([]venue.Receipt, error) {
	var receipts []venue.Receipt
	for line := range bytes.Lines(data) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		var r venue.Receipt
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("an acknowledgement cannot be read: %w: %s", err, line)
		}
		receipts = append(receipts, r)
	}
	return receipts, nil
}

// lossAcked reads the acknowledgements of a child that ran in a folder.
func lossAcked(folder string) ([]venue.Receipt, error) {
	data, err := os.ReadFile(filepath.Join(folder, "acks"))
	if err != nil {
		return nil, err
	}
	return lossReceipts(data)
}
