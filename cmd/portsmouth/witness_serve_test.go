package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portsmouth/record"
)

// running starts a witness that listens, and returns its address and how to stop it.
func (x *watched) running(data string, more ...string) (address string, stop func()) {
	x.t.Helper()
	ctx, cancel := context.WithCancel(x.t.Context())
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"witness", "--data", data, "--listen", "localhost:0"}, more...), writer, io.Discard)
		_ = writer.Close()
	}()
	said := make([]byte, 4096)
	for all := ""; address == ""; {
		n, err := reader.Read(said)
		if all += string(said[:n]); err != nil {
			x.t.Fatalf("%v:\n%s", err, all)
		}
		if _, rest, found := strings.Cut(all, "listening at "); found && strings.Contains(rest, "\n") {
			address, _, _ = strings.Cut(rest, "\n")
		}
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	return address, func() {
		cancel()
		if status := <-ended; status != 0 {
			x.t.Errorf("the witness ended with %d", status)
		}
	}
}

// bring brings a submission to a witness.
func bring(t *testing.T, address string, body []byte) (status int, kind, answer string) {
	t.Helper()
	got, err := http.Post(address, "text/plain", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	said, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, got.Header.Get("Content-Type"), string(said)
}

// submission is what the record as it is now would be brought with.
func (x *watched) submission(old int64) record.Submission {
	x.t.Helper()
	s := record.Submission{Old: old, Checkpoint: x.checkpoint()}
	if tree := x.tree(); old > 0 {
		var err error
		s.Proof, err = tree.Consistency(old, tree.Size())
		x.must(err)
	}
	return s
}

// Every answer of docs/spec/record.md, section 6, in its order; and a witness that is started again remembers.
func TestAWitnessAnswers(t *testing.T) {
	x := newWatched(t)
	data := filepath.Join(t.TempDir(), "w")
	args := []string{"--name", "w.example", "--venue-key", x.key()}
	address, stop := x.running(data, args...)
	wants := func(what string, s record.Submission, want int, wantSaid string) {
		t.Helper()
		status, kind, said := bring(t, address, s.Bytes())
		if status != want || wantSaid != "" && !strings.Contains(said, wantSaid) {
			t.Errorf("%s: %d, want %d %q: %s", what, status, want, wantSaid, said)
		}
		if (kind == "text/x.tlog.size") != (status == http.StatusConflict) {
			t.Errorf("%s: %d with the type %s", what, status, kind)
		}
	}
	if status, _, _ := bring(t, address, []byte("old\n")); status != http.StatusBadRequest {
		t.Errorf("no submission: %d", status)
	}
	if status, _, _ := bring(t, address, bytes.Repeat([]byte("old 0\n"), 1<<20)); status != http.StatusBadRequest {
		t.Errorf("far too long: %d", status)
	}
	first := x.submission(0)
	other := newWatched(t)
	wants("a record that it does not watch", other.submission(0), http.StatusNotFound, "does not watch")
	unsigned := first
	unsigned.Checkpoint = bytes.Replace(first.Checkpoint, []byte("\n2\n"), []byte("\n3\n"), 1)
	wants("not signed", unsigned, http.StatusForbidden, "")
	beyond := first
	beyond.Old = 9
	wants("more than there are", beyond, http.StatusBadRequest, "")
	wants("what it has not cosigned", x.submission(1), http.StatusConflict, "0\n")
	wants("the first", first, http.StatusOK, "— w.example ")
	wants("the first once more", first, http.StatusConflict, "2\n")
	wants("the same", x.submission(2), http.StatusOK, "— w.example ")

	older := x.copied()
	x.communique("The conference sat.")
	unproved := x.submission(2)
	unproved.Proof = nil
	wants("without a proof", unproved, http.StatusUnprocessableEntity, "it is not proved")
	wants("one more", x.submission(2), http.StatusOK, "— w.example ")

	stop()
	address, stop = x.running(data, "--venue-key", x.key())
	defer stop()
	wants("a witness that was started again", first, http.StatusConflict, "3\n")
	x.open(older)
	x.communique("It never sat.")
	wants("another, as long", x.submission(3), http.StatusConflict, "3\n")
	x.communique("Nor then.")
	wants("another, longer", x.submission(3), http.StatusUnprocessableEntity, "it is not proved")
	evidence, err := filepath.Glob(filepath.Join(data, "evidence", "*", "why.txt"))
	if err != nil || len(evidence) != 1 {
		t.Errorf("what was signed twice over 3 entries is kept as evidence once: %v %v", evidence, err)
	}
}

// A witness that stays follows the record by itself, and says once what it did.
func TestAWitnessStays(t *testing.T) {
	x := newWatched(t)
	data := x.newWitnessOf("north")
	_, stop := x.running(data, "--watch", x.address, "--every", "1s")
	defer stop()
	for _, text := range []string{"", "The conference sat."} {
		if text != "" {
			x.communique(text)
		}
		for until := time.Now().Add(time.Minute); !bytes.Contains(x.checkpoint(), []byte("— north.example/witness ")); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("nobody has cosigned:\n%s", x.checkpoint())
			}
		}
	}
}

// The log of the venue is a record like any other, for whoever watches the whole venue.
func TestAWitnessWatchesTheWholeVenue(t *testing.T) {
	x := newWatched(t)
	base, _, _ := strings.Cut(x.address, "/c/")
	x.address = base + "/record"
	data := filepath.Join(t.TempDir(), "w")
	for until := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if status, _ := getPage(t, x.address+"/checkpoint"); status == http.StatusOK {
			break
		}
		if time.Now().After(until) {
			t.Fatal("the venue has begun no log")
		}
	}
	if status, said := ran(t, "verify", x.address); status != 0 || strings.Contains(said, "FAILED") {
		t.Errorf("%d:\n%s", status, said)
	}
	x.looks(data, "2 entries of portsmouth/", "--name", "times.example", "--keep")
}
