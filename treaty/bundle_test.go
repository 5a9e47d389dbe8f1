package treaty_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/treaty"
)

func written(t testing.TB, b treaty.Bundle) []byte {
	t.Helper()
	data, err := treaty.WriteBundle(b)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestBundle(t *testing.T) {
	data := written(t, sampleBundle(t))
	golden(t, "bundle.json", string(data))
	b, err := treaty.ReadBundle(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Verify(); err != nil {
		t.Error(err)
	}
	if again := written(t, b); !bytes.Equal(again, data) {
		t.Error("read and written again, the file differs")
	}
}

// sound reports whether a file is read and verified.
func sound(data []byte) bool {
	b, err := treaty.ReadBundle(data)
	if err != nil {
		return false
	}
	r, err := b.Verify()
	return err == nil && r.OK()
}

// TestEveryChangedByteIsDetected tries, at every position of the file, other bytes that could pass for the right one.
func TestEveryChangedByteIsDetected(t *testing.T) {
	t.Parallel()
	data := written(t, sampleBundle(t))
	tried := 0
	for at := range data {
		for _, c := range mutants(data[at]) {
			changed := bytes.Clone(data)
			changed[at] = c
			tried++
			if sound(changed) {
				t.Errorf("byte %d: %q for %q is not detected in %q", at, c, data[at], data[max(0, at-20):min(len(data), at+20)])
			}
		}
	}
	t.Logf("%d changes of %d bytes, all detected", tried, len(data))
}

func mutants(c byte) []byte {
	all := []byte{c ^ 1, c ^ 0x20, c ^ 0x80, ' '}
	var other []byte
	for _, m := range all {
		if m != c && !bytes.Contains(other, []byte{m}) {
			other = append(other, m)
		}
	}
	return other
}

func TestEveryByteLostOrAddedIsDetected(t *testing.T) {
	t.Parallel()
	data := written(t, sampleBundle(t))
	for at := range data {
		if sound(append(bytes.Clone(data[:at]), data[at+1:]...)) {
			t.Errorf("byte %d %q can be taken away", at, data[at])
		}
		for _, c := range []byte{' ', data[at]}[at%2:] {
			if sound(append(append(bytes.Clone(data[:at]), c), data[at:]...)) {
				t.Errorf("%q can be put in before byte %d", c, at)
			}
		}
	}
	for _, tail := range []string{"\n", " ", "\x00", "{}", string(data)} {
		if sound(append(bytes.Clone(data), tail...)) {
			t.Errorf("%.20q can be added at the end", tail)
		}
	}
}

func TestReadBundleRefuses(t *testing.T) {
	data := string(written(t, sampleBundle(t)))
	for _, c := range []struct{ name, rule, old, new string }{
		{"a field twice", "bundle-duplicate", `"conference": "conf-1905",`, `"conference": "other", "conference": "conf-1905",`},
		{"a nested field twice", "bundle-duplicate", `"id": "art-peace",`, `"id": "x", "id": "art-peace",`},
		{"an unknown field", "bundle-json", `"conference"`, `"note": "", "conference"`},
		{"another case", "bundle-canonical", `"conference"`, `"Conference"`},
		{"an escape", "bundle-canonical", `conf-1905`, `conf\u002d1905`},
		{"another zone", "bundle-canonical", `1905-10-14T00:00:00Z`, `1905-10-14T09:00:00+09:00`},
		{"another format", "bundle-format", `bundle/1"`, `bundle/2"`},
		{"no list", "bundle-canonical", `"signatures": [`, `"signatures": null, "x": [`},
		{"a hidden character", "text-characters", `Treaty of`, "Treaty\u200b of"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.Replace(data, c.old, c.new, 1)
			if changed == data {
				t.Fatalf("%q is not in the file", c.old)
			}
			want := c.rule
			if c.name == "no list" {
				want = "bundle-json"
			}
			_, err := treaty.ReadBundle([]byte(changed))
			rule(t, err, want)
		})
	}
	for _, text := range []string{"", "null", "[]", "{}", "\"x\"", strings.Repeat("[", 100_000)} {
		if _, err := treaty.ReadBundle([]byte(text)); err == nil || portsmouth.KindOf(err) != portsmouth.Invalid {
			t.Errorf("%.10q: %v", text, err)
		}
	}
	_, err := treaty.ReadBundle(bytes.Repeat([]byte(" "), treaty.MaxBundle+1))
	rule(t, err, "bundle-size")
	_, err = treaty.ReadBundle([]byte(`{"document":{"articles":[` + strings.Repeat("{},", 1_000_000) + `{}]}}`))
	rule(t, err, "bundle-size")
}

func TestWriteBundleRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		rule   string
		change func(*treaty.Bundle)
	}{
		"no conference":             {"text-line", func(b *treaty.Bundle) { b.Conference = "" }},
		"a party called mediator":   {"party-id", func(b *treaty.Bundle) { b.Parties[0].ID = treaty.Attestor }},
		"a party twice":             {"party-id", func(b *treaty.Bundle) { b.Parties[0].ID = "russia" }},
		"a party without a name":    {"party-name", func(b *treaty.Bundle) { b.Parties[0].Name = nil }},
		"a title in no language":    {"text-languages", func(b *treaty.Bundle) { b.Title = portsmouth.Text{"": "x"} }},
		"too many parties":          {"bundle-parties", func(b *treaty.Bundle) { b.Parties = make([]treaty.BundleParty, 9) }},
		"a signature without name":  {"text-line", func(b *treaty.Bundle) { b.Signatures[0].Name = " " }},
		"a name of two lines":       {"text-line", func(b *treaty.Bundle) { b.Signatures[0].Name = "a\nb" }},
		"a hidden capacity":         {"text-characters", func(b *treaty.Bundle) { b.Signatures[0].Capacity = "a\u2066b" }},
		"a short key":               {"signature-form", func(b *treaty.Bundle) { b.Signatures[0].PublicKey = nil }},
		"an attestation cut short":  {"signature-form", func(b *treaty.Bundle) { b.Attestation.Sig = b.Attestation.Sig[1:] }},
		"a signature without time":  {"bundle-time", func(b *treaty.Bundle) { b.Signatures[0].At = time.Time{} }},
		"a ratification by nobody":  {"text-line", func(b *treaty.Bundle) { b.Ratifications[0].By = "" }},
		"a blank ratification":      {"text-line", func(b *treaty.Bundle) { b.Ratifications[0].Text = " " }},
		"a year beyond RFC 3339":    {"bundle-time", func(b *treaty.Bundle) { b.InForce = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		"a document that is broken": {"article-number", func(b *treaty.Bundle) { b.Document.Articles[0].Number = "1" }},
	} {
		b := sampleBundle(t)
		c.change(&b)
		_, err := treaty.WriteBundle(b)
		if portsmouth.RuleOf(err) != c.rule {
			t.Errorf("%s: want rule %s, got %v", name, c.rule, err)
		}
	}
}

// TestVerify is the transcript of what a person sees who checks a file. Each change is made by someone who knows the
// format and seals the file anew.
func TestVerify(t *testing.T) {
	var out strings.Builder
	for _, c := range []struct {
		name   string
		change func(*treaty.Bundle)
	}{
		{"as signed", func(*treaty.Bundle) {}},
		{"one word changed in the French text", func(b *treaty.Bundle) {
			b.Document.Articles[0].Body["fr"] = strings.Replace(b.Document.Articles[0].Body["fr"], "paix", "trêve", 1)
		}},
		{"the signature of Japan taken out", func(b *treaty.Bundle) { b.Signatures = b.Signatures[:1] }},
		{"another name put to a signature", func(b *treaty.Bundle) { b.Signatures[0].Name = "R. Rosen" }},
		{"the signature of one party shown as the other's", func(b *treaty.Bundle) { b.Signatures[1].Party = "russia" }},
		{"brought from another conference", func(b *treaty.Bundle) { b.Conference = "conf-1907" }},
		{"one person signs for both", func(b *treaty.Bundle) {
			b.Signatures[1] = signedBy("japan", "S. Witte", "", 15, treaty.DigestOf(b.Document))
		}},
		{"the mediator signs for a party", func(b *treaty.Bundle) {
			b.Signatures[1] = signedBy("japan", "T. Roosevelt", "", 15, treaty.DigestOf(b.Document))
		}},
		{"an attestation that is no attestation", func(b *treaty.Bundle) { a := b.Signatures[0]; b.Attestation = &a }},
		{"a stranger signs, and no mediator attests", func(b *treaty.Bundle) {
			b.Attestation = nil
			b.Signatures = append(b.Signatures, signedBy("france", "M. Rouvier", "", 16, treaty.DigestOf(b.Document)))
		}},
		{"in force too early, ratified twice by one", func(b *treaty.Bundle) {
			b.InForce = time.Date(1905, 9, 4, 0, 0, 0, 0, time.UTC)
			b.Ratifications[1].Party = "japan"
		}},
		{"a party alone", func(b *treaty.Bundle) {
			b.Parties, b.Signatures, b.Ratifications = b.Parties[1:], b.Signatures[:1], nil
		}},
	} {
		b := sampleBundle(t)
		c.change(&b)
		read, err := treaty.ReadBundle(written(t, b))
		if err != nil {
			t.Fatal(c.name, err)
		}
		r, err := read.Verify()
		if (err == nil) != r.OK() || r.OK() != (c.name == "as signed") {
			t.Errorf("%s: ok is %v, error %v", c.name, r.OK(), err)
		}
		fmt.Fprintf(&out, "== %s\n%s\n", c.name, r)
	}
	golden(t, "verify.txt", out.String())
}

func TestVerifyWithoutReading(t *testing.T) {
	b, err := treaty.ReadBundle(written(t, sampleBundle(t)))
	if err != nil {
		t.Fatal(err)
	}
	b.Digest[0]++
	if _, err := b.Verify(); err == nil {
		t.Error("a wrong digest verifies")
	}
	b.Document.Languages = nil
	if r, err := b.Verify(); err == nil || r.OK() {
		t.Error("a broken document verifies")
	}
	var empty treaty.Bundle
	if r, err := empty.Verify(); err == nil || r.OK() {
		t.Error("an empty bundle verifies")
	}
	if (&treaty.Report{}).OK() {
		t.Error("a report without checks is no good news")
	}
}

func TestSignatureIsBoundToAllItSays(t *testing.T) {
	d := treaty.DigestOf(sampleDocument(t))
	s := signedBy("japan", "Komura", "Minister", 15, d)
	if err := s.Verify("conf-1905", d); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*treaty.Signature){
		"party":               func(s *treaty.Signature) { s.Party = "russia" },
		"name":                func(s *treaty.Signature) { s.Name = "Takahira" },
		"capacity":            func(s *treaty.Signature) { s.Capacity = "" },
		"name and capacity":   func(s *treaty.Signature) { s.Name, s.Capacity = s.Capacity, s.Name },
		"border of the words": func(s *treaty.Signature) { s.Name, s.Capacity = s.Name+s.Capacity, "" },
		"key":                 func(s *treaty.Signature) { s.PublicKey = key("other").Public().(ed25519.PublicKey) },
		"signature":           func(s *treaty.Signature) { s.Sig = bytes.Clone(s.Sig); s.Sig[0]++ },
	} {
		c := s
		change(&c)
		if err := c.Verify("conf-1905", d); portsmouth.RuleOf(err) != "signature" {
			t.Errorf("%s: %v", name, err)
		}
	}
	rule(t, s.Verify("conf-1906", d), "signature")
	rule(t, s.Verify("conf-1905", treaty.Digest{}), "signature")
	s.PublicKey = s.PublicKey[:31]
	rule(t, s.Verify("conf-1905", d), "signature-form")
}

