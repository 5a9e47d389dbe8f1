package store_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
)

// sending is one request on its way to the child: who sends what is decided by the key, unless it is a forgery.
type sending struct {
	Conference, Key string
	Forged          bool // another content under a key that was acknowledged
}

func (s sending) request() venue.Request {
	r := venue.Request{Conference: s.Conference, Key: s.Key, Seen: -1}
	text := "Sent as " + s.Key
	if s.Forged {
		text = "Something else"
	}
	kinds := []venue.Request{
		{Person: "ada", Command: conference.Speak{Room: "plenary", Text: text}},
		{Person: "bo", Command: conference.Speak{Room: "delegation", Text: text}},
		{Person: "mo", Command: conference.ProposeCommunique{Text: portsmouth.Text{"en": text}}},
		{Person: "ada", Command: conference.Speak{Room: "caucus", Text: text}},
	}
	kind := kinds[len(s.Key)%len(kinds)]
	r.Person, r.Command = kind.Person, kind.Command
	return r
}

// answer is what the child says to a sending.
type answer struct {
	sending
	Receipt venue.Receipt
	Refused string // the rule
}

// lossWork has eight people at once send what comes in on standard input, and answers each on standard output.
func lossWork(ctx context.Context, v *lossVenue) error {
	work := make(chan sending)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for s := range work {
				receipt, err := v.Do(ctx, s.request())
				rule := portsmouth.RuleOf(err)
				if err != nil && rule == "" {
					fmt.Fprintln(os.Stderr, s.Key, err)
					continue
				}
				line, err := json.Marshal(answer{s, receipt, rule})
				if err == nil {
					_, err = os.Stdout.Write(append(line, '\n'))
				}
				if err != nil {
					fmt.Fprintln(os.Stderr, s.Key, err)
				}
			}
		})
	}
	for in := json.NewDecoder(os.Stdin); ; {
		var s sending
		if err := in.Decode(&s); err != nil {
			close(work)
			all.Wait()
			if err == io.EOF {
				return nil
			}
			return err
		}
		work <- s
	}
}

// retrying is one random sequence: some rounds in one conference, all but the last ended by SIGKILL.
type retrying struct {
	t        *testing.T
	chance   *rand.Rand
	path, id string
	seated   int      // how long the log is when the sending begins
	keys     []string // all that were sent
	acked    map[string]venue.Receipt
	sent     int
	again    int // answers that repeated an earlier receipt
}

// TestLossRetry sends and sends again, in random order, eight at a time, while the program is killed and started: whatever
// was sent counts once, always with the same receipt, and another content under a known key is refused.
func TestLossRetry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "venue.db")
	want, sequences, sent, again, acts := lossAmount(800, 100_000), 0, 0, 0, 0
	for ; sent < want; sequences++ {
		x := &retrying{
			t: t, chance: rand.New(rand.NewPCG(1905, uint64(sequences))), path: path,
			id: fmt.Sprint("sequence-", sequences), acked: map[string]venue.Receipt{},
		}
		x.seat()
		rounds := 2 + x.chance.IntN(3)
		for round := range rounds {
			x.round(x.draw(100, round == rounds-1), round < rounds-1)
		}
		x.check()
		sent, again, acts = sent+x.sent, again+x.again, acts+len(x.acked)
	}
	t.Logf("%d sequences, %d sendings of %d acts, %d answered with an earlier receipt: 0 lost, 0 duplicated", sequences, sent, acts, again)
	if again == 0 {
		t.Error("nothing was repeated: the test shows nothing")
	}
}

// seat convenes a conference of its own by the steps of lossStep.
func (x *retrying) seat() {
	v, err := lossOpen(x.t.Context(), x.path)
	ok(x.t, err)
	defer v.below.Close()
	var before []venue.Receipt
	for range lossConvened {
		r := lossStep(before)
		r.Conference = x.id
		if f, is := r.Command.(conference.Found); is {
			f.Conference = x.id
			r.Command = f
		}
		receipt, err := v.Do(x.t.Context(), r)
		ok(x.t, err)
		before = append(before, receipt)
	}
	ids, err := v.actIDs(x.t.Context(), x.id)
	ok(x.t, err)
	x.seated = len(ids)
}

