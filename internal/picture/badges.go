package picture

import "strings"

// spot is one place with everything that lies there.
type spot struct {
	at    XY
	badge string
	fair  bool
}

// gather joins what is marked at the same place: "N E".
func gather(all []Marked) []spot {
	var spots []spot
	for _, m := range all {
		if m.Badge == "" {
			continue
		}
		found := false
		for k := range spots {
			if spots[k].at == m.At {
				spots[k].badge += " " + m.Badge
				spots[k].fair = spots[k].fair || m.Fair
				found = true
			}
		}
		if !found {
			spots = append(spots, spot{m.At, m.Badge, m.Fair})
		}
	}
	return spots
}

type box struct{ left, top, right, bottom float64 }

func (b box) meets(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

func (b box) holds(o box) bool {
	return o.left >= b.left && o.right <= b.right && o.top >= b.top && o.bottom <= b.bottom
}

// directions are tried in turn: outside the frontier first, where the picture is empty, then beside and below.
var directions = []XY{{0.8, -0.7}, {0.3, -1}, {1, -0.2}, {-0.3, -1}, {1, 0.4}, {-0.9, -0.6}, {-0.8, 0.7}, {0.3, 1}, {-1, 0}}

// place finds room for the badge of every spot within frame, off the other badges and off the spots themselves. Where
// there is none a badge lies on others.
func place(spots []spot, frame box) []box {
	var taken []box
	for _, s := range spots {
		taken = append(taken, box{s.at.X - 6, s.at.Y - 6, s.at.X + 6, s.at.Y + 6})
	}
	placed := make([]box, len(spots))
	for k, s := range spots {
		placed[k] = roomFor(s, frame, taken)
		taken = append(taken, placed[k])
	}
	return placed
}

func roomFor(s spot, frame box, taken []box) box {
	half := max(textWidth(strings.TrimSpace(s.badge), 13)/2+6, 10)
	around := func(d XY, far float64) box {
		x, y := s.at.X+d.X*(far+half-10), s.at.Y+d.Y*far
		return box{x - half, y - 10, x + half, y + 10}
	}
	for far := 24.0; far < 120; far += 16 {
		for _, d := range directions {
			b := around(d, far)
			if frame.holds(b) && !meetsAny(b, taken) {
				return b
			}
		}
	}
	return around(directions[0], 24)
}

func meetsAny(b box, taken []box) bool {
	for _, o := range taken {
		if b.meets(o) {
			return true
		}
	}
	return false
}

// drawSpots draws the badges with a line from each to its spot. Lines come first, so that none runs over a badge.
func drawSpots(c *canvas, spots []spot, boxes []box, end func(k int) XY) {
	each := func(draw func(k int, s spot)) {
		for k, s := range spots {
			class := ""
			if !s.fair {
				class = "p-other"
			}
			c.open("g", "class", class)
			draw(k, s)
			c.close()
		}
	}
	each(func(k int, s spot) {
		c.line("p-line", s.at.X, s.at.Y, end(k).X, end(k).Y)
	})
	each(func(k int, s spot) {
		c.tag("circle", "class", "p-ring", "cx", num(s.at.X), "cy", num(s.at.Y), "r", "5", "stroke", "currentColor")
	})
	each(func(k int, s spot) {
		b := boxes[k]
		c.rect("p-badge", b.left, b.top, b.right-b.left, b.bottom-b.top, 9)
		c.text((b.left+b.right)/2, b.bottom-5.2, "p-on-badge", "middle", s.badge)
	})
}
