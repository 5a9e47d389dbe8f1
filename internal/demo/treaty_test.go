package demo

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth/treaty"
)

// printed is the English text of the treaty as it was gathered from prints of the day, outside this repository.
const printed = "../../../shared/data/portsmouth-1905/treaty-1905.md"

func TestTreatyIsTheHistoricOne(t *testing.T) {
	raw, err := os.ReadFile(printed)
	if err != nil {
		t.Skipf("SKIPPED: the historic text is not at %s, so the replayed treaty was not compared with it", printed)
	}
	want := historic(string(raw))
	c, m, _ := played(t, time.Time{})
	doc := seenBy(t, m, c, "witte").Text.Document
	same(t, "the preamble", doc.Preamble["en"], want["preamble"])
	same(t, "the closing", doc.Closing["en"], want["closing"])
	compared := 0
	for _, a := range doc.Articles {
		if a.ID == "armistice" {
			continue // stands for the protocol of 1 September, whose text was not found
		}
		key := a.Number
		if a.Annex {
			key = "additional " + a.Number
		}
		same(t, key, a.Body["en"], want[key])
		compared++
	}
	if compared != 17 {
		t.Errorf("compared %d articles, the treaty has 15 and two additional ones", compared)
	}
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	got = strings.Join(strings.Fields(got), " ")
	if want == "" || got != want {
		t.Errorf("%s reads\n%s\nthe print reads\n%s", what, got, want)
	}
}

var (
	header = regexp.MustCompile(`^\*\*(?:Article )?([A-Za-z]+)\.?(?: To Article [IX]+)?\*\*`)
	mark   = regexp.MustCompile(`\s*\([vm](?:[:;)]|\s)(?:[^()]|\([^()]*\))*\)|\s*\([vm]\)`)
	signed = regexp.MustCompile(`\s*\(Signed\).*$`)
)

// historic reads the articles out of the text with its marks of verification, one line each.
func historic(text string) map[string]string {
	parts := map[string]string{}
	key, annex := "", ""
	_, text, _ = strings.Cut(text, "## Text")
	text, _, _ = strings.Cut(text, "\n---\n")
	for _, line := range strings.Split(text, "\n") {
		switch m := header.FindStringSubmatch(line); {
		case strings.HasPrefix(line, "### Additional"):
			key, annex = "introduction", "additional "
		case m != nil && (m[1] == "Preamble" || m[1] == "Closing"):
			key = strings.ToLower(m[1])
		case m != nil:
			key = annex + m[1]
		default:
			parts[key] += " " + line
		}
	}
	for k, s := range parts {
		parts[k] = signed.ReplaceAllString(strings.Join(strings.Fields(mark.ReplaceAllString(s, "")), " "), "")
	}
	parts["additional I"] = parts["introduction"] + " " + parts["additional I"]
	return parts
}

func TestNoTextIsMissing(t *testing.T) {
	c, m, _ := played(t, time.Time{})
	doc := seenBy(t, m, c, "komura").Text.Document
	if err := doc.Check(); err != nil {
		t.Fatal(err)
	}
	languages := c.Scenario.Languages
	if missing := doc.Preamble.Missing(languages); len(missing) > 0 {
		t.Errorf("the preamble is missing in %v", missing)
	}
	if missing := doc.Closing.Missing(languages); len(missing) > 0 {
		t.Errorf("the closing is missing in %v", missing)
	}
	for _, a := range doc.Articles {
		if missing := a.Body.Missing(languages); len(missing) > 0 {
			t.Errorf("article %s is missing in %v", a.Number, missing)
		}
	}
	for _, x := range seenBy(t, m, c, "komura").Communiques {
		if missing := x.Text.Missing(languages); len(missing) > 0 {
			t.Errorf("the communiqué “%s” is missing in %v", x.Text.In("en"), missing)
		}
	}
}

func TestSignedBundleVerifies(t *testing.T) {
	c, m, _ := played(t, time.Time{})
	v := seenBy(t, m, c, "komura")
	digest := treaty.DigestOf(v.Text.Document)
	if len(v.Signatures) != 2 || v.Attestation == nil {
		t.Fatalf("%d signatures, attested: %t", len(v.Signatures), v.Attestation != nil)
	}
	for _, s := range append(v.Signatures, *v.Attestation) {
		if err := s.Verify(conferenceID, digest); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	changed := v.Text.Document.Clone()
	changed.Articles[8].Body["en"] = strings.Replace(changed.Articles[8].Body["en"], "southern", "northern", 1)
	if err := v.Signatures[0].Verify(conferenceID, treaty.DigestOf(changed)); err == nil {
		t.Error("the signature holds for a text that gives away the other half of the island")
	}
}
