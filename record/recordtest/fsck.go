// Package recordtest is for tests of records, whoever makes them: other people's programs that check them, and bytes that
// are changed.
package recordtest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// Fsck is the program tools/fsck at work: tessera's fsck, and the packages of transparency-dev. Tests that run at the same time
// may ask the same one.
type Fsck struct {
	mu        sync.Mutex
	questions io.Writer
	answers   *bufio.Reader
}

// Shared is the one that all tests of a package ask. It is built and started for the first of them, and ends when they have
// ended: then there are no more questions.
func Shared(t testing.TB) *Fsck {
	t.Helper()
	f, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var shared = sync.OnceValues(func() (*Fsck, error) {
	folder, err := os.MkdirTemp("", "portsmouth-fsck-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) // a program that runs needs its file no more
	binary := filepath.Join(folder, "fsck")
	if err := build(binary); err != nil {
		return nil, err
	}
	run := exec.Command(binary)
	questions, err := run.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := run.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &Fsck{questions: questions, answers: bufio.NewReader(answers)}, run.Start()
})

// build builds the program, which is a module of its own.
func build(binary string) error {
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return err
	}
	b := exec.Command("go", "build", "-o", binary, ".")
	b.Dir = filepath.Join(filepath.Dir(strings.TrimSpace(string(mod))), "tools", "fsck")
	b.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := b.CombinedOutput(); err != nil {
		return fmt.Errorf("tools/fsck: %w\n%s", err, said)
	}
	return nil
}

// Ask asks one question of those that tools/fsck answers. err says why it did not hold.
func (f *Fsck) Ask(t testing.TB, words ...string) (found string, err error) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := fmt.Fprintln(f.questions, strings.Join(words, "\t")); err != nil {
		t.Fatal(err)
	}
	line, err := f.answers.ReadString('\n')
	if err != nil {
		t.Fatalf("fsck has ended: %v", err)
	}
	verdict, found, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	if verdict != "ok" {
		return "", fmt.Errorf("fsck: %s", found)
	}
	return found, nil
}

// Accepts fails the test unless tessera's fsck accepts the files as a record that key has signed, and tools/fsck whatever
// there is besides: the tiles of earlier days, the large leaves, and cosignatures, which are those of these witnesses
// (record.Witness.Verifier) and no others. It says what was found.
func (f *Fsck) Accepts(t testing.TB, files fstest.MapFS, key string, witnesses ...string) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "portsmouth-record-*") // and not one of the test's, which stay until its end
	if err == nil {
		defer os.RemoveAll(folder)
		err = os.CopyFS(folder, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	found, err := f.Ask(t, append([]string{"folder", folder, key}, witnesses...)...)
	if err != nil {
		t.Error(err)
	}
	return found
}

// Write puts files into a folder of the test.
func Write(t testing.TB, files fstest.MapFS) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "record")
	if err := os.CopyFS(folder, files); err != nil {
		t.Fatal(err)
	}
	return folder
}
