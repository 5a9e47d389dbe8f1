package picture

// row is one line of a legend: a sign, what it stands for, and a value at the right.
type row struct {
	badge string // a lettered badge,
	fair  bool
	party Party // or a party's
	mark  bool  // mark,
	dash  bool  // or dashed line
	line  bool  // or solid line
	label string
	value string
}

const rowHeight = 24.0

func drawLegend(c *canvas, y float64, rows []row) {
	for k, r := range rows {
		r.draw(c, y+float64(k)*rowHeight)
	}
}

const legendText = 58.0

func (r row) draw(c *canvas, y float64) {
	switch {
	case r.badge != "":
		class := ""
		if !r.fair {
			class = "p-other"
		}
		half := max(textWidth(r.badge, 13)/2+6, 10)
		c.open("g", "class", class)
		c.rect("p-badge", 32-half, y-10, 2*half, 20, 9)
		c.text(32, y+4.6, "p-on-badge", "middle", r.badge)
		c.close()
	case r.dash:
		c.line("p-floor "+partyClass(r.party.N), 18, y, 46, y)
		c.mark(r.party, 32, y, 5)
	case r.line:
		c.line("p-path "+partyClass(r.party.N), 18, y, 46, y)
		c.mark(r.party, 32, y, 6)
	case r.mark:
		c.mark(r.party, 32, y, 6.5)
	}
	room := width - legendText - 16 - textWidth(r.value, textSize) - 10
	c.text(legendText, y+5, "", "start", clip(r.label, room, textSize))
	if r.value != "" {
		c.text(width-16, y+5, "p-soft", "end", r.value)
	}
}
