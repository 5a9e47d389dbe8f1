package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/store"
	"portsmouth/internal/store/pgtest"
	"portsmouth/internal/vault"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var key = vault.NewKey()

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// each runs on both databases.
func each(t *testing.T, run func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { run(t, filepath.Join(t.TempDir(), "venue.db")) })
	t.Run("postgres", func(t *testing.T) { run(t, pgtest.URL(t)) })
}

func openStore(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	ok(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openVault(t testing.TB, db vault.Database) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), db, key)
	ok(t, err)
	return v
}

// said is an append of three acts in three rooms, with everything around it.
func said(id string, expected int64, text string) conference.Append {
	return conference.Append{
		Conference: id, Expected: expected, Key: "key of " + text, Digest: [32]byte{1, 2, 3}, Receipt: []byte("receipt of " + text),
		Acts: []conference.Stored{
			{Room: "caucus:japan", Body: []byte(text)},
			{Room: "public", Body: []byte("public")},
			{Room: "plenary", Body: nil},
		},
		Index: conference.Index{Due: time.UnixMilli(1_800_000_000_000), Members: []string{"witte", "komura"}, Public: true},
	}
}

func TestActsComeBackAsTheyWentIn(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		ctx, raw := t.Context(), openStore(t, url)
		v := openVault(t, raw)
		first := said("c", 0, "Sakhalin, the whole")
		done, err := v.Append(ctx, first)
		ok(t, err)
		if done.Seq != 3 || string(done.Receipt) != "receipt of Sakhalin, the whole" || done.Repeated {
			t.Fatalf("%+v", done)
		}
		if string(first.Acts[0].Body) != "Sakhalin, the whole" || first.Acts[0].Room != "caucus:japan" {
			t.Error("the caller's acts were changed")
		}
		again := openVault(t, raw) // keys come from the database, not from memory
		acts, err := again.Read(ctx, "c", 0)
		ok(t, err)
		want := []conference.Stored{
			{Seq: 1, Room: "caucus:japan", Body: []byte("Sakhalin, the whole")},
			{Seq: 2, Room: "public", Body: []byte("public")},
			{Seq: 3, Room: "plenary", Body: []byte{}},
		}
		if !reflect.DeepEqual(acts, want) {
			t.Fatalf("got %+v", acts)
		}
		if done, err = again.Append(ctx, said("c", 0, "Sakhalin, the whole")); err != nil || !done.Repeated || string(done.Receipt) != "receipt of Sakhalin, the whole" {
			t.Errorf("repeated: %+v, %v", done, err)
		}
		digest, receipt, found, err := again.Receipt(ctx, "c", first.Key)
		if err != nil || !found || digest != first.Digest || string(receipt) != string(first.Receipt) {
			t.Errorf("receipt: %v %q %t %v", digest, receipt, found, err)
		}
		if _, _, found, err := again.Receipt(ctx, "c", "another"); found || err != nil {
			t.Errorf("another key: %t, %v", found, err)
		}
		other := said("c", 0, "Sakhalin, the whole")
		other.Digest[0]++
		if _, err := again.Append(ctx, other); portsmouth.RuleOf(err) != "idempotency-key" {
			t.Errorf("another request under the same key: %v", err)
		}
		if _, err := again.Append(ctx, said("c", 0, "a fork")); portsmouth.RuleOf(err) != "expected-sequence" {
			t.Errorf("a fork: %v", err)
		}
		for person, want := range map[string][]string{"witte": {"c"}, "nobody": nil} {
			if of, err := again.Of(ctx, person); err != nil || !slices.Equal(of, want) {
				t.Errorf("of %s: %v, %v", person, of, err)
			}
		}
		listed, err := again.Listed(ctx)
		if err != nil || !slices.Equal(listed, []string{"c"}) {
			t.Errorf("listed: %v, %v", listed, err)
		}
	})
}

