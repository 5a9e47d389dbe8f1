package venue

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"portsmouth"
	"portsmouth/record"
)

// The venue log is one more record, that of the venue itself: once an hour it gets a leaf with the checkpoints of the public
// records that have grown since (docs/spec/record.md, section 10). Who watches it watches all conferences of the venue, those
// too of which they do not know yet. There is a leaf in every hour whether anything has grown or not, so its times tell nothing.

// VenueLog is the id under which the venue log is kept, in place of a conference's: those are 32 hexadecimal digits. A log that
// cannot be continued ends, and the next is begun under the id with a number: venue-2.
const VenueLog = "venue"

// maxVenueLogs bounds how often that can happen.
const maxVenueLogs = 100

const (
	venueLogEvery = time.Hour
	venueLogLeaf  = "portsmouth-checkpoints/1"
)

// venueAbout is what the genesis of the venue log says of it.
type venueAbout struct {
	Log   string `json:"log"`   // the format of its leaves
	Every int    `json:"every"` // seconds from leaf to leaf
}

// loggedHour is a leaf of the venue log.
type loggedHour struct {
	Format      string             `json:"format"`
	At          int64              `json:"at"` // when its hour began, milliseconds since 1970
	Checkpoints []loggedCheckpoint `json:"checkpoints"`
}

// loggedCheckpoint is how a public record stands.
type loggedCheckpoint struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Hash   string `json:"hash"` // of the tree, base64 as in a checkpoint
}

// passHour has the hour's leaf written, once an hour.
func (v *Venue) passHour(ctx context.Context, done *sync.WaitGroup) {
	hour := v.Clock.Now().Truncate(venueLogEvery).Unix()
	if v.RecordKey == nil || v.logged.Swap(hour) == hour {
		return
	}
	done.Go(func() {
		if err := v.LogCheckpoints(ctx); err != nil && ctx.Err() == nil {
			v.Log.Error("the log of the venue could not be continued", "error", err)
		}
	})
}

// LogCheckpoints writes this hour's leaf of the venue log, unless it is there.
func (v *Venue) LogCheckpoints(ctx context.Context) error {
	if v.RecordKey == nil {
		return nil
	}
	id, err := v.venueLogID(ctx)
	if err != nil {
		return err
	}
	l, err := v.venueLog(ctx, id)
	hour := v.Clock.Now().Truncate(venueLogEvery)
	if err != nil || !hour.After(l.last) {
		return err
	}
	bodies, err := v.hour(ctx, l, hour)
	if err != nil {
		return err
	}
	leaves, err := grow(l.tree, bodies)
	if err != nil {
		return err
	}
	failed := v.Store.PutLeaves(ctx, id, leaves)
	if failed == nil {
		return nil
	}
	// When another node was faster, the hour is there all the same.
	if l, err := v.venueLog(ctx, id); err != nil || l.last.Before(hour) {
		return failed
	}
	return nil
}

// VenueLogFile returns a file of the venue log by its path, as RecordFile does.
func (v *Venue) VenueLogFile(ctx context.Context, path string) (data []byte, lasting bool, err error) {
	if v.RecordKey == nil {
		return nil, false, notFound()
	}
	id, err := v.venueLogID(ctx)
	if err != nil {
		return nil, false, err
	}
	return v.RecordFile(ctx, id, path)
}

// venueLogID finds the log that can be continued: the first, unless its key was lost or the database is older than what was
// signed of it.
func (v *Venue) venueLogID(ctx context.Context) (string, error) {
	id := VenueLog
	for n := 2; n <= maxVenueLogs; n++ {
		can, err := v.continuable(ctx, id)
		if can || err != nil {
			return id, err
		}
		id = fmt.Sprint(VenueLog, "-", n)
	}
	return "", fmt.Errorf("none of %d logs of the venue can be continued", maxVenueLogs)
}

// continuable reports whether a log holds what was signed of it, or was never begun.
func (v *Venue) continuable(ctx context.Context, id string) (bool, error) {
	_, _, err := v.checkpoint(ctx, id)
	switch {
	case err == nil:
		return true, nil
	case slices.Contains(rupturable, portsmouth.RuleOf(err)):
		return false, nil
	case portsmouth.KindOf(err) != portsmouth.NotFound:
		return false, err
	}
	tree, err := v.tree(ctx, id)
	if err != nil || tree.Size() > 0 || v.Checkpoints == nil {
		return err == nil && tree.Size() == 0, err
	}
	last, err := v.Checkpoints.Last(id)
	return last == nil, err
}

// venueLog is the venue log as it is kept.
type venueLog struct {
	id    string
	tree  *record.Tree
	last  time.Time                   // its last hour
	known map[string]loggedCheckpoint // the last of each record
}

func (v *Venue) venueLog(ctx context.Context, id string) (*venueLog, error) {
	tree, err := v.tree(ctx, id)
	if err != nil {
		return nil, err
	}
	leaves, err := v.leaves(ctx, id, 1, tree.Size())
	if err != nil {
		return nil, err
	}
	l := &venueLog{id: id, tree: tree, known: map[string]loggedCheckpoint{}}
	for _, leaf := range leaves {
		var h loggedHour
		if err := json.Unmarshal(leaf, &h); err != nil {
			return nil, fmt.Errorf("a leaf of the log of the venue cannot be read: %w", err)
		}
		l.last = time.UnixMilli(h.At)
		for _, c := range h.Checkpoints {
			l.known[c.Origin] = c
		}
	}
	return l, nil
}

// hour writes the leaf of an hour, and before the first the genesis. A record that cannot be signed at present is left out.
func (v *Venue) hour(ctx context.Context, l *venueLog, hour time.Time) ([][]byte, error) {
	var bodies [][]byte
	if l.tree.Size() == 0 {
		genesis, err := v.RecordKey.NewGenesis(l.id, hour.UnixMilli(), venueAbout{venueLogLeaf, int(venueLogEvery / time.Second)})
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, genesis)
	}
	ids, err := v.Store.Listed(ctx)
	if err != nil {
		return nil, err
	}
	leaf := loggedHour{Format: venueLogLeaf, At: hour.UnixMilli(), Checkpoints: []loggedCheckpoint{}}
	for _, id := range ids {
		_, signed, err := v.checkpoint(ctx, id)
		if err != nil {
			v.Log.Error("a public record is not in the log of the venue", "error", err)
			continue
		}
		c, err := record.ReadCheckpoint(signed)
		if err != nil {
			return nil, err
		}
		now := loggedCheckpoint{c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:])}
		if l.known[c.Origin] != now {
			leaf.Checkpoints = append(leaf.Checkpoints, now)
		}
	}
	slices.SortFunc(leaf.Checkpoints, func(a, b loggedCheckpoint) int { return strings.Compare(a.Origin, b.Origin) })
	body, err := json.Marshal(leaf)
	return append(bodies, body), err
}
