package main

import (
	"bytes"
	"crypto/ed25519"
	"net/url"
	"strings"
	"testing"

	"portsmouth/internal/browsertest"
	"portsmouth/record"
)

// TestAHeadNamesAWitness in a browser: what is pasted is read back, then declared, and everybody sees whose it is.
func TestAHeadNamesAWitness(t *testing.T) {
	w, err := record.NewWitness("japan.example/witness", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	p := browsertest.New(t).Window(t)
	base := at1905(t, "1905-08-12")
	keys := base + "/seat/komura/c/" + conference1905 + "/keys"
	see(t, p, "keys-read-back", keys+"?form=witness&verifier="+url.QueryEscape(w.Verifier()))
	p.Goto(keys)
	p.Type("#f-verifier", w.Verifier())
	p.Click("#witness form button")
	p.WaitFor(`#witness form[action$="declare-key"]`)
	if read := p.Text("#witness"); !strings.Contains(read, "japan.example/witness") || !strings.Contains(read, strings.Split(w.Verifier(), "+")[1]) {
		t.Errorf("it is read back as %q", read)
	}
	p.Click(`form[action$="declare-key"] button`)
	p.WaitFor(".witnesses")
	see(t, p, "keys", keys)
	for _, seat := range []string{"witte", "press"} {
		see(t, p, "keys-"+seat, base+"/seat/"+seat+"/c/"+conference1905+"/keys")
		if said := p.Text(".witnesses"); !strings.Contains(said, "japan.example/witness") {
			t.Errorf("%s reads %q", seat, said)
		}
	}
	p.Goto(base + "/seat/komura/c/" + conference1905)
	p.WaitFor(".act-receipt")
	photograph(t, p, "table-receipt")
}
