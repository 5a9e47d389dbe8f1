package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/words"
)

// Feeds (Atom, RFC 4287): what has been published, newest first, for whoever follows a conference or the venue. They are
// the same for everybody, and an entry is made of its publication alone, so that it stays as it was when more happens.

const (
	atomType    = "application/atom+xml; charset=utf-8"
	atomSpace   = "http://www.w3.org/2005/Atom"
	feedEntries = 100 // at most; the rest is on the page and in the record
	// feedLasts is for how long a reader may be shown an older feed: readers ask every few minutes.
	feedLasts = "public, max-age=60"
)

// atomFeed is a feed document.
type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string      `xml:"xml:lang,attr"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle,omitempty"`
	Updated  string      `xml:"updated"`
	Author   string      `xml:"author>name"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

// atomLink leads from a feed or an entry elsewhere.
type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

// atomEntry is one thing that was published.
type atomEntry struct {
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Published string      `xml:"published"`
	Updated   string      `xml:"updated"`
	Link      atomLink    `xml:"link"`
	Content   atomContent `xml:"content"`
}

// atomContent is text in paragraphs.
type atomContent struct {
	Type string  `xml:"type,attr"`
	Div  atomDiv `xml:"http://www.w3.org/1999/xhtml div"`
}

// atomDiv holds the paragraphs.
type atomDiv struct {
	Paragraphs []string `xml:"p"`
}

// feedRoutes are the feeds and the data, of a conference and of the venue. A feed has an address for each language, so that
// whoever follows it is told everything in one.
func (s *site) feedRoutes() []route {
	list := []route{
		{http.MethodGet, "/feed.atom", Anyone, s.venueFeed("")},
		{http.MethodGet, "/c/{id}/feed.atom", Viewer, s.feed("")},
		{http.MethodGet, "/c/{id}/public.json", Viewer, s.publicData},
	}
	for _, lang := range words.Languages {
		list = append(list,
			route{http.MethodGet, "/" + feedName(lang), Anyone, s.venueFeed(lang)},
			route{http.MethodGet, "/c/{id}/" + feedName(lang), Viewer, s.feed(lang)},
		)
	}
	return list
}

// feedName is the address of a feed in a language, beside its page.
func feedName(lang string) string { return "feed." + lang + ".atom" }

// alternate is another form of a page, for programs.
type alternate struct{ kind, title, address string }

// feed serves what a conference has published; lang is "" for the reader's own language.
func (s *site) feed(lang string) func(*visit) error {
	return func(v *visit) error {
		b, err := publicOf(v)
		if err != nil {
			return err
		}
		speak := s.feedPage(v, lang)
		id := v.path("id")
		f := speak.atom(s.Origin, "/c/"+id, "/public", "c/"+id)
		f.Title, f.Subtitle = speak.publicTitle(b), speak.In(b.Summary)
		f.Links = append(f.Links, atomLink{"alternate", "application/json", s.address("/c/" + id + "/public.json")})
		f.Entries = newestEntries(speak.entries(s, id, b))
		return v.sendFeed(lang, f)
	}
}

// venueFeed serves what all conferences of which the public knows have published.
func (s *site) venueFeed(lang string) func(*visit) error {
	return func(v *visit) error {
		listed, err := s.Venue.Listed(v.r.Context())
		if err != nil {
			return err
		}
		speak := s.feedPage(v, lang)
		f := speak.atom(s.Origin, "", "/", "venue")
		f.Title = speak.T("feed.venue", "host", hostOf(s.Origin))
		for _, view := range listed {
			b := view.Public()
			for _, e := range speak.entries(s, conferenceOf(view), b) {
				e.Title = speak.publicTitle(b) + " · " + e.Title
				f.Entries = append(f.Entries, e)
			}
		}
		f.Entries = newestEntries(f.Entries)
		return v.sendFeed(lang, f)
	}
}

// publicOf is what the public knows of the conference of the address: of one of which it knows nothing there is nothing,
// for those at its table as for everybody.
func publicOf(v *visit) (*conference.PublicView, error) {
	b := v.view.Public()
	if !b.Known() {
		return nil, notFound()
	}
	return b, nil
}

// feedPage speaks for a feed: in its language, or in the reader's, and always in the venue's zone.
func (s *site) feedPage(v *visit, lang string) *Page {
	speak := words.For(lang)
	if lang == "" {
		speak = words.For(v.page.Lang())
	}
	speak = speak.InZone(s.Zone)
	return &Page{words: speak, venue: speak}
}

// atom begins the feed of what stands under base, as the page at base+page shows it.
func (p *Page) atom(origin, base, page, what string) *atomFeed {
	origin = strings.TrimSuffix(origin, "/")
	return &atomFeed{
		Lang: p.Lang(), ID: entryID(what, "feed."+p.Lang()), Author: hostOf(origin), Updated: atomTime(time.Unix(0, 0)),
		Links: []atomLink{
			{"self", "application/atom+xml", origin + base + "/" + feedName(p.Lang())},
			{"alternate", "text/html", origin + base + page},
		},
	}
}

// publicTitle is a conference's title as the public knows it.
func (p *Page) publicTitle(b *conference.PublicView) string {
	if title := p.In(b.Title); title != "" {
		return title
	}
	return p.T("feed.untitled")
}

// entries tells the publications of a conference, oldest first.
func (p *Page) entries(s *site, id string, b *conference.PublicView) []atomEntry {
	var list []atomEntry
	for k := range b.All {
		x := &b.All[k]
		title, text := p.told(b, x)
		if title == "" {
			continue
		}
		at := atomTime(x.At)
		list = append(list, atomEntry{
			ID: entryID("c/"+id, x.ID), Title: title, Published: at, Updated: at,
			Link:    atomLink{"alternate", "text/html", s.address("/c/" + id + "/public#" + anchorOf(x))},
			Content: atomContent{"xhtml", atomDiv{text}},
		})
	}
	return list
}

// told is one publication in words; no title for what a feed leaves out: comings, goings, keys and commitments, which are
// for whoever checks the record.
func (p *Page) told(b *conference.PublicView, x *conference.Publication) (title string, text []string) {
	alone := &conference.PublicView{Parties: b.Parties}
	if x.Document != nil {
		alone.Text = x
	}
	switch x.Item {
	case "convened":
		alone.Parties, alone.People, alone.Place, alone.Convened = x.Parties, x.People, x.Place, x
		if b.Convened.ID != x.ID {
			return p.T("feed.rules"), []string{p.T("feed.rules-text")}
		}
		return p.T("feed.convened"), []string{p.convened(alone)}
	case "communique":
		return p.T("feed.communique", "when", p.Date(x.At)), paragraphs(p.In(x.Text))
	case "signed":
		alone.Signed = x
		return p.T("feed.signed"), []string{p.signedWords(alone)}
	case "text":
		return p.T("feed.text"), []string{p.T("feed.text-text", "title", p.In(x.Document.Title))}
	case "in-force":
		alone.InForce = x
	case "exchanged":
		alone.Exchanged = x
	case "broken-off", "closed":
		alone.Ended = x
	case "comment":
		return p.T("feed.comment", "name", x.Comment.Name), p.commentTold(x.Comment)
	default:
		return "", nil
	}
	return p.T("feed." + x.Item), p.happened(alone)
}

// commentTold is a comment with its answer.
func (p *Page) commentTold(c *conference.PublicComment) []string {
	list := append(paragraphs(c.Text), p.T("comment.became-"+c.Answer))
	return append(list, paragraphs(c.Reply)...)
}

// anchorOf is where on the public page a publication is shown.
func anchorOf(x *conference.Publication) string {
	switch {
	case x.Item == "communique", x.Item == "comment":
		return "public-" + x.ID
	case x.Item == "text":
		return "h-text"
	}
	return "h-happened"
}

// entryID names something that was published for ever, and wherever the venue may move: a UUID of version 8 (RFC 9562)
// made of the two ids.
func entryID(what, id string) string {
	sum := sha256.Sum256([]byte("portsmouth/feed/1\n" + what + "\n" + id))
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	h := hex.EncodeToString(u)
	return "urn:uuid:" + strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// newestEntries are the last ones, newest first.
func newestEntries(list []atomEntry) []atomEntry {
	list = slices.Clone(list)
	slices.Reverse(list) // of the same second, the later stays before
	slices.SortStableFunc(list, func(a, b atomEntry) int { return strings.Compare(b.Updated, a.Updated) })
	return list[:min(len(list), feedEntries)]
}

// sendFeed answers with a feed.
func (v *visit) sendFeed(lang string, f *atomFeed) error {
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Updated
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(f); err != nil {
		return err
	}
	vary := ""
	if lang == "" {
		vary = "Accept-Language, Cookie"
	}
	v.sendToAll(atomType, feedLasts, vary, b.Bytes())
	return nil
}

// sendToAll answers with a file that is the same for everybody, and may be kept and read from any page: there is nothing in
// it that is not for everyone. Vary names the headers on which it depends all the same, "" for none.
func (v *visit) sendToAll(kind, lasts, vary string, data []byte) {
	sum := sha256.Sum256(data)
	h := v.w.Header()
	h.Del("Vary")
	if vary != "" {
		h.Set("Vary", vary)
	}
	h.Set("Etag", `"`+hex.EncodeToString(sum[:16])+`"`)
	h.Set("Cache-Control", lasts)
	h.Set("Content-Type", kind)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*")
	http.ServeContent(v.w, v.r, "", time.Time{}, bytes.NewReader(data))
}

// address is where something of the venue is, for whoever comes from elsewhere.
func (s *site) address(path string) string { return strings.TrimSuffix(s.Origin, "/") + path }

// hostOf is the name of the venue's host.
func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Host
}
