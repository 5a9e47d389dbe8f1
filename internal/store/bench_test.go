package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/store/storetest"
)

// BenchmarkAppend measures durable appends, each with a receipt and an index, one act each, as the venue makes them.
// Every writer has a conference of its own.
func BenchmarkAppend(b *testing.B) {
	for _, kind := range kinds {
		for _, writers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/%dwriters", kind.name, writers), func(b *testing.B) {
				s := open(b, kind.url(b))
				took := make([][]time.Duration, writers)
				work := make(chan struct{}, b.N)
				for range b.N {
					work <- struct{}{}
				}
				close(work)
				b.ResetTimer()
				var group sync.WaitGroup
				for w := range writers {
					group.Go(func() {
						seq := int64(0)
						for range work {
							started := time.Now()
							if _, err := s.Append(b.Context(), typical(w, seq)); err != nil {
								b.Error(err)
								return
							}
							took[w] = append(took[w], time.Since(started))
							seq++
						}
					})
				}
				group.Wait()
				b.StopTimer()
				report(b, slices.Concat(took...))
			})
		}
	}
}

func typical(writer int, seq int64) conference.Append {
	a := storetest.Add(fmt.Sprintf("%032x", writer), seq, string(make([]byte, 400)))
	a.Key, a.Receipt = fmt.Sprintf("%032x", seq), make([]byte, 200)
	a.Index = conference.Index{Members: []string{"witte", "rosen", "komura", "takahira"}}
	return a
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "acts/s")
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "ms-p50")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "ms-p99")
}