func TestAccountsComeBackAsTheyWentIn(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		ctx, now := t.Context(), time.UnixMilli(1_800_000_000_000).UTC()
		v := openVault(t, openStore(t, url))
		person := account.Person{ID: "p1", Name: "Жюль 小村", Created: now}
		ok(t, v.AddPerson(ctx, person))
		if got, found, err := v.Person(ctx, "p1"); err != nil || !found || got != person {
			t.Errorf("%+v, %t, %v", got, found, err)
		}
		ok(t, v.Rename(ctx, "p1", "Jutarō"))
		if got, _, err := v.Person(ctx, "p1"); err != nil || got.Name != "Jutarō" {
			t.Errorf("%+v, %v", got, err)
		}
		if _, found, err := v.Person(ctx, "nobody"); found || err != nil {
			t.Errorf("nobody: %t, %v", found, err)
		}
		invitation := account.Invitation{Hash: []byte{9, 0}, Conference: "c", Invite: "a", Role: "head", Party: "japan", Expires: now.Add(time.Hour)}
		ok(t, v.AddInvitation(ctx, invitation))
		used, err := v.UseInvitation(ctx, invitation.Hash, "p1", now)
		if err != nil || !used {
			t.Errorf("used: %t, %v", used, err)
		}
		invitation.Used, invitation.UsedBy = now, "p1"
		if got, found, err := v.Invitation(ctx, invitation.Hash); err != nil || !found || !reflect.DeepEqual(got, invitation) {
			t.Errorf("%+v, %t, %v", got, found, err)
		}
		passkey := account.Passkey{ID: []byte{8}, Person: "p1", Credential: []byte(`{"n":1}`), Created: now}
		ok(t, v.PutPasskey(ctx, passkey))
		if got, err := v.Passkeys(ctx, "p1"); err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], passkey) {
			t.Errorf("%+v, %v", got, err)
		}
		ok(t, v.AddSession(ctx, account.Session{Token: "token", Data: []byte("data"), Expires: now}))
		if got, found, err := v.Session(ctx, "token", now.Add(-time.Second)); err != nil || !found || string(got.Data) != "data" || got.Person != "" {
			t.Errorf("%+v, %t, %v", got, found, err)
		}
		session := account.Session{Token: "of p1", Person: "p1", Data: []byte("mine"), Expires: now}
		ok(t, v.AddSession(ctx, session))
		session.Token = "renewed"
		if there, err := v.ChangeSession(ctx, "of p1", session); err != nil || !there {
			t.Errorf("a new token: %t, %v", there, err)
		}
		if got, err := v.SessionsOf(ctx, "p1", now.Add(-time.Second)); err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], session) {
			t.Errorf("%+v, %v", got, err)
		}
		if got, _, err := v.Session(ctx, "renewed", now.Add(-time.Second)); err != nil || got.Person == "p1" || got.Person == "" {
			t.Errorf("whose a session is: %+v, %v", got, err)
		}
		ok(t, v.DropSessionsOf(ctx, "p1", ""))
		if got, err := v.SessionsOf(ctx, "p1", now.Add(-time.Second)); err != nil || len(got) != 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// moved is a database in which somebody has moved the sealed acts about.
type moved struct {
	*store.Store
	how func([]conference.Stored)
}

func (m moved) Read(ctx context.Context, id string, after int64) ([]conference.Stored, error) {
	acts, err := m.Store.Read(ctx, id, after)
	if m.how != nil {
		m.how(acts)
	}
	return acts, err
}

