package picture

// Course shows how something went over time: what each offer was worth, step by step.
type Course struct {
	Words
	Low, High float64 // what the upright axis shows in any case
	Unit      string  // what it measures, above the axis
	Ticks     []Tick  // under the axis of time
	Lines     []CourseLine
}

// Tick names a moment.
type Tick struct {
	At    float64
	Label string
}

// CourseLine is one sequence of offers, or, when Floor is set, a reservation: both hold until the next one.
type CourseLine struct {
	Party
	Label string
	At    []XY // X is time
	Floor bool
}

const courseHeight = 260.0

// SVG draws the picture.
func (f *Course) SVG(form Form) []byte {
	top := form.top() + 24
	bottom := top + courseHeight
	x, y := f.scales(top, bottom)
	return draw(f.Words, form, bottom+50+float64(len(f.Lines))*rowHeight, func(c *canvas) {
		f.axes(c, x, y)
		for _, l := range f.Lines {
			l.draw(c, x, y)
		}
		f.legend(c, bottom+52)
	})
}

func (f *Course) scales(top, bottom float64) (x, y scale) {
	var xs, ys span
	if f.Low != f.High {
		ys.take(f.Low, f.High)
	}
	for _, l := range f.Lines {
		for _, q := range l.At {
			xs.take(q.X)
			ys.take(q.Y)
		}
	}
	for _, t := range f.Ticks {
		xs.take(t.At)
	}
	if xs.low == xs.high {
		xs.high = xs.low + 1
	}
	// Time is not rounded outward: it begins and ends where the conference does.
	x = scale{low: xs.low, high: xs.high, from: plotLeft, to: plotRight - 6}
	y = newScale(ys.low, ys.high, bottom, top, 4)
	y.comma = f.Comma
	return x, y
}

func (f *Course) axes(c *canvas, x, y scale) {
	for _, v := range y.ticks {
		c.line("p-grid", x.from, y.at(v), x.to, y.at(v))
		c.text(x.from-7, y.at(v)+4.5, "p-soft p-small", "end", y.label(v))
	}
	c.line("p-axis", x.from, y.from, x.to, y.from)
	c.text(x.from-7, y.to-12, "p-soft p-small", "start", f.Unit)
	last := -width * 1.0
	for _, t := range f.Ticks {
		at := x.at(t.At)
		c.line("p-axis", at, y.from, at, y.from+5)
		half := textWidth(t.Label, smallSize) / 2
		middle := min(max(at, x.from+half-20), float64(width)-4-half)
		if middle-half < last+8 {
			continue // its tick still stands
		}
		last = middle + half
		c.text(middle, y.from+20, "p-soft p-small", "middle", t.Label)
	}
}

// draw makes steps: what was offered stands until the next offer.
func (l *CourseLine) draw(c *canvas, x, y scale) {
	var steps []XY
	for k, q := range l.At {
		at := XY{x.at(q.X), y.at(q.Y)}
		if k > 0 {
			steps = append(steps, XY{at.X, steps[len(steps)-1].Y})
		}
		steps = append(steps, at)
	}
	if len(steps) == 0 {
		return
	}
	steps = append(steps, XY{x.to, steps[len(steps)-1].Y})
	if l.Floor {
		c.path("p-floor "+partyClass(l.N), steps, false)
		return
	}
	c.path("p-path "+partyClass(l.N), steps, false)
	for _, q := range l.At {
		c.mark(l.Party, x.at(q.X), y.at(q.Y), 6)
	}
}

func (f *Course) legend(c *canvas, y float64) {
	for k, l := range f.Lines {
		row{party: l.Party, dash: l.Floor, line: !l.Floor, label: l.Label}.draw(c, y+float64(k)*rowHeight)
	}
}
