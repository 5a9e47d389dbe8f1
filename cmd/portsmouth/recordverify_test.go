package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"portsmouth/internal/demo"
	"portsmouth/record"
	"portsmouth/record/recordtest"
	"portsmouth/verify"
)

// played1905 is a venue's folder in which the whole chronicle of 1905 has been played.
func played1905(t *testing.T) place {
	t.Helper()
	at := place{data: t.TempDir()}
	play1905(t, at, time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC))
	return at
}

// play1905 plays it in the venue at that place, up to a time.
func play1905(t *testing.T, at place, until time.Time) {
	t.Helper()
	p, err := newProgram(t.Context(), at, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.close() }()
	c, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	seats, err := openDemo(t.Context(), p.store, p.accounts, p.venue, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := seats.replay.Until(t.Context(), until); err != nil {
		t.Fatal(err)
	}
}

// ran runs the program and returns its status and what it printed.
func ran(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	status := run(t.Context(), args, &out, &out)
	return status, out.String()
}

func TestRecordOf1905(t *testing.T) {
	at := played1905(t)
	info, err := os.Stat(at.recordKeyFile())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key: %v %v", info, err)
	}
	folder := filepath.Join(t.TempDir(), "record")
	for range 2 { // the second time over the first
		if status, said := ran(t, "publish", folder, "--data", at.data, "--conference", conference1905); status != 0 {
			t.Fatalf("%d: %s", status, said)
		}
	}
	status, said := ran(t, "verify", folder, "--seen", filepath.Join(folder, "checkpoint"))
	if status != 0 || strings.Contains(said, "FAILED") {
		t.Fatalf("%d:\n%s", status, said)
	}
	t.Logf("\n%s", said)
	t.Run("mutations are found by three", func(t *testing.T) { mutations(t, folder) })
	t.Run("what was seen is kept", func(t *testing.T) { kept(t, folder) })
	t.Run("as JSON", func(t *testing.T) { asJSON(t, folder) })
	t.Run("the place is named", func(t *testing.T) { placeIsNamed(t, folder) })
	t.Run("another history is refused", func(t *testing.T) { anotherHistory(t, folder) })
	t.Run("a rewritten history is refused", func(t *testing.T) { rewritten(t, at, folder) })
	t.Run("another key is noticed", func(t *testing.T) { anotherKey(t, at) })
}

// mutations changes bytes of the record: our verifier, tessera's fsck and the one in Python find it.
func mutations(t *testing.T, folder string) {
	began, count := time.Now(), recordtest.Mutations(t, 400)
	files := recordtest.InMemory(t, folder)
	bytes := 0
	for _, f := range files {
		bytes += len(f.Data)
	}
	r := verify.Record(files, verify.Options{})
	second := filepath.Join("..", "..", "docs", "spec", "verifier", "verify.py")
	found := recordtest.Three(t, files, r.Genesis.Key, count, 13, second, func(changed fstest.MapFS) *record.Report {
		return verify.Record(changed, verify.Options{})
	})
	t.Logf("%d files with %d bytes: %s, in %s", len(files), bytes, found, time.Since(began).Round(time.Millisecond))
}

// kept visits a record twice, the second time when it is another.
func kept(t *testing.T, folder string) {
	file := filepath.Join(t.TempDir(), "kept")
	for range 2 {
		if status, said := ran(t, "verify", folder, "--keep", file); status != 0 {
			t.Fatalf("%d:\n%s", status, said)
		}
	}
	first, err := os.ReadFile(file)
	want, wrong := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil || wrong != nil || !bytes.Equal(first, want) {
		t.Fatalf("%s %v %v", first, err, wrong)
	}
	other := testVector(t)
	if status, said := ran(t, "verify", other, "--keep", file); status != 1 || !strings.Contains(said, "FAILED  what was seen before") {
		t.Errorf("%d:\n%s", status, said)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, first) {
		t.Errorf("what was kept is another after a record that is no continuation: %v", err)
	}
	if status, said := ran(t, "verify", folder, "--seen", filepath.Join(folder, "nothing")); status != 2 {
		t.Errorf("%d: %s", status, said)
	}
}

