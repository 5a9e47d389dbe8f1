package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

// watched is a venue with a conference that the public knows, behind an address that stays when another venue takes its
// place, as when a backup is brought back.
type watched struct {
	t       *testing.T
	p       *program
	at      place
	address string // of the record
	now     atomic.Pointer[url.URL]
}

func newWatched(t *testing.T) *watched {
	visitsApart(t)
	x := &watched{t: t}
	front := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(x.now.Load()) }, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)})
	t.Cleanup(front.Close)
	x.address = front.URL + "/c/" + conftest.ConferenceID + "/record"
	x.open(t.TempDir())
	scene := conftest.NewScene(conftest.Options{})
	x.must(scene.To(conference.Bargaining))
	a := conference.Append{Conference: conftest.ConferenceID, Index: conference.IndexOf(scene.Log)}
	for _, e := range scene.Log {
		room, body, err := conference.EncodeEvent(e)
		x.must(err)
		a.Acts = append(a.Acts, conference.Stored{Room: room, Body: body})
	}
	_, err := x.p.venue.Store.Append(t.Context(), a)
	x.must(err)
	x.must(x.p.venue.BeginRecords(t.Context()))
	return x
}

func (x *watched) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

// open serves the venue in that folder at the address.
func (x *watched) open(data string) {
	x.t.Helper()
	if x.p != nil {
		x.must(x.p.close())
	}
	x.at = place{data: data}
	p, err := newProgram(x.t.Context(), x.at, "localhost:0", "", slog.New(slog.DiscardHandler))
	x.must(err)
	x.must(p.start(x.t.Context(), nil, time.UTC))
	x.t.Cleanup(func() { _ = p.close() })
	target, err := url.Parse(p.origin)
	x.must(err)
	x.p = p
	x.now.Store(target)
}

// copied is a copy of the venue's folder as it is, which has forgotten what it has signed.
func (x *watched) copied() string {
	x.t.Helper()
	data := x.at.data
	x.must(x.p.close())
	other := x.t.TempDir()
	x.must(os.CopyFS(other, os.DirFS(data)))
	x.must(os.RemoveAll(filepath.Join(other, recordFolder, signedFolder)))
	x.p = nil
	x.open(data)
	return other
}

func (x *watched) do(person string, c conference.Command) venue.Receipt {
	x.t.Helper()
	got, err := x.p.venue.Do(x.t.Context(), venue.Request{Conference: conftest.ConferenceID, Person: person, Command: c, Seen: -1})
	x.must(err)
	return got
}

// communique adds an entry to the record.
func (x *watched) communique(text string) {
	x.t.Helper()
	put := x.do("mediator", conference.ProposeCommunique{Text: portsmouth.Text{"en": text, "fr": text}})
	for _, head := range []string{"north", "south"} {
		x.do(head, conference.AgreeCommunique{Communique: put.Act})
	}
}

func (x *watched) checkpoint() []byte {
	x.t.Helper()
	data, _, err := x.p.venue.RecordFile(x.t.Context(), conftest.ConferenceID, record.CheckpointPath)
	x.must(err)
	return data
}

func (x *watched) tree() *record.Tree {
	x.t.Helper()
	hashes, err := x.p.venue.Store.RecordHashes(x.t.Context(), conftest.ConferenceID)
	x.must(err)
	tree, err := record.NewTree(hashes)
	x.must(err)
	return tree
}

// look has the witness in that folder look once.
func (x *watched) look(data string, more ...string) (int, string) {
	x.t.Helper()
	return ran(x.t, append([]string{"witness", "--once", "--data", data, "--watch", x.address}, more...)...)
}

// looks wants it to go well.
func (x *watched) looks(data, want string, more ...string) {
	x.t.Helper()
	if status, said := x.look(data, more...); status != 0 || !strings.Contains(said, want) {
		x.t.Fatalf("%d, want %q:\n%s", status, want, said)
	}
}

// newWitnessOf makes the witness of a person and declares its key.
func (x *watched) newWitnessOf(person string) (data string) {
	x.t.Helper()
	data = filepath.Join(x.t.TempDir(), person)
	status, said := ran(x.t, "witness", "--data", data, "--name", person+".example/witness")
	_, key, found := strings.Cut(said, "witness key: ")
	key, _, _ = strings.Cut(key, "\n")
	if status != 0 || !found {
		x.t.Fatalf("%d:\n%s", status, said)
	}
	x.do(person, conference.DeclareKey{Purpose: conference.KeyWitness, Key: key})
	return data
}

