package picture

import (
	"cmp"
	"slices"
)

// Frontier is the picture of two parties: the packages that nobody can better without hurting the other, and where
// reservations, fair points, packages and the path of offers lie.
type Frontier struct {
	Words
	X, Y   Axis
	Points []XY // the frontier, in any order
	Marked []Marked
	Paths  []Path
}

// Axis is one party's worth of a package.
type Axis struct {
	Party
	Low, High float64 // what is shown in any case; both 0: no more than the points need
	Floors    []Floor // reservations, the one in force last
}

// Floor is what no agreement is worth to a party.
type Floor struct {
	At    float64
	Label string // "no agreement", "from 28 August"
}

// Marked is a package that has a name.
type Marked struct {
	At    XY
	Badge string // one to three letters that stand for it in the picture
	Label string // what it is, in the legend
	Value string // its worth in words, in the legend
	Fair  bool   // chosen by a rule; else a package that somebody named
}

// Path is what one party offered, in order.
type Path struct {
	Party
	Label string
	At    []XY
}

// frontierPlot is a Frontier with its scales.
type frontierPlot struct {
	*Frontier
	x, y   scale
	points []XY // ascending X, so descending Y
}

const (
	plotLeft   = 52.0
	plotRight  = width - 14.0
	plotHeight = 390.0
)

// SVG draws the picture.
func (f *Frontier) SVG(form Form) []byte {
	top := form.top() + 26
	p := f.plot(plotLeft, plotRight, top+plotHeight, top, 5)
	legend := f.legend()
	height := top + plotHeight + 52 + float64(len(legend))*rowHeight + 8
	return draw(f.Words, form, height, func(c *canvas) {
		p.ground(c)
		p.axes(c)
		p.floors(c)
		p.frontier(c)
		p.paths(c)
		p.marked(c)
		drawLegend(c, top+plotHeight+58, legend)
	})
}

// plot fits the axes to what is to be seen.
func (f *Frontier) plot(left, right, bottom, top float64, ticks int) *frontierPlot {
	p := &frontierPlot{Frontier: f, points: slices.Clone(f.Points)}
	slices.SortFunc(p.points, func(a, b XY) int { return cmp.Or(cmp.Compare(a.X, b.X), -cmp.Compare(a.Y, b.Y)) })
	xs, ys := f.X.span(), f.Y.span()
	for _, q := range f.all() {
		xs.take(q.X)
		ys.take(q.Y)
	}
	p.x = newScale(xs.low, xs.high, left, right, ticks)
	p.y = newScale(ys.low, ys.high, bottom, top, ticks)
	p.x.comma, p.y.comma = f.Comma, f.Comma
	return p
}

func (a *Axis) span() span {
	var s span
	if a.Low != a.High {
		s.take(a.Low, a.High)
	}
	for _, f := range a.Floors {
		s.take(f.At)
	}
	return s
}

// all lists every point that the picture shows.
func (f *Frontier) all() []XY {
	all := slices.Clone(f.Points)
	for _, m := range f.Marked {
		all = append(all, m.At)
	}
	for _, path := range f.Paths {
		all = append(all, path.At...)
	}
	return all
}

func (p *frontierPlot) at(q XY) XY { return XY{p.x.at(q.X), p.y.at(q.Y)} }

// stair is the edge of what can be reached: everything that is possible lies below and left of it.
func (p *frontierPlot) stair(lowX, lowY float64) []XY {
	var line []XY
	x := lowX
	for _, q := range p.points {
		if q.X < lowX || q.Y < lowY {
			continue
		}
		line = append(line, p.at(XY{x, q.Y}), p.at(q))
		x = q.X
	}
	if len(line) == 0 {
		return nil
	}
	return append(line, p.at(XY{x, lowY}))
}

// ground shades what can be reached, and of it the zone of agreement.
func (p *frontierPlot) ground(c *canvas) {
	if edge := p.stair(p.x.low, p.y.low); edge != nil {
		c.path("p-reach", append(edge, p.at(XY{p.x.low, p.y.low})), true)
	}
	if len(p.X.Floors) == 0 || len(p.Y.Floors) == 0 {
		return
	}
	x, y := p.X.Floors[len(p.X.Floors)-1].At, p.Y.Floors[len(p.Y.Floors)-1].At
	if edge := p.stair(x, y); edge != nil {
		c.path("p-zone", append(edge, p.at(XY{x, y})), true)
	}
}