// testVector is the small record with witnesses beside the second verifier.
func testVector(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join("..", "..", "docs", "spec", "verifier", "witnessed"))
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func asJSON(t *testing.T, folder string) {
	var said struct {
		OK    bool
		Size  int
		Steps []struct {
			What, File string
			OK         bool
			From, To   *int
		}
	}
	status, out := ran(t, "verify", folder, "--json")
	if err := json.Unmarshal([]byte(out), &said); err != nil || status != 0 || !said.OK || said.Size < 2 || len(said.Steps) < 7 {
		t.Errorf("%d %v:\n%s", status, err, out)
	}
	files := recordtest.InMemory(t, folder)
	for path, f := range files {
		if strings.HasPrefix(path, "tile/0/") {
			f.Data[40] ^= 1
		}
	}
	status, out = ran(t, "verify", recordtest.Write(t, files), "--json")
	if err := json.Unmarshal([]byte(out), &said); err != nil || status != 1 || said.OK {
		t.Fatalf("%d %v:\n%s", status, err, out)
	}
	for _, s := range said.Steps {
		if !s.OK && (s.What != "the hashes" || !strings.HasPrefix(s.File, "tile/0/") || s.From == nil || *s.From != 32 || *s.To != 64) {
			t.Errorf("the place is not named:\n%s", out)
		}
	}
}

// The vectors of the specification are checked from the command line: witnesses, and a receipt.
func TestVerifyVectors(t *testing.T) {
	folder := testVector(t)
	status, said := ran(t, "verify", folder)
	if status != 0 || !strings.Contains(said, "ok      the witnesses: seen by 2 of 3; the rules ask for 2") {
		t.Errorf("%d:\n%s", status, said)
	}
	key := verify.Record(os.DirFS(folder), verify.Options{}).Genesis.Key
	receipt := filepath.Join(filepath.Dir(folder), "leaf-3"+record.ProofName)
	if status, said := ran(t, "verify", receipt, "--key", key); status != 0 || !strings.Contains(said, `{"n":3}`) {
		t.Errorf("%d:\n%s", status, said)
	}
	if status, said := ran(t, "verify", receipt, "--key", strings.Replace(key, "+", "+0", 1)); status != 1 || !strings.Contains(said, "FAILED") {
		t.Errorf("%d:\n%s", status, said)
	}
	if status, said := ran(t, "verify", receipt); status != 2 {
		t.Errorf("without a key: %d %s", status, said)
	}
	if status, said := ran(t, "verify", folder, "--witness", "strange.example+00000000+AAAA"); status != 1 || !strings.Contains(said, "FAILED  the witnesses") {
		t.Errorf("%d:\n%s", status, said)
	}
}

