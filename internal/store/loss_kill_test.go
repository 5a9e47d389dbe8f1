package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// lossStrace finds strace and tries whether it may watch a process here, as in some containers it may not.
var lossStrace = sync.OnceValues(func() (string, error) {
	path, err := exec.LookPath("strace")
	if err != nil {
		return "", err
	}
	if out, err := exec.Command(path, "-f", "-o", os.DevNull, "-e", "trace=fsync", "true").CombinedOutput(); err != nil {
		return path, fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
	}
	return path, nil
})

// needStrace skips the test where there is no strace, or fails where CI=true.
func needStrace(t *testing.T) {
	t.Helper()
	path, err := lossStrace()
	switch {
	case path == "" && os.Getenv("CI") == "true":
		t.Fatalf("NOT TESTED FOR LOSS: %v. Install strace.", err)
	case path == "":
		t.Skipf("NOT TESTED FOR LOSS: %v. Install strace.", err)
	case err != nil:
		t.Skipf("NOT TESTED FOR LOSS: strace may not watch processes here (ptrace is not permitted): %v", err)
	}
}

// lossRun lets a child take its steps in a folder, under strace with these arguments. What was acknowledged there before, it
// does not do again.
type lossRun struct {
	folder string
	steps  int
	killed bool // by strace
}

func (r *lossRun) database() string { return filepath.Join(r.folder, "venue.db") }

// calls is what strace wrote.
func (r *lossRun) calls() string { return filepath.Join(r.folder, "calls") }

func (r *lossRun) run(strace []string, env ...string) error {
	path, err := lossStrace()
	if err != nil {
		return err
	}
	file := filepath.Join(r.folder, "acks")
	acks, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer acks.Close()
	before, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var said bytes.Buffer
	args := append([]string{"-f", "-o", r.calls()}, strace...)
	child := exec.Command(path, append(args, os.Args[0])...)
	child.Env = append(os.Environ(), append(env, lossDatabase+"="+r.database(), fmt.Sprint(lossSteps, "=", r.steps))...)
	child.Stdin, child.Stdout, child.Stderr = bytes.NewReader(before), acks, &said
	err = child.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == -1 { // strace ends as its child does
		r.killed = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("the child: %w: %s", err, said.Bytes())
	}
	return nil
}

// killCalls are the system calls before which a child is killed, all by which it changes its files, waits for the disk, and
// answers; often those of which there are many. Most is the last of them that is tried: strace counts each thread's.
var killCalls = []struct {
	name      string
	often     int
	most      int
	elsewhere string // some machines do not have it
}{
	{name: "pwrite64", often: 8, most: 120},
	{name: "fsync", often: 4, most: 24},
	{name: "write", often: 3, most: 8},
	{name: "ftruncate", often: 1, most: 3},
	{name: "unlink", often: 1, most: 1, elsewhere: "?"},
}

// drawKill draws before which call the next child dies.
func drawKill(chance *rand.Rand) string {
	for {
		c := killCalls[chance.IntN(len(killCalls))]
		if chance.IntN(8) < c.often {
			return fmt.Sprintf("%s%s:signal=SIGKILL:when=%d", c.elsewhere, c.name, 1+chance.IntN(c.most))
		}
	}
}

// TestLossKill kills the program before its system calls. The next child goes on where the last one died, so that they die in
// every part of a run, and of getting up again; each time a copy of what is left is judged.
func TestLossKill(t *testing.T) {
	needStrace(t)
	whole := &lossRun{folder: t.TempDir(), steps: lossLength(24, 100)}
	ok(t, whole.run(nil))
	acked, err := lossAcked(whole.folder)
	ok(t, err)
	plan, err := lossPlanOf(t.Context(), whole.database(), acked)
	if err != nil || len(plan) != whole.steps {
		t.Fatalf("the undisturbed run made %d steps: %v", len(plan), err)
	}
	k := &killing{chance: rand.New(rand.NewPCG(1905, 5)), plan: plan, places: map[int]bool{}}
	want := lossAmount(60, 1200)
	for k.points < want && k.runs < 2*want {
		run := &lossRun{folder: t.TempDir(), steps: whole.steps, killed: true}
		for run.killed && k.points < want {
			k.once(t, run)
		}
		ok(t, os.RemoveAll(run.folder))
	}
	t.Logf("%v; after %d different numbers of acts; %d runs", &k.lossTally, len(k.places), k.runs)
	if k.points < want || len(k.places) < min(want, whole.steps)/3 {
		t.Errorf("%d points after %d different numbers of acts are too few", k.points, len(k.places))
	}
}

// killing is how far the test has come.
type killing struct {
	lossTally
	chance *rand.Rand
	plan   lossPlan
	places map[int]bool // the numbers of acts that were acknowledged when a child died
	runs   int
}

// once lets a child go on and die, unless it comes to its end before, and judges a copy of what it leaves.
func (k *killing) once(t *testing.T, run *lossRun) {
	t.Helper()
	point := drawKill(k.chance)
	k.runs++
	run.killed = false
	ok(t, run.run([]string{"-e", "inject=" + point}))
	acked, err := lossAcked(run.folder)
	ok(t, err)
	if run.killed {
		k.points++
		k.places[len(acked)] = true
	}
	copied := t.TempDir()
	ok(t, os.CopyFS(copied, os.DirFS(run.folder)))
	k.judge(t.Context(), filepath.Join(copied, "venue.db"), k.plan, acked)
	if k.first != nil {
		t.Fatalf("run %d, to be killed before %s, %d acts acknowledged: %v", k.runs, point, len(acked), k.first)
	}
	ok(t, os.RemoveAll(copied))
}
