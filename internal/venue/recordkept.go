package venue

import (
	"context"
	"strings"
	"sync"

	"portsmouth/record"
)

// What memory keeps of records, so that a crowd that reads one costs little: the tree, the checkpoint once it is signed, and
// where the long leaves are. A record only grows, so what is kept is right as long as its last hash is still the last one:
// that is asked of the store each time, whichever node has added to it.

// keptRecord is a record as it was at some length.
type keptRecord struct {
	place int64  // of its last hash, -1 in an empty record
	last  string // this hash
	tree  *record.Tree
	large *largeLeaves

	mu       sync.Mutex
	signed   []byte // the checkpoint; nil until it is asked for
	cosigned []byte // the checkpoint with what witnesses have said; nil until it is asked for
	said     string // what they had said then, all in one
}

// largeLeaves tells where the leaves are that have a file of their own. It grows with its record.
type largeLeaves struct {
	mu    sync.Mutex
	end   int64            // how many leaves have been looked at
	paths map[string]int64 // numbers of leaves
}

func (r *keptRecord) bytes() int { return int(r.place+1) * record.HashSize }

// isSigned reports whether its checkpoint is signed: then that is never another.
func (r *keptRecord) isSigned() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.signed != nil
}

// record returns the record of a conference as it is now; an empty one when there is none. Its tree is not to be added to.
func (v *Venue) record(ctx context.Context, id string) (*keptRecord, error) {
	name, err := v.recordName(ctx, id)
	if err != nil {
		return nil, err
	}
	place, last, err := v.Store.RecordHead(ctx, name)
	if err != nil {
		return nil, err
	}
	before, known := v.trees.get(name)
	if known && before.place == place && before.last == string(last) {
		return before, nil
	}
	if place < 0 {
		return &keptRecord{place: -1, tree: &record.Tree{}, large: &largeLeaves{}}, nil
	}
	hashes, err := v.Store.RecordHashes(ctx, name) // it may have grown since
	if err != nil {
		return nil, err
	}
	tree, err := record.NewTree(hashes)
	if err != nil {
		return nil, err
	}
	end := len(hashes) - record.HashSize
	now := &keptRecord{place: int64(end / record.HashSize), last: string(hashes[end:]), tree: tree, large: &largeLeaves{}}
	if known && now.continues(before) {
		now.large = before.large
	}
	v.trees.put(name, now)
	return now, nil
}

// continues reports whether the record is that of before, or has grown out of it.
func (r *keptRecord) continues(before *keptRecord) bool {
	there, err := r.tree.ReadHashes([]int64{before.place})
	return err == nil && string(there[0][:]) == before.last
}

// largeAt returns the number of the leaf whose file has this path, and whether there is one. Each long leaf is read once, to
// learn its path.
func (v *Venue) largeAt(ctx context.Context, id string, r *keptRecord, path string) (n int64, there bool, err error) {
	l := r.large
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end < r.tree.Size() {
		if err := v.learnLarge(ctx, id, l, r.tree.Size()); err != nil {
			return 0, false, err
		}
	}
	n, there = l.paths[path]
	return n, there, nil
}

// learnLarge looks at the leaves up to the given number. Leaves are JSON, so one has a file of its own for its length alone.
func (v *Venue) learnLarge(ctx context.Context, id string, l *largeLeaves, end int64) error {
	name, err := v.recordName(ctx, id)
	if err != nil {
		return err
	}
	numbers, err := v.Store.RecordLarge(ctx, name, l.end, record.MaxEntry)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		leaves, err := v.leaves(ctx, id, n, n+1)
		if err != nil {
			return err
		}
		if l.paths == nil {
			l.paths = map[string]int64{}
		}
		l.paths[record.LargePath(leaves[0])], l.end = n, n+1
	}
	l.end = max(l.end, end)
	return nil
}

// allOf is what witnesses said, in one string that is another when any of it is.
func allOf(sights [][]byte) string {
	var all strings.Builder
	for _, s := range sights {
		all.Write(s)
		all.WriteByte('\n') // none holds one: they are JSON
	}
	return all.String()
}