// What was moved, changed or put in openly does not open.
func TestWhatIsNotInItsPlaceDoesNotOpen(t *testing.T) {
	raw := openStore(t, filepath.Join(t.TempDir(), "venue.db"))
	v := openVault(t, raw)
	for _, id := range []string{"c", "d"} {
		for n := range 3 {
			a := conference.Append{Conference: id, Expected: int64(n), Acts: []conference.Stored{{Room: "plenary", Body: []byte("as long as the others")}}}
			if n == 2 {
				a.Acts[0].Room = "caucus:japan"
			}
			_, err := v.Append(t.Context(), a)
			ok(t, err)
		}
	}
	others, err := raw.Read(t.Context(), "d", 0)
	ok(t, err)
	for name, how := range map[string]func([]conference.Stored){
		"another act's":        func(acts []conference.Stored) { acts[0].Body = acts[1].Body },
		"another conference's": func(acts []conference.Stored) { acts[0].Body = others[0].Body },
		"one bit":              func(acts []conference.Stored) { acts[0].Body[len(acts[0].Body)-1] ^= 1 },
		"one bit of the room":  func(acts []conference.Stored) { acts[0].Body[20] ^= 1 },
		"cut":                  func(acts []conference.Stored) { acts[0].Body = acts[0].Body[:60] },
		"empty":                func(acts []conference.Stored) { acts[0].Body = nil },
		"put in openly": func(acts []conference.Stored) {
			acts[0] = conference.Stored{Seq: 1, Room: "plenary", Body: []byte("x")}
		},
		"the room of another":     func(acts []conference.Stored) { copy(acts[0].Body[:94], acts[2].Body[:94]) },
		"another form of sealing": func(acts []conference.Stored) { acts[0].Body[2]++ },
	} {
		_, err := openVault(t, moved{raw, how}).Read(t.Context(), "c", 0)
		if portsmouth.RuleOf(err) != "vault-open" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if acts, err := openVault(t, moved{raw, nil}).Read(t.Context(), "c", 0); err != nil || len(acts) != 3 {
		t.Errorf("unmoved: %d, %v", len(acts), err)
	}
}

func TestAnotherKeyIsRefused(t *testing.T) {
	ctx, raw := t.Context(), openStore(t, filepath.Join(t.TempDir(), "venue.db"))
	if bound, err := vault.Bound(ctx, raw); bound || err != nil {
		t.Errorf("bound before the first start: %t, %v", bound, err)
	}
	_, err := openVault(t, raw).Append(ctx, said("c", 0, "here"))
	ok(t, err)
	if _, err := vault.Open(ctx, raw, vault.NewKey()); !errors.Is(err, vault.ErrOtherKey) {
		t.Errorf("another key: %v", err)
	}
	if bound, err := vault.Bound(ctx, raw); !bound || err != nil {
		t.Errorf("bound: %t, %v", bound, err)
	}
	if _, err := openVault(t, raw).Read(ctx, "c", 0); err != nil {
		t.Error(err)
	}
}

// Of many who need the key of a new room at once, on several nodes, all get the same.
func TestARoomHasOneKey(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		nodes := make([]*vault.Vault, 3)
		var all sync.WaitGroup
		for n := range nodes {
			db := openStore(t, url)
			all.Go(func() {
				var err error
				if nodes[n], err = vault.Open(context.Background(), db, key); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if t.Failed() {
			return
		}
		for n := range 24 {
			all.Go(func() {
				a := conference.Append{Conference: "c", Acts: []conference.Stored{{Room: "plenary", Body: fmt.Append(nil, n)}}}
				for {
					_, err := nodes[n%3].Append(context.Background(), a)
					if portsmouth.RuleOf(err) != "expected-sequence" {
						if err != nil {
							t.Error(err)
						}
						return
					}
					a.Expected++
				}
			})
		}
		all.Wait()
		for _, v := range nodes {
			if acts, err := v.Read(t.Context(), "c", 0); err != nil || len(acts) != 24 {
				t.Errorf("%d acts, %v", len(acts), err)
			}
		}
	})
}

// fill puts a canary into everything confidential, as a venue without a vault would.
func fill(t testing.TB, db interface {
	account.Store
	Append(context.Context, conference.Append) (conference.Appended, error)
},
) {
	t.Helper()
	ctx, now := t.Context(), time.UnixMilli(1_800_000_000_000)
	for n := range 300 { // more than one batch
		a := said("c", int64(4*n), fmt.Sprintf("canary-act-%d", n))
		a.Acts[0].Room = "caucus:canary-party"
		a.Acts = append(a.Acts, conference.Stored{Room: "plenary", Body: []byte("canary")})
		a.Index.Members = []string{"canary-member"}
		a.Key = fmt.Sprintf("canary-key-%d", n)
		_, err := db.Append(ctx, a)
		ok(t, err)
	}
	ok(t, db.AddPerson(ctx, account.Person{ID: "p1", Name: "canary-name"}))
	ok(t, db.AddInvitation(ctx, account.Invitation{Hash: []byte{1}, Conference: "c", Role: "canary-role", Party: "canary-party", Expires: now}))
	used, err := db.UseInvitation(ctx, []byte{1}, "canary-person", now.Add(-time.Hour))
	if err != nil || !used {
		t.Fatal("the invitation could not be used", err)
	}
	ok(t, db.PutPasskey(ctx, account.Passkey{ID: []byte{8}, Person: "p1", Credential: []byte(`{"canary":1}`)}))
	ok(t, db.AddSession(ctx, account.Session{Token: "token", Data: []byte("canary-session"), Expires: now}))
}

// canaries counts what is found in the files of a SQLite database, its log included.
func canaries(t testing.TB, path string) int {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	ok(t, err)
	n := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		ok(t, err)
		n += bytes.Count(data, []byte("canary"))
	}
	return n
}

// What was written before there was a vault is sealed at the start, and nothing of it is left in the files.
func TestAnOldDatabaseIsSealed(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		ctx, raw := t.Context(), openStore(t, url)
		fill(t, raw)
		onDisk := !strings.HasPrefix(url, "postgres")
		if onDisk && canaries(t, url) < 600 {
			t.Fatal("there was nothing to seal")
		}
		if sealed, err := vault.Sealed(ctx, raw); sealed || err != nil {
			t.Fatalf("sealed before: %t, %v", sealed, err)
		}
		interrupted, stop := context.WithTimeout(ctx, 20*time.Millisecond)
		_, err := vault.Open(interrupted, raw, key)
		stop()
		t.Log("interrupted:", err)
		v := openVault(t, raw)
		if onDisk {
			if n := canaries(t, url); n != 0 {
				t.Errorf("%d are left in the files", n)
			}
		}
		sealedWell(t, raw, v)
		if sealed, err := vault.Sealed(ctx, raw); !sealed || err != nil {
			t.Errorf("sealed after: %t, %v", sealed, err)
		}
		openVault(t, raw) // and again: nothing is sealed twice
		sealedWell(t, raw, v)
		ok(t, raw.Check(ctx))
	})
}

