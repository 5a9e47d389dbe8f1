package venue_test

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/store/pgtest"
	"portsmouth/internal/venue"
)

// What the world asks costs the same whatever happens behind the doors: it is not the time that is measured, which any other
// work on the machine moves, but the memory that is taken.
func TestTheWorldsQuestionsCostNothingOfWhatIsPrivate(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "v.db"))
	v := venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 1), Checkpoints: memo{}, Clock: newClock()})
	x := seat(t, v)
	x.openly(2, 0)
	x.bargaining()
	x.communique("The conference sat.")
	questions := map[string]func(id string) error{
		"visible": func(id string) error { _, err := v.Visible(t.Context(), id, ""); return err },
		"look":    func(id string) error { _, err := v.Look(t.Context(), id, ""); return err },
		"checkpoint": func(id string) error {
			_, _, err := v.RecordFile(t.Context(), id, "checkpoint")
			return err
		},
		"tile":   func(id string) error { _, _, err := v.RecordFile(t.Context(), id, "tile/0/000.p/2"); return err },
		"sights": func(id string) error { _, err := v.Sights(t.Context(), id); return err },
	}
	cost := func(what string, start bool) int {
		return bytesFor(t, func() error {
			if start {
				v = venue.New(venue.Options{Store: s, RecordKey: recordKey(t, 1), Checkpoints: memo{}, Clock: newClock()})
			}
			return questions[what](x.id)
		})
	}
	seat := func() int {
		return bytesFor(t, func() error { _, err := v.Look(t.Context(), x.id, "ada"); return err })
	}
	behindDoors(t, x, 10)
	before, fresh, seated := map[string]int{}, map[string]int{}, seat()
	for what := range questions {
		before[what], fresh[what] = cost(what, false), cost(what, true)
	}
	behindDoors(t, x, 5000)
	for what := range questions {
		now, started := cost(what, false), cost(what, true)
		t.Logf("%s: %d bytes with 10 private acts, %d with 5,010; just after the start %d and %d", what, before[what], now, fresh[what], started)
		if now > before[what]+before[what]/10+200 || started > fresh[what]+fresh[what]/10+200 {
			t.Errorf("%s costs more when more happens behind the doors", what)
		}
	}
	if after := seat(); after < seated+5000*100 {
		t.Errorf("a seat's view took %d bytes and takes %d: this test would find nothing", seated, after)
	}
	if n, err := v.Visible(t.Context(), x.id, ""); err != nil || n != len(x.look("").Acts) || n != 2 {
		t.Errorf("%d acts can be seen by all, %v", n, err)
	}
}

// Somebody without a seat who watches at another node is told of what is published.
func TestTheWorldIsToldAtAnotherNode(t *testing.T) {
	url := pgtest.URL(t)
	x := seat(t, venue.New(venue.Options{Store: openStore(t, url), RecordKey: recordKey(t, 1), Clock: newClock()}))
	x.openly(2, 0)
	put := x.do("mo", conference.ProposeCommunique{Text: en("The conference sat.")})
	x.do("ada", conference.AgreeCommunique{Communique: put.Act})
	node := venue.New(venue.Options{Store: openStore(t, url), RecordKey: recordKey(t, 1), Clock: newClock()})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- node.Run(ctx) }()
	wake, cancel, err := node.Watch(t.Context(), x.id, "")
	if err != nil {
		t.Fatal(err)
	}
	x.do("bo", conference.AgreeCommunique{Communique: put.Act}) // the first act of which the node hears publishes it
	select {
	case <-wake:
	case <-time.After(20 * time.Second):
		t.Error("nobody told it")
	}
	if seen, err := node.Visible(t.Context(), x.id, ""); err != nil || seen != 2 {
		t.Errorf("%d acts can be seen, %v", seen, err)
	}
	cancel()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// bytesFor is how much memory something takes, at least: what runs beside it takes some too.
func bytesFor(t *testing.T, do func() error) int {
	t.Helper()
	least := math.MaxInt
	for range 5 {
		var from, to runtime.MemStats
		runtime.ReadMemStats(&from)
		const times = 20
		for range times {
			if err := do(); err != nil {
				t.Fatal(err)
			}
		}
		runtime.ReadMemStats(&to)
		least = min(least, int(to.TotalAlloc-from.TotalAlloc)/times)
	}
	return least
}

// behindDoors adds so many acts that the public does not see.
func behindDoors(t *testing.T, x *table, acts int) {
	t.Helper()
	stored, err := x.v.Store.Read(t.Context(), x.id, 0)
	if err != nil {
		t.Fatal(err)
	}
	a := conference.Append{Conference: x.id, Expected: int64(len(stored)), Index: conference.Index{Public: true}}
	for k := range acts {
		room, body, err := conference.EncodeEvent(conference.Event{
			ID: fmt.Sprintf("%032x", len(stored)+k), At: newClock().Now(), By: "bo", Party: "west", Role: "head", Audience: conference.ToPlenary,
			Body: conference.StatementMade{Statement: fmt.Sprintf("%032x", len(stored)+k), Text: "We will answer tomorrow."},
		})
		if err != nil {
			t.Fatal(err)
		}
		a.Acts = append(a.Acts, conference.Stored{Room: room, Body: body})
	}
	if _, err := x.v.Store.Append(t.Context(), a); err != nil {
		t.Fatal(err)
	}
}