func placeIsNamed(t *testing.T, folder string) {
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(copied, "tile", "entries", "000.p", "*"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	data, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("communique"))
	if at < 0 {
		t.Fatal("no communiqué is in the record of 1905")
	}
	data[at] ^= 1
	if err := os.WriteFile(found[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	status, said := ran(t, "verify", copied)
	if status != 1 || !strings.Contains(said, "FAILED  the root of the tree: leaf ") || !strings.Contains(said, "tile/entries/000.p/") {
		t.Errorf("%d:\n%s", status, said)
	}
	if status, said := ran(t, "verify", filepath.Join(copied, "nowhere")); status != 2 {
		t.Errorf("%d: %s", status, said)
	}
}

// anotherHistory plays the chronicle in another venue: its record is no continuation of the one in the folder.
func anotherHistory(t *testing.T, folder string) {
	other := played1905(t)
	before := recordtest.InMemory(t, folder)
	status, said := ran(t, "publish", folder, "--data", other.data, "--conference", conference1905)
	if status != 1 || !strings.Contains(said, "FAILED  what was seen before") {
		t.Errorf("%d:\n%s", status, said)
	}
	after := recordtest.InMemory(t, folder)
	if !maps.EqualFunc(before, after, func(a, b *fstest.MapFile) bool { return bytes.Equal(a.Data, b.Data) }) {
		t.Error("the folder was changed all the same")
	}
	if status, said := ran(t, "publish", folder, "--data", other.data, "--conference", "nobody"); status != 2 {
		t.Errorf("%d: %s", status, said)
	}
}

// rewritten plays a shorter history with the very key of the first: what the folder holds is not part of it.
func rewritten(t *testing.T, at place, folder string) {
	other := place{data: t.TempDir()}
	if err := os.MkdirAll(filepath.Dir(other.recordKeyFile()), 0o700); err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(at.recordKeyFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other.recordKeyFile(), key, 0o600); err != nil {
		t.Fatal(err)
	}
	play1905(t, other, time.Date(1905, 8, 20, 0, 0, 0, 0, time.UTC))
	status, said := ran(t, "publish", folder, "--data", other.data, "--conference", conference1905)
	if status != 1 || !strings.Contains(said, "ok      the signature") || !strings.Contains(said, "some were taken away") {
		t.Errorf("%d:\n%s", status, said)
	}
}

// anotherKey opens the venue with another key, then with none, then with its own again.
func anotherKey(t *testing.T, at place) {
	file := at.recordKeyFile()
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	opened := func(say string, want bool) {
		var said bytes.Buffer
		p, err := newProgram(t.Context(), at, "localhost:0", "", slog.New(slog.NewTextHandler(&said, nil)))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = p.close() }()
		if _, _, err := p.venue.RecordFile(t.Context(), conference1905, "checkpoint"); (err == nil) != want {
			t.Errorf("%s: %v", say, err)
		}
		if strings.Contains(said.String(), "of this venue back there") == want {
			t.Errorf("%s: said %q", say, said.String())
		}
	}
	opened("the key is missing", false)
	if _, err := os.Stat(file); err == nil {
		t.Error("a new key was made for records that have one")
	}
	if err := makeKey(io.Discard, file); err != nil {
		t.Fatal(err)
	}
	opened("it is another", false)
	if err := os.Rename(file+".away", file); err != nil {
		t.Fatal(err)
	}
	opened("it is back", true)
}

// The venue is open: the record is checked over HTTP, and what the venue serves wrongly is found there too.
func TestRecordOverHTTP(t *testing.T) {
	visitsApart(t)
	at := played1905(t)
	p, err := newProgram(t.Context(), at, "localhost:0", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.close() }()
	if err := p.start(t.Context(), nil, time.UTC); err != nil {
		t.Fatal(err)
	}
	address := p.link("/c/%s/record", conference1905)
	if status, said := ran(t, "verify", address); status != 0 || strings.Contains(said, "FAILED") {
		t.Errorf("%d:\n%s", status, said)
	}
	if status, said := ran(t, "verify", p.link("/c/nowhere/record")); status != 1 || !strings.Contains(said, "404") {
		t.Errorf("%d:\n%s", status, said)
	}
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := fetch(r.Context(), http.DefaultClient, address+r.URL.Path)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(bytes.Replace(data, []byte("Russia"), []byte("Persia"), 1))
	}))
	defer liar.Close()
	if status, said := ran(t, "verify", liar.URL); status != 1 || !strings.Contains(said, "FAILED  the root of the tree: leaf ") {
		t.Errorf("%d:\n%s", status, said)
	}
}

// An older backup is brought back, with the folders of the keys as the guide says: it signs nothing, and says what to do.
func TestAnOlderBackupOf1905(t *testing.T) {
	at := place{data: t.TempDir()}
	play1905(t, at, time.Date(1905, 8, 20, 0, 0, 0, 0, time.UTC))
	backup, folder := filepath.Join(t.TempDir(), "backup.db"), filepath.Join(t.TempDir(), "published")
	if status, said := ran(t, "backup", backup, "--data", at.data); status != 0 {
		t.Fatal(said)
	}
	play1905(t, at, time.Date(1905, 9, 30, 0, 0, 0, 0, time.UTC))
	if status, said := ran(t, "publish", folder, "--data", at.data, "--conference", conference1905); status != 0 {
		t.Fatal(said)
	}
	again := t.TempDir()
	if status, said := ran(t, "restore", backup, "--data", again); status != 0 {
		t.Fatal(said)
	}
	if err := os.CopyFS(filepath.Join(again, keysFolder), os.DirFS(filepath.Join(at.data, keysFolder))); err != nil {
		t.Fatal(err)
	}
	if status, said := ran(t, "publish", folder, "--data", again, "--conference", conference1905); status != 1 || !strings.Contains(said, "put the folder “record”") {
		t.Errorf("without its key: %d %s", status, said)
	}
	if err := os.CopyFS(filepath.Join(again, recordFolder), os.DirFS(filepath.Join(at.data, recordFolder))); err != nil {
		t.Fatal(err)
	}
	if status, said := ran(t, "publish", folder, "--data", again, "--conference", conference1905); status != 1 || !strings.Contains(said, "bring back the newest database") {
		t.Errorf("with its key: %d %s", status, said)
	}
	if status, said := ran(t, "verify", folder); status != 0 {
		t.Errorf("what was published has suffered: %s", said)
	}
}
