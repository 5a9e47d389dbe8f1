package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// ruptureVenue is a venue of 1905 that published a record and then had an older backup brought back, and used.
func ruptureVenue(t *testing.T) (at place, seen string) {
	t.Helper()
	at = place{data: t.TempDir()}
	backup := filepath.Join(t.TempDir(), "older.backup")
	play1905(t, at, time.Date(1905, 8, 15, 0, 0, 0, 0, time.UTC))
	ruptureRan(t, 0, "backup", "--data", at.data, backup)
	play1905(t, at, time.Date(1905, 9, 4, 0, 0, 0, 0, time.UTC))
	seen = filepath.Join(t.TempDir(), "seen")
	ruptureRan(t, 0, "publish", seen, "--data", at.data, "--conference", conference1905)
	for _, name := range []string{"portsmouth.db", "portsmouth.db-wal", "portsmouth.db-shm"} {
		_ = os.Remove(filepath.Join(at.data, name)) // that there is none is as well
	}
	ruptureRan(t, 0, "restore", "--data", at.data, backup)
	return at, seen
}

func ruptureRan(t *testing.T, status int, args ...string) string {
	t.Helper()
	got, said := ran(t, args...)
	if got != status {
		t.Fatalf("portsmouth %s: status %d, not %d\n%s", strings.Join(args, " "), got, status, said)
	}
	return said
}

func ruptureWants(t *testing.T, said string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
}

// TestRuptureIsReadBackAndDeclared: an older backup signs nothing; the rupture is read back, declared, and found by all.
func TestRuptureIsReadBackAndDeclared(t *testing.T) {
	at, seen := ruptureVenue(t)
	folder := filepath.Join(t.TempDir(), "record")
	ruptureRan(t, 1, "publish", folder, "--data", at.data, "--conference", conference1905)
	declare := []string{"record", "rupture", "--data", at.data, "--all", "--reason", "The disk failed; an older backup is in use."}
	ruptureWants(t, ruptureRan(t, 1, declare...), conference1905, "The disk failed", "--yes", "leaves with the hash")
	ruptureRan(t, 1, "publish", folder, "--data", at.data, "--conference", conference1905) // reading it declares nothing
	ruptureRan(t, 2, "record", "rupture", "--data", at.data, "--conference", "unknown", "--reason", "x")
	ruptureWants(t, ruptureRan(t, 0, append(declare, "--yes")...), "Declared.")
	ruptureWants(t, ruptureRan(t, 0, append(declare, "--yes")...), "no rupture to declare")

	ruptureRan(t, 0, "publish", folder, "--data", at.data, "--conference", conference1905)
	ruptureWants(t, ruptureRan(t, 0, "verify", folder), "a rupture", "The disk failed; an older backup is in use.")
	said := ruptureRan(t, 1, "verify", folder, "--seen", filepath.Join(seen, "checkpoint"))
	ruptureWants(t, said, "FAILED", "a rupture", "keep what you have")

	t.Run("the key is lost too", func(t *testing.T) {
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		must(os.Remove(at.recordKeyFile()))
		ruptureWants(t, ruptureRan(t, 2, declare...), "portsmouth key")
		ruptureRan(t, 0, "key", at.recordKeyFile())
		ruptureRan(t, 1, "publish", folder+"-2", "--data", at.data, "--conference", conference1905)
		ruptureWants(t, ruptureRan(t, 2, "record", "rupture", "--data", at.data, "--conference", conference1905, "--reason", "x"), "--all")
		ruptureRan(t, 0, append(declare, "--yes")...)
		ruptureRan(t, 0, "publish", folder+"-2", "--data", at.data, "--conference", conference1905)
		if n := strings.Count(ruptureRan(t, 0, "verify", folder+"-2"), "a rupture"); n != 2 {
			t.Errorf("%d ruptures, want both", n)
		}
	})
}

// TestADownloadedReceiptIsCheckedOffline: what the page offers beside one's own act holds with the file and the key alone.
func TestADownloadedReceiptIsCheckedOffline(t *testing.T) {
	handler := venue1905(t, "1905-08-12").server.Handler
	base := "/seat/komura/c/" + conference1905
	get := func(path string) (string, http.Header) {
		t.Helper()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		return w.Body.String(), w.Header()
	}
	table, _ := get(base)
	link := regexp.MustCompile(`href="(` + base + `/acts/[^"]+/receipt)"`).FindStringSubmatch(table)
	if link == nil {
		t.Fatal("the table offers no receipt")
	}
	receipt, header := get(link[1])
	name := regexp.MustCompile(`filename="?([^";]+)`).FindStringSubmatch(header.Get("Content-Disposition"))
	if name == nil {
		t.Fatalf("it is no file: %v", header)
	}
	file := filepath.Join(t.TempDir(), name[1])
	if err := os.WriteFile(file, []byte(receipt), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, _ := get(base + "/keys")
	key := regexp.MustCompile(`portsmouth/[0-9a-f]{16}/[^<+]+\+[0-9a-f]{8}\+[^<]+`).FindString(strings.ReplaceAll(keys, "&#43;", "+"))
	ruptureRan(t, 0, "verify", file, "--key", key)
	if err := os.WriteFile(file, []byte(strings.Replace(receipt, "\n", "\n\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	ruptureRan(t, 1, "verify", file, "--key", key)
}
