package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portsmouth/record"
)

// visitsApart gives the test a user's folder of its own, and returns where the program remembers visits.
func visitsApart(t *testing.T) string {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	folder, err := seenFolder()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// visited lists what is remembered.
func visited(t *testing.T, folder string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "[0-9a-f]*"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, path := range found {
		if filepath.Base(path) != "evidence" {
			files = append(files, path)
		}
	}
	return files
}

// visits checks the record and wants that status, and these words.
func (x *watched) visits(status int, wants string, more ...string) string {
	x.t.Helper()
	got, said := ran(x.t, append([]string{"verify", x.address}, more...)...)
	if got != status || !strings.Contains(said, wants) {
		x.t.Fatalf("%d, want %d and %q:\n%s", got, status, wants, said)
	}
	return said
}

// Whoever looks at a record a second time has it compared with the first, without asking for it.
func TestVisitsAreRemembered(t *testing.T) {
	x := newWatched(t)
	folder := visitsApart(t)
	x.visits(0, "ok      your last visit: this is your first visit; it is remembered in")
	files := visited(t, folder)
	if len(files) != 1 {
		t.Fatal(files)
	}
	info, err := os.Stat(folder)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("everybody may read which records are visited: %v %v", info.Mode(), err)
	}
	x.visits(0, fmt.Sprintf("it continues the record you saw on %s (2 entries)", modified(t, files[0])))
	x.communique("The conference has sat.")
	x.address += "/" // the same address
	x.visits(0, "(2 entries)")
	x.visits(0, "(3 entries)")
	if kept, err := os.ReadFile(files[0]); err != nil || string(kept) != string(x.checkpoint()) || len(visited(t, folder)) != 1 {
		t.Errorf("what is remembered is not the last checkpoint: %v\n%s", err, kept)
	}
	if said := x.visits(0, `"what": "your last visit"`, "--json"); !strings.Contains(said, "(3 entries)") {
		t.Error(said)
	}
	silent := x.visits(0, "ok", "--no-keep")
	if strings.Contains(silent, "your last visit") || strings.Contains(silent, continuesStep) {
		t.Errorf("with --no-keep it is compared:\n%s", silent)
	}
}

func modified(t *testing.T, file string) string {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime().Format("2006-01-02 15:04")
}

// A venue goes on from an older copy of itself: who saw more of the record refuses it, at every length, and has both checkpoints
// in hand. When the record is back, so is everything.
func TestAVisitRefusesARewrite(t *testing.T) {
	x := newWatched(t)
	folder := visitsApart(t)
	older := x.copied()
	for n := range 2 {
		x.communique(fmt.Sprint("The conference sat ", n))
	}
	first, before := x.at.data, x.checkpoint()
	x.visits(0, "your first visit")
	x.open(older)
	for k := range 4 { // shorter, shorter, as long, longer
		if k > 0 {
			x.communique(fmt.Sprint("It never sat ", k))
		}
		said := x.visits(1, "FAILED  what was seen before")
		if !strings.Contains(said, "REFUSED: this record does not continue the record you saw on") {
			t.Fatal(said)
		}
		x.evidence(said, before, x.checkpoint())
	}
	if kept, err := os.ReadFile(visited(t, folder)[0]); err != nil || string(kept) != string(before) {
		t.Errorf("what was seen is forgotten: %v\n%s", err, kept)
	}
	x.open(first)
	x.visits(0, "it continues the record you saw on")
}

// A cache may show a checkpoint from before the last visit. It is no rewrite while the record shows the rest, and takes nothing
// away from what is remembered.
func TestAVisitKnowsAnOlderCheckpoint(t *testing.T) {
	x := newWatched(t)
	folder := visitsApart(t)
	old := x.checkpoint()
	x.communique("The conference has sat.")
	behind, stale := x.address, true
	cache := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := fetch(r.Context(), http.DefaultClient, behind+r.URL.Path)
		switch {
		case err != nil:
			http.NotFound(w, r)
		case stale && r.URL.Path == "/"+record.CheckpointPath:
			_, _ = w.Write(old)
		default:
			_, _ = w.Write(data)
		}
	}))
	defer cache.Close()
	x.address, stale = cache.URL, false
	x.visits(0, "your first visit")
	stale = true
	x.visits(0, "this is an older checkpoint, the beginning of the record you saw on")
	if kept, err := os.ReadFile(visited(t, folder)[0]); err != nil || string(kept) == string(old) {
		t.Errorf("the older one has taken its place: %v", err)
	}
	stale = false
	x.visits(0, "(3 entries)")
}

// Who has no folder of their own, or one that cannot be written, is told so; the record is checked all the same.
func TestAVisitThatCannotBeRemembered(t *testing.T) {
	x := newWatched(t)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("HOME", "")
	x.visits(0, "Nothing of this visit can be remembered")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", file) // no folder can be made in a file
	if said := x.visits(0, "Nothing of this visit can be remembered"); strings.Contains(said, "first visit") {
		t.Error("it says that it is remembered:", said)
	}
	x.visits(2, "file", "--keep", filepath.Join(file, "here")) // who names a file wants it there
}

func TestAPageNamesItsRecord(t *testing.T) {
	for where, want := range map[string]string{
		"https://venue.example/c/5d1f":             "https://venue.example/c/5d1f/record",
		"https://venue.example/c/5d1f/":            "https://venue.example/c/5d1f/record",
		"http://localhost:8080/c/harbour/public":   "http://localhost:8080/c/harbour/record",
		"https://venue.example/c/5d1f/record":      "https://venue.example/c/5d1f/record",
		"https://venue.example/c/5d1f/record/":     "https://venue.example/c/5d1f/record/",
		"https://venue.example/record":             "https://venue.example/record",
		"https://mirror.example/copies/c/of/paper": "https://mirror.example/copies/c/of/paper",
		"./c/5d1f": "./c/5d1f",
	} {
		if got := recordAddress(where); got != want {
			t.Errorf("%s is taken for %s", where, got)
		}
	}
}
