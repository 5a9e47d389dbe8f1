package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// pageWidth is how wide a line may be.
const pageWidth = 100

// page collects lines for people.
type page struct{ strings.Builder }

// line writes one, broken at spaces where it is too wide; what follows is set under its beginning.
func (w *page) line(format string, args ...any) {
	w.WriteString(wrap(printable(fmt.Sprintf(format, args...)), ""))
}

// hang writes one whose further lines are set in by so many columns more.
func (w *page) hang(by int, format string, args ...any) {
	w.WriteString(wrap(printable(fmt.Sprintf(format, args...)), strings.Repeat(" ", by)))
}

func (w *page) head(format string, args ...any) {
	w.WriteString("\n" + printable(fmt.Sprintf(format, args...)) + "\n")
}

// list writes a headed list, or nothing where it is empty.
func (w *page) list(head string, lines []string) {
	if len(lines) == 0 {
		return
	}
	w.head("%s", head)
	for _, l := range lines {
		w.hang(2, "  - %s", l)
	}
}

func (w *page) table(t table) { w.WriteString(t.String()) }

func (w *page) to(out io.Writer) error {
	_, err := io.WriteString(out, w.String())
	return err
}

// printable keeps a hostile file from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '�'
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}

// wrap breaks a line at spaces; its own indentation and further are kept on each.
func wrap(s, further string) string {
	indent := s[:len(s)-len(strings.TrimLeft(s, " "))]
	var b strings.Builder
	b.WriteString(indent)
	width := len(indent)
	for k, word := range strings.Split(s[len(indent):], " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case k == 0:
		case width+1+n > pageWidth:
			b.WriteString("\n" + indent + further)
			width = len(indent) + len(further)
		default:
			b.WriteString(" ")
			width++
		}
		b.WriteString(word)
		width += n
	}
	b.WriteString("\n")
	return b.String()
}

// table aligns columns by character; the last column is cut at the page's edge, unless whole is set.
type table struct {
	indent int // 2 where 0
	right  map[int]bool
	whole  bool
	rows   [][]string
}

func (t *table) row(cells ...string) {
	for k := range cells {
		cells[k] = printable(strings.ReplaceAll(cells[k], "\n", " "))
	}
	t.rows = append(t.rows, cells)
}

// maxCell keeps one long cell from pushing the rest off the page.
const maxCell = 40

func (t *table) widths() []int {
	var widths []int
	for _, row := range t.rows {
		for k, cell := range row {
			if k == len(widths) {
				widths = append(widths, 0)
			}
			if k < len(row)-1 || t.right[k] {
				widths[k] = max(widths[k], min(utf8.RuneCountInString(cell), maxCell))
			}
		}
	}
	return widths
}

func (t *table) String() string {
	widths := t.widths()
	indent := strings.Repeat(" ", max(t.indent, 2))
	if t.indent == 0 {
		indent = "  "
	}
	var b strings.Builder
	for _, row := range t.rows {
		line := indent
		for k, cell := range row {
			switch {
			case t.right[k]:
				line += fmt.Sprintf("%*s", widths[k], cell)
			case k == len(row)-1 && t.whole:
				line += cell
			case k == len(row)-1:
				line += cut(cell, pageWidth-utf8.RuneCountInString(line))
			default:
				line += fmt.Sprintf("%-*s", widths[k], cut(cell, maxCell))
			}
			if k < len(row)-1 {
				line += "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:max(n-1, 0)]) + "…"
}
