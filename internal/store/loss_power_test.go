package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// powerRun lets a child act undisturbed and returns all that it did to its files.
func powerRun(t *testing.T, steps int, env ...string) ([]diskEvent, lossPlan) {
	t.Helper()
	run := &lossRun{folder: t.TempDir(), steps: steps}
	ok(t, run.run([]string{"-y", "-xx", "-s", "1000000", "-e", diskCalls}, env...))
	log, err := os.Open(run.calls())
	ok(t, err)
	defer log.Close()
	events, err := readDisk(log, run.folder)
	ok(t, err)
	whole := newDisk()
	for _, e := range events {
		whole.do(e)
	}
	for name, f := range whole.names { // the model of the disk has to arrive at the files that are there
		f.sync(whole.seen)
		if data, err := os.ReadFile(filepath.Join(run.folder, name)); err != nil || string(data) != string(f.certain) {
			t.Fatalf("%s was read wrongly from the calls: %d bytes for %d, %v", name, len(f.certain), len(data), err)
		}
	}
	acked, err := lossReceipts(whole.acks)
	ok(t, err)
	plan, err := lossPlanOf(t.Context(), run.database(), acked)
	if err != nil || len(plan) != steps {
		t.Fatalf("the undisturbed run made %d steps: %v", len(plan), err)
	}
	return events, plan
}

// powerFailures judges so many states that a power failure could have left, spread over the whole run. It reports in how many
// of them something had not been synced.
func powerFailures(t *testing.T, events []diskEvent, plan lossPlan, states int) (tally *lossTally, uncertain int) {
	t.Helper()
	tally = &lossTally{}
	disk, chance, base := newDisk(), rand.New(rand.NewPCG(1905, 9)), t.TempDir()
	for n := range states {
		for _, e := range events[disk.seen : 1+n*len(events)/states] {
			disk.do(e)
		}
		folder := filepath.Join(base, fmt.Sprint(n))
		ok(t, os.Mkdir(folder, 0o700))
		lossy, err := disk.leave(folder, chance)
		ok(t, err)
		if lossy {
			uncertain++
		}
		acked, err := lossReceipts(disk.acks)
		ok(t, err)
		tally.points++
		sound := tally.first == nil
		tally.judge(t.Context(), filepath.Join(folder, "venue.db"), plan, acked)
		if sound && tally.first != nil {
			t.Logf("state %d, after call %d of %d, %d acts acknowledged: %v", n, disk.seen, len(events), len(acked), tally.first)
		}
		ok(t, os.RemoveAll(folder))
	}
	return tally, uncertain
}

// TestLossPower takes the power from the machine after every call, in many ways.
func TestLossPower(t *testing.T) {
	needStrace(t)
	events, plan := powerRun(t, lossLength(30, 150))
	tally, uncertain := powerFailures(t, events, plan, lossAmount(200, 8000))
	t.Logf("%v; in %d of them something was not synced; %d calls", tally, uncertain, len(events))
	if tally.first != nil {
		t.Errorf("%v", tally)
	}
	if least := lossAmount(100, 5000); uncertain < least {
		t.Errorf("in %d states only something was not synced, want %d", uncertain, least)
	}
}

// TestLossPowerControl shows that the test above can fail: a database that does not wait for the disk loses what was
// acknowledged, and that is noticed.
func TestLossPowerControl(t *testing.T) {
	needStrace(t)
	events, plan := powerRun(t, lossLength(30, 150), lossNormal+"=1")
	tally, _ := powerFailures(t, events, plan, lossLength(40, 1000))
	t.Logf("without waiting for the disk: %v", tally)
	if tally.lost == 0 {
		t.Error("nothing was lost: these tests cannot see a loss")
	}
}
