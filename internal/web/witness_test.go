package web

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/conference/conftest"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

// sendCosignature sends what a witness says.
func (b *browser) sendCosignature(t *testing.T, at, kind, body string) page {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.base+at, strings.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", kind)
	return b.do(r)
}

func TestWhatWitnessesSayIsTaken(t *testing.T) {
	h, at := recordHouse(t, true)
	v := h.venue
	b := h.browser(t)
	w, err := record.NewWitness("north.example/witness", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize)))
	must(t, err)
	line := func() string {
		c, err := record.ReadCheckpoint([]byte(b.get(at + "checkpoint").body))
		must(t, err)
		return string(w.Cosign(c, time.Now()))
	}
	const plain = "text/plain; charset=utf-8"
	p := b.sendCosignature(t, at+"cosignature", plain, line())
	if p.status != http.StatusUnprocessableEntity || p.header.Get("Content-Type") != plain || !strings.HasPrefix(p.body, "This is of no witness") {
		t.Errorf("of a key that nobody declared: %d %s", p.status, p.body)
	}
	_, err = v.Do(t.Context(), venue.Request{
		Conference: conftest.ConferenceID, Person: "north", Seen: -1,
		Command: conference.DeclareKey{Purpose: conference.KeyWitness, Key: w.Verifier()},
	})
	must(t, err)
	said := line()
	for what, body := range map[string]string{
		"nothing": "", "no line": "hello", "changed": strings.Replace(said, "A", "B", 1), "of another checkpoint": string(w.Cosign(record.Checkpoint{Origin: "x", Size: 1}, time.Now())),
		"far too long": strings.Repeat(said, maxCosignatures/len(said)+1),
	} {
		if p := b.sendCosignature(t, at+"cosignature", plain, body); p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", what, p.status, p.body)
		}
	}
	if p := b.sendCosignature(t, at+"cosignature", "application/x-www-form-urlencoded", said); p.status != http.StatusUnprocessableEntity {
		t.Errorf("as a form: %d %s", p.status, p.body)
	}
	if p := b.get(at + "checkpoint"); strings.Contains(p.body, "north.example") {
		t.Errorf("something of that was taken:\n%s", p.body)
	}
	if p := b.sendCosignature(t, at+"cosignature", plain, said); p.status != http.StatusNoContent || p.body != "" {
		t.Errorf("a cosignature: %d %s", p.status, p.body)
	}
	if p := b.get(at + "checkpoint"); !strings.HasSuffix(p.body, said) {
		t.Errorf("it is not under the checkpoint:\n%s", p.body)
	}
	b.get("/c/"+conftest.ConferenceID+"/public").want(t, 200, "Seen by 1 of 1, ")
}

// Nobody learns from what becomes of a cosignature whether there is a conference of which the public does not know.
func TestAnUnlistedConferenceTakesNoCosignature(t *testing.T) {
	h, at := recordHouse(t, false)
	b := h.browser(t)
	for _, body := range []string{"", "hello\n", strings.Repeat("a\n", 40), strings.Repeat("a", 2*maxCosignatures)} {
		here := b.sendCosignature(t, at+"cosignature", "text/plain", body)
		nowhere := b.sendCosignature(t, "/c/nowhere/record/cosignature", "text/plain", body)
		if here.status != http.StatusNotFound || here.body != nowhere.body || fmt.Sprint(here.header) != fmt.Sprint(nowhere.header) {
			t.Errorf("%.20q: %d", body, here.status)
		}
	}
}

// Who sends a cosignature slowly keeps no other waiting, and is sent away soon.
func TestASlowCosignatureHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	h, at := recordHouse(t, true)
	began := time.Now()
	var slow []net.Conn
	for range 4 {
		conn, err := net.Dial("tcp", h.Listener.Addr().String())
		must(t, err)
		defer conn.Close()
		must(t, conn.SetDeadline(began.Add(4*promptly)))
		_, err = fmt.Fprintf(conn, "POST %scosignature HTTP/1.1\r\nHost: %s\r\nContent-Type: text/plain\r\nContent-Length: 90\r\n\r\nslow", at, strings.TrimPrefix(h.URL, "http://"))
		must(t, err)
		slow = append(slow, conn)
	}
	time.Sleep(promptly / 10) // they are being read
	b := h.browser(t)
	if p := b.sendCosignature(t, at+"cosignature", "text/plain", "hello\n"); p.status != http.StatusUnprocessableEntity || time.Since(began) > promptly*9/10 {
		t.Errorf("another waited %s: %d %s", time.Since(began), p.status, p.body)
	}
	for _, conn := range slow {
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		must(t, err)
		body, err := io.ReadAll(answer.Body)
		must(t, err)
		if took := time.Since(began); answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(body), "did not arrive") || took < promptly || took > 2*promptly {
			t.Errorf("after %s: %d %s", took, answer.StatusCode, body)
		}
	}
}
