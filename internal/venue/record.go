package venue

import (
	"context"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"sync"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/record"
)

// A conference has a public record from the moment at which its notice is published: leaf 0 is the genesis, then comes
// every publication, as it is stored. What is not public adds nothing to it, so neither its length nor its times tell of
// anything else. Without a key the venue keeps no records; what is missing is added when it has one again.

// about is what the genesis says of a conference: what the notice says of it.
type about struct {
	Title     portsmouth.Text        `json:"title"`
	Place     string                 `json:"place,omitempty"`
	Parties   []portsmouth.Party     `json:"parties"`
	People    []named                `json:"people"`
	Keys      []conference.PublicKey `json:"keys,omitempty"`
	Rules     *conference.Rules      `json:"rules"`
	Publicity conference.Publicity   `json:"publicity"`
	Policy    *record.Policy         `json:"policy,omitempty"`
	Replay    bool                   `json:"replay,omitempty"`
}

// named is a person as the public knows them.
type named struct {
	Name  string          `json:"name"`
	Party string          `json:"party,omitempty"`
	Role  portsmouth.Role `json:"role"`
}

// genesis writes leaf 0, nil while the public does not know of the conference.
func (v *Venue) genesis(id string, events []conference.Event) ([]byte, error) {
	for _, e := range events {
		p, is := e.Body.(conference.Published)
		if !is || e.Audience != conference.ToPublic || p.Item != "convened" || p.Rules == nil {
			continue
		}
		a := about{
			Title: p.Title, Place: p.Place, Parties: p.Parties, Keys: p.Keys, Rules: p.Rules, Publicity: p.Rules.Publicity,
			Policy: policy(p.Rules, p.Keys), Replay: p.Replay,
		}
		for _, seat := range p.People {
			a.People = append(a.People, named{seat.Name, seat.Party, seat.Role})
		}
		return v.RecordKey.NewGenesis(id, e.At.UnixMilli(), a)
	}
	return nil, nil
}

// policy names the witnesses whose keys are known so far, and how many the rules wait for. Keys that are declared later
// are leaves, which the policy follows.
func policy(rules *conference.Rules, keys []conference.PublicKey) *record.Policy {
	p := &record.Policy{Quorum: rules.Witnesses.Quorum}
	for _, k := range (&conference.PublicView{Keys: keys}).Witnesses() {
		name := k.Party
		if name == "" {
			name, _, _ = strings.Cut(k.Key, "+")
		}
		p.Witnesses = append(p.Witnesses, record.PolicyWitness{Name: name, Key: k.Key})
	}
	if len(p.Witnesses) == 0 && p.Quorum == 0 {
		return nil
	}
	return p
}

// addLeaves completes an append with what its acts add to the public record. after are all events, with those of the
// append.
func (v *Venue) addLeaves(ctx context.Context, a *conference.Append, after []conference.Event) error {
	if v.RecordKey == nil || len(public(a.Acts)) == 0 {
		return nil
	}
	var err error
	if a.Record, err = v.recordName(ctx, a.Conference); err != nil {
		return err
	}
	a.Leaves, err = v.missing(ctx, a.Conference, a.Expected, a.Acts, after)
	return err
}

// public returns the bodies of the acts that are for everyone.
func public(acts []conference.Stored) [][]byte {
	var bodies [][]byte
	for _, act := range acts {
		if act.Room == string(conference.ToPublic) {
			bodies = append(bodies, act.Body)
		}
	}
	return bodies
}

