package main

import (
	"strings"
	"testing"
	"time"

	"portsmouth/internal/account"
)

// TestSignOut: without --yes nothing happens, with it nobody is in and no link back opens; who people are stays.
func TestSignOut(t *testing.T) {
	at, now := place{data: t.TempDir()}, time.Now()
	db, err := at.open(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	left := func() (sessions int, link, person bool) {
		t.Helper()
		kept, err := db.SessionsOf(t.Context(), "p1", now)
		if err != nil {
			t.Fatal(err)
		}
		if _, link, err = db.UseWayBack(t.Context(), []byte("w"), now); err != nil {
			t.Fatal(err)
		}
		if _, person, err = db.Person(t.Context(), "p1"); err != nil {
			t.Fatal(err)
		}
		return len(kept), link, person
	}
	for _, err := range []error{
		db.AddPerson(t.Context(), account.Person{ID: "p1", Name: "Witte", Created: now}),
		db.AddSession(t.Context(), account.Session{Token: "t1", Person: "p1", Expires: now.Add(time.Hour)}),
		db.AddSession(t.Context(), account.Session{Token: "t2", Person: "p1", Expires: now.Add(time.Hour)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if status, said := ran(t, "sign-out", "--data", at.data); status != 0 || !strings.Contains(said, "Nothing has been done") {
		t.Errorf("%d %s", status, said)
	}
	if err := db.AddWayBack(t.Context(), account.WayBack{Hash: []byte("w"), Person: "p1", Expires: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if kept, err := db.SessionsOf(t.Context(), "p1", now); err != nil || len(kept) != 2 {
		t.Errorf("without --yes %d are left, %v", len(kept), err)
	}
	if status, said := ran(t, "sign-out", "--data", at.data, "--yes"); status != 0 || !strings.Contains(said, "ended: 2 sessions") {
		t.Errorf("%d %s", status, said)
	}
	if sessions, link, person := left(); sessions != 0 || link || !person {
		t.Errorf("%d sessions are left; a link: %t; the person: %t", sessions, link, person)
	}
}
