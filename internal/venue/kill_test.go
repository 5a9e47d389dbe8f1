package venue_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/store/pgtest"
	"portsmouth/internal/venue"
)

// The kill test: a child process acts under load and says which acts were acknowledged; the parent kills it with
// SIGKILL at a random moment, again and again on the same database. Afterwards every acknowledged act is there, once,
// though the child sends what was not acknowledged again under the same key.

const (
	childURL  = "PORTSMOUTH_KILL_TEST_URL"
	childConf = "PORTSMOUTH_KILL_TEST_CONFERENCE"
	killsVar  = "PORTSMOUTH_KILLS" // how many kills; 30 unless told
	writers   = 8
)

// mainOrChild runs the tests, or the load when this process is the child.
func mainOrChild(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		if err := load(url, os.Getenv(childConf)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	pgtest.Main(m)
}

// load reads keys from standard input, one a line, acts under each and prints "ack KEY" when accepted.
func load(url, id string) error {
	s, err := store.Open(context.Background(), url)
	if err != nil {
		return err
	}
	v := venue.New(venue.Options{Store: s})
	keys := make(chan string)
	var all sync.WaitGroup
	var out sync.Mutex
	for range writers {
		all.Go(func() {
			for key := range keys {
				_, err := v.Do(context.Background(), venue.Request{
					Conference: id, Person: "ada", Command: speak("said under " + key), Key: key, Seen: -1,
				})
				out.Lock()
				if err == nil {
					fmt.Println("ack", key)
				} else {
					fmt.Println("err", key, err)
				}
				out.Unlock()
			}
		})
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		keys <- in.Text()
	}
	close(keys)
	all.Wait()
	return s.Close()
}

func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED with -short: killing the venue under load")
	}
	kills, err := strconv.Atoi(os.Getenv(killsVar))
	if err != nil {
		kills = 30
	}
	onBoth(t, func(t *testing.T, url string) {
		s := openStore(t, url)
		x := seat(t, venue.New(venue.Options{Store: s}))
		k := &killing{t: t, url: url, id: x.id, acked: map[string]bool{}}
		for range kills {
			k.round()
		}
		k.check(openStore(t, url))
		t.Logf("%d kills, %d acts acknowledged, %d sent again", kills, len(k.acked), k.again)
	})
}

type killing struct {
	t       *testing.T
	url, id string
	next    int
	pending []string // sent, not acknowledged
	acked   map[string]bool
	again   int
}

// round starts a child, gives it work, and kills it after a random while.
func (k *killing) round() {
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), childURL+"="+k.url, childConf+"="+k.id)
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		k.t.Fatal(err)
	}
	k.again += len(k.pending)
	work := append([]string(nil), k.pending...)
	for range 400 {
		work = append(work, "key-"+strconv.Itoa(k.next))
		k.next++
	}
	go func() { _, _ = in.Write([]byte(strings.Join(work, "\n") + "\n")) }()
	lines := bufio.NewScanner(out)
	first := lines.Scan() // it is at work
	if first {
		k.hear(lines.Text())
	}
	go func() {
		time.Sleep(time.Duration(rand.IntN(40_000)) * time.Microsecond)
		_ = child.Process.Kill()
	}()
	for lines.Scan() {
		k.hear(lines.Text())
	}
	_ = child.Wait()
	if !first {
		k.t.Fatal("the child ended before it did anything")
	}
	k.pending = k.pending[:0]
	for _, key := range work {
		if !k.acked[key] {
			k.pending = append(k.pending, key)
		}
	}
}

func (k *killing) hear(line string) {
	word, key, _ := strings.Cut(line, " ")
	if word != "ack" {
		k.t.Errorf("the child says: %s", line)
		return
	}
	k.acked[key] = true
}

// check reads everything back through a fresh venue: whole, in order, each act once.
func (k *killing) check(s *store.Store) {
	view, err := venue.New(venue.Options{Store: s}).Look(k.t.Context(), k.id, "ada")
	if err != nil {
		k.t.Fatalf("the conference is torn: %v", err)
	}
	count := map[string]int{}
	for _, x := range view.Room(conference.ToPlenary) {
		count[strings.TrimPrefix(x.Text, "said under ")]++
	}
	for key, n := range count {
		if n != 1 {
			k.t.Errorf("%s counted %d times", key, n)
		}
	}
	for key := range k.acked {
		if count[key] == 0 {
			k.t.Errorf("%s was acknowledged and is lost", key)
		}
	}
	if len(k.acked) == 0 {
		k.t.Error("nothing was acknowledged: the test shows nothing")
	}
}
