package vault_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
)

func noted(expected int64, note string) conference.Append {
	return conference.Append{Conference: "c", Expected: expected, Acts: []conference.Stored{
		{Room: "caucus:japan", Body: []byte("what stays"), Note: []byte(note)},
		{Room: "caucus:japan", Body: []byte("an act")},
	}}
}

// A note comes back as it went in until its key is destroyed; then what stays of it does, and the key of the host does not
// help.
func TestANoteOpensWithItsOwnKey(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		raw := openStore(t, url)
		v := openVault(t, raw)
		_, err := v.Append(t.Context(), noted(0, "canary: the whole of Sakhalin"))
		ok(t, err)
		read := func() []conference.Stored {
			t.Helper()
			acts, err := openVault(t, raw).Read(t.Context(), "c", 0)
			ok(t, err)
			return acts
		}
		if acts := read(); string(acts[0].Note) != "canary: the whole of Sakhalin" || string(acts[0].Body) != "what stays" || acts[1].Note != nil {
			t.Errorf("%+v", acts)
		}
		below, err := raw.Read(t.Context(), "c", 0)
		ok(t, err)
		for _, act := range below {
			if bytes.Contains(act.Body, []byte("canary")) || bytes.Contains(act.Body, []byte("stays")) || bytes.Contains(act.Note, []byte("canary")) {
				t.Error("a note lies open")
			}
		}
		done := noted(2, "another")
		done.Destroy = []int64{1}
		_, err = v.Append(t.Context(), done)
		ok(t, err)
		if acts := read(); acts[0].Note != nil || string(acts[0].Body) != "what stays" || string(acts[2].Note) != "another" {
			t.Errorf("%+v", acts)
		}
	})
}

// swapped is a database in which the keys of notes have been moved about.
type swapped struct {
	*store.Store
	how func(acts []conference.Stored)
}

func (s swapped) Read(ctx context.Context, id string, after int64) ([]conference.Stored, error) {
	acts, err := s.Store.Read(ctx, id, after)
	s.how(acts)
	return acts, err
}

func TestANoteDoesNotOpenWithAnothersKey(t *testing.T) {
	raw := openStore(t, filepath.Join(t.TempDir(), "venue.db"))
	v := openVault(t, raw)
	for n := range int64(2) {
		_, err := v.Append(t.Context(), noted(2*n, "a note"))
		ok(t, err)
	}
	for name, how := range map[string]func([]conference.Stored){
		"another's key":         func(acts []conference.Stored) { acts[0].Note = acts[2].Note },
		"one bit of the key":    func(acts []conference.Stored) { acts[0].Note[40] ^= 1 },
		"one bit of the note":   func(acts []conference.Stored) { acts[0].Body[len(acts[0].Body)-1] ^= 1 },
		"one bit of what stays": func(acts []conference.Stored) { acts[0].Body[120] ^= 1 },
		"cut":                   func(acts []conference.Stored) { acts[0].Body = acts[0].Body[:110] },
		"no key of any form":    func(acts []conference.Stored) { acts[0].Note = []byte{1} },
	} {
		if _, err := openVault(t, swapped{raw, how}).Read(t.Context(), "c", 0); portsmouth.RuleOf(err) != "vault-open" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
