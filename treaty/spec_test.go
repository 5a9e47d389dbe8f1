package treaty_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/treaty"
)

const (
	specFile    = "../docs/spec/treaty.md"
	exampleFrom = "<!-- example: checked by treaty/spec_test.go -->\n"
	exampleTo   = "<!-- end of example -->\n"
)

// TestSpecExample keeps the worked example in the specification true.
func TestSpecExample(t *testing.T) {
	spec, err := os.ReadFile(specFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(spec), exampleFrom)
	example, after, ok2 := strings.Cut(rest, exampleTo)
	if !ok1 || !ok2 {
		t.Fatal("the marks of the example are missing")
	}
	want := workedExample(t)
	if *update {
		if err := os.WriteFile(specFile, []byte(before+exampleFrom+want+exampleTo+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if example != want {
		t.Errorf("the example in %s is not what the code does (run with -update):\n%s", specFile, want)
	}
}

// TestSpecWords keeps the word list in the specification the one in the code.
func TestSpecWords(t *testing.T) {
	spec, err := os.ReadFile(specFile)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(spec), "```words\n")
	list, _, ok := strings.Cut(rest, "```")
	words := strings.Fields(list)
	if !ok || len(words) != 256 {
		t.Fatalf("the specification lists %d words", len(words))
	}
	for k, w := range words {
		if got, _, _ := strings.Cut(treaty.Digest{byte(k)}.Words(), "-"); got != w {
			t.Errorf("word %d is %s in the code and %s in the specification", k, got, w)
		}
	}
}

func workedExample(t *testing.T) string {
	doc := treaty.Document{
		Title: both("Peace", "Paix"),
		Articles: []treaty.Article{{
			ID: "art-1", Number: "I", Body: both("There is peace.", "La paix règne."),
			From: []treaty.Origin{{Issue: "peace", Option: "yes"}},
		}},
		Languages: []string{"en", "fr"}, Prevails: "fr",
	}
	d := treaty.DigestOf(doc)
	initials, err := treaty.ArticleDigest(doc, "art-1")
	if err != nil {
		t.Fatal(err)
	}
	sign := func(name, party, capacity string) treaty.Signature {
		at := time.Date(1905, 9, 5, 15, 47, 0, 0, time.UTC)
		return treaty.Sign(key(name), "c1", treaty.Signature{Party: party, Name: name, Capacity: capacity, At: at}, d)
	}
	a, b := sign("Ada", "north", "Envoy"), sign("Émile", "south", "")
	file, err := treaty.WriteBundle(treaty.Bundle{
		Conference: "c1", Document: doc, Signatures: []treaty.Signature{a, b},
		Parties: []treaty.BundleParty{{ID: "north", Name: portsmouth.Text{"en": "North"}}, {ID: "south", Name: portsmouth.Text{"en": "South"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	compact, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	statement := treaty.SigningStatement("c1", a.Party, a.Name, a.Capacity, d)
	var out strings.Builder
	block := func(title, body string) {
		fmt.Fprintf(&out, "\n%s\n\n```\n%s\n```\n", title, strings.TrimSuffix(body, "\n"))
	}
	block("The document, as JSON:", string(compact))
	block("Its canonical form (the last byte is a line feed):", string(treaty.Canonical(doc)))
	block("The same in hexadecimal:", hexLines(treaty.Canonical(doc)))
	block("Digest, the four words, and the digest of the article `art-1` for initials:", d.String()+"\n"+d.Words()+"\n"+initials.String())
	block("The statement that Ada signs in the conference `c1` for the party `north` as `Envoy`:", string(statement))
	block("The same in hexadecimal:", hexLines(statement))
	seed := key(a.Name).Seed()
	block("Ada's private key (seed; the SHA-256 of “Ada”), public key, and signature, in hexadecimal, then the last two in base64 as they stand in the file:",
		strings.Join([]string{
			hex.EncodeToString(seed), hex.EncodeToString(a.PublicKey), hexLines(a.Sig),
			base64.StdEncoding.EncodeToString(a.PublicKey), base64.StdEncoding.EncodeToString(a.Sig),
		}, "\n"))
	block("The bundle that Ada and Émile (party `south`, no capacity, key likewise from “Émile”) signed, without an attestation (the last byte is a line feed):", string(file))
	out.WriteString("\n")
	return out.String()
}

func hexLines(b []byte) string {
	var lines []string
	for ; len(b) > 32; b = b[32:] {
		lines = append(lines, hex.EncodeToString(b[:32]))
	}
	return strings.Join(append(lines, hex.EncodeToString(b)), "\n")
}