func TestWitnessesCosignWhatGrows(t *testing.T) {
	x := newWatched(t)
	north, south := x.newWitnessOf("north"), x.newWitnessOf("south")
	x.looks(north, "entries of portsmouth/")
	x.looks(south, "cosigned and sent")
	if status, said := ran(t, "verify", x.address); status != 0 || !strings.Contains(said, "seen by 2 of 2") {
		t.Errorf("%d:\n%s", status, said)
	}
	for n := range 3 {
		x.communique(fmt.Sprint("The conference sat ", n))
		x.looks(north, "cosigned and sent")
	}
	x.looks(north, "cosigned and sent") // nothing new, and the venue has a later time
	if status, said := ran(t, "verify", x.address); status != 0 || !strings.Contains(said, "seen by 1 of 2") {
		t.Errorf("%d:\n%s", status, said)
	}
	status, page := getPage(t, strings.TrimSuffix(x.address, "record")+"public")
	if status != http.StatusOK || !strings.Contains(page, "1 of 2") {
		t.Errorf("%d: the public page does not say how many witnesses have seen the record", status)
	}
	files, err := filepath.Glob(filepath.Join(north, "seen", "*"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if status, said := ran(t, "verify", x.address, "--seen", files[0]); status != 0 {
		t.Errorf("what a witness keeps is no checkpoint for verify:\n%s", said)
	}
}

func getPage(t *testing.T, address string) (int, string) {
	t.Helper()
	got, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(body)
}

// A venue goes on from an older copy of itself and does not remember what it signed. Its record holds in itself, and every
// witness that saw the other refuses it: while it is shorter, when it is as long, and when it is longer.
func TestEveryWitnessRefusesARewrite(t *testing.T) {
	x := newWatched(t)
	witnesses := []string{x.newWitnessOf("north"), x.newWitnessOf("south"), filepath.Join(t.TempDir(), "times")}
	x.looks(witnesses[2], "cosigned", "--name", "times.example/witness", "--keep")
	older := x.copied()
	for n := range 2 {
		x.communique(fmt.Sprint("The conference sat ", n))
	}
	first, before := x.at.data, x.checkpoint()
	for _, w := range witnesses {
		x.looks(w, "cosigned", "--keep")
	}
	x.open(older)
	for k, want := range []string{"some were taken away", "some were taken away", "signed twice", "from its beginning"} {
		if k > 0 {
			x.communique(fmt.Sprint("It never sat ", k))
		}
		if status, said := ran(t, "verify", x.address, "--no-keep"); status != 0 {
			t.Fatalf("the other record does not hold in itself:\n%s", said)
		}
		now := x.checkpoint()
		for _, w := range witnesses {
			status, said := x.look(w)
			if status != 1 || !strings.Contains(said, "REFUSED") || !strings.Contains(said, want) {
				t.Fatalf("%d, want %q:\n%s", status, want, said)
			}
			x.evidence(said, before, now)
		}
	}
	if seen := x.checkpoint(); bytes.Contains(seen, []byte("/witness")) {
		t.Errorf("somebody has cosigned the rewrite:\n%s", seen)
	}
	x.open(first)
	for _, w := range witnesses {
		x.looks(w, "cosigned", "--keep") // the record that they saw is back
	}
}

// evidence wants both checkpoints in the folder that is named.
func (x *watched) evidence(said string, before, now []byte) {
	x.t.Helper()
	_, folder, _ := strings.Cut(said, "Both checkpoints are in ")
	folder, _, _ = strings.Cut(folder, ":")
	for name, want := range map[string][]byte{"seen": before, "now": now} {
		got, err := os.ReadFile(filepath.Join(folder, name))
		x.must(err)
		got, err = record.WithoutCosignatures(got)
		x.must(err)
		want, err = record.WithoutCosignatures(want)
		x.must(err)
		if !bytes.Equal(got, want) {
			x.t.Errorf("the evidence %s is\n%s\nnot\n%s", name, got, want)
		}
	}
}

// At an address there is suddenly a record under another key.
func TestAWitnessKeepsToTheKey(t *testing.T) {
	x := newWatched(t)
	data := filepath.Join(t.TempDir(), "w")
	x.looks(data, "cosigned", "--name", "w.example", "--keep")
	other := newWatched(t)
	x.now.Store(other.now.Load())
	status, said := x.look(data, "--keep")
	if status != 1 || !strings.Contains(said, "REFUSED: the record here was portsmouth/") {
		t.Errorf("%d:\n%s", status, said)
	}
}

// A witness tells apart an older checkpoint, as a copy on its way may be, and entries that were taken away.
func TestAnOlderCheckpointIsNoContradiction(t *testing.T) {
	x := newWatched(t)
	data, old := filepath.Join(t.TempDir(), "w"), x.checkpoint()
	x.communique("The conference sat.")
	x.looks(data, "cosigned", "--name", "w.example", "--keep")
	venues := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(x.now.Load()) }}
	cache := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/"+record.CheckpointPath) {
			_, _ = w.Write(old)
			return
		}
		venues.ServeHTTP(w, r)
	}))
	defer cache.Close()
	_, path, _ := strings.Cut(x.address, "/c/")
	x.address = cache.URL + "/c/" + path
	x.looks(data, "an older checkpoint than the one of 3", "--keep")
}