func (p *frontierPlot) axes(c *canvas) {
	for _, v := range p.x.ticks {
		x := p.x.at(v)
		c.line("p-grid", x, p.y.from, x, p.y.to)
		c.text(x, p.y.from+18, "p-soft p-small", "middle", p.x.label(v))
	}
	for _, v := range p.y.ticks {
		y := p.y.at(v)
		c.line("p-grid", p.x.from, y, p.x.to, y)
		c.text(p.x.from-7, y+4.5, "p-soft p-small", "end", p.y.label(v))
	}
	c.line("p-axis", p.x.from, p.y.to, p.x.from, p.y.from)
	c.line("p-axis", p.x.from, p.y.from, p.x.to, p.y.from)
	c.mark(p.Y.Party, p.x.from-8, p.y.to-16, 6)
	c.text(p.x.from+4, p.y.to-11, "p-strong p-party "+partyClass(p.Y.N), "start", clip(p.Y.Name, p.x.to-p.x.from, textSize)+" ↑")
	name := clip(p.X.Name, p.x.to-p.x.from, textSize) + " →"
	c.text(p.x.to, p.y.from+39, "p-strong p-party "+partyClass(p.X.N), "end", name)
	c.mark(p.X.Party, p.x.to-textWidth(name, textSize)*1.04-20, p.y.from+34, 6)
}

func (p *frontierPlot) floors(c *canvas) {
	for _, f := range p.X.Floors {
		x := p.x.at(f.At)
		c.line("p-floor "+partyClass(p.X.N), x, p.y.from, x, p.y.to)
	}
	for _, f := range p.Y.Floors {
		y := p.y.at(f.At)
		c.line("p-floor "+partyClass(p.Y.N), p.x.from, y, p.x.to, y)
	}
}

// frontier draws its points, the smaller the more there are.
func (p *frontierPlot) frontier(c *canvas) {
	at := make([]XY, len(p.points))
	for k, q := range p.points {
		at[k] = p.at(q)
	}
	size := 7.0
	switch n := len(at); {
	case n > 300:
		size = 3.2
	case n > 60:
		size = 4.5
	}
	c.path("p-stair", p.stair(p.x.low, p.y.low), false)
	c.dots("p-dots", at, size)
}

func (p *frontierPlot) paths(c *canvas) {
	for _, path := range p.Paths {
		at := make([]XY, len(path.At))
		for k, q := range path.At {
			at[k] = p.at(q)
		}
		c.path("p-path "+partyClass(path.N), at, false)
		for k, q := range at {
			size := 5.0
			if k == len(at)-1 {
				size = 7
			}
			c.mark(path.Party, q.X, q.Y, size)
		}
	}
}

// marked draws a ring at every named package, and its badge where there is room. Packages in the same place share both.
func (p *frontierPlot) marked(c *canvas) {
	spots := gather(p.Marked)
	for k := range spots {
		spots[k].at = p.at(spots[k].at)
	}
	room := place(spots, box{p.x.from + 2, p.y.to + 2, p.x.to - 2, p.y.from - 2})
	drawSpots(c, spots, room, func(k int) XY {
		return XY{(room[k].left + room[k].right) / 2, (room[k].top + room[k].bottom) / 2}
	})
}

// legend explains every sign in the picture, one a row.
func (f *Frontier) legend() []row {
	var rows []row
	for _, m := range f.Marked {
		rows = append(rows, row{badge: m.Badge, fair: m.Fair, label: m.Label, value: m.Value})
	}
	for _, path := range f.Paths {
		rows = append(rows, row{party: path.Party, mark: true, label: path.Label})
	}
	for _, a := range []Axis{f.X, f.Y} {
		for _, fl := range a.Floors {
			rows = append(rows, row{party: a.Party, dash: true, label: fl.Label, value: f.decimal(fl.At)})
		}
	}
	return rows
}
