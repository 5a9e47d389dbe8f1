// Package treaty is the text of an agreement: assembled from the options that were agreed, corrected, compared, reduced
// to one digest, signed, and handed over as a single file that anybody can check. It is pure: the same input gives the
// same bytes, with no clock, no chance and no I/O.
//
// What is signed are bytes, so the package never repairs a text once it is a [Document]: what [Document.Check] does not
// accept is refused. Only [Tidy] and [Assemble], which make a text, mend what a keyboard leaves behind.
//
// The exact formats, enough to check a signed text in another language, are in docs/spec/treaty.md.
package treaty

import (
	"regexp"
	"slices"
	"strings"

	"portsmouth"
)

// Reserved ids by which the parts that are no articles can be corrected, compared and initialled.
const (
	Preamble = "preamble"
	Closing  = "closing"
)

// Document is the text of an agreement in every language in which it is authentic.
type Document struct {
	Title     portsmouth.Text `json:"title,omitempty"`
	Preamble  portsmouth.Text `json:"preamble,omitempty"`
	Articles  []Article       `json:"articles"`
	Closing   portsmouth.Text `json:"closing,omitempty"`
	Languages []string        `json:"languages"`
	Prevails  string          `json:"prevails,omitempty"` // the language that decides where they differ; "" when all are equal
}

// Article is one article, or one additional article (Annex), in every language. Each line of Body is a paragraph.
type Article struct {
	ID      string          `json:"id"`
	Number  string          `json:"number"` // "IX"; articles and additional articles are counted apart, each from I
	Annex   bool            `json:"annex,omitempty"`
	Heading portsmouth.Text `json:"heading,omitempty"`
	Body    portsmouth.Text `json:"body"`
	From    []Origin        `json:"from,omitempty"` // which agreed options wrote it, in the order of the agenda
}

// Origin names what wrote a clause: an option of an issue, or the number that was agreed.
type Origin struct {
	Issue  string `json:"issue"`
	Option string `json:"option"`
}

// Article returns the article of that id, or nil.
func (d *Document) Article(id string) *Article {
	for k := range d.Articles {
		if d.Articles[k].ID == id {
			return &d.Articles[k]
		}
	}
	return nil
}

// Parts lists the ids that can be corrected and initialled, in the order of reading: the preamble and the closing when
// they are there, and every article.
func (d *Document) Parts() []string {
	var ids []string
	if len(d.Preamble) > 0 {
		ids = append(ids, Preamble)
	}
	for _, a := range d.Articles {
		ids = append(ids, a.ID)
	}
	if len(d.Closing) > 0 {
		ids = append(ids, Closing)
	}
	return ids
}

// Clone returns an independent copy.
func (d Document) Clone() Document {
	d.Title, d.Preamble, d.Closing = d.Title.Clone(), d.Preamble.Clone(), d.Closing.Clone()
	d.Languages = slices.Clone(d.Languages)
	d.Articles = slices.Clone(d.Articles)
	for k := range d.Articles {
		a := &d.Articles[k]
		a.Heading, a.Body, a.From = a.Heading.Clone(), a.Body.Clone(), slices.Clone(a.From)
	}
	return d
}

// WithArticle returns a copy in which the article id has another body; "preamble" and "closing" stand for those parts.
// Number, heading and origin stay. The result is refused unless it is a whole document, so every language has to be given.
func (d Document) WithArticle(id string, body portsmouth.Text) (Document, error) {
	c := d.Clone()
	switch id {
	case Preamble:
		c.Preamble = body.Clone()
	case Closing:
		c.Closing = body.Clone()
	default:
		a := c.Article(id)
		if a == nil {
			return Document{}, notFound(id)
		}
		a.Body = body.Clone()
	}
	if err := c.Check(); err != nil {
		return Document{}, err
	}
	return c, nil
}

func notFound(id string) error {
	return &portsmouth.Error{Kind: portsmouth.NotFound, Rule: "article-exists", Message: "the text has no article “" + clip(id) + "”"}
}

var tagForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

// Check reports the first thing that keeps the document from being a text to sign: a language missing somewhere,
// articles out of number, characters that a reader cannot see.
func (d *Document) Check() error {
	if err := d.checkLanguages(); err != nil {
		return err
	}
	for _, p := range []struct {
		what string
		text portsmouth.Text
	}{{"the title", d.Title}, {"the preamble", d.Preamble}, {"the closing", d.Closing}} {
		if err := d.checkText(p.what, p.text, false); err != nil {
			return err
		}
	}
	return d.checkArticles()
}

func (d *Document) checkLanguages() error {
	if len(d.Languages) == 0 {
		return portsmouth.Invalidf("text-languages", "a text needs at least one language")
	}
	for k, l := range d.Languages {
		if !tagForm.MatchString(l) || slices.Contains(d.Languages[:k], l) {
			return portsmouth.Invalidf("text-languages", "language “%s” is malformed or named twice", clip(l))
		}
	}
	if d.Prevails != "" && !slices.Contains(d.Languages, d.Prevails) {
		return portsmouth.Invalidf("text-prevails", "“%s” cannot prevail: it is no language of the text", clip(d.Prevails))
	}
	return nil
}

func (d *Document) checkArticles() error {
	seen := map[string]bool{Preamble: true, Closing: true}
	main, annex := 0, 0
	for k := range d.Articles {
		a := &d.Articles[k]
		if !portsmouth.ValidID(a.ID) || seen[a.ID] {
			return portsmouth.Invalidf("article-id", "article id “%s” is malformed, reserved or used twice", clip(a.ID))
		}
		seen[a.ID] = true
		count := &main
		if a.Annex {
			count = &annex
		}
		*count++
		if want := roman(*count); a.Number != want {
			return portsmouth.Invalidf("article-number", "article %s has the number “%s” where %s comes next", a.ID, clip(a.Number), want)
		}
		if err := d.checkArticle(a); err != nil {
			return err
		}
	}
	return nil
}

func (d *Document) checkArticle(a *Article) error {
	if err := d.checkText("the heading of article "+a.ID, a.Heading, false); err != nil {
		return err
	}
	if err := d.checkText("article "+a.ID, a.Body, true); err != nil {
		return err
	}
	for _, o := range a.From {
		if !portsmouth.ValidID(o.Issue) || checkLine("an origin", o.Option) != nil {
			return portsmouth.Invalidf("article-origin", "article %s names an origin “%s” that is malformed", a.ID, clip(o.Issue))
		}
	}
	return nil
}

// checkText demands the text in each language of the document and in no other, so that nothing is signed unseen. A text
// that is not needed may be absent altogether.
func (d *Document) checkText(what string, t portsmouth.Text, needed bool) error {
	if len(t) == 0 && !needed {
		return nil
	}
	if m := t.Missing(d.Languages); len(m) > 0 {
		return portsmouth.Invalidf("text-languages", "%s lacks its text in %s", what, strings.Join(m, ", "))
	}
	for _, l := range t.Languages() {
		if !slices.Contains(d.Languages, l) {
			return portsmouth.Invalidf("text-languages", "%s has a text in “%s”, which is no language of the document", what, clip(l))
		}
		if err := CheckText(what+" ("+l+")", t[l]); err != nil {
			return err
		}
	}
	return nil
}
