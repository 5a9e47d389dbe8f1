package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/venue"
)

// The world at the door of one venue: how many readers it answers, how many may listen, and whether the table still works
// meanwhile.

// crowd is how many connections ask without a pause.
const crowd = 32

// BenchmarkCrowd has readers without a session ask for one address of a listed conference again and again, each on a
// connection of its own, while acts are made at fifty a second in the same venue.
func BenchmarkCrowd(b *testing.B) {
	for name, at := range map[string]string{"page": "public", "tile": "record/tile/0/000.p/1", "checkpoint": "record/checkpoint"} {
		b.Run(name, func(b *testing.B) {
			x := ready(b, place{data: b.TempDir()}).serve()
			c := x.hold(100)
			acts := c.talk()
			path := "/c/" + c.id + "/" + at
			var group sync.WaitGroup
			each := b.N/crowd + 1
			b.ResetTimer()
			busy := busyTime(b)
			for range crowd {
				group.Go(func() { ask(b, x.p.origin, path, each) })
			}
			group.Wait()
			b.StopTimer()
			b.ReportMetric((busyTime(b)-busy).Seconds()*1e6/float64(each*crowd), "cpu-µs/request")
			b.ReportMetric(float64(each*crowd)/b.Elapsed().Seconds(), "requests/s")
			report(b, "act-", acts())
		})
	}
}

// busyTime is what this process has had of the processors, its readers included: the figure that other work on the machine
// does not change.
func busyTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// ask sends one request after the other on one connection.
func ask(b *testing.B, origin, path string, times int) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(origin, "http://"))
	if err != nil {
		b.Error(err)
		return
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for range times {
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
		answer, err := http.ReadResponse(in, nil)
		if err != nil || answer.StatusCode != http.StatusOK {
			b.Errorf("%s: %v, %v", path, answer, err)
			return
		}
		if n, err := io.Copy(io.Discard, answer.Body); n == 0 || err != nil {
			b.Errorf("%s: %d bytes, %v", path, n, err)
			return
		}
	}
}

// talk makes fifty acts a second until the function that it returns is called, which says how long each took.
func (c *held) talk() func() []time.Duration {
	var took []time.Duration
	stop, done := make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			begin := time.Now()
			_, err := c.x.p.venue.Do(c.x.t.Context(), venue.Request{
				Conference: c.id, Person: c.people[""], Command: conference.Speak{Room: "plenary", Text: "On we go."}, Seen: -1,
			})
			if err != nil {
				c.x.t.Error(err)
				return
			}
			took = append(took, time.Since(begin))
		}
	}()
	return func() []time.Duration {
		close(stop)
		<-done
		return append(took, 0)[:max(1, len(took))]
	}
}

// listeners is how many readers wait at once.
const listeners = 10_000

// BenchmarkListeners has ten thousand readers without a session listen to a built venue, says what each costs it in
// memory, and how long it takes until all are told of a communiqué. Each comes from an address of its own by way of a proxy.
func BenchmarkListeners(b *testing.B) {
	at := place{data: b.TempDir()}
	x := ready(b, at)
	c := x.hold(100)
	if err := x.p.close(); err != nil {
		b.Fatal(err)
	}
	n := launch(b, binary(b), "serve", "--listen", "127.0.0.1:0", "--proxy", "127.0.0.1", "--proxy", "::1", "--data", at.data)
	empty := n.resident(b)
	var group sync.WaitGroup
	for k := range listeners {
		conn, err := net.Dial("tcp", strings.TrimPrefix(strings.Replace(n.origin, "localhost", "127.0.0.1", 1), "http://"))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		group.Go(func() {
			fmt.Fprintf(conn, "GET /c/%s/live?seen=0 HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 10.1.%d.%d\r\n\r\n", c.id, k>>8, k&255)
			head := make([]byte, 4096)
			for got := ""; !strings.Contains(got, "data: look"); {
				m, err := conn.Read(head)
				if got += string(head[:m]); err != nil {
					b.Errorf("listener %d: %v after %q", k, err, got)
					return
				}
			}
		})
		if k%100 == 99 {
			group.Wait() // they come one after the other, as people do
		}
	}
	group.Wait()
	time.Sleep(3 * time.Minute) // until the collector has been, which comes every two minutes
	for b.Loop() {
	}
	b.ReportMetric((n.resident(b)-empty)/listeners/1e3, "resident-kB/listener")
}
