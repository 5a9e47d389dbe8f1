package conference_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portsmouth/conference/conftest"
)

var update = flag.Bool("update", false, "rewrite the outputs of the transcripts and the generated guide")

// TestTranscripts plays every script in testdata. Read them first: they are the rules by example.
func TestTranscripts(t *testing.T) {
	for _, name := range transcripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			compare(t, name, conftest.Run(read(t, name)))
		})
	}
}

func transcripts(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// compare holds a generated file against what it should be, or with -update writes it.
func compare(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(read(t, name), "\n"), strings.Split(want, "\n")); diff != "" {
		t.Errorf("%s (- in the file, + now; -update rewrites it):\n%s", name, diff)
	}
}
