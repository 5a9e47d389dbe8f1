package treaty_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"portsmouth"
	"portsmouth/treaty"
)

func TestCanonicalForm(t *testing.T) {
	d := sampleDocument(t)
	golden(t, "canonical.txt", string(treaty.Canonical(d)))
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  the whole\n", treaty.DigestOf(d), treaty.DigestOf(d).Words())
	for _, id := range d.Parts() {
		a, err := treaty.ArticleDigest(d, id)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s  %s  %s\n", a, a.Words(), id)
	}
	golden(t, "digests.txt", b.String())
}

// TestCanonicalCanBeReadBack shows that no two documents share their bytes: a reader gets every document back.
func TestCanonicalCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDocument().Draw(t, "document")
		r := reader{rest: string(treaty.Canonical(d)), fail: t.Fatalf}
		got := r.document()
		if r.rest != "" {
			t.Fatalf("left over: %q", r.rest)
		}
		if diff := cmp.Diff(d, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// anyDocument draws documents whose fields are few and much alike, with texts that look like parts of the format.
func anyDocument() *rapid.Generator[treaty.Document] {
	str := rapid.SampledFrom([]string{"", "a", "b", "ab", "1", "1:", "1:a\n", "0:\n", "\n", "annex", "article", "en", "é"})
	text := rapid.Map(rapid.MapOfN(str, str, 0, 2), func(m map[string]string) portsmouth.Text { return m })
	origin := rapid.Custom(func(t *rapid.T) treaty.Origin {
		return treaty.Origin{Issue: str.Draw(t, "issue"), Option: str.Draw(t, "option")}
	})
	article := rapid.Custom(func(t *rapid.T) treaty.Article {
		return treaty.Article{
			ID: str.Draw(t, "id"), Number: str.Draw(t, "number"), Annex: rapid.Bool().Draw(t, "annex"),
			Heading: text.Draw(t, "heading"), Body: text.Draw(t, "body"), From: rapid.SliceOfN(origin, 0, 2).Draw(t, "from"),
		}
	})
	return rapid.Custom(func(t *rapid.T) treaty.Document {
		return treaty.Document{
			Title: text.Draw(t, "title"), Preamble: text.Draw(t, "preamble"), Closing: text.Draw(t, "closing"),
			Articles:  rapid.SliceOfN(article, 0, 3).Draw(t, "articles"),
			Languages: rapid.SliceOfN(str, 0, 2).Draw(t, "languages"), Prevails: str.Draw(t, "prevails"),
		}
	})
}

// reader reads the canonical form as docs/spec/treaty.md describes it.
type reader struct {
	rest string
	fail func(string, ...any)
}

func (r *reader) item() string {
	digits, rest, _ := strings.Cut(r.rest, ":")
	n, err := strconv.Atoi(digits)
	if err != nil || n >= len(rest) || rest[n] != '\n' {
		r.fail("no item at %q", r.rest)
	}
	r.rest = rest[n+1:]
	return rest[:n]
}

func (r *reader) count() int {
	n, err := strconv.Atoi(r.item())
	if err != nil {
		r.fail("no count before %q", r.rest)
	}
	return n
}

func (r *reader) text() portsmouth.Text {
	t := portsmouth.Text{}
	for range r.count() {
		l := r.item()
		t[l] = r.item()
	}
	return t
}

func (r *reader) document() treaty.Document {
	var d treaty.Document
	if tag := r.item(); tag != "portsmouth-treaty/1" {
		r.fail("tag %q", tag)
	}
	for range r.count() {
		d.Languages = append(d.Languages, r.item())
	}
	d.Prevails, d.Title, d.Preamble = r.item(), r.text(), r.text()
	for range r.count() {
		a := treaty.Article{ID: r.item(), Number: r.item(), Annex: r.item() == "annex", Heading: r.text(), Body: r.text()}
		for range r.count() {
			a.From = append(a.From, treaty.Origin{Issue: r.item(), Option: r.item()})
		}
		d.Articles = append(d.Articles, a)
	}
	d.Closing = r.text()
	return d
}

// TestSwappedFields names the changes that a careless form would not notice.
func TestSwappedFields(t *testing.T) {
	for name, change := range map[string]func(*treaty.Document){
		"title and preamble":        func(d *treaty.Document) { d.Title, d.Preamble = d.Preamble, d.Title },
		"preamble and closing":      func(d *treaty.Document) { d.Preamble, d.Closing = d.Closing, d.Preamble },
		"order of languages":        func(d *treaty.Document) { d.Languages[0], d.Languages[1] = d.Languages[1], d.Languages[0] },
		"language that prevails":    func(d *treaty.Document) { d.Prevails = "en" },
		"no language prevails":      func(d *treaty.Document) { d.Prevails = "" },
		"English and French":        func(d *treaty.Document) { b := d.Articles[0].Body; b["en"], b["fr"] = b["fr"], b["en"] },
		"heading and body":          func(d *treaty.Document) { a := &d.Articles[0]; a.Heading, a.Body = a.Body, a.Heading },
		"id and number":             func(d *treaty.Document) { a := &d.Articles[0]; a.ID, a.Number = a.Number, a.ID },
		"two articles":              func(d *treaty.Document) { a := d.Articles; a[0], a[1] = a[1], a[0] },
		"two numbers":               func(d *treaty.Document) { a := d.Articles; a[0].Number, a[1].Number = a[1].Number, a[0].Number },
		"annex":                     func(d *treaty.Document) { d.Articles[0].Annex = true },
		"issue and option":          func(d *treaty.Document) { o := &d.Articles[1].From[0]; o.Issue, o.Option = o.Option, o.Issue },
		"origins":                   func(d *treaty.Document) { f := d.Articles[1].From; f[0], f[1] = f[1], f[0] },
		"origin in another article": func(d *treaty.Document) { a := d.Articles; a[0].From, a[2].From = a[2].From, a[0].From },
		"paragraph to the next part": func(d *treaty.Document) {
			d.Articles[0].Body["en"] += "\n"
			d.Articles[0].Body["en"] = strings.TrimSpace(d.Articles[0].Body["en"]) + " "
		},
	} {
		d := sampleDocument(t)
		before := treaty.DigestOf(d)
		change(&d)
		if treaty.DigestOf(d) == before {
			t.Errorf("%s: the digest is the same", name)
		}
	}
}

func TestArticleDigestBindsNumberAndId(t *testing.T) {
	d := sampleDocument(t)
	before, err := treaty.ArticleDigest(d, "art-peace")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*treaty.Document){
		"number":    func(d *treaty.Document) { d.Articles[0].Number = "II" },
		"annex":     func(d *treaty.Document) { d.Articles[0].Annex = true },
		"heading":   func(d *treaty.Document) { d.Articles[0].Heading["fr"] = "La paix" },
		"language":  func(d *treaty.Document) { d.Articles[0].Body["fr"] += " " },
		"prevails":  func(d *treaty.Document) { d.Prevails = "en" },
		"languages": func(d *treaty.Document) { d.Languages = d.Languages[:1] },
	} {
		c := d.Clone()
		change(&c)
		if after, err := treaty.ArticleDigest(c, "art-peace"); err != nil || after == before {
			t.Errorf("%s: %s, %v", name, after, err)
		}
	}
	c := d.Clone()
	c.Articles[0].ID = "art-amity"
	if after, err := treaty.ArticleDigest(c, "art-amity"); err != nil || after == before {
		t.Errorf("id: %s, %v", after, err)
	}
	_, err = treaty.ArticleDigest(d, "art-amity")
	rule(t, err, "article-exists")
	d.Preamble = nil
	_, err = treaty.ArticleDigest(d, treaty.Preamble)
	rule(t, err, "article-exists")
}