// missing returns the leaves that the record lacks: those of the new acts, and of all before where it has none yet.
func (v *Venue) missing(ctx context.Context, id string, head int64, acts []conference.Stored, after []conference.Event) ([]conference.Leaf, error) {
	genesis, err := v.genesis(id, after)
	if err != nil || genesis == nil {
		return nil, err
	}
	tree, err := v.tree(ctx, id)
	if err != nil {
		return nil, err
	}
	fresh := public(acts)
	all := int64(1)
	for _, e := range after {
		if e.Audience == conference.ToPublic {
			all++
		}
	}
	lacking := all - tree.Size()
	switch {
	case lacking < int64(len(fresh)):
		return nil, race{error: fmt.Errorf("the record of a conference is ahead of its acts")}
	case lacking == int64(len(fresh)):
		return grow(tree, fresh)
	}
	before, err := v.Store.Read(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	leaves := append([][]byte{genesis}, public(before[:min(head, int64(len(before)))])...)
	leaves = append(leaves, fresh...)
	if int64(len(leaves)) != all {
		return nil, race{error: fmt.Errorf("the acts of a conference have changed meanwhile")}
	}
	return grow(tree, leaves[tree.Size():])
}

// grow returns the leaves by which a tree would grow with these bodies.
func grow(tree *record.Tree, bodies [][]byte) ([]conference.Leaf, error) {
	tree = tree.Clone()
	var leaves []conference.Leaf
	for _, body := range bodies {
		leaf := conference.Leaf{Number: tree.Size(), Body: body}
		first, hashes, err := tree.Add(body)
		if err != nil {
			return nil, err
		}
		leaf.First = first
		for _, h := range hashes {
			leaf.Hashes = append(leaf.Hashes, h)
		}
		leaves = append(leaves, leaf)
	}
	return leaves, nil
}

// tree is the tree of a record, an empty one when there is none. It is not to be added to.
func (v *Venue) tree(ctx context.Context, id string) (*record.Tree, error) {
	r, err := v.record(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.tree, nil
}

// BeginRecords begins the records of those listed conferences that have none, as after the venue was brought up to date
// or has got its key, and says in the log which cannot be signed.
func (v *Venue) BeginRecords(ctx context.Context) error {
	if v.RecordKey == nil {
		return nil
	}
	ids, err := v.Store.Listed(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		tree, err := v.tree(ctx, id)
		if err != nil {
			return err
		}
		if tree.Size() == 0 {
			err = v.begin(ctx, id)
		} else if _, _, unsigned := v.checkpoint(ctx, id); unsigned != nil {
			v.Log.Error("a public record is not signed", "error", unsigned)
		}
		if err != nil {
			return fmt.Errorf("a public record could not be begun: %w", err)
		}
	}
	return nil
}

// begin writes the record of a conference that has none.
func (v *Venue) begin(ctx context.Context, id string) error {
	l, err := v.load(ctx, id)
	if err != nil {
		return err
	}
	leaves, err := v.missing(ctx, id, l.head, nil, l.events)
	if err != nil || len(leaves) == 0 {
		return err
	}
	name, err := v.recordName(ctx, id)
	if err != nil {
		return err
	}
	return v.Store.PutLeaves(ctx, name, leaves)
}

// RecordFile returns a file of the public record of a conference by its path (docs/spec/record.md). Lasting says that the
// file will never be another; the checkpoint grows with the record, and of a record that broke once any file has been
// another. What is not there is not found.
func (v *Venue) RecordFile(ctx context.Context, id, path string) (data []byte, lasting bool, err error) {
	if v.RecordKey == nil || path != record.CheckpointPath && !IsRecordData(path) {
		return nil, false, notFound()
	}
	if path == record.CheckpointPath {
		_, data, err = v.cosignedCheckpoint(ctx, id)
		return data, false, err
	}
	r, err := v.record(ctx, id)
	if err != nil {
		return nil, false, err
	}
	if tile, is := record.ParseTile(path); is {
		data, err = v.tile(ctx, id, r.tree, tile)
	} else {
		data, err = v.large(ctx, id, r, path)
	}
	if err != nil {
		return nil, false, err
	}
	broke, err := v.broke(ctx, id)
	return data, !broke, err
}

// largePath is the form of the path of a leaf that has a file of its own.
var largePath = regexp.MustCompile(`^large/[0-9a-f]{64}$`)

// IsRecordData reports whether a path has the form of a tile of a record or of a leaf that has a file of its own: any other is
// not worth looking for.
func IsRecordData(path string) bool {
	_, isTile := record.ParseTile(path)
	return isTile || largePath.MatchString(path)
}

// broke reports whether a rupture has been declared of a record: the tiles of before had the same addresses. The log of the
// venue has none; one that could not be continued has another after it, at the same address.
func (v *Venue) broke(ctx context.Context, id string) (bool, error) {
	acts, err := v.publicActs(ctx, id)
	if err != nil {
		return false, err
	}
	if len(acts) == 0 {
		return id != VenueLog, nil
	}
	return slices.ContainsFunc(acts, func(e conference.Event) bool {
		p, is := e.Body.(conference.Published)
		return is && p.Rupture != nil
	}), nil
}

func (v *Venue) tile(ctx context.Context, id string, tree *record.Tree, tile record.Tile) ([]byte, error) {
	if !tile.Within(tree.Size()) {
		return nil, notFound()
	}
	if !tile.Entries() {
		return tree.Tile(tile)
	}
	leaves, err := v.leaves(ctx, id, tile.First(), tile.First()+int64(tile.Width))
	if err != nil {
		return nil, err
	}
	if len(leaves) != tile.Width {
		return nil, fmt.Errorf("the record of a conference has fewer leaves than hashes")
	}
	return record.Bundle(leaves)
}

// large finds a leaf that has a file of its own.
func (v *Venue) large(ctx context.Context, id string, r *keptRecord, path string) ([]byte, error) {
	n, there, err := v.largeAt(ctx, id, r, path)
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, notFound()
	}
	leaves, err := v.leaves(ctx, id, n, n+1)
	if err != nil {
		return nil, err
	}
	return leaves[0], nil
}

// checkpoint reads a record and signs its checkpoint, as the venue alone has signed it.
func (v *Venue) checkpoint(ctx context.Context, id string) (*record.Tree, []byte, error) {
	r, err := v.signedRecord(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	return r.tree, r.signed, nil
}

// signedRecord reads a record and has its checkpoint signed, once for each length. One at a time: who read an earlier tree would
// find that a later one has been signed meanwhile, and take the database for an old one.
func (v *Venue) signedRecord(ctx context.Context, id string) (*keptRecord, error) {
	r, err := v.record(ctx, id)
	if err != nil || r.isSigned() {
		return r, err
	}
	turn := v.turn(id)
	turn.Lock()
	defer turn.Unlock()
	if r, err = v.record(ctx, id); err != nil || r.isSigned() {
		return r, err
	}
	if r.tree.Size() == 0 {
		return nil, notFound()
	}
	signed, err := v.sign(ctx, id, r.tree)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.signed = slices.Clip(signed)
	return r, nil
}

// turn is the lock under which a record is signed.
func (v *Venue) turn(id string) *sync.Mutex {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // a hash takes everything
	return &v.turns[h.Sum32()%uint32(len(v.turns))]
}

// sign signs the checkpoint. A record that was begun under another key is not signed with this one: that would say that
// they are the same.
func (v *Venue) sign(ctx context.Context, id string, tree *record.Tree) ([]byte, error) {
	first, err := v.leaves(ctx, id, 0, 1)
	if err != nil {
		return nil, err
	}
	if len(first) == 0 {
		return nil, fmt.Errorf("the record of a conference has hashes and no leaves")
	}
	genesis, err := record.ReadGenesis(first[0])
	if err != nil {
		return nil, fmt.Errorf("the genesis of a record: %w", err)
	}
	if genesis.Key != v.RecordKey.Verifier(id) {
		return nil, errRecordKey()
	}
	root, err := tree.Root(tree.Size())
	if err != nil {
		return nil, err
	}
	signed, err := v.RecordKey.Sign(id, tree.Size(), root)
	if err != nil || v.Checkpoints == nil {
		return signed, err
	}
	if err := v.continues(ctx, id, tree, signed); err != nil {
		return nil, err
	}
	return signed, nil
}

// continues refuses a checkpoint that contradicts an earlier one, and remembers it before anybody has seen it. A rupture in
// the record that names the earlier one lets it go on.
func (v *Venue) continues(ctx context.Context, id string, tree *record.Tree, signed []byte) error {
	last, err := v.Checkpoints.Last(id)
	if err != nil {
		return err
	}
	if last == nil {
		return v.Checkpoints.Keep(id, signed)
	}
	before, err := record.ReadCheckpoint(last)
	if err != nil {
		return fmt.Errorf("the last checkpoint of a record cannot be read: %w", err)
	}
	refused := v.contradicts(id, tree, before, last)
	if slices.Contains(rupturable, portsmouth.RuleOf(refused)) {
		said, err := v.ruptured(ctx, id, before)
		if err != nil {
			return err
		}
		if said {
			return v.Checkpoints.Keep(id, signed)
		}
	}
	if refused != nil || before.Size == tree.Size() {
		return refused
	}
	return v.Checkpoints.Keep(id, signed)
}

// contradicts refuses a tree that does not continue what was signed.
func (v *Venue) contradicts(id string, tree *record.Tree, before record.Checkpoint, last []byte) error {
	if before.Origin != v.RecordKey.Origin(id) {
		return errRecordKey()
	}
	if _, err := record.CheckCheckpoint(last, v.RecordKey.Verifier(id)); err != nil {
		return fmt.Errorf("the last checkpoint of a record cannot be read: %w", err)
	}
	if before.Size > tree.Size() {
		return portsmouth.Refuse("record-behind", "Of this public record %d entries have been signed, and the database has %d: it is an older one. "+
			"The host has to bring back the newest database, or a later backup; until then this record is not signed. If neither can be had, see “portsmouth record rupture --help”.", before.Size, tree.Size())
	}
	root, err := tree.Root(before.Size)
	if err != nil {
		return err
	}
	if root != before.Root {
		return portsmouth.Refuse("record-contradicts", "The first %d entries of this public record are not those that have been signed: the database has gone another way since, "+
			"as after an older backup was restored and used. The host has to bring back the database that was signed; until then this record is not signed. If it cannot be had, see “portsmouth record rupture --help”.", before.Size)
	}
	return nil
}

func errRecordKey() error {
	return portsmouth.Refuse("record-key", "This record was begun with another key. The host has to put that key back before it can be signed.")
}
