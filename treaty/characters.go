package treaty

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"portsmouth"
)

// Signed text must look the same to everyone who reads it. So a document holds no character that is invisible and
// changes what is seen, and each letter in one form only (NFC): else two texts that nobody can tell apart would have
// different digests, or one text could be shown in two ways.

// CheckText reports, naming what it is, why s cannot stand in a document: it is not valid UTF-8 in Unicode's composed
// form (NFC), or has a character that turns or hides text or controls a machine. Of the control characters only the
// line feed, which ends a paragraph, is allowed.
func CheckText(what, s string) error {
	if !utf8.ValidString(s) {
		return portsmouth.Invalidf("text-utf8", "%s is not valid UTF-8", what)
	}
	for _, r := range s {
		if r != '\n' && unseen(r) {
			return portsmouth.Invalidf("text-characters", "%s holds the character %s, which no reader can see", what, codePoint(r))
		}
	}
	if !norm.NFC.IsNormalString(s) {
		return portsmouth.Invalidf("text-nfc", "%s has letters in a decomposed form; give it in Unicode NFC", what)
	}
	return nil
}

// checkLine is CheckText for what stands on one line and must not be empty, such as a name.
func checkLine(what, s string) error {
	if strings.TrimSpace(s) == "" || strings.Contains(s, "\n") || len(s) > maxLine {
		return portsmouth.Invalidf("text-line", "%s must be one line of 1 to %d bytes", what, maxLine)
	}
	return CheckText(what, s)
}

const maxLine = 500

// unseen reports what shows nothing of itself: control characters, separators of lines and paragraphs, marks that turn
// the direction of what follows, blanks without width, tags, and code points that are no characters. The joiners
// U+200C and U+200D and the marks U+200E and U+200F are allowed: Persian, Hindi, Hebrew are not written without them.
func unseen(r rune) bool {
	if unicode.IsControl(r) || unicode.Is(hidden, r) {
		return true
	}
	return r&0xfffe == 0xfffe // the last two code points of each plane are no characters
}

var hidden = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00ad, Hi: 0x00ad, Stride: 1}, // soft hyphen
		{Lo: 0x200b, Hi: 0x200b, Stride: 1}, // blank without width
		{Lo: 0x2028, Hi: 0x202e, Stride: 1}, // separators, embeddings and overrides of direction
		{Lo: 0x2060, Hi: 0x206f, Stride: 1}, // word joiner, invisible operators, isolates, deprecated marks
		{Lo: 0xfdd0, Hi: 0xfdef, Stride: 1}, // no characters
		{Lo: 0xfeff, Hi: 0xfeff, Stride: 1}, // byte-order mark
		{Lo: 0xfff9, Hi: 0xfffb, Stride: 1}, // interlinear annotation
	},
	R32:         []unicode.Range32{{Lo: 0xe0000, Hi: 0xe007f, Stride: 1}}, // tags
	LatinOffset: 1,
}

func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }

// Tidy makes what a keyboard or a form sends into what a document accepts, as far as that changes nothing one can see:
// line ends become line feeds, tabs spaces, letters composed; soft hyphens, blanks without width, blank lines and blanks
// at line ends go.
func Tidy(s string) string {
	s = typed.Replace(s)
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.Trim(line, " "); line != "" {
			lines = append(lines, line)
		}
	}
	return norm.NFC.String(strings.Join(lines, "\n"))
}

var typed = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ",
	"\u00ad", "", "\u200b", "", "\u2060", "", "\ufeff", "")

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
