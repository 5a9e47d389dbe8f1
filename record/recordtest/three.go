package recordtest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"portsmouth/record"
)

// Tally is how many mutations each verifier was shown and found.
type Tally struct {
	Ours, Fsck, Files, Second [2]int // found, shown
	Unread                    int    // that touch nothing which fsck reads, nor what looks at the files beside it
}

// String is one line for a log.
func (y Tally) String() string {
	return fmt.Sprintf("ours %d of %d, fsck %d of %d, where it does not look %d of %d (and %d cosignatures), the second verifier %d of %d",
		y.Ours[0], y.Ours[1], y.Fsck[0], y.Fsck[1], y.Files[0], y.Files[1], y.Unread, y.Second[0], y.Second[1])
}

// Three changes count bytes of a record that key has signed, one after the other, and wants each to be found: by verify, by
// tessera's fsck where it reads the byte, and, for one mutation in every so many, by the second verifier at this path, in
// Python. (A prime number, so that the sample is of all files.) The record itself is accepted by all three.
func Three(t *testing.T, files fstest.MapFS, key string, count, every int, second string, verify func(fstest.MapFS) *record.Report) Tally {
	t.Helper()
	x := &three{t: t, files: files, key: key, fsck: Shared(t), folder: Write(t, files), verify: verify}
	if r := verify(files); !r.OK() {
		t.Fatalf("the record itself does not verify:\n%s", r)
	}
	if _, err := x.fsck.Ask(t, "record", x.folder, key); err != nil {
		t.Fatalf("the record itself is not accepted: %v", err)
	}
	shown := []string{x.folder}
	n := 0
	Mutate(files, count, 5, func(path string, at int, was []byte) {
		x.ours(path, at)
		x.tessera(path, at, was)
		if n++; n%every == 1 {
			shown = append(shown, Write(t, files))
		}
	})
	x.python(second, shown)
	return x.Tally
}

// three is a run of Three.
type three struct {
	t      *testing.T
	files  fstest.MapFS
	key    string
	fsck   *Fsck
	folder string // where fsck reads
	verify func(fstest.MapFS) *record.Report
	Tally
}

func (x *three) ours(path string, at int) {
	x.Ours[1]++
	if x.verify(x.files).OK() {
		x.t.Errorf("byte %d of %s was changed, and nothing was found", at, path)
		return
	}
	x.Ours[0]++
}

// tessera shows the mutation to fsck, and where that does not look, to what looks at the other files.
func (x *three) tessera(path string, at int, was []byte) {
	question, found := "record", &x.Fsck
	switch {
	case x.reads(path, at, was):
	case path == record.CheckpointPath:
		x.Unread++
		return
	default:
		question, found = "files", &x.Files
	}
	name := filepath.Join(x.folder, filepath.FromSlash(path))
	x.put(name, x.files[path].Data)
	defer x.put(name, was)
	found[1]++
	if _, err := x.fsck.Ask(x.t, question, x.folder, x.key); err == nil {
		x.t.Errorf("byte %d of %s was changed, %q to %q, and %s of fsck accepts it", at, path, was[at], x.files[path].Data[at], question)
		return
	}
	found[0]++
}

// reads reports whether fsck looks at the byte: it reads the checkpoint down to the venue's signature and the tiles of
// today; not the tiles of earlier days, not what is under large/, which is ours, and not the bits of base64 that mean nothing.
func (x *three) reads(path string, at int, was []byte) bool {
	c, err := record.ReadCheckpoint(x.folderFile(record.CheckpointPath))
	if err != nil {
		x.t.Fatal(err)
	}
	if path == record.CheckpointPath {
		own, err := record.WithoutCosignatures(was)
		if err != nil {
			x.t.Fatal(err)
		}
		return at < len(own)-len("A=\n") || !bytes.HasSuffix(own, []byte("=\n")) && at < len(own)
	}
	for _, tile := range record.Tiles(c.Size) {
		if tile.Path() == path {
			return true
		}
	}
	return false
}

func (x *three) folderFile(path string) []byte {
	data, err := os.ReadFile(filepath.Join(x.folder, path))
	if err != nil {
		x.t.Fatal(err)
	}
	return data
}

func (x *three) put(name string, data []byte) {
	if err := os.WriteFile(name, data, 0o600); err != nil {
		x.t.Fatal(err)
	}
}

// python shows folders to the second verifier: the first is whole, each other has a byte changed.
func (x *three) python(program string, folders []string) {
	interpreter, err := exec.LookPath("python3")
	if err != nil {
		x.t.Log("python3 is not on this machine: the second verifier (docs/spec/verifier) is not run")
		return
	}
	said, _ := exec.Command(interpreter, append([]string{program}, folders...)...).Output() // 1, since some do not hold
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	if len(lines) != len(folders) || !strings.HasPrefix(lines[0], "ok ") {
		x.t.Fatalf("%d verdicts on %d folders:\n%.1000s", len(lines), len(folders), said)
	}
	for _, line := range lines[1:] {
		x.Second[1]++
		if strings.HasPrefix(line, "FAILED ") {
			x.Second[0]++
		} else {
			x.t.Error(line)
		}
	}
}
