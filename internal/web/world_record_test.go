package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/record"
)

// The public record of the worlds. Where the rules publish rounds, the leaf of one holds a commitment of each party. Both worlds
// take the same salts for the same acts, so a commitment is another only where what it hides is another; that is the one thing
// in which the leaves may differ in eyes that lack the salt. What is computed from these bytes then differs too: the hashes of the
// tree above such a leaf, the checkpoint's hash and its signature, the ETag of a file that holds any of them. Exactly these bytes
// are covered before comparing, each with the name of its place in the tree, so that one hash in the place of another, or one
// hash more, would still be found. Sizes, numbers of leaves, all other bytes and headers are compared as they are.

// coversIn makes the replacer for what one world sends to these eyes.
func (w *twoWorlds) coversIn(x *world) *strings.Replacer {
	log := x.log(conftest.ConferenceID)
	pairs := w.eyes.covers(log)
	commitments := strings.NewReplacer(pairs...)
	for _, e := range log { // a receipt has the leaf in base64
		if b, is := e.Body.(conference.Published); is && slices.ContainsFunc(b.Commitments, w.eyes.cannotOpen) {
			_, leaf, err := conference.EncodeEvent(e)
			must(w.t, err)
			covered := commitments.Replace(string(leaf))
			pairs = append(pairs, base64.StdEncoding.EncodeToString(leaf), base64.StdEncoding.EncodeToString([]byte(covered)))
		}
	}
	return strings.NewReplacer(append(pairs, x.derived(w.eyes.coveredLeaves(log))...)...)
}

// coveredLeaves are the numbers of the leaves of the record that hold commitments of others.
func (e eyes) coveredLeaves(log []conference.Event) []int64 {
	var leaves []int64
	number := int64(0) // the genesis
	for _, x := range log {
		if b, is := x.Body.(conference.Published); is {
			number++
			if b.Item == "round" && slices.ContainsFunc(b.Commitments, e.cannotOpen) {
				leaves = append(leaves, number)
			}
		}
	}
	return leaves
}

// cannotOpen reports whether a commitment is random to these eyes.
func (e eyes) cannotOpen(c conference.PartyCommitment) bool {
	return !e.sees(conference.ToDelegation(c.Party))
}

// derived lists, for a replacer, what of the record is computed from those leaves: as bytes, as base64 and as hexadecimal.
func (w *world) derived(leaves []int64) []string {
	raw, err := w.db.RecordHashes(w.t.Context(), conftest.ConferenceID)
	must(w.t, err)
	if len(leaves) == 0 || len(raw) == 0 {
		return nil
	}
	tree := leafHashes(w.t, raw)
	size := int64(len(tree))
	var pairs []string
	cover := func(from, to int64) {
		if !slices.ContainsFunc(leaves, func(n int64) bool { return from <= n && n < to }) {
			return
		}
		h, name := tree[from:to].hash(), fmt.Sprintf("<hash of leaves %d to %d>", from, to)
		pairs = append(pairs, string(h[:]), name, h.String(), name, hex.EncodeToString(h[:]), name)
	}
	for width := int64(1); width <= size; width *= 2 { // the full subtrees
		for from := int64(0); from+width <= size; from += width {
			cover(from, from+width)
		}
	}
	for from := range size { // the ends of the tree that are no full subtree, the whole of it first
		cover(from, size)
	}
	signed, err := w.venue.RecordKey.Sign(conftest.ConferenceID, size, tree.hash())
	must(w.t, err)
	fields := strings.Fields(string(signed))
	return append(pairs, fields[len(fields)-1], "<signature>")
}

// hashed are the hashes of leaves.
type hashed []record.Hash

// leafHashes reads them from what the store has of a record.
func leafHashes(t testing.TB, raw []byte) hashed {
	t.Helper()
	tree, err := record.NewTree(raw)
	must(t, err)
	var list hashed
	for _, tile := range record.Tiles(tree.Size()) {
		if tile.Level != 0 || tile.Entries() {
			continue
		}
		data, err := tree.Tile(tile)
		must(t, err)
		for h := range slices.Chunk(data, record.HashSize) {
			list = append(list, record.Hash(h))
		}
	}
	return list
}

// hash is the one over all of them, as RFC 6962 has it.
func (l hashed) hash() record.Hash {
	if len(l) == 1 {
		return l[0]
	}
	split := 1
	for split*2 < len(l) {
		split *= 2
	}
	left, right := l[:split].hash(), l[split:].hash()
	return sha256.Sum256(slices.Concat([]byte{1}, left[:], right[:]))
}

// coverTag names the ETag of a file in which something was covered, where it is what it has to be: the hash of the bytes.
func coverTag(a answer, body string) answer {
	if a.body != body {
		sum := sha256.Sum256([]byte(a.body))
		a.header = strings.ReplaceAll(a.header, `"`+hex.EncodeToString(sum[:16])+`"`, "<the hash of these bytes>")
	}
	a.body = body
	return a
}

// tilesNow are the files of the record as it stands, where there is one: its leaves, and their hashes.
func tilesNow(log []conference.Event) []string {
	size := int64(len(conference.Look(log, conference.Viewer{}).Publications)) + 1
	var paths []string
	for _, tile := range record.Tiles(size) {
		paths = append(paths, tile.Path())
	}
	return paths
}

// playedIn counts in a world what the test wants to have compared.
func (w *twoWorlds) playedIn(log []conference.Event, notes string) {
	w.total.played["covered leaves"] += len(w.eyes.coveredLeaves(log))
	for n, e := range log {
		switch b := e.Body.(type) {
		case conference.Published:
			w.total.played[b.Item]++
		case conference.NotesDestroyed:
			w.total.played[notes] += len(b.Notes)
		case conference.DestructionAsked:
			w.total.played["asked"]++
		case conference.InstructionsSent:
			w.total.played["instructions"]++
		case conference.Signed:
			if conference.Look(log[:n+1], conference.TimerViewer).AwaitsWitnesses() {
				w.total.played["awaits witnesses"]++
			}
		}
	}
}

// The tree by which is covered is the one of the records, and hashes of two places are told apart.
func TestCoversKnowTheTree(t *testing.T) {
	tree, raw := &record.Tree{}, []byte{}
	for n := range 70 {
		_, added, err := tree.Add(fmt.Appendf(nil, "leaf %d", n))
		must(t, err)
		for _, h := range added {
			raw = append(raw, h[:]...)
		}
		mine := leafHashes(t, raw)
		root, err := tree.Root(int64(n) + 1)
		must(t, err)
		if len(mine) != n+1 || mine.hash() != root {
			t.Fatalf("of %d leaves the hash is another", n+1)
		}
	}
}
