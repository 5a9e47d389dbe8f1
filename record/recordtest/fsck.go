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
	"testing"
	"testing/fstest"
)

// Fsck is the program tools/fsck at work: tessera's fsck, and the packages of transparency-dev.
type Fsck struct {
	questions io.Writer
	answers   *bufio.Reader
}

// NewFsck builds the program and starts it. It ends with the test.
func NewFsck(t testing.TB) *Fsck {
	t.Helper()
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "fsck")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join(filepath.Dir(strings.TrimSpace(string(mod))), "tools", "fsck")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("tools/fsck: %v\n%s", err, said)
	}
	run := exec.Command(binary)
	questions, err := run.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = questions.Close() // it ends when there are no more questions
		_ = run.Wait()
	})
	return &Fsck{questions, bufio.NewReader(answers)}
}

// Ask asks one question of those that tools/fsck answers. err says why it did not hold.
func (f *Fsck) Ask(t testing.TB, words ...string) (found string, err error) {
	t.Helper()
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

// Accepts fails the test unless tessera's fsck accepts the files as a record that key has signed.
func (f *Fsck) Accepts(t testing.TB, files fstest.MapFS, key string) {
	t.Helper()
	if _, err := f.Ask(t, "record", Write(t, files), key); err != nil {
		t.Error(err)
	}
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
