package treaty

import (
	"strings"
	"unicode/utf8"

	"portsmouth"
)

// columns is the width to which PlainText wraps.
const columns = 78

// labels are what stands before the number of an article and of an additional article.
var labels = map[string][2]string{
	"de": {"Artikel", "Zusatzartikel"},
	"en": {"Article", "Additional Article"},
	"es": {"Artículo", "Artículo adicional"},
	"fr": {"Article", "Article additionnel"},
	"it": {"Articolo", "Articolo aggiuntivo"},
	"pt": {"Artigo", "Artigo adicional"},
	"ru": {"Статья", "Дополнительная статья"},
}

// Label is how the article is called in a language: "Article IX", "Additional Article I".
func (a *Article) Label(lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	names, known := labels[base]
	if !known {
		names = labels["en"]
	}
	if a.Annex {
		return names[1] + " " + a.Number
	}
	return names[0] + " " + a.Number
}

// PlainText returns the document in one language as plain text, wrapped to 78 columns.
func (d *Document) PlainText(lang string) string {
	var blocks []string
	if title := d.in(d.Title, lang); title != "" {
		title = wrap(title)
		blocks = append(blocks, title, strings.Repeat("=", longestLine(title)))
		blocks = []string{strings.Join(blocks, "\n")}
	}
	blocks = append(blocks, paragraphs(d.in(d.Preamble, lang), wrap)...)
	for k := range d.Articles {
		a := &d.Articles[k]
		head := a.Label(lang)
		if h := d.in(a.Heading, lang); h != "" {
			head += " · " + h
		}
		blocks = append(blocks, wrap(head))
		blocks = append(blocks, paragraphs(d.in(a.Body, lang), wrap)...)
	}
	blocks = append(blocks, paragraphs(d.in(d.Closing, lang), wrap)...)
	return strings.Join(blocks, "\n\n") + "\n"
}

// Markdown returns the document in one language as CommonMark. Characters that would be markup are escaped, so that a
// reader sees the letters that are signed.
func (d *Document) Markdown(lang string) string {
	var blocks []string
	if title := d.in(d.Title, lang); title != "" {
		blocks = append(blocks, "# "+escape(oneLine(title)))
	}
	blocks = append(blocks, paragraphs(d.in(d.Preamble, lang), escape)...)
	for k := range d.Articles {
		a := &d.Articles[k]
		head := "## " + escape(a.Label(lang))
		if h := d.in(a.Heading, lang); h != "" {
			head += " · " + escape(oneLine(h))
		}
		blocks = append(blocks, head)
		blocks = append(blocks, paragraphs(d.in(a.Body, lang), escape)...)
	}
	blocks = append(blocks, paragraphs(d.in(d.Closing, lang), escape)...)
	return strings.Join(blocks, "\n\n") + "\n"
}

// in is the text in lang, or in the language that prevails, or in the first: a text is shown rather than an empty page.
func (d *Document) in(t portsmouth.Text, lang string) string {
	return t.In(append([]string{lang, d.Prevails}, d.Languages...)...)
}

func paragraphs(s string, form func(string) string) []string {
	var ps []string
	for line := range strings.SplitSeq(s, "\n") {
		if strings.Trim(line, " ") != "" {
			ps = append(ps, form(line))
		}
	}
	return ps
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

// wrap breaks lines at plain spaces only: the spaces inside numbers and before French punctuation hold.
func wrap(s string) string {
	var b strings.Builder
	width := 0
	for word := range strings.SplitSeq(oneLine(s), " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case n == 0:
			continue
		case width == 0:
		case width+1+n > columns:
			b.WriteByte('\n')
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += n
	}
	return b.String()
}

func longestLine(s string) int {
	longest := 0
	for line := range strings.SplitSeq(s, "\n") {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	return longest
}

// escape puts a backslash before ASCII punctuation that can begin markup in CommonMark, wherever it stands; harmless
// punctuation of prose stays as it is, except where a line would begin as a list.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>#|~&!$", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return escapeStart(strings.TrimLeft(b.String(), " "))
}

// escapeStart escapes what at the beginning of a line makes a list or a rule: "-", "+", "=", "1." and "1)".
func escapeStart(s string) string {
	if s != "" && strings.ContainsRune("-+=", rune(s[0])) {
		return `\` + s
	}
	rest := strings.TrimLeft(s, "0123456789")
	if len(rest) < len(s) && rest != "" && (rest[0] == '.' || rest[0] == ')') {
		return s[:len(s)-len(rest)] + `\` + rest
	}
	return s
}