func TestAWitnessSaysWhatCannotBe(t *testing.T) {
	x := newWatched(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--watch", x.address, "--once"}, "name the new witness with --name"},
		{[]string{"--watch", "venue.example", "--once"}, "begins with https://"},
		{[]string{"--once"}, "name the records to look at"},
		{[]string{"--name", "a b"}, "without blank or plus sign"},
		{[]string{"--watch", x.address, "--every", "1ms"}, "at most once a second"},
		{[]string{"--name", "w", "--venue-key", "portsmouth/x+00000000+AAAA"}, "is no key of a record"},
	} {
		args := append([]string{"witness", "--data", filepath.Join(t.TempDir(), "w")}, c.args...)
		if status, said := ran(t, args...); status != 2 || !strings.Contains(said, c.want) {
			t.Errorf("%v: %d, want %q:\n%s", c.args, status, c.want, said)
		}
	}
	data := filepath.Join(t.TempDir(), "w")
	status, said := x.look(data, "--name", "times.example")
	if status != 1 || !strings.Contains(said, "the venue does not have it: 422 Unprocessable Entity: This is of no witness of this conference") {
		t.Errorf("a stranger's cosignature: %d:\n%s", status, said)
	}
	if status, said := x.look(data, "--name", "other.example"); status != 2 || !strings.Contains(said, "is of the witness times.example+") {
		t.Errorf("another name: %d:\n%s", status, said)
	}
	m, err := openMemory(data)
	x.must(err)
	if status, said := x.look(data); status != 2 || !strings.Contains(said, "it is in use") {
		t.Errorf("two at once: %d:\n%s", status, said)
	}
	m.close()
	if status, said := x.look(data, "--venue-key", newWatched(t).key(), "--keep"); status != 0 {
		t.Errorf("the key of another record is no fault: %d:\n%s", status, said)
	}
}

// key is the key of the record.
func (x *watched) key() string {
	x.t.Helper()
	return x.p.venue.RecordKey.Verifier(conftest.ConferenceID)
}

func TestKeyOfAWitness(t *testing.T) {
	file := filepath.Join(t.TempDir(), "w.pem")
	status, said := ran(t, "key", "--witness", "times.example/witness", file)
	if status != 0 || !strings.HasPrefix(said, "witness key: times.example/witness+") {
		t.Fatalf("%d: %s", status, said)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if _, err := readKey(file); err != nil {
		t.Errorf("it is no key file any more: %v", err)
	}
	w, err := readWitness(file)
	if err != nil || "witness key: "+w.Verifier()+"\n" != said {
		t.Errorf("%v: %s", err, said)
	}
	if status, said := ran(t, "key", "--witness", "times.example/witness", file); status != 2 {
		t.Errorf("a second key over the first: %d: %s", status, said)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(data, []byte("times"), []byte("tames"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readWitness(file); err == nil {
		t.Error("another name is believed")
	}
}
