package main

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"portsmouth"
	"portsmouth/conference"
)

// startsWith opens a venue at a place and closes it; before and after it may not have changed the key.
func startsWith(t *testing.T, at place) error {
	t.Helper()
	before, _ := os.ReadFile(at.hostKeyFile())
	p, err := newProgram(t.Context(), at, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err == nil {
		_ = p.close()
	}
	after, _ := os.ReadFile(at.hostKeyFile())
	if before != nil && !bytes.Equal(before, after) {
		t.Error("the key was changed")
	}
	return err
}

func TestWithoutTheHostsKeyNothingStarts(t *testing.T) {
	at := place{data: t.TempDir()}
	if err := startsWith(t, at); err != nil {
		t.Fatal(err)
	}
	file := at.hostKeyFile()
	for path, want := range map[string]fs.FileMode{file: 0o600, filepath.Dir(file): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode().Perm(), err)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("beside the key there is more: %v, %v", left, err)
	}
	right, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other := place{data: t.TempDir()}
	if err := startsWith(t, other); err != nil {
		t.Fatal(err)
	}
	wrong, err := os.ReadFile(other.hostKeyFile())
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string][]byte{"missing": nil, "another": wrong, "damaged": right[:len(right)/2], "empty": {}} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if key != nil {
			if err := os.WriteFile(file, key, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := startsWith(t, at)
		if portsmouth.RuleOf(err) != "host-key" || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", name, err)
		}
		if key == nil {
			if _, err := os.Stat(file); err == nil {
				t.Error("a key was made for a database that has another")
			}
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(file, right, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := startsWith(t, at); err != nil {
		t.Errorf("with the right key again: %v", err)
	}
}

// Processes that start together on an empty folder agree on one key.
func TestTheHostsKeyIsMadeOnce(t *testing.T) {
	at := place{data: t.TempDir()}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := makeHostKey(at.hostKeyFile()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if _, err := readHostKey(at.hostKeyFile()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(at.hostKeyFile())); err != nil || len(left) != 1 {
		t.Errorf("beside the key there is more: %v, %v", left, err)
	}
}

// A database from before the vault is encrypted at the first start, and not copied before. A copy is read where its key is.
func TestAnOldVenueIsEncryptedBeforeItIsCopied(t *testing.T) {
	at := place{data: t.TempDir(), unsealed: true}
	x := ready(t, at)
	c := x.hold(40)
	c.do("port", conference.Speak{Room: "caucus", Text: "nobody may read this"})
	said := c.count("port")
	if err := x.p.close(); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if status, out := ran(t, "backup", "--data", at.data, copied); status != 2 || !strings.Contains(out, "start the venue once") {
		t.Errorf("copied before it was encrypted: %d, %s", status, out)
	}

	at.unsealed = false
	x = ready(t, at)
	c.x = x
	if got := c.count("port"); got != said {
		t.Errorf("the port sees %d acts, saw %d before", got, said)
	}
	c.do("port", conference.Speak{Room: "caucus", Text: "nor this"})
	for _, file := range []string{"portsmouth.db", "portsmouth.db-wal"} {
		data, err := os.ReadFile(filepath.Join(at.data, file))
		if err != nil || bytes.Contains(data, []byte("nobody may read this")) || bytes.Contains(data, []byte(sentence)) {
			t.Errorf("%s holds what was said: %v", file, err)
		}
	}
	if status, out := ran(t, "backup", "--data", at.data, copied); status != 0 || !strings.Contains(out, "keys") {
		t.Errorf("copied: %d, %s", status, out)
	}
	if err := x.p.close(); err != nil {
		t.Fatal(err)
	}

	elsewhere := place{data: filepath.Join(t.TempDir(), "elsewhere")}
	if status, out := ran(t, "restore", "--data", elsewhere.data, copied); status != 0 || !strings.Contains(out, "keys") {
		t.Errorf("restored: %d, %s", status, out)
	}
	if err := startsWith(t, elsewhere); portsmouth.RuleOf(err) != "host-key" {
		t.Errorf("started without the key: %v", err)
	}
	if err := os.CopyFS(filepath.Join(elsewhere.data, keysFolder), os.DirFS(filepath.Join(at.data, keysFolder))); err != nil {
		t.Fatal(err)
	}
	c.x = ready(t, elsewhere)
	defer func() { _ = c.x.p.close() }()
	if got := c.count("port"); got != said+1 {
		t.Errorf("restored, the port sees %d acts, want %d", got, said+1)
	}
}
