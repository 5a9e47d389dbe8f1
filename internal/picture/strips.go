package picture

import (
	"slices"
)

// Strips is the picture for any number of parties: one strip each, with what no agreement is worth to it, what the
// frontier spans, and where the named packages lie.
type Strips struct {
	Words
	Rows   []Strip
	Legend []Marked // what the badges stand for; At is not used
}

// Strip is one party's scale.
type Strip struct {
	Party
	Low, High float64
	Points    []float64 // the worth of each package of the frontier
	Floors    []Floor
	Marks     []Pin
}

// Pin is the worth of a named package to the party of the strip.
type Pin struct {
	At    float64
	Badge string
	Fair  bool
}

const (
	stripLeft  = 18.0
	stripRight = width - 18.0
)

// SVG draws the picture.
func (s *Strips) SVG(form Form) []byte {
	y := form.top()
	laid := make([]laidStrip, len(s.Rows))
	for k := range s.Rows {
		laid[k] = s.Rows[k].lay(y)
		laid[k].x.comma = s.Comma
		y = laid[k].bottom
	}
	rows := s.legend()
	return draw(s.Words, form, y+24+float64(len(rows))*rowHeight+2, func(c *canvas) {
		for k := range laid {
			laid[k].draw(c)
		}
		drawLegend(c, y+24, rows)
	})
}

func (s *Strips) legend() []row {
	var rows []row
	for _, m := range s.Legend {
		rows = append(rows, row{badge: m.Badge, fair: m.Fair, label: m.Label, value: m.Value})
	}
	for _, r := range s.Rows {
		for _, f := range r.Floors {
			rows = append(rows, row{party: r.Party, dash: true, label: f.Label, value: s.decimal(f.At)})
		}
	}
	return rows
}

// laidStrip is a strip with its place: badges above the track, in as many tiers as they need.
type laidStrip struct {
	*Strip
	x             scale
	spots         []spot
	boxes         []box
	track, bottom float64
	name          float64
}

const tier = 24.0

func (s *Strip) lay(top float64) laidStrip {
	l := laidStrip{Strip: s, x: newScale(s.Low, s.High, stripLeft, stripRight, 5), name: top + 18}
	var marked []Marked
	for _, p := range s.Marks {
		marked = append(marked, Marked{At: XY{p.At, 0}, Badge: p.Badge, Fair: p.Fair})
	}
	l.spots = gather(marked)
	tiers := 0
	for k := range l.spots {
		b, level := l.settle(l.x.at(l.spots[k].at.X), l.spots[k].badge)
		l.boxes = append(l.boxes, b)
		tiers = max(tiers, level+1)
	}
	l.track = top + 30 + float64(tiers)*tier + 6
	for k := range l.boxes {
		l.boxes[k].top += l.track
		l.boxes[k].bottom += l.track
	}
	l.bottom = l.track + 46
	return l
}

// settle finds the lowest tier above the track where the badge is free; the box is relative to the track.
func (l *laidStrip) settle(x float64, badge string) (box, int) {
	half := max(textWidth(badge, 13)/2+6, 10)
	x = min(max(x, stripLeft-8+half), stripRight+8-half)
	for level := 0; ; level++ {
		bottom := -12 - float64(level)*tier
		b := box{x - half, bottom - 20, x + half, bottom}
		if !meetsAny(b, l.boxes) {
			return b, level
		}
	}
}

func (l *laidStrip) draw(c *canvas) {
	c.mark(l.Party, stripLeft+4, l.name-5, 6)
	c.text(stripLeft+18, l.name, "p-strong p-party "+partyClass(l.N), "start", clip(l.Name, width-60, textSize))
	c.rect("p-reach", l.x.from, l.track-7, l.x.to-l.x.from, 14, 3)
	var reach span
	reach.take(l.Points...)
	if reach.any {
		c.rect("p-zone", l.x.at(reach.low)-1, l.track-7, l.x.at(reach.high)-l.x.at(reach.low)+2, 14, 3)
	}
	for _, v := range thinned(l.Points, 400) {
		c.line("p-thin", l.x.at(v), l.track-7, l.x.at(v), l.track+7)
	}
	for _, v := range l.x.ticks {
		c.line("p-grid", l.x.at(v), l.track+7, l.x.at(v), l.track+12)
		c.text(l.x.at(v), l.track+26, "p-soft p-small", "middle", l.x.label(v))
	}
	for _, f := range l.Floors {
		c.line("p-floor "+partyClass(l.N), l.x.at(f.At), l.track-14, l.x.at(f.At), l.track+12)
	}
	spots := slices.Clone(l.spots)
	for k := range spots {
		spots[k].at = XY{l.x.at(spots[k].at.X), l.track}
	}
	drawSpots(c, spots, l.boxes, func(k int) XY { return XY{spots[k].at.X, l.boxes[k].bottom - 4} })
}

// thinned keeps at most n values that differ to the eye: those that round to the same of n steps are one.
func thinned(values []float64, n int) []float64 {
	var s span
	s.take(values...)
	seen := make(map[int]bool, n)
	var kept []float64
	for _, v := range values {
		step := 0
		if s.high > s.low {
			step = int((v - s.low) / (s.high - s.low) * float64(n))
		}
		if !seen[step] {
			seen[step] = true
			kept = append(kept, v)
		}
	}
	return kept
}