// draw makes a round's work: new acts, some at once sent twice, old ones again, and forgeries of old ones. The last round
// sends everything that was not acknowledged.
func (x *retrying) draw(n int, last bool) []sending {
	var work []sending
	known := slices.Sorted(func(yield func(string) bool) {
		for k := range x.acked {
			if !yield(k) {
				return
			}
		}
	})
	for range n {
		switch kind := x.chance.IntN(10); {
		case kind < 6 || len(x.keys) == 0:
			key := fmt.Sprintf("%d%s", len(x.keys), strings.Repeat("x", x.chance.IntN(4)))
			x.keys = append(x.keys, key)
			work = append(work, sending{Conference: x.id, Key: key})
			if kind == 0 {
				work = append(work, sending{Conference: x.id, Key: key})
			}
		case kind == 9 && len(known) > 0:
			work = append(work, sending{x.id, known[x.chance.IntN(len(known))], true})
		default:
			work = append(work, sending{Conference: x.id, Key: x.keys[x.chance.IntN(len(x.keys))]})
		}
	}
	for _, key := range x.keys {
		if _, known := x.acked[key]; last && !known {
			work = append(work, sending{Conference: x.id, Key: key})
		}
	}
	return work
}

// round gives a child its work and hears its answers. When it is to be killed, that is after a random number of them.
func (x *retrying) round(work []sending, kill bool) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), lossDatabase+"="+x.path)
	var in, said bytes.Buffer
	for out := json.NewEncoder(&in); len(work) > 0; work = work[1:] {
		ok(x.t, out.Encode(work[0]))
		x.sent++
	}
	child.Stdin, child.Stderr = &in, &said
	out, err := child.StdoutPipe()
	ok(x.t, err)
	ok(x.t, child.Start())
	after := -1
	if kill {
		after = x.chance.IntN(80)
	}
	lines := bufio.NewScanner(out)
	for heard := 0; lines.Scan(); heard++ {
		if heard == after {
			wait := time.Duration(x.chance.IntN(4000)) * time.Microsecond
			time.AfterFunc(wait, func() { _ = child.Process.Kill() })
		}
		var a answer
		ok(x.t, json.Unmarshal(lines.Bytes(), &a))
		x.hear(a)
	}
	if err := child.Wait(); (err != nil && !kill) || said.Len() > 0 {
		x.t.Fatalf("the child: %v: %s", err, said.Bytes())
	}
}

func (x *retrying) hear(a answer) {
	was, known := x.acked[a.Key]
	if want := map[bool]string{true: "idempotency-key"}[a.Forged]; a.Refused != want {
		x.t.Fatalf("%+v was answered %q, want %q", a.sending, a.Refused, want)
	}
	if a.Forged {
		return
	}
	if known {
		x.again++
	}
	if known && cmp.Or(a.Receipt.Act != was.Act, a.Receipt.Number != was.Number, !a.Receipt.At.Equal(was.At)) {
		x.t.Fatalf("%s got the receipts %+v and %+v", a.Key, was, a.Receipt)
	}
	x.acked[a.Key] = a.Receipt
}

// check holds the database against the answers: every key has its act, and there is no other.
func (x *retrying) check() {
	x.t.Helper()
	ctx := x.t.Context()
	v, err := lossOpen(ctx, x.path)
	ok(x.t, err)
	defer v.below.Close()
	ok(x.t, v.checkRecord(ctx, x.id))
	ids, err := v.actIDs(ctx, x.id)
	ok(x.t, err)
	count := map[string]int{}
	for _, id := range ids {
		count[id]++
	}
	for _, key := range x.keys {
		if r, known := x.acked[key]; !known || count[r.Act] != 1 {
			x.t.Errorf("%s of %s counts %d times, acknowledged %v", key, x.id, count[r.Act], known)
		}
	}
	if sent := len(ids) - x.seated; sent != len(x.keys) {
		x.t.Errorf("%d acts of %s were sent and %d are there", len(x.keys), x.id, sent)
	}
}
