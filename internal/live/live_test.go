package live_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"portsmouth/internal/live"
)

func rooms(open ...string) func(string) bool {
	return func(room string) bool {
		for _, o := range open {
			if o == room {
				return true
			}
		}
		return false
	}
}

func woken(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

func TestAPokeWakesOnlyThoseWhoMayHear(t *testing.T) {
	var h live.Hub
	russia, stop := h.Subscribe("c", rooms("plenary", "caucus/russia"))
	defer stop()
	japan, stop := h.Subscribe("c", rooms("plenary", "caucus/japan"))
	defer stop()
	elsewhere, stop := h.Subscribe("d", rooms("plenary"))
	defer stop()
	deaf, stop := h.Subscribe("c", nil)
	defer stop()

	for _, test := range []struct {
		rooms         []string
		russia, japan bool
	}{
		{[]string{"caucus/russia"}, true, false},
		{[]string{"caucus/japan"}, false, true},
		{[]string{"caucus/japan", "plenary"}, true, true},
		{[]string{"mediator"}, false, false},
		{nil, false, false},
	} {
		h.Poke("c", test.rooms)
		if got := woken(russia); got != test.russia {
			t.Errorf("%v: russia woken %v", test.rooms, got)
		}
		if got := woken(japan); got != test.japan {
			t.Errorf("%v: japan woken %v", test.rooms, got)
		}
		if woken(elsewhere) || woken(deaf) {
			t.Errorf("%v: woke one who watches elsewhere or hears nothing", test.rooms)
		}
	}
}

func TestPokesCoalesce(t *testing.T) {
	var h live.Hub
	ch, stop := h.Subscribe("c", rooms("plenary"))
	defer stop()
	for range 100 {
		h.Poke("c", []string{"plenary"})
	}
	if !woken(ch) {
		t.Fatal("not woken")
	}
	if woken(ch) {
		t.Fatal("woken twice for pokes that nobody had fetched in between")
	}
	h.Poke("c", []string{"plenary"})
	if !woken(ch) {
		t.Fatal("a poke after the fetch was lost")
	}
}

func TestAnAudienceIsAskedEveryTime(t *testing.T) {
	var h live.Hub
	admitted := false
	ch, stop := h.Subscribe("c", func(string) bool { return admitted })
	defer stop()
	h.Poke("c", []string{"plenary"})
	if woken(ch) {
		t.Fatal("woken before admission")
	}
	admitted = true
	h.Poke("c", []string{"plenary"})
	if !woken(ch) {
		t.Fatal("not woken after admission")
	}
}

func TestPokeAllAndCancel(t *testing.T) {
	var h live.Hub
	a, stopA := h.Subscribe("a", rooms("x"))
	b, stopB := h.Subscribe("b", nil)
	if h.Count() != 2 {
		t.Fatalf("count %d", h.Count())
	}
	h.PokeAll()
	if !woken(a) || !woken(b) {
		t.Fatal("PokeAll left somebody asleep")
	}
	stopA()
	stopA()
	if h.Count() != 1 {
		t.Fatalf("count after a double cancel: %d", h.Count())
	}
	h.PokeAll()
	if woken(a) || !woken(b) {
		t.Fatal("a cancelled watcher was woken, or the other was not")
	}
	stopB()
	if h.Count() != 0 {
		t.Fatalf("count %d", h.Count())
	}
}

// An audience may use the hub itself.
func TestAnAudienceMayTakeLocks(t *testing.T) {
	var h live.Hub
	_, stop := h.Subscribe("c", func(string) bool {
		_, stop := h.Subscribe("c", nil)
		stop()
		return true
	})
	defer stop()
	h.Poke("c", []string{"plenary"})
}

func TestManyAtOnce(t *testing.T) {
	var (
		h     live.Hub
		group sync.WaitGroup
	)
	for range 50 {
		group.Go(func() {
			for range 200 {
				ch, stop := h.Subscribe([]string{"a", "b"}[rand.IntN(2)], rooms("plenary"))
				h.Poke("a", []string{"plenary"})
				h.PokeAll()
				if !woken(ch) {
					t.Error("missed a poke")
				}
				stop()
			}
		})
	}
	group.Wait()
	if h.Count() != 0 {
		t.Fatalf("%d subscriptions are left", h.Count())
	}
}

func BenchmarkPoke10000(b *testing.B) {
	var h live.Hub
	for range 10_000 {
		_, stop := h.Subscribe("c", rooms("plenary"))
		defer stop()
	}
	b.ReportAllocs()
	for b.Loop() {
		h.Poke("c", []string{"plenary"})
	}
}
