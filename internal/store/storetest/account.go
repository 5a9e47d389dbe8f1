package storetest

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portsmouth/internal/account"
	"portsmouth/internal/store"
)

var noon = time.Date(2026, 9, 5, 12, 0, 0, int(7*time.Millisecond), time.UTC)

func people(t *testing.T, s *store.Store) {
	ctx := t.Context()
	witte := account.Person{ID: "p1", Name: "Sergei Witte", Host: true, Created: noon}
	ok(t, s.AddPerson(ctx, witte))
	ok(t, s.AddPerson(ctx, account.Person{ID: "p1", Name: "An impostor"}))
	p, found, err := s.Person(ctx, "p1")
	ok(t, err)
	same(t, found, true)
	same(t, p, witte)
	ok(t, s.Rename(ctx, "p1", "Count Witte"))
	p, _, err = s.Person(ctx, "p1")
	ok(t, err)
	same(t, p.Name, "Count Witte")
	_, found, err = s.Person(ctx, "unknown")
	ok(t, err)
	same(t, found, false)
}

func invitation(hash string) account.Invitation {
	return account.Invitation{
		Hash: []byte(hash), Conference: "c", Invite: "7", Role: "delegate", Party: "russia", Expires: noon.Add(time.Hour),
	}
}

func invitationOnce(t *testing.T, s *store.Store) {
	ctx := t.Context()
	want := invitation("h\x00\xff")
	ok(t, s.AddInvitation(ctx, want))
	got, found, err := s.Invitation(ctx, want.Hash)
	ok(t, err)
	same(t, found, true)
	same(t, got, want)
	_, found, err = s.Invitation(ctx, []byte("unknown"))
	ok(t, err)
	same(t, found, false)

	used, err := s.UseInvitation(ctx, want.Hash, "late", want.Expires)
	ok(t, err)
	same(t, used, false)
	var (
		group sync.WaitGroup
		wins  atomic.Int32
	)
	for range 32 {
		group.Go(func() {
			used, err := s.UseInvitation(ctx, want.Hash, "p1", noon)
			if err != nil {
				t.Error(err)
			}
			if used {
				wins.Add(1)
			}
		})
	}
	group.Wait()
	same(t, wins.Load(), int32(1))
	got, _, err = s.Invitation(ctx, want.Hash)
	ok(t, err)
	want.Used, want.UsedBy = noon, "p1"
	same(t, got, want)
}

func invitationRevoked(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ok(t, s.AddInvitation(ctx, invitation("h1")))
	other := invitation("h2")
	other.Invite = "8"
	ok(t, s.AddInvitation(ctx, other))
	ok(t, s.RevokeInvitation(ctx, "c", "7", noon))
	for hash, want := range map[string]bool{"h1": false, "h2": true} {
		used, err := s.UseInvitation(ctx, []byte(hash), "p1", noon)
		ok(t, err)
		same(t, used, want)
	}
	ok(t, s.RevokeInvitation(ctx, "c", "8", noon)) // too late: it was used
	got, _, err := s.Invitation(ctx, []byte("h2"))
	ok(t, err)
	same(t, got.Revoked, false)
}

func wayBackOnce(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ok(t, s.AddWayBack(ctx, account.WayBack{Hash: []byte("w"), Person: "p1", Expires: noon.Add(time.Minute)}))
	_, found, err := s.UseWayBack(ctx, []byte("w"), noon.Add(time.Minute))
	ok(t, err)
	same(t, found, false)
	var (
		group sync.WaitGroup
		wins  atomic.Int32
	)
	for range 32 {
		group.Go(func() {
			person, found, err := s.UseWayBack(ctx, []byte("w"), noon)
			if err != nil || (found && person != "p1") {
				t.Errorf("%q %v", person, err)
			}
			if found {
				wins.Add(1)
			}
		})
	}
	group.Wait()
	same(t, wins.Load(), int32(1))
	for _, person := range []string{"p1", "p2"} {
		ok(t, s.AddWayBack(ctx, account.WayBack{Hash: []byte("of " + person), Person: person, Expires: noon.Add(time.Minute)}))
	}
	ok(t, s.DropWaysBack(ctx, "p1"))
	for _, person := range []string{"p1", "p2"} {
		_, found, err := s.UseWayBack(ctx, []byte("of "+person), noon)
		ok(t, err)
		same(t, found, person == "p2")
	}
}

