package picture

// Bars compares numbers: how much each issue weighs, for one party or for several.
type Bars struct {
	Words
	Most   float64 // the full length; 0: the largest value
	Groups []Group
}

// Group is what stands under one label: an issue, with a bar for each party.
type Group struct {
	Label string
	Bars  []Bar
}

// Bar is one number. Text is how it is written at the bar's end.
type Bar struct {
	Party
	Value float64
	Text  string
}

const (
	barHeight = 14.0
	barLeft   = 40.0
	barRight  = width - 72.0
)

// SVG draws the picture: the label over its bars, so that long names have room on a phone.
func (b *Bars) SVG(form Form) []byte {
	y := form.top() + 4
	height := y
	for _, g := range b.Groups {
		height += g.height()
	}
	return draw(b.Words, form, height+6, func(c *canvas) {
		for _, g := range b.Groups {
			g.draw(c, y, b.most())
			y += g.height()
		}
	})
}

func (g *Group) height() float64 { return 24 + float64(len(g.Bars))*(barHeight+5) + 10 }

func (b *Bars) most() float64 {
	if b.Most > 0 {
		return b.Most
	}
	var s span
	s.take(0)
	for _, g := range b.Groups {
		for _, bar := range g.Bars {
			s.take(bar.Value)
		}
	}
	if s.high <= 0 {
		return 1
	}
	return s.high
}

func (g *Group) draw(c *canvas, y, most float64) {
	c.text(16, y+15, "", "start", clip(g.Label, width-32, textSize))
	for k, bar := range g.Bars {
		top := y + 24 + float64(k)*(barHeight+5)
		long := max(0, min(1, bar.Value/most)) * (barRight - barLeft)
		c.mark(bar.Party, 24, top+barHeight/2, 5.5)
		c.rect("p-reach", barLeft, top, barRight-barLeft, barHeight, 3)
		if long > 0 {
			c.rect("p-fill "+partyClass(bar.N), barLeft, top, long, barHeight, 3)
		}
		c.text(width-16, top+12, "p-small", "end", bar.Text)
	}
}