// sealedWell looks at what fill wrote, from above and from below.
func sealedWell(t *testing.T, raw *store.Store, v *vault.Vault) {
	t.Helper()
	ctx := t.Context()
	acts, err := v.Read(ctx, "c", 0)
	if err != nil || len(acts) != 1200 || string(acts[4].Body) != "canary-act-1" || acts[4].Room != "caucus:canary-party" {
		t.Fatalf("%d acts, %v", len(acts), err)
	}
	below, err := raw.Read(ctx, "c", 0)
	ok(t, err)
	for _, act := range below {
		if act.Room != "public" && act.Room != "sealed" || bytes.Contains(act.Body, []byte("canary")) {
			t.Fatalf("act %d lies open", act.Seq)
		}
	}
	digest, receipt, found, err := v.Receipt(ctx, "c", "canary-key-7")
	if err != nil || !found || digest != [32]byte{1, 2, 3} || string(receipt) != "receipt of canary-act-7" {
		t.Errorf("receipt: %v %q %t %v", digest, receipt, found, err)
	}
	again := said("c", 28, "canary-act-7")
	again.Key = "canary-key-7"
	if done, err := v.Append(ctx, again); err != nil || !done.Repeated {
		t.Errorf("an old request sent again: %+v, %v", done, err)
	}
	if p, _, err := v.Person(ctx, "p1"); err != nil || p.Name != "canary-name" {
		t.Errorf("%+v, %v", p, err)
	}
	if i, _, err := v.Invitation(ctx, []byte{1}); err != nil || i.Role != "canary-role" || i.Party != "canary-party" || i.UsedBy != "canary-person" {
		t.Errorf("%+v, %v", i, err)
	}
	if k, err := v.Passkeys(ctx, "p1"); err != nil || len(k) != 1 || string(k[0].Credential) != `{"canary":1}` {
		t.Errorf("%+v, %v", k, err)
	}
	if s, found, err := v.Session(ctx, "token", time.UnixMilli(1)); err != nil || !found || string(s.Data) != "canary-session" {
		t.Errorf("%+v, %t, %v", s, found, err)
	}
	if of, err := v.Of(ctx, "canary-member"); err != nil || len(of) != 1 {
		t.Errorf("of: %v, %v", of, err)
	}
	if of, err := raw.Of(ctx, "canary-member"); err != nil || len(of) != 0 {
		t.Errorf("members lie open: %v, %v", of, err)
	}
}

