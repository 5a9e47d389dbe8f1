package conference_test

import (
	"bytes"
	"crypto/ed25519"
	"path/filepath"
	"strings"
	"testing"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/record"
	"portsmouth/record/recordtest"
	"portsmouth/verify"
)

// What a conference publishes is what its record holds. Here the records of conferences that no venue has seen are shown to
// tessera's fsck, to what looks at the files that fsck leaves out, and to our verifier: of all that the transcripts and
// chance play.

// publications returns the leaves of the record of a conference, none when it has none: the public does not know of it.
func publications(t *testing.T, key *record.Key, log []conference.Event) [][]byte {
	t.Helper()
	var leaves [][]byte
	for _, e := range log {
		if e.Audience != conference.ToPublic {
			continue
		}
		if p, is := e.Body.(conference.Published); is && p.Item == "convened" && p.Rules != nil {
			genesis, err := key.NewGenesis(conftest.ConferenceID, e.At.UnixMilli(), map[string]any{"title": p.Title, "rules": p.Rules})
			if err != nil {
				t.Fatal(err)
			}
			leaves = append([][]byte{genesis}, leaves...)
		}
		_, body, err := conference.EncodeEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, body)
	}
	return leaves
}

// accepted shows the record of a conference to all three, and returns its length. What was not played by the rules of rounds is
// not shown to our verifier, which would find it.
func accepted(t *testing.T, log []conference.Event, byTheRules bool) int {
	t.Helper()
	key, err := record.NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	leaves := publications(t, key, log)
	if len(leaves) == 0 {
		return 0
	}
	files, verifier := recordtest.Kept(t, key, leaves, recordtest.Tree(t, leaves)), key.Verifier(conftest.ConferenceID)
	recordtest.Shared(t).Accepts(t, files, verifier)
	if r := verify.Record(files, verify.Options{Key: verifier}); byTheRules && !r.OK() {
		t.Errorf("our verifier:\n%s", r)
	}
	return len(leaves)
}

func TestTheRecordsOfTranscriptsAreAccepted(t *testing.T) {
	records, leaves := 0, 0
	for _, name := range transcripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			for _, log := range conftest.Logs(read(t, name)) {
				if n := accepted(t, log, true); n > 0 {
					records, leaves = records+1, leaves+n
				}
			}
		})
	}
	t.Logf("%d records with %d leaves", records, leaves)
	if records < 20 {
		t.Error("next to no transcript publishes anything: this test would find nothing")
	}
}

func TestTheRecordsOfRandomConferencesAreAccepted(t *testing.T) {
	records, leaves, longest := 0, 0, 0
	for w := range played(t, recordtest.Every(t, 60, 1000)) {
		here, there := accepted(t, w.here, true), accepted(t, w.there, w.grafts == 0)
		records, leaves, longest = records+min(here, 1)+min(there, 1), leaves+here+there, max(longest, here, there)
		if t.Failed() {
			t.Fatalf("conference %d", w.seed)
		}
	}
	t.Logf("%d records with %d leaves, the longest of %d", records, leaves, longest)
	if records < 20 || longest < 5 {
		t.Error("chance publishes next to nothing: this test would find nothing")
	}
}