func passkeys(t *testing.T, s *store.Store) {
	ctx := t.Context()
	key := account.Passkey{ID: []byte{0, 255}, Person: "p1", Credential: []byte(`{"n":1}`), Created: noon}
	ok(t, s.PutPasskey(ctx, key))
	ok(t, s.PutPasskey(ctx, account.Passkey{
		ID: []byte{1}, Person: "p1", Credential: []byte(`{}`), Created: noon.Add(-time.Hour),
	}))
	key.Credential = []byte(`{"n":2}`)
	ok(t, s.PutPasskey(ctx, key))
	stolen := key
	stolen.Person = "p2"
	if err := s.PutPasskey(ctx, stolen); err == nil {
		t.Error("a passkey moved to another person")
	}
	list, err := s.Passkeys(ctx, "p1")
	ok(t, err)
	same(t, len(list), 2)
	same(t, list[1], key)
	ok(t, s.DropPasskey(ctx, "p2", key.ID))
	ok(t, s.DropPasskey(ctx, "p1", []byte{1}))
	list, err = s.Passkeys(ctx, "p1")
	ok(t, err)
	same(t, list, []account.Passkey{key})
}

func sessions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	n := account.Session{Token: "t", Person: "p1", Data: []byte("one"), Expires: noon.Add(time.Minute)}
	ok(t, s.AddSession(ctx, n))
	n.Data, n.Expires = []byte("two"), noon.Add(time.Hour)
	change := func(token string, there bool) {
		t.Helper()
		changed, err := s.ChangeSession(ctx, token, n)
		ok(t, err)
		same(t, changed, there)
	}
	change("t", true)
	ok(t, s.AddSession(ctx, account.Session{Token: "old", Data: []byte("old"), Expires: noon}))
	find := func(token string, now time.Time) string {
		t.Helper()
		got, found, err := s.Session(ctx, token, now)
		ok(t, err)
		same(t, found, got.Data != nil)
		return string(got.Data)
	}
	same(t, find("t", noon), "two")
	same(t, find("t", noon.Add(time.Hour)), "")
	same(t, find("unknown", noon), "")
	same(t, find("old", noon.Add(-time.Second)), "old")
	ok(t, s.Sweep(ctx, noon))
	same(t, find("old", noon.Add(-time.Second)), "")
	got, _, err := s.Session(ctx, "t", noon)
	ok(t, err)
	same(t, got, n)
	n.Token = "renewed"
	change("t", true)
	same(t, find("t", noon), "")
	same(t, find("renewed", noon), "two")
	ok(t, s.DropSession(ctx, "renewed"))
	ok(t, s.DropSession(ctx, "renewed"))
	change("renewed", false) // what has been ended stays so
	same(t, find("renewed", noon), "")
}

func sessionsOf(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for k, of := range []string{"p1", "p1", "p2", "", "p1"} {
		ok(t, s.AddSession(ctx, account.Session{
			Token: fmt.Sprint("of", k), Person: of, Data: []byte{byte(k)}, Expires: noon.Add(time.Duration(4-k) * time.Hour),
		}))
	}
	tokens := func(person string) (list []string) {
		t.Helper()
		found, err := s.SessionsOf(ctx, person, noon)
		ok(t, err)
		for _, n := range found {
			same(t, n.Person, person)
			list = append(list, n.Token)
		}
		return list
	}
	same(t, tokens("p1"), []string{"of0", "of1"}) // of4 has expired
	same(t, tokens("p2"), []string{"of2"})
	same(t, len(tokens("p3")), 0)
	many := []string{"unknown", "of4"}
	for k := range 1200 {
		many = append(many, fmt.Sprint("none", k))
	}
	left, err := s.Unexpired(ctx, append(many, "of2", "of0"), noon)
	ok(t, err)
	slices.Sort(left)
	same(t, left, []string{"of0", "of2"})
	ok(t, s.DropSessionsOf(ctx, "p1", "of1"))
	same(t, tokens("p1"), []string{"of1"})
	same(t, tokens("p2"), []string{"of2"})
	ok(t, s.DropSessionsOf(ctx, "p2", "of1"))
	same(t, len(tokens("p2")), 0)
}
