package vault_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/lock"
	"portsmouth/internal/store"
)

const japan = "caucus:japan"

// worded is a statement with words that can be locked. With readers it locks the room first.
func worded(expected int64, words string, readers ...conference.Reader) conference.Append {
	a := conference.Append{Conference: "c", Expected: expected, Acts: []conference.Stored{
		{Room: japan, Body: []byte("what stays"), Note: []byte("who and when"), Words: []byte(words)},
	}}
	if readers != nil {
		a.Locks = []conference.RoomLock{{Room: japan, Readers: readers}}
	}
	return a
}

func reader(t *testing.T, person string, secret lock.Secret) conference.Reader {
	t.Helper()
	pair, err := secret.Pair("c")
	ok(t, err)
	return conference.Reader{Person: person, Key: pair.Public()}
}

func TestWordsAreHeldByTheHostOrByTheLock(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		raw, secret := openStore(t, url), lock.NewSecret()
		v := openVault(t, raw)
		first, err := v.Append(t.Context(), worded(0, "canary: before"))
		ok(t, err)
		if first.Locked != nil {
			t.Error("the host holds it, and it is locked")
		}
		second, err := v.Append(t.Context(), worded(1, "canary: behind the lock", reader(t, "komura", secret)))
		ok(t, err)
		if len(second.Locked) != 1 || second.Locked[0].Words != nil {
			t.Errorf("what is locked came back as %+v", second.Locked)
		}
		acts, err := openVault(t, raw).Read(t.Context(), "c", 0)
		ok(t, err)
		ring, err := v.Keyring(t.Context(), "c", "komura", secret)
		ok(t, err)
		for k, want := range []string{"canary: before", "canary: behind the lock"} {
			if acts[k].Words != nil || string(acts[k].Note) != "who and when" || bytes.Contains(acts[k].Sealed, []byte("canary")) {
				t.Errorf("act %d: %+v", k+1, acts[k])
			}
			words, opened, err := ring.Words(japan, acts[k].Sealed)
			if string(words) != want || !opened || err != nil {
				t.Errorf("act %d opens as %q, %t, %v", k+1, words, opened, err)
			}
		}
	})
}

// Neither another's secret nor one's own in another name, room or conference opens anything; what was changed or moved is damage.
func TestLockedWordsOpenForNobodyElse(t *testing.T) {
	raw, secret := openStore(t, filepath.Join(t.TempDir(), "venue.db")), lock.NewSecret()
	v := openVault(t, raw)
	for n := range int64(2) {
		_, err := v.Append(t.Context(), worded(n, "words", reader(t, "komura", secret)))
		ok(t, err)
	}
	acts, err := v.Read(t.Context(), "c", 0)
	ok(t, err)
	opens := func(person string, secret lock.Secret, conference, room string, sealed []byte) (bool, error) {
		t.Helper()
		ring, err := v.Keyring(t.Context(), conference, person, secret)
		ok(t, err)
		_, opened, err := ring.Words(room, sealed)
		return opened, err
	}
	for name, got := range map[string]func() (bool, error){
		"another's secret":   func() (bool, error) { return opens("komura", lock.NewSecret(), "c", japan, acts[0].Sealed) },
		"another's name":     func() (bool, error) { return opens("witte", secret, "c", japan, acts[0].Sealed) },
		"another room":       func() (bool, error) { return opens("komura", secret, "c", "caucus:russia", acts[0].Sealed) },
		"another conference": func() (bool, error) { return opens("komura", secret, "d", japan, acts[0].Sealed) },
	} {
		if opened, err := got(); opened || err != nil {
			t.Errorf("%s: %t, %v", name, opened, err)
		}
	}
	for k := range acts[0].Sealed {
		changed := bytes.Clone(acts[0].Sealed)
		changed[k] ^= 1
		if opened, err := opens("komura", secret, "c", japan, changed); opened && !unread(k, acts[0].Sealed) {
			t.Errorf("it opens though byte %d was changed: %v", k, err)
		}
	}
	if opened, err := opens("komura", secret, "c", japan, append(bytes.Clone(acts[0].Sealed[:5]), acts[1].Sealed[5:]...)); opened || err == nil {
		t.Errorf("the words of one act open as those of another: %t, %v", opened, err)
	}
}

