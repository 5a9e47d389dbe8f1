package venue_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

// What an older version kept in files is taken over, of every node and once: a newer cosignature stays, and one of a record that
// broke does not come back.
func TestFilesOfCosignaturesAreTakenOver(t *testing.T) {
	x := newCosigning(t)
	inFile := func(lines string) []byte {
		t.Helper()
		if _, _, err := x.send(lines); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(must(t, x.v.Sights)(x.id))
		if err != nil {
			t.Fatal(err)
		}
		if err := x.kept.DropCosignatures(t.Context(), x.id); err != nil {
			t.Fatal(err)
		}
		return data
	}
	older, newer := memo{x.id: inFile(x.says(2, 0))}, memo{x.id: inFile(x.says(0, 1))}
	node := func(files memo) *venue.Venue {
		return venue.New(venue.Options{Store: x.kept, RecordKey: recordKey(t, 1), Clock: newClock(), Cosigned: files})
	}
	last := x.signed[len(x.signed)-1].Size
	for k, step := range []struct {
		files memo
		size  int64
	}{{older, last - 2}, {newer, last}, {older, last}, {memo{}, last}, {nil, last}} {
		v := node(step.files)
		if step.files == nil {
			v = venue.New(venue.Options{Store: x.kept, RecordKey: recordKey(t, 1), Clock: newClock()})
		}
		cosigned := strings.HasSuffix(string(checkpointOf(t, v, x.id)), x.says(0, 1))
		if sights := must(t, v.Sights)(x.id); sights[0].Size != step.size || cosigned != (step.size == last) {
			t.Errorf("%d: the witness has seen %d leaves, under the checkpoint: %v", k, sights[0].Size, cosigned)
		}
	}
	if string(older[x.id]) != "[]" || string(newer[x.id]) != "[]" {
		t.Errorf("the files still say %s and %s", older[x.id], newer[x.id])
	}
	if err := x.kept.DropCosignatures(t.Context(), x.id); err != nil {
		t.Fatal(err)
	}
	if sights := must(t, node(newer).Sights)(x.id); sights[0].Size != 0 {
		t.Errorf("what was forgotten has come back: %+v", sights)
	}
}

// must calls what reads something of a conference.
func must[T any](t *testing.T, read func(context.Context, string) (T, error)) func(id string) T {
	return func(id string) T {
		t.Helper()
		got, err := read(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
}

// unsteady is a store that can be made to write no acts.
type unsteady struct {
	*store.Store
	fails atomic.Bool
}

var errUnsteady = errors.New("the disk does not answer")

func (s *unsteady) Append(ctx context.Context, a conference.Append) (conference.Appended, error) {
	if s.fails.Load() {
		return conference.Appended{}, errUnsteady
	}
	return s.Store.Append(ctx, a)
}

// awaited is a conference that all have signed and that waits for so many of two witnesses.
func awaited(t *testing.T, quorum int) (x *table, s *unsteady, says func(witness byte) []byte) {
	s = &unsteady{Store: openStore(t, filepath.Join(t.TempDir(), "v.db"))}
	x = seat(t, venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 1), Clock: newClock()}))
	for n, person := range []string{"ada", "bo"} {
		x.do(person, conference.DeclareKey{Purpose: conference.KeyWitness, Key: cosigningWitness(t, byte(7+n)).Verifier()})
	}
	x.openly(2, quorum)
	x.signed()
	return x, s, func(witness byte) []byte {
		t.Helper()
		c, err := record.ReadCheckpoint(checkpointOf(t, x.v, x.id))
		if err != nil {
			t.Fatal(err)
		}
		return cosigningWitness(t, 7+witness).Cosign(c, time.Unix(1e9, 0))
	}
}

func (x *table) declaredSigned() bool { return x.look("").Public().Signed != nil }

// untilDeclared lets the venue run until the conference is declared signed.
func (x *table) untilDeclared(v *venue.Venue) {
	x.t.Helper()
	ctx, stop := context.WithTimeout(x.t.Context(), 10*time.Second)
	defer stop()
	ended := make(chan error)
	go func() { ended <- v.Run(ctx) }()
	for ctx.Err() == nil && !x.declaredSigned() {
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	if err := <-ended; err != nil {
		x.t.Error(err)
	}
	if !x.declaredSigned() {
		x.t.Error("it is not declared signed")
	}
}

// A declaration that failed when the last cosignature had been kept is made up for: when the same cosignature comes again, and
// by the timer of whichever node.
func TestADeclarationThatFailedIsMadeUpFor(t *testing.T) {
	again := map[string]func(x *table, s *unsteady, said []byte){
		"sent again": func(x *table, _ *unsteady, said []byte) {
			if err := x.v.AddCosignature(x.t.Context(), x.id, said); err != nil {
				x.t.Error(err)
			}
		},
		"the timer": func(x *table, _ *unsteady, _ []byte) { x.untilDeclared(x.v) },
		"after a new start": func(x *table, s *unsteady, _ []byte) {
			x.untilDeclared(venue.New(venue.Options{Store: s, RecordKey: recordKey(x.t, 1), Clock: newClock()}))
		},
	}
	for what, madeUpFor := range again {
		t.Run(what, func(t *testing.T) {
			x, s, says := awaited(t, 1)
			said := says(0)
			s.fails.Store(true)
			for range 2 {
				if err := x.v.AddCosignature(t.Context(), x.id, said); !errors.Is(err, errUnsteady) || x.declaredSigned() {
					t.Fatalf("declared: %v, %v", x.declaredSigned(), err)
				}
			}
			if len(must(t, x.v.Sights)(x.id)) != 2 {
				t.Error("the cosignature is not kept")
			}
			s.fails.Store(false)
			madeUpFor(x, s, said)
			if !x.declaredSigned() {
				t.Error("it is not declared signed")
			}
			if err := x.v.AddCosignature(t.Context(), x.id, said); err != nil {
				t.Error(err)
			}
		})
	}
}

// When all agree to wait for fewer witnesses than have come already, nobody has to come again.
func TestASmallerQuorumIsReachedAtOnce(t *testing.T) {
	x, s, says := awaited(t, 2)
	if err := x.v.AddCosignature(t.Context(), x.id, says(0)); err != nil || x.declaredSigned() {
		t.Fatalf("declared: %v, %v", x.declaredSigned(), err)
	}
	untold := func() []string {
		list, err := s.Untold(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if len(untold()) != 1 {
		t.Error("nobody looks at what the witness said any more")
	}
	rules := *x.look("mo").Rules
	rules.Witnesses.Quorum = 1
	rules.Version = 0
	x.do("mo", conference.ProposeRules{Rules: rules})
	for _, person := range []string{"ada", "bo", "mo"} {
		x.do(person, conference.AcceptRules{Version: 3})
	}
	x.untilDeclared(x.v)
	if err := x.v.AddCosignature(t.Context(), x.id, says(1)); err != nil || len(untold()) != 0 {
		t.Errorf("when nothing is waited for, %v are looked at again and again, %v", untold(), err)
	}
}
