package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portsmouth/conference/conftest"
)

// A venue declares that its record does not continue what it signed. Who saw what was taken back refuses, and hears what the host
// says; who saw only what both have goes on, and hears it too; whoever comes new hears it at the first look. Nobody hears it twice.
func TestAWitnessSaysThatARecordDeclaresARupture(t *testing.T) {
	x := newWatched(t)
	saw, before, late := x.newWitnessOf("north"), x.newWitnessOf("south"), filepath.Join(t.TempDir(), "late")
	x.looks(saw, "cosigned")
	x.looks(before, "cosigned")
	data, backup := x.at.data, filepath.Join(t.TempDir(), "older.backup")
	ruptureRan(t, 0, "backup", "--data", data, backup)
	x.communique("The conference has sat.")
	x.looks(saw, "cosigned")
	x.must(x.p.close())
	x.p = nil
	for _, name := range []string{"portsmouth.db", "portsmouth.db-wal", "portsmouth.db-shm"} {
		_ = os.Remove(filepath.Join(data, name)) // that there is none is as well
	}
	ruptureRan(t, 0, "restore", "--data", data, backup)
	ruptureRan(t, 0, "record", "rupture", "--data", data, "--conference", conftest.ConferenceID, "--reason", "The disk failed.", "--yes")
	x.open(data)

	const says = "declares that this record does not continue the one of"
	for range 2 { // the second time from memory
		status, said := x.look(saw)
		if status != 1 || !strings.Contains(said, "REFUSED") || !strings.Contains(said, "itself declares a RUPTURE: leaf") ||
			!strings.Contains(said, "the host says: The disk failed.") {
			t.Errorf("who saw what was taken back: %d\n%s", status, said)
		}
	}
	for name, w := range map[string]string{"": before, "late.example/witness": late} {
		status, said := x.look(w, "--keep", "--name", name)
		if status != 0 || !strings.Contains(said, "cosigned") || !strings.Contains(said, "RUPTURE: leaf") || !strings.Contains(said, says) {
			t.Errorf("%q: %d\n%s", name, status, said)
		}
		if status, said := x.look(w, "--keep"); status != 0 || strings.Contains(said, "RUPTURE") {
			t.Errorf("%q, again: %d\n%s", name, status, said)
		}
	}
}

// A record that contradicts what was seen and does not say why is one that nobody accounts for.
func TestAWitnessSaysThatNobodyAccountsForAContradiction(t *testing.T) {
	x := newWatched(t)
	data := filepath.Join(t.TempDir(), "w")
	older := x.copied()
	x.communique("The conference has sat.")
	x.looks(data, "cosigned", "--name", "w.example", "--keep")
	x.open(older)
	if status, said := x.look(data, "--keep"); status != 1 || !strings.Contains(said, "declares no rupture that could account for it") {
		t.Errorf("%d:\n%s", status, said)
	}
}