func TestDigestIsReadBack(t *testing.T) {
	d := treaty.DigestOf(sampleDocument(t))
	again, err := treaty.ParseDigest(d.String())
	if err != nil || again != d {
		t.Errorf("%s: %v", again, err)
	}
	for _, bad := range []string{"", "ab", strings.ToUpper(d.String()), d.String() + "00", strings.Repeat("g", 64)} {
		_, err := treaty.ParseDigest(bad)
		rule(t, err, "digest-form")
	}
}

func TestSpokenWordsAreDistinct(t *testing.T) {
	var words []string
	for k := range 256 {
		words = append(words, strings.Split(treaty.Digest{byte(k)}.Words(), "-")[0])
	}
	for k, w := range words {
		if len(w) < 3 || len(w) > 8 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%q is no short word", w)
		}
		for _, v := range words[:k] {
			if v[:min(4, len(v))] == w[:min(4, len(w))] || distance(v, w) < 3 {
				t.Errorf("%s and %s are too much alike", v, w)
			}
		}
	}
	if got := (treaty.Digest{0, 255, 1, 254, 9}).Words(); got != words[0]+"-"+words[255]+"-"+words[1]+"-"+words[254] {
		t.Errorf("got %s", got)
	}
}

// distance is the number of letters to change, add or take away to make a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
