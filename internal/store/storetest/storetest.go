// Package storetest is the suite that a store must pass on either database.
package storetest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
)

// Run runs the suite; open returns a new empty store that is closed at the end of the test.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	tests := []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"acts come back as they went in", roundTrip},
		{"a fork is refused", fork},
		{"one act in a race of 64 has each number", race},
		{"sent twice it counts once", twice},
		{"a key used for something else is refused", otherDigest},
		{"a race of retries counts once", raceOfRetries},
		{"a conflict does not spoil its neighbours", neighbours},
		{"the index finds conferences", index},
		{"bad appends are refused", badAppends},
		{"the record grows with its acts", recordGrows},
		{"of each witness the newest cosignature is kept", cosignatures},
		{"an act and its leaves are one", recordAllOrNone},
		{"values", values},
		{"people", people},
		{"an invitation is used once", invitationOnce},
		{"an invitation can be revoked", invitationRevoked},
		{"a way back is used once", wayBackOnce},
		{"passkeys", passkeys},
		{"ways to a key are changed one after the other", waysInTurn},
		{"sessions expire", sessions},
		{"sessions of a person", sessionsOf},
		{"closed is closed", closed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// Add returns an append of acts in the plenary.
func Add(id string, expected int64, bodies ...string) conference.Append {
	a := conference.Append{Conference: id, Expected: expected}
	for _, body := range bodies {
		a.Acts = append(a.Acts, conference.Stored{Room: "plenary", Body: []byte(body)})
	}
	return a
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
}

func refused(t *testing.T, err error, kind portsmouth.Kind, rule string) {
	t.Helper()
	if portsmouth.KindOf(err) != kind || portsmouth.RuleOf(err) != rule {
		t.Fatalf("got %v (%s), want %s [%s]", err, portsmouth.KindOf(err), kind, rule)
	}
}

func roundTrip(t *testing.T, s *store.Store) {
	ctx := t.Context()
	same(t, must[int64](t)(s.Head(ctx, "c")), int64(0))
	a := conference.Append{Conference: "c", Acts: []conference.Stored{
		{Room: "public", Body: []byte{0, 1, 0xff, '\''}},
		{Room: "caucus/Nürnberg", Body: nil},
		{Seq: 99, Room: "", Body: bytes.Repeat([]byte("x"), 100_000)},
	}}
	same(t, must[conference.Appended](t)(s.Append(ctx, a)).Seq, int64(3))
	same(t, must[conference.Appended](t)(s.Append(ctx, Add("c", 3, "four"))).Seq, int64(4))
	same(t, must[int64](t)(s.Head(ctx, "c")), int64(4))

	all := must[[]conference.Stored](t)(s.Read(ctx, "c", 0))
	if len(all) != 4 {
		t.Fatalf("%d acts", len(all))
	}
	for i, act := range all {
		same(t, act.Seq, int64(i+1))
		if i < 3 {
			same(t, act.Room, a.Acts[i].Room)
			same(t, string(act.Body), string(a.Acts[i].Body))
		}
	}
	same(t, len(must[[]conference.Stored](t)(s.Read(ctx, "c", 3))), 1)
	same(t, len(must[[]conference.Stored](t)(s.Read(ctx, "c", 4))), 0)
	same(t, len(must[[]conference.Stored](t)(s.Read(ctx, "unknown", 0))), 0)
	same(t, must[[]conference.Stored](t)(s.ReadPublic(ctx, "c", 0)), all[:1])
	same(t, len(must[[]conference.Stored](t)(s.ReadPublic(ctx, "c", 1))), 0)
}

func fork(t *testing.T, s *store.Store) {
	ctx := t.Context()
	must[conference.Appended](t)(s.Append(ctx, Add("c", 0, "one", "two")))
	for _, expected := range []int64{0, 1, 3} {
		_, err := s.Append(ctx, Add("c", expected, "fork"))
		refused(t, err, portsmouth.Conflict, "expected-sequence")
	}
	same(t, must[int64](t)(s.Head(ctx, "c")), int64(2))
}

// 64 writers each try to add their own acts, looking again after every conflict. Every number is won exactly once and
// nothing is lost.
func race(t *testing.T, s *store.Store) {
	const writers, each = 64, 2
	var (
		group sync.WaitGroup
		wins  [writers*each + 1]atomic.Int32
	)
	for w := range writers {
		group.Go(func() {
			for n := range each {
				seq, err := persist(t.Context(), s, fmt.Sprintf("%d/%d", w, n))
				if err != nil {
					t.Error(err)
					return
				}
				wins[seq].Add(1)
			}
		})
	}
	group.Wait()
	seen := map[string]bool{}
	for i, act := range must[[]conference.Stored](t)(s.Read(t.Context(), "c", 0)) {
		if act.Seq != int64(i+1) || wins[act.Seq].Load() != 1 || seen[string(act.Body)] {
			t.Fatalf("act %d at place %d, won %d times: %s", act.Seq, i+1, wins[act.Seq].Load(), act.Body)
		}
		seen[string(act.Body)] = true
	}
	same(t, len(seen), writers*each)
	ok(t, s.Check(t.Context()))
}

// persist looks and appends until it succeeds.
func persist(ctx context.Context, s *store.Store, body string) (int64, error) {
	for {
		head, err := s.Head(ctx, "c")
		if err != nil {
			return 0, err
		}
		done, err := s.Append(ctx, Add("c", head, body))
		if portsmouth.KindOf(err) != portsmouth.Conflict {
			return done.Seq, err
		}
	}
}

func keyed(id string, expected int64, key, digest, receipt string, bodies ...string) conference.Append {
	a := Add(id, expected, bodies...)
	a.Key, a.Receipt = key, []byte(receipt)
	copy(a.Digest[:], digest)
	return a
}

func twice(t *testing.T, s *store.Store) {
	ctx := t.Context()
	a := keyed("c", 0, "k", "d", "receipt one", "one", "two")
	first := must[conference.Appended](t)(s.Append(ctx, a))
	same(t, first, conference.Appended{Seq: 2, Receipt: []byte("receipt one")})
	must[conference.Appended](t)(s.Append(ctx, Add("c", 2, "three")))

	// The retry comes with the position of then, or of now; both are the same request.
	for _, expected := range []int64{0, 3} {
		a.Expected, a.Receipt = expected, []byte("another receipt")
		again := must[conference.Appended](t)(s.Append(ctx, a))
		same(t, again, conference.Appended{Seq: 2, Receipt: []byte("receipt one"), Repeated: true})
	}
	same(t, must[int64](t)(s.Head(ctx, "c")), int64(3))

	digest, receipt, found, err := s.Receipt(ctx, "c", "k")
	ok(t, err)
	same(t, found, true)
	same(t, digest, a.Digest)
	same(t, string(receipt), "receipt one")
	_, _, found, err = s.Receipt(ctx, "c", "unknown")
	ok(t, err)
	same(t, found, false)

	// A key belongs to its conference.
	same(t, must[conference.Appended](t)(s.Append(ctx, keyed("d", 0, "k", "d", "", "one"))).Repeated, false)
	// A conflict keeps no receipt: the same key may try again at the right place.
	_, err = s.Append(ctx, keyed("c", 1, "k2", "d", "", "late"))
	refused(t, err, portsmouth.Conflict, "expected-sequence")
	same(t, must[conference.Appended](t)(s.Append(ctx, keyed("c", 3, "k2", "d", "", "late"))).Repeated, false)
}

func otherDigest(t *testing.T, s *store.Store) {
	ctx := t.Context()
	must[conference.Appended](t)(s.Append(ctx, keyed("c", 0, "k", "one", "", "one")))
	_, err := s.Append(ctx, keyed("c", 1, "k", "two", "", "two"))
	refused(t, err, portsmouth.Invalid, "idempotency-key")
	same(t, must[int64](t)(s.Head(ctx, "c")), int64(1))
}

func raceOfRetries(t *testing.T, s *store.Store) {
	var (
		group sync.WaitGroup
		fresh atomic.Int32
	)
	for range 32 {
		group.Go(func() {
			done, err := s.Append(t.Context(), keyed("c", 0, "k", "d", "r", "one"))
			if err != nil || done.Seq != 1 || string(done.Receipt) != "r" {
				t.Errorf("%+v %v", done, err)
			}
			if !done.Repeated {
				fresh.Add(1)
			}
		})
	}
	group.Wait()
	same(t, fresh.Load(), int32(1))
	same(t, must[int64](t)(s.Head(t.Context(), "c")), int64(1))
}

// Good and refused appends are sent together, so that they share transactions.
func neighbours(t *testing.T, s *store.Store) {
	const many = 200
	var group sync.WaitGroup
	for i := range many {
		group.Go(func() {
			id, expected := fmt.Sprintf("c%03d", i), int64(0)
			if i%3 == 0 {
				expected = 7 // wrong
			}
			_, err := s.Append(t.Context(), Add(id, expected, "one"))
			if conflict := portsmouth.KindOf(err) == portsmouth.Conflict; conflict != (i%3 == 0) {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	group.Wait()
	for i := range many {
		want := int64(1)
		if i%3 == 0 {
			want = 0
		}
		same(t, must[int64](t)(s.Head(t.Context(), fmt.Sprintf("c%03d", i))), want)
	}
}

func index(t *testing.T, s *store.Store) {
	ctx := t.Context()
	noon := time.Date(2026, 9, 5, 12, 0, 0, 0, time.UTC)
	put := func(id string, expected int64, x conference.Index) {
		t.Helper()
		a := Add(id, expected, "act")
		a.Index = x
		must[conference.Appended](t)(s.Append(ctx, a))
	}
	put("Zeta", 0, conference.Index{Due: noon.Add(time.Hour), Members: []string{"witte", "komura", "witte"}, Public: true})
	put("alpha", 0, conference.Index{Due: noon, Members: []string{"witte"}})
	put("beta", 0, conference.Index{Public: true})

	list := func(ids []string, err error) []string { t.Helper(); ok(t, err); return ids }
	same(t, list(s.Conferences(ctx)), []string{"Zeta", "alpha", "beta"})
	same(t, list(s.Of(ctx, "witte")), []string{"Zeta", "alpha"})
	same(t, list(s.Of(ctx, "komura")), []string{"Zeta"})
	same(t, len(list(s.Of(ctx, "nobody"))), 0)
	same(t, list(s.Listed(ctx)), []string{"Zeta", "beta"})
	same(t, len(list(s.Due(ctx, noon.Add(-time.Millisecond)))), 0)
	same(t, list(s.Due(ctx, noon)), []string{"alpha"})
	same(t, list(s.Due(ctx, noon.Add(24*time.Hour))), []string{"alpha", "Zeta"})

	// Every append replaces what was projected; so does a rebuild.
	put("Zeta", 1, conference.Index{Members: []string{"komura", "rosen"}})
	same(t, list(s.Of(ctx, "witte")), []string{"alpha"})
	same(t, list(s.Of(ctx, "rosen")), []string{"Zeta"})
	same(t, list(s.Listed(ctx)), []string{"beta"})
	same(t, list(s.Due(ctx, noon.Add(24*time.Hour))), []string{"alpha"})
	ok(t, s.PutIndex(ctx, "alpha", conference.Index{Members: []string{"rosen"}, Public: true}))
	same(t, list(s.Of(ctx, "rosen")), []string{"Zeta", "alpha"})
	same(t, list(s.Listed(ctx)), []string{"alpha", "beta"})
	same(t, len(list(s.Due(ctx, noon.Add(24*time.Hour)))), 0)
}

func badAppends(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for name, a := range map[string]conference.Append{
		"no conference": Add("", 0, "one"),
		"no acts":       Add("c", 0),
		"negative":      Add("c", -1, "one"),
	} {
		if _, err := s.Append(ctx, a); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, key := range []string{"a\x00b", "\xff", string(bytes.Repeat([]byte("k"), 201))} {
		_, err := s.Append(ctx, keyed("c", 0, key, "", "", "one"))
		refused(t, err, portsmouth.Invalid, "idempotency-key")
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Append(gone, Add("c", 0, "one")); err == nil {
		t.Error("a caller that has gone away was served")
	}
}

func values(t *testing.T, s *store.Store) {
	ctx := t.Context()
	if v := must[[]byte](t)(s.GetValue(ctx, "key")); v != nil {
		t.Fatalf("a value that was never put: %q", v)
	}
	ok(t, s.PutValue(ctx, "key", []byte{0, 1}))
	ok(t, s.PutValue(ctx, "key", []byte{2, 0}))
	same(t, must[[]byte](t)(s.GetValue(ctx, "key")), []byte{2, 0})
	same(t, must[[]byte](t)(s.KeepValue(ctx, "key", []byte("late"))), []byte{2, 0})

	proposals := make([]string, 16)
	var group sync.WaitGroup
	for i := range proposals {
		group.Go(func() {
			kept, err := s.KeepValue(ctx, "signing", fmt.Appendf(nil, "%d of %d", i, rand.Int()))
			if err != nil {
				t.Error(err)
			}
			proposals[i] = string(kept)
		})
	}
	group.Wait()
	same(t, len(slices.Compact(proposals)), 1)
}

func closed(t *testing.T, s *store.Store) {
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			done, err := s.Append(context.Background(), Add(fmt.Sprint("c", i), 0, "one"))
			if (err == nil) != (done.Seq == 1) {
				t.Errorf("%+v %v", done, err)
			}
		})
	}
	ok(t, s.Close())
	group.Wait()
	if _, err := s.Append(context.Background(), Add("late", 0, "one")); err == nil {
		t.Fatal("appended to a closed store")
	}
	ok(t, s.Close())
}
