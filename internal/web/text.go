package web

import (
	"net/http"
	"strings"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/treaty"
)

// part is a piece of the text that is initialled: the preamble, an article, the closing.
type part struct {
	id      string
	label   string
	heading portsmouth.Text
	body    portsmouth.Text
	from    []treaty.Origin
	digest  treaty.Digest
	text    *conference.Text
}

// parts are the pieces of a text in the order of reading. With a text on its way to signature they know their initials.
func (p *Page) parts(doc treaty.Document, text *conference.Text) []part {
	var list []part
	for _, id := range doc.Parts() {
		x := part{id: id, text: text}
		x.digest, _ = treaty.ArticleDigest(doc, id) // the document itself names its parts
		switch id {
		case treaty.Preamble:
			x.label, x.body = p.T("text.preamble"), doc.Preamble
		case treaty.Closing:
			x.label, x.body = p.T("text.closing"), doc.Closing
		default:
			a := doc.Article(id)
			x.label, x.heading, x.body, x.from = a.Label(p.Lang()), a.Heading, a.Body, a.From
		}
		list = append(list, x)
	}
	return list
}

// inWords reports whether an article still holds the conditions of the package as they were agreed: in brackets.
func (x part) inWords() bool {
	for _, body := range x.body {
		if strings.HasPrefix(x.id, treaty.Conditions) && strings.HasPrefix(body, "[") {
			return true
		}
	}
	return false
}

// corrections are those of one part, the open ones or those that have ended.
func (x part) corrections(open bool) []*conference.Correction {
	var list []*conference.Correction
	for _, c := range x.text.Corrections {
		if c.Article == x.id && (c.Ended == "") == open {
			list = append(list, c)
		}
	}
	return list
}

// origin says where a clause came from: the issue and what was agreed on it.
func (s *sheet) origin(o treaty.Origin) string {
	i := s.issue(o.Issue)
	if i == nil {
		return o.Issue
	}
	return s.title(i) + ": " + s.value(i, o.Option)
}

// toInitial reports whether the reader has parts to initial.
func (s *sheet) toInitial(x part) bool {
	return s.may("initial-articles") && !x.text.InitialledBy(x.id, s.mine())
}

// unread counts the parts that the reader's party has not initialled.
func (s *sheet) unread(parts []part) int {
	n := 0
	for _, x := range parts {
		if s.toInitial(x) {
			n++
		}
	}
	return n
}

// ordered puts the language that prevails first.
func ordered(doc treaty.Document) []string {
	if doc.Prevails == "" {
		return doc.Languages
	}
	list := []string{doc.Prevails}
	for _, l := range doc.Languages {
		if l != doc.Prevails {
			list = append(list, l)
		}
	}
	return list
}

// paragraphs are the lines of a text.
func paragraphs(s string) []string {
	var list []string
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(line) != "" {
			list = append(list, line)
		}
	}
	return list
}

// grouped parts a digest for the eye.
func grouped(digest string) string {
	var b strings.Builder
	for k, r := range digest {
		if k > 0 && k%8 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// document is the text that the reader may have: the one at the table, or the one made public.
func (v *visit) document() (treaty.Bundle, bool) {
	if v.view.Text != nil && v.view.Viewer.Seated() {
		return seatedBundle(v.view), true
	}
	if x := v.view.Public().Text; x != nil {
		return publicBundle(v.view, x), true
	}
	return treaty.Bundle{}, false
}

// seatedBundle is what those at the table take home: the text with all signatures and ratifications so far.
func seatedBundle(v *conference.View) treaty.Bundle {
	b := treaty.Bundle{
		Conference: v.Opened.Conference, Title: v.Opened.Title, Document: v.Text.Document, Parties: bundleParties(v.Opened.Parties),
		Signatures: v.Declared(), Attestation: v.Attestation, InForce: v.InForceOn,
	}
	for _, r := range v.Ratifications {
		by := string(portsmouth.Principal)
		if seat := v.Seat(r.By); seat != nil {
			by = seat.Name
		}
		b.Ratifications = append(b.Ratifications, treaty.Ratification{Party: r.Party, At: r.At, By: by, Text: r.Text})
	}
	return b
}

// publicBundle is the text as it was published.
func publicBundle(v *conference.View, x *conference.Publication) treaty.Bundle {
	pub := v.Public()
	b := treaty.Bundle{
		Title: pub.Title, Document: *x.Document, Parties: bundleParties(pub.Parties), Signatures: x.Signed,
	}
	if pub.InForce != nil {
		b.InForce = pub.InForce.On
	}
	return b
}

func bundleParties(parties []portsmouth.Party) []treaty.BundleParty {
	list := make([]treaty.BundleParty, len(parties))
	for k, p := range parties {
		list[k] = treaty.BundleParty{ID: p.ID, Name: p.Name}
	}
	return list
}

// bundle hands over the text as the one file that anybody can check.
func (s *site) bundle(v *visit) error {
	b, ok := v.document()
	if !ok {
		return notFound()
	}
	b.Conference = v.path("id")
	data, err := treaty.WriteBundle(b)
	if err != nil {
		return err
	}
	return v.download("application/json", "treaty.json", data)
}

// plainText hands over the text in one language as plain text.
func (s *site) plainText(v *visit) error {
	b, ok := v.document()
	if !ok {
		return notFound()
	}
	return v.download("text/plain; charset=utf-8", "treaty.txt", []byte(b.Document.PlainText(v.form("in"))))
}

// download answers with a file.
func (v *visit) download(kind, name string, data []byte) error {
	v.w.Header().Set("Content-Type", kind)
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write(data) // the reader has left; nothing is to be done about it
	return nil
}
