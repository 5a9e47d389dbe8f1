package venue_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/store/pgtest"
	"portsmouth/internal/venue"
)

// The figures of docs/guide/performance.md. Run with
//
//	go test ./internal/venue -run '^$' -bench . -benchtime 1000x -count 3

// on runs a benchmark on each database.
func on(b *testing.B, bench func(b *testing.B, s *store.Store)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, openStore(b, filepath.Join(b.TempDir(), "venue.db"))) })
	b.Run("postgres", func(b *testing.B) { bench(b, openStore(b, pgtest.URL(b))) })
}

// percentiles reports how long acts took, in milliseconds.
func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	at := func(share float64) float64 { return took[int(share*float64(len(took)-1))].Seconds() * 1e3 }
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
}

// BenchmarkAccept has writers act as fast as they can over 64 conferences: whole accepted acts, rules and all.
func BenchmarkAccept(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers, "writers"), func(b *testing.B) {
			on(b, func(b *testing.B, s *store.Store) {
				v := venue.New(venue.Options{Store: s})
				tables := make([]*table, writers)
				for k := range tables {
					tables[k] = seat(b, v)
				}
				took := make([]time.Duration, b.N)
				var next atomic.Int64
				var all sync.WaitGroup
				b.ResetTimer()
				for k := range writers {
					all.Go(func() {
						for n := next.Add(1) - 1; n < int64(b.N); n = next.Add(1) - 1 {
							begin := time.Now()
							tables[k].do("ada", speak("one of many"))
							took[n] = time.Since(begin)
						}
					})
				}
				all.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
				percentiles(b, took)
			})
		})
	}
}

// heap is how much memory is in use. It collects twice, because pools let go only of what they held at the last time.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkSteady sends 50 acts a second over 1,000 conferences: the load of a busy venue on one machine.
func BenchmarkSteady(b *testing.B) {
	on(b, func(b *testing.B, s *store.Store) {
		before := heap()
		v := venue.New(venue.Options{Store: s})
		tables := make([]*table, 1000)
		for k := range tables {
			tables[k] = seat(b, v)
		}
		took := make([]time.Duration, b.N)
		var all sync.WaitGroup
		b.ResetTimer()
		beat := time.NewTicker(20 * time.Millisecond)
		for n := range b.N {
			<-beat.C
			all.Go(func() {
				begin := time.Now()
				tables[n*7919%len(tables)].do([]string{"ada", "bo", "mo"}[n%3], speak("a measured word"))
				took[n] = time.Since(begin)
			})
		}
		all.Wait()
		beat.Stop()
		percentiles(b, took)
		b.ReportMetric((heap()-before)/float64(len(tables)), "heap-B/conference")
		runtime.KeepAlive(v)
	})
}

// BenchmarkReplay reads a conference from the store and folds one person's view of it.
func BenchmarkReplay(b *testing.B) {
	for _, acts := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(acts), func(b *testing.B) {
			s := openStore(b, filepath.Join(b.TempDir(), "venue.db"))
			id := long(b, s, acts)
			b.ResetTimer()
			for b.Loop() {
				if _, err := venue.New(venue.Options{Store: s}).Look(b.Context(), id, "ada"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLook folds a view from memory, as every page does.
func BenchmarkLook(b *testing.B) {
	s := openStore(b, filepath.Join(b.TempDir(), "venue.db"))
	id := long(b, s, 1000)
	v := venue.New(venue.Options{Store: s})
	b.ResetTimer()
	for b.Loop() {
		if _, err := v.Look(b.Context(), id, "ada"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkActLate decides and writes one more act in a conference of 1,000.
func BenchmarkActLate(b *testing.B) {
	s := openStore(b, filepath.Join(b.TempDir(), "venue.db"))
	id := long(b, s, 1000)
	x := &table{t: b, v: venue.New(venue.Options{Store: s}), id: id}
	b.ResetTimer()
	for b.Loop() {
		x.do("ada", speak("once more"))
	}
}

// long makes a conference of about so many acts, in one append.
func long(b *testing.B, s *store.Store, acts int) string {
	x := seat(b, venue.New(venue.Options{Store: s}))
	stored, err := s.Read(b.Context(), x.id, 0)
	if err != nil {
		b.Fatal(err)
	}
	a := conference.Append{Conference: x.id, Expected: int64(len(stored))}
	for k := range acts {
		room, body, err := conference.EncodeEvent(conference.Event{
			ID: fmt.Sprintf("%032x", k), At: time.Now(), By: "bo", Party: "west", Role: "head", Audience: conference.ToPlenary,
			Body: conference.StatementMade{Statement: fmt.Sprintf("%032x", k), Text: "We have heard the other side with attention and will answer tomorrow."},
		})
		if err != nil {
			b.Fatal(err)
		}
		a.Acts = append(a.Acts, conference.Stored{Room: room, Body: body})
	}
	if _, err := s.Append(b.Context(), a); err != nil {
		b.Fatal(err)
	}
	return x.id
}
