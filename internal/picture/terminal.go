package picture

import (
	"fmt"
	"strings"
)

// Text draws the picture in characters: a dot of braille for each package of the frontier, broken lines where no
// agreement is as good, and the badges of the packages that have a name. It is columns wide and lines high, the axes
// included; less than 40 × 12 is drawn as that.
func (f *Frontier) Text(columns, lines int) string {
	columns, lines = max(columns, 40), max(lines, 12)
	const left, below, above = 9, 2, 1
	w, h := columns-left-1, lines-below-above
	p := f.plot(0, float64(2*w-1), float64(4*h-1), 0, max(2, min(5, h/4)))
	g := newGrid(w, h)
	for _, fl := range f.X.Floors {
		g.upright(p.x.at(fl.At) / 2)
	}
	for _, fl := range f.Y.Floors {
		g.level(p.y.at(fl.At) / 4)
	}
	for _, q := range p.points {
		g.dot(p.at(q))
	}
	for _, path := range p.Paths {
		for _, q := range path.At {
			g.put(p.at(q), path.Glyph())
		}
	}
	for _, s := range gather(p.Marked) {
		g.put(p.at(s.at), strings.ReplaceAll(s.badge, " ", ""))
	}
	return p.frame(g, left)
}

// frame writes the axes around the grid.
func (p *frontierPlot) frame(g *grid, left int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%*s %s %s ↑\n", left-1, "", p.Y.Glyph(), clipRunes(p.Y.Name, g.w-4))
	labels := map[int]string{}
	for _, v := range p.y.ticks {
		labels[clampInt(int(p.y.at(v)/4), g.h)] = p.y.label(v)
	}
	for r := range g.h {
		edge := "│"
		if labels[r] != "" {
			edge = "┤"
		}
		fmt.Fprintf(&b, "%*s %s%s\n", left-2, labels[r], edge, strings.TrimRight(g.line(r), " "))
	}
	rule, below := []rune(strings.Repeat("─", g.w)), []rune(strings.Repeat(" ", left+g.w+8))
	for _, v := range p.x.ticks {
		col := clampInt(int(p.x.at(v)/2), g.w)
		rule[col] = '┴'
		label := []rune(p.x.label(v))
		copy(below[left+col-len(label)/2:], label)
	}
	fmt.Fprintf(&b, "%*s└%s\n", left-1, "", string(rule))
	name := p.X.Glyph() + " " + clipRunes(p.X.Name, g.w-4) + " →"
	b.WriteString(strings.TrimRight(string(below), " ") + "\n")
	fmt.Fprintf(&b, "%*s\n", left+g.w, name)
	return b.String()
}

// Text draws the strips in characters, each columns wide.
func (s *Strips) Text(columns int) string {
	var b strings.Builder
	w := max(columns-2, 30)
	for k := range s.Rows {
		b.WriteString(s.Rows[k].text(w))
	}
	return b.String()
}

func (s *Strip) text(w int) string {
	x := newScale(s.Low, s.High, 0, float64(w-1), 5)
	col := func(v float64) int { return clampInt(int(x.at(v)+0.5), w) }
	track := []rune(strings.Repeat("─", w))
	for _, v := range s.Points {
		track[col(v)] = '━'
	}
	for _, f := range s.Floors {
		track[col(f.At)] = '┃'
	}
	var marked []Marked
	for _, p := range s.Marks {
		marked = append(marked, Marked{At: XY{float64(col(p.At)), 0}, Badge: p.Badge})
	}
	badges := []rune(strings.Repeat(" ", w+8))
	for _, sp := range gather(marked) {
		at := int(sp.at.X)
		track[at] = '┷'
		label := []rune(strings.ReplaceAll(sp.badge, " ", ""))
		from := at
		for from+len(label) < len(badges) && strings.TrimSpace(string(badges[max(from-1, 0):from+len(label)])) != "" {
			from++
		}
		copy(badges[from:], label)
	}
	ticks := []rune(strings.Repeat(" ", w+8))
	for _, v := range x.ticks {
		label := []rune(x.label(v))
		copy(ticks[min(max(col(v)-len(label)/2, 0), w):], label)
	}
	name := s.Glyph() + " " + s.Name
	return name + "\n  " + strings.TrimRight(string(badges), " ") + "\n  " + string(track) + "\n  " + strings.TrimRight(string(ticks), " ") + "\n"
}

// grid is w × h characters, each of 2 × 4 dots of braille unless something is written over them.
type grid struct {
	w, h  int
	dots  []uint8
	below []rune // shown where there is no dot
	over  []rune // shown instead of dots
}

func newGrid(w, h int) *grid {
	return &grid{w: w, h: h, dots: make([]uint8, w*h), below: make([]rune, w*h), over: make([]rune, w*h)}
}

// braille is the bit of each dot, by row and column within a character.
var braille = [4][2]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

// dot sets one; at is in dots.
func (g *grid) dot(at XY) {
	x, y := clampInt(int(at.X+0.5), 2*g.w), clampInt(int(at.Y+0.5), 4*g.h)
	g.dots[y/4*g.w+x/2] |= braille[y%4][x%2]
}

func (g *grid) upright(column float64) {
	col := clampInt(int(column), g.w)
	for r := range g.h {
		g.cross(r*g.w+col, '╎')
	}
}

func (g *grid) level(row float64) {
	r := clampInt(int(row), g.h)
	for col := range g.w {
		g.cross(r*g.w+col, '╌')
	}
}

func (g *grid) cross(k int, r rune) {
	if g.below[k] != 0 && g.below[k] != r {
		r = '┼'
	}
	g.below[k] = r
}

// put writes a sign over the dots, moved aside when another stands there.
func (g *grid) put(at XY, sign string) {
	row, col := clampInt(int(at.Y/4), g.h), clampInt(int(at.X/2), g.w)
	label := []rune(sign)
	for _, shift := range []int{0, 1, 2, -1, -2, 3, 4} {
		from := min(max(col+shift, 0), g.w-len(label))
		if from < 0 {
			return
		}
		if g.free(row, from, len(label)) || shift == 4 {
			copy(g.over[row*g.w+from:], label)
			return
		}
	}
}

func (g *grid) free(row, from, n int) bool {
	for k := from; k < from+n; k++ {
		if g.over[row*g.w+k] != 0 {
			return false
		}
	}
	return true
}

func (g *grid) line(row int) string {
	out := make([]rune, g.w)
	for col := range out {
		k := row*g.w + col
		switch {
		case g.over[k] != 0:
			out[col] = g.over[k]
		case g.dots[k] != 0:
			out[col] = 0x2800 + rune(g.dots[k])
		case g.below[k] != 0:
			out[col] = g.below[k]
		default:
			out[col] = ' '
		}
	}
	return string(out)
}

func clampInt(v, n int) int { return min(max(v, 0), n-1) }

func clipRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:max(n-1, 0)]) + "…"
	}
	return s
}
