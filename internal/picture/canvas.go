package picture

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// canvas collects the elements of one SVG, top to bottom.
type canvas struct {
	bytes.Buffer
	ends []string
}

// tag writes an element without content; attributes come as name, value, name, value, and empty values are left out.
func (c *canvas) tag(name string, attributes ...string) {
	c.start(name, attributes)
	c.WriteString("/>\n")
}

// open writes the start of an element that close ends.
func (c *canvas) open(name string, attributes ...string) {
	c.start(name, attributes)
	c.WriteString(">\n")
	c.ends = append(c.ends, name)
}

func (c *canvas) close() {
	last := len(c.ends) - 1
	c.WriteString("</" + c.ends[last] + ">\n")
	c.ends = c.ends[:last]
}

func (c *canvas) start(name string, attributes []string) {
	c.WriteString("<" + name)
	for k := 0; k+1 < len(attributes); k += 2 {
		if attributes[k+1] == "" {
			continue
		}
		c.WriteString(" " + attributes[k] + `="`)
		c.said(attributes[k+1])
		c.WriteString(`"`)
	}
}

// said writes text; what XML cannot hold is replaced.
func (c *canvas) said(s string) {
	_ = xml.EscapeText(c, []byte(s)) // a buffer takes everything
}

// element writes an element that holds text.
func (c *canvas) element(name, s string, attributes ...string) {
	c.start(name, attributes)
	c.WriteString(">")
	c.said(s)
	c.WriteString("</" + name + ">\n")
}

// text writes words at a place; anchor is start, middle or end.
func (c *canvas) text(x, y float64, class, anchor, s string) {
	if anchor == "start" {
		anchor = ""
	}
	c.element("text", s, "x", num(x), "y", num(y), "class", class, "text-anchor", anchor, "fill", "currentColor")
}

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	c.tag("path", "class", class, "d", "M"+num(x1)+" "+num(y1)+"L"+num(x2)+" "+num(y2), "fill", "none", "stroke", "currentColor")
}

func (c *canvas) rect(class string, x, y, w, h, round float64) {
	r := ""
	if round > 0 {
		r = num(round)
	}
	c.tag("rect", "class", class, "x", num(x), "y", num(y), "width", num(w), "height", num(h), "rx", r)
}

// path writes a line through points in the units of the picture.
func (c *canvas) path(class string, at []XY, closed bool) {
	if len(at) == 0 {
		return
	}
	fill := "none"
	d := polyline(at)
	if closed {
		d, fill = d+"Z", ""
	}
	c.tag("path", "class", class, "d", d, "fill", fill, "stroke", "currentColor")
}

func polyline(at []XY) string {
	var d strings.Builder
	for k, p := range at {
		switch {
		case k == 0:
			d.WriteString("M" + num(p.X) + " " + num(p.Y))
		case p.X == at[k-1].X:
			d.WriteString("V" + num(p.Y))
		case p.Y == at[k-1].Y:
			d.WriteString("H" + num(p.X))
		default:
			d.WriteString("L" + num(p.X) + " " + num(p.Y))
		}
	}
	return d.String()
}

// dots draws points as one path of lines without length, whose round ends are the dots: thousands stay small.
func (c *canvas) dots(class string, at []XY, size float64) {
	var d strings.Builder
	for _, p := range at {
		d.WriteString("M" + num(p.X) + " " + num(p.Y) + "h0")
	}
	if d.Len() > 0 {
		c.tag("path", "class", class, "d", d.String(), "fill", "none", "stroke", "currentColor", "stroke-width", num(size), "stroke-linecap", "round")
	}
}

// mark draws a party's shape around a place.
func (c *canvas) mark(p Party, x, y, size float64) {
	c.tag("path", "class", strings.TrimSpace("p-mark "+partyClass(p.N)), "d", p.shape(),
		"transform", "translate("+num(x)+" "+num(y)+") scale("+num(size/8)+")", "fill", "currentColor")
}

// draw returns the SVG of a picture of that height that body draws.
func draw(w Words, form Form, height float64, body func(c *canvas)) []byte {
	c := &canvas{}
	label := "p-" + digest(w.Title+w.Desc)
	c.open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "picture", "viewBox", "0 0 "+num(width)+" "+num(height),
		"role", "img", "aria-labelledby", label+"t "+label+"d", "fill", "none", "font-size", num(textSize))
	c.element("title", w.Title, "id", label+"t")
	c.element("desc", w.Desc, "id", label+"d")
	if form == Standalone {
		c.WriteString("<style>\n" + standaloneStyle() + "\n</style>\n")
		c.text(16, 27, "p-title", "start", clip(w.Title, width-32, 18))
	}
	body(c)
	c.close()
	return c.Bytes()
}

// top is where the drawing begins below the title of a picture that shows one.
func (f Form) top() float64 {
	if f == Standalone {
		return 38
	}
	return 8
}

// digest tells the ids of several pictures on one page apart.
func digest(s string) string {
	h := uint32(2166136261)
	for k := range len(s) {
		h = (h ^ uint32(s[k])) * 16777619
	}
	const digits = "0123456789abcdef"
	var b [8]byte
	for k := range b {
		b[k] = digits[h>>(4*k)&15]
	}
	return string(b[:])
}
