package treaty

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"portsmouth"
)

// Domain tags: the first item of everything that is hashed or signed, so that no bytes can be taken for others.
const (
	documentTag  = "portsmouth-treaty/1"
	articleTag   = "portsmouth-article/1"
	signatureTag = "portsmouth-signature/1"
)

// Digest is the SHA-256 of the canonical bytes of a text.
type Digest [32]byte

// String returns the digest in 64 lower-case hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes the digest in lower-case hexadecimal.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Digest) UnmarshalText(text []byte) error {
	parsed, err := ParseDigest(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// ParseDigest reads a digest from 64 lower-case hexadecimal digits.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) || hex.EncodeToString(b) != s {
		return Digest{}, portsmouth.Invalidf("digest-form", "“%s” is no digest: 64 lower-case hexadecimal digits are wanted", clip(s))
	}
	copy(d[:], b)
	return d, nil
}

// items is a byte form that can be read in one way only: each item is its length in bytes in decimal, a colon, the
// bytes, a line feed (a netstring that ends its line). Lists and texts are preceded by an item with their count.
type items []byte

func (b *items) add(values ...string) {
	for _, s := range values {
		*b = strconv.AppendInt(*b, int64(len(s)), 10)
		*b = append(*b, ':')
		*b = append(*b, s...)
		*b = append(*b, '\n')
	}
}

func (b *items) count(n int) { b.add(strconv.Itoa(n)) }

func (b *items) list(values []string) {
	b.count(len(values))
	b.add(values...)
}

// text adds a text by language tag in ascending order of bytes.
func (b *items) text(t portsmouth.Text) {
	b.count(len(t))
	for _, l := range t.Languages() {
		b.add(l, t[l])
	}
}

// Canonical returns the bytes of which the digest is taken. Documents that differ in any field, be it the order of the
// languages or the origin of a clause, have different bytes; only an absent list and an empty one are the same.
func Canonical(d Document) []byte {
	var b items
	b.add(documentTag)
	b.list(d.Languages)
	b.add(d.Prevails)
	b.text(d.Title)
	b.text(d.Preamble)
	b.count(len(d.Articles))
	for k := range d.Articles {
		a := &d.Articles[k]
		b.article(a)
		b.count(len(a.From))
		for _, o := range a.From {
			b.add(o.Issue, o.Option)
		}
	}
	b.text(d.Closing)
	return b
}

func (b *items) article(a *Article) {
	b.add(a.ID, a.Number, a.kind())
	b.text(a.Heading)
	b.text(a.Body)
}

func (a *Article) kind() string {
	if a.Annex {
		return "annex"
	}
	return "article"
}

// DigestOf returns the SHA-256 of the document's canonical bytes: what is signed.
func DigestOf(d Document) Digest { return sha256.Sum256(Canonical(d)) }

// ArticleDigest returns the digest that is initialled: of one article in every language with its number and id, or of
// the preamble or the closing. It leaves out where clauses came from: initials are under words.
func ArticleDigest(d Document, id string) (Digest, error) {
	var b items
	b.add(articleTag)
	b.list(d.Languages)
	b.add(d.Prevails)
	parts := map[string]portsmouth.Text{Preamble: d.Preamble, Closing: d.Closing}
	if t, reserved := parts[id]; reserved {
		if !slices.Contains(d.Parts(), id) {
			return Digest{}, notFound(id)
		}
		b.add(id, "", id)
		b.text(nil)
		b.text(t)
		return sha256.Sum256(b), nil
	}
	a := d.Article(id)
	if a == nil {
		return Digest{}, notFound(id)
	}
	b.article(a)
	return sha256.Sum256(b), nil
}
