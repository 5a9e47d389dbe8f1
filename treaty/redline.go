package treaty

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"znkr.io/diff"
)

// Op says what became of a piece of text.
type Op string

// What became of a piece of text.
const (
	Same    Op = "same"
	Added   Op = "added"
	Removed Op = "removed"
)

// Span is a piece of a redline.
type Span struct {
	Op   Op     `json:"op"`
	Text string `json:"text"`
}

// Diff compares two texts word by word. The spans that are not added make up old, those that are not removed make up
// new, byte for byte; where words were replaced, what was removed stands first. A redline is for the eye: how it groups
// changes may differ from one version of the program to the next, so it is never stored or hashed.
func Diff(old, new string) []Span {
	var r redline
	for _, e := range diff.Edits(tokens(old), tokens(new)) {
		switch e.Op {
		case diff.Match:
			r.same(e.X)
		case diff.Delete:
			r.remove(e.X)
		case diff.Insert:
			r.add(e.Y)
		}
	}
	r.flush()
	return r.spans
}

// redline gathers edits into spans. A blank between two changed words joins them, so that a replaced phrase is shown as
// one phrase for another and not as confetti.
type redline struct {
	spans          []Span
	removed, added strings.Builder
	blank          string // seen since the last change, not yet known to be the same
}

func (r *redline) same(s string) {
	changing := r.removed.Len() > 0 || r.added.Len() > 0
	if changing && r.blank == "" && s == " " {
		r.blank = s
		return
	}
	r.flush()
	r.emit(Same, s)
}

func (r *redline) remove(s string) {
	r.joinBlank()
	r.removed.WriteString(s)
}

func (r *redline) add(s string) {
	r.joinBlank()
	r.added.WriteString(s)
}

func (r *redline) joinBlank() {
	r.removed.WriteString(r.blank)
	r.added.WriteString(r.blank)
	r.blank = ""
}

func (r *redline) flush() {
	removed, added := r.removed.String(), r.added.String()
	if strings.HasPrefix(removed, " ") && strings.HasPrefix(added, " ") {
		r.emit(Same, " ")
		removed, added = removed[1:], added[1:]
	}
	tail := r.blank
	if strings.HasSuffix(removed, " ") && strings.HasSuffix(added, " ") {
		tail = " " + tail
		removed, added = removed[:len(removed)-1], added[:len(added)-1]
	}
	r.emit(Removed, removed)
	r.emit(Added, added)
	r.emit(Same, tail)
	r.removed.Reset()
	r.added.Reset()
	r.blank = ""
}

func (r *redline) emit(op Op, s string) {
	if s == "" {
		return
	}
	if n := len(r.spans); n > 0 && r.spans[n-1].Op == op {
		r.spans[n-1].Text += s
		return
	}
	r.spans = append(r.spans, Span{Op: op, Text: s})
}

// tokens cuts s into words, numbers and single other characters, losing no byte. A number keeps its separators
// ("1,200"), and a script that has no blanks between words is compared character by character.
func tokens(s string) []string {
	var ts []string
	for len(s) > 0 {
		n := wordLength(s)
		ts = append(ts, s[:n])
		s = s[n:]
	}
	return ts
}

// wordLength is the length in bytes of the token with which s begins.
func wordLength(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if !inWord(r) {
		return n
	}
	for n < len(s) {
		last := r
		var size int
		r, size = utf8.DecodeRuneInString(s[n:])
		if next, _ := utf8.DecodeRuneInString(s[n+size:]); !inWord(r) && !joins(last, r, next) {
			break
		}
		n += size
	}
	return n
}

func inWord(r rune) bool {
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// joins reports whether r between two characters is inside a word or a number: an apostrophe, a separator of thousands.
func joins(before, r, after rune) bool {
	switch r {
	case '\'', '’':
		return unicode.IsLetter(before) && unicode.IsLetter(after)
	case '.', ',', '\u00a0', '\u202f':
		return unicode.IsDigit(before) && unicode.IsDigit(after)
	}
	return false
}