// TestEveryMethodIsConsidered fails when the venue or the accounts get a new way to write, until somebody has thought about
// whether it carries something confidential, and says so here.
func TestEveryMethodIsConsidered(t *testing.T) {
	considered := strings.Fields(`
		Append Read Receipt PutIndex Of
		AddPerson Rename Person AddInvitation Invitation UseInvitation PutPasskey Passkeys Ways PutWays RoomLocks
		Session AddSession ChangeSession SessionsOf DropSessionsOf

		Conferences Due Listed Watch PutLeaves RecordHead RecordHashes RecordLeaves RecordLarge
		ReadPublic PutCosignature Cosignatures DropCosignatures Untold Told
		RevokeInvitation AddWayBack UseWayBack DropPasskey DropSession DropWaysBack Unexpired Sweep KeepValue

		GetValue PutValue RoomKey KeepRoomKey SealActs SealRows Scrub`)
	database := reflect.TypeFor[vault.Database]()
	for method := range database.Methods() {
		if !slices.Contains(considered, method.Name) {
			t.Errorf("does %s carry something confidential? Seal it in the vault, and name it here", method.Name)
		}
	}
}

func BenchmarkAppend(b *testing.B) { both(b, benchAppend) }
func BenchmarkRead(b *testing.B)   { both(b, benchRead) }

type appender interface {
	Append(context.Context, conference.Append) (conference.Appended, error)
	Read(context.Context, string, int64) ([]conference.Stored, error)
}

func both(b *testing.B, bench func(*testing.B, appender)) {
	b.Run("plain", func(b *testing.B) { bench(b, openStore(b, filepath.Join(b.TempDir(), "venue.db"))) })
	b.Run("sealed", func(b *testing.B) { bench(b, openVault(b, openStore(b, filepath.Join(b.TempDir(), "venue.db")))) })
}

func statement(n int64) conference.Append {
	return conference.Append{
		Conference: "c", Expected: n, Key: fmt.Sprint(n), Receipt: []byte("receipt"),
		Acts: []conference.Stored{{Room: "plenary", Body: bytes.Repeat([]byte("x"), 400)}},
	}
}

func benchAppend(b *testing.B, s appender) {
	for n := int64(0); b.Loop(); n++ {
		if _, err := s.Append(b.Context(), statement(n)); err != nil {
			b.Fatal(err)
		}
	}
}

func benchRead(b *testing.B, s appender) {
	const acts = 1000
	a := statement(0)
	for range acts - 1 {
		a.Acts = append(a.Acts, a.Acts[0])
	}
	if _, err := s.Append(b.Context(), a); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if got, err := s.Read(b.Context(), "c", 0); err != nil || len(got) != acts {
			b.Fatal(err)
		}
	}
}