// TestKeysThatSignAnything shows the danger: with these keys, one signature fits many texts.
func TestKeysThatSignAnything(t *testing.T) {
	identity := append([]byte{1}, make([]byte, 31)...)
	forged := append(bytes.Clone(identity), make([]byte, 32)...)
	if !ed25519.Verify(identity, []byte("whatever"), forged) {
		t.Fatal("the forgery is no forgery; this test shows nothing")
	}
	s := treaty.Signature{Party: "japan", Name: "Nobody", PublicKey: identity, Sig: forged}
	rule(t, s.Verify("conf-1905", treaty.Digest{}), "signature-key")
	for _, h := range []string{
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"0000000000000000000000000000000000000000000000000000000000000080",
	} {
		s.PublicKey, _ = hex.DecodeString(h)
		rule(t, s.Verify("conf-1905", treaty.Digest{}), "signature-key")
	}
}

// TestAnotherProgramAgrees runs a checker written from docs/spec/treaty.md alone, in another language.
func TestAnotherProgramAgrees(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: no node here to run testdata/verify.mjs")
	}
	run := func(file []byte) (string, error) {
		cmd := exec.Command(node, "testdata/verify.mjs")
		cmd.Stdin = bytes.NewReader(file)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	data := written(t, sampleBundle(t))
	if out, err := run(data); err != nil || !strings.Contains(out, treaty.DigestOf(sampleDocument(t)).String()) {
		t.Errorf("%v\n%s", err, out)
	}
	for _, old := range []string{"amity", "amitié", "Komura", "conf-1905", "T15:47", "seal"} {
		changed := bytes.Replace(data, []byte(old), []byte("x"+old), 1)
		if bytes.Equal(changed, data) {
			t.Fatalf("%s is not in the file", old)
		}
		if out, err := run(changed); err == nil {
			t.Errorf("%s changed: the other program says %s", old, out)
		}
	}
}

func FuzzReadBundle(f *testing.F) {
	data := written(f, sampleBundle(f))
	f.Add(data)
	f.Add(bytes.Replace(data, []byte(`"seal"`), []byte(`"digest"`), 1))
	f.Add([]byte(`{"format":"portsmouth-bundle/1"}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		b, err := treaty.ReadBundle(file)
		if err != nil {
			if k := portsmouth.KindOf(err); k != portsmouth.Invalid && k != portsmouth.TooMany {
				t.Errorf("an error that a person cannot mend: %v", err)
			}
			return
		}
		r, err := b.Verify()
		if (err == nil) != r.OK() {
			t.Errorf("report and error disagree: %v\n%s", err, r)
		}
		if err != nil {
			return
		}
		again, err := treaty.WriteBundle(b)
		if err != nil || !bytes.Equal(again, file) {
			t.Errorf("verified, but written otherwise: %v", err)
		}
	})
}
