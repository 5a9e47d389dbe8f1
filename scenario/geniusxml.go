package scenario

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"portsmouth"
)

// Limits on an XML file, so that hostile input stays small.
const (
	maxElements   = 200_000
	maxXMLDepth   = 32
	maxAttributes = 24
)

// element is one element of a file with its children in order. Of text it keeps only that of elements without children.
type element struct {
	name     string
	attrs    []xml.Attr
	children []*element
	text     string
	line     int
}

// attr returns an attribute without the white space around it, "" where it is not given.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// all returns the direct children of that name: files nest others of the same name deeper, with another meaning.
func (e *element) all(name string) []*element {
	var found []*element
	for _, c := range e.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// child returns the first direct child of that name, or nil.
func (e *element) child(name string) *element {
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// number returns an attribute as an exact number; ok is false where it is absent or the word null.
func (e *element) number(file, name string) (r *big.Rat, ok bool, err error) {
	v := e.attr(name)
	if v == "" || v == "null" {
		return nil, false, nil
	}
	if r, ok = exactNumber(v); !ok {
		return nil, false, geniusError(file, e, "%s “%s” of <%s> is not a number", name, clip(v), e.name)
	}
	return r, true, nil
}

// geniusError says what is wrong in which line of which file.
func geniusError(file string, e *element, format string, args ...any) error {
	return portsmouth.Invalidf("space-genius", "%s: line %d: %s", file, e.line, fmt.Sprintf(format, args...))
}

// parseXML reads a file into a tree. It forgives what GENIUS forgives: a byte-order mark, a blank before the declaration,
// entities that are none, attributes without quotes.
func parseXML(file namedFile) (*element, error) {
	text, err := xmlText(file)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	var root *element
	var open []*element
	count := 0
	for {
		token, err := d.Token()
		line, _ := d.InputPos()
		switch {
		case errors.Is(err, io.EOF) && root != nil && len(open) == 0:
			return root, nil
		case err != nil:
			return nil, xmlError(file.name, line, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			e := &element{name: t.Name.Local, attrs: t.Copy().Attr, line: line}
			if count++; count > maxElements || len(open) >= maxXMLDepth || len(t.Attr) > maxAttributes {
				return nil, geniusError(file.name, e, "more elements, deeper nesting or more attributes than any scenario has")
			}
			switch {
			case len(open) > 0:
				up := open[len(open)-1]
				up.children = append(up.children, e)
			case root != nil:
				return nil, geniusError(file.name, e, "a second root element <%s>", clip(e.name))
			default:
				root = e
			}
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && len(open[len(open)-1].children) == 0 {
				open[len(open)-1].text += string(t)
			}
		}
	}
}

func xmlError(file string, line int, err error) error {
	message := strings.TrimPrefix(err.Error(), "XML syntax error on ")
	if strings.HasSuffix(message, "EOF") {
		message = fmt.Sprintf("line %d: the file ends too early", line)
	}
	return portsmouth.Invalidf("space-genius", "%s: this is not well-formed XML: %s", file, clip(message))
}

// rootName returns the name of the first element, "" where none begins within the first part of the file.
func rootName(raw []byte) string {
	start := namedFile{raw: raw[:min(len(raw), 1<<16)]}
	text, err := xmlText(start)
	if err != nil { // or the cut went through a letter; names of elements are plain in any case
		text = western(string(start.raw))
	}
	if text = strings.TrimLeft(text, " \t\r\n"); !strings.HasPrefix(text, "<") {
		return ""
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		if t, ok := token.(xml.StartElement); ok {
			return t.Name.Local
		}
	}
}

var (
	declaration  = regexp.MustCompile(`^\s*<\?xml\b[^>]*\?>`)
	encodingForm = regexp.MustCompile(`encoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)
)

// xmlText returns the file as UTF-8 without its declaration, whose place is kept by blanks so that lines still count.
func xmlText(file namedFile) (string, error) {
	raw := decodeUTF16(file.raw)
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	head := string(declaration.Find(raw))
	text := string(raw)
	if head != "" {
		text = strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return ' '
		}, head) + text[len(head):]
	}
	encoding := ""
	if m := encodingForm.FindStringSubmatch(head); m != nil {
		encoding = strings.ToLower(m[1])
	}
	if utf8.ValidString(text) {
		return text, nil
	}
	switch encoding {
	case "iso-8859-1", "latin1", "iso-8859-15", "windows-1252", "cp1252", "us-ascii", "ascii":
		return western(text), nil
	}
	return "", portsmouth.Invalidf("space-genius", "%s is neither UTF-8 nor in a Western encoding that it names; save it as UTF-8", file.name)
}

// decodeUTF16 turns a file with a UTF-16 byte-order mark into UTF-8; others are returned as they are.
func decodeUTF16(raw []byte) []byte {
	if len(raw) < 2 || (raw[0] != 0xfe || raw[1] != 0xff) && (raw[0] != 0xff || raw[1] != 0xfe) {
		return raw
	}
	high := 0
	if raw[0] == 0xff {
		high = 1
	}
	units := make([]uint16, 0, len(raw)/2)
	for k := 2; k+1 < len(raw); k += 2 {
		units = append(units, uint16(raw[k+high])<<8|uint16(raw[k+1-high]))
	}
	return []byte(string(utf16.Decode(units)))
}

// western reads bytes as Windows-1252, of which ISO 8859-1 is the part that files use.
func western(s string) string {
	const from80 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	high := []rune(from80)
	var b strings.Builder
	for k := range len(s) {
		switch c := s[k]; {
		case c >= 0x80 && c <= 0x9f:
			b.WriteRune(high[c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}
