package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/vault"
)

// openNotes fills a database as it was before there was a vault: every other act has a note.
func openNotes(t *testing.T, s *store.Store, n int) {
	t.Helper()
	a := conference.Append{Conference: "c"}
	for k := range n {
		act := conference.Stored{Room: "plenary", Body: fmt.Appendf(nil, "act %d", k+1)}
		if k%2 == 0 {
			act.Note = fmt.Appendf(nil, "note %d", k+1)
		}
		a.Acts = append(a.Acts, act)
	}
	add(t, s, a)
}

// sealedBy is what somebody makes of those acts.
func sealedBy(who string, n int) []conference.Stored {
	var acts []conference.Stored
	for k := range n {
		act := conference.Stored{Seq: int64(k + 1), Room: "sealed", Body: []byte(who)}
		if k%2 == 0 {
			act.Note = []byte(who)
		}
		acts = append(acts, act)
	}
	return acts
}

// Who comes second with an act leaves its note alone too: it is under the first one's key.
func TestANoteIsSealedWithItsAct(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		const n = 40
		at := url(t)
		first, second := open(t, at), open(t, at)
		openNotes(t, first, n)
		ok(t, first.SealActs(t.Context(), "c", sealedBy("one", n)[:n/4]))
		var both sync.WaitGroup
		for who, s := range map[string]*store.Store{"two": second, "six": first} {
			both.Go(func() {
				for _, act := range sealedBy(who, n) {
					if err := s.SealActs(t.Context(), "c", []conference.Stored{act}); err != nil {
						t.Errorf("%s: %v", who, err)
					}
				}
			})
		}
		both.Wait()
		acts, err := second.Read(t.Context(), "c", 0)
		ok(t, err)
		if len(acts) != n {
			t.Fatalf("%d acts", len(acts))
		}
		for k, act := range acts {
			if act.Room != "sealed" || k < n/4 != (string(act.Body) == "one") || k%2 == 0 && string(act.Note) != string(act.Body) {
				t.Errorf("act %d is sealed by %s and its note by %s", act.Seq, act.Body, act.Note)
			}
		}
	})
}

// Two venues that open an old database at once with one key both read all of it; one with another key is told so.
func TestTwoSealAnOldDatabaseAtOnce(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		const n = 60
		at := url(t)
		openNotes(t, open(t, at), n)
		keys := []vault.Key{{1}, {1}, {2}, {2}}
		vaults, errs := make([]*vault.Vault, len(keys)), make([]error, len(keys))
		var all sync.WaitGroup
		for k, key := range keys {
			s := open(t, at)
			all.Go(func() { vaults[k], errs[k] = vault.Open(context.Background(), s, key) })
		}
		all.Wait()
		won := vault.Key{}
		for k, err := range errs {
			switch {
			case errors.Is(err, vault.ErrOtherKey):
			case won == vault.Key{} || won == keys[k]:
				won = keys[k]
				if err != nil {
					t.Logf("%d: %v", k, err) // the other was still reading when the old traces were to go
				}
			default:
				t.Errorf("two keys hold at once, %v", err)
			}
		}
		v, err := vault.Open(t.Context(), open(t, at), won)
		ok(t, err)
		for _, v := range append(vaults, v) {
			if v == nil {
				continue
			}
			acts, err := v.Read(t.Context(), "c", 0)
			if err != nil || len(acts) != n {
				t.Fatalf("%d acts, %v", len(acts), err)
			}
			for k, act := range acts {
				if note := fmt.Sprintf("note %d", k+1); string(act.Body) != fmt.Sprintf("act %d", k+1) || k%2 == 0 && string(act.Note) != note {
					t.Errorf("act %d: %q, %q", act.Seq, act.Body, act.Note)
				}
			}
		}
	})
}