// unread reports whether a byte of what is sealed is the filling between the key and the end of its place.
func unread(k int, sealed []byte) bool {
	const number, key, filled = 4 + 1 + 4, 8 + 32 + 32 + 16, 93
	return k >= number+key && k < number+filled && len(sealed) > number+filled
}

// relocked is a database in which rows of locks have been moved about.
type relocked struct {
	*store.Store
	how func([]conference.LockRow)
}

func (m relocked) RoomLocks(ctx context.Context, id string) ([]conference.LockRow, error) {
	rows, err := m.Store.RoomLocks(ctx, id)
	m.how(rows)
	return rows, err
}

func TestLocksStayInTheirPlace(t *testing.T) {
	raw, secret := openStore(t, filepath.Join(t.TempDir(), "venue.db")), lock.NewSecret()
	v := openVault(t, raw)
	other := lock.NewSecret()
	for n, readers := range [][]conference.Reader{{reader(t, "komura", secret)}, {reader(t, "komura", secret), reader(t, "mo", other)}} {
		_, err := v.Append(t.Context(), worded(int64(n), "words", readers...))
		ok(t, err)
	}
	for name, how := range map[string]func([]conference.LockRow){
		"swapped":  func(rows []conference.LockRow) { rows[0].Sealed, rows[1].Sealed = rows[1].Sealed, rows[0].Sealed },
		"changed":  func(rows []conference.LockRow) { rows[0].Sealed[40] ^= 1 },
		"cut":      func(rows []conference.LockRow) { rows[0].Sealed = rows[0].Sealed[:20] },
		"no lock":  func(rows []conference.LockRow) { rows[0].Sealed = []byte("{}") },
		"numbered": func(rows []conference.LockRow) { rows[0].Number = 7 },
	} {
		if _, err := openVault(t, relocked{raw, how}).Keyring(t.Context(), "c", "komura", secret); portsmouth.RuleOf(err) != "vault-open" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A member without a key gives the room back to the host, for what is said from then on and nothing before; the same readers
// need no new lock.
func TestLocksFollowTheReaders(t *testing.T) {
	raw, secret := openStore(t, filepath.Join(t.TempDir(), "venue.db")), lock.NewSecret()
	v := openVault(t, raw)
	komura := reader(t, "komura", secret)
	for n, step := range []struct {
		readers []conference.Reader
		locked  bool
		rows    int
	}{
		{[]conference.Reader{komura}, true, 1},
		{[]conference.Reader{komura}, true, 1},
		{[]conference.Reader{komura, {Person: "takahira"}}, false, 2},
		{[]conference.Reader{komura, {Person: "takahira"}}, false, 2},
		{[]conference.Reader{komura}, true, 3},
		{nil, true, 3}, // no word of the readers
	} {
		done, err := v.Append(t.Context(), worded(int64(n), "words", step.readers...))
		ok(t, err)
		rows, err := raw.RoomLocks(t.Context(), "c")
		ok(t, err)
		if locked := done.Locked != nil; locked != step.locked || len(rows) != step.rows {
			t.Errorf("step %d: locked %t with %d rows", n+1, locked, len(rows))
		}
	}
	acts, err := v.Read(t.Context(), "c", 0)
	ok(t, err)
	for k, act := range acts {
		if act.Words != nil {
			t.Errorf("the host still holds the words of act %d", k+1)
		}
	}
}

// BenchmarkLockedWords opens what was said in a caucus: 200 statements.
func BenchmarkLockedWords(b *testing.B) {
	secret := lock.NewSecret()
	pair, err := secret.Pair("c")
	if err != nil {
		b.Fatal(err)
	}
	v := openVault(b, openStore(b, filepath.Join(b.TempDir(), "venue.db")))
	for n := range int64(200) {
		if _, err := v.Append(b.Context(), worded(n, "What could you live with?", conference.Reader{Person: "komura", Key: pair.Public()})); err != nil {
			b.Fatal(err)
		}
	}
	acts, err := v.Read(b.Context(), "c", 0)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		ring, err := v.Keyring(b.Context(), "c", "komura", secret)
		if err != nil {
			b.Fatal(err)
		}
		for _, act := range acts {
			if _, opened, err := ring.Words(japan, act.Sealed); !opened || err != nil {
				b.Fatal(opened, err)
			}
		}
	}
}
