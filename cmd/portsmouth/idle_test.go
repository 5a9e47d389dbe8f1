package main

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/record"
)

// idling is how many conferences lie idle, and idleFor how long the process is watched.
const (
	idling  = 1000
	idleFor = time.Minute
)

// BenchmarkIdle has a built venue serve a thousand conferences to which nobody comes, each listed, with a public record and
// held in memory since its public page was read: what it takes of a core, and of memory for each. The goroutines that a
// conference leaves behind are counted in this process, which serves them first.
func BenchmarkIdle(b *testing.B) {
	at := place{data: b.TempDir()}
	x := ready(b, at).serve()
	x.hold(10)
	goroutines, ids := runtime.NumGoroutine(), make([]string, idling)
	for k := range ids {
		ids[k] = x.hold(10).id
	}
	each := float64(runtime.NumGoroutine()-goroutines) / idling
	if err := x.p.close(); err != nil {
		b.Fatal(err)
	}
	program := binary(b)
	n, empty := launchIdle(b, program, at.data), launchIdle(b, program, b.TempDir())
	for _, id := range ids {
		get(b, http.DefaultClient, n.origin+"/c/"+id+"/public", &http.Cookie{Name: "lang", Value: "en"})
	}
	time.Sleep(3 * time.Minute) // until the collector has been, which comes every two minutes
	var busy time.Duration
	for b.Loop() {
		before := n.busy(b)
		time.Sleep(idleFor)
		busy += n.busy(b) - before
	}
	b.ReportMetric(100*busy.Seconds()/idleFor.Seconds()/float64(b.N), "cpu-%-of-a-core")
	b.ReportMetric(each, "goroutines/conference")
	b.ReportMetric((n.resident(b)-empty.resident(b))/idling/1e3, "resident-kB/conference")
	b.ReportMetric(n.resident(b)/1e6, "resident-MB")
}

// launchIdle starts a built venue and fetches its first page.
func launchIdle(b *testing.B, program, data string) *node {
	b.Helper()
	n := launch(b, program, "serve", "--listen", "localhost:0", "--data", data)
	get(b, http.DefaultClient, n.origin, &http.Cookie{Name: "lang", Value: "en"})
	return n
}

// busy is what a process has had of the processors. The system counts it in hundredths of a second.
func (n *node) busy(t testing.TB) time.Duration {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", n.process.Process.Pid))
	if err != nil {
		t.Skip("the time of a process is read from /proc, which this system does not have")
	}
	_, after, _ := strings.Cut(string(data), ") ") // the name of the program is in brackets
	var ticks int
	for _, field := range strings.Fields(after)[11:13] {
		took, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += took
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// BenchmarkReceipt sends fifty acts a second over a thousand listed conferences of the whole program: sealed on disk, with
// records whose checkpoints are signed and remembered. The first thousand acts each publish a communiqué and add its leaf;
// those after them are statements. Their author then fetches the receipt, of the first thousand the proof that they are in
// the record. Timed is from the act until it is accepted, and until the receipt is in hand.
func BenchmarkReceipt(b *testing.B) {
	onEach(b, func(b *testing.B, at place) {
		x := ready(b, at).serve()
		conferences, put := make([]*held, idling), make([]string, idling)
		for k := range conferences {
			c := x.hold(10)
			conferences[k], put[k] = c, c.do("", conference.ProposeCommunique{Text: portsmouth.Text{"en": "We sat.", "fr": "Nous avons siégé."}}).Act
			c.do("port", conference.AgreeCommunique{Communique: put[k]})
			c.do("fishers", conference.AgreeCommunique{Communique: put[k]})
		}
		accepted, receipted := make([]time.Duration, b.N), make([]time.Duration, b.N)
		var all sync.WaitGroup
		b.ResetTimer()
		beat := time.NewTicker(20 * time.Millisecond)
		for n := range b.N {
			<-beat.C
			all.Go(func() {
				k, want := n*7919%idling, record.ProofName
				var act conference.Command = conference.AgreeCommunique{Communique: put[k]}
				if n >= idling {
					act, want = conference.Speak{Room: "plenary", Text: "A measured word."}, record.ReceiptName
				}
				begin := time.Now()
				got := conferences[k].do("residents", act)
				accepted[n] = time.Since(begin)
				file, err := x.p.venue.Receipt(b.Context(), got.Conference, conferences[k].people["residents"], got.Act)
				receipted[n] = time.Since(begin)
				if err != nil || file.Kind != want {
					b.Errorf("act %d: the receipt is %q, %v", n, file.Kind, err)
				}
			})
		}
		all.Wait()
		beat.Stop()
		b.StopTimer()
		report(b, "accepted-", accepted)
		report(b, "receipt-", receipted)
	})
}
