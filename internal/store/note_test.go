package store_test

import (
	"bytes"
	crand "crypto/rand"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
)

// noted is an append of notes of 93 random bytes each, as the vault's keys have.
func noted(id string, expected int64, n int) (conference.Append, [][]byte) {
	a := conference.Append{Conference: id, Expected: expected, Key: fmt.Sprint("key ", expected), Digest: [32]byte{1}, Receipt: []byte("receipt")}
	var notes [][]byte
	for range n {
		note := make([]byte, 93)
		_, _ = crand.Read(note)
		notes = append(notes, note)
		a.Acts = append(a.Acts, conference.Stored{Room: "sealed", Body: bytes.Repeat([]byte{7}, 600), Note: note})
	}
	return a, notes
}

// left counts which of the notes are found in the files of a SQLite database.
func left(t *testing.T, path string, notes [][]byte) int {
	t.Helper()
	n := 0
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		for _, note := range notes {
			n += bytes.Count(data, note[5:90])
		}
	}
	return n
}

func destroy(t *testing.T, s *store.Store, id string, expected int64, seqs ...int64) {
	t.Helper()
	a := conference.Append{Conference: id, Expected: expected, Destroy: seqs, Acts: []conference.Stored{{Room: "sealed", Body: []byte("done")}}}
	_, err := s.Append(t.Context(), a)
	ok(t, err)
}

func TestANoteIsDestroyedWithItsAct(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		s, ctx := open(t, url(t)), t.Context()
		a, notes := noted("c", 0, 3)
		add(t, s, a)
		acts, err := s.Read(ctx, "c", 0)
		if err != nil || !bytes.Equal(acts[1].Note, notes[1]) {
			t.Fatalf("%d acts, %v", len(acts), err)
		}
		destroy(t, s, "c", 3, 2, 3)
		acts, err = s.Read(ctx, "c", 0)
		if err != nil || len(acts) != 4 || acts[0].Note == nil || acts[1].Note != nil || acts[2].Note != nil || len(acts[1].Body) != 600 {
			t.Errorf("%d acts, %v", len(acts), err)
		}
		for _, seq := range []int64{2, 4, 9} { // destroyed before, no note, no act
			a := conference.Append{Conference: "c", Expected: 4, Destroy: []int64{1, seq}, Acts: a.Acts[:1]}
			if _, err := s.Append(ctx, a); err == nil || portsmouth.RuleOf(err) != "" {
				t.Errorf("%d was destroyed: %v", seq, err)
			}
		}
		if acts, err = s.Read(ctx, "c", 0); err != nil || len(acts) != 4 || acts[0].Note == nil {
			t.Errorf("half of an append was kept: %d acts, %v", len(acts), err)
		}
		if _, err := s.Append(ctx, a); portsmouth.RuleOf(err) != "idempotency-key" {
			t.Errorf("the request of a destroyed note comes again: %v", err)
		}
		if digest, _, _, err := s.Receipt(ctx, "c", a.Key); err != nil || digest != [32]byte{} {
			t.Errorf("its digest is kept: %x, %v", digest, err)
		}
		if mark, err := s.GetValue(ctx, "note-traces"); mark != nil || err != nil {
			t.Errorf("traces are left: %s, %v", mark, err)
		}
	})
}

// In a large database, with notes of several conferences between each other, no copy of a destroyed note is left in any
// file, in whatever order they go.
func TestNoCopyOfADestroyedNoteIsLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "venue.db")
	s := open(t, path)
	rng := rand.New(rand.NewPCG(1, 2))
	kept, heads := map[string]map[int64][]byte{}, map[string]int64{}
	for n := range 120 {
		id := fmt.Sprint("conference ", n%3)
		a, notes := noted(id, heads[id], 1+rng.IntN(9))
		add(t, s, a)
		for k, note := range notes {
			if kept[id] == nil {
				kept[id] = map[int64][]byte{}
			}
			kept[id][heads[id]+int64(k)+1] = note
		}
		heads[id] += int64(len(notes))
	}
	var gone [][]byte
	for n := range 30 {
		id := fmt.Sprint("conference ", n%3)
		var seqs []int64
		for _, seq := range sortedSeqs(kept[id]) {
			if rng.IntN(4) == 0 {
				seqs, gone = append(seqs, seq), append(gone, kept[id][seq])
				delete(kept[id], seq)
			}
		}
		destroy(t, s, id, heads[id], seqs...)
		heads[id]++
		if found := left(t, path, gone); found != 0 {
			t.Fatalf("after %d destructions %d of %d are found", n+1, found, len(gone))
		}
	}
	var rest [][]byte
	for _, notes := range kept {
		for _, note := range notes {
			rest = append(rest, note)
		}
	}
	if found := left(t, path, rest); len(gone) < 300 || found < len(rest) {
		t.Errorf("%d destroyed; of %d others %d are found", len(gone), len(rest), found)
	}
	ok(t, s.Check(t.Context()))
}

func sortedSeqs(m map[int64][]byte) []int64 {
	var keys []int64
	for seq := range int64(2000) {
		if m[seq] != nil {
			keys = append(keys, seq)
		}
	}
	return keys
}

// While somebody reads, the log of SQLite cannot be emptied: acts go on, and it is emptied afterwards, or at the next start.
func TestTracesAreRemovedWhenReadersHaveGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "venue.db")
	s := open(t, path)
	a, notes := noted("c", 0, 4)
	add(t, s, a)
	reading := func() (done func()) {
		tx, err := s.Pools()[1].BeginTx(t.Context(), nil)
		ok(t, err)
		var n int
		ok(t, tx.QueryRow(`SELECT count(*) FROM act`).Scan(&n))
		return func() { ok(t, tx.Rollback()) }
	}
	done := reading()
	began := time.Now()
	destroy(t, s, "c", 4, 1, 2)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("an act waited %v for a reader", took)
	}
	if left(t, path, notes[:2]) == 0 {
		t.Log("nothing was left even so")
	}
	done()
	for range 50 {
		if left(t, path, notes[:2]) == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if n := left(t, path, notes[:2]); n != 0 {
		t.Errorf("%d are left", n)
	}
	done = reading()
	defer done()
	destroy(t, s, "c", 5, 3)
	if mark, err := s.GetValue(t.Context(), "note-traces"); string(mark) != "1" || err != nil {
		t.Errorf("%q, %v", mark, err)
	}
	copied := filepath.Join(t.TempDir(), "crashed.db") // as the files are when the machine stops here
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + end)
		ok(t, err)
		ok(t, os.WriteFile(copied+end, data, 0o600))
	}
	if left(t, copied, notes[2:3]) == 0 {
		t.Fatal("there are no traces to remove")
	}
	again := open(t, copied)
	if n := left(t, copied, notes[2:3]); n != 0 {
		t.Errorf("%d are left after the next start", n)
	}
	if acts, err := again.Read(t.Context(), "c", 0); err != nil || acts[2].Note != nil || acts[3].Note == nil {
		t.Errorf("%d acts, %v", len(acts), err)
	}
}
